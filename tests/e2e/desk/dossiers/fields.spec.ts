import { aFamily, aRegistration, aTown, aWednesday } from '../../../support/towns/town.ts'
import { expect, faultsInThemes, goTo, logIn, type ServedTown, serveTown, test } from '../../town.ts'

const period = 'ALSH mercredi 2026/2027'
let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(
    aTown()
      .with(aFamily('Marchand', { children: { Louison: { birthDay: '2018-05-02' } } }))
      .with(aWednesday())
      .with(aRegistration('Marchand', 'Louison', period)),
  )
  const slotId = town.slot('CLSH MERCREDI', 'Matin')
  const registrationId = town.registration('Louison', period)
  await town.client.reservations.move({
    cells: [{ registrationId, day: '2026-11-25', slotId }],
    act: 'book',
    reason: { kind: 'written', text: 'Au guichet' },
  })
})
test.afterAll(() => town.close())
// The browser reports each refusal of the desk in its console.
test.use({ mayComplain: true })

test('a field of the town, an alert and a task, from where they are made to where they are seen', async ({ page }) => {
  await logIn(page, town)
  const dialog = page.getByRole('dialog')

  await test.step('a field is made in Réglages; one of health is refused with the reason', async () => {
    await goTo(page, '/reglages?onglet=champs', 'Réglages')
    await page.getByRole('button', { name: 'Nouveau champ' }).click()
    await dialog.getByLabel('Nom du champ').fill('Allergies')
    await dialog.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(dialog.getByRole('alert')).toContainText('concerne la santé')
    await dialog.getByLabel('Nom du champ').fill('Taille de tee-shirt')
    await dialog.getByRole('combobox', { name: 'Type' }).click()
    await page.getByRole('option', { name: 'Choix dans une liste' }).click()
    const choices = dialog.getByRole('combobox', { name: 'Choix' })
    for (const choice of ['6 ans', '8 ans']) {
      await choices.fill(choice)
      await choices.press('Enter')
    }
    expect(await faultsInThemes(page, 'champ de la commune')).toEqual([])
    await dialog.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(dialog).toBeHidden()
    await expect(page.getByRole('grid', { name: 'Champs de la commune' })).toContainText('Taille de tee-shirt')
    expect(await faultsInThemes(page, 'champs de la commune')).toEqual([])
  })

  await test.step('it is filled in on the child’s card', async () => {
    await goTo(page, `/familles/${town.family('Marchand')}?onglet=enfants`, 'Marchand')
    await page.getByRole('button', { name: 'Remplir les champs de la commune\u00a0: Louison Marchand' }).click()
    await dialog.getByRole('combobox', { name: 'Taille de tee-shirt' }).click()
    await page.getByRole('option', { name: '8 ans' }).click()
    await dialog.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(dialog).toBeHidden()
    await expect(page.getByRole('article', { name: 'Louison Marchand' })).toContainText('8 ans')
    expect(await faultsInThemes(page, 'champs d’un enfant')).toEqual([])
  })

  await test.step('a note is an alert on the record and at Pointage, and a task on Accueil', async () => {
    await goTo(page, `/familles/${town.family('Marchand')}`, 'Marchand')
    await page.getByRole('button', { name: 'Nouvelle note' }).click()
    await dialog.getByRole('combobox', { name: 'Sur', exact: true }).click()
    await page.getByRole('option', { name: 'Louison Marchand' }).click()
    await dialog.getByLabel('Note', { exact: true }).fill('Repart avec sa tante jusqu’à vendredi')
    await dialog.getByLabel('Alerte jusqu’au').fill('27/11/2026')
    await page.keyboard.press('Tab')
    await dialog.getByRole('combobox', { name: 'À faire par' }).click()
    await page.getByRole('option').first().click()
    await dialog.getByLabel('Le', { exact: true }).fill('25/11/2026')
    await page.keyboard.press('Tab')
    await dialog.getByRole('checkbox', { name: 'Animateur' }).check()
    expect(await faultsInThemes(page, 'note')).toEqual([])
    await dialog.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(dialog).toBeHidden()
    await expect(page.getByRole('region', { name: 'Alertes' })).toContainText('Louison Marchand')
    expect(await faultsInThemes(page, 'alerte d’une famille')).toEqual([])
    await goTo(page, '/pointage', 'Pointage')
    await expect(page.getByRole('region', { name: 'Alertes du jour' })).toContainText('Repart avec sa tante')
    expect(await faultsInThemes(page, 'alerte au pointage')).toEqual([])
    await goTo(page, '/', 'Mercredi 25 novembre 2026')
    const tasks = page.getByRole('list', { name: 'À faire' })
    await tasks.getByRole('button', { name: /^Fait/ }).click()
    await tasks.getByRole('button', { name: /^Pas fait/ }).click()
    await expect(tasks.getByRole('button', { name: /^Fait/ })).toBeVisible()
    expect(await faultsInThemes(page, 'à faire')).toEqual([])
  })
})
