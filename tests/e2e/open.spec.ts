import { serve } from './desk.ts'
import { expect, faultsInThemes, test } from './town.ts'

let desk: Awaited<ReturnType<typeof serve>>
test.beforeAll(async () => {
  desk = await serve()
})
test.afterAll(() => desk.close())

test('an empty desk opens in a browser, and its address no longer shows the key', async ({ page }) => {
  await page.goto(desk.address)
  await expect(page).toHaveTitle('Premier démarrage – Espace Jeunesse')
  expect(page.url()).not.toContain('cle=')
  expect(page.url().startsWith(new URL(desk.address).origin)).toBe(true)
})

test('another page of the same browser finds the same session; a browser without the key finds a sentence', async ({
  page,
  context,
  browser,
}) => {
  await page.goto(desk.address)
  const { origin } = new URL(desk.address)
  const second = await context.newPage()
  await second.goto(origin)
  await expect(second).toHaveTitle('Premier démarrage – Espace Jeunesse')
  const stranger = await browser.newPage()
  await stranger.goto(origin)
  await expect(stranger.getByText('Ouvrez Espace Jeunesse par l’adresse complète')).toBeVisible()
  await stranger.close()
})

test('axe finds nothing on the first start, light or dark', async ({ page }) => {
  await page.goto(desk.address)
  await expect(page.getByRole('button', { name: /Commencer avec ma ville/ })).toBeVisible()
  const found = await faultsInThemes(page, 'Premier démarrage')
  await page.getByRole('button', { name: /Commencer avec ma ville/ }).click()
  await expect(page.getByLabel('Nom de la structure')).toBeVisible()
  found.push(...(await faultsInThemes(page, 'Ma ville')))
  expect(found).toEqual([])
})
