import type { Page } from 'playwright/test'
import { aBillingTown, billing, leavingDue, period } from '../../../support/towns/billing.ts'
import { outOfReach } from '../../shown-town.ts'
import { expect, hold, logInAt, type ServedTown, serveTown, tabTo, test } from '../../town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(aBillingTown())
})
test.afterAll(() => town.close())

test.beforeEach(async ({ page }) => {
  await logInAt(page, town, '/calendrier')
  await expect(page.getByRole('grid', { name: /^Réservations/ })).toBeVisible()
})

const cell = (page: Page, child: string, day: string, slot: string) =>
  page.getByRole('gridcell', { name: new RegExp(`${child}, mercredi ${day}, ${slot}`) })

/** Opens the grid of a month with the focus on the first cell of a day for the first child. */
const startAt = async (page: Page, months: number, child: string, day: string) => {
  for (let month = 0; month < months; month += 1) await page.keyboard.press('s')
  const wanted = cell(page, child, day, 'Matin')
  await expect(wanted).toBeAttached()
  await tabTo(page, page.locator('[role="gridcell"][tabindex="0"]'))
  await page.keyboard.press('Control+Home')
  for (let steps = 0; steps < 20; steps += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('ArrowRight')
  }
  await expect(wanted).toBeFocused()
}

test('arrows walk over days and children, Début and Fin to the ends', async ({ page }) => {
  await startAt(page, 1, 'Fouquet Noé', '9 décembre 2026')
  await page.keyboard.press('ArrowRight')
  await expect(cell(page, 'Fouquet Noé', '9 décembre 2026', 'Repas')).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(cell(page, 'Marchand Basile', '9 décembre 2026', 'Repas')).toBeFocused()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowUp')
  await expect(cell(page, 'Fouquet Noé', '9 décembre 2026', 'Matin')).toBeFocused()
  await page.keyboard.press('End')
  await expect(cell(page, 'Fouquet Noé', '27 janvier 2027', 'Après-midi')).toBeFocused()
  await page.keyboard.press('Control+End')
  await expect(cell(page, 'Marchand Louison', '27 janvier 2027', 'Après-midi')).toBeFocused()
})

test('Espace books, then frees; Ctrl Z takes back; the focus stays', async ({ page }) => {
  await startAt(page, 1, 'Fouquet Noé', '9 décembre 2026')
  const noe = cell(page, 'Fouquet Noé', '9 décembre 2026', 'Matin')
  await page.keyboard.press('Space')
  await expect(noe).toHaveAccessibleName(/Réservation validée/)
  await expect(noe).toBeFocused()
  await page.keyboard.press('Space')
  await expect(noe).toHaveAccessibleName(/Case libre/)
  await expect(noe).toBeFocused()
  await page.keyboard.press('Control+z')
  await expect(noe).toHaveAccessibleName(/Réservation validée/)
  await page.keyboard.press('Control+z')
  await expect(noe).toHaveAccessibleName(/Case libre/)
  await expect(noe).toBeFocused()
})

test('Maj and arrows choose a block, booked and taken back at once', async ({ page }) => {
  await startAt(page, 2, 'Fouquet Noé', '6 janvier 2027')
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Shift+ArrowDown')
  const panel = page.getByRole('complementary', { name: 'Case choisie' })
  await expect(panel.getByRole('heading', { name: '4 cases choisies' })).toBeVisible()
  await expect(panel).toContainText('mer. 6 janv. 2027 · matin et repas')
  await expect(panel).toContainText('Noé Fouquet et Basile Marchand')
  await expect(panel.getByRole('button', { name: /^Réserver les 4 cases/ })).toBeVisible()
  await page.keyboard.press('Space')
  for (const child of ['Fouquet Noé', 'Marchand Basile']) {
    await expect(cell(page, child, '6 janvier 2027', 'Matin')).toHaveAccessibleName(/Réservation validée/)
    await expect(cell(page, child, '6 janvier 2027', 'Repas')).toHaveAccessibleName(/Réservation validée/)
  }
  await expect(page.getByText('4 cases réservées')).toBeVisible()
  await page.keyboard.press('Control+z')
  await expect(page.getByText('4 cases rétablies')).toBeVisible()
  await expect(cell(page, 'Marchand Basile', '6 janvier 2027', 'Repas')).toHaveAccessibleName(/Case libre/)
  await expect(cell(page, 'Marchand Basile', '6 janvier 2027', 'Repas')).toBeFocused()
})

test('L puts on the waiting list, R takes off it with a reason, A gives the place', async ({ page }) => {
  await startAt(page, 2, 'Fouquet Noé', '13 janvier 2027')
  const noe = cell(page, 'Fouquet Noé', '13 janvier 2027', 'Matin')
  await page.keyboard.press('l')
  await expect(noe).toHaveAccessibleName(/en attente, rang 1/)
  await expect(noe).toBeFocused()

  await page.keyboard.press('r')
  const asked = page.getByRole('dialog', { name: 'Retirer de la liste' })
  await expect(asked.getByLabel('Motif')).toBeFocused()
  await page.keyboard.press('Enter')
  await page.keyboard.type('La famille a déménagé')
  await tabTo(page, asked.getByRole('button', { name: 'Retirer de la liste' }))
  await page.keyboard.press('Enter')
  await expect(asked).toBeHidden()
  await expect(noe).toHaveAccessibleName(/Case libre/)
  await expect(noe).toBeFocused()

  await page.keyboard.press('l')
  await expect(noe).toHaveAccessibleName(/en attente, rang 1/)
  await page.keyboard.press('a')
  await expect(noe).toHaveAccessibleName(/Réservation validée/)
  await expect(noe).toBeFocused()
  await expect(page.getByRole('complementary', { name: 'Case choisie' })).toContainText('La famille a déménagé')
})

test('a dialog that is left gives the focus back to its cell', async ({ page }) => {
  await startAt(page, 0, 'Fouquet Noé', '25 novembre 2026')
  const noe = cell(page, 'Fouquet Noé', '25 novembre 2026', 'Matin')
  await page.keyboard.press('Space')
  await expect(page.getByRole('dialog', { name: 'Réserver' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(noe).toBeFocused()
})

test('an act of the panel leaves the focus beside what it changed', async ({ page }) => {
  for (let month = 0; month < 2; month += 1) await page.keyboard.press('s')
  const louison = cell(page, 'Marchand Louison', '20 janvier 2027', 'Repas')
  await louison.click()
  const panel = page.getByRole('complementary', { name: 'Case choisie' })
  await tabTo(page, panel.getByRole('button', { name: /^Réserver/ }))
  await page.keyboard.press('Enter')
  await expect(louison).toHaveAccessibleName(/Réservation validée/)
  await expect(louison).toBeFocused()
})

test('the legend counts each state and keeps only one in sight', async ({ page }) => {
  await billing(town).book('Louison', ['2027-02-03'], 'Matin')
  for (let month = 0; month < 3; month += 1) await page.keyboard.press('s')
  const louison = cell(page, 'Marchand Louison', '3 février 2027', 'Matin')
  const noe = cell(page, 'Fouquet Noé', '3 février 2027', 'Matin')
  await expect(louison).toHaveAccessibleName(/Réservation validée/)
  const validated = page
    .getByRole('list', { name: /^Légende/ })
    .getByRole('button', { name: /^Réservation validée|^Validée/ })
  await expect(validated).toContainText('1')
  await validated.click()
  await expect(validated).toHaveAttribute('aria-pressed', 'true')
  await expect(noe.locator('.cell-dim')).toHaveCount(1)
  await expect(louison.locator('.cell-dim')).toHaveCount(0)
  await validated.click()
  await expect(noe.locator('.cell-dim')).toHaveCount(0)
})

test('at 1280, all buttons of a day, a week and a month are within the window', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 800 })
  for (const zoom of ['Jour', 'Semaine', 'Mois']) {
    await page.getByRole('button', { name: zoom, exact: true }).click()
    await expect(page.getByRole('grid').or(page.getByRole('heading', { name: 'Aucun enfant inscrit' }))).toBeVisible()
    expect(await outOfReach(page)).toEqual([])
  }
})

test('a first name is never cut, and a window zoomed in at 200 % still shows children', async ({ page }) => {
  const isWhole = await page
    .locator('.calendar-name > .child-name')
    .first()
    .evaluate((name) => {
      const [last, first] = name.children
      if (!last || !first) return false
      last.textContent = 'de La Tour d’Auvergne-Lauraguais'
      first.textContent = 'Maximilien'
      const text = document.createRange()
      text.selectNodeContents(first)
      const box = first.getBoundingClientRect()
      const room = name.getBoundingClientRect()
      // No tolerance: a box narrower by a fraction of a pixel already ends its text by « … ».
      return text.getBoundingClientRect().width <= box.width && box.right <= room.right
    })
  expect(isWhole).toBe(true)

  await page.setViewportSize({ width: 640, height: 400 })
  const heads = page.getByRole('rowheader')
  const { y = 0, height = 0 } = (await heads.nth(2).boundingBox()) ?? {}
  expect(y + height).toBeLessThan(400)
  const rail = page.getByRole('navigation').first()
  expect(await rail.evaluate((one) => one.scrollWidth <= one.clientWidth)).toBe(true)
  await expect(page.getByRole('button', { name: 'Derniers gestes' })).toBeVisible()
})

test('it opens today and goes on into the next month; once a period is chosen, keys are for its cells', async ({
  page,
}) => {
  const grid = page.getByRole('grid', { name: 'Réservations, ALSH mercredi 2026/2027' })
  await expect(grid.getByText('Nov. et déc. 2026')).toBeVisible()
  await expect(grid.getByRole('columnheader', { name: /^mercredi/ }).first()).toHaveAccessibleName(
    /^mercredi 25 novembre 2026/,
  )
  await expect(grid.getByRole('columnheader', { name: /^mercredi 16 décembre 2026/ })).toBeAttached()
  await page.getByRole('combobox', { name: 'Période' }).click()
  await page.getByRole('option', { name: 'ALSH mercredi 2026/2027' }).click()
  await expect(cell(page, 'Fouquet Noé', '25 novembre 2026', 'Matin')).toBeFocused()
  await page.keyboard.press('s')
  await expect(grid.getByText('Déc. 2026 et janv. 2027')).toBeVisible()
})

test('a screen reader hears the child, the day, the slot, the state and why', async ({ page }) => {
  const grid = page.getByRole('grid', { name: 'Réservations, ALSH mercredi 2026/2027' })
  await expect(grid).toBeVisible()
  await expect(grid.getByRole('rowheader', { name: /Fouquet Noé/ })).toBeVisible()
  await expect(grid.getByRole('columnheader', { name: /^mercredi 25 novembre 2026/ })).toBeVisible()
  await expect(grid.getByRole('columnheader', { name: /^Matin, mer. 25 nov. : \d+ sur 20/ })).toBeVisible()
  await expect(cell(page, 'Fouquet Noé', '25 novembre 2026', 'Matin')).toHaveAccessibleName(/Case grisée/)
})

test('a place freed late asks for a reason of the list, and what it costs', async ({ page }) => {
  const leaves = await leavingDue(town)
  await leaves(50)
  const late = { registrationId: town.registration('Basile', period), day: '2026-12-02' }
  const cells = [{ ...late, slotId: town.slot('CLSH MERCREDI', 'Matin') }]
  const reason = { kind: 'listed', code: 'toldInTime' } as const
  await town.client.reservations.move({ cells, act: 'book', reason })
  await page.keyboard.press('s')
  const basile = cell(page, 'Marchand Basile', '2 décembre 2026', 'Matin')
  await basile.click()
  // Space then Enter, which frees a day in time, does nothing here: a reason and the billing must be chosen.
  await page.keyboard.press('Space')
  const freeing = page.getByRole('dialog', { name: 'Libérer' })
  await expect(freeing.getByLabel('Demandé à temps, au téléphone ou au guichet')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(freeing.getByText('Choisissez un motif.').first()).toBeVisible()
  await expect(freeing.getByText('Dites si la place reste facturée.').first()).toBeVisible()
  await expect(freeing.getByRole('radio', { checked: true })).toHaveCount(0)
  await expect(freeing.getByLabel('Au prix du tarif : 5,50 €')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Libérer, mais facturer…' }).click()
  const asked = page.getByRole('dialog', { name: 'Libérer' })
  await asked.getByLabel('Enfant malade').check()
  await expect(asked.getByLabel('Reste facturée : 5,50 €')).toBeChecked()
  await asked.getByLabel('Au prix du tarif').check()
  await asked.getByRole('button', { name: 'Libérer' }).click()
  await expect(basile).toHaveAccessibleName(/Case grisée/)
  await expect(page.getByText('annulation tardive, majoration prévue au tarif')).toBeVisible()
})

test('a booking goes to another day by its key, and comes back by Ctrl Z', async ({ page }) => {
  const key = { registrationId: town.registration('Basile', period), slotId: town.slot('CLSH MERCREDI', 'Matin') }
  await town.client.reservations.move({ cells: [{ ...key, day: '2027-01-13' }], act: 'book' })
  await page.keyboard.press('s')
  const left = cell(page, 'Marchand Basile', '13 janvier 2027', 'Matin')
  const taken = cell(page, 'Marchand Basile', '20 janvier 2027', 'Matin')
  await left.click()
  await expect(page.getByRole('button', { name: /^Déplacer à un autre jour/ })).toBeVisible()
  await page.keyboard.press('d')
  const asked = page.getByRole('dialog', { name: 'Déplacer Basile à un autre jour' })
  await expect(asked.getByLabel('Nouveau jour')).toBeFocused()
  await page.keyboard.type('20/01/2027')
  await expect(asked.getByText('Matin')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(asked).toBeHidden()
  await expect(taken).toHaveAccessibleName(/Réservation validée/)
  await expect(left).toHaveAccessibleName(/Case libre/)
  await expect(left).toBeFocused()
  await page.keyboard.press('Control+z')
  await expect(left).toHaveAccessibleName(/Réservation validée/)
  await expect(taken).toHaveAccessibleName(/Case libre/)
})

test('a booking past the deadline asks why, and whether the family owes the majoration', async ({ page }) => {
  const { id, ...own } = await town.client.activities.period({ id: town.period(period) })
  const deadline = { unit: 'calendarDays', amount: 30, before: 'day' } as const
  await town.client.activities.savePeriod({ id, ...own, bookingRule: { deadline, after: { surcharge: 200 } } })
  const book = async (child: string) => {
    await cell(page, child, '16 décembre 2026', 'Matin').click()
    await page.keyboard.press('Space')
    return page.getByRole('dialog', { name: 'Réserver' })
  }
  const panel = page.getByRole('complementary', { name: 'Case choisie' })
  await page.keyboard.press('s')

  const asked = await book('Marchand Louison')
  await asked.getByLabel('Enfant malade').check()
  await expect(asked.getByLabel(/^Majoration de 2,00/)).toBeChecked()
  await asked.getByRole('button', { name: 'Réserver' }).click()
  await expect(cell(page, 'Marchand Louison', '16 décembre 2026', 'Matin')).toHaveAccessibleName(/Réservation validée/)
  await expect(panel).toContainText(/majoration de 2,00/)

  const waived = await book('Fouquet Noé')
  await waived.getByLabel('Erreur ou demande du service').check()
  await waived.getByLabel(/^Majoration de 2,00/).uncheck()
  await waived.getByRole('button', { name: 'Réserver' }).click()
  await expect(cell(page, 'Fouquet Noé', '16 décembre 2026', 'Matin')).toHaveAccessibleName(/Réservation validée/)
  await expect(panel).toContainText('(sans majoration)')
})

test('until another day, or another cell, is read, nothing is done of what was there before', async ({ page }) => {
  await billing(town).book('Louison', ['2027-03-10'], 'Matin')
  for (let month = 0; month < 4; month += 1) await page.keyboard.press('s')
  await cell(page, 'Marchand Louison', '10 mars 2027', 'Matin').click()
  const panel = page.getByRole('complementary', { name: 'Case choisie' })
  await expect(panel.getByRole('button', { name: /^Libérer/ }).first()).toBeEnabled()
  const letCell = await hold(page, 'reservations/cell')
  await cell(page, 'Marchand Basile', '10 mars 2027', 'Matin').click()
  await expect(panel.getByRole('button', { name: /^Libérer/ }).first()).toBeDisabled()
  await letCell()
  await expect(panel.getByRole('button', { name: /^Réserver/ })).toBeEnabled()

  let moves = 0
  page.on('request', (request) => {
    if (request.url().endsWith('/rpc/reservations/move')) moves += 1
  })
  await page.getByRole('button', { name: 'Jour', exact: true }).click()
  for (let on = 1; on < 10; on += 1) await page.keyboard.press('s')
  const noe = page.getByRole('gridcell', { name: /Fouquet Noé.*Matin/ })
  await noe.click()
  const letDay = await hold(page, 'reservations/calendar')
  await page.keyboard.press('s')
  await expect(page.getByText('Jeudi 11 mars 2027')).toBeVisible()
  await page.keyboard.press('Space')
  await letDay()
  await expect(noe).toHaveCount(0)
  expect(moves).toBe(0)
})
