import { randomUUID } from 'node:crypto'
import { inArray } from 'drizzle-orm'
import type { Receipt, ReceiptBody } from '../../../shared/contract/portal/demandes.ts'
import type { DemandeEntry, RegistrationEntry } from '../../../shared/contract/portal/entries.ts'
import { proofFile } from '../../../shared/contract/portal/proof.ts'
import type { NewEntry } from '../../../shared/exchange/log.ts'
import type { Side } from '../../../shared/exchange/side.ts'
import { dayAt, type Instant, yearOf } from '../../../shared/rules/calendar/day.ts'
import { weekText } from '../../../shared/rules/calendar/typical-week.ts'
import type { Wish } from '../../../shared/rules/cell/cell.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { answerDueOn } from '../../../shared/rules/requests/answer.ts'
import { counted, instantText, longDay, sentenceWithSubject, shortDay } from '../../../shared/rules/text/french.ts'
import type { Login } from '../account/account.ts'
import { type Demande, type Home, homeSeenBy, homesOf, lockHomes, requireHome } from '../family/family.ts'
import { newEntry, undoneEntry } from '../log/entries.ts'
import { groupCommit } from '../log/group-commit.ts'
import { appendToLog, lockedSide } from '../log/log.ts'
import { enqueueMails, type OutgoingMail } from '../mails/mail.ts'
import type { Portal } from '../portal.ts'
import { Refused } from '../refused.ts'
import { demande, receipt, registrationDemande } from '../store/schema/index.ts'
import { insertRows, type Transaction } from '../store/store.ts'
import { draftsOfEach, type Tick, untick } from './drafts.ts'
import { receiptLookup, receiptNumber, receiptRow, toReceipt } from './receipts.ts'

/** Working days for an answer, until the town has published its own number. */
export const defaultAnswerDays = 2

/** What a request records: rows, ticks to delete, and the receipt's content. */
export type Outcome = {
  readonly rows: readonly (Omit<typeof demande.$inferInsert, 'receiptId'> & { readonly id: string })[]
  readonly registrations: readonly (Omit<typeof registrationDemande.$inferInsert, 'receiptId'> & {
    readonly id: string
  })[]
  /** Earlier demandes on the same cells, which the new ones replace. */
  readonly replaced: readonly Demande[]
  readonly items: ReceiptBody['items']
  readonly registration: ReceiptBody['registration']
  readonly refused: ReceiptBody['refused']
  readonly estimateCents: number | null
  readonly costs: ReceiptBody['costs']
  /**
   * Ticks to delete: recorded, or refused for good. A tick that only lacks the parent's agreement to the surcharge
   * stays.
   */
  readonly unticked: readonly Tick[]
}

type RecordRequest = {
  readonly login: Login
  readonly requestId: string
  readonly decide: (moment: RecordContext) => Outcome | Promise<Outcome>
}

/** What was read under the locks, for one request. */
export type RecordContext = {
  readonly tx: Transaction
  readonly home: Home
  readonly at: Instant
  readonly drafts: ReturnType<Awaited<ReturnType<typeof draftsOfEach>>>
}

const recorders = new WeakMap<Portal, (asked: RecordRequest) => Promise<Receipt>>()

/**
 * Records a request: locks the homes, then the log, then reads the clock, so that instants follow the order of log
 * numbers; stores facts, log entries and receipts together. On busy evenings, requests that arrive together share a
 * transaction, which contains each home at most once.
 */
export const recordRequest = (
  portal: Portal,
  login: Login,
  requestId: string,
  decide: RecordRequest['decide'],
): Promise<Receipt> => {
  let turn = recorders.get(portal)
  if (!turn) {
    turn = groupCommit(
      (requests: readonly RecordRequest[]) => recordBatch(portal, requests),
      ({ login: { familyId } }) => familyId,
    )
    recorders.set(portal, turn)
  }
  return turn({ login, requestId, decide })
}

type Decided = {
  readonly request: RecordRequest
  readonly home: Home
  readonly outcome: Outcome
  readonly id: string
  readonly number: string
  readonly newEntries: readonly NewEntry[]
}

const recordBatch = async (portal: Portal, all: readonly RecordRequest[]): Promise<(() => Receipt)[]> => {
  const results = new Map<RecordRequest, () => Receipt>()
  await portal.store.db.transaction(async (tx) => {
    const families = all.map(({ login }) => login.familyId)
    await lockHomes(tx, families)
    const existingReceipt = await receiptLookup(tx, all)
    const homes = await homesOf(tx, families)
    const draftsOf = await draftsOfEach(
      tx,
      all.map(({ login }) => login),
    )
    const { side, receipts } = await lockedSide(tx)
    const at = portal.clock()
    const decided: Decided[] = []
    for (const request of all) {
      try {
        const existing = existingReceipt(request)
        if (existing) results.set(request, () => toReceipt(existing))
        else {
          const home = homeSeenBy(requireHome(homes.get(request.login.familyId)), request.login.guardianId)
          const moment = { tx, home, at, drafts: draftsOf(request.login) }
          decided.push(await decideRequest(request, moment, receipts + decided.length + 1))
        }
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        results.set(request, () => {
          throw error
        })
      }
    }
    const receiptsInOrder = await storeRecorded(portal, tx, decided, side, receipts, at)
    for (const [index, { request: asked }] of decided.entries()) {
      const receipt = receiptsInOrder[index]
      if (receipt) results.set(asked, () => receipt)
    }
  })
  portal.afterResponse(async () => {
    await portal.mails.sendWaiting()
  })
  return all.flatMap((asked) => results.get(asked) ?? [])
}

const decideRequest = async (request: RecordRequest, moment: RecordContext, count: number): Promise<Decided> => {
  const { login } = request
  const { home, at } = moment
  const outcome = await request.decide(moment)
  const number = receiptNumber(yearOf(dayAt(at)), count)
  const newEntries = [
    ...outcome.replaced.map((ask) => undoneEntry('withdrawn', ask.id, login, at)),
    ...outcome.rows.map((row) => newEntry(row.id, 'demande', at, demandeEntry(row, number))),
    ...outcome.registrations.map((row) => newEntry(row.id, 'registration', at, registrationEntry(row, number))),
  ]
  return { request, home, outcome, id: randomUUID(), number, newEntries }
}

/** @returns the receipts, in the order of `decided` */
const storeRecorded = async (
  portal: Portal,
  tx: Transaction,
  decided: readonly Decided[],
  side: Side,
  receipts: number,
  at: Instant,
): Promise<Receipt[]> => {
  const entries = await appendToLog(
    tx,
    side,
    decided.flatMap(({ newEntries }) => newEntries),
    { receipts: receipts + decided.length },
  )
  const overtaken = decided.flatMap(({ outcome }) => outcome.replaced.map(({ id }) => id))
  if (overtaken.length > 0) await tx.update(demande).set({ withdrawnAt: at }).where(inArray(demande.id, overtaken))
  const rows = decided.flatMap(({ id, outcome }) => outcome.rows.map((row) => ({ ...row, receiptId: id })))
  await insertRows(tx, demande, rows)
  const registrations = decided.flatMap(({ id, outcome }) =>
    outcome.registrations.map((row) => ({ ...row, receiptId: id })),
  )
  if (registrations.length > 0) await tx.insert(registrationDemande).values(registrations)
  await untick(
    tx,
    decided.flatMap(({ request: { login }, outcome }) =>
      outcome.unticked.map((spot) => ({ guardianId: login.guardianId, familyId: login.familyId, ...spot })),
    ),
  )
  let entryCount = 0
  const issued = decided.map(({ request: { login, requestId }, home, outcome, id, number, newEntries }) => {
    entryCount += newEntries.length
    const last = entries[entryCount - 1]
    const body: ReceiptBody = {
      number,
      guardian: login.guardianId,
      guardianName: login.name,
      family: login.familyId,
      familyTitle: home.family.title,
      recordedAt: at,
      answerDueOn: answerDueOn(at, home.town?.answerWorkingDays ?? defaultAnswerDays),
      items: outcome.items,
      registration: outcome.registration,
      refused: outcome.refused,
      estimateCents: outcome.estimateCents,
      costs: [...outcome.costs],
      log: { epoch: side.epoch, number: last?.number ?? 0, hash: last?.hash ?? '' },
    }
    const row = receiptRow(portal, login, { id, requestId, body })
    return { row, login, shown: toReceipt(row) }
  })
  await insertRows(
    tx,
    receipt,
    issued.map(({ row }) => row),
  )
  await enqueueMails(
    tx,
    issued.map(({ login, shown }) => receiptMail(login.email, shown)),
    at,
  )
  return issued.map(({ shown }) => shown)
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

export const wishWords: Readonly<Record<Wish, string>> = {
  book: 'réservation',
  cancel: 'annulation',
  leave: 'sortie de la liste d’attente',
}

const receiptMail = (to: string, receipt: Receipt): OutgoingMail => {
  const { registration } = receipt
  const lines = receipt.items.map(
    ({ child, registration: of, day, slot, wish }) =>
      `- ${child}, ${of}, ${shortDay(day)}, ${slot}\u00a0: ${wishWords[wish]}`,
  )
  if (registration) {
    const { child, period, from, to: until, week } = registration
    lines.push(`- ${child}\u00a0: inscription à ${period}, du ${shortDay(from)} au ${shortDay(until)}`)
    if (week.length > 0) lines.push(`  Semaine type – ${weekText(week)}`)
  }
  const refusals = receipt.refused.map(
    ({ child, registration: of, day, slot, reason }) =>
      `- ${sentenceWithSubject(`${child}, ${of}, ${shortDay(day)}, ${slot}`, reason)}`,
  )
  const count = receipt.items.length + (registration ? 1 : 0)
  return {
    kind: 'receipt',
    to,
    subject: `Reçu ${receipt.number}\u00a0: ${counted(count, 'demande enregistrée', 'demandes enregistrées')}`,
    body: `Bonjour ${receipt.guardianName},

Enregistré le ${instantText(receipt.recordedAt)}\u00a0:
${lines.join('\n')}
${refusals.length > 0 ? `\nNon enregistré :\n${refusals.join('\n')}\n` : ''}${
  receipt.estimateCents === null ? '' : `\nCoût\u00a0: environ ${formatEuros(receipt.estimateCents)}.\n`
}
Ce n’est pas encore une réponse. L’Espace Jeunesse vous répond au plus tard le ${longDay(receipt.answerDueOn)}.

Reçu n° ${receipt.number}. Gardez ce mail et le fichier joint\u00a0: ils prouvent l’heure de vos demandes.
`,
    file: proofFile(receipt),
  }
}
