import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { openDesk } from '../../main/app/desk.ts'
import { screensFolder } from '../../main/build.ts'
import { serveDesk } from '../../main/host/http.ts'
import { keyRingPath } from '../../main/store/key-ring.ts'
import { clientOf, password } from '../support/desk.ts'
import { picture } from '../support/picture.ts'
import { aFamily, aTown, type Town } from '../support/towns/town.ts'
import { serve } from './desk.ts'
import { expect, faultsInThemes, openAddress, test } from './town.ts'

// The browser reports each refusal in its console, and these tests expect refusals.
test.use({ mayComplain: true })

const wordsOnScreen = async (page: Page): Promise<string[]> => {
  const words = page.getByRole('list', { name: /Phrase de secours, feuille/ }).getByRole('listitem')
  await expect(words.first()).toBeVisible()
  return words.allTextContents()
}

/** Types the requested words, whatever they are and in whatever order. */
const retype = async (page: Page, words: readonly string[]): Promise<void> => {
  const fields = page.getByLabel(/^Mot \d+$/)
  await expect(fields).toHaveCount(3)
  for (const field of await fields.all()) {
    const label = await field.evaluate((input: HTMLInputElement) => input.labels?.[0]?.textContent ?? '')
    await field.fill(words[Number(label.replace(/\D/g, '')) - 1] ?? '')
  }
  await page.getByRole('button', { name: 'Confirmer la phrase' }).click()
}

test('a town begins with its phrase, and is taken back on another computer by that phrase alone', async ({ page }) => {
  test.slow()
  const desk = await serve()
  const other = await serve()
  try {
    const found: string[] = []
    await page.goto(desk.address)
    await page.getByRole('button', { name: /Commencer avec ma ville/ }).click()
    await page.getByLabel('Au nom de').fill('Ville de Blainville-sur-Orne')
    await page.getByLabel('Adresse').fill('3 place des Marronniers')
    await page.getByLabel('Code postal').fill('14550')
    await page.getByLabel('Commune').fill('Blainville-sur-Orne')
    await page.getByLabel('Prénom et nom').fill('Sandrine Tostain')
    await page.getByLabel('Identifiant').fill('sandrine')
    await page.getByLabel('Mot de passe', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Créer la structure' }).click()

    await expect(page.getByRole('heading', { name: 'Votre phrase de secours' })).toBeVisible()
    const words = await wordsOnScreen(page)
    expect(words).toHaveLength(15)
    found.push(...(await faultsInThemes(page, 'Phrase')))
    const opened = page.waitForEvent('popup')
    await page.getByRole('button', { name: 'Imprimer la feuille' }).click()
    await (await opened).close()
    await page.getByRole('button', { name: 'J’ai la feuille' }).click()
    await retype(
      page,
      words
        .with(0, 'girafe')
        .with(7, 'girafe')
        .with(14, 'girafe')
        .map((_, place) => words.at(place - 1) ?? ''),
    )
    await expect(page.getByText(/Ce n’est pas le mot \d+ de la feuille/).first()).toBeVisible()
    found.push(...(await faultsInThemes(page, 'Mots retapés')))
    await retype(page, words)

    await expect(page.getByRole('navigation', { name: 'Écrans' })).toBeVisible()
    await expect(page.getByText('Aucune phrase de secours n’est gardée')).toHaveCount(0)
    await openAddress(page, '/reglages?onglet=sauvegardes')
    await page.getByRole('button', { name: /Sauvegarder maintenant/ }).click()
    await expect(page.getByText('La sauvegarde est faite et vérifiée.')).toBeVisible()
    found.push(...(await faultsInThemes(page, 'Sauvegardes')))
    const folder = join(desk.folder, 'data/sauvegardes')
    const [name = ''] = readdirSync(folder)
    expect(name).toMatch(/\.sauvegarde$/)

    await page.goto(other.address)
    await page.getByRole('button', { name: /Reprendre une sauvegarde/ }).click()
    const chooser = page.waitForEvent('filechooser')
    await page.getByLabel('Fichier de la sauvegarde').click()
    await (await chooser).setFiles(join(folder, name))
    await page.getByRole('button', { name: 'Reprendre cette sauvegarde' }).click()
    await expect(page.getByText(/tapez la phrase de secours de la feuille/).first()).toBeVisible()
    found.push(...(await faultsInThemes(page, 'Reprise')))
    await page.getByLabel('Phrase de secours').fill(words.map((word) => word.slice(0, 4).toUpperCase()).join(' '))
    await page.getByRole('button', { name: 'Reprendre cette sauvegarde' }).click()
    await page.getByLabel('Identifiant').fill('sandrine')
    await page.getByLabel('Mot de passe', { exact: true }).fill(password)
    await page.keyboard.press('Enter')
    await expect(page.getByText('Blainville-sur-Orne').first()).toBeVisible()
    await expect(page.getByRole('navigation', { name: 'Écrans' })).toBeVisible()
    expect(found).toEqual([])
  } finally {
    await Promise.all([desk.close(), other.close()])
  }
})

const record = { allergies: 'Arachide', diet: '', pai: '', doctor: '' } as const

/**
 * The same data on a computer that has lost its key, with one record sealed by that key; the administrator has logged
 * in.
 */
const withoutItsKey = async (town: Town, page: Page) => {
  await town.client.families.changeHealth({ childId: town.child('Zoé'), ...record })
  const { dataDir } = town.store
  await town.desk.close()
  rmSync(keyRingPath(dataDir))
  const desk = await openDesk({ dataDir, exampleDir: `${dataDir}-exemple`, clock: town.clock })
  const serving = await serveDesk(desk, { screens: screensFolder, port: 0, log: console.error })
  await page.goto(serving.address)
  await page.getByLabel('Identifiant').fill('sandrine')
  await page.getByLabel('Mot de passe', { exact: true }).fill(password)
  await page.keyboard.press('Enter')
  return {
    desk,
    close: async () => {
      await serving.close()
      await desk.close()
      await town.close()
    },
  }
}

test('a computer that lost the key works, says so on every screen, and opens again by the phrase', async ({ page }) => {
  const town = await aTown([aFamily('Marchand', { children: { Zoé: {} } })]).open()
  const { words, asked } = await town.client.settings.makePhrase()
  await town.client.settings.confirmPhrase({ words: asked.map((place) => words[place] ?? '') })
  const { desk, close } = await withoutItsKey(town, page)
  try {
    const found: string[] = []
    const banner = page.getByText('Les fiches sanitaires sont scellées')
    await expect(banner).toBeVisible()
    found.push(...(await faultsInThemes(page, 'Accueil')))
    await page.getByRole('button', { name: 'Taper la phrase…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Phrase de secours').fill(words.with(3, 'baobob').join(' '))
    await dialog.getByRole('button', { name: 'Rouvrir' }).click()
    await expect(dialog.getByText('Est-ce « baobab » ?').first()).toBeVisible()
    found.push(...(await faultsInThemes(page, 'Rouvrir')))
    await dialog.getByLabel('Phrase de secours').fill(words.join(' '))
    await dialog.getByRole('button', { name: 'Rouvrir' }).click()
    await expect(dialog).toHaveCount(0)
    await expect(banner).toHaveCount(0)
    const client = clientOf(desk)
    await client.staff.login({ login: 'sandrine', password })
    expect(await client.families.health({ childId: town.child('Zoé') })).toMatchObject({ ...record, isLost: false })
    expect(found).toEqual([])
  } finally {
    await close()
  }
})

test('when key and phrase are both lost, the administrator starts with new ones, and a lost record is typed again', async ({
  page,
}) => {
  test.slow()
  const town = await aTown([aFamily('Marchand', { children: { Zoé: {} } })]).open()
  const { desk, close } = await withoutItsKey(town, page)
  try {
    const found: string[] = []
    await page.getByRole('button', { name: 'Repartir avec une nouvelle clé…' }).click()
    await expect(page.getByRole('dialog').getByText('1 fiche sanitaire illisible')).toBeVisible()
    await picture(page, 'repartir')
    found.push(...(await faultsInThemes(page, 'Repartir')))
    await page.getByRole('button', { name: 'Créer la nouvelle phrase' }).click()
    const words = await wordsOnScreen(page)
    await page.getByRole('button', { name: 'J’ai la feuille' }).click()
    await retype(page, words)
    await expect(page.getByText('Une sauvegarde est faite avec la nouvelle clé.')).toBeVisible()
    await expect(page.getByText('1 fiche sanitaire illisible : leur clé est perdue')).toBeVisible()
    await openAddress(page, `/familles/${town.family('Marchand')}`)
    await page.getByRole('link', { name: /^Enfants/ }).click()
    await page.getByRole('button', { name: 'Fiche sanitaire de Zoé' }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByText('Cette fiche est illisible')).toBeVisible()
    found.push(...(await faultsInThemes(page, 'Fiche illisible')))
    await dialog.getByLabel('Allergies').fill('Arachide')
    await dialog.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(dialog).toHaveCount(0)
    const client = clientOf(desk)
    await client.staff.login({ login: 'sandrine', password })
    expect(await client.settings.sealing()).toMatchObject({ unreadable: 0 })
    expect(found).toEqual([])
  } finally {
    await close()
  }
})
