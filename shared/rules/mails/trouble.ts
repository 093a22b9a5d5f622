import { isAddressRefused } from '../requests/mails.ts'
import type { SendOutcome } from './fate.ts'

/** Why no mail leaves at all: the server, not a mail, is to blame. */
export const troubles = [
  'notFound',
  'unreachable',
  'silent',
  'noTls',
  'certificate',
  'password',
  'sender',
  'rejecting',
  'busy',
  'key',
  'credit',
] as const
export type Trouble = (typeof troubles)[number]

/** What the desk knows of a call of the mail server that failed. */
export type MailFailure = {
  /** The error's code: of Node's network or TLS, or of nodemailer (`EAUTH`, `ETLS`, `EENVELOPE`…). */
  readonly code: string
  /** The command that the server answered, such as `RCPT TO`; empty before there was one. */
  readonly command: string
  /** The server's reply, such as « 550 5.1.1 unknown »; null when it said nothing. */
  readonly reply: string | null
  /** Whether the first byte of the mail had left. */
  readonly isContentBegun: boolean
}

/**
 * What a failed call did to the mail, and whether the server itself is in trouble. A reply always decides, since it is
 * about the whole mail; without one, a mail whose first byte had left may have arrived.
 */
export const failedOutcome = (
  failure: MailFailure,
): { readonly outcome: SendOutcome; readonly trouble: Trouble | null } => {
  const { command, reply, isContentBegun } = failure
  const status = reply === null ? null : Number(reply.slice(0, 3))
  // Nodemailer itself refuses this one mail, for instance because of an address with letters that the server does not
  // know.
  if (status === null && !isContentBegun && ofOneMail.has(failure.code)) return { outcome: 'rejected', trouble: null }
  if (status === null || !(status >= 400 && status <= 599))
    return { outcome: isContentBegun ? 'cut' : 'notBegun', trouble: troubleOf(failure) }
  // RFC 4954 6: the server wants a login first, or one that it knows.
  if (status === 530 || status === 535) return { outcome: 'notBegun', trouble: 'password' }
  // RFC 5321 3.8: with 421 the server closes the connection; it asks for nothing of this mail.
  if (status === 421) return { outcome: 'notBegun', trouble: 'busy' }
  if (command === 'RCPT TO' && isAddressRefused(status, reply ?? '')) return { outcome: 'refused', trouble: null }
  if (command === 'RCPT TO' || command === 'DATA')
    return { outcome: status >= 500 ? 'rejected' : 'deferred', trouble: null }
  if (command === 'MAIL FROM') return { outcome: 'notBegun', trouble: status >= 500 ? 'sender' : 'busy' }
  return { outcome: 'notBegun', trouble: troubleOf(failure) }
}

const ofOneMail: ReadonlySet<string> = new Set(['EENVELOPE', 'EMESSAGE', 'ESTREAM'])

const troubleOf = ({ code, command, reply }: MailFailure): Trouble => {
  if (code === 'EAUTH' || command.startsWith('AUTH')) return reply?.startsWith('4') ? 'busy' : 'password'
  if (isCertificateCode(code)) return 'certificate'
  if (code === 'ETLS' || command === 'STARTTLS' || code.startsWith('ERR_SSL') || code === 'EPROTO') return 'noTls'
  if (code === 'EDNS' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'notFound'
  if (code === 'ETIMEDOUT') return 'silent'
  if (reply !== null) return 'busy'
  return 'unreachable'
}

/** OpenSSL's names of what is wrong with a certificate, and Node's for one of another host. */
const isCertificateCode = (code: string): boolean =>
  /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|HOSTNAME_MISMATCH/.test(code)

/** What happened and what a person can do; nothing was sent. @param server « smtp.exemple.fr:587 » */
export const troubleText = (trouble: Trouble, server: string): string => `${troubleSentences[trouble](server)}.`

const troubleSentences: Readonly<Record<Trouble, (server: string) => string>> = {
  notFound: (server) =>
    `Le serveur «\u00a0${server}\u00a0» n’existe pas ou le réseau est coupé\u00a0: vérifiez son nom`,
  unreachable: (server) => `Rien ne répond à «\u00a0${server}\u00a0»\u00a0: vérifiez le nom, le port et le réseau`,
  silent: (server) =>
    `Le serveur «\u00a0${server}\u00a0» ne répond pas à temps\u00a0: vérifiez le port, et qu’aucun pare-feu ne le ferme`,
  noTls: (server) =>
    `Le serveur «\u00a0${server}\u00a0» ne protège pas la connexion comme demandé (TLS)\u00a0: choisissez l’autre protection, ou l’autre port`,
  certificate: (server) =>
    `Le certificat de «\u00a0${server}\u00a0» n’est pas reconnu\u00a0: rien n’a été envoyé. Vérifiez le nom du serveur, ou collez le certificat de l’autorité de la mairie dans Portail, Liaison`,
  password: (server) =>
    `Le serveur «\u00a0${server}\u00a0» refuse l’identifiant ou le mot de passe\u00a0: tapez-les de nouveau`,
  sender: (server) =>
    `Le serveur «\u00a0${server}\u00a0» refuse d’envoyer au nom de cette adresse\u00a0: choisissez celle de ce compte`,
  rejecting: (server) =>
    `Le serveur «\u00a0${server}\u00a0» a refusé plusieurs courriels de suite\u00a0: l’envoi est suspendu, lisez pourquoi avant de reprendre`,
  key: (server) =>
    `«\u00a0${server}\u00a0» refuse la clé\u00a0: copiez-la de nouveau depuis votre compte chez ce prestataire`,
  credit: (server) => `Il ne reste plus de crédit chez «\u00a0${server}\u00a0»\u00a0: achetez-en, puis réessayez`,
  busy: (server) =>
    `Le serveur «\u00a0${server}\u00a0» n’accepte rien pour l’instant\u00a0: l’envoi reprendra de lui-même`,
}

/** After this many mails refused one after the other, the server is the problem rather than the mails. */
export const mostRefusedInARow = 5

/** Whether trying again soon may help; otherwise somebody must change something, and each try may close the account. */
export const passesByItself = (trouble: Trouble): boolean =>
  trouble === 'notFound' || trouble === 'unreachable' || trouble === 'silent' || trouble === 'busy'
