import type { Day } from '../../shared/rules/calendar/day.ts'

export type GridSlot = {
  readonly id: string
  /** Short label drawn above the column (« mat. »). */
  readonly label: string
  /** Full name for screen readers (« matin »). */
  readonly name: string
  readonly held?: number
  /** Absent when places are not limited; 0 when the slot is closed that day. */
  readonly capacity?: number
}

/** A day, or one activity of a day. Slot ids are unique among the columns of one day. */
export type GridColumn = {
  readonly day: Day
  /** Short label as drawn (« mer. 25 nov. »). */
  readonly label: string
  /** Full name for screen readers (« mercredi 25 novembre 2026 »). */
  readonly name: string
  readonly note?: string
  /** A problem of that day, for instance too few adults. */
  readonly warning?: string
  readonly isToday?: boolean
  /** A day without any activity: consecutive folded days share one narrow band. */
  readonly folded?: boolean
  readonly slots: readonly GridSlot[]
}

export type GridZoom = 'month' | 'week'

export type PlacedColumn = {
  readonly id: string
  readonly index: number
  readonly column: GridColumn
  readonly slot: GridSlot
  readonly left: number
  readonly width: number
}
export type DayBand = {
  readonly column: GridColumn
  readonly left: number
  readonly width: number
  readonly first: number
}
export type Spot = { readonly row: number; readonly place: number }
/**
 * A spot with the ids of its row and column, so that the selection follows its child when rows are sorted, and its day
 * when the month changes.
 */
export type AnchoredSpot = Spot & { readonly rowId: string; readonly placeId: string }
export type Block = { readonly focus: AnchoredSpot; readonly anchor: AnchoredSpot }
/** In rows and places. */
export type Area = { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number }
/** In pixels. */
export type RenderedArea = Area

// In pixels: in a month a square of 22 is drawn in a box of 31 × 27, in a week one of 34 in 66 × 42.
export const cellSizes: Record<GridZoom, { cellWidth: number; rowHeight: number }> = {
  month: { cellWidth: 31, rowHeight: 27 },
  week: { cellWidth: 66, rowHeight: 42 },
}
export const nameWidth = 196
export const headHeight = 86
const foldWidth = 15
/** Minimum width, in pixels, for the date on one line; a narrower day writes the date on two. */
export const oneLineLabelWidth = 84
const minDayWidth = 50
/** Width of one digit of the gauge, in pixels, so that « 126/140 » never overlaps the next column. */
const digitWidth = 6.2

export const origin: AnchoredSpot = { row: 0, place: 0, rowId: '', placeId: '' }

export const layOut = (columns: readonly GridColumn[], cellWidth: number) => {
  const places: PlacedColumn[] = []
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
    const width = Math.max(cellWidth, Math.ceil(minDayWidth / column.slots.length), longest * digitWidth)
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

/** The largest factor by which cells are widened: beyond it, a row is hard to read. */
const maxStretch = 2

/** Lays out columns with cells widened to fill the available width, so that a few days are not lost at its left. */
export const layOutStretched = (columns: readonly GridColumn[], cellWidth: number, room: number) => {
  const layout = layOut(columns, cellWidth)
  const stretch = Math.min(maxStretch, room / layout.width)
  return stretch > 1 ? layOut(columns, Math.floor(cellWidth * stretch)) : layout
}

export const spotUnder = (event: React.PointerEvent): Spot | undefined => {
  const found = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-place]') : null
  return found ? { row: Number(found.dataset['row']), place: Number(found.dataset['place']) } : undefined
}

export const areaOf = (a: Spot, b: Spot): Area => ({
  top: Math.min(a.row, b.row),
  bottom: Math.max(a.row, b.row),
  left: Math.min(a.place, b.place),
  right: Math.max(a.place, b.place),
})

export const clamp = (value: number, last: number) => Math.max(0, Math.min(last, value))

/** The spot that a key moves to from `at`, possibly outside the grid; undefined for a key that does not move. */
export const spotAfter = (key: string, at: Spot, last: Spot, page: number, modified: boolean): Spot | undefined => {
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

// The rendered area exceeds the visible one by these margins, and moves by whole steps, so that most scrolling renders
// nothing.
const step = { down: 54, across: 93 }
const margin = { down: 108, across: 93 }
const roundDown = (value: number, by: number) => Math.max(0, Math.floor(value / by) * by)
const roundUp = (value: number, by: number) => Math.ceil(value / by) * by

export const renderedAreaOf = ({ scrollTop, scrollLeft, clientHeight, clientWidth }: HTMLElement): RenderedArea => ({
  top: roundDown(scrollTop - margin.down, step.down),
  bottom: roundUp(scrollTop + clientHeight - headHeight + margin.down, step.down),
  left: roundDown(scrollLeft - margin.across, step.across),
  right: roundUp(scrollLeft + clientWidth - nameWidth + margin.across, step.across),
})

export const isSameArea = (one: RenderedArea, other: RenderedArea): boolean =>
  one.top === other.top && one.bottom === other.bottom && one.left === other.left && one.right === other.right

export const initialArea = (): RenderedArea => ({
  top: 0,
  bottom: window.innerHeight,
  left: 0,
  right: window.innerWidth,
})

/** Indexes from first to last, plus `always` when it is outside that range. */
export const indexesIn = (first: number, last: number, always: number): number[] => {
  const shown = Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset)
  return always >= first && always <= last ? shown : [...shown, always]
}

/** The first column that ends after `x`, or the last of all. */
export const firstEndingAfter = (places: readonly PlacedColumn[], x: number): number => {
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

export const bringIntoView = (seen: HTMLElement, place: PlacedColumn | undefined, row: number, rowHeight: number) => {
  const top = row * rowHeight
  const room = seen.clientHeight - headHeight
  if (top < seen.scrollTop) seen.scrollTop = top
  else if (top + rowHeight > seen.scrollTop + room) seen.scrollTop = top + rowHeight - room
  if (!place) return
  const across = seen.clientWidth - nameWidth
  if (place.left < seen.scrollLeft) seen.scrollLeft = place.left
  else if (place.left + place.width > seen.scrollLeft + across) seen.scrollLeft = place.left + place.width - across
}
