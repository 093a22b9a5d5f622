import '@fontsource-variable/source-sans-3/index.css'
import '../../parts/tokens.css'
import './reader.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { readingHost } from './host.ts'
import { Reader } from './reader.tsx'

const root = document.getElementById('root')
if (!root) throw new Error('the page has no root')

createRoot(root).render(
  <StrictMode>
    <Reader host={readingHost()} />
  </StrictMode>,
)
