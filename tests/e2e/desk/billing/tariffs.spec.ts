import type { Page } from 'playwright/test'
import { aTariff, period } from '../../../support/towns/billing.ts'
import { aFamily, aRegistration, aTown, aWednesday } from '../../../support/towns/town.ts'
import { expect, faults, goTo, logIn, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(
    aTown()
      .with(aFamily('Marchand', { familyQuotient: 727, children: { Louison: {} } }))
      .with(aWednesday())
      .with(aTariff('CLSH MERCREDI'))
      .with(aRegistration('Marchand', 'Louison', period)),
  )
  await town.client.reservations.move({
    act: 'book',
    cells: ['Matin', 'Repas', 'Après-midi'].map((slot) => ({
      registrationId: town.registration('Louison', period),
      day: '2026-12-09',
      slotId: town.slot('CLSH MERCREDI', slot),
    })),
  })
})
test.afterAll(() => town.close())

/** Louison's morning, lunch and afternoon are booked, and not billed. */
const agree = async (page: Page) => {
  const question = page.getByRole('dialog', { name: /Enregistrer ce tarif/ })
  await expect(question).toContainText(/Touche 3\sréservations pas encore facturées, le 9 décembre 2026\./)
  await question.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(question).toBeHidden()
}

const printed = [
  '\tQF 0–300\t\t301–620\t\t621–1100\t\t> 1101\t',
  'Formule\tville\thors\tville\thors\tville\thors\tville\thors',
  'Demi-journée\t4,00\t4,80\t5,00\t6,00\t6,00\t7,20\t7,00\t8,40',
  'Journée\t7,00\t8,40\t9,50\t11,40\t11,00\t13,20\t13,00\t15,60',
].join('\n')

test('the town’s table pasted as printed fills the grid, is tried, and is recorded by Ctrl S', async ({ page }) => {
  await logInAt(page, town, '/reglages/tarifs', 'Tarifs')
  await expect(page.locator('.tariff-price')).toContainText('15,05')
  await page.getByRole('button', { name: 'Coller une grille' }).click()
  await page.getByLabel('Grille, copiée d’un tableur ou d’un PDF').fill('0-300\t400-620\t> 620\nJournée\t1\t2\t3')
  await expect(page.locator('mark')).toHaveText('400-620')
  await expect(page.getByRole('alert')).toContainText('Il y a un trou')
  await page.getByLabel('Grille, copiée d’un tableur ou d’un PDF').fill(printed)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Continuer la saisie' }).click()
  await expect(page.getByRole('table', { name: 'Grille lue' })).toContainText('11,00')
  await expect(page.getByRole('combobox', { name: 'Journée va dans', exact: true })).toHaveValue('Journée')
  expect(await faults(page)).toEqual([])
  await page.getByRole('button', { name: 'Reprendre dans la grille' }).click()
  await expect(page.getByLabel('Journée, tranche 3', { exact: true })).toHaveValue('11,00')
  // 11,00 and the meal.
  await expect(page.locator('.tariff-price')).toContainText('15,50')
  await page.keyboard.press('Control+s')
  expect(await faults(page)).toEqual([])
  await agree(page)
  await expect(page.getByText('Le tarif est enregistré.')).toBeVisible()
})

test('Enter moves down the amounts, and a block from a spreadsheet is pasted at the current one', async ({ page }) => {
  await logInAt(page, town, '/reglages/tarifs', 'Tarifs')
  const first = page.getByLabel('Demi-journée, tranche 1', { exact: true })
  await first.focus()
  await page.keyboard.type('4,10')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Journée, tranche 1', { exact: true })).toBeFocused()
  await expect(first).toHaveValue('4,10')
  await page.getByLabel('Journée, tranche 1', { exact: true }).evaluate((input) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', '7,10\t8,50\t9,60\n4,60')
    input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  })
  await expect(page.getByLabel('Journée, tranche 2', { exact: true })).toHaveValue('9,60')
  await expect(page.getByRole('textbox', { name: 'Repas', exact: true })).toHaveValue('4,60')
})

test('a dated copy with a percentage states its rounding, and is tried on a child and on a year before it is recorded', async ({
  page,
}) => {
  await logInAt(page, town, '/reglages/tarifs', 'Tarifs')
  await page.getByRole('button', { name: 'Nouveau tarif daté' }).click()
  await page.getByLabel('Augmentation, en %').fill('10')
  await expect(page.getByText(/arrondi aux 5 centimes/)).toBeVisible()
  expect(await faults(page)).toEqual([])
  await page.getByRole('button', { name: 'Préparer le tarif' }).click()
  await expect(page.getByRole('combobox', { name: 'Version' })).toHaveValue('Nouvelle version')
  await page.getByRole('button', { name: 'Un enfant de la ville' }).click()
  await page.getByRole('combobox', { name: 'Enfant', exact: true }).fill('Louison')
  await page.getByRole('option', { name: /Louison Marchand/ }).click()
  await expect(page.getByText(/Rien n’est réservé ni dû ces jours-là/)).toBeVisible()
  await page.getByRole('textbox', { name: 'Jour', exact: true }).fill('09/12/2026')
  await page.keyboard.press('Tab')
  await expect(page.locator('.tariff-why')).toContainText(/CLSH MERCREDI, mer\. 9 déc\./)
  await expect(page.getByText('La grille à l’écran demanderait')).toBeVisible()
  expect(await faults(page)).toEqual([])
  await page.getByRole('button', { name: 'Comparer sur une année' }).click()
  await page.getByRole('combobox', { name: 'Présences de l’année' }).click()
  await page.getByRole('option', { name: /en cours/ }).click()
  const table = page.getByRole('table', { name: 'Comparaison par tranche' })
  await expect(table).toContainText(/621–1\s100/)
  await expect(page.getByText(/1\sfamille en hausse/)).toBeVisible()
  await expect(page.getByRole('table', { name: 'Familles les plus concernées' })).toContainText('Marchand')
  expect(await faults(page)).toEqual([])
  const file = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Excel' }).click()
  expect((await file).suggestedFilename()).toBe('comparaison-des-tarifs.xlsx')

  await test.step('a home that is concerned leads to its record, once the unsaved tariff is given up', async () => {
    await page.getByRole('link', { name: 'Marchand' }).click()
    const question = page.getByRole('dialog', { name: /Quitter sans enregistrer/ })
    await question.getByRole('button', { name: 'Continuer la saisie' }).click()
    await expect(question).toBeHidden()
    await page.getByRole('link', { name: 'Marchand' }).click()
    await expect(question).toBeVisible()
    await question.getByRole('button', { name: 'Abandonner la saisie' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Marchand' })).toBeVisible()
  })
})

test('siblings, aids, a membership and a minimum are set beside the price that they change', async ({ page }) => {
  await logInAt(page, town, '/reglages/tarifs', 'Tarifs')
  await page.getByLabel('Deuxième enfant et suivants').check()
  const percent = page.getByRole('textbox', { name: /^2ᵉ et plus, en/ })
  await percent.fill('12,345')
  await expect(page.getByText('2ᵉ et plus, en\u00a0%. «\u00a012,345\u00a0» a trop de décimales')).toBeVisible()
  await page.getByRole('button', { name: /^Enregistrer/ }).click()
  await expect(percent).toBeFocused()
  await percent.fill('10')
  await page.getByLabel('Adhésion, une fois par an').check()
  await page.getByLabel('Minimum de facturation').check()
  await page.getByRole('button', { name: 'Ajouter une aide' }).click()
  await page.getByRole('combobox', { name: 'Rang de l’enfant' }).click()
  await page.getByRole('option', { name: '2ᵉ' }).click()
  const why = page.locator('.tariff-why')
  await expect(why).toContainText('2ᵉ enfant')
  await expect(why).toContainText('Aide CAF')
  await expect(page.getByText(/s’ajoute une fois par an/)).toBeVisible()
  expect(await faults(page)).toEqual([])
  await page.getByRole('button', { name: /^Enregistrer/ }).click()
  await agree(page)
  await expect(page.getByText('Le tarif est enregistré.')).toBeVisible()
  const [tariff] = await town.client.prices.tariffs()
  expect(tariff?.versions[0]?.definition).toMatchObject({
    siblings: { percents: [10] },
    minimum: { cents: 500 },
    deductions: [{ label: 'Aide CAF', cents: 400 }],
  })
})

test('the poster of what is recorded is printed, never of what is still being typed', async ({ page, context }) => {
  await logInAt(page, town, '/reglages/tarifs', 'Tarifs')
  const print = page.getByRole('button', { name: 'Imprimer l’affiche' })
  const opened = context.waitForEvent('page')
  await print.click()
  await (await opened).close()
  const amount = page.getByLabel('Demi-journée, tranche 1', { exact: true })
  await amount.fill('9,90')
  await amount.press('Tab')
  await expect(print).toBeDisabled()
})

test('a cell that cannot be read holds the whole grid back, and takes the focus', async ({ page }) => {
  await logInAt(page, town, '/reglages/tarifs', 'Tarifs')
  const cell = page.getByLabel('Demi-journée, tranche 1', { exact: true })
  const stored = await cell.inputValue()
  await cell.fill('1 000,50')
  await cell.press('Tab')
  await expect(cell).toHaveValue(/^1\s000,50$/)
  await cell.fill('')
  await cell.press('Tab')
  await expect(page.getByText('Chaque quotient a un prix')).toBeHidden()
  await page.keyboard.press('Control+s')
  const said = page.getByRole('alert').filter({ hasText: 'Le tarif n’est pas enregistré.' })
  await expect(said).toContainText(/Demi-journée, tranche 1\. Le montant manque/)
  await expect(cell).toBeFocused()
  await page.keyboard.type('3,70')
  await expect(said).toBeHidden()
  await cell.evaluate(async (input: HTMLInputElement) => {
    input.select()
    document.execCommand('insertText', false, 'abc')
    // What the screen can do between two very fast key presses.
    await Promise.resolve()
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 's', ctrlKey: true, bubbles: true, cancelable: true }))
  })
  await expect(said).toContainText('« abc » n’est pas un montant')
  const [tariff] = await town.client.prices.tariffs()
  expect(JSON.stringify(tariff?.versions[0]?.definition)).not.toContain('370')
  await page.reload()
  await expect(cell).toHaveValue(stored)
})

test('neither the menu nor another version drops what is typed without a question', async ({ page }) => {
  await logInAt(page, town, '/reglages/tarifs', 'Tarifs')
  const cell = page.getByLabel('Demi-journée, tranche 1', { exact: true })
  await cell.fill('9,90')
  await page.getByRole('link', { name: 'Familles' }).click()
  const question = page.getByRole('dialog', { name: /Quitter sans enregistrer/ })
  await question.getByRole('button', { name: 'Continuer la saisie' }).click()
  await expect(question).toBeHidden()
  await expect(cell).toHaveValue('9,90')
  await page.getByRole('button', { name: 'Nouveau tarif daté' }).click()
  await expect(question).toBeVisible()
  expect(await faults(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: 'Familles' }).click()
  await question.getByRole('button', { name: 'Abandonner la saisie' }).click()
  await expect(page).toHaveURL(/familles/)
})

test('an address typed by hand asks about what is typed, which going back keeps', async ({ page }) => {
  // The home screen comes first: it is what going back leads to.
  await logIn(page, town)
  await goTo(page, '/reglages/tarifs', 'Tarifs')
  const cell = page.getByLabel('Demi-journée, tranche 1', { exact: true })
  const question = page.getByRole('dialog', { name: /Quitter sans enregistrer/ })
  const type = (address: string) => page.evaluate((to) => void (window.location.hash = to), address)
  await cell.fill('9,90')

  await type('/familles')
  await question.getByRole('button', { name: 'Continuer la saisie' }).click()
  await expect(question).toBeHidden()
  await expect(page).toHaveURL(/tarifs/)
  await expect(cell).toHaveValue('9,90')

  await type('/calendrier')
  await expect(question).toBeVisible()
  await page.goBack()
  await expect(question).toBeHidden()
  await expect(page).toHaveURL(/tarifs/)
  await expect(cell).toHaveValue('9,90')

  await page.goBack()
  await question.getByRole('button', { name: 'Continuer la saisie' }).click()
  await expect(question).toBeHidden()
  await expect(page).toHaveURL(/tarifs/)
  await expect(cell).toHaveValue('9,90')

  await type('/familles')
  await question.getByRole('button', { name: 'Abandonner la saisie' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Familles' })).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('heading', { level: 1, name: 'Tarifs' })).toBeVisible()
  await expect(cell).not.toHaveValue('9,90')
})

test('once undone, the grid is what is stored again, and can be changed at once', async ({ page }) => {
  await logInAt(page, town, '/reglages/tarifs', 'Tarifs')
  const cell = page.getByLabel('Demi-journée, tranche 1', { exact: true })
  const stored = await cell.inputValue()
  await cell.fill('6,66')
  await page.keyboard.press('Control+s')
  await agree(page)
  const saved = page.getByText('Le tarif est enregistré.')
  await expect(saved).toBeVisible()
  const save = page.getByRole('button', { name: /^Enregistrer/ })
  await expect(save).toBeDisabled()
  await page.getByRole('heading', { name: 'Grille', exact: true }).click()
  await page.keyboard.press('Control+z')
  await expect(cell).toHaveValue(stored)
  await expect(save).toBeDisabled()
  await cell.fill('6,67')
  await page.keyboard.press('Control+s')
  await agree(page)
  await expect(save).toBeDisabled()
  await expect(page.getByText(/Modifié entre-temps/)).toBeHidden()
})

test.describe('two people on one grid', () => {
  // The refusal is an answer that a browser writes in its console.
  test.use({ mayComplain: true })

  test('when another person changed the grid, the differing prices are shown, to keep or to take', async ({ page }) => {
    await logInAt(page, town, '/reglages/tarifs', 'Tarifs')
    const cell = page.getByLabel('Demi-journée, tranche 1', { exact: true })
    await cell.fill('2,22')
    const [tariff] = await town.client.prices.tariffs()
    await town.client.prices.saveTariff({ name: 'Aquagym' })
    await page.getByRole('combobox', { name: 'Tarif', exact: true }).click()
    await expect(page.getByRole('option', { name: 'Aquagym' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(cell).toHaveValue('2,22')
    const [version] = tariff?.versions ?? []
    if (!tariff || !version) throw new Error('the town has a tariff')
    await town.client.prices.saveVersion({
      id: version.id,
      tariffId: tariff.id,
      from: version.from,
      definition: { ...version.definition, decision: 'Délibération du 2 décembre 2026' },
    })
    await page.keyboard.press('Control+s')
    await agree(page)
    const told = page.getByRole('alert').filter({ hasText: 'entre-temps' })
    await expect(told).toContainText(/Délibération\s: .*→ Délibération du 2 décembre 2026/)
    expect(await faults(page)).toEqual([])
    await told.getByRole('button', { name: 'Reprendre ce qui est enregistré' }).click()
    await expect(page.getByRole('textbox', { name: 'Délibération' })).toHaveValue('Délibération du 2 décembre 2026')
    await cell.fill('2,23')
    await page.keyboard.press('Control+s')
    await agree(page)
    await expect(page.getByText('Le tarif est enregistré.')).toBeVisible()
  })
})
