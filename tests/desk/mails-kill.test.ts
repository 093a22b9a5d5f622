import { afterAll, expect, it } from 'vitest'
import { type Core, noExchange, noMailSender } from '../../main/desk/core.ts'
import { checkFile } from '../../main/store/checking/check.ts'
import { openStore } from '../../main/store/store.ts'
import { instant } from '../../shared/rules/calendar/day.ts'
import { aMail, aMailServer, queue, useMailServer } from '../support/towns/mails.ts'
import { fillSmallTown } from '../support/towns/small-town.ts'
import { opened, worker } from '../support/works/desk-works.ts'
import { copyFor, killAt, killMoments } from '../support/works/kill-at.ts'
import { killedWork } from '../support/works/killed-work.ts'
import { fatesOf, sendMails } from '../support/works/mail-works.ts'

const count = 40
let server: Awaited<ReturnType<typeof aMailServer>>

const work = killedWork('desk-work.ts', async (base) => {
  server = await aMailServer()
  // Without a desk, whose sender would begin at once.
  const store = openStore(base, () => instant('2026-11-25T08:00:00.000Z'))
  fillSmallTown(store)
  const core = { store, clock: store.clock, isDemo: false, exchange: noExchange, mails: noMailSender } as Core
  queue(
    core,
    worker,
    Array.from({ length: count }, (_, index) => aMail(`M${index + 1}`)),
  )
  useMailServer(core, worker, server)
  store.close()
})
afterAll(() => server.mailbox.close())

it(
  'a sending killed at any moment loses no mail and sends none twice: the one that it cut is left to a person',
  async () => {
    await killAt(
      work.program,
      (turn) => {
        server.mailbox.received.splice(0)
        return ['sendMails', copyFor(turn, work.base)]
      },
      ({ turn, killed }) =>
        opened(`${work.base}-${turn}`, async (core) => {
          await sendMails(core)
          const fates = [...fatesOf(core)]
          expect(fates).toHaveLength(count)
          const received = Map.groupBy(server.mailbox.received, ({ to }) => to)
          for (const [id, fate] of fates) {
            const copies = received.get(`m${id}@exemple.fr`)?.length ?? 0
            expect([id, fate, fate === 'unknown' ? copies <= 1 : copies]).toEqual([id, fate, fate === 'unknown' || 1])
          }
          expect(fates.filter(([, fate]) => fate !== 'sent').length).toBeLessThanOrEqual(killed ? 1 : 0)
          expect(checkFile(core.store.sqlite)).toEqual([])
        }),
    )
  },
  60_000 + killMoments * 20_000,
)
