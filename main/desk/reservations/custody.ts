import type {
  ConcernedDemande,
  CustodyPreview,
  CustodyYear,
  HomeDecision,
} from '../../../shared/contract/desk/reservations/custody.ts'
import { addDays, type Day, dayAt, isWithin } from '../../../shared/rules/calendar/day.ts'
import { type CustodyChange, changedCustody, type Home, homeOf } from '../../../shared/rules/people/custody.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import { counted, longDate, ofName } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { childOnDay, custodiesOf, familiesOf, familyRows, holidaysOfTown, writeCustody } from '../families/families.ts'
import { organisationOf } from '../settings/settings.ts'
import { type Board, readBoard } from './board/board.ts'
import { newPlan, type Plan, planEmptying, planLeftInPlace, planTransfer, writePlan } from './board/moving.ts'
import {
  bookedByHome,
  type CellRow,
  cellRow,
  cellsBetween,
  cellsHeldByChild,
  nextMoveId,
  type RegistrationRow,
  registrationsOfChildIn,
  unansweredBookingsOfChild,
} from './reservations-store.ts'
import { promoteFreed } from './waiting/waiting-lists.ts'

const noCustody = { rules: [], exceptions: new Map<Day, Home>() }

/** A child's custody rules and exceptions, and the bookings of each home. */
export const readCustody = (
  { store, clock }: Core,
  { childId, from, to }: { childId: number; from: Day; to: Day },
): CustodyYear => {
  if (to > addDays(from, 400)) throw new Refused('Un an à la fois.', 'to')
  const { rules, exceptions } = custodiesOf(store, [childId]).get(childId) ?? noCustody
  return {
    zone: organisationOf(store).schoolZone,
    homes: withDistinctNames(store, familiesOf(store, childId), dayAt(clock())),
    rules: rules.map(({ evenWeek, oddWeek, holidays, ...rule }) => ({
      ...rule,
      evenWeek: [...evenWeek],
      oddWeek: [...oddWeek],
      holidays: holidays && { evenYears: [...holidays.evenYears], oddYears: [...holidays.oddYears] },
    })),
    exceptions: [...exceptions].map(([day, home]) => ({ day, home })),
    bookings: bookedByHome(store, childId, from, to),
    unsettled: affectedCells(store, dayAt(clock()), childId, { kind: 'asItIs' }).length,
    newRuleFrom: newRuleFrom(store, dayAt(clock()), childId, rules.length > 0),
  }
}

/**
 * A first rule may start with the school year when no day of it is booked yet; a later rule starts today or tomorrow.
 */
const newRuleFrom = (store: Store, today: Day, childId: number, hasRules: boolean): Day => {
  const yearBegins = schoolYearStart(today)
  const last = bookedByHome(store, childId, yearBegins, today).at(-1)?.day
  if (!hasRules && last === undefined) return yearBegins
  return last === today ? addDays(today, 1) : today
}

const withDistinctNames = (
  store: Store,
  homes: readonly { id: Home; name: string }[],
  on: Day,
): CustodyYear['homes'] => {
  if (new Set(homes.map(({ name }) => name)).size === homes.length) return [...homes]
  const rows = familyRows(
    store,
    homes.map(({ id }) => id),
    on,
  )
  return rows.map(({ id, name, guardians }) => ({ id, name: guardians || name }))
}

/**
 * Lists the bookings that a custody change would leave on the other home's days, and the demandes whose day changes
 * home, soonest first.
 */
export const previewCustody = (
  { store, clock }: Core,
  { childId, change }: { childId: number; change: CustodyChange },
): CustodyPreview => {
  const today = dayAt(clock())
  childOnDay(store, childId, today)
  refusePast(store, today, childId, change)
  const bookings = affectedCells(store, today, childId, change).map(
    ({ cell, familyId, owner, whyNotMoved, ...names }): CustodyPreview['bookings'][number] => ({
      ...names,
      reservationId: cell.id,
      day: cell.day,
      held: cell.held === 'waitlisted' ? 'waitlisted' : 'confirmed',
      familyId,
      ownerId: owner,
      isBilled: cell.billedBy !== null,
      whyNotMoved,
    }),
  )
  return { bookings, demandes: affectedDemandes(store, today, childId, change) }
}

/**
 * Past days stay with the home that booked them, billed or not: only future days change home.
 * @throws Refused when the change would give a booked day, today or before, to the other home
 */
const refusePast = (store: Store, today: Day, childId: number, change: CustodyChange): void => {
  const first = firstDayOf(change)
  if (first === undefined) return
  const previous = custodiesOf(store, [childId]).get(childId) ?? noCustody
  const changed = changedCustody(previous, change)
  const holidays = holidaysOfTown(store)
  const days = bookedByHome(store, childId, first, today)
    .filter(({ day, familyId }) => {
      const owner = homeOf(changed, day, holidays)
      return owner !== null && owner !== familyId && homeOf(previous, day, holidays) !== owner
    })
    .map(({ day }) => day)
  const last = days.at(-1)
  if (last === undefined) return
  const booked = counted(
    days.length,
    'jour déjà passé et réservé changerait',
    'jours déjà passés et réservés changeraient',
  )
  const stays = `${booked} de foyer\u00a0: ce qui est passé reste au foyer qui a réservé.`
  throw new Refused(
    `${stays} ${alternativeText(change, addDays(last, 1))}`,
    change.kind === 'rule' ? 'from' : undefined,
  )
}

const firstDayOf = (change: CustodyChange): Day | undefined => {
  switch (change.kind) {
    case 'rule':
      return change.rule.from
    case 'removeRule':
      return change.from
    case 'days':
      return change.days.toSorted()[0]
    case 'asItIs':
      break
  }
  return undefined
}

const alternativeText = ({ kind }: CustodyChange, earliest: Day): string =>
  kind === 'days'
    ? `Choisissez des jours à partir du ${longDate(earliest)}.`
    : `Faites une nouvelle règle à partir du ${longDate(earliest)}.`

const affectedDemandes = (store: Store, today: Day, childId: number, change: CustodyChange): ConcernedDemande[] => {
  const previous = custodiesOf(store, [childId]).get(childId) ?? noCustody
  const changed = changedCustody(previous, change)
  const holidays = holidaysOfTown(store)
  return unansweredBookingsOfChild(store, childId, addDays(today, 1)).flatMap((demande) => {
    const ownerBefore = homeOf(previous, demande.day, holidays)
    const ownerAfter = homeOf(changed, demande.day, holidays)
    return ownerBefore === ownerAfter ? [] : [{ ...demande, ownerBefore, ownerAfter }]
  })
}

type AffectedCell = {
  readonly cell: CellRow
  readonly familyId: Home
  readonly owner: Home
  readonly activity: string
  readonly period: string
  readonly slot: string
  /** The other home's registration, when the place can be transferred to it. */
  readonly target: RegistrationRow | null
  readonly whyNotMoved: string | null
}

/**
 * Future bookings and ranks on days that are the other home's after the change. A booking that staff once decided to
 * keep is listed again only when its day changes home.
 */
const affectedCells = (store: Store, today: Day, childId: number, change: CustodyChange): AffectedCell[] => {
  const previous = custodiesOf(store, [childId]).get(childId) ?? noCustody
  const changed = changedCustody(previous, change)
  const holidays = holidaysOfTown(store)
  const registrations = new Map<number, readonly RegistrationRow[]>()
  const inPeriod = (periodId: number) => {
    const cached = registrations.get(periodId) ?? registrationsOfChildIn(store, childId, periodId)
    registrations.set(periodId, cached)
    return cached
  }
  return cellsHeldByChild(store, childId, addDays(today, 1)).flatMap(
    ({ familyId, isKept, id, ...names }): AffectedCell[] => {
      const cell = cellRow(store, id)
      if (!cell) return []
      const owner = homeOf(changed, cell.day, holidays)
      if (owner === null || owner === familyId) return []
      if (isKept === 1 && homeOf(previous, cell.day, holidays) === owner) return []
      const targets = inPeriod(cell.periodId).filter((one) => one.familyId === owner && one.state === 'accepted')
      const target = targets.find((one) => isWithin({ from: one.startDay, to: one.endDay }, cell.day)) ?? null
      const whyNotMoved = target
        ? whyNotInto(store, target, cell)
        : targets.length > 0
          ? 'L’autre foyer n’y est pas inscrit ce jour-là.'
          : 'L’autre foyer n’est pas inscrit à cette période.'
      return [{ ...names, cell, familyId, owner, target, whyNotMoved }]
    },
  )
}

const whyNotInto = (store: Store, { id }: RegistrationRow, { day, slotId, held }: CellRow): string | null => {
  const [there] = cellsBetween(store, [id], day, day).filter((cell) => cell.slotId === slotId)
  if (there?.takenBack === 1) return 'L’autre foyer retire sa demande\u00a0: répondez-y d’abord.'
  return held === 'waitlisted' && there && there.held !== 'none' ? 'L’autre foyer attend déjà cette place.' : null
}

type HomeDecided = { readonly reservationId: number; readonly act: HomeDecision }

/** Changes a child's custody and settles the bookings on the other home's days, in one act. */
export const changeCustody = (
  { store }: Core,
  person: Person,
  { childId, change, decisions }: { childId: number; change: CustodyChange; decisions: readonly HomeDecided[] },
): { moved: number; freed: number; kept: number; promoted: number } => {
  const { firstName, lastName } = childOnDay(store, childId, dayAt(store.clock()))
  const label = `Garde alternée ${ofName(firstName)} ${lastName}\u00a0: ${changeText(change)}`
  return store.act(person, 'reservations.custody', label, (write) => {
    refusePast(store, dayAt(write.at), childId, change)
    const found = affectedCells(store, dayAt(write.at), childId, change)
    // Nobody decides of days that they do not see: without this, the list that they read would never be the whole one.
    if (found.some(({ cell }) => store.limits?.sees('period', cell.periodId) === false))
      throw new Refused(
        'Ce changement touche aussi des jours réservés à un autre site\u00a0: qui a tous les sites peut l’enregistrer.',
      )
    const decided = new Map(decisions.map(({ reservationId, act }) => [reservationId, act]))
    if (found.length !== decided.size || found.some(({ cell }) => !decided.has(cell.id))) {
      throw new Refused('Les réservations concernées ont changé\u00a0: relisez la liste avant d’enregistrer.')
    }
    writeCustody(store, write, childId, change)
    const done = { moved: 0, freed: 0, kept: 0, promoted: 0 }
    for (const [periodId, own] of Map.groupBy(found, ({ cell }) => cell.periodId)) {
      const board = boardOf(store, write, childId, periodId, own)
      const plan = newPlan(nextMoveId(store))
      const freed: Plan['moves'] = []
      for (const one of own) {
        const act = decided.get(one.cell.id) ?? 'keep'
        planDecision(plan, board, one, act)
        if (act === 'free') freed.push(...plan.moves.slice(-1))
        done[act === 'move' ? 'moved' : act === 'free' ? 'freed' : 'kept'] += 1
      }
      writePlan(write, plan)
      done.promoted += promoteFreed(store, write, freed)
    }
    return done
  })
}

const boardOf = (
  store: Store,
  write: Write,
  childId: number,
  periodId: number,
  own: readonly AffectedCell[],
): Board => {
  const days = own.map(({ cell }) => cell.day).toSorted()
  const [from, to] = [days[0], days.at(-1)]
  if (!from || !to) throw new RangeError('nothing to settle')
  const registrations = registrationsOfChildIn(store, childId, periodId)
  return readBoard(store, write.at, periodId, registrations, from, to, write.begunActId)
}

/** The reason shown to the home that loses the day: it must reveal nothing else about the other home. */
const otherHomeReason = 'Jour de l’autre foyer'

const planDecision = (
  plan: Plan,
  board: Board,
  { cell, target, whyNotMoved }: AffectedCell,
  act: HomeDecision,
): void => {
  if (board.isBusy(cell))
    throw new Refused('Une opération est en cours sur ces jours\u00a0: recommencez dans un instant.')
  if (act === 'free') planEmptying(plan, board, cell, otherHomeReason, false)
  else if (act === 'keep') {
    if (cell.held === 'waitlisted') {
      throw new Refused('Un rang sur la liste d’attente ne se garde pas un jour de l’autre foyer.')
    }
    planLeftInPlace(plan, cell)
  } else if (!target || whyNotMoved !== null) throw new Refused(whyNotMoved ?? 'L’autre foyer n’est pas inscrit.')
  else planTransfer(plan, board, cell, target.id, otherHomeReason)
}

const changeText = (change: CustodyChange): string => {
  switch (change.kind) {
    case 'rule':
      return `règle au ${longDate(change.rule.from)}`
    case 'removeRule':
      return `règle du ${longDate(change.from)} retirée`
    case 'days':
      return counted(change.days.length, 'jour changé', 'jours changés')
    case 'asItIs':
      break
  }
  return 'réservations réglées'
}
