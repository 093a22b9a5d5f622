import { picture } from '../../../support/picture.ts'
import { aGuardian } from '../../../support/towns/families.ts'
import { aFamily, aTown } from '../../../support/towns/town.ts'
import { expect, faultsInThemes, goTo, logIn, type ServedTown, serveTown, test } from '../../town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(
    aTown().with(aFamily('Marchand', { children: { Louison: { birthDay: '2018-10-02' }, Basile: {} } })),
  )
  await town.client.families.addGuardian({
    familyId: town.family('Marchand'),
    guardian: aGuardian('Karim', 'Benali'),
  })
})
test.afterAll(() => town.close())
// The browser reports each refusal of the desk in its console.
test.use({ mayComplain: true })

test('a couple is confirmed in one gesture; a step-father has no authority for one child, and is forbidden by a judge', async ({
  page,
}) => {
  await logIn(page, town)
  const dialog = page.getByRole('dialog')
  const table = page.getByRole('table', { name: 'Autorité parentale' })

  await test.step('confirmed by the keyboard', async () => {
    await goTo(page, `/familles/${town.family('Marchand')}`, 'Marchand')
    await expect(page.getByText('4 liens à confirmer')).toBeVisible()
    await page.getByRole('button', { name: 'Confirmer que Camille et Karim ont l’autorité parentale' }).press('Enter')
    await expect(table.getByText('a l’autorité')).toHaveCount(4)
    await expect(page.getByText('à confirmer')).toBeHidden()
  })

  await test.step('a step-parent with authority is refused, and has nothing to do for the child without', async () => {
    await table.getByRole('button', { name: 'Modifier le lien de Karim Benali avec Louison' }).click()
    await dialog.getByRole('combobox', { name: 'Lien avec Louison' }).click()
    await page.getByRole('option', { name: 'Beau-parent' }).click()
    await dialog.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(dialog.getByRole('alert')).toContainText('que par décision d’un juge')
    await dialog.getByRole('combobox', { name: 'Autorité parentale' }).click()
    await page.getByRole('option', { name: 'Non' }).click()
    await expect(dialog.getByRole('checkbox', { name: 'Vient chercher' })).not.toBeChecked()
    await dialog.getByRole('checkbox', { name: 'Vient chercher' }).check()
    await dialog.getByLabel('Pourquoi').fill('Accord écrit des parents')
    expect(await faultsInThemes(page, 'lien d’un responsable')).toEqual([])
    await dialog.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(dialog).toBeHidden()
    await expect(table).toContainText('ne voit pas l’enfant, ne demande rien et n’est pas prévenu')
    expect(await faultsInThemes(page, 'autorité parentale')).toEqual([])
  })

  await test.step('who may hold authority is forbidden by a decision, else the director is called', async () => {
    await goTo(page, `/familles/${town.family('Marchand')}?onglet=enfants`, 'Marchand')
    await page.getByRole('button', { name: 'Ajouter une personne pour Basile' }).click()
    await dialog.getByLabel('Nom').fill('Karim Benali')
    await dialog.getByLabel('ne doit pas emmener Basile').check()
    await expect(dialog).toContainText('Sans elle, l’équipe appelle la direction.')
    expect(await faultsInThemes(page, 'personne interdite')).toEqual([])
    await dialog.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(dialog).toBeHidden()
    await expect(page.getByText('sans décision qui compte\u00a0: l’équipe appelle la direction')).toBeVisible()
    await page.getByRole('button', { name: 'Modifier Karim Benali' }).click()
    await dialog.getByLabel('Juge ou tribunal').fill('Juge aux affaires familiales de Caen')
    await dialog.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(dialog.getByRole('alert')).toContainText('Écrivez la date de la décision.')
    await dialog.getByLabel('Décision du').fill('12/03/2026')
    await dialog.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(dialog).toBeHidden()
    await expect(page.getByText('Juge aux affaires familiales de Caen, 12 mars 2026')).toBeVisible()
  })

  await test.step('every screen of the family says that he does not fetch', async () => {
    await expect(page.getByText('Ses parents, sauf Karim Benali. Personne d’autre.')).toBeVisible()
    await expect(page.getByRole('main')).toContainText('Karim Benali\u00a0: interdit pour Basile')
    await picture(page, 'children')
    expect(await faultsInThemes(page, 'interdit dans l’en-tête')).toEqual([])
    await goTo(page, `/familles/${town.family('Marchand')}`, 'Marchand')
    await expect(page.getByText('Basile\u00a0: Ses parents, sauf Karim Benali')).toBeVisible()
    await picture(page, 'home')
    await goTo(page, `/familles/${town.family('Marchand')}/enfants/${town.child('Basile')}`)
    const people = page.getByRole('complementary', { name: 'Peuvent venir le chercher' })
    await expect(people).toContainText('Ses parents, sauf Karim Benali.')
    await expect(people.getByRole('list')).not.toContainText('Karim')
    await expect(people).toContainText('ne doit pas emmener l’enfant')
    await expect(people).not.toContainText('Personne d’interdit')
    await picture(page, 'dossier')
    expect(await faultsInThemes(page, 'dossier, personne interdite')).toEqual([])
  })
})
