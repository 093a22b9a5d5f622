import { picture } from '../../../support/picture.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown } from '../../../support/towns/town.ts'
import { expect, faultsInThemes, goTo, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

const period = 'ALSH mercredi 2026/2027'
const activity = 'CLSH MERCREDI'
const children = { Ana: '2022-03-14', Bob: '2021-05-02', Léo: '2021-01-20', Zoé: '2019-04-11', Noé: '2018-07-30' }

let town: ServedTown
test.beforeAll(async () => {
  const parts = [
    ...Object.entries(children).map(([name, birthDay]) =>
      aFamily(`Marchand ${name}`, { children: { [name]: { birthDay } } }),
    ),
    anActivity(activity),
    aPeriod(period, activity),
    ...Object.keys(children).map((name) => aRegistration(`Marchand ${name}`, name, period)),
  ]
  town = await serveTown(parts.reduce((made, part) => made.with(part), aTown()))
})
test.afterAll(() => town.close())
// The browser reports each refusal of the desk in its console.
test.use({ mayComplain: true })

test('staff make groups with places, see them in the calendar, and put a child in one by hand', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 800 })
  await logInAt(page, town, '/reglages?onglet=activites', 'Réglages')
  await page.getByRole('button', { name: 'Modifier l’activité' }).click()
  const dialog = page.getByRole('dialog')
  for (const [index, [name, from, to]] of [
    ['3-5 ans', '3', '5'],
    ['6-11 ans', '6', '11'],
  ].entries()) {
    await dialog.getByRole('button', { name: 'Ajouter un groupe' }).click()
    await dialog.getByLabel(`Nom du groupe ${index + 1}`).fill(name ?? '')
    await dialog.getByLabel(`Âge le plus bas du groupe ${index + 1}`).fill(from ?? '')
    await dialog.getByLabel(`Âge le plus haut du groupe ${index + 1}`).fill(to ?? '')
  }
  await picture(page, 'groups-activity')
  await dialog.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(dialog).toBeHidden()

  await goTo(page, `/reglages?onglet=activites&periode=${town.period(period)}`, period)
  await page.getByLabel('Des places par groupe').check()
  for (const slot of ['Matin', 'Repas', 'Après-midi']) {
    await page.getByLabel(`Places, ${slot}, 3-5 ans`).fill('2')
    await page.getByLabel(`Places, ${slot}, 6-11 ans`).fill('3')
  }
  await picture(page, 'groups-period')
  await page.getByRole('button', { name: 'Enregistrer la période' }).click()
  await expect(page.getByText(/est enregistrée/)).toBeVisible()

  await town.client.reservations.move({
    act: 'book',
    cells: ['Ana', 'Bob', 'Zoé', 'Noé'].map((child) => ({
      registrationId: town.registration(child, period),
      day: '2026-12-09',
      slotId: town.slot(activity, 'Matin'),
    })),
  })
  await goTo(page, '/calendrier', 'Calendrier')
  await page.getByRole('button', { name: 'Mois', exact: true }).click()
  const groups = page.getByRole('region', { name: 'Groupes' })
  await expect(groups.getByRole('button', { name: /3-5 ans 3/ })).toBeVisible()
  await groups.getByRole('button', { name: /6-11 ans/ }).click()
  await expect(page.getByRole('rowheader', { name: /Zoé/ })).toBeVisible()
  await expect(page.getByRole('rowheader', { name: /Ana/ })).toBeHidden()
  await picture(page, 'groups-calendar')
  expect(await faultsInThemes(page, 'calendrier des groupes')).toEqual([])

  await goTo(page, '/inscriptions', 'Inscriptions')
  await page.getByText('Marchand Ana Ana').first().click()
  await page.getByRole('button', { name: 'Changer de groupe…' }).click()
  await page.getByRole('dialog').getByRole('combobox', { name: 'Groupe' }).click()
  await page.getByRole('option', { name: /6-11 ans/ }).click()
  await picture(page, 'groups-child')
  await page.getByRole('dialog').getByRole('button', { name: 'Changer de groupe' }).click()
  await expect(page.getByText('6-11 ans', { exact: false }).first()).toBeVisible()
  await picture(page, 'groups-registration')

  await goTo(page, '/pointage?jour=2026-12-09', 'Pointage')
  const choice = page.getByRole('group', { name: 'Groupe', exact: true })
  await choice.getByRole('button', { name: '3-5 ans 1' }).click()
  await expect(page.getByText('Marchand Bob Bob').first()).toBeVisible()
  await expect(page.getByText('Marchand Zoé Zoé')).toBeHidden()
  await picture(page, 'groups-attendance')
})
