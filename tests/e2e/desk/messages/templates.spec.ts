import type { Page } from 'playwright/test'
import type { TemplateDocument } from '../../../../shared/rules/templates/template-document.ts'
import { aGuardian } from '../../../support/towns/families.ts'
import { aMailServer, useMailServer } from '../../../support/towns/mails.ts'
import { aFamily, aTown } from '../../../support/towns/town.ts'
import { expect, faultsInThemes, goTo, logIn, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

let town: ServedTown
let mails: Awaited<ReturnType<typeof aMailServer>>
test.beforeAll(async () => {
  town = await serveTown(aTown().with(aFamily('Marchand', { children: { Louison: { birthDay: '2018-05-02' } } })))
  mails = await aMailServer()
  useMailServer(town.desk.core, town.person, mails)
  const id = town.store
    .statement('select guardian_id from family_guardian where family_id = ?')
    .pluck()
    .get(town.family('Marchand')) as number
  await town.client.families.changeGuardian({
    id,
    guardian: { ...aGuardian('Camille', 'Marchand'), civility: 'Mme', email: 'camille@exemple.fr' },
  })
})
test.afterAll(async () => {
  await town.close()
  await mails.mailbox.close()
})
// The browser reports each refusal of the desk in its console.
test.use({ mayComplain: true })

const text = (page: Page) => page.getByRole('textbox', { name: 'Texte du modèle' })
const tool = (page: Page, name: string) => page.getByRole('toolbar').getByRole('button', { name, exact: true })
const field = (page: Page, name: string) => text(page).locator('[data-field]', { hasText: name })
const written = async (key: string): Promise<TemplateDocument['content']> =>
  (await town.client.templates.read({ key })).document.content

const emptied = async (page: Page): Promise<void> => {
  await text(page).focus()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('Delete')
}

const paste = (page: Page, type: 'text/html' | 'text/plain', content: string): Promise<void> =>
  text(page).evaluate(
    (element, pasted) => {
      const clipboardData = new DataTransfer()
      clipboardData.setData(pasted.type, pasted.content)
      element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    },
    { type, content },
  )

test('a letter is written by the keyboard alone, read beside it, saved, and an older version comes back', async ({
  page,
}) => {
  await logInAt(page, town, '/reglages?onglet=modeles', 'Réglages')
  const list = page.getByRole('grid', { name: 'Modèles' })
  await expect(list.getByRole('row', { name: /Convocation.*livré/ })).toBeVisible()
  expect(await faultsInThemes(page, 'modèles')).toEqual([])

  await test.step('another one is made from the words of the delivered letter', async () => {
    await page.getByRole('button', { name: 'Nouveau modèle' }).click()
    const dialog = page.getByRole('dialog', { name: 'Nouveau modèle' })
    await dialog.getByLabel('Nom', { exact: true }).fill('Rappel du goûter')
    expect(await faultsInThemes(page, 'nouveau modèle')).toEqual([])
    await page.keyboard.press('ControlOrMeta+Enter')
    await expect(page.getByRole('heading', { level: 1, name: 'Rappel du goûter' })).toBeVisible()
  })

  await test.step('fields are found by their name, and written where a word begins', async () => {
    await emptied(page)
    await page.keyboard.type('Bonjour @')
    const search = page.getByRole('combobox', { name: 'Chercher un champ' })
    await expect(search).toBeFocused()
    await page.keyboard.type('prenoms')
    await expect(page.getByRole('option', { name: 'Prénoms des enfants' })).toHaveAttribute('aria-selected', 'true')
    expect(await faultsInThemes(page, 'liste des champs')).toEqual([])
    await page.keyboard.press('Enter')
    await expect(field(page, 'Prénoms des enfants')).toBeVisible()
    // A mail address keeps its @, and an escaped character stays a plain character.
    await page.keyboard.type(', le 24 / 11 à mairie@exemple.fr /zz')
    await expect(search).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(text(page)).toContainText(', le 24 / 11 à mairie@exemple.fr /zz')
    await expect(text(page)).toBeFocused()
  })

  await test.step('a field is reached by the arrows, removed, brought back, and says what to write where it is empty', async () => {
    // For 50 ms after it gets the focus, the editor restores its own cursor.
    await expect(async () => {
      await page.keyboard.press('ControlOrMeta+Home')
      for (let step = 0; step < 'Bonjour '.length + 1; step += 1) await page.keyboard.press('ArrowRight')
      await expect(page.getByText('Entrée règle ce qui s’écrit quand il est vide')).toBeVisible({ timeout: 300 })
    }).toPass()
    await page.keyboard.press('Backspace')
    await expect(field(page, 'Prénoms des enfants')).toHaveCount(0)
    await page.keyboard.press('ControlOrMeta+z')
    await expect(field(page, 'Prénoms des enfants')).toBeVisible()
    await page.keyboard.press('Enter')
    const panel = page.getByRole('dialog', { name: 'Champ Prénoms des enfants' })
    await expect(panel.getByLabel('Retenir ce destinataire')).toBeFocused()
    expect(await faultsInThemes(page, 'un champ')).toEqual([])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Tab')
    await page.keyboard.type('votre enfant')
    await page.keyboard.press('Enter')
    await expect(field(page, 'Prénoms des enfants')).toContainText('sinon «\u00a0votre enfant\u00a0»')
    await expect(text(page)).toBeFocused()
  })

  await test.step('Escape leaves the text for its tools, which say what is on', async () => {
    await page.keyboard.press('ControlOrMeta+End')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    await expect(tool(page, 'Champ')).toBeFocused()
    await page.keyboard.press('ArrowRight')
    await expect(tool(page, 'Gras')).toHaveAttribute('aria-pressed', 'false')
    await page.keyboard.press('Enter')
    await expect(text(page)).toBeFocused()
    await expect(tool(page, 'Gras')).toHaveAttribute('aria-pressed', 'true')
    await page.keyboard.type('Merci')
    await page.keyboard.press('ControlOrMeta+b')
    await page.keyboard.press('Enter')
    await page.keyboard.type('/factures à payer')
    await expect(page.getByRole('option', { name: 'Les factures à payer' })).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(text(page).locator('.template-list')).toContainText('Les factures à payer')
  })

  await test.step('it is read beside the text, and saved', async () => {
    const shown = page.getByRole('complementary', { name: 'Aperçu' })
    await expect(shown).toContainText('Bonjour Léa et Tom, le 24 / 11 à mairie@exemple.fr /zz')
    await expect(page.getByText('Pas encore enregistré')).toBeVisible()
    expect(await faultsInThemes(page, 'modèle')).toEqual([])
    await page.keyboard.press('ControlOrMeta+s')
    await expect(page.getByText('Le modèle est enregistré.')).toBeVisible()
    const rows = await town.client.templates.list()
    const key = rows.find(({ name }) => name === 'Rappel du goûter')?.key ?? ''
    expect(await written(key)).toEqual([
      {
        type: 'paragraph',
        content: [
          { type: 'text', text: 'Bonjour ' },
          { type: 'field', attrs: { field: 'home.children', empty: 'votre enfant' } },
          { type: 'text', text: ', le 24 / 11 à mairie@exemple.fr /zz' },
        ],
      },
      { type: 'paragraph', content: [{ type: 'text', text: 'Merci', marks: [{ type: 'bold' }] }] },
      { type: 'fieldBlock', attrs: { field: 'owed' } },
    ])
  })

  await test.step('the first version is read again, and becomes the third', async () => {
    await page.getByRole('button', { name: 'Versions' }).click()
    const dialog = page.getByRole('dialog', { name: 'Versions' })
    await expect(dialog.getByRole('button', { name: /Version 2/ })).toContainText('en service')
    await dialog.getByRole('button', { name: /Version 1/ }).click()
    const old = dialog.getByRole('textbox', { name: 'Texte de la version 1' })
    await expect(old).toContainText('salutations')
    // An old version can only be read.
    await old.locator('[data-field]').first().click()
    await expect(page.getByText('Si ce champ est vide')).toBeHidden()
    expect(await faultsInThemes(page, 'versions')).toEqual([])
    await dialog.getByRole('button', { name: 'Reprendre cette version' }).click()
    await expect(dialog).toBeHidden()
    await expect(text(page)).toContainText('salutations')
    await page.getByRole('button', { name: 'Versions' }).click()
    await expect(dialog.getByRole('button', { name: /Version 3/ })).toContainText('en service')
    await page.keyboard.press('Escape')
  })
})

test('pasting keeps only what a template may contain', async ({ page }) => {
  await logInAt(page, town, '/reglages/modeles/welcome', 'Bienvenue')
  await emptied(page)
  await paste(
    page,
    'text/html',
    `<html><head><style>p { color: red }</style></head><body>
      <h1 style="font-size:40pt">Titre de Word</h1>
      <p class="MsoNormal" style="text-align:center">Un <b>mot</b> <span style="color:red;font-weight:700">rouge</span>,
      <a href="javascript:alert(1)" onclick="alert(2)">un lien</a><img src="x" onerror="window.pwned = 1"></p>
      <script>window.pwned = 1</script><iframe src="https://exemple.fr"></iframe>
      <table><tr><td><p>Lundi</p></td><td>Goûter</td></tr><tr><td>Mardi</td><td>Piscine</td></tr></table>
      <ul><li>un<ul><li>dedans</li></ul></li><li>deux</li></ul>
      <p><span data-field="guardian.password">secret</span> <span data-field="service.phone">numéro</span></p>
    </body></html>`,
  )
  await expect(text(page)).toContainText('Titre de Word')
  expect(await page.evaluate(() => Reflect.get(window, 'pwned'))).toBeUndefined()
  await page.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(page.getByText('Le modèle est enregistré.')).toBeVisible()
  const words = JSON.stringify(await written('welcome'))
  for (const kept of ['Titre de Word', 'rouge', 'un lien', 'Lundi Goûter', 'Mardi Piscine', 'dedans', 'secret'])
    expect(words).toContain(kept)
  expect(words).not.toMatch(/javascript|color|iframe|guardian\.password|onerror|image/)
  const blocks = await written('welcome')
  expect(blocks[0]).toMatchObject({ type: 'heading', attrs: { level: 2 } })
  expect(blocks[1]).toMatchObject({
    type: 'paragraph',
    attrs: { textAlign: 'center' },
    content: [
      { text: 'Un ' },
      { text: 'mot', marks: [{ type: 'bold' }] },
      { text: ' ' },
      { text: 'rouge', marks: [{ type: 'bold' }] },
      { text: ', un lien' },
    ],
  })
  expect(blocks.some(({ type }) => type === 'bulletList')).toBe(true)

  await page.keyboard.press('ControlOrMeta+End')
  await paste(page, 'text/plain', 'Il reste {{famille.solde}} à payer')
  await page.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(page.getByText(/«\s\{famille\.solde\}\s» s’imprimerait tel quel/).first()).toBeVisible()
  expect(JSON.stringify(await written('welcome'))).not.toContain('famille.solde')
})

test('a wrong field is refused with its name; what is typed stays, also where somebody saved meanwhile', async ({
  page,
}) => {
  const custom = await town.client.fields.save({
    subject: 'family',
    kind: 'text',
    label: 'Code du portail',
    choices: [],
    seenBy: ['director', 'receptionist'],
    editedBy: ['director'],
  })
  await logInAt(page, town, '/reglages/modeles/letter', 'Lettre')

  await test.step('a reminder without its list says nothing: it is not saved', async () => {
    await goTo(page, '/reglages/modeles/reminder1', 'Relance, niveau 1')
    await text(page).locator('.template-list').click()
    await page.keyboard.press('Backspace')
    await page.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(page.getByRole('alert')).toContainText('Il manque la liste')
    await page.getByRole('link', { name: 'Modèles' }).click()
    await page.getByRole('button', { name: 'Abandonner la saisie' }).click()
    await expect(page.getByRole('grid', { name: 'Modèles' })).toBeVisible()
  })

  await test.step('two people save one template', async () => {
    await goTo(page, '/reglages/modeles/letter', 'Lettre')
    const { document, savedIn } = await town.client.templates.read({ key: 'letter' })
    await text(page).focus()
    await page.keyboard.press('ControlOrMeta+End')
    await page.keyboard.type(' À bientôt.')
    await town.client.templates.save({
      key: 'letter',
      name: 'Lettre',
      subject: 'Du nouveau',
      document,
      savedIn,
    })
    await page.keyboard.press('ControlOrMeta+s')
    await expect(page.getByRole('alert')).toContainText('Votre saisie est gardée')
    await page.getByRole('button', { name: 'Enregistrer ma saisie' }).click()
    await expect(page.getByText('Le modèle est enregistré.')).toBeVisible()
    expect(JSON.stringify(await written('letter'))).toContain('À bientôt.')
  })

  await test.step('a field that the town withdrew is named, and drawn as gone', async () => {
    const { document, savedIn } = await town.client.templates.read({ key: 'letter' })
    await town.client.templates.save({
      key: 'letter',
      name: 'Lettre',
      subject: 'Du nouveau',
      document: {
        ...document,
        content: [
          { type: 'paragraph', content: [{ type: 'field', attrs: { field: `home.custom${custom.id}`, empty: '' } }] },
        ],
      },
      savedIn,
    })
    await town.client.fields.withdraw({ id: custom.id, from: '2026-11-01' })
    await goTo(page, '/reglages?onglet=modeles', 'Réglages')
    await expect(page.getByText('Le champ «\u00a0Code du portail\u00a0» est retiré', { exact: false })).toBeVisible()
    await goTo(page, '/reglages/modeles/letter', 'Lettre')
    await expect(text(page).locator('[data-unknown]')).toContainText('champ disparu')
    expect(await faultsInThemes(page, 'champ disparu')).toEqual([])
  })
})

test('« Écrire » begins with the words of a template', async ({ page }) => {
  await logInAt(page, town, '/messages/ecrire', 'Message')
  await page.getByRole('button', { name: 'Partir d’un modèle' }).click()
  await page.getByRole('menuitem').first().click()
  await expect(page.getByRole('textbox', { name: 'Objet' })).not.toHaveValue('')
  await page.getByRole('textbox', { name: 'Texte' }).fill('Mes mots')
  await page.getByRole('button', { name: 'Partir d’un modèle' }).click()
  await page.getByRole('menuitem').first().click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remplacer' }).click()
  await expect(page.getByRole('textbox', { name: 'Texte' })).not.toHaveValue('Mes mots')
  // Empties the field, so that the next tests find nothing typed.
  await page.getByRole('textbox', { name: 'Texte' }).fill('')
  await page.getByRole('textbox', { name: 'Objet' }).fill('')
})

test('a template is previewed for a family; at the counter it becomes a letter, once no field is missing', async ({
  page,
  context,
}) => {
  await logIn(page, town)
  await test.step('Réglages: the preview of a family says what it lacks', async () => {
    await goTo(page, '/reglages/modeles/welcome', 'Bienvenue')
    const shown = page.getByRole('complementary', { name: 'Aperçu' })
    await emptied(page)
    await page.keyboard.type('Bonjour @')
    await page.keyboard.type('prenom et nom')
    await page.keyboard.press('Enter')
    await shown.getByRole('combobox', { name: 'Famille' }).fill('March')
    await page.getByRole('option', { name: /Marchand/ }).click()
    await expect(shown.getByText('Cette famille serait retenue', { exact: false })).toBeVisible()
    await shown.getByRole('combobox', { name: 'Enfant' }).click()
    await page.getByRole('option', { name: 'Louison' }).click()
    await expect(shown).toContainText('Bonjour Louison Marchand')
    await expect(shown.getByText('Cette famille serait retenue', { exact: false })).toBeHidden()
    await shown.getByRole('button', { name: 'Par mail' }).click()
    await expect(shown).toContainText('Bonjour Louison Marchand')
    expect(await faultsInThemes(page, 'aperçu d’une famille')).toEqual([])
    await page.getByRole('link', { name: 'Modèles' }).click()
    await page.getByRole('button', { name: 'Abandonner la saisie' }).click()
    await expect(page.getByRole('grid', { name: 'Modèles' })).toBeVisible()
  })

  await test.step('« Courrier… »: what is missing is named, and nothing is printed before it is filled in', async () => {
    await goTo(page, `/familles/${town.family('Marchand')}`, 'Marchand')
    await page.keyboard.press('c')
    const dialog = page.getByRole('dialog', { name: 'Courrier\u00a0: Marchand' })
    const template = dialog.getByRole('combobox', { name: 'Modèle' })
    await expect(template).toBeFocused()
    await template.click()
    await page.getByRole('option', { name: 'Convocation' }).click()
    await expect(dialog.getByText('sont vides', { exact: false })).toBeVisible()
    await expect(dialog.getByRole('button', { name: 'Imprimer' })).toBeDisabled()
    await dialog.getByLabel('Jour du rendez-vous').fill('08/12/2026')
    await dialog.getByLabel('Heure du rendez-vous').fill('17 h 30')
    await dialog.getByLabel('Ce dont il s’agit').fill('la cantine')
    await expect(dialog.getByRole('article')).toContainText(
      'Merci de venir le mardi 8 décembre 2026 à 17\u00a0h\u00a030',
    )
    expect(await faultsInThemes(page, 'courrier')).toEqual([])
    const draft = context.waitForEvent('page')
    await dialog.getByRole('button', { name: 'Voir le projet' }).click()
    const reader = await draft
    await expect(reader.getByRole('region', { name: 'Page 1' }).getByText('la cantine').first()).toBeVisible()
    await reader.close()
    await dialog.getByRole('button', { name: 'Envoyer par mail' }).click()
    await expect(page.getByText('Le courrier part par mail.')).toBeVisible()
    await expect(dialog).toBeHidden()
  })

  await test.step('it is kept as it left', async () => {
    await goTo(page, `/familles/${town.family('Marchand')}?onglet=messages`, 'Marchand')
    const letters = page.getByRole('listitem').filter({ hasText: 'Rendez-vous à l’accueil' })
    await expect(letters.first()).toContainText('Par mail')
    expect(await faultsInThemes(page, 'courriers d’une famille')).toEqual([])
    const opened = context.waitForEvent('page')
    await page.getByRole('button', { name: 'Ouvrir le courrier Rendez-vous à l’accueil' }).click()
    const reader = await opened
    await expect(reader.getByRole('region', { name: 'Page 1' }).getByText('la cantine').first()).toBeVisible()
    await reader.close()
  })
})
