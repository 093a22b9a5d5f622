import { aMail, aMailServer, queue } from '../../../support/towns/mails.ts'
import { aTown } from '../../../support/towns/town.ts'
import { expect, faultsInThemes, goTo, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

test.describe('the mails of the service', () => {
  // What the server refuses is refused by the core too, which a browser notes.
  test.use({ mayComplain: true })
  let town: ServedTown
  let server: Awaited<ReturnType<typeof aMailServer>>
  test.beforeAll(async () => {
    town = await serveTown(aTown())
    server = await aMailServer()
  })
  test.afterAll(async () => {
    await town.close()
    await server.mailbox.close()
  })

  test('the server is set and tried, a mail refused, sent once more and read, an address stopped', async ({ page }) => {
    const { core } = town.desk
    queue(core, town.person, [aMail('Camille'), aMail('Hugo')])
    server.mailbox.answer('hugo@exemple.fr', '550 5.1.1 nobody here')
    await logInAt(page, town, '/messages?onglet=courriels', 'Messages')
    await expect(page.getByText('Aucun serveur de mail n’est réglé')).toBeVisible()

    await goTo(page, '/reglages?onglet=courriels', 'Réglages')
    await page.getByRole('textbox', { name: /^Serveur/ }).fill('localhost')
    await page.getByRole('textbox', { name: /^Port/ }).fill(String(server.settings.port))
    await page.getByRole('textbox', { name: /^Compte/ }).fill(server.settings.account)
    await page.locator('input[type=password]').fill('Autre-12')
    await page.getByRole('textbox', { name: /^Nom de l’expéditeur/ }).fill('Espace Jeunesse')
    await page.getByRole('textbox', { name: /^Adresse de l’expéditeur/ }).fill('espace-jeunesse@exemple.fr')
    await page.getByRole('textbox', { name: /^Courriels par minute/ }).fill('600')
    await page.getByRole('button', { name: 'Enregistrer le serveur' }).click()
    await page.getByRole('textbox', { name: /^Envoyer l’essai à/ }).fill('sandrine@exemple.fr')
    await page.getByRole('button', { name: 'Envoyer un essai' }).click()
    await expect(page.getByText('n’est pas reconnu').last()).toBeVisible()
    expect(await faultsInThemes(page, 'le serveur de mail')).toEqual([])

    await town.client.exchange.saveNetwork({ proxy: '', certificateAuthority: server.authority })
    await page.locator('input[type=password]').fill(server.settings.password)
    await page.getByRole('button', { name: 'Enregistrer le serveur' }).click()
    await expect
      .poll(async () => (await town.client.mails.list({ filter: 'waiting', text: '', from: 0, count: 9 })).total)
      .toBe(0)
    await page.getByRole('button', { name: 'Envoyer un essai' }).click()
    await expect(page.getByText('Le serveur a pris l’essai')).toBeVisible()

    await goTo(page, '/messages?onglet=courriels', 'Messages')
    const table = page.getByRole('grid', { name: 'Courriels' }).or(page.getByRole('table', { name: 'Courriels' }))
    await expect(table.getByText('remis au serveur')).toBeVisible()
    await page.getByRole('button', { name: 'À décider 1' }).click()
    await table.getByText('Pour Hugo').click()
    await expect(page.getByText('Cette adresse n’existe pas.')).toBeVisible()
    await expect(page.getByText('Bonjour Hugo')).toBeVisible()
    expect(await faultsInThemes(page, 'les courriels')).toEqual([])

    await page.getByRole('button', { name: 'Adresses arrêtées' }).click()
    await expect(page.getByText('hugo@exemple.fr')).toBeVisible()
    expect(await faultsInThemes(page, 'les adresses arrêtées')).toEqual([])
    server.mailbox.answer('hugo@exemple.fr', null)
    await page.getByRole('button', { name: 'Lever l’arrêt' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Lever l’arrêt' }).click()
    await expect(page.getByText('Aucune adresse arrêtée')).toBeVisible()
    await page.getByRole('button', { name: 'Courriels', exact: true }).click()
    await page.getByRole('button', { name: 'À décider 1' }).click()
    await table.getByText('Pour Hugo').click()
    await page.getByRole('button', { name: 'Renvoyer' }).click()
    await page.getByRole('button', { name: 'Tous 3' }).click()
    await expect(table.getByText('remis au serveur')).toHaveCount(2)
    expect(server.mailbox.received.map(({ to }) => to)).toContain('hugo@exemple.fr')
  })
})
