import { inChunks } from '../../../shared/collections.ts'
import { folded } from '../../../shared/rules/people/names.ts'
import { counted, listed } from '../../../shared/rules/text/french.ts'
import { type NamedPeriod, periodsOf, type SlotRow, slotsOf } from '../activities/activities.ts'
import { type Core, Refused } from '../core.ts'
import { readAllPeople } from '../families/families.ts'
import { mapInTurns } from '../in-turns.ts'
import { memoized } from '../memoized.ts'
import {
  type RegistrationRules,
  registrationRulesFor,
  registrationsOfPeriod,
  verdictOfListed,
  writeManyRegistrations,
} from '../registrations/registrations.ts'
import { childOfLine, childReferenceOf } from './child-of-line.ts'
import {
  comparedLine,
  decidedChanges,
  type ImportRequest,
  type Plan,
  type PlannedLine,
  plannedLine,
  skipped,
} from './lines.ts'
import { type Choice, parseChoiceCell, parseDayCell, parseFormerStateCell } from './list-values.ts'
import { type OwnValue, ownChanges, readOwnValues, recordedOwn, writeOwn } from './own-values.ts'
import { groupedText, type LineReader, lineReader, type SettledWords } from './table.ts'
import { weighed } from './takeover/totals.ts'

/** Periods that are not archived, by name; periods of the same name are preceded by their activity. */
export const periodChoices = ({ store }: Core): Choice[] => {
  const periods = periodsOf(store).filter(({ archived }) => !archived)
  const names = Map.groupBy(periods, ({ name }) => folded(name))
  return periods.map(({ id, name, activity }) => ({
    id,
    name: (names.get(folded(name))?.length ?? 0) > 1 ? `${activity}, ${name}` : name,
  }))
}

const periodText = (reader: LineReader, words: SettledWords): string =>
  groupedText(reader, words, 'period', 'periodGroup')

/**
 * Registers children for periods, accepted at once. Staff then book the days of the typical week from the calendar.
 */
export const registrationsPlan = async (asked: ImportRequest): Promise<Plan> => {
  const { core, table, mapping, words, decisions } = asked
  const { store } = core
  const reader = lineReader(table, mapping, words, asked.takeProposals)
  const choices = periodChoices(core)
  const periods = new Map(periodsOf(store).map((one) => [one.id, one]))
  const childOf = childOfLine(await readAllPeople(store))
  /** By child, their registration for a period. */
  const registeredIn = memoized(
    (periodId: number) =>
      new Map(registrationsOfPeriod(store, periodId, ['accepted']).map(({ childId, id }) => [childId, id])),
  )
  const recorded = recordedOwn(store, asked.own)
  const seen = new Map<string, number>()
  const slots = new Map([...periods.values()].map(({ activityId }) => [activityId, slotsOf(store, activityId)]))
  const periodNamed = memoized((text: string) => parseChoiceCell(text, choices, 'Période inconnue'))
  /** Registration to write, by line number. Lines that a rule refuses have none. */
  const inputs = new Map<number, RegistrationInput>()
  const line = (reader: LineReader): PlannedLine => {
    const decision = decisions.get(reader.line)
    if (decision?.choice === 'skip') return plannedLine(reader, skipped)
    const who = childReferenceOf(reader, 'childBirthDay' in mapping)
    const stated = periodText(reader, words)
    const periodId = reader.needed('period', () => periodNamed(stated), 'La période manque.')
    const period = periods.get(periodId ?? 0)
    const startDay = reader.read('startDay', parseDayCell) ?? period?.startDay ?? null
    const endDay = reader.read('endDay', parseDayCell) ?? period?.endDay ?? null
    const state = reader.read('registrationState', parseFormerStateCell) ?? 'booked'
    const own = readOwnValues(reader, asked.own, 'registration')
    const week = period ? weekOf(reader, period, slots.get(period.activityId) ?? []) : []
    const [problem] = reader.problems
    if (problem || !period || who === null || startDay === null || endDay === null)
      return plannedLine(reader, { state: 'error', said: problem?.sentence ?? '' })
    if (state === 'waiting' || state === 'refused')
      return plannedLine(reader, {
        state: 'skipped',
        said: state === 'waiting' ? 'en attente dans l’ancien logiciel' : 'refusée ou annulée dans l’ancien logiciel',
      })
    const found = childOf(who, decision)
    if (found.kind !== 'existing') return found.toPlannedLine(reader)
    const { child } = found
    const earlierLine = seen.get(`${child.id} ${period.id}`)
    if (earlierLine !== undefined)
      return plannedLine(reader, { state: 'error', said: `Même enfant et même période qu’à la ligne ${earlierLine}.` })
    seen.set(`${child.id} ${period.id}`, reader.line)
    const registered = registeredIn(period.id).get(child.id)
    if (registered !== undefined) {
      const changes = ownChanges(core, asked.person, recorded, registered, own)
      return comparedLine(reader, decidedChanges(changes, decision), { nothing: 'déjà inscrit' })
    }
    const [home, other] = found.home ? [found.home] : child.families
    if (!home) return plannedLine(reader, { state: 'error', said: 'Cet enfant n’a pas de famille.' })
    if (other)
      return plannedLine(reader, {
        state: 'error',
        said: `${child.firstName} a deux foyers\u00a0: inscrivez l’enfant depuis la fiche de celui qui l’inscrit.`,
      })
    const typicalWeek = week
    inputs.set(reader.line, {
      childId: child.id,
      familyId: home.id,
      periodId: period.id,
      startDay,
      endDay,
      typicalWeek,
      own,
    })
    return plannedLine(reader, { state: 'new', said: `inscrit à ${period.name}` })
  }
  const read = await mapInTurns(table.lines, (one) => line(reader(one)))
  const inputsOf = (lines: readonly number[]) => lines.flatMap((number) => inputs.get(number) ?? [])
  /** Children whose class or school, which the activity asks for, is not known yet. */
  const incomplete = new Set<number>()
  const judged = await mapInTurns(inChunks(read, linesPerTransaction), (chunk) => {
    const judge = registrationRulesFor(store, inputsOf(chunk.map((one) => one.line)))
    return chunk.map((one) => {
      const input = inputs.get(one.line)
      if (!input) return one
      const { sentence, unknown } = verdictOn(judge, input)
      if (sentence === null) {
        if (unknown.length === 0) return one
        const toComplete = new Set(unknown.map(({ kind }) => (kind === 'school' ? 'école' : 'classe')))
        incomplete.add(input.childId)
        return { ...one, said: `${one.said}, ${listed([...toComplete])} à compléter` }
      }
      inputs.delete(one.line)
      return plannedLine(one, { state: 'error', said: sentence })
    })
  })
  return {
    lines: judged.flat(),
    weights: await weighed(table, reader, (one) => [
      { what: 'Inscriptions', of: periodText(one, words), unit: 'count', amount: 1 },
    ]),
    notes:
      incomplete.size === 0
        ? []
        : [
            `${counted(incomplete.size, 'enfant')} dont la classe ou l’école est à compléter\u00a0: l’activité la demande.`,
          ],
    leavers: [],
    familiesMade: () => 0,
    linesPerTransaction,
    whyNotWhole: (into) => {
      const written = store
        .statement('select count(*) from registration where act_id = ?')
        .pluck()
        .get(into.actId) as number
      return written === inputs.size ? null : `Inscriptions écrites\u00a0: ${written}, et non ${inputs.size}.`
    },
    writeNew: (into, lines) => {
      const written = inputsOf(lines)
      const ids = writeManyRegistrations(store, into, written)
      for (const [at, { own }] of written.entries()) writeOwn(core, asked.person, into, ids[at] ?? 0, own)
    },
  }
}

/** Lines checked and written in one transaction: enough to share reads, few enough to serve other calls in between. */
const linesPerTransaction = 250

type RegistrationInput = Parameters<typeof writeManyRegistrations>[2][number] & { readonly own: readonly OwnValue[] }

/**
 * Whether a rule refuses the registration. An import cannot override a condition: staff do that for one registration at
 * a time, with a reason.
 */
const verdictOn = (judge: RegistrationRules, input: RegistrationInput): ReturnType<typeof verdictOfListed> => {
  try {
    return verdictOfListed(judge, input)
  } catch (error) {
    if (error instanceof Refused) return { sentence: error.sentence, unknown: [] }
    throw error
  }
}

/** The typical week of a line: « oui » means every slot of the day, « matin + repas » the named slots. */
const weekOf = (reader: LineReader, period: NamedPeriod, slots: readonly SlotRow[]) =>
  [1, 2, 3, 4, 5, 6, 7].flatMap((weekday) => {
    const field = `weekday${weekday}`
    const text = folded(reader.text(field))
    if (text === '' || text === 'non') return []
    const offered = slots.filter(({ id }) => period.places.some((place) => place.slotId === id))
    if (!period.weekdays.includes(weekday)) {
      reader.wrong(field, 'La période n’ouvre pas ce jour-là.')
      return []
    }
    if (['oui', 'x', 'o', '1', 'journee'].includes(text)) return offered.map(({ id }) => ({ weekday, slotId: id }))
    return reader
      .text(field)
      .split(/[+,/]|\bet\b/)
      .map((word) => word.trim())
      .filter((word) => word !== '')
      .flatMap((word) => {
        const slot = parseChoiceCell(word, offered, 'Plage inconnue')
        if ('value' in slot) return [{ weekday, slotId: slot.value }]
        reader.wrong(field, slot.sentence, slot.proposal)
        return []
      })
  })
