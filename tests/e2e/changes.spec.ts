import { aBillingTown, billing } from '../support/towns/billing.ts'
import { expect, goTo, logIn, logInAt, type ServedTown, serveTown, test } from './town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(aBillingTown())
})
test.afterAll(() => town.close())

test('a day booked in one browser shows in the other, and its place is taken there', async ({ page, browser }) => {
  const colleague = await (await browser.newContext({ locale: 'fr-FR' })).newPage()
  for (const one of [page, colleague]) {
    await logIn(one, town)
    await goTo(one, '/calendrier')
    await one.getByRole('button', { name: 'Suivant (S)' }).click()
  }
  const cell = /Marchand Louison, mercredi 9 décembre 2026, Matin/
  await expect(colleague.getByRole('gridcell', { name: cell })).toHaveAccessibleName(/Case libre/)
  await page.getByRole('gridcell', { name: cell }).click()
  await page.keyboard.press('Space')
  await expect(colleague.getByRole('gridcell', { name: cell })).toHaveAccessibleName(/Réservation validée/)
  await expect(colleague.getByRole('columnheader', { name: 'Matin, mer. 9 déc. : 1 sur 20' })).toBeVisible()
  await colleague.context().close()
})

test.describe('a core that goes away', () => {
  test.use({ mayComplain: true })

  test('is said, and comes back by itself with what changed meanwhile', async ({ page }) => {
    await logInAt(page, town, '/calendrier')
    for (let month = 0; month < 2; month += 1) await page.getByRole('button', { name: 'Suivant (S)' }).click()
    const louison = page.getByRole('gridcell', { name: /Marchand Louison, mercredi 13 janvier 2027, Matin/ })
    await expect(louison).toHaveAccessibleName(/Case libre/)
    await town.stop()
    await expect(page.getByRole('alert').filter({ hasText: 'Poste principal injoignable' })).toBeVisible()
    await expect(louison).toBeVisible()
    await louison.click()
    await page.keyboard.press('Space')
    await billing(town).book('Louison', ['2027-01-20'], 'Matin')
    await town.start()
    await expect(page.getByText('Poste principal injoignable')).toBeHidden()
    await expect(louison).toHaveAccessibleName(/Réservation validée/)
    await expect(
      page.getByRole('gridcell', { name: /Marchand Louison, mercredi 20 janvier 2027, Matin/ }),
    ).toHaveAccessibleName(/Réservation validée/)
  })
})
