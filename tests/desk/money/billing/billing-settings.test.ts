import { expect, it, onTestFinished } from 'vitest'
import { priceSpans } from '../../../../main/desk/invoicing/spans/spans.ts'
import { currentBook } from '../../../../main/desk/prices/prices.ts'
import type { Month } from '../../../../shared/rules/calendar/day.ts'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'

const open = async () => {
  const town = await aBillingTown().open()
  onTestFinished(() => town.close())
  const { client } = town
  const change = async (changes: { billsFrom?: string | null; zeroInvoices?: boolean }) =>
    client.settings.changeOrganisation({ ...(await client.settings.organisation()), ...changes })
  return { town, change, ...billing(town) }
}

it('a régie bills from a day, or every day, and may make invoices of 0,00 €', async () => {
  const { town, change } = await open()
  expect(await town.client.settings.organisation()).toMatchObject({ billsFrom: null, zeroInvoices: false })
  expect(await change({ billsFrom: '2026-12-01', zeroInvoices: true })).toMatchObject({
    billsFrom: '2026-12-01',
    zeroInvoices: true,
  })
  const { acts } = await town.client.settings.audit({})
  const [changes] = await town.client.settings.auditAct({ id: acts[0]?.id ?? 0 })
  expect(changes?.fields).toEqual([
    { name: 'Facture depuis le', before: '–', after: 'mar. 1ᵉʳ déc. 2026' },
    { name: 'Factures à zéro', before: 'non', after: 'oui' },
  ])
  expect(await change({ billsFrom: null })).toMatchObject({ billsFrom: null })
})

it('a day that is billed stays among those that the régie bills, until its invoice is taken back whole', async () => {
  const { town, change, book, run, issue, paper } = await open()
  await book('Louison', ['2026-12-09', '2026-12-16'], 'Matin')
  await issue((await run()).id)
  await expect(change({ billsFrom: '2026-12-10' })).rejects.toMatchObject({
    data: {
      field: 'billsFrom',
      sentence:
        'Des factures émises comptent des jours depuis le mer. 9 déc. 2026\u00a0: choisissez ce jour ou un jour d’avant.',
    },
  })
  expect(await change({ billsFrom: '2026-12-09' })).toMatchObject({ billsFrom: '2026-12-09' })
  const { id } = await paper('Marchand')
  await town.client.invoicing.creditNote({ invoiceId: id, lines: null, reason: 'Essai', billAgain: true })
  expect(await change({ billsFrom: '2026-12-10' })).toMatchObject({ billsFrom: '2026-12-10' })
})

it('earlier days, of the same month too, are neither to bill nor priced', async () => {
  const { town, change, book } = await open()
  await book('Louison', ['2026-12-09', '2026-12-16'], 'Matin')
  const owed = () =>
    town.store.act(town.person, 'invoicing.run', 'Brouillons', (write) =>
      priceSpans(town.store, write, currentBook(town.store), [
        { familyId: town.family('Marchand'), month: '2026-12' as Month },
      ]).flatMap((span) => span.owed.map(({ day }) => day)),
    )
  const toBill = async () =>
    (await town.client.invoicing.toBill({ from: '2026-12-01', to: '2026-12-31' })).map(({ cells }) => cells)
  expect([owed(), await toBill()]).toEqual([['2026-12-09', '2026-12-16'], [2]])
  await change({ billsFrom: '2026-12-10' })
  expect([owed(), await toBill()]).toEqual([['2026-12-16'], [1]])
  await change({ billsFrom: '2027-01-01' })
  expect([owed(), await toBill()]).toEqual([[], []])
})

it('another first day has the months between the old one and the new one priced again', async () => {
  const { town, change, book } = await open()
  await book('Louison', ['2026-12-09', '2027-01-06', '2027-02-03'], 'Matin')
  const revisions = () =>
    town.store.statement('select revision from billing_span order by month').pluck().all() as number[]
  const raised = async (billsFrom: string | null) => {
    const before = revisions()
    await change({ billsFrom })
    return revisions().map((revision, index) => revision - (before[index] ?? 0))
  }
  expect(await raised('2027-01-06')).toEqual([1, 1, 0])
  expect(await raised('2027-02-01')).toEqual([0, 1, 1])
  expect(await raised('2027-02-01')).toEqual([0, 0, 0])
  expect(await raised(null)).toEqual([1, 1, 1])
})

it('a membership of which the year began in another program is not asked again', async () => {
  const { town, change, book, run, issue, balance } = await open()
  const [tariff] = await town.client.prices.tariffs()
  const [version] = tariff?.versions ?? []
  if (!tariff || !version) throw new Error('the town has a tariff')
  const membership = {
    label: 'Adhésion',
    per: 'child' as const,
    year: 'school' as const,
    price: { method: 'fixed' as const, cents: 1000, nonResident: { rule: 'same' as const } },
  }
  const definition = { ...version.definition, membership }
  await town.client.prices.saveVersion({ id: version.id, tariffId: tariff.id, from: version.from, definition })
  await book('Louison', ['2026-12-09', '2027-01-06'], 'Matin')
  await book('Basile', ['2027-01-06'], 'Matin')
  await change({ billsFrom: '2027-01-01' })
  await issue((await run('2027-01')).id)
  expect(await balance('Marchand')).toBe(550 + 550 + 1000)
})
