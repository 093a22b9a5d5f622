import { inChunks } from '../../../../shared/collections.ts'
import { addDays, addMonths, type Day, today } from '../../../../shared/rules/calendar/day.ts'
import { schoolYearStart } from '../../../../shared/rules/people/schooling.ts'
import { counted, longDate, monthText } from '../../../../shared/rules/text/french.ts'
import type { Write } from '../../../store/acts/acts.ts'
import { activityOf, type NamedPeriod, periodsOf, slotsOf } from '../../activities/activities.ts'
import { unmarkedAmong, writeFormerMarks } from '../../attendance/attendance.ts'
import { Refused } from '../../core.ts'
import { readAllPeople } from '../../families/families.ts'
import { mapInTurns } from '../../in-turns.ts'
import { memoized } from '../../memoized.ts'
import { regieByActivity, regieName, regiesOf } from '../../regies/regies.ts'
import { registrationsOfPeriod } from '../../registrations/registrations.ts'
import {
  childrenPerSlice,
  type FormerBooking,
  type FormerBookingVerdict,
  judgeFormerBookings,
  writeFormerBookings,
} from '../../reservations/reservations.ts'
import { childOfLine, childReferenceOf } from '../child-of-line.ts'
import {
  type ImportRequest,
  type Plan,
  type PlannedLine,
  plannedLine,
  skipped,
  upToDate,
  type Weight,
} from '../lines.ts'
import {
  type FormerState,
  parseChoiceCell,
  parseCountCell,
  parseDayCell,
  parseFormerStateCell,
} from '../list-values.ts'
import { groupedText, type LineReader, lineReader, type SettledWords } from '../table.ts'
import { activityChoices, slotsOfUnit } from './booked-units.ts'
import { weighed } from './totals.ts'

/** A line whose child, day and slots are known, before the calendar has judged it. */
type Found = FormerBooking & {
  readonly line: number
  readonly periodId: number
  readonly state: FormerState
  /** Names its total. */
  readonly of: string
}

/**
 * Takes over the bookings of the present school year. Each goes through the rules of the calendar, but what another
 * program let in late, or above the places, stays let in; a cell is never booked twice, nor outside a registration.
 */
export const bookingsPlan = async (asked: ImportRequest): Promise<Plan> => {
  const { core, table, mapping, words } = asked
  const { store, clock } = core
  const read = lineReader(table, mapping, words, asked.takeProposals)
  const { locate, slotsSaid } = await locator(asked)
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
  const verdicts = new Map<number, FormerBookingVerdict>()
  for (const group of groups) {
    const [first] = group
    if (!first) continue
    const judged = await judgeFormerBookings(store, clock(), first.periodId, first.day, group, asked.person)
    for (const [at, { line }] of group.entries()) {
      const verdict = judged[at]
      if (verdict) verdicts.set(line, verdict)
    }
  }
  const unmarked = unmarkedAmong(
    store,
    [...verdicts.values()].flatMap((one) => (one.kind === 'there' ? one.cellIds : [])),
  )
  const isUnmarked = (line: number, cellIds: readonly number[]): boolean =>
    marks[found.get(line)?.state ?? 'booked'] !== undefined && cellIds.some((id) => unmarked.has(id))
  const lines = await mapInTurns(located, (one): PlannedLine => {
    const verdict = verdicts.get(one.line)
    if (!verdict) return one
    if (verdict.kind === 'refused') return plannedLine(one, { state: 'error', said: verdict.sentence })
    if (verdict.kind === 'changed')
      return plannedLine(one, { state: 'skipped', said: 'changée ici depuis\u00a0: laissée telle quelle' })
    const booked = found.get(one.line)
    const here = booked ? [bookedWeight(booked.of, booked.slotIds.length)] : []
    if (verdict.kind === 'there')
      return isUnmarked(one.line, verdict.cellIds)
        ? plannedLine(one, { state: 'update', here, said: 'pointage repris' })
        : plannedLine(one, { ...upToDate, here, said: 'déjà là' })
    return plannedLine(one, { state: 'new', here, said: verdict.exceeds ? 'repris, au-delà des places' : 'repris' })
  })
  const byLine = new Map(lines.map((one) => [one.line, one]))
  const periods = new Map(periodsOf(store).map((one) => [one.id, one]))
  const parts = await mapInTurns(groups, (group) => {
    const written = group.flatMap(({ line }) => {
      const one = byLine.get(line)
      return one?.state === 'new' || one?.state === 'update' ? [one] : []
    })
    return inChunks(written, childrenPerSlice(periods.get(group[0]?.periodId ?? 0) ?? { weekRule: null }))
  })
  const cells = [...verdicts.values()].reduce((sum, one) => sum + (one.kind === 'taken' ? one.cells : 0), 0)
  const writeGroup = (into: Write, group: readonly Found[]) => {
    const [first] = group
    if (!first) return
    const written = writeFormerBookings(store, into, first.periodId, first.day, group, asked.person)
    const refused = written.findIndex(({ verdict }) => verdict.kind === 'refused')
    const why = written[refused]?.verdict
    if (why?.kind === 'refused') throw new Refused(`Ligne ${group[refused]?.line}\u00a0: ${why.sentence}`, 'file')
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
    parts: parts.flat(),
    writeNew: (into, part) => writeGroup(into, foundOf(part.flatMap((line) => byLine.get(line) ?? []))),
    weights: await weighed(table, read, (reader) => {
      const state = parseFormerStateCell(reader.text('bookingState'))
      const day = parseDayCell(reader.text('day'))
      const waitsNoMore = 'value' in state && state.value === 'waiting' && 'value' in day && day.value <= today(clock)
      if (('value' in state && state.value === 'refused') || waitsNoMore) return []
      const quantity = parseQuantityCell(reader.text('bookedQuantity'))
      const stated = 'value' in quantity ? quantity.value : 1
      return [
        bookedWeight(
          bookedOf(reader, words, 'value' in day ? day.value : null),
          stated === 1 ? slotsSaid(reader) : stated,
        ),
      ]
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
        .statement(`select count(*) from reservation where act_id = ? and held in ('confirmed', 'waitlisted')`)
        .pluck()
        .get(into.actId) as number
      return written === cells ? null : `Cases écrites\u00a0: ${written}, et non ${cells}\u00a0: recommencez.`
    },
    leavers: [],
    familiesMade: () => 0,
  }
}

/** « 2 », « 2,00 » */
const parseQuantityCell = (text: string) => parseCountCell(text.replace(/[.,]0+$/, ''))

const activityText = (reader: LineReader, words: SettledWords): string =>
  groupedText(reader, words, 'bookedActivity', 'bookedGroup')

const bookedIn = ({ cell }: LineReader) => ({ activity: cell('bookedActivity'), group: cell('bookedGroup') })

/** « Centre de loisirs, octobre 2026 » */
const bookedOf = (reader: LineReader, words: SettledWords, day: Day | null): string =>
  `${activityText(reader, words)}, ${day === null ? 'jour illisible' : monthText(day)}`

const bookedWeight = (of: string, amount: number): Weight => ({
  what: 'Plages réservées',
  of,
  unit: 'count',
  amount,
})

const marks: Readonly<Partial<Record<FormerState, 'present' | 'absent' | 'justifiedInTime'>>> = {
  present: 'present',
  absent: 'absent',
  excused: 'justifiedInTime',
}

/** Days that the other program billed are not billed again here: the first day that a régie bills says which. */
const billingNotes = ({ store }: ImportRequest['core'], days: readonly Day[]): string[] =>
  days.length === 0
    ? []
    : regiesOf(store).flatMap((regie) =>
        regie.billsFrom === null
          ? []
          : [
              `${regieName(regie)}\u00a0: les jours d’avant le ${longDate(regie.billsFrom)} ne sont pas facturés ici, les autres le sont.`,
            ],
      )

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
  const regies = regiesOf(store)
  const regieIds = regieByActivity(store)
  const now = today(clock)
  const first = schoolYearStart(now)
  const last = addDays(addMonths(first, 12), -1)
  const seen = new Map<string, number>()
  const slotsOfActivity = memoized((activityId: number) => slotsOf(store, activityId))
  /** The hours that lines of the file take of a child’s day. */
  const taken = new Map<
    string,
    { readonly activityId: number; readonly start: string; readonly end: string; readonly line: number }[]
  >()
  const locate = (reader: LineReader): Found | PlannedLine => {
    const decision = decisions.get(reader.line)
    if (decision?.choice === 'skip') return plannedLine(reader, skipped)
    const who = childReferenceOf(reader, 'childBirthDay' in mapping)
    const stated = activityText(reader, words)
    const activityId = reader.needed('bookedActivity', () => activityNamed(stated), 'L’activité manque.')
    const day = reader.needed('day', parseDayCell, 'Le jour manque.')
    const state = reader.read('bookingState', parseFormerStateCell) ?? 'booked'
    if (day !== null && (day < first || day > last))
      reader.wrong(
        'day',
        `Ce jour n’est pas de l’année en cours, du ${longDate(first)} au ${longDate(last)}\u00a0: les années passées se reprennent en chiffres.`,
      )
    if (day !== null && day > now && marks[state] !== undefined)
      reader.wrong('bookingState', 'Ce jour n’est pas encore venu\u00a0: il ne peut pas être pointé.')
    const regie = regies.find(({ id }) => id === regieIds.get(activityId ?? 0))
    if (day !== null && day < now && regie && regie.billsFrom === null)
      reader.wrong(
        'day',
        `Dites d’abord le premier jour facturé de la régie (${regieName(regie)})\u00a0: ce jour serait facturé une seconde fois.`,
        null,
        { regieId: regie.id },
      )
    const slotIds = activityId === null ? null : units.read(activityId, bookedIn(reader), reader.cell('bookedUnit'))
    if (activityId !== null && slotIds === null)
      reader.wrong(
        'bookedUnit' in mapping ? 'bookedUnit' : 'bookedActivity',
        `Dites dans «\u00a0Mots du fichier\u00a0» ce que «\u00a0${[activityOf(store, activityId).name, reader.text('bookedUnit')].filter((part) => part !== '').join(', ')}\u00a0» veut dire ici.`,
      )
    const quantity = reader.read('bookedQuantity', parseQuantityCell) ?? 1
    // A line of one is a day of whatever its unit is; a greater number counts slots.
    if (quantity === 0) reader.wrong('bookedQuantity', 'Une quantité de 0 ne réserve rien.')
    if (slotIds !== null && quantity > 1 && quantity !== slotIds.length)
      reader.wrong(
        'bookedQuantity',
        `Le fichier en compte ${quantity}, et c’est ici ${counted(slotIds.length, 'plage')}\u00a0: dites dans «\u00a0Mots du fichier\u00a0» lesquelles, ou réservez depuis le calendrier.`,
      )
    const [problem] = reader.problems
    if (problem || who === null || activityId === null || day === null || slotIds === null)
      return plannedLine(reader, { state: 'error', said: problem?.sentence ?? '' })
    if (state === 'waiting' && day <= now)
      return plannedLine(reader, { state: 'skipped', said: 'en attente d’une place, pour un jour venu' })
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
    const ofHome = home ? own.filter(({ familyId }) => familyId === home.id) : own
    const [registration, another] = ofHome
    if (!registration || another)
      return plannedLine(reader, {
        state: 'error',
        said:
          own.length === 0
            ? `${child.firstName} n’a pas d’inscription à ${activityOf(store, activityId).name} ce jour-là\u00a0: importez d’abord les inscriptions.`
            : `Le fichier ne dit pas lequel des foyers de ${child.firstName} a réservé ce jour\u00a0: réservez-le depuis le calendrier.`,
      })
    const keys = slotIds.map((id) => `${child.id} ${day} ${id}`)
    const earlier = keys.flatMap((key) => seen.get(key) ?? [])[0]
    if (earlier !== undefined)
      return plannedLine(reader, {
        state: 'error',
        said: `Même enfant, même jour et même plage qu’à la ligne ${earlier}.`,
      })
    const hours = slotsOfActivity(activityId).filter(({ id }) => slotIds.includes(id))
    const sameDay = `${child.id} ${day}`
    const rival = (taken.get(sameDay) ?? []).find(
      (one) => one.activityId !== activityId && hours.some(({ start, end }) => start < one.end && one.start < end),
    )
    if (rival)
      return plannedLine(reader, { state: 'error', said: `Mêmes heures qu’à la ligne ${rival.line}, ailleurs.` })
    taken.set(sameDay, [
      ...(taken.get(sameDay) ?? []),
      ...hours.map(({ start, end }) => ({ activityId, start, end, line: reader.line })),
    ])
    for (const key of keys) seen.set(key, reader.line)
    return {
      line: reader.line,
      periodId: registration.periodId,
      registrationId: registration.id,
      day,
      slotIds,
      waits: state === 'waiting',
      state,
      of: bookedOf(reader, words, day),
    }
  }
  /** How many slots a line of the file books, by its words. */
  const slotsSaid = (reader: LineReader): number => {
    const activity = activityNamed(activityText(reader, words))
    const slots = 'value' in activity ? units.read(activity.value, bookedIn(reader), reader.cell('bookedUnit')) : null
    return slots?.length ?? 1
  }
  return { locate, slotsSaid }
}
