import {
  type CSSProperties,
  memo,
  type ReactNode,
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { CellState } from '../../shared/rules/cell.ts'
import type { Day } from '../../shared/rules/day.ts'
import './calendar-grid.css'
import { type CellFace, CellSign } from './cell.tsx'
import { Gauge } from './gauge.tsx'

/** A child, or a child in one of its registrations. */
export type GridRow = {
  readonly id: string
  readonly name: string
  readonly note?: string
  readonly age?: string
  readonly icons?: ReactNode
}

export type GridSlot = {
  readonly id: string
  /** As drawn over the column (« mat. »). */
  readonly label: string
  /** As said in full (« matin »). */
  readonly name: string
  readonly held?: number
  /** Absent where places are not counted; 0 where the slot is shut that day. */
  readonly capacity?: number
}

/** A day, or one activity of it: the slots of a column are found by their ids, which no other column of that day has. */
export type GridColumn = {
  readonly day: Day
  /** As drawn (« mer. 25 nov. »). */
  readonly label: string
  /** As said in full (« mercredi 25 novembre 2026 »). */
  readonly name: string
  readonly note?: string
  readonly isToday?: boolean
  /** Nothing happens that day: neighbours fold together into one narrow band. */
  readonly folded?: boolean
  readonly slots: readonly GridSlot[]
}

export type GridCell = CellFace & {
  /** As `cellText` of the rules says it. */
  readonly text: string
}
export type CellAt = { readonly row: string; readonly day: Day; readonly slot: string }
export type GridKey = 'Space' | 'A' | 'L' | 'R'
export type GridZoom = 'month' | 'week'

type CalendarGridProps = {
  /** The grid's name for a screen reader. */
  readonly label: string
  readonly rows: readonly GridRow[]
  readonly columns: readonly GridColumn[]
  /** Quick and pure: asked again for each cell in sight whenever its identity changes. Undefined: nothing can stand there. */
  readonly cell: (row: GridRow, column: GridColumn, slot: GridSlot) => GridCell | undefined
  readonly zoom: GridZoom
  /** The only state the legend keeps in sight. */
  readonly kept?: CellState | undefined
  /** What stands above the names. */
  readonly corner?: ReactNode
  readonly style?: CSSProperties
  readonly onAct?: (key: GridKey, cells: readonly CellAt[]) => void
  /** What is chosen changed: one cell, or a block. */
  readonly onChoose?: (cells: readonly CellAt[]) => void
  readonly onUndo?: () => void
}

/** The grid of children × days × slots, of the desk and of the portal. Only what is in sight is in the page. */
export const CalendarGrid = (props: CalendarGridProps) => {
  const { rows, columns, zoom, cell, kept } = props
  const { cellWidth, rowHeight } = sizes[zoom]
  const scroller = useRef<HTMLDivElement>(null)
  const layout = useMemo(() => layOut(columns, cellWidth), [columns, cellWidth])
  const rowIndex = useMemo(() => new Map(rows.map((row, index) => [row.id, index])), [rows])
  const [block, setBlock] = useState<Block>({ focus: origin, anchor: origin })
  const [sight, setSight] = useState<Sight>(atFirst)
  const [hasChosen, setHasChosen] = useState(false)
  const takesFocus = useRef(false)
  const isDragging = useRef(false)
  const holdsFocus = useRef(false)

  const last = { row: rows.length - 1, place: layout.places.length - 1 }
  const spotOf = (kept: Kept): Spot => ({
    row: rowIndex.get(kept.rowId) ?? Math.max(0, Math.min(kept.row, last.row)),
    place: layout.placeIndex.get(kept.placeId) ?? Math.max(0, Math.min(kept.place, last.place)),
  })
  const keptOf = (spot: Spot): Kept => ({
    ...spot,
    rowId: rows[spot.row]?.id ?? '',
    placeId: layout.places[spot.place]?.id ?? '',
  })
  const focus = spotOf(block.focus)
  const area = areaOf(focus, spotOf(block.anchor))

  const cellsIn = ({ top, bottom, left, right }: Area): CellAt[] => {
    const cells: CellAt[] = []
    for (const row of rows.slice(top, bottom + 1)) {
      for (const place of layout.places.slice(left, right + 1)) {
        if (cell(row, place.column, place.slot)) cells.push({ row: row.id, day: place.column.day, slot: place.slot.id })
      }
    }
    return cells
  }

  const moveTo = (target: Spot, extends_: boolean) => {
    const spot = { row: clamp(target.row, last.row), place: clamp(target.place, last.place) }
    const anchor = extends_ ? spotOf(block.anchor) : spot
    takesFocus.current = true
    setHasChosen(true)
    setBlock({ focus: keptOf(spot), anchor: keptOf(anchor) })
    props.onChoose?.(cellsIn(areaOf(spot, anchor)))
  }

  const look = useCallback(() => {
    const seen = scroller.current
    if (!seen) return
    setSight((before) => {
      const now = sightOf(seen)
      return sightKeys.every((key) => before[key] === now[key]) ? before : now
    })
  }, [])

  useLayoutEffect(() => {
    const seen = scroller.current
    if (!seen) return undefined
    look()
    const observer = new ResizeObserver(look)
    observer.observe(seen)
    return () => observer.disconnect()
  }, [look])

  useLayoutEffect(() => {
    const seen = scroller.current
    if (!seen) return
    // A row that leaves while it holds the focus would drop it on the page: it goes to the cell that takes its place.
    const lost = holdsFocus.current && document.activeElement === document.body
    if (!takesFocus.current && !lost) return
    takesFocus.current = false
    bringIntoView(seen, layout.places[focus.place], focus.row, rowHeight)
    seen.querySelector<HTMLElement>('[role="gridcell"][tabindex="0"]')?.focus({ preventScroll: true })
  })

  const onKeyDown = (event: React.KeyboardEvent) => {
    const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - headHeight) / rowHeight) - 1)
    const modified = event.ctrlKey || event.metaKey
    const act = acts[event.key.toUpperCase()]
    const move = moves(event.key, focus, last, page, modified)
    if (modified && event.key.toLowerCase() === 'z' && !event.shiftKey && props.onUndo) props.onUndo()
    else if (event.altKey) return
    else if (move) moveTo(move, event.shiftKey)
    else if (event.key === 'Escape' && (area.top !== area.bottom || area.left !== area.right)) moveTo(focus, false)
    else if (act && !modified && !event.shiftKey && props.onAct) props.onAct(act, cellsIn(area))
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  const shownRows = inSight(
    Math.floor(sight.top / rowHeight),
    Math.min(last.row, Math.ceil(sight.bottom / rowHeight)),
    focus.row,
  )
  const from = firstAfter(layout.places, sight.left)
  const to = Math.max(from, firstAfter(layout.places, sight.right))
  const places = useMemo(() => layout.places.slice(from, to + 1), [layout, from, to])
  const stopPlace = layout.places[focus.place]
  const width = nameWidth + layout.width

  return (
    <div
      ref={scroller}
      className="calendar"
      style={props.style}
      data-zoom={zoom}
      role="grid"
      aria-label={props.label}
      aria-rowcount={rows.length + 2}
      aria-colcount={layout.places.length + 1}
      aria-multiselectable="true"
      tabIndex={-1}
      onScroll={look}
      onKeyDown={onKeyDown}
      onFocus={() => {
        holdsFocus.current = true
        if (hasChosen) return
        setHasChosen(true)
        props.onChoose?.(cellsIn(area))
      }}
      onBlur={(event) => {
        holdsFocus.current = event.currentTarget.contains(event.relatedTarget)
      }}
      onPointerDown={(event) => {
        const spot = event.button === 0 ? spotUnder(event) : undefined
        if (!spot) return
        isDragging.current = true
        window.addEventListener('pointerup', () => (isDragging.current = false), { once: true })
        // The cell is focused once drawn; the browser would focus it before.
        event.preventDefault()
        moveTo(spot, event.shiftKey)
      }}
      onMouseDown={(event) => event.preventDefault()}
      onPointerOver={(event) => {
        const spot = isDragging.current ? spotUnder(event) : undefined
        if (spot && (spot.row !== focus.row || spot.place !== focus.place)) moveTo(spot, true)
      }}
    >
      <div className="calendar-head" role="rowgroup" style={{ inlineSize: width, blockSize: headHeight }}>
        <div role="row" aria-rowindex={1}>
          <div className="calendar-corner" role="columnheader" style={{ inlineSize: nameWidth }}>
            {props.corner ?? <span className="cell-text">Enfant</span>}
          </div>
          {layout.days
            .filter((day) => day.left < sight.right && day.left + day.width > sight.left)
            .map((day) => (
              <DayHead key={day.left} day={day} />
            ))}
        </div>
        <div role="row" aria-rowindex={2}>
          {places.map((place) => (
            <SlotHead key={place.id} place={place} />
          ))}
        </div>
        {layout.folds.map((fold) => (
          <span
            key={fold.left}
            className="calendar-fold"
            style={{ left: nameWidth + fold.left }}
            title="Jours fermés, repliés"
          />
        ))}
      </div>
      <div className="calendar-body" role="rowgroup" style={{ inlineSize: width, blockSize: rows.length * rowHeight }}>
        {shownRows.map((index) => {
          const row = rows[index]
          const chosen = hasChosen && index >= area.top && index <= area.bottom
          return row ? (
            <Row
              key={row.id}
              row={row}
              index={index}
              zoom={zoom}
              places={places}
              stop={index === focus.row ? stopPlace : undefined}
              cell={cell}
              kept={kept}
              chosenFrom={chosen ? area.left : -1}
              chosenTo={chosen ? area.right : -1}
              edges={`${chosen && index === area.top ? 'top ' : ''}${chosen && index === area.bottom ? 'bottom ' : ''}`}
            />
          ) : null
        })}
        {layout.folds.map((fold) => (
          <span key={fold.left} className="calendar-fold" style={{ left: nameWidth + fold.left }} />
        ))}
        {layout.starts.map((left) => (
          <span key={left} className="calendar-start" style={{ left: nameWidth + left }} />
        ))}
      </div>
    </div>
  )
}

const DayHead = memo(({ day: { column, left, width, first } }: { day: DayBand }) => (
  <div
    className="calendar-day"
    role="columnheader"
    aria-colindex={first + 2}
    aria-colspan={column.slots.length}
    aria-label={column.note ? `${column.name}, ${column.note}` : column.name}
    title={column.note ? `${column.name}, ${column.note}` : column.name}
    data-today={column.isToday || undefined}
    data-narrow={width < roomForLabel || undefined}
    style={{ left: nameWidth + left, inlineSize: width }}
  >
    {column.label}
    {width < roomForLabel ? null : <small>{column.note ?? '\u00a0'}</small>}
  </div>
))

const SlotHead = memo(({ place: { column, slot, index, left, width } }: { place: Place }) => (
  <div
    className="calendar-slot"
    role="columnheader"
    aria-colindex={index + 2}
    aria-label={`${slot.name}, ${column.label}${slot.capacity === undefined ? '' : ` : ${slot.held ?? 0} sur ${slot.capacity}`}`}
    style={{ left: nameWidth + left, inlineSize: width }}
  >
    {slot.label}
    {slot.capacity === undefined ? null : slot.capacity === 0 ? (
      <div>fermé</div>
    ) : (
      <Gauge held={slot.held ?? 0} capacity={slot.capacity} />
    )}
  </div>
))

type RowProps = {
  readonly row: GridRow
  readonly index: number
  readonly zoom: GridZoom
  readonly places: readonly Place[]
  /** The cell that Tab reaches, kept in the page even when scrolled away. */
  readonly stop: Place | undefined
  readonly cell: CalendarGridProps['cell']
  readonly kept: CellState | undefined
  readonly chosenFrom: number
  readonly chosenTo: number
  readonly edges: string
}

const Row = memo(({ row, index, zoom, places, stop, cell, kept, chosenFrom, chosenTo, edges }: RowProps) => {
  const { rowHeight } = sizes[zoom]
  const shown = stop && !places.includes(stop) ? [...places, stop] : places
  return (
    <div
      className="calendar-row"
      role="row"
      aria-rowindex={index + 3}
      style={{ top: index * rowHeight, blockSize: rowHeight }}
    >
      <div className="calendar-name" role="rowheader" aria-colindex={1} style={{ inlineSize: nameWidth }}>
        <span title={row.name}>{row.name}</span>
        {row.note ? <small>{row.note}</small> : null}
        {row.icons}
        {row.age ? <small>{row.age}</small> : null}
      </div>
      {shown.map((place) => {
        const content = cell(row, place.column, place.slot)
        const chosen = place.index >= chosenFrom && place.index <= chosenTo
        return (
          <GridCellBox
            key={place.id}
            rowName={row.name}
            rowIndex={index}
            place={place}
            zoom={zoom}
            state={content?.state}
            rank={content?.rank}
            draft={content?.draft}
            text={content?.text}
            dim={kept !== undefined && content?.state !== kept}
            stop={place === stop}
            chosen={chosen}
            edges={
              chosen
                ? `${edges}${place.index === chosenFrom ? 'left ' : ''}${place.index === chosenTo ? 'right' : ''}`
                : undefined
            }
          />
        )
      })}
    </div>
  )
})

/** Props are plain values: a change in one cell draws that cell again and no other. */
const GridCellBox = memo(
  ({
    rowName,
    rowIndex,
    place,
    zoom,
    state,
    rank,
    draft,
    text,
    dim,
    stop,
    chosen,
    edges,
  }: {
    rowName: string
    rowIndex: number
    place: Place
    zoom: GridZoom
    state: CellState | undefined
    rank: number | undefined
    draft: 'book' | 'cancel' | undefined
    text: string | undefined
    dim: boolean
    stop: boolean
    chosen: boolean
    edges: string | undefined
  }) => (
    <div
      className="calendar-cell"
      role="gridcell"
      tabIndex={stop ? 0 : -1}
      aria-colindex={place.index + 2}
      aria-selected={chosen}
      aria-label={`${rowName}, ${place.column.name}, ${place.slot.name}\u00a0: ${text ?? 'rien à réserver'}`}
      data-row={rowIndex}
      data-place={place.index}
      data-edge={edges}
      style={{ left: nameWidth + place.left, inlineSize: place.width }}
    >
      {state ? (
        <CellSign face={{ state, rank, draft }} size={zoom} dim={dim} />
      ) : (
        <span className="calendar-nothing" aria-hidden="true" />
      )}
    </div>
  ),
)

type Place = {
  readonly id: string
  readonly index: number
  readonly column: GridColumn
  readonly slot: GridSlot
  readonly left: number
  readonly width: number
}
type DayBand = { readonly column: GridColumn; readonly left: number; readonly width: number; readonly first: number }
type Spot = { readonly row: number; readonly place: number }
/** A spot and what stood on it, so that it follows its child when rows are sorted, and its day when the month turns. */
type Kept = Spot & { readonly rowId: string; readonly placeId: string }
type Block = { readonly focus: Kept; readonly anchor: Kept }
type Area = { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number }
type Sight = Area

// Pixels, as look.md: a month cell of 22 in 31 × 27, a week cell of 34 in 66 × 42.
const sizes: Record<GridZoom, { cellWidth: number; rowHeight: number }> = {
  month: { cellWidth: 31, rowHeight: 27 },
  week: { cellWidth: 66, rowHeight: 42 },
}
const nameWidth = 196
const headHeight = 86
const foldWidth = 15
/** A day narrower than its date on one line writes it on two. */
const roomForLabel = 84
const narrowestDay = 50
/** Of a figure of the gauge, so that « 126/140 » never runs into the next. */
const figureWidth = 6.2

const origin: Kept = { row: 0, place: 0, rowId: '', placeId: '' }
const acts: Record<string, GridKey> = { ' ': 'Space', A: 'A', L: 'L', R: 'R' }

const layOut = (columns: readonly GridColumn[], cellWidth: number) => {
  const places: Place[] = []
  const days: DayBand[] = []
  const folds: { left: number }[] = []
  const starts: number[] = []
  let left = 0
  let inFold = false
  for (const column of columns) {
    if (column.folded || column.slots.length === 0) {
      if (!inFold) {
        folds.push({ left })
        left += foldWidth
      }
      inFold = true
      continue
    }
    const longest = Math.max(...column.slots.map(({ held = 0, capacity = 0 }) => `${held}/${capacity}`.length))
    const width = Math.max(cellWidth, Math.ceil(narrowestDay / column.slots.length), longest * figureWidth)
    if (!inFold && left > 0) starts.push(left)
    inFold = false
    days.push({ column, left, width: width * column.slots.length, first: places.length })
    for (const slot of column.slots) {
      places.push({ id: `${column.day} ${slot.id}`, index: places.length, column, slot, left, width })
      left += width
    }
  }
  const placeIndex = new Map(places.map(({ id, index }) => [id, index]))
  return { places, days, folds, starts, placeIndex, width: left }
}

const spotUnder = (event: React.PointerEvent): Spot | undefined => {
  const found = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-place]') : null
  return found ? { row: Number(found.dataset['row']), place: Number(found.dataset['place']) } : undefined
}

const areaOf = (a: Spot, b: Spot): Area => ({
  top: Math.min(a.row, b.row),
  bottom: Math.max(a.row, b.row),
  left: Math.min(a.place, b.place),
  right: Math.max(a.place, b.place),
})

const clamp = (value: number, last: number) => Math.max(0, Math.min(last, value))

const moves = (key: string, at: Spot, last: Spot, page: number, modified: boolean): Spot | undefined => {
  if (modified && key !== 'Home' && key !== 'End') return undefined
  switch (key) {
    case 'ArrowUp':
      return { ...at, row: at.row - 1 }
    case 'ArrowDown':
      return { ...at, row: at.row + 1 }
    case 'ArrowLeft':
      return { ...at, place: at.place - 1 }
    case 'ArrowRight':
      return { ...at, place: at.place + 1 }
    case 'PageUp':
      return { ...at, row: at.row - page }
    case 'PageDown':
      return { ...at, row: at.row + page }
    case 'Home':
      return { row: modified ? 0 : at.row, place: 0 }
    case 'End':
      return { row: modified ? last.row : at.row, place: last.place }
    default:
      return undefined
  }
}

// What is drawn reaches past what is seen and moves by whole steps, so that most scrolling draws nothing.
const step = { down: 54, across: 93 }
const margin = { down: 108, across: 93 }
const down = (value: number, by: number) => Math.max(0, Math.floor(value / by) * by)
const up = (value: number, by: number) => Math.ceil(value / by) * by

const sightOf = ({ scrollTop, scrollLeft, clientHeight, clientWidth }: HTMLElement): Sight => ({
  top: down(scrollTop - margin.down, step.down),
  bottom: up(scrollTop + clientHeight - headHeight + margin.down, step.down),
  left: down(scrollLeft - margin.across, step.across),
  right: up(scrollLeft + clientWidth - nameWidth + margin.across, step.across),
})
const sightKeys = ['top', 'bottom', 'left', 'right'] as const

const atFirst = (): Sight => ({ top: 0, bottom: window.innerHeight, left: 0, right: window.innerWidth })

/** Indexes from first to last, and `always` wherever it is. */
const inSight = (first: number, last: number, always: number): number[] => {
  const shown = Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset)
  return always >= first && always <= last ? shown : [...shown, always]
}

/** The first place that ends after `x`, or the last of all. */
const firstAfter = (places: readonly Place[], x: number): number => {
  let low = 0
  let high = Math.max(0, places.length - 1)
  while (low < high) {
    const middle = (low + high) >> 1
    const place = places[middle]
    if (place && place.left + place.width <= x) low = middle + 1
    else high = middle
  }
  return low
}

const bringIntoView = (seen: HTMLElement, place: Place | undefined, row: number, rowHeight: number) => {
  const top = row * rowHeight
  const room = seen.clientHeight - headHeight
  if (top < seen.scrollTop) seen.scrollTop = top
  else if (top + rowHeight > seen.scrollTop + room) seen.scrollTop = top + rowHeight - room
  if (!place) return
  const across = seen.clientWidth - nameWidth
  if (place.left < seen.scrollLeft) seen.scrollLeft = place.left
  else if (place.left + place.width > seen.scrollLeft + across) seen.scrollLeft = place.left + place.width - across
}
