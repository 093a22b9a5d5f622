import { os } from '../staff/procedures.ts'
import {
  liftStop,
  listMails,
  listStops,
  readMail,
  readServer,
  readSmsServer,
  resendMails,
  saveServer,
  saveSmsServer,
  stopAddress,
  stopsOfFamily,
  tryServer,
  trySms,
  withdrawMails,
} from './mails.ts'

const { mails } = os

export const mailsRoutes = mails.router({
  server: mails.server.handler(({ context: { core } }) => readServer(core)),
  saveServer: mails.saveServer.handler(({ context: { core, person }, input }) => saveServer(core, person, input)),
  try: mails.try.handler(({ context: { core }, input }) => tryServer(core, input)),
  smsServer: mails.smsServer.handler(({ context: { core } }) => readSmsServer(core)),
  saveSmsServer: mails.saveSmsServer.handler(({ context: { core, person }, input }) =>
    saveSmsServer(core, person, input),
  ),
  trySms: mails.trySms.handler(({ context: { core }, input }) => trySms(core, input)),
  list: mails.list.handler(({ context: { core, person }, input }) => listMails(core, person, input)),
  read: mails.read.handler(({ context: { core, person }, input }) => readMail(core, person, input)),
  resend: mails.resend.handler(({ context: { core, person }, input }) => resendMails(core, person, input)),
  withdraw: mails.withdraw.handler(({ context: { core, person }, input }) => withdrawMails(core, person, input)),
  retry: mails.retry.handler(({ context: { core } }) => core.mails.retry()),
  stops: mails.stops.handler(({ context: { core } }) => listStops(core)),
  stop: mails.stop.handler(({ context: { core, person }, input }) => stopAddress(core, person, input)),
  lift: mails.lift.handler(({ context: { core, person }, input }) => liftStop(core, person, input)),
  stopsOfFamily: mails.stopsOfFamily.handler(({ context: { core }, input }) => stopsOfFamily(core, input)),
})
