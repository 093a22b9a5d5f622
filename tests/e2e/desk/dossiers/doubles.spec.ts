import { checkFile } from '../../../../main/store/checking/check.ts'
import { factsOf } from '../../../support/towns/facts.ts'
import { aChild, aGuardian, aHome, anAddress } from '../../../support/towns/families.ts'
import { aTown } from '../../../support/towns/town.ts'
import { expect, faultsInThemes, goTo, hold, logIn, type ServedTown, serveTown, test } from '../../town.ts'

let town: ServedTown
/** One home typed twice with one letter of difference and the same telephone number, each time with another child. */
test.beforeAll(async () => {
  town = await serveTown(aTown())
  for (const [name, firstName, street] of [
    ['Marchand', 'Louison', 'rue du Port'],
    ['Marchant', 'Basile', 'rue des Saules'],
  ] as const)
    await town.client.families.create({
      home: { ...aHome(name), homePhone: '02 31 44 00 00' },
      guardians: [aGuardian('Camille', name)],
      move: { fromDay: '2026-10-01', address: anAddress(`3 ${street}`), resident: null },
      quotient: null,
      children: [{ ...aChild(firstName, name, firstName === 'Basile' ? '2020-10-02' : '2018-03-04'), schooling: null }],
    })
})
test.afterAll(() => town.close())

const homes = () => town.store.statement('select name from family order by id').pluck().all()

test('two records of one home are found, compared, merged, and apart again', async ({ page }) => {
  await logIn(page, town)
  const before = factsOf(town.store)
  await goTo(page, '/doublons', 'Doublons')
  const pairs = page.getByRole('grid', { name: 'Doublons possibles' })
  const panel = page.getByRole('complementary', { name: 'Paire choisie' })

  await test.step('found, with what brings them together', async () => {
    await expect(pairs.getByRole('row', { name: /Marchand.*Marchant.*téléphone/ })).toBeVisible()
    await pairs.getByRole('row', { name: /Marchand.*Marchant/ }).click()
    await expect(panel.getByRole('heading', { name: 'Est-ce le même foyer\u00a0?' })).toBeVisible()
    expect(await faultsInThemes(page, 'Doublons')).toEqual([])
  })

  await test.step('compared field by field: one is chosen of the record that goes', async () => {
    await panel.getByRole('row', { name: /^Nom/ }).getByRole('radio', { name: 'Marchant' }).check()
    await expect(panel).toContainText(/À reporter sur la fiche de .*enfant/)
  })

  await test.step('turned, it waits until it is read that way round', async () => {
    const turn = panel.getByRole('button', { name: 'Garder plutôt l’autre fiche' })
    const merge = panel.getByRole('button', { name: /^Oui, fusionner/ })
    // The doubles are not certain, so neither button is the primary one.
    await expect(merge).toHaveAttribute('data-variant', 'default')
    const other = panel.getByRole('row', { name: /^Nom/ }).getByRole('radio', { name: 'Marchant' })
    for (const isKept of [true, false]) {
      const letCome = await hold(page, 'doubles/compare')
      await turn.click()
      await expect(merge).toBeDisabled()
      await expect(other).toBeDisabled()
      await letCome()
      await expect(merge).toBeEnabled()
      await expect(other).toBeChecked({ checked: isKept })
    }
    await other.check()
  })

  await test.step('merged, by its key', async () => {
    await page.keyboard.press('o')
    await expect.poll(homes).toEqual(['Marchant'])
    await expect(page.getByText(/n’a plus qu’une fiche/)).toBeVisible()
    const [familyId = 0] = town.store.statement('select id from family').pluck().all() as number[]
    const { children } = await town.client.families.one({ id: familyId })
    expect(children.map(({ firstName }) => firstName).toSorted()).toEqual(['Basile', 'Louison'])
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  await test.step('taken back from the last acts of the screen', async () => {
    await page.getByRole('button', { name: 'Derniers gestes' }).click()
    const acts = page.getByRole('dialog', { name: 'Derniers gestes' })
    await expect(acts).toBeVisible()
    expect(await faultsInThemes(page, 'Derniers gestes des doublons')).toEqual([])
    await acts
      .getByRole('button', { name: /^Annuler.*[Ff]usion/ })
      .first()
      .click()
    await expect.poll(homes).toEqual(['Marchand', 'Marchant'])
    await expect.poll(() => factsOf(town.store)).toEqual(before)
    await page.keyboard.press('Escape')
    await expect(pairs.getByRole('row', { name: /Marchand.*Marchant/ })).toBeVisible()
  })
})
