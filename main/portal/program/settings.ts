import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isSafeAddress } from '../../../shared/exchange/address.ts'
import type { MailTransport } from '../mails/mail.ts'
import type { StoreAddress } from '../store/store.ts'

/**
 * The portal's settings, read from environment variables:
 * - PORTAL_ADDRESS: the address that parents type;
 * - PORTAL_PORT (4640) and PORTAL_HOST (127.0.0.1): where the portal listens;
 * - PORTAL_DATABASE_URL: a PostgreSQL server; without it, the embedded store is in PORTAL_DATA;
 * - PORTAL_DATA: the data folder; with a PostgreSQL server, it only contains the worker's witness of restores;
 * - PORTAL_SMTP_URL, or a file named by PORTAL_SMTP_URL_FILE, and PORTAL_MAIL_FROM: the mail server and the sender;
 * - PORTAL_MAIL_FOLDER: a folder where mails become files instead, for a demonstration;
 * - PORTAL_BEHIND_PROXY=1: the portal is behind a proxy of the town;
 * - PORTAL_METRICS_TOKEN: the token with which another computer may read `/mesures`.
 */
export type Settings = {
  readonly address: string
  readonly port: number
  readonly host: string
  readonly folder: string
  /** URL of a PostgreSQL server; null for the store embedded in `folder`. */
  readonly databaseUrl: string | null
  readonly mail: MailTransport | null
  readonly behindProxy: boolean
  readonly metricsToken: string | undefined
}

/** An invalid setting, explained in a sentence for the server's administrator. */
export class WrongSetting extends Error {}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * @param env environment variables; an empty one counts as absent, since a line of `reglages.env` may be left blank
 * @param defaultFolder the default data folder
 * @throws WrongSetting
 */
export const readSettings = (env: Environment, defaultFolder: string): Settings => {
  const value = (name: string): string | undefined => env[name]?.trim() || undefined
  const port = portIn(value('PORTAL_PORT') ?? '4640')
  const host = value('PORTAL_HOST') ?? '127.0.0.1'
  return {
    port,
    host,
    address: addressIn(value('PORTAL_ADDRESS') ?? `http://127.0.0.1:${port}`),
    folder: resolve(value('PORTAL_DATA') ?? defaultFolder),
    databaseUrl: databaseIn(value('PORTAL_DATABASE_URL')),
    mail: mailIn(value),
    behindProxy: value('PORTAL_BEHIND_PROXY') === '1',
    metricsToken: value('PORTAL_METRICS_TOKEN'),
  }
}

/** With a PostgreSQL server, each worker stores its witness of restores on its own computer. */
export const storeAddress = ({ databaseUrl, folder }: Settings): StoreAddress =>
  databaseUrl === null ? { folder } : { url: databaseUrl, witness: join(folder, 'temoin.json') }

const portIn = (typed: string): number => {
  const port = Number(typed)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new WrongSetting(`PORTAL_PORT n’est pas un numéro de port\u00a0: «\u00a0${typed}\u00a0».`)
}

const addressIn = (typed: string): string => {
  const parsed = URL.parse(typed)
  // The portal's pages link to each other from the root of its address, so it cannot be under a path.
  if (!parsed || parsed.href !== `${parsed.origin}/`) {
    throw new WrongSetting(
      `PORTAL_ADDRESS n’est pas une adresse\u00a0: «\u00a0${typed}\u00a0». Écrivez-la comme les familles la tapent, par exemple https://portail.exemple.fr, sans rien après.`,
    )
  }
  if (!isSafeAddress(parsed)) {
    throw new WrongSetting(
      'PORTAL_ADDRESS commence par https://, pour que personne ne lise ce qui voyage. Seul un portail ouvert pour cette machine, comme http://127.0.0.1:4640, peut s’en passer.',
    )
  }
  return parsed.origin
}

/** The message does not quote the URL, which contains a password. */
const databaseIn = (typed: string | undefined): string | null => {
  if (typed === undefined) return null
  // The URL of a server on a local socket has no host name, which URL parsers require.
  if (/^postgres(ql)?:\/\/\S+$/.test(typed) && URL.canParse(typed.replace('@/', '@socket/'))) return typed
  throw new WrongSetting(
    'PORTAL_DATABASE_URL n’est pas l’adresse d’une base\u00a0: écrivez-la comme postgresql://portail:motdepasse@127.0.0.1/portail. Dans le mot de passe, @ s’écrit %40, / %2F, # %23 et % %25.',
  )
}

const mailIn = (value: (name: string) => string | undefined): MailTransport | null => {
  const file = value('PORTAL_SMTP_URL_FILE')
  const url = file === undefined ? value('PORTAL_SMTP_URL') : textOf(file, 'PORTAL_SMTP_URL_FILE').trim()
  const folder = value('PORTAL_MAIL_FOLDER')
  if (url === undefined) return folder === undefined ? null : { folder: resolve(folder) }
  if (!/^smtps?:\/\/\S+$/.test(url)) {
    throw new WrongSetting(
      'L’adresse du serveur de mail n’en est pas une\u00a0: écrivez-la comme smtp://utilisateur:motdepasse@mail.exemple.fr:587.',
    )
  }
  return { url, from: value('PORTAL_MAIL_FROM') ?? '' }
}

const textOf = (path: string, setting: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new WrongSetting(`Le fichier ${path}, nommé par ${setting}, ne peut pas être lu.`)
  }
}
