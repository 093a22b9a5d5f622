import '../parts/tokens.css'
import '../parts/accents.css'
import './portal.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import type { PageData } from '../../shared/contract/portal/page-data.ts'
import { orpc } from './client.ts'
import { reloadWhenOutdated } from './error-boundary.tsx'
import { installWorker } from './offline/installing.ts'
import { cachePageData } from './offline/offline-cache.ts'
import { Portal } from './portal.tsx'
import { queries } from './queries.ts'
import { claimUnsavedInput } from './unsaved-input.ts'

const root = document.getElementById('root')
if (!root) throw new Error('the page has no root')

reloadWhenOutdated()

/** Data that the server embedded in the HTML: the page need not request them again. */
const given = document.getElementById('lu')?.textContent
if (given) {
  const { session, dashboard } = JSON.parse(given) as PageData
  queries.setQueryData(orpc.account.session.queryKey(), session)
  cachePageData('account.session', session)
  if (session.login) claimUnsavedInput(session.login.email)
  if (dashboard) {
    queries.setQueryData(orpc.home.dashboard.queryKey(), dashboard)
    cachePageData('home.dashboard', dashboard)
  }
}

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Portal />
    </QueryClientProvider>
  </StrictMode>,
)

installWorker()
