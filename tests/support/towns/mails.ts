import type { Core, Person } from '../../../main/desk/core.ts'
import { type NewMail, queueMails, saveServer } from '../../../main/desk/mails/mails.ts'
import { saveNetwork } from '../../../main/desk/portal/portal.ts'
import { aMailbox } from '../../portal/accounts/mailbox.ts'
import { anOwnAuthority } from '../machine/own-authority.ts'

export const mailLogin = { user: 'espace-jeunesse', password: 'Cerisier-51' }

/** A protected mail server of this computer, with the authority that its certificate comes from. */
export const aMailServer = async ({ secure = false } = {}) => {
  const { authority, ...keys } = anOwnAuthority('localhost')
  const mailbox = await aMailbox({ ...keys, secure, login: mailLogin })
  const settings = {
    server: 'localhost',
    port: mailbox.port,
    security: secure ? ('tls' as const) : ('startTls' as const),
    account: mailLogin.user,
    senderName: 'Espace Jeunesse',
    senderAddress: 'espace-jeunesse@exemple.fr',
    perMinute: 600,
    password: mailLogin.password,
  }
  return { mailbox, settings, authority }
}

/** A desk that sends by this server as fast as it takes mails. */
export const useMailServer = (
  core: Core,
  person: Person,
  { settings, authority }: Pick<Awaited<ReturnType<typeof aMailServer>>, 'settings' | 'authority'>,
): void => {
  saveNetwork(core, person, { proxy: '', certificateAuthority: authority })
  saveServer(core, person, { ...settings, perMinute: 60_000 })
}

export const aMail = (name: string, changes: Partial<NewMail> = {}): NewMail => ({
  familyId: null,
  guardianId: null,
  kind: 'reminder',
  name,
  email: `${name.toLowerCase()}@exemple.fr`,
  subject: `Pour ${name}`,
  body: `Bonjour ${name}`,
  paper: null,
  ...changes,
})

export const queue = ({ store }: Core, person: Person, mails: readonly NewMail[]): void =>
  store.act(person, 'recovery.remind', 'Relances', (write) => queueMails(store, write, mails))
