import type { CSSProperties } from 'react'
import { gaugeLevel, gaugeText } from '../../shared/rules/cell/places.ts'
import './gauge.css'

const shownLevel = { open: undefined, nearlyFull: 'high', full: 'full', over: 'full' } as const

/** Occupancy: `28/32`, or other words for it, and a bar. `line` puts the figure next to the bar. */
export const Gauge = ({
  held,
  capacity,
  text = gaugeText(held, capacity),
  line = false,
}: {
  held: number
  capacity: number
  text?: string
  line?: boolean
}) => {
  const share = capacity > 0 ? held / capacity : 1
  const bar = <i style={{ '--v': `${Math.min(100, Math.round(share * 100))}%` } as CSSProperties} />
  return (
    <span className={line ? 'gauge gauge-line' : 'gauge'} data-level={shownLevel[gaugeLevel(held, capacity)]}>
      {line ? bar : null}
      <span>{text}</span>
      {line ? null : bar}
    </span>
  )
}
