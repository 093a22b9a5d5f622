import { picture } from '../../../support/picture.ts'
import { aFamily, aTown, aWednesday } from '../../../support/towns/town.ts'
import { expect, faultsInThemes, goTo, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(
    aTown()
      .with(aFamily('Marchand', { familyQuotient: 727, children: { Louison: {} } }))
      .with(aFamily('Duval', { familyQuotient: 450, children: { Noé: {} } }))
      .with(aFamily('Lebrun', { children: { Zoé: {} } }))
      .with(aWednesday()),
  )
  await town.client.reservations.leave({ familyId: town.family('Duval'), on: '2023-06-30', charged: false })
  await town.client.families.health({ childId: town.child('Louison') })
})
test.afterAll(() => town.close())

const settings = '/reglages?onglet=protection'

test('due data is shown with its duration and legal source, and erased once its word is typed', async ({ page }) => {
  await logInAt(page, town, settings, 'Réglages')
  const table = page.getByRole('table', { name: 'Durées de conservation' })
  await expect(table).toContainText('Familles parties')
  expect(await faultsInThemes(page, 'Protection des données')).toEqual([])
  await picture(page, 'protection-tab')

  await test.step('a length beyond the law is refused where it is typed', async () => {
    await page.getByRole('button', { name: /^Durée : Familles parties/ }).click()
    const dialog = page.getByRole('dialog', { name: 'Durée : familles parties' })
    await dialog.getByLabel(/^Mois/).fill('60')
    await dialog.getByRole('button', { name: 'Enregistrer la durée' }).click()
    await expect(dialog).toContainText('3 ans au plus.')
    expect(await faultsInThemes(page, 'Durée')).toEqual([])
    await dialog.getByLabel(/^Mois/).fill('24')
    await dialog.getByRole('button', { name: 'Enregistrer la durée' }).click()
    await expect(dialog).toBeHidden()
    await expect(page.getByRole('button', { name: 'Durée : Familles parties, 2 ans' })).toBeVisible()
  })

  await test.step('the family is seen by its name, then erased with all that is due', async () => {
    await page.getByRole('button', { name: 'Voir : Familles parties' }).click()
    const list = page.getByRole('dialog', { name: 'Familles parties' })
    await expect(list).toContainText('Duval')
    expect(await faultsInThemes(page, 'Familles parties')).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Effacer ce qui est coché…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Effacer ce qui est échu' })
    await dialog.getByLabel(/^Tapez/).fill('oui')
    await dialog.getByRole('button', { name: 'Effacer pour de bon' }).click()
    await expect(dialog).toContainText('pour effacer.')
    expect(await faultsInThemes(page, 'Effacer ce qui est échu')).toEqual([])
    await dialog.getByLabel(/^Tapez/).fill('effacer')
    await dialog.getByRole('button', { name: 'Effacer pour de bon' }).click()
    await expect(dialog).toBeHidden()
    await expect(page.getByText('Il n’en reste rien dans le fichier.')).toBeVisible()
    await expect(page.getByRole('table', { name: 'Effacements faits' })).toContainText(
      `Famille n° ${town.family('Duval')}`,
    )
  })
})

test.describe('on the page of a family', () => {
  // Its other parts are read again as it goes, and refused.
  test.use({ mayComplain: true })

  test('a family’s data are handed out, then erased on its page once its name is typed', async ({ page }) => {
    await logInAt(page, town, `/familles/${town.family('Lebrun')}?onglet=donnees`, 'Lebrun')
    expect(await faultsInThemes(page, 'Données')).toEqual([])
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Préparer la copie' }).click()
    expect((await download).suggestedFilename()).toMatch(/^Données famille Lebrun .*\.zip$/)
    await page.getByRole('button', { name: 'Effacer…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Effacer les données : Lebrun' })
    await expect(dialog.getByRole('region', { name: 'Ce qui s’efface' })).toContainText('Zoé Lebrun')
    await expect(dialog.getByRole('button', { name: 'Effacer pour de bon' })).toBeDisabled()
    expect(await faultsInThemes(page, 'Effacer une famille')).toEqual([])
    await picture(page, 'protection-erase')
    await dialog.getByLabel(/^Tapez/).fill('Lebrun')
    await dialog.getByRole('button', { name: 'Effacer pour de bon' }).click()
    await expect(page).toHaveURL(/#\/familles$/)
    await expect(page.getByRole('heading', { name: 'Familles' })).toBeVisible()
    await expect(page.getByText('Lebrun')).toHaveCount(0)
  })
})

test('consultations and logins are shown to the administrator', async ({ page }) => {
  await logInAt(page, town, settings, 'Réglages')
  await page.getByRole('button', { name: 'Consultations' }).click()
  const table = page.getByRole('table', { name: 'Consultations' })
  await expect(table).toContainText('Fiche sanitaire consultée')
  await expect(table).toContainText('Louison Marchand')
  expect(await faultsInThemes(page, 'Consultations')).toEqual([])
  await picture(page, 'protection-consult')
  await goTo(page, '/reglages?onglet=journal', 'Réglages')
  await page.getByRole('button', { name: 'Connexions' }).click()
  await expect(page.getByRole('table', { name: 'Connexions' })).toContainText(/Sandrine Tostain.*connecté/)
  expect(await faultsInThemes(page, 'Connexions')).toEqual([])
})
