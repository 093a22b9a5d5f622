import { day } from '../../../../shared/rules/calendar/day.ts'
import { aMember } from '../../../support/desk.ts'
import { aFamily, aRegistration, aTown, aWednesday } from '../../../support/towns/town.ts'
import { expect, faultsInThemes, goTo, logIn, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

const period = 'ALSH mercredi 2026/2027'
const today = day('2026-11-25')

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(
    aTown()
      .with(aFamily('Marchand', { children: { Louison: {} } }))
      .with(aWednesday())
      .with(aRegistration('Marchand', 'Louison', period)),
  )
  const { client } = town
  await client.reservations.move({
    cells: [
      { registrationId: town.registration('Louison', period), day: today, slotId: town.slot('CLSH MERCREDI', 'Matin') },
    ],
    act: 'book',
    reason: { kind: 'written', text: 'Au guichet' },
  })
  await client.families.changeHealth({
    childId: town.child('Louison'),
    allergies: 'Arachide.',
    diet: '',
    pai: '',
    doctor: 'Dr Leroux',
    treatment: 'Ventoline',
    prescriptionOn: '2026-09-03',
  })
  await aMember(town.desk, client, { name: 'Ugo Bihel', login: 'ugo', roles: ['receptionist'] })
})
test.afterAll(() => town.close())

test('a director names a delegate, who opens a record in an emergency and says why', async ({ page }) => {
  const dialog = page.getByRole('dialog')
  const atChild = async () => {
    await goTo(page, '/pointage', 'Pointage')
    await page.getByRole('rowheader', { name: 'Marchand Louison' }).click()
    await expect(page.getByRole('complementary', { name: 'Case choisie' })).toContainText('Repart avec')
  }
  const emergency = page.getByRole('button', { name: 'Santé, en urgence…' })

  await test.step('nobody is one before', async () => {
    await logIn(page, town, 'ugo')
    await atChild()
    await expect(page.getByText('La santé et le régime se lisent')).toBeVisible()
    await expect(emergency).toHaveCount(0)
  })

  await test.step('the director names him', async () => {
    await logInAt(page, town, '/reglages?onglet=delegues', 'Réglages')
    await page.getByRole('button', { name: 'Nommer un délégué…' }).click()
    await dialog.getByRole('combobox', { name: 'Agent' }).click()
    await page.getByRole('option', { name: 'Ugo Bihel' }).click()
    expect(await faultsInThemes(page, 'nommer un délégué')).toEqual([])
    await dialog.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(page.getByRole('row', { name: /Ugo Bihel/ })).toContainText('en ce moment')
  })

  await test.step('he reads the record of a child of the day, and nothing leaves the dialog', async () => {
    await logIn(page, town, 'ugo')
    await atChild()
    await emergency.click()
    await expect(dialog.getByRole('button', { name: 'Ouvrir la fiche' })).toBeDisabled()
    await dialog.getByRole('radio', { name: 'Demandée par les secours' }).check()
    await dialog.getByRole('button', { name: 'Ouvrir la fiche' }).click()
    await expect(dialog).toContainText('Arachide.')
    await expect(dialog).toContainText('Dr Leroux')
    expect(await faultsInThemes(page, 'santé en urgence')).toEqual([])
    await dialog.getByRole('button', { name: 'Fermer' }).click()
    await expect(page.getByText('Arachide.')).toHaveCount(0)
  })

  await test.step('the director and the audit trail know', async () => {
    await logInAt(page, town, '/reglages?onglet=delegues', 'Réglages')
    const opened = page
      .getByRole('table', { name: 'Fiches ouvertes en urgence' })
      .getByRole('row', { name: /Ugo Bihel/ })
    await expect(opened).toContainText('Louison Marchand')
    await expect(opened).toContainText('Demandée par les secours')
    expect(await faultsInThemes(page, 'fiches ouvertes en urgence')).toEqual([])
    await goTo(page, '/reglages?onglet=protection', 'Réglages')
    await page.getByRole('button', { name: 'Consultations' }).click()
    await expect(page.getByRole('table', { name: 'Consultations' })).toContainText(
      /Fiche sanitaire ouverte en urgence\s: demandée par les secours/,
    )
  })
})
