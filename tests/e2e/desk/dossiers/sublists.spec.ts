import { picture } from '../../../support/picture.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown } from '../../../support/towns/town.ts'
import { expect, faultsInThemes, goTo, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

const period = 'ALSH mercredi 2026/2027'
const activity = 'CLSH MERCREDI'
const children = ['Ana', 'Bob', 'Zoé']

let town: ServedTown
test.beforeAll(async () => {
  const parts = [
    ...children.map((name) => aFamily(`Marchand ${name}`, { children: { [name]: { birthDay: '2019-04-11' } } })),
    anActivity(activity),
    aPeriod(period, activity),
    ...children.map((name) => aRegistration(`Marchand ${name}`, name, period)),
  ]
  town = await serveTown(parts.reduce((made, part) => made.with(part), aTown()))
})
test.afterAll(() => town.close())
// The browser reports each refusal of the desk in its console.
test.use({ mayComplain: true })

test('staff make « Car 2 », put children on it until it is full, and read it in the calendar and at the bus', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1280, height: 800 })
  await logInAt(page, town, '/reglages?onglet=activites', 'Réglages')
  await page.getByRole('button', { name: 'Modifier l’activité' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Ajouter une liste' }).click()
  await dialog.getByLabel('Nom de la liste 1').fill('Car 2')
  await dialog.getByLabel('Places de la liste 1').fill('1')
  await dialog.getByRole('combobox', { name: 'Plages de la liste 1' }).press('ArrowDown')
  await page.getByRole('option', { name: 'Matin' }).click()
  await page.keyboard.press('Tab')
  await picture(page, 'sublists-activity')
  await dialog.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(dialog).toBeHidden()

  await town.client.reservations.move({
    act: 'book',
    cells: children.map((child) => ({
      registrationId: town.registration(child, period),
      day: '2026-12-09',
      slotId: town.slot(activity, 'Matin'),
    })),
  })
  await goTo(page, '/inscriptions', 'Inscriptions')
  await page.getByText('Marchand Ana Ana').first().click()
  await page.getByRole('button', { name: 'Listes…' }).click()
  await picture(page, 'sublists-child')
  await dialog.getByRole('button', { name: 'Mettre sur la liste' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByText(/Car 2.:.depuis le/)).toBeVisible()

  await goTo(page, '/calendrier', 'Calendrier')
  await page.getByRole('button', { name: 'Mois', exact: true }).click()
  const bar = page.getByRole('region', { name: 'Groupes' })
  await expect(bar.getByRole('button', { name: 'Car 2 1' })).toBeVisible()
  // The list is full: Bob is refused from the grid too, with the day.
  await page.getByRole('rowheader', { name: /Bob/ }).click()
  await page.getByRole('row', { name: /Bob/ }).getByRole('gridcell').first().click()
  await page.getByRole('button', { name: 'Listes…' }).click()
  await dialog.getByRole('button', { name: 'Mettre sur la liste' }).click()
  await expect(dialog.getByText(/La liste «.Car 2.» est complète le/).first()).toBeVisible()
  await picture(page, 'sublists-full')
  await dialog.getByRole('button', { name: 'Annuler' }).click()
  await bar.getByRole('button', { name: 'Car 2 1' }).click()
  await expect(page.getByRole('rowheader', { name: /Ana/ })).toBeVisible()
  await expect(page.getByRole('rowheader', { name: /Bob/ })).toBeHidden()
  await picture(page, 'sublists-calendar')
  expect(await faultsInThemes(page, 'calendrier d’une liste')).toEqual([])

  await goTo(page, '/pointage?jour=2026-12-09', 'Pointage')
  await page.getByRole('button', { name: 'Car 2 1' }).click()
  await expect(page.getByText('Marchand Bob Bob')).toBeHidden()
  await picture(page, 'sublists-sheet')
  await page.getByRole('button', { name: 'Listes', exact: true }).click()
  await page.getByRole('button', { name: 'Cars et ateliers' }).click()
  await expect(page.getByText('1/1')).toBeVisible()
  await picture(page, 'sublists-list')
  expect(await faultsInThemes(page, 'liste d’un car')).toEqual([])
})
