import type { Day } from '../../shared/rules/calendar/day.ts'

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
  /** Something is wrong that day: too few adults, for instance. */
  readonly warning?: string
  readonly isToday?: boolean
  /** Nothing happens that day: neighbours fold together into one narrow band. */
  readonly folded?: boolean
  readonly slots: readonly GridSlot[]
}

export type GridZoom = 'month' | 'week'

export type Place = {
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
/** A spot and what stood on it, so that it follows its child when rows are sorted, and its day when the month turns. */
export type Kept = Spot & { readonly rowId: string; readonly placeId: string }
export type Block = { readonly focus: Kept; readonly anchor: Kept }
export type Area = { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number }
export type Sight = Area

// Pixels, as look.md: a month cell of 22 in 31 × 27, a week cell of 34 in 66 × 42.
export const cellSizes: Record<GridZoom, { cellWidth: number; rowHeight: number }> = {
  month: { cellWidth: 31, rowHeight: 27 },
  week: { cellWidth: 66, rowHeight: 42 },
}
export const nameWidth = 196
export const headHeight = 86
const foldWidth = 15
/** A day narrower than its date on one line writes it on two. */
export const roomForLabel = 84
const narrowestDay = 50
/** Of a figure of the gauge, so that « 126/140 » never runs into the next. */
const figureWidth = 6.2

export const origin: Kept = { row: 0, place: 0, rowId: '', placeId: '' }

export const layOut = (columns: readonly GridColumn[], cellWidth: number) => {
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

/** The largest factor by which cells are widened: beyond it, a row is hard to read. */
const mostStretched = 2

/** Lays out columns with cells widened to fill the available width, so that a few days are not lost at its left. */
export const layOutIn = (columns: readonly GridColumn[], cellWidth: number, room: number) => {
  const layout = layOut(columns, cellWidth)
  const stretch = Math.min(mostStretched, room / layout.width)
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

/** Where a key leads from `at`, perhaps outside of the grid; undefined for a key that leads nowhere. */
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

// What is drawn reaches past what is seen and spotAfter by whole steps, so that most scrolling draws nothing.
const step = { down: 54, across: 93 }
const margin = { down: 108, across: 93 }
const down = (value: number, by: number) => Math.max(0, Math.floor(value / by) * by)
const up = (value: number, by: number) => Math.ceil(value / by) * by

export const sightOf = ({ scrollTop, scrollLeft, clientHeight, clientWidth }: HTMLElement): Sight => ({
  top: down(scrollTop - margin.down, step.down),
  bottom: up(scrollTop + clientHeight - headHeight + margin.down, step.down),
  left: down(scrollLeft - margin.across, step.across),
  right: up(scrollLeft + clientWidth - nameWidth + margin.across, step.across),
})

export const isSameSight = (one: Sight, other: Sight): boolean =>
  one.top === other.top && one.bottom === other.bottom && one.left === other.left && one.right === other.right

export const firstSight = (): Sight => ({ top: 0, bottom: window.innerHeight, left: 0, right: window.innerWidth })

/** Indexes from first to last, and `always` wherever it is. */
export const inSight = (first: number, last: number, always: number): number[] => {
  const shown = Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset)
  return always >= first && always <= last ? shown : [...shown, always]
}

/** The first place that ends after `x`, or the last of all. */
export const firstAfter = (places: readonly Place[], x: number): number => {
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

export const bringIntoView = (seen: HTMLElement, place: Place | undefined, row: number, rowHeight: number) => {
  const top = row * rowHeight
  const room = seen.clientHeight - headHeight
  if (top < seen.scrollTop) seen.scrollTop = top
  else if (top + rowHeight > seen.scrollTop + room) seen.scrollTop = top + rowHeight - room
  if (!place) return
  const across = seen.clientWidth - nameWidth
  if (place.left < seen.scrollLeft) seen.scrollLeft = place.left
  else if (place.left + place.width > seen.scrollLeft + across) seen.scrollLeft = place.left + place.width - across
}
