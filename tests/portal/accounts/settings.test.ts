import { describe, expect, it } from 'vitest'
import { readSettings, storeAddress } from '../../../main/portal/program/settings.ts'
import { whyNotStarted } from '../../../main/portal/program/why-not-started.ts'
import { openPortalStore } from '../../../main/portal/store/store.ts'
import { hasPostgres } from '../../support/machine/postgres.ts'
import { postgresUrl } from '../../support/machine/quick-store.ts'

const read = (env: Record<string, string>) => readSettings(env, '/donnees')

describe('the settings of a portal', () => {
  it('are usual ones where a line is left blank', () => {
    expect(read({ PORTAL_SMTP_URL: '', PORTAL_DATABASE_URL: ' ' })).toEqual({
      address: 'http://127.0.0.1:4640',
      port: 4640,
      host: '127.0.0.1',
      folder: '/donnees',
      databaseUrl: null,
      mail: null,
      behindProxy: false,
      metricsToken: undefined,
    })
  })

  it.each<[string, Record<string, string>, string]>([
    ['an address that is none', { PORTAL_ADDRESS: 'portail exemple' }, 'PORTAL_ADDRESS n’est pas une adresse'],
    ['an address without its beginning', { PORTAL_ADDRESS: 'portail.exemple.fr' }, 'https://portail.exemple.fr'],
    ['an address that others could read', { PORTAL_ADDRESS: 'http://portail.exemple.fr' }, 'commence par https://'],
    ['an address below a path', { PORTAL_ADDRESS: 'https://exemple.fr/portail' }, 'sans rien après'],
    ['a port that is none', { PORTAL_PORT: 'http' }, 'PORTAL_PORT n’est pas un numéro de port'],
    ['a file that is not there', { PORTAL_SMTP_URL_FILE: '/nowhere/smtp' }, 'Le fichier /nowhere/smtp'],
    ['a mail server that is none', { PORTAL_SMTP_URL: 'secret@mail.exemple.fr' }, 'smtp://utilisateur'],
    ['a base that is none', { PORTAL_DATABASE_URL: 'localhost/secret' }, 'PORTAL_DATABASE_URL n’est pas'],
    ['a base on no port', { PORTAL_DATABASE_URL: 'postgresql://portail:secret@exemple.fr:a/portail' }, '@ s’écrit %40'],
  ])('say %s in a sentence, without the secrets in it', (_, env, words) => {
    let said = ''
    try {
      read(env)
    } catch (error) {
      said = whyNotStarted(error, null) ?? ''
    }
    expect(said).toContain(words)
    expect(said).not.toContain('secret')
  })
})

const lookup = (hostname: string) =>
  Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), {
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
    hostname,
  })

describe('a portal that could not start', () => {
  const settings = read({ PORTAL_HOST: 'nom.inconnu', PORTAL_DATABASE_URL: 'postgresql://portail:secret@base/portail' })

  it.each([
    [lookup('nom.inconnu'), 'PORTAL_HOST n’est pas'],
    [lookup('base'), 'Le nom du serveur PostgreSQL'],
    [new Error('Connection terminated unexpectedly'), 'ne répond pas'],
    [new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'), 'son mot de passe'],
    [Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }), 'certificat'],
  ])('says of « %s » what to do', (error, words) => {
    expect(whyNotStarted(error, settings)).toContain(words)
  })
})

describe.skipIf(!hasPostgres)('a PostgreSQL server that cannot be used', () => {
  it.each([
    ['does not answer', () => 'postgresql://portail:secret@127.0.0.1:1/portail', 'ne répond pas'],
    [
      'has no such base',
      async () => (await postgresUrl()).replace(/portal_\w+/, 'nulle_part'),
      'Cette base n’existe pas',
    ],
    ['encrypts nothing', async () => `${await postgresUrl()}&sslmode=require`, 'ôtez sslmode'],
  ])('that %s is said in a sentence', async (_, url, words) => {
    const settings = read({ PORTAL_DATABASE_URL: await url() })
    const { url: address } = storeAddress(settings) as { url: string }
    const error = await openPortalStore({ url: address }).catch((refused: unknown) => refused)
    expect(whyNotStarted(error, settings)).toContain(words)
    expect(whyNotStarted(error, settings)).not.toContain('secret')
  })
})
