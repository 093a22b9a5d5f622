import { checkFile } from '../../../../main/store/checking/check.ts'
import { day } from '../../../../shared/rules/calendar/day.ts'
import { period } from '../../../support/towns/billing.ts'
import { aFamily, aRegistration, aTown, aWednesday } from '../../../support/towns/town.ts'
import { expect, faultsInThemes, goTo, logInAt, type ServedTown, serveTown as serve, tabTo, test } from '../../town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown()
})
test.afterAll(() => town.close())

const serveTown = async () => {
  const served = await serve(
    aTown()
      .with(aFamily('Marchand', { familyQuotient: 727, children: { Louison: {} } }))
      .with(aFamily('Duval', { familyQuotient: 450 }))
      .with(aWednesday()),
  )
  const childId = served.child('Louison')
  await served.client.families.linkChild({ familyId: served.family('Duval'), childId })
  await aRegistration('Duval', 'Louison', period)(served)
  await aRegistration('Marchand', 'Louison', period)(served)
  const slotId = served.slot('CLSH MERCREDI', 'Matin')
  const registrationId = served.registration('Louison', period)
  const cells = ['2026-12-09', '2026-12-16', '2027-01-06'].map((on) => ({ registrationId, day: day(on), slotId }))
  await served.client.reservations.move({ cells, act: 'book' })
  const asked = { registrationId, day: day('2026-12-02'), slotId }
  const other = { registrationId, day: day('2026-12-30'), slotId }
  await served.client.reservations.move({ cells: [asked, other], act: 'enterDemand' })
  return served
}

test('a rule of custody, the bookings it leaves on the other home’s days, and a day exchanged by keyboard', async ({
  page,
}) => {
  await logInAt(page, town, `/familles/${town.family('Marchand')}?onglet=enfants`, 'Marchand')
  const file = page.getByRole('article', { name: /^Louison/ })
  await expect(file).toContainText('Sans règle, chacun des deux foyers peut réserver tous les jours.')

  await test.step('one week in two, and each booking concerned decided', async () => {
    await file.getByRole('button', { name: 'Nouvelle règle de garde de Louison' }).click()
    const form = page.getByRole('dialog', { name: 'Garde alternée de Louison' })
    await expect(form.getByRole('button', { name: 'Semaines impaires, mercredi\u00a0: chez Duval' })).toBeVisible()
    await form.getByRole('checkbox', { name: /Par moitiés/ }).check()
    expect(await faultsInThemes(page, 'Règle de garde')).toEqual([])
    await form.getByRole('button', { name: 'Enregistrer' }).click()
    const list = page.getByRole('dialog', { name: 'Réservations concernées' })
    await expect(list).toContainText('2\u00a0réservations à venir tombent')
    await expect(list.getByRole('region', { name: 'Demandes concernées' })).toContainText('l’un ou l’autre')
    await list.getByLabel('Décision, mer. 6 janv. 2027, CLSH MERCREDI, Matin').selectOption('Garder')
    expect(await faultsInThemes(page, 'Réservations concernées')).toEqual([])
    await list.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(list).toBeHidden()
    await expect(file).toContainText('Semaines paires chez Marchand, semaines impaires chez Duval')
    await expect(file).toContainText('vacances scolaires par moitiés')
  })

  await test.step('the year tells each day, and who has booked it', async () => {
    await file.getByRole('button', { name: 'Voir l’année de garde de Louison' }).click()
    await expect(file.getByRole('button', { name: /^mercredi 16 décembre 2026/ })).toHaveAccessibleName(
      'mercredi 16 décembre 2026, chez Duval, 1\u00a0réservation chez Duval',
    )
    await expect(file.getByRole('button', { name: /^mercredi 6 janvier 2027/ })).toHaveAccessibleName(
      'mercredi 6 janvier 2027, chez Duval, 1\u00a0réservation chez Marchand',
    )
    expect(await faultsInThemes(page, 'Année de garde')).toEqual([])
  })

  await test.step('days exchanged by keyboard alone', async () => {
    const today = file.getByRole('button', { name: /^mercredi 25 novembre 2026/ })
    await tabTo(page, today)
    await page.keyboard.press('ArrowDown')
    await expect(file.getByRole('button', { name: /^mercredi 2 décembre 2026/ })).toBeFocused()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Shift+ArrowRight')
    await expect(file.getByRole('group', { name: 'Jours choisis' })).toContainText(
      '2\u00a0jours, du mer. 9 déc. 2026 au jeu. 10 déc. 2026',
    )
    await tabTo(page, file.getByRole('button', { name: 'Chez Duval', exact: true }), 'Shift+Tab')
    await page.keyboard.press('Enter')
    const list = page.getByRole('dialog', { name: 'Réservations concernées' })
    await expect(list).toContainText('1\u00a0réservation à venir tombe')
    await expect(list.getByRole('button', { name: 'Enregistrer' })).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(list).toBeHidden()
    await expect(file.getByRole('button', { name: /^jeudi 10 décembre 2026/ })).toHaveAccessibleName(
      'jeudi 10 décembre 2026, chez Duval, échangé',
    )
    await expect(file.getByRole('button', { name: /^mercredi 9 décembre 2026/ })).toHaveAccessibleName(
      'mercredi 9 décembre 2026, chez Duval, échangé, 1\u00a0réservation chez Duval',
    )
  })

  await test.step('the calendar of each home shows its own', async () => {
    await goTo(page, `/familles/${town.family('Marchand')}?onglet=reservations`, 'Marchand')
    await page.getByRole('button', { name: 'Suivant (S)' }).click()
    const cell = page.getByRole('gridcell', { name: /mercredi 16 décembre 2026, Matin/ })
    await expect(cell).toHaveAccessibleName(/Case grisée/)
  })
  expect(checkFile(town.store.sqlite)).toEqual([])
})
