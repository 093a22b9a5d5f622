/** The door of mails: what routes and the domains above may call. */
export { refuseAudience } from './audience-right.ts'
export { hasMailServer, readServer, saveServer, sendsMails, tryServer } from './mail-server.ts'
export { messageReadersOf, namesOfService } from './mails-store.ts'
export {
  guardiansReached,
  listMails,
  mailsShown,
  type NewMail,
  queueMails,
  type ReachedGuardian,
  readMail,
  resendMails,
  withdrawMails,
  withdrawWaiting,
} from './queue.ts'
export type { MailPapers } from './sender.ts'
export { startSenders } from './senders.ts'
export {
  hasSmsProvider,
  readSmsBalance,
  readSmsServer,
  saveSmsServer,
  sendsSms,
  smsPrice,
  trySms,
} from './sms-server.ts'
export { liftStop, listStops, saveMailboxState, stopAddress, stopsOfFamily } from './stop-list.ts'
