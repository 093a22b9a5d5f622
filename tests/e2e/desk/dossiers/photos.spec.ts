import { keepingPhotos } from '../../../support/towns/photos.ts'
import { aFamily, aRegistration, aTown, aWednesday } from '../../../support/towns/town.ts'
import { expect, faultsInThemes, goTo, logIn, type ServedTown, serveTown, test } from '../../town.ts'

const period = 'ALSH mercredi 2026/2027'
const today = '2026-11-25'
test.use({ mayComplain: true })

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(
    aTown()
      .with(aFamily('Marchand', { children: { Louison: { birthDay: '2018-05-02' }, Basile: {} } }))
      .with(aWednesday())
      .with(aRegistration('Marchand', 'Louison', period))
      .with(aRegistration('Marchand', 'Basile', period))
      .with(keepingPhotos),
  )
  const { client } = town
  const cells = ['Louison', 'Basile'].map((name) => ({
    registrationId: town.registration(name, period),
    day: today,
    slotId: town.slot('CLSH MERCREDI', 'Matin'),
  }))
  await client.reservations.move({ cells, act: 'book', reason: { kind: 'written', text: 'Au guichet' } })
  const childId = town.child('Louison')
  await client.families.addPickup({ childId, name: 'Odile Sorel', relation: 'grand-mère', phone: '', allowed: true })
  const [asked] = await client.consents.ofChild({ childId })
  const { guardians } = await client.families.one({ id: town.family('Marchand') })
  await client.consents.answer({
    childId,
    guardianId: guardians[0]?.id ?? 0,
    textId: asked?.textId ?? 0,
    answer: 'yes',
    on: today,
  })
})
test.afterAll(() => town.close())

const tracksLive =
  'document.querySelector("video")?.srcObject?.getTracks().some((track) => track.readyState === "live") ?? false'

test('photos, from the camera and a file to the gate and the trombinoscope, until the consent goes', async ({
  page,
}) => {
  await logIn(page, town)
  const dialog = page.getByRole('dialog')
  const save = dialog.getByRole('button', { name: 'Enregistrer' })

  await test.step('the camera is on only while its screen is open', async () => {
    await goTo(page, `/familles/${town.family('Marchand')}?onglet=enfants`, 'Marchand')
    await page.getByRole('button', { name: 'Photo de Louison Marchand' }).click()
    await expect(save).toBeDisabled()
    await dialog.getByRole('button', { name: 'Prendre une photo' }).click()
    const shoot = dialog.getByRole('button', { name: 'Photographier' })
    await expect(shoot).toBeEnabled()
    expect(await page.evaluate(tracksLive)).toBe(true)
    const tracks = await page.evaluateHandle(() => {
      const { srcObject } = document.querySelector('video') as HTMLVideoElement
      return (srcObject as MediaStream).getTracks()
    })
    expect(await faultsInThemes(page, 'caméra')).toEqual([])
    await shoot.click()
    await expect(dialog.getByRole('img', { name: /telle qu’elle sera gardée/ })).toBeVisible()
    expect(await tracks.evaluate((all) => all.every(({ readyState }) => readyState === 'ended'))).toBe(true)
    await dialog.getByLabel('Agrandir').fill('1.6')
    expect(await faultsInThemes(page, 'photo')).toEqual([])
    await save.click()
    await expect(dialog).toBeHidden()
    const [stored] = await town.client.photos.ofFamily({ familyId: town.family('Marchand') })
    expect(Buffer.from(stored?.jpeg ?? '', 'base64').length).toBeGreaterThan(2000)
  })

  await test.step('without the family’s consent there is nothing to take', async () => {
    await page.getByRole('button', { name: 'Photo de Basile Marchand' }).click()
    await expect(dialog).toContainText('Il manque l’accord de qui a l’autorité parentale')
    await expect(dialog.getByRole('button', { name: 'Prendre une photo' })).toBeHidden()
    await dialog.getByRole('button', { name: 'Annuler' }).click()
  })

  await test.step('a file of 40 MB, and one that is no picture, are refused with a sentence', async () => {
    const picture = await page.screenshot()
    await page.getByRole('button', { name: 'Photo d’Odile Sorel' }).click()
    const file = dialog.locator('input[type="file"]')
    await file.setInputFiles({ name: 'enorme.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(40_000_000) })
    await expect(dialog.getByRole('alert')).toContainText('trop lourde')
    await file.setInputFiles({ name: 'texte.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('pas une image') })
    await expect(dialog.getByRole('alert')).toContainText('ne se lit pas comme une image')
    await file.setInputFiles({ name: 'odile.png', mimeType: 'image/png', buffer: picture })
    await expect(dialog.getByRole('alert')).toBeHidden()
    await save.click()
    await expect(dialog.getByRole('alert')).toContainText('sans son accord, aucune photo n’est gardée')
    await dialog.getByLabel('Odile Sorel est d’accord').check()
    await save.click()
    await expect(dialog).toBeHidden()
  })

  await test.step('the team sees them at Pointage, and nothing of them is stored by the browser', async () => {
    await goTo(page, '/pointage', 'Pointage')
    await page.getByRole('grid').getByText('Louison').first().click()
    const shown = page.getByRole('list', { name: 'Photos de Louison et de qui vient le chercher' })
    await expect(shown.getByRole('listitem')).toHaveText(['Louison', 'Odile Sorel (grand-mère)'])
    expect(await faultsInThemes(page, 'photos du jour')).toEqual([])
    const stored = await page.evaluate(async () => ({
      storage: JSON.stringify([window.localStorage, window.sessionStorage]),
      caches: await window.caches.keys(),
      databases: (await window.indexedDB.databases()).length,
    }))
    expect(stored.storage).not.toContain('/9j/')
    expect(stored).toMatchObject({ caches: [], databases: 0 })
    await page.getByRole('button', { name: 'Tablette' }).click()
    await expect(page.locator('.tablet-child .photo-small')).toHaveCount(1)
  })

  await test.step('the trombinoscope is one of a day', async () => {
    await page.getByRole('button', { name: 'Listes' }).click()
    const paper = page.waitForEvent('popup')
    await page.getByRole('button', { name: 'Trombinoscope' }).click()
    await (await paper).close()
  })

  await test.step('a withdrawn consent takes the photo with it', async () => {
    const childId = town.child('Louison')
    const [asked] = await town.client.consents.ofChild({ childId })
    const guardianId = asked?.holders[0]?.guardianId ?? 0
    const textId = asked?.textId ?? 0
    await town.client.consents.answer({ childId, guardianId, textId, answer: 'withdrawn', on: today })
    await goTo(page, `/familles/${town.family('Marchand')}?onglet=enfants`, 'Marchand')
    const article = page.getByRole('article', { name: 'Louison Marchand' })
    await expect(article.locator('.photo-small')).toHaveCount(1)
    await page.getByRole('button', { name: 'Photo de Louison Marchand' }).click()
    await expect(dialog).toContainText('La famille ne veut pas de photo gardée par le service.')
  })
})
