import { randomUUID } from 'node:crypto'
import { and, eq, gt, inArray, isNotNull, isNull, lt, or, sql } from 'drizzle-orm'
import { inChunks } from '../../../shared/collections.ts'
import type { TownDocument } from '../../../shared/contract/portal/documents.ts'
import type { EntryKind, SignUpEntry } from '../../../shared/contract/portal/entries.ts'
import type { AnswerToAsk } from '../../../shared/exchange/answer-entries.ts'
import { addMinutes, dayAt, type Instant } from '../../../shared/rules/calendar/day.ts'
import {
  isBlank,
  isEmail,
  maxChildren,
  readChild,
  readHome,
  signUpDraftDays,
  type TypedSignUp,
} from '../../../shared/rules/people/sign-up.ts'
import { answerDueOn } from '../../../shared/rules/requests/answer.ts'
import { longDay } from '../../../shared/rules/text/french.ts'
import { type Caller, countSignUpTry, type Link, newSecret, normalizedEmail } from '../account/account.ts'
import { appendToLog, lockedSide, rowsPerStatement } from '../log/log.ts'
import { enqueueMails, type OutgoingMail } from '../mails/mail.ts'
import type { Portal } from '../portal.ts'
import { documentOf } from '../published/documents.ts'
import { Refused } from '../refused.ts'
import { account, signUp, signUpLink } from '../store/schema/index.ts'
import { type Queryable, sha256, type Transaction } from '../store/store.ts'

/**
 * Sign-up of a family that the service does not know: from checking its mail address to sending its demande to the
 * desk.
 */

const linkHours = 48
/**
 * Maximum sign-ups waiting for the desk, and links not used yet, so that the store cannot fill up. Far above a town of
 * 5,000 families on its first morning; programs are stopped earlier, by network address and mail address
 * (`countSignUpTry`).
 */
const maxWaiting = 20_000
const maxLinks = 20_000

export type SignUp = typeof signUp.$inferSelect
export type SignUpTown = NonNullable<TownDocument['signUp']>

/** The town's settings for sign-ups; null where new families must come to the counter. */
export const signUpTown = async (db: Queryable): Promise<SignUpTown | null> =>
  (await documentOf(db, 'town'))?.signUp ?? null

/** Refuses when sign-ups are closed or too many wait, before anything about the address is looked up. */
const refuseClosed = async (db: Queryable, now: Instant): Promise<void> => {
  if ((await signUpTown(db)) === null) {
    throw new Refused('Les inscriptions se font à l’Espace Jeunesse, au guichet ou par téléphone.', 'email')
  }
  const isFull =
    (await db.$count(signUp, waiting)) >= maxWaiting ||
    (await db.$count(signUpLink, gt(signUpLink.expiresAt, now))) >= maxLinks
  if (isFull) {
    throw new Refused(
      'Trop de demandes attendent en ce moment. Réessayez demain, ou appelez l’Espace Jeunesse.',
      'email',
    )
  }
}

const waiting = and(isNotNull(signUp.recordedAt), isNull(signUp.answeredAt))

/**
 * Step 1. Answers the same at once for every address, and mails afterwards: a link to the form, or the news that an
 * account or a demande already exists, which only the mailbox's owner learns.
 * @throws Refused
 */
export const requestLink = async (portal: Portal, caller: Caller, typed: string): Promise<void> => {
  const { db } = portal.store
  const email = normalizedEmail(typed)
  if (!isEmail(email))
    throw new Refused('Cette adresse mail n’est pas valable. Exemple\u00a0: nom@exemple.fr.', 'email')
  await refuseClosed(db, portal.clock())
  await countSignUpTry(db, portal.clock(), email, caller.address)
  portal.afterResponse(async () => {
    await db.transaction(async (tx) => {
      const at = portal.clock()
      await enqueueMails(tx, [await signUpMail(portal, tx, email, at)], at)
    })
    await portal.mails.sendWaiting()
  })
}

const signUpMail = async ({ address }: Portal, tx: Transaction, email: string, at: Instant): Promise<OutgoingMail> => {
  const [owner] = await tx.select({ id: account.guardianId }).from(account).where(eq(account.email, email))
  if (owner) return accountMail(address, email)
  const [waitingSignUp] = await tx
    .select()
    .from(signUp)
    .where(and(eq(signUp.email, email), waiting))
  if (waitingSignUp) return waitingMail(address, email)
  const { secret, hash } = newSecret()
  const row = { hash, expiresAt: addMinutes(at, linkHours * 60) }
  // The new link replaces the previous one: only the last mail works.
  await tx
    .insert(signUpLink)
    .values({ email, ...row })
    .onConflictDoUpdate({ target: signUpLink.email, set: row })
  return linkMail(address, email, { secret, until: row.expiresAt })
}

/** Whether a link still works, without using it: programs that scan mails follow links. */
export const isLinkUsable = async ({ store: { db }, clock }: Portal, secret: string): Promise<boolean> =>
  (await db.select().from(signUpLink).where(usableLink(secret, clock()))).length > 0

const usableLink = (secret: string, now: Instant) =>
  and(eq(signUpLink.hash, sha256(secret)), gt(signUpLink.expiresAt, now))

/**
 * Uses a link, once. The form shows again what the same address had typed, on whatever device.
 * @returns the secret for the cookie, which is stored nowhere else
 * @throws Refused
 */
export const checkEmail = ({ store: { db }, clock }: Portal, secret: string): Promise<string> =>
  db.transaction(async (tx) => {
    const at = clock()
    const [link] = await tx.delete(signUpLink).where(usableLink(secret, at)).returning()
    if (!link) throw new Refused('Ce lien a déjà servi, ou son délai est passé. Demandez-en un autre.')
    const { secret: opened, hash } = newSecret()
    const { email } = link
    // An answered sign-up has ended: the same address may begin another.
    await tx.delete(signUp).where(and(eq(signUp.email, email), isNotNull(signUp.answeredAt)))
    await tx
      .insert(signUp)
      .values({ id: randomUUID(), secretHash: hash, email, emailCheckedAt: at, typed: emptyForm, seenAt: at })
      .onConflictDoUpdate({ target: signUp.email, set: { secretHash: hash, emailCheckedAt: at, seenAt: at } })
    return opened
  })

const emptyForm: TypedSignUp = { home: {}, children: [] }

/** The form that a cookie's secret opens; null when it has expired or was erased. */
export const signUpOf = async ({ store: { db }, clock }: Portal, secret: string): Promise<SignUp | null> => {
  const [found] = await db
    .select()
    .from(signUp)
    .where(eq(signUp.secretHash, sha256(secret)))
  return found && (found.recordedAt !== null || found.seenAt > expiredAt(clock())) ? found : null
}

const expiredAt = (now: Instant): Instant => addMinutes(now, -signUpDraftDays * 24 * 60)

/** Stores what was typed, valid or not. @throws Refused once the form was sent */
export const storeTyped = async (
  { store: { db }, clock }: Portal,
  { id }: SignUp,
  typed: Partial<TypedSignUp>,
): Promise<void> => {
  const [row] = await db
    .update(signUp)
    .set({ typed: sql`${signUp.typed} || ${JSON.stringify(typed)}::jsonb`, seenAt: clock() })
    .where(and(eq(signUp.id, id), isNull(signUp.recordedAt)))
    .returning({ id: signUp.id })
  if (!row) throw new Refused('Votre demande est déjà enregistrée\u00a0: elle ne se change plus d’ici.')
}

/** Deletes a form that was not sent, at once. */
export const deleteTyped = async ({ store: { db } }: Portal, { id }: SignUp): Promise<void> => {
  await db.delete(signUp).where(and(eq(signUp.id, id), isNull(signUp.recordedAt)))
}

/** The first incomplete step; or, when all are complete, the parsed home and children. */
export const readSteps = ({ typed, email }: Pick<SignUp, 'typed' | 'email'>, { schools }: SignUpTown, at: Instant) => {
  const home = readHome(typed.home, email)
  if ('faults' in home) return { step: 'home' as const }
  const filled = typed.children.filter((one) => !isBlank(one)).slice(0, maxChildren)
  const children = filled.flatMap((one) => {
    const read = readChild(one, schools, dayAt(at))
    return 'value' in read ? [read.value] : []
  })
  if (children.length === 0 || children.length < filled.length) return { step: 'children' as const }
  return { step: 'review' as const, home: home.value, children }
}

/**
 * Step 4: sends the form; pressing twice sends it once.
 * @param accepted the version of the règlement that the page showed; null when it was not accepted
 * @throws Refused
 */
export const sendSignUp = async (portal: Portal, own: SignUp, accepted: string | null): Promise<void> => {
  await recordSignUp(portal, own, accepted)
  portal.afterResponse(async () => {
    await portal.mails.sendWaiting()
  })
}

const recordSignUp = (portal: Portal, { id }: SignUp, accepted: string | null): Promise<void> =>
  portal.store.db.transaction(async (tx) => {
    const { side } = await lockedSide(tx)
    const at = portal.clock()
    const [row] = await tx.select().from(signUp).where(eq(signUp.id, id)).for('update')
    if (!row) throw new Refused('Cette demande n’existe plus. Recommencez par votre adresse mail.')
    if (row.recordedAt !== null) return
    await refuseClosed(tx, at)
    const town = await documentOf(tx, 'town')
    if (!town?.signUp) throw new RangeError('sign-ups closed between two lines')
    const { terms } = town.signUp
    if (accepted === null) throw new Refused('Cochez cette case pour accepter le règlement.', 'accepted')
    if (accepted !== terms.version) {
      throw new Refused('Le règlement vient de changer\u00a0: relisez-le, puis acceptez-le.', 'accepted')
    }
    const [owner] = await tx.select().from(account).where(eq(account.email, row.email))
    if (owner) throw new Refused('Votre adresse a maintenant un compte\u00a0: connectez-vous depuis l’accueil.')
    const steps = readSteps(row, town.signUp, at)
    if (steps.step !== 'review') throw new Refused('Il manque des réponses aux étapes d’avant.')
    const body: SignUpEntry = {
      recordedAt: at,
      email: row.email,
      emailCheckedAt: row.emailCheckedAt,
      guardians: [...steps.home.guardians],
      homePhone: steps.home.homePhone,
      address: steps.home.address,
      children: steps.children,
      terms: { ...terms, acceptedAt: at },
    }
    const kind: EntryKind = 'signUp'
    await tx.update(signUp).set({ recordedAt: at, seenAt: at }).where(eq(signUp.id, id))
    const due = longDay(answerDueOn(at, town.answerWorkingDays))
    await enqueueMails(tx, [recordedMail(row.email, due)], at)
    await appendToLog(tx, side, [{ id, kind, at, body: JSON.stringify(body) }])
  })

/** The desk has committed these entries: deletes here the typed text, which the desk now has. */
export const deleteCollected = async (tx: Transaction, ids: readonly string[], at: Instant): Promise<void> => {
  for (const some of inChunks(ids, rowsPerStatement)) {
    await tx
      .update(signUp)
      .set({ collectedAt: at, typed: emptyForm })
      .where(and(inArray(signUp.id, some), isNull(signUp.collectedAt)))
  }
}

/**
 * Stores the desk's answer, in the transaction of its message. A refusal is mailed with its reason; for an acceptance,
 * the account's own invitation is the mail.
 * @returns whether the answer was about a sign-up
 */
export const applySignUpAnswer = async (
  tx: Transaction,
  { of, answer, reason, revision, at }: AnswerToAsk & { readonly at: Instant },
): Promise<boolean> => {
  const isNewer = or(isNull(signUp.answerRevision), lt(signUp.answerRevision, revision))
  const [row] = await tx
    .update(signUp)
    .set({ answer, answerRevision: revision, answeredAt: at, typed: emptyForm })
    .where(and(eq(signUp.id, of), isNewer))
    .returning()
  if (!row) return false
  const town = await documentOf(tx, 'town')
  if (answer === 'refused') await enqueueMails(tx, [refusedMail(row.email, reason ?? '', town?.phone ?? '')], at)
  else if (reason !== null && reason !== '') await enqueueMails(tx, [acceptedMail(row.email, reason)], at)
  return true
}

/** Rebuilds a sign-up that a restored portal recovers from its log: the desk has it, or will. */
export const recoverSignUp = async (tx: Transaction, id: string, { email, ...body }: SignUpEntry): Promise<void> => {
  const { recordedAt, emailCheckedAt } = body
  // The recorded sign-up replaces one that the same address typed since the restore.
  await tx.delete(signUp).where(and(eq(signUp.email, email), isNull(signUp.recordedAt)))
  await tx
    .insert(signUp)
    .values({
      id,
      // No cookie has this hash: the original secret existed only in a cookie.
      secretHash: sha256(`recovered ${id}`),
      email,
      emailCheckedAt,
      typed: emptyForm,
      seenAt: recordedAt,
      recordedAt,
    })
    .onConflictDoNothing()
}

/** Deletes expired links, answered sign-ups, and forms that nobody returned to. */
export const pruneSignUps = async (db: Queryable, now: Instant): Promise<void> => {
  await db.delete(signUpLink).where(lt(signUpLink.expiresAt, now))
  const limit = expiredAt(now)
  await db
    .delete(signUp)
    .where(or(lt(signUp.answeredAt, limit), and(isNull(signUp.recordedAt), lt(signUp.seenAt, limit))))
}

// ---- mails ----------------------------------------------------------------------------------------------------------

const unexpectedText = 'Si vous n’attendiez pas ce message, ne faites rien.'

const linkMail = (address: string, email: string, { secret, until }: Link): OutgoingMail => ({
  to: email,
  linkUntil: until,
  subject: 'Inscription au Portail de la Famille',
  body: `Bonjour,

Pour continuer votre inscription au Portail de la Famille, ouvrez ce lien dans les ${linkHours} heures\u00a0:
${address}/inscription/lien?jeton=${secret}

Il ne sert qu’une fois. Passé ce délai, redemandez-en un sur la page d’inscription.

${unexpectedText}
`,
})

const accountMail = (address: string, email: string): OutgoingMail => ({
  to: email,
  subject: 'Inscription au Portail de la Famille',
  body: `Bonjour,

Vous avez demandé à vous inscrire au Portail de la Famille. Cette adresse y a déjà un compte\u00a0: connectez-vous ici, ou touchez «\u00a0Mot de passe oublié\u00a0?\u00a0».
${address}

${unexpectedText}
`,
})

const waitingMail = (address: string, email: string): OutgoingMail => ({
  to: email,
  subject: 'Inscription au Portail de la Famille',
  body: `Bonjour,

Votre demande d’inscription au Portail de la Famille est déjà enregistrée. L’Espace Jeunesse va vous répondre par mail\u00a0: vous n’avez rien à refaire.
${address}

${unexpectedText}
`,
})

const recordedMail = (email: string, due: string): OutgoingMail => ({
  to: email,
  subject: 'Demande d’inscription enregistrée',
  body: `Bonjour,

Votre demande d’inscription au Portail de la Famille est enregistrée. L’Espace Jeunesse vous répond par mail au plus tard le ${due}\u00a0: un compte, ou un refus avec sa raison.
`,
})

const refusedMail = (email: string, reason: string, phone: string): OutgoingMail => ({
  to: email,
  subject: 'Réponse à votre demande d’inscription',
  body: `Bonjour,

L’Espace Jeunesse n’accepte pas votre demande d’inscription au Portail de la Famille.
${reason === '' ? '' : `\nSa raison\u00a0: ${reason}\n`}
Vous pouvez faire une nouvelle demande${phone === '' ? ', ou venir au guichet.' : `, venir au guichet, ou appeler le ${phone}.`}
`,
})

const acceptedMail = (email: string, sentence: string): OutgoingMail => ({
  to: email,
  subject: 'Réponse à votre demande d’inscription',
  body: `Bonjour,

L’Espace Jeunesse accepte votre demande d’inscription au Portail de la Famille. ${sentence}
`,
})
