import { randomUUID } from 'node:crypto'
import { inArray } from 'drizzle-orm'
import type { Receipt, ReceiptBody } from '../../shared/contract/portal/demandes.ts'
import type { DemandeEntry, EntryKind, RegistrationEntry, UndoneEntry } from '../../shared/contract/portal/entries.ts'
import { proofFile } from '../../shared/contract/portal/proof.ts'
import type { Said } from '../../shared/exchange/log.ts'
import type { Side } from '../../shared/exchange/side.ts'
import { answerDueOn } from '../../shared/rules/answer.ts'
import { takesPlace, type Wish } from '../../shared/rules/cell.ts'
import { move } from '../../shared/rules/cell-moves.ts'
import { whyNot } from '../../shared/rules/cell-verdicts.ts'
import { type Day, dayAt, type Instant, yearOf } from '../../shared/rules/day.ts'
import { counted, instantText, longDay, sentenceAbout, shortDay } from '../../shared/rules/french.ts'
import { formatEuros } from '../../shared/rules/money.ts'
import { unmetConditions, unmetText, whyNotRegister } from '../../shared/rules/registration.ts'
import { classOn } from '../../shared/rules/schooling.ts'
import { ticksDigest } from '../../shared/rules/ticks.ts'
import { weekText } from '../../shared/rules/typical-week.ts'
import { windowAt } from '../../shared/rules/window.ts'
import type { Login } from './accounts.ts'
import { documentOf } from './documents.ts'
import {
  actOf,
  draftsOfEach,
  isForList,
  judgeIn,
  noSuchSlot,
  parent,
  type Ticked,
  untick,
  whyNotTick,
} from './drafts.ts'
import { type Change, estimate, surchargeOf } from './estimate.ts'
import {
  arrived,
  childOf,
  type Demande,
  enrolledIn,
  factsIn,
  type Home,
  homesOf,
  isResident,
  lockHomes,
  spotKey,
} from './homes.ts'
import { lockedSide, told } from './log.ts'
import { type Letter, written } from './mail.ts'
import type { Portal } from './portal.ts'
import { receiptNumber, receiptRow, receiptsOfRequests, shownReceipt } from './receipts.ts'
import { Refused } from './refused.ts'
import { demande, receipt, registrationDemande } from './schema/index.ts'
import { insertRows, type Work } from './store.ts'
import { together } from './together.ts'

/** J+2 where the town said nothing yet. */
export const usualAnswerDays = 2

export const said = (id: string, kind: EntryKind, at: Instant, body: unknown): Said => ({
  id,
  kind,
  at,
  body: JSON.stringify(body),
})

/**
 * « Enregistrer mes demandes »: each day that can be is recorded, the others are told with the reason. The same request
 * brings the same receipt back.
 * @throws Refused when no day can be recorded
 */
export const record = (
  portal: Portal,
  login: Login,
  { request, surchargeAccepted, shown }: { request: string; surchargeAccepted: boolean; shown?: string | undefined },
): Promise<Receipt> =>
  recorded(portal, login, request, ({ home, at, drafts }) => {
    if (drafts.length === 0) throw new Refused('Il n’y a rien à enregistrer : choisissez d’abord des jours.')
    const judge = judgeIn(home, at)
    const isKnown = ({ registrationId }: Ticked) => home.family.registrations.some(({ id }) => id === registrationId)
    const known = drafts.filter(isKnown)
    if (shown !== undefined && shown !== digestOf(known))
      throw new Refused('Votre brouillon a changé dans une autre page\u00a0: relisez-le, puis enregistrez.')
    const outcome = recordedDays(login, known, judge, { at, surchargeAccepted, home })
    return { ...outcome, unticked: [...outcome.unticked, ...drafts.filter((tick) => !isKnown(tick))] }
  })

const digestOf = (ticks: readonly Ticked[]): string =>
  ticksDigest(
    ticks.map(({ registrationId: registration, day, slotId: slot, wish }) => ({ registration, day, slot, wish })),
  )

/** From the waiting list: always open, recorded at once. */
export const leave = (
  portal: Portal,
  login: Login,
  { request, registration, day, slot }: { request: string; registration: number; day: Day; slot: number },
): Promise<Receipt> =>
  recorded(portal, login, request, ({ home, at }) => {
    const spot = { registrationId: registration, day, slotId: slot, wish: 'cancel' as const }
    const judge = judgeIn(home, at)
    const { facts } = judge(spot)
    const why = facts ? whyNot('leave', facts, parent) : noSuchSlot
    if (why !== null) throw new Refused(why)
    return recordedDays(login, [spot], judge, { at, surchargeAccepted: false, home })
  })

/** Takes the place that was offered from the waiting list, at once. */
export const takeOffer = (
  portal: Portal,
  login: Login,
  { request, registration, day, slot }: { request: string; registration: number; day: Day; slot: number },
): Promise<Receipt> =>
  recorded(portal, login, request, ({ home, at }) => {
    const spot = { registrationId: registration, day, slotId: slot, wish: 'book' as const }
    const judge = judgeIn(home, at)
    const { facts } = judge(spot)
    if (facts?.held.kind === 'confirmed')
      throw new Refused('La place est déjà à votre enfant\u00a0: vous n’avez rien à faire.')
    if (facts?.held.kind !== 'waitlisted' || !takesPlace(facts.held))
      throw new Refused('Cette place n’est plus proposée\u00a0: le délai pour répondre est passé.')
    return recordedDays(login, [spot], judge, { at, surchargeAccepted: false, home })
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
  readonly costs: ReceiptBody['costs']
  /** Recorded, or refused for good: what only waits for the surcharge to be accepted stays ticked. */
  readonly unticked: readonly Ticked[]
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
  let isPriced = false
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
    const isWaiting = isForList(home, enrolled, facts, tick)
    isPriced ||= !isWaiting && wish !== 'leave'
    changes.set(registration.id, [...list, { slotId: tick.slotId, facts, wish: tick.wish, isWaiting }])
  }
  const [first] = refused
  if (rows.length === 0) throw new Refused(first?.reason ?? 'Rien à enregistrer.')
  const costs = [...changes].flatMap(([registrationId, list]) => {
    const enrolled = enrolledIn(home, registrationId)
    const { child, period } = enrolled
    return estimate(home.family, enrolled, list, factsIn(home, enrolled, at)).days.map((priced) => ({
      child: child.firstName,
      registration: period.name,
      ...priced,
    }))
  })
  // A list that is waited on, or left, costs nothing: no amount is told.
  const estimateCents = isPriced ? costs.reduce((sum, { cents }) => sum + cents, 0) : null
  const unticked = ticked.filter((tick) => !kept.has(spotKey(tick)))
  return { rows, registrations: [], overtaken, items, registration: null, refused, estimateCents, costs, unticked }
}

type Asked = {
  readonly login: Login
  readonly requestId: string
  readonly decide: (moment: Moment) => Outcome | Promise<Outcome>
}

/** What is read under the locks, for each who asks. */
type Moment = {
  readonly work: Work
  readonly home: Home
  readonly at: Instant
  readonly drafts: ReturnType<Awaited<ReturnType<typeof draftsOfEach>>>
}

const turns = new WeakMap<Portal, (asked: Asked) => Promise<Receipt>>()

/**
 * The frame of everything that is recorded: the homes locked, then the log, the clock read under both, so that instants
 * are in the order of numbers; facts, log and receipts written together. On a full evening, those who record at the same
 * moment share a transaction; one home is in it once.
 */
const recorded = (portal: Portal, login: Login, requestId: string, decide: Asked['decide']): Promise<Receipt> => {
  let turn = turns.get(portal)
  if (!turn) {
    turn = together(
      (asked: readonly Asked[]) => recordedTogether(portal, asked),
      ({ login: { familyId } }) => familyId,
    )
    turns.set(portal, turn)
  }
  return turn({ login, requestId, decide })
}

type Decided = {
  readonly asked: Asked
  readonly home: Home
  readonly outcome: Outcome
  readonly id: string
  readonly number: string
  readonly saying: readonly Said[]
}

const recordedTogether = async (portal: Portal, all: readonly Asked[]): Promise<(() => Receipt)[]> => {
  const results = new Map<Asked, () => Receipt>()
  await portal.store.db.transaction(async (write) => {
    const families = all.map(({ login }) => login.familyId)
    await lockHomes(write, families)
    const known = await receiptsOfRequests(write, all)
    const homes = await homesOf(write, families)
    const draftsOf = await draftsOfEach(
      write,
      all.map(({ login }) => login),
    )
    const { side, receipts } = await lockedSide(write)
    const at = portal.clock()
    const decided: Decided[] = []
    for (const asked of all) {
      try {
        const before = known(asked)
        if (before) results.set(asked, () => shownReceipt(before))
        else {
          const home = arrived(homes.get(asked.login.familyId))
          const moment = { work: write, home, at, drafts: draftsOf(asked.login) }
          decided.push(await decidedOn(asked, moment, receipts + decided.length + 1))
        }
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        results.set(asked, () => {
          throw error
        })
      }
    }
    const kept = await keepRecorded(portal, write, decided, side, receipts, at)
    for (const [index, { asked }] of decided.entries()) {
      const receipt = kept[index]
      if (receipt) results.set(asked, () => receipt)
    }
  })
  portal.afterwards(async () => {
    await portal.post.sendWaiting()
  })
  return all.flatMap((asked) => results.get(asked) ?? [])
}

const decidedOn = async (asked: Asked, moment: Moment, count: number): Promise<Decided> => {
  const { login } = asked
  const { home, at } = moment
  const outcome = await asked.decide(moment)
  const number = receiptNumber(yearOf(dayAt(at)), count)
  const saying = [
    ...outcome.overtaken.map((ask) => undone('withdrawn', ask.id, login, at)),
    ...outcome.rows.map((row) => said(row.id, 'demande', at, demandeEntry(row, number))),
    ...outcome.registrations.map((row) => said(row.id, 'registration', at, registrationEntry(row, number))),
  ]
  return { asked, home, outcome, id: randomUUID(), number, saying }
}

/** @returns the receipt of each, in their order */
const keepRecorded = async (
  portal: Portal,
  write: Work,
  decided: readonly Decided[],
  side: Side,
  receipts: number,
  at: Instant,
): Promise<Receipt[]> => {
  const entries = await told(
    write,
    side,
    decided.flatMap(({ saying }) => saying),
    { receipts: receipts + decided.length },
  )
  const overtaken = decided.flatMap(({ outcome }) => outcome.overtaken.map(({ id }) => id))
  if (overtaken.length > 0) await write.update(demande).set({ withdrawnAt: at }).where(inArray(demande.id, overtaken))
  const rows = decided.flatMap(({ id, outcome }) => outcome.rows.map((row) => ({ ...row, receiptId: id })))
  await insertRows(write, demande, rows)
  const registrations = decided.flatMap(({ id, outcome }) =>
    outcome.registrations.map((row) => ({ ...row, receiptId: id })),
  )
  if (registrations.length > 0) await write.insert(registrationDemande).values(registrations)
  await untick(
    write,
    decided.flatMap(({ asked: { login }, outcome }) =>
      outcome.unticked.map((spot) => ({ guardianId: login.guardianId, familyId: login.familyId, ...spot })),
    ),
  )
  let saidBefore = 0
  const given = decided.map(({ asked: { login, requestId }, home, outcome, id, number, saying }) => {
    saidBefore += saying.length
    const last = entries[saidBefore - 1]
    const body: ReceiptBody = {
      number,
      guardian: login.guardianId,
      guardianName: login.name,
      family: login.familyId,
      familyTitle: home.family.title,
      recordedAt: at,
      answerDueOn: answerDueOn(at, home.town?.answerWorkingDays ?? usualAnswerDays),
      items: outcome.items,
      registration: outcome.registration,
      refused: outcome.refused,
      estimateCents: outcome.estimateCents,
      costs: [...outcome.costs],
      log: { epoch: side.epoch, number: last?.number ?? 0, hash: last?.hash ?? '' },
    }
    const row = receiptRow(portal, login, { id, requestId, body })
    return { row, login, shown: shownReceipt(row) }
  })
  await insertRows(
    write,
    receipt,
    given.map(({ row }) => row),
  )
  await written(
    write,
    given.map(({ login, shown }) => receiptMail(login.email, shown)),
    at,
  )
  return given.map(({ shown }) => shown)
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

export const undone = (
  kind: 'withdrawn' | 'takenBack',
  of: string,
  login: Pick<Login, 'guardianId' | 'familyId'>,
  at: Instant,
): Said => {
  const body: UndoneEntry = { of, guardian: login.guardianId, family: login.familyId, at }
  return said(`${kind}:${of}`, kind, at, body)
}

export const wishWords: Readonly<Record<Wish, string>> = {
  book: 'réservation',
  cancel: 'annulation',
  leave: 'sortie de la liste d’attente',
}

const receiptMail = (to: string, receipt: Receipt): Letter => {
  const { registration } = receipt
  const lines = receipt.items.map(
    ({ child, registration: of, day, slot, wish }) =>
      `- ${child}, ${of}, ${shortDay(day)}, ${slot} : ${wishWords[wish]}`,
  )
  if (registration) {
    const { child, period, from, to: until, week } = registration
    lines.push(`- ${child} : inscription à ${period}, du ${shortDay(from)} au ${shortDay(until)}`)
    if (week.length > 0) lines.push(`  Semaine type – ${weekText(week)}`)
  }
  const refusals = receipt.refused.map(
    ({ child, registration: of, day, slot, reason }) =>
      `- ${sentenceAbout(`${child}, ${of}, ${shortDay(day)}, ${slot}`, reason)}`,
  )
  const count = receipt.items.length + (registration ? 1 : 0)
  return {
    kind: 'receipt',
    to,
    subject: `Reçu ${receipt.number} : ${counted(count, 'demande enregistrée', 'demandes enregistrées')}`,
    body: `Bonjour ${receipt.guardianName},

Enregistré le ${instantText(receipt.recordedAt)} :
${lines.join('\n')}
${refusals.length > 0 ? `\nNon enregistré :\n${refusals.join('\n')}\n` : ''}${
  receipt.estimateCents === null ? '' : `\nCoût : environ ${formatEuros(receipt.estimateCents)}.\n`
}
Ce n’est pas encore une réponse. L’Espace Jeunesse vous répond au plus tard le ${longDay(receipt.answerDueOn)}.

Reçu n° ${receipt.number}. Gardez ce mail et le fichier joint : ils prouvent l’heure de vos demandes.
`,
    file: proofFile(receipt),
  }
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
  recorded(portal, login, asked.request, async ({ work, home, at }) => {
    const child = childOf(home, asked.child)
    const period = await documentOf(work, 'period', asked.period)
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
    if (asked.to < dayAt(at)) throw new Refused('La date de fin est déjà passée.', 'to')
    const [unmet] = unmetConditions(
      period.conditions,
      { birth: child.birth, schoolClass: classOn(child, asked.from), resident: isResident(home.family, asked.from) },
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
      registration: {
        demande: id,
        child: child.firstName,
        period: period.name,
        from: asked.from,
        to: asked.to,
        week: period.slots.flatMap(({ id: slotId, name }) =>
          asked.week.filter(({ slot }) => slot === slotId).map(({ weekday }) => ({ weekday, slot: name })),
        ),
      },
      refused: [],
      estimateCents: null,
      costs: [],
      unticked: [],
    }
  })
