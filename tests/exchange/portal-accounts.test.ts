import { afterEach, beforeEach, expect, it } from 'vitest'
import { chooseFirstPassword, logIn } from '../../main/portal/account/accounts.ts'
import { asked, missing } from '../desk/documents/documents-reading.ts'
import { aClock } from '../support/desk.ts'
import { aGuardian, aHome } from '../support/towns/families.ts'
import { aDeskFolder, aServedPortal, type DeskFolder, pairedWith, type ServedPortal } from './paired.ts'

const clock = aClock()
const phone = { address: '203.0.113.7', device: 'Téléphone Android' }
const email = 'camille@exemple.fr'
const password = 'Tilleul-2027'

let desk: DeskFolder
let served: ServedPortal
beforeEach(async () => {
  ;[desk, served] = await Promise.all([aDeskFolder(clock), aServedPortal(clock)])
  await pairedWith(desk, served)
})
afterEach(async () => {
  await desk.close()
  await served.close()
})

it.skipIf(missing('pdftotext'))(
  'a letter printed at the desk opens an account on the portal, which the desk then knows (needs pdftotext)',
  async () => {
    const { client } = desk
    const { id } = await client.families.create({
      home: aHome('Marchand'),
      guardians: [{ ...aGuardian('Camille', 'Marchand'), email }],
      move: null,
      quotient: null,
      children: [],
    })
    const access = async () => (await client.portal.accountsOfFamily({ familyId: id }))[0]
    const guardianIds = [(await access())?.guardianId ?? 0]
    const { letters } = await client.portal.inviteByLetter({ guardianIds })
    expect(await access()).toMatchObject({ state: 'invited', toSend: true })

    expect((await client.exchange.now()).failure).toBeNull()
    expect(await access()).toMatchObject({ state: 'invited', toSend: false })

    const paper = asked(
      'pdftotext',
      new Uint8Array((await letters?.arrayBuffer()) ?? new ArrayBuffer()),
      ['-layout'],
      ['-'],
    )
    const code = /Votre code\s+(.+)/.exec(paper)?.[1] ?? ''
    await chooseFirstPassword(served.portal, phone, { email, code, password })
    await client.exchange.now()
    expect(await access()).toMatchObject({ state: 'open', openedAt: clock() })

    await client.portal.block({ guardianId: guardianIds[0] ?? 0, blocked: true })
    await client.exchange.now()
    await expect(logIn(served.portal, phone, { email, password })).rejects.toThrow('incorrect')
  },
)
