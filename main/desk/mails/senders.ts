import type { Core, MailSender } from '../core.ts'
import { mailOutlet } from './mail-server.ts'
import { type MailPapers, startSender, type Timers } from './sender.ts'
import { smsOutlet } from './sms-server.ts'

/** Starts a sender for mails and one for SMS, so that trouble with one server does not hold back the other queue. */
export const startSenders = (
  core: Core,
  timers: Timers,
  papers: MailPapers,
): MailSender & { stop(): Promise<void> } => {
  const mails = startSender(core, timers, papers, mailOutlet)
  const sms = startSender(core, timers, papers, smsOutlet)
  return {
    get problem() {
      return mails.problem
    },
    get smsProblem() {
      return sms.problem
    },
    wake() {
      mails.wake()
      sms.wake()
    },
    retry() {
      mails.retry()
      sms.retry()
    },
    async stop() {
      await Promise.all([mails.stop(), sms.stop()])
    },
  }
}
