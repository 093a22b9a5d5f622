import { child, family, familyChild, familyGuardian, guardian } from '../../main/store/schema/index.ts'
import { day } from '../../shared/rules/calendar/day.ts'
import { aFamily, aTown } from '../support/towns/town.ts'
import { expect, goTo, hold, logIn, logInAt, type ServedTown, serveTown, test } from './town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(aTown())
})
test.afterAll(() => town.close())

test('an empty screen says what goes there and how to begin', async ({ page }) => {
  await logIn(page, town)
  for (const [path, words] of [
    ['/familles', 'Aucune famille ici'],
    ['/inscriptions', 'Aucune inscription'],
    ['/calendrier', 'Aucune période'],
    ['/pointage', 'Rien n’est ouvert aujourd’hui'],
    ['/facturation', 'Aucune facturation'],
    ['/reglements', 'Aucun règlement'],
  ] as const) {
    await goTo(page, path)
    await expect(page.getByRole('heading', { name: words })).toBeVisible()
  }
})

test('a screen that waits says so, one that cannot read says why and tries again', async ({ page }) => {
  await logIn(page, town)
  const letCome = await hold(page, 'payments/families')
  await goTo(page, '/familles')
  await expect(page.getByRole('status').filter({ hasText: 'Les familles arrivent…' })).toBeVisible()
  await letCome()
  await expect(page.getByRole('heading', { name: 'Aucune famille ici' })).toBeVisible()
})

test.describe('without an answer', () => {
  test.use({ mayComplain: true })

  test('the desk says so, and the screen is there once there is an answer', async ({ page }) => {
    await logIn(page, town)
    await page.route('**/rpc/registrations/list', (route) => route.abort())
    await goTo(page, '/inscriptions')
    await expect(page.getByRole('alert').filter({ hasText: 'nouvelle tentative' })).toBeVisible()
    await page.unroute('**/rpc/registrations/list')
    await expect(page.getByRole('heading', { name: 'Aucune inscription' })).toBeVisible()
  })
})

test('ten thousand families scroll and filter', async ({ page }) => {
  const count = 10_000
  town.store.act(town.person, 'families.change', 'Dix mille familles', (write) => {
    const names = Array.from({ length: count }, (_, index) => `Famille ${String(index).padStart(5, '0')}`)
    const homes = write.insertMany(
      family,
      names.map((name) => ({ name })),
    )
    const adults = write.insertMany(
      guardian,
      names.map((lastName) => ({ lastName, firstName: 'Camille' })),
    )
    const children = write.insertMany(
      child,
      names.map((lastName) => ({ lastName, firstName: 'Alix', birthDay: day('2019-05-01') })),
    )
    write.insertMany(
      familyGuardian,
      homes.map((familyId, index) => ({ familyId, guardianId: adults[index] ?? 0, rank: 1 })),
    )
    write.insertMany(
      familyChild,
      homes.map((familyId, index) => ({ familyId, childId: children[index] ?? 0 })),
    )
  })
  await logInAt(page, town, '/familles')
  const list = page.getByRole('grid', { name: 'Familles' })
  await expect(list).toHaveAttribute('aria-rowcount', String(count + 1))
  expect(await list.getByRole('row').count()).toBeLessThan(200)
  // Equals a window of 1280 × 800 at a zoom of 200 %.
  await page.setViewportSize({ width: 640, height: 400 })
  await expect.poll(() => list.getByRole('row').count()).toBeLessThan(200)
  await page.setViewportSize({ width: 1280, height: 800 })
  await list.getByRole('row', { name: /Famille 00000/ }).click()
  await page.keyboard.press('End')
  await expect(list.getByRole('row', { name: /Famille 09999/ })).toBeFocused()
  await page.keyboard.press('f')
  await page.keyboard.type('famille 04242')
  await expect(list.getByRole('row', { name: /Famille 04242/ })).toBeVisible()
  await expect(list).toHaveAttribute('aria-rowcount', '2')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Famille 04242' })).toBeVisible()
  // Going back keeps the search.
  await page.getByRole('link', { name: 'Familles', exact: true }).click()
  await expect(page.getByLabel('Filtrer par nom, enfant ou téléphone')).toHaveValue('famille 04242')
  // Enter comes before the answer: the search uses what was typed, not what was found before.
  await goTo(page, '/familles', 'Familles')
  await page.getByLabel('Filtrer par nom, enfant ou téléphone').fill('famille 07777')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Famille 07777' })).toBeVisible()
})

test('a new family opens as soon as it is made', async ({ page }) => {
  await logInAt(page, town, '/familles', 'Familles')
  await page.keyboard.press('n')
  const form = page.getByRole('dialog', { name: 'Nouvelle famille' })
  await form.getByLabel('Nom', { exact: true }).fill('Ozenne')
  await form.getByLabel('Prénom').first().fill('Maud')
  await form.getByLabel('Adresse', { exact: true }).fill('3 rue du Four')
  await form.getByRole('button', { name: /^Compléter par \d{5} \p{L}/u }).click()
  await expect(form.getByLabel('Commune', { exact: true })).not.toHaveValue('')
  await form.getByRole('button', { name: /^Enregistrer|^Créer/ }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Ozenne' })).toBeVisible()
  await expect(form).toBeHidden()
})

test('a new family half typed is there again after a reload, until it is given up', async ({ page }) => {
  await logInAt(page, town, '/familles', 'Familles')
  await page.keyboard.press('n')
  const form = page.getByRole('dialog', { name: 'Nouvelle famille' })
  await form.getByLabel('Nom', { exact: true }).fill('Quesnel')
  page.on('dialog', (leaving) => void leaving.accept())
  await page.reload()
  await expect(form.getByText('La saisie reprend là où elle s’était arrêtée.')).toBeVisible()
  await expect(form.getByLabel('Nom', { exact: true })).toHaveValue('Quesnel')
  await page.keyboard.press('Escape')
  await form.getByRole('button', { name: 'Abandonner la saisie' }).click()
  await expect(form).toBeHidden()
  await page.keyboard.press('n')
  await expect(form.getByLabel('Nom', { exact: true })).toHaveValue('')
})

test('a change half typed is there again after a reload, over what a colleague changed meanwhile', async ({ page }) => {
  await aFamily('Tessier')(town)
  const familyId = town.family('Tessier')
  await logInAt(page, town, `/familles/${familyId}`, 'Tessier')
  const form = page.getByRole('dialog', { name: 'Modifier le foyer' })
  const open = () =>
    page
      .getByRole('button', { name: /^Modifier/ })
      .first()
      .click()
  await open()
  await form.getByLabel('Nom du foyer').fill('Tessier-Roy')
  page.on('dialog', (leaving) => void leaving.accept())
  await page.reload()
  const home = await town.client.families.one({ id: familyId })
  await town.client.families.change({ ...home, homePhone: '0231445566' })
  await open()
  await expect(form.getByText(/^La saisie reprend .* a changé depuis/)).toBeVisible()
  await expect(form.getByLabel('Nom du foyer')).toHaveValue('Tessier-Roy')
  await expect(form.getByLabel('Tél domicile')).toHaveValue('02 31 44 55 66')
  await form.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(form).toBeHidden()
  expect(await town.client.families.one({ id: familyId })).toMatchObject({
    name: 'Tessier-Roy',
    homePhone: '02 31 44 55 66',
  })
})

test('two acts in a row are reported in one line at the foot, which covers no button', async ({ page }) => {
  await logInAt(page, town, '/reglages?onglet=structure', 'Réglages')
  const save = page.getByRole('button', { name: 'Enregistrer la structure' })
  const told = page.locator('[role="alert"]').filter({ hasText: 'La structure est enregistrée.' })
  await save.click()
  await expect(told).toBeVisible()
  await save.click()
  await expect(told).toHaveCount(2)
  await expect(told.first()).toBeHidden()
  const [notice, button] = await Promise.all([told.last().boundingBox(), save.boundingBox()])
  expect(notice && button && button.y + button.height <= notice.y).toBe(true)
})

test.describe('what is to correct in a new family', () => {
  test.use({ mayComplain: true })

  test('is shown whole, in view, each error at its field', async ({ page }) => {
    await logInAt(page, town, '/familles', 'Familles')
    await page.keyboard.press('n')
    const form = page.getByRole('dialog', { name: 'Nouvelle famille' })
    await form.getByLabel('E-mail').fill('maud')
    // An incomplete address is an error too.
    await form.getByLabel('Code postal', { exact: true }).fill('1455')
    await form.getByLabel('Les derniers revenus').fill('99999999999999999999')
    await form.getByRole('button', { name: /^Enregistrer|^Créer/ }).click()
    const told = form.getByRole('alert')
    await expect(told).toBeInViewport()
    for (const sentence of [
      'Nom\u00a0: à remplir',
      'Adresse e-mail à corriger',
      'Un code postal a cinq chiffres',
      'Un revenu d’un million d’euros au plus',
    ])
      await expect(told).toContainText(sentence)
    await expect(told.locator('..')).toBeFocused()
    await expect(form.getByLabel('Les derniers revenus')).toHaveAttribute('aria-invalid', 'true')
  })
})
