import { X509Certificate } from 'node:crypto'
import { Agent as PlainAgent } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import { createSecureContext, getCACertificates } from 'node:tls'
import type { Network } from '../../../shared/contract/desk/exchange.ts'
import { dayAt, type Instant, instant } from '../../../shared/rules/calendar/day.ts'
import { longDate } from '../../../shared/rules/text/french.ts'
import { Refused } from '../core.ts'

/** The town hall's own way to the Internet: its proxy, and the certificate authority that it trusts. */

/** The typed settings, checked and normalised for storage. @throws Refused */
export const checkedNetwork = (typed: Network, now: Instant): Network => ({
  proxy: proxyAddress(typed.proxy),
  certificateAuthority: authorities(typed.certificateAuthority, now),
})

/** Normalised to « http://proxy.exemple.fr:3128 »; empty for none. */
const proxyAddress = (typed: string): string => {
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

/** The typed PEM certificates. @throws Refused unless each can be parsed, is an authority's and has not expired */
const authorities = (typed: string, now: Instant): string => {
  if (typed.includes('PRIVATE KEY')) {
    throw refused('Ce texte contient une clé secrète, qui ne se donne à personne. Collez le certificat seul.')
  }
  // A last block without its end is taken too, so that it is refused, not dropped.
  const blocks = typed.match(/-----BEGIN CERTIFICATE-----.*?(?:-----END CERTIFICATE-----|$)/gs) ?? []
  if (typed !== '' && blocks.length === 0) {
    throw refused('Ce texte n’est pas un certificat\u00a0: il commence par «\u00a0-----BEGIN CERTIFICATE-----\u00a0».')
  }
  return blocks.map((block) => authority(block, now).toString()).join('')
}

const authority = (block: string, now: Instant): X509Certificate => {
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

/** Hosts of this machine, where a demonstration's portal runs: they bypass the proxy. */
const reachedStraight = '127.0.0.1,localhost,::1'

/** A proxy that takes longer to open its tunnel (CONNECT) is given up, and its connection closed. */
const proxyMilliseconds = 10_000

type Agents = { readonly plain: PlainAgent; readonly secure: SecureAgent }

/** Agents of the last settings used, kept so that connections stay open between requests. */
let last: { readonly network: Network; readonly agents: Agents } | null = null

/** Undefined when nothing is set: Node's default agent is used. */
export const agentFor = (network: Network, target: string): PlainAgent | SecureAgent | undefined => {
  const { proxy, certificateAuthority: own } = network
  if (proxy === '' && own === '') return undefined
  if (last?.network.proxy !== proxy || last.network.certificateAuthority !== own) {
    const proxyEnv = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, NO_PROXY: reachedStraight }
    const way = proxy === '' ? {} : { proxyEnv, timeout: proxyMilliseconds }
    const trust = own === '' ? {} : { secureContext: createSecureContext({ ca: [...getCACertificates(), own] }) }
    last = {
      network,
      agents: {
        plain: new PlainAgent({ keepAlive: true, ...way }),
        secure: new SecureAgent({ keepAlive: true, ...way, ...trust }),
      },
    }
  }
  return target.startsWith('https:') ? last.agents.secure : last.agents.plain
}
