import { picture } from '../../../support/picture.ts'
import { aTariff } from '../../../support/towns/billing.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown } from '../../../support/towns/town.ts'
import { expect, faultsInThemes, goTo, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

const young = 'ALSH maternelle'
const old = 'ALSH élémentaire'
const periodOf = (activity: string) => `${activity} 2026/2027`
const children = { Ana: '2022-03-14', Bob: '2021-05-02', Zoé: '2019-04-11', Noé: '2018-07-30', Inès: '2017-02-01' }
const activityOf = (child: string) => (child === 'Ana' || child === 'Bob' ? young : old)

let town: ServedTown
test.beforeAll(async () => {
  const parts = [
    ...Object.entries(children).map(([name, birthDay]) => aFamily(name, { children: { [name]: { birthDay } } })),
    anActivity(young, { minimumAge: 3, maximumAge: 5, supervision: 'extracurricular' }),
    anActivity(old, { minimumAge: 6, maximumAge: 11, supervision: 'extracurricular' }),
    anActivity('Garderie', { slots: { Soir: ['16:30', '18:30'] }, type: 'Périscolaire' }),
    aTariff(young),
    aTariff(old, 'ALSH mercredi, 7-11 ans'),
    aPeriod(periodOf(young), young, { capacity: 16 }),
    aPeriod(periodOf(old), old, { capacity: 48 }),
    ...Object.keys(children).map((name) => aRegistration(name, name, periodOf(activityOf(name)))),
  ]
  town = await serveTown(parts.reduce((made, part) => made.with(part), aTown()))
  await town.client.reservations.move({
    act: 'book',
    cells: ['Ana', 'Zoé', 'Noé'].map((child) => ({
      registrationId: town.registration(child, periodOf(activityOf(child))),
      day: '2026-12-09',
      slotId: town.slot(activityOf(child), 'Matin'),
    })),
  })
})
test.afterAll(() => town.close())
test.use({ mayComplain: true })

test('staff make one activity of two, and book, mark and undo in it', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 800 })
  await logInAt(page, town, '/reglages?onglet=activites', 'Réglages')
  await page.getByText(young, { exact: true }).first().click()
  await page.getByRole('button', { name: 'Réunir une autre activité…' }).click()
  const dialog = page.getByRole('dialog')
  const choose = async (name: RegExp) => {
    await dialog.getByRole('combobox', { name: 'Activité à réunir' }).click()
    await page.getByRole('option', { name }).click()
  }
  await choose(/Garderie/)
  await expect(dialog.getByText('Ces activités restent deux.')).toBeVisible()
  await expect(dialog.getByText(/Les plages diffèrent/).first()).toBeVisible()
  await picture(page, 'join-refused')
  await choose(/élémentaire/)
  await expect(dialog.getByText(/Une seule activité, avec 2.groupes/)).toBeVisible()
  await expect(dialog.getByLabel(`Groupe de «\u00a0${old}\u00a0»`)).toHaveValue('6-11 ans')
  await expect(dialog.getByLabel('Nom de l’activité réunie')).toHaveValue('ALSH')
  await expect(dialog.getByRole('row', { name: /ALSH élémentaire 2026\/2027.*6-11 ans 3 48/ })).toBeVisible()
  await picture(page, 'join-preview')
  expect(await faultsInThemes(page, 'réunir deux activités')).toEqual([])
  await dialog.getByRole('button', { name: 'Réunir', exact: true }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByText('réunie', { exact: true })).toBeVisible()
  await picture(page, 'join-done')

  await goTo(page, '/calendrier', 'Calendrier')
  await page.getByRole('button', { name: 'Mois', exact: true }).click()
  const groups = page.getByRole('region', { name: 'Groupes' })
  await expect(groups.getByRole('button', { name: /Tous 5/ })).toBeVisible()
  await expect(groups.getByRole('row', { name: /6-11 ans.*0\/48/ })).toBeVisible()
  await picture(page, 'join-calendar')
  await page.keyboard.press('3')
  await expect(page.getByRole('rowheader', { name: /Ana/ })).toBeHidden()
  await picture(page, 'join-calendar-group')
  // A cell of the shared column is booked in the child’s own activity.
  await page.getByRole('row', { name: /Inès/ }).getByRole('gridcell').nth(6).click()
  await page.keyboard.press('Space')
  await expect
    .poll(() =>
      town.store
        .statement(
          `select count(*) from reservation where registration_id = ? and held = 'confirmed' and slot_id in (select id from slot where activity_id = ?)`,
        )
        .pluck()
        .get(town.registration('Inès', periodOf(old)), town.activity(old)),
    )
    .toBe(1)

  // « Semaine type… » and the PDF concern the whole grid, « Encadrement… » only the chosen period.
  await page.getByRole('button', { name: 'Semaine type…' }).click()
  await expect(dialog.getByText('5 enfants cochés')).toBeVisible()
  await dialog.getByRole('checkbox', { name: 'Matin, mercredi' }).check()
  await expect(dialog.getByText(/Rien n’est fait tant que vous n’appliquez pas/)).toBeVisible()
  await picture(page, 'join-weeks')
  expect(await faultsInThemes(page, 'semaine type de deux activités réunies')).toEqual([])
  await dialog.getByRole('button', { name: 'Appliquer à 5 enfants' }).click()
  await expect(dialog).toBeHidden()
  await page.getByRole('button', { name: 'Encadrement…' }).click()
  await dialog.getByRole('combobox', { name: 'De quelle période' }).click()
  await page.getByRole('option', { name: periodOf(old) }).click()
  await expect(dialog.getByRole('heading', { name: `Encadrement, ${periodOf(old)}` })).toBeVisible()
  await picture(page, 'join-adults')
  expect(await faultsInThemes(page, 'encadrement de deux activités réunies')).toEqual([])
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()

  await goTo(page, '/pointage?jour=2026-12-09', 'Pointage')
  const choice = page.getByRole('group', { name: 'Groupe', exact: true })
  await choice.getByRole('button', { name: /6-11 ans/ }).click()
  await expect(page.getByText('Zoé Zoé').first()).toBeVisible()
  await expect(page.getByText('Ana Ana')).toBeHidden()
  await picture(page, 'join-attendance')
})
