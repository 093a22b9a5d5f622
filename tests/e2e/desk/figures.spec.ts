import { day } from '../../../shared/rules/calendar/day.ts'
import { usualHoursRules } from '../../../shared/rules/figures/hours-rule.ts'
import { aFamily, aRegistration, aTown, aWednesday } from '../../support/towns/town.ts'
import { expect, faultsInThemes, goTo, logIn, logInAt, readAnew, type ServedTown, serveTown, test } from '../town.ts'

const wednesdays = 'ALSH mercredi 2026/2027'
let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(
    aTown()
      .with(aFamily('Marchand', { children: { Basile: { birthDay: '2021-10-02' }, Zoé: { birthDay: '2016-04-02' } } }))
      .with(aWednesday())
      .with(aRegistration('Marchand', 'Basile', wednesdays))
      .with(aRegistration('Marchand', 'Zoé', wednesdays)),
  )
  const { client } = town
  await client.figures.saveHoursRule({
    ...usualHoursRules.periscolaire,
    source: 'Convention, article 4',
    activityId: town.activity('CLSH MERCREDI'),
    fromDay: day('2026-09-01'),
    declaredAs: 'ALSH mercredi',
  })
  for (const [child, on] of [
    ['Basile', '2026-09-09'],
    ['Zoé', '2026-09-09'],
    ['Zoé', '2026-09-16'],
  ] as const) {
    const cells = ['Matin', 'Repas', 'Après-midi'].map((slot) => ({
      registrationId: town.registration(child, wednesdays),
      day: day(on),
      slotId: town.slot('CLSH MERCREDI', slot),
    }))
    await client.attendance.mark({ cells, mark: 'present' })
  }
})
test.afterAll(() => town.close())

test('hours to declare are read, explained and opened without the mouse, then kept', async ({ page }) => {
  await logInAt(page, town, '/chiffres', 'Chiffres')
  const table = page.getByRole('table', { name: /^Heures d’accueil/ })
  const done = table.getByRole('button', { name: /^ALSH mercredi, moins de 6.ans, réalisées/ })
  await expect(done).toHaveText('9\u00a0h')
  await expect(page.getByRole('region', { name: 'Un enfant, un jour' })).toContainText('plafond d’une journée, compté')
  await expect(page.getByRole('region', { name: /^Heures réalisées en 2026/ })).toBeVisible()
  expect(await faultsInThemes(page, 'hours to declare')).toEqual([])

  await done.focus()
  await page.keyboard.press('ArrowDown')
  const older = table.getByRole('button', { name: /^ALSH mercredi, 6-11.ans, réalisées/ })
  await expect(older).toBeFocused()
  await expect(page.getByRole('region', { name: 'Pas à pas' })).toContainText(/18.h, pas à pas/)
  await page.keyboard.press('Enter')
  const behind = page.getByRole('table', { name: 'Enfants derrière le chiffre' })
  await expect(behind.getByRole('link', { name: 'Marchand Zoé' })).toBeFocused()
  expect(await faultsInThemes(page, 'the children behind')).toEqual([])

  // Screen readers get the same figures as the drawing.
  const year = page.getByRole('table', { name: /^Heures réalisées en 2026/ })
  await expect(year.getByRole('row', { name: /^sept\./ })).toContainText('18')

  await page.getByRole('button', { name: 'Garder ces chiffres…' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: /^Garder les chiffres, 3ᵉ trimestre 2026/ })
  expect(await faultsInThemes(page, 'keeping them')).toEqual([])
  await dialog.getByLabel('Note').fill('Envoyée à la CAF')
  await dialog.getByRole('button', { name: 'Garder', exact: true }).press('Enter')
  const kept = page.getByRole('region', { name: 'Déclarations gardées' })
  await expect(kept).toContainText('Rien n’a changé depuis')
  await expect(kept).toContainText('Envoyée à la CAF')
})

test('filters stay in the address, and rules are changed', async ({ page }) => {
  await logInAt(page, town, '/chiffres', 'Chiffres')
  await page.getByRole('button', { name: 'Mois', exact: true }).press('Enter')
  await expect(page).toHaveURL(/pas=mois/)
  await page.getByRole('button', { name: 'Trimestre', exact: true }).press('Enter')
  await page.getByRole('button', { name: /^Règle de compte/ }).press('Enter')
  const rules = page.getByRole('dialog', { name: 'Règles de compte' })
  await expect(rules).toContainText('Convention, article 4')
  expect(await faultsInThemes(page, 'the rules')).toEqual([])
  await rules.getByRole('button', { name: 'Changer la règle de CLSH MERCREDI' }).press('Enter')
  const form = page.getByRole('dialog', { name: 'Règle de compte, CLSH MERCREDI' })
  await form.getByLabel('À partir du').fill('01/09/2026')
  await form.getByLabel('Heures d’une journée au plus').fill('8')
  expect(await faultsInThemes(page, 'a rule')).toEqual([])
  await form.getByRole('button', { name: 'Enregistrer' }).press('Enter')
  await expect(rules).toContainText(/8.h par jour/)
  await rules.getByRole('button', { name: 'Fermer' }).first().press('Enter')
  await readAnew(page)
  await expect(page.getByRole('region', { name: 'Déclarations gardées' })).toContainText('Changé depuis')
})

test('the figures of the mayor’s page open what they count, in their own tab', async ({ page }) => {
  await logInAt(page, town, '/chiffres?onglet=maire', 'Chiffres')
  await page.getByRole('link', { name: /^Enfants accueillis/ }).press('Enter')
  const behind = page.getByRole('region', { name: 'Derrière le chiffre' })
  await expect(behind.getByRole('link')).toHaveText(['Marchand Basile', 'Marchand Zoé'])
  await expect(page.getByRole('button', { name: /^En tout, présents/ })).toHaveAttribute('aria-pressed', 'true')
  await page.getByRole('button', { name: 'Page du maire', exact: true }).press('Enter')
  await page.getByRole('link', { name: /^Heures d’accueil/ }).press('Enter')
  await expect(page.getByText(/^du 1ᵉʳ\sjanvier\s2026\sau\s/)).toBeVisible()
  await page.getByRole('button', { name: 'Page du maire', exact: true }).press('Enter')
  await page.getByRole('link', { name: 'CLSH MERCREDI' }).press('Enter')
  await expect(behind.getByRole('link')).toHaveText(['Marchand Basile', 'Marchand Zoé'])
})

test('at 200 % nothing is cut off', async ({ page }) => {
  await logIn(page, town)
  await page.setViewportSize({ width: 640, height: 400 })
  await goTo(page, '/chiffres', 'Chiffres')
  const done = page.getByRole('button', { name: /^ALSH mercredi, 6-11.ans, réalisées/ })
  await done.scrollIntoViewIfNeeded()
  await expect(done).toBeInViewport()
  const panel = page.getByRole('heading', { name: /^Ce qui peut être faux/ })
  await panel.scrollIntoViewIfNeeded()
  await expect(panel).toBeInViewport()
  await page.setViewportSize({ width: 1280, height: 800 })
})
