import { checkFile } from '../../main/store/checking/check.ts'
import { aTariff, period } from '../support/towns/billing.ts'
import { guardiansFile, pupilsFile } from '../support/towns/class-lists.ts'
import { aTown, aWednesday } from '../support/towns/town.ts'
import { expect, logInByKeyboard, readPaper, type ServedTown, serveTown, test } from './town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(
    aTown()
      .with(aWednesday({ capacity: 1 }))
      .with(aTariff('CLSH MERCREDI')),
  )
})
test.afterAll(() => town.close())

test('from the class lists to a balance of zero, by mouse', async ({ page }) => {
  await logInByKeyboard(page, town)
  const rail = page.getByRole('navigation', { name: 'Écrans' })

  await test.step('imports the class lists of the school', async () => {
    await page.getByRole('button', { name: /Enfant, famille, téléphone/ }).click()
    await page.keyboard.type('onde')
    await page.getByRole('option', { name: /Importer une liste/ }).click()
    for (const [button, file, report] of [
      ['Choisir un fichier', pupilsFile, '3 enfants de plus'],
      ['Importer un autre fichier', guardiansFile, '2 responsables de plus'],
    ] as const) {
      const chooser = page.waitForEvent('filechooser')
      await page.getByRole('button', { name: button }).click()
      await (await chooser).setFiles(file)
      await page.getByRole('button', { name: /^Importer \d+ lignes/ }).click()
      await expect(page.getByRole('alert').filter({ hasText: report })).toBeVisible()
    }
  })

  await test.step('finds a family by three letters, sees its children', async () => {
    await page.keyboard.press('Control+k')
    await page.keyboard.type('car')
    await page
      .getByRole('option', { name: /^C? ?Carpentier/ })
      .first()
      .click()
    await expect(page.getByRole('heading', { level: 1, name: 'Carpentier' })).toBeVisible()
    await page.getByRole('link', { name: /^Enfants/ }).click()
    await expect(page.getByRole('article', { name: 'Margot Carpentier' })).toContainText('CP')
    await expect(page.getByRole('article', { name: 'Ulysse Carpentier' })).toBeVisible()
  })

  for (const child of ['Margot', 'Ulysse']) {
    await test.step(`registers ${child}`, async () => {
      await rail.getByRole('link', { name: 'Familles' }).click()
      await page.getByRole('row', { name: /Carpentier/ }).dblclick()
      await page.getByRole('button', { name: /Inscrire/ }).click()
      const form = page.getByRole('dialog', { name: 'Nouvelle inscription' })
      await form.getByRole('combobox', { name: 'Enfant' }).click()
      await page.getByRole('option', { name: new RegExp(child) }).click()
      await form.getByRole('combobox', { name: 'Choix de l’équipement' }).click()
      await page.getByRole('option', { name: 'CENTRE DE LOISIRS' }).click()
      await expect(form.getByRole('combobox', { name: 'Choix de la période' })).toHaveValue(period)
      await form.getByRole('button', { name: 'Inscrire' }).click()
      await expect(form).toBeHidden()
      await expect(page.getByRole('heading', { level: 1, name: 'Carpentier' })).toBeVisible()
      await expect(page.getByRole('row', { name: new RegExp(period) }).first()).toBeVisible()
    })
  }

  await test.step('ticks days in the calendar, puts one on the waiting list', async () => {
    await rail.getByRole('link', { name: 'Calendrier' }).click()
    const panel = page.getByRole('complementary', { name: 'Case choisie' })
    for (const slot of ['Matin', 'Repas']) {
      const cell = page.getByRole('gridcell', {
        name: new RegExp(`^Carpentier Margot, mercredi 25 novembre 2026, ${slot}`),
      })
      await cell.click()
      await panel.getByRole('button', { name: /^Réserver/ }).click()
      const asked = page.getByRole('dialog', { name: 'Réserver' })
      await asked.getByLabel('Demandé à temps, au téléphone ou au guichet').check()
      await asked.getByRole('button', { name: 'Réserver' }).click()
      await expect(cell).toHaveAccessibleName(/Réservation validée/)
    }
    await page.getByRole('button', { name: 'Suivant (S)' }).click()
    const margot = page.getByRole('gridcell', { name: /^Carpentier Margot, mercredi 9 décembre 2026, Matin/ })
    await margot.click()
    await panel.getByRole('button', { name: /^Réserver/ }).click()
    await expect(margot).toHaveAccessibleName(/Réservation validée/)
    const ulysse = page.getByRole('gridcell', { name: /^Carpentier Ulysse, mercredi 9 décembre 2026, Matin/ })
    await ulysse.click()
    await panel.getByRole('button', { name: /^Mettre en liste d’attente/ }).click()
    await expect(ulysse).toHaveAccessibleName(/en attente.*rang 1/)
  })

  await test.step('marks who came', async () => {
    await rail.getByRole('link', { name: 'Pointage' }).click()
    await page.getByRole('button', { name: /^Matin : tous présents/ }).click()
    await page.getByRole('button', { name: /^Repas : tous présents/ }).click()
    await expect(page.getByRole('navigation', { name: 'Activités du jour' })).toContainText('1 présent sur 1')
    await expect(page.getByRole('gridcell', { name: 'Matin : Présent' })).toBeVisible()
  })

  await test.step('runs the month’s invoices, looks at the PDF', async () => {
    await rail.getByRole('link', { name: 'Facturation' }).click()
    await page.getByRole('button', { name: /Préparer les brouillons/ }).click()
    const ticked = page.getByRole('checkbox', { name: 'Émettre Carpentier' })
    await ticked.click()
    await expect(ticked).toBeChecked()
    await page.getByRole('button', { name: /^Émettre 1 facture/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Émettre' }).click()
    await expect(page.getByRole('button', { name: /^Émises 1/ })).toBeVisible()
    await expect(page.getByRole('complementary', { name: 'Aperçu de la facture' })).toContainText('Margot')
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Un PDF', exact: true }).click()
    const paper = await readPaper(await (await saved).path())
    expect(paper).toMatchObject({ isPdf: true })
    if (paper.text !== null) expect(paper.text).toContain('Margot')
  })

  await test.step('records a cheque, sees the balance fall to zero', async () => {
    await rail.getByRole('link', { name: 'Règlements' }).click()
    await page.getByRole('combobox', { name: /Facture, famille ou téléphone/ }).fill('carp')
    await page.getByRole('option', { name: /Carpentier/ }).click()
    await page.getByRole('button', { name: /^Tout/ }).click()
    await page.getByLabel('Numéro du chèque').fill('0001234')
    const receipt = page.context().waitForEvent('page')
    await page.getByRole('button', { name: /^Enregistrer/ }).click()
    await expect(page.getByText(/reçus, quittance/)).toBeVisible()
    await (await receipt).close()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('car')
    await page
      .getByRole('option', { name: /^C? ?Carpentier/ })
      .first()
      .click()
    await expect(page.getByRole('term').filter({ hasText: 'Solde à régler' }).locator('+ dd')).toHaveText(/^0,00/)
  })

  expect(checkFile(town.store.sqlite)).toEqual([])
})
