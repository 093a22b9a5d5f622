import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, type Page } from 'playwright/test'
import { publish } from '../../../main/portal/exchange/publications.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { period, published } from '../../portal/town.ts'
import { onKeptPage as test } from '../town.ts'
import { registrationOf } from './dossiers/portal-documents.ts'
import { servePortalTown, show } from './portal-town.ts'

type Town = Awaited<ReturnType<typeof servePortalTown>>
let town: Town
test.afterEach(() => town.close())

const open = async (page: Page, { registration = 1001, isGrown = false } = {}): Promise<void> => {
  town = await servePortalTown({ isGrown })
  await town.letIn(page)
  await page.goto(`${town.address}/mes-reservations/${registration}`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Mes réservations')
  await expect(page.getByRole('grid').first()).toBeVisible()
}
const cell = (page: Page, day: string, slot: number) => page.locator(`[data-cell="${day} ${slot}"]`)
const bar = (page: Page) => page.getByRole('region', { name: 'Brouillon' })
/** French spaces are as good as plain ones to who reads. */
const sum = (page: Page) => bar(page).getByRole('button').first()
const record = (page: Page) => bar(page).getByRole('button', { name: 'Enregistrer mes demandes' })
const fits = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)

test.describe('by touch, at 360 × 740', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })

  test('cells, a whole day, the typical week and undo make a draft; recorded, it gives a receipt', async ({ page }) => {
    await open(page)
    await cell(page, '2027-01-06', 1).tap()
    await expect(cell(page, '2027-01-06', 1)).toHaveAttribute('data-draft', 'book')
    await expect(sum(page)).toContainText(/1\sdemande à enregistrer, environ\s5,50\s€/)

    await page.getByRole('rowgroup', { name: 'mercredi 13 janvier 2027' }).getByText('Demander la journée').tap()
    await expect(sum(page)).toContainText(/4\sdemandes à enregistrer, environ\s20,00\s€/)
    await bar(page).getByRole('button', { name: 'Défaire' }).tap()
    await expect(sum(page)).toContainText(/1\sdemande à enregistrer/)

    await page.getByRole('button', { name: /Appliquer ma semaine type/ }).tap()
    await expect(page.getByText(/\d+\scases cochées/)).toBeVisible()
    await expect(cell(page, '2027-01-20', 2)).toHaveAttribute('data-draft', 'book')
    await expect(cell(page, '2027-01-20', 3)).not.toHaveAttribute('data-draft')
    await page.getByText(/cases laissées/).tap()
    await expect(page.getByText('Fermé : vacances de Noël.').first()).toBeVisible()
    await bar(page).getByRole('button', { name: 'Défaire' }).tap()
    await expect(sum(page)).toContainText(/1\sdemande à enregistrer/)
    await expect(page.getByText(/cases cochées/)).toHaveCount(0)

    await cell(page, '2026-12-09', 1).tap()
    await expect(cell(page, '2026-12-09', 1)).toHaveAttribute('data-draft', 'cancel')
    await expect(sum(page)).toContainText(/1\sdemande et 1\sannulation à enregistrer, environ\s0,00\s€/)
    expect(await fits(page)).toBe(true)

    // What was ticked is there after the page is closed and opened again.
    await page.reload()
    await expect(sum(page)).toContainText(/1\sdemande et 1\sannulation à enregistrer/)
    await record(page).tap()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('C’est enregistré')
    await expect(page.getByText(/Enregistrées le mer\. 25 nov\. 2026 à 10\sh\s42/)).toBeVisible()
    await expect(page.getByText('R-2026-000001', { exact: true })).toBeVisible()
    await expect(page.getByText(/Réponse au plus tard le vendredi 27 novembre 2026/)).toBeVisible()
    await expect(page.getByText('Une copie est partie à claire.aubry@exemple.fr.')).toBeVisible()
    expect(await fits(page)).toBe(true)
    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Garder le reçu (PDF)' }).tap()
    const paper = await downloading
    expect(paper.suggestedFilename()).toBe('recu-R-2026-000001.pdf')
    expect(
      readFileSync(await paper.path())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-')

    await page.getByRole('link', { name: 'Retour au calendrier' }).tap()
    await expect(cell(page, '2027-01-06', 1)).toHaveAttribute('data-state', 'requested')
    await expect(bar(page)).toHaveCount(0)
    await cell(page, '2027-01-06', 1).tap()
    await page.getByRole('button', { name: 'Retirer ma demande' }).tap()
    const question = page.getByRole('group', { name: 'Retirer ma demande' })
    await expect(question).toContainText('elle passera après celles des autres familles')
    await question.getByRole('button', { name: 'Garder ma demande' }).tap()
    await expect(page.getByRole('button', { name: 'Retirer ma demande' })).toBeFocused()
    await page.getByRole('button', { name: 'Retirer ma demande' }).tap()
    await question.getByRole('button', { name: 'Oui, retirer' }).tap()
    await expect(cell(page, '2027-01-06', 1)).toHaveAttribute('data-state', 'free')
    await expect(page.getByText('Votre demande est retirée.')).toBeVisible()
  })

  test('a full day goes to the list, a list can be left, a late day says why', async ({ page }) => {
    await open(page)
    await expect(page.getByText('au plus tard le mar. 24 nov. Pour changer, appelez')).toBeVisible()
    await cell(page, '2026-12-02', 1).tap()
    await expect(page.getByText(/De 9\sh\s00 à 12\sh\s00/)).toBeVisible()
    await expect(page.getByText('appelez l’Espace Jeunesse : 02 61 91 12 34').first()).toBeVisible()
    await expect(page.getByRole('link', { name: '02 61 91 12 34' }).first()).toHaveAttribute('href', 'tel:0261911234')
    await expect(bar(page)).toHaveCount(0)

    await expect(page.getByText('Matin : complet, vous serez 3ᵉ sur la liste d’attente.')).toBeVisible()
    await cell(page, '2027-01-27', 1).tap()
    await expect(sum(page)).toContainText('dont 1 pour la liste d’attente')
    // Nothing is owed for a place that is only waited for.
    await expect(page.getByText('environ')).toHaveCount(0)
    await sum(page).tap()
    const detail = page.getByRole('dialog', { name: 'Mon brouillon' })
    await expect(detail.getByText('Complet : vous serez 3ᵉ sur la liste d’attente.')).toBeVisible()
    await detail.getByRole('button', { name: 'Enregistrer mes demandes' }).tap()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('C’est enregistré')

    await town.collected()
    await page.getByRole('link', { name: 'Retour au calendrier' }).tap()
    await expect(cell(page, '2027-01-27', 1)).toHaveAttribute('data-state', 'requestSent')
    await cell(page, '2027-01-27', 1).tap()
    await page.getByRole('button', { name: 'Retirer ma demande' }).tap()
    await page.getByRole('button', { name: 'Oui, retirer' }).tap()
    await expect(page.getByText('Matin : retrait demandé. La mairie va vous répondre.')).toBeVisible()
    await expect(cell(page, '2027-01-27', 1)).toHaveAccessibleName(/retrait demandé/)

    await page.goto(`${town.address}/mes-reservations/1001?mois=2026-12`)
    await cell(page, '2026-12-09', 3).tap()
    await page.getByRole('button', { name: 'Quitter la liste d’attente' }).tap()
    await page.getByRole('button', { name: 'Oui, quitter la liste' }).tap()
    await expect(page.getByText('Après-midi : vous quittez la liste d’attente.')).toBeVisible()
    await page.goto(`${town.address}/mes-demandes`)
    await expect(page.getByText('Liste d’attente à quitter')).toBeVisible()
    await expect(page.getByText('Noa, mer. 27 janv., matin')).toBeVisible()
    await expect(page.getByText('Retrait demandé')).toBeVisible()
    expect(await fits(page)).toBe(true)
  })

  test('without a network ticks stay and are sent later; after a lost answer the same receipt comes back', async ({
    page,
    context,
  }) => {
    await open(page)
    await context.setOffline(true)
    await cell(page, '2027-01-06', 1).tap()
    await cell(page, '2027-01-13', 1).tap()
    await expect(cell(page, '2027-01-13', 1)).toHaveAttribute('data-draft', 'book')
    await expect(page.getByText('Vos cases sont gardées sur cet appareil.')).toBeVisible()
    await context.setOffline(false)
    await expect(page.getByText('Vos cases sont gardées sur cet appareil.')).toHaveCount(0)
    const claire = await town.callsOf('claire.aubry@exemple.fr')
    await expect.poll(async () => (await claire.demandes.drafts()).items.length).toBe(2)

    // The portal records, and its answer is lost on the way.
    await page.route(
      '**/rpc/demandes/record',
      async (route) => {
        await route.fetch()
        await route.abort()
      },
      { times: 1 },
    )
    await record(page).tap()
    await expect(page.getByText('R-2026-000001', { exact: true })).toBeVisible()
    await page.getByRole('link', { name: 'Retour au calendrier' }).tap()
    await expect(page.getByRole('grid').first()).toBeVisible()
    const receipts = await claire.demandes.receipts()
    expect(receipts.map(({ number }) => number)).toEqual(['R-2026-000001'])
    await cell(page, '2027-01-20', 1).tap()
    await record(page).tap()
    await expect(page.getByText('R-2026-000002', { exact: true })).toBeVisible()
    expect((await claire.demandes.receipts()).map(({ about }) => about)).toEqual([
      '1\u00a0demande de réservation',
      '2\u00a0demandes de réservation',
    ])
  })
})

test('a change of the draft in another page is shown before it is recorded', async ({ page }) => {
  await open(page)
  await cell(page, '2027-01-06', 1).click()
  // Its price comes with the portal's answer: before, the portal may not have it.
  await expect(sum(page)).toContainText(/1\sdemande à enregistrer, environ\s5,50\s€/)
  const claire = await town.callsOf('claire.aubry@exemple.fr')
  await claire.demandes.draft({ cells: [{ registration: 1001, day: day('2027-01-13'), slot: 1, wish: 'book' }] })
  await record(page).click()
  await expect(bar(page)).toContainText('Votre brouillon a changé dans une autre page')
  await expect(sum(page)).toContainText(/2\sdemandes à enregistrer/)
  expect(await claire.demandes.receipts()).toEqual([])
  await record(page).click()
  await expect(page.getByText('R-2026-000001', { exact: true })).toBeVisible()
})

test('a late day is recorded once its surcharge is accepted; the receipt names what the other parent asked first', async ({
  page,
}) => {
  await open(page)
  const late = { ...period, booking: { ...period.booking, after: { surcharge: 200 } } }
  await publish(town.portal, { documents: [published('period/1', late)], withdrawn: [] })
  await page.reload()
  await expect(page.getByText('Hors délai, majoration de 2,00 €.').first()).toBeVisible()
  await cell(page, '2026-12-02', 1).click()
  await cell(page, '2027-01-06', 1).click()
  await expect(sum(page)).toContainText('dont 1 hors délai, avec majoration')
  const other = await town.callsOf('marc.aubry@exemple.fr')
  await other.account.chooseHome({ family: 1 })
  const askFirst = async (on: string) => {
    await other.demandes.draft({ cells: [{ registration: 1001, day: day(on), slot: 1, wish: 'book' }] })
    await other.demandes.record({ request: randomUUID(), surchargeAccepted: false })
  }
  await askFirst('2027-01-06')

  await record(page).click()
  const detail = page.getByRole('dialog', { name: 'Mon brouillon' })
  await detail.getByRole('checkbox', { name: /J’accepte la majoration de 2,00\s€/ }).check()
  await detail.getByRole('button', { name: 'Enregistrer mes demandes' }).click()
  await expect(page.getByRole('heading', { level: 2, name: /1\sdemande de réservation/ })).toBeVisible()
  await expect(page.getByText(/mer\. 6 janv\. 2027, matin\. Déjà demandé par l’autre parent\./)).toBeVisible()
  await page.getByRole('link', { name: 'Retour au calendrier' }).click()
  await expect(cell(page, '2026-12-02', 1)).toHaveAttribute('data-state', 'requested')
  await expect(bar(page)).toHaveCount(0)

  // When nothing is left to record, the tick goes and the cell shows the other parent's demande.
  await cell(page, '2027-01-13', 1).click()
  // The portal has the tick before the other parent asks: it would refuse it at once, and nothing would be left to record.
  await expect(sum(page)).toContainText(/1\sdemande à enregistrer, environ\s5,50\s€/)
  await askFirst('2027-01-13')
  await record(page).click()
  const refusal = 'Ce n’est pas enregistré. Déjà demandé par l’autre parent. Vos cases ne sont plus cochées.'
  await expect(page.getByText(refusal)).toBeVisible()
  await expect(cell(page, '2027-01-13', 1)).toHaveAttribute('data-state', 'requested')
  await expect(bar(page)).toHaveCount(0)
})

test('a day opened by hand is there to be asked for, beside the weekdays of its period', async ({ page }) => {
  await open(page)
  const [thursday, saturday] = [day('2026-12-10'), day('2026-12-12')]
  const opened = (on: typeof thursday) => [...period.openings, { day: on, slot: 1, capacity: 32 }]
  const show = async (more: Partial<typeof period>) => {
    await publish(town.portal, { documents: [published('period/1', { ...period, ...more })], withdrawn: [] })
    await page.goto(`${town.address}/mes-reservations/1001?mois=2026-12`)
  }
  await show({ openings: opened(thursday) })
  await cell(page, thursday, 1).click()
  await expect(sum(page)).toContainText(/1\sdemande à enregistrer, environ\s5,50\s€/)
  await expect(page.locator('[data-cell^="2026-12-17"]')).toHaveCount(0)

  await show({ openings: opened(saturday), weekdays: [1, 2, 3, 4, 5], slots: period.slots.slice(0, 1) })
  await cell(page, saturday, 1).click()
  await expect(cell(page, saturday, 1)).toHaveAttribute('data-draft', 'book')
})

test('the name of a period is shown whole, its year too, on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await open(page)
  const name = 'Restaurant scolaire Les Tilleuls, maternelle et élémentaire 2026/2027'
  await publish(town.portal, { documents: [published('period/1', { ...period, name })], withdrawn: [] })
  await page.reload()
  const chosen = page.locator('.chooser .select')
  await expect(chosen).toContainText(name)
  const [box, text] = [await chosen.boundingBox(), await chosen.locator('span').boundingBox()]
  expect((text?.y ?? 0) + (text?.height ?? 0)).toBeLessThanOrEqual((box?.y ?? 0) + (box?.height ?? 0))
  expect(await chosen.locator('span').evaluate((one) => one.scrollWidth - one.clientWidth)).toBe(0)
  await expect(page.getByLabel('Inscription', { exact: true })).toHaveValue('1001')
})

test('a week across two months is shown in both', async ({ page }) => {
  await open(page, { registration: registrationOf.taoMornings, isGrown: true })
  for (const month of ['2026-11', '2026-12']) {
    await page.goto(`${town.address}/mes-reservations/${registrationOf.taoMornings}?mois=${month}`)
    await expect(page.getByRole('heading', { level: 3, name: 'Du lun. 30 nov. au ven. 4 déc. 2026' })).toBeVisible()
    await expect(cell(page, '2026-12-04', 5)).toBeVisible()
  }
})

test('a month outside the registration leads to one within it', async ({ page }) => {
  await open(page)
  for (const month of ['2020-01', '2031-01']) {
    await page.goto(`${town.address}/mes-reservations/1001?mois=${month}`)
    await expect(page.getByRole('grid').first()).toBeVisible()
  }
})

test('by keyboard at 1280: arrows move between cells, Space ticks, Ctrl Z undoes, Tab leads to the bar', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1280, height: 900 })
  await open(page)
  const start = cell(page, '2027-01-06', 1)
  await start.focus()
  await page.keyboard.press('ArrowRight')
  await expect(cell(page, '2027-01-06', 2)).toBeFocused()
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await expect(cell(page, '2027-01-13', 2)).toBeFocused()
  await expect(cell(page, '2027-01-13', 2)).toHaveAttribute('data-draft', 'book')
  await page.keyboard.press('End')
  await expect(cell(page, '2027-01-13', 3)).toBeFocused()
  await page.keyboard.press('Control+z')
  await expect(sum(page)).toContainText(/1\sdemande à enregistrer/)
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Enter')
  await expect(sum(page)).toContainText(/2\sdemandes à enregistrer/)
  // Into the month before, and back.
  await start.focus()
  await page.keyboard.press('ArrowUp')
  await expect(page.locator('[data-cell^="2026-12"]:focus')).toHaveCount(1)
  // A cell that cannot be ticked opens, says why and closes again where it was.
  await cell(page, '2026-12-09', 3).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Quitter la liste d’attente' })).toBeFocused()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(cell(page, '2026-12-09', 3)).toBeFocused()
  await record(page).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('C’est enregistré')
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
})

test('each shape fits 360 px, with large targets', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await open(page, { isGrown: true })
  for (const path of Object.values(registrationOf).map((id) => `/mes-reservations/${id}`)) {
    await show(page, town, { path })
    expect(await fits(page), path).toBe(true)
    // The bar of the draft takes the last 190 of 740 px.
    const cells = await page.locator('[data-cell]').evaluateAll((all) =>
      all.map((one) => {
        const { top, width, height } = one.getBoundingClientRect()
        return { top, width, height }
      }),
    )
    expect(cells[0]?.top ?? 0, `${path}: first cell`).toBeLessThan(530)
    const small = cells.filter(({ width, height }) => height < 44 || width < 40)
    expect(small, `${path}: targets under 44 px`).toEqual([])
  }
})
