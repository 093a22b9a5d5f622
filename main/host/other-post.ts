import { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { Readable } from 'node:stream'
import { connect, type PeerCertificate } from 'node:tls'
import { Refused } from '../desk/core.ts'
import { marksOf } from './sharing.ts'

/** Another machine that hosts the desk, with the certificate that a person confirmed once. */
type OtherPost = { readonly address: string; readonly certificate: string }

const patience = 8000
const unreachable =
  'Aucun poste ne répond à cette adresse. Vérifiez qu’il est allumé, que le partage y est activé et que l’adresse est celle de Réglages › Postes.'

/** « 192.168.1.20:4660 » as people type it. @throws Refused */
export const typedAddress = (text: string): string => {
  const address = `https://${text
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/\/.*$/, '')}`
  if (!URL.canParse(address))
    throw new Refused('Cette adresse n’est pas valable. Exemple\u00a0: 192.168.1.20:4660.', 'address')
  const { origin, username, port } = new URL(address)
  if (username !== '' || port === '')
    throw new Refused('Cette adresse n’est pas complète. Exemple\u00a0: 192.168.1.20:4660.', 'address')
  return origin
}

/**
 * The certificate that answers there, before anything is told to it: a person compares its code with the other screen.
 * @throws Refused when nobody answers
 */
export const meetPost = (address: string): Promise<{ certificate: string; code: string }> =>
  new Promise((done, failed) => {
    const { hostname, port } = new URL(address)
    // An IPv6 address is between brackets in a URL alone.
    const host = hostname.replace(/^\[|\]$/g, '')
    const socket = connect({ host, port: Number(port), rejectUnauthorized: false, timeout: patience })
    const fail = () => {
      socket.destroy()
      failed(new Refused(unreachable, 'address'))
    }
    socket.once('error', fail)
    socket.once('timeout', fail)
    socket.once('secureConnect', () => {
      const certificate = new X509Certificate(socket.getPeerCertificate().raw).toString()
      socket.destroy()
      done({ certificate, code: marksOf(certificate).code })
    })
  })

/** The certificate that answered is not the one that was confirmed: nothing was sent to it. */
export class CertificateChanged extends Error {}

/**
 * Carries a page's requests to that post, and to no other: nothing is sent before its certificate is known to be the
 * confirmed one. The cookie of the session stays here, the page never sees it.
 */
export const lineTo = ({ address, certificate }: OtherPost): ((asked: Request) => Promise<Response>) => {
  const pinned = new X509Certificate(certificate).fingerprint256
  const cookies = new Map<string, string>()
  return async (asked) => {
    const { pathname, search } = new URL(asked.url)
    const body = Buffer.from(await asked.arrayBuffer())
    const headers = Object.fromEntries(
      [...asked.headers].filter(([name]) => passedOn.has(name) || name.startsWith('x-')),
    )
    const answer = await new Promise<IncomingMessage>((done, failed) => {
      const sent = request(new URL(pathname + search, address), {
        method: asked.method,
        headers: {
          ...headers,
          origin: address,
          'content-length': body.length,
          ...(cookies.size > 0 && { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
        },
        ca: certificate,
        // Its address may change with the network; what it is known by does not.
        checkServerIdentity: (_name: string, peer: PeerCertificate) =>
          peer.fingerprint256 === pinned ? undefined : new CertificateChanged(),
        signal: asked.signal,
      })
      sent.once('response', done)
      sent.once('error', (error: NodeJS.ErrnoException) =>
        failed(untrusted.has(error.code ?? '') ? new CertificateChanged() : error),
      )
      sent.end(body)
    })
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=;]+)=([^;]*)/.exec(line) ?? []
      if (name !== undefined && value !== undefined) cookies.set(name, value)
    }
    const passed = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' && !kept.has(name) ? [[name, value]] : [],
    )
    const isEmpty = answer.statusCode === 204 || answer.statusCode === 304
    return new Response(isEmpty ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>), {
      status: answer.statusCode ?? 502,
      headers: passed,
    })
  }
}

const passedOn: ReadonlySet<string> = new Set([
  'accept',
  'content-type',
  'content-disposition',
  'last-event-id',
  'user-agent',
])
/** Of this one connection, or told to this side alone. */
const kept: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding', 'set-cookie'])
/** How OpenSSL says that another certificate answered. */
const untrusted: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
])
