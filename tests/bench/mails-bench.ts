import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { saveServer } from '../../main/desk/mails/mails.ts'
import { systemActor } from '../../main/store/acts/acts.ts'
import { roles } from '../../shared/rules/access/roles.ts'
import { mostPerMinute } from '../../shared/rules/mails/fate.ts'
import { aMail, aMailServer, queue, useMailServer } from '../support/towns/mails.ts'
import { opened } from '../support/works/desk-works.ts'

const worker = { ...systemActor, roles }
const count = 5000
/** The test waits for this number of mails, at the configured rate. */
const sentCount = 100

export type MailFigures = {
  /** 5,000 mails with one text, queued in one act. */
  readonly seconds: number
  /** The same texts as rows of a table without indexes in the same file. */
  readonly baselineSeconds: number
  /** Seconds from the first mail to the last one, and the seconds that the configured rate allows. */
  readonly sendingSeconds: number
  readonly setSeconds: number
}

/** A message to a whole town. */
export const mails5000 = async (): Promise<MailFigures> => {
  const root = mkdtempSync(join(tmpdir(), 'bench-'))
  const server = await aMailServer()
  try {
    return await opened(join(root, 'data'), async (core) => {
      const mails = Array.from({ length: count }, (_, index) =>
        aMail(`M${index + 1}`, {
          subject: 'Le centre ferme',
          body: 'Coupure d’eau\u00a0: venez chercher votre enfant.',
        }),
      )
      const { sqlite } = core.store
      sqlite.exec('create table bare (id integer primary key, name text, email text, subject text, body text)')
      const insert = sqlite.prepare('insert into bare (name, email, subject, body) values (?, ?, ?, ?)')
      const began = performance.now()
      sqlite.transaction(() => {
        for (const { name, email, subject, body } of mails) insert.run(name, email, subject, body)
      })()
      const inserted = performance.now()
      sqlite.exec('drop table bare')
      const asked = performance.now()
      queue(core, worker, mails)
      const queued = performance.now()
      useMailServer(core, worker, server)
      saveServer(core, worker, { ...server.settings, perMinute: mostPerMinute })
      core.mails.retry()
      const received = (least: number) =>
        new Promise<number>((done) => {
          const look = () =>
            server.mailbox.received.length >= least ? done(performance.now()) : void setTimeout(look, 2)
          look()
        })
      const first = await received(1)
      const last = await received(sentCount)
      return {
        seconds: (queued - asked) / 1000,
        baselineSeconds: (inserted - began) / 1000,
        sendingSeconds: (last - first) / 1000,
        setSeconds: ((sentCount - 1) * 60) / mostPerMinute,
      }
    })
  } finally {
    await server.mailbox.close()
    rmSync(root, { recursive: true, force: true })
  }
}
