import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright/test'
import { lockedSide } from '../../../main/portal/log/log.ts'
import { isGenuine } from '../../../main/portal/reservations/receipts.ts'
import { demande, exchangeSide } from '../../../main/portal/store/schema/index.ts'
import { day, instant } from '../../../shared/rules/calendar/day.ts'
import { expect, test } from '../town.ts'
import { registrationOf } from './dossiers/portal-documents.ts'
import { aReceipt, claire, servePortalTown, show } from './portal-town.ts'

/** An evening with many failures: two open pages, a network that comes and goes, a restored portal. */

let town: Awaited<ReturnType<typeof servePortalTown>>
test.beforeAll(async () => {
  town = await servePortalTown()
})
test.afterAll(() => town.close())

const { wednesdays } = registrationOf
const calendar = (page: Page) => show(page, town, { path: `/mes-reservations/${wednesdays}` })
const record = (page: Page) => page.getByRole('button', { name: 'Enregistrer mes demandes' })
const bar = (page: Page) => page.getByRole('region', { name: 'Brouillon' })

test('« Télécharger le fichier » gives the file that the desk reads, and a print shows it', async ({ page }) => {
  await town.enter(page)
  const calls = await town.callsOf(claire)
  const id = await aReceipt(calls)
  await show(page, town, { path: `/recu/${id}` })
  await page.getByText('Garder aussi un fichier de secours').click()
  const coming = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Télécharger le fichier' }).click()
  const download = await coming
  const receipt = await calls.demandes.receipt({ id })
  expect(download.suggestedFilename()).toBe(`preuve-${receipt.number}.json`)
  const { text, signature } = JSON.parse(await readFile(await download.path(), 'utf8')) as Record<string, string>
  expect(isGenuine(town.portal.keys, { body: text ?? '', signature: signature ?? '' })).toBe(true)

  const forStaff = page.getByRole('region', { name: 'Pour l’Espace Jeunesse' })
  await expect(forStaff).toBeHidden()
  await page.emulateMedia({ media: 'print' })
  await expect(forStaff).toContainText(receipt.signature)
  await expect(forStaff).toContainText(receipt.text)
  await page.emulateMedia({ media: null })
})

test('an interval that a restore lost is shown with the demandes; one with a lost receipt has no dead link', async ({
  page,
}) => {
  await town.enter(page)
  const { db } = town.portal.store
  const before = await db.transaction(async (write) => {
    const { side } = await lockedSide(write)
    const lost = [
      {
        log: 'portal' as const,
        cause: 'restored' as const,
        from: instant('2026-11-24T17:00:00.000Z'),
        to: instant('2026-11-24T20:00:00.000Z'),
        after: { epoch: 1, number: 1 },
      },
    ]
    await write.update(exchangeSide).set({ side: { ...side, lost } })
    await write.update(demande).set({ receiptId: '' })
    return side
  })
  for (const path of ['/mon-tableau-de-bord', '/mes-demandes']) {
    await show(page, town, { path })
    await expect(page.getByText('entre le mar. 24 nov. 2026 à 18 h 00 et le mar. 24 nov. 2026 à 21 h 00')).toBeVisible()
    await expect(page.locator('a[href="/recu/"]')).toHaveCount(0)
  }
  await db.update(exchangeSide).set({ side: before })
})

test('an activity and its slots stand apart', async ({ page }) => {
  await town.enter(page)
  const next = page.getByRole('region', { name: 'Prochains jours' })
  await expect(next).toBeVisible()
  await expect(next).not.toContainText(/[\p{L}\d] (matin|repas|après-midi|soir)\b/u)
})

test('« Mes réservations » opens what can still be asked for, not what is over', async ({ page }) => {
  town.clock.set(instant('2027-03-10T09:00:00.000Z'))
  try {
    const shown = await (await town.callsOf(claire)).home.registrations()
    expect(shown.some(({ registrations }) => registrations.some(({ to }) => to < '2027-03-10'))).toBe(true)
    await town.letIn(page)
    await show(page, town, { path: '/mes-reservations' })
    const chosen = page.getByLabel('Inscription')
    await expect(chosen.locator('option:checked')).not.toHaveText(/hiver/)
    await expect(chosen.locator('optgroup[label="Inscriptions passées"] option').first()).toHaveText(/hiver/)
  } finally {
    town.clock.set(instant('2026-11-25T09:42:00.000Z'))
  }
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true })

  test('the details of a cell are never hidden by the bar of the draft', async ({ page }) => {
    await town.letIn(page)
    await calendar(page)
    await expect(bar(page)).toBeVisible()
    const cell = page.getByRole('button', { name: /mercredi 2 décembre 2026, Matin/ })
    const dock = () => page.locator('.dock').boundingBox()
    const top = (await dock())?.y ?? 0
    await cell.evaluate((one, end) => window.scrollBy(0, one.getBoundingClientRect().bottom - end), top - 4)
    await cell.tap()
    const panel = page.getByRole('region', { name: 'mercredi 2 décembre 2026, Matin' })
    await expect(panel.getByRole('button', { name: 'Fermer' })).toBeVisible()
    await expect
      .poll(async () => {
        const box = await panel.boundingBox()
        return box !== null && box.y + box.height <= ((await dock())?.y ?? 0)
      })
      .toBe(true)
    await panel.getByRole('button', { name: 'Fermer' }).tap()
    await expect(panel).toHaveCount(0)
    await expect(cell).toBeFocused()
  })
})

test.describe('on a network that comes and goes', () => {
  test.use({ mayComplain: true })

  test('a page whose draft was recorded or emptied on another one does not say that it recorded it', async ({
    page,
    context,
  }) => {
    await town.letIn(page)
    await calendar(page)
    await expect(bar(page)).toContainText('à enregistrer')
    const other = await context.newPage()
    await calendar(other)
    await record(other).click()
    await other.waitForURL('**/recu/*')
    await record(page).click()
    const told = page.getByText('Votre brouillon est vide : il a été enregistré ou vidé depuis une autre page')
    await expect(told).toBeVisible()
    await expect(bar(page)).toHaveCount(0)

    await calendar(page)
    const free = page.getByRole('button', { name: /mercredi 27 janvier 2027, Après-midi/ })
    await expect(free).toHaveAttribute('data-state', 'free')
    const calls = await town.callsOf(claire)
    await calls.demandes.draft({ cells: [{ registration: wednesdays, day: day('2027-01-27'), slot: 3, wish: 'book' }] })
    await calls.demandes.record({ request: randomUUID(), surchargeAccepted: false })
    await free.click()
    await expect(page.getByText('Une demande enregistrée n’est pas encore partie')).toBeVisible()
    await expect(free).toHaveAttribute('data-state', 'requested')
    await page.getByRole('button', { name: /mercredi 6 janvier 2027, Après-midi/ }).click()
    await expect(bar(page)).toContainText('environ')
    const receipts = await calls.demandes.receipts()
    await calls.demandes.clearDrafts()
    await record(page).click()
    await expect(told).toBeVisible()
    expect(await calls.demandes.receipts()).toEqual(receipts)
  })

  test('an answer lost on its way is asked for again: one receipt, one demande', async ({ page }) => {
    await town.letIn(page)
    await calendar(page)
    await page.getByRole('button', { name: /mercredi 6 janvier 2027, Après-midi/ }).click()
    await expect(bar(page)).toContainText('environ')
    await page.route(
      '**/rpc/demandes/record',
      async (route) => {
        await route.fetch()
        await route.abort()
      },
      { times: 1 },
    )
    const before = await town.portal.store.db.$count(demande)
    await record(page).click()
    await page.waitForURL('**/recu/*')
    await expect(page.getByRole('heading', { level: 1, name: 'C’est enregistré' })).toBeVisible()
    expect(await town.portal.store.db.$count(demande)).toBe(before + 1)
  })

  test('without a network no page is blank: ticks are kept, and a page that cannot load says so, then opens', async ({
    page,
    context,
  }) => {
    await town.enter(page)
    await (await town.callsOf(claire)).demandes.clearDrafts()
    await calendar(page)
    await context.setOffline(true)
    await page.getByRole('button', { name: /mercredi 27 janvier 2027, Repas/ }).click()
    await expect(bar(page)).toContainText('Vos cases sont gardées sur cet appareil')
    // While the price is unknown, no price of zero is shown.
    await expect(bar(page)).not.toContainText('0,00')
    const pages = page.getByRole('navigation', { name: 'Pages du portail' })
    await pages.getByRole('link', { name: 'Mon compte' }).click()
    await expect(page.getByRole('alert').filter({ hasText: 'Cette page n’a pas pu s’ouvrir' })).toBeVisible()
    await page.getByRole('button', { name: 'Réessayer' }).click()
    await expect(page.getByText('Le portail ne répond pas').last()).toBeVisible()
    await context.setOffline(false)
    await page.getByRole('button', { name: 'Réessayer' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Mon compte' })).toBeVisible()
    await calendar(page)
    await expect(bar(page)).toContainText('1 demande à enregistrer')
  })
})
