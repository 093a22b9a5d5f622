import { afterEach, beforeEach, expect, it } from 'vitest'
import { createPairingCode } from '../../../main/portal/exchange/pairing.ts'
import { registrations } from '../../../main/portal/pages/pages.ts'
import { aClock } from '../../support/desk.ts'
import { quickStore } from '../../support/machine/quick-store.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown, type Town } from '../../support/towns/town.ts'
import { undone } from '../../support/undone.ts'
import { aServedPortal, type ServedPortal } from '../paired.ts'

const [young, old] = ['ALSH maternelle', 'ALSH élémentaire']
const clock = aClock()
let town: Town
let served: ServedPortal

beforeEach(async () => {
  clock.set('2026-11-25')
  town = await aTown()
    .with(aFamily('Marchand', { children: { Ana: { birthDay: '2022-03-14' }, Zoé: { birthDay: '2018-04-11' } } }))
    .with(anActivity(young, { minimumAge: 3, maximumAge: 5 }))
    .with(anActivity(old, { minimumAge: 6, maximumAge: 11 }))
    .with(aPeriod('Petits 2026', young))
    .with(aPeriod('Grands 2026', old))
    .with(aRegistration('Marchand', 'Ana', 'Petits 2026'))
    .with(aRegistration('Marchand', 'Zoé', 'Grands 2026'))
    .open(clock)
  served = await aServedPortal(clock, quickStore)
})
afterEach(async () => {
  await town.close()
  await served.close()
})

it('parents read the name of joined activities with the group of each child, and the former names once they are separate again', async () => {
  const { client, store } = town
  await client.exchange.pair({ address: served.address, code: (await createPairingCode(served.portal)).code })
  const familyId = town.family('Marchand')
  const [account] = await client.portal.accountsOfFamily({ familyId })
  const guardianId = account?.guardianId ?? 0
  store.sqlite.prepare('update guardian set email = ? where id = ?').run('marchand@exemple.fr', guardianId)
  await client.portal.inviteByMail({ guardianIds: [guardianId] })
  const parent = {
    guardianId,
    name: 'Mme Marchand',
    email: 'marchand@exemple.fr',
    sessionId: 's',
    familyId,
    families: [familyId],
  }
  const read = async () => {
    await client.exchange.now()
    return (await registrations(served.portal, parent)).flatMap(({ registrations: own }) =>
      own.map(({ activity }) => activity),
    )
  }
  expect(await read()).toEqual([old, young])
  await client.activities.join({
    id: town.activity(young),
    joinedId: town.activity(old),
    groupName: '3-5 ans',
    joinedGroupName: '6-11 ans',
    name: 'ALSH du mercredi',
  })
  const actId = store.statement('select max(id) from act').pluck().get() as number
  expect(await read()).toEqual(['ALSH du mercredi, 6-11 ans', 'ALSH du mercredi, 3-5 ans'])
  await undone(client, actId)
  expect(await read()).toEqual([old, young])
})
