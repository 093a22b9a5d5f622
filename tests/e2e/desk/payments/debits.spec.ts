import type { Page } from 'playwright/test'
import { firstRegieId } from '../../../../shared/rules/money/regie.ts'
import { returnsNotification } from '../../../desk/documents/bank-files.ts'
import { aClock } from '../../../support/desk.ts'
import { picture } from '../../../support/picture.ts'
import { aDebitTown, ibanNumbered, mandateOf, owe } from '../../../support/towns/debits.ts'
import { aThirdPartyInput } from '../../../support/towns/payers.ts'
import { aFamily } from '../../../support/towns/town.ts'
import { expect, faultsInThemes, goTo, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

const clock = aClock()
let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(aDebitTown().with(aFamily('Cauvin')), clock)
  const { debits } = town.client
  owe(town, 'Noël', 1200, '2026-11-02')
  owe(town, 'Cauvin', 5815)
  const { id } = await debits.saveMandate(mandateOf(town, 'Cauvin'))
  await debits.stopMandate({ id, reason: 'compte clos' })
})
test.afterAll(() => town.close())
// The browser reports each refusal of the desk in its console.
test.use({ mayComplain: true })

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })
test('a mandate is typed, a collection frozen, its file made, paid, and one debit comes back', async ({ page }) => {
  await logInAt(page, town, `/familles/${town.family('Aubry')}?onglet=argent`, 'Aubry')
  const mandates = page.getByRole('table', { name: 'Mandats de prélèvement' })
  await expect(mandates).toContainText('EJ-2026-000001')
  await button(page, 'Nouveau mandat…').click()
  const dialog = page.getByRole('dialog', { name: 'Nouveau mandat, Aubry' })
  await dialog.getByLabel('IBAN').fill('FR76 3000 6000 0112 3456 7890 188')
  await button(page, 'Enregistrer le mandat').click()
  await expect(dialog).toContainText('sa clé ne correspond pas')
  await picture(page, 'mandate-dialog')
  await dialog.getByLabel('IBAN').fill(ibanNumbered(900))
  await button(page, 'Enregistrer le mandat').click()
  await expect(mandates).toContainText('EJ-2026-000005')
  await expect(mandates).toContainText('remplacé par le mandat EJ-2026-000005')
  await button(page, /^Lire le compte/)
    .first()
    .click()
  await expect(mandates).toContainText(ibanNumbered(900).slice(0, 4))
  expect(await faultsInThemes(page, 'mandats d’une famille')).toEqual([])
  await picture(page, 'mandates')

  await goTo(page, '/reglements', 'Règlements')
  await page.getByRole('link', { name: 'Prélèvements' }).click()
  const homes = page.getByRole('grid', { name: 'À prélever' })
  await expect(homes).toContainText('Sous le seuil de 5,00')
  await page.getByLabel('Jour du prélèvement').fill('25/12/2026')
  await page.getByLabel('Jour du prélèvement').press('Enter')
  await expect(page.getByText('les banques n’y prélèvent pas')).toBeVisible()
  await page.getByLabel('Jour du prélèvement').fill('10/12/2026')
  await page.getByLabel('Jour du prélèvement').press('Enter')
  await expect(button(page, /^Geler et prévenir 2/)).toBeEnabled()
  await button(page, 'Demander un IBAN, Cauvin').click()
  await expect(homes).toContainText('IBAN demandé le')
  await expect(page.getByRole('table', { name: 'D’où vient la somme prélevée' })).toContainText('Soldes repris')
  expect(await faultsInThemes(page, 'prélèvement à venir')).toEqual([])
  await picture(page, 'preview')
  await button(page, /^Geler et prévenir 2/).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Geler' }).click()

  const lines = page.getByRole('grid', { name: 'Lignes du prélèvement' })
  await expect(lines).toContainText('Noël')
  await picture(page, 'frozen')
  await button(page, /^Faire le fichier/).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Faire le fichier' }).click()
  await expect(page.getByText('EJ-2026-12-10.xml')).toBeVisible()
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Télécharger le fichier').click()])
  expect(download.suggestedFilename()).toBe('EJ-2026-12-10.xml')
  expect(await faultsInThemes(page, 'prélèvement gelé')).toEqual([])

  clock.set('2026-12-11')
  const [collection] = await town.client.debits.collections({ regieId: firstRegieId })
  // Sixteen days later the workstation asks for the password again.
  await logInAt(page, town, `/reglements/prelevements?prelevement=${collection?.id}`, /Prélèvements/)
  await button(page, /^Enregistrer les règlements/).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Enregistrer' }).click()
  await expect(lines).toContainText('Q2026-000001')
  const noël = (await town.client.debits.collection({ id: collection?.id ?? 0 })).debits.find(
    ({ payer }) => payer === 'Noël',
  )
  const endToEndId = town.store.statement('select end_to_end_id from debit where id = ?').pluck().get(noël?.id)
  await button(page, 'Lire des rejets…').click()
  await page.locator('input[type=file]').setInputFiles({
    name: 'rejets.xml',
    mimeType: 'application/xml',
    buffer: Buffer.from(
      returnsNotification('2026-12-11', [
        { endToEndId: String(endToEndId), code: 'AC04', cents: noël?.cents ?? 0, rum: noël?.reference ?? '' },
      ]),
    ),
  })
  await expect(page.getByRole('table', { name: 'Rejets lus' })).toContainText('Compte clos')
  await picture(page, 'returns')
  await button(page, /^Enregistrer 1/).click()
  await expect(lines).toContainText('rejeté, AC04')
  expect(await faultsInThemes(page, 'prélèvement rejeté')).toEqual([])
  await picture(page, 'collected')
})

test('a third party gives its mandate, on its own page', async ({ page }) => {
  const { id } = await town.client.payers.saveThirdParty(aThirdPartyInput('CE Renault', { kind: 'worksCouncil' }))
  await logInAt(page, town, `/facturation/tiers/${id}`, 'CE Renault')
  await button(page, 'Nouveau mandat…').click()
  const dialog = page.getByRole('dialog', { name: 'Nouveau mandat, CE Renault' })
  await expect(dialog.getByLabel('Titulaire du compte')).toHaveValue('CE Renault')
  await dialog.getByLabel('IBAN').fill(ibanNumbered(901))
  await button(page, 'Enregistrer le mandat').click()
  await expect(page.getByRole('table', { name: 'Mandats de prélèvement' })).toContainText('actif')
  expect(await faultsInThemes(page, 'mandat d’un tiers')).toEqual([])
  await picture(page, 'third-party')
})

test('an administrator types how a régie collects', async ({ page }) => {
  await logInAt(page, town, '/reglages?onglet=regies', 'Réglages')
  await button(page, 'Prélèvement, Régie').click()
  const dialog = page.getByRole('dialog', { name: 'Prélèvement, Régie' })
  await dialog.getByLabel('Identifiant de créancier (ICS)').fill('FR00ZZZ000000')
  await dialog.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(dialog).toContainText('Cet identifiant de créancier (ICS) est faux')
  expect(await faultsInThemes(page, 'réglage du prélèvement')).toEqual([])
  await picture(page, 'settings')
})
