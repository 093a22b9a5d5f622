/** What one side speaks: the versions of the exchange, and the kinds of entries and documents it knows what to do with. */
export type Speech = { readonly versions: readonly number[]; readonly kinds: readonly string[] }

const exchangeVersions: readonly number[] = [1]

/** The portal says what parents did, the desk what staff decided: `shared/contract/portal/entries.ts`, `request.ts`. */
const saidByPortal = [
  'demande',
  'registration',
  'proposal',
  'withdrawn',
  'takenBack',
  'activated',
  'payment',
  'sentPaper',
  'message',
  'mailbox',
  'mailChoice',
  'signUp',
  'answerStands',
] as const
/** `keyRotated`, `keyRevoked`: of the desk's own keys, `shared/contract/exchange/keys.ts`. */
const saidByDesk = ['answer', 'keyRotated', 'keyRevoked', 'erasure'] as const
/** `shared/contract/portal/documents.ts`; a paper is bytes. */
const publishedByDesk = [
  'town',
  'account',
  'period',
  'places',
  'family',
  'bookings',
  'money',
  'familyPapers',
  'messages',
  'notice',
  'paper',
] as const

const kinds: readonly string[] = [...saidByPortal, ...saidByDesk, ...publishedByDesk]

// One build of both faces speaks the same; two builds of different ages tell each other what they lack.
export const deskSpeech: Speech = { versions: exchangeVersions, kinds }
export const portalSpeech: Speech = { versions: exchangeVersions, kinds }

/** The newest version that both speak; null when they cannot speak at all. */
export const commonVersion = (one: readonly number[], other: readonly number[]): number | null => {
  const common = one.filter((version) => other.includes(version))
  return common.length > 0 ? Math.max(...common) : null
}

/** What one side may send that the other will keep without understanding. Said to staff: « portail à mettre à jour ». */
export const unknownTo = (other: Speech, mine: Speech): string[] =>
  mine.kinds.filter((kind) => !other.kinds.includes(kind))
