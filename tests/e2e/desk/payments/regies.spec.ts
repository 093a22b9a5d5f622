import type { Page } from 'playwright/test'
import { billing } from '../../../support/towns/billing.ts'
import { aRegieInput, aTownOfTwoRegies, bookCamp } from '../../../support/towns/regies.ts'
import { expect, faultsInThemes, goTo, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(aTownOfTwoRegies())
})
test.afterAll(() => town.close())
// The browser reports each refusal of the desk in its console.
test.use({ mayComplain: true })

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })

test('a second régie is written, with its natures and who holds it', async ({ page }) => {
  await logInAt(page, town, '/reglages?onglet=regies', 'Réglages')
  const table = page.getByRole('grid', { name: 'Régies' })
  await expect(table.getByRole('row')).toHaveCount(3)
  await button(page, 'Nouvelle régie').click()
  const dialog = page.getByRole('dialog', { name: 'Nouvelle régie' })
  await dialog.getByLabel('Nom de la régie').fill('Régie de la ludothèque')
  await dialog.getByLabel('Lettres devant ses numéros').fill('cv')
  await dialog.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(dialog).toContainText('Une autre régie a déjà ces lettres.')
  await dialog.getByLabel('Lettres devant ses numéros').fill('lu')
  await dialog.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(dialog).toContainText('Indiquez au moins une nature')
  await dialog.getByLabel('Délai de paiement').scrollIntoViewIfNeeded()
  expect(await faultsInThemes(page, 'régies')).toEqual([])
  await dialog.getByLabel('Compte').fill('7062')
  await dialog.getByLabel('Libellé').fill('Services culturels')
  await dialog.getByRole('button', { name: 'D’autres titres' }).press('Enter')
  const vouchers = dialog.getByRole('group', { name: 'Titres 1' })
  await vouchers.getByLabel('Avant l’âge de').fill('60')
  await dialog.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(vouchers).toContainText('Un âge de 1 à 25 ans, ou rien.')
  await vouchers.getByLabel('Avant l’âge de').fill('6')
  await vouchers.scrollIntoViewIfNeeded()
  await dialog.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(table.getByRole('row')).toHaveCount(4)
  await expect(table).toContainText('7062')
  expect((await town.client.regies.list()).at(-1)?.voucherRules).toEqual([
    { means: 'cesu', activityIds: null, fiscal: 'garde', belowAge: 6 },
  ])

  await button(page, 'Régisseurs, Régie de la ludothèque').click()
  const holders = page.getByRole('dialog', { name: 'Régisseur et suppléants, Régie de la ludothèque' })
  await holders.getByRole('button', { name: 'Ajouter une personne' }).click()
  await holders.getByRole('combobox', { name: 'Agent' }).click()
  await page.getByRole('option').first().click()
  await holders.getByRole('combobox', { name: 'Nommé' }).click()
  await page.getByRole('option', { name: 'Régisseur' }).click()
  await holders.getByLabel('Du').fill('1/9/2026')
  await holders.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(holders.getByRole('grid')).toContainText('depuis le 01/09/2026')
  expect(await faultsInThemes(page, 'régies')).toEqual([])
})

test('debts to each régie are billed, paid and handed over separately', async ({ page }) => {
  await billing(town).book('Louison', ['2026-12-09'], 'Matin')
  await bookCamp(town, ['2026-12-16'], 'Matin')
  await logInAt(page, town, '/facturation', 'Facturation')
  await page.getByRole('radio', { name: 'Décembre 2026' }).or(button(page, 'Décembre 2026')).first().click()
  await expect(page.getByRole('form', { name: 'Nouvelle facturation' })).toContainText('Toutes')
  await button(page, /Préparer les brouillons/).click()
  const drafts = page.getByRole('grid', { name: 'Brouillons' })
  await expect(drafts).toContainText('Régie des camps')
  expect(await faultsInThemes(page, 'régies')).toEqual([])
  await button(page, /^Émettre 2 factures/).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Émettre', exact: true }).click()
  await expect(page.getByRole('grid', { name: 'Factures émises' })).toContainText('CV-2026-000001')

  const [first] = await town.client.regies.list()
  if (!first) throw new Error('a town has a régie')
  const voucherRules = [{ means: 'cesu' as const, activityIds: null, fiscal: 'repas' as const, belowAge: null }]
  const { natures } = aRegieInput()
  await town.client.regies.save({ ...aRegieInput(first), name: 'Régie enfance', prefix: null, natures, voucherRules })
  await goTo(page, `/reglements?famille=${town.family('Marchand')}`, 'Règlements')
  await expect(page.getByLabel('Nouveau règlement')).toContainText('Régie des camps')

  await test.step('vouchers pay no more than what the régie lets them pay', async () => {
    await page.getByRole('button', { name: 'CESU', exact: true }).click()
    const form = page.getByLabel('Nouveau règlement')
    await expect(form.getByRole('button', { name: /^(Tout|Au plus)/ })).toBeHidden()
    await form.getByLabel('Émetteur').fill('Domiserve')
    await form.getByLabel('Montant reçu').fill('5')
    await page.keyboard.press('Control+Enter')
    await expect(form).toContainText('CESU\u00a0: rien de ce qui est choisi ne se paie ainsi.')
    expect(await faultsInThemes(page, 'vouchers')).toEqual([])
  })

  await button(page, 'Régie des camps')
    .or(page.getByRole('radio', { name: 'Régie des camps' }))
    .first()
    .click()
  await expect(page.getByLabel('Nouveau règlement')).toContainText('Facture n°\u00a0CV-2026-000001')
  await button(page, /^Tout/).click()
  await button(page, /Enregistrer le règlement/).click()
  await expect(page.getByRole('table', { name: 'Règlements' })).toContainText('CV-Q2026-000001')
  expect(await faultsInThemes(page, 'régies')).toEqual([])

  await test.step('what was received is printed and saved by nature', async () => {
    await button(page, 'Plus').click()
    await page.getByRole('menuitem', { name: 'Journal…' }).click()
    const journal = page.getByRole('dialog', { name: 'Journal de la régie' })
    await journal.getByRole('radio', { name: 'Par nature' }).check()
    await expect(journal.getByLabel('Moyen')).toBeHidden()
    expect(await faultsInThemes(page, 'receipts by nature')).toEqual([])
    for (const [format, name] of [
      ['CSV', /\.csv$/],
      ['Excel', /\.xlsx$/],
    ] as const) {
      const saved = page.waitForEvent('download')
      await journal.getByRole('button', { name: format }).click()
      expect((await saved).suggestedFilename()).toMatch(name)
    }
    const opened = page.waitForEvent('popup')
    await journal.getByRole('button', { name: 'Imprimer' }).click()
    const reader = await opened
    await expect(reader.getByRole('region', { name: 'Page 1' })).toContainText('70632 · CAMP')
    await reader.close()
  })
})
