import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { savePayfip } from '../../../main/desk/portal/portal.ts'
import { type PayfipSimulator, startPayfipSimulator } from '../../../main/payfip/simulator.ts'
import { choosePassword, type Login, loginOf } from '../../../main/portal/account/accounts.ts'
import { createPairingCode } from '../../../main/portal/exchange/pairing.ts'
import { account } from '../../../main/portal/pages/pages.ts'
import { beginPayment, followAttempt } from '../../../main/portal/payment/paying.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import { guardian } from '../../../main/store/schema/index.ts'
import { numberText } from '../../../shared/pages/money/invoice.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { aMailbox } from '../../portal/accounts/mailbox.ts'
import { aClock } from '../../support/desk.ts'
import { quickStore } from '../../support/machine/quick-store.ts'
import { billing } from '../../support/towns/billing.ts'
import { aRegieInput, aTownOfTwoRegies, bookCamp, campYear, secondRegie } from '../../support/towns/regies.ts'
import type { Town } from '../../support/towns/town.ts'
import { aServedPortal, type ServedPortal } from '../paired.ts'

/* Two régies through a month, on both faces: the desk, and a parent's portal with PayFiP beside it. */

const clock = aClock()
const [ofService, ofCamps] = ['012345', '054321']
const email = 'camille.marchand@exemple.fr'

let town: Town
let served: ServedPortal
let payfip: PayfipSimulator
let mailbox: Awaited<ReturnType<typeof aMailbox>>
let parent: Login
beforeEach(async () => {
  town = await aTownOfTwoRegies().open(clock)
  mailbox = await aMailbox()
  served = await aServedPortal(clock, quickStore, { url: mailbox.url, from: 'ne-pas-repondre@exemple.fr' })
  payfip = await startPayfipSimulator({ clock, clients: [ofService, ofCamps] })
  await openOnlinePayment()
  parent = await invitedParent()
})
afterEach(async () => {
  await payfip.close()
  await served.close()
  await mailbox.close()
  await town.close()
})

const openOnlinePayment = async () => {
  const { client, desk, person } = town
  await client.settings.changeOrganisation({
    ...(await client.settings.organisation()),
    regie: 'Régie jeunesse',
    payfipNumber: ofService,
  })
  await client.regies.save(aRegieInput({ id: secondRegie(town), payfipNumber: ofCamps }))
  const production = { mode: 'production' as const, tryEmail: '' }
  savePayfip(desk.core, person, { ...production, address: payfip.address })
  savePayfip(desk.core, person, { ...production, regieId: secondRegie(town) })
}

const exchange = async () => expect((await town.client.exchange.now()).failure).toBeNull()

const invitedParent = async (): Promise<Login> => {
  const { client, store, person } = town
  await client.exchange.pair({ address: served.address, code: (await createPairingCode(served.portal)).code })
  const { guardians } = await client.families.one({ id: town.family('Marchand') })
  const id = guardians[0]?.id ?? 0
  store.act(person, 'families.change', 'Adresse mail', (write) => write.update(guardian, id, { email }))
  await client.portal.inviteByMail({ guardianIds: [id] })
  await exchange()
  await served.portal.mails.sendWaiting()
  await expect.poll(() => mailbox.linkTo(email)).not.toBe('')
  const chosen = await choosePassword(
    served.portal,
    { address: '203.0.113.7', device: 'Téléphone' },
    { secret: mailbox.linkTo(email), password: 'Marronnier-14' },
  )
  const login = await loginOf(served.portal, chosen.secret)
  if (!login) throw new Error('the parent is not logged in')
  return login
}

const moneyShown = async () => {
  const { money } = await account(served.portal, parent)
  if (!money) throw new Error('the home has an account')
  return money
}

const payOnline = async (invoice: number) => {
  const { attempt, url } = await beginPayment(served.portal, parent, { request: randomUUID(), invoice })
  const idop = new URL(url).searchParams.get('idop') ?? ''
  await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ idop, resultat: 'P', notification: 'lost' }),
  })
  expect((await followAttempt(served.portal, parent, attempt)).state).toBe('paid')
}

const balancesAtDesk = () =>
  Promise.all(
    [firstRegieId, secondRegie(town)].map(
      async (regieId) => (await town.client.payments.owed({ familyId: town.family('Marchand'), regieId })).balanceCents,
    ),
  )

it('each régie bills, is paid, corrects and closes its till, and both faces agree', async () => {
  const { client } = town
  const regieId = secondRegie(town)
  const { book, free, run, issue } = billing(town)
  await book('Louison', ['2026-12-09'], 'Matin', 'Après-midi')
  await bookCamp(town, ['2026-12-16'], 'Matin', 'Après-midi')
  await issue((await run()).id)
  await exchange()

  // The parent reads two invoices, and pays each to its régie.
  const billed = await moneyShown()
  expect(billed.invoices.map(numberText).toSorted()).toEqual([
    'Facture n°\u00a02026-000001, Régie jeunesse',
    'Facture n°\u00a0CV-2026-000001, Régie des camps',
  ])
  const [atService = 0, atCamps = 0] = await balancesAtDesk()
  expect(billed.accounts?.map(({ regie, balanceCents }) => [regie.name, balanceCents])).toEqual([
    ['Régie jeunesse', atService],
    ['Régie des camps', atCamps],
  ])
  for (const { id } of billed.invoices) await payOnline(id)
  expect(await moneyShown()).toMatchObject({ balanceCents: 0, accounts: [] })
  await exchange()
  expect(await balancesAtDesk()).toEqual([0, 0])
  const receipts = async (of: number) =>
    (await client.payments.day({ day: '2026-11-25', regieId: of })).payments.map(({ receipt }) => receipt)
  expect([await receipts(firstRegieId), await receipts(regieId)]).toEqual([['Q2026-000001'], ['CV-Q2026-000001']])
  await exchange()
  expect((await moneyShown()).invoices.every(({ leftCents }) => leftCents === 0)).toBe(true)

  // A day of the camp is given back: the money stays ahead at the camps' régie, and pays nothing at the other.
  const cell = { registrationId: town.registration('Louison', campYear), day: '2026-12-16' }
  const slotId = town.slot('CAMP', 'Après-midi')
  await client.reservations.move({ cells: [{ ...cell, slotId }], act: 'free' })
  await book('Louison', ['2026-12-16'], 'Après-midi')
  await issue((await run()).id)
  const [owedToService = 0, ahead = 0] = await balancesAtDesk()
  expect([owedToService > 0, ahead < 0]).toEqual([true, true])
  await exchange()
  expect((await moneyShown()).accounts?.map(({ balanceCents }) => balanceCents)).toEqual([owedToService, ahead])

  // Cash at the counter of each, handed over and counted apart.
  for (const [of, amountCents] of [
    [firstRegieId, owedToService],
    [regieId, 1000],
  ] as const) {
    await client.payments.record({
      familyId: town.family('Marchand'),
      regieId: of,
      means: 'cash',
      amountCents,
      receivedOn: '2026-11-25',
      payer: '',
      reference: '',
      chosen: null,
    })
    const { lines } = await client.payments.toHandOver({ means: 'cash', regieId: of })
    const paymentIds = lines.map(({ paymentId }) => paymentId)
    await client.payments.handOver({ regieId: of, means: 'cash', paymentIds, totalCents: amountCents })
    const { expectedCents } = await client.payments.till({ day: '2026-11-25', regieId: of })
    await client.payments.closeTill({ day: '2026-11-25', regieId: of, countedCents: expectedCents, note: '' })
  }
  await free('Louison', ['2026-12-16'], 'Après-midi')
  await issue((await run()).id)
  await exchange()
  const final = await balancesAtDesk()
  expect(final).toEqual([0 - owedToService, ahead - 1000])
  expect((await moneyShown()).balanceCents).toBe(final.reduce((sum, cents) => sum + cents, 0))
  const papers = await client.invoicing.ofFamily({ familyId: town.family('Marchand') })
  expect(papers.map(({ number }) => number).toSorted()).toEqual([
    '2026-000001',
    '2026-000002',
    '2026-A00001',
    'CV-2026-000001',
    'CV-2026-000002',
    'CV-2026-A00001',
  ])
  await expect(run()).rejects.toMatchObject({ code: 'REFUSED' })
  expect(checkFile(town.store.sqlite)).toEqual([])
})
