import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDesk } from '../../main/app/desk.ts'
import { screensFolder } from '../../main/build.ts'
import { serveDesk } from '../../main/host/http.ts'
import { copyExampleTown, exampleNow } from '../desk/example-made.ts'
import { picture } from '../support/picture.ts'
import { aTown } from '../support/towns/town.ts'
import { expect, faultsInThemes, goTo, logIn, logInAt, type ServedTown, serveTown, tabTo, test } from './town.ts'

test.describe('the help', () => {
  let town: ServedTown
  test.beforeAll(async () => {
    town = await serveTown(aTown())
  })
  test.afterAll(() => town.close())

  test('F1 opens the page of the screen beside the work, follows it, and gives the focus back', async ({ page }) => {
    await logInAt(page, town, '/familles', 'Familles')
    const filter = page.getByLabel('Filtrer par nom, enfant ou téléphone')
    await filter.focus()
    await page.keyboard.press('F1')
    const help = page.getByRole('complementary', { name: 'Aide' })
    await expect(help.getByRole('article', { name: 'Familles' })).toContainText('La liste des foyers')
    await expect(help.getByRole('heading', { name: 'Touches de cet écran' })).toBeVisible()
    await expect(help).toContainText('filtrer la liste')
    await expect(help.getByRole('heading', { name: 'Aide', exact: true })).toBeFocused()
    // The help is beside the work and never covers it.
    const [work, beside] = [await page.getByRole('main').boundingBox(), await help.boundingBox()]
    expect((work?.x ?? 0) + (work?.width ?? 0)).toBeLessThanOrEqual((beside?.x ?? 0) + 1)
    expect(await faultsInThemes(page, 'Aide')).toEqual([])
    await page.keyboard.press('Escape')
    await expect(help).toBeHidden()
    await expect(filter).toBeFocused()

    await page.getByRole('button', { name: 'Aide de cet écran' }).click()
    await goTo(page, '/facturation', 'Facturation')
    await expect(help.getByRole('article', { name: 'Facturation' })).toBeVisible()
    await goTo(page, '/reglages?onglet=sauvegardes', 'Réglages')
    await expect(help.getByRole('article', { name: 'Sauvegardes' })).toBeVisible()
    await page.keyboard.press('F1')
    await expect(help).toBeHidden()
  })

  test('F1 in a dialog opens the help beside it, and nothing of what is typed is lost', async ({ page }) => {
    await logInAt(page, town, '/familles', 'Familles')
    await page.getByRole('button', { name: 'Nouvelle famille N', exact: true }).click()
    const dialog = page.getByRole('dialog')
    const field = dialog.getByRole('textbox').first()
    await field.fill('Marchand-Duval')
    await page.keyboard.press('F1')
    const help = dialog.getByRole('complementary', { name: 'Aide' })
    await expect(help.getByRole('article', { name: 'Familles' })).toBeVisible()
    const [form, beside] = [await dialog.locator('form').boundingBox(), await help.boundingBox()]
    expect((form?.x ?? 0) + (form?.width ?? 0)).toBeLessThanOrEqual((beside?.x ?? 0) + 1)
    expect(await faultsInThemes(page, 'Aide à côté d’une saisie')).toEqual([])
    await picture(page, 'aide-saisie')
    // Escape closes the help first, and only then the dialog, wherever the focus is.
    await help.getByLabel('Chercher dans l’aide').fill('fusion')
    await help.getByRole('button', { name: 'Doublons' }).click()
    await expect(help.getByRole('article', { name: 'Doublons' })).toBeVisible()
    await field.focus()
    await page.keyboard.press('Escape')
    await expect(help).toBeHidden()
    await expect(field).toHaveValue('Marchand-Duval')
    await page.keyboard.press('F1')
    await expect(help.getByRole('article', { name: 'Familles' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(help).toBeHidden()
    await expect(field).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(dialog.getByText('La saisie n’est pas enregistrée.')).toBeVisible()
    await dialog.getByRole('button', { name: 'Abandonner la saisie' }).click()
    await expect(page.getByRole('complementary', { name: 'Aide' })).toHaveCount(0)
  })

  test('a word finds a page, here and in Ctrl K; another screen brings its own page back', async ({ page }) => {
    await logIn(page, town)
    await page.keyboard.press('F1')
    const help = page.getByRole('complementary', { name: 'Aide' })
    await help.getByLabel('Chercher dans l’aide').fill('fusion')
    await help.getByRole('button', { name: 'Doublons' }).click()
    await expect(help.getByRole('article', { name: 'Doublons' })).toBeVisible()
    await help.getByRole('button', { name: 'Annuler, et relire l’histoire' }).first().click()
    await expect(help.getByRole('article', { name: /^Annuler/ })).toBeVisible()
    await help.getByRole('button', { name: 'Revenir à l’aide de cet écran' }).click()
    await expect(help.getByRole('article', { name: 'Accueil' })).toBeVisible()
    await help.getByLabel('Chercher dans l’aide').fill('xyz')
    await expect(help.getByRole('status')).toContainText('Aucune page n’en parle')
    expect(await faultsInThemes(page, 'Aide, recherche')).toEqual([])
    // It empties the search before it closes the panel.
    await page.keyboard.press('Escape')
    await expect(help.getByRole('article', { name: 'Accueil' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(help).toBeHidden()

    await page.keyboard.press('Control+k')
    await page.keyboard.type('aide : avoir')
    await page.keyboard.press('Enter')
    await expect(help.getByRole('article', { name: 'Facturation' })).toBeVisible()
    await goTo(page, '/calendrier', 'Calendrier')
    await expect(help.getByRole('article', { name: 'Calendrier' })).toBeVisible()
  })

  test('only the page is printed', async ({ page }) => {
    await logInAt(page, town, '/pointage', 'Pointage')
    await page.keyboard.press('F1')
    const help = page.getByRole('complementary', { name: 'Aide' })
    await expect(help.getByRole('article', { name: 'Pointage' })).toBeVisible()
    await page.emulateMedia({ media: 'print' })
    await expect(help).toBeHidden()
    // What the button does before and after the system's dialog, which no test can close.
    await page.evaluate(() => {
      window.print = () => {
        document.title = `printed ${document.documentElement.hasAttribute('data-prints-help')}`
      }
    })
    await page.emulateMedia({ media: 'screen' })
    await help.getByRole('button', { name: 'Imprimer cette page' }).click()
    await expect(page).toHaveTitle('printed true')
    await page.emulateMedia({ media: 'print' })
    await page.evaluate(() => document.documentElement.toggleAttribute('data-prints-help', true))
    await expect(help.getByRole('article')).toBeVisible()
    await expect(page.getByRole('main')).toBeHidden()
    await expect(page.getByLabel('Chercher dans l’aide')).toBeHidden()
  })

  test('the sheet of keys says those of the screen, those that move, those of everywhere', async ({ page }) => {
    await logInAt(page, town, '/calendrier', 'Calendrier')
    await page.keyboard.press('?')
    const sheet = page.getByRole('dialog', { name: 'Raccourcis du clavier' })
    await expect(sheet.getByRole('heading', { name: 'Sur cet écran' })).toBeVisible()
    await expect(sheet.getByRole('heading', { name: 'Partout' })).toBeVisible()
    for (const words of ['jour, semaine ou mois', 'chercher partout', 'aide de cet écran', 'voir les derniers gestes'])
      await expect(sheet.getByText(words)).toBeVisible()
  })
})

test.describe('the first day', () => {
  // Leaving the example while its page still makes a call: the page is told to log in.
  test.use({ mayComplain: true })

  test('the first day on the example town is ticked by what is done, hidden and taken up, and leads to one’s own town', async ({
    page,
  }) => {
    test.setTimeout(300_000)
    const folder = mkdtempSync(join(tmpdir(), 'first-day-'))
    const exampleDir = join(folder, 'example')
    await copyExampleTown(exampleDir)
    const desk = await openDesk({ dataDir: join(folder, 'data'), exampleDir, clock: () => exampleNow })
    const serving = await serveDesk(desk, { screens: screensFolder, port: 0, log: console.error })
    try {
      await page.goto(serving.address)
      await page.getByRole('button', { name: /Découvrir avec une ville d’exemple/ }).click()
      await page.getByRole('button', { name: 'Commencer la visite' }).click()
      const visit = page.getByRole('complementary', { name: 'Votre première journée' })
      await expect(visit.getByRole('status')).toContainText('0 étape faite sur 10')
      expect(await faultsInThemes(page, 'Première journée')).toEqual([])

      await visit.getByRole('link', { name: /Accueillir une nouvelle famille/ }).click()
      const form = page.getByRole('dialog', { name: 'Nouvelle famille' })
      await form.getByLabel('Nom', { exact: true }).first().fill('Quesnel')
      await form.getByLabel('Prénom', { exact: true }).first().fill('Ada')
      await expect(visit.getByRole('status')).toContainText('0 étape')
      await form.getByRole('button', { name: 'Créer la famille' }).click()
      await expect(visit.getByRole('status')).toContainText('1 étape faite sur 10')
      await expect(visit.getByRole('listitem').first().getByLabel('Fait')).toBeVisible()

      await visit.getByRole('button', { name: 'Masquer' }).click()
      await expect(visit).toBeHidden()
      const badge = page.getByRole('button', { name: /Ville d’exemple\s+1\/10/ })
      await tabTo(page, badge, 'Shift+Tab')
      await page.keyboard.press('Enter')
      await expect(visit).toBeVisible()

      await visit.getByRole('button', { name: 'Commencer avec ma ville' }).click()
      await expect(page.getByRole('heading', { name: 'Bienvenue dans Espace Jeunesse' })).toBeVisible()
      await expect(page.getByRole('button', { name: /Commencer avec ma ville/ })).toBeVisible()
    } finally {
      await page.close()
      await serving.close()
      await desk.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
