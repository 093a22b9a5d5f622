import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  demande,
  draft,
  mail,
  paymentAttempt,
  proposal,
  receipt,
  session,
} from '../../main/portal/store/schema/index.ts'
import { day, instant } from '../../shared/rules/calendar/day.ts'
import { aClock } from '../support/desk.ts'
import { last } from '../support/towns/billing.ts'
import { aChild, aGuardian, aHome, anAddress } from '../support/towns/families.ts'
import { aDeskFolder, aServedPortal, type DeskFolder, pairedWith, type ServedPortal } from './paired.ts'

const clock = aClock()
const mark = 'Zyxmarque'
const email = `${mark.toLowerCase()}@exemple.fr`

let desk: DeskFolder
let served: ServedPortal
beforeEach(async () => {
  ;[desk, served] = await Promise.all([aDeskFolder(clock), aServedPortal(clock)])
  await pairedWith(desk, served)
})
afterEach(async () => {
  await desk.close()
  await served.close()
})

const aHomeOnThePortal = async () => {
  const { client } = desk
  const { id } = await client.families.create({
    home: aHome(mark),
    guardians: [{ ...aGuardian(`Camille ${mark}`, mark), email }],
    move: { fromDay: '2026-09-01', address: anAddress(`3 rue ${mark}`), resident: null },
    quotient: null,
    children: [{ ...aChild(`Zoé ${mark}`, mark, '2020-03-14'), schooling: null }],
  })
  const family = await client.families.one({ id })
  const guardianId = family.guardians[0]?.id ?? 0
  await client.portal.inviteByLetter({ guardianIds: [guardianId] })
  await client.exchange.now()
  return { id, guardianId, childId: family.children[0]?.id ?? 0 }
}

/** What the portal wrote as this family used it, and what it tells nobody else. */
const used = async ({ id: familyId, guardianId, childId }: { id: number; guardianId: number; childId: number }) => {
  const { db } = served.portal.store
  const at = instant('2026-11-20T18:00:00.000Z')
  const on = day('2026-12-02')
  await db.insert(session).values({ hash: 'h', id: 's', guardianId, familyId, device: mark, createdAt: at, seenAt: at })
  await db.insert(draft).values({ guardianId, familyId, registrationId: 1, day: on, slotId: 1, wish: 'book' })
  await db.insert(demande).values({
    id: 'd',
    receiptId: 'r',
    guardianId,
    familyId,
    childId,
    registrationId: 1,
    day: on,
    slotId: 1,
    wish: 'book',
    recordedAt: at,
    answer: 'refused',
    answerReason: mark,
    answerRevision: 1,
    answeredAt: at,
  })
  await db.insert(proposal).values({
    id: 'p',
    guardianId,
    familyId,
    subject: 'family',
    subjectId: familyId,
    field: 'homePhone',
    before: mark,
    after: mark,
    recordedAt: at,
    answeredAt: at,
  })
  await db.insert(receipt).values({
    id: 'r',
    number: 'R-2026-000001',
    guardianId,
    familyId,
    requestId: 'q',
    recordedAt: at,
    body: mark,
    signature: 's',
  })
  // Told to the desk otherwise than asked, and not settled by staff.
  await db.insert(paymentAttempt).values({
    id: 'a',
    requestId: 'q',
    guardianId,
    familyId,
    invoiceId: 1,
    number: '2026-000001',
    label: mark,
    amountCents: 550,
    client: '012345',
    refdet: '2026000001',
    saisie: 'W',
    address: '',
    recordedAt: at,
    sentAt: at,
    code: 'differs',
  })
  await db
    .insert(mail)
    .values({ id: 'm', recipient: email, subject: mark, body: '', writtenAt: at, sentAt: at, nextTryAt: at })
}

/** The tables of the portal that still hold the mark. */
const holding = async (): Promise<string[]> => {
  const { db } = served.portal.store
  const names = (await db.execute(
    sql`select table_name from information_schema.tables where table_schema = 'public'`,
  )) as {
    rows: { table_name: string }[]
  }
  const found: string[] = []
  for (const { table_name: name } of names.rows) {
    const { rows } = (await db.execute(sql`select * from ${sql.identifier(name)}`)) as { rows: unknown[] }
    if (JSON.stringify(rows).toLowerCase().includes(mark.toLowerCase())) found.push(name)
  }
  return found.toSorted()
}

it('a family erased at the desk is erased on the portal by the next exchange, with all that it did there', async () => {
  const people = await aHomeOnThePortal()
  await used(people)
  expect(await holding()).toEqual([
    'account',
    'demande',
    'document',
    'mail',
    'payment_attempt',
    'proposal',
    'receipt',
    'session',
  ])
  await last(await desk.client.protection.erase({ subject: 'family', id: people.id, confirmation: mark }))
  expect((await desk.client.protection.overview()).erased).toMatchObject([{ isDone: true, isTold: false }])

  expect((await desk.client.exchange.now()).failure).toBeNull()
  expect(await holding()).toEqual([])
  const left = await served.portal.store.db.select().from(draft)
  expect(left).toEqual([])
  expect((await desk.client.protection.overview()).erased).toMatchObject([{ isTold: true }])
})

it('an erasure is sent to the portal only once', async () => {
  const people = await aHomeOnThePortal()
  await last(await desk.client.protection.erase({ subject: 'family', id: people.id, confirmation: mark }))
  await desk.client.exchange.now()
  await desk.client.exchange.now()
  expect(desk.store.statement(`select count(*) from own_entry where kind = 'erasure'`).pluck().get()).toBe(1)
})
