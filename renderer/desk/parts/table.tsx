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
import { flushSync } from 'react-dom'

export type TableColumn<Item> = {
  readonly id: string
  readonly title: ReactNode
  readonly show: (item: Item) => ReactNode
  /** Amounts and counts: aligned to the right, in digits of equal width. */
  readonly number?: boolean
  /** Number of columns that the item's cell covers, its own included; the covered columns draw no cell. */
  readonly span?: (item: Item) => number
  /** CSS width; columns without a width share the remaining space. */
  readonly width?: string | number
  /** Makes the column's head sort the table. */
  readonly compare?: (a: Item, b: Item) => number
  readonly total?: ReactNode
}

type TableProps<Item> = {
  readonly label: string
  readonly items: readonly Item[]
  readonly idOf: (item: Item) => string | number
  readonly columns: readonly TableColumn<Item>[]
  /** Id of the selected item, whose details the panel shows. */
  readonly chosen?: string | number | undefined
  readonly onChoose?: (item: Item) => void
  /** Called on Enter or a double click. */
  readonly onOpen?: (item: Item) => void
  /** Called on Space, which otherwise selects the item. */
  readonly onSpace?: (item: Item) => void
  /** Drawn in the place of a group's name. */
  readonly renderGroup?: (group: string) => ReactNode
  /** Name of the item's group, drawn above the group's items. The items are given in the order of their groups. */
  readonly groupOf?: (item: Item) => string
  readonly empty?: ReactNode
  /** Columns keep their widths when a filter leaves few lines, as they do in a long list: longer texts are cut. */
  readonly keepsWidths?: boolean
  /** First and last columns meet the screen's edges. */
  readonly flush?: boolean
  /** In pixels, where each line has more than one line of text. */
  readonly rowHeight?: number
  readonly style?: CSSProperties
}

type Line<Item> = { readonly item: Item } | { readonly group: string }

/** A table of any length: only visible lines are in the page. Arrows, Home, End and Page keys select; Enter opens. */
export const Table = <Item,>({
  label,
  items,
  idOf,
  columns,
  chosen,
  onChoose,
  onOpen,
  onSpace,
  renderGroup,
  groupOf,
  empty,
  keepsWidths = false,
  flush = false,
  rowHeight = usualRowHeight,
  style,
}: TableProps<Item>) => {
  const scroller = useRef<HTMLDivElement>(null)
  const [sort, setSort] = useState<{ column: string; descending: boolean }>()
  const [visited, setVisited] = useState<string | number>()
  const takesFocus = useRef(false)
  // At first as many lines as the whole window would hold: fewer to draw than to measure and take away.
  const [visible, setVisible] = useState(() => ({ first: 0, last: lastLineAt(window.innerHeight, rowHeight) }))

  const sorted = useMemo(() => {
    const compare = columns.find(({ id }) => id === sort?.column)?.compare
    if (!compare || !sort) return items
    return items.toSorted(sort.descending ? (a, b) => compare(b, a) : compare)
  }, [items, columns, sort])
  const lines = useMemo(() => linesOf(sorted, sort ? undefined : groupOf), [sorted, sort, groupOf])
  const isLong = lines.length > maxUnwindowed
  const current = chosen ?? visited
  const found = lines.findIndex((line) => 'item' in line && idOf(line.item) === current)
  const tabStop = found >= 0 ? found : lines.findIndex((line) => 'item' in line)
  const isInteractive = onChoose !== undefined || onOpen !== undefined

  // Our own windowing: TanStack Virtual would save some 20 lines, behave the same, and add 33 kB to the screens'
  // scripts.
  const measure = useCallback(() => {
    const viewport = scroller.current
    if (!viewport) return
    const first = Math.floor(viewport.scrollTop / rowHeight / windowStep - 1) * windowStep
    const last = lastLineAt(viewport.scrollTop + viewport.clientHeight, rowHeight)
    setVisible((before) => (before.first === first && before.last === last ? before : { first, last }))
  }, [rowHeight])
  useLayoutEffect(() => {
    const viewport = scroller.current
    if (!viewport || !isLong) return undefined
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(viewport)
    return () => observer.disconnect()
  }, [measure, isLong])
  useLayoutEffect(() => {
    const viewport = scroller.current
    if (!viewport || !takesFocus.current) return
    takesFocus.current = false
    if (isLong) bringIntoView(viewport, tabStop, rowHeight)
    viewport.querySelector<HTMLElement>('tr[tabindex="0"]')?.focus({ preventScroll: isLong })
  })

  // Scroll to a row selected elsewhere, or before the screen was last left, without moving the focus.
  useLayoutEffect(() => {
    const viewport = scroller.current
    if (!viewport || chosen === undefined || chosen === visited || found < 0) return
    setVisited(chosen)
    bringIntoView(viewport, found, rowHeight)
  }, [chosen, visited, found, rowHeight])

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
    const line = lines[tabStop]
    const target = targetOf(event.key, tabStop, lines.length, page)
    if (target !== undefined) goTo(nearestItem(lines, target, target < tabStop ? -1 : 1))
    else if (event.key === 'Enter' && onOpen && line && 'item' in line) onOpen(line.item)
    else if (event.key === ' ' && line && 'item' in line && (onSpace ?? onChoose)) (onSpace ?? onChoose)?.(line.item)
    else return
    event.preventDefault()
  }

  if (items.length === 0 && empty !== undefined) return <>{empty}</>
  const shown = isLong
    ? indexesIn(visible.first, Math.min(visible.last, lines.length - 1), tabStop)
    : lines.map((_, position) => position)
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
          <td colSpan={columns.length}>{renderGroup ? renderGroup(line.group) : line.group}</td>
        </tr>
      )
    const { item } = line
    return (
      <tr
        aria-rowindex={index + 2}
        {...(isInteractive ? { 'aria-selected': idOf(item) === chosen, tabIndex: index === tabStop ? 0 : -1 } : {})}
        onClick={isInteractive ? () => goTo(index) : undefined}
        onKeyDown={isInteractive ? onKeyDown : undefined}
        onDoubleClick={onOpen ? () => onOpen(item) : undefined}
      >
        {drawnColumns(columns, item).map((column) => (
          <td key={column.id} className={column.number ? 'num' : undefined} colSpan={column.span?.(item)}>
            {column.show(item)}
          </td>
        ))}
      </tr>
    )
  }

  // Drawn within the scroll event: React would draw the lines one frame later, and a large jump would show none
  // meanwhile.
  const onScroll = isLong ? () => flushSync(measure) : undefined
  return (
    <div ref={scroller} className="table-scroll" style={style} onScroll={onScroll}>
      <table
        className={flush ? 'table table-flush' : 'table'}
        role={isInteractive ? 'grid' : undefined}
        aria-label={label}
        aria-rowcount={lines.length + 1}
        data-fixed={isLong || keepsWidths || undefined}
        style={{ '--least-width': `${leastWidth(columns)}px` } as CSSProperties}
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
          {shown.map((index, position) => (
            <Fragment key={keyAt(index)}>
              <Gap lines={index - (shown[position - 1] ?? -1) - 1} rowHeight={rowHeight} />
              {drawLine(index)}
            </Fragment>
          ))}
          <Gap lines={lines.length - 1 - last} rowHeight={rowHeight} />
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

const drawnColumns = <Item,>(columns: readonly TableColumn<Item>[], item: Item): TableColumn<Item>[] => {
  let free = 0
  return columns.filter((column, position) => {
    if (position < free) return false
    free = position + (column.span?.(item) ?? 1)
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
  const columnSort = sort?.column === column.id ? sort : undefined
  const next = columnSort?.descending ? undefined : { column: column.id, descending: columnSort !== undefined }
  return (
    <th
      scope="col"
      className={column.number ? 'num' : undefined}
      {...(column.compare
        ? { 'aria-sort': columnSort ? (columnSort.descending ? 'descending' : 'ascending') : 'none' }
        : {})}
    >
      {column.compare ? (
        <button type="button" onClick={() => onSort(next)}>
          {column.title}
          {columnSort ? columnSort.descending ? <IconChevronDown size={14} /> : <IconChevronUp size={14} /> : null}
        </button>
      ) : (
        column.title
      )}
    </th>
  )
}

/** An empty row as high as the lines that are not in the page. */
const Gap = ({ lines, rowHeight }: { lines: number; rowHeight: number }) =>
  lines > 0 ? <tr className="gap" aria-hidden="true" style={{ blockSize: lines * rowHeight }} /> : null

/** In pixels: the sum of the given widths, plus enough for a name in each column that shares the remaining width. */
const leastWidth = (columns: readonly Pick<TableColumn<never>, 'width'>[]): number =>
  columns.reduce((sum, { width }) => sum + (typeof width === 'number' ? width : 140), 0)

const usualRowHeight = 34
const headHeight = 30
/** Up to this number of lines, all of them are in the page. */
const maxUnwindowed = 100
const windowStep = 10

/** The last line to draw when the lowest visible pixel of the table is there. */
const lastLineAt = (bottom: number, rowHeight: number): number =>
  Math.ceil(bottom / rowHeight / windowStep + 1) * windowStep

/**
 * Indexes from first to last, and `always`: the line that Tab reaches must stay in the page, since it may have the
 * focus.
 */
const indexesIn = (first: number, last: number, always: number): number[] => {
  const from = Math.max(0, first)
  const shown = Array.from({ length: Math.max(0, last - from + 1) }, (_, offset) => from + offset)
  if (always < 0 || (always >= from && always <= last)) return shown
  return always < from ? [always, ...shown] : [...shown, always]
}

const bringIntoView = (viewport: HTMLElement, index: number, rowHeight: number) => {
  const top = index * rowHeight
  const foot = viewport.querySelector('tfoot')?.clientHeight ?? 0
  const room = viewport.clientHeight - headHeight - foot
  if (top < viewport.scrollTop) viewport.scrollTop = top
  else if (top + rowHeight > viewport.scrollTop + room) viewport.scrollTop = top + rowHeight - room
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

/** The nearest item from `index` on in a direction, else backwards: a group's name cannot be selected. */
const nearestItem = (lines: readonly Line<unknown>[], index: number, direction: 1 | -1): number => {
  for (let position = index; position >= 0 && position < lines.length; position += direction) {
    const line = lines[position]
    if (line && 'item' in line) return position
  }
  return index + (direction === 1 ? -1 : 1)
}
