import { afterEach, beforeEach, expect, it } from 'vitest'
import { createPairingCode } from '../../main/portal/exchange/pairing.ts'
import { document } from '../../main/portal/store/schema/index.ts'
import { aClock, password } from '../support/desk.ts'
import { aBillingTown, billing } from '../support/towns/billing.ts'
import type { Town } from '../support/towns/town.ts'
import { aServedPortal, type ServedPortal } from './paired.ts'

const clock = aClock()
let town: Town
let served: ServedPortal
beforeEach(async () => {
  town = await aBillingTown().open(clock)
  served = await aServedPortal(clock)
  await town.client.exchange.pair({ address: served.address, code: (await createPairingCode(served.portal)).code })
  const rows = (await town.client.families.list({ filter: '', show: 'all', from: 0, count: 10 })).rows
  for (const { id } of rows) {
    const [one] = await town.client.portal.accountsOfFamily({ familyId: id })
    if (!one) throw new Error('no guardian')
    town.store.sqlite.prepare('update guardian set email = ? where id = ?').run(`un.${id}@exemple.fr`, one.guardianId)
    await town.client.portal.inviteByMail({ guardianIds: [one.guardianId] })
  }
})
afterEach(async () => {
  await town.close()
  await served.close()
})

const noPicture = () =>
  Number(
    town.store.sqlite.prepare(`insert into picture (media_type, bytes) values ('image/png', x'00010203')`).run()
      .lastInsertRowid,
  )

/** On one issued invoice, this takes the place of the logo. */
const giveLogo = (invoiceId: number, pictureId: number | null) => {
  const { sqlite } = town.store
  const guard = sqlite.prepare(`select sql from sqlite_schema where name = 'invoice_kept'`).pluck().get() as string
  sqlite.exec('drop trigger invoice_kept')
  sqlite
    .prepare(`update invoice set paper = json_set(paper, '$.organisation.logoId', ?) where id = ?`)
    .run(pictureId, invoiceId)
  sqlite.exec(guard)
}

/** « Relevé de l'année »: a paper too, that no test here is about. */
const isOfYear = (id: string) => /\/(statement|certificate)-\d+$/.test(id)

const papersHeld = async () =>
  (await served.portal.store.db.select({ id: document.id, kind: document.kind }).from(document))
    .filter(({ id, kind }) => kind === 'paper' && !isOfYear(id))
    .map(({ id }) => id)
    .toSorted()

const issueAll = async (runId: number) =>
  billing(town).issue(
    runId,
    (await billing(town).drafts(runId)).map(({ id }) => id),
  )

it('a paper that cannot be printed holds no other back, and the history names it', async () => {
  const gestures = billing(town)
  await gestures.book('Basile', ['2026-12-09'], 'Matin', 'Repas')
  await gestures.book('Noé', ['2026-12-09'], 'Matin', 'Repas')
  const run = await gestures.run()
  await issueAll(run.id)
  const [spoilt, good] = [await gestures.paper('Marchand'), await gestures.paper('Fouquet')]
  const paperOf = (family: string, id: number) => `paper/${town.family(family)}/${id}`
  giveLogo(spoilt.id, noPicture())

  expect((await town.client.exchange.now()).failure).toBeNull()
  await expect.poll(papersHeld).toEqual([paperOf('Fouquet', good.id)])
  const last = async () => (await town.client.exchange.history())[0]
  await expect.poll(last).toMatchObject({
    outcome: 'done',
    // With the « Relevé de l'année » of both homes.
    papers: 3,
    sentence: expect.stringContaining(`la facture ${spoilt.number} de la famille Marchand`),
  })

  // Mended, it goes with the next exchange.
  giveLogo(spoilt.id, null)
  await town.client.exchange.now()
  await expect.poll(papersHeld).toEqual([paperOf('Fouquet', good.id), paperOf('Marchand', spoilt.id)].toSorted())
  expect((await last())?.sentence).toBe('')
})

it('a paper that a restored desk had lost is named, and read as the family has it', async () => {
  const { book, run, paper } = billing(town)
  const { client } = town
  for await (const _ of await client.settings.makeBackup()) continue
  const { backups } = await client.settings.backups()
  await book('Basile', ['2026-12-09'], 'Matin', 'Repas')
  await issueAll((await run()).id)
  const { id } = await paper('Marchand')
  await client.exchange.now()
  const name = `paper/${town.family('Marchand')}/${id}`
  await expect.poll(papersHeld).toEqual([name])

  await client.settings.restoreBackup({ name: backups[0]?.name ?? '' })
  await client.staff.login({ login: 'sandrine', password })
  expect(await client.exchange.recoveredPapers()).toEqual([])
  await client.exchange.now()
  expect(await client.exchange.state()).toMatchObject({ recoveredPapers: 1 })
  expect(await client.exchange.recoveredPapers()).toEqual([
    { id: name, on: '2026-11-25', familyId: town.family('Marchand'), family: 'Marchand' },
  ])
  const file = await client.exchange.recoveredPaper({ id: name })
  expect(Buffer.from(await file.arrayBuffer()).toString('latin1')).toMatch(/^%PDF-/)
  await expect(client.exchange.recoveredPaper({ id: 'paper/1/999' })).rejects.toMatchObject({ code: 'REFUSED' })
})
