import { mkdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { MailServer } from '../../../shared/contract/desk/messages/mails.ts'
import { usualPerMinute } from '../../../shared/rules/mails/fate.ts'
import { failedOutcome, troubleText } from '../../../shared/rules/mails/trouble.ts'
import { type Letter, openSmtp, SmtpFailed, type SmtpServer, type SmtpSession } from '../../smtp/smtp.ts'
import { mailSettings } from '../../store/schema/index.ts'
import { writeSealed } from '../../store/secrets.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { networkOf } from '../portal/portal.ts'
import { DispatchFailed, type Outlet } from './sender.ts'

/*
 * The mail server of the service. Its password is sealed by this computer's keyring in a file of its own, bound to the
 * server that it opens: never in the data file, its audit trail or its backups, and never in an answer to a screen. A
 * copy of the data elsewhere has no password, so it sends nothing.
 */

const pathIn = ({ dataDir }: Store): string => join(dataDir, 'serveur-mail')

const Sealed = z.object({ server: z.string(), port: z.int(), account: z.string(), password: z.string() })

const settingsOf = ({ db }: Store): MailServer | null => {
  const row = db.select().from(mailSettings).get()
  if (!row) return null
  const { id: _, actId: __, ...settings } = row
  return settings
}

type Bound = Pick<MailServer, 'server' | 'port' | 'account'>
const isSameAccount = (one: Bound, other: Bound): boolean =>
  one.server === other.server && one.port === other.port && one.account === other.account

/**
 * The password typed for this account on this computer; null when there is none, or when the keyring cannot open it.
 */
const passwordFor = ({ store, exchange }: Core, settings: MailServer): string | null => {
  try {
    const sealed = Sealed.parse(JSON.parse(exchange.secrets.open(readFileSync(pathIn(store)))))
    return isSameAccount(sealed, settings) ? sealed.password : null
  } catch {
    return null
  }
}

/** Null until staff have entered a server, and its password on this computer. */
const readyServer = (core: Core): { settings: MailServer; password: string } | null => {
  const settings = settingsOf(core.store)
  const password = settings && passwordFor(core, settings)
  return settings === null || password === null ? null : { settings, password }
}

/** Whether mails leave from this computer. The example town writes them to a folder. */
export const sendsMails = (core: Core): boolean => core.isDemo || readyServer(core) !== null

/** Whether the service has a mail server, even if this computer does not know its password. */
export const hasMailServer = (store: Store): boolean => settingsOf(store) !== null

export const serverText = ({ server, port }: Pick<MailServer, 'server' | 'port'>): string => `${server}:${port}`

export const readServer = (
  core: Core,
): { server: MailServer | null; hasPassword: boolean; problem: string | null } => ({
  server: settingsOf(core.store),
  hasPassword: readyServer(core) !== null,
  problem: core.mails.problem,
})

/** @throws Refused when a new account comes without its password */
export const saveServer = (
  core: Core,
  person: Person,
  { password, ...typed }: MailServer & { readonly password: string },
): void => {
  const { store } = core
  store.act(person, 'mails.server', `Serveur de mail\u00a0: ${serverText(typed)}`, (write) => {
    const before = settingsOf(store)
    const isKept =
      password === '' && before !== null && isSameAccount(before, typed) && passwordFor(core, before) !== null
    if (password === '' && typed.account !== '' && !isKept)
      throw new Refused(
        before
          ? 'Tapez le mot de passe de ce compte\u00a0: celui qui est gardé ne sert qu’à l’ancien.'
          : 'Tapez le mot de passe de ce compte.',
        'password',
      )
    if (before) write.update(mailSettings, 1, typed)
    else write.insert(mailSettings, { id: 1, ...typed })
    if (isKept) return
    const { server, port, account } = typed
    // The audit says that a password was given, never the password.
    write.trace('mail_settings', 1, { password: true })
    writeSealed(pathIn(store), core.exchange.secrets, { server, port, account, password } satisfies z.infer<
      typeof Sealed
    >)
  })
  core.mails.retry()
}

/** The connection by which mails leave, with the sender that readers see. */
type MailOffice = {
  readonly from: Letter['from']
  /** The name by which staff know it: « smtp.exemple.fr:587 » */
  readonly name: string
  /** @throws SmtpFailed */
  open(): Promise<SmtpSession>
}

/** Null when no mail leaves from this computer. */
const officeOf = (core: Core): MailOffice | null => {
  if (core.isDemo) return folderOffice(join(core.store.dataDir, 'mails'))
  const ready = readyServer(core)
  if (!ready) return null
  const { settings, password } = ready
  const { server: host, port, security, account, senderName: name, senderAddress: address } = settings
  const server: SmtpServer = {
    host,
    port,
    security,
    login: account === '' ? null : { user: account, password },
    authorities: networkOf(core.store).certificateAuthority,
    clientName: domainOf(address),
  }
  return { from: { name, address }, name: serverText(settings), open: () => openSmtp(server) }
}

/** Turns SmtpFailed into DispatchFailed. */
const failing = async <Result>(work: Promise<Result>): Promise<Result> => {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof SmtpFailed)) throw error
    throw new DispatchFailed(failedOutcome(error.failure), error.codes, error)
  }
}

/** The outlet of mails. */
export const mailOutlet: Outlet = {
  channel: 'mail',
  perMinute: (store) => settingsOf(store)?.perMinute ?? usualPerMinute,
  office(core) {
    const office = officeOf(core)
    if (!office) return null
    return {
      name: office.name,
      async open() {
        const session = await failing(office.open())
        return {
          get isOver() {
            return session.isOver
          },
          close: () => session.close(),
          async send({ id, queuedAt, name, email, subject, body }, enclosed) {
            const messageId = `<${id}.${queuedAt.replaceAll(/\D/g, '')}@${domainOf(office.from.address)}>`
            const to = { name, address: email }
            await failing(session.send({ messageId, from: office.from, to, subject, text: body, ...enclosed }))
            return { reference: '' }
          },
        }
      },
    }
  },
}

const domainOf = (address: string): string => address.slice(address.indexOf('@') + 1)

/** The example town sends nothing to anybody: each mail becomes a text file. */
const folderOffice = (folder: string): MailOffice => ({
  from: { name: 'Espace Jeunesse', address: 'espace-jeunesse@exemple.fr' },
  name: 'dossier mails',
  open: () => {
    mkdirSync(folder, { recursive: true })
    return Promise.resolve({
      isOver: false,
      close: () => undefined,
      async send({ messageId, to, subject, text, files }) {
        const name = messageId.replaceAll(/[^\w.-]/g, '')
        await writeFile(join(folder, `${name}.txt`), `À\u00a0: ${to.address}\nObjet\u00a0: ${subject}\n\n${text}`)
        for (const file of files) await writeFile(join(folder, `${name}-${file.name}`), file.bytes)
      },
    })
  },
})

/** « Envoyer un essai »: sends a mail at once, without the queue. @throws Refused with what the server said */
export const tryServer = async (core: Core, { email }: { readonly email: string }): Promise<void> => {
  const office = officeOf(core)
  if (!office) throw new Refused('Enregistrez d’abord le serveur et son mot de passe sur ce poste.')
  const letter: Letter = {
    messageId: `<essai-${core.clock().replaceAll(/\D/g, '')}@${domainOf(office.from.address)}>`,
    from: office.from,
    to: { name: '', address: email },
    subject: 'Essai d’envoi',
    text: 'Ce courriel montre que l’Espace Jeunesse peut écrire aux familles.\n',
    files: [],
  }
  try {
    const session = await office.open()
    try {
      await session.send(letter)
    } finally {
      session.close()
    }
  } catch (error) {
    if (!(error instanceof SmtpFailed)) throw error
    core.log(`essai de mail\u00a0: ${error.codes}`)
    throw new Refused(failureSentence(error, office.name))
  }
}

const failureSentence = ({ failure, codes }: SmtpFailed, server: string): string => {
  const { outcome, trouble } = failedOutcome(failure)
  if (trouble !== null) return troubleText(trouble, server)
  if (outcome === 'refused') return `Le serveur ne connaît pas cette adresse (${codes}).`
  if (outcome === 'cut') return 'La connexion s’est coupée pendant l’envoi\u00a0: regardez si l’essai est arrivé.'
  return `Le serveur n’a pas pris ce courriel (${codes}).`
}
