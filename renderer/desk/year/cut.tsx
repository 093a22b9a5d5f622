import type { CSSProperties } from 'react'

/** Words on one line of a table, cut at so many pixels; whole as a title. */
export const Cut = ({ at, children }: { at: number; children: string }) => (
  <span className="year-cut" title={children} style={{ '--cut': `${at}px` } as CSSProperties}>
    {children}
  </span>
)
