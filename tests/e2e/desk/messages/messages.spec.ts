import type { Page } from 'playwright/test'
import { publish } from '../../../../main/portal/exchange/publications.ts'
import { createStopAddress } from '../../../../main/portal/mails/mail-link.ts'
import { account, logEntry } from '../../../../main/portal/store/schema/index.ts'
import { guardian } from '../../../../main/store/schema/index.ts'
import { day, instantOf, timeOfDay } from '../../../../shared/rules/calendar/day.ts'
import { published } from '../../../portal/town.ts'
import { aPortalOf } from '../../../support/collected.ts'
import { freePort } from '../../../support/machine/free-port.ts'
import { aBillingTown } from '../../../support/towns/billing.ts'
import { faultsOnPortal, type PortalTown, servePortalTown, show } from '../../portal/portal-town.ts'
import {
  expect,
  faultsInThemes,
  goTo,
  inOneBreath,
  logIn,
  logInAt,
  type ServedTown,
  serveTown,
  test,
} from '../../town.ts'

const fits = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)

/** Delays the readings of messages: each contains the state at its request, and arrives when the test releases it. */
const holdReadings = async (page: Page) => {
  const begun = Promise.withResolvers<void>()
  const come = Promise.withResolvers<void>()
  const held: Promise<void>[] = []
  await page.route('**/rpc/messages/list', async (route) => {
    const response = await route.fetch()
    begun.resolve()
    held.push(come.promise.then(() => route.fulfill({ response })).catch(() => {}))
  })
  const letCome = async () => {
    come.resolve()
    await Promise.all(held)
    await page.unroute('**/rpc/messages/list')
  }
  return { begun: begun.promise, letCome }
}

test.describe('on a phone', () => {
  const phone = { width: 360, height: 740 }
  // What is refused is refused by the server, which a browser notes.
  test.use({ viewport: phone, hasTouch: true, mayComplain: true })
  let town: PortalTown
  test.beforeAll(async () => {
    town = await servePortalTown({ port: await freePort(), isGrown: false })
  })
  test.afterAll(() => town.close())

  test('a parent writes, reads the answer from the dashboard, and goes on', async ({ page }) => {
    await town.letIn(page)
    await show(page, town, { path: '/mes-messages' })
    await expect(page.getByText('Aucune conversation pour le moment.')).toBeVisible()
    await page.getByRole('link', { name: 'Écrire un message' }).tap()
    await expect(page.getByRole('heading', { level: 1, name: 'Écrire un message' })).toBeVisible()
    const found = await faultsOnPortal(page)
    await page.getByRole('button', { name: 'Envoyer' }).tap()
    await expect(page.getByText('Écrivez votre message.')).toBeVisible()
    await page.getByLabel(/De qui, ou de quoi/).selectOption({ label: 'Noa' })
    await page.getByLabel('Votre message').fill('Noa ne mange plus d’œufs.')
    await page.reload()
    await expect(page.getByLabel('Votre message')).toHaveValue('Noa ne mange plus d’œufs.')
    await page.getByLabel(/De qui, ou de quoi/).selectOption({ label: 'Noa' })
    await page.getByRole('textbox', { name: 'Sujet' }).fill('Allergie de Noa')
    await page.getByRole('button', { name: 'Envoyer' }).tap()
    await expect(page.getByRole('heading', { level: 1, name: 'Allergie de Noa' })).toBeVisible()
    await expect(page.getByText('Enregistré, part au prochain échange avec la mairie.')).toBeVisible()
    found.push(...(await faultsOnPortal(page)))
    const key = new URL(page.url()).searchParams.get('sujet') ?? ''

    const answer = {
      key,
      subject: 'Allergie de Noa',
      child: 101,
      invoice: null,
      closed: true,
      messages: [{ key: 'a', by: 'service', author: '', at: town.portal.clock(), text: 'C’est noté.\nMerci.' }],
    }
    const notice = {
      title: 'Fermeture vendredi',
      text: 'Le centre de loisirs est fermé vendredi.',
      from: '2026-01-01',
      until: '2027-12-31',
      homes: 'all',
      byMail: false,
    }
    await publish(town.portal, {
      documents: [published('messages/1', { conversations: [answer] }), published('notice/1', notice)],
      withdrawn: [],
    })
    await page.goto(`${town.address}/mon-tableau-de-bord`)
    await expect(page.getByText('Le centre de loisirs est fermé vendredi.')).toBeVisible()
    found.push(...(await faultsOnPortal(page)))
    expect(await fits(page)).toBe(true)
    await page.getByRole('link', { name: /1.nouveau message/ }).tap()
    await expect(page.getByText('1 nouveau')).toBeVisible()
    found.push(...(await faultsOnPortal(page)))
    const readBefore = await holdReadings(page)
    await page.getByRole('link', { name: /Allergie de Noa/ }).tap()
    await expect(page.getByText('C’est noté.')).toBeVisible()
    await page.getByLabel('Votre message').fill('Merci à vous.')
    await readBefore.begun
    await page.getByRole('button', { name: 'Envoyer' }).tap()
    await expect(page.getByRole('listitem').filter({ hasText: 'Merci à vous.' })).toBeVisible()
    await readBefore.letCome()
    await expect(page.getByRole('listitem').filter({ hasText: 'Merci à vous.' })).toBeVisible()
    expect(await fits(page)).toBe(true)
    await page.getByRole('link', { name: 'Revenir à mes messages' }).tap()
    await expect(page.getByRole('link', { name: /Allergie de Noa/ })).not.toContainText('nouveau')
    expect(found).toEqual([])
  })

  test('an invoice leads to a message about it, its number in the subject', async ({ page }) => {
    await town.letIn(page)
    await page.goto(`${town.address}/mon-compte/facture/1284`)
    await page.getByRole('link', { name: 'Écrire un message' }).tap()
    await expect(page.getByRole('textbox', { name: 'Sujet' })).toHaveValue('Facture 2026-001284, Octobre 2026')
    await page.getByLabel('Votre message').fill('Noa n’était pas là le 14.')
    await page.getByRole('button', { name: 'Envoyer' }).tap()
    await expect(page.getByRole('heading', { level: 1, name: 'Facture 2026-001284, Octobre 2026' })).toBeVisible()
    const told = (await town.portal.store.db.select().from(logEntry)).map(({ body }) => JSON.parse(body) as object)
    expect(told).toContainEqual(
      expect.objectContaining({ text: 'Noa n’était pas là le 14.', invoice: 1284, child: null }),
    )
    // A new message begins without the former text.
    await page.goto(`${town.address}/nouveau-message`)
    await expect(page.getByRole('textbox', { name: 'Sujet' })).toHaveValue('')
  })

  test('a parent chooses the mails, also by the link of a mail, which does nothing before its button', async ({
    page,
  }) => {
    await town.letIn(page)
    await page.goto(`${town.address}/modifier-mon-compte`)
    const notices = page.getByRole('checkbox', { name: 'Les avis de l’Espace Jeunesse' })
    await expect(notices).toBeChecked()
    expect(await faultsOnPortal(page)).toEqual([])
    await page.locator('label').filter({ hasText: 'Les avis de l’Espace Jeunesse' }).tap()
    await expect(notices).not.toBeChecked()
    const unwanted = async () =>
      (await town.portal.store.db.select().from(account)).find(({ guardianId }) => guardianId === 11)?.unwanted
    expect(await unwanted()).toEqual(['notice'])

    const address = createStopAddress(town.address, town.portal.keys.privateKey)(
      11,
      'invoice',
      'claire.aubry@exemple.fr',
    )
    await page.goto(address)
    expect(await unwanted()).toEqual(['notice'])
    expect(await faultsOnPortal(page)).toEqual([])
    await page.getByRole('button', { name: 'Ne plus recevoir ces mails' }).tap()
    await expect(page.getByRole('heading', { name: 'C’est noté' })).toBeVisible()
    expect(await unwanted()).toEqual(['notice', 'invoice'])
    // Like a mail program: from another address, without a session.
    const other = createStopAddress(town.address, town.portal.keys.privateKey)(11, 'draft', 'claire.aubry@exemple.fr')
    const said = await fetch(other, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) })
    expect(said.status).toBe(200)
    expect(await unwanted()).toContain('draft')
    expect((await fetch(`${other.slice(0, -2)}xx`, { method: 'POST' })).status).toBe(404)
  })
})

test.describe('at the desk', () => {
  test.use({ mayComplain: true })
  let town: ServedTown
  let portal: ReturnType<typeof aPortalOf>
  const at = instantOf(day('2026-11-24'), timeOfDay('21:14'))
  test.beforeAll(async () => {
    town = await serveTown(aBillingTown())
    portal = aPortalOf(town)
    const parent = portal.guardianOf('Marchand')
    town.store.act(town.person, 'families.change', 'Adresse mail', (write) =>
      write.update(guardian, parent, { email: 'marchand@exemple.fr' }),
    )
    await town.client.portal.inviteByMail({ guardianIds: [parent] })
    const wrote = (id: string, conversation: string, subject: string, text: string) =>
      portal.entry(id, 'message', at, {
        guardian: parent,
        family: town.family('Marchand'),
        recordedAt: at,
        author: 'Mme Camille Marchand',
        conversation,
        subject,
        child: town.child('Louison'),
        invoice: null,
        text,
      })
    portal.collect(
      wrote('m1', 'k1', 'Sieste', 'Louison ne dort plus l’après-midi.'),
      wrote('m2', 'k2', 'Sac de sport', 'Son sac est resté au gymnase.'),
      portal.entry('b1', 'mailbox', at, { guardian: parent, email: 'marchand@exemple.fr', refused: true, at }),
    )
  })
  test.afterAll(() => town.close())
  const answers = () => town.store.statement(`select count(*) from act where kind = 'messages.answer'`).pluck().get()

  test('a message is read and answered; a half-written answer is kept when the screen is left', async ({ page }) => {
    await logIn(page, town)
    await expect(page.getByRole('link', { name: /Messages/ })).toContainText('2 à lire')
    await goTo(page, '/messages', 'Messages')
    const list = page.getByRole('list', { name: /Conversations/ })
    await list.getByRole('button', { name: /Sieste/ }).click()
    await expect(page.getByText('Louison ne dort plus l’après-midi.').last()).toBeVisible()
    await page.getByLabel('Votre réponse').fill('C’est noté, ')
    expect(await faultsInThemes(page, 'Messages')).toEqual([])
    await list.getByRole('button', { name: /Sac de sport/ }).click()
    await expect(page.getByLabel('Votre réponse')).toHaveValue('')
    await list.getByRole('button', { name: /Sieste/ }).click()
    await expect(page.getByLabel('Votre réponse')).toHaveValue('C’est noté, ')
    // As at a zoom of 200 %: the parts are below each other from the top of the page, and nothing is cut.
    await page.setViewportSize({ width: 640, height: 400 })
    await list.getByRole('button', { name: /Sac de sport/ }).click()
    await list.getByRole('button', { name: /Sieste/ }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Messages' })).toBeInViewport()
    await expect(page.getByRole('button', { name: /Terminer/ })).toBeInViewport({ ratio: 1 })
    await page.setViewportSize({ width: 1280, height: 720 })
    await page.getByLabel('Votre réponse').fill('C’est noté, merci.')
    await inOneBreath(page.getByLabel('Votre réponse'), 'Control+Enter', 'Control+Enter')
    await expect(page.getByText('part au prochain échange')).toBeVisible()
    await page.getByRole('button', { name: /Terminer/ }).click()
    await expect(list.getByRole('button', { name: /Sieste/ })).toBeHidden()
    expect(answers()).toBe(1)
    await page.getByRole('button', { name: 'Terminés' }).click()
    await expect(list.getByRole('button', { name: /Sieste/ })).toBeVisible()
    await goTo(page, `/familles/${town.family('Marchand')}?onglet=messages`)
    await expect(page.getByRole('link', { name: /Sieste/ })).toBeVisible()
    await expect(page.getByText('adresse refusée')).toBeVisible()
    await goTo(page, '/portail?onglet=comptes', 'Portail')
    await page.getByRole('button', { name: /Adresse arrêtée/ }).click()
    await expect(page.getByRole('row', { name: /marchand@exemple.fr/ })).toContainText('adresse refusée')
  })

  test('a notice is written for all or for some, and reminders to pay are chosen', async ({ page }) => {
    await logInAt(page, town, '/messages?onglet=avis', 'Messages')
    await page.getByRole('button', { name: /Écrire un avis/ }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByText('1 foyer avec un accès')).toBeVisible()
    await dialog.getByRole('button', { name: 'Enregistrer l’avis' }).click()
    await expect(dialog.getByText('Écrivez le titre de l’avis.')).toBeVisible()
    await dialog.getByLabel('Titre').fill('Fermeture vendredi')
    await dialog.getByRole('textbox', { name: 'Texte' }).fill('Le centre est fermé vendredi.')
    expect(await faultsInThemes(page, 'Écrire un avis')).toEqual([])
    await dialog.getByRole('button', { name: 'Enregistrer l’avis' }).click()
    await expect(page.getByText('Le centre est fermé vendredi.')).toBeVisible()
    expect(await faultsInThemes(page, 'Avis')).toEqual([])
    await page.getByRole('button', { name: 'Rappels de paiement' }).click()
    await page.getByLabel('Avant l’échéance', { exact: true }).check()
    await page.getByRole('button', { name: 'Enregistrer les rappels' }).click()
    await expect.poll(() => town.client.messages.reminders()).toEqual({ before: 3, after: null })
    expect(await faultsInThemes(page, 'Rappels')).toEqual([])
  })
})
