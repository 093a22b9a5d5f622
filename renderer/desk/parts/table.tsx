import IconChevronDown from '@tabler/icons-react/icons/IconChevronDown'
import IconChevronUp from '@tabler/icons-react/icons/IconChevronUp'
import {
  type CSSProperties,
  Fragment,
  type ReactNode,
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'

export type TableColumn<Item> = {
  readonly id: string
  readonly title: ReactNode
  readonly show: (item: Item) => ReactNode
  /** Amounts and counts: at the right, in figures of one width. */
  readonly number?: boolean
  /** How many columns a line's cell takes, itself among them: those it covers show nothing there. */
  readonly span?: (item: Item) => number
  /** CSS width; the columns without one share what is left. */
  readonly width?: string | number
  /** Given, the head sorts by it. */
  readonly compare?: (a: Item, b: Item) => number
  readonly total?: ReactNode
}

type TableProps<Item> = {
  readonly label: string
  readonly items: readonly Item[]
  readonly idOf: (item: Item) => string | number
  readonly columns: readonly TableColumn<Item>[]
  /** The line that is chosen, told in the panel. */
  readonly chosen?: string | number | undefined
  readonly onChoose?: (item: Item) => void
  /** Enter or a double click. */
  readonly onOpen?: (item: Item) => void
  /** Lines of one group follow each other under its name; keeps the given order. */
  readonly groupOf?: (item: Item) => string
  readonly empty?: ReactNode
  /** Columns keep their widths when a filter leaves few lines, as they do in a long list: longer texts are cut. */
  readonly keepsWidths?: boolean
  /** First and last columns meet the screen's edges. */
  readonly flush?: boolean
  readonly style?: CSSProperties
}

type Line<Item> = { readonly item: Item } | { readonly group: string }

/** Any number of lines: only those in sight are in the page. Arrows, Home, End, Page keys choose; Enter opens. */
export const Table = <Item,>({
  label,
  items,
  idOf,
  columns,
  chosen,
  onChoose,
  onOpen,
  groupOf,
  empty,
  keepsWidths = false,
  flush = false,
  style,
}: TableProps<Item>) => {
  const scroller = useRef<HTMLDivElement>(null)
  const [sort, setSort] = useState<{ column: string; descending: boolean }>()
  const [visited, setVisited] = useState<string | number>()
  const takesFocus = useRef(false)
  const [sight, setSight] = useState({ first: 0, last: shortest })

  const sorted = useMemo(() => {
    const compare = columns.find(({ id }) => id === sort?.column)?.compare
    if (!compare || !sort) return items
    return items.toSorted(sort.descending ? (a, b) => compare(b, a) : compare)
  }, [items, columns, sort])
  const lines = useMemo(() => linesOf(sorted, sort ? undefined : groupOf), [sorted, sort, groupOf])
  const isLong = lines.length > shortest
  const current = chosen ?? visited
  const found = lines.findIndex((line) => 'item' in line && idOf(line.item) === current)
  const stop = found >= 0 ? found : lines.findIndex((line) => 'item' in line)
  const acts = onChoose !== undefined || onOpen !== undefined

  const look = useCallback(() => {
    const seen = scroller.current
    if (!seen) return
    const first = Math.floor(seen.scrollTop / rowHeight / step - 1) * step
    const last = Math.ceil((seen.scrollTop + seen.clientHeight) / rowHeight / step + 1) * step
    setSight((before) => (before.first === first && before.last === last ? before : { first, last }))
  }, [])
  useLayoutEffect(() => {
    const seen = scroller.current
    if (!seen || !isLong) return undefined
    look()
    const observer = new ResizeObserver(look)
    observer.observe(seen)
    return () => observer.disconnect()
  }, [look, isLong])
  useLayoutEffect(() => {
    const seen = scroller.current
    if (!seen || !takesFocus.current) return
    takesFocus.current = false
    if (isLong) bringIntoView(seen, stop)
    seen.querySelector<HTMLElement>('tr[tabindex="0"]')?.focus({ preventScroll: isLong })
  })

  // Scroll to a row chosen elsewhere, or on coming back to the screen, without moving the focus.
  useLayoutEffect(() => {
    const seen = scroller.current
    if (!seen || chosen === undefined || chosen === visited || found < 0) return
    setVisited(chosen)
    bringIntoView(seen, found)
  }, [chosen, visited, found])

  const goTo = (index: number) => {
    const line = lines[index]
    if (!line || !('item' in line)) return
    takesFocus.current = true
    setVisited(idOf(line.item))
    onChoose?.(line.item)
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (!(event.target instanceof HTMLTableRowElement) || event.ctrlKey || event.metaKey || event.altKey) return
    const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - headHeight) / rowHeight) - 1)
    const line = lines[stop]
    const target = targetOf(event.key, stop, lines.length, page)
    if (target !== undefined) goTo(nearestItem(lines, target, target < stop ? -1 : 1))
    else if (event.key === 'Enter' && onOpen && line && 'item' in line) onOpen(line.item)
    else if (event.key === ' ' && onChoose && line && 'item' in line) onChoose(line.item)
    else return
    event.preventDefault()
  }

  if (items.length === 0 && empty !== undefined) return <>{empty}</>
  const shown = isLong ? indexesIn(sight.first, Math.min(sight.last, lines.length - 1), stop) : lines.map((_, at) => at)
  const last = shown.at(-1) ?? -1

  const keyAt = (index: number) => {
    const line = lines[index]
    return !line ? index : 'group' in line ? `group ${line.group}` : idOf(line.item)
  }
  const drawLine = (index: number) => {
    const line = lines[index]
    if (!line) return null
    if ('group' in line)
      return (
        <tr className="group">
          <td colSpan={columns.length}>{line.group}</td>
        </tr>
      )
    const { item } = line
    return (
      <tr
        aria-rowindex={index + 2}
        {...(acts ? { 'aria-selected': idOf(item) === chosen, tabIndex: index === stop ? 0 : -1 } : {})}
        onClick={acts ? () => goTo(index) : undefined}
        onKeyDown={acts ? onKeyDown : undefined}
        onDoubleClick={onOpen ? () => onOpen(item) : undefined}
      >
        {uncovered(columns, item).map((column) => (
          <td key={column.id} className={column.number ? 'num' : undefined} colSpan={column.span?.(item)}>
            {column.show(item)}
          </td>
        ))}
      </tr>
    )
  }

  return (
    <div ref={scroller} className="table-scroll" style={style} onScroll={isLong ? look : undefined}>
      <table
        className={flush ? 'table table-flush' : 'table'}
        role={acts ? 'grid' : undefined}
        aria-label={label}
        aria-rowcount={lines.length + 1}
        data-fixed={isLong || keepsWidths || undefined}
      >
        <colgroup>
          {columns.map(({ id, width }) => (
            <col key={id} style={width === undefined ? undefined : { inlineSize: width }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <Head key={column.id} column={column} sort={sort} onSort={setSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((index, at) => (
            <Fragment key={keyAt(index)}>
              <Gap lines={index - (shown[at - 1] ?? -1) - 1} />
              {drawLine(index)}
            </Fragment>
          ))}
          <Gap lines={lines.length - 1 - last} />
        </tbody>
        {columns.some(({ total }) => total !== undefined) ? (
          <tfoot>
            <tr>
              {columns.map(({ id, number, total }) => (
                <td key={id} className={number ? 'num' : undefined}>
                  {total}
                </td>
              ))}
            </tr>
          </tfoot>
        ) : null}
      </table>
    </div>
  )
}

const uncovered = <Item,>(columns: readonly TableColumn<Item>[], item: Item): TableColumn<Item>[] => {
  let free = 0
  return columns.filter((column, at) => {
    if (at < free) return false
    free = at + (column.span?.(item) ?? 1)
    return true
  })
}

const Head = <Item,>({
  column,
  sort,
  onSort,
}: {
  column: TableColumn<Item>
  sort: { column: string; descending: boolean } | undefined
  onSort: (sort: { column: string; descending: boolean } | undefined) => void
}) => {
  const mine = sort?.column === column.id ? sort : undefined
  const next = mine?.descending ? undefined : { column: column.id, descending: mine !== undefined }
  return (
    <th
      scope="col"
      className={column.number ? 'num' : undefined}
      {...(column.compare ? { 'aria-sort': mine ? (mine.descending ? 'descending' : 'ascending') : 'none' } : {})}
    >
      {column.compare ? (
        <button type="button" onClick={() => onSort(next)}>
          {column.title}
          {mine ? mine.descending ? <IconChevronDown size={14} /> : <IconChevronUp size={14} /> : null}
        </button>
      ) : (
        column.title
      )}
    </th>
  )
}

/** The room of lines that are not in the page. */
const Gap = ({ lines }: { lines: number }) =>
  lines > 0 ? <tr className="gap" aria-hidden="true" style={{ blockSize: lines * rowHeight }} /> : null

const rowHeight = 34
const headHeight = 30
/** Up to here every line is in the page. */
const shortest = 100
const step = 10

/** From first to last, and `always` wherever it is: Tab must reach it, and the focus must not vanish with it. */
const indexesIn = (first: number, last: number, always: number): number[] => {
  const from = Math.max(0, first)
  const shown = Array.from({ length: Math.max(0, last - from + 1) }, (_, offset) => from + offset)
  if (always < 0 || (always >= from && always <= last)) return shown
  return always < from ? [always, ...shown] : [...shown, always]
}

const bringIntoView = (seen: HTMLElement, index: number) => {
  const top = index * rowHeight
  const foot = seen.querySelector('tfoot')?.clientHeight ?? 0
  const room = seen.clientHeight - headHeight - foot
  if (top < seen.scrollTop) seen.scrollTop = top
  else if (top + rowHeight > seen.scrollTop + room) seen.scrollTop = top + rowHeight - room
}

const linesOf = <Item,>(items: readonly Item[], groupOf: ((item: Item) => string) | undefined): Line<Item>[] => {
  if (!groupOf) return items.map((item) => ({ item }))
  const lines: Line<Item>[] = []
  let last: string | undefined
  for (const item of items) {
    const group = groupOf(item)
    if (group !== last) lines.push({ group })
    last = group
    lines.push({ item })
  }
  return lines
}

const targetOf = (key: string, from: number, count: number, page: number): number | undefined => {
  switch (key) {
    case 'ArrowUp':
      return Math.max(0, from - 1)
    case 'ArrowDown':
      return Math.min(count - 1, from + 1)
    case 'PageUp':
      return Math.max(0, from - page)
    case 'PageDown':
      return Math.min(count - 1, from + page)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}

/** From `index` on in that direction, else back: a group's name is not a line that can be chosen. */
const nearestItem = (lines: readonly Line<unknown>[], index: number, direction: 1 | -1): number => {
  for (let at = index; at >= 0 && at < lines.length; at += direction) {
    const line = lines[at]
    if (line && 'item' in line) return at
  }
  return index + (direction === 1 ? -1 : 1)
}
