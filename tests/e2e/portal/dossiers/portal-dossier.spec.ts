import { aPdf } from '../../../security/paper-files.ts'
import { password } from '../../../support/desk.ts'
import { picture } from '../../../support/picture.ts'
import { period } from '../../../support/towns/billing.ts'
import { aRegistration } from '../../../support/towns/town.ts'
import { type BothFaces, type Cast, emailOf, serveBothFaces, staffAt, test } from '../../both-faces.ts'
import { expect, faultsInThemes, goTo } from '../../town.ts'
import { faultsOnPortal } from '../portal-town.ts'

/**
 * A period requires a complete dossier: a parent sends the missing papers from a phone, staff accept them, and days can
 * be booked.
 */

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
  const { town } = faces
  await aRegistration(cast.family, cast.child, period)(town)
  const {
    activity: _a,
    facility: _f,
    type: _t,
    ...known
  } = await town.client.activities.period({
    id: town.period(period),
  })
  await town.client.activities.savePeriod({ ...known, dossier: 'required' })
  await town.client.dossiers.saveRequired({
    kind: 'rules',
    name: 'Règlement intérieur accepté',
    scope: 'home',
    activityId: null,
    validity: 'schoolYear',
    months: null,
  })
})
test.afterAll(() => faces.close())

test('a dossier is completed from a phone and at the counter, and its child booked', async ({ readerWith }) => {
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
  const family = `/familles/${town.family(cast.family)}?onglet=pieces`

  await test.step('the director says what is asked, and the desk who lacks it', async () => {
    await staff.arrive()
    await staff.pair()
    await staff.invite(`${cast.parent} ${cast.family}`)
    await goTo(desk, '/reglages?onglet=pieces', 'Réglages')
    await desk.getByRole('button', { name: 'Nouvelle pièce…' }).first().click()
    const dialog = desk.getByRole('dialog')
    await expect(dialog.getByLabel('Nom, tel que les familles le lisent')).toHaveValue('Attestation d’assurance')
    await picture(desk, 'dossier-piece')
    await dialog.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(dialog).toBeHidden()
    await expect(desk.getByRole('grid', { name: 'Pièces exigées' }).getByText('Attestation d’assurance')).toBeVisible()
    expect(await faultsInThemes(desk, 'pièces exigées')).toEqual([])
    await picture(desk, 'dossier-reglages')
    await goTo(desk, '/familles/dossiers', 'Dossiers')
    await expect(desk.getByText('Lina Tessier')).toBeVisible()
    expect(await faultsInThemes(desk, 'dossiers')).toEqual([])
    await picture(desk, 'dossier-liste')
    await goTo(desk, '/reglages?onglet=autorisations', 'Réglages')
    await desk.getByRole('button', { name: 'Nouvelle autorisation' }).first().click()
    const question = desk.getByRole('dialog', { name: 'Nouvelle autorisation' })
    await question.getByRole('combobox', { name: 'Ce qui est demandé' }).click()
    await desk.getByRole('option', { name: 'Photos' }).click()
    await picture(desk, 'autorisation-nouvelle')
    expect(await faultsInThemes(desk, 'nouvelle autorisation')).toEqual([])
    await question.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(question).toBeHidden()
    await picture(desk, 'autorisations')
    expect(await faultsInThemes(desk, 'autorisations')).toEqual([])
    await staff.exchange()
  })

  await test.step('the parent reads what is missing, and why a day is closed', async () => {
    const mail = await faces.lastMail(email, 'jeton=')
    await page.goto(/http:\S+/.exec(mail.text)?.[0] ?? '')
    await page.getByLabel('Votre nouveau mot de passe').fill(password)
    await press(page.getByRole('button', { name: 'Enregistrer' }))
    await expect(page.getByRole('heading', { level: 1, name: 'Mon tableau de bord' })).toBeVisible()
    await calendar()
    await expect(cell).toContainText('Dossier')
    await press(cell)
    await expect(page.getByText(/^Dossier incomplet/).first()).toBeVisible()
    await page.goto(`${portal.address}/mon-tableau-de-bord`)
    await press(page.getByRole('link', { name: /Il manque 2 choses à mon dossier/ }))
    await expect(page.getByRole('heading', { level: 1, name: 'Mon dossier 2026/2027' })).toBeVisible()
    await expect(page.getByText('Il manque 2 choses sur 2.')).toBeVisible()
    expect(await faultsOnPortal(page, 'mon dossier')).toEqual([])
    await picture(page, 'dossier-portail')
  })

  await test.step('and sends it', async () => {
    await press(page.getByRole('link', { name: /^Envoyer/ }).first())
    await expect(page.getByRole('heading', { name: /Envoyer\s: Attestation d’assurance/ })).toBeVisible()
    await page
      .getByLabel('Fichier')
      .setInputFiles({ name: 'assurance.pdf', mimeType: 'application/pdf', buffer: await aPdf() })
    await picture(page, 'dossier-envoi')
    await press(page.getByRole('button', { name: 'Envoyer' }))
    await expect(page.getByText(/C’est enregistré/)).toBeVisible()
    await expect(page.getByRole('heading', { level: 1, name: 'Mon dossier 2026/2027' })).toBeVisible()
    await expect(page.getByText('Envoyée, à lire par le service')).toBeVisible()
  })

  await test.step('and answers what the service asks of the child', async () => {
    await page.goto(`${portal.address}/ma-famille`)
    await picture(page, 'ma-famille')
    await press(page.getByRole('link', { name: /Autorisations/ }).first())
    await expect(page.getByRole('button', { name: /Oui, j’accepte/ })).toBeVisible()
    await picture(page, 'autorisations-portail')
    expect(await faultsOnPortal(page, 'autorisations')).toEqual([])
    await press(page.getByRole('button', { name: /Oui, j’accepte/ }))
    await expect(page.getByRole('button', { name: /Retirer mon accord/ })).toBeVisible()
    await picture(page, 'autorisations-portail-dites')
    await staff.exchange()
  })

  await test.step('staff accept it, and see the rest at the counter', async () => {
    await goTo(desk, family, cast.family)
    await desk.getByRole('grid', { name: 'Pièces reçues' }).getByRole('row').nth(1).click()
    const dialog = desk.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Accepter' }).click()
    await expect(dialog).toBeHidden()
    const dossier = desk.getByRole('table', { name: 'Dossier' })
    await expect(dossier.getByText('là, jusqu’au mar. 31 août 2027')).toHaveCount(1)
    await picture(desk, 'dossier-famille')
    await desk.getByRole('button', { name: /^Vu\s: Règlement/ }).click()
    await expect(desk.getByText('dossier complet').first()).toBeVisible()
    expect(await faultsInThemes(desk, 'dossier d’une famille')).toEqual([])
    await staff.exchange()
  })

  await test.step('who read the answer of the parent on the child', async () => {
    await goTo(desk, `/familles/${town.family(cast.family)}?onglet=enfants`, cast.family)
    await expect(desk.getByRole('table', { name: /^Autorisations de Lina/ })).toContainText('oui')
    await picture(desk, 'autorisations-enfant')
    expect(await faultsInThemes(desk, 'autorisations d’un enfant')).toEqual([])
  })

  await test.step('the day is free on the phone', async () => {
    await calendar()
    await expect(cell).toContainText('Libre')
    await page.goto(`${portal.address}/mon-dossier`)
    await expect(page.getByText('Rien ne manque', { exact: false })).toBeVisible()
    await picture(page, 'dossier-portail-complet')
  })
})
