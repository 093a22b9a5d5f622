import { addMonths, type Day } from '../../calendar/day.ts'
import { numericDay } from '../../text/french.ts'

/** A mandate is valid for repeated debits, or for a single one. */
export const mandateKinds = ['recurrent', 'oneOff'] as const
export type MandateKind = (typeof mandateKinds)[number]

/** How the debits of a mandate follow each other (« SeqTp »): the first, the next ones, the last, or the only one. */
export type SequenceType = 'FRST' | 'RCUR' | 'FNAL' | 'OOFF'

/** What became of a debit that was sent in a file. */
export type Presented = {
  readonly on: Day
  /** Rejected by a bank before settlement, returned after settlement, or neither. */
  readonly cameBack: 'rejected' | 'returned' | null
}

export type MandateFacts = {
  readonly kind: MandateKind
  readonly signedOn: Day
  /** The debits of this mandate that were sent in a file, in order. */
  readonly presented: readonly Presented[]
  /** Since when nothing is collected until a person decides; null when not suspended. */
  readonly suspendedOn: Day | null
  /** The day from which it is stopped; null when it is not. */
  readonly stoppedOn: Day | null
}

export const mandateStates = ['active', 'suspended', 'stopped', 'lapsed', 'used'] as const
/** `used`: its single debit was collected. */
export type MandateState = (typeof mandateStates)[number]

export const mandateStateNames: Readonly<Record<MandateState, string>> = {
  active: 'actif',
  suspended: 'suspendu',
  stopped: 'arrêté',
  lapsed: 'caduc',
  used: 'déjà prélevé',
}

/** A mandate lapses after this many months without a collection. */
const lapseMonths = 36

/** The last day on which a mandate may be collected: 36 months after the last collection, else after the signature. */
export const lapsesAfter = ({ signedOn, presented }: Pick<MandateFacts, 'signedOn' | 'presented'>): Day =>
  addMonths(presented.at(-1)?.on ?? signedOn, lapseMonths)

/** The state of a mandate on a day. */
export const mandateStateOn = (mandate: MandateFacts, on: Day): MandateState => {
  const { kind, presented, suspendedOn, stoppedOn } = mandate
  if (stoppedOn !== null && stoppedOn <= on) return 'stopped'
  if (kind === 'oneOff' && presented.some(isSettled)) return 'used'
  if (on > lapsesAfter(mandate)) return 'lapsed'
  return suspendedOn !== null && suspendedOn <= on ? 'suspended' : 'active'
}

/**
 * The sequence type of the next debit. When the first debit was rejected before settlement it does not count, so the
 * next one is the first again; a debit returned after settlement counts.
 * @param isLast whether this mandate will collect nothing after it
 */
export const nextSequence = (
  { kind, presented }: Pick<MandateFacts, 'kind' | 'presented'>,
  isLast = false,
): SequenceType => {
  if (kind === 'oneOff') return 'OOFF'
  if (!presented.some(isSettled)) return 'FRST'
  return isLast ? 'FNAL' : 'RCUR'
}

const isSettled = ({ cameBack }: Presented): boolean => cameBack !== 'rejected'

/** The number of debits that came back in a row, up to the last one sent. */
export const returnsInARow = (presented: readonly Presented[]): number =>
  presented.length - 1 - presented.findLastIndex(({ cameBack }) => cameBack === null)

/** Why a mandate cannot have been signed on a day; undefined when it can. */
export const refuseSignature = (signedOn: Day, today: Day): string | undefined => {
  if (signedOn > today) return 'Un mandat ne peut pas être signé dans le futur.'
  return addMonths(signedOn, lapseMonths) < today
    ? `Un mandat signé le ${numericDay(signedOn)} et jamais prélevé est caduc depuis 36 mois\u00a0: faites-en signer un autre.`
    : undefined
}
