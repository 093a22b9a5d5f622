import { and, desc, eq, isNotNull } from 'drizzle-orm'
import { ascending, descending } from '../../../shared/collections.ts'
import type { MoneyDocument } from '../../../shared/contract/portal/documents.ts'
import type {
  AccountShown,
  CalendarShown,
  DashboardShown,
  FamilyShown,
  OfferedPeriod,
  RegistrationShown,
} from '../../../shared/contract/portal/home.ts'
import { dossierShown } from '../../../shared/pages/dossier/dossier.ts'
import { consentsPath } from '../../../shared/pages/family.ts'
import { shownBalance } from '../../../shared/pages/money/account.ts'
import { debitPath } from '../../../shared/pages/money/debit.ts'
import { dueDayOf, isPaidByYear } from '../../../shared/pages/money/invoice.ts'
import {
  addDays,
  ageOn,
  type Day,
  dayAt,
  daysBetween,
  daysFrom,
  type Instant,
  isWithin,
  timeOfDay,
} from '../../../shared/rules/calendar/day.ts'
import { closesAt, isInTime } from '../../../shared/rules/calendar/deadline.ts'
import { isWorkingDay } from '../../../shared/rules/calendar/public-holidays.ts'
import { windowStateAt } from '../../../shared/rules/calendar/window.ts'
import { cellState, type Facts, holdsPlace } from '../../../shared/rules/cell/cell.ts'
import { debtKey } from '../../../shared/rules/money/payment/payment.ts'
import {
  isAboveClasses,
  isNeverOfAge,
  isOfOtherSchools,
  unmetConditions,
  unmetText,
} from '../../../shared/rules/people/conditions.ts'
import { isActive, stateOn } from '../../../shared/rules/people/registration.ts'
import { schoolingOn } from '../../../shared/rules/people/schooling.ts'
import { familyQuotientOn, quotientOutlook, withEndedDays } from '../../../shared/rules/price/family-quotient.ts'
import { type AnsweredDemande, answerGroups } from '../../../shared/rules/requests/answer-groups.ts'
import type { PaperKind } from '../../../shared/rules/requests/paper.ts'
import { weekRuleTexts } from '../../../shared/rules/requests/week-rule.ts'
import { ageText, counted, instantText } from '../../../shared/rules/text/french.ts'
import type { Login } from '../account/account.ts'
import { debitsShown } from '../debits/debits.ts'
import { campaignToDo } from '../dossier/dossier.ts'
import {
  cellKey,
  consentOf,
  consentsAwaited,
  factsIn,
  groupIn,
  type Home,
  homeOf,
  isResident,
  lacksDossier,
  offeredUntil,
  placesFor,
  proposalsShown,
  type RegisteredChild,
  requireChild,
  requireRegistered,
} from '../family/family.ts'
import { newsOf } from '../messages/messages.ts'
import { papersShown } from '../papers/papers.ts'
import { attemptsOf, onlineDebts, onlineShown, receivedSince } from '../payment/payment.ts'
import type { Portal } from '../portal.ts'
import { allDocuments, documentOf, documentsOf, publishedAt } from '../published/documents.ts'
import { Refused } from '../refused.ts'
import { draftsIn, readDemandes, refusalsIn } from '../reservations/reservations.ts'
import { document, draft } from '../store/schema/index.ts'
import type { Queryable } from '../store/store.ts'
import { type FirstStep, firstSteps } from './first-steps.ts'

/** Reads, in one call each, the pages of a logged-in parent. */

const daysAhead = 7
/** Answers to read before grouping: enough for what a parent of two children requests in an evening. */
const maxAnswersRead = 200
const maxAnswersShown = 4
const maxCalendarDays = 366
const noon = timeOfDay('12:00')

export const dashboard = async (portal: Portal, login: Login): Promise<DashboardShown> => {
  const { db } = portal.store
  const at = portal.clock()
  const today = dayAt(at)
  const home = await homeOf(db, login)
  const { money, receivedCents } = await moneyOf(db, login)
  const groups = answerGroups(await latestAnswers(db, home, login, at), today)
  const answers = groups.filter(({ isToRead }) => !isToRead)
  const ticked = await draftsIn(db, home, login, at)
  const toPay = (money?.invoices ?? []).filter((invoice) => invoice.leftCents > 0 && !isPaidByYear(invoice, today))
  const takenOver = (money?.takenOver ?? []).filter(({ totalCents, leftCents }) => totalCents > 0 && leftCents > 0)
  const dueDays = toPay.flatMap((invoice) => dueDayOf(invoice, today) ?? []).toSorted()
  const calendars = home.family.registrations.flatMap((registration) => {
    if (!home.periods.has(`${registration.period}`)) return []
    const registered = requireRegistered(home, registration.id)
    return [{ ...registered, factsOf: factsIn(home, registered, at) }]
  })
  const days = daysBetween(today, addDays(today, daysAhead - 1)).map((day) => ({
    day,
    children: home.family.children.flatMap((child) => {
      const slots = calendars
        .filter((calendar) => calendar.child.id === child.id)
        .flatMap(({ period, factsOf }) =>
          period.slots.flatMap(({ id, name }) => {
            const facts = factsOf(day, id)
            if (!facts || !isNotEmpty(facts)) return []
            return [{ activity: period.activity.name, name, state: cellState(facts) }]
          }),
        )
      return slots.length > 0 ? [{ child: child.id, firstName: child.firstName, slots }] : []
    }),
  }))
  // The campaign's steps ask for the same things, so the other requests are left out.
  const campaignSteps = await campaignToDo(portal, login, home)
  const dossier = dossierShown((await papersShown(portal, login)).dossier)
  return {
    title: home.family.title,
    firstSteps: [
      ...campaignSteps,
      ...(await accountSteps(portal, login, money)),
      ...(campaignSteps.length > 0 ? [] : consentSteps(home, await consentsAwaited(portal, home, login.guardianId))),
      ...(await firstStepsOf(portal, login, home, today)),
    ],
    drafts: {
      bookings: ticked.items.filter(({ wish }) => wish === 'book').length,
      cancels: ticked.items.filter(({ wish }) => wish === 'cancel').length,
      estimateCents: ticked.estimate.totalCents,
    },
    offers: calendars.flatMap((calendar) => offersIn(home, calendar, at)).toSorted(ascending(({ until }) => until)),
    dossierMissing: campaignSteps.length > 0 ? 0 : dossier.missing,
    doesPhotoSuffice: dossier.doesPhotoSuffice,
    toPay: {
      count: toPay.length,
      isTakenOver: takenOver.length > 0,
      totalCents: [...toPay, ...takenOver].reduce((sum, { leftCents }) => sum + leftCents, 0),
      dueOn: dueDays[0] ?? null,
    },
    balance: money ? { cents: shownBalance(money), on: money.on, receivedCents } : null,
    days: days.filter(({ children }) => children.length > 0),
    refusals: groups.filter(({ isToRead }) => isToRead),
    answers: answers.slice(0, maxAnswersShown),
    hasMoreAnswers: answers.length > maxAnswersShown,
    news: await newsOf(db, login, at),
    windows: [...home.periods.values()].flatMap(({ name, bookingWindow }) => {
      const answer = bookingWindow && windowStateAt(bookingWindow, at, isResident(home.family, today))
      return answer && 'opensAt' in answer ? [{ period: name, opensAt: answer.opensAt }] : []
    }),
  }
}

/** The first steps of a new home; none once a child was registered: from then on the desk requests missing papers. */
/** The service waits for an account to debit. */
const accountSteps = async (
  { store, clock }: Portal,
  login: Login,
  money: Pick<MoneyDocument, 'accountAsked'> | null | undefined,
): Promise<FirstStep[]> => {
  const debits = money?.accountAsked ? await debitsShown(store.db, login, clock()) : null
  return (debits?.asked ?? []).length === 0
    ? []
    : [{ path: debitPath, title: 'Donner votre compte bancaire (IBAN)', why: 'L’Espace Jeunesse vous le demande.' }]
}

/** The service waits for answers to « Autorisations ». */
const consentSteps = ({ family: { children } }: Home, awaited: ReadonlyMap<number, number | null>): FirstStep[] =>
  children.flatMap(({ id, firstName }) => {
    const count = awaited.get(id) ?? 0
    return count === 0
      ? []
      : [
          {
            path: consentsPath(id),
            title: `Répondre à ${counted(count, 'autorisation')} pour ${firstName}`,
            why: 'L’Espace Jeunesse vous le demande.',
          },
        ]
  })

const firstStepsOf = async (portal: Portal, login: Login, home: Home, today: Day): Promise<FirstStep[]> => {
  const { children, registrations, familyQuotients } = home.family
  if (registrations.some(({ state }) => state === 'accepted' || state === 'ended')) return []
  const papers = await papersShown(portal, login)
  const pending = await proposalsShown(portal, login)
  const wasSent = (kind: PaperKind, child: number | null) =>
    papers.sent.some((one) => one.kind === kind && one.child === child && one.state !== 'refused') ||
    // « Pièces demandées » already lists the paper.
    papers.asked.some((one) => one.kind === kind && one.child === child)
  return firstSteps({
    children: children.map(({ id, firstName, school }) => ({
      id,
      firstName,
      hasSchool: school !== '' || pending.some(({ subjectId, field }) => subjectId === id && field === 'school'),
      hasSentHealth: wasSent('health', id),
      isRegistered:
        registrations.some(({ child, state }) => child === id && state === 'asked') ||
        home.requestedRegistrations.some(({ childId }) => childId === id),
    })),
    hasQuotient: familyQuotientOn(familyQuotients, today) !== undefined || wasSent('benefits', null),
    acceptsPapers: papers.isOpen,
  })
}

/**
 * The latest valid answers, without offered places and without demandes that the family withdrew, which other sections
 * show.
 */
const latestAnswers = async (db: Queryable, home: Home, login: Login, at: Instant): Promise<AnsweredDemande[]> => {
  const followed = await readDemandes(db, home, login, { at, answeredOnly: true, limit: maxAnswersRead })
  return followed.flatMap(({ answer, answeredAt, isOvertaken, offeredUntil: until, withdrawnAt, ...one }) =>
    answer === null ||
    answeredAt === null ||
    isOvertaken ||
    until !== null ||
    (answer === 'withdrawn' && withdrawnAt !== null)
      ? []
      : [{ ...one, answer, answeredAt }],
  )
}

const offersIn = (
  home: Home,
  { registration: { id }, child, period }: RegisteredChild,
  at: Instant,
): DashboardShown['offers'] =>
  home.bookings.cells.flatMap(({ registration, day, slot, held }) => {
    if (registration !== id || held.kind !== 'waitlisted') return []
    const until = offeredUntil(home, { registrationId: id, day, slotId: slot }, at)
    const name = period.slots.find((one) => one.id === slot)?.name ?? ''
    const { firstName } = child
    return until === null ? [] : [{ registration, firstName, activity: period.activity.name, day, slot: name, until }]
  })

const isNotEmpty = (facts: Facts): boolean => facts.held.kind !== 'none' || facts.ask !== null

export const family = async (portal: Portal, login: Login): Promise<FamilyShown> => {
  const home = await homeOf(portal.store.db, login)
  return {
    title: home.family.title,
    children: await childrenOf(portal, home, login),
    pickups: home.family.children.map(({ id, pickups }) => ({ child: id, people: pickups })),
    proposals: (await proposalsShown(portal, login)).filter(({ subject }) => subject === 'child'),
  }
}

export const registrations = async (portal: Portal, login: Login): Promise<FamilyShown['children']> =>
  childrenOf(portal, await homeOf(portal.store.db, login), login)

const childrenOf = async (portal: Portal, home: Home, login: Login): Promise<FamilyShown['children']> => {
  const {
    store: { db },
    clock,
  } = portal
  const today = dayAt(clock())
  const awaited = await consentsAwaited(portal, home, login.guardianId)
  const published = home.family.registrations.flatMap((registration) => {
    const shown = registrationShown(home, registration, today)
    return shown ? [shown] : []
  })
  const requested = await requestedHere(db, home)
  return home.family.children.map((child) => ({
    ...child,
    age: ageText(ageOn(child.birth, today)),
    consentsAwaited: awaited.get(child.id) ?? null,
    registrations: [...published, ...requested]
      .filter((registration) => registration.child === child.id)
      .toSorted(descending(({ from }) => from)),
  }))
}

const registrationShown = (
  home: Home,
  registration: Home['family']['registrations'][number],
  today: Day,
): RegistrationShown | null => {
  const period = home.periods.get(`${registration.period}`)
  if (!period) return null
  const child = home.family.children.find(({ id }) => id === registration.child)
  const requested = home.requestedRegistrations.find(
    ({ childId, periodId }) => childId === registration.child && periodId === registration.period,
  )
  return {
    ...registration,
    state: stateOn(registration, today),
    demande: registration.state === 'asked' ? (requested?.id ?? null) : null,
    isSent: true,
    facility: period.facility.name,
    activity: period.activity.name,
    label: period.name,
    group: child ? (groupIn({ child, period, registration }, shownFrom(registration.from, today))?.name ?? null) : null,
    weekRule: weekTexts(period),
    incompleteDossier: period.dossier && lacksDossier(home, registration.child, period, today) ? period.dossier : null,
  }
}

const weekTexts = ({ weekRule, slots }: RegisteredChild['period']): string[] =>
  weekRule ? weekRuleTexts(weekRule, (slotId) => slots.find(({ id }) => id === slotId)?.name ?? '') : []

const shownFrom = (first: Day, today: Day): Day => (first > today ? first : today)

/** « ? »: registrations that parents requested here and that the town has not registered meanwhile. */
const requestedHere = async (db: Queryable, home: Home): Promise<RegistrationShown[]> => {
  const unknown = home.requestedRegistrations.filter(
    ({ childId, periodId }) =>
      !home.family.registrations.some(
        ({ child, period, state }) => child === childId && period === periodId && isActive(state),
      ),
  )
  const periods = await documentsOf(
    db,
    'period',
    unknown.map(({ periodId }) => periodId),
  )
  return unknown.flatMap((row) => {
    const period = periods.get(`${row.periodId}`)
    if (!period) return []
    return [
      {
        id: null,
        demande: row.id,
        isSent: row.collected,
        child: row.childId,
        period: row.periodId,
        facility: period.facility.name,
        activity: period.activity.name,
        label: period.name,
        group: null,
        weekRule: weekTexts(period),
        incompleteDossier: null,
        from: row.fromDay,
        to: row.toDay,
        state: 'asked' as const,
        week: JSON.parse(row.week) as RegistrationShown['week'],
      },
    ]
  })
}

/** @throws Refused, in the same words, for another home's registration and for a registration that does not exist */
export const calendar = async (
  portal: Portal,
  login: Login,
  { registration: id, from, to }: { registration: number; from: Day; to: Day },
): Promise<CalendarShown> => {
  if (to < from || daysFrom(from, to) > maxCalendarDays) throw new Refused('Choisissez un an au plus.', 'to')
  const { db } = portal.store
  const at = portal.clock()
  const home = await homeOf(db, login)
  const registered = requireRegistered(home, id)
  const { child, period, registration } = registered
  const today = dayAt(at)
  const shown = registrationShown(home, registration, today)
  if (!shown) throw new Refused('Cette inscription n’existe pas.')
  const ticks = await db
    .select()
    .from(draft)
    .where(
      and(eq(draft.guardianId, login.guardianId), eq(draft.familyId, login.familyId), eq(draft.registrationId, id)),
    )
  const tickOf = new Map(ticks.map(({ day, slotId, wish }) => [`${day} ${slotId}`, wish]))
  const factsOf = factsIn(home, registered, at)
  const placesOf = placesFor(home, registered)
  const open = new Set(period.openings.map(({ day, slot }) => `${day} ${slot}`))
  const refusals = await refusalsIn(db, login, id, today)
  const deadlineInput = (day: Day, slot = period.slots[0]?.id) => ({
    day,
    slotStart: period.slots.find(({ id: known }) => known === slot)?.start ?? noon,
    periodStart: period.from,
    isWorkingDay,
  })
  const cells = daysBetween(from, to).flatMap((day) =>
    period.slots.flatMap(({ id: slot }) => {
      const facts = factsOf(day, slot)
      const spot = cellKey({ registrationId: id, day, slotId: slot })
      if (!facts || !(open.has(`${day} ${slot}`) || isNotEmpty(facts))) return []
      return [
        {
          day,
          slot,
          facts,
          note: home.held.get(spot)?.note || (isNotEmpty(facts) ? '' : (refusals.get(`${day} ${slot}`) ?? '')),
          demande: home.asks.get(spot)?.id ?? null,
          changeUntil: holdsPlace(cellState(facts))
            ? closesAt(period.cancelling.deadline, deadlineInput(day, slot))
            : null,
          draft: tickOf.get(`${day} ${slot}`) ?? null,
        },
      ]
    }),
  )
  const within = ({ day }: { day: Day }) => from <= day && day <= to
  return {
    registration: shown,
    childName: child.firstName,
    slots: period.slots.map(({ id: slot, name, shortName, start, end }) => ({ id: slot, name, shortName, start, end })),
    weekdays: [...period.weekdays],
    deadline: period.booking.deadline,
    cancelDeadline: period.cancelling.deadline,
    firstInTime:
      period.openings
        .filter(({ day }) => day >= today && isWithin(registration, day))
        .toSorted(ascending(({ day }) => day))
        .find(({ day, slot }) => isInTime(period.booking.deadline, deadlineInput(day, slot), at))?.day ?? null,
    cells,
    closed: period.closed.filter(within),
    full: cells.flatMap(({ day, slot, facts }) => {
      const waiting = placesOf(day, slot)?.waiting ?? 0
      return !holdsPlace(cellState(facts)) && (facts.placesLeft <= 0 || waiting > 0) ? [{ day, slot, waiting }] : []
    }),
    waitingByPriority: period.waitingByPriority,
    today,
    bookingWindow: period.bookingWindow,
  }
}

/** @throws Refused, in the same words, for another home's child and for a child that does not exist */
export const offeredPeriods = async (portal: Portal, login: Login, childId: number): Promise<OfferedPeriod[]> => {
  const { db } = portal.store
  const at = portal.clock()
  const today = dayAt(at)
  const home = await homeOf(db, login)
  const child = requireChild(home, childId)
  const resident = isResident(home.family, today)
  const startOf = ({ from }: { readonly from: Day }) => (from > today ? from : today)
  const periods = (await allDocuments(db, 'period')).filter((period) => {
    const { to, conditions } = period
    const from = startOf(period)
    return (
      to >= today &&
      !isNeverOfAge(conditions, child.birth, { from, to }) &&
      !isAboveClasses(conditions, schoolingOn(child, from).schoolClass) &&
      !isOfOtherSchools(conditions, child, { from, to })
    )
  })
  return periods
    .toSorted((one, other) => (one.from === other.from ? one.id - other.id : one.from < other.from ? -1 : 1))
    .map((period) => {
      const { id, name, facility, activityType, activity, to, weekdays, slots, conditions } = period
      const unmetFrom = (from: Day) =>
        unmetConditions(conditions, { birth: child.birth, ...schoolingOn(child, from), resident }, from)
      // For a child who changes school, the activities that the next school gives access to are offered from that day
      // on.
      const changes = (child.comingClasses ?? [])
        .map(({ from }) => from)
        .filter((from) => from > startOf(period) && from <= to)
      const start = [startOf(period), ...changes].find((from) => unmetFrom(from).length === 0) ?? startOf(period)
      const isIn =
        home.family.registrations.some((one) => one.child === childId && one.period === id && isActive(one.state)) ||
        home.requestedRegistrations.some((one) => one.childId === childId && one.periodId === id)
      const window = period.registrationWindow && windowStateAt(period.registrationWindow, at, resident)
      const [unmet] = unmetFrom(start)
      const refusal = isIn
        ? 'Déjà inscrit ou demandé\u00a0: réservez dans «\u00a0Mes réservations\u00a0».'
        : unmet
          ? unmetText(unmet)
          : window && !window.open
            ? 'opensAt' in window
              ? `Les inscriptions ouvrent le ${instantText(window.opensAt)}.`
              : `Les inscriptions sont closes depuis le ${instantText(window.closedAt)}.`
            : null
      return {
        id,
        name,
        facility,
        activityType,
        activity,
        from: start,
        to,
        weekdays,
        slots: slots.map(({ id: slot, name: slotName }) => ({ id: slot, name: slotName })),
        refusal,
      }
    })
}

export const account = async (portal: Portal, login: Login): Promise<AccountShown> => {
  const { db } = portal.store
  const { family: one } = await homeOf(db, login)
  const published = await documentOf(db, 'money', login.familyId)
  const quotient = quotientOutlook(withEndedDays(one.familyQuotients), dayAt(portal.clock()))
  const consent = await consentOf(db, one)
  return {
    ...(await moneyOf(db, login)),
    online: published ? await onlineShown(db, login, published, portal.clock()) : null,
    debits: await debitsShown(db, login, portal.clock()),
    // A new home has not declared its number of children: count at least those registered here.
    dependentChildren: one.dependentChildren ?? one.children.length,
    lastIncomeCents: one.lastIncomeCents,
    familyQuotient: quotient.value,
    quotientUntil: quotient.until,
    quotientEndedOn: quotient.endedOn,
    quotientConsentOn: consent.givenOn,
    isConsentOffered: consent.isOffered,
    incomeUpdatedOn: one.incomeUpdatedOn,
    email: login.email,
  }
}

/**
 * The home's invoices and balance. Unchanged documents are not published again, so they are dated by the last
 * publication. Payments made online since are deducted, although the town's accounts do not count them yet.
 */
const moneyOf = async (
  db: Queryable,
  { familyId }: Login,
): Promise<{ readonly money: MoneyDocument | null; readonly receivedCents: number }> => {
  const [money, at] = [await documentOf(db, 'money', familyId), await publishedAt(db)]
  if (!money) return { money: null, receivedCents: 0 }
  const received = receivedSince(money, await attemptsOf(db, familyId))
  const invoices = money.invoices.map((one) => ({
    ...one,
    leftCents: remainingOf(one.leftCents, received.get(debtKey({ invoiceId: one.id, openingDebtId: null }))),
  }))
  const takenOver = money.takenOver?.map((one) => ({
    ...one,
    leftCents: remainingOf(one.leftCents, received.get(debtKey({ invoiceId: null, openingDebtId: one.id ?? null }))),
  }))
  const debts = onlineDebts(money)
  const receivedCents = [...received.values()].reduce((sum, cents) => sum + cents, 0)
  const balanceCents = money.balanceCents - receivedCents
  const accounts = money.accounts && {
    accounts: money.accounts.flatMap(({ regie, balanceCents: owedCents }) => {
      const own = debts.filter((one) => one.regie?.id === regie.id)
      const cents = own.reduce((left, debt) => left - (received.get(debtKey(debt)) ?? 0), owedCents)
      return cents === 0 ? [] : [{ regie, balanceCents: cents }]
    }),
  }
  return {
    money: {
      ...money,
      ...accounts,
      balanceCents,
      invoices,
      ...(takenOver && { takenOver }),
      on: at !== null && dayAt(at) > money.on ? dayAt(at) : money.on,
    },
    receivedCents,
  }
}

const remainingOf = (leftCents: number, receivedCents = 0): number =>
  receivedCents > 0 ? Math.max(0, leftCents - receivedCents) : leftCents

/**
 * @throws Refused, in the same words, for another home's invoice and for an invoice that does not exist; also until its
 * PDF has arrived
 */
export const paper = async ({ store: { db } }: Portal, login: Login, invoice: number): Promise<Blob> => {
  const money = await documentOf(db, 'money', login.familyId)
  const invoiceFound = money?.invoices.find(({ id }) => id === invoice)
  if (!invoiceFound) throw new Refused('Cette facture n’existe pas.')
  const [found] = await db
    .select({ body: document.body })
    .from(document)
    .where(and(eq(document.id, `paper/${login.familyId}/${invoice}`), isNotNull(document.paperOf)))
    .orderBy(desc(document.paperOf))
  if (!found) throw new Refused('Le PDF de cette facture arrive au prochain échange avec la mairie.')
  return new File([Buffer.from(found.body, 'base64')], `facture-${invoiceFound.number}.pdf`, {
    type: 'application/pdf',
  })
}
