import { type KeyboardEvent, type ReactNode, useRef } from 'react'
import { Gauge } from '../../parts/gauge.tsx'

/** A figure of a row: its text, and the key by which it is chosen. Without a key it has no details. */
export type GridCell = {
  readonly text: string
  readonly key?: string | undefined
  readonly isStrong?: boolean
  /** How full the places are, in hundredths: a bar shows it beside the text. */
  readonly fill?: number | null
}

export type GridRow = {
  readonly key: string
  /** Titles of the row, in the first columns. */
  readonly titles: readonly ReactNode[]
  /** The name of the row, read by a screen reader with each figure: « ALSH mercredi, 6-11 ans ». */
  readonly name: string
  readonly cells: readonly GridCell[]
  /** Whether the row begins a group. */
  readonly begins?: boolean
}

type Column = { readonly key: string; readonly title: ReactNode; readonly name: string }

/** A table of figures. Arrow keys move from figure to figure, Enter shows the details of the chosen one. */
export const FiguresGrid = ({
  label,
  heads,
  columns,
  rows,
  totals,
  chosen,
  onChoose,
  onOpen,
}: {
  label: string
  /** Titles of the first columns. */
  heads: readonly string[]
  columns: readonly Column[]
  rows: readonly GridRow[]
  totals?: { readonly title: string; readonly cells: readonly GridCell[] } | undefined
  chosen: string | null
  onChoose: (key: string) => void
  onOpen: () => void
}) => {
  const table = useRef<HTMLTableElement>(null)
  const move = (event: KeyboardEvent<HTMLButtonElement>) => {
    const step = arrows[event.key]
    const from = event.currentTarget.dataset['at']
    if (!step || from === undefined) return
    event.preventDefault()
    const [row = 0, column = 0] = from.split(' ').map(Number)
    for (let times = 1; times <= Math.max(rows.length, columns.length); times += 1) {
      const at = `${row + times * step[0]} ${column + times * step[1]}`
      const next = table.current?.querySelector<HTMLElement>(`[data-at="${at}"]`)
      if (!next) continue
      next.focus()
      onChoose(next.dataset['key'] ?? '')
      return
    }
  }
  const all = [...rows.flatMap(({ cells }) => cells), ...(totals?.cells ?? [])]
  const firstKey = all.find(({ key }) => key !== undefined)?.key
  const isChosenHere = all.some(({ key }) => key !== undefined && key === chosen)
  const figure = ({ text, key, isStrong }: GridCell, name: string, at: string) =>
    key === undefined ? (
      text
    ) : (
      <button
        type="button"
        className="figure"
        data-at={at}
        data-key={key}
        data-strong={isStrong ? '' : undefined}
        aria-pressed={key === chosen}
        aria-label={`${name}\u00a0: ${text}`}
        tabIndex={key === (isChosenHere ? chosen : firstKey) ? 0 : -1}
        onKeyDown={move}
        onClick={() => (key === chosen ? onOpen() : onChoose(key))}
      >
        {text}
      </button>
    )
  return (
    <div className="table-scroll figures-scroll">
      <table ref={table} className="table table-flush figures-grid" aria-label={label}>
        <thead>
          <tr>
            {heads.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
            {columns.map(({ key, title }) => (
              <th key={key} scope="col" className="num">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key: rowKey, titles, name, cells, begins }, row) => (
            <tr key={rowKey} data-begins={begins ? '' : undefined}>
              {titles.map((title, at) =>
                at === titles.length - 1 ? (
                  <th key={heads[at]} scope="row">
                    {title}
                  </th>
                ) : (
                  <td key={heads[at]}>{title}</td>
                ),
              )}
              {columns.map((column, at) => {
                const cell: GridCell = cells[at] ?? { text: '' }
                return (
                  <td key={column.key} className="num">
                    {cell.fill === undefined || cell.fill === null ? (
                      figure(cell, `${name}, ${column.name}`, `${row} ${at}`)
                    ) : (
                      <Gauge held={cell.fill} capacity={100} text={cell.text} line />
                    )}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
        {totals ? (
          <tfoot>
            <tr>
              <th scope="row" colSpan={heads.length}>
                {totals.title}
              </th>
              {columns.map(({ key, name }, at) => (
                <td key={key} className="num">
                  {figure(totals.cells[at] ?? { text: '' }, `${totals.title}, ${name}`, `${rows.length} ${at}`)}
                </td>
              ))}
            </tr>
          </tfoot>
        ) : null}
      </table>
    </div>
  )
}

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}
