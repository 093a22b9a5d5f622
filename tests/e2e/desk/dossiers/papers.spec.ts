import { aPdf, aPng } from '../../../security/paper-files.ts'
import { password } from '../../../support/desk.ts'
import { picture } from '../../../support/picture.ts'
import { type BothFaces, type Cast, emailOf, serveBothFaces, staffAt, test } from '../../both-faces.ts'
import { faultsOnPortal } from '../../portal/portal-town.ts'
import { expect, faultsInThemes } from '../../town.ts'

/** A paper is requested at the desk, sent from a phone, then read and accepted at the desk. */

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
})
test.afterAll(() => faces.close())

test('asked, sent by touch, read, and its quotient applied', async ({ readerWith }) => {
  test.slow()
  faces.town.clock.set(cast.days.today, '10:42')
  const desk = (await readerWith('mouse')).page
  const { page, press } = await readerWith('finger')
  const staff = staffAt(desk, faces)
  const found: string[] = []

  await test.step('staff ask for an insurance and the paper of the CAF', async () => {
    await staff.arrive()
    await staff.pair()
    await staff.invite(`${cast.parent} ${cast.family}`)
    await staff.openFamily(cast.family)
    await desk.getByRole('link', { name: /^Pièces/ }).click()
    await desk.getByRole('button', { name: /^Demander une pièce/ }).click()
    found.push(...(await faultsInThemes(desk, 'asking')))
    await desk.getByRole('button', { name: 'Demander', exact: true }).click()
    await expect(desk.getByRole('row', { name: /Attestation d’assurance/ })).toBeVisible()
    await staff.exchange()
  })

  await test.step('the parent sees what is asked, and sends a photo of it', async () => {
    const email = emailOf(cast.parent, cast.family)
    const mail = await faces.lastMail(email, 'jeton=')
    await page.goto(/http:\S+/.exec(mail.text)?.[0] ?? '')
    await page.getByLabel('Votre nouveau mot de passe').fill(password)
    await press(page.getByRole('button', { name: 'Enregistrer' }))
    await expect(page.getByRole('heading', { level: 1, name: 'Mon tableau de bord' })).toBeVisible()
    await expect(page.getByRole('heading', { name: 'Pièces demandées' })).toBeVisible()
    found.push(...(await faultsOnPortal(page, 'dashboard')))
    await press(page.getByRole('link', { name: /^Envoyer/ }))
    await expect(page.getByRole('heading', { level: 1, name: 'Mes pièces' })).toBeVisible()
    found.push(...(await faultsOnPortal(page, 'papers')))
    const form = page.locator('form')
    await press(form.getByRole('button', { name: 'Envoyer' }))
    await expect(page.getByText('Choisissez un fichier, ou prenez une photo.')).toBeVisible()
    await page
      .getByLabel('Fichier')
      .setInputFiles({ name: 'page.png', mimeType: 'image/png', buffer: Buffer.from('<html>') })
    await press(form.getByRole('button', { name: 'Envoyer' }))
    await expect(page.getByText('ce fichier est autre chose')).toBeVisible()
    found.push(...(await faultsOnPortal(page, 'refused')))
    // As many pixels as a recent phone's camera, and more than the portal accepts to draw.
    await page
      .getByLabel('Fichier')
      .setInputFiles({ name: 'IMG_0042.png', mimeType: 'image/png', buffer: aPng({ width: 6000, height: 8000 }) })
    await press(form.getByRole('button', { name: 'Envoyer' }))
    await expect(page.getByText('IMG_0042.jpg')).toBeVisible({ timeout: 60_000 })
    // Shown both where it was requested and where its progress is shown.
    await expect(page.getByText('Enregistrée', { exact: true })).toHaveCount(2)
  })

  await test.step('and the paper of the CAF, with what is written on it', async () => {
    await page.goto(`${faces.portal.address}/modifier-mon-compte`)
    await press(page.getByRole('link', { name: 'Envoyer mon attestation' }))
    await page.getByLabel('Quotient familial').fill('612,50')
    await page
      .getByLabel('Fichier')
      .setInputFiles({ name: 'caf.pdf', mimeType: 'application/pdf', buffer: await aPdf(2) })
    await press(page.locator('form').getByRole('button', { name: 'Envoyer' }))
    await expect(page.getByText('caf.pdf')).toBeVisible()
    await picture(page, 'papers-portal')
    found.push(...(await faultsOnPortal(page, 'sent')))
    await page.goto(`${faces.portal.address}/mon-compte`)
    await expect(page.getByText(/pas encore décidé\s: quotient familial 612,5/)).toBeVisible()
  })

  await test.step('and what to know of her child’s health, which the portal does not show again', async () => {
    await page.goto(`${faces.portal.address}/ma-famille`)
    await press(page.getByRole('link', { name: `Fiche sanitaire : ${cast.child}` }))
    await expect(page.getByRole('heading', { level: 1, name: `Fiche sanitaire de ${cast.child}` })).toBeVisible()
    await press(page.getByRole('link', { name: 'Commencer' }))
    await press(page.getByLabel('Oui'))
    await press(page.getByRole('button', { name: 'Suivant' }))
    await expect(page.getByText('Écrivez-le en quelques mots.')).toBeVisible()
    await page.getByLabel('À quoi, et que se passe-t-il ?').fill('Arachide')
    for (const asked of [/médicament/, /une maladie/, 'Que mange-t-il ?']) {
      await press(page.getByRole('button', { name: 'Suivant' }))
      await expect(page.getByRole('heading', { level: 2, name: asked })).toBeVisible()
    }
    await press(page.getByLabel('Sans porc'))
    for (const asked of [/PAI/, /conseil/, /médecin/, /assuré/]) {
      await press(page.getByRole('button', { name: 'Suivant' }))
      await expect(page.getByRole('heading', { level: 2, name: asked })).toBeVisible()
    }
    await press(page.getByRole('button', { name: 'Relire mes réponses' }))
    await expect(page.getByText('pas encore répondu').first()).toBeVisible()
    await picture(page, 'health-portal')
    found.push(...(await faultsOnPortal(page, 'health')))
    await press(page.getByRole('button', { name: 'Transmettre au service' }))
    await expect(page.getByText(/Transmis le .+, pas encore lu/)).toBeVisible()
    await picture(page, 'family-portal')
    await expect(page.getByText('Arachide')).toHaveCount(0)
  })

  await test.step('staff read all three: two are accepted, one refused', async () => {
    await staff.exchange()
    await staff.open('Demandes')
    await desk.getByRole('button', { name: /3 pièces à lire/ }).click()
    await expect(desk.getByRole('heading', { level: 1, name: 'Pièces reçues' })).toBeVisible()
    found.push(...(await faultsInThemes(desk, 'queue')))
    await desk.getByRole('row', { name: /caf\.pdf/ }).click()
    await expect(desk.getByRole('button', { name: 'Lire le PDF' })).toBeVisible()
    await expect(desk.getByLabel('Quotient lu')).toHaveValue('612,5')
    await picture(desk, 'papers-desk')
    found.push(...(await faultsInThemes(desk, 'reading')))
    await desk.getByRole('button', { name: 'Accepter et appliquer' }).click()
    await expect(desk.getByRole('row', { name: /caf\.pdf/ })).toHaveCount(0)
    await desk.getByRole('row', { name: /IMG_0042/ }).click()
    await expect(desk.getByRole('img', { name: /IMG_0042/ })).toBeVisible()
    await desk.getByRole('button', { name: 'Refuser…' }).click()
    await desk.getByLabel('Motif').fill('La photo est floue.')
    await desk.getByRole('button', { name: 'Refuser', exact: true }).click()
    await desk.getByRole('row', { name: /Fiche sanitaire/ }).click()
    await expect(desk.getByText('Au dossier : aucun')).toBeVisible()
    await expect(desk.getByLabel('Allergies')).toHaveValue('Arachide')
    await desk.getByLabel('Allergies').fill('Arachide, même en traces')
    await picture(desk, 'health-desk')
    found.push(...(await faultsInThemes(desk, 'health')))
    await desk.getByRole('button', { name: 'Enregistrer sur la fiche' }).click()
    await expect(desk.getByText('Aucune pièce à lire')).toBeVisible()
    expect(await faces.town.client.families.health({ childId: faces.town.child(cast.child) })).toMatchObject({
      allergies: 'Arachide, même en traces',
      diet: 'sans porc',
    })
    const home = await faces.town.client.families.one({ id: faces.town.family(cast.family) })
    expect(home.quotients[0]).toMatchObject({ value: 612.5, fromDay: '2026-12-01' })
    await staff.exchange()
  })

  await test.step('the parent reads the answers', async () => {
    await page.goto(`${faces.portal.address}/ma-famille`)
    await expect(page.getByRole('heading', { name: 'Pièces demandées' })).toBeVisible()
    await press(page.getByRole('main').getByRole('link', { name: 'Mes pièces' }))
    await expect(page.getByText('La photo est floue.')).toBeVisible()
    await expect(page.getByText('Acceptée', { exact: true })).toHaveCount(2)
  })
  expect(found).toEqual([])
})
