import { expect, type Page } from 'playwright/test'
import { publish } from '../../../main/portal/exchange/publications.ts'
import { instant } from '../../../shared/rules/calendar/day.ts'
import { bookings, published } from '../../portal/town.ts'
import { picture } from '../../support/picture.ts'
import { onKeptPage as test } from '../town.ts'
import { faultsOnPortal, servePortalTown } from './portal-town.ts'

test.use({
  viewport: { width: 360, height: 740 },
  hasTouch: true,
  isMobile: true,
})

type Town = Awaited<ReturnType<typeof servePortalTown>>
let town: Town
test.beforeEach(async ({ page }) => {
  town = await servePortalTown({ isGrown: false })
  const cells = bookings(1).cells.map((one) =>
    one.held.kind === 'waitlisted'
      ? { ...one, held: { ...one.held, offeredUntil: instant('2026-12-06T10:00:00.000Z') } }
      : one,
  )
  await publish(town.portal, { documents: [published('bookings/1', { ...bookings(1), cells })], withdrawn: [] })
  await town.letIn(page)
  await page.goto(`${town.address}/mes-reservations/1001?mois=2026-12`)
  await expect(page.getByRole('grid').first()).toBeVisible()
})
test.afterEach(() => town.close())

const offered = (page: Page) => page.locator('[data-cell="2026-12-09 3"]')
const opened = (page: Page) => page.getByRole('region', { name: /9 décembre 2026, Après-midi/ })
const told = (page: Page) => page.locator('.told').filter({ hasText: 'C’est enregistré' })
const fits = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)

test('a place that is offered is first among what there is to do, until it is answered', async ({ page }) => {
  await page.goto(`${town.address}/mon-tableau-de-bord`)
  const toDo = page.getByRole('link', { name: /Une place pour Noa : mer\. 9 déc\., après-midi/ })
  await expect(toDo).toContainText('à prendre ou à laisser avant le dim. 6 déc. 2026')
  expect(await fits(page)).toBe(true)
  expect(await faultsOnPortal(page, 'Tableau de bord')).toEqual([])
  await toDo.tap()
  await offered(page).tap()
  await opened(page).getByRole('button', { name: 'Laisser ma place' }).tap()
  await opened(page).getByRole('button', { name: 'Oui, laisser la place' }).tap()
  await expect(page.getByText('C’est enregistré\u00a0: vous quittez la liste d’attente.')).toBeVisible()
  await page.goto(`${town.address}/mon-tableau-de-bord`)
  await expect(page.getByRole('heading', { name: 'Prochains jours' })).toBeVisible()
  await expect(page.locator('#avant')).toHaveCount(0)
  await expect(toDo).toHaveCount(0)
})

test('a place that is offered says until when, and is taken by touch', async ({ page }) => {
  await expect(offered(page)).toHaveAccessibleName(/place proposée/i)
  // An offered place has a sign of its own, unlike a day that only waits, which shows its rank.
  await expect(offered(page)).toHaveAttribute('data-offer', 'true')
  await expect(offered(page)).not.toHaveAttribute('data-rank')
  await offered(page).tap()
  await expect(opened(page)).toContainText('Place proposée jusqu’au dim. 6 déc. 2026')
  const accept = opened(page).getByRole('button', { name: 'Accepter la place' })
  expect((await accept.boundingBox())?.height).toBeGreaterThanOrEqual(44)
  expect(await fits(page)).toBe(true)
  expect(await faultsOnPortal(page, 'Place proposée')).toEqual([])
  await picture(page, 'place-proposee')
  await accept.tap()
  await expect(page.getByText('C’est enregistré\u00a0: vous prenez la place.')).toBeVisible()
  await told(page).getByRole('button', { name: 'Fermer' }).tap()
  await offered(page).tap()
  await expect(opened(page).getByRole('button', { name: 'Accepter la place' })).toBeHidden()
  expect(await faultsOnPortal(page, 'Place acceptée')).toEqual([])
  await page.goto(`${town.address}/mes-demandes`)
  await expect(page.getByText('Vous prenez la place proposée')).toBeVisible()
  await page.getByRole('button', { name: 'Ne plus prendre cette place' }).tap()
  await expect(page.getByText(/^En attente de réponse/)).toBeFocused()
  await page.goto(`${town.address}/mon-tableau-de-bord`)
  await expect(page.getByText('Une place pour')).toBeVisible()
})

test('a place that is offered is left by touch, and asked back for nothing', async ({ page }) => {
  await offered(page).tap()
  const leave = opened(page).getByRole('button', { name: 'Laisser ma place' })
  expect((await leave.boundingBox())?.height).toBeGreaterThanOrEqual(44)
  await leave.tap()
  await opened(page).getByRole('button', { name: 'Oui, laisser la place' }).tap()
  await expect(page.getByText('C’est enregistré\u00a0: vous quittez la liste d’attente.')).toBeVisible()
  await expect(page.getByText('Après-midi\u00a0: vous quittez la liste d’attente.')).toBeVisible()
  await told(page).getByRole('button', { name: 'Fermer' }).tap()
  // Scroll the cell away from the bottom bar, or axe would report it as partly covered.
  await offered(page).evaluate((one) => one.scrollIntoView({ block: 'center' }))
  expect(await faultsOnPortal(page, 'Place laissée')).toEqual([])
})

test('past its time, the place is no longer offered', async ({ page }) => {
  town.clock.set(instant('2026-12-06T10:01:00.000Z'))
  // Ten days later, the parent has to log in again.
  await town.letIn(page)
  await page.goto(`${town.address}/mes-reservations/1001?mois=2026-12`)
  await offered(page).tap()
  await expect(opened(page).getByRole('button', { name: 'Accepter la place' })).toBeHidden()
})
