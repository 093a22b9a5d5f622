import { sealAccess } from '../../../../main/desk/quotients/api-access.ts'
import { type AnApi, aFile, anApi, apiToken, refusals } from '../../../support/machine/api-particulier.ts'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { expect, faultsInThemes, goTo, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

let town: ServedTown
let api: AnApi
test.beforeAll(async () => {
  town = await serveTown(aBillingTown())
  api = await anApi({
    NÉE: [
      refusals.tooMany,
      aFile({ name: 'NÉE', firstNames: 'CAMILLE', born: '1987-06-27' }, { value: 400, children: [] }),
    ],
  })
  const { client } = town
  await client.settings.changeOrganisation({ ...(await client.settings.organisation()), siret: '21140060600011' })
  const { book, issue, run } = billing(town)
  await book('Louison', ['2026-12-09'], 'Matin')
  await issue((await run()).id)
})
test.afterAll(async () => {
  api.close()
  await town.close()
})

test('a rule is chosen with its effect shown, and the homes without a quotient are listed', async ({ page }) => {
  await logInAt(page, town, '/reglages?onglet=structure', 'Réglages')
  await page.getByRole('radio', { name: 'Un nombre de mois' }).check()
  await page.getByLabel('Durée, depuis son premier jour').fill('6')
  await page.getByRole('radio', { name: 'Le dernier connu, jusqu’à une date' }).check()
  await page.getByLabel('Le dernier connu compte jusqu’au').fill('31/02')
  await page.getByRole('button', { name: 'Enregistrer la règle' }).click()
  await expect(page.getByText('Cette date n’existe pas').first()).toBeVisible()
  await page.getByLabel('Le dernier connu compte jusqu’au').fill('28/02')
  await expect(page.getByRole('status', { name: 'Ce que fait la règle' })).toContainText('le tarif le plus haut')
  expect(await faultsInThemes(page, 'the rule of quotients')).toEqual([])
  await page.getByRole('button', { name: 'Enregistrer la règle' }).click()
  await expect(page.getByText('La règle est enregistrée.')).toBeVisible()

  await goTo(page, '/familles/quotients', 'QF qui expirent')
  await expect(page.getByRole('row', { name: /Marchand/ })).toContainText('727')
  await expect(page.getByRole('row', { name: /Fouquet/ })).toBeVisible()
  expect(await faultsInThemes(page, 'quotients that expire')).toEqual([])
})

test('a consent is noted, the fund is asked, and the answer is recorded once it is accepted', async ({ page }) => {
  sealAccess(town.desk.core, town.person, { address: api.address, token: apiToken })
  await logInAt(page, town, `/familles/${town.family('Marchand')}`, 'Marchand')
  await page.getByRole('button', { name: 'Noter l’accord…' }).click()
  await page.getByLabel('Nom de naissance').fill('NÉE')
  await page.getByLabel('Date de naissance').fill('27/06/1987')
  await page.getByLabel('Commune de naissance').fill('14118')
  expect(await faultsInThemes(page, 'a consent')).toEqual([])
  await page.getByRole('button', { name: 'Enregistrer l’accord' }).click()
  await expect(page.getByText(/Accord de Camille Marchand.*, le 25 novembre/)).toBeVisible()

  await page.getByRole('button', { name: 'Demander le QF…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Demander à la CAF ou à la MSA' })
  await dialog.getByLabel('Valable à partir du').fill('01/12/2026')
  await dialog.getByRole('button', { name: 'Demander', exact: true }).click()
  await expect(dialog.getByText(/demande d’attendre/)).toBeVisible()
  await expect(dialog.getByText('QF 400 (CAF)')).toBeVisible()
  await expect(dialog.getByText('Le dossier n’a aucun enfant, le foyer en a.')).toBeVisible()
  expect(await faultsInThemes(page, 'answers of the fund')).toEqual([])
  // A doubt about the person must be decided by staff.
  const tick = dialog.getByRole('checkbox', { name: 'Accepter pour la famille Marchand' })
  await expect(tick).not.toBeChecked()
  await tick.check()
  await dialog.getByRole('button', { name: /^Enregistrer 1/ }).click()
  // December is billed, so the question that follows every declared fact opens.
  await expect(page.getByRole('dialog', { name: 'Des mois sont déjà facturés' })).toBeVisible()
  await page.getByRole('button', { name: 'Garder leur prix' }).click()
  await expect(page.getByText('QF 400').first()).toBeVisible()
})
