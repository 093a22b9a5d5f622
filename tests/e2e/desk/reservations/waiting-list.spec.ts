import { checkFile } from '../../../../main/store/checking/check.ts'
import { day } from '../../../../shared/rules/calendar/day.ts'
import { picture } from '../../../support/picture.ts'
import { period } from '../../../support/towns/billing.ts'
import { aFamily, aRegistration, aTown, aWednesday } from '../../../support/towns/town.ts'
import {
  expect,
  faultsInThemes,
  goTo,
  hold,
  logIn,
  logInAt,
  readAnew,
  type ServedTown,
  serveTown as serve,
  test,
} from '../../town.ts'

const children = { Zoé: 'Lecerf', Noé: 'Gosselin', Inès: 'Aubry', Malo: 'Yvon' } as const
let town: ServedTown

/** One place on a Wednesday in March is Zoé's; Noé from Caen, then Inès and Malo from the town, wait for it. */
test.beforeAll(async () => {
  const parts = Object.entries(children).map(([child, family]) =>
    aFamily(family, { town: child === 'Noé' ? 'Caen' : 'Blainville-sur-Orne', children: { [child]: {} } }),
  )
  town = await serve(
    parts.reduce((all, part) => all.with(part), aTown()).with(aWednesday({ capacity: 1, promotion: 'offer' })),
  )
  for (const [child, family] of Object.entries(children)) await aRegistration(family, child, period)(town)
  const slotId = town.slot('CLSH MERCREDI', 'Matin')
  const cell = (child: string) => ({ registrationId: town.registration(child, period), day: day('2027-03-17'), slotId })
  await town.client.reservations.move({ cells: [cell('Zoé')], act: 'book' })
  for (const child of ['Noé', 'Inès', 'Malo'])
    await town.client.reservations.move({ cells: [cell(child)], act: 'waitList' })
})
test.afterAll(() => town.close())

test('a waiting list is put in the town’s order, moves by an offer, and by places that are opened', async ({
  page,
}) => {
  await logIn(page, town)
  const panel = page.getByRole('complementary', { name: 'Liste choisie' })
  const order = panel.getByRole('list', { name: 'Dans l’ordre' }).getByRole('listitem')

  await test.step('the order is set where activities are', async () => {
    await goTo(page, '/reglages?onglet=activites', 'Réglages')
    await page.getByRole('button', { name: 'Liste d’attente et encadrement…' }).click()
    const form = page.getByRole('dialog', { name: /^Liste d’attente et encadrement/ })
    await expect(form).toContainText('1. ancienneté de la demande')
    await form.getByRole('button', { name: 'Ajouter' }).click()
    await expect(form).toContainText('1. habite la commune')
    expect(await faultsInThemes(page, 'Réglages de la liste d’attente')).toEqual([])
    await form.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(form).toBeHidden()
  })

  await test.step('each rank is explained', async () => {
    await goTo(page, '/calendrier/attente', 'Liste d’attente')
    await expect(order).toHaveCount(3)
    await expect(order.nth(0)).toContainText(/Aubry Inès.*1ᵉʳ\s: habite la commune, demande du 25 novembre 2026/)
    await expect(order.nth(2)).toContainText(/Gosselin Noé.*3ᵉ\s: demande du 25 novembre 2026/)
    expect(await faultsInThemes(page, 'Liste d’attente')).toEqual([])
  })

  await test.step('a priority with its reason passes before, once it is in the order', async () => {
    await page.getByRole('button', { name: 'Rendre prioritaire, Gosselin Noé' }).click()
    const form = page.getByRole('dialog', { name: 'Priorité de Gosselin Noé' })
    await form.getByLabel('Motif').fill('Les deux parents travaillent')
    expect(await faultsInThemes(page, 'Priorité')).toEqual([])
    await form.getByRole('button', { name: 'Enregistrer la priorité' }).click()
    await expect(form).toBeHidden()
    await expect(order.nth(2)).toContainText('Gosselin Noé')
  })

  await test.step('a freed place is offered, and the answer of the family recorded', async () => {
    const cells = [
      {
        registrationId: town.registration('Zoé', period),
        day: day('2027-03-17'),
        slotId: town.slot('CLSH MERCREDI', 'Matin'),
      },
    ]
    await town.client.reservations.move({ cells, act: 'free' })
    await expect(order.nth(0)).toContainText('place proposée jusqu’au')
    await readAnew(page)
    await order
      .nth(0)
      .getByRole('button', { name: /^La famille laisse la place/ })
      .click()
    await expect(order).toHaveCount(2)
    await expect(order.nth(0)).toContainText(/Yvon Malo.*place proposée jusqu’au/)
    await readAnew(page)
    await order
      .nth(0)
      .getByRole('button', { name: /^La famille accepte/ })
      .click()
    await expect(order).toHaveCount(1)
    await expect(order.nth(0)).toContainText('Gosselin Noé')
  })

  await test.step('« si j’ouvre 4 places » is shown, then done, by keyboard', async () => {
    await page.getByRole('row', { name: /Matin/ }).first().focus()
    await page.keyboard.press('o')
    const form = page.getByRole('dialog', { name: /^Ouvrir des places/ })
    await expect(form).toContainText(/1\splace donnée à 1\senfant/)
    await expect(form.getByRole('region', { name: 'Qui aurait une place' })).toContainText('Gosselin Noé')
    expect(await faultsInThemes(page, 'Ouvrir des places')).toEqual([])
    await form.getByRole('button', { name: /^Ouvrir 4/ }).click()
    await expect(form).toBeHidden()
    await expect(page.getByRole('heading', { name: 'Personne n’attend' })).toBeVisible()
    await expect(page.getByRole('main')).toBeFocused()
  })
  expect(checkFile(town.store.sqlite)).toEqual([])
})

test('Accueil leads to the list, and to the calendar at the right month; missing adults are shown there', async ({
  page,
}) => {
  const slotId = town.slot('CLSH MERCREDI', 'Matin')
  const cell = (child: string) => ({ registrationId: town.registration(child, period), day: day('2027-05-19'), slotId })
  const periodId = town.period(period)
  await town.client.reservations.move({ cells: [cell('Zoé')], act: 'book' })
  await town.client.reservations.move({ cells: [cell('Noé')], act: 'waitList' })
  await town.client.activities.changeCapacity({ periodId, day: day('2027-05-19'), slotId, capacity: 2 })
  const activity = await town.client.activities.get({ id: town.activity('CLSH MERCREDI') })
  await town.client.activities.save({ ...activity, supervision: 'extracurricular' })
  await logIn(page, town)
  await expect(page.getByRole('table', { name: 'Listes d’attente qui peuvent avancer' })).toContainText('Gosselin Noé')
  await page.getByRole('link', { name: /^mer. 19 mai/ }).click()
  await expect(page.getByRole('grid', { name: /^Réservations/ }).getByText('Mai et juin 2027')).toBeVisible()
  await expect(page.getByRole('button', { name: /^Encadrement…/ })).toBeVisible()
  await page.keyboard.press('e')
  const form = page.getByRole('dialog', { name: /^Encadrement/ })
  await form.getByLabel('Animateurs prévus').fill('0')
  expect(await faultsInThemes(page, 'Encadrement')).toEqual([])
  await form.getByRole('button', { name: 'Enregistrer l’encadrement' }).click()
  await expect(form).toBeHidden()
  await expect(
    page.getByRole('columnheader', { name: /^mercredi 19 mai 2027.*0\sanimateur pour 1\splace/ }),
  ).toBeVisible()
  // The dialog shows the planned number.
  await page.keyboard.press('e')
  await expect(form.getByLabel('Animateurs prévus')).toHaveValue('0')
  await form.getByRole('button', { name: 'Annuler' }).click()
  await page.getByRole('button', { name: 'Liste d’attente', exact: false }).first().click()
  await expect(page.getByRole('complementary', { name: 'Liste choisie' })).toContainText('0 animateur pour 1 place')
  // Opened from the calendar of a period without waiting lists, the screen shows all lists.
  await goTo(page, '/calendrier/attente?periode=999999&jour=2027-05-19', 'Liste d’attente')
  await expect(page.getByRole('complementary', { name: 'Liste choisie' })).toContainText('Gosselin Noé')
  await picture(page, 'waiting')
})

test('the focus stays where one works when a list, or who was in it, goes away', async ({ page }) => {
  const slotId = town.slot('CLSH MERCREDI', 'Matin')
  const waits = { '2027-06-02': ['Noé', 'Inès'], '2027-06-09': ['Noé', 'Inès', 'Malo'], '2027-06-16': ['Malo'] }
  for (const [on, waiting] of Object.entries(waits)) {
    const cell = (child: string) => ({ registrationId: town.registration(child, period), day: day(on), slotId })
    await town.client.reservations.move({ cells: [cell('Zoé')], act: 'book' })
    for (const child of waiting) await town.client.reservations.move({ cells: [cell(child)], act: 'waitList' })
  }
  await logInAt(page, town, `/calendrier/attente?jour=2027-06-02&plage=${slotId}`, 'Liste d’attente')
  const lists = page.getByRole('grid', { name: 'Listes d’attente' })
  const panel = page.getByRole('complementary', { name: 'Liste choisie' })
  const form = page.getByRole('dialog', { name: /^Ouvrir des places/ })
  const focused = page.locator(':focus')
  await expect(panel).toContainText('Mer. 2 juin')

  await test.step('opened from its line, which goes: another line has it', async () => {
    await lists.locator('tr[aria-selected="true"]').focus()
    await page.keyboard.press('o')
    await form.getByRole('button', { name: /^Ouvrir 4/ }).click()
    await expect(lists).not.toContainText('Mercredi 2 juin')
    await expect(form).toBeHidden()
    await expect(lists.locator('tr:focus')).toBeVisible()
  })

  await test.step('opened from the button: the button has it', async () => {
    await goTo(page, `/calendrier/attente?jour=2027-06-16&plage=${slotId}`, 'Liste d’attente')
    await expect(panel).toContainText('Mer. 16 juin')
    await page.getByRole('button', { name: /^Ouvrir des places/ }).click()
    await form.getByRole('button', { name: /^Ouvrir 4/ }).click()
    await expect(form).toBeHidden()
    await expect(lists).not.toContainText('Mercredi 16 juin')
    await expect(focused).toHaveText(/^Ouvrir des places/)
  })

  await test.step('taken off the list, a child leaves it to the next one', async () => {
    await goTo(page, `/calendrier/attente?jour=2027-06-09&plage=${slotId}`, 'Liste d’attente')
    await expect(panel).toContainText('Mer. 9 juin')
    await panel.getByRole('button', { name: 'Retirer de la liste, Gosselin Noé' }).click()
    const asks = page.getByRole('dialog')
    await asks.getByRole('textbox').first().fill('La famille le demande')
    await asks.getByRole('button', { name: 'Retirer de la liste' }).click()
    await expect(asks).toBeHidden()
    await expect(panel).not.toContainText('Gosselin Noé')
    await expect(panel.locator(':focus')).toHaveCount(1)
  })
})

test('a key gives no place in the list of before while the chosen one is read', async ({ page }) => {
  const slotId = town.slot('CLSH MERCREDI', 'Matin')
  const periodId = town.period(period)
  for (const [on, child] of [
    [day('2027-03-24'), 'Inès'],
    [day('2027-03-31'), 'Malo'],
  ] as const) {
    const cell = (whose: string) => ({ registrationId: town.registration(whose, period), day: on, slotId })
    await town.client.reservations.move({ cells: [cell('Zoé')], act: 'book' })
    await town.client.reservations.move({ cells: [cell(child)], act: 'waitList' })
    await town.client.activities.changeCapacity({ periodId, day: on, slotId, capacity: 2 })
  }
  const waiting = async (on: string) =>
    (await town.client.reservations.waitingList({ periodId, day: day(on), slotId }))?.children.map(({ name }) => name)
  await logInAt(page, town, '/calendrier/attente?jour=2027-03-24', 'Liste d’attente')
  const panel = page.getByRole('complementary', { name: 'Liste choisie' })
  const give = panel.getByRole('button', { name: /^Donner la place/ })
  await expect(give).toHaveAccessibleName(/Aubry Inès/)
  const lists = page.getByRole('grid', { name: 'Listes d’attente' })
  const letCome = await hold(page, 'reservations/waitingList')
  await lists.getByRole('row', { name: /Matin/ }).nth(1).click()
  await expect(give).toBeDisabled()
  await page.keyboard.press('a')
  await letCome()
  await expect(give).toHaveAccessibleName(/Yvon Malo/)
  expect([await waiting('2027-03-24'), await waiting('2027-03-31')]).toEqual([['Aubry Inès'], ['Yvon Malo']])
  await page.keyboard.press('a')
  await expect.poll(() => waiting('2027-03-31')).toEqual([])
  expect(await waiting('2027-03-24')).toEqual(['Aubry Inès'])

  // Book the place that Inès waits for, for another child.
  await goTo(page, `/calendrier?periode=${periodId}&jour=2027-03-24`, 'Calendrier')
  const noe = page.getByRole('gridcell', { name: /Gosselin Noé, mercredi 24 mars 2027, Matin/ })
  await noe.click()
  await page.keyboard.press('Space')
  const question = page.getByRole('dialog', { name: 'Réserver' })
  await expect(question).toContainText(/1\senfant attend une place ce jour-là/)
  await question.getByRole('button', { name: 'Réserver quand même' }).click()
  await expect(noe).toHaveAccessibleName(/Réservation validée/)
  expect(await waiting('2027-03-24')).toEqual(['Aubry Inès'])
})
