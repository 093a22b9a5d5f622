import type { Agent } from 'node:http'
import type { SendOutcome } from '../../shared/rules/mails/fate.ts'
import type { Trouble } from '../../shared/rules/mails/trouble.ts'
import {
  allAtPath,
  atPath,
  filledBody,
  headersOf,
  type SmsProvider,
  type SmsValues,
  withValues,
} from '../../shared/rules/messages/sms-provider.ts'
import { sendRequest } from '../http/outgoing.ts'

/* An SMS provider, called as `SmsProvider` describes it. Nothing of a key, a number or a text is in an error. */

export type SmsCall = {
  readonly provider: SmsProvider
  readonly key: string
  /** The proxy of the town hall for an address, and the authorities to trust; undefined for none. */
  readonly agentFor: (target: string) => Agent | undefined
  readonly signal?: AbortSignal
}

/** `codes` for the log and the queue: « HTTP 429 », « ECONNREFUSED ». */
export class SmsFailed extends Error {
  readonly outcome: SendOutcome
  readonly trouble: Trouble | null
  readonly codes: string
  constructor(outcome: SendOutcome, trouble: Trouble | null, codes: string, cause?: unknown) {
    super(codes, { cause })
    this.outcome = outcome
    this.trouble = trouble
    this.codes = codes
  }
}

const answerMilliseconds = 30_000
const maxBytes = 500_000

/** Whether a connection failed before anything of the request could leave, by Node's code. */
const troublesBefore: Readonly<Record<string, Trouble>> = {
  ECONNREFUSED: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENOTFOUND: 'notFound',
  EAI_AGAIN: 'notFound',
}

/**
 * What an answer says of an SMS. A gateway that gives up (500, 502, 504) may have handed it on: nobody knows.
 * RFC 9110 15 and RFC 6585 4.
 */
const refusalOf = (status: number): { readonly outcome: SendOutcome; readonly trouble: Trouble | null } => {
  if (status === 401 || status === 403) return { outcome: 'notBegun', trouble: 'key' }
  if (status === 402) return { outcome: 'notBegun', trouble: 'credit' }
  if (status === 429 || status === 503) return { outcome: 'notBegun', trouble: 'busy' }
  if (status >= 500) return { outcome: 'cut', trouble: null }
  return { outcome: 'rejected', trouble: null }
}

const ask = async (
  { provider, key, agentFor, signal }: SmsCall,
  method: 'GET' | 'POST',
  address: string,
  values: SmsValues,
  body: string,
): Promise<{ readonly status: number; readonly content: unknown }> => {
  const target = withValues(address, values, encodeURIComponent)
  const timeout = AbortSignal.timeout(answerMilliseconds)
  const { status, body: answer } = await sendRequest(
    {
      method,
      target,
      headers: {
        ...headersOf(provider.headers, { ...values, clé: key }),
        Accept: 'application/json',
        // A new connection for each request: a reused one that breaks would be retried automatically, and an SMS would
        // be sent twice.
        Connection: 'close',
        ...(method === 'POST' && { 'Content-Type': 'application/json' }),
      },
      body,
    },
    { agent: agentFor(target), signal: signal ? AbortSignal.any([signal, timeout]) : timeout, maxBytes },
  )
  try {
    return { status, content: JSON.parse(answer.toString('utf8')) }
  } catch {
    return { status, content: null }
  }
}

/** @param values the words of `SmsProvider` @returns the provider's id, empty without one @throws SmsFailed */
export const sendSms = async (call: SmsCall, values: SmsValues): Promise<string> => {
  const { provider } = call
  const body = JSON.stringify(filledBody(provider.body, values))
  const { status, content } = await ask(call, 'POST', provider.sendAddress, values, body).catch((error: unknown) => {
    const code = codeOf(error)
    const trouble = troublesBefore[code] ?? (isCertificateCode(code) ? 'certificate' : undefined)
    throw trouble === undefined
      ? new SmsFailed('cut', null, code, error)
      : new SmsFailed('notBegun', trouble, code, error)
  })
  if (status >= 200 && status < 300) return atPath(content, provider.idPath) ?? ''
  const { outcome, trouble } = refusalOf(status)
  throw new SmsFailed(outcome, trouble, `HTTP ${status}`)
}

/** All that the provider says of an SMS. @throws Error without an answer */
export const askSmsStatus = async (call: SmsCall, values: SmsValues): Promise<readonly string[]> => {
  const { status, content } = await ask(call, 'GET', call.provider.statusAddress, values, '')
  return status === 200 ? allAtPath(content, call.provider.statusPath, values) : []
}

/**
 * What is left on the account, as the provider writes it; null when it says nothing. @throws Error without an answer
 */
export const askSmsBalance = async (call: SmsCall): Promise<string | null> => {
  const { status, content } = await ask(call, 'GET', call.provider.balanceAddress, {}, '')
  return status >= 200 && status < 300 ? atPath(content, call.provider.balancePath) : null
}

const codeOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (typeof code === 'string') return code
  return error instanceof Error && error.name === 'TimeoutError' ? 'ETIMEDOUT' : 'EUNKNOWN'
}

const isCertificateCode = (code: string): boolean => /CERT|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH/.test(code)
