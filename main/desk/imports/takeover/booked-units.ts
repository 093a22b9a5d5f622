import type { ImportWord } from '../../../../shared/contract/desk/imports.ts'
import type { Mapping } from '../../../../shared/formats/lists.ts'
import { folded } from '../../../../shared/rules/people/names.ts'
import { listActivities, type SlotRow, slotsOf } from '../../activities/activities.ts'
import type { Core } from '../../core.ts'
import { type Choice, parseChoiceCell } from '../list-values.ts'
import { joinedWord, linesByText, type SettledWords, type Table } from '../table.ts'

/* What another program calls the parts of a day, « Journée avec repas », is one or several slots of an activity here. */

export const activityChoices = (core: Core): Choice[] => listActivities(core).map(({ id, name }) => ({ id, name }))

/** An activity of the other program, and one of its groups; the group is empty where the file tells none. */
type Booked = { readonly activity: string; readonly group: string }

/** What staff said of a unit: for the group of its activity, else for all of its groups. */
const settledUnit = (words: SettledWords, { activity, group }: Booked, unit: string): string | undefined =>
  [joinedWord(activity, group, unit), joinedWord(activity, unit)]
    .map((word) => words.get('bookedUnit')?.get(folded(word)))
    .find((one) => one !== undefined)

/** With more slots than this, only single ones and all of them are proposed. */
const mostCombined = 4

/** Every choice of slots of an activity, by the words that name it: « Matin + Repas ». */
const combinations = (slots: readonly SlotRow[]): ReadonlyMap<string, readonly number[]> => {
  const some = slots.length > mostCombined ? [...slots.map((one) => [one]), slots] : subsets(slots)
  return new Map(some.map((chosen) => [chosen.map(({ name }) => name).join(' + '), chosen.map(({ id }) => id)]))
}

const subsets = (slots: readonly SlotRow[]): SlotRow[][] =>
  slots
    .reduce<SlotRow[][]>((found, slot) => [...found, ...found.map((one) => [...one, slot])], [[]])
    .filter((one) => one.length > 0)
    .toSorted((one, other) => one.length - other.length)

/** Words of other programs for a day of all slots. */
const wholeDay: ReadonlySet<string> = new Set(['journee', 'journee complete', 'jour', 'journee avec repas'])

/** Finds the slots of an activity that a unit of the other program means. */
export const slotsOfUnit = (core: Core, words: SettledWords) => {
  const known = new Map<number, { readonly slots: SlotRow[]; readonly named: ReturnType<typeof combinations> }>()
  const of = (activityId: number) => {
    const found = known.get(activityId)
    if (found) return found
    const slots = slotsOf(core.store, activityId).filter(({ endedFrom }) => endedFrom === null)
    const one = { slots, named: combinations(slots) }
    known.set(activityId, one)
    return one
  }
  return {
    /** @param booked as the file names it */
    read: (activityId: number, booked: Booked, unit: string): readonly number[] | null => {
      const { slots, named } = of(activityId)
      const settled = settledUnit(words, booked, unit)
      if (settled !== undefined) return named.get(settled) ?? null
      if (unit === '' && slots.length === 1 && slots[0]) return [slots[0].id]
      const read = parseChoiceCell(unit, slots, '')
      return 'value' in read ? [read.value] : null
    },
    /** What staff likely answer; a day may or may not have its meal, so they are asked. */
    proposal: (activityId: number, unit: string): string | null => {
      const { slots } = of(activityId)
      const isWhole = slots.length === 1 || wholeDay.has(folded(unit))
      return isWhole ? slots.map(({ name }) => name).join(' + ') : null
    },
    choices: (activityId: number): string[] => [...of(activityId).named.keys()],
  }
}

/** The units of the file that the desk does not recognise, or that staff matched: one answer serves all lines. */
export const unitsToSettle = async (
  core: Core,
  table: Table,
  mapping: Mapping,
  words: SettledWords,
): Promise<ImportWord[]> => {
  const activityColumn = mapping['bookedActivity']
  if (activityColumn === undefined) return []
  const groupColumn = mapping['bookedGroup'] ?? -1
  const unitColumn = mapping['bookedUnit'] ?? -1
  const choices = activityChoices(core)
  const units = slotsOfUnit(core, words)
  const stated = await linesByText(table, ({ row }) =>
    row[activityColumn] ? [activityColumn, groupColumn, unitColumn].map((at) => row[at] ?? '').join(between) : '',
  )
  const named = [...stated].map(([all, lines]) => {
    const [activity = '', inGroup = '', unit = ''] = all.split(between)
    // The name of an activity of the desk means it, whatever the group.
    const group = 'value' in parseChoiceCell(activity, choices, '') ? '' : inGroup
    return { activity, group, unit, lines, word: joinedWord(activity, group, unit) }
  })
  return [...Map.groupBy(named, ({ word }) => folded(word))].flatMap(([, same]) => {
    const [first] = same
    if (!first) return []
    const activities = words.get('bookedActivity')
    const read = parseChoiceCell(
      activities?.get(folded(joinedWord(first.activity, first.group))) ??
        activities?.get(folded(first.activity)) ??
        first.activity,
      choices,
      '',
    )
    if (!('value' in read)) return []
    const to = settledUnit(words, first, first.unit) ?? null
    if (to === null && units.read(read.value, first, first.unit) !== null) return []
    return [
      {
        field: 'bookedUnit',
        title: 'Plage',
        from: first.word,
        lines: same.reduce((sum, { lines }) => sum + lines, 0),
        to,
        proposal: units.proposal(read.value, first.unit),
        choices: units.choices(read.value),
      },
    ]
  })
}

/** No cell of a list has it. */
const between = '\0'
