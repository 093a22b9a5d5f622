import { sqlStateOf } from '../store/error-text.ts'
import { FolderInUse } from '../store/folder.ts'
import { FromTheFuture } from '../store/store.ts'
import { type Settings, WrongSetting } from './settings.ts'

/**
 * Explains to the server's administrator, in a French sentence, why the portal did not start and what to do.
 * @param settings null while they have not been read
 * @returns null for an unforeseen error
 */
export const whyNotStarted = (error: unknown, settings: Settings | null): string | null => {
  if (error instanceof WrongSetting) return error.message
  if (error instanceof FromTheFuture) {
    return 'Ces données viennent d’un portail plus récent\u00a0: mettez ce portail à jour.'
  }
  if (settings === null) return null
  const { host, port, folder, databaseUrl } = settings
  if (error instanceof FolderInUse) {
    return `Un autre portail se sert déjà du dossier ${folder}. Arrêtez-le, ou donnez à celui-ci un autre dossier\u00a0: PORTAL_DATA.`
  }
  if (isOfListening(error, host)) return whyNotListening(codeOf(error), host, port)
  const sentence = databaseUrl === null ? null : databaseSentence(error)
  return sentence ?? diskSentence(codeOf(error), folder)
}

const whyNotListening = (code: string, host: string, port: number): string | null => {
  if (code === 'EADDRINUSE')
    return `Le port ${port} est déjà pris. Choisissez-en un autre\u00a0: PORTAL_PORT=${port + 1}.`
  if (code === 'EACCES')
    return `Le port ${port} est réservé au système. Choisissez-en un autre\u00a0: PORTAL_PORT=4640.`
  if (['EADDRNOTAVAIL', ...nameCodes].includes(code)) {
    return `PORTAL_HOST n’est pas une adresse de cette machine\u00a0: ${host}.`
  }
  return null
}

const nameCodes = ['ENOTFOUND', 'EAI_AGAIN']
const networkCodes = ['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOENT', 'ETIMEDOUT']

const databaseSentence = (error: unknown): string | null => {
  const state = causesOf(error)
    .map(sqlStateOf)
    .find((known) => known !== null)
  const code = codeOf(error)
  const message = causesOf(error)
    .map((cause) => cause.message)
    .join('\n')
  if (nameCodes.includes(code)) {
    return 'Le nom du serveur PostgreSQL n’est pas connu. Vérifiez PORTAL_DATABASE_URL.'
  }
  if (/does not support SSL/.test(message)) {
    return 'Le serveur PostgreSQL ne chiffre pas ses connexions\u00a0: ôtez sslmode de PORTAL_DATABASE_URL.'
  }
  if (causesOf(error).some(isOfCertificate)) {
    return 'Le certificat du serveur PostgreSQL porte un autre nom, ou vient d’une autorité inconnue\u00a0: nommez le certificat de cette autorité dans NODE_EXTRA_CA_CERTS.'
  }
  const isSilent = networkCodes.includes(code) || /^(Connection terminated|timeout expired)/m.test(message)
  if (isSilent || state?.startsWith('08') || state?.startsWith('57P')) {
    return 'Le serveur PostgreSQL ne répond pas. Vérifiez qu’il tourne, et PORTAL_DATABASE_URL.'
  }
  if (state === '53300') return 'Le serveur PostgreSQL n’a plus de connexion libre (max_connections).'
  if (state === '3D000')
    return 'Cette base n’existe pas sur le serveur PostgreSQL\u00a0: créez-la, ou corrigez PORTAL_DATABASE_URL.'
  if (state === '42501') return 'Ce compte n’a pas le droit de créer des tables dans cette base PostgreSQL.'
  return state?.startsWith('28') || /client password must be a string/.test(message)
    ? 'Le serveur PostgreSQL refuse ce compte ou son mot de passe. Vérifiez PORTAL_DATABASE_URL.'
    : null
}

const diskSentence = (code: string, folder: string): string | null => {
  if (code === 'ENOSPC') return `Il n’y a plus de place sur le disque du dossier ${folder}.`
  return ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)
    ? `Le portail ne peut pas écrire dans le dossier ${folder}. Donnez-le au compte qui lance le portail, ou choisissez-en un autre\u00a0: PORTAL_DATA.`
    : null
}

const isOfCertificate = (error: Error): boolean =>
  'code' in error && /^(SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|CERT_|ERR_TLS_CERT)/.test(String(error.code))

const causesOf = (error: unknown): Error[] => (error instanceof Error ? [error, ...causesOf(error.cause)] : [])

/** The system's error code, such as `ECONNREFUSED`; empty when the error has none. */
const codeOf = (error: unknown): string => {
  const codes = causesOf(error).map((cause) => ('code' in cause ? String(cause.code) : ''))
  return codes.find((code) => /^E[A-Z_]+$/.test(code)) ?? ''
}

/**
 * Whether listening failed.
 * @param host compared with the error's host name: an unknown host name of the database is another error
 */
const isOfListening = (error: unknown, host: string): boolean =>
  error instanceof Error &&
  (('syscall' in error && error.syscall === 'listen') || ('hostname' in error && error.hostname === host))
