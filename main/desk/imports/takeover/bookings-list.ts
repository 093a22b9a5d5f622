import { inChunks } from '../../../../shared/collections.ts'
import { addDays, addMonths, type Day, today } from '../../../../shared/rules/calendar/day.ts'
import { schoolYearStart } from '../../../../shared/rules/people/schooling.ts'
import { counted, longDate, monthText } from '../../../../shared/rules/text/french.ts'
import type { Write } from '../../../store/acts/acts.ts'
import { activityOf, type NamedPeriod, periodsOf } from '../../activities/activities.ts'
import { writeFormerMarks } from '../../attendance/attendance.ts'
import { Refused } from '../../core.ts'
import { mapInTurns, readAllPeople } from '../../families/families.ts'
import { memoized } from '../../memoized.ts'
import { regiesOf } from '../../regies/regies.ts'
import { registrationsOfPeriod } from '../../registrations/registrations.ts'
import {
  childrenPerSlice,
  type FormerBooking,
  judgeFormerBookings,
  writeFormerBookings,
} from '../../reservations/reservations.ts'
import { childOfLine, childReferenceOf } from '../child-of-line.ts'
import { type ImportRequest, type Plan, type PlannedLine, plannedLine, skipped, upToDate } from '../lines.ts'
import { type FormerState, parseChoiceCell, parseDayCell, parseFormerStateCell } from '../list-values.ts'
import { type LineReader, lineReader } from '../table.ts'
import { activityChoices, slotsOfUnit } from './booked-units.ts'
import { weighed } from './totals.ts'

/** A line whose child, day and slots are known, before the calendar has judged it. */
type Found = FormerBooking & { readonly line: number; readonly periodId: number; readonly state: FormerState }

/**
 * Takes over the bookings of the present school year. Each goes through the rules of the calendar, but what another
 * program let in late, or above the places, stays let in; a cell is never booked twice, nor outside a registration.
 */
export const bookingsPlan = async (asked: ImportRequest): Promise<Plan> => {
  const { core, table, mapping, words } = asked
  const { store, clock } = core
  const read = lineReader(table, mapping, words, asked.takeProposals)
  const locate = await locator(asked)
  const found = new Map<number, Found>()
  const located = await mapInTurns(table.lines, (row) => {
    const reader = read(row)
    const one = locate(reader)
    if ('problems' in one) return one
    found.set(reader.line, one)
    return plannedLine(reader, { state: 'new', said: '' })
  })
  // Judged day by day, in the order in which they are written: each leaves fewer places to the next.
  const groups = [...Map.groupBy([...found.values()], ({ periodId, day }) => `${day} ${periodId}`)]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, group]) => group)
  const verdicts = new Map<number, ReturnType<typeof judgeFormerBookings>[number]>()
  await mapInTurns(groups, (group) => {
    const [first] = group
    if (!first) return
    const judged = judgeFormerBookings(store, clock(), first.periodId, first.day, group)
    for (const [at, { line }] of group.entries()) {
      const verdict = judged[at]
      if (verdict) verdicts.set(line, verdict)
    }
  })
  const lines = located.map((one): PlannedLine => {
    const verdict = verdicts.get(one.line)
    if (!verdict) return one
    if (verdict.kind === 'refused') return plannedLine(one, { state: 'error', said: verdict.sentence })
    if (verdict.kind === 'there') return plannedLine(one, { ...upToDate, said: 'déjà là' })
    return plannedLine(one, { state: 'new', said: verdict.exceeds ? 'repris, au-delà des places' : 'repris' })
  })
  const byLine = new Map(lines.map((one) => [one.line, one]))
  const periods = new Map(periodsOf(store).map((one) => [one.id, one]))
  const writtenGroups = groups.map((group) => group.filter(({ line }) => byLine.get(line)?.state === 'new'))
  let cells = 0
  const writeGroup = (into: Write, group: readonly Found[]) => {
    const [first] = group
    if (!first) return
    const written = writeFormerBookings(store, into, first.periodId, first.day, group)
    const refused = written.findIndex(({ verdict }) => verdict.kind === 'refused')
    const why = written[refused]?.verdict
    if (why?.kind === 'refused') throw new Refused(`Ligne ${group[refused]?.line}\u00a0: ${why.sentence}`, 'file')
    cells += written.reduce((sum, { cellIds }) => sum + cellIds.length, 0)
    writeFormerMarks(
      core,
      into,
      written.flatMap(({ cellIds }, at) => {
        const mark = marks[group[at]?.state ?? 'booked']
        return mark === undefined ? [] : cellIds.map((reservationId) => ({ reservationId, mark }))
      }),
    )
  }
  const foundOf = (part: readonly PlannedLine[]) => part.flatMap(({ line }) => found.get(line) ?? [])
  const exceeding = [...verdicts.values()].filter((one) => one.kind === 'taken' && one.exceeds).length
  return {
    lines,
    parts: writtenGroups.flatMap((group) =>
      inChunks(group, childrenPerSlice(periods.get(group[0]?.periodId ?? 0) ?? { weekRule: null })).map((part) =>
        part.flatMap(({ line }) => byLine.get(line) ?? []),
      ),
    ),
    writeNew: (into, part) => writeGroup(into, foundOf(part.flatMap((line) => byLine.get(line) ?? []))),
    weights: weighed(table, read, (reader) => {
      const state = parseFormerStateCell(reader.text('bookingState'))
      if ('value' in state && state.value === 'refused') return []
      const day = parseDayCell(reader.text('day'))
      const month = 'value' in day ? monthText(day.value) : 'jour illisible'
      return [{ what: 'Réservations', of: `${reader.text('bookedActivity')}, ${month}`, unit: 'count', amount: 1 }]
    }),
    notes: [
      ...(exceeding > 0
        ? [`${counted(exceeding, 'réservation reprise', 'réservations reprises')} au-delà des places.`]
        : []),
      ...billingNotes(
        core,
        [...found.values()].map(({ day }) => day),
      ),
    ],
    whyNotWhole: (into) => {
      const written = store
        .statement('select count(*) from reservation where act_id = ?')
        .pluck()
        .get(into.actId) as number
      return written <= cells && (written > 0 || cells === 0)
        ? null
        : 'Les cases écrites ne sont pas celles du fichier.'
    },
    leavers: [],
    familiesMade: () => 0,
  }
}

const marks: Readonly<Partial<Record<FormerState, 'present' | 'absent' | 'justifiedInTime'>>> = {
  present: 'present',
  absent: 'absent',
  excused: 'justifiedInTime',
}

/** Days that the other program billed must not be billed again here: only the first day that a régie bills prevents it. */
const billingNotes = ({ store, clock }: ImportRequest['core'], days: readonly Day[]): string[] => {
  const past = days.filter((day) => day < today(clock))
  if (past.length === 0) return []
  const regies = regiesOf(store)
  const without = regies.filter(({ billsFrom }) => billsFrom === null)
  const [first] = regies.flatMap(({ billsFrom }) => billsFrom ?? []).toSorted()
  return without.length > 0
    ? [
        'La régie n’a pas de «\u00a0premier jour facturé\u00a0»\u00a0: les jours repris seraient facturés ici une seconde fois. Dites-le dans les réglages de la régie avant de facturer.',
      ]
    : first === undefined
      ? []
      : [`Les jours d’avant le ${longDate(first)} ne sont pas facturés ici.`]
}

/** Finds the registration and the slots of a line. */
const locator = async ({ core, mapping, words, decisions }: ImportRequest) => {
  const { store, clock } = core
  const childOf = childOfLine(await readAllPeople(store))
  const activities = activityChoices(core)
  const periods = periodsOf(store)
  const units = slotsOfUnit(core, words)
  const activityNamed = memoized((text: string) => parseChoiceCell(text, activities, 'Activité inconnue'))
  const registered = memoized((periodId: number) =>
    Map.groupBy(registrationsOfPeriod(store, periodId, ['accepted', 'ended']), ({ childId }) => childId),
  )
  const periodsOn = memoized((key: string): NamedPeriod[] => {
    const [activityId, day = ''] = key.split(' ')
    return periods.filter((one) => one.activityId === Number(activityId) && one.startDay <= day && day <= one.endDay)
  })
  const now = today(clock)
  const first = schoolYearStart(now)
  const last = addDays(addMonths(first, 12), -1)
  const seen = new Map<string, number>()
  return (reader: LineReader): Found | PlannedLine => {
    const decision = decisions.get(reader.line)
    if (decision?.choice === 'skip') return plannedLine(reader, skipped)
    const who = childReferenceOf(reader, 'childBirthDay' in mapping)
    const activityId = reader.needed('bookedActivity', activityNamed, 'L’activité manque.')
    const day = reader.needed('day', parseDayCell, 'Le jour manque.')
    const state = reader.read('bookingState', parseFormerStateCell) ?? 'booked'
    if (day !== null && (day < first || day > last))
      reader.wrong(
        'day',
        `Ce jour n’est pas de l’année en cours, du ${longDate(first)} au ${longDate(last)}\u00a0: les années passées se reprennent en chiffres.`,
      )
    if (day !== null && day > now && marks[state] !== undefined)
      reader.wrong('bookingState', 'Ce jour n’est pas encore venu\u00a0: il ne peut pas être pointé.')
    const slotIds =
      activityId === null ? null : units.read(activityId, reader.cell('bookedActivity'), reader.cell('bookedUnit'))
    if (activityId !== null && slotIds === null)
      reader.wrong(
        'bookedUnit' in mapping ? 'bookedUnit' : 'bookedActivity',
        `Dites à l’étape «\u00a0Colonnes\u00a0» ce que «\u00a0${[activityOf(store, activityId).name, reader.text('bookedUnit')].filter((part) => part !== '').join(', ')}\u00a0» veut dire ici.`,
      )
    const [problem] = reader.problems
    if (problem || who === null || activityId === null || day === null || slotIds === null)
      return plannedLine(reader, { state: 'error', said: problem?.sentence ?? '' })
    if (state === 'refused')
      return plannedLine(reader, { state: 'skipped', said: 'refusée ou annulée dans l’ancien logiciel' })
    const match = childOf(who, decision)
    if (match.kind !== 'existing') return match.toPlannedLine(reader)
    const { child, home } = match
    const own = periodsOn(`${activityId} ${day}`).flatMap((period) =>
      (registered(period.id).get(child.id) ?? [])
        .filter(({ startDay, endDay }) => startDay <= day && day <= endDay)
        .map(({ id, familyId }) => ({ id, familyId, periodId: period.id })),
    )
    const registration = own.find(({ familyId }) => familyId === home?.id) ?? own[0]
    if (!registration)
      return plannedLine(reader, {
        state: 'error',
        said: `${child.firstName} n’est pas inscrit à ${activityOf(store, activityId).name} ce jour-là\u00a0: importez d’abord les inscriptions.`,
      })
    const keys = slotIds.map((id) => `${child.id} ${day} ${id}`)
    const earlier = keys.flatMap((key) => seen.get(key) ?? [])[0]
    if (earlier !== undefined)
      return plannedLine(reader, {
        state: 'error',
        said: `Même enfant, même jour et même plage qu’à la ligne ${earlier}.`,
      })
    for (const key of keys) seen.set(key, reader.line)
    return {
      line: reader.line,
      periodId: registration.periodId,
      registrationId: registration.id,
      day,
      slotIds,
      waits: state === 'waiting',
      state,
    }
  }
}
