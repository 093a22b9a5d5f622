import { X509Certificate } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import { isIPv6 } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { fingerprintCode } from '../../shared/rules/access/fingerprint.ts'
import type { Desk } from '../app/desk.ts'
import { Refused, type Secrets, type Sharing, type SharingState } from '../desk/core.ts'
import { type Page, sentencePage } from '../http/pages.ts'
import { errorTrace } from '../store/failures.ts'
import { KeyringLocked } from '../store/secrets.ts'
import { makeCertificate } from './certificate.ts'
import { closeServer, createDeskHandler, listen, PortTaken } from './http.ts'

/**
 * This computer's sharing settings, next to its data but in no backup: another computer that restores the data shares
 * nothing.
 */
const StoredSharing = z.object({
  isOn: z.boolean(),
  port: z.int(),
  certificate: z.string(),
  /** Sealed as the desk's other keys are, in base64. */
  privateKey: z.string(),
})
type StoredSharing = z.infer<typeof StoredSharing>

const firstPort = 4660

type SharingOptions = {
  readonly dataDir: string
  readonly secrets: Secrets
  readonly screens: string
  readonly log: (line: string) => void
  /** For tests; by default the first free port from 4660 on, then always that one. */
  readonly port?: number
}

/**
 * Serves the desk to other computers of the network over TLS, with a certificate of its own, while the setting is on.
 * Otherwise nothing listens outside this computer. The administrator opens and closes it through `staff.setSharing`.
 */
export const offerSharing = async (desk: Desk, options: SharingOptions): Promise<{ close(): Promise<void> }> => {
  const path = join(options.dataDir, 'partage')
  let stored = readStored(path)
  let server: Server | undefined
  let problem: string | null = null

  const save = (next: StoredSharing) => {
    writeFileSync(`${path}.en-cours`, JSON.stringify(next), { mode: 0o600, flush: true })
    renameSync(`${path}.en-cours`, path)
    stored = next
  }
  const start = async (): Promise<void> => {
    if (server) return
    const current = stored ?? newSharing(options)
    const { certificate } = current
    const opening = createServer({
      key: options.secrets.open(Buffer.from(current.privateKey, 'base64')),
      cert: certificate,
      minVersion: 'TLSv1.2',
    })
    const port = await listen(opening, null, current.port === 0 ? options.port : current.port, firstPort)
    opening.on(
      'request',
      createDeskHandler(desk, {
        scheme: 'https',
        hosts: () => ownNames().map((name) => `${inUrl(name)}:${port}`),
        cookie: `__Host-espace-jeunesse-${port}`,
        key: null,
        screens: options.screens,
        log: options.log,
        page: (pathname) => (pathname === '/empreinte' ? fingerprintPage(certificate) : undefined),
      }),
    )
    server = opening
    problem = null
    save({ ...current, port, isOn: true })
  }
  const stop = async (): Promise<void> => {
    const closed = server
    server = undefined
    problem = null
    if (closed) await closeServer(closed)
  }

  const sharing: Sharing = {
    state: () => stateOf(stored, problem),
    async open() {
      try {
        await start()
      } catch (error) {
        if (error instanceof Refused) throw error
        throw new Refused(sentenceOf(error))
      }
    },
    async close() {
      if (stored) save({ ...stored, isOn: false })
      // Close after the answer is sent: the request may have come from another workstation.
      setTimeout(() => void stop(), 200)
    },
    async resume() {
      if (!stored?.isOn || desk.core.isDemo) return
      try {
        await start()
      } catch (error) {
        // The desk opens anyway; a screen shows why other workstations cannot connect.
        problem = sentenceOf(error)
        options.log(`partage avec d’autres postes\u00a0: ${errorTrace(error)}`)
      }
    },
  }
  desk.core.workstations.sharing = sharing
  await sharing.resume()
  return { close: stop }
}

const newSharing = ({ secrets }: SharingOptions): StoredSharing => {
  const { certificate, privateKey } = makeCertificate(ownNames(), new Date())
  return { isOn: false, port: 0, certificate, privateKey: secrets.seal(privateKey).toString('base64') }
}

const readStored = (path: string): StoredSharing | null => {
  try {
    return StoredSharing.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}

const stateOf = (stored: StoredSharing | null, problem: string | null): SharingState => {
  if (!stored) return { isOn: false, addresses: [], code: '', fingerprint: '', problem }
  return {
    isOn: stored.isOn,
    addresses: addressesToType().map((address) => `https://${inUrl(address)}:${stored.port}`),
    ...fingerprintsOf(stored.certificate),
    problem,
  }
}

/**
 * A certificate's identity in the two forms that people compare: this program's code, and SHA-256 as browsers show it.
 */
export const fingerprintsOf = (certificate: string): { code: string; fingerprint: string } => {
  const { fingerprint256 } = new X509Certificate(certificate)
  return { code: fingerprintCode(Buffer.from(fingerprint256.replaceAll(':', ''), 'hex')), fingerprint: fingerprint256 }
}

/** Excludes link-local addresses (fe80::/10), which are useless without a network interface's name. */
const ownAddresses = (of: 'IPv4' | 'IPv6'): string[] =>
  Object.values(networkInterfaces()).flatMap((interfaces) =>
    (interfaces ?? []).flatMap(({ family, internal, address }) =>
      family === of && !internal && !/^fe[89ab]/i.test(address) ? [address] : [],
    ),
  )

/** Prefer IPv4: easier to read out and type. */
const addressesToType = (): string[] => {
  const short = ownAddresses('IPv4')
  return short.length > 0 ? short : ownAddresses('IPv6')
}

const inUrl = (name: string): string => (isIPv6(name) ? `[${name}]` : name)

/** Read at each request: a computer's address may change at any time. */
const ownNames = (): string[] => {
  const name = hostname().toLowerCase()
  const isName = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name)
  return [
    ...ownAddresses('IPv4'),
    ...ownAddresses('IPv6'),
    ...(isName ? [name, `${name.split('.')[0]}.local`] : []),
    '127.0.0.1',
    '::1',
    'localhost',
  ]
}

const sentenceOf = (error: unknown): string =>
  error instanceof PortTaken
    ? 'Un autre programme occupe le port du partage. Fermez-le ou redémarrez ce poste, puis recommencez.'
    : error instanceof Refused
      ? error.sentence
      : error instanceof KeyringLocked
        ? error.message
        : 'Le partage n’a pas pu s’ouvrir\u00a0: la clé de ce poste ne se lit plus, ou le réseau manque.'

/**
 * The page on which a colleague at another workstation compares codes before typing a password, when the browser warns.
 */
const fingerprintPage = (certificate: string): Page => {
  const { code, fingerprint } = fingerprintsOf(certificate)
  return sentencePage(
    200,
    `Comparez avec Réglages › Postes sur le poste principal. Code\u00a0: ${code}. Empreinte SHA-256, que votre navigateur montre dans le détail du certificat\u00a0: ${fingerprint}.`,
  )
}
