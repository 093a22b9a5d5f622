import { password } from '../../../support/desk.ts'
import { picture } from '../../../support/picture.ts'
import { period } from '../../../support/towns/billing.ts'
import { owe } from '../../../support/towns/debits.ts'
import { aRegistration } from '../../../support/towns/town.ts'
import { type BothFaces, type Cast, emailOf, serveBothFaces, staffAt, test } from '../../both-faces.ts'
import { expect, faultsInThemes, goTo } from '../../town.ts'
import { faultsOnPortal } from '../portal-town.ts'

/** A debt closes new bookings at the desk and on a parent's phone, until it is paid. */

const cast = {
  family: 'Tessier',
  parent: 'Nadia',
  child: 'Lina',
  other: { family: 'Picot', parent: 'Maud', child: 'Ulysse' },
  days: { today: '2026-11-25', full: '2026-12-09', free: '2026-12-16', billed: '2026-12-21' },
} as const satisfies Cast
const email = emailOf(cast.parent, cast.family)

let faces: BothFaces
test.beforeAll(async () => {
  faces = await serveBothFaces([cast])
  await aRegistration(cast.family, cast.child, period)(faces.town)
  owe(faces.town, cast.family, 14_320)
})
test.afterAll(() => faces.close())

test('closes new days on both faces, and opens them again once it is paid', async ({ readerWith }) => {
  test.slow()
  const { town, portal } = faces
  town.clock.set(cast.days.today, '10:42')
  const desk = (await readerWith('mouse')).page
  const { page, press } = await readerWith('finger')
  const staff = staffAt(desk, faces)
  const registration = town.registration(cast.child, period)
  const cell = page.locator(`[data-cell="${cast.days.free} ${town.slot('CLSH MERCREDI', 'Matin')}"]`)
  const calendar = async () => {
    await page.goto(`${portal.address}/mes-reservations/${registration}?mois=2026-12`)
    await expect(page.getByRole('grid').first()).toBeVisible()
  }

  await test.step('the régie says from which sum on', async () => {
    await staff.arrive()
    await staff.pair()
    await staff.invite(`${cast.parent} ${cast.family}`)
    await goTo(desk, '/reglages?onglet=regies', 'Réglages')
    await desk.getByRole('grid', { name: 'Régies' }).getByRole('row').nth(1).dblclick()
    const dialog = desk.getByRole('dialog')
    await dialog.getByLabel('Nom de la régie').fill('Régie')
    await dialog.getByLabel('Compte').fill('7067')
    await dialog.getByLabel('Suspendre les réservations au-delà de').fill('100')
    await expect(dialog.getByText('La cantine ne se ferme jamais pour une dette.')).toBeVisible()
    await dialog.getByLabel('Suspendre les réservations au-delà de').scrollIntoViewIfNeeded()
    expect(await faultsInThemes(desk, 'suspension')).toEqual([])
    await picture(desk, 'suspension-regie')
    await dialog.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(dialog).toBeHidden()
    await staff.exchange()
  })

  await test.step('the parent reads why a day is closed, and the sum in Mon compte alone', async () => {
    const mail = await faces.lastMail(email, 'jeton=')
    await page.goto(/http:\S+/.exec(mail.text)?.[0] ?? '')
    await page.getByLabel('Votre nouveau mot de passe').fill(password)
    await press(page.getByRole('button', { name: 'Enregistrer' }))
    await expect(page.getByRole('heading', { level: 1, name: 'Mon tableau de bord' })).toBeVisible()
    await calendar()
    await expect(cell).toContainText('Suspendu')
    await press(cell)
    await expect(
      page
        .getByRole('rowgroup', { name: 'mercredi 16 décembre' })
        .getByText(/^Réservations suspendues\s: appelez la régie/),
    ).toBeVisible()
    await expect(page.getByText('143,20')).toHaveCount(0)
    expect(await faultsOnPortal(page, 'calendrier suspendu')).toEqual([])
    await picture(page, 'suspension-calendrier')
    await page.goto(`${portal.address}/mon-compte`)
    await expect(page.getByText(/Réservations suspendues\s: 143,20\s€/)).toBeVisible()
    expect(await faultsOnPortal(page, 'compte suspendu')).toEqual([])
    await picture(page, 'suspension-compte')
  })

  await test.step('once it is paid, and exchanged, the day is free', async () => {
    await town.client.payments.record({
      familyId: town.family(cast.family),
      means: 'cheque',
      amountCents: 14_320,
      receivedOn: cast.days.today,
      payer: '',
      reference: '',
      chosen: null,
    })
    await staff.exchange()
    await calendar()
    await expect(cell).toContainText('Libre')
  })
})
