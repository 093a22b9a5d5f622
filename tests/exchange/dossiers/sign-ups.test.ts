import { afterEach, beforeEach, expect, it } from 'vitest'
import { choosePassword, loginOf } from '../../../main/portal/account/accounts.ts'
import { documentOf } from '../../../main/portal/published/documents.ts'
import { sendSignUp, signUpOf } from '../../../main/portal/sign-up/signing-up.ts'
import { mail, signUp } from '../../../main/portal/store/schema/index.ts'
import { sha256 } from '../../../main/portal/store/store.ts'
import { signUp as asked } from '../../../main/store/schema/index.ts'
import { aClock } from '../../support/desk.ts'
import { aDeskFolder, aServedPortal, type DeskFolder, pairedWith, type ServedPortal } from '../paired.ts'

const clock = aClock()
const email = 'lea.garnier@exemple.fr'
const phone = { address: '203.0.113.7', device: 'Téléphone' }

let desk: DeskFolder
let served: ServedPortal
beforeEach(async () => {
  clock.set('2026-11-25')
  ;[desk, served] = await Promise.all([aDeskFolder(clock), aServedPortal(clock)])
  await pairedWith(desk, served)
  await desk.client.portal.saveTerms({ version: 'septembre 2026', text: 'Dès 3 ans.' })
  await exchange()
})
afterEach(async () => {
  await desk.close()
  await served.close()
})

const exchange = async () => expect([(await desk.client.exchange.now()).failure, served.lines]).toEqual([null, []])
const rows = () => served.portal.store.db.select().from(signUp)
const letters = async () =>
  (await served.portal.store.db.select().from(mail)).filter(({ recipient }) => recipient === email)

/** As the four steps leave it, sent. */
const signsUp = async () => {
  const at = clock()
  await served.portal.store.db.insert(signUp).values({
    id: 'lea',
    secretHash: sha256('cookie'),
    email,
    emailCheckedAt: at,
    typed: {
      home: {
        'guardian1.firstName': 'Léa',
        'guardian1.lastName': 'Garnier',
        'guardian1.mobilePhone': '0639982064',
        line1: '21 rue du Stade',
        postcode: '14550',
        town: 'Blainville-sur-Orne',
      },
      children: [{ firstName: 'Anouk', lastName: 'Maillard', birth: '09/02/2021', school: '' }],
    },
    seenAt: at,
  })
  const own = await signUpOf(served.portal, 'cookie')
  if (!own) throw new Error('no form')
  await sendSignUp(served.portal, own, 'septembre 2026')
}
const theKey = async () => {
  const [item] = await desk.client.requests.queue()
  if (item?.key.kind !== 'signUp') throw new Error('no sign-up waits')
  return item.key
}

const shown = async () => (await documentOf(served.portal.store.db, 'town'))?.signUp

it('the règlement is published with its version, and no longer once the town removes it', async () => {
  expect(await shown()).toEqual({ terms: { version: 'septembre 2026', text: 'Dès 3 ans.' }, schools: [] })
  await desk.client.settings.saveSchool({ name: 'École Paul-Éluard' })
  await exchange()
  expect((await shown())?.schools).toEqual(['École Paul-Éluard'])
  await desk.client.portal.saveTerms({ version: '', text: '' })
  await exchange()
  expect(await shown()).toBeUndefined()
})

it('is carried once, and its form is not on the portal any more; refused, the reason leaves by mail', async () => {
  await signsUp()
  await exchange()
  await exchange()
  expect(await rows()).toMatchObject([{ collectedAt: clock(), typed: { home: {}, children: [] }, answeredAt: null }])
  expect(desk.store.db.select().from(asked).all()).toHaveLength(1)
  const { signUpId } = await theKey()
  await desk.client.requests.decideSignUp({ act: 'refuse', signUpId, reason: 'Hors commune' })
  await exchange()
  await exchange()
  expect(await rows()).toMatchObject([{ answer: 'refused', answerRevision: 1 }])
  const own = await letters()
  expect(own.map(({ subject }) => subject)).toEqual([
    'Demande d’inscription enregistrée',
    'Réponse à votre demande d’inscription',
  ])
  expect(own[1]?.body).toContain('Sa raison\u00a0: Hors commune.')
})

it('accepted, is an account: its mail opens the home at the same exchange as the answer', async () => {
  await signsUp()
  await exchange()
  await desk.client.requests.decideSignUp({ act: 'accept', signUpId: (await theKey()).signUpId })
  await exchange()
  const [, activation] = await letters()
  const secret = /activation\?jeton=([\w-]+)/.exec(activation?.body ?? '')?.[1] ?? ''
  const { secret: cookie } = await choosePassword(served.portal, phone, { secret, password: 'Tilleul-2027' })
  expect(await loginOf(served.portal, cookie)).toMatchObject({ email, families: [1] })
  expect(await letters()).toHaveLength(2)
})
