import { day } from '../../../../shared/rules/calendar/day.ts'
import { password } from '../../../support/desk.ts'
import { picture } from '../../../support/picture.ts'
import { period } from '../../../support/towns/billing.ts'
import { aChild } from '../../../support/towns/families.ts'
import { anActivity, aPeriod, aRegistration } from '../../../support/towns/town.ts'
import { type BothFaces, type Cast, emailOf, saveTerms, serveBothFaces, staffAt, test } from '../../both-faces.ts'
import { expect, faultsInThemes, goTo } from '../../town.ts'
import { faultsOnPortal } from '../portal-town.ts'

/**
 * The annual campaign: a family with three children in two schools, one of whom has two homes and a PAI, does all steps
 * on a phone; the desk follows its progress and decides its requests.
 */

const cast = {
  family: 'Tessier',
  parent: 'Nadia',
  child: 'Lina',
  other: { family: 'Picot', parent: 'Maud', child: 'Ulysse' },
  days: { today: '2026-11-25', full: '2026-12-09', free: '2026-12-16', billed: '2026-12-21' },
} as const satisfies Cast
const workshop = 'Ateliers 2026/2027'
const email = emailOf(cast.parent, cast.family)

let faces: BothFaces
test.beforeAll(async () => {
  faces = await serveBothFaces([cast])
  const { town } = faces
  const { client } = town
  const familyId = town.family(cast.family)
  await client.settings.saveSchool({ name: 'École Jacques-Prévert' })
  await client.settings.saveSchool({ name: 'École des Marronniers' })
  const schools = await client.settings.schools()
  for (const [at, [firstName, birthDay]] of (
    [
      ['Noa', '2018-05-04'],
      ['Tao', '2022-01-20'],
    ] as const
  ).entries()) {
    const { id } = await client.families.addChild({
      familyId,
      child: aChild(firstName, cast.family, birthDay),
      schooling: { fromDay: day('2026-09-01'), schoolId: schools[at]?.id ?? null, level: 'CP', className: '' },
    })
    town.known.set(`child ${firstName}`, id)
  }
  await client.families.linkChild({ familyId: town.family(cast.other.family), childId: town.child('Noa') })
  await client.families.addPickup({
    childId: town.child('Tao'),
    name: 'Monique Auvray',
    relation: 'grand-mère',
    phone: '06 39 98 12 60',
    allowed: true,
  })
  await anActivity('ATELIER', { facility: 'MAISON DES ARTS' })(town)
  await aPeriod(workshop, 'ATELIER')(town)
  for (const child of [cast.child, 'Noa', 'Tao']) await aRegistration(cast.family, child, period)(town)
  for (const [kind, name, scope, validity] of [
    ['insurance', 'Attestation d’assurance', 'child', 'schoolYear'],
    ['carePlan', 'PAI et son protocole', 'child', 'date'],
    ['contact', 'Coordonnées confirmées', 'home', 'schoolYear'],
    ['rules', 'Règlement intérieur accepté', 'home', 'schoolYear'],
    ['pickups', 'Personnes autorisées confirmées', 'child', 'schoolYear'],
    ['consents', 'Autorisations répondues', 'child', null],
  ] as const)
    await client.dossiers.saveRequired({ kind, name, scope, activityId: null, validity, months: null })
  const plan = (await client.dossiers.required()).find(({ kind }) => kind === 'carePlan')
  await client.dossiers.see({
    requiredId: plan?.id ?? 0,
    familyId,
    childId: town.child('Noa'),
    seenOn: day('2026-09-01'),
    validUntil: day('2027-12-18'),
  })
  for (const [kind, title, text] of [
    ['image', 'Photos', 'Peut-on photographier vos enfants pour le journal de la ville\u00a0?'],
    ['transport', 'Car et minibus', 'Peut-on les emmener en car ou en minibus\u00a0?'],
  ] as const)
    await client.consents.addQuestion({
      kind,
      title,
      asksAll: false,
      leastAge: null,
      first: { text, fromDay: day('2026-09-01') },
    })
  await saveTerms(faces)
})
test.afterAll(() => faces.close())

test('a family of three children does the campaign on a phone, and the desk decides', async ({ readerWith }) => {
  test.slow()
  const { town } = faces
  town.clock.set(cast.days.today, '10:42')
  const desk = (await readerWith('mouse')).page
  const { page, press } = await readerWith('finger')
  const staff = staffAt(desk, faces)
  const open = () => page.locator('[aria-current="step"]')
  const openHas = (title: string) => expect(open().getByRole('heading', { level: 2 })).toContainText(title)
  const sayIn = async (title: string, button: string | RegExp) => {
    await openHas(title)
    await press(open().getByRole('button', { name: button }))
  }

  await test.step('the director opens a campaign', async () => {
    await staff.arrive()
    await staff.pair()
    await staff.invite(`${cast.parent} ${cast.family}`)
    await goTo(desk, '/familles/campagne', 'Campagne')
    await expect(desk.getByText('Aucune campagne', { exact: true })).toBeVisible()
    await picture(desk, 'campagne-vide')
    await desk.getByRole('button', { name: 'Nouvelle campagne…' }).first().click()
    const dialog = desk.getByRole('dialog')
    await expect(dialog.getByLabel('Le règlement intérieur')).toBeChecked()
    await picture(desk, 'campagne-nouvelle')
    await dialog.getByRole('button', { name: 'Ouvrir la campagne' }).click()
    await expect(dialog).toBeHidden()
    await expect(desk.getByRole('heading', { level: 1, name: 'Campagne 2026/2027' })).toBeVisible()
    await expect(desk.getByRole('row', { name: /Tessier/ })).toContainText('pas commencé')
    expect(await faultsInThemes(desk, 'campagne')).toEqual([])
    await staff.exchange()
  })

  await test.step('the parent reads the steps, and confirms the home', async () => {
    const mail = await faces.lastMail(email, 'jeton=')
    await page.goto(/http:\S+/.exec(mail.text)?.[0] ?? '')
    await page.getByLabel('Votre nouveau mot de passe').fill(password)
    await press(page.getByRole('button', { name: 'Enregistrer' }))
    await expect(page.getByRole('heading', { level: 1, name: 'Mon tableau de bord' })).toBeVisible()
    await picture(page, 'tableau')
    await press(page.getByRole('link', { name: /^Mon dossier 2026\/2027/ }))
    await expect(page.getByRole('heading', { level: 1, name: 'Mon dossier 2026/2027' })).toBeVisible()
    await expect(
      page.getByText(/^0\sétape faite sur 9, 1\sdéjà connue\. À finir avant le ven\. 25 déc\. 2026\.$/),
    ).toBeVisible()
    await openHas('Vous et votre foyer')
    expect(await faultsOnPortal(page, 'campagne, foyer')).toEqual([])
    await picture(page, 'fil-1')
    await press(open().getByRole('button', { name: 'Tout est juste' }))
    await openHas('La santé de Noa')
  })

  await test.step('leaves health for later, and comes back another day: nothing is lost', async () => {
    await press(page.getByRole('link', { name: 'Ouvrir la fiche' }))
    await press(page.getByRole('link', { name: 'Revenir à mon dossier' }))
    await expect(page.getByRole('heading', { level: 1, name: 'Mon dossier 2026/2027' })).toBeVisible()
    for (const child of ['Noa', 'Lina', 'Tao']) await sayIn(`La santé de ${child}`, 'Plus tard')
    await openHas('Qui vient les chercher')
    await page.reload()
    await openHas('Qui vient les chercher')
    await expect(open()).toContainText('Monique Auvray')
    await picture(page, 'fil-2')
    await press(open().getByRole('button', { name: 'Tout est juste' }))
  })

  await test.step('answers for three children at once, sees again what was said, sends', async () => {
    await openHas('Vos autorisations')
    await expect(open()).toContainText('Pour Noa, Lina et Tao.')
    await expect(open().getByText(/Il reste 6\sréponses à donner/)).toBeVisible()
    await picture(page, 'fil-3')
    expect(await faultsOnPortal(page, 'campagne, autorisations')).toEqual([])
    const answer = (question: string, name: string) =>
      press(open().getByRole('group', { name: question }).getByText(name, { exact: true }))
    await answer('Photos', 'Non')
    await expect(open().getByText(/Il reste 3\sréponses à donner/)).toBeVisible()
    await answer('Car et minibus', 'Oui')
    await sayIn('Vos autorisations', 'Garder et continuer')
    await openHas('Vos papiers')
    await picture(page, 'fil-4')
    await press(open().getByRole('button', { name: 'Envoyer le reste plus tard' }))
    await openHas('Règlement et envoi')
    await expect(open().getByRole('region', { name: 'Règlement intérieur' })).toContainText('dès 3 ans')
    await picture(page, 'fil-5')
    await press(page.getByRole('button', { name: /^Revoir\s: Vous et votre foyer/ }))
    await expect(open()).toContainText('8 rue des Tilleuls')
    await page.reload()
    await sayIn('Règlement et envoi', 'J’accepte, et j’envoie mon dossier')
    await expect(page.getByText('Votre dossier est envoyé, merci.')).toBeVisible()
    await expect(page.getByRole('heading', { name: 'Les inscriptions 2026/2027' })).toBeVisible()
    expect(await faultsOnPortal(page, 'campagne, envoyée')).toEqual([])
    await picture(page, 'fil-6')
    await page.setViewportSize({ width: 180, height: 370 })
    await expect(page.getByText('Votre dossier est envoyé, merci.')).toBeVisible()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(180)
    await picture(page, 'fil-200')
    await page.setViewportSize({ width: 360, height: 740 })
  })

  await test.step('asks for a registration of the year, which the desk decides', async () => {
    await press(page.getByRole('link', { name: 'Demander une inscription' }))
    await expect(page.getByRole('heading', { level: 1, name: 'Nouvelle inscription' })).toBeVisible()
    await press(page.getByRole('button', { name: 'Tao' }))
    await page.getByLabel('Choix de l’équipement').selectOption('MAISON DES ARTS')
    await press(page.getByRole('button', { name: 'Enregistrer la demande' }))
    await expect(page.getByRole('heading', { level: 1, name: 'C’est enregistré' })).toBeVisible()
    await staff.exchange()
    await staff.choose(/Tao/)
    await expect(desk.getByText('Accord proposé')).toBeVisible()
    await desk.keyboard.press('a')
    await expect(desk.getByText('Aucune demande n’attend')).toBeVisible()
    await staff.exchange()
    await page.goto(`${faces.portal.address}/mes-inscriptions`)
    await expect(page.getByRole('link', { name: /Mes réservations/ }).filter({ hasText: workshop })).toBeVisible()
    await goTo(desk, '/familles/campagne', 'Campagne 2026/2027')
    const row = desk.getByRole('row', { name: /Tessier/ })
    await expect(row).toContainText('envoyé')
    await expect(row).toContainText(/4 sur 9, 1.déjà connue, 4 pour plus tard/)
    await picture(desk, 'campagne')
    await goTo(desk, `/familles/${town.family(cast.family)}?onglet=pieces`, cast.family)
    await expect(desk.getByRole('table', { name: 'Campagne 2026/2027' })).toContainText('sur le portail')
    await expect(desk.getByRole('table', { name: 'Dossier' }).getByText(/^là/)).toHaveCount(9)
    await picture(desk, 'campagne-famille')
    expect(await faultsInThemes(desk, 'campagne d’une famille')).toEqual([])
  })

  await test.step('and reads the dossier of the child with a PAI, from the list by the keyboard alone', async () => {
    await goTo(desk, '/familles/dossiers', 'Dossiers')
    await desk.getByRole('row', { name: /Noa Tessier/ }).click()
    await desk.keyboard.press('Enter')
    await expect(desk.getByRole('heading', { level: 1, name: 'Noa' })).toBeVisible()
    const dossier = desk.getByRole('region', { name: 'Dossier de Noa' })
    await expect(dossier.getByText('Attestation d’assurance').first()).toBeVisible()
    await expect(dossier.getByText('PAI et son protocole')).toBeVisible()
    await expect(dossier.getByRole('table', { name: /^Autorisations de Noa/ })).toContainText('non')
    await expect(desk.getByRole('complementary', { name: 'Peuvent venir le chercher' })).toContainText('Nadia Tessier')
    await picture(desk, 'dossier-enfant-manque')
    await desk.getByRole('button', { name: /^Vu\s: Attestation d’assurance/ }).click()
    await expect(dossier.getByText('Rien ne manque.')).toBeVisible()
    await expect(desk.getByText('dossier complet')).toBeVisible()
    await picture(desk, 'dossier-enfant')
    expect(await faultsInThemes(desk, 'dossier d’un enfant')).toEqual([])
  })
})
