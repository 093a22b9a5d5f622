import { picture } from '../../../support/picture.ts'
import { factsOf } from '../../../support/towns/facts.ts'
import { aFamily, aRegistration, aTown, aWednesday } from '../../../support/towns/town.ts'
import { expect, faultsInThemes, goTo, inOneBreath, logIn, type ServedTown, serveTown, test } from '../../town.ts'

const period = 'ALSH mercredi 2026/2027'
let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(
    aTown()
      .with(aFamily('Duval', { children: { Tom: {}, Ana: {} } }))
      .with(aFamily('Marchand', { children: { Basile: {} } }))
      .with(aWednesday({ capacity: 1 }))
      .with(aRegistration('Duval', 'Tom', period))
      .with(aRegistration('Duval', 'Ana', period))
      .with(aRegistration('Marchand', 'Basile', period)),
  )
})
test.afterAll(() => town.close())

test('a typical week is applied to chosen children at once, seen before, and taken back', async ({ page }) => {
  const held = () => town.store.statement(`select count(*) from reservation where held <> 'none'`).pluck().get()
  await logIn(page, town)
  const before = factsOf(town.store)
  await goTo(page, '/calendrier')
  // The head of the calendar keeps its place at this width.
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
  await expect(
    page
      .getByRole('radio', { name: 'Mois' })
      .or(page.getByRole('button', { name: 'Mois' }))
      .first(),
  ).toBeInViewport({ ratio: 1 })
  await picture(page, 'calendrier')
  await page.getByRole('button', { name: /^Semaine type…/ }).click()
  const dialog = page.getByRole('dialog', { name: `Semaine type, ${period}` })
  await expect(dialog.getByLabel(/3\senfants cochés/)).toBeChecked()
  await dialog.getByLabel('Duval Tom').uncheck()
  await dialog.getByLabel('Matin, mercredi').check()
  await expect(dialog.getByText(/\d+\sréservations, \d+\splaces attendues en liste d’attente\./)).toBeVisible()
  await expect(dialog.getByText(/Pas d’accueil ce jour-là/)).toBeVisible()
  expect(await faultsInThemes(page, 'Semaine type')).toEqual([])
  expect(factsOf(town.store)).toEqual(before)
  await picture(page, 'semaine-type')
  // Escape first closes the open month; the next one asks before it discards the ticks.
  const first = dialog.getByLabel('Du', { exact: true })
  await inOneBreath(first, 'Escape')
  await expect(first).toBeFocused()
  await expect(dialog.getByText('La saisie n’est pas enregistrée.')).toBeHidden()
  await page.keyboard.press('Escape')
  await dialog.getByRole('button', { name: 'Continuer la saisie' }).click()
  const from = await first.inputValue()
  await first.fill('31/02/2027')
  await first.press('Tab')
  await expect(dialog.getByText('31/02/2027 : cette date n’existe pas.')).toBeVisible()
  await expect(dialog.getByRole('button', { name: /^Appliquer/ })).toBeDisabled()
  await first.fill(from)
  await first.press('Escape')
  await dialog.getByRole('button', { name: /^Appliquer à 2\senfants/ }).click()
  const told = page.getByRole('alert').filter({ hasText: 'réservations' })
  await expect(dialog).toBeHidden()
  expect(held()).toBeGreaterThan(20)
  await told.getByRole('button', { name: 'Annuler' }).click()
  await expect.poll(held).toBe(0)
  await expect.poll(() => factsOf(town.store)).toEqual(before)
  // Ctrl Z undoes what a dialog of the screen did, as well as what the grid did, wherever the focus is.
  await page.getByRole('button', { name: /^Semaine type…/ }).click()
  await dialog.getByLabel('Matin, mercredi').check()
  await dialog.getByRole('button', { name: /^Appliquer à 3\senfants/ }).click()
  await expect(dialog).toBeHidden()
  await expect.poll(held).toBeGreaterThan(20)
  await page.keyboard.press('Control+z')
  await expect.poll(held).toBe(0)
  await expect.poll(() => factsOf(town.store)).toEqual(before)
})
