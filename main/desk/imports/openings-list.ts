import type { Day } from '../../../shared/rules/calendar/day.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { openingAt, periodsOf, slotsOf, writeOpening } from '../activities/activities.ts'
import { mapInTurns } from '../in-turns.ts'
import { type ImportRequest, type Plan, type PlannedLine, plannedLine, skipped, upToDate } from './lines.ts'
import { parseChoiceCell, parseCountCell, parseDayCell } from './list-values.ts'
import { periodChoices } from './registrations-list.ts'
import { type LineReader, lineReader } from './table.ts'
import { weighed } from './takeover/totals.ts'

/** Imports openings with their capacity: one line per slot and day, or one line for a whole day. */
export const openingsPlan = async (asked: ImportRequest): Promise<Plan> => {
  const { core, table, mapping, words, decisions } = asked
  const { store } = core
  const read = lineReader(table, mapping, words, asked.takeProposals)
  const periods = periodsOf(store)
  const choices = periodChoices(core)
  const seen = new Map<string, number>()
  const line = (reader: LineReader): PlannedLine => {
    if (decisions.get(reader.line)?.choice === 'skip') return plannedLine(reader, skipped)
    const periodId = reader.needed(
      'period',
      (text) => parseChoiceCell(text, choices, 'Période inconnue'),
      'La période manque.',
    )
    const day = reader.needed('day', parseDayCell, 'Le jour manque.')
    const capacity = reader.needed('capacity', parseCountCell, 'Le nombre de places manque.')
    const period = periods.find(({ id }) => id === periodId)
    const slots = period
      ? slotsOf(store, period.activityId).filter((one) => one.endedFrom === null || (day ?? '') < one.endedFrom)
      : []
    const slotId = period ? reader.read('slot', (text) => parseChoiceCell(text, slots, 'Plage inconnue')) : null
    if (period && day !== null && (day < period.startDay || day > period.endDay))
      reader.wrong(
        'day',
        `Ce jour est en dehors de la période\u00a0: du ${shortDay(period.startDay)} au ${shortDay(period.endDay)}.`,
      )
    const [problem] = reader.problems
    if (problem || !period || day === null || capacity === null)
      return plannedLine(reader, { state: 'error', said: problem?.sentence ?? '' })
    const slotIds =
      slotId === null
        ? slots.filter(({ id }) => period.places.some((place) => place.slotId === id)).map(({ id }) => id)
        : [slotId]
    const earlierLine = slotIds.flatMap((id) => seen.get(`${period.id} ${day} ${id}`) ?? [])[0]
    if (earlierLine !== undefined)
      return plannedLine(reader, { state: 'error', said: `Même jour et même plage qu’à la ligne ${earlierLine}.` })
    for (const id of slotIds) seen.set(`${period.id} ${day} ${id}`, reader.line)
    const existing = slotIds.map((id) => openingAt(store, period.id, day, id))
    if (existing.every((one) => one && one.capacity === capacity && one.closedReason === null))
      return plannedLine(reader, upToDate)
    if (existing.some((one) => one?.groupPlaces))
      return plannedLine(reader, {
        state: 'error',
        said: 'Ce jour a des places par groupe\u00a0: changez-les dans la période.',
      })
    const isNew = existing.every((one) => one === undefined)
    return plannedLine(reader, {
      state: isNew ? 'new' : 'update',
      said: `${isNew ? 'ouvert' : `${placesText(existing.map((one) => one?.capacity))} devient`} ${capacity}, ${shortDay(day)}`,
      write: (into) => {
        for (const id of slotIds)
          writeOpening(store, into, { periodId: period.id, day: day satisfies Day, slotId: id, capacity })
      },
    })
  }
  return {
    lines: await mapInTurns(table.lines, (one) => line(read(one))),
    weights: await weighed(table, read, ({ text }) => [
      { what: 'Ouvertures', of: text('period'), unit: 'count', amount: 1 },
    ]),
    leavers: [],
    familiesMade: () => 0,
  }
}

const placesText = (places: readonly (number | undefined)[]) =>
  [...new Set(places.map((one) => (one === undefined ? 'fermé' : String(one))))].join(', ')
