import { aFamily, aRegistration, aTown, aWednesday } from '../../../support/towns/town.ts'
import { expect, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

const period = 'ALSH mercredi 2026/2027'
let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(
    aTown()
      .with(aFamily('Marchand', { children: { Louison: {} } }))
      .with(aWednesday())
      .with(aRegistration('Marchand', 'Louison', period)),
  )
  await town.client.dossiers.saveRequired({
    kind: 'insurance',
    name: 'Attestation d’assurance',
    scope: 'child',
    activityId: null,
    validity: 'date',
    months: null,
  })
})
test.afterAll(() => town.close())
// A call that finds no session is refused, of which browsers complain.
test.use({ mayComplain: true })

test('a session that ends in the middle of a dossier’s form: what was typed is there after the login', async ({
  page,
}) => {
  const dialog = page.getByRole('dialog')
  const end = async () => {
    const { posts } = await town.client.staff.posts()
    for (const { id, isOwn } of posts) if (!isOwn) await town.client.staff.disconnect({ id })
  }
  const facts = () => town.store.statement('select valid_until from paper_fact').pluck().all()
  await logInAt(page, town, `/familles/${town.family('Marchand')}?onglet=pieces`, 'Marchand')
  const open = () => page.getByRole('button', { name: /^Vu le…\s: Attestation d’assurance/ }).click()
  await open()
  await dialog.getByLabel('Valable jusqu’au').fill('30/06/2027')
  await page.keyboard.press('Tab')
  // The page is told at once, without waiting for « Vu ».
  await end()
  await expect(page.getByLabel('Identifiant')).toBeVisible()
  await logInAt(page, town, `/familles/${town.family('Marchand')}?onglet=pieces`, 'Marchand')
  await open()
  await expect(dialog.getByLabel('Valable jusqu’au')).toHaveValue(/30 juin 2027|30\/06\/2027/)
  await dialog.getByRole('button', { name: 'Vu', exact: true }).click()
  await expect(dialog).toBeHidden()
  expect(facts()).toEqual(['2027-06-30'])
})
