import { confirmedParent, unconfirmedBond } from '../../../../shared/rules/people/guardian-bond.ts'
import { password } from '../../../support/desk.ts'
import { picture } from '../../../support/picture.ts'
import { aGuardian } from '../../../support/towns/families.ts'
import { type BothFaces, type Cast, emailOf, type Reader, serveBothFaces, staffAt, test } from '../../both-faces.ts'
import { expect } from '../../town.ts'
import { faultsOnPortal } from '../portal-town.ts'

/** A child's health record, from the counter to the phone of a guardian with authority and back. */

const cast = {
  family: 'Tessier',
  parent: 'Nadia',
  child: 'Lina',
  other: { family: 'Picot', parent: 'Maud', child: 'Ulysse' },
  days: { today: '2026-11-25', full: '2026-12-09', free: '2026-12-16', billed: '2026-12-21' },
} as const satisfies Cast
const [nadia, yanis] = [emailOf(cast.parent, cast.family), emailOf('Yanis', cast.family)]

let faces: BothFaces
test.beforeAll(async () => {
  faces = await serveBothFaces([cast])
})
test.afterAll(() => faces.close())

test('is read, corrected page by page and confirmed by whom staff gave authority, and comes back after a reset', async ({
  readerWith,
}) => {
  test.slow()
  const { town, portal } = faces
  town.clock.set(cast.days.today, '10:42')
  const childId = town.child(cast.child)
  const familyId = town.family(cast.family)
  const record = { childId, allergies: 'Arachides.', diet: '', pai: '', doctor: 'Dr Leroux' } as const
  await town.client.families.changeHealth(record)
  const { id: second } = await town.client.families.addGuardian({
    familyId,
    guardian: { ...aGuardian('Yanis', cast.family), email: yanis },
  })
  const first =
    (await town.client.families.one({ id: familyId })).guardians.find(({ email }) => email === nadia)?.id ?? 0
  const say = (guardianId: number, bond: object) =>
    town.client.families.setBond({ ...unconfirmedBond, ...bond, guardianId, childId })
  const staff = staffAt((await readerWith('mouse')).page, faces)
  const [her, him] = [await readerWith('finger'), await readerWith('finger')]
  const { page, press } = her
  const found: string[] = []

  const choosePassword = async ({ page, press }: Reader, email: string, subject: string, typed: string) => {
    const mail = await faces.lastMail(email, subject)
    await page.goto(/http:\S+jeton=\S+/.exec(mail.text)?.[0] ?? '')
    await page.getByLabel('Votre nouveau mot de passe').fill(typed)
    await press(page.getByRole('button', { name: 'Enregistrer' }))
    await expect(page.getByRole('heading', { level: 1, name: 'Mon tableau de bord' })).toBeVisible()
  }
  const open = ({ page }: Reader) => page.goto(`${portal.address}/ma-famille/${childId}/sante`)
  const question = (name: string | RegExp) => page.getByRole('heading', { level: 2, name })
  const look = async (name: string) => {
    found.push(...(await faultsOnPortal(page, name)))
    await picture(page, name)
    // 320 is 400 % of 1280, 640 is 200 %.
    for (const width of [640, 320]) {
      await page.setViewportSize({ width, height: 740 })
      const scrollWidth = await page.evaluate(() => document.documentElement.scrollWidth)
      if (scrollWidth > width) found.push(`${name} is ${scrollWidth} wide at ${width}`)
    }
    await page.setViewportSize({ width: 360, height: 740 })
  }

  await test.step('nothing is shown « à confirmer », nor to who sees the child without authority', async () => {
    await say(second, {
      kind: 'stepParent',
      authority: 'no',
      overrides: { ...unconfirmedBond.overrides, sees: true },
      overrideReason: 'Vit au foyer.',
    })
    await staff.arrive()
    await staff.pair()
    await staff.invite(`${cast.parent} ${cast.family}`)
    await staff.invite(`Yanis ${cast.family}`)
    await staff.exchange()
    await choosePassword(her, nadia, 'jeton=', password)
    await choosePassword(him, yanis, 'jeton=', password)
    await staff.exchange()
    for (const reader of [her, him]) {
      await open(reader)
      await expect(reader.page.getByText('autorité parentale')).toBeVisible()
      await expect(reader.page.getByText('Arachides')).toHaveCount(0)
    }
    await look('not-shown')
  })

  await test.step('with authority it is read, and confirmed in one touch', async () => {
    await say(first, confirmedParent)
    await staff.exchange()
    await open(her)
    await expect(page.getByText('Arachides.')).toBeVisible()
    await look('known')
    await press(page.getByRole('button', { name: 'Rien n’a changé, je confirme' }))
    await expect(page.getByRole('heading', { level: 1, name: 'Ma famille' })).toBeVisible()
    await staff.exchange()
    await expect.poll(async () => (await town.client.families.health({ childId })).confirmedOn).toBe(cast.days.today)
  })

  await test.step('it is corrected page by page, by keyboard, and nothing is lost on leaving', async () => {
    await open(her)
    await press(page.getByRole('link', { name: /Corriger.*l’allergie/ }))
    await expect(question(/une allergie/)).toBeFocused()
    await page.getByLabel('À quoi, et que se passe-t-il ?').fill('')
    await press(page.getByRole('button', { name: 'Suivant' }))
    await expect(page.getByLabel('À quoi, et que se passe-t-il ?')).toBeFocused()
    await look('refused')
    await page.getByLabel('À quoi, et que se passe-t-il ?').fill('Piqûres de guêpe.')
    await look('question')
    await press(page.getByRole('button', { name: 'Suivant' }))
    await expect(question(/médicament/)).toBeFocused()
    await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowLeft')
    await expect(page.getByLabel('Oui')).toBeChecked()
    await page.keyboard.press('Tab')
    await page.keyboard.type('Ventoline')
    await page.getByLabel('Non').check()
    await page.keyboard.press('Enter')
    await expect(question(/une maladie/)).toBeFocused()
    await page.goBack()
    await expect(question(/médicament/)).toBeFocused()
    await page.goForward()
    const kept = page.waitForResponse('**/rpc/papers/keepHealth')
    await page.getByLabel('Oui').check()
    await page.getByLabel('Quoi, et quand ?').fill('Appendicite en mai.')
    await press(page.getByRole('main').getByRole('link', { name: 'Ma famille' }))
    await kept
    await expect(page.getByRole('heading', { level: 1, name: 'Ma famille' })).toBeVisible()
    await page.reload()
    await open(her)
    await expect(page.getByText(/Vous changez 2\schoses.*l’allergie et les maladies/)).toBeVisible()
    await look('resumed')
    expect(await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]))).not.toMatch(/guêpe|mai\./)
  })

  await test.step('a session that ends under a question loses nothing: the page stays, and says what to do', async () => {
    await page.goto(`${portal.address}/ma-famille/${childId}/sante?question=recommendations`)
    await page.getByLabel('Oui').check()
    await page.getByRole('textbox').fill('Des lunettes à garder.')
    await page.context().clearCookies()
    await press(page.getByRole('button', { name: 'Suivant' }))
    const ended = page.getByRole('alert').filter({ hasText: 'Votre session est finie' })
    await expect(ended).toBeVisible()
    expect(await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]))).not.toMatch(/lunettes/)
    await look('session-ended')
    await press(ended.getByRole('button', { name: 'C’est fait' }))
    await expect(ended).toContainText('pas encore reconnecté')
    const opening = page.context().waitForEvent('page')
    await press(ended.getByRole('link', { name: 'Me reconnecter' }))
    const other = await opening
    await other.getByLabel('Votre identifiant').fill(nadia)
    await other.getByLabel('Votre mot de passe').fill(password)
    await other.getByRole('button', { name: 'Connexion' }).click()
    await expect(other.getByRole('heading', { level: 1, name: 'Mon tableau de bord' })).toBeVisible()
    await other.close()
    const kept = page.waitForResponse('**/rpc/papers/keepHealth')
    await press(ended.getByRole('button', { name: 'C’est fait' }))
    await kept
    await expect(ended).toBeHidden()
    await page.reload()
    await open(her)
    await expect(page.getByText(/Vous changez 3\schoses/)).toBeVisible()
  })

  await test.step('what the desk changed meanwhile is told, and is not told back to it', async () => {
    await town.client.families.changeHealth({ ...record, doctor: 'Dr Lune' })
    await say(second, confirmedParent)
    await staff.exchange()
    await open(her)
    await expect(page.getByText('Dr Lune')).toBeVisible()
    await expect(page.getByText('La mairie a changé cette fiche')).toBeVisible()
    await look('changed')
    await press(page.getByRole('link', { name: 'Continuer' }))
    await expect(page.getByRole('heading', { name: 'Vos réponses' })).toBeVisible()
    await look('recap')
  })

  await test.step('two guardians answer at once', async () => {
    // Later than her confirmation, because of two papers of the same instant neither would be the last.
    town.clock.set(cast.days.today, '10:45')
    await open(him)
    await expect(him.page.getByText('Dr Lune')).toBeVisible()
    await expect(him.page.getByText('guêpe')).toHaveCount(0)
    await him.press(him.page.getByRole('button', { name: 'Rien n’a changé, je confirme' }))
    await press(page.getByRole('button', { name: `Confirmer la santé de ${cast.child}` }))
    for (const reader of [her, him])
      await expect(reader.page.getByRole('heading', { level: 1, name: 'Ma famille' })).toBeVisible()
    await open(her)
    await expect(page.getByText(/Transmis le .+, pas encore lu/)).toBeVisible()
    await expect(page.getByText('guêpe')).toHaveCount(0)
    await staff.exchange()
    await staff.open('Demandes')
  })

  await test.step('a reset erases it, says what was lost, and no silence erases a diet', async () => {
    await town.client.families.changeHealth({ ...record, diet: 'sans porc' })
    await page.goto(`${portal.address}/ma-famille/${childId}/sante?question=history`)
    const kept = page.waitForResponse('**/rpc/papers/keepHealth')
    await page.getByLabel('Oui').check()
    await page.getByRole('textbox').fill('Rougeole.')
    await press(page.getByRole('button', { name: 'Suivant' }))
    await kept
    await page.context().clearCookies()
    await page.goto(`${portal.address}/mot-de-passe-oublie`)
    await page.getByRole('textbox').first().fill(nadia)
    await press(page.getByRole('button').last())
    await page.waitForURL(/envoye/)
    await choosePassword(her, nadia, 'Nouveau mot de passe', 'Tilleul-2027')
    await open(her)
    await expect(page.getByText('après le prochain échange')).toBeVisible()
    await expect(page.getByText('Arachides')).toHaveCount(0)
    await page.goto(`${portal.address}/ma-famille/${childId}/sante?question=history`)
    await expect(page.getByText('n’ont pas pu être gardées')).toBeVisible()
    await look('lost')
    await press(page.getByRole('link', { name: 'Commencer' }))
    for (const asked of [/une allergie/, /médicament/, /une maladie/, /mange/, /PAI/, /conseil/, /médecin/, /assuré/]) {
      await expect(question(asked)).toBeVisible()
      await press(page.getByRole('button', { name: /Suivant|Relire mes réponses/ }))
    }
    await expect(page.getByText('De tout')).toHaveCount(0)
    await expect(page.getByRole('button', { name: 'Transmettre au service' })).toHaveCount(0)
    await look('blank')
    await staff.exchange()
    await open(her)
    await expect(page.getByText('Arachides.')).toBeVisible()
    await expect(page.getByText('Sans porc')).toBeVisible()
  })
  expect(found).toEqual([])
})
