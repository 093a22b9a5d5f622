/*
 * An SMS provider described as data; any provider that takes JSON over HTTPS can be described. Words in braces are
 * replaced in addresses, headers and the strings of a body: {clé}, {numéro} (« +33612345678 »), {numéro sans +},
 * {texte}, {expéditeur}, {référence} (ours, one for each SMS), {id} (theirs).
 */

export type SmsProvider = {
  readonly sendAddress: string
  /** One header a line: « api-key: {clé} ». */
  readonly headers: string
  /** JSON. */
  readonly body: string
  /** Where their answer has the id of the SMS, as a path for `atPath`. */
  readonly idPath: string
  /** Address of the GET request for the status of an SMS; empty when the provider has none. */
  readonly statusAddress: string
  readonly statusPath: string
  /** The words of the status for an SMS that arrived, for one that never will, and for a person who answered STOP. */
  readonly deliveredWords: string
  readonly failedWords: string
  readonly stoppedWords: string
  /** Address of the GET request for the credit left; empty when the provider has none. */
  readonly balanceAddress: string
  readonly balancePath: string
}

/**
 * Brevo (France), by its published API (developers.brevo.com/reference: send-async-transactional-sms, get-sms-events,
 * get-account). No STOP code is added to the text: Brevo would take it for advertising, and hold it back at night and
 * on Sundays.
 */
export const brevo: SmsProvider = {
  sendAddress: 'https://api.brevo.com/v3/transactionalSMS/send',
  headers: 'api-key: {clé}',
  body: '{"sender": "{expéditeur}", "recipient": "{numéro sans +}", "content": "{texte}", "type": "transactional", "unicodeEnabled": true, "tag": "{référence}"}',
  idPath: 'messageId',
  statusAddress: 'https://api.brevo.com/v3/transactionalSMS/statistics/events?days=3&phoneNumber={numéro sans +}',
  statusPath: 'events[messageId={id}].event',
  deliveredWords: 'delivered',
  failedWords: 'hardBounces, hardBounce, softBounces, softBounce, bounces, rejected, blocked, skip',
  stoppedWords: 'unsubscription, unsubscribe',
  balanceAddress: 'https://api.brevo.com/v3/account',
  balancePath: 'plan[type=sms].credits',
}

export const knownProviders: Readonly<Record<string, SmsProvider>> = { Brevo: brevo }

export type SmsValues = Readonly<Record<string, string>>

/** Replaces the words in braces. @param code applied to each value, such as `encodeURIComponent` in an address */
export const withValues = (template: string, values: SmsValues, code: (value: string) => string = String): string =>
  template.replaceAll(/\{([^{}]+)\}/g, (all, name: string) => {
    const value = values[name.trim()]
    return value === undefined ? all : code(value)
  })

/** The body to send. Its strings are filled after it was parsed as JSON, so that no value can change its structure. */
export const filledBody = (template: string, values: SmsValues): unknown =>
  mapStrings(JSON.parse(template), (text) => withValues(text, values))

const mapStrings = (value: unknown, change: (text: string) => string): unknown => {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((one: unknown) => mapStrings(one, change))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapStrings(one, change)]))
  return value
}

/** The headers of a call, by name. */
export const headersOf = (typed: string, values: SmsValues): Record<string, string> =>
  Object.fromEntries(
    typed
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map((line) => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).trim(), withValues(line.slice(colon + 1).trim(), values)]
      }),
  )

/**
 * The values at a path of an answer, as text: « messageId », « data.0.id », or « events[messageId={id}].event », which
 * takes all elements of a list whose field has this value.
 */
export const allAtPath = (answer: unknown, path: string, values: SmsValues = {}): readonly string[] => {
  const steps = withValues(path, values).match(/[^.[\]]+|\[[^\]]*\]/g) ?? []
  const found = steps.reduce<readonly unknown[]>(
    (all, step) =>
      all.flatMap((value) => {
        if (typeof value !== 'object' || value === null) return []
        if (!step.startsWith('[')) return [(value as Record<string, unknown>)[step]]
        const [key = '', wanted = ''] = step.slice(1, -1).split('=')
        return Array.isArray(value)
          ? value.filter((one: unknown) => textOf((one as Record<string, unknown> | null)?.[key]) === wanted)
          : []
      }),
    [answer],
  )
  return found.flatMap((value) => textOf(value) ?? [])
}

/** The first value at a path; null when there is none. */
export const atPath = (answer: unknown, path: string, values: SmsValues = {}): string | null =>
  allAtPath(answer, path, values)[0] ?? null

const textOf = (value: unknown): string | null =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null

export type SmsReport = 'delivered' | 'undelivered' | 'stopped'

/** What the statuses say of an SMS; null while nothing is final. A person who answered STOP has received it. */
export const reportOf = (
  { deliveredWords, failedWords, stoppedWords }: SmsProvider,
  statuses: readonly string[],
): SmsReport | null => {
  const has = (words: string) => {
    const known = words.split(',').map((word) => word.trim().toLowerCase())
    return statuses.some((status) => status !== '' && known.includes(status.toLowerCase()))
  }
  if (has(stoppedWords)) return 'stopped'
  if (has(deliveredWords)) return 'delivered'
  return has(failedWords) ? 'undelivered' : null
}

/** Why a provider cannot be called as it is described; null when it can. */
export const whyNotProvider = ({
  sendAddress,
  statusAddress,
  balanceAddress,
  headers,
  body,
}: SmsProvider): { readonly field: keyof SmsProvider; readonly sentence: string } | null => {
  for (const [field, address] of Object.entries({ sendAddress, statusAddress, balanceAddress }))
    if ((address !== '' || field === 'sendAddress') && !isProtected(address))
      return {
        field: field as keyof SmsProvider,
        sentence: 'Une adresse qui commence par https://\u00a0: la clé ne voyage pas sans protection.',
      }
  if (headers.split('\n').some((line) => line.trim() !== '' && !/^[\w-]+\s*:/.test(line.trim())))
    return { field: 'headers', sentence: 'Un en-tête par ligne\u00a0: «\u00a0nom: valeur\u00a0».' }
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value !== 'object' || value === null) throw new SyntaxError('no object')
  } catch {
    return { field: 'body', sentence: 'Ce corps n’est pas du JSON\u00a0: comparez-le à l’exemple du prestataire.' }
  }
  if (!body.includes('{texte}') || !body.includes('{numéro'))
    return { field: 'body', sentence: 'Le corps doit contenir {texte} et {numéro}.' }
  return null
}

/** Or this computer's own address, where the call crosses no network: for relays and tests. */
const isProtected = (address: string): boolean =>
  /^(?:https:\/\/[^\s/:@]+|http:\/\/(?:127\.0\.0\.1|localhost))(?::\d+)?(?:\/\S*)?$/.test(
    address.replaceAll(/\{[^{}]*\}/g, '0'),
  )
