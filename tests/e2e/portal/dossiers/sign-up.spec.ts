import { aPortalOf } from '../../../support/collected.ts'
import { picture } from '../../../support/picture.ts'
import { aGuardian, aHome, anAddress } from '../../../support/towns/families.ts'
import { aTown } from '../../../support/towns/town.ts'
import { expect, faultsInThemes, goTo, logIn, type ServedTown, serveTown, test } from '../../town.ts'

/**
 * What staff do with a sign-up at the desk, beside the family that it may belong to. The parents’ side is in
 * `portal-forms.spec.ts`.
 */

const email = 'lea.garnier@exemple.fr'
let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(aTown())
  const from = '2026-09-01'
  const child = { lastName: 'Maillard', sex: '' as const, notes: '' }
  const schooling = { fromDay: from, schoolId: null, level: '' as const, className: '' }
  await town.client.families.create({
    home: aHome('Garnier'),
    guardians: [{ ...aGuardian('Léa', 'Garnier'), email }],
    move: { fromDay: from, address: anAddress('21 rue du Stade'), resident: null },
    quotient: null,
    children: [
      { ...child, firstName: 'Anouk', birthDay: '2021-02-09', schooling },
      { ...child, firstName: 'Marius', birthDay: '2023-06-30', schooling },
    ],
  })
})
test.afterAll(() => town.close())

test('a family that is known is tied, compared field by field, or made anew once that is undone', async ({ page }) => {
  const { client } = town
  await logIn(page, town)
  // The same mother asks again with another mail, and a child who is known.
  const family = (await client.families.list({ filter: 'Garnier', show: 'present', from: 0, count: 5 })).rows[0]
  const at = town.clock()
  const portal = aPortalOf(town)
  portal.collect(
    portal.entry('again', 'signUp', at, {
      recordedAt: at,
      email: 'lea.g@exemple.fr',
      emailCheckedAt: at,
      guardians: [
        {
          civility: 'Mme',
          lastName: 'Garnier',
          firstName: 'Lea',
          email: 'lea.g@exemple.fr',
          mobilePhone: '06 39 98 20 64',
          workPhone: '',
        },
      ],
      homePhone: '02 31 00 00 00',
      address: { line1: '21 rue du Stade', line2: '', postcode: '14550', town: 'Blainville-sur-Orne' },
      children: [
        { lastName: 'Maillard', firstName: 'Anouk', birth: '2021-02-09', sex: 'F', school: '', schoolClass: 'GS' },
      ],
      terms: { version: 'septembre 2026', text: 'Dès 3 ans.', acceptedAt: at },
    }),
  )
  await goTo(page, '/demandes', 'Demandes')
  await page.getByRole('button', { name: 'Comparer et rattacher…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Rattacher à une famille existante' })
  await expect(dialog.getByText(/L’adresse mail connue est lea.garnier@exemple.fr/)).toBeVisible()
  await expect(dialog.getByRole('row', { name: /Tél domicile/ }).getByRole('checkbox')).toBeChecked()
  await expect(dialog.getByRole('row', { name: /Email/ }).getByRole('checkbox')).not.toBeChecked()
  expect(await faultsInThemes(page, 'Rattacher')).toEqual([])
  await picture(page, 'desk-attach')
  await dialog.getByRole('button', { name: 'Rattacher et envoyer l’accès' }).click()
  await expect(page.getByText('Aucune demande n’attend')).toBeVisible()
  // It closes once the lists behind it are read anew, and has the keys until then.
  await expect(dialog).toBeHidden()
  const after = await client.families.one({ id: family?.id ?? 0 })
  expect(after).toMatchObject({ homePhone: '02 31 00 00 00', guardians: [{ email }] })
  expect(after.children).toHaveLength(2)
  await page.keyboard.press('Control+z')
  await expect(page.getByRole('option', { name: /Garnier/ })).toBeVisible()
  await expect.poll(async () => (await client.families.one({ id: family?.id ?? 0 })).homePhone).toBe('')

  await page.getByRole('button', { name: /Accepter comme nouvelle famille/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Créer la famille' }).click()
  await expect(page.getByText('Aucune demande n’attend')).toBeVisible()
  expect((await client.families.list({ filter: 'Garnier', show: 'present', from: 0, count: 5 })).rows).toHaveLength(2)
})
