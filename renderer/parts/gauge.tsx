import type { CSSProperties } from 'react'
import './gauge.css'

/** How full: `28/32` and a bar that turns at 90 % and at 100 %. `line` sets the figure beside the bar. */
export const Gauge = ({ held, capacity, line = false }: { held: number; capacity: number; line?: boolean }) => {
  const share = capacity > 0 ? held / capacity : 1
  const bar = <i style={{ '--v': `${Math.min(100, Math.round(share * 100))}%` } as CSSProperties} />
  return (
    <span
      className={line ? 'gauge gauge-line' : 'gauge'}
      data-level={share >= 1 ? 'full' : share >= 0.9 ? 'high' : undefined}
    >
      {line ? bar : null}
      <span>
        {held}/{capacity}
      </span>
      {line ? null : bar}
    </span>
  )
}
