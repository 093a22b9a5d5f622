import { and, desc, eq, gt, inArray, isNotNull, isNull } from 'drizzle-orm'
import type { DebitsShown, SigningShown } from '../../../shared/contract/portal/debits.ts'
import type { TownDocument } from '../../../shared/contract/portal/documents.ts'
import { StoppedMandateEntry } from '../../../shared/contract/portal/entries.ts'
import { addMinutes, dayAt, type Instant } from '../../../shared/rules/calendar/day.ts'
import { civilities } from '../../../shared/rules/people/person.ts'
import type { Login } from '../account/account.ts'
import { homeOf } from '../family/family.ts'
import { sideOf } from '../log/log.ts'
import type { Portal } from '../portal.ts'
import { documentOf } from '../published/documents.ts'
import { Refused } from '../refused.ts'
import { document, logEntry, mandateSigning } from '../store/schema/index.ts'
import type { Queryable } from '../store/store.ts'

/** What the home's page shows about direct debits; null when no régie offers them and the home has no mandate. */
export const debitsShown = async (db: Queryable, login: Login, now: Instant): Promise<DebitsShown | null> => {
  const town = await documentOf(db, 'town')
  const money = await documentOf(db, 'money', login.familyId)
  const { debits: published, accountAsked = [] } = money ?? {}
  const creditors = town?.papersKey === undefined ? [] : (town.debits ?? [])
  const signed = await signedIn(db, login, now)
  if (creditors.length === 0 && !published && signed.length + accountAsked.length === 0) return null
  const { family } = await homeOf(db, login)
  const stopping = await stoppedSinceExchange(db, login)
  const mandates = published?.mandates ?? []
  const held = await papersHeld(db, login, mandates)
  const isAtDesk = new Set(mandates.map(({ reference }) => reference))
  return {
    creditors: creditors.map((one) => ({
      regie: one.regie,
      name: one.creditor,
      creditorId: one.creditorId,
      address: town ? addressOf(town) : [],
      noticeDays: one.noticeDays,
    })),
    debtor: civilities.reduce((name, civility) => name.replace(new RegExp(`^${civility} `), ''), login.name),
    address: addressOf({ ...family.address, address: family.address.line1, more: family.address.line2 }),
    email: login.email,
    mandates: mandates.map((one) => ({
      ...one,
      isStoppable: creditors.some(({ regie }) => one.regie === undefined || one.regie.id === regie),
      hasPaper: held.has(one.reference),
      isStopping: stopping.has(one.reference),
    })),
    signed: signed
      .filter(({ reference }) => !isAtDesk.has(reference))
      .map(({ reference, lastFour, signedAt, answer, answerReason }) => ({
        reference,
        lastFour,
        at: signedAt,
        refusal: answer === null ? null : (answerReason ?? ''),
        isStopping: stopping.has(reference),
      })),
    asked: signed.some(({ answer }) => answer === null) ? [] : accountAsked,
    signing: await begunBy(db, login, now),
    announced: published?.announced ?? [],
  }
}

const paperId = ({ familyId }: Login, reference: string): string => `paper/${familyId}/mandate-${reference}`

/** The references of the mandates whose PDF has arrived. */
const papersHeld = async (
  db: Queryable,
  login: Login,
  mandates: readonly { readonly reference: string }[],
): Promise<ReadonlySet<string>> => {
  if (mandates.length === 0) return new Set()
  const ids = new Map(mandates.map(({ reference }) => [paperId(login, reference), reference]))
  const rows = await db
    .select({ id: document.id })
    .from(document)
    .where(and(inArray(document.id, [...ids.keys()]), isNotNull(document.paperOf)))
  return new Set(rows.flatMap(({ id }) => ids.get(id) ?? []))
}

/** @throws Refused, with the same sentence for a mandate of another home and for one whose PDF has not arrived */
export const mandatePaper = async ({ store: { db } }: Portal, login: Login, reference: string): Promise<Blob> => {
  const [found] = await db
    .select({ body: document.body })
    .from(document)
    .where(and(eq(document.id, paperId(login, reference)), isNotNull(document.paperOf)))
  if (!found) throw new Refused('Ce mandat n’est pas sur le portail.')
  return new File([Buffer.from(found.body, 'base64')], `mandat-${reference}.pdf`, { type: 'application/pdf' })
}

const addressOf = ({
  address,
  more = '',
  postcode,
  town,
}: Pick<TownDocument, 'address' | 'postcode' | 'town'> & { more?: string }): string[] =>
  [address, more, `${postcode} ${town}`.trim()].filter((line) => line !== '')

/** A refusal stays on the page for this many days. */
const refusalDays = 60

/**
 * Mandates that the home signed here and that the service has not accepted yet, newest first. Of refused ones, only the
 * last, and only while nothing was signed after it. Accepted mandates are in the published document.
 */
const signedIn = async (db: Queryable, { familyId }: Login, now: Instant) => {
  const rows = await db
    .select()
    .from(mandateSigning)
    .where(and(eq(mandateSigning.familyId, familyId), isNotNull(mandateSigning.signedAt)))
    .orderBy(desc(mandateSigning.signedAt))
  return rows.flatMap(({ signedAt, ...row }, index) => {
    const isRefused = row.answer === 'refused' || row.answer === 'moot'
    const isShown =
      row.answer === null || (isRefused && index === 0 && (signedAt ?? now) > addMinutes(now, -refusalDays * 24 * 60))
    return signedAt !== null && isShown ? [{ ...row, signedAt }] : []
  })
}

/** The references of mandates that parents of the home stopped, which the desk does not know yet. */
const stoppedSinceExchange = async (db: Queryable, { familyId }: Login): Promise<ReadonlySet<string>> => {
  const { acknowledged } = await sideOf(db)
  const waiting = await db
    .select({ body: logEntry.body })
    .from(logEntry)
    .where(and(gt(logEntry.number, acknowledged.number), eq(logEntry.kind, 'stoppedMandate')))
  return new Set(
    waiting
      .map(({ body }) => StoppedMandateEntry.parse(JSON.parse(body)))
      .flatMap(({ family, reference }) => (family === familyId ? [reference] : [])),
  )
}

export const shownSigning = (row: typeof mandateSigning.$inferSelect): SigningShown => ({
  id: row.id,
  regie: row.regieId,
  reference: row.reference,
  debtor: row.debtor,
  lastFour: row.lastFour,
  on: dayAt(row.startedAt),
  codeUntil: row.codeUntil,
})

/** The mandate that the guardian began and can still sign, with the mailed code or another one. */
const begunBy = async (
  db: Queryable,
  { guardianId, familyId }: Login,
  now: Instant,
): Promise<DebitsShown['signing']> => {
  const [row] = await db
    .select()
    .from(mandateSigning)
    .where(
      and(
        eq(mandateSigning.guardianId, guardianId),
        eq(mandateSigning.familyId, familyId),
        isNull(mandateSigning.signedAt),
      ),
    )
  return row && dayAt(row.startedAt) === dayAt(now) ? shownSigning(row) : null
}
