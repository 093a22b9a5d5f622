import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import type { Page } from 'playwright/test'
import { portalFolder } from '../../../main/build.ts'
import { publish } from '../../../main/portal/exchange/publications.ts'
import { documentOf } from '../../../main/portal/published/documents.ts'
import { registrationDemande } from '../../../main/portal/store/schema/index.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { families, published } from '../../portal/town.ts'
import { expect, readPaper, test } from '../town.ts'
import { child } from './dossiers/portal-documents.ts'
import { claire, faultsOnPortal, marc, servePortalTown } from './portal-town.ts'

let town: Awaited<ReturnType<typeof servePortalTown>>
test.beforeAll(async () => {
  town = await servePortalTown()
})
test.afterAll(() => town.close())

const goTo = async (page: Page, path: string, heading: string | RegExp) => {
  await page.goto(`${town.address}${path}`)
  // The application replaces the HTML of the server.
  await expect(page.locator('#avant')).toHaveCount(0)
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible()
}
/** The card or the fact that contains these words. */
const around = (page: Page, label: string) => page.locator('dl > div', { has: page.getByText(label, { exact: true }) })

test.describe('by touch, on a phone of 360 × 740', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true })

  test('a new registration goes from the choice to the receipt, then is shown as « ? »', async ({ page }) => {
    await town.letIn(page)
    await goTo(page, '/mes-inscriptions', 'Mes inscriptions')
    await page.getByRole('link', { name: 'Nouvelle inscription pour Tao' }).tap()

    await page.getByLabel('Choix de l’équipement').selectOption('CENTRE DE LOISIRS')
    await page.getByLabel('Choix du type d’activité').selectOption('Vacances')
    // When there is only one, it is chosen automatically.
    await expect(page.getByLabel('Choix de l’activité').locator('option:checked')).toHaveText('CLSH VACANCES')
    const choice = page.getByRole('group', { name: 'Choix de la période' })
    await expect(page.locator('.select > span')).toHaveText(['CENTRE DE LOISIRS', 'Vacances', 'CLSH VACANCES'])
    await expect(choice.getByLabel(/Vacances d’été 2027/)).toBeDisabled()
    await expect(choice).toContainText('Les inscriptions ouvrent le lun. 3 mai 2027')
    await choice.getByText('Vacances d’hiver 2027').tap()

    await expect(page.getByLabel('Date de début')).toHaveValue('22/02/2027')
    await expect(page.getByLabel('Date de fin')).toHaveValue('05/03/2027')
    await page.getByLabel('Date de fin').fill('31/02/2027')
    const week = page.getByRole('group', { name: 'Semaine Type' })
    await week.getByLabel('Lundi, matin').check()
    await week.getByLabel('Mardi, repas').check()
    await expect(page.getByText(/Environ\s+\d+,\d\d\s€ par semaine/)).toBeVisible()
    await expect(page.getByText(/4\sjours jusqu’au mar\. 2 mars 2027/)).toBeVisible()
    await page.getByRole('button', { name: 'Enregistrer la demande' }).tap()
    await expect(page.getByText(/Février 2027 n’a que 28\sjours/)).toBeVisible()
    await expect(page.getByLabel('Date de fin')).toBeFocused()
    await page.getByLabel('Date de fin').fill('4/3/2027')
    await page.getByRole('button', { name: 'Enregistrer la demande' }).tap()
    await page.waitForURL('**/recu/*')

    const asked = await town.portal.store.db.select().from(registrationDemande)
    const mine = asked.find(({ periodId }) => periodId === 3)
    expect(mine).toMatchObject({ childId: child.tao, fromDay: '2027-02-22', toDay: '2027-03-04' })
    expect(JSON.parse(mine?.week ?? '')).toEqual([
      { weekday: 1, slot: 11 },
      { weekday: 2, slot: 12 },
    ])

    await goTo(page, '/mes-inscriptions', 'Mes inscriptions')
    const pending = page
      .getByRole('region', { name: 'Tao' })
      .getByRole('listitem')
      .filter({ hasText: 'Vacances d’hiver' })
    await expect(pending).toContainText('point d’interrogation : en attente de la mairie')
    await expect(pending).toContainText('Date fin : jeu. 4 mars 2027')
    await expect(pending.getByRole('link', { name: 'Mes réservations' })).toHaveCount(0)
    await pending.getByRole('button', { name: 'Retirer cette demande' }).tap()
    await pending.getByRole('button', { name: 'Oui, retirer' }).tap()
    await expect(pending).toHaveCount(0)
    await expect(page.getByRole('heading', { level: 2, name: 'Tao' })).toBeFocused()
  })
})

test('changes are proposed together, shown beside what holds, and withdrawn until the town has them', async ({
  page,
}) => {
  await town.letIn(page)
  await goTo(page, '/mes-coordonnees', 'Mes coordonnées')
  await page.getByRole('link', { name: 'Consulter / Modifier mes coordonnées' }).click()
  const email = page.getByLabel('Email')
  await expect(email).toHaveValue(claire)
  await expect(email).toHaveJSProperty('readOnly', true)
  await expect(page.getByText('La modification du mail doit se faire directement à la structure.')).toBeVisible()

  await page.getByLabel('Rue').fill('4 allée du Canal')
  await page.getByLabel('Code postal').fill('1455')
  await page.getByLabel('Tél travail parent 2').fill('02 61')
  await page.getByRole('button', { name: 'Enregistrer le changement' }).click()
  await expect(page.getByRole('alert')).toContainText('2 réponses sont à corriger')
  await expect(page.getByRole('alert')).toBeFocused()
  await page.getByRole('link', { name: /Code postal/ }).click()
  await expect(page.getByLabel('Code postal')).toBeFocused()
  await page.getByLabel('Code postal').fill('14000')
  await page.getByLabel('Tél travail parent 2').fill('0261915521')
  await page.getByRole('button', { name: 'Enregistrer le changement' }).click()

  await expect(page.getByRole('heading', { level: 1, name: 'Mes coordonnées' })).toBeVisible()
  const address = around(page, 'Adresse')
  await expect(address).toContainText('12 rue des Tilleuls')
  await expect(address).toContainText('4 allée du Canal')
  await expect(address).toContainText('14000 BLAINVILLE-SUR-ORNE')
  await expect(around(page, 'Tél travail parent 2')).toContainText('02 61 91 55 21')
  await expect(page.getByText(/changements attendent la réponse de la mairie/)).toBeVisible()

  await address.getByRole('button', { name: 'Annuler ce changement' }).click()
  await expect(address).not.toContainText('allée du Canal')
  await expect(address).toContainText('12 rue des Tilleuls')

  await town.collected()
  await page.reload()
  const phone = around(page, 'Tél travail parent 2')
  await expect(phone).toContainText('La mairie l’a reçu.')
  await expect(phone.getByRole('button')).toHaveCount(0)
})

test.describe('how to be told, on a phone of 360 × 740', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true })

  test('each parent chooses for themselves, at once, among what the service sends', async ({ page }) => {
    await town.letIn(page)
    await goTo(page, '/mes-coordonnees', 'Mes coordonnées')
    const card = page.locator('section', { hasText: 'Comment vous prévenir' })
    await expect(card.getByLabel('Comme le service préfère')).toBeChecked()
    await expect(card.getByLabel('Par SMS au 06 39 98 41 07')).toBeDisabled()
    await expect(card).toContainText('Le service n’envoie pas de SMS pour le moment.')
    const now = await documentOf(town.portal.store.db, 'town')
    await publish(town.portal, { documents: [published('town', { ...now, sms: true })], withdrawn: [] })
    await page.reload()
    await card.getByLabel('Par SMS au 06 39 98 41 07').tap()
    await expect(page.getByText('C’est noté\u00a0: la mairie le saura au prochain échange.')).toBeVisible()
    await page.reload()
    await expect(card.getByLabel('Par SMS au 06 39 98 41 07')).toBeChecked()
    expect(await faultsOnPortal(page)).toEqual([])
    await card.getByLabel('Comme le service préfère').tap()
    await expect(card.getByLabel('Comme le service préfère')).toBeChecked()
  })
})

test.describe('who may fetch the children, on a phone of 360 × 740', () => {
  test.use({ viewport: { width: 360, height: 740 } })

  test('somebody is asked for one child, another asked off the list, each given up or sent', async ({ page }) => {
    await town.letIn(page)
    await goTo(page, '/ma-famille', 'Ma famille')
    const card = page.getByRole('region', { name: 'Qui peut venir les chercher ?' })
    const row = (name: string) => card.getByRole('listitem').filter({ hasText: name })
    await expect(card.getByRole('listitem').first()).toHaveText(
      'Les responsables du foyerSauf décision d’un juge que le service connaît',
    )
    await expect(row('Odile Sorel')).toContainText('Grand-mère, 06 39 98 27 15')

    await card.getByRole('link', { name: 'Ajouter une personne' }).click()
    await page.getByLabel('Téléphone').fill('06 39')
    await page.getByRole('button', { name: 'Demander l’ajout' }).click()
    await expect(page.getByLabel('Nom et prénom')).toBeFocused()
    await expect(page.getByLabel('Nom et prénom')).toHaveAccessibleDescription(/Indiquez le nom et le prénom/)
    await page.getByLabel('Nom et prénom').fill('Lise Roux')
    await page.getByLabel('Lien avec l’enfant').fill('Tante')
    await page.getByLabel('Téléphone').fill('0639982717')
    await page.getByRole('group', { name: 'Pour' }).getByLabel('Tao').uncheck()
    await page.getByRole('button', { name: 'Demander l’ajout' }).press('Enter')
    await expect(page.getByRole('heading', { level: 1, name: 'Ma famille' })).toBeFocused()
    await expect(row('Lise Roux')).toContainText('Tante, 06 39 98 27 17Pour Noa')
    await expect(row('Lise Roux')).toContainText('Demandé, pas encore décidéÀ ajouter')

    const remove = row('Odile Sorel').getByRole('button', { name: 'Retirer : Odile Sorel' })
    await remove.press('Enter')
    const question = row('Odile Sorel').getByRole('group', { name: 'Retirer Odile Sorel' })
    await expect(question).toBeFocused()
    await question.getByRole('button', { name: 'Garder cette personne' }).click()
    await expect(row('Odile Sorel')).toBeFocused()
    await remove.click()
    await question.getByRole('button', { name: 'Demander le retrait' }).click()
    await expect(row('Odile Sorel')).toContainText('Demandé, pas encore décidéÀ retirer')
    expect(await faultsOnPortal(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)).toBe(false)

    await row('Odile Sorel').getByRole('button', { name: 'Annuler ce changement : Odile Sorel' }).click()
    await expect(row('Odile Sorel')).not.toContainText('À retirer')
    await expect(row('Lise Roux')).toContainText('À ajouter')

    await town.collected()
    await page.reload()
    await expect(row('Lise Roux')).toContainText('La mairie l’a reçu. Réponse au plus tard le')
    await expect(row('Lise Roux').getByRole('button')).toHaveCount(0)
    await card.getByRole('link', { name: 'Ajouter une personne' }).click()
    await expect(page.getByLabel('Noa')).toBeDisabled()
    await expect(page.getByLabel('Noa')).toHaveAccessibleName(/attendez sa réponse/)
  })
})

test('the first page loads no more script than the budget', () => {
  const page = readFileSync(join(portalFolder, 'index.html'), 'utf8')
  const first = [...page.matchAll(/\/(assets\/[^"]+\.js)"/g)].map(([, path = '']) => path)
  const dashboard = readdirSync(join(portalFolder, 'assets')).filter((name) => /^dashboard-page-.*\.js$/.test(name))
  const weights = [...first, ...dashboard.map((name) => `assets/${name}`)].map(
    (path) => brotliCompressSync(readFileSync(join(portalFolder, path))).length,
  )
  expect(weights.length).toBeGreaterThan(2)
  // Below the limit of 100 kB, with a margin for later additions.
  expect(weights.reduce((sum, one) => sum + one, 0)).toBeLessThan(96_000)
})

test('a child’s page says who they are, and leads to their registrations', async ({ page }) => {
  await town.letIn(page)
  await goTo(page, '/ma-famille', 'Ma famille')
  const noa = page.getByRole('region', { name: 'Noa' })
  for (const words of ['Âge', '8 ans', 'Né le', '24 novembre 2018', 'Sexe', 'Masculin']) {
    await expect(noa).toContainText(words)
  }
  await noa.getByRole('link', { name: 'Modifier mes informations' }).click()
  await page.getByRole('button', { name: 'Enregistrer le changement' }).click()
  await expect(page.getByRole('alert')).toContainText('Rien n’a changé')
  await page.getByLabel('Classe').selectOption('CM1')
  await page.getByRole('button', { name: 'Enregistrer le changement' }).click()
  await expect(noa).toContainText('Demandé, pas encore décidé')
  await expect(noa).toContainText('CM1')
  await noa.getByRole('link', { name: 'Inscriptions en cours' }).click()
  await expect(page.getByRole('heading', { level: 2, name: 'Noa' })).toBeFocused()
})

test('an invoice is read line by line, and its PDF downloaded with its text', async ({ page }) => {
  await town.letIn(page)
  await goTo(page, '/mon-compte', 'Mon compte')
  await expect(page.getByText('Solde des factures au mer. 25 nov. 2026')).toBeVisible()
  for (const [label, value] of [
    ['Nombre d’enfants à charge', '2'],
    ['Les derniers revenus', '24 360,00 € par an'],
    ['Quotient familial', '727'],
    ['Date de mise à jour de revenus', 'lun. 8 juin 2026'],
  ] as const) {
    await expect(around(page, label).getByRole('definition')).toHaveText(value)
  }
  await expect(page.getByRole('heading', { name: 'Gestionnaire' })).toBeVisible()
  await page.getByRole('link', { name: /Voir le détail : Septembre 2026/ }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Facture de septembre 2026' })).toBeVisible()
  await expect(page.getByText('Reste à payer')).toBeVisible()
  await page.goBack()
  await page.getByRole('link', { name: /Voir le détail : Octobre 2026/ }).click()
  await expect(page.getByText('14 séances × 2,95 €')).toBeVisible()

  const coming = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Télécharger (PDF)' }).click()
  const file = await coming
  expect(file.suggestedFilename()).toBe('facture-2026-001284.pdf')
  const { isPdf, text } = await readPaper(await file.path())
  expect(isPdf).toBe(true)
  if (text !== null) expect(text).toContain('Facture 2026-001284')
})

test('a paid invoice takes one line; an old or missing quotient says what to send', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await town.letIn(page)
  await goTo(page, '/mon-compte', 'Mon compte')
  const settled = page.getByRole('list', { name: 'Déjà réglé' })
  await expect(settled.getByRole('listitem')).toHaveCount(2)
  await expect(settled).toContainText('payée le ven. 4 sept. 2026')
  const heights = await settled.getByRole('listitem').evaluateAll((all) => all.map((one) => one.clientHeight))
  expect(Math.max(...heights)).toBeLessThan(90)
  await expect(settled.getByRole('button', { name: 'Télécharger (PDF) : Juillet 2026' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Envoyer mon attestation' })).toHaveCount(0)

  const service = await documentOf(town.portal.store.db, 'town')
  const publishHome = async (own: Partial<typeof families.aubry>) => {
    const documents = [
      published('town', { ...service, quotientApi: true }),
      published('family/1', { ...families.aubry, ...own }),
    ]
    await publish(town.portal, { documents, withdrawn: [] })
    await page.reload()
  }
  await publishHome({ incomeUpdatedOn: day('2024-01-31') })
  await expect(page.getByText('Votre quotient date du mer. 31 janv. 2024.')).toBeVisible()
  const ending = { from: day('2026-01-01'), to: day('2026-12-31'), value: 727, source: 'CAF' }
  await publishHome({ familyQuotients: [ending], quotientConsent: { givenOn: day('2026-10-05') } })
  await expect(page.getByText('Depuis le lun. 5 oct. 2026, vous acceptez')).toBeVisible()
  await page.getByRole('link', { name: 'Retirer mon accord' }).click()
  await page.getByRole('button', { name: 'Retirer mon accord' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Mon compte' })).toBeVisible()
  await page.getByRole('link', { name: 'Donner mon accord' }).click()
  await page.getByRole('button', { name: 'Donner mon accord' }).click()
  await expect(page.getByText('Notez le nom de naissance.')).toBeVisible()
  expect(await faultsOnPortal(page)).toEqual([])
  await page.getByLabel('Nom de naissance').fill('Aubry')
  await page.getByLabel('Prénoms').fill('Claire')
  await page.getByLabel('Date de naissance').fill('31/02/1988')
  await page.getByRole('button', { name: 'Donner mon accord' }).click()
  await expect(page.locator('[data-error]')).toHaveCount(1)
  await page.getByLabel('Date de naissance').fill('2/4/1988')
  await page.getByRole('button', { name: 'Donner mon accord' }).click()
  await expect(page.getByRole('link', { name: 'Retirer mon accord' })).toBeVisible()
  await expect(page.getByText('Ce quotient compte jusqu’au')).toBeVisible()
  await expect(page.getByText('Votre quotient compte jusqu’au jeu. 31 déc. 2026.')).toBeVisible()
  const ended = { ...ending, to: day('2026-08-31') }
  const lastKnown = { ...ending, from: day('2026-09-01'), to: day('2026-12-15'), endedOn: ended.to }
  await publishHome({ familyQuotients: [ended, lastKnown] })
  await expect(page.getByText('Il compte encore jusqu’au mar. 15 déc. 2026.')).toBeVisible()
  await publishHome({ familyQuotients: [ended] })
  await expect(page.getByText('Votre quotient n’est plus valable depuis le mar. 1ᵉʳ sept. 2026.')).toBeVisible()
  await publishHome({ familyQuotients: [], incomeUpdatedOn: null })
  await expect(page.getByText('Votre quotient familial manque.')).toBeVisible()
  await page.getByRole('link', { name: 'Envoyer mon attestation' }).click()
  await expect(page.getByLabel('Quotient familial')).toBeVisible()
})

test.describe('refusals that the browser tells too', () => {
  test.use({ mayComplain: true })

  test('a paper that has not arrived says so', async ({ page }) => {
    await town.letIn(page)
    await goTo(page, '/mon-compte/facture/871', /^Facture/)
    await page.getByRole('button', { name: 'Télécharger (PDF)' }).click()
    await expect(page.getByText('arrive au prochain échange avec la mairie')).toBeVisible()
  })

  test('the password form shows its rule, and the new password opens the portal', async ({ page, browser }) => {
    await town.enterByKeyboard(page, marc)
    const elsewhere = await browser.newPage({ userAgent: 'Mozilla/5.0 (iPhone) Safari' })
    await town.enterByKeyboard(elsewhere, marc)

    await goTo(page, '/modifier-mon-compte', /Modifier mon compte/)
    const devices = page.getByRole('region', { name: 'Appareils connectés' })
    const own = devices.getByRole('listitem').filter({ hasText: 'Cet appareil' })
    await expect(own).toHaveCount(1)
    await expect(own.getByRole('button')).toHaveCount(0)
    await devices.getByRole('button', { name: 'Déconnecter : iPhone, Safari' }).click()
    await expect(devices.getByText('iPhone, Safari')).toHaveCount(0)
    await elsewhere.goto(`${town.address}/mon-compte`)
    await expect(elsewhere.getByLabel('Votre identifiant')).toBeVisible()

    const next = page.getByLabel('Nouveau mot de passe', { exact: true })
    await next.fill('marronnier')
    await expect(page.getByText('Encore trop simple.')).toBeVisible()
    await next.fill('Hirondelle-27')
    await expect(page.getByText('Assez solide.')).toBeVisible()
    await page.getByRole('button', { name: /Voir le mot de passe : Nouveau/ }).click()
    await expect(next).toHaveAttribute('type', 'text')
    await page.getByLabel('Mot de passe actuel', { exact: true }).fill('pas-celui-la')
    await page.getByRole('button', { name: 'Changer mon mot de passe' }).click()
    await expect(page.getByText('Votre mot de passe actuel n’est pas celui-là.')).toBeVisible()
    await page.getByLabel('Mot de passe actuel', { exact: true }).fill('Marronnier-14')
    // The error of the field disappears with it, and is not shown again above the button.
    await expect(page.getByText('Votre mot de passe actuel n’est pas celui-là.')).toBeHidden()
    await page.getByRole('button', { name: 'Changer mon mot de passe' }).click()
    await expect(page.getByText('Votre mot de passe est changé.')).toBeVisible()

    await page.getByRole('button', { name: 'Se déconnecter' }).click()
    await page.getByLabel('Votre identifiant').fill(marc)
    await page.getByLabel('Votre mot de passe').fill('Hirondelle-27')
    await page.getByRole('button', { name: 'Connexion' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Mon tableau de bord' })).toBeVisible()
  })

  test('without a network, pressing again sends only once', async ({ page }) => {
    await town.letIn(page)
    await goTo(page, `/nouvelle-inscription?enfant=${child.tao}`, /nouvelle inscription/)
    await page.getByLabel('Choix de l’équipement').selectOption('CENTRE DE LOISIRS')
    await page.getByLabel('Choix du type d’activité').selectOption('Vacances')
    await page.getByLabel(/Vacances de printemps/).check()
    let lost = false
    await page.route('**/rpc/demandes/register', async (route) => {
      if (lost) return route.continue()
      lost = true
      // The portal recorded the request, and its answer was lost on the way back.
      await route.fetch()
      await route.abort()
    })
    await page.getByRole('button', { name: 'Enregistrer la demande' }).click()
    await expect(page.getByText('votre demande n’est peut-être pas enregistrée')).toBeVisible()
    await page.getByRole('button', { name: 'Enregistrer la demande' }).click()
    await page.waitForURL('**/recu/*')
    const asked = await town.portal.store.db.select().from(registrationDemande)
    expect(asked.filter(({ periodId }) => periodId === 4)).toHaveLength(1)
  })
})
