import { randomUUID } from 'node:crypto'
import { and, eq, isNull } from 'drizzle-orm'
import type { FamilyDocument } from '../../../shared/contract/portal/documents.ts'
import type { ProposalEntry } from '../../../shared/contract/portal/entries.ts'
import type { ProposalShown } from '../../../shared/contract/portal/home.ts'
import { isCollected } from '../../../shared/exchange/answer-entries.ts'
import { day, dayAt } from '../../../shared/rules/calendar/day.ts'
import { whyNotBorn } from '../../../shared/rules/people/birth.ts'
import { type Pickup, pickupErrors, pickupsIn, pickupsText, withPickup } from '../../../shared/rules/people/pickup.ts'
import { isProposable, type ProposalSubject, whyNotPropose } from '../../../shared/rules/people/proposal.ts'
import { answerDueOn } from '../../../shared/rules/requests/answer.ts'
import type { Login } from '../account/account.ts'
import { newEntry, undoneEntry } from '../log/entries.ts'
import { appendToLog, lockedSide, sideOf } from '../log/log.ts'
import type { Portal, Reading } from '../portal.ts'
import { documentOf } from '../published/documents.ts'
import { Refused } from '../refused.ts'
import { logEntry, proposal } from '../store/schema/index.ts'
import type { Queryable } from '../store/store.ts'
import { type Home, homeOf, lockHome, requireMayAsk } from './homes.ts'

type ProposedChange = {
  readonly subject: ProposalSubject
  readonly subjectId: number
  readonly field: string
  readonly value: string
}

/**
 * Records each field that differs from the published value as a proposal; a proposal replaces an earlier one on the
 * same field that the desk has not collected yet. Records all changes, or none.
 * @throws Refused with the path of the refused change, `changes.2.value`
 */
export const propose = (portal: Portal, login: Login, changes: readonly ProposedChange[]): Promise<ProposalShown[]> =>
  recordChanges(portal, login, () => changes)

type PickupChange = {
  /** Ids of children. */
  readonly children: readonly number[]
  readonly person: Pickup
  readonly wish: 'add' | 'remove'
}

/**
 * Proposes to add a pick-up person to these children's lists, or to remove one, on top of the changes already proposed.
 * @throws Refused with the field `name`, `relation` or `phone`
 */
export const changePickups = (
  portal: Portal,
  login: Login,
  { children, person, wish }: PickupChange,
): Promise<ProposalShown[]> =>
  recordChanges(portal, login, (family, open) => {
    const [wrong] = wish === 'add' ? Object.entries(pickupErrors(person)) : []
    if (wrong) throw new Refused(wrong[1], wrong[0])
    const changes = [...new Set(children)].map((id) => {
      const child = family.children.find((one) => one.id === id)
      if (!child) throw new Refused('Cet enfant n’existe pas.', 'children')
      const field = { subject: 'child', subjectId: id, field: 'pickups' } as const
      const existing = open.find((one) => isSameField(one, field))
      const current = existing ? pickupsIn(existing.after) : child.pickups
      const value = pickupsText(withPickup(child.pickups, current, person, wish))
      const wrongList = whyNotPropose('child', 'pickups', value)
      if (wrongList !== null) throw new Refused(wrongList, 'name')
      return { ...field, value, isNew: value !== pickupsText(current) }
    })
    if (wish === 'add' && !changes.some(({ isNew }) => isNew)) {
      throw new Refused('Cette personne est déjà dans la liste.', 'name')
    }
    return changes
  })

type Open = Awaited<ReturnType<typeof openProposals>>
type FieldRef = Pick<ProposedChange, 'subject' | 'subjectId' | 'field'>

const isSameField = (one: FieldRef, { subject, subjectId, field }: FieldRef): boolean =>
  one.subject === subject && one.subjectId === subjectId && one.field === field

/** @param changesIn the changes to propose, given the published family and its open proposals */
const recordChanges = (
  portal: Portal,
  login: Login,
  changesIn: (family: FamilyDocument, open: Open) => readonly ProposedChange[],
): Promise<ProposalShown[]> =>
  portal.store.db.transaction(async (tx) => {
    await lockHome(tx, login.familyId)
    const home = await homeOf(tx, login)
    const { family } = home
    const open = await openProposals(tx, login)
    const changes = changesIn(family, open)
    for (const { subject, subjectId } of changes) if (subject === 'child') requireMayAsk(home, subjectId)
    const { side } = await lockedSide(tx)
    const at = portal.clock()
    const rows: (typeof proposal.$inferInsert)[] = []
    const replaced: string[] = []
    for (const [index, { subject, subjectId, field, value }] of changes.entries()) {
      const path = `changes.${index}.value`
      const wrong =
        whyNotPropose(subject, field, value) ?? (field === 'birth' ? whyNotBorn(day(value), dayAt(at)) : null)
      if (wrong !== null) throw new Refused(wrong, path)
      const published = publishedValue(family, subject, subjectId, field)
      if (published === null) throw new Refused('Cette information n’existe pas.', path)
      const existing = open.find((one) => isSameField(one, { subject, subjectId, field }))
      if (value === (existing?.after ?? published)) continue
      if (existing?.collected) {
        throw new Refused('Un changement de cette information attend déjà la réponse de la mairie.', path)
      }
      if (existing) replaced.push(existing.id)
      if (value === published) continue
      rows.push({
        id: randomUUID(),
        guardianId: login.guardianId,
        familyId: login.familyId,
        subject,
        subjectId,
        field,
        before: published,
        after: value,
        recordedAt: at,
      })
    }
    for (const id of replaced) await tx.update(proposal).set({ withdrawnAt: at }).where(eq(proposal.id, id))
    if (rows.length > 0) await tx.insert(proposal).values(rows)
    await appendToLog(tx, side, [
      ...replaced.map((id) => undoneEntry('withdrawn', id, login, at)),
      ...rows.map((row) => newEntry(row.id, 'proposal', at, entryOf(row))),
    ])
    return readProposals(tx, login)
  })

const entryOf = (row: typeof proposal.$inferInsert): ProposalEntry => ({
  guardian: row.guardianId,
  family: row.familyId,
  recordedAt: row.recordedAt,
  subject: row.subject,
  subjectId: row.subjectId,
  field: row.field,
  before: row.before,
  after: row.after,
})

export const withdrawProposal = (portal: Portal, login: Login, id: string): Promise<ProposalShown[]> =>
  portal.store.db.transaction(async (tx) => {
    await lockHome(tx, login.familyId)
    const { side } = await lockedSide(tx)
    const home = await homeOf(tx, login)
    const existing = (await openProposals(tx, login)).find((one) => one.id === id && isSeen(home, one))
    if (existing?.subject === 'child') requireMayAsk(home, existing.subjectId)
    if (!existing) throw new Refused('Ce changement n’existe pas, ou la mairie a déjà répondu.')
    if (existing.collected) throw new Refused('La mairie a déjà reçu ce changement\u00a0: elle va répondre.')
    const at = portal.clock()
    await tx.update(proposal).set({ withdrawnAt: at }).where(eq(proposal.id, id))
    await appendToLog(tx, side, [undoneEntry('withdrawn', id, login, at)])
    return readProposals(tx, login)
  })

/** The open proposals of the home that the guardian looks at. */
export const proposalsShown = ({ store: { db } }: Reading, login: Login): Promise<ProposalShown[]> =>
  readProposals(db, login)

const readProposals = async (db: Queryable, login: Login): Promise<ProposalShown[]> => {
  const days = (await documentOf(db, 'town'))?.answerWorkingDays ?? 2
  const home = await homeOf(db, login)
  const open = (await openProposals(db, login)).filter((one) => isSeen(home, one))
  return open.map(({ id, subject, subjectId, field, before, after, recordedAt, collected }) => ({
    id,
    subject,
    subjectId,
    field,
    before,
    after,
    recordedAt,
    collected,
    answerDueOn: answerDueOn(recordedAt, days),
  }))
}

const isSeen = ({ unseen }: Home, { subject, subjectId }: Pick<ProposedChange, 'subject' | 'subjectId'>): boolean =>
  subject !== 'child' || !unseen.has(subjectId)

const openProposals = async (db: Queryable, { familyId }: Login) => {
  const rows = await db
    .select({ row: proposal, number: logEntry.number })
    .from(proposal)
    .leftJoin(logEntry, eq(logEntry.id, proposal.id))
    .where(and(eq(proposal.familyId, familyId), isNull(proposal.withdrawnAt), isNull(proposal.answeredAt)))
    .orderBy(proposal.recordedAt, proposal.id)
  const side = await sideOf(db)
  return rows.map(({ row, number }) => ({ ...row, collected: isCollected(number, side) }))
}

/** The published value of a field, as text; null when the home has no such field. */
const publishedValue = (
  family: FamilyDocument,
  subject: ProposalSubject,
  subjectId: number,
  field: string,
): string | null => {
  const owner =
    subject === 'family'
      ? subjectId === family.id
        ? { ...family, ...addressFields(family) }
        : undefined
      : (subject === 'guardian' ? family.guardians : family.children).find(({ id }) => id === subjectId)
  if (!owner || !isProposable(subject, field)) return null
  if ('pickups' in owner && field === 'pickups') return pickupsText(owner.pickups)
  const value = new Map<string, unknown>(Object.entries(owner)).get(field)
  return typeof value === 'string' ? value : ''
}

const addressFields = ({ address }: FamilyDocument) => ({
  'address.line1': address.line1,
  'address.line2': address.line2,
  'address.postcode': address.postcode,
  'address.town': address.town,
})
