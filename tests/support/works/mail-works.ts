import type { Core } from '../../../main/desk/core.ts'
import { listMails } from '../../../main/desk/mails/mails.ts'
import { worker } from './desk-works.ts'

const fates = (core: Core, filter: 'all' | 'waiting') =>
  listMails(core, worker, { filter, text: '', from: 0, count: 200 }).rows.map(({ id, fate }) => ({ id, fate }))

/** Sends the queue until nothing waits in it. */
export const sendMails = async (core: Core): Promise<void> => {
  core.mails.retry()
  while (fates(core, 'waiting').length > 0) await new Promise((done) => setTimeout(done, 5))
}

export const fatesOf = (core: Core): ReadonlyMap<number, string> =>
  new Map(fates(core, 'all').map(({ id, fate }) => [id, fate]))
