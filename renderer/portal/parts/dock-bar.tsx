import { type ReactNode, useState } from 'react'
import { createPortal } from 'react-dom'

/** What stays in sight above the navigation while its page is open: the bar of the brouillon. */
export const DockBar = ({ children }: { children: ReactNode }) => {
  // The frame stands before any page in it.
  const [place] = useState(() => document.getElementById('dock-bar'))
  return place && createPortal(children, place)
}
