import type {
  CalendarSection,
  CellDetail,
  CellKey,
  MoveResult,
  TakenAway,
  WeekResult,
} from '../../../shared/contract/desk/reservations.ts'
import { answerDueOn } from '../../../shared/rules/answer.ts'
import { obstacleText } from '../../../shared/rules/bookable.ts'
import {
  cellNotes,
  cellState,
  cellStates,
  cellText,
  closedReason,
  type Held,
  type Wish,
} from '../../../shared/rules/cell.ts'
import { allowedActs, type CellAct, type Context, type Mover, whyNotUndo } from '../../../shared/rules/cell-moves.ts'
import { addDays, ageOn, type Day, dayAt, daysFrom, type Instant, today } from '../../../shared/rules/day.ts'
import { ageText, counted, shortDay } from '../../../shared/rules/french.ts'
import { nextToPromote, suggestion } from '../../../shared/rules/places.ts'
import { may } from '../../../shared/rules/roles.ts'
import { applyTypicalWeek, type TypicalWeek } from '../../../shared/rules/typical-week.ts'
import type { Write } from '../../store/acts.ts'
import type { Store } from '../../store/store.ts'
import { type Closing, openingsToClose, setClosed } from '../activities/activities.ts'
import { type Core, type Person, Refused } from '../core.ts'
import {
  type Asked,
  decidedBy,
  registrationOf,
  whyNotAskedAnyMore,
  writeAccepted,
  writeAsked,
  writeAskedAgain,
  writeEnded,
  writeRefused,
} from '../registrations/registrations.ts'
import { organisationOf } from '../settings/settings.ts'
import { type Board, readBoard } from './board.ts'
import { type NotMoved, newPlan, type PlannedMove, planMove, planTakingAway, planUndo, writePlan } from './moving.ts'
import {
  type CellRow,
  cellRow,
  cellsBetween,
  movableLists,
  movesIn,
  movesOf,
  nextMoveId,
  periodsOpenBetween,
  type RegistrationRow,
  registrationRow,
  registrationsIn,
} from './reservations-store.ts'

export { collectedRequests } from './reservations-store.ts'
export { type WeighedPart, type WeighedRequest, weighRequests } from './weighing.ts'

const longestCalendar = 93

/** The calendars between two days: of the periods named, or of every period open then, for everyone or one family. */
export const calendar = (
  { store, clock }: Core,
  { from, to, periodIds, familyId }: { from: Day; to: Day; periodIds: number[] | null; familyId: number | null },
): CalendarSection[] => {
  if (to < from) throw new Refused('La date de fin vient avant la date de début.', 'to')
  if (daysFrom(from, to) >= longestCalendar) throw new Refused('Trois mois au plus à la fois.', 'to')
  const at = clock()
  return (periodIds ?? periodsOpenBetween(store, from, to))
    .map((periodId) => readBoard(store, at, periodId, registrationsIn(store, periodId, familyId), from, to))
    .filter(({ registrations }) => familyId === null || registrations.length > 0)
    .map(section)
}

const section = (board: Board): CalendarSection => {
  const { period } = board
  const openings = [...board.openings.values()]
  const position = new Map(board.slots.map(({ id }, index) => [id, index]))
  const columns = openings.toSorted(
    (one, other) => compare(one.day, other.day) || (position.get(one.slotId) ?? 0) - (position.get(other.slotId) ?? 0),
  )
  const used = new Set(columns.map(({ slotId }) => slotId))
  return {
    period: { id: period.id, name: period.name, activityId: period.activityId, activity: period.activity },
    slots: board.slots.filter(({ id }) => used.has(id)).map(({ id, name, shortName }) => ({ id, name, shortName })),
    columns: columns.map(({ day, slotId, capacity, closedReason: why }) => ({
      day,
      slotId,
      open: why === null,
      capacity,
      held: board.held(day, slotId),
      waiting: board.waiting(day, slotId).length,
      closedReason: why,
    })),
    rows: board.registrations.map((registration) => row(board, registration, columns)).toSorted(byName),
  }
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)

const french = new Intl.Collator('fr')
const byName = (one: CalendarSection['rows'][number], other: CalendarSection['rows'][number]) =>
  french.compare(one.lastName, other.lastName) || french.compare(one.firstName, other.firstName)

const firstLetter = 'a'.charCodeAt(0)

const row = (
  board: Board,
  registration: RegistrationRow,
  columns: readonly { day: Day; slotId: number }[],
): CalendarSection['rows'][number] => {
  const ranks: Record<string, number> = {}
  const states = columns.map(({ day, slotId }, index) => {
    const facts = board.facts(registration, day, slotId)
    const state = cellState(facts)
    if (state === 'waitlisted' && facts.held.kind === 'waitlisted') ranks[index] = facts.held.rank
    return String.fromCharCode(firstLetter + cellStates.indexOf(state))
  })
  const { id, childId, familyId, lastName, firstName, birthDay } = registration
  const age = ageText(ageOn(birthDay, columns[0]?.day ?? birthDay))
  return { registrationId: id, childId, familyId, lastName, firstName, age, states: states.join(''), ranks }
}

/** Everything the panel tells of one cell. */
export const cell = ({ store, clock }: Core, person: Person, { registrationId, day, slotId }: CellKey): CellDetail => {
  const at = clock()
  const registration = registrationFound(store, registrationId)
  const board = readBoard(store, at, registration.periodId, [registration], day, day)
  refuseUnknownSlot(board, slotId)
  const facts = board.facts(registration, day, slotId)
  const stored = board.cell(registrationId, day, slotId)
  const state = cellState(facts)
  return {
    key: { registrationId, day, slotId },
    child: {
      id: registration.childId,
      lastName: registration.lastName,
      firstName: registration.firstName,
      age: ageText(ageOn(registration.birthDay, day)),
    },
    familyId: registration.familyId,
    periodId: registration.periodId,
    activityId: board.period.activityId,
    state,
    rank: facts.held.kind === 'waitlisted' ? facts.held.rank : null,
    text: cellText(facts),
    notes: cellNotes(facts),
    closedReason: closedReason(facts),
    recordedAt: facts.ask?.recordedAt ?? null,
    answerBy: facts.ask ? answerDueOn(facts.ask.recordedAt, organisationOf(store).answerWorkingDays) : null,
    suggestion: state === 'requestSent' ? suggested(board, day, slotId) : null,
    places: board.slots
      .filter((slot) => board.openings.has(`${day} ${slot.id}`))
      .map((slot) => ({
        slotId: slot.id,
        name: slot.name,
        held: board.held(day, slot.id),
        capacity: board.openings.get(`${day} ${slot.id}`)?.capacity ?? 0,
        waiting: board.waiting(day, slot.id).length,
      })),
    acts: allowedActs(facts, moverOf(person)),
    isBilled: stored?.billedBy != null,
    story: stored
      ? movesOf(store, stored.id).map(({ at: when, who, mover, move, answer, reason }) => ({
          at: when,
          who: mover === 'rule' ? 'Règle du service' : who,
          sentence: sentences[move] ?? move,
          reason: reason || (answer === 'moot' ? 'déjà réglé par le service' : ''),
        }))
      : [],
  }
}

const suggested = (board: Board, day: Day, slotId: number): NonNullable<CellDetail['suggestion']> => {
  const held = board.held(day, slotId)
  const waiting = board.waiting(day, slotId).length
  const capacity = board.openings.get(`${day} ${slotId}`)?.capacity ?? 0
  const act = suggestion({ held, capacity, waiting, waitingList: board.period.waitingList, together: 1 })
  const left = counted(capacity - held, 'place')
  if (act === 'accept') return { act, sentence: `Il reste ${left} sur ${capacity} : la demande peut être acceptée.` }
  if (act === 'refuse') return { act, sentence: 'Complet, sans liste d’attente.' }
  const rank = waiting + 1
  return { act, sentence: `Complet : l’enfant serait ${rank === 1 ? '1ᵉʳ' : `${rank}ᵉ`} sur la liste d’attente.` }
}

export type MoveInput = {
  readonly cells: readonly CellKey[]
  readonly act: CellAct
  readonly reason?: Context['reason']
  readonly charged?: boolean | undefined
  readonly surchargeAccepted?: boolean | undefined
  /** For a demande entered by hand: when the parent asked. */
  readonly recordedAt?: Instant | undefined
}

/**
 * Moves cells in one act and one transaction. Each is judged by itself, in the order given, against places as the
 * ones before left them; what cannot be done is listed with its reason and changes nothing.
 */
export const moveCells = ({ store, clock }: Core, person: Person, input: MoveInput): MoveResult => {
  if (input.recordedAt !== undefined && input.recordedAt > clock()) {
    throw new Refused('Cette demande serait faite dans l’avenir.', 'recordedAt')
  }
  return store.act(person, `reservations.${input.act}`, labelOf(input), (write) => {
    const context: Context = {
      at: input.recordedAt ?? write.at,
      reason: input.reason,
      charged: input.charged,
      surchargeAccepted: input.surchargeAccepted,
    }
    const refused: MoveResult['refused'] = []
    const moves: PlannedMove[] = []
    for (const own of byPeriod(store, input.cells)) {
      const moved = writeMoves(store, write, person, own, () => ({ act: input.act, context }))
      refused.push(...moved.refused)
      moves.push(...moved.moves)
    }
    const promoted = promoteFreed(store, write, moves)
    return { actId: moves.length > 0 ? write.actId : null, done: moves.length, refused, promoted }
  })
}

type Moved = { readonly moves: readonly PlannedMove[]; readonly refused: MoveResult['refused'] }

/** Part of an act: moves cells of one period, in their order; written at once, so that what comes after sees them. */
const writeMoves = (
  store: Store,
  write: Write,
  person: Person,
  cells: readonly CellKey[],
  moveOf: (cell: CellKey, board: Board) => { act: CellAct; context: Context } | { refused: string },
): Moved => {
  const registrations = new Map(cells.map(({ registrationId: id }) => [id, registrationFound(store, id)]))
  const [first] = registrations.values()
  const days = cells.map(({ day }) => day).toSorted()
  const [from, to] = [days[0], days.at(-1)]
  if (!first || !from || !to) return { moves: [], refused: [] }
  const board = readBoard(store, write.at, first.periodId, [...registrations.values()], from, to)
  for (const slotId of new Set(cells.map((one) => one.slotId))) refuseUnknownSlot(board, slotId)
  const plan = newPlan(nextMoveId(store))
  const refused: MoveResult['refused'] = []
  for (const key of cells) {
    const { registrationId, day, slotId } = key
    const registration = registrations.get(registrationId)
    const asked = moveOf(key, board)
    const notMoved =
      'refused' in asked
        ? { sentence: asked.refused, needs: null }
        : registration && planMove(plan, board, registration, day, slotId, asked.act, moverOf(person), asked.context)
    if (notMoved) refused.push({ registrationId, day, slotId, ...notMoved })
  }
  writePlan(write, plan)
  return { moves: plan.moves, refused }
}

/** Each cell once, apart by period: what one period gives a child counts in the next, where hours overlap. */
const byPeriod = (store: Store, cells: readonly CellKey[]): CellKey[][] => {
  const unique = [...new Map(cells.map((one) => [`${one.registrationId} ${one.day} ${one.slotId}`, one])).values()]
  const periods = new Map(
    [...new Set(unique.map(({ registrationId }) => registrationId))].map((id) => [
      id,
      registrationFound(store, id).periodId,
    ]),
  )
  return [...Map.groupBy(unique, ({ registrationId }) => periods.get(registrationId)).values()]
}

/** Where the period promotes by itself, each place that the plan freed goes to the next of its list. */
const promoteFreed = (store: Store, write: Write, freed: readonly PlannedMove[]): number => {
  const places = new Map(
    freed
      .filter(({ before, next }) => before.held === 'confirmed' && next.held !== 'confirmed')
      .map(({ next }) => [`${next.periodId} ${next.day} ${next.slotId}`, next]),
  )
  let promoted = 0
  for (const { periodId, day, slotId } of places.values()) {
    const registrations = registrationsIn(store, periodId, null)
    const board = readBoard(store, write.at, periodId, registrations, day, day)
    if (board.period.promotion !== 'automatic') return promoted
    const capacity = board.openings.get(`${day} ${slotId}`)?.capacity ?? 0
    const plan = newPlan(nextMoveId(store))
    for (const next of nextToPromote(board.waiting(day, slotId), board.held(day, slotId), capacity)) {
      const registration = registrations.find(({ id }) => id === next.registrationId)
      if (registration) planMove(plan, board, registration, day, slotId, 'promote', { kind: 'rule' }, { at: write.at })
    }
    writePlan(write, plan)
    promoted += plan.moves.length
  }
  return promoted
}

/** Who entered the demande of this cell at the counter; empty when a parent recorded it. */
export const enteredBy = (store: Store, cellId: number): string =>
  movesOf(store, cellId).find(({ move }) => move === 'enterDemand')?.who ?? ''

export type Decision =
  | {
      readonly kind: 'cells'
      readonly registrationId: number
      /** The demande that is answered: another one, or none any more, is left alone. */
      readonly wish: Wish
      readonly recordedAt: Instant
      readonly answers: readonly {
        readonly day: Day
        readonly slotIds: readonly number[]
        readonly act: CellAct
        readonly reason?: Context['reason']
        readonly charged?: boolean | undefined
      }[]
    }
  | {
      readonly kind: 'registration'
      readonly registrationId: number
      readonly act: 'accept' | 'acceptWithoutDays' | 'refuse'
      /** Of the refusal, or for which a condition is passed over. */
      readonly reason: string
    }

export type Decided = {
  /** Null when nothing could be done. */
  readonly actId: number | null
  /** Demandes answered, at least in part. */
  readonly done: number
  readonly refused: {
    registrationId: number
    day: Day | null
    slotId: number | null
    sentence: string
    needs: NotMoved['needs']
  }[]
  /** What the semaines types of the registrations accepted gave. */
  readonly week: WeekResult
  readonly promoted: number
}

/**
 * Answers demandes in one act, in the order given. What cannot be answered so is listed with its reason and waits on;
 * a demande that somebody answered meanwhile keeps that answer.
 * @throws Refused when nothing could be done and no reason would change it
 */
export const decide = ({ store }: Core, person: Person, decisions: readonly Decision[]): Decided =>
  store.act(person, 'reservations.decide', decisionLabel(store, decisions), (write) => {
    const refused: Decided['refused'] = []
    const week: WeekResult = { filled: [], waitListed: [], skipped: [] }
    let done = 0
    let promoted = 0
    for (const decision of decisions) {
      const { registrationId } = decision
      if (decision.kind === 'registration') {
        const sentence = writeRegistrationAnswer(store, write, person, decision, week)
        if (sentence === null) done += 1
        else refused.push({ registrationId, day: null, slotId: null, sentence, needs: null })
        continue
      }
      const moved = writeAnswers(store, write, person, decision)
      refused.push(...moved.refused)
      promoted += promoteFreed(store, write, moved.moves)
      done += Number(moved.moves.length > 0)
    }
    const [first] = refused
    if (done === 0 && first && refused.every(({ needs }) => needs === null)) throw new Refused(first.sentence)
    return { actId: done > 0 ? write.actId : null, done, refused, week, promoted }
  })

const decisionLabel = (store: Store, decisions: readonly Decision[]): string => {
  const [first, ...others] = decisions
  if (!first || others.length > 0) return counted(decisions.length, 'demande décidée', 'demandes décidées')
  const { firstName, lastName } = registrationFound(store, first.registrationId)
  return `Demande décidée\u00a0: ${firstName} ${lastName}`
}

/** What refuses it, or null. */
const writeRegistrationAnswer = (
  store: Store,
  write: Write,
  person: Person,
  { registrationId, act, reason }: Extract<Decision, { kind: 'registration' }>,
  week: WeekResult,
): string | null => {
  const answered = whyNotAskedAnyMore(store, registrationId)
  if (answered !== null) return answered
  if (act === 'refuse') {
    if (reason === '') return 'Indiquez un motif\u00a0: la famille le lira.'
    writeRefused(store, write, registrationId, reason)
    return null
  }
  try {
    writeAccepted(store, write, person, registrationId, reason)
  } catch (error) {
    // It refuses before it writes: the rest of the act stands.
    if (error instanceof Refused) return error.sentence
    throw error
  }
  if (act === 'accept') {
    const given = writeAcceptedWeek(store, write, person, registrationId)
    week.filled.push(...given.filled)
    week.waitListed.push(...given.waitListed)
    week.skipped.push(...given.skipped)
  }
  return null
}

const writeAnswers = (
  store: Store,
  write: Write,
  person: Person,
  { registrationId, wish, recordedAt, answers }: Extract<Decision, { kind: 'cells' }>,
): Moved => {
  const answerOf = new Map(
    answers.flatMap((answer) => answer.slotIds.map((slotId) => [`${answer.day} ${slotId}`, answer] as const)),
  )
  const cells = answers.flatMap(({ day, slotIds }) => slotIds.map((slotId) => ({ registrationId, day, slotId })))
  return writeMoves(store, write, person, cells, ({ day, slotId }, board) => {
    const stored = board.cell(registrationId, day, slotId)
    const answer = answerOf.get(`${day} ${slotId}`)
    if (!answer || stored?.ask !== wish || stored.recordedAt !== recordedAt)
      return { refused: answeredBefore(store, stored) }
    const { act, reason, charged } = answer
    return { act, context: { at: write.at, reason, charged } }
  })
}

const answeredBefore = (store: Store, stored: CellRow | undefined): string => {
  const answer = stored && movesOf(store, stored.id).find((one) => one.answer !== null)
  return answer
    ? decidedBy({ who: answer.mover === 'rule' ? 'une règle du service' : answer.who, at: answer.at })
    : 'Cette demande n’est plus là\u00a0: la famille l’a retirée.'
}

/** Takes a whole act back by new, recorded moves: all of its cells, or none. */
export const undoMoves = ({ store }: Core, person: Person, actId: number): { done: number } =>
  store.act(person, 'reservations.undo', 'Annulation de la dernière action', (write) => {
    const moves = movesIn(store, actId)
    const plan = newPlan(nextMoveId(store))
    for (const { id, reservationId, before } of moves) {
      const current = cellRow(store, reservationId)
      if (!current || standing(movesOf(store, reservationId))?.id !== id) {
        throw new Refused('Une case a changé depuis : il n’y a plus rien à annuler ici.')
      }
      const registration = registrationFound(store, current.registrationId)
      const board = readBoard(store, write.at, registration.periodId, [registration], current.day, current.day)
      const facts = board.facts(registration, current.day, current.slotId)
      const earlier = before === null ? null : (JSON.parse(before) as Partial<CellRow>)
      const sentence = whyNotUndo(heldIn(earlier), facts.held, facts, current.billedBy !== null)
      if (sentence !== null) throw new Refused(sentence)
      const one = newPlan(plan.nextNumber)
      planUndo(one, board, current, earlier)
      writePlan(write, one)
    }
    const reopened = writeAskedAgain(store, write, actId)
    if (moves.length + reopened === 0) throw new Refused('Cette action ne s’annule pas.')
    return { done: moves.length + reopened }
  })

/** The last move that still holds: an undo and what it took back cancel each other out. Newest first. */
const standing = <Move extends { readonly move: string }>(moves: readonly Move[]): Move | undefined => {
  let undone = 0
  for (const one of moves) {
    if (one.move === 'undo') undone += 1
    else if (undone > 0) undone -= 1
    else return one
  }
  return undefined
}

const heldIn = (cell: Partial<CellRow> | null): Held => {
  if (cell?.held === 'confirmed') return { kind: 'confirmed', cancelDenied: cell.cancelDenied === 1 }
  return cell?.held === 'waitlisted' ? { kind: 'waitlisted', rank: 1 } : { kind: 'none' }
}

/** What a typical week gives from a day to the registration's end: booked, put on the list when full, or skipped. */
export const previewWeek = ({ store, clock }: Core, person: Person, input: WeekInput): WeekResult =>
  planWeek(store, clock(), person, input).result

export const applyWeek = ({ store }: Core, person: Person, input: WeekInput): WeekResult =>
  store.act(person, 'reservations.week', 'Semaine type appliquée', (write) => writeWeek(store, write, person, input))

/** Part of an act, such as the one that accepts the registration. */
export const writeWeek = (store: Store, write: Write, person: Person, input: WeekInput): WeekResult => {
  const { plan, result } = planWeek(store, write.at, person, input)
  writePlan(write, plan)
  return result
}

export const acceptWithWeek = (
  { store }: Core,
  person: Person,
  { registrationId, overrideReason }: { registrationId: number; overrideReason: string },
): WeekResult =>
  store.act(person, 'registrations.accept', 'Inscription acceptée avec sa semaine type', (write) => {
    writeAccepted(store, write, person, registrationId, overrideReason)
    return writeAcceptedWeek(store, write, person, registrationId)
  })

const writeAcceptedWeek = (store: Store, write: Write, person: Person, registrationId: number): WeekResult =>
  writeWeek(store, write, person, acceptedWeek(store, write.at, registrationId))

/** The semaine type wished with a registration, from its first day that is not past. */
const acceptedWeek = (store: Store, at: Instant, registrationId: number): WeekInput => {
  const { startDay, typicalWeek } = registrationOf(store, registrationId)
  return { registrationId, week: typicalWeek, from: later(startDay, dayAt(at)) }
}

/** What accepting a registration that is « ? » would give of its semaine type. */
export const previewAcceptance = ({ store, clock }: Core, person: Person, registrationId: number): WeekResult => {
  const at = clock()
  const registration = { ...registrationFound(store, registrationId), state: 'accepted' as const }
  return planWeek(store, at, person, acceptedWeek(store, at, registrationId), registration).result
}

export const registerWithWeek = (
  { store, clock }: Core,
  person: Person,
  asked: Asked,
): WeekResult & { registrationId: number } =>
  store.act(person, 'registrations.ask', 'Inscription avec sa semaine type', (write) => {
    const { id, startDay, typicalWeek } = writeAsked(store, write, person, asked, true)
    const week = { registrationId: id, week: typicalWeek, from: later(startDay, today(clock)) }
    return { registrationId: id, ...writeWeek(store, write, person, week) }
  })

const later = (one: Day, other: Day): Day => (one < other ? other : one)

export type WeekInput = {
  readonly registrationId: number
  readonly week: readonly { readonly weekday: number; readonly slotId: number }[]
  readonly from: Day
}

const planWeek = (
  store: Store,
  at: Instant,
  person: Person,
  { registrationId, week, from }: WeekInput,
  registration = registrationFound(store, registrationId),
) => {
  const { startDay, endDay, periodId } = registration
  const board = readBoard(store, at, periodId, [registration], later(from, startDay), endDay)
  const plan = newPlan(nextMoveId(store))
  const who = moverOf(person)
  const waitListed: WeekResult['waitListed'] = []
  const wanted: TypicalWeek<number> = week.map(({ weekday, slotId }) => ({ weekday, slot: slotId }))
  for (const { slot } of wanted) refuseUnknownSlot(board, slot)
  const { filled, skipped } = applyTypicalWeek(wanted, { from: later(from, startDay), to: endDay }, (day, slotId) => {
    const { bookable, held, placesLeft } = board.facts(registration, day, slotId)
    if (bookable.answer === 'no' && held.kind === 'none') return obstacleText(bookable.obstacles[0])
    const isFull = placesLeft <= 0 && held.kind === 'none'
    const notMoved = planMove(plan, board, registration, day, slotId, isFull ? 'waitList' : 'book', who, { at })
    if (isFull && notMoved === null) waitListed.push({ day, slotId })
    return notMoved?.sentence ?? null
  })
  const isWaiting = new Set(waitListed.map(({ day, slotId }) => `${day} ${slotId}`))
  const result: WeekResult = {
    filled: filled
      .filter(({ day, slot }) => !isWaiting.has(`${day} ${slot}`))
      .map(({ day, slot }) => ({ day, slotId: slot })),
    waitListed,
    skipped: skipped.map(({ day, slot, reason }) => ({ day, slotId: slot, reason })),
  }
  return { plan, result }
}

/** What ending a registration after a day would free. */
export const previewEnding = (
  { store, clock }: Core,
  { registrationId, lastDay }: { registrationId: number; lastDay: Day },
) =>
  summary(
    store,
    endingCells(store, clock(), registrationId, lastDay).map(({ cell: one }) => one),
  )

export const endRegistration = (
  { store }: Core,
  person: Person,
  input: { registrationId: number; lastDay: Day; reason: string; charged: boolean },
): TakenAway =>
  store.act(person, 'registrations.end', 'Inscription terminée', (write) => {
    const found = endingCells(store, write.at, input.registrationId, input.lastDay)
    const taken = takeAway(store, write, found, input.reason, input.charged)
    writeEnded(store, write, input.registrationId, input.lastDay, input.reason)
    return taken
  })

const endingCells = (store: Store, at: Instant, registrationId: number, lastDay: Day) => {
  const registration = registrationFound(store, registrationId)
  const from = addDays(lastDay, 1)
  if (from > registration.endDay) return []
  const board = readBoard(store, at, registration.periodId, [registration], from, registration.endDay)
  return cellsBetween(store, [registrationId], from, registration.endDay)
    .filter(hasFacts)
    .map((one) => ({ board, cell: one }))
}

type ClosingInput = { from: Day; to: Day; periodId: number | null; slotIds: readonly number[] | null }

export const previewClosing = ({ store, clock }: Core, input: ClosingInput): TakenAway => {
  refuseUpsideDown(input)
  return summary(
    store,
    closingCells(store, clock(), input).map(({ cell: one }) => one),
  )
}

/** Closes days for everyone concerned, as one act. */
export const closeDays = (
  { store }: Core,
  person: Person,
  input: ClosingInput & { reason: string; charged: boolean },
): TakenAway => {
  refuseUpsideDown(input)
  const days = input.from === input.to ? shortDay(input.from) : `${shortDay(input.from)} → ${shortDay(input.to)}`
  return store.act(person, 'reservations.close', `Fermeture : ${days}`, (write) => {
    const found = closingCells(store, write.at, input)
    const closed = setClosed(store, write, { ...closingOf(input), reason: input.reason })
    if (closed.length === 0) throw new Refused('Rien n’est ouvert ces jours-là.', 'from')
    return takeAway(store, write, found, input.reason, input.charged)
  })
}

const refuseUpsideDown = ({ from, to }: ClosingInput) => {
  if (to < from) throw new Refused('La date de fin vient avant la date de début.', 'to')
}

const closingOf = ({ from, to, periodId, slotIds }: ClosingInput): Closing => ({
  from,
  to,
  periodIds: periodId === null ? undefined : [periodId],
  slotIds: slotIds ?? undefined,
})

const closingCells = (store: Store, at: Instant, input: ClosingInput) => {
  const openings = openingsToClose(store, closingOf(input))
  return [...Map.groupBy(openings, ({ periodId }) => periodId)].flatMap(([periodId, own]) => {
    const registrations = registrationsIn(store, periodId, null)
    const board = readBoard(store, at, periodId, registrations, input.from, input.to)
    const closing = new Set(own.map(({ day, slotId }) => `${day} ${slotId}`))
    const ids = registrations.map(({ id }) => id)
    return cellsBetween(store, ids, input.from, input.to)
      .filter((one) => hasFacts(one) && closing.has(`${one.day} ${one.slotId}`))
      .map((one) => ({ board, cell: one }))
  })
}

const hasFacts = ({ held, ask }: CellRow) => held !== 'none' || ask !== null

const takeAway = (
  store: Store,
  write: Write,
  found: readonly { board: Board; cell: CellRow }[],
  reason: string,
  charged: boolean,
): TakenAway => {
  const plan = newPlan(nextMoveId(store))
  for (const { board, cell: one } of found) planTakingAway(plan, board, one, reason, charged)
  writePlan(write, plan)
  return summary(
    store,
    found.map(({ cell: one }) => one),
  )
}

const booked = ({ held }: CellRow) => held === 'confirmed'
const waits = ({ held }: CellRow) => held === 'waitlisted'

const summary = (store: Store, cells: readonly CellRow[]): TakenAway => {
  const children = [...Map.groupBy(cells, ({ registrationId }) => registrationId)].map(([registrationId, own]) => {
    const { lastName, firstName, familyId } = registrationFound(store, registrationId)
    const name = `${lastName} ${firstName}`
    return { registrationId, name, familyId, bookings: own.filter(booked).length, waiting: own.filter(waits).length }
  })
  return {
    bookings: cells.filter(booked).length,
    waiting: cells.filter(waits).length,
    demands: cells.filter(({ ask }) => ask !== null).length,
    billed: cells.filter((one) => booked(one) && one.billedBy !== null).length,
    families: new Set(children.map(({ familyId }) => familyId)).size,
    children: children
      .map(({ familyId: _family, ...child }) => child)
      .toSorted((one, other) => french.compare(one.name, other.name)),
  }
}

/** Waiting lists that can move, soonest first. */
export const promotable = ({ store, clock }: Core) =>
  movableLists(store, today(clock))
    .filter(({ free }) => free > 0)
    .map(({ registrationId, day, slotId, birthDay, lastName, firstName, ...one }) => ({
      ...one,
      key: { registrationId, day, slotId },
      name: `${lastName} ${firstName}`,
      age: ageText(ageOn(birthDay, day)),
    }))

const moverOf = ({ roles }: Person): Mover => ({
  kind: 'staff',
  decide: may(roles, 'decisions'),
  override: may(roles, 'override'),
})

const registrationFound = (store: Store, id: number) => {
  const found = registrationRow(store, id)
  if (!found) throw new Refused('Cette inscription n’existe plus.')
  return found
}

const refuseUnknownSlot = (board: Board, slotId: number) => {
  if (!board.slots.some(({ id }) => id === slotId)) {
    throw new Refused('Cette plage n’existe pas dans cette activité.', 'slotId')
  }
}

const labelOf = ({ act, cells }: MoveInput) => `${sentences[act] ?? act} : ${counted(cells.length, 'case')}`

/** How the story of a cell tells each move. */
const sentences: Readonly<Record<string, string>> = {
  record: 'Demande enregistrée',
  withdraw: 'Demande retirée',
  collect: 'Demande envoyée : reçue du portail',
  accept: 'Demande acceptée',
  waitList: 'Mis en liste d’attente',
  refuse: 'Demande refusée',
  takeBack: 'Demande retirée par la famille',
  expire: 'Sans réponse avant le jour',
  promote: 'Place donnée depuis la liste d’attente',
  leave: 'Quitte la liste d’attente',
  removeFromList: 'Retiré de la liste d’attente',
  askCancel: 'Annulation demandée',
  acceptCancel: 'Annulation acceptée',
  refuseCancel: 'Annulation refusée',
  book: 'Réservé',
  free: 'Libéré',
  enterDemand: 'Demande saisie au guichet',
  takenAway: 'Place retirée',
  undo: 'Action annulée',
} satisfies Record<CellAct | 'takenAway' | 'undo', string>
