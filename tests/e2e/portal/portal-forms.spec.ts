import { expect, type Locator } from 'playwright/test'
import { publish } from '../../../main/portal/exchange/publications.ts'
import { signUpTown } from '../../portal/sign-up.ts'
import { published } from '../../portal/town.ts'
import { onKeptPage as test } from '../town.ts'
import { child } from './dossiers/portal-documents.ts'
import { signUp } from './dossiers/signing-up.ts'
import { chosenPeriod } from './portal-pages.ts'
import { claire, faultsOnPortal, listenTo, servePortalTown } from './portal-town.ts'

test.use({ viewport: { width: 360, height: 740 } })

let town: Awaited<ReturnType<typeof servePortalTown>>
test.beforeEach(async () => {
  town = await servePortalTown()
})
test.afterEach(() => town.close())

test('a session that ends under a message says why it asks again, and keeps the message', async ({ page }) => {
  const atRest = listenTo(page)
  await town.letIn(page)
  await page.goto(`${town.address}/nouveau-message`)
  await expect(page.getByText('Pas d’information de santé ici')).toBeVisible()
  await page.getByLabel('Votre message').fill('Noa sera absent jeudi.')
  // Otherwise a pending call would lead to the login page before the click.
  await atRest()
  await page.context().clearCookies()
  await page.getByRole('button', { name: 'Envoyer' }).click()
  await expect(page.getByRole('status')).toContainText(/Reconnectez-vous\s: ce que vous écriviez est gardé/)
  await town.letIn(page)
  await page.goto(`${town.address}/nouveau-message`)
  await expect(page.getByLabel('Votre message')).toHaveValue('Noa sera absent jeudi.')
})

const begun = [
  {
    form: 'Modifier mes informations',
    path: `/ma-famille/${child.noa}`,
    field: 'École',
    typed: 'École Jean Moulin',
    record: 'Enregistrer le changement',
  },
  {
    form: 'Ajouter une personne',
    path: '/ma-famille/personnes/ajouter',
    field: 'Nom et prénom',
    typed: 'Lise Roux',
    record: 'Demander l’ajout',
  },
  {
    form: 'Modifier mes coordonnées',
    path: '/mes-coordonnees/modifier',
    field: 'Tél domicile',
    typed: '02 31 99 00 11',
    record: 'Enregistrer le changement',
  },
  {
    form: 'Nouvelle inscription',
    path: `/nouvelle-inscription?enfant=${child.tao}`,
    field: 'Date de fin',
    typed: '03/03/2027',
    record: 'Enregistrer la demande',
  },
]
for (const { form, path, field, typed, record } of begun) {
  test(`a session that ends under « ${form} » leads back there, where what was typed still is`, async ({ page }) => {
    const atRest = listenTo(page)
    await town.letIn(page)
    await page.goto(town.address + path)
    if (form === 'Nouvelle inscription') await chosenPeriod(page)
    await page.getByLabel(field).fill(typed)
    await atRest()
    await page.context().clearCookies()
    await page.getByRole('button', { name: record }).click()
    await expect(page.getByRole('status')).toContainText('ce que vous écriviez est gardé')
    await town.fillLogin(page, claire)
    await expect(page.getByLabel(field)).toHaveValue(typed)
    expect(page.url()).toBe(town.address + path)
    await page.getByRole('button', { name: record }).click()
    await expect(page).not.toHaveURL(town.address + path)
    expect(await page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith('typed ')))).toEqual([])
  })
}

test('an invoice is shown child by child', async ({ page }) => {
  await town.letIn(page)
  await page.goto(`${town.address}/mon-compte/facture/1284`)
  const noa = page.getByRole('region', { name: 'Noa' })
  await expect(noa).toContainText('7, 14, 21 et 28 oct.')
  await noa.getByText('Pourquoi ce prix').first().click()
  await page.goto(`${town.address}/mon-compte`)
  await expect(page.getByText('Payée le ven. 4 sept. 2026')).toBeVisible()
})

test('a new family signs up, and reads what to correct', async ({ page }) => {
  await publish(town.portal, { documents: [published('town', signUpTown)], withdrawn: [] })
  const email = 'nadia.tessier@exemple.fr'
  const found: string[] = []
  const looked = async (name: string) => {
    found.push(...(await faultsOnPortal(page, name)))
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), name).toBe(0)
  }
  const follow = async () => {
    await town.portal.mails.sendWaiting()
    await expect.poll(() => town.mailbox.linkTo(email)).not.toBe('')
    await page.goto(`${town.address}/inscription/lien?jeton=${town.mailbox.linkTo(email)}`)
  }
  const parent = { page, press: (what: Locator) => what.click() }
  await signUp(parent, town.address, { family: 'Tessier', parent: 'Nadia', child: 'Lina', email, follow, looked })
  expect(found).toEqual([])
})
