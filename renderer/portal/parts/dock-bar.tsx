import { type ReactNode, useState } from 'react'
import { createPortal } from 'react-dom'

/**
 * Renders its children above the bottom navigation, always in sight while the page is open. Used for the bar of the
 * draft.
 */
export const DockBar = ({ children }: { children: ReactNode }) => {
  // The frame has rendered this element before any page.
  const [place] = useState(() => document.getElementById('dock-bar'))
  return place && createPortal(children, place)
}
