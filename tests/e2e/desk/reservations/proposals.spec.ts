import { day, instantOf, timeOfDay } from '../../../../shared/rules/calendar/day.ts'
import { aPortalOf } from '../../../support/collected.ts'
import { aBillingTown } from '../../../support/towns/billing.ts'
import { expect, faultsInThemes, goTo, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

const at = instantOf(day('2026-11-24'), timeOfDay('21:14'))
let town: ServedTown
let portal: ReturnType<typeof aPortalOf>
test.beforeAll(async () => {
  town = await serveTown(aBillingTown())
  portal = aPortalOf(town)
})
test.afterAll(() => town.close())

const theFamily = () => town.client.families.one({ id: town.family('Marchand') })

test('changes that a parent proposes are decided field by field, and taken back', async ({ page }) => {
  const { address } = await theFamily()
  portal.collect(
    portal.proposal('p', 'Marchand', at, { field: 'homePhone', after: '02 31 00 00 00' }),
    portal.proposal('a', 'Marchand', at, {
      field: 'address.line1',
      before: '1 rue d’avant',
      after: '9 rue Haute',
    }),
  )
  await logInAt(page, town, '/demandes', 'Demandes')
  const changes = page.getByRole('region', { name: 'Changements proposés' })
  await expect(page.getByRole('option', { name: /Marchand/ })).toContainText('2 changements')
  await expect(page.getByText(/Reçue du portail\s: enregistrée le .* par Camille Marchand/)).toBeVisible()
  await expect(changes.getByRole('row', { name: /Adresse/ })).toContainText(
    `changé depuis, aujourd’hui : ${address?.line1 ?? ''}`,
  )
  expect(await faultsInThemes(page, 'Demandes')).toEqual([])

  await page.getByRole('button', { name: /Suivre la proposition/ }).click()
  await expect(changes.getByRole('row')).toHaveCount(2)
  expect(await theFamily()).toMatchObject({ homePhone: '02 31 00 00 00', address: { line1: address?.line1 } })

  await page.getByRole('button', { name: /Refuser/ }).click()
  await page.getByLabel('Motif').fill('Justificatif manquant')
  await page.getByRole('dialog').getByRole('button', { name: 'Refuser' }).click()
  await expect(page.getByText('Aucune demande n’attend')).toBeVisible()
  // The dialog stays open, with the focus, until the lists behind it are read again.
  await expect(page.getByRole('dialog')).toHaveCount(0)

  expect(portal.tell()).toMatchObject([{ answer: 'accepted' }, { answer: 'refused' }])
  await page.keyboard.press('Control+z')
  const question = page.getByRole('dialog', { name: 'Annuler une réponse déjà envoyée' })
  await question.getByRole('button', { name: 'Garder la décision' }).click()
  await expect(question).toBeHidden()
  await expect(page.getByText('Aucune demande n’attend')).toBeVisible()
  await page.keyboard.press('Control+z')
  await question.getByRole('button', { name: 'Annuler la décision' }).click()
  await expect(changes.getByRole('row', { name: /Adresse/ })).toBeVisible()
})

test('a list of pick-up people is read one person a line, what changes apart, no telephone cut', async ({ page }) => {
  const childId = town.child('Louison')
  const odile = 'Odile Sorel, Grand-mère, 06 39 98 27 15'
  const karim = 'Karim Benali, Voisin, 06 39 98 27 16'
  const lise = 'Marie-Bénédicte Lesueur-Delaunay, Assistante maternelle, 06 39 98 27 17'
  for (const line of [odile, karim]) {
    const [name = '', relation = '', phone = ''] = line.split(', ')
    await town.client.families.addPickup({ childId, name, relation, phone, allowed: true })
  }
  const pickups = { subject: 'child', subjectId: childId, field: 'pickups' }
  portal.collect(
    portal.proposal('l', 'Marchand', instantOf(day('2026-11-24'), timeOfDay('21:18')), {
      ...pickups,
      before: `${karim}\n${odile}`,
      after: `${odile}\n${lise}`,
    }),
  )
  await logInAt(page, town, '/demandes', 'Demandes')
  await page.getByRole('option').filter({ hasText: 'Retirer Karim Benali pour Louison' }).click()
  const [before, after] = [1, 2].map((at) =>
    page.getByRole('region', { name: 'Changements proposés' }).getByRole('cell').nth(at),
  )
  if (!before || !after) throw new Error('two sides are shown')
  await expect(before.locator('div')).toHaveText([karim, odile])
  await expect(before.locator('del')).toHaveText([karim])
  await expect(after.locator('div')).toHaveText([odile, lise])
  await expect(after.locator('b')).toHaveText([lise])
  expect(await after.textContent()).toContain('06\u00a039\u00a098\u00a027\u00a017')

  await page.keyboard.press('a')
  await expect(page.getByText('Demande décidée')).toBeVisible()
  const [child] = (await theFamily()).children.filter(({ id }) => id === childId)
  expect(child?.pickups.map(({ name }) => name)).toEqual(['Marie-Bénédicte Lesueur-Delaunay', 'Odile Sorel'])
})

test('the keys of a question are its own: Enter answers it, and decides nothing behind it', async ({ page }) => {
  portal.collect(
    portal.proposal('q', 'Marchand', instantOf(day('2026-11-24'), timeOfDay('21:20')), {
      field: 'homePhone',
      after: '02 31 00 00 01',
    }),
    portal.proposal('z', 'Marchand', instantOf(day('2026-11-24'), timeOfDay('21:30')), {
      field: 'beneficiaryName',
      after: 'Camille Marchand',
    }),
  )
  await logInAt(page, town, '/demandes', 'Demandes')
  const phone = page.getByRole('region', { name: 'Changements proposés' }).getByRole('row', { name: /02 31 00 00 01/ })
  const other = page.getByRole('option', { name: /Marchand/ }).filter({ hasText: 'allocataire' })
  await page.getByRole('option').filter({ hasText: 'Tél domicile' }).click()
  await expect(phone).toBeVisible()
  await page.keyboard.press('a')
  await expect(page.getByText('Demande décidée')).toBeVisible()
  portal.tell()
  // Goes to other screens meanwhile.
  await goTo(page, '/portail', 'Portail')
  await goTo(page, '/demandes', 'Demandes')
  await expect(other).toBeVisible()
  // A person who answers at once does so before the queue behind the question is read again.
  await page.route('**/rpc/requests/queue', async (route) => {
    await new Promise((done) => setTimeout(done, 500))
    await route.continue()
  })
  await page.keyboard.press('Control+z')
  await expect(page.getByRole('button', { name: 'Annuler la décision' })).toBeFocused()
  await page.keyboard.press('a')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(phone).toBeVisible()
  await expect(other).toBeVisible()
  await page.unrouteAll({ behavior: 'wait' })
})

test('« Calendrier » also asks before it undoes an answer that a family received', async ({ page }) => {
  const cell = {
    registrationId: town.registration('Louison', 'ALSH mercredi 2026/2027'),
    day: day('2026-12-09'),
    slotId: town.slot('CLSH MERCREDI', 'Matin'),
  }
  portal.collect(portal.demande('c', 'Marchand', 'Louison', 'book', at, cell))
  await logInAt(page, town, '/calendrier')
  await expect(page.getByRole('grid', { name: /^Réservations/ })).toBeVisible()
  await page.keyboard.press('s')
  const shown = page.getByRole('gridcell', { name: /Marchand Louison, mercredi 9 décembre 2026, Matin/ })
  await shown.click()
  await page.keyboard.press('a')
  await expect(shown).toHaveAccessibleName(/Réservation validée/)
  expect(portal.tell()).toMatchObject([{ answer: 'accepted' }])
  await page.keyboard.press('Control+z')
  const question = page.getByRole('dialog', { name: 'Annuler une réponse déjà envoyée' })
  await question.getByRole('button', { name: 'Garder la décision' }).click()
  await expect(question).toBeHidden()
  await expect(shown).toHaveAccessibleName(/Réservation validée/)
  await page.keyboard.press('Control+z')
  await question.getByRole('button', { name: 'Annuler la décision' }).press('Enter')
  await expect(shown).toHaveAccessibleName(/Demande de réservation envoyée/)
})

test('a demande of the portal says who recorded it, with its receipt', async ({ page }) => {
  portal.collect(
    portal.demande('d', 'Marchand', 'Louison', 'book', at, {
      registrationId: town.registration('Louison', 'ALSH mercredi 2026/2027'),
      day: day('2026-12-16'),
      slotId: town.slot('CLSH MERCREDI', 'Matin'),
    }),
  )
  await logInAt(page, town, '/demandes', 'Demandes')
  await page.getByRole('option', { name: /Louison/ }).click()
  await expect(page.getByText(/par Camille Marchand, reçu R-2026-004817/)).toBeVisible()
})
