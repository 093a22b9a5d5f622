import { afterAll, beforeAll, expect, it } from 'vitest'
import { logEntry, mail, signUp } from '../../main/portal/store/schema/index.ts'
import { SignUpEntry } from '../../shared/contract/portal/entries.ts'
import { childFields, homeFields } from '../../shared/rules/people/sign-up.ts'
import { anouk, aSignUpPortal, typedHome } from '../portal/sign-up.ts'
import { quickStore } from '../support/machine/quick-store.ts'

let place: Awaited<ReturnType<typeof aSignUpPortal>>
beforeAll(async () => {
  place = await aSignUpPortal(quickStore)
})
afterAll(() => place.close())

const paths = ['', '/lien', '/foyer', '/enfants', '/relire', '/effacer', '/envoyee', '/rien'].map(
  (end) => `/inscription${end}`,
)
const texts = [
  '',
  'x'.repeat(10_000),
  `${'x'.repeat(199)}😀`,
  '\0\u0001\u007f\u009f',
  '<script>alert(1)</script>"\'',
  '__proto__',
  '-1',
  '1e9',
  '9'.repeat(40),
  '\u202Eabc',
  '=HYPERLINK("http://exemple.fr")',
  '31/02/20211',
]
const fields = ['email', 'jeton', 'enfant', 'geste', 'accepted', 'version', '__proto__', ...homeFields, ...childFields]

it('bad input to a form causes no server error, reaches no desk and runs no script', async () => {
  const cookie = await place.checked()
  const faults: string[] = []
  for (const path of paths.filter((one) => !one.endsWith('/effacer'))) {
    for (const text of texts) {
      const filled = Object.fromEntries(fields.map((name) => [name, text]))
      const page = await place.ask(path, { cookie, fields: filled, from: `198.51.100.${texts.indexOf(text)}` })
      if (page.status >= 500 || page.text.includes('<script>alert'))
        faults.push(`${path} ${JSON.stringify(text)} ${page.status}`)
    }
  }
  expect(faults).toEqual([])
  expect(place.lines).toEqual([])
  expect(await place.portal.store.db.select().from(logEntry)).toEqual([])
  for (const path of paths) {
    const { status } = await place.ask(`${path}?enfant=${encodeURIComponent('1e9')}&jeton=%00%ff`, { cookie })
    expect([path, status < 500]).toEqual([path, true])
  }
})

it.each([
  ['no cookie', ''],
  ['a cookie that never was', 'inscription-1=x'],
])('lets nobody into a form with %s', async (_, cookie) => {
  const before = await place.portal.store.db.$count(signUp)
  for (const path of ['/inscription/foyer', '/inscription/enfants', '/inscription/relire', '/inscription/effacer']) {
    const page = await place.ask(path, { cookie, fields: { ...typedHome, ...anouk, ...place.accepted } })
    expect([path, page.to]).toEqual([path, '/inscription'])
  }
  expect(await place.portal.store.db.$count(signUp)).toBe(before)
})

it('mails what was typed to nobody: an address with more in it is refused', async () => {
  for (const email of [
    'a@b',
    'lea@exemple.fr\r\nBcc: x@exemple.fr',
    'a@exemple.fr,b@exemple.fr',
    'Léa <a@exemple.fr>',
    ' ',
  ]) {
    const page = await place.ask('/inscription', { fields: { email }, from: '198.51.100.77' })
    expect([email, page.text]).toEqual([email, expect.stringContaining('Cette adresse mail n’est pas valable.')])
  }
  const recipients = (await place.portal.store.db.select().from(mail)).map(({ recipient }) => recipient)
  expect(recipients.filter((one) => /[\s,<]|^[ab]@/.test(one))).toEqual([])
})

it('says what the desk can read, whatever was typed: signs that show nothing, lines, ten children', async () => {
  const email = 'signes@exemple.fr'
  const cookie = await place.checked(email)
  const odd = { ...typedHome, 'guardian1.firstName': 'Lé\u0001a\n', line1: ` ${'é'.repeat(300)}😀 ` }
  expect((await place.ask('/inscription/foyer', { cookie, fields: odd })).to).toBe('/inscription/enfants')
  for (let at = 1; at <= 12; at += 1) {
    const child = {
      ...anouk,
      firstName: `Enfant ${at}`,
      enfant: String(at),
      geste: at === 12 ? 'continuer' : 'ajouter',
    }
    await place.ask('/inscription/enfants', { cookie, fields: child })
  }
  expect((await place.ask('/inscription/relire', { cookie, fields: place.accepted })).to).toBe('/inscription/envoyee')
  const [entry] = await place.portal.store.db.select().from(logEntry)
  const body = SignUpEntry.parse(JSON.parse(entry?.body ?? ''))
  expect(body.guardians[0]?.firstName).toBe('Lé a')
  expect(body.children).toHaveLength(10)
})
