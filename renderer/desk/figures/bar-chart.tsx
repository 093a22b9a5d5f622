import { AxisBottom, AxisLeft } from '@visx/axis'
import { GridRows } from '@visx/grid'
import { PatternLines } from '@visx/pattern'
import { scaleBand, scaleLinear } from '@visx/scale'
import { BarStack } from '@visx/shape'
import { useCallback, useId, useState } from 'react'

type Bar = {
  readonly key: string
  /** The label below the bar. */
  readonly title: string
  /** The size of each series in the bar. */
  readonly parts: readonly number[]
  /** The figure of a year before, drawn as a line across the bar; null for none. */
  readonly before: number | null
  /** Whether the bar belongs to the span shown in the table. */
  readonly isShown?: boolean
}

/**
 * Stacked bars that stay apart in greyscale: filled, hatched, outlined. The picture is hidden from screen readers,
 * which read the same figures in a table.
 */
export const BarChart = ({
  label,
  series,
  beforeName,
  bars,
  format,
  ceiling,
  height = 210,
}: {
  label: string
  /** At most three series, from the bottom up. */
  series: readonly string[]
  /** Absent when no bar has a figure of the year before. */
  beforeName?: string
  bars: readonly Bar[]
  format: (value: number) => string
  /** A line across the chart, such as the number of places. */
  ceiling?: { readonly value: number; readonly name: string } | undefined
  height?: number
}) => {
  const { ref, width } = useWidth()
  const id = useId().replaceAll(':', '')
  // Four at least: below, several lines of the scale would read the same whole number.
  const most = Math.max(4, ceiling?.value ?? 0, ...bars.map(({ parts, before }) => Math.max(total(parts), before ?? 0)))
  const inner = { width: Math.max(1, width - margin.left - margin.right), height: height - margin.top - margin.bottom }
  const x = scaleBand({ domain: bars.map(({ key }) => key), range: [0, inner.width], padding: 0.38 })
  const y = scaleLinear({ domain: [0, most], range: [inner.height, 0], nice: 4 })
  const titles = new Map(bars.map(({ key, title }) => [key, title]))
  const step = Math.ceil((bars.length * 44) / Math.max(1, inner.width))
  const shownTicks = bars.filter((_, at) => at % step === 0).map(({ key }) => key)
  const fillOf = (name: string) =>
    [`var(--accent)`, `url(#${id})`, 'var(--surface)'][series.indexOf(name)] ?? 'var(--surface)'
  const data = bars.map(({ key, parts }) => ({
    key,
    ...Object.fromEntries(series.map((name, at) => [name, parts[at] ?? 0])),
  }))
  return (
    <figure className="bar-chart">
      <ul className="bar-legend" aria-hidden="true">
        {series.map((name, at) => (
          <li key={name}>
            <span className="bar-key" data-series={at} />
            {name}
          </li>
        ))}
        {beforeName ? (
          <li>
            <span className="bar-key" data-series="before" />
            {beforeName}
          </li>
        ) : null}
      </ul>
      <div ref={ref} style={{ blockSize: height }} aria-hidden="true">
        {width > 0 ? (
          <svg width={width} height={height} focusable="false" role="presentation">
            <PatternLines
              id={id}
              width={6}
              height={6}
              stroke="var(--accent)"
              strokeWidth={1.5}
              orientation={['diagonal']}
              background="var(--accent-soft)"
            />
            <g transform={`translate(${margin.left}, ${margin.top})`}>
              <GridRows scale={y} width={inner.width} numTicks={4} stroke="var(--line)" />
              <BarStack data={data} keys={[...series]} x={(bar) => bar.key} xScale={x} yScale={y} color={fillOf}>
                {(stacks) =>
                  stacks.flatMap((stack) =>
                    stack.bars
                      .filter((bar) => bar.height > 0)
                      .map((bar) => (
                        <rect
                          key={`${stack.key} ${bar.index}`}
                          x={bar.x}
                          y={bar.y}
                          width={bar.width}
                          height={bar.height}
                          fill={bar.color}
                          stroke="var(--accent)"
                        />
                      )),
                  )
                }
              </BarStack>
              {bars.map(({ key, before, isShown }) => {
                const left = x(key) ?? 0
                return (
                  <g key={key}>
                    {before === null
                      ? null
                      : // The light edge keeps the line apart from a filled bar, in greyscale too.
                        (['var(--surface)', 'var(--text)'] as const).map((stroke, at) => (
                          <line
                            key={stroke}
                            x1={left - 4}
                            x2={left + x.bandwidth() + 4}
                            y1={y(before)}
                            y2={y(before)}
                            stroke={stroke}
                            strokeWidth={at === 0 ? 5 : 2}
                          />
                        ))}
                    {isShown ? (
                      <line
                        x1={left - x.step() * 0.19}
                        x2={left + x.bandwidth() + x.step() * 0.19}
                        y1={inner.height + 24}
                        y2={inner.height + 24}
                        stroke="var(--line-strong)"
                      />
                    ) : null}
                  </g>
                )
              })}
              {ceiling ? (
                <g>
                  <line
                    x1={0}
                    x2={inner.width}
                    y1={y(ceiling.value)}
                    y2={y(ceiling.value)}
                    stroke="var(--warn)"
                    strokeDasharray="2 3"
                  />
                  <text x={inner.width} y={y(ceiling.value) - 4} textAnchor="end" className="bar-text">
                    {ceiling.name}
                  </text>
                </g>
              ) : null}
              <AxisLeft
                scale={y}
                numTicks={4}
                hideAxisLine
                hideTicks
                tickFormat={(value) => format(Number(value))}
                tickLabelProps={{ className: 'bar-text', textAnchor: 'end', dx: -4, dy: 4 }}
              />
              <AxisBottom
                scale={x}
                top={inner.height}
                hideTicks
                tickValues={shownTicks}
                stroke="var(--line-strong)"
                tickFormat={(key) => shortened(titles.get(key) ?? key, (x.step() * step) / letterWidth)}
                tickLabelProps={{ className: 'bar-text', textAnchor: 'middle', dy: 2 }}
              />
            </g>
          </svg>
        ) : null}
      </div>
      <table className="unseen">
        <caption>{label}</caption>
        <thead>
          <tr>
            <th scope="col">Sur</th>
            {series.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            {beforeName ? <th scope="col">{beforeName}</th> : null}
          </tr>
        </thead>
        <tbody>
          {bars.map(({ key, title, parts, before }) => (
            <tr key={key}>
              <th scope="row">{title}</th>
              {series.map((name, at) => (
                <td key={name}>{format(parts[at] ?? 0)}</td>
              ))}
              {beforeName ? <td>{before === null ? '' : format(before)}</td> : null}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}

/** The width of an element, measured before it is first painted. */
const useWidth = () => {
  const [width, setWidth] = useState(0)
  const ref = useCallback((element: HTMLElement | null) => {
    if (!element) return undefined
    const measure = () => setWidth(element.clientWidth)
    measure()
    const watcher = new ResizeObserver(measure)
    watcher.observe(element)
    return () => watcher.disconnect()
  }, [])
  return { ref, width }
}

/** The average width of a letter below a bar, in pixels. */
const letterWidth = 6.6

const shortened = (title: string, letters: number): string =>
  title.length <= letters ? title : `${title.slice(0, Math.max(1, Math.floor(letters) - 1)).trimEnd()}…`

const margin = { top: 12, right: 4, bottom: 28, left: 56 }

const total = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0)
