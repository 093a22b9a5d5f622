import { createHash } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { HealthDeclaration } from '../../../shared/contract/exchange/paper-parts.ts'
import { SealedPaperHead, type SentPaperEntry } from '../../../shared/contract/portal/entries.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { declaredFields } from '../../../shared/rules/dossier/health.ts'
import { isOfSomeOnly, type RequiredKind, sentKind } from '../../../shared/rules/dossier/required-paper.ts'
import { isAuthorityConfirmed, powersOf } from '../../../shared/rules/people/guardian-bond.ts'
import { healthAnswersType, type PaperKind } from '../../../shared/rules/requests/paper.ts'
import { openWithAny, paperHeadData } from '../../crypto/sealed-for-desk.ts'
import type { Actor, Write } from '../../store/acts/acts.ts'
import { listBackups } from '../../store/backups/backup.ts'
import { askedPaper, receivedPaper } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { allRequired, requiredBySent, writeSeenBySending } from '../dossiers/dossiers.ts'
import { bondsOfChildren, childrenOfFamily } from '../families/families.ts'
import { confirmShown } from '../families/health.ts'
import { contentOf } from './papers-store.ts'

/** Part of the exchange's act: stores a paper sent by a parent; its bytes follow, see `awaitedPapers`. Idempotent. */
export const writeArrivedPaper = (
  store: Store,
  write: Write,
  key: string,
  {
    family: familyId,
    child,
    asked,
    required,
    sender,
    sealedHead,
    ...sent
  }: Omit<SentPaperEntry, 'guardian'> & { readonly sender: string },
): void => {
  if (store.statement('select 1 from received_paper where key = ?').get(key) !== undefined) return
  const askedRow = asked === null ? undefined : askedRowOf(store, asked)
  const isOfFamily = askedRow?.familyId === familyId
  const answered = allRequired(store).find(({ id }) => id === required)
  const isOfHome = child === null || childrenOfFamily(store, familyId).some(({ id }) => id === child)
  write.insert(receivedPaper, {
    ...sent,
    ...(sealedHead !== undefined && headOf(store, key, sealedHead)),
    key,
    familyId,
    sender,
    // If the child has left the home meanwhile, the paper is attached to the home alone.
    childId: isOfHome ? child : null,
    askedId: isOfFamily ? askedRow.id : null,
    requiredId: answered?.id ?? null,
    // The portal is not told the kind of a paper that only some children have, so the desk restores it from what was
    // asked.
    ...kindOfSomeOnly(answered?.kind ?? (isOfFamily ? askedRow?.kind : undefined)),
    content: 'awaited',
    state: 'waiting',
    decidedAt: null,
  })
}

/**
 * The kind and name that the portal could not read. Sealed with a key that is not here, the paper is taken for one of
 * health, which no more people may open.
 */
const headOf = (store: Store, key: string, sealed: string): SealedPaperHead => {
  const { key: present, previousKeys } = store.key
  const keys = present ? [present, ...previousKeys] : previousKeys
  const opened = openWithAny(keys, Buffer.from(sealed, 'base64'), paperHeadData(key))
  return opened ? SealedPaperHead.parse(JSON.parse(opened.toString())) : { kind: 'carePlan', name: '' }
}

const kindOfSomeOnly = (asked: RequiredKind | undefined): { readonly kind?: PaperKind } => {
  const kind = asked !== undefined && isOfSomeOnly(asked) ? sentKind(asked) : null
  return kind === null ? {} : { kind }
}

const askedRowOf = (store: Store, id: number) =>
  store.statement('select id, family_id familyId, kind from asked_paper where id = ?').get(id) as
    | Pick<typeof askedPaper.$inferSelect, 'id' | 'familyId' | 'kind'>
    | undefined

type AwaitedPaper = { readonly id: number; readonly key: string; readonly size: number; readonly hash: string }

/** Papers whose bytes are still on the portal, oldest first. */
export const awaitedPapers = (store: Store): AwaitedPaper[] =>
  store
    .statement(`select id, key, size, hash from received_paper where content = 'awaited' order by id`)
    .all() as AwaitedPaper[]

/** How many of a paper's bytes are stored: the offset of the next part to request. */
export const storedBytes = (store: Store, id: number): number =>
  store
    .statement('select coalesce(sum(length(bytes)), 0) from received_paper_part where paper_id = ?')
    .pluck()
    .get(id) as number

/**
 * Stores one part of a paper's bytes, in a transaction of its own; the last part completes the paper. Bytes that do not
 * match the announced size and hash are all discarded and requested again.
 * @param bytes null when the portal no longer has them
 */
export const storePaperPart = (
  store: Store,
  actor: Actor,
  { id, size, hash }: AwaitedPaper,
  from: number,
  bytes: Buffer | null,
): void => {
  store.act(actor, 'papers.receive', 'Pièce reçue du portail', (write) => {
    const isAwaited = store.statement(`select 1 from received_paper where id = ? and content = 'awaited'`).get(id)
    if (isAwaited === undefined || storedBytes(store, id) !== from) return
    if (bytes === null) {
      dropParts(store, id)
      write.update(receivedPaper, id, { content: 'lost' })
      return
    }
    store.statement('insert into received_paper_part (paper_id, "from", bytes) values (?, ?, ?)').run(id, from, bytes)
    if (from + bytes.length < size) return
    const whole = contentOf(store, id)
    if (whole.length === size && createHash('sha256').update(whole).digest('hex') === hash) {
      write.update(receivedPaper, id, { content: 'here' })
      acceptConfirmation(store, write, id, whole)
    } else dropParts(store, id)
  })
}

/**
 * Accepts without staff a parent's confirmation of a health record, when that parent holds authority and nobody changed
 * the record since it was shown. Only the date of confirmation is then written; everything else waits for a person.
 */
const acceptConfirmation = (store: Store, write: Write, id: number, bytes: Buffer): void => {
  const paper = store.db.select().from(receivedPaper).where(eq(receivedPaper.id, id)).get()
  const { key, previousKeys } = store.key
  if (paper?.type !== healthAnswersType || paper.childId === null || paper.state !== 'waiting' || !key) return
  const told = confirmationIn(openWithAny([key, ...previousKeys], bytes, paper.key))
  if (told?.shown === undefined || declaredFields(told).length > 0) return
  const sent = { ...paper, paperId: id }
  // A paper that bears its own end date waits for a person, who types that date.
  if (requiredBySent(allRequired(store), sent, dayAt(write.at)).some(({ validity }) => validity === 'date')) return
  if (!holdsAuthority(store, senderOf(store, paper.key), paper.childId)) return
  if (!confirmShown(store, write, paper.childId, told.shown, paper.sender)) return
  write.update(receivedPaper, id, { state: 'accepted', decidedAt: write.at })
  settleAsked(store, write, paper.askedId)
  writeSeenBySending(store, write, paper.sender, sent, null)
}

/**
 * The guardian who sent a paper, from the portal's log, where the latest entries are searched first; undefined once the
 * entry was deleted from the log.
 */
const senderOf = (store: Store, key: string): number | undefined =>
  store
    .statement(`select body ->> '$.guardian' from mirror_entry where id = ? order by number desc limit 1`)
    .pluck()
    .get(key) as number | undefined

/**
 * Whether staff confirmed this guardian's authority over the child, and the guardian may still see the child: either
 * may have been withdrawn since the paper was sent.
 */
const holdsAuthority = (store: Store, guardianId: number | undefined, childId: number): boolean => {
  const bond = guardianId === undefined ? undefined : bondsOfChildren(store, [childId]).get(childId)?.get(guardianId)
  return bond !== undefined && isAuthorityConfirmed(bond) && powersOf(bond).sees
}

const confirmationIn = (bytes: Buffer | null): HealthDeclaration | null => {
  try {
    return bytes && HealthDeclaration.parse(JSON.parse(bytes.toString()))
  } catch {
    return null
  }
}

/** Closes the request that a received paper answers, within the act that accepts the paper. */
export const settleAsked = (store: Store, write: Write, askedId: number | null): void => {
  const asked =
    askedId === null ? undefined : store.db.select().from(askedPaper).where(eq(askedPaper.id, askedId)).get()
  if (asked?.state === 'open') write.update(askedPaper, asked.id, { state: 'settled' })
}

const dropParts = (store: Store, id: number): void => {
  store.statement('delete from received_paper_part where paper_id = ?').run(id)
}

/**
 * Marks papers that the last verified backup contains: the exchange tells the portal, which then erases their bytes.
 */
export const markBackedUp = (store: Store, actor: Actor): void => {
  const candidates = `from received_paper paper join act on act.id = paper.act_id
    where paper.content = 'here' and not paper.in_backup`
  if (store.statement(`select 1 ${candidates}`).get() === undefined) return
  const backup = listBackups(store).find(({ verified }) => verified)
  if (!backup) return
  const ids = store.statement(`select paper.id ${candidates} and act.closed_at < ?`).pluck().all(backup.at) as number[]
  if (ids.length === 0) return
  store.act(actor, 'papers.backedUp', 'Pièces du portail mises en sauvegarde', (write) => {
    for (const id of ids) write.update(receivedPaper, id, { inBackup: true })
  })
}
