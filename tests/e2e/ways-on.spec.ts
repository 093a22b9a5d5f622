import { day, instantOf, timeOfDay } from '../../shared/rules/calendar/day.ts'
import { aClock } from '../support/desk.ts'
import { aBillingTown, billing, period } from '../support/towns/billing.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown, aWednesday } from '../support/towns/town.ts'
import { expect, faultsInThemes, logIn, logInAt, type ServedTown, serveTown, test } from './town.ts'

let town: ServedTown
// A page that outlives its desk tries to reconnect, which the browser reports.
test.afterEach(async ({ page }) => {
  await page.close()
  await town.close()
})

test('« Pointer » of a draft opens the day that nobody marked', async ({ page }) => {
  const clock = aClock()
  town = await serveTown(aBillingTown(), clock)
  const { book, run } = billing(town)
  await book('Louison', ['2026-12-09'], 'Matin')
  clock.set('2027-01-04')
  await run('2026-12')
  await logInAt(page, town, '/facturation')
  await page.getByRole('link', { name: 'Pointer' }).first().click()
  await expect(page.getByRole('heading', { level: 1, name: /Pointage/ })).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Jour', exact: true })).toHaveValue('mer. 9 déc. 2026')
  await expect(page.getByText('Marchand Louison').first()).toBeVisible()
})

test('a family’s head counts its demandes and links to the first of them', async ({ page }) => {
  town = await serveTown(aBillingTown())
  const ask = (child: string, recordedAt: string) =>
    town.client.reservations.move({
      cells: [
        {
          registrationId: town.registration(child, period),
          day: day('2026-12-09'),
          slotId: town.slot('CLSH MERCREDI', 'Matin'),
        },
      ],
      act: 'enterDemand',
      recordedAt: instantOf(day(recordedAt), timeOfDay('18:05')),
    })
  await ask('Noé', '2026-11-20')
  await ask('Louison', '2026-11-23')
  await ask('Basile', '2026-11-24')
  await logInAt(page, town, `/familles/${town.family('Marchand')}`)
  await expect(page.getByText('2 à décider', { exact: true })).toBeVisible()
  await page.getByRole('link', { name: 'Ouvrir', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Demandes' })).toBeVisible()
  await expect(page.getByRole('region', { name: /^Louison Marchand,/ })).toBeVisible()
})

test('Ctrl K always shows what distinguishes two children of the same name', async ({ page }) => {
  const long = 'Accueil périscolaire maternelle de l’école Jacques-Prévert'
  const activities = ['matin', 'midi', 'soir'].map((moment) => `${long}, ${moment}`)
  const builder = activities.reduce(
    (made, activity) =>
      made
        .with(anActivity(activity))
        .with(aPeriod(activity, activity))
        .with(aRegistration('Marchand', 'Louison', activity)),
    aTown().with(aFamily('Marchand', { children: { Louison: { birthDay: '2022-03-14', level: 'PS' } } })),
  )
  town = await serveTown(builder)
  await logIn(page, town)
  await page.keyboard.press('Control+k')
  await page.keyboard.type('marchand')
  const child = page.getByRole('option', { name: /^Louison Marchand/ })
  await expect(child).toContainText(activities.join(', '))
  const cut = (part: string) =>
    child.locator('.grow > *', { hasText: part }).evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
  expect([await cut('Louison'), await cut('4 ans · PS'), await cut(long)]).toEqual([false, false, true])
  await expect(page.getByRole('option', { name: /^Marchand/ })).toContainText('Blainville-sur-Orne')
  // Typing the name of a screen finds that screen before those whose names only begin with it.
  await page.keyboard.press('Control+a')
  await page.keyboard.type('accueil')
  await expect(page.getByRole('option', { name: `${long}, soir` })).toBeVisible()
  await expect(page.getByRole('option').first()).toHaveText('Accueil')
})

test('slots with overlapping hours are allowed, with a warning', async ({ page }) => {
  town = await serveTown(aTown().with(aWednesday()))
  await logInAt(page, town, '/reglages?onglet=activites', 'Réglages')
  await page.getByRole('button', { name: /^Modifier l’activité/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Fin de la plage 1').fill('12h30')
  await page.keyboard.press('Tab')
  await expect(dialog.getByText(/se chevauchent.*un enfant ne pourra réserver que l’une des deux/)).toBeVisible()
  expect(await faultsInThemes(page, 'Plages qui se chevauchent')).toEqual([])
})

test('places added by hand say that a list can move, and move nobody', async ({ page }) => {
  town = await serveTown(
    aTown()
      .with(aFamily('Duval', { children: { Tom: {}, Ana: {} } }))
      .with(aWednesday({ capacity: 1, promotion: 'automatic' }))
      .with(aRegistration('Duval', 'Tom', period))
      .with(aRegistration('Duval', 'Ana', period)),
  )
  const cell = (child: string) => ({
    registrationId: town.registration(child, period),
    day: day('2026-12-09'),
    slotId: town.slot('CLSH MERCREDI', 'Matin'),
  })
  await town.client.reservations.move({ cells: [cell('Tom')], act: 'book' })
  await town.client.reservations.move({ cells: [cell('Ana')], act: 'waitList' })
  await logInAt(page, town, `/reglages?onglet=activites&periode=${town.period(period)}`)
  await page.locator('[data-day="2026-12-09"]').click()
  const year = page.getByRole('region', { name: 'L’année' })
  await year.getByLabel('Places, Matin').fill('2')
  await page.keyboard.press('Enter')
  const told = page.getByRole('alert').filter({ hasText: 'Une place est libre et un enfant l’attend' })
  await expect(told).toContainText(period)
  const box = await told.boundingBox()
  // The notice takes one line above the shortcut bar, where it covers no title, button or field.
  expect(box && box.height < 40 && box.y + box.height === 800 && box.x === 188).toBe(true)
  // The notice stays while the pointer is over it.
  await told.hover()
  expect(await faultsInThemes(page, 'Place libérée')).toEqual([])
  expect((await town.client.reservations.cell(cell('Ana'))).rank).toBe(1)
  await told.getByRole('link', { name: 'Voir la liste d’attente' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Liste d’attente' })).toBeVisible()
  await expect(page.getByRole('complementary', { name: 'Liste choisie' })).toContainText('Duval Ana')
})
