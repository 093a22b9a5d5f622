import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { publish } from '../../main/portal/exchange/publications.ts'
import { servePortal } from '../../main/portal/program/server.ts'
import type { PortalStore } from '../../main/portal/store/store.ts'
import type { TownDocument } from '../../shared/contract/portal/documents.ts'
import { aPortal } from './portal.ts'
import { published, town } from './town.ts'

export const signUpTown: TownDocument = {
  ...town,
  signUp: {
    terms: { version: 'septembre 2026', text: 'Les enfants sont accueillis dès 3 ans.\nToute absence se signale.' },
    schools: ['École Jacques-Prévert', 'École Paul-Éluard'],
  },
}

export const lea = 'lea.garnier@exemple.fr'

export const typedHome = {
  'guardian1.civility': 'Mme',
  'guardian1.firstName': 'Léa',
  'guardian1.lastName': 'GARNIER',
  'guardian1.mobilePhone': '0639982064',
  'guardian2.civility': 'M.',
  'guardian2.firstName': 'Hugo',
  'guardian2.lastName': 'Maillard',
  line1: '21 rue du Stade',
  postcode: '14550',
  town: 'Blainville-sur-Orne',
}

export const anouk = {
  firstName: 'Anouk',
  lastName: 'Maillard',
  birth: '09/02/2021',
  sex: 'F',
  school: 'École Jacques-Prévert',
  schoolClass: 'GS',
}
const marius = { ...anouk, firstName: 'Marius', birth: '30/06/2023', sex: 'M', schoolClass: 'PS' }

type Page = { readonly status: number; readonly to: string; readonly cookie: string; readonly text: string }

/** A portal that accepts sign-ups, over HTTP, and a browser without scripts that keeps its cookie. */
export const aSignUpPortal = async (open: () => Promise<PortalStore>) => {
  const place = await aPortal(open)
  await publish(place.portal, { documents: [published('town', signUpTown)], withdrawn: [] })
  await place.portal.mails.sendWaiting()
  const serving = await servePortal(place.portal, { screens: tmpdir(), port: 0, host: '127.0.0.1', behindProxy: true })
  const origin = `http://127.0.0.1:${serving.port}`
  const once = (
    path: string,
    {
      fields,
      cookie = '',
      from = '203.0.113.7',
    }: { fields?: Record<string, string>; cookie?: string; from?: string } = {},
  ): Promise<Page> =>
    new Promise((done, failed) => {
      const headers = {
        'x-forwarded-for': from,
        ...(cookie !== '' && { cookie }),
        ...(fields && { origin, 'content-type': 'application/x-www-form-urlencoded' }),
      }
      const sent = request(
        { host: '127.0.0.1', port: serving.port, path, method: fields ? 'POST' : 'GET', headers, agent: false },
        (answer) => {
          let text = ''
          answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
          answer.on('end', () => {
            const [set = ''] = answer.headers['set-cookie'] ?? []
            done({
              status: answer.statusCode ?? 0,
              to: answer.headers.location ?? '',
              cookie: set.split(';')[0] ?? '',
              text: text.replace(/nonce="[^"]+"/, '').replaceAll('\u00a0', ' '),
            })
          })
        },
      )
      sent.on('error', failed)
      sent.end(fields && new URLSearchParams(fields).toString())
    })
  /** Also reads the page to which a form leads when it was refused, or when its mail is on its way. */
  const ask = async (path: string, asked: Parameters<typeof once>[1] = {}): Promise<Page> => {
    const page = await once(path, asked)
    if (!/[?&](a-corriger=|envoye$)/.test(page.to)) return page
    const { fields: _, ...same } = asked
    return { ...(await once(page.to, same)), status: page.status, to: page.to }
  }
  /** Requests the link, waits for its mail, and presses its button. @returns the cookie */
  const checked = async (email = lea) => {
    const before = place.mailbox.linkTo(email)
    await ask('/inscription', { fields: { email } })
    // The last mail may be another one: nothing is waited for beside the link.
    while (['', before].includes(place.mailbox.linkTo(email))) await new Promise((done) => setTimeout(done, 5))
    const { cookie } = await ask('/inscription/lien', { fields: { jeton: place.mailbox.linkTo(email) } })
    return cookie
  }
  const filled = async (email = lea, children = [anouk, marius]) => {
    const cookie = await checked(email)
    await ask('/inscription/foyer', { cookie, fields: typedHome })
    for (const [at, child] of children.entries()) {
      const geste = at === children.length - 1 ? 'continuer' : 'ajouter'
      await ask('/inscription/enfants', { cookie, fields: { ...child, enfant: String(at + 1), geste } })
    }
    return cookie
  }
  const accepted = { version: 'septembre 2026', accepted: 'oui' }
  return {
    ...place,
    origin,
    ask,
    checked,
    filled,
    accepted,
    /** Goes through all four steps. */
    async signedUp(email = lea) {
      const cookie = await filled(email)
      const sent = await ask('/inscription/relire', { cookie, fields: accepted })
      return { cookie, sent }
    },
    async close() {
      await serving.close()
      await place.close()
    },
  }
}
