/** What one side supports: protocol versions, and kinds of entries and documents. */
export type Capabilities = { readonly versions: readonly number[]; readonly kinds: readonly string[] }

const exchangeVersions: readonly number[] = [1]

/**
 * The portal's entries record what parents did: `shared/contract/portal/entries.ts`. `answerStands`:
 * `answer-entries.ts`.
 */
const portalEntryKinds = [
  'demande',
  'registration',
  'proposal',
  'withdrawn',
  'takenBack',
  'activated',
  'accountKey',
  'payment',
  'paymentStarted',
  'paymentEnded',
  'sentPaper',
  'message',
  'mailbox',
  'mailChoice',
  'channelChoice',
  'quotientConsent',
  'consentAnswer',
  'confirmation',
  'signedMandate',
  'stoppedMandate',
  'signUp',
  'answerStands',
] as const
/**
 * The desk's entries record what staff decided. `keyRotated` and `keyRevoked` are about the desk's own keys:
 * `shared/contract/exchange/keys.ts`.
 */
const deskEntryKinds = ['answer', 'keyRotated', 'keyRevoked', 'erasure'] as const
/** Kinds of documents: `shared/contract/portal/documents.ts`. A `paper` is the bytes of a PDF. */
const documentKinds = [
  'town',
  'account',
  'period',
  'places',
  'family',
  'bookings',
  'money',
  'familyPapers',
  'health',
  'messages',
  'notice',
  'paper',
] as const

const kinds: readonly string[] = [...portalEntryKinds, ...deskEntryKinds, ...documentKinds]

// Desk and portal of one release support the same; in a mixed pair, each side reports what the other lacks.
export const deskCapabilities: Capabilities = { versions: exchangeVersions, kinds }
export const portalCapabilities: Capabilities = { versions: exchangeVersions, kinds }

/** The newest version that both sides support; null if there is none. */
export const commonVersion = (one: readonly number[], other: readonly number[]): number | null => {
  const common = one.filter((version) => other.includes(version))
  return common.length > 0 ? Math.max(...common) : null
}

/**
 * Kinds that this side may send and the other would store without understanding. Staff then read « portail à mettre à
 * jour ».
 */
export const kindsUnknownTo = (other: Capabilities, mine: Capabilities): string[] =>
  mine.kinds.filter((kind) => !other.kinds.includes(kind))
