import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { and, eq, isNull, lt } from 'drizzle-orm'
import type { SigningShown } from '../../../shared/contract/portal/debits.ts'
import type { TownDocument } from '../../../shared/contract/portal/documents.ts'
import type { SignedMandateEntry, StoppedMandateEntry } from '../../../shared/contract/portal/entries.ts'
import { mandateWords } from '../../../shared/pages/money/debit.ts'
import { plainSentence } from '../../../shared/pages/page.ts'
import { addMinutes, dayAt, type Instant } from '../../../shared/rules/calendar/day.ts'
import {
  lastFourOf,
  portalMandateReference,
  refuseDebtorAccount,
} from '../../../shared/rules/money/debit/identifiers.ts'
import {
  maxWrongCodes,
  refuseDebtor,
  refuseSigning,
  signingMinutes,
  typedCode,
} from '../../../shared/rules/money/debit/signing.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { padded } from '../../crypto/data-key.ts'
import { mandateAssociatedData, sealForDesk } from '../../crypto/sealed-for-desk.ts'
import { countSigningMail, type Login } from '../account/account.ts'
import { homeOf, lockHome } from '../family/family.ts'
import { newEntry } from '../log/entries.ts'
import { appendToLog, lockedSide } from '../log/log.ts'
import { enqueueMails } from '../mails/mail.ts'
import type { Portal } from '../portal.ts'
import { documentOf } from '../published/documents.ts'
import { Refused } from '../refused.ts'
import { mandateSigning } from '../store/schema/index.ts'
import { type Queryable, sha256, type Transaction } from '../store/store.ts'
import { debitsShown, shownSigning } from './shown.ts'
import { codeMail, signedMail, stoppedMail } from './signing-mails.ts'

/**
 * A guardian signs a mandate of direct debit, or stops one. The account number is sealed for the desk as soon as it
 * arrives, and bound to the mandate; afterwards the portal knows only its last four characters.
 */

type Signing = typeof mandateSigning.$inferSelect

type Typed = {
  readonly request: string
  readonly regie: number
  readonly debtor: string
  readonly iban: string
  readonly bic: string
}

/**
 * Creates the mandate and mails the code that signs it. A mandate that the guardian had begun before is dropped. A
 * repeated request changes nothing.
 * @throws Refused with the field to correct
 */
export const begin = async (portal: Portal, login: Login, typed: Typed): Promise<SigningShown> => {
  const { db } = portal.store
  const known = await begunBy(db, login, typed.request)
  if (known) return shownSigning(known)
  const { creditor, key } = await requireCreditor(db, typed.regie)
  const { family } = await homeOf(db, login)
  if (family.address.line1 === '' || family.address.town === '')
    throw new Refused('Votre adresse n’est pas complète\u00a0: complétez-la dans « Mes coordonnées » avant de signer.')
  const debtor = typed.debtor.trim()
  const refusedDebtor = refuseDebtor(debtor)
  if (refusedDebtor !== undefined) throw new Refused(refusedDebtor, 'debtor')
  const { iban, bic } = typed
  const refused = refuseDebtorAccount({ iban, bic })
  if (refused) throw new Refused(refused.sentence, refused.field)
  await countSigningMail(db, portal.clock(), login.guardianId)
  const reference = portalMandateReference(creditor.referencePrefix, randomBytes(12))
  const mandate = { family: login.familyId, regie: typed.regie, reference }
  const account = Buffer.from(padded(JSON.stringify({ iban, bic })))
  const sealed = sealForDesk(key, account, mandateAssociatedData(mandate)).toString('base64')
  const row = await db.transaction(async (tx) => {
    await lockHome(tx, login.familyId)
    const repeated = await begunBy(tx, login, typed.request)
    if (repeated) return repeated
    await tx.delete(mandateSigning).where(unsignedBy(login))
    const at = portal.clock()
    const [made] = await tx
      .insert(mandateSigning)
      .values({
        id: randomUUID(),
        requestId: typed.request,
        guardianId: login.guardianId,
        familyId: login.familyId,
        regieId: typed.regie,
        reference,
        debtor,
        lastFour: lastFourOf(iban),
        sealed,
        startedAt: at,
        ...(await mailCode(tx, login, { reference, creditor: creditor.creditor, at })),
      })
      .returning()
    if (!made) throw new Error('a signature was not begun')
    return made
  })
  sendSoon(portal)
  return shownSigning(row)
}

/** @throws Refused when the mandate that was begun can no longer be signed */
export const anotherCode = async (portal: Portal, login: Login, id: string): Promise<SigningShown> => {
  const { db } = portal.store
  await requireSigning(db, login, id)
  await countSigningMail(db, portal.clock(), login.guardianId)
  const row = await db.transaction(async (tx) => {
    await lockHome(tx, login.familyId)
    const { reference, regieId } = await requireSigning(tx, login, id)
    const { creditor } = await requireCreditor(tx, regieId)
    const code = await mailCode(tx, login, { reference, creditor: creditor.creditor, at: portal.clock() })
    const [changed] = await tx.update(mandateSigning).set(code).where(eq(mandateSigning.id, id)).returning()
    if (!changed) throw new Error('a signature has gone')
    return changed
  })
  sendSoon(portal)
  return shownSigning(row)
}

/**
 * Signs a mandate with the code of the mail, and sends it to the desk. Wrong codes are counted, even when many are
 * tried at once. A repeated request changes nothing.
 * @throws Refused at the field `code`
 */
export const sign = async (portal: Portal, login: Login, id: string, typed: string): Promise<void> => {
  const { db } = portal.store
  // A refusal is returned, not thrown: throwing would roll back the count of wrong codes.
  const refusal = await db.transaction(async (tx) => {
    await lockHome(tx, login.familyId)
    const row = await signingOf(tx, login, id)
    if (row?.signedAt) return undefined
    if (!row) return signatureGone()
    const refused = refuseSigning(row, portal.clock())
    if (refused !== undefined) return new Refused(refused, 'code')
    if (row.codeHash !== codeHashOf(row.reference, typedCode(typed))) {
      await tx
        .update(mandateSigning)
        .set({ wrongCodes: row.wrongCodes + 1 })
        .where(eq(mandateSigning.id, id))
      return new Refused(wrongCode(maxWrongCodes - row.wrongCodes - 1), 'code')
    }
    await writeSigned(portal, tx, login, row)
    return undefined
  })
  if (refusal) throw refusal
  sendSoon(portal)
}

const wrongCode = (left: number): string =>
  left === 0
    ? 'Ce n’est pas le code du mail. Trop de codes faux\u00a0: demandez un autre code.'
    : `Ce n’est pas le code du mail. Il vous reste ${counted(left, 'essai')}.`

const writeSigned = async (portal: Portal, tx: Transaction, login: Login, row: Signing): Promise<void> => {
  const { creditor } = await requireCreditor(tx, row.regieId)
  const { side } = await lockedSide(tx)
  const at = portal.clock()
  const entry: SignedMandateEntry = {
    guardian: row.guardianId,
    family: row.familyId,
    recordedAt: at,
    regie: row.regieId,
    reference: row.reference,
    debtor: row.debtor,
    lastFour: row.lastFour,
    sealed: row.sealed,
    paper: await paperOf(tx, login, row, at),
  }
  await appendToLog(tx, side, [newEntry(row.id, 'signedMandate', at, entry)])
  await tx.update(mandateSigning).set({ signedAt: at, sealed: '', codeHash: '' }).where(eq(mandateSigning.id, row.id))
  const receipt = { creditor: creditor.creditor, reference: row.reference, at, address: portal.address }
  await enqueueMails(tx, [signedMail(login, receipt)], at)
}

/** The text that the guardian has read, as it is stored and printed. */
const paperOf = async (
  tx: Transaction,
  login: Login,
  row: Signing,
  at: Instant,
): Promise<NonNullable<SignedMandateEntry['paper']>> => {
  const shown = await debitsShown(tx, login, at)
  const creditor = shown?.creditors.find(({ regie }) => regie === row.regieId)
  const town = await documentOf(tx, 'town')
  if (!shown || !creditor || !town) throw signatureGone()
  const { name, creditorId, address } = creditor
  return {
    creditor: { name, creditorId, address: [...address] },
    address: [...shown.address],
    words: mandateWords(name, { town: town.town, on: dayAt(row.startedAt) }).map(plainSentence),
    signer: login.name,
    signedAt: at,
  }
}

export const giveUp = async ({ store: { db } }: Portal, login: Login): Promise<void> => {
  await db.delete(mandateSigning).where(unsignedBy(login))
}

/** @throws Refused for a mandate that the home does not have, and for one that a parent already stopped */
export const stop = async (portal: Portal, login: Login, reference: string): Promise<void> => {
  await portal.store.db.transaction(async (tx) => {
    await lockHome(tx, login.familyId)
    const shown = await debitsShown(tx, login, portal.clock())
    const signed = shown?.signed.find((one) => one.reference === reference && one.refusal === null)
    const mandate = shown?.mandates.find((one) => one.reference === reference)
    const isStopping = (signed ?? mandate)?.isStopping
    if (isStopping === undefined) throw new Refused('Ce mandat n’est plus en cours. Rechargez la page.')
    if (isStopping) throw new Refused('Ce mandat est déjà arrêté.')
    if (mandate && !mandate.isStoppable)
      throw new Refused('Ce mandat s’arrête auprès de l’Espace Jeunesse\u00a0: appelez-le.')
    const { side } = await lockedSide(tx)
    const at = portal.clock()
    const entry: StoppedMandateEntry = { guardian: login.guardianId, family: login.familyId, recordedAt: at, reference }
    await appendToLog(tx, side, [newEntry(randomUUID(), 'stoppedMandate', at, entry)])
    await enqueueMails(tx, [stoppedMail(login, { reference, at })], at)
  })
  sendSoon(portal)
}

const sendSoon = (portal: Portal): void => portal.afterResponse(async () => void (await portal.mails.sendWaiting()))

const unsignedBy = ({ guardianId, familyId }: Login) =>
  and(eq(mandateSigning.guardianId, guardianId), eq(mandateSigning.familyId, familyId), isNull(mandateSigning.signedAt))

const begunBy = async (db: Queryable, { guardianId }: Login, request: string): Promise<Signing | undefined> =>
  (
    await db
      .select()
      .from(mandateSigning)
      .where(and(eq(mandateSigning.guardianId, guardianId), eq(mandateSigning.requestId, request)))
  )[0]

const signingOf = async (db: Queryable, { guardianId, familyId }: Login, id: string): Promise<Signing | undefined> =>
  (
    await db
      .select()
      .from(mandateSigning)
      .where(
        and(
          eq(mandateSigning.id, id),
          eq(mandateSigning.guardianId, guardianId),
          eq(mandateSigning.familyId, familyId),
        ),
      )
  )[0]

const requireSigning = async (db: Queryable, login: Login, id: string): Promise<Signing> => {
  const found = await signingOf(db, login, id)
  if (!found || found.signedAt !== null) throw signatureGone()
  return found
}

const signatureGone = () => new Refused('Cette signature n’est plus en cours\u00a0: recommencez.')

/** @throws Refused when the régie does not offer it, or no account can be sealed for the desk */
const requireCreditor = async (
  db: Queryable,
  regie: number,
): Promise<{ readonly creditor: NonNullable<TownDocument['debits']>[number]; readonly key: string }> => {
  const town = await documentOf(db, 'town')
  const creditor = town?.debits?.find((one) => one.regie === regie)
  if (!creditor || town?.papersKey === undefined)
    throw new Refused('Le prélèvement ne se signe pas sur le portail en ce moment\u00a0: adressez-vous à la structure.')
  return { creditor, key: town.papersKey }
}

/** Mails a new code. @returns the columns with which the code is verified */
const mailCode = async (
  tx: Transaction,
  login: Login,
  { reference, creditor, at }: { reference: string; creditor: string; at: Instant },
): Promise<Pick<Signing, 'codeHash' | 'codeUntil' | 'wrongCodes'>> => {
  const code = String(randomInt(1_000_000)).padStart(6, '0')
  const until = addMinutes(at, signingMinutes)
  await enqueueMails(tx, [codeMail(login, { code, creditor, reference, until })], at)
  return { codeHash: codeHashOf(reference, code), codeUntil: until, wrongCodes: 0 }
}

const codeHashOf = (reference: string, code: string): string => sha256(`${reference} ${code}`)

const dayMinutes = 24 * 60
const shownDays = 366

/** Deletes mandates that were begun and not signed, and later those that were signed. */
export const pruneSignings = async (db: Queryable, now: Instant): Promise<void> => {
  await db
    .delete(mandateSigning)
    .where(and(isNull(mandateSigning.signedAt), lt(mandateSigning.startedAt, addMinutes(now, -dayMinutes))))
  await db.delete(mandateSigning).where(lt(mandateSigning.signedAt, addMinutes(now, -shownDays * dayMinutes)))
}
