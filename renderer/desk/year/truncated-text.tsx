import type { CSSProperties } from 'react'

/** Text on one line of a table, truncated at `at` pixels; the whole text is its title. */
export const TruncatedText = ({ at, children }: { at: number; children: string }) => (
  <span className="year-cut" title={children} style={{ '--cut': `${at}px` } as CSSProperties}>
    {children}
  </span>
)
