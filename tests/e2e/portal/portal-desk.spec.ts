import { numbersUnknownText } from '../../../shared/rules/money/invoice.ts'
import { aMember, password } from '../../support/desk.ts'
import { aBillingTown, billing } from '../../support/towns/billing.ts'
import { aGuardian, aHome } from '../../support/towns/families.ts'
import { expect, faultsInThemes, goTo, logIn, logInAt, type ServedTown, serveTown, tabTo, test } from '../town.ts'
import { serveAPortal } from './paired-portal.ts'

test.describe.configure({ mode: 'serial' })

let town: ServedTown
let portal: Awaited<ReturnType<typeof serveAPortal>>
test.beforeAll(async () => {
  town = await serveTown(aBillingTown())
  portal = await serveAPortal(town.clock)
  for (const [name, people] of [
    ['Picot', { Aurélie: 'aurelie.picot@exemple.fr', Hugo: 'hugo.picot@exemple.fr' }],
    ['Tessier', { Nadia: 'nadia.tessier@exemple.fr' }],
  ] as const)
    await town.client.families.create({
      home: aHome(name),
      guardians: Object.entries(people).map(([firstName, email]) => ({ ...aGuardian(firstName, name), email })),
      move: null,
      quotient: null,
      children: [],
    })
})
test.afterAll(async () => {
  await town.close()
  await portal.close()
})

test.describe('a code that is refused', () => {
  // The browser reports the refusal in its console.
  test.use({ mayComplain: true })

  test('a portal is paired by the keyboard, with its address and its code', async ({ page }) => {
    await logInAt(page, town, '/portail', 'Portail')
    await expect(page.getByText('Aucun portail n’est encore relié')).toBeVisible()
    await page.getByRole('button', { name: 'Relier le portail…' }).press('Enter')
    await tabTo(page, page.getByLabel('Adresse du portail'))
    await page.keyboard.type(portal.address)
    await page.keyboard.press('Tab')
    await page.keyboard.type('AAAA-AAAA-AAAA-AAAA-AAAA')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('alert').filter({ hasText: 'à corriger' })).toBeVisible()
    await page.getByLabel('Code de liaison').fill(await portal.code())
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'Portail relié' })).toBeVisible()
    await expect(page.getByText('Jamais échangé')).toBeVisible()
  })
})

test('accounts are found, chosen and invited together; each refusal gives its reason', async ({ page }) => {
  await logInAt(page, town, '/portail?onglet=comptes', 'Portail')
  await expect(page.getByRole('row', { name: /Hugo Picot/ })).toBeVisible()
  await page.keyboard.press('f')
  await page.keyboard.type('picot')
  await expect(page.getByRole('row', { name: /Nadia/ })).toHaveCount(0)
  const widths = await page.getByRole('grid', { name: 'Comptes du portail' }).evaluate((table) => {
    for (const cell of table.querySelectorAll('td:nth-child(2), td:nth-child(3)'))
      cell.textContent = 'Éléonore de La Tour d’Auvergne-Lauraguais'
    return { list: table.scrollWidth, room: table.parentElement?.clientWidth ?? 0 }
  })
  expect(widths.list).toBeLessThanOrEqual(widths.room)
  await page.getByLabel('Choisir Aurélie Picot').check()
  await page.getByLabel('Choisir Hugo Picot').check()
  await page.getByRole('button', { name: 'Inviter les 2 par mail' }).click()
  await expect(page.getByText('Lien préparé pour le prochain échange')).toBeVisible()
  await expect(page.getByRole('row', { name: /Hugo Picot/ })).toContainText('invité')
  await page.getByLabel('Chercher un compte').fill('fouquet')
  await page.getByRole('row', { name: /Fouquet/ }).click()
  await page.keyboard.press('i')
  const refused = page.getByRole('dialog', { name: /accès non donné/ })
  await expect(refused).toContainText('Pas d’adresse mail')
})

test('an exchange is started by its key, lists what it carried, and the bar says that it is done', async ({ page }) => {
  await logInAt(page, town, '/portail', 'Portail')
  await expect(page.getByRole('button', { name: /^Voir ce qui partira/ })).toBeEnabled()
  await page.keyboard.press('v')
  const ahead = page.getByRole('dialog', { name: 'Ce que le prochain échange emportera' })
  await expect(ahead.getByText('Rien n’est parti')).toBeVisible()
  await expect(ahead.getByRole('listitem').first()).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(ahead).toBeHidden()
  await page.keyboard.press('Control+e')
  await expect(page.getByText('L’échange avec le portail est fait.')).toBeVisible()
  await expect(page.getByRole('grid', { name: 'Échanges' }).getByRole('row').nth(1)).toContainText('réussi')
  await expect(page.getByRole('banner').getByText(/^Échangé/)).toBeVisible()
})

test('a failed one says why, what was kept and what comes next', async ({ page }) => {
  await logInAt(page, town, '/portail', 'Portail')
  await portal.silence()
  await page.getByRole('button', { name: /Échanger maintenant/ }).click()
  await expect(page.getByRole('banner').getByText(/^Échange interrompu/)).toBeVisible()
  const story = page.getByRole('region', { name: /^Échange du/ })
  await expect(story).toContainText('Pourquoi')
  await expect(story).toContainText('rien en double, rien de perdu')
  await expect(page.getByText(/^Aujourd’hui à/)).toBeVisible()
  await portal.speak()
  expect((await town.client.exchange.now()).failure).toBeNull()
})

test('a letter is printed from the page of the family', async ({ page }) => {
  await logIn(page, town)
  const { rows } = await town.client.families.list({ filter: 'tessier', show: 'all', from: 0, count: 1 })
  await goTo(page, `/familles/${rows[0]?.id}`, 'Tessier')
  const opened = page.context().waitForEvent('page')
  await page.getByRole('button', { name: /^Nadia/ }).click()
  await page.getByRole('menuitem', { name: 'Imprimer la lettre' }).click()
  await opened
  await expect(page.getByRole('button', { name: /Nadia : invité/ })).toBeVisible()
})

test.describe('a text that is refused', () => {
  // The browser reports the refusal in its console.
  test.use({ mayComplain: true })

  test('the town’s texts are saved, and « totalement conforme » needs its audit', async ({ page }) => {
    await logInAt(page, town, '/portail?onglet=textes', 'Portail')
    await page.getByLabel('Informations', { exact: true }).fill('Fermé le 24 décembre.')
    await page.getByRole('radio', { name: 'Prune' }).check()
    await page.getByRole('radio', { name: 'totalement conforme' }).check()
    await page.getByRole('button', { name: 'Enregistrer les textes' }).click()
    await expect(page.getByText('Un champ est à corriger')).toBeVisible()
    await page.getByLabel('Audit', { exact: true }).fill('Audit RGAA du 3 novembre 2026')
    await page.getByRole('button', { name: 'Enregistrer les textes' }).click()
    await expect(page.getByText('le portail le montrera après le prochain échange')).toBeVisible()
    await goTo(page, '/portail?onglet=regles', 'Portail')
    await page.getByLabel('Chaque nuit à').fill('3h30')
    await page.getByRole('button', { name: 'Enregistrer l’horaire' }).click()
    await expect(page.getByText('Cette nuit à 3 h 30')).toBeVisible()
    await page.getByRole('checkbox', { name: 'Portable' }).check()
    await page.getByRole('button', { name: 'Enregistrer les règles' }).click()
    await expect(page.getByText('Les règles sont enregistrées.')).toBeVisible()
    expect(await town.client.portal.settings()).toMatchObject({
      accent: 'prune',
      nightAt: '03:30',
      automatic: { fields: ['guardian.mobilePhone'] },
    })
  })
})

test('axe finds nothing on any of its tabs, light or dark', async ({ page }) => {
  test.slow()
  await logIn(page, town)
  const found: string[] = []
  for (const [tab, sign] of [
    ['echanges', 'les cent derniers'],
    ['comptes', 'Nadia Tessier'],
    ['textes', 'Mentions légales'],
    ['regles', 'Horaire des échanges'],
    ['liaison', 'Portail relié'],
  ] as const) {
    await goTo(page, `/portail?onglet=${tab}`, 'Portail')
    await expect(page.locator('main').getByText(sign).first()).toBeVisible()
    found.push(...(await faultsInThemes(page, tab)))
  }
  expect(found).toEqual([])
})

test('a person who may not use the portal or search families reads which role is needed', async ({ page }) => {
  await aMember(town.desk, town.client, { name: 'Hugo', login: 'hugo', roles: ['animator'] })
  await page.goto(town.address)
  await page.getByLabel('Identifiant').fill('hugo')
  await page.getByRole('textbox', { name: 'Mot de passe' }).fill(password)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('navigation', { name: 'Écrans' })).toBeVisible()
  await goTo(page, '/portail', 'Cet écran n’est pas dans vos droits')
  await expect(page.getByText('Cette action demande le rôle')).toBeVisible()
  await expect(page.getByRole('button', { name: /Échanger|Révoquer/ })).toHaveCount(0)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('Louison')
  await expect(page.getByRole('dialog').getByRole('status')).toContainText(
    'Cette action demande le rôle Administrateur',
  )
  await expect(page.getByRole('dialog').getByText('0 résultat')).toHaveCount(0)
})

test('after a restore, notes and dialogs say what to do, and axe finds nothing', async ({ page }) => {
  test.slow()
  const { book, run } = billing(town)
  await book('Louison', ['2026-12-09'], 'Matin')
  await run('2026-12')
  // Found by its name, because the desk may have made another one in the same minute.
  let name = ''
  for await (const { backup } of await town.client.settings.makeBackup()) name = backup?.name ?? name
  await town.client.exchange.rotateKey()
  await town.client.settings.restoreBackup({ name })
  await town.client.staff.login({ login: 'sandrine', password })
  await portal.silence()
  await logInAt(page, town, '/portail', 'Portail')
  await expect(page.getByRole('banner').getByText('Portail à vérifier')).toBeVisible()
  const notes = page.getByRole('region', { name: 'À savoir' })
  await expect(notes).toContainText('Aucune facture ni quittance ne s’émet')
  await expect(notes).toContainText('ont pu être perdues')
  const found = await faultsInThemes(page, 'notes')
  for (const [button, tab] of [
    ['Attester les numéros…', ''],
    ['Saisir un reçu…', ''],
    ['Renouveler la clé du bureau…', '?onglet=liaison'],
    ['Révoquer la clé du portail…', '?onglet=liaison'],
  ] as const) {
    await goTo(page, `/portail${tab}`, 'Portail')
    await page.getByRole('button', { name: button }).first().click()
    // The dialog gets its name a moment after it appears.
    await expect(page.getByRole('dialog', { name: /./ })).toBeVisible()
    found.push(...(await faultsInThemes(page, button)))
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
  }
  expect(found).toEqual([])

  await goTo(page, '/facturation')
  await expect(page.getByRole('button', { name: /^Émettre 1 facture/ })).toBeDisabled()
  await expect(page.getByText(numbersUnknownText)).toBeVisible()

  await goTo(page, '/portail', 'Portail')
  await page.getByRole('button', { name: 'Attester les numéros…' }).click()
  await page.getByLabel('Dernière quittance 2026-').fill('7')
  await page.getByLabel('Ce qui a été vérifié, et comment').fill('Lu sur le carnet de quittances.')
  await page.getByRole('button', { name: 'J’atteste' }).click()
  await expect(notes).not.toContainText('Aucune facture ni quittance ne s’émet')
  await goTo(page, '/facturation')
  await expect(page.getByRole('button', { name: /^Émettre 1 facture/ })).toBeEnabled()
  await portal.speak()
})
