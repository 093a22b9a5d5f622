import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A private certificate authority, as a town hall may have, and a certificate that it signed for one host name. */
export const anOwnAuthority = (name: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'authority-'))
  const openssl = (...options: readonly string[]) =>
    execFileSync('openssl', options, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30']
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Ville de Sauvigny')
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-addext', `subjectAltName=DNS:${name}`]
  const ofServer = ['-addext', 'basicConstraints=critical,CA:FALSE', '-subj', `/CN=${name}`]
  openssl('req', '-x509', ...key, ...signed, ...ofServer, '-keyout', 'server.key', '-out', 'server.pem')
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')
  const made = { authority: read('ca.pem'), certificate: read('server.pem'), key: read('server.key') }
  rmSync(folder, { recursive: true })
  return made
}
