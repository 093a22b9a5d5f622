/** The door of mails: what routes and the domains above may call. */
export { hasMailServer, readServer, saveServer, sendsMails, tryServer } from './mail-server.ts'
export {
  guardiansReached,
  listMails,
  type NewMail,
  queueMails,
  type ReachedGuardian,
  readMail,
  resendMails,
  withdrawMails,
  withdrawWaiting,
} from './queue.ts'
export { type MailPapers, startMailSender } from './sender.ts'
export { liftStop, listStops, saveMailboxState, stopAddress, stopsOfFamily } from './stop-list.ts'
