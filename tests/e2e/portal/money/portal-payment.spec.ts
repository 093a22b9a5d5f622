import type { Page } from 'playwright/test'
import { type PayfipSimulator, startPayfipSimulator } from '../../../../main/payfip/simulator.ts'
import { publish } from '../../../../main/portal/exchange/publications.ts'
import { paymentAttempt } from '../../../../main/portal/store/schema/index.ts'
import { toldPayments } from '../../../portal/money/paying.ts'
import { money, published, town as small } from '../../../portal/town.ts'
import { freePort } from '../../../support/machine/free-port.ts'
import { expect, test } from '../../town.ts'
import { claire, faultsOnPortal, type PortalTown, servePortalTown, show } from '../portal-town.ts'

/** « Payer cette facture » on a phone, by touch, through PayFiP's simulator and back. */
const phone = { width: 360, height: 740 }
test.use({ viewport: phone, hasTouch: true })

const client = '012345'
const clientOfCamps = '067890'
let town: PortalTown
let simulator: PayfipSimulator
test.beforeAll(async () => {
  town = await servePortalTown({ port: await freePort(), isGrown: false })
  simulator = await startPayfipSimulator({
    clock: town.portal.clock,
    clients: [client, clientOfCamps],
    lateMilliseconds: 2_000,
  })
})
test.afterAll(async () => {
  await simulator.close()
  await town.close()
})
test.beforeEach(async () => {
  await town.portal.store.db.delete(paymentAttempt)
  await publish(town.portal, {
    documents: [
      published('town', { ...small, payfip: { client, mode: 'production', tryEmail: '', address: simulator.address } }),
      published('money/1', money),
    ],
    withdrawn: [],
  })
})

const pay = (page: Page) => page.getByRole('button', { name: 'Payer cette facture' })
const account = (page: Page) => show(page, town, { path: '/mon-compte' })
const paid = async () => (await toldPayments(town.portal)).length

test('is paid: leaves for PayFiP, comes back, and is « en cours » until the town counts it', async ({ page }) => {
  const before = await paid()
  await town.letIn(page)
  await account(page)
  const found = await faultsOnPortal(page)
  await pay(page).tap()
  await expect(page.getByRole('heading', { name: 'Payer 141,18' })).toBeVisible()
  found.push(...(await faultsOnPortal(page)))
  await page.getByRole('button', { name: 'Payer par carte' }).tap()
  await expect(page.getByRole('heading', { level: 1, name: 'C’est payé' })).toBeVisible()
  await expect(page.getByRole('status').filter({ hasText: 'Votre paiement de 141,18' })).toBeVisible()
  found.push(...(await faultsOnPortal(page)))
  await page.getByRole('link', { name: 'Revenir à mon compte' }).tap()
  await expect(page.getByText('Payée en ligne')).toBeVisible()
  await expect(page.getByText('Paiement en cours').first()).toBeVisible()
  await expect(pay(page)).toHaveCount(0)
  found.push(...(await faultsOnPortal(page)))
  expect(found).toEqual([])
  expect(await paid()).toBe(before + 1)
})

test('is a balance taken over from another program, paid as an invoice is', async ({ page }) => {
  const [takenOver] = money.takenOver ?? []
  if (!takenOver) throw new Error('the town has no balance taken over')
  const openings = [{ ...takenOver, id: 12, number: 'S2026-000012' }]
  await publish(town.portal, { documents: [published('money/1', { ...money, takenOver: openings })], withdrawn: [] })
  await town.letIn(page)
  await account(page)
  const balance = page.getByRole('article', { name: 'Solde repris au 31/08/2026' })
  await expect(balance).toContainText(/Reste à payer\s: 1,58\s€\./)
  const found = await faultsOnPortal(page)
  await balance.getByRole('button', { name: /Payer cette somme/ }).tap()
  await page.getByRole('button', { name: 'Payer par carte' }).tap()
  await expect(page.getByRole('heading', { level: 1, name: 'C’est payé' })).toBeVisible()
  await page.getByRole('link', { name: 'Revenir à mon compte' }).tap()
  await expect(balance).toContainText('Paiement en cours')
  await expect(balance.getByRole('button')).toHaveCount(0)
  found.push(...(await faultsOnPortal(page)))
  expect(found).toEqual([])
})

test('is refused by the bank: nothing is paid, and it can be tried again at once', async ({ page }) => {
  await town.letIn(page)
  await page.goto(`${town.address}/mon-compte/facture/1284`)
  await pay(page).tap()
  await page.getByRole('button', { name: 'Carte refusée' }).tap()
  await expect(page.getByRole('heading', { level: 1, name: 'Paiement refusé' })).toBeVisible()
  expect(await faultsOnPortal(page)).toEqual([])
  await page.getByRole('link', { name: 'Revenir à mon compte' }).tap()
  await expect(pay(page)).toBeVisible()
})

test('is abandoned: the page says when the parent can try again', async ({ page }) => {
  await town.letIn(page)
  await account(page)
  await pay(page).tap()
  await page.getByRole('button', { name: 'Abandonner' }).tap()
  await expect(page.getByRole('heading', { level: 1, name: 'Paiement en cours' })).toBeVisible()
  await expect(page.getByRole('status').filter({ hasText: 'Vous pourrez recommencer à partir de' })).toBeVisible()
  expect(await faultsOnPortal(page)).toEqual([])
  await page.getByRole('link', { name: 'Revenir à mon compte' }).tap()
  await expect(page.getByRole('link', { name: 'Voir ce paiement' })).toBeVisible()
  await expect(pay(page)).toHaveCount(0)
})

test('is refused a second time from a page left open', async ({ page, context }) => {
  await town.letIn(page)
  await account(page)
  const other = await context.newPage()
  await account(other)
  await pay(page).tap()
  await expect(page.getByRole('heading', { name: 'Payer 141,18' })).toBeVisible()
  await pay(other).tap()
  await expect(other.getByRole('alert')).toContainText('déjà commencé')
  expect(await faultsOnPortal(other)).toEqual([])
})

test('is found again when the notification is lost and the parent closes the page', async ({ page, context }) => {
  const before = await paid()
  await town.letIn(page)
  await account(page)
  await pay(page).tap()
  await page.getByLabel('Ne pas le prévenir').check()
  // The parent closes the page before PayFiP sends them back.
  await page.route('**/payfip/retour/**', (route) => route.abort())
  const sent = page.waitForResponse('**/tpa/paiementws.web')
  await page.getByRole('button', { name: 'Payer par carte' }).tap()
  await sent
  await page.close()
  const later = await context.newPage()
  await account(later)
  town.clock.later(1)
  const seen = later.getByRole('link', { name: 'Voir ce paiement' })
  await seen.tap()
  await expect(later.getByRole('heading', { level: 1, name: 'C’est payé' })).toBeVisible()
  expect(await paid()).toBe(before + 1)
})

test('is paid while nobody is logged in any more: the login leads to the payment', async ({ page, context }) => {
  await town.letIn(page)
  await account(page)
  await pay(page).tap()
  await expect(page.getByRole('heading', { name: 'Payer 141,18' })).toBeVisible()
  await context.clearCookies()
  await page.getByRole('button', { name: 'Payer par carte' }).tap()
  await town.fillLogin(page, claire)
  await expect(page.getByRole('heading', { level: 1, name: 'C’est payé' })).toBeVisible()
})

test('is paid at its own régie, while the other invoice stays owed', async ({ page }) => {
  const regie = { id: 1, name: 'Régie enfance' }
  const camps = { id: 2, name: 'Régie des camps' }
  const payfip = { client, mode: 'production', tryEmail: '', address: simulator.address } as const
  const ofCamp = { id: 1285, number: 'CV-2026-000007', regie: camps, totalCents: 3000, leftCents: 3000 }
  await publish(town.portal, {
    documents: [
      published('town', {
        ...small,
        regies: [
          { ...regie, payfip },
          { ...camps, payfip: { ...payfip, client: clientOfCamps } },
        ],
      }),
      published('money/1', {
        ...money,
        balanceCents: money.balanceCents + 3000,
        accounts: [
          { regie, balanceCents: money.balanceCents },
          { regie: camps, balanceCents: 3000 },
        ],
        invoices: money.invoices.flatMap((invoice) => [
          { ...invoice, regie },
          { ...invoice, ...ofCamp },
        ]),
      }),
    ],
    withdrawn: [],
  })
  await town.letIn(page)
  await account(page)
  await expect(page.getByText('Régie des camps').first()).toBeVisible()
  await expect(pay(page)).toHaveCount(2)
  const found = await faultsOnPortal(page)
  await page.goto(`${town.address}/mon-compte/facture/1285`)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  found.push(...(await faultsOnPortal(page)))
  await pay(page).tap()
  await expect(page.getByRole('heading', { name: 'Payer 30,00' })).toBeVisible()
  await page.getByRole('button', { name: 'Payer par carte' }).tap()
  await expect(page.getByRole('heading', { level: 1, name: 'C’est payé' })).toBeVisible()
  await page.getByRole('link', { name: 'Revenir à mon compte' }).tap()
  await expect(page.getByText('Payée en ligne')).toBeVisible()
  await expect(pay(page)).toHaveCount(1)
  found.push(...(await faultsOnPortal(page)))
  expect(found).toEqual([])
})
