import { expect, test } from './desk.ts'

test('the desk opens in a browser, and its address no longer shows the key', async ({ desk, page }) => {
  await expect(page).toHaveTitle('Premier démarrage – Espace Jeunesse')
  expect(page.url()).not.toContain('cle=')
  expect(page.url().startsWith(new URL(desk.address).origin)).toBe(true)
})

test('another page of the same browser finds the same session; a browser without the key finds a sentence', async ({
  desk,
  context,
  browser,
}) => {
  const { origin } = new URL(desk.address)
  const second = await context.newPage()
  await second.goto(origin)
  await expect(second).toHaveTitle('Premier démarrage – Espace Jeunesse')
  const stranger = await browser.newPage()
  await stranger.goto(origin)
  await expect(stranger.getByText('Ouvrez Espace Jeunesse par l’adresse complète')).toBeVisible()
  await stranger.close()
})
