import { eq } from 'drizzle-orm'
import * as z from 'zod'
import { AnsweredCell } from '../../shared/contract/portal/documents.ts'
import {
  AccountKeyEntry,
  ActivatedEntry,
  ChannelChoiceEntry,
  ConfirmationEntry,
  ConsentAnswerEntry,
  DemandeEntry,
  MailboxEntry,
  MailChoiceEntry,
  MessageEntry,
  PaymentEntry,
  ProposalEntry,
  QuotientConsentEntry,
  RegistrationEntry,
  SentPaperEntry,
  SignedMandateEntry,
  SignUpEntry,
  StoppedMandateEntry,
  UndoneEntry,
} from '../../shared/contract/portal/entries.ts'
import type { Entry } from '../../shared/exchange/log.ts'
import type { MessageEffects } from '../../shared/exchange/receive.ts'
import type { Answer } from '../../shared/rules/cell/cell-actions.ts'
import { counted, listed } from '../../shared/rules/text/french.ts'
import { writePortalAnswer } from '../desk/consents/consents.ts'
import { type Core, Refused } from '../desk/core.ts'
import { writeSignedMandate, writeStoppedMandate } from '../desk/debits/debits.ts'
import { writeConfirmed } from '../desk/dossiers/dossiers.ts'
import { childrenOfFamily, normalisedValue, writeProposed } from '../desk/families/families.ts'
import { saveMailboxState } from '../desk/mails/mails.ts'
import { collectMessage, saveMailChoice } from '../desk/messages/messages.ts'
import { writeArrivedPaper } from '../desk/papers/papers.ts'
import { storeForChecking, writeOnlinePayment } from '../desk/payments/payments.ts'
import { markActivated, portalSettingsOf, writeSealingKey } from '../desk/portal/portal.ts'
import { writePortalConsent } from '../desk/quotients/quotients.ts'
import {
  registrationOf,
  writeRecoveredDecision,
  writeRegistrationFromPortal,
  writeRegistrationTakenBack,
} from '../desk/registrations/registrations.ts'
import { answerAutomatically } from '../desk/requests/automatic.ts'
import {
  type Arrival,
  registrationRow,
  writeArrivals,
  writeRecoveredAnswer,
  writeRegistrationEmptied,
  writeTakenBack,
} from '../desk/reservations/reservations.ts'
import { writePortalChoice } from '../desk/sendings/sendings.ts'
import type { Write } from '../store/acts/acts.ts'
import { portalAsk, proposal, signUp } from '../store/schema/index.ts'
import type { Store } from '../store/store.ts'
import { type AskRow, effectiveAnswers } from './answers.ts'
import { updateBelieved } from './publications.ts'
import { documentId } from './published/making.ts'

/**
 * Applies the portal's entries in order, within the caller's act. An entry that a rule refuses is stored as an ask
 * answered with the rule's sentence: no entry is dropped, and none stops the entries after it. An entry already applied
 * changes nothing.
 */
export const applyEntries = (core: Core, write: Write, entries: readonly Entry[]): void => {
  const { store } = core
  numberWaitingPayments(core, write)
  openWaitingMandates(core, write)
  const collectedIds = alreadyCollected(
    store,
    entries.map(({ id }) => id),
  )
  const newEntries = [
    ...new Map(entries.filter(({ id }) => !collectedIds.has(id)).map((entry) => [entry.id, entry])).values(),
  ]
  const undone = undoneInBatch(newEntries)
  const collected: Collected = { cells: [], registrationIds: [], proposalIds: [] }
  for (const group of consecutiveGroups(newEntries, ({ kind }) => kind)) {
    const [first] = group
    if (first?.kind === 'demande') collectDemandes(core, write, group, undone, collected)
    else for (const entry of group) collectEntry(core, write, entry, undone, collected)
  }
  answerAutomatically(core, write, collected)
}

type Collected = {
  readonly cells: { registrationId: number; recordedAt: Arrival['recordedAt'] }[]
  readonly registrationIds: number[]
  readonly proposalIds: number[]
}

const alreadyCollected = (store: Store, ids: readonly string[]): ReadonlySet<string> =>
  new Set(
    store
      .statement('select entry_id from portal_ask where entry_id in (select value from json_each(?))')
      .pluck()
      .all(JSON.stringify(ids)) as string[],
  )

const consecutiveGroups = <Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[][] => {
  const runs: Item[][] = []
  for (const item of items) {
    const last = runs.at(-1)
    if (last?.[0] !== undefined && keyOf(last[0]) === keyOf(item)) last.push(item)
    else runs.push([item])
  }
  return runs
}

const unreadable = 'Cette demande n’a pas pu être lue. Appelez le service.'
const notOfFamily = 'Cette demande ne vient pas d’un responsable de ce foyer.'
const notItsRegistration = 'Cette inscription n’est pas de ce foyer.'

/** Parses an entry's body with the shape of its kind; null when the body does not fit. */
const parseBody = <Body>(shape: z.ZodType<Body>, { body }: Entry): Body | null => {
  try {
    return shape.safeParse(JSON.parse(body)).data ?? null
  } catch {
    return null
  }
}

/** Mandates that the label of an act names; the others are counted. */
const maxNamedMandates = 3

/** The label of the act that collects entries: it names the mandates that parents signed or stopped. */
export const collectedLabel = ({ apply: entries }: Pick<MessageEffects, 'apply'>): string => {
  const label = 'Demandes reçues du portail'
  const mandates = entries.flatMap((entry) => {
    const signed = entry.kind === 'signedMandate' ? parseBody(SignedMandateEntry, entry) : null
    const stopped = entry.kind === 'stoppedMandate' ? parseBody(StoppedMandateEntry, entry) : null
    if (signed) return `mandat ${signed.reference} signé`
    return stopped ? `mandat ${stopped.reference} arrêté` : []
  })
  if (mandates.length === 0) return label
  const others = mandates.length - maxNamedMandates
  const named = mandates.slice(0, maxNamedMandates)
  return `${label}\u00a0: ${listed(others > 0 ? [...named, counted(others, 'autre mandat', 'autres mandats')] : named)}`
}

/** Asks that a parent undid in the same batch: the desk could not act on them in between. By id of the undone entry. */
const undoneInBatch = (entries: readonly Entry[]): ReadonlyMap<string, UndoneEntry> => {
  const found = new Map<string, UndoneEntry>()
  for (const entry of entries) {
    const undoing = entry.kind === 'withdrawn' || entry.kind === 'takenBack' ? parseBody(UndoneEntry, entry) : null
    if (undoing) found.set(undoing.of, undoing)
  }
  return found
}

const isUndone = (undone: ReadonlyMap<string, UndoneEntry>, id: string, familyId: number): boolean =>
  undone.get(id)?.family === familyId

const isGuardianOf = (store: Store, guardianId: number, familyId: number): boolean =>
  store.statement('select 1 from family_guardian where family_id = ? and guardian_id = ?').get(familyId, guardianId) !==
  undefined

/** The name of a guardian of this home; undefined for one of another home. */
const homeGuardian = (store: Store, guardianId: number, familyId: number): string | undefined =>
  store
    .statement(
      `select first_name || ' ' || last_name from family_guardian join guardian on guardian.id = guardian_id
      where family_id = ? and guardian_id = ?`,
    )
    .pluck()
    .get(familyId, guardianId) as string | undefined

const collectActivation = (core: Core, write: Write, entry: Entry): void => {
  const body = parseBody(ActivatedEntry, entry)
  if (body) markActivated(core, write, body.guardian, body.at)
}

const collectAccountKey = (core: Core, write: Write, entry: Entry): void => {
  const body = parseBody(AccountKeyEntry, entry)
  if (!body) return
  writeSealingKey(core, write, body)
  // What was sealed to the key before is erased there.
  updateBelieved(core.store, { published: [], unpublished: [documentId('health', body.guardian)], listed: null })
}

const collectFamilyMessage = ({ store }: Core, write: Write, entry: Entry): void => {
  const body = parseBody(MessageEntry, entry)
  if (body) collectMessage(store, write, entry.id, body)
}

const collectMailbox = ({ store }: Core, write: Write, entry: Entry): void => {
  const body = parseBody(MailboxEntry, entry)
  if (body) saveMailboxState(store, write, body)
}

type NewAsk = Omit<typeof portalAsk.$inferInsert, 'actId'>

const collectMailChoice = ({ store }: Core, write: Write, entry: Entry): void => {
  const body = parseBody(MailChoiceEntry, entry)
  if (body) saveMailChoice(store, write, body)
}

const collectChannelChoice = ({ store }: Core, write: Write, entry: Entry): void => {
  const body = parseBody(ChannelChoiceEntry, entry)
  if (body && isGuardianOf(store, body.guardian, body.family))
    writePortalChoice(store, write, { guardianId: body.guardian, choice: body.choice, chosenAt: body.recordedAt })
}

const collectConsent = ({ store }: Core, write: Write, entry: Entry): void => {
  const body = parseBody(QuotientConsentEntry, entry)
  if (body && isGuardianOf(store, body.guardian, body.family)) writePortalConsent(store, write, body)
}

const collectConsentAnswer = ({ store }: Core, write: Write, entry: Entry): void => {
  const body = parseBody(ConsentAnswerEntry, entry)
  if (body && isGuardianOf(store, body.guardian, body.family)) writePortalAnswer(store, write, entry.id, body)
}

const collectConfirmation = ({ store }: Core, write: Write, entry: Entry): void => {
  const body = parseBody(ConfirmationEntry, entry)
  const guardian = body && homeGuardian(store, body.guardian, body.family)
  if (!body || guardian === undefined) return
  const { family: familyId, kind, child: childId, recordedAt: at, version } = body
  if (childId !== null && !childrenOfFamily(store, familyId).some(({ id }) => id === childId)) return
  const confirmed = { familyId, kind, childId, at, by: `${guardian}, sur le portail`, version, entryId: entry.id }
  writeConfirmed(store, write, confirmed, portalSettingsOf(store).terms.version)
}

const newAsk = (
  { id, number, at }: Entry,
  kind: NewAsk['kind'],
  body: { guardian: number; family: number; recordedAt?: NewAsk['recordedAt']; receipt?: string } | null,
): NewAsk => ({
  entryId: id,
  kind,
  guardianId: body?.guardian ?? 0,
  familyId: body?.family ?? 0,
  receipt: body?.receipt ?? '',
  recordedAt: body?.recordedAt ?? at,
  number,
})

const settledAs = (ask: NewAsk, settled: Answer, settledReason: string): NewAsk => ({ ...ask, settled, settledReason })

// ---- demandes -------------------------------------------------------------------------------------------------------

const collectDemandes = (
  core: Core,
  write: Write,
  entries: readonly Entry[],
  undone: ReadonlyMap<string, UndoneEntry>,
  collected: Collected,
): void => {
  const { store } = core
  const judged = entries.map((entry) => judgeDemande(store, entry, undone))
  const arrivals = judged.flatMap(({ arrival }) => arrival ?? [])
  const arrived = writeArrivals(store, write, arrivals)
  let next = 0
  const asks = judged.map(({ ask, arrival }): NewAsk => {
    if (!arrival) return ask
    const result = arrived[next]
    next += 1
    if (!result) throw new RangeError('an ask that did not arrive')
    return 'moveId' in result ? { ...ask, moveId: result.moveId } : settledAs(ask, result.settled, result.reason)
  })
  write.insertMany(portalAsk, asks)
  collected.cells.push(...arrivals)
  for (const { ask } of judged) takeOverFromOwnLog(core, write, ask.entryId)
}

const judgeDemande = (
  store: Store,
  entry: Entry,
  undone: ReadonlyMap<string, UndoneEntry>,
): { readonly ask: NewAsk; readonly arrival: Arrival | null } => {
  const body = parseBody(DemandeEntry, entry)
  if (!body) return { ask: settledAs(newAsk(entry, 'demande', null), 'refused', unreadable), arrival: null }
  const { day, slot: slotId, wish, recordedAt, surchargeCents } = body
  const ask = { ...newAsk(entry, 'demande', body), day, slotId, wish }
  if (!isGuardianOf(store, body.guardian, body.family)) {
    return { ask: settledAs(ask, 'refused', notOfFamily), arrival: null }
  }
  const registration = registrationRow(store, body.registration)
  if (registration?.familyId !== body.family || registration.childId !== body.child) {
    return { ask: settledAs(ask, 'refused', notItsRegistration), arrival: null }
  }
  const registeredAsk = { ...ask, registrationId: registration.id }
  if (isUndone(undone, entry.id, body.family)) return { ask: settledAs(registeredAsk, 'withdrawn', ''), arrival: null }
  return {
    ask: registeredAsk,
    arrival: { registrationId: registration.id, day, slotId, wish, recordedAt, surchargeCents },
  }
}

// ---- the other kinds of entry, one at a time ------------------------------------------------------------------------

type EntryCollector = (
  core: Core,
  write: Write,
  entry: Entry,
  undone: ReadonlyMap<string, UndoneEntry>,
  collected: Collected,
) => void

const collectEntry: EntryCollector = (core, write, entry, undone, collected) => {
  if (entry.kind === 'registration') collectRegistration(core, write, entry, undone, collected)
  else if (entry.kind === 'proposal') collectProposal(core, write, entry, undone, collected)
  else if (entry.kind === 'signUp') collectSignUp(core, write, entry)
  else if (entry.kind === 'payment') collectPayment(core, write, entry)
  else if (entry.kind === 'sentPaper') collectPaper(core, write, entry)
  else if (entry.kind === 'withdrawn' || entry.kind === 'takenBack') {
    collectUndoing(core, write, entry)
    takeOverFromOwnLog(core, write, entry.id)
  } else if (entry.kind === 'answerStands') recoverAnswers(core, write, [entry])
  else if (entry.kind === 'activated') collectActivation(core, write, entry)
  else if (entry.kind === 'accountKey') collectAccountKey(core, write, entry)
  else if (entry.kind === 'message') collectFamilyMessage(core, write, entry)
  else if (entry.kind === 'mailbox') collectMailbox(core, write, entry)
  else if (entry.kind === 'mailChoice') collectMailChoice(core, write, entry)
  else if (entry.kind === 'channelChoice') collectChannelChoice(core, write, entry)
  else if (entry.kind === 'quotientConsent') collectConsent(core, write, entry)
  else if (entry.kind === 'consentAnswer') collectConsentAnswer(core, write, entry)
  else if (entry.kind === 'confirmation') collectConfirmation(core, write, entry)
  else if (entry.kind === 'signedMandate') collectMandate(core, write, entry)
  else if (entry.kind === 'stoppedMandate') collectMandateStop(core, write, entry)
}

const collectRegistration: EntryCollector = (core, write, entry, undone, collected) => {
  const { store } = core
  const body = parseBody(RegistrationEntry, entry)
  const ask = newAsk(entry, 'registration', body)
  const settle = (answer: Answer, reason: string) => write.insert(portalAsk, settledAs(ask, answer, reason))
  if (!body) settle('refused', unreadable)
  else if (!isGuardianOf(store, body.guardian, body.family)) settle('refused', notOfFamily)
  else if (isUndone(undone, entry.id, body.family)) settle('withdrawn', '')
  else {
    const outcome = writeRegistrationFromPortal(store, write, {
      childId: body.child,
      familyId: body.family,
      periodId: body.period,
      startDay: body.from,
      endDay: body.to,
      typicalWeek: body.week.map(({ weekday, slot: slotId }) => ({ weekday, slotId })),
      recordedAt: body.recordedAt,
    })
    if ('refused' in outcome) settle('refused', outcome.refused)
    else {
      write.insert(portalAsk, { ...ask, registrationId: outcome.id })
      collected.registrationIds.push(outcome.id)
    }
  }
  takeOverFromOwnLog(core, write, entry.id)
}

const collectProposal: EntryCollector = (core, write, entry, undone, collected) => {
  const { store } = core
  const body = parseBody(ProposalEntry, entry)
  const ask = newAsk(entry, 'proposal', body)
  if (!body || !isGuardianOf(store, body.guardian, body.family)) {
    write.insert(portalAsk, settledAs(ask, 'refused', body ? notOfFamily : unreadable))
  } else {
    const { family: familyId, subject, subjectId, field, before, after } = body
    const { id: askId } = write.insert(portalAsk, ask)
    const isUndoneAlready = isUndone(undone, entry.id, familyId)
    const { id } = write.insert(proposal, {
      askId,
      familyId,
      subject,
      subjectId,
      field,
      before,
      after,
      state: isUndoneAlready ? 'withdrawn' : 'waiting',
      decidedAt: isUndoneAlready ? write.at : null,
    })
    if (!isUndoneAlready) collected.proposalIds.push(id)
  }
  takeOverFromOwnLog(core, write, entry.id)
}

/**
 * A sent paper gets no answer: its home's document shows its state. An unreadable entry is ignored, because its bytes
 * cannot be fetched.
 */
const collectPaper = ({ store }: Core, write: Write, entry: Entry): void => {
  const body = parseBody(SentPaperEntry, entry)
  if (!body || !isGuardianOf(store, body.guardian, body.family)) return
  const { guardian: guardianId, ...sent } = body
  const sender = store
    .statement(`select trim(civility || ' ' || first_name || ' ' || last_name) from guardian where id = ?`)
    .pluck()
    .get(guardianId) as string
  writeArrivedPaper(store, write, entry.id, { ...sent, sender })
}

/** A sign-up belongs to no known home: it always waits for staff, whatever may be accepted automatically. */
const collectSignUp = (core: Core, write: Write, entry: Entry): void => {
  const body = parseBody(SignUpEntry, entry)
  const ask = { ...newAsk(entry, 'signUp', null), recordedAt: body?.recordedAt ?? entry.at }
  if (!body) write.insert(portalAsk, settledAs(ask, 'refused', unreadable))
  else {
    const { id: askId } = write.insert(portalAsk, ask)
    write.insert(signUp, { askId, body: JSON.stringify(body), state: 'waiting' })
  }
  takeOverFromOwnLog(core, write, entry.id)
}

/**
 * A real payment is counted whoever paid it, unless staff must check it first; a PayFiP test payment is only answered.
 */
const collectPayment = (core: Core, write: Write, entry: Entry): void => {
  const body = parseBody(PaymentEntry, entry)
  const ask = newAsk(entry, 'payment', body)
  if (!body) {
    write.insert(portalAsk, settledAs(ask, 'refused', unreadable))
    storeForChecking(core.store, write, entry.id, entry.body)
  } else {
    const settled = settlePayment(core, write, entry.id, body)
    write.insert(portalAsk, settled ? { ...ask, ...settled } : ask)
  }
}

/** @returns null while the payment cannot be given its receipt number */
const settlePayment = (
  core: Core,
  write: Write,
  id: string,
  body: PaymentEntry,
): Pick<AskRow, 'settled' | 'settledReason'> | null => {
  if (body.saisie === 'T') return { settled: 'accepted', settledReason: 'Essai\u00a0: rien n’est compté.' }
  if (body.differs === true) {
    storeForChecking(core.store, write, id, JSON.stringify(body))
    return { settled: 'accepted', settledReason: 'Le service vérifie ce paiement.' }
  }
  const outcome = writeOnlinePayment(core, write, {
    ...body,
    attemptId: id,
    familyId: body.family,
    guardianId: body.guardian,
    invoiceId: body.invoice,
    openingDebtId: body.openingDebt,
  })
  if (outcome === 'unnumbered') return null
  if (outcome !== 'noFamily') return { settled: 'accepted', settledReason: '' }
  storeForChecking(core.store, write, id, JSON.stringify(body))
  return { settled: 'refused', settledReason: 'Cette famille n’est pas connue. Appelez le service.' }
}

/**
 * Settles the payments collected while a restored desk did not know the last receipt numbers; their bodies are still in
 * the copy of the portal's log.
 */
const numberWaitingPayments = (core: Core, write: Write): void => {
  const { store } = core
  const waiting = store
    .statement(
      `select ask.id askId, entry.id, entry.body from portal_ask ask join mirror_entry entry on entry.id = ask.entry_id
      where ask.kind = 'payment' and ask.answer is null and ask.settled is null order by ask.number`,
    )
    .all() as (Pick<Entry, 'id' | 'body'> & { askId: number })[]
  for (const { askId, id, body } of waiting) {
    const paid = parseBody(PaymentEntry, { body } as Entry)
    const settled = paid && settlePayment(core, write, id, paid)
    if (settled) write.update(portalAsk, askId, settled)
  }
}

/**
 * Records a mandate that a parent signed. It is valid at once, without an approval by staff; why one was not recorded
 * is shown to the home and to staff.
 */
const collectMandate = (core: Core, write: Write, entry: Entry): void => {
  const { store } = core
  const body = parseBody(SignedMandateEntry, entry)
  const ask = newAsk(entry, 'mandate', body && { ...body, receipt: body.reference })
  const settled = body ? settleMandate(store, write, body) : settledWith('refused', unreadable)
  write.insert(portalAsk, { ...ask, ...settled })
  takeOverFromOwnLog(core, write, entry.id)
}

type Settled = Pick<AskRow, 'settled' | 'settledReason'>

const settledWith = (settled: Answer, settledReason = ''): Settled => ({ settled, settledReason })

/** @returns null while this computer has no key to open the bank account */
const settleMandate = (store: Store, write: Write, body: SignedMandateEntry): Settled | null => {
  if (!isGuardianOf(store, body.guardian, body.family)) return settledWith('refused', notOfFamily)
  const outcome = writeSignedMandate(store, write, body)
  return outcome && settledWith(outcome.answer, outcome.reason)
}

/**
 * Settles the mandates collected while this computer had no key; their bodies are still in the copy of the portal's
 * log.
 */
const openWaitingMandates = ({ store }: Core, write: Write): void => {
  if (store.key.key === null) return
  const waiting = store
    .statement(
      `select ask.id askId, entry.body from portal_ask ask join mirror_entry entry on entry.id = ask.entry_id
      where ask.kind = 'mandate' and ask.settled is null order by ask.number`,
    )
    .all() as (Pick<Entry, 'body'> & { askId: number })[]
  for (const { askId, body } of waiting) {
    const signed = parseBody(SignedMandateEntry, { body } as Entry)
    const settled = signed && settleMandate(store, write, signed)
    if (settled) write.update(portalAsk, askId, settled)
  }
}

const collectMandateStop = ({ store }: Core, write: Write, entry: Entry): void => {
  const body = parseBody(StoppedMandateEntry, entry)
  const ask = newAsk(entry, 'mandateStop', body && { ...body, receipt: body.reference })
  write.insert(portalAsk, { ...ask, ...settleMandateStop(store, write, body) })
}

const settleMandateStop = (store: Store, write: Write, body: StoppedMandateEntry | null): Settled => {
  if (!body) return settledWith('refused', unreadable)
  if (!isGuardianOf(store, body.guardian, body.family)) return settledWith('refused', notOfFamily)
  const waits = waitingMandate(store, body)
  if (waits !== undefined) {
    write.update(portalAsk, waits, settledWith('withdrawn'))
    return settledWith('accepted')
  }
  const { answer, reason } = writeStoppedMandate(store, write, body)
  return settledWith(answer, reason)
}

/** The id of the stored demande for a signed mandate whose account could not be opened yet. */
const waitingMandate = (store: Store, { family, reference }: StoppedMandateEntry): number | undefined =>
  store
    .statement(`select id from portal_ask where kind = 'mandate' and settled is null and family_id = ? and receipt = ?`)
    .pluck()
    .get(family, reference) as number | undefined

const isNeverTakenBack = ({ kind }: AskRow): boolean =>
  ['undoing', 'payment', 'signUp', 'mandate', 'mandateStop'].includes(kind)

/** An entry that withdraws or takes back an ask is stored as an ask of its own, with its own answer. */
const collectUndoing = (core: Core, write: Write, entry: Entry): void => {
  const { store } = core
  const body = parseBody(UndoneEntry, entry)
  const undoing = newAsk(entry, 'undoing', body)
  const settle = (answer: Answer, reason = '') => write.insert(portalAsk, settledAs(undoing, answer, reason))
  if (!body) return void settle('refused', unreadable)
  const ask = store.db.select().from(portalAsk).where(eq(portalAsk.entryId, body.of)).get()
  if (!ask || isNeverTakenBack(ask)) return void settle('moot')
  if (ask.familyId !== body.family || !isGuardianOf(store, body.guardian, body.family)) {
    return void settle('refused', notOfFamily)
  }
  const refusal = undo(core, write, ask)
  settle(refusal === null ? 'withdrawn' : 'refused', refusal ?? '')
}

/** Undoes an ask. @returns the refusal as the family reads it, or null when the ask was undone */
const undo = (core: Core, write: Write, ask: AskRow): string | null => {
  if (ask.settled !== null) {
    write.update(portalAsk, ask.id, { settled: 'withdrawn', settledReason: '' })
    return null
  }
  if (ask.kind === 'demande') return undoDemande(core, write, ask)
  return ask.kind === 'registration' ? undoRegistration(core, write, ask) : undoProposal(core, write, ask)
}

const undoDemande = ({ store }: Core, write: Write, ask: AskRow): string | null => {
  const { registrationId, day, slotId, wish } = ask
  if (registrationId === null || day === null || slotId === null || wish === null) throw new RangeError('no cell asked')
  const cell = { registrationId, day, slotId }
  const answered = effectiveAnswers(store, [ask], write.actId).get(ask.id)
  if (answered?.answer === 'withdrawn') return null
  if (answered && !answered.isLast)
    return refuseUndoing(write, ask, 'Le service a déjà réglé ce jour autrement avec vous.')
  const refusal = writeTakenBack(store, write, cell, answered ? { wish, answer: answered.answer } : null)
  return refusal === null ? null : refuseUndoing(write, ask, refusal)
}

/** Adds the refusal to the present answer of the ask, which is then sent again. */
const refuseUndoing = (write: Write, ask: AskRow, sentence: string): string => {
  write.update(portalAsk, ask.id, { settledReason: sentence, toldMove: null })
  return sentence
}

const takenBackByFamily = 'Retirée par la famille sur le portail.'

const undoRegistration = ({ store }: Core, write: Write, ask: AskRow): string | null => {
  if (ask.registrationId === null) throw new RangeError('no registration asked')
  const { state } = registrationOf(store, ask.registrationId, write.actId)
  if (state === 'withdrawn') return null
  if (state === 'ended') return refuseUndoing(write, ask, 'Le service a déjà mis fin à cette inscription.')
  if (state === 'accepted') {
    const refusal = writeRegistrationEmptied(store, write, ask.registrationId, takenBackByFamily)
    if (refusal !== null) return refuseUndoing(write, ask, refusal)
  }
  writeRegistrationTakenBack(write, ask.registrationId, takenBackByFamily)
  return null
}

/** A proposal can be taken back only before its answer: an accepted change has already been written. */
const undoProposal = ({ store }: Core, write: Write, ask: AskRow): string | null => {
  const change = store.db.select().from(proposal).where(eq(proposal.askId, ask.id)).get()
  if (!change || change.state === 'withdrawn') return null
  if (change.state === 'accepted')
    return refuseUndoing(write, ask, 'Ce changement était déjà enregistré\u00a0: proposez-en un autre.')
  write.update(proposal, change.id, { state: 'withdrawn', decidedAt: write.at })
  return null
}

// ---- answers found again --------------------------------------------------------------------------------------------

const AnswerBody = z.object({
  of: z.string(),
  answer: z.enum(['accepted', 'waitListed', 'refused', 'withdrawn', 'expired', 'moot']),
  reason: z.string().nullable(),
  revision: z.int().min(1),
  facts: z.array(z.unknown()),
})
type AnswerBody = z.infer<typeof AnswerBody>

/**
 * Adopts answers that the portal gives back after a restore: those that the restored desk had sent and lost (kind
 * `answer`), and those that parents read before the restored desk gave another answer (kind `answerStands`). The cell
 * and the ask become what the family was told. An answer whose ask is still missing is adopted when the ask is
 * collected again.
 */
export const recoverAnswers = (core: Core, write: Write, entries: readonly Entry[]): void => {
  for (const entry of entries) {
    const body = entry.kind === 'answer' || entry.kind === 'answerStands' ? parseBody(AnswerBody, entry) : null
    const ask = body && core.store.db.select().from(portalAsk).where(eq(portalAsk.entryId, body.of)).get()
    if (body && ask) takeOver(core, write, ask, body, entry.kind === 'answer')
  }
}

/** Adopts the last answer in the desk's own log to an ask that has just been collected again. */
const takeOverFromOwnLog = (core: Core, write: Write, entryId: string): void => {
  const { store } = core
  // Every id with the prefix `answer:<entry>:`, because `;` is the character after `:`.
  const answers = store
    .statement(`select id, body from own_entry where id > ? and id < ? and kind = 'answer'`)
    .all(`answer:${entryId}:`, `answer:${entryId};`) as Pick<Entry, 'id' | 'body'>[]
  const bodiesFound = answers.flatMap(({ body }) => parseBody(AnswerBody, { body } as Entry) ?? [])
  const last = bodiesFound.toSorted((one, other) => one.revision - other.revision).at(-1)
  const ask = last && store.db.select().from(portalAsk).where(eq(portalAsk.entryId, entryId)).get()
  if (last && ask) takeOver(core, write, ask, last, true)
}

/** @param isOwn the answer is in the desk's own log; otherwise it is sent again, as the next revision */
const takeOver = (core: Core, write: Write, ask: AskRow, body: AnswerBody, isOwn: boolean): void => {
  const { answer, revision } = body
  const reason = body.reason ?? ''
  const moveId = adoptAnswer(core, write, ask, body)
  write.update(portalAsk, ask.id, {
    ...(ask.kind === 'undoing' || (ask.kind === 'demande' && moveId !== null)
      ? { settled: null, settledReason: '' }
      : {}),
    ...(ask.moveId === null && moveId !== null && { moveId }),
    answerRevision: Math.max(revision, ask.answerRevision),
    ...(isOwn && { answer, answerReason: reason, toldMove: moveId }),
  })
}

/**
 * Makes the cell, registration, proposal or sign-up what the answer says. @returns the move of the cell, for a demande
 */
const adoptAnswer = (core: Core, write: Write, ask: AskRow, { answer, reason, facts }: AnswerBody): number | null => {
  const { store } = core
  const cells = facts.flatMap((fact) => AnsweredCell.safeParse(fact).data ?? [])
  const cellsOfFamily = cells.filter(({ family }) => family === ask.familyId)
  if (ask.kind === 'demande') {
    const cell = cellsOfFamily.find(
      ({ registration, day, slot }) => registration === ask.registrationId && day === ask.day && slot === ask.slotId,
    )
    if (!cell) return null
    const place = { registrationId: cell.registration, day: cell.day, slotId: cell.slot }
    return writeRecoveredAnswer(store, write, place, {
      held: cell.held,
      since: ask.recordedAt,
      answer,
      reason: reason ?? '',
    })
  }
  if (ask.kind === 'registration' && ask.registrationId !== null) {
    if (answer !== 'accepted' && answer !== 'refused' && answer !== 'withdrawn') return null
    const why = answer === 'refused' ? (reason ?? '') : ''
    const losesPlaces =
      answer !== 'accepted' && registrationOf(store, ask.registrationId, write.actId).state === 'accepted'
    const begun = losesPlaces ? writeRegistrationEmptied(store, write, ask.registrationId, why) : null
    // One that has begun stays accepted until staff end it.
    if (begun !== null) return null
    writeRecoveredDecision(store, write, ask.registrationId, answer, why)
    for (const { registration, day, slot, held } of cellsOfFamily) {
      const answered = { held, since: ask.recordedAt, answer: null, reason: '' }
      if (registration === ask.registrationId)
        writeRecoveredAnswer(store, write, { registrationId: registration, day, slotId: slot }, answered)
    }
  } else if (ask.kind === 'proposal') takeOverProposal(core, write, ask, answer)
  else if (ask.kind === 'signUp') takeOverSignUp(core.store, write, ask, { answer, reason: reason ?? '' })
  return null
}

/** Adopts a refusal only. An accepted sign-up waits for staff again: the family made from it is not in this copy. */
const takeOverSignUp = (
  { db }: Store,
  write: Write,
  ask: AskRow,
  { answer, reason }: { answer: Answer; reason: string },
): void => {
  const signUpRow = db.select().from(signUp).where(eq(signUp.askId, ask.id)).get()
  if (signUpRow?.state === 'waiting' && answer === 'refused')
    write.update(signUp, signUpRow.id, { state: 'refused', reason, decidedAt: write.at })
}

const takeOverProposal = (core: Core, write: Write, ask: AskRow, answer: Answer): void => {
  const change = core.store.db.select().from(proposal).where(eq(proposal.askId, ask.id)).get()
  if (!change || change.state !== 'waiting') return
  if (answer === 'accepted') {
    try {
      writeProposed(core, write, change, normalisedValue(core, change, change.after))
    } catch (error) {
      // The person concerned has left since: the proposal stays accepted, as the family was told.
      if (!(error instanceof Refused)) throw error
    }
  }
  const state = answer === 'accepted' || answer === 'withdrawn' ? answer : 'refused'
  write.update(proposal, change.id, { state, decidedAt: write.at })
}
