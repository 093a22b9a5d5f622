import { period } from '../../support/towns/billing.ts'
import { aHome } from '../../support/towns/families.ts'
import { aFamily, aRegistration, aTown, aWednesday } from '../../support/towns/town.ts'
import { expect, faultsInThemes, goTo, logInAt, type ServedTown, serveTown, test } from '../town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(
    aTown()
      .with(aFamily('Marchand', { familyQuotient: 727, children: { Louison: {} } }))
      .with(aWednesday())
      .with(aRegistration('Marchand', 'Louison', period)),
  )
  await town.client.payments.record({
    familyId: town.family('Marchand'),
    means: 'cash',
    amountCents: 1000,
    receivedOn: '2026-11-25',
    payer: '',
    reference: '',
    chosen: null,
  })
})
test.afterAll(() => town.close())

const phoneOf = async () => (await town.client.families.one({ id: town.family('Marchand') })).homePhone

test('Ctrl Z undoes the last act and says so; a field is restored from the history', async ({ page }) => {
  const id = town.family('Marchand')
  await town.client.families.change({ ...aHome('Marchand'), homePhone: '02 31 44 00 00', id })
  await logInAt(page, town, `/familles/${id}`, 'Marchand')

  await test.step('Ctrl Z takes back the last act of the screen', async () => {
    await page.keyboard.press('Control+z')
    const told = page.getByRole('alert').filter({ hasText: 'Annulé' })
    await expect(told).toContainText('Foyer modifié\u00a0: Marchand')
    await expect.poll(phoneOf).toBe('')
    await told.getByRole('button', { name: 'Voir' }).click()
    const panel = page.getByRole('dialog', { name: 'Foyer modifié\u00a0: Marchand' })
    await expect(panel).toContainText('annulé')
    await expect(panel).toContainText('02 31 44 00 00')
    await page.keyboard.press('Escape')
    await expect(panel).toBeHidden()
  })

  await test.step('Ctrl Z held down takes back one act', async () => {
    for (const homePhone of ['02 31 44 00 01', '02 31 44 00 00'])
      await town.client.families.change({ ...aHome('Marchand'), homePhone, id })
    const beside = page.getByRole('complementary', { name: 'À côté' })
    await expect(beside).toContainText('02 31 44 00 00')
    await page.keyboard.down('Control')
    await page.keyboard.down('z')
    await expect(beside).toContainText('02 31 44 00 01')
    await page.keyboard.down('z')
    await page.keyboard.up('z')
    await page.keyboard.up('Control')
    // The request of a second act would have arrived before this one is answered.
    const panel = page.getByRole('dialog', { name: 'Derniers gestes' })
    for (let turn = 0; turn < 3; turn += 1) {
      await page.keyboard.press('Shift+H')
      await expect(panel.getByRole('article').first()).toBeVisible()
      await page.keyboard.press('Escape')
      await expect(panel).toBeHidden()
    }
    expect(await phoneOf()).toBe('02 31 44 00 01')
    await page.keyboard.press('Control+z')
    await expect.poll(phoneOf).toBe('')
  })

  await test.step('the history of the record, and back to a value', async () => {
    await town.client.families.change({ ...aHome('Marchand'), homePhone: '02 31 55 00 00', id })
    await page.keyboard.press('h')
    const panel = page.getByRole('dialog', { name: 'Historique\u00a0: Famille Marchand' })
    const latest = panel.getByRole('article', { name: 'Foyer modifié\u00a0: Marchand' }).first()
    await expect(latest).toContainText('Sandrine Tostain')
    await expect(latest).toContainText('02 31 55 00 00')
    expect(await faultsInThemes(page, 'Historique')).toEqual([])
    await latest.getByRole('button', { name: /^Revenir aux anciennes valeurs/ }).click()
    await expect.poll(phoneOf).toBe('')
    await page.keyboard.press('Escape')
    await expect(panel).toBeHidden()
  })

  await test.step('the last acts of every screen, each taken back or saying why not', async () => {
    await goTo(page, '/reglements', 'Règlements')
    // A field has the focus there, and gets the typed letters.
    await page.getByRole('button', { name: 'Derniers gestes' }).click()
    const panel = page.getByRole('dialog', { name: 'Derniers gestes' })
    await expect(panel.getByRole('article')).toHaveCount(1)
    await expect(panel).toContainText('annulez le règlement, avec son motif')
    await page.keyboard.press('Escape')
    await expect(panel).toBeHidden()
    await goTo(page, '/inscriptions', 'Inscriptions')
    await page.keyboard.press('Shift+H')
    await expect(panel.getByRole('article')).toHaveCount(1)
    expect(await faultsInThemes(page, 'Derniers gestes')).toEqual([])
    await panel.getByRole('button', { name: /^Annuler/ }).click()
    await expect(panel.getByRole('article')).toContainText('annulé')
    expect(await town.client.registrations.ofFamily({ familyId: id })).toEqual([])
    await page.keyboard.press('Escape')
    await expect(panel).toBeHidden()
  })

  await test.step('what somebody types is undone by the field itself', async () => {
    await goTo(page, '/familles', 'Familles')
    await page.keyboard.press('f')
    await page.keyboard.type('mar')
    await page.keyboard.press('Control+z')
    await expect(page.getByText('Rien à annuler')).toBeHidden()
    expect(await town.client.families.one({ id })).toMatchObject({ name: 'Marchand' })
  })
})
