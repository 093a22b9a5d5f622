import { day } from '../../../../shared/rules/calendar/day.ts'
import { aClock } from '../../../support/desk.ts'
import { anSmsProvider } from '../../../support/machine/sms-provider.ts'
import { aGuardian } from '../../../support/towns/families.ts'
import { aMailServer, useMailServer } from '../../../support/towns/mails.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown } from '../../../support/towns/town.ts'
import { serveAPortal } from '../../portal/paired-portal.ts'
import { expect, faultsInThemes, goTo, logIn, logInAt, type ServedTown, serveTown, test } from '../../town.ts'

const wednesday = day('2026-12-09')
const period = 'ALSH mercredi 2026/2027'
const clock = aClock('2026-12-09', '06:02')
let town: ServedTown
let mails: Awaited<ReturnType<typeof aMailServer>>
let provider: Awaited<ReturnType<typeof anSmsProvider>>

test.beforeAll(async () => {
  town = await serveTown(
    aTown()
      .with(aFamily('Delaunay', { children: { Gabin: {} } }))
      .with(aFamily('Quesnel', { children: { Noa: {} } }))
      .with(aFamily('Ruel', { children: { Soan: {} } }))
      .with(anActivity('CLSH MERCREDI'))
      .with(aPeriod(period, 'CLSH MERCREDI'))
      .with(aRegistration('Delaunay', 'Gabin', period))
      .with(aRegistration('Quesnel', 'Noa', period))
      .with(aRegistration('Ruel', 'Soan', period)),
    clock,
  )
  mails = await aMailServer()
  provider = await anSmsProvider()
  useMailServer(town.desk.core, town.person, mails)
  const { client, store } = town
  await client.mails.saveSmsServer(provider.settings)
  const reaches = async (family: string, changes: { mobilePhone?: string; email?: string }) => {
    const id = store
      .statement('select guardian_id from family_guardian where family_id = ?')
      .pluck()
      .get(town.family(family)) as number
    await client.families.changeGuardian({
      id,
      guardian: { ...aGuardian('Camille', family), civility: 'Mme', ...changes },
    })
    return id
  }
  const guardianId = await reaches('Delaunay', { mobilePhone: '06 39 98 20 33' })
  await client.sendings.saveChoice({ guardianId, choice: 'sms' })
  await reaches('Quesnel', { email: 'julie@exemple.fr' })
  for (const child of ['Gabin', 'Noa', 'Soan'])
    await client.reservations.move({
      cells: [
        {
          registrationId: town.registration(child, period),
          day: wednesday,
          slotId: town.slot('CLSH MERCREDI', 'Matin'),
        },
      ],
      act: 'book',
      reason: { kind: 'written', text: 'Au téléphone' },
    })
})
test.afterAll(async () => {
  await town.close()
  await mails.mailbox.close()
  await provider.close()
})

test('a message is written, counted, read as each reads it, and followed', async ({ page }) => {
  await logInAt(page, town, '/messages/ecrire', 'Message')
  await expect(page.getByText('3 enfants, 3 familles, 3 responsables.')).toBeVisible()
  await page.getByLabel('Objet').fill('Patinoire')
  const text = page.getByRole('textbox', { name: 'Texte' })
  await text.fill('Prévoir des gants pour ')
  await page.getByRole('button', { name: 'prénoms' }).click()
  await expect(text).toHaveValue('Prévoir des gants pour {prénoms}')
  await expect(page.getByText('28 signes sur 160, 1 SMS').first()).toBeVisible()
  await expect(page.getByRole('complementary', { name: 'Aperçu' })).toContainText('Prévoir des gants pour Gabin')
  await expect(page.getByText('1 SMS à 0,059 €')).toBeVisible()
  await text.fill('La fête de {prénoms}')
  await expect(page.getByText(/ê.*n’est pas dans l’alphabet des SMS/)).toBeVisible()
  await text.fill('L’allergie de {prénoms}')
  await expect(page.getByText(/parle de santé/)).toBeVisible()
  await expect(page.getByRole('button', { name: /^Envoyer à/ })).toBeDisabled()
  expect(await faultsInThemes(page, 'un message')).toEqual([])
  await text.fill('Prévoir des gants pour {prénoms}')
  await expect(page.getByRole('button', { name: /^Envoyer à 2/ })).toBeEnabled()
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('button', { name: /Patinoire/ })).toBeVisible()
  const panel = page.getByRole('complementary', { name: 'Envoi' })
  await expect(panel.getByText('à appeler').first()).toBeVisible()
  await expect.poll(() => provider.received.map(({ content }) => content)).toEqual(['Prévoir des gants pour Gabin'])
  await expect(panel.getByText('Les enfants attendus le mer. 9 déc. 2026')).toBeVisible()
  await expect(panel.getByText('2 partis')).toBeVisible()
  await panel.getByRole('button', { name: /est prévenu par téléphone/ }).click()
  await expect(panel.getByText('prévenu par téléphone').first()).toBeVisible()
  expect(await faultsInThemes(page, 'un envoi')).toEqual([])
})

test('a message left unfinished comes back for the same people, and says which files to take again', async ({
  page,
}) => {
  await logInAt(page, town, '/messages/ecrire', 'Message')
  await page.getByRole('combobox', { name: 'À qui' }).click()
  await page.getByRole('option', { name: 'Des foyers choisis' }).click()
  await page.getByRole('combobox', { name: 'Familles' }).fill('Quesnel')
  await page.getByRole('option', { name: /Quesnel/ }).click()
  await page.getByRole('textbox', { name: 'Texte' }).fill('Votre dossier vous attend')
  await expect(page.getByText('Écrivez l’objet.')).toBeVisible()
  await page.locator('input[type=file]').setInputFiles([
    { name: 'Trousseau.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 trousseau') },
    { name: 'Vide.pdf', mimeType: 'application/pdf', buffer: Buffer.from('') },
    { name: 'Notes.pdf', mimeType: 'application/pdf', buffer: Buffer.from('des notes') },
  ])
  await expect(page.getByRole('list', { name: 'Pièces jointes' })).toContainText('Trousseau.pdf')
  await expect(page.getByRole('alert')).toContainText(/Vide\.pdf.*est vide.*Notes\.pdf.*n’est ni un PDF/)
  await page.getByLabel('Objet').fill('Dossier')
  await goTo(page, '/familles', 'Familles')
  await goTo(page, '/messages/ecrire', 'Message')
  await expect(page.getByText('1 famille, 1 responsable.')).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'À qui' })).toHaveValue('Des foyers choisis')
  await expect(page.getByText('Les pièces jointes du brouillon sont à reprendre : Trousseau.pdf.')).toBeVisible()
  const send = page.getByRole('button', { name: /^Envoyer à 1/ })
  await expect(send).toBeDisabled()
  await page.getByRole('button', { name: 'Continuer sans elles' }).click()
  await expect(send).toBeEnabled()
  // Another screen passes its own audience.
  await goTo(page, `/familles/${town.family('Delaunay')}?onglet=messages`)
  await page.getByRole('button', { name: 'SMS ou mail' }).click()
  await expect(page.getByText('Ce brouillon était pour d’autres destinataires')).toBeVisible()
  await page.getByRole('button', { name: 'Reprendre les siens' }).click()
  await expect(page.getByText('Ce brouillon était pour d’autres destinataires')).toBeHidden()
  await page.getByLabel('Objet').fill('')
  await page.getByRole('textbox', { name: 'Texte' }).fill('')
})

test('a day on which nobody is expected is told in one sentence', async ({ page }) => {
  await logInAt(page, town, '/messages/ecrire', 'Message')
  await page.getByLabel('Jour').fill('13/12/2026')
  await page.getByLabel('Jour').blur()
  await expect(page.getByText(/Personne n’est attendu dimanche 13 décembre 2026/)).toBeVisible()
  await expect(page.getByText('0 famille')).toBeHidden()
  await expect(page.getByText('Personne à qui envoyer')).toBeVisible()
})

test('a school is closed at six in the morning in at most six steps, and all families are told', async ({ page }) => {
  await logIn(page, town)
  provider.received.splice(0)
  mails.mailbox.received.splice(0)
  let gestures = 0
  const gesture = async (act: Promise<unknown>) => {
    gestures += 1
    await act
  }
  await gesture(page.getByRole('button', { name: 'Fermeture en urgence' }).click())
  const dialog = page.getByRole('dialog', { name: 'Fermeture en urgence' })
  // The only activity open today is chosen by default, with the day and a text.
  await expect(dialog.getByRole('combobox', { name: 'Ce qui ferme' })).toHaveValue('CLSH MERCREDI')
  await gesture(dialog.getByLabel('Motif').fill('coupure d’eau'))
  await expect(dialog.getByRole('textbox', { name: 'Texte envoyé' })).toHaveValue(/coupure d’eau\. Nous ne pouvons/)
  await expect(dialog.getByRole('button', { name: 'Quitter' })).toBeVisible()
  await gesture(dialog.getByRole('button', { name: /^Fermer et prévenir 2/ }).click())
  await expect(page.getByText(/C’est fermé\./)).toBeVisible()
  await expect(page.getByRole('row', { name: /CLSH MERCREDI fermé, coupure d’eau/ })).toBeVisible()
  expect(gestures).toBeLessThanOrEqual(6)
  await expect.poll(() => provider.received.length + mails.mailbox.received.length).toBe(2)
  expect(provider.received[0]?.content).toContain('Nous ne pouvons pas accueillir Gabin')
  expect(
    town.store
      .statement(`select count(*) from reservation where day = ? and held = 'confirmed'`)
      .pluck()
      .get(wednesday),
  ).toBe(0)
})

test('a sending says that the portal does not have it yet, and the exchange takes it there', async ({ page }) => {
  const portal = await serveAPortal(clock)
  const { client } = town
  await client.exchange.pair({ address: portal.address, code: await portal.code() })
  await client.exchange.now()
  await portal.silence()
  await logInAt(page, town, '/messages?onglet=envois', 'Messages')
  const panel = page.getByRole('complementary', { name: 'Envoi' })
  const whom = { kind: 'families' as const, familyIds: [town.family('Ruel')] }
  const { people } = await client.sendings.preview({ whom, withSms: true })
  const seen = people.map(({ guardianId }) => guardianId)
  await client.sendings.send({ whom, subject: 'Goûter', text: 'À 16 h', withSms: true, seen, files: [] })
  await page.getByRole('button', { name: /Goûter/ }).click()
  await expect(panel.getByText('Pas encore sur le portail')).toBeVisible()
  await portal.speak()
  await panel.getByRole('button', { name: 'Échanger maintenant' }).click()
  await expect(panel.getByText(/Sur le portail jusqu’au/)).toBeVisible()
  await portal.close()
})

test('a family says how it is reached, and a message to it alone begins there', async ({ page }) => {
  await logInAt(page, town, `/familles/${town.family('Quesnel')}?onglet=messages`)
  const choice = page.getByRole('combobox', { name: 'Camille Quesnel est prévenu' })
  await choice.click()
  await page.getByRole('option', { name: 'par mail' }).click()
  await expect(choice).toHaveValue('par mail')
  await page.getByRole('button', { name: 'SMS ou mail' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Message' })).toBeVisible()
  await expect(page.getByText('1 famille, 1 responsable.')).toBeVisible()
})

test('a provider of SMS is set', async ({ page }) => {
  await logInAt(page, town, '/reglages?onglet=sms', 'Réglages')
  await expect(page.getByLabel('Expéditeur')).toHaveValue('BLAINVILLE')
  await expect(page.getByText('il en reste 412')).toBeVisible()
  expect(await faultsInThemes(page, 'le prestataire')).toEqual([])
})
