import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'

/*
 * A stand-in of API Particulier v3 (quotient familial CAF & MSA), which answers as its reference says: the envelope of
 * a success, and errors in the form of JSON:API with their codes, their provider and their rate-limit headers. Persons
 * are found by their birth name.
 */

export const apiToken = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzdGFnaW5nIn0.c2lnbmF0dXJl'

type Answer = {
  readonly status: number
  /** Sent as it is when it is a text or bytes, else as JSON. */
  readonly body: unknown
  /** The connection breaks after the body, which announced more. */
  readonly isCut?: boolean
  readonly headers?: Readonly<Record<string, string>>
}

type Person = { readonly name: string; readonly firstNames: string; readonly born: string }

const person = ({ name, firstNames, born }: Person) => ({
  nom_naissance: name,
  nom_usage: null,
  prenoms: firstNames,
  date_naissance: born,
  sexe: 'F',
})

/** A file of a fund. `value` null: without a quotient for the month. */
export const aFile = (
  asked: Person,
  {
    value,
    fund = 'CNAF',
    month = [2026, 11],
    children = [],
  }: {
    readonly value: number | null
    readonly fund?: 'CNAF' | 'MSA'
    readonly month?: readonly [number, number]
    readonly children?: readonly Person[]
  },
): Answer => ({
  status: 200,
  body: {
    data: {
      quotient_familial:
        value === null
          ? null
          : {
              fournisseur: fund,
              valeur: value,
              annee: month[0],
              mois: month[1],
              annee_calcul: month[0],
              mois_calcul: month[1],
            },
      allocataires: [person(asked)],
      enfants: children.map(person),
      adresse: { destinataire: `Madame ${asked.name}`, code_postal_ville: '14550 BLAINVILLE', pays: 'FRANCE' },
    },
    links: {},
    meta: {},
  },
})

const refusal = (
  status: number,
  code: string,
  detail: string,
  meta?: { readonly provider?: string; readonly retry_in?: number },
  headers?: Answer['headers'],
): Answer => ({
  status,
  body: { errors: [{ code, title: 'Refus', detail, ...(meta && { meta }) }] },
  ...(headers && { headers }),
})

export const refusals = {
  absent: refusal(404, '37003', 'Le dossier allocataire n’a pas été trouvé auprès de la CNAF.', { provider: 'CNAF' }),
  absentMsa: refusal(404, '10003', 'Le dossier allocataire n’a pas été trouvé auprès de la MSA.', { provider: 'MSA' }),
  broken: refusal(502, '37999', 'La réponse retournée par le fournisseur de données est invalide.', {
    provider: 'CNAF & MSA',
    retry_in: 10,
  }),
  slow: refusal(504, '35002', 'Temps d’attente d’une réponse du fournisseur de données écoulé.', {
    provider: 'CNAF & MSA',
  }),
  ambiguous: refusal(422, '35563', 'Les paramètres d’identité fournis correspondent à plusieurs personnes.', {
    provider: 'CNAF & MSA',
  }),
  birthTown: refusal(422, '00365', 'Le lieu de naissance n’est pas correctement formaté'),
  tooOld: refusal(422, '00355', 'La période demandée est antérieure de plus de 23 mois.'),
  token: refusal(401, '00101', 'Votre token n’est pas valide'),
  expired: refusal(401, '00103', 'Votre token est expiré.'),
  rights: refusal(403, '00100', 'Votre token est valide mais vos privilèges sont insuffisants.'),
  /** The window of the rate limit ends one second from now. */
  tooMany: (): Answer =>
    refusal(429, '00429', 'Vous avez effectué trop de requêtes', undefined, {
      'RateLimit-Limit': '20',
      'RateLimit-Remaining': '0',
      'RateLimit-Reset': String(Math.ceil(Date.now() / 1000) + 1),
    }),
  /** The token does not open the quotient: the answer comes without it. */
  masked: { status: 200, body: { data: { allocataires: [], enfants: [] }, links: {}, meta: {} } },
  garbled: { status: 200, body: 'not JSON' },
  cut: { status: 200, body: '{"data":{"quotient_familial":{"fournisseur":"CNAF","val', isCut: true },
  huge: { status: 200, body: Buffer.alloc(10_000_000, ' ') },
} as const

export type AnApi = Awaited<ReturnType<typeof anApi>>

/** @param answers by birth name, one after the other; the last one stays. Unknown names have no file. */
export const anApi = async (answers: Readonly<Record<string, readonly (Answer | (() => Answer))[]>>) => {
  const asked: { readonly authorization: string; readonly parameters: URLSearchParams }[] = []
  const counts = new Map<string, number>()
  const answerTo = (request: IncomingMessage): Answer => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://api')
    const authorization = request.headers.authorization ?? ''
    asked.push({ authorization, parameters: searchParams })
    if (pathname !== '/v3/dss/quotient_familial/identite')
      return refusal(404, '00402', 'Version d’API non prise en charge')
    if (authorization !== `Bearer ${apiToken}`) return refusals.token
    if (!/^\d{14}$/.test(searchParams.get('recipient') ?? ''))
      return refusal(422, '00210', 'Le paramètre recipient n’est pas un siret valide')
    if (!searchParams.has('prenoms[]')) return refusal(422, '00367', 'Le ou les prénoms sont manquants.')
    const name = searchParams.get('nomNaissance') ?? ''
    const own = answers[name] ?? [refusals.absent]
    const count = counts.get(name) ?? 0
    counts.set(name, count + 1)
    const answer = own[Math.min(count, own.length - 1)] ?? refusals.absent
    return typeof answer === 'function' ? answer() : answer
  }
  const server = createServer((request, response) => {
    const { status, body, headers = {}, isCut = false } = answerTo(request)
    const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
    if (isCut) response.write(bytes, () => response.destroy())
    else response.end(bytes)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    address: `http://127.0.0.1:${address && typeof address === 'object' ? address.port : 0}`,
    /** What was asked, in order. */
    asked,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
