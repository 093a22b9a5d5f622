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
import type { Day } from '../../shared/rules/calendar/day.ts'
import type { CellState } from '../../shared/rules/cell/cell.ts'
import './calendar-grid.css'
import {
  type AnchoredSpot,
  type Area,
  areaOf,
  type Block,
  bringIntoView,
  cellSizes,
  clamp,
  type DayBand,
  firstEndingAfter,
  type GridColumn,
  type GridSlot,
  type GridZoom,
  headHeight,
  indexesIn,
  initialArea,
  isSameArea,
  layOutStretched,
  nameWidth,
  oneLineLabelWidth,
  origin,
  type PlacedColumn,
  type RenderedArea,
  renderedAreaOf,
  type Spot,
  spotAfter,
  spotUnder,
} from './calendar-layout.ts'
import { CellIcon, type CellLook } from './cell.tsx'
import { ChildName } from './child-name.tsx'
import { Gauge } from './gauge.tsx'

/** A row of the grid: a child, or a child in one of its registrations. */
export type GridRow = {
  readonly id: string
  readonly name: string
  /** The part of the name that is never truncated: « Anouk » of « de La Tour d’Auvergne Anouk ». */
  readonly firstName?: string
  readonly note?: string
  readonly age?: string
  readonly icons?: ReactNode
}

export type GridCell = CellLook & {
  /** Full text for screen readers, from `cellText` in shared/rules. */
  readonly text: string
}
export type CellAt = { readonly row: string; readonly day: Day; readonly slot: string }
/** Keys that act on the chosen cell; the screen decides how. */
export type GridKey = 'Space' | 'A' | 'L' | 'R'

type CalendarGridProps = {
  /** The grid's label for screen readers. */
  readonly label: string
  readonly rows: readonly GridRow[]
  readonly columns: readonly GridColumn[]
  /**
   * Must be fast and pure: called for each cell in sight whenever this function is another one. Undefined when nothing
   * can be reserved there.
   */
  readonly cell: (row: GridRow, column: GridColumn, slot: GridSlot) => GridCell | undefined
  readonly zoom: GridZoom
  /** The only state shown undimmed: the legend's filter. */
  readonly kept?: CellState | undefined
  /** Content above the column of names. */
  readonly corner?: ReactNode
  readonly style?: CSSProperties
  readonly onAct?: (key: GridKey, cells: readonly CellAt[]) => void
  /** Called when the selection changes, with one cell or a block. */
  readonly onChoose?: (cells: readonly CellAt[]) => void
  readonly onUndo?: () => void
}

/** The grid of children × days × slots, for the desk and the portal. Only cells in sight are in the document. */
export const CalendarGrid = (props: CalendarGridProps) => {
  const { rows, columns, zoom, cell, kept } = props
  const { cellWidth, rowHeight } = cellSizes[zoom]
  const scroller = useRef<HTMLDivElement>(null)
  const [room, setRoom] = useState(0)
  const layout = useMemo(() => layOutStretched(columns, cellWidth, room), [columns, cellWidth, room])
  const rowIndex = useMemo(() => new Map(rows.map((row, index) => [row.id, index])), [rows])
  const [block, setBlock] = useState<Block>({ focus: origin, anchor: origin })
  const [sight, setSight] = useState<RenderedArea>(initialArea)
  const [hasChosen, setHasChosen] = useState(false)
  const takesFocus = useRef(false)
  const isDragging = useRef(false)
  const holdsFocus = useRef(false)

  const last = { row: rows.length - 1, place: layout.places.length - 1 }
  const spotOf = (kept: AnchoredSpot): Spot => ({
    row: rowIndex.get(kept.rowId) ?? Math.max(0, Math.min(kept.row, last.row)),
    place: layout.placeIndex.get(kept.placeId) ?? Math.max(0, Math.min(kept.place, last.place)),
  })
  const keptOf = (spot: Spot): AnchoredSpot => ({
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
    setRoom(seen.clientWidth - nameWidth)
    setSight((before) => {
      const now = renderedAreaOf(seen)
      return isSameArea(before, now) ? before : now
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
    // A focused row that scrolls out would drop the focus to the page: move it to the grid's tab stop.
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
    const move = spotAfter(event.key, focus, last, page, modified)
    if (modified && event.key.toLowerCase() === 'z' && !event.shiftKey && props.onUndo) props.onUndo()
    else if (event.altKey) return
    else if (move) moveTo(move, event.shiftKey)
    else if (event.key === 'Escape' && (area.top !== area.bottom || area.left !== area.right)) moveTo(focus, false)
    else if (act && !modified && !event.shiftKey && props.onAct) props.onAct(act, cellsIn(area))
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  const shownRows = indexesIn(
    Math.floor(sight.top / rowHeight),
    Math.min(last.row, Math.ceil(sight.bottom / rowHeight)),
    focus.row,
  )
  const from = firstEndingAfter(layout.places, sight.left)
  const to = Math.max(from, firstEndingAfter(layout.places, sight.right))
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
        // `moveTo` focuses the cell after rendering; the browser would focus the old one first.
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

const headText = ({ name, note, warning }: GridColumn): string =>
  [name, note, warning].filter((text) => text !== undefined && text !== '').join(', ')

const DayHead = memo(({ day: { column, left, width, first } }: { day: DayBand }) => (
  <div
    className="calendar-day"
    role="columnheader"
    aria-colindex={first + 2}
    aria-colspan={column.slots.length}
    aria-label={headText(column)}
    title={headText(column)}
    data-warning={column.warning ? true : undefined}
    data-today={column.isToday || undefined}
    data-narrow={width < oneLineLabelWidth || undefined}
    // Without a note, the label may wrap into the note's line: the name of an activity takes several lines.
    data-wraps={column.note === undefined || undefined}
    style={{ left: nameWidth + left, inlineSize: width }}
  >
    {column.label}
    {width < oneLineLabelWidth || column.note === undefined ? null : <small>{column.note || '\u00a0'}</small>}
  </div>
))

const SlotHead = memo(({ place: { column, slot, index, left, width } }: { place: PlacedColumn }) => (
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
  readonly places: readonly PlacedColumn[]
  /** The cell that Tab reaches, kept in the document even when scrolled out of sight. */
  readonly stop: PlacedColumn | undefined
  readonly cell: CalendarGridProps['cell']
  readonly kept: CellState | undefined
  readonly chosenFrom: number
  readonly chosenTo: number
  readonly edges: string
}

const Row = memo(({ row, index, zoom, places, stop, cell, kept, chosenFrom, chosenTo, edges }: RowProps) => {
  const { rowHeight } = cellSizes[zoom]
  const shown = stop && !places.includes(stop) ? [...places, stop] : places
  return (
    <div
      className="calendar-row"
      role="row"
      aria-rowindex={index + 3}
      style={{ top: index * rowHeight, blockSize: rowHeight }}
    >
      <div className="calendar-name" role="rowheader" aria-colindex={1} style={{ inlineSize: nameWidth }}>
        <RowName row={row} />
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

/** A name too long for its column is truncated in the family name, not in the first name. */
const RowName = ({ row: { name, firstName } }: { row: GridRow }) => {
  if (firstName === undefined || !name.endsWith(firstName)) return <span title={name}>{name}</span>
  return <ChildName lastName={name.slice(0, -firstName.length).trimEnd()} firstName={firstName} />
}

/** All props are plain values, so that `memo` redraws only the cells that changed. */
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
    place: PlacedColumn
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
        <CellIcon face={{ state, rank, draft }} size={zoom} dim={dim} />
      ) : (
        <span className="calendar-nothing" aria-hidden="true" />
      )}
    </div>
  ),
)

const acts: Record<string, GridKey> = { ' ': 'Space', A: 'A', L: 'L', R: 'R' }
