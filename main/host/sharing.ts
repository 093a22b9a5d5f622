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
import { KeyringClosed } from '../store/secrets.ts'
import { makeCertificate } from './certificate.ts'
import { answering, closing, listen, PortTaken } from './http.ts'

/** The choice of this machine, beside its data and in no backup: another machine that takes them over shares nothing. */
const Kept = z.object({
  isOn: z.boolean(),
  port: z.int(),
  certificate: z.string(),
  /** Sealed as the desk's other keys are, in base64. */
  privateKey: z.string(),
})
type Kept = z.infer<typeof Kept>

const firstPort = 4660

type SharingOptions = {
  readonly dataDir: string
  readonly secrets: Secrets
  readonly screens: string
  readonly log: (line: string) => void
  /** For tests; absent, the first free one from 4660 on, and the same ever after. */
  readonly port?: number
}

/**
 * Lets other machines of the town's network in, over TLS under a certificate of its own, for as long as the setting is
 * on: nothing listens outside this machine before. Told to the desk, which opens and closes it as the administrator says.
 */
export const offerSharing = async (desk: Desk, options: SharingOptions): Promise<{ close(): Promise<void> }> => {
  const path = join(options.dataDir, 'partage')
  let kept = readKept(path)
  let server: Server | undefined
  let problem: string | null = null

  const keep = (next: Kept) => {
    writeFileSync(`${path}.en-cours`, JSON.stringify(next), { mode: 0o600, flush: true })
    renameSync(`${path}.en-cours`, path)
    kept = next
  }
  const start = async (): Promise<void> => {
    if (server) return
    const known = kept ?? certified(options)
    const { certificate } = known
    const opening = createServer({
      key: options.secrets.open(Buffer.from(known.privateKey, 'base64')),
      cert: certificate,
      minVersion: 'TLSv1.2',
    })
    const port = await listen(opening, null, known.port === 0 ? options.port : known.port, firstPort)
    opening.on(
      'request',
      answering(desk, {
        scheme: 'https',
        hosts: () => namesHere().map((name) => `${inUrl(name)}:${port}`),
        cookie: `__Host-espace-jeunesse-${port}`,
        key: null,
        screens: options.screens,
        log: options.log,
        page: (pathname) => (pathname === '/empreinte' ? fingerprintPage(certificate) : undefined),
      }),
    )
    server = opening
    problem = null
    keep({ ...known, port, isOn: true })
  }
  const stop = async (): Promise<void> => {
    const closed = server
    server = undefined
    problem = null
    if (closed) await closing(closed)
  }

  const sharing: Sharing = {
    state: () => stateOf(kept, problem),
    async open() {
      try {
        await start()
      } catch (error) {
        if (error instanceof Refused) throw error
        throw new Refused(sentenceOf(error))
      }
    },
    async close() {
      if (kept) keep({ ...kept, isOn: false })
      // The answer to who asks leaves before the door shuts: they may come from there.
      setTimeout(() => void stop(), 200)
    },
    async resume() {
      if (!kept?.isOn || desk.core.isDemo) return
      try {
        await start()
      } catch (error) {
        // The desk itself opens all the same; the screen tells why others cannot come in.
        problem = sentenceOf(error)
        options.log(`partage avec d’autres postes\u00a0: ${errorTrace(error)}`)
      }
    },
  }
  desk.core.posts.sharing = sharing
  await sharing.resume()
  return { close: stop }
}

const certified = ({ secrets }: SharingOptions): Kept => {
  const { certificate, privateKey } = makeCertificate(namesHere(), new Date())
  return { isOn: false, port: 0, certificate, privateKey: secrets.seal(privateKey).toString('base64') }
}

const readKept = (path: string): Kept | null => {
  try {
    return Kept.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}

const stateOf = (kept: Kept | null, problem: string | null): SharingState => {
  if (!kept) return { isOn: false, addresses: [], code: '', fingerprint: '', problem }
  return {
    isOn: kept.isOn,
    addresses: addressesToType().map((address) => `https://${inUrl(address)}:${kept.port}`),
    ...marksOf(kept.certificate),
    problem,
  }
}

/** A certificate as two people compare it: by our code, or by SHA-256 as browsers write it. */
export const marksOf = (certificate: string): { code: string; fingerprint: string } => {
  const { fingerprint256 } = new X509Certificate(certificate)
  return { code: fingerprintCode(Buffer.from(fingerprint256.replaceAll(':', ''), 'hex')), fingerprint: fingerprint256 }
}

/** Without those of the wire alone (fe80::/10), which mean nothing without the name of a card. */
const addressesHere = (of: 'IPv4' | 'IPv6'): string[] =>
  Object.values(networkInterfaces()).flatMap((interfaces) =>
    (interfaces ?? []).flatMap(({ family, internal, address }) =>
      family === of && !internal && !/^fe[89ab]/i.test(address) ? [address] : [],
    ),
  )

/** IPv4 as long as there is one: what people can read to each other and type. */
const addressesToType = (): string[] => {
  const short = addressesHere('IPv4')
  return short.length > 0 ? short : addressesHere('IPv6')
}

const inUrl = (name: string): string => (isIPv6(name) ? `[${name}]` : name)

/** Asked each time: a machine is given another address without a word. */
const namesHere = (): string[] => {
  const name = hostname().toLowerCase()
  const isName = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name)
  return [
    ...addressesHere('IPv4'),
    ...addressesHere('IPv6'),
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
      : error instanceof KeyringClosed
        ? error.message
        : 'Le partage n’a pas pu s’ouvrir\u00a0: la clé de ce poste ne se lit plus, ou le réseau manque.'

/** What a colleague compares with the screen of the main post before they type a password, when a browser warns. */
const fingerprintPage = (certificate: string): Page => {
  const { code, fingerprint } = marksOf(certificate)
  return sentencePage(
    200,
    `Comparez avec Réglages › Postes sur le poste principal. Code\u00a0: ${code}. Empreinte SHA-256, que votre navigateur montre dans le détail du certificat\u00a0: ${fingerprint}.`,
  )
}
