import type { DaySheet, Mark, SheetChild } from '../../../shared/contract/desk/attendance.ts'
import type { MarkSituation } from '../../../shared/rules/cell/attendance.ts'
import { folded } from '../../../shared/rules/people/names.ts'
import type { ReadableItem } from '../parts/keyboard/unread-items.ts'

export type SheetCell = NonNullable<SheetChild['cells'][number]>
export type SheetSlot = DaySheet['slots'][number]
export type GivenMark = { readonly mark: Mark | null; readonly reason: string }
export type CellPosition = { readonly registrationId: number; readonly slotId: number }

export const cellKey = ({ registrationId, slotId }: CellPosition): string => `${registrationId} ${slotId}`

export const cellAt = (sheet: DaySheet, { registrationId, slotId }: CellPosition): SheetCell | null => {
  const child = sheet.children.find((one) => one.registrationId === registrationId)
  return child?.cells[sheet.slots.findIndex(({ id }) => id === slotId)] ?? null
}

export const slotOf = ({ slots }: DaySheet, slotId: number | undefined): SheetSlot | undefined =>
  slots.find(({ id }) => id === slotId)

/** The slot to show first: the first slot with children still to mark, else the first slot. */
export const firstSlotToMark = (sheet: DaySheet): SheetSlot | undefined =>
  sheet.slots.find(({ id }) => slotCounts(sheet, id).toMark > 0) ?? sheet.slots[0]

/** The sheet's lines for `useReadGuard`: a line changes with the child's marks and expected slots. */
export const readableRows = (children: readonly SheetChild[]): ReadableItem[] =>
  children.map(({ registrationId, cells }) => ({
    id: registrationId,
    version: cells.map((cell) => (cell ? `${cell.mark ?? ''}${cell.expected}` : '')).join(),
  }))

/** The sheet with these marks applied; children without a new mark stay the same objects. */
export const withMarks = (sheet: DaySheet, marks: ReadonlyMap<string, GivenMark>): DaySheet =>
  marks.size === 0
    ? sheet
    : {
        ...sheet,
        children: sheet.children.map((child) => {
          const keys = sheet.slots.map(({ id }) => cellKey({ registrationId: child.registrationId, slotId: id }))
          if (!keys.some((key) => marks.has(key))) return child
          return { ...child, cells: child.cells.map((cell, index) => withMark(cell, marks.get(keys[index] ?? ''))) }
        }),
      }

const withMark = (cell: SheetCell | null, given: GivenMark | undefined): SheetCell | null => {
  if (!given) return cell
  if (given.mark === null && !cell?.expected) return null
  return {
    expected: cell?.expected ?? false,
    isBilled: cell?.isBilled ?? false,
    isFinal: cell?.isFinal ?? false,
    mark: given.mark,
    reason: given.reason,
  }
}

/** The input of the marking rules for a cell. */
export const situationOf = (child: SheetChild | undefined, cell: SheetCell | null): MarkSituation => ({
  expected: cell?.expected ?? false,
  before: cell?.mark ?? null,
  isBilled: cell?.isBilled ?? false,
  isFinal: cell?.isFinal ?? false,
  hasLeft: child?.departure != null,
})

/**
 * Whether a typed name is of the child, or of an adult whom the sheet names for it: who comes to the gate is sought by
 * the name that they give, also who must not take the child away.
 */
export const isSought = (child: SheetChild, sought: string): boolean => {
  const words = folded(sought).split(' ')
  const { lastName, firstName, parents, allowedPickups, forbiddenPickups, disputedPickups } = child
  return [
    `${lastName} ${firstName}`,
    ...parents.map((one) => `${one.firstName} ${one.lastName}`),
    ...allowedPickups,
    ...forbiddenPickups,
    ...disputedPickups,
  ].some((name) => {
    const text = folded(name)
    return words.every((word) => text.includes(word))
  })
}

type SlotCount = {
  readonly expected: number
  readonly present: number
  readonly absent: number
  readonly justified: number
  readonly toMark: number
}

/** Counts of a slot, including marks that are not confirmed yet. */
export const slotCounts = (sheet: DaySheet, slotId: number): SlotCount => {
  const index = sheet.slots.findIndex(({ id }) => id === slotId)
  const cells = sheet.children.flatMap(({ cells: own }) => own[index] ?? [])
  const having = (...marks: Mark[]) => cells.filter(({ mark }) => mark !== null && marks.includes(mark)).length
  return {
    expected: cells.filter(({ expected }) => expected).length,
    present: having('present'),
    absent: having('absent'),
    justified: having('justifiedInTime', 'justifiedLate'),
    toMark: cells.filter(({ expected, mark }) => expected && mark === null).length,
  }
}

/** Counts of the whole day for the activity's tab: each child once, and the number of marks to make. */
export const dayCounts = ({ children }: DaySheet) => {
  const having = (is: (cell: SheetCell) => boolean) =>
    children.filter(({ cells }) => cells.some((cell) => cell !== null && is(cell))).length
  return {
    expected: having(({ expected }) => expected),
    present: having(({ mark }) => mark === 'present'),
    toMark: children.flatMap(({ cells }) => cells).filter((cell) => cell?.expected && cell.mark === null).length,
  }
}

/** Cells of a slot that are still to mark. */
export const remainingToMark = (sheet: DaySheet, slotId: number): CellPosition[] => {
  const index = sheet.slots.findIndex(({ id }) => id === slotId)
  return sheet.children.flatMap(({ registrationId, cells }) => {
    const cell = cells[index]
    return cell?.expected && cell.mark === null ? [{ registrationId, slotId }] : []
  })
}
