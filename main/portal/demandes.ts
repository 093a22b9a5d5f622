import { randomUUID } from 'node:crypto'
import { and, desc, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import type { DemandeShown, Drafts, Receipt, ReceiptBody } from '../../shared/contract/portal/demandes.ts'
import type { DemandeEntry, EntryKind, RegistrationEntry, UndoneEntry } from '../../shared/contract/portal/entries.ts'
import type { Said } from '../../shared/exchange/log.ts'
import { answerDueOn } from '../../shared/rules/answer.ts'
import type { Facts, Wish } from '../../shared/rules/cell.ts'
import { type CellAct, type Mover, move, whyNot } from '../../shared/rules/cell-moves.ts'
import { type Day, dayAt, type Instant, yearOf } from '../../shared/rules/day.ts'
import { counted, instantText, longDay, ordinal, shortDay } from '../../shared/rules/french.ts'
import { formatEuros } from '../../shared/rules/money.ts'
import { unmetConditions, unmetText, whyNotRegister } from '../../shared/rules/registration.ts'
import { applyTypicalWeek } from '../../shared/rules/typical-week.ts'
import { windowAt } from '../../shared/rules/window.ts'
import type { Login } from './accounts.ts'
import { type Change, estimate } from './estimate.ts'
import {
  childOf,
  type Demande,
  type Enrolled,
  enrolledIn,
  factsIn,
  type Home,
  homeOf,
  isResident,
  lockHome,
  type RegistrationDemande,
  type Spot,
  spotKey,
} from './homes.ts'
import { lockedSide, sideOf, told } from './log.ts'
import { written } from './mail.ts'
import type { Portal } from './portal.ts'
import { documentOf, documentsOf } from './publications.ts'
import { keepReceipt, receiptNumber, receiptOfRequest, shownReceipt } from './receipts.ts'
import { Refused } from './refused.ts'
import { demande, draft, registrationDemande } from './schema.ts'
import type { Work } from './store.ts'

const parent: Mover = { kind: 'parent' }
/** J+2 where the town said nothing yet. */
const usualAnswerDays = 2

export const said = (id: string, kind: EntryKind, at: Instant, body: unknown): Said => ({
  id,
  kind,
  at,
  body: JSON.stringify(body),
})

// ---- brouillon ------------------------------------------------------------------------------------------------------

type DraftRow = typeof draft.$inferSelect
type Ticked = Spot & { readonly wish: 'book' | 'cancel' }

const ofLogin = ({ guardianId, familyId }: Login) => and(eq(draft.guardianId, guardianId), eq(draft.familyId, familyId))

const draftsOf = (work: Work, login: Login): Promise<DraftRow[]> =>
  work.select().from(draft).where(ofLogin(login)).orderBy(draft.registrationId, draft.day, draft.slotId)

export const drafts = async (portal: Portal, login: Login): Promise<Drafts> => {
  const { db } = portal.store
  return draftsIn(db, await homeOf(db, login), login, portal.clock())
}

/** The same where the home is already read. */
export const draftsIn = async (work: Work, home: Home, login: Login, at: Instant): Promise<Drafts> =>
  shownDrafts(home, await draftsOf(work, login), at, [])

/** Unticks many at once: a semaine type is a few hundred days. */
const untick = async (write: Work, login: Login, spots: readonly Spot[]): Promise<void> => {
  if (spots.length === 0) return
  const keys = spots.map(
    ({ registrationId, day, slotId }) => sql`(${registrationId}::int, ${day}::text, ${slotId}::int)`,
  )
  const isOne = sql`(${draft.registrationId}, ${draft.day}, ${draft.slotId}) in (${sql.join(keys, sql`, `)})`
  await write.delete(draft).where(and(ofLogin(login), isOne))
}

/** Ticks and unticks; what the rules forbid now is not kept. */
export const saveDrafts = async (
  portal: Portal,
  login: Login,
  cells: readonly { registration: number; day: Day; slot: number; wish: 'book' | 'cancel' | null }[],
): Promise<Drafts> => {
  const at = portal.clock()
  return portal.store.db.transaction(async (write) => {
    const home = await homeOf(write, login)
    const judge = judgeIn(home, at)
    const refused: Drafts['refused'] = []
    const ticked: DraftRow[] = []
    const { guardianId, familyId } = login
    for (const { registration, day, slot, wish } of cells) {
      const spot = { registrationId: registration, day, slotId: slot }
      const reason = wish === null ? null : whyNotTick(judge(spot), wish)
      if (reason !== null) refused.push({ registration, day, slot, reason })
      else if (wish !== null) ticked.push({ guardianId, familyId, ...spot, wish })
    }
    await untick(
      write,
      login,
      cells.map(({ registration, day, slot }) => ({ registrationId: registration, day, slotId: slot })),
    )
    if (ticked.length > 0) await write.insert(draft).values(ticked).onConflictDoNothing()
    return shownDrafts(home, await draftsOf(write, login), at, refused)
  })
}

/** « Appliquer ma semaine type » */
export const draftWeek = async (
  portal: Portal,
  login: Login,
  {
    registration: registrationId,
    from,
    week,
  }: { registration: number; from: Day; week: readonly { weekday: number; slot: number }[] },
): Promise<Drafts> => {
  const at = portal.clock()
  const home = await homeOf(portal.store.db, login)
  const { registration, period } = enrolledIn(home, registrationId)
  const judge = judgeIn(home, at)
  const open = new Set(period.openings.map(({ day, slot }) => `${day} ${slot}`))
  const first = from > registration.from ? from : registration.from
  const { filled } = applyTypicalWeek(week, { from: first, to: registration.to }, (day, slot) => {
    if (!open.has(`${day} ${slot}`)) return 'closed'
    return whyNotTick(judge({ registrationId, day, slotId: slot }), 'book')
  })
  if (filled.length === 0) return shownDrafts(home, await draftsOf(portal.store.db, login), at, [])
  return saveDrafts(
    portal,
    login,
    filled.map(({ day, slot }) => ({ registration: registrationId, day, slot, wish: 'book' as const })),
  )
}

export const clearDrafts = async (portal: Portal, login: Login): Promise<Drafts> => {
  await portal.store.db.delete(draft).where(ofLogin(login))
  return drafts(portal, login)
}

type Judged = { readonly enrolled: Enrolled; readonly facts: Facts | null }

/** The facts of any cell of the home, each registration's calendar looked at once. */
const judgeIn = (home: Home, at: Instant) => {
  const known = new Map<number, { enrolled: Enrolled; factsOf: ReturnType<typeof factsIn> }>()
  return ({ registrationId, day, slotId }: Spot): Judged => {
    let calendar = known.get(registrationId)
    if (!calendar) {
      const enrolled = enrolledIn(home, registrationId)
      calendar = { enrolled, factsOf: factsIn(home, enrolled, at) }
      known.set(registrationId, calendar)
    }
    return { enrolled: calendar.enrolled, facts: calendar.factsOf(day, slotId) }
  }
}

const noSuchSlot = 'Cette plage n’existe pas.'

const actOf = (facts: Facts, wish: 'book' | 'cancel'): CellAct => {
  if (wish === 'book') return 'record'
  return facts.held.kind === 'waitlisted' ? 'leave' : 'askCancel'
}

const whyNotTick = ({ facts }: Judged, wish: 'book' | 'cancel'): string | null =>
  facts ? whyNot(actOf(facts, wish), facts, parent) : noSuchSlot

const surchargeOf = (facts: Facts, wish: 'book' | 'cancel') => {
  const answer = wish === 'book' ? facts.bookable : facts.cancellable
  return answer.answer === 'surcharge' ? answer.surcharge : null
}

const shownDrafts = (home: Home, rows: readonly DraftRow[], at: Instant, refused: Drafts['refused']): Drafts => {
  const judge = judgeIn(home, at)
  const items: Drafts['items'] = []
  const changes = new Map<number, Change[]>()
  for (const row of rows) {
    // A registration that the desk has since taken away has no days any more.
    if (!home.family.registrations.some(({ id }) => id === row.registrationId)) continue
    const { enrolled, facts } = judge(row)
    const reason = whyNotTick({ enrolled, facts }, row.wish)
    const slot = enrolled.period.slots.find(({ id }) => id === row.slotId)
    const surchargeCents = facts && reason === null ? surchargeOf(facts, row.wish) : null
    items.push({
      registration: row.registrationId,
      child: enrolled.child.firstName,
      activity: enrolled.period.name,
      day: row.day,
      slot: row.slotId,
      slotName: slot?.name ?? '',
      wish: row.wish,
      surchargeCents,
      ...outcomeOf(home, enrolled, facts, row, reason, surchargeCents),
    })
    if (!facts || reason !== null) continue
    changes.set(row.registrationId, [
      ...(changes.get(row.registrationId) ?? []),
      { slotId: row.slotId, facts, wish: row.wish },
    ])
  }
  const estimates = [...changes].map(([registrationId, list]) => {
    const enrolled = enrolledIn(home, registrationId)
    return { registrationId, ...estimate(home.family, enrolled.period, list, factsIn(home, enrolled, at)) }
  })
  return {
    items,
    refused: [...refused],
    estimate: {
      totalCents: estimates.reduce((sum, { totalCents }) => sum + totalCents, 0),
      days: estimates.flatMap(({ registrationId, days }) =>
        days.map((priced) => ({ registration: registrationId, ...priced })),
      ),
      explanations: [...new Set(estimates.flatMap(({ explanations }) => explanations))],
      warnings: [...new Set(estimates.flatMap(({ warnings }) => warnings))],
    },
  }
}

const outcomeOf = (
  home: Home,
  { period }: Enrolled,
  facts: Facts | null,
  { day, slotId, wish }: Ticked,
  reason: string | null,
  surchargeCents: number | null,
): Pick<Drafts['items'][number], 'outcome' | 'text'> => {
  if (reason !== null || !facts) return { outcome: 'refused', text: reason ?? noSuchSlot }
  if (surchargeCents !== null) {
    return { outcome: 'surcharge', text: `Hors délai : majoration de ${formatEuros(surchargeCents)}.` }
  }
  if (wish === 'book') {
    const waiting =
      home.places.get(`${period.id}`)?.openings.find((one) => one.day === day && one.slot === slotId)?.waiting ?? 0
    if (facts.placesLeft <= 0 || waiting > 0) {
      const place = ordinal(waiting + 1)
      return { outcome: 'waitingList', text: `Complet : vous serez ${place} sur la liste d’attente.` }
    }
  }
  return { outcome: 'record', text: '' }
}

// ---- enregistrer ----------------------------------------------------------------------------------------------------

/**
 * « Enregistrer mes demandes »: each day that can be is recorded, the others are told with the reason. The same request
 * brings the same receipt back.
 * @throws Refused when no day can be recorded
 */
export const record = (
  portal: Portal,
  login: Login,
  { request, surchargeAccepted }: { request: string; surchargeAccepted: boolean },
): Promise<Receipt> =>
  recorded(portal, login, request, async (write, home, at) => {
    const rows = await draftsOf(write, login)
    if (rows.length === 0) throw new Refused('Il n’y a rien à enregistrer : choisissez d’abord des jours.')
    const judge = judgeIn(home, at)
    const known = rows.filter(({ registrationId }) => home.family.registrations.some(({ id }) => id === registrationId))
    const outcome = recordedDays(login, known, judge, { at, surchargeAccepted, home })
    await untick(
      write,
      login,
      rows.filter((row) => !outcome.kept.has(spotKey(row))),
    )
    return outcome
  })

/** From the waiting list: always open, recorded at once. */
export const leave = (
  portal: Portal,
  login: Login,
  { request, registration, day, slot }: { request: string; registration: number; day: Day; slot: number },
): Promise<Receipt> =>
  recorded(portal, login, request, (_, home, at) => {
    const spot = { registrationId: registration, day, slotId: slot, wish: 'cancel' as const }
    const judge = judgeIn(home, at)
    const { facts } = judge(spot)
    const why = facts ? whyNot('leave', facts, parent) : noSuchSlot
    if (why !== null) throw new Refused(why)
    return Promise.resolve(recordedDays(login, [spot], judge, { at, surchargeAccepted: false, home }))
  })

type Outcome = {
  readonly rows: readonly (Omit<typeof demande.$inferInsert, 'receiptId'> & { readonly id: string })[]
  readonly registrations: readonly (Omit<typeof registrationDemande.$inferInsert, 'receiptId'> & {
    readonly id: string
  })[]
  /** What parents asked before on the same cells and now give up by asking otherwise. */
  readonly overtaken: readonly Demande[]
  readonly items: ReceiptBody['items']
  readonly registration: ReceiptBody['registration']
  readonly refused: ReceiptBody['refused']
  readonly estimateCents: number | null
  /** Drafts that stay: refused only until the surcharge is accepted. */
  readonly kept: ReadonlySet<string>
}

const recordedDays = (
  { guardianId, familyId }: Login,
  ticked: readonly Ticked[],
  judge: ReturnType<typeof judgeIn>,
  { at, surchargeAccepted, home }: { at: Instant; surchargeAccepted: boolean; home: Home },
): Outcome => {
  const rows: Outcome['rows'][number][] = []
  const items: ReceiptBody['items'] = []
  const refused: ReceiptBody['refused'] = []
  const overtaken: Demande[] = []
  const kept = new Set<string>()
  const changes = new Map<number, Change[]>()
  for (const tick of ticked) {
    const { enrolled, facts } = judge(tick)
    const { registration, child, period } = enrolled
    const slot = period.slots.find(({ id }) => id === tick.slotId)
    const wish: Wish = tick.wish === 'cancel' && facts?.held.kind === 'waitlisted' ? 'leave' : tick.wish
    const told = {
      child: child.firstName,
      registration: period.name,
      day: tick.day,
      slot: slot?.name ?? '',
      wish,
    }
    const ask = home.asks.get(spotKey(tick))
    const moved = facts && move(facts, actOf(facts, tick.wish), parent, { at, surchargeAccepted })
    if (!facts || !moved?.ok) {
      const isOthers = ask !== undefined && ask.guardianId !== guardianId
      const reason = isOthers ? 'Déjà demandé par l’autre parent.' : moved && !moved.ok ? moved.reason : noSuchSlot
      refused.push({ ...told, reason })
      if (facts && !surchargeAccepted && whyNotTick({ enrolled, facts }, tick.wish) === null) kept.add(spotKey(tick))
      continue
    }
    if (ask) overtaken.push(ask)
    const id = randomUUID()
    rows.push({
      id,
      guardianId,
      familyId,
      childId: child.id,
      registrationId: registration.id,
      day: tick.day,
      slotId: tick.slotId,
      wish,
      surchargeCents: surchargeOf(facts, tick.wish),
      recordedAt: at,
    })
    items.push({ demande: id, ...told })
    const list = changes.get(registration.id) ?? []
    changes.set(registration.id, [...list, { slotId: tick.slotId, facts, wish: tick.wish }])
  }
  const [first] = refused
  if (rows.length === 0) throw new Refused(first ? `Rien n’a été enregistré. ${first.reason}` : 'Rien à enregistrer.')
  const estimates = [...changes].map(([registrationId, list]) => {
    const enrolled = enrolledIn(home, registrationId)
    return estimate(home.family, enrolled.period, list, factsIn(home, enrolled, at)).totalCents
  })
  const estimateCents = estimates.reduce((sum, cents) => sum + cents, 0)
  return { rows, registrations: [], overtaken, items, registration: null, refused, estimateCents, kept }
}

/**
 * The frame of everything that is recorded: the home locked, then the log, the clock read under both, so that instants
 * are in the order of numbers; facts, log and receipt written together.
 */
const recorded = async (
  portal: Portal,
  login: Login,
  requestId: string,
  decide: (write: Work, home: Home, at: Instant) => Promise<Outcome>,
): Promise<Receipt> => {
  const receipt = await portal.store.db.transaction(async (write) => {
    await lockHome(write, login.familyId)
    const known = await receiptOfRequest(write, login, requestId)
    if (known) return shownReceipt(known)
    const home = await homeOf(write, login)
    const answerDays = (await documentOf(write, 'town'))?.answerWorkingDays ?? usualAnswerDays
    const { side, receipts } = await lockedSide(write)
    const at = portal.clock()
    const outcome = await decide(write, home, at)
    const id = randomUUID()
    const number = receiptNumber(yearOf(dayAt(at)), receipts + 1)
    const entries = await told(write, side, [
      ...outcome.overtaken.map((ask) => undone('withdrawn', ask.id, login, at)),
      ...outcome.rows.map((row) => said(row.id, 'demande', at, demandeEntry(row, number))),
      ...outcome.registrations.map((row) => said(row.id, 'registration', at, registrationEntry(row, number))),
    ])
    if (outcome.overtaken.length > 0) {
      const ids = outcome.overtaken.map((ask) => ask.id)
      await write.update(demande).set({ withdrawnAt: at }).where(inArray(demande.id, ids))
    }
    if (outcome.rows.length > 0)
      await write.insert(demande).values(outcome.rows.map((row) => ({ ...row, receiptId: id })))
    if (outcome.registrations.length > 0) {
      await write.insert(registrationDemande).values(outcome.registrations.map((row) => ({ ...row, receiptId: id })))
    }
    const last = entries.at(-1)
    const body: ReceiptBody = {
      number,
      guardian: login.guardianId,
      guardianName: login.name,
      family: login.familyId,
      familyTitle: home.family.title,
      recordedAt: at,
      answerDueOn: answerDueOn(at, answerDays),
      items: outcome.items,
      registration: outcome.registration,
      refused: outcome.refused,
      estimateCents: outcome.estimateCents,
      log: { epoch: side.epoch, number: last?.number ?? 0, hash: last?.hash ?? '' },
    }
    const kept = await keepReceipt(portal, write, login, { id, requestId, body, count: receipts + 1 })
    await written(write, [receiptMail(login.email, body)], at)
    return shownReceipt(kept)
  })
  portal.afterwards(async () => {
    await portal.post.sendWaiting()
  })
  return receipt
}

const demandeEntry = (row: Outcome['rows'][number], receipt: string): DemandeEntry => ({
  guardian: row.guardianId,
  family: row.familyId,
  recordedAt: row.recordedAt,
  receipt,
  child: row.childId,
  registration: row.registrationId,
  day: row.day,
  slot: row.slotId,
  wish: row.wish,
  surchargeCents: row.surchargeCents ?? null,
})

const registrationEntry = (row: Outcome['registrations'][number], receipt: string): RegistrationEntry => ({
  guardian: row.guardianId,
  family: row.familyId,
  recordedAt: row.recordedAt,
  receipt,
  child: row.childId,
  period: row.periodId,
  from: row.fromDay,
  to: row.toDay,
  week: JSON.parse(row.week) as RegistrationEntry['week'],
})

export const undone = (kind: 'withdrawn' | 'takenBack', of: string, login: Login, at: Instant): Said => {
  const body: UndoneEntry = { of, guardian: login.guardianId, family: login.familyId, at }
  return said(`${kind}:${of}`, kind, at, body)
}

export const wishWords: Readonly<Record<Wish, string>> = {
  book: 'réservation',
  cancel: 'annulation',
  leave: 'sortie de la liste d’attente',
}

const receiptMail = (to: string, body: ReceiptBody) => {
  const { registration } = body
  const lines = body.items.map(
    ({ child, registration: of, day, slot, wish }) =>
      `- ${child}, ${of}, ${shortDay(day)}, ${slot} : ${wishWords[wish]}`,
  )
  if (registration) {
    const { child, period, from, to: until } = registration
    lines.push(`- ${child} : inscription à ${period}, du ${shortDay(from)} au ${shortDay(until)}`)
  }
  const refusals = body.refused.map(
    ({ child, registration: of, day, slot, reason }) => `- ${child}, ${of}, ${shortDay(day)}, ${slot} : ${reason}`,
  )
  const count = body.items.length + (registration ? 1 : 0)
  return {
    to,
    subject: `Reçu ${body.number} : ${counted(count, 'demande enregistrée', 'demandes enregistrées')}`,
    body: `Bonjour ${body.guardianName},

Enregistré le ${instantText(body.recordedAt)} :
${lines.join('\n')}
${refusals.length > 0 ? `\nNon enregistré :\n${refusals.join('\n')}\n` : ''}${
  body.estimateCents === null ? '' : `\nCoût : environ ${formatEuros(body.estimateCents)}.\n`
}
Ce n’est pas encore une réponse. L’Espace Jeunesse vous répond au plus tard le ${longDay(body.answerDueOn)}.

Reçu n° ${body.number}. Gardez-le : il prouve l’heure de vos demandes.
`,
  }
}

// ---- retirer, reprendre ---------------------------------------------------------------------------------------------

const gone = 'Cette demande n’existe pas.'

/** Before the town has it: it is as if it had not been asked. */
export const withdraw = (portal: Portal, login: Login, id: string): Promise<void> => undo(portal, login, id, 'withdraw')

/** The town has it: it keeps its state, with the note « retrait demandé », until the answer. */
export const takeBack = (portal: Portal, login: Login, id: string): Promise<void> => undo(portal, login, id, 'takeBack')

/** Of days by the table of moves; of a registration asked for, or a proposal, only before the answer. */
const undo = (portal: Portal, login: Login, id: string, act: 'withdraw' | 'takeBack'): Promise<void> =>
  portal.store.db.transaction(async (write) => {
    await lockHome(write, login.familyId)
    const { side } = await lockedSide(write)
    const at = portal.clock()
    const home = await homeOf(write, login)
    const ask = [...home.asks.values()].find((known) => known.id === id)
    const asked = home.registrationsAsked.find((known) => known.id === id)
    if (asked) return withdrawRegistration(write, login, asked, act, at)
    if (!ask) throw new Refused(await whyNotOpen(write, login, id))
    const { facts } = judgeIn(home, at)(ask)
    const why = facts ? whyNot(act, facts, parent) : noSuchSlot
    if (why !== null) throw new Refused(why)
    const isWithdrawn = act === 'withdraw'
    await write
      .update(demande)
      .set(isWithdrawn ? { withdrawnAt: at } : { takenBackAt: at })
      .where(eq(demande.id, id))
    await told(write, side, [undone(isWithdrawn ? 'withdrawn' : 'takenBack', id, login, at)])
  })

/** A registration « ? » can be withdrawn whether or not the town has it; its answer may have crossed. */
const withdrawRegistration = async (
  write: Work,
  login: Login,
  asked: RegistrationDemande,
  act: 'withdraw' | 'takeBack',
  at: Instant,
): Promise<void> => {
  if (act === 'takeBack' && !asked.collected) {
    throw new Refused('Cette demande n’est pas encore partie : elle peut simplement être retirée.')
  }
  await write.update(registrationDemande).set({ withdrawnAt: at }).where(eq(registrationDemande.id, asked.id))
  const side = await sideOf(write)
  await told(write, side, [undone(asked.collected ? 'takenBack' : 'withdrawn', asked.id, login, at)])
}

/** The same for another home's demande as for none. */
const whyNotOpen = async (write: Work, login: Login, id: string): Promise<string> => {
  const [known] = await write
    .select()
    .from(demande)
    .where(and(eq(demande.id, id), eq(demande.familyId, login.familyId)))
  if (!known) return gone
  return known.withdrawnAt === null ? 'Le service a déjà répondu à cette demande.' : 'Cette demande est déjà retirée.'
}

// ---- nouvelle inscription -------------------------------------------------------------------------------------------

type AskedRegistration = {
  readonly request: string
  readonly child: number
  readonly period: number
  readonly from: Day
  readonly to: Day
  readonly week: readonly { weekday: number; slot: number }[]
}

export const register = (portal: Portal, login: Login, asked: AskedRegistration): Promise<Receipt> =>
  recorded(portal, login, asked.request, async (write, home, at) => {
    const child = childOf(home, asked.child)
    const period = await documentOf(write, 'period', asked.period)
    if (!period) throw new Refused('Cette période n’existe pas.', 'period')
    const window = period.registrationWindow
    const answer = window ? windowAt(window, at, isResident(home.family, dayAt(at))) : { open: true as const }
    if (!answer.open) {
      throw new Refused(
        'opensAt' in answer
          ? `Les inscriptions ouvrent le ${instantText(answer.opensAt)}.`
          : `Les inscriptions sont closes depuis le ${instantText(answer.closedAt)}.`,
        'period',
      )
    }
    const others = [
      ...home.family.registrations
        .filter((known) => known.child === child.id && known.period === period.id)
        .map((known) => ({ state: known.state, span: known })),
      ...home.registrationsAsked
        .filter(({ childId, periodId }) => childId === child.id && periodId === period.id)
        .map(({ fromDay, toDay }) => ({ state: 'asked' as const, span: { from: fromDay, to: toDay } })),
    ]
    const why = whyNotRegister({ span: asked, period, others })
    if (why !== null) throw new Refused(why, 'from')
    if (period.to < dayAt(at)) throw new Refused('Cette période est terminée.', 'period')
    const [unmet] = unmetConditions(
      period.conditions,
      { birth: child.birth, schoolClass: child.schoolClass, resident: isResident(home.family, asked.from) },
      asked.from,
    )
    if (unmet) throw new Refused(unmetText(unmet), 'child')
    const strange = asked.week.find(
      ({ weekday, slot }) => !period.weekdays.includes(weekday) || !period.slots.some(({ id }) => id === slot),
    )
    if (strange) throw new Refused('La semaine type ne correspond pas à cette activité.', 'week')
    const id = randomUUID()
    return {
      rows: [],
      registrations: [
        {
          id,
          guardianId: login.guardianId,
          familyId: login.familyId,
          childId: child.id,
          periodId: period.id,
          fromDay: asked.from,
          toDay: asked.to,
          week: JSON.stringify(asked.week),
          recordedAt: at,
        },
      ],
      overtaken: [],
      items: [],
      registration: { demande: id, child: child.firstName, period: period.name, from: asked.from, to: asked.to },
      refused: [],
      estimateCents: null,
      kept: new Set(),
    }
  })

// ---- suivre ---------------------------------------------------------------------------------------------------------

/** The last demandes of the home, with each of their steps. */
export const followed = async (portal: Portal, login: Login): Promise<DemandeShown[]> => {
  const { db } = portal.store
  return followedIn(db, await homeOf(db, login), login, { answeredOnly: false, limit: 200 })
}

/** The same where the home is already read; those that were answered, the last answered first. */
export const followedIn = async (
  work: Work,
  home: Home,
  login: Login,
  { answeredOnly, limit }: { answeredOnly: boolean; limit: number },
): Promise<DemandeShown[]> => {
  const answerDays = (await documentOf(work, 'town'))?.answerWorkingDays ?? usualAnswerDays
  const days = await work
    .select()
    .from(demande)
    .where(and(eq(demande.familyId, login.familyId), answeredOnly ? isNotNull(demande.answeredAt) : undefined))
    .orderBy(desc(answeredOnly ? demande.answeredAt : demande.recordedAt), demande.day, demande.slotId)
    .limit(limit)
  const registrations = await work
    .select()
    .from(registrationDemande)
    .where(
      and(
        eq(registrationDemande.familyId, login.familyId),
        answeredOnly ? isNotNull(registrationDemande.answeredAt) : undefined,
      ),
    )
    .orderBy(desc(answeredOnly ? registrationDemande.answeredAt : registrationDemande.recordedAt))
    .limit(limit)
  const periods = await documentsOf(
    work,
    'period',
    registrations.map(({ periodId }) => periodId),
  )
  const firstName = (childId: number) => home.family.children.find(({ id }) => id === childId)?.firstName ?? ''
  const steps = (row: (typeof days)[number] | (typeof registrations)[number]) => ({
    id: row.id,
    child: firstName(row.childId),
    receipt: row.receiptId,
    recordedAt: row.recordedAt,
    collectedAt: row.collectedAt,
    withdrawnAt: row.withdrawnAt,
    answer: row.answer,
    answerReason: row.answerReason,
    answeredAt: row.answeredAt,
    answerDueOn: answerDueOn(row.recordedAt, answerDays),
  })
  const shown: DemandeShown[] = days.map((row) => {
    const registration = home.family.registrations.find(({ id }) => id === row.registrationId)
    const period = home.periods.get(`${registration?.period}`)
    return {
      ...steps(row),
      kind: 'day',
      title: period?.name ?? '',
      day: row.day,
      slot: period?.slots.find(({ id }) => id === row.slotId)?.name ?? '',
      wish: row.wish,
      takenBackAt: row.takenBackAt,
    }
  })
  for (const row of registrations) {
    const period = periods.get(`${row.periodId}`)
    shown.push({
      ...steps(row),
      kind: 'registration',
      title: period?.name ?? '',
      day: null,
      slot: '',
      wish: null,
      takenBackAt: null,
    })
  }
  const instantOf = ({ answeredAt, recordedAt }: DemandeShown) => (answeredOnly ? (answeredAt ?? '') : recordedAt)
  return shown.toSorted((one, other) => (instantOf(one) > instantOf(other) ? -1 : 1)).slice(0, limit)
}
