import { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { Readable } from 'node:stream'
import { connect, type PeerCertificate } from 'node:tls'
import { Refused } from '../desk/core.ts'
import { fingerprintsOf } from './sharing.ts'

/** Another computer that hosts the desk, with the certificate that a person confirmed once. */
type OtherWorkstation = { readonly address: string; readonly certificate: string }

const connectMilliseconds = 8000
const unreachable =
  'Aucun poste ne répond à cette adresse. Vérifiez qu’il est allumé, que le partage y est activé et que l’adresse est celle de Réglages › Postes.'

/** Parses an address as people type it: « 192.168.1.20:4660 ». @throws Refused */
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
 * Reads the certificate of the workstation at this address and sends nothing else: a person compares its code with the
 * other screen.
 * @throws Refused when nobody answers
 */
export const fetchCertificate = (address: string): Promise<{ certificate: string; code: string }> =>
  new Promise((done, failed) => {
    const { hostname, port } = new URL(address)
    // URLs put an IPv6 address in brackets; `connect` needs it without.
    const host = hostname.replace(/^\[|\]$/g, '')
    const socket = connect({ host, port: Number(port), rejectUnauthorized: false, timeout: connectMilliseconds })
    const fail = () => {
      socket.destroy()
      failed(new Refused(unreachable, 'address'))
    }
    socket.once('error', fail)
    socket.once('timeout', fail)
    socket.once('secureConnect', () => {
      const certificate = new X509Certificate(socket.getPeerCertificate().raw).toString()
      socket.destroy()
      done({ certificate, code: fingerprintsOf(certificate).code })
    })
  })

/** The other workstation answered with another certificate than the confirmed one: nothing was sent to it. */
export class CertificateChanged extends Error {}

/**
 * Forwards a page's requests to the other workstation only, after checking that its certificate is the confirmed one.
 * The session cookie stays in this process; the page never sees it.
 */
export const otherWorkstationClient = ({
  address,
  certificate,
}: OtherWorkstation): ((asked: Request) => Promise<Response>) => {
  const pinned = new X509Certificate(certificate).fingerprint256
  const cookies = new Map<string, string>()
  return async (asked) => {
    const { pathname, search } = new URL(asked.url)
    const body = Buffer.from(await asked.arrayBuffer())
    const headers = Object.fromEntries(
      [...asked.headers].filter(([name]) => forwardedHeaders.has(name) || name.startsWith('x-')),
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
        // The workstation's address may change with the network, so check its fingerprint instead of its name.
        checkServerIdentity: (_name: string, peer: PeerCertificate) =>
          peer.fingerprint256 === pinned ? undefined : new CertificateChanged(),
        signal: asked.signal,
      })
      sent.once('response', done)
      sent.once('error', (error: NodeJS.ErrnoException) =>
        failed(certificateErrors.has(error.code ?? '') ? new CertificateChanged() : error),
      )
      sent.end(body)
    })
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=;]+)=([^;]*)/.exec(line) ?? []
      if (name !== undefined && value !== undefined) cookies.set(name, value)
    }
    const passed = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' && !hopByHopHeaders.has(name) ? [[name, value]] : [],
    )
    const isEmpty = answer.statusCode === 204 || answer.statusCode === 304
    return new Response(isEmpty ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>), {
      status: answer.statusCode ?? 502,
      headers: passed,
    })
  }
}

const forwardedHeaders: ReadonlySet<string> = new Set([
  'accept',
  'content-type',
  'content-disposition',
  'last-event-id',
  'user-agent',
])
/** Hop-by-hop headers, and cookies meant for this process: not forwarded to the page. */
const hopByHopHeaders: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding', 'set-cookie'])
/** OpenSSL errors for a certificate other than the confirmed one. */
const certificateErrors: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
])
