import { createPublicKey, generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto'
import { isIP, isIPv4 } from 'node:net'
import { ipv6Words } from '../http/ipv6.ts'

/** A certificate and its private key, as PEM. */
type CertificateAndKey = { readonly certificate: string; readonly privateKey: string }

/**
 * Workstations pin the certificate's fingerprint, and replacing it makes each workstation confirm again: hence a long
 * validity.
 */
const yearsValid = 20

/**
 * Makes a self-signed certificate (X.509 v3, RFC 5280; ECDSA P-256) for this computer's names and addresses. Encoded
 * here instead of by a library: Node has everything but the encoding, and nothing is parsed.
 */
export const makeCertificate = (names: readonly string[], now: Date): CertificateAndKey => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const until = new Date(now)
  until.setUTCFullYear(now.getUTCFullYear() + yearsValid)
  const name = sequence(set(sequence(commonName, utf8('Espace Jeunesse'))))
  const alternatives = sequence(
    ...names.map((one) => (isIP(one) ? der(0x87, addressBytes(one)) : der(0x82, Buffer.from(one, 'ascii')))),
  )
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    // Positive and unique: browsers refuse two certificates of one issuer with the same serial number.
    integer(Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    ecdsaWithSha256,
    name,
    sequence(time(now), time(until)),
    name,
    createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        sequence(basicConstraints, boolean(true), octets(sequence())),
        sequence(extendedKeyUsage, octets(sequence(serverAuthentication))),
        sequence(subjectAlternativeName, octets(alternatives)),
      ),
    ),
  )
  const signature = sign('sha256', body, privateKey)
  const whole = sequence(body, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature))
  return {
    certificate: new X509Certificate(whole).toString(),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** Four bytes for IPv4, sixteen for IPv6. */
const addressBytes = (address: string): Buffer =>
  Buffer.from(
    isIPv4(address) ? address.split('.').map(Number) : ipv6Words(address).flatMap((word) => [word >> 8, word & 0xff]),
  )

/** One DER value (ITU-T X.690): tag, length, content. */
const der = (kind: number, ...content: readonly Buffer[]): Buffer => {
  const bytes = Buffer.concat(content)
  if (bytes.length < 0x80) return Buffer.concat([Buffer.from([kind, bytes.length]), bytes])
  const length = Buffer.from([bytes.length >> 8, bytes.length & 0xff]).subarray(bytes.length < 0x100 ? 1 : 0)
  return Buffer.concat([Buffer.from([kind, 0x80 | length.length]), length, bytes])
}

const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts)
const set = (...parts: readonly Buffer[]) => der(0x31, ...parts)
const integer = (bytes: Buffer) => der(0x02, bytes)
const octets = (bytes: Buffer) => der(0x04, bytes)
const boolean = (value: boolean) => der(0x01, Buffer.from([value ? 0xff : 0]))
const utf8 = (text: string) => der(0x0c, Buffer.from(text))
/** GeneralizedTime from 2050 on, UTCTime before (RFC 5280, 4.1.2.5). */
const time = (at: Date) => {
  const text = `${at.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`
  return at.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(text.slice(2))) : der(0x18, Buffer.from(text))
}
const identifier = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))

const commonName = identifier('550403')
const basicConstraints = identifier('551d13')
const subjectAlternativeName = identifier('551d11')
const extendedKeyUsage = identifier('551d25')
const serverAuthentication = identifier('2b06010505070301')
const ecdsaWithSha256 = sequence(identifier('2a8648ce3d040302'))
