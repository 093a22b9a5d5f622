import type { Locator, Page } from 'playwright/test'
import { checkFile } from '../../main/store/checking/check.ts'
import { aTariff, period } from '../support/towns/billing.ts'
import { guardiansFile, pupilsFile } from '../support/towns/class-lists.ts'
import { aTown, aWednesday } from '../support/towns/town.ts'
import { expect, logInByKeyboard, readPaper, type ServedTown, serveTown, tabTo, test } from './town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(
    aTown()
      .with(aWednesday({ capacity: 1 }))
      .with(aTariff('CLSH MERCREDI')),
  )
})
test.afterAll(() => town.close())

/** Ctrl K, some letters, Enter. */
const find = async (page: Page, letters: string, title: string) => {
  await page.keyboard.press('Control+k')
  await page.keyboard.type(letters)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible()
}

/** Tab to a list, open it, choose by its first letters or by the arrows. */
const choose = async (page: Page, box: Locator, option: RegExp | string) => {
  await tabTo(page, box)
  await page.keyboard.press('ArrowDown')
  const wanted = page.getByRole('option', { name: option })
  await expect(wanted).toBeVisible()
  for (let presses = 0; presses < 12; presses += 1) {
    const active = await box.getAttribute('aria-activedescendant')
    if (active !== null && active === (await wanted.getAttribute('id'))) break
    await page.keyboard.press('ArrowDown')
  }
  await page.keyboard.press('Enter')
  await expect(wanted).toBeHidden()
  await expect(box).toHaveValue(option)
}

test('from the class lists to a balance of zero, without a mouse', async ({ page }) => {
  await logInByKeyboard(page, town)
  const { keyboard } = page
  // Listens once for the whole run: if each file did, Chromium might learn of it only after the key has opened the file
  // chooser.
  page.on('filechooser', () => {})

  await test.step('imports the class lists of the school', async () => {
    await find(page, 'onde', 'Importer une liste')
    for (const [file, title, report] of [
      [pupilsFile, 'Import\u00a0: Familles et enfants', '3 enfants de plus'],
      [guardiansFile, 'Import\u00a0: Responsables (ONDE)', '2 responsables de plus'],
    ] as const) {
      const chooser = page.waitForEvent('filechooser')
      await keyboard.press('o')
      await (await chooser).setFiles(file)
      await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible()
      await expect(page.getByRole('button', { name: /^Importer \d+ lignes/ })).toBeEnabled()
      await keyboard.press('Control+Enter')
      await expect(page.getByRole('alert').filter({ hasText: report })).toBeVisible()
    }
  })

  await test.step('finds a family by three letters, sees its children', async () => {
    await find(page, 'car', 'Carpentier')
    await tabTo(page, page.getByRole('link', { name: /^Enfants/ }))
    await keyboard.press('Enter')
    await expect(page.getByRole('article', { name: 'Margot Carpentier' })).toContainText('CP')
    await expect(page.getByRole('article', { name: 'Ulysse Carpentier' })).toBeVisible()
  })

  for (const child of ['Margot', 'Ulysse']) {
    await test.step(`registers ${child}`, async () => {
      await find(page, 'car', 'Carpentier')
      await keyboard.press('i')
      const form = page.getByRole('dialog', { name: 'Nouvelle inscription' })
      await expect(form.getByRole('combobox', { name: 'Choix de l’équipement' })).toBeFocused()
      await choose(page, form.getByRole('combobox', { name: 'Choix de l’équipement' }), 'CENTRE DE LOISIRS')
      await expect(form.getByRole('combobox', { name: 'Choix de la période' })).toHaveValue(period)
      await choose(page, form.getByRole('combobox', { name: 'Enfant' }), new RegExp(child))
      await tabTo(page, form.getByRole('button', { name: 'Inscrire' }))
      await keyboard.press('Enter')
      await expect(form).toBeHidden()
      await expect(page.getByRole('row', { name: new RegExp(period) }).first()).toBeVisible()
    })
  }

  await test.step('ticks days in the calendar, puts one on the waiting list', async () => {
    await find(page, 'calendrier', 'Calendrier')
    const cellOf = (child: string, day: string, slot: string) =>
      page.getByRole('gridcell', { name: new RegExp(`^Carpentier ${child}, mercredi ${day} 2026, ${slot}`) })
    await tabTo(page, page.locator('[role="gridcell"][tabindex="0"]'))
    await keyboard.press('Control+Home')
    // The morning of 25 November, then its meal in the same block.
    for (let presses = 0; presses < 20; presses += 1) {
      if (await cellOf('Margot', '25 novembre', 'Matin').evaluate((cell) => cell === document.activeElement)) break
      await keyboard.press('ArrowRight')
    }
    await expect(cellOf('Margot', '25 novembre', 'Matin')).toBeFocused()
    await keyboard.press('Shift+ArrowRight')
    await keyboard.press('Space')
    const asked = page.getByRole('dialog', { name: /^Réserver/ })
    // After the deadline nothing is chosen by default: the first reason has the focus.
    await expect(asked.getByLabel('Demandé à temps, au téléphone ou au guichet')).toBeFocused()
    await keyboard.press('Space')
    await tabTo(page, asked.getByRole('button', { name: 'Réserver' }))
    await keyboard.press('Enter')
    await expect(cellOf('Margot', '25 novembre', 'Matin')).toHaveAccessibleName(/Réservation validée/)
    await expect(cellOf('Margot', '25 novembre', 'Repas')).toHaveAccessibleName(/Réservation validée/)

    await keyboard.press('s')
    await expect(cellOf('Margot', '9 décembre', 'Matin')).toBeVisible()
    await tabTo(page, page.locator('[role="gridcell"][tabindex="0"]'))
    await keyboard.press('Control+Home')
    for (let presses = 0; presses < 20; presses += 1) {
      if (await cellOf('Margot', '9 décembre', 'Matin').evaluate((cell) => cell === document.activeElement)) break
      await keyboard.press('ArrowRight')
    }
    await keyboard.press('Space')
    await expect(cellOf('Margot', '9 décembre', 'Matin')).toHaveAccessibleName(/Réservation validée/)
    await keyboard.press('ArrowDown')
    await keyboard.press('l')
    await expect(cellOf('Ulysse', '9 décembre', 'Matin')).toHaveAccessibleName(/en attente.*rang 1/)
    await expect(cellOf('Ulysse', '9 décembre', 'Matin')).toBeFocused()
  })

  await test.step('marks who came', async () => {
    await find(page, 'pointage', 'Pointage')
    await tabTo(page, page.getByRole('gridcell', { name: 'Matin : à pointer' }))
    await keyboard.press('p')
    await expect(page.getByRole('gridcell', { name: 'Matin : Présent' })).toBeFocused()
    await keyboard.press('ArrowRight')
    await keyboard.press('p')
    await expect(page.getByRole('gridcell', { name: 'Repas : Présent' })).toBeFocused()
  })

  await test.step('runs the month’s invoices, looks at the PDF', async () => {
    await find(page, 'facturation', 'Facturation')
    await expect(page.getByRole('checkbox', { name: /CLSH MERCREDI/ })).toBeChecked()
    await keyboard.press('Control+Enter')
    const list = page.getByRole('grid', { name: 'Brouillons' })
    await tabTo(page, list.getByRole('row', { name: /Carpentier/ }))
    const ticked = page.getByRole('checkbox', { name: 'Émettre Carpentier' })
    await expect(ticked).not.toBeChecked()
    await keyboard.press('Space')
    await expect(page.getByRole('button', { name: /^Émettre 1 facture/ })).toBeEnabled()
    await keyboard.press('Control+Enter')
    await expect(page.getByRole('dialog').getByRole('button', { name: 'Émettre' })).toBeFocused()
    await keyboard.press('Enter')
    await expect(page.getByRole('button', { name: /^Émises 1/ })).toBeVisible()
    await tabTo(page, page.getByRole('button', { name: 'Un PDF', exact: true }))
    const saved = page.waitForEvent('download')
    await keyboard.press('Enter')
    expect(await readPaper(await (await saved).path())).toMatchObject({ isPdf: true })
  })

  await test.step('records a cheque, sees the balance fall to zero', async () => {
    await find(page, 'car', 'Carpentier')
    const balance = page.getByRole('term').filter({ hasText: 'Solde à régler' }).locator('+ dd')
    await expect(balance).not.toHaveText(/^(0,00|…)/)
    await keyboard.press('e')
    await expect(page.getByLabel('Montant reçu')).toBeFocused()
    await keyboard.press('t')
    await tabTo(page, page.getByLabel('Numéro du chèque'))
    await keyboard.type('0001234')
    const receipt = page.context().waitForEvent('page')
    await keyboard.press('Control+Enter')
    await expect(page.getByText(/reçus, quittance/)).toBeVisible()
    // It opens in a tab of its own, which one closes (Ctrl W) to come back.
    await (await receipt).close()
    await expect(page.getByRole('combobox', { name: /Facture, famille ou téléphone/ })).toBeFocused()
    await find(page, 'car', 'Carpentier')
    await expect(balance).toHaveText(/^0,00/)
  })

  expect(checkFile(town.store.sqlite)).toEqual([])
})

test('the calendar of a day that is typed goes with Enter, and comes back with the next letters', async ({ page }) => {
  await logInByKeyboard(page, town)
  await find(page, 'pointage', 'Pointage')
  const day = page.getByRole('textbox', { name: 'Jour', exact: true })
  const calendar = page.locator('[data-dates-dropdown]')
  for (const typed of ['09/12/2026', '16/12/2026']) {
    await day.fill(typed)
    await expect(calendar).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(calendar).toBeHidden()
  }
  await day.click()
  await expect(calendar).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(calendar).toBeHidden()
})
