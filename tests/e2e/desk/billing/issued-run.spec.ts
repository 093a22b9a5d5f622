import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { expect, faultsInThemes, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(aBillingTown())
})
test.afterAll(() => town.close())

test('an issued run is printed by class for who needs paper, then taken back with what is paid left out', async ({
  page,
}) => {
  const desk = billing(town)
  await desk.book('Louison', ['2026-12-09'], 'Matin')
  await desk.book('Noé', ['2026-12-09'], 'Matin')
  const { id } = await desk.run()
  await desk.issue(
    id,
    (await desk.drafts(id)).map((draft) => draft.id),
  )
  await town.client.payments.record({
    familyId: town.family('Fouquet'),
    means: 'cheque',
    amountCents: 100,
    receivedOn: '2026-11-25',
    payer: '',
    reference: 'n° 0047918',
    chosen: null,
  })
  await logInAt(page, town, '/facturation', 'Facturation')
  await page.getByRole('row', { name: /Décembre 2026/ }).dblclick()
  await page.getByRole('button', { name: 'Imprimer…' }).click()
  const printing = page.getByRole('dialog', { name: 'Imprimer les factures' })
  await expect(printing).toContainText('2 pièces')
  expect(await faultsInThemes(page, 'imprimer')).toEqual([])
  await printing.getByRole('radio', { name: /alphabétique/ }).click()
  const saved = page.waitForEvent('download')
  await printing.getByRole('button', { name: 'Un PDF', exact: true }).click()
  expect((await saved).suggestedFilename()).toMatch(/^Factures du .*\.pdf$/)
  await expect(printing).toBeHidden()

  await page.getByRole('button', { name: 'Tout annuler…' }).click()
  const taking = page.getByRole('dialog', { name: 'Annuler la facturation' })
  await expect(taking).toContainText('Un avoir est émis pour 1 facture')
  await expect(taking).toContainText('Fouquet (payée depuis)')
  expect(await faultsInThemes(page, 'annuler')).toEqual([])
  await taking.getByRole('button', { name: 'Émettre 1 avoir' }).click()
  await expect(taking).toContainText('Indiquez le motif.')
  await taking.getByLabel('Motif').fill('Tarif de décembre mal saisi')
  await taking.getByRole('button', { name: 'Émettre 1 avoir' }).click()
  await expect(page.getByText('1 avoir émis')).toBeVisible()
})
