import { picture } from '../../../support/picture.ts'
import { aTownOfSites, atFirstSite, mark } from '../../../support/towns/sites.ts'
import { expect, faultsInThemes, goTo, logIn, openAddress, type ServedTown, serveTown, test } from '../../town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(aTownOfSites())
  await atFirstSite(town, ['receptionist'], 'accueil')
})
test.afterAll(() => town.close())
// The browser reports each refusal of the desk in its console.
test.use({ mayComplain: true })

test('an agent of one site meets nobody of the other, and opens with a reason a child who comes from there', async ({
  page,
}) => {
  await logIn(page, town, 'nord-accueil')
  const search = page.getByRole('dialog')

  await test.step('nothing leads to what touches all sites', async () => {
    const rail = page.getByRole('navigation', { name: 'Écrans' })
    await expect(rail.getByRole('link', { name: 'Règlements' })).toBeVisible()
    await expect(rail.getByRole('link', { name: 'Facturation' })).toHaveCount(0)
    await goTo(page, '/reglements', 'Règlements')
    await expect(page.getByRole('link', { name: 'Impayés' })).toBeVisible()
    await expect(page.getByRole('link', { name: 'Clôture' })).toHaveCount(0)
    await expect(page.getByRole('button', { name: 'Bordereau de remise…' })).toHaveCount(0)
  })

  await test.step('no list, search or address shows a home of the other site', async () => {
    await goTo(page, '/familles', 'Familles')
    await expect(page.getByRole('grid', { name: 'Familles' }).getByText('Marchand', { exact: true })).toBeVisible()
    await expect(page.getByText(mark)).toHaveCount(0)
    await page.keyboard.press('Control+k')
    await page.keyboard.type(mark)
    await expect(search.getByText('0\u00a0résultat')).toBeVisible()
    await page.keyboard.press('Escape')
    for (const id of [town.family(mark), 9999]) {
      await openAddress(page, `/familles/${id}`)
      await expect(page.getByText('Cette famille n’existe plus.')).toBeVisible()
      await goTo(page, '/familles', 'Familles')
    }
  })

  await test.step('the exact name and birth date say that the child is known elsewhere', async () => {
    await page.keyboard.press('Control+k')
    await page.keyboard.type(`Malo ${mark} 14/03/2020`)
    await expect(search.getByRole('option', { name: new RegExp(`Malo ${mark}`) })).toBeVisible()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Connu à un autre site' })
    await expect(dialog.getByText('pour 30 jours')).toBeVisible()
    expect(await faultsInThemes(page, 'Connu à un autre site')).toEqual([])
    await picture(page, 'elsewhere')
    await dialog.getByRole('button', { name: 'Ouvrir la fiche' }).click()
    await expect(dialog.getByRole('alert')).toBeVisible()
    await dialog.getByLabel('Motif').fill('La famille demande la cantine ici')
    await dialog.getByRole('button', { name: 'Ouvrir la fiche' }).click()
    await expect(page.getByRole('heading', { level: 1, name: new RegExp(mark) })).toBeVisible()
  })
})
