import { type GuardianBond, unconfirmedBond } from '../../../../shared/rules/people/guardian-bond.ts'
import { password } from '../../../support/desk.ts'
import { period } from '../../../support/towns/billing.ts'
import { aRegistration } from '../../../support/towns/town.ts'
import { type BothFaces, type Cast, emailOf, serveBothFaces, staffAt, test } from '../../both-faces.ts'
import { expect } from '../../town.ts'
import { faultsOnPortal } from '../portal-town.ts'

/** The powers of a guardian over a child, recorded at the desk, decide what the portal shows on a phone. */

const cast = {
  family: 'Tessier',
  parent: 'Nadia',
  child: 'Lina',
  other: { family: 'Picot', parent: 'Maud', child: 'Ulysse' },
  days: { today: '2026-11-25', full: '2026-12-09', free: '2026-12-16', billed: '2026-12-21' },
} as const satisfies Cast

let faces: BothFaces
test.beforeAll(async () => {
  faces = await serveBothFaces([cast])
  await aRegistration(cast.family, cast.child, period)(faces.town)
})
test.afterAll(() => faces.close())

/** Staff record this of the parent and the child. */
const say = async (bond: Partial<GuardianBond>) => {
  const { town } = faces
  const [guardian] = (await town.client.families.one({ id: town.family(cast.family) })).guardians
  const pair = { guardianId: guardian?.id ?? 0, childId: town.child(cast.child) }
  await town.client.families.setBond({ ...unconfirmedBond, ...bond, ...pair })
}

test('a parent to confirm asks; one with a right to know only sees; without authority there is nothing', async ({
  readerWith,
}) => {
  test.slow()
  const { town, portal } = faces
  town.clock.set(cast.days.today, '10:42')
  const staff = staffAt((await readerWith('mouse')).page, faces)
  const { page, press } = await readerWith('finger')
  const registration = town.registration(cast.child, period)
  const cell = page.locator(`[data-cell="${cast.days.free} ${town.slot('CLSH MERCREDI', 'Matin')}"]`)
  const calendar = async () => {
    await page.goto(`${portal.address}/mes-reservations/${registration}?mois=2026-12`)
    await expect(page.getByRole('grid').first()).toBeVisible()
  }

  await test.step('to confirm, nothing is withheld', async () => {
    await staff.arrive()
    await staff.pair()
    await staff.invite(`${cast.parent} ${cast.family}`)
    await staff.exchange()
    const mail = await faces.lastMail(emailOf(cast.parent, cast.family), 'jeton=')
    await page.goto(/http:\S+/.exec(mail.text)?.[0] ?? '')
    await page.getByLabel('Votre nouveau mot de passe').fill(password)
    await press(page.getByRole('button', { name: 'Enregistrer' }))
    await expect(page.getByRole('heading', { level: 1, name: 'Mon tableau de bord' })).toBeVisible()
    await calendar()
    await expect(cell).toContainText('Libre')
  })

  await test.step('who only sees the child is told why a day is closed', async () => {
    await say({
      authority: 'no',
      overrides: { sees: true, asks: null, fetches: null, told: true },
      overrideReason: 'Droit d’être informée',
    })
    await staff.exchange()
    await calendar()
    await expect(cell).toContainText('Lecture seule')
    await press(cell)
    await expect(page.getByText('Vous voyez cet enfant sans pouvoir demander pour lui').first()).toBeVisible()
    expect(await faultsOnPortal(page, 'calendrier en lecture seule')).toEqual([])
  })

  await test.step('without authority the child is nowhere', async () => {
    await say({ authority: 'no' })
    await staff.exchange()
    for (const path of ['/ma-famille', '/mes-inscriptions', '/mon-tableau-de-bord', '/mes-pieces']) {
      await page.goto(`${portal.address}${path}`)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expect(page.getByRole('main')).not.toContainText(cast.child)
      expect(await faultsOnPortal(page, path)).toEqual([])
    }
  })
})
