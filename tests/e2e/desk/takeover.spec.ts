import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { picture } from '../../support/picture.ts'
import { type AskedList, aList, takenIn } from '../../support/towns/import.ts'
import { aTown, aWednesday } from '../../support/towns/town.ts'
import { expect, faultsInThemes, goTo, logInAt, type ServedTown, serveTown, test } from '../town.ts'

const foreign = (name: string) => readFileSync(join(import.meta.dirname, '../../desk/imports/foreign', name))

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(aTown().with(aWednesday()))
  town.store.statement(`update organisation set bills_from = '2026-12-01'`).run()
  const words = [{ field: 'period', from: 'ALSH Mercredis', to: 'ALSH mercredi 2026/2027' }]
  const list = (name: string): AskedList => ({ ...aList([]), file: new Blob([foreign(name)]), words })
  for (const name of ['noethysweb-individus.csv', 'noethysweb-inscriptions.csv']) await takenIn(town.client, list(name))
})
test.afterAll(() => town.close())

const choose = async (page: Page, button: RegExp, name: string, buffer = foreign(name)) => {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: button }).click()
  await (await chooser).setFiles({ name, mimeType: 'text/csv', buffer })
}

const settle = async (page: Page, word: string, meaning: string) => {
  const field = page.getByRole('combobox', { name: `Sens de ${word}` })
  await field.fill(meaning)
  await page.getByRole('option', { name: meaning, exact: true }).click()
}

test('the lists of another program are taken over, their totals read before and after', async ({ page }) => {
  await logInAt(page, town, '/import', 'Importer une liste')

  await choose(page, /^Choisir un fichier/, 'noethysweb-consommations.csv')
  await expect(page.getByText(/Colonnes reconnues d’après «\sNoethysweb, consommations\s»/)).toBeVisible()
  await settle(page, 'ALSH Mercredis · 6-11 ans', 'CLSH MERCREDI')
  await settle(page, 'ALSH Mercredis · 6-11 ans · Matin + repas', 'Matin + Repas')
  await settle(page, 'ALSH Mercredis · 6-11 ans · Journée', 'Matin + Repas + Après-midi')
  await picture(page, 'mots')
  await page.getByRole('button', { name: /^Voir le bilan/ }).click()
  await expect(page.getByText('tous égaux')).toBeVisible()
  await expect(page.getByRole('row', { name: /CLSH MERCREDI, septembre 2026/ })).toContainText('égal')
  expect(await faultsInThemes(page, 'Bilan')).toEqual([])
  await picture(page, 'bilan')
  const paper = page.waitForEvent('download')
  await page.getByRole('button', { name: 'PDF', exact: true }).click()
  expect((await paper).suggestedFilename()).toMatch(/^bilan-.*\.pdf$/)
  await (await paper).saveAs(test.info().outputPath('bilan.pdf'))
  await page.getByRole('button', { name: /^Importer \d+\slignes/ }).click()
  await expect(page.getByText(/réservations de plus/)).toBeVisible()

  // One invoice belongs to no home: nothing is written unless staff accept by name to leave it out.
  const invoices = `${new TextDecoder('windows-1252').decode(foreign('noethys-factures.csv'))}05/11/2026;004999;PERSONNE Jean;01/10/2026;31/10/2026;12.00 €;0.00 €;-12.00 €;-12.00 €;15/11/2026;Lot\r\n`
  await choose(page, /^Importer un autre fichier/, 'noethys-factures.csv', Buffer.from(invoices))
  await page.getByRole('button', { name: /^Voir le bilan/ }).click()
  await expect(page.getByRole('row', { name: /PERSONNE Jean/ })).toContainText('Aucune famille ne correspond')
  const go = page.getByRole('button', { name: /^Importer \d+\slignes/ })
  await expect(go).toBeDisabled()
  await page.getByRole('checkbox', { name: /J’ai relu cette ligne/ }).check()
  await picture(page, 'bilan-factures')
  await go.click()
  await expect(page.getByText(/factures de plus/)).toBeVisible()
  await expect(page.getByRole('row', { name: /PERSONNE Jean/ })).toBeVisible()
  await picture(page, 'bilan-apres')
  const { rows } = await town.client.families.list({ filter: 'da silva', show: 'present', from: 0, count: 1 })
  await goTo(page, `/familles/${rows[0]?.id}?onglet=argent`, 'Da Silva')
  await expect(page.getByText(/Facture reprise n°\s004502/).first()).toBeVisible()
  await picture(page, 'famille')

  await goTo(page, '/import', 'Importer une liste')
  await choose(page, /^Choisir un fichier/, 'autre-editeur-chiffres.csv')
  await page.getByRole('button', { name: /^Voir le bilan/ }).click()
  await page.getByRole('button', { name: /^Importer \d+\slignes/ }).click()
  await expect(page.getByText(/chiffres de plus/)).toBeVisible()
  await goTo(page, '/chiffres?onglet=reprises', 'Chiffres')
  await expect(page.getByText('repris de l’ancien logiciel').first()).toBeVisible()
  expect(await faultsInThemes(page, 'Années reprises')).toEqual([])
  await picture(page, 'annees')
})

test('a profile is renamed, given to another workstation as a file, and taken from it', async ({ page }) => {
  await town.client.imports.saveProfile({
    name: 'Autre éditeur',
    list: 'invoices',
    columns: [{ field: 'invoiceNumber', head: 'Réf. pièce' }],
    words: [],
  })
  await logInAt(page, town, '/import', 'Importer une liste')
  const told = page.waitForEvent('download')
  await page.getByRole('button', { name: /^Fichier : Autre éditeur/ }).click()
  const path = await (await told).path()
  await page.getByRole('button', { name: /^Renommer : Autre éditeur/ }).click()
  await page.getByRole('textbox', { name: 'Nom du réglage' }).fill('Éditeur A')
  await page.getByRole('button', { name: 'Renommer', exact: true }).click()
  await expect(page.getByRole('row', { name: /Éditeur A/ })).toBeVisible()
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Prendre un réglage dans un fichier' }).click()
  await (await chooser).setFiles(path)
  await expect(page.getByRole('row', { name: /Autre éditeur/ })).toBeVisible()
})
