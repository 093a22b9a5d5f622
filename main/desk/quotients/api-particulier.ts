import type { Agent } from 'node:http'
import * as z from 'zod'
import { type Day, isDay, type Month } from '../../../shared/rules/calendar/day.ts'
import { maxQuotient } from '../../../shared/rules/price/family-quotient.ts'
import type { FundAccessRefusal, FundAnswer, FundPerson } from '../../../shared/rules/quotient/fund-answer.ts'
import { type IncomingResponse, sendRequest, TooLong } from '../../http/outgoing.ts'

/*
 * API Particulier v3, « quotient familial CAF & MSA », asked by civil status. Errors have the form of JSON:API:
 * `errors[{ code, title, detail, meta: { provider, retry_in } }]`. Scopes of the token mask data: what a token does not
 * open is absent from an answer of status 200.
 */

export const apiAddresses = {
  production: 'https://particulier.api.gouv.fr',
  staging: 'https://staging.particulier.api.gouv.fr',
} as const

export type ApiAccess = { readonly address: string; readonly token: string }

export type FundQuestion = {
  /** SIRET of the service that receives the answer. */
  readonly recipient: string
  readonly birthName: string
  readonly firstNames: readonly string[]
  readonly sex: 'F' | 'M' | null
  readonly bornOn: Day | null
  readonly birthCountry: string
  readonly birthTown: string
  /** Null for the present month. */
  readonly month: Month | null
}

/** Nothing answered: the network or a proxy blocked the request, or the service is down. */
export class ApiUnreachable extends Error {}

const answerMilliseconds = 30_000
const maxBytes = 200_000

/** @throws ApiUnreachable when nothing answers, and the signal's reason when aborted */
export const askFund = async (
  { address, token }: ApiAccess,
  question: FundQuestion,
  { agent, signal, now }: { readonly agent: Agent | undefined; readonly signal: AbortSignal; readonly now: number },
): Promise<FundAnswer> => {
  const target = `${address}/v3/dss/quotient_familial/identite?${parametersOf(question)}`
  try {
    const response = await sendRequest(
      { method: 'GET', target, headers: { Authorization: `Bearer ${token}`, Accept: 'application/json' }, body: '' },
      { agent, signal: AbortSignal.any([signal, AbortSignal.timeout(answerMilliseconds)]), maxBytes },
    )
    return answerOf(response, now)
  } catch (error) {
    if (signal.aborted) throw error
    if (error instanceof TooLong) return { kind: 'unreadable' }
    throw new ApiUnreachable('API Particulier', { cause: error })
  }
}

const parametersOf = (question: FundQuestion): URLSearchParams => {
  const { recipient, birthName, firstNames, sex, bornOn, birthCountry, birthTown, month } = question
  const [year, monthOfBirth, dayOfBirth] = bornOn === null ? [] : bornOn.split('-').map(Number)
  const [ofYear, ofMonth] = month === null ? [] : month.split('-').map(Number)
  const values: readonly (readonly [string, string | number | undefined | null])[] = [
    ['recipient', recipient],
    ['nomNaissance', birthName],
    ...firstNames.map((name) => ['prenoms[]', name] as const),
    ['sexeEtatCivil', sex],
    ['anneeDateNaissance', year],
    ['moisDateNaissance', monthOfBirth],
    ['jourDateNaissance', dayOfBirth],
    ['codeCogInseePaysNaissance', birthCountry],
    ['codeCogInseeCommuneNaissance', birthTown === '' ? null : birthTown],
    ['annee', ofYear],
    ['mois', ofMonth],
  ]
  return new URLSearchParams(
    values.flatMap(([name, value]) => (value === undefined || value === null ? [] : [[name, String(value)]])),
  )
}

const ApiPerson = z.object({
  nom_naissance: z.string().nullish(),
  prenoms: z.string().nullish(),
  date_naissance: z.string().nullish(),
})
const Found = z.object({
  data: z.object({
    allocataires: z.array(ApiPerson).nullish(),
    enfants: z.array(ApiPerson).nullish(),
    quotient_familial: z
      .object({
        fournisseur: z.enum(['CNAF', 'MSA']).nullish(),
        valeur: z.number().min(0).max(maxQuotient).nullish(),
        annee: z.int().min(1900).max(9999).nullish(),
        mois: z.int().min(1).max(12).nullish(),
      })
      .nullish(),
  }),
})

const Errors = z.object({
  errors: z
    .array(
      z.object({
        code: z.string(),
        detail: z.string().nullish(),
        meta: z.object({ provider: z.string().nullish(), retry_in: z.number().nullish() }).nullish(),
      }),
    )
    .min(1),
})

const answerOf = ({ status, rawHeaders, body }: IncomingResponse, now: number): FundAnswer => {
  const content = contentOf(body)
  if (status === 200) return quotientOf(content)
  const [error] = Errors.safeParse(content).data?.errors ?? []
  const code = error?.code ?? ''
  const provider = error?.meta?.provider ?? null
  const detail = error?.detail ?? ''
  switch (status) {
    case 404:
      return { kind: 'absent', fund: provider }
    case 429:
      return { kind: 'tooMany', waitSeconds: waitOf(rawHeaders, error?.meta?.retry_in ?? null, now) }
    case 409:
      return code.endsWith('015') && code !== '00015' ? { kind: 'ambiguous' } : { kind: 'tooMany', waitSeconds: 2 }
    case 401:
    case 403:
      return { kind: 'accessRefused', why: refusals[code] ?? (status === 401 ? 'token' : 'rights') }
    case 400:
    case 422:
      if (refusals[code]) return { kind: 'accessRefused', why: refusals[code] }
      if (code.endsWith('563')) return { kind: 'ambiguous' }
      if (code.endsWith('560')) return { kind: 'absent', fund: provider }
      return { kind: monthCodes.has(code) || code.endsWith('565') ? 'monthRefused' : 'identityRefused', detail }
    default:
      return status >= 500 ? { kind: 'unavailable', fund: provider } : { kind: 'unreadable' }
  }
}

const refusals: Readonly<Record<string, FundAccessRefusal['why'] | undefined>> = {
  '00101': 'token',
  '00103': 'expired',
  '00105': 'revoked',
  '00108': 'environment',
  '00109': 'environment',
  '00100': 'rights',
  '00107': 'address',
  '00203': 'recipient',
  '00210': 'recipient',
  '00212': 'recipient',
  '00213': 'recipient',
}
/** Codes of the errors for a month in the future, or more than 23 months ago. */
const monthCodes: ReadonlySet<string> = new Set(['00354', '00355', '00356'])

const contentOf = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString())
  } catch {
    return null
  }
}

const quotientOf = (content: unknown): FundAnswer => {
  const parsed = Found.safeParse(content)
  if (!parsed.success) return { kind: 'unreadable' }
  const { data } = parsed.data
  if (data.quotient_familial === undefined) return { kind: 'accessRefused', why: 'scope' }
  const { fournisseur, valeur, annee, mois } = data.quotient_familial ?? {}
  const fund = fournisseur ? (fournisseur === 'CNAF' ? 'CAF' : 'MSA') : null
  if (valeur === null || valeur === undefined) return { kind: 'noQuotient', fund }
  if (fund === null || !annee || !mois) return { kind: 'unreadable' }
  return {
    kind: 'found',
    value: valeur,
    fund,
    month: `${annee}-${String(mois).padStart(2, '0')}` as Month,
    persons: (data.allocataires ?? []).map(personOf),
    children: (data.enfants ?? []).map(personOf),
  }
}

const personOf = ({ nom_naissance, prenoms, date_naissance }: z.infer<typeof ApiPerson>): FundPerson => ({
  birthName: nom_naissance ?? '',
  firstNames: prenoms ?? '',
  bornOn: date_naissance && isDay(date_naissance) ? date_naissance : null,
})

/** Seconds to wait before the next question; null when the answer does not say. */
const waitOf = (rawHeaders: readonly string[], retryIn: number | null, now: number): number | null => {
  const header = (name: string) => {
    const at = rawHeaders.findIndex((text, index) => index % 2 === 0 && text.toLowerCase() === name)
    return at < 0 ? Number.NaN : Number(rawHeaders[at + 1])
  }
  const reset = header('ratelimit-reset')
  if (Number.isFinite(reset)) return Math.max(0, Math.ceil(reset - now / 1000))
  const after = header('retry-after')
  return Number.isFinite(after) ? after : retryIn
}
