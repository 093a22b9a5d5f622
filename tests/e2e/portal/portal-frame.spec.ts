import { expect, tabTo, test } from '../town.ts'
import { claire, listenTo, marc, type PortalTown, servePortalTown } from './portal-town.ts'

let town: PortalTown
test.beforeAll(async () => {
  town = await servePortalTown()
})
test.afterAll(() => town.close())

test('a guardian of two homes chooses which one is on screen', async ({ page }) => {
  await town.enter(page, marc)
  await expect(page.getByText('2 factures à payer')).toBeVisible()
  await page.goto(`${town.address}/ma-famille`)
  await page.getByLabel('Foyer affiché').selectOption('Mme et M. Marchand')
  await expect(page.getByRole('heading', { level: 1, name: 'Mon tableau de bord' })).toBeVisible()
  await expect(page.locator('.who')).toContainText('Mme et M. Marchand')
  await expect(page.getByText('1 facture et un solde repris à payer')).toBeVisible()
})

test('a page goes on with the home it shows when another page passes to the other', async ({ page, context }) => {
  await town.enter(page, marc)
  await expect(page.locator('.who')).toContainText('Mme et M. Aubry')
  const other = await context.newPage()
  await other.goto(`${town.address}/ma-famille`)
  await other.getByLabel('Foyer affiché').selectOption('Mme et M. Marchand')
  await expect(other.locator('.who')).toContainText('Mme et M. Marchand')

  await page.getByRole('link', { name: 'Mes coordonnées' }).first().click()
  await expect(page.getByRole('heading', { level: 1, name: 'Mes coordonnées' })).toBeVisible()
  await expect(page.getByRole('main')).toContainText('12 rue des Tilleuls')
  await page.reload()
  await expect(page.locator('.who')).toContainText('Mme et M. Marchand')
})

test('a parent of one home is not asked to choose', async ({ page }) => {
  await town.enter(page)
  await expect(page.locator('.who')).toContainText('Mme et M. Aubry')
  await expect(page.getByLabel('Foyer affiché')).toHaveCount(0)
})

test('« Se déconnecter » ends the session; another page then asks for the login, and leads back', async ({ page }) => {
  const atRest = listenTo(page)
  await town.enter(page)
  // Otherwise a pending call would be refused, which the browser reports.
  await atRest()
  await page.getByRole('button', { name: 'Se déconnecter' }).click()
  await expect(page.getByLabel('Votre identifiant')).toBeVisible()
  await page.goto(`${town.address}/mon-compte`)
  await town.fillLogin(page, claire)
  await expect(page.getByRole('heading', { level: 1, name: 'Mon compte' })).toBeVisible()
})

test('a keyboard goes straight to the content, and a page opened by a link says its title', async ({ page }) => {
  await town.enter(page)
  await page.reload()
  await expect(page.getByText('2 factures à payer')).toBeVisible()
  // The HTML of the server can be read before the application has started.
  await expect(page.getByRole('button', { name: 'Se déconnecter' })).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Aller au contenu' })).toBeFocused()
  await tabTo(
    page,
    page.getByRole('navigation', { name: 'Pages du portail' }).getByRole('link', { name: 'Ma famille' }),
  )
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Ma famille' })).toBeFocused()
  await expect(page).toHaveTitle(/^Ma famille/)
})

/** The elements that reach beyond the page, widest first: a phone of 360 px at 200 % has 180 px. */
const wider = () => {
  const room = document.documentElement.clientWidth
  const out = [...document.querySelectorAll('body *')]
    .map((one) => ({
      end: Math.round(one.getBoundingClientRect().right),
      name: `${one.tagName} ${one.textContent?.trim().slice(0, 40)}`,
    }))
    .filter(({ end }) => end > room)
  return document.documentElement.scrollWidth > room ? out.slice(-8) : []
}

test.describe('on a phone at 200 %', () => {
  test.use({ viewport: { width: 180, height: 370 }, hasTouch: true })

  test('no page scrolls sideways', async ({ page }) => {
    await page.goto(town.address)
    await expect(page.getByLabel('Votre identifiant')).toBeVisible()
    expect.soft([town.address, await page.evaluate(wider)]).toEqual([town.address, []])
    await town.enter(page)
    for (const [path, title] of [
      ['/mon-tableau-de-bord', 'Mon tableau de bord'],
      ['/ma-famille', 'Ma famille'],
      ['/mes-coordonnees', 'Mes coordonnées'],
      ['/mes-inscriptions', 'Mes inscriptions'],
      ['/mon-compte', 'Mon compte'],
    ] as const) {
      await page.goto(`${town.address}${path}`)
      await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible()
      await expect(page.getByRole('button', { name: 'Se déconnecter' })).toBeVisible()
      expect.soft([path, await page.evaluate(wider)]).toEqual([path, []])
    }
  })
})

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } })

  test('every page of the navigation is read, and the session ends by its button', async ({ page }) => {
    await page.goto(town.address)
    await town.fillLogin(page, claire)
    await expect(page.getByRole('heading', { level: 1, name: 'Mon tableau de bord' })).toBeVisible()
    await expect(page.locator('.brand')).toContainText('Blainville-sur-Orne')
    for (const [name, words] of [
      ['Ma famille', 'École'],
      ['Mes coordonnées', 'Responsable du foyer'],
      ['Mes inscriptions', 'Déjà inscrit ?'],
      ['Mes demandes', 'Mes reçus'],
      ['Mon compte', 'Détail financier par facture'],
    ] as const) {
      await page.getByRole('contentinfo').getByRole('link', { name, exact: true }).click()
      await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
      await expect(page.getByRole('main')).toContainText(words)
    }
    await page.getByRole('button', { name: 'Se déconnecter' }).click()
    await expect(page.getByLabel('Votre identifiant')).toBeVisible()
  })
})

test.describe('when the portal does not answer', () => {
  test.use({ mayComplain: true })

  test('the page says so, and reads again when asked', async ({ page }) => {
    await town.enter(page)
    await page.route('**/rpc/demandes/list', (route) => route.abort())
    await page.goto(`${town.address}/mes-demandes`)
    await expect(page.getByRole('alert')).toContainText('Le portail ne répond pas')
    await page.unroute('**/rpc/demandes/list')
    await page.getByRole('button', { name: 'Réessayer' }).click()
    await expect(page.getByText('Décidée').first()).toBeVisible()
  })

  test('a page left open while the portal was renewed reloads, and opens', async ({ page }) => {
    await town.enter(page)
    await page.route('**/assets/account-page-*.js', (route) => route.abort(), { times: 1 })
    await page.getByRole('navigation', { name: 'Pages du portail' }).getByRole('link', { name: 'Mon compte' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Mon compte' })).toBeVisible()
  })

  test('a page whose script never comes says so, and leads elsewhere', async ({ page }) => {
    await town.enter(page)
    const pages = page.getByRole('navigation', { name: 'Pages du portail' })
    await page.route('**/assets/account-page-*.js', (route) => route.abort())
    // The page reloads once, in case it is only outdated: a navigation before that would be lost.
    const reloaded = page.waitForEvent('load')
    await pages.getByRole('link', { name: 'Mon compte' }).click()
    await reloaded
    await expect(page.getByRole('alert')).toContainText('Cette page n’a pas pu s’ouvrir')
    await pages.getByRole('link', { name: 'Ma famille' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Ma famille' })).toBeVisible()
  })

  test('a session that ended elsewhere leads to the login, then back to the page', async ({ page }) => {
    const atRest = listenTo(page)
    await town.enter(page)
    // Otherwise a pending call would lead to the login page before the click.
    await atRest()
    await page.context().clearCookies()
    await page.getByRole('navigation', { name: 'Pages du portail' }).getByRole('link', { name: 'Ma famille' }).click()
    await expect(page.getByLabel('Votre identifiant')).toBeVisible()
    await town.fillLogin(page, claire)
    await expect(page.getByRole('heading', { level: 1, name: 'Ma famille' })).toBeVisible()
  })
})

test('a phone has five places under the thumb, « Menu » leading to all pages', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await town.enter(page)
  const places = page.getByRole('navigation', { name: 'Pages principales' }).getByRole('link')
  await expect(places).toHaveText(['Mon tableau de bord', 'Ma famille', 'Mes inscriptions', 'Mon compte', 'Menu'])
  await places.last().click()
  await expect(page.getByRole('navigation', { name: 'Toutes les pages' })).toBeInViewport()
  await page
    .getByRole('navigation', { name: 'Toutes les pages' })
    .getByRole('link', { name: 'Mes coordonnées' })
    .click()
  await expect(page.getByRole('heading', { level: 1, name: 'Mes coordonnées' })).toBeVisible()
})
