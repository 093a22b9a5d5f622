import { addDays, type Day, type Instant, mondayOf } from '../../../shared/rules/calendar/day.ts'
import type { Facts } from '../../../shared/rules/cell/cell.ts'
import {
  brokenText,
  dependentSlots,
  newlyBroken,
  type WeekCell,
  weekKey,
} from '../../../shared/rules/requests/week-rule.ts'
import { type CellRef, cellKey, type RegisteredChild } from '../family/family.ts'

/** Reads the facts of any cell of a home. */
type Judge = (cell: CellRef) => { readonly registered: RegisteredChild; readonly facts: Facts | null }
type WeekTick = CellRef & { readonly wish: 'book' | 'cancel' }

/**
 * Groups ticks that must be recorded together or not at all: those of a child's week, in a period with a rule of weeks.
 */
export const blocksOf = <Cell extends CellRef>(judge: Judge, cells: readonly Cell[]): Cell[][] => [
  ...Map.groupBy(cells, (cell) =>
    goesTogether(judge(cell).registered) ? weekKey(cell.registrationId, cell.day) : cellKey(cell),
  ).values(),
]

/** Whether the days of a week are asked for, waited for and cancelled together. */
export const goesTogether = ({ period }: Pick<RegisteredChild, 'period'>): boolean => period.weekRule !== undefined

/**
 * Which part of the week rule these ticks break, as a sentence; null when none. Leaving a waiting list is never
 * refused.
 */
export const weekTrouble = (judge: Judge, ticks: readonly WeekTick[]): string | null => {
  const [first] = ticks
  if (!first) return null
  const { weekRule, slots } = judge(first).registered.period
  const isJudged = ticks.some((tick) => tick.wish === 'book' || judge(tick).facts?.held.kind === 'confirmed')
  if (!weekRule || !isJudged) return null
  const wishes = new Map(ticks.map((tick) => [cellKey(tick), tick.wish]))
  const before = weekOf(judge, first)
  const after = before.map(({ facts, ...cell }): WeekCell => {
    const wish = wishes.get(cellKey({ ...cell, registrationId: first.registrationId }))
    const ask = { recordedAt: '' as Instant, collected: false, takenBack: false }
    return { ...cell, facts: wish ? { ...facts, ask: { wish, ...ask } } : facts }
  })
  const broken = newlyBroken(weekRule, before, after)
  return broken && brokenText(weekRule, broken, (slotId) => slots.find(({ id }) => id === slotId)?.name ?? '')
}

/** All cells of the week that contains this one. */
export const weekOf = (judge: Judge, { registrationId, day }: Pick<CellRef, 'registrationId' | 'day'>): WeekCell[] =>
  Array.from({ length: 7 }, (_, more) => addDays(mondayOf(day), more)).flatMap((on) =>
    judge({ registrationId, day: on, slotId: 0 }).registered.period.slots.flatMap(({ id }) => {
      const { facts } = judge({ registrationId, day: on, slotId: id })
      return facts ? [{ day: on, slotId: id, facts }] : []
    }),
  )

/**
 * The demandes that are undone together with this one: those of its week with the same wish, when the week breaks the
 * rule without it.
 */
export const undoneTogether = <Ask extends CellRef & { readonly wish: string }>(
  judge: Judge,
  ask: Ask,
  asks: Iterable<Ask>,
): Ask[] => {
  const { weekRule } = judge(ask).registered.period
  if (!weekRule) return [ask]
  const before = weekOf(judge, ask)
  const after = before.map((cell) =>
    cell.day === ask.day && cell.slotId === ask.slotId ? { ...cell, facts: { ...cell.facts, ask: null } } : cell,
  )
  if (newlyBroken(weekRule, before, after) === null) return [ask]
  const key = weekKey(ask.registrationId, ask.day)
  return [...asks].filter((other) => weekKey(other.registrationId, other.day) === key && other.wish === ask.wish)
}

/** The slots of the same day, booked or waited for, that are cancelled with this one because they depend on it. */
export const cancelledWith = (
  judge: Judge,
  cell: CellRef,
): { readonly day: Day; readonly slotId: number; readonly isHeld: boolean }[] => {
  const { weekRule } = judge(cell).registered.period
  const found = weekRule ? dependentSlots(weekRule, cell.slotId) : []
  return found.map((slotId) => ({
    day: cell.day,
    slotId,
    isHeld: ['confirmed', 'waitlisted'].includes(judge({ ...cell, slotId }).facts?.held.kind ?? 'none'),
  }))
}
