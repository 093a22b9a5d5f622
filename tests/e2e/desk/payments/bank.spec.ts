import type { Page } from 'playwright/test'
import { day } from '../../../../shared/rules/calendar/day.ts'
import { accountList, accountStatement } from '../../../desk/documents/bank-files.ts'
import { picture } from '../../../support/picture.ts'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { ibanNumbered } from '../../../support/towns/debits.ts'
import { expect, faultsInThemes, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(aBillingTown())
  const { book, run, issue } = billing(town)
  await book('Louison', ['2026-12-09'], 'Matin')
  await issue((await run()).id)
})
test.afterAll(() => town.close())
// The browser reports each refusal of the desk in its console.
test.use({ mayComplain: true })

const iban = ibanNumbered(900)
const transfer = (cents: number, on: string, payer: string, reference: string) => ({
  cents,
  on,
  label: `VIR ${payer}`,
  reference,
  payer,
  iban: ibanNumbered(cents),
  family: 'RCDT',
})
const statement = accountStatement({
  version: '08',
  iban,
  from: '2026-11-16',
  to: '2026-11-24',
  openingCents: 620_418,
  entries: [
    transfer(550, '2026-11-17', 'MME MARCHAND', 'FACTURE 2026 000001'),
    transfer(2000, '2026-11-19', 'M FOUQUET', 'LOISIRS NOE'),
    transfer(6000, '2026-11-18', 'ASS LES P TITS LOUPS', 'SUBVENTION'),
    transfer(3545, '2026-11-23', 'M DURAND MICHEL', ''),
    { cents: -120, on: '2026-11-20', label: 'FRAIS DE TENUE DE COMPTE' },
  ],
})

const read = async (page: Page, name: string, text: string) => {
  const button = page.getByRole('button', { name: /^Lire un relevé/ })
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button.click()])
  await chooser.setFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) })
}

test('a statement is read, matched and recorded by the keyboard', async ({ page }) => {
  await logInAt(page, town, '/reglements', 'Règlements')
  await page.getByRole('link', { name: 'Relevé' }).click()
  await expect(page.getByText('Aucun relevé n’est lu')).toBeVisible()
  expect(await faultsInThemes(page, 'no statement')).toEqual([])
  await read(page, 'abime.xml', statement.slice(0, 900))
  await expect(page.getByText('incomplet ou abîmé')).toBeVisible()
  await read(page, 'releve-2026-11-24.xml', statement)
  const lines = page.getByRole('grid', { name: 'Lignes du relevé' })
  await expect(lines).toContainText('Marchand, 2026-000001')
  await expect(page.getByText('comme la banque')).toBeVisible()
  await expect(page.getByText('incomplet ou abîmé')).toBeHidden()
  await picture(page, 'releve')
  expect(await faultsInThemes(page, 'a statement')).toEqual([])

  await page.keyboard.press('Control+Enter')
  await expect(lines.getByRole('row', { name: /MME MARCHAND/ })).toContainText('quittance Q2026-000001')

  const panel = page.getByRole('complementary', { name: 'Ligne choisie' })
  await expect(panel).toContainText('Virement de M FOUQUET')
  await page.keyboard.press('Enter')
  await expect(lines.getByRole('row', { name: /M FOUQUET/ })).toContainText('quittance Q2026-000002')

  await expect(panel).toContainText('ASS LES P TITS LOUPS')
  await page.keyboard.press('f')
  const share = page.getByRole('dialog', { name: /qui paie/ })
  await share.getByRole('combobox', { name: 'Facture, famille ou téléphone' }).fill('Marchand')
  await page.keyboard.press('Enter')
  await share.getByLabel(/^Montant/).fill('50,00')
  await expect(share).toContainText('Il reste 10,00')
  await share.getByRole('combobox', { name: 'Facture, famille ou téléphone' }).fill('Fouquet')
  await page.keyboard.press('Enter')
  await expect(share).toContainText('Tout est partagé.')
  await picture(page, 'releve-partage')
  expect(await faultsInThemes(page, 'a shared line')).toEqual([])
  await share.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(lines.getByRole('row', { name: /LOUPS/ })).toContainText('et 1 autre')

  await expect(panel).toContainText('DURAND')
  await page.keyboard.press('x')
  await expect(lines.getByRole('row', { name: /DURAND/ })).toContainText('À identifier')

  await lines.getByRole('row', { name: /M FOUQUET/ }).click()
  await page.keyboard.press('r')
  await page.getByRole('dialog').getByLabel('Motif').fill('Autre famille')
  await page.getByRole('dialog').getByRole('button', { name: 'Reprendre la ligne' }).click()
  await expect(lines.getByRole('row', { name: /M FOUQUET/ })).toContainText('référence absente')
})

test('two slips credited in one sum are chosen together, with what is missing', async ({ page }) => {
  const familyId = town.family('Marchand')
  const slips: string[] = []
  for (const amountCents of [4200, 3800]) {
    const { id } = await town.client.payments.record({
      familyId,
      means: 'cheque',
      amountCents,
      receivedOn: day('2026-11-25'),
      payer: '',
      reference: '',
      chosen: null,
    })
    const handedOver = { regieId: 1, means: 'cheque' as const, paymentIds: [id], totalCents: amountCents }
    slips.push((await town.client.payments.handOver(handedOver)).number)
  }
  town.clock.set('2026-11-27')
  await logInAt(page, town, '/reglements/releve', 'Relevé bancaire')
  const credit = { cents: 8000, on: '2026-11-27', label: 'REMISE DE CHEQUES' }
  await read(
    page,
    'remise.xml',
    accountStatement({
      version: '08',
      iban,
      from: '2026-11-26',
      to: '2026-11-27',
      openingCents: 0,
      entries: [credit],
    }),
  )
  const lines = page.getByRole('grid', { name: 'Lignes du relevé' })
  await lines.getByRole('row', { name: /REMISE DE CHEQUES/ }).click()
  await page.keyboard.press('l')
  const dialog = page.getByRole('dialog', { name: /plusieurs lots/ })
  const batches = dialog.getByRole('grid', { name: 'Lots attendus' })
  await batches.getByRole('checkbox', { name: new RegExp(slips[0] ?? '') }).check()
  await expect(dialog).toContainText(/42,00\s€, il manque 38,00\s€/)
  await expect(dialog.getByRole('button', { name: 'Marquer arrivés' })).toBeDisabled()
  await batches.getByRole('row', { name: new RegExp(slips[1] ?? '') }).click()
  await page.keyboard.press('Space')
  await expect(dialog).toContainText(/80,00\s€, comme la ligne/)
  await picture(page, 'releve-lots')
  expect(await faultsInThemes(page, 'several batches')).toEqual([])
  await page.keyboard.press('Control+Enter')
  await expect(dialog).toBeHidden()
  await expect(lines.getByRole('row', { name: /REMISE DE CHEQUES/ })).toContainText(`${slips[0]} et 1 autre`)
})

test('a list asks once which column is which; a thousand lines are read and shown', async ({ page }) => {
  await logInAt(page, town, '/reglements/releve', 'Relevé bancaire')
  const rows = Array.from({ length: 1000 }, (_, index) => ['24/11/2026', `VIR INCONNU ${index}`, '12,50'] as const)
  await read(page, 'mille.csv', accountList(rows))
  const dialog = page.getByRole('dialog', { name: 'Les colonnes de ce relevé' })
  await expect(dialog.getByRole('table')).toContainText('VIR INCONNU 0')
  await picture(page, 'releve-colonnes')
  expect(await faultsInThemes(page, 'columns of a list')).toEqual([])
  await dialog.getByRole('button', { name: 'Lire le relevé' }).click()
  const lines = page.getByRole('grid', { name: 'Lignes du relevé' })
  await expect(page.getByText('1000 lignes')).toBeVisible()
  await lines.getByRole('row').nth(2).click()
  await page.keyboard.press('End')
  await expect(lines.getByRole('row', { selected: true })).toBeVisible()
  await picture(page, 'releve-mille')
  expect(await faultsInThemes(page, 'a thousand lines')).toEqual([])
})
