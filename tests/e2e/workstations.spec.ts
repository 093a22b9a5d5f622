import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright/test'
import { screensFolder } from '../../main/build.ts'
import { offerSharing } from '../../main/host/sharing.ts'
import { aMember, password } from '../support/desk.ts'
import { chromiumArguments, chromiumHere } from '../support/machine/chromium.ts'
import { aWire } from '../support/machine/cut-proxy.ts'
import { freePort } from '../support/machine/free-port.ts'
import { picture } from '../support/picture.ts'
import { aBillingTown } from '../support/towns/billing.ts'
import { expect, faultsInThemes, goTo, logIn, logInAt, type ServedTown, serveTown, test } from './town.ts'

let town: ServedTown
test.beforeAll(async () => {
  town = await serveTown(aBillingTown())
  await aMember(town.desk, town.client, { name: 'Inès Roche', login: 'ines', roles: ['receptionist', 'administrator'] })
})
test.afterAll(() => town.close())

const asInes = async (page: Page, address: string) => {
  await page.goto(address)
  await page.getByLabel('Identifiant').fill('ines')
  await page.getByLabel('Mot de passe', { exact: true }).fill(password)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('navigation', { name: 'Écrans' })).toBeVisible()
}

const another = async (browser: Browser, options = {}): Promise<[BrowserContext, Page]> => {
  const context = await browser.newContext({ locale: 'fr-FR', ...options })
  return [context, await context.newPage()]
}

test.describe('two people on one record', () => {
  // The browser reports each refusal in its console.
  test.use({ mayComplain: true })

  test('two people edit the structure: each is shown the other, and the second chooses which values to keep', async ({
    page,
    browser,
  }) => {
    const [context, colleague] = await another(browser)
    await logInAt(page, town, '/reglages?onglet=structure')
    await page.getByLabel('Régisseur').fill('Mme Lepage')
    await asInes(colleague, town.address)
    await goTo(colleague, '/reglages?onglet=structure')
    await expect(page.getByText('Inès Roche a aussi ouvert cette fiche.')).toBeVisible()
    await expect(colleague.getByText('Sandrine Tostain a aussi ouvert cette fiche.')).toBeVisible()

    await colleague.getByLabel('Régisseur').fill('M. Duval')
    await colleague.getByLabel('Téléphone').fill('02 31 00 00 00')
    await colleague.getByRole('button', { name: 'Enregistrer la structure' }).click()
    await expect(colleague.getByText('La structure est enregistrée.')).toBeVisible()

    // A change recorded at the other workstation does not overwrite what is being typed.
    await expect(page.getByLabel('Régisseur')).toHaveValue('Mme Lepage')
    await page.getByRole('button', { name: 'Enregistrer la structure' }).click()
    const told = page.getByRole('alert').filter({ hasText: 'Modifié entre-temps par Inès Roche à' })
    await expect(told).toBeVisible()
    await expect(told.getByRole('button', { name: 'Inès Roche : M. Duval' })).toBeVisible()
    await expect(told.getByRole('button', { name: 'Vous : Mme Lepage' })).toHaveAttribute('aria-pressed', 'true')
    expect(await faultsInThemes(page, 'two on one record')).toEqual([])
    expect((await town.client.settings.organisation()).cashier).toBe('M. Duval')
    await told.getByRole('button', { name: 'Enregistrer ce choix' }).click()
    await expect(told).toBeHidden()
    await expect.poll(async () => (await town.client.settings.organisation()).cashier).toBe('Mme Lepage')
    // A field that was not changed here keeps the value of the other workstation.
    expect((await town.client.settings.organisation()).phone).toBe('02 31 00 00 00')
    await context.close()
    await expect(page.getByText('a aussi ouvert cette fiche')).toBeHidden()
  })
})

test.describe('two people on what is kept otherwise', () => {
  test.use({ mayComplain: true })

  test('two people edit the rules of the portal: the second chooses, with the values in words', async ({ page }) => {
    await logInAt(page, town, '/portail?onglet=regles', 'Portail')
    const { automatic } = await town.client.portal.settings()
    await page.getByRole('checkbox', { name: 'Annulations' }).check()
    await town.client.portal.saveAutomatic({ ...automatic, bookings: true })
    await page.getByRole('button', { name: 'Enregistrer les règles' }).click()
    const told = page.getByRole('alert').filter({ hasText: 'Modifié entre-temps par' })
    await expect(told).toContainText('Réservations acceptées d’office : oui')
    expect(await faultsInThemes(page, 'two on the rules')).toEqual([])
    await picture(page, 'regles')
    expect((await town.client.portal.settings()).automatic).toMatchObject({ bookings: true, cancellations: false })
    await told.getByRole('button', { name: 'Enregistrer ce choix' }).click()
    await expect(told).toBeHidden()
    expect((await town.client.portal.settings()).automatic).toMatchObject({ bookings: false, cancellations: true })
  })
})

test('two forms of one screen sent at once: each call is its own form’s, and none is marked afterwards', async ({
  page,
}) => {
  await logInAt(page, town, '/portail?onglet=regles', 'Portail')
  const held = new Map<string, PromiseWithResolvers<void>>()
  for (const path of ['exchange/schedule', 'portal/saveAutomatic']) {
    const answered = Promise.withResolvers<void>()
    held.set(path, answered)
    await page.route(`**/rpc/${path}`, async (route) => {
      await answered.promise
      await route.continue()
    })
  }
  const marks: Record<string, { readonly form: string | undefined; readonly basis: string | undefined }> = {}
  page.on('request', (request) => {
    const { 'x-call': key, 'x-basis': basis } = request.headers()
    const [, path = ''] = new URL(request.url()).pathname.split('/rpc/')
    marks[path] = { form: key?.slice(0, 16), basis }
  })
  await page.getByLabel('Chaque nuit à').fill('4h15')
  await page.getByRole('button', { name: 'Enregistrer l’horaire' }).click()
  await page.getByRole('checkbox', { name: 'Inscriptions' }).click()
  await page.getByRole('button', { name: 'Enregistrer les règles' }).click()
  await expect.poll(() => Object.keys(marks)).toEqual(expect.arrayContaining([...held.keys()]))
  // The call that was sent first ends first.
  held.get('exchange/schedule')?.resolve()
  await expect(page.getByText('L’horaire est enregistré.')).toBeVisible()
  held.get('portal/saveAutomatic')?.resolve()
  await expect(page.getByText('Les règles sont enregistrées.')).toBeVisible()
  await goTo(page, '/familles', 'Familles')
  const { 'exchange/schedule': schedule, 'portal/saveAutomatic': rules, 'payments/families': list } = marks
  expect(schedule?.basis).toMatch(/^\d+$/)
  expect(rules?.basis).toMatch(/^\d+$/)
  expect(list?.form).toHaveLength(16)
  expect(list?.basis).toBeUndefined()
  expect(new Set([schedule, rules, list].map((mark) => mark?.form)).size).toBe(3)
})

test.describe('a desk that is started again', () => {
  test.use({ mayComplain: true })

  test('keeps the page, its session and what is typed; what is sent meanwhile is done once', async ({ page }) => {
    await logInAt(page, town, '/reglages?onglet=structure')
    await page.getByLabel('Pour une réclamation').fill('Écrire au maire')
    await town.stop()
    // Empties the memory, as after a restart: only the file says who was logged in.
    town.desk.core.workstations.sessions.clear()
    await page.getByRole('button', { name: 'Enregistrer la structure' }).click()
    await expect(page.getByRole('alert').filter({ hasText: 'Poste principal injoignable' })).toBeVisible()
    await expect(page.getByLabel('Pour une réclamation')).toHaveValue('Écrire au maire')
    const acts = () => Number(town.store.sqlite.prepare('select count(*) from act').pluck().get())
    const before = acts()
    await town.start()
    await expect(page.getByText('La structure est enregistrée.')).toBeVisible()
    await expect(page.getByText('Poste principal injoignable')).toBeHidden()
    expect((await town.client.settings.organisation()).complaints).toBe('Écrire au maire')
    expect(acts()).toBe(before + 1)
  })

  test('and a line that loses the answer: what was done is shown, not done again', async () => {
    const { port } = new URL(town.address)
    const wire = await aWire(Number(port))
    const executablePath = chromiumHere()
    const own = await chromium.launch({
      ...(executablePath && { executablePath }),
      args: [...chromiumArguments, `--host-resolver-rules=MAP localhost:${port} 127.0.0.1:${wire.port}`],
    })
    const page = await own.newPage({ locale: 'fr-FR' })
    await logIn(page, { ...town, address: town.address.replace('127.0.0.1', 'localhost') })
    await goTo(page, '/reglages?onglet=lieux')
    await page.getByRole('button', { name: 'Nouvelle école' }).first().click()
    await page.getByRole('dialog').getByLabel('Nom').fill('École du Phare')
    wire.loseAnswers()
    await page.keyboard.press('Enter')
    const schools = async () => (await town.client.settings.schools()).filter(({ name }) => name === 'École du Phare')
    await expect.poll(schools).toHaveLength(1)
    await expect(page.getByRole('dialog')).toBeVisible()
    wire.mend()
    await expect(page.getByRole('dialog')).toBeHidden()
    await expect(page.getByText('École du Phare').first()).toBeVisible()
    expect(await schools()).toHaveLength(1)
    await own.close()
    await wire.close()
  })
})

test('other workstations: shared from Réglages, joined over TLS, seen, changed live, and put out', async ({
  page,
  browser,
}) => {
  const { dataDir } = town.store
  const port = await freePort()
  const { secrets } = town.desk.core.exchange
  const sharing = await offerSharing(town.desk, { dataDir, secrets, screens: screensFolder, port, log: console.error })
  await logInAt(page, town, '/reglages?onglet=postes')
  await page.getByRole('switch', { name: 'Partager avec d’autres postes' }).click()
  const code = async () => (await town.client.staff.posts()).sharing?.code ?? ''
  await expect.poll(code).not.toBe('')
  await expect(page.getByText(await code())).toBeVisible()
  expect(await faultsInThemes(page, 'Postes')).toEqual([])

  const [context, colleague] = await another(browser, { ignoreHTTPSErrors: true })
  await asInes(colleague, `https://127.0.0.1:${port}/`)
  await expect(page.getByRole('row', { name: /Inès Roche.*127\.0\.0\.1/ })).toBeVisible()
  await picture(page, 'postes')

  await goTo(colleague, '/reglages?onglet=lieux')
  await town.client.settings.saveSchool({ name: 'École des Dunes' })
  await expect(colleague.getByText('École des Dunes').first()).toBeVisible()

  await test.step('a list that was read just before a change, and comes after it, is read again', async () => {
    const [read, change] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    await colleague.route(
      '**/rpc/settings/schools',
      async (route) => {
        const response = await route.fetch()
        read.resolve()
        await change.promise
        await route.fulfill({ response })
      },
      { times: 1 },
    )
    await colleague.reload()
    await read.promise
    await town.client.settings.saveSchool({ name: 'École des Embruns' })
    // Changes are sent in order: when this one has reached the page, the change of the school has too.
    await town.client.settings.saveFacility({ name: 'Gymnase', address: '', contact: '', phone: '', archived: false })
    await expect(colleague.getByText('Gymnase').first()).toBeVisible()
    change.resolve()
    await expect(colleague.getByText('École des Embruns').first()).toBeVisible()
  })

  await test.step('screens of another version than the first workstation say so, and are read again', async () => {
    await colleague.route('**/rpc/staff/session', async (route) => {
      const answer = await route.fetch()
      await route.fulfill({ response: answer, body: (await answer.text()).replace(/("version":")[^"]*/, '$1999.0.0') })
    })
    await colleague.reload()
    const told = colleague.getByRole('alert').filter({ hasText: 'Le poste principal a maintenant la version 999.0.0' })
    await expect(told).toBeVisible()
    await colleague.unroute('**/rpc/staff/session')
    await told.getByRole('button', { name: 'Recharger la page' }).click()
    await expect(colleague.getByText('École des Dunes').first()).toBeVisible()
    await expect(told).toBeHidden()
  })

  await page.getByRole('button', { name: 'Déconnecter Inès Roche' }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: 'Déconnecter' }).click()
  await expect(colleague.getByLabel('Identifiant')).toBeVisible()
  await context.close()
  await sharing.close()
  rmSync(join(dataDir, 'partage'), { force: true })
})
