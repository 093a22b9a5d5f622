import { isLong } from '../support/long.ts'
import { outOfReach, serveShownTown, show, shownScreens } from './shown-town.ts'
import { expect, faultsInThemes, goTo, logIn, type ServedTown, test } from './town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveShownTown()
})
test.afterAll(() => town.close())

test('axe finds nothing on any screen; at 200 % zoom none scrolls sideways, and everything can be brought into view', async ({
  page,
}) => {
  test.slow()
  await page.goto(town.address)
  await expect(page.getByLabel('Identifiant')).toBeVisible()
  const found = await faultsInThemes(page, 'Connexion')
  await logIn(page, town)
  const help = page.getByRole('complementary', { name: 'Aide' })
  const look = async (screen: string) => found.push(...(await outOfReach(page)).map((what) => `${screen}: ${what}`))
  for (const screen of shownScreens(town)) {
    await test.step(screen.name, async () => {
      await show(page, screen)
      found.push(...(await faultsInThemes(page, screen.name)))
      // The help beside a screen leaves it more room than that zoom.
      if (isLong) {
        await page.keyboard.press('F1')
        await expect(help).toBeVisible()
        await look(`${screen.name}, beside the help`)
        await page.keyboard.press('F1')
        await expect(help).toBeHidden()
      }
      // Equals a window of 1280 × 800 at a zoom of 200 %.
      await page.setViewportSize({ width: 640, height: 400 })
      await look(`${screen.name}, at 200 %`)
      await page.setViewportSize({ width: 1280, height: 800 })
    })
  }
  expect(found).toEqual([])
})

test('at 1280, the account of a family keeps its amounts visible, however long the reason of a credit note', async ({
  page,
}) => {
  const familyId = town.family('Marchand')
  const [issued] = await town.client.invoicing.ofFamily({ familyId })
  await town.client.invoicing.creditNote({
    invoiceId: issued?.id ?? 0,
    lines: null,
    reason: 'La famille a prévenu par téléphone avant la date limite, la demande n’a pas été notée au guichet',
    billAgain: true,
  })
  await logIn(page, town)
  await page.setViewportSize({ width: 1280, height: 800 })
  for (const path of [`/familles/${familyId}`, `/familles/${familyId}?onglet=argent`]) {
    await goTo(page, path)
    const account = page.getByRole('table', { name: 'Compte de la famille' })
    await expect(account.getByText('pas été notée au guichet')).toBeVisible()
    const isCut = await account.evaluate((table) => {
      const holder = table.closest('.family-main, .family-alone')
      return holder === null || holder.scrollWidth > holder.clientWidth
    })
    expect(isCut).toBe(false)
  }
})

test('at 1280, the main button of families and of registrations is on the line of the title', async ({ page }) => {
  await logIn(page, town)
  await page.setViewportSize({ width: 1280, height: 800 })
  for (const [path, title, button] of [
    ['/familles', 'Familles', /^Nouvelle famille/],
    ['/inscriptions', 'Inscriptions', /^Nouvelle inscription/],
  ] as const) {
    await goTo(page, path, title)
    const titleBox = await page.getByRole('heading', { level: 1 }).boundingBox()
    const buttonBox = await page.getByRole('button', { name: button }).boundingBox()
    expect(buttonBox?.y).toBeLessThan((titleBox?.y ?? 0) + (titleBox?.height ?? 0))
    expect((buttonBox?.x ?? 0) + (buttonBox?.width ?? 0)).toBeLessThanOrEqual(1280)
  }
})
