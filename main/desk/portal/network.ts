import { X509Certificate } from 'node:crypto'
import { Agent as PlainAgent } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import { createSecureContext, getCACertificates } from 'node:tls'
import type { Network } from '../../../shared/contract/desk/exchange.ts'
import { dayAt, type Instant, instant } from '../../../shared/rules/calendar/day.ts'
import { longDate } from '../../../shared/rules/text/french.ts'
import { Refused } from '../core.ts'

/** How the desk reaches the Internet from the town hall: its proxy, and the certificate authority to trust. */

/** Validates the typed settings and normalises them for storage. @throws Refused */
export const validateNetwork = (typed: Network, now: Instant): Network => ({
  proxy: parseProxy(typed.proxy),
  certificateAuthority: parseAuthorities(typed.certificateAuthority, now),
})

/** Normalised to « http://proxy.exemple.fr:3128 »; empty for none. */
const parseProxy = (typed: string): string => {
  if (typed === '') return ''
  const parsed = URL.parse(typed.includes('://') ? typed : `http://${typed}`)
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.pathname !== '/' || parsed.search + parsed.hash !== '') {
    throw new Refused('Écrivez l’adresse du proxy comme http://proxy.exemple.fr:3128.', 'proxy')
  }
  // A password would be stored unencrypted in the data file and its audit trail.
  if (parsed.username + parsed.password !== '') {
    throw new Refused(
      'Le mot de passe d’un proxy n’est pas gardé ici\u00a0: demandez que ce poste passe sans mot de passe vers le portail.',
      'proxy',
    )
  }
  return parsed.origin
}

/**
 * Parses the typed PEM certificates. @throws Refused unless each can be parsed, belongs to an authority and has not
 * expired
 */
const parseAuthorities = (typed: string, now: Instant): string => {
  if (typed.includes('PRIVATE KEY')) {
    throw refused('Ce texte contient une clé secrète, qui ne se donne à personne. Collez le certificat seul.')
  }
  // Match an incomplete last block too, to refuse it instead of dropping it silently.
  const blocks = typed.match(/-----BEGIN CERTIFICATE-----.*?(?:-----END CERTIFICATE-----|$)/gs) ?? []
  if (typed !== '' && blocks.length === 0) {
    throw refused('Ce texte n’est pas un certificat\u00a0: il commence par «\u00a0-----BEGIN CERTIFICATE-----\u00a0».')
  }
  return blocks.map((block) => parseAuthority(block, now).toString()).join('')
}

const parseAuthority = (block: string, now: Instant): X509Certificate => {
  let found: X509Certificate
  try {
    found = new X509Certificate(block)
  } catch {
    throw refused('Ce certificat ne se lit pas\u00a0: copiez-le en entier, de sa première ligne à la dernière.')
  }
  if (!found.ca) {
    throw refused('Ce certificat est celui d’un serveur\u00a0: demandez celui de l’autorité qui l’a signé.')
  }
  const until = instant(found.validToDate.toISOString())
  if (until <= now) throw refused(`Ce certificat n’est plus valable depuis le ${longDate(dayAt(until))}.`)
  return found
}

const refused = (sentence: string): Refused => new Refused(sentence, 'certificateAuthority')

/** Hosts of this computer, where a demonstration's portal runs: they bypass the proxy. */
const proxyBypass = '127.0.0.1,localhost,::1'

/** Timeout for the proxy to open its tunnel (CONNECT), in milliseconds; then its connection is closed. */
const proxyMilliseconds = 10_000

type Agents = { readonly plain: PlainAgent; readonly secure: SecureAgent }

/** Agents of the last settings used, cached so that connections stay open between requests. */
let lastUsed: { readonly network: Network; readonly agents: Agents } | null = null

/** Undefined when nothing is set: Node's default agent is used. */
export const proxyAgentFor = (network: Network, target: string): PlainAgent | SecureAgent | undefined => {
  const { proxy, certificateAuthority: authorities } = network
  if (proxy === '' && authorities === '') return undefined
  if (lastUsed?.network.proxy !== proxy || lastUsed.network.certificateAuthority !== authorities) {
    const proxyEnv = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, NO_PROXY: proxyBypass }
    const way = proxy === '' ? {} : { proxyEnv, timeout: proxyMilliseconds }
    const trust =
      authorities === '' ? {} : { secureContext: createSecureContext({ ca: [...getCACertificates(), authorities] }) }
    lastUsed = {
      network,
      agents: {
        plain: new PlainAgent({ keepAlive: true, ...way }),
        secure: new SecureAgent({ keepAlive: true, ...way, ...trust }),
      },
    }
  }
  return target.startsWith('https:') ? lastUsed.agents.secure : lastUsed.agents.plain
}
