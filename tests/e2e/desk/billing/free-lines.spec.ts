import type { Page } from 'playwright/test'
import { aBillingTown } from '../../../support/towns/billing.ts'
import { expect, faultsInThemes, goTo, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(aBillingTown())
})
test.afterAll(() => town.close())
// The browser reports each refusal of the desk in its console.
test.use({ mayComplain: true })

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })

test('a line of the town’s list is written for one family, then for all registered children', async ({ page }) => {
  await logInAt(page, town, '/reglages?onglet=lignes', 'Réglages')
  await button(page, 'Nouvelle ligne…').click()
  const kind = page.getByRole('dialog', { name: 'Nouvelle ligne libre usuelle' })
  await kind.getByLabel('Ce qui est facturé').fill('Badge perdu')
  await kind.getByLabel('Montant d’une unité').fill('0')
  await kind.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(kind).toContainText('ne change rien')
  await kind.getByLabel('Montant d’une unité').fill('5')
  await kind.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(page.getByRole('grid', { name: 'Lignes libres usuelles' })).toContainText('5,00')
  expect(await faultsInThemes(page, 'lignes usuelles')).toEqual([])

  await goTo(page, `/familles/${town.family('Marchand')}?onglet=argent`, 'Marchand')
  await button(page, 'Ajouter une ligne…').click()
  const dialog = page.getByRole('dialog', { name: 'Ajouter une ligne, famille Marchand' })
  await dialog.getByRole('combobox', { name: 'Ligne usuelle' }).click()
  await page.getByRole('option', { name: 'Badge perdu' }).click()
  await expect(dialog.getByLabel('Montant d’une unité')).toHaveValue(/^5,00/)
  await dialog.getByLabel('Montant d’une unité').fill('-5')
  await dialog.getByRole('button', { name: 'Ajouter' }).click()
  await expect(dialog).toContainText('Une ligne négative a un motif')
  await dialog.getByLabel('Motif').fill('Badge retrouvé')
  expect(await faultsInThemes(page, 'ligne libre')).toEqual([])
  await dialog.getByRole('button', { name: 'Ajouter' }).click()
  const lines = page.getByRole('table', { name: 'Lignes libres' })
  await expect(lines).toContainText('à facturer')
  expect(await faultsInThemes(page, 'lignes d’une famille')).toEqual([])
  await button(page, 'Retirer Badge perdu').click()
  await expect(lines).toBeHidden()

  await goTo(page, '/facturation', 'Facturation')
  await button(page, 'Une ligne pour plusieurs familles…').click()
  const many = page.getByRole('dialog', { name: 'Une ligne pour plusieurs familles' })
  await many.getByRole('combobox', { name: 'Familles qui ont un enfant inscrit à' }).click()
  await page.getByRole('option', { name: 'CLSH MERCREDI' }).click()
  await many.getByLabel('Ce qui est facturé').fill('Sortie piscine')
  await many.getByLabel('Montant d’une unité').fill('8')
  await expect(many).toContainText('3 lignes')
  await many.getByRole('checkbox', { name: /Fouquet/ }).uncheck()
  await expect(many).toContainText('2 lignes')
  expect(await faultsInThemes(page, 'ligne de plusieurs familles')).toEqual([])
  await many.getByRole('button', { name: 'Ajouter' }).click()
  await expect(many).toBeHidden()
  expect(town.store.statement('select count(*) from free_line').pluck().get()).toBe(2)
})
