import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { writeSealed } from '../../store/secrets.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { type ApiAccess, apiAddresses } from './api-particulier.ts'

/*
 * The town's token for API Particulier, sealed by this computer's keyring in a file of its own: never in the data file,
 * its audit trail or its backups, and never in an answer to a screen.
 */

const pathIn = ({ dataDir }: Store): string => join(dataDir, 'api-particulier')

const Stored = z.object({ address: z.string(), token: z.string() })

/** Null without a token on this computer. @throws Refused when the keyring does not open it */
export const apiAccessOf = ({ store, exchange }: Core): ApiAccess | null => {
  if (!hasApiAccess(store)) return null
  try {
    return Stored.parse(JSON.parse(exchange.secrets.open(readFileSync(pathIn(store)))))
  } catch {
    throw new Refused(
      'Le jeton de l’API Particulier ne s’ouvre pas sur ce poste\u00a0: collez-le de nouveau dans Réglages, Structure.',
    )
  }
}

/** Whether staff have given a token; the portal then offers parents to consent. */
export const hasApiAccess = (store: Store): boolean => existsSync(pathIn(store))

/** What screens get about the token: whether it exists, and for which service, but never the token itself. */
export const readAccess = (core: Core): { service: 'production' | 'staging' | null; problem: string | null } => {
  try {
    const access = apiAccessOf(core)
    if (access === null) return { service: null, problem: null }
    return { service: access.address === apiAddresses.staging ? 'staging' : 'production', problem: null }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { service: null, problem: error.sentence }
  }
}

/** A token is a JWT: three parts of base64url. */
const isToken = (text: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)

export const saveAccess = (
  core: Core,
  person: Person,
  { token: typed, service }: { readonly token: string; readonly service: keyof typeof apiAddresses },
): void => {
  const token = typed.replaceAll(/\s/g, '').replace(/^Bearer/i, '')
  if (!isToken(token))
    throw new Refused('Ce texte n’est pas un jeton\u00a0: copiez-le en entier, avec ses deux points.', 'token')
  sealAccess(core, person, { address: apiAddresses[service], token })
}

/**
 * Stores the token in a sealed file of its own.
 * @param access its address may be that of a test server
 */
export const sealAccess = (core: Core, person: Person, access: ApiAccess): void => {
  core.store.act(person, 'settings.apiAccess', 'Jeton de l’API Particulier enregistré', (write) => {
    write.trace('organisation', 1, { quotientApi: true })
    writeSealed(pathIn(core.store), core.exchange.secrets, access)
  })
}

export const removeAccess = ({ store }: Core, person: Person): void => {
  store.act(person, 'settings.apiAccess', 'Jeton de l’API Particulier retiré', (write) => {
    write.trace('organisation', 1, { quotientApi: false })
    rmSync(pathIn(store), { force: true })
  })
}
