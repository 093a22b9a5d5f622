import { addDays, day } from '../../../shared/rules/calendar/day.ts'
import { password } from '../../support/desk.ts'
import { picture } from '../../support/picture.ts'
import { aPeriod, aRegistration } from '../../support/towns/town.ts'
import { type BothFaces, type Cast, emailOf, serveBothFaces, staffAt, test } from '../both-faces.ts'
import { expect, faultsInThemes, goTo } from '../town.ts'
import { faultsOnPortal } from './portal-town.ts'

/**
 * A town sells its holidays by the week: typed at the desk, told and asked for on a phone, decided whole at the desk.
 */

const cast = {
  family: 'Tessier',
  parent: 'Nadia',
  child: 'Lina',
  other: { family: 'Picot', parent: 'Maud', child: 'Ulysse' },
  days: { today: '2026-11-25', full: '2026-12-09', free: '2026-12-16', billed: '2026-12-21' },
} as const satisfies Cast
const email = emailOf(cast.parent, cast.family)
const holidays = 'Vacances de février'
const monday = day('2027-02-15')
const week = [0, 1, 2, 3, 4].map((more) => addDays(monday, more))

let faces: BothFaces
test.beforeAll(async () => {
  faces = await serveBothFaces([cast])
  const { town } = faces
  await aPeriod(holidays, 'CLSH MERCREDI', {
    capacity: 8,
    startDay: monday,
    endDay: '2027-02-26',
    weekdays: [1, 2, 3, 4, 5],
    schoolHolidays: 'with',
  })(town)
  await aRegistration(cast.family, cast.child, holidays)(town)
})
test.afterAll(() => faces.close())

test('a week is ticked, explained, asked for, decided and undone as a whole', async ({ readerWith }) => {
  test.slow()
  const { town, portal } = faces
  town.clock.set(cast.days.today, '10:42')
  const desk = (await readerWith('mouse')).page
  const { page, press } = await readerWith('finger')
  const staff = staffAt(desk, faces)
  const morning = town.slot('CLSH MERCREDI', 'Matin')
  const registration = town.registration(cast.child, holidays)
  const cell = (on: string) => page.locator(`[data-cell="${on} ${morning}"]`)
  const calendar = async () => {
    await page.goto(`${portal.address}/mes-reservations/${registration}?mois=2027-02`)
    await expect(page.getByRole('grid').first()).toBeVisible()
  }

  const readDraft = async (told: string) => {
    await press(page.getByRole('region', { name: 'Brouillon' }).getByText('dont la semaine n’est pas possible ainsi'))
    const dialog = page.getByRole('dialog', { name: 'Mon brouillon' })
    await expect(dialog).toContainText(told)
    expect(await faultsOnPortal(page, 'semaine incomplète')).toEqual([])
    await picture(page, 'semaines-brouillon')
    await press(dialog.getByRole('button', { name: 'Fermer' }))
    await expect(dialog).toBeHidden()
  }

  await test.step('staff say that a week is whole', async () => {
    await staff.arrive()
    await staff.pair()
    await staff.invite(`${cast.parent} ${cast.family}`)
    await goTo(desk, `/reglages?onglet=activites&periode=${town.period(holidays)}`, holidays)
    await desk.getByRole('combobox', { name: 'Jours par semaine' }).click()
    await desk.getByRole('option', { name: 'semaine entière' }).click()
    await expect(desk.getByText('Une semaine se réserve entière')).toBeVisible()
    await desk.getByRole('combobox', { name: 'Jours par semaine' }).scrollIntoViewIfNeeded()
    expect(await faultsInThemes(desk, 'règle des semaines')).toEqual([])
    await picture(desk, 'semaines-periode')
    await desk.getByRole('button', { name: 'Enregistrer la période' }).click()
    await expect(desk.getByText(`«\u00a0${holidays}\u00a0» est enregistrée.`)).toBeVisible()
    await staff.exchange()
  })

  await test.step('the parent reads it before a tap, and an unfinished week says what it lacks', async () => {
    const mail = await faces.lastMail(email, 'jeton=')
    await page.goto(/http:\S+/.exec(mail.text)?.[0] ?? '')
    await page.getByLabel('Votre nouveau mot de passe').fill(password)
    await press(page.getByRole('button', { name: 'Enregistrer' }))
    await expect(page.getByRole('heading', { level: 1, name: 'Mon tableau de bord' })).toBeVisible()
    await calendar()
    await expect(page.getByText(/^Une semaine se réserve entière/)).toBeVisible()
    await expect(cell(monday)).toContainText(/libre/i)
    await press(cell(monday))
    await expect(page.getByText('dont 1 dont la semaine n’est pas possible ainsi')).toBeVisible()
    await readDraft('il manque mar. 16 févr.')
    for (const on of week.slice(1)) await press(cell(on))
    await expect(page.getByText('5 demandes à enregistrer')).toBeVisible()
    await press(page.getByRole('button', { name: 'Enregistrer mes demandes' }))
    await expect(page.getByRole('heading', { level: 1, name: /enregistré/ })).toBeVisible()
    await picture(page, 'semaines-recu')
  })

  await test.step('the desk decides it whole', async () => {
    await staff.exchange()
    const { client } = town
    const cells = week.map((on) => ({ registrationId: registration, day: on, slotId: morning }))
    const one = await client.reservations.move({ cells: cells.slice(0, 1), act: 'accept' })
    expect(one.refused[0]?.sentence).toMatch(/^La semaine va ensemble/)
    expect((await client.reservations.move({ cells, act: 'accept' })).refused).toEqual([])
    await staff.exchange()
  })

  await test.step('the parent gives one day back only with its week', async () => {
    await calendar()
    await expect(cell(monday)).toContainText(/validée/i)
    await press(cell(monday))
    await readDraft('Semaine entière, ou aucun jour')
    for (const on of week.slice(1)) await press(cell(on))
    await press(page.getByRole('button', { name: 'Enregistrer mes demandes' }))
    await expect(page.getByRole('heading', { level: 1, name: /enregistré/ })).toBeVisible()
  })
})
