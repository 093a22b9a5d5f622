import { afterAll, expect, it } from 'vitest'
import { type Core, noExchange, noMailSender } from '../../main/desk/core.ts'
import { saveSmsServer } from '../../main/desk/mails/mails.ts'
import { checkFile } from '../../main/store/checking/check.ts'
import { openStore } from '../../main/store/store.ts'
import { instant } from '../../shared/rules/calendar/day.ts'
import { anSmsProvider } from '../support/machine/sms-provider.ts'
import { aMail, aMailServer, queue, useMailServer } from '../support/towns/mails.ts'
import { fillSmallTown } from '../support/towns/small-town.ts'
import { opened, worker } from '../support/works/desk-works.ts'
import { copyFor, killAt, killMoments } from '../support/works/kill-at.ts'
import { killedWork } from '../support/works/killed-work.ts'
import { fatesOf, sendMails } from '../support/works/mail-works.ts'

const count = 40
const smsCount = 10
let server: Awaited<ReturnType<typeof aMailServer>>
let provider: Awaited<ReturnType<typeof anSmsProvider>>

const work = killedWork('desk-work.ts', async (base) => {
  server = await aMailServer()
  provider = await anSmsProvider()
  // Without a desk, whose sender would begin at once.
  const store = openStore(base, () => instant('2026-11-25T08:00:00.000Z'))
  fillSmallTown(store)
  const core = { store, clock: store.clock, isDemo: false, exchange: noExchange, mails: noMailSender } as Core
  queue(
    core,
    worker,
    Array.from({ length: count }, (_, index) => aMail(`M${index + 1}`)),
  )
  const numbers = Array.from({ length: smsCount }, (_, index) => `+3363998000${index}`)
  queue(
    core,
    worker,
    numbers.map((email) => aMail(email, { channel: 'sms', email })),
  )
  useMailServer(core, worker, server)
  saveSmsServer(core, worker, provider.settings)
  store.close()
})
afterAll(async () => {
  await server.mailbox.close()
  await provider.close()
})

it(
  'a sending killed at any moment loses no mail and no SMS, and sends none twice: what it cut is left to a person',
  async () => {
    await killAt(
      work.program,
      (turn) => {
        server.mailbox.received.splice(0)
        provider.received.splice(0)
        return ['sendMails', copyFor(turn, work.base)]
      },
      ({ turn, killed }) =>
        opened(`${work.base}-${turn}`, async (core) => {
          await sendMails(core)
          const fates = [...fatesOf(core)]
          expect(fates).toHaveLength(count + smsCount)
          const received = Map.groupBy(
            [
              ...server.mailbox.received.map(({ to }) => to),
              ...provider.received.map(({ recipient }) => `+${recipient}`),
            ],
            (address) => address,
          )
          for (const [id, fate] of fates) {
            const address = id <= count ? `m${id}@exemple.fr` : `+3363998000${id - count - 1}`
            const copies = received.get(address)?.length ?? 0
            expect([id, fate, fate === 'unknown' ? copies <= 1 : copies]).toEqual([id, fate, fate === 'unknown' || 1])
          }
          expect(fates.filter(([, fate]) => fate !== 'sent').length).toBeLessThanOrEqual(killed ? 2 : 0)
          expect(checkFile(core.store.sqlite)).toEqual([])
        }),
    )
  },
  60_000 + killMoments * 20_000,
)
