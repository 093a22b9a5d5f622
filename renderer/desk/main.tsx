import '@fontsource-variable/source-sans-3/index.css'
import '@mantine/core/styles.css'
import '@mantine/dates/styles.css'
import '@mantine/notifications/styles.css'
import '../parts/tokens.css'
import '../parts/cells.css'
import './desk.css'
import 'dayjs/locale/fr'
import { MantineProvider } from '@mantine/core'
import { DatesProvider } from '@mantine/dates'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { followChanges } from '../connection/changes.ts'
import { onSessionEnd, orpc } from '../connection/client.ts'
import { queries } from './queries.ts'
import { router } from './routes.tsx'
import { cssVariablesResolver, theme } from './theme.ts'

const root = document.getElementById('root')
if (!root) throw new Error('the page has no root')

// The page's content security policy requires this nonce on every style element: Mantine's own, and the one of its
// scroll lock, which reads the nonce from webpack's global variable.
const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''
Object.assign(globalThis, { __webpack_nonce__: nonce })

const page = new AbortController()
window.addEventListener('pagehide', () => page.abort())
void followChanges(queries, page.signal)
// The query of the session may itself report that the session ended: cancelling and restarting it would loop for ever.
onSessionEnd(() => void queries.invalidateQueries({ queryKey: orpc.staff.session.key() }, { cancelRefetch: false }))

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <DatesProvider settings={{ locale: 'fr', firstDayOfWeek: 1 }}>
        <QueryClientProvider client={queries}>
          {/* desk.css places notices above the shortcut bar, where they cover no title or button. */}
          <Notifications position="bottom-center" />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </DatesProvider>
    </MantineProvider>
  </StrictMode>,
)
