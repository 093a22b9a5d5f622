import { readFile } from 'node:fs/promises'
import type { Locator, Page } from 'playwright/test'
import { aRegieInput } from '../../../support/towns/regies.ts'
import { aFamily, aTown } from '../../../support/towns/town.ts'
import { expect, faultsInThemes, goTo, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(aTown().with(aFamily('Marchand')))
  await town.client.settings.changeOrganisation({
    ...(await town.client.settings.organisation()),
    tillFloatCents: 15_000,
  })
  for (const [means, amountCents] of [
    ['cash', 3850],
    ['cheque', 4000],
    ['cheque', 2500],
  ] as const)
    await town.client.payments.record({
      familyId: town.family('Marchand'),
      means,
      amountCents,
      receivedOn: '2026-11-25',
      payer: '',
      reference: '',
      chosen: null,
    })
})
test.afterAll(() => town.close())

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })

/** Whether no other element covers the middle of it. */
const isUncovered = (shown: Locator) =>
  shown.evaluate((element) => {
    const { x, y, width, height } = element.getBoundingClientRect()
    return element.contains(document.elementFromPoint(x + width / 2, y + height / 2))
  })

test('cheques are handed over with a slip that is printed, but one that is left for another', async ({
  page,
  context,
}) => {
  await logInAt(page, town, '/reglages?onglet=structure', 'Réglages')
  await expect(page.getByLabel('Fond de caisse')).toHaveValue(/^150\s€$/)
  await goTo(page, '/reglements', 'Règlements')
  await button(page, 'Bordereau de remise…').click()
  const dialog = page.getByRole('dialog', { name: 'Bordereau de remise' })
  await expect(dialog).toContainText(/1\srèglement, 38,50/)
  await button(page, /^Chèque$/).click()
  await expect(dialog).toContainText(/2\srèglements, 65,00/)
  expect(await faultsInThemes(page, 'what is handed over')).toEqual([])
  await page.getByRole('checkbox', { name: /Q2026-000002/ }).uncheck()
  await expect(dialog).toContainText(/1\srèglement, 25,00/)
  const opened = context.waitForEvent('page')
  await button(page, 'Remettre et imprimer').click()
  await (await opened).close()
  await expect(dialog.getByRole('table', { name: 'Bordereaux' })).toContainText('B2026-000001')
  await expect(dialog.getByRole('table', { name: 'À remettre' })).toContainText('Q2026-000002')
  await button(page, 'Annuler le bordereau B2026-000001').click()
  await page.getByLabel('Motif').fill('Un chèque manquait')
  await page
    .getByRole('dialog', { name: /^Annuler/ })
    .getByRole('button', { name: 'Annuler le bordereau' })
    .click()
  await expect(dialog.getByRole('table', { name: 'Bordereaux' })).toContainText('Un chèque manquait')
  await expect(dialog).toContainText(/2\srèglements, 65,00/)
})

test('cash that reaches the ceiling of the régie is proposed for a slip, at the till and on the home screen', async ({
  page,
}) => {
  const [regie] = await town.client.regies.list()
  if (!regie) throw new Error('no régie')
  const { natures } = aRegieInput()
  const input = { ...aRegieInput(regie), name: 'Régie', natures }
  await town.client.regies.save({ ...input, tillCeilingCents: 3000 })
  await logInAt(page, town, '/', /./)
  await expect(page.getByText('le plafond d’encaisse est atteint, 38,50')).toBeVisible()
  expect(await faultsInThemes(page, 'a full till on the home screen')).toEqual([])
  await page.getByRole('link', { name: 'Remettre les espèces' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Bordereau de remise' })
  await expect(dialog).toContainText(/1\srèglement, 38,50/)
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(page.locator('.payments-till')).toContainText('Le plafond d’encaisse est atteint')
  expect(await faultsInThemes(page, 'a full till')).toEqual([])
  await button(page, 'Remettre les espèces…').press('Enter')
  await expect(dialog).toContainText(/1\srèglement, 38,50/)
  await town.client.regies.save({ ...input, tillCeilingCents: 0 })
})

test('a remittance statement is made without the mouse, and printed', async ({ page, context }) => {
  await logInAt(page, town, '/reglements', 'Règlements')
  await button(page, 'Plus').press('Enter')
  await page.getByRole('menuitem', { name: 'Relevé de versement…' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Relevé de versement' })
  await expect(dialog).toContainText(/À verser\s: 103,50/)
  await expect(dialog.getByRole('table', { name: 'Encaissé par nature et par moyen' })).toContainText('Avances')
  expect(await faultsInThemes(page, 'what is handed over to the accountant')).toEqual([])
  const opened = context.waitForEvent('page')
  await button(page, 'Établir et imprimer').press('Enter')
  await (await opened).close()
  await expect(dialog.getByRole('table', { name: 'Relevés de versement' })).toContainText('103,50')
  await expect(dialog).toContainText('choisissez un jour d’après')
  await expect(button(page, 'Établir et imprimer')).toBeDisabled()
})

test('the balances of all payers are saved without the mouse', async ({ page }) => {
  await logInAt(page, town, '/reglements', 'Règlements')
  await button(page, 'Plus').press('Enter')
  await page.getByRole('menuitem', { name: 'Soldes des payeurs…' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Soldes des payeurs' })
  await expect(dialog.getByLabel('Au')).toBeVisible()
  expect(await faultsInThemes(page, 'the balances of all payers')).toEqual([])
  const saved = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'CSV' }).press('Enter')
  expect((await saved).suggestedFilename()).toBe('soldes-2026-11-25.csv')
})

test('a till is counted by notes and coins, without the mouse', async ({ page }) => {
  await logInAt(page, town, '/reglements', 'Règlements')
  await button(page, 'Clore la journée').press('Enter')
  const dialog = page.getByRole('dialog', { name: /^Clore la caisse/ })
  await button(page, 'Compter par billets et pièces').press('Enter')
  await expect(dialog.getByLabel('Billets de 500\u00a0€')).toBeFocused()
  for (const count of ['', '', '', '3', '', '', '', '19', '', '']) {
    if (count !== '') await page.keyboard.type(count)
    await page.keyboard.press('Enter')
  }
  await expect(dialog.getByLabel('Pièces de 20\u00a0c')).toBeFocused()
  await expect(dialog).toContainText(/188,00\s€, il manque 0,50/)
  await dialog.getByLabel('Pièces de 50\u00a0c').fill('1')
  await expect(dialog).toContainText(/188,50\s€, compte juste/)
  expect(await faultsInThemes(page, 'the till counted by notes and coins')).toEqual([])
  await dialog.getByLabel('Pièces de 1\u00a0c').press('Enter')
  await expect(dialog).toBeHidden()
  await expect(page.locator('.payments-till')).toContainText(/3\s×\s50\s€, 19\s×\s2\s€, 1\s×\s50\sc/)
  await town.client.payments.reopenTill({ day: '2026-11-25', reason: 'Pour la suite' })
})

test.describe('what is refused', () => {
  // The browser reports each refusal in its console.
  test.use({ mayComplain: true })

  test('a day is closed with what was counted, holds, and is opened again with a reason', async ({ page }) => {
    await logInAt(page, town, '/reglements', 'Règlements')
    const till = page.locator('.payments-till')
    await expect(till).toContainText('188,50')
    await button(page, 'Clore la journée').click()
    const dialog = page.getByRole('dialog', { name: /^Clore la caisse/ })
    await page.keyboard.type('186,50')
    await expect(dialog).toContainText('il manque 2,00')
    expect(await faultsInThemes(page, 'the till counted')).toEqual([])
    await page.keyboard.press('Enter')
    await expect(dialog.getByRole('alert')).toContainText('Le compte n’y est pas')
    await dialog.getByLabel('Remarque').fill('Deux euros rendus de trop')
    await dialog.getByRole('button', { name: 'Clore la journée' }).click()
    await expect(dialog).toBeHidden()
    await expect(page.getByText('caisse close')).toBeVisible()
    await expect(till).toContainText('Deux euros rendus de trop. Close le')
    await expect(button(page, 'Clore la journée')).toBeHidden()

    await page.keyboard.press('e')
    await expect(page.getByLabel('Facture, famille ou téléphone')).toBeFocused()
    await page.keyboard.type('marchand')
    await page.getByRole('option', { name: /^Marchand/ }).click()
    await button(page, 'Espèces').click()
    await page.getByLabel('Montant reçu').fill('10')
    // A form that is longer than the screen.
    await page.setViewportSize({ width: 1280, height: 560 })
    await page.keyboard.press('Control+Enter')
    const refusal = page.getByRole('alert')
    await expect(refusal).toContainText('La caisse est close jusqu’au 25 novembre 2026')
    await expect.poll(() => isUncovered(refusal)).toBe(true)

    await button(page, 'Rouvrir…').click()
    await page.getByLabel('Motif').fill('Un règlement arrivé après')
    await button(page, 'Rouvrir la caisse').click()
    await expect(button(page, 'Clore la journée')).toBeVisible()
    await button(page, 'Enregistrer le règlement').click()
    await expect(page.getByText(/10,00\s€ reçus, quittance/)).toBeVisible()
    await expect(till).toContainText('198,50')
  })

  test('a payment or a slip whose paper fails is recorded all the same, once, and that is what is said', async ({
    page,
  }) => {
    for (const paper of ['receipt', 'slip'])
      await page.route(`**/rpc/payments/${paper}`, (route) => route.fulfill({ status: 500, body: '{}' }))
    await logInAt(page, town, `/reglements?famille=${town.family('Marchand')}`, 'Règlements')
    await page.getByRole('button', { name: 'Chèque', exact: true }).click()
    await page.getByLabel('Montant reçu').fill('12')
    await page.keyboard.press('Control+Enter')
    await expect(page.getByText(/La quittance Q2026-\d+ n’est pas imprimée/)).toBeVisible()
    await expect(page.getByText('Rien n’a été enregistré')).toBeHidden()
    await expect(button(page, 'Enregistrer le règlement')).toBeHidden()
    await expect(page.getByLabel('Facture, famille ou téléphone')).toBeFocused()

    await button(page, 'Bordereau de remise…').click()
    const dialog = page.getByRole('dialog', { name: 'Bordereau de remise' })
    await dialog.getByRole('button', { name: 'Chèque', exact: true }).click()
    await button(page, 'Remettre et imprimer').click()
    await expect(page.getByText(/Le bordereau B2026-\d+ n’est pas imprimé/)).toBeVisible()
    await expect(dialog.getByRole('alert')).toBeHidden()
    await expect(dialog).toContainText('Rien à remettre')
  })
})

test('a month is closed once it is over and its till is counted', async ({ page }) => {
  town.clock.set('2026-12-02')
  await logInAt(page, town, '/reglements', 'Règlements')
  await page.getByRole('link', { name: 'Clôture' }).click()
  const checks = page.getByRole('list', { name: 'Avant de clore' })
  await expect(checks).toContainText('La caisse n’a pas été comptée')
  const { expectedCents } = await town.client.payments.till({ day: '2026-11-30' })
  await town.client.payments.closeTill({ day: '2026-11-30', countedCents: expectedCents, note: '' })
  await expect(checks).toContainText('La caisse a été comptée')
  await expect(page.getByRole('table', { name: 'Encaissé par nature et par moyen' })).toContainText(
    'Avances, à affecter',
  )
  expect(await faultsInThemes(page, 'the month to close')).toEqual([])
  await page.keyboard.press('Control+Enter')
  await page.getByRole('dialog', { name: 'Clore novembre 2026' }).getByRole('button', { name: 'Clore' }).click()
  await expect(checks).toContainText('Novembre 2026 est clos')
  await expect(checks).toContainText('il se clôt à partir du')
  await expect(button(page, /^Clore décembre 2026/)).toBeDisabled()
  await page.getByRole('combobox', { name: 'Période' }).click()
  await page.getByRole('option', { name: 'Novembre 2026' }).click()
  await expect(page.getByRole('heading', { name: /^État n°\s1$/ })).toBeVisible()
  expect(await faultsInThemes(page, 'a closed month')).toEqual([])
  await button(page, 'Écritures…').click()
  const entries = page.getByRole('dialog', { name: 'Écritures de novembre 2026' })
  await expect(entries.getByRole('button', { name: 'Enregistrer le fichier' })).toBeInViewport({ ratio: 1 })
  const saving = page.waitForEvent('download')
  // From the list of columns, which uses only Enter itself.
  await entries.getByRole('combobox', { name: 'Colonnes' }).focus()
  await page.keyboard.press('Control+Enter')
  expect(await readFile(await (await saving).path(), 'utf8')).toMatch(/^\uFEFF?Exercice;Régie;Compte;/)
  await expect(entries).toBeHidden()
})
