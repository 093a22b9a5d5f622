import type { Day } from '../../calendar/day.ts'
import { counted, listed, numericDay, ofName } from '../../text/french.ts'
import { type Cents, formatEuros } from '../money.ts'
import { type Debt, owedDocumentsText } from '../payment/payment.ts'
import type { MandateState, SequenceType } from './mandate.ts'
import type { YearPart } from './year-plan.ts'

/** A debt that a collection may take. */
export type CollectableDebt = Debt & {
  /** « 2026-001290 », « Solde repris au 31/08/2026 » */
  readonly number: string
  /** « novembre 2026 »; empty for a balance taken over. */
  readonly period: string
  /** Null while the amount is carried over to the next invoice. */
  readonly dueOn: Day | null
  /** Whether a frozen collection takes it already. */
  readonly isInCollection: boolean
  /** Whether a parent is paying it online. */
  readonly isBeingPaid: boolean
}

/** The part of a year that no collection has taken. */
export type FreePart = YearPart & { readonly yearPartId: number }

/** A payer with a mandate, and what it owes. */
export type Candidate = {
  readonly mandateId: number
  readonly state: MandateState
  readonly sequence: SequenceType
  /** Whether its account was sealed with a key that is now lost. */
  readonly isAccountLost: boolean
  /** Whether its debts are collected by the public accountant, so that the régie takes no money for them. */
  readonly isToTitle: boolean
  readonly debts: readonly CollectableDebt[]
  readonly parts: readonly FreePart[]
}

/** Why a payer who owes money is skipped. */
export const skipCauses = [
  'suspended',
  'stopped',
  'lapsed',
  'used',
  'accountLost',
  'beingPaid',
  'below',
  'toTitle',
  'untold',
] as const
export type SkipCause = (typeof skipCauses)[number]

/**
 * What staff may do so that a skipped payer is collected again: resume its mandate, ask for its account, or type
 * another mandate.
 */
export const skipRemedies = ['resume', 'askAccount', 'newMandate'] as const
export type SkipRemedy = (typeof skipRemedies)[number]

const actOf: Readonly<Record<SkipCause, SkipRemedy | null>> = {
  suspended: 'resume',
  stopped: 'newMandate',
  lapsed: 'newMandate',
  used: 'newMandate',
  accountLost: 'newMandate',
  beingPaid: null,
  below: null,
  toTitle: null,
  untold: null,
}

/**
 * The action offered to staff for a skipped payer; null when only time or somebody else can help. Only homes can be
 * asked for another account, since that is done on the portal.
 */
export const skipRemedy = (cause: SkipCause, isHome: boolean): SkipRemedy | null =>
  cause === 'stopped' && isHome ? 'askAccount' : actOf[cause]

/** One payer's debit in a collection. */
export type ProposedDebit<Payer extends Candidate> = {
  readonly payer: Payer
  readonly debts: readonly CollectableDebt[]
  readonly parts: readonly FreePart[]
  readonly cents: Cents
}

/**
 * What a collection takes: everything due by its day, from each payer with an active mandate. Other payers who owe
 * money are skipped, each with the cause.
 * @param isTooLateToAnnounce whether a notice would be late: then only parts of a year are taken, since homes were told
 * their day when the year was agreed
 */
export const proposeCollection = <Payer extends Candidate>(
  payers: readonly Payer[],
  {
    on,
    leastCents,
    isTooLateToAnnounce = false,
  }: { readonly on: Day; readonly leastCents: Cents; readonly isTooLateToAnnounce?: boolean },
): {
  readonly debits: readonly ProposedDebit<Payer>[]
  readonly skipped: readonly (ProposedDebit<Payer> & { readonly cause: SkipCause })[]
} => {
  const debits: ProposedDebit<Payer>[] = []
  const skipped: (ProposedDebit<Payer> & { readonly cause: SkipCause })[] = []
  for (const payer of payers) {
    const due = {
      debts: payer.debts.filter(({ dueOn, isInCollection }) => dueOn !== null && dueOn <= on && !isInCollection),
      parts: payer.parts.filter(({ dueOn }) => dueOn <= on),
    }
    const announced = { debts: [], parts: payer.parts.filter(({ dueOn }) => dueOn === on) }
    const taken = isTooLateToAnnounce && announced.parts.length > 0 ? announced : due
    const cents = totalOf(taken)
    if (cents === 0) continue
    const cause = skipCause(payer, taken.debts, {
      cents,
      leastCents,
      isUnannounced: isTooLateToAnnounce && taken === due,
    })
    if (cause === undefined) debits.push({ payer, ...taken, cents })
    else skipped.push({ payer, ...taken, cents, cause })
  }
  return { debits, skipped }
}

/** Whether a line takes only amounts that its payer was told when the year was agreed: it needs no notice. */
export const isAnnouncedBefore = (
  { debts, parts }: { readonly debts: readonly unknown[]; readonly parts: readonly { readonly dueOn: Day }[] },
  on: Day,
): boolean => debts.length === 0 && parts.every(({ dueOn }) => dueOn === on)

const totalOf = ({ debts, parts }: Pick<ProposedDebit<Candidate>, 'debts' | 'parts'>): Cents =>
  debts.reduce((sum, { leftCents }) => sum + leftCents, 0) + parts.reduce((sum, { cents }) => sum + cents, 0)

const skipCause = (
  payer: Candidate,
  debts: readonly CollectableDebt[],
  {
    cents,
    leastCents,
    isUnannounced,
  }: { readonly cents: Cents; readonly leastCents: Cents; readonly isUnannounced: boolean },
): SkipCause | undefined => {
  if (payer.isToTitle) return 'toTitle'
  if (payer.state !== 'active') return payer.state
  if (payer.isAccountLost) return 'accountLost'
  if (debts.some(({ isBeingPaid }) => isBeingPaid)) return 'beingPaid'
  if (cents < leastCents) return 'below'
  return isUnannounced ? 'untold' : undefined
}

/** « Mandat caduc : 36 mois sans prélèvement ». @param reason why the mandate is suspended or stopped */
export const skipText = (cause: SkipCause, { reason, leastCents }: { reason: string; leastCents: Cents }): string => {
  const because = reason === '' ? '' : `\u00a0: ${reason}`
  return {
    suspended: `Mandat suspendu${because}`,
    stopped: `Mandat arrêté${because}`,
    lapsed: 'Mandat caduc\u00a0: 36 mois sans prélèvement',
    used: 'Mandat ponctuel, déjà prélevé',
    accountLost: 'Compte illisible\u00a0: sa clé est perdue, demandez-le de nouveau',
    beingPaid: 'Paiement en ligne en cours',
    below: `Sous le seuil de ${formatEuros(leastCents)}\u00a0: reporté`,
    toTitle: 'À titrer\u00a0: le comptable public recouvre, la régie n’encaisse rien',
    untold: 'Un avis est à envoyer avant\u00a0: prenez un jour plus tard',
  }[cause]
}

/** « 12 familles et 1 tiers payeur » */
export const payersText = (payers: readonly { readonly thirdPartyId: number | null }[]): string => {
  const parties = payers.filter(({ thirdPartyId }) => thirdPartyId !== null).length
  const homes = payers.length - parties
  return listed([
    ...(homes > 0 || parties === 0 ? [counted(homes, 'famille')] : []),
    ...(parties > 0 ? [counted(parties, 'tiers payeur', 'tiers payeurs')] : []),
  ])
}

/** What a line collects: a debt, or the part of a year. */
type Collected = { readonly invoiceId: number | null; readonly yearPartId?: number | null; readonly number: string }

/** « mensualité du 10/01/2027 » */
export const yearPartName = (dueOn: Day): string => `mensualité du ${numericDay(dueOn)}`

/** What is collected, in a column: « 2026-001290 », « 2 factures et un solde repris », « 1 facture, 1 mensualité ». */
export const collectedText = (collected: readonly Collected[]): string => {
  const [only] = collected
  if (collected.length === 1 && only) return only.number
  const parts = collected.filter(({ yearPartId }) => yearPartId != null).length
  const invoices = collected.filter(({ invoiceId }) => invoiceId !== null).length
  const owed = owedDocumentsText(invoices, invoices + parts < collected.length)
  return [owed, parts === 0 ? '' : counted(parts, 'mensualité')].filter((text) => text !== '').join(', ')
}

/** A part of what a line takes, with the name of its source. */
export type TakenPart = { readonly source: string; readonly cents: Cents }

/** « Factures de novembre 2026 », « Soldes repris », « Mensualités ». @param period « novembre 2026 », of an invoice */
export const sourceName = ({
  invoiceId,
  yearPartId,
  period,
}: Pick<Collected, 'invoiceId' | 'yearPartId'> & { readonly period: string }): string => {
  if (yearPartId != null) return 'Mensualités'
  return invoiceId === null ? 'Soldes repris' : `Factures ${ofName(period)}`
}

/** « D’où viennent les 3 914,25 € »: the sums of a collection by source, the largest first. */
export const collectionSources = (
  lines: readonly { readonly taken: readonly TakenPart[] }[],
): (TakenPart & { readonly count: number })[] =>
  [
    ...Map.groupBy(
      lines.flatMap(({ taken }) => taken),
      ({ source }) => source,
    ),
  ]
    .map(([source, parts]) => ({
      source,
      count: parts.length,
      cents: parts.reduce((sum, { cents }) => sum + cents, 0),
    }))
    .toSorted((one, other) => other.cents - one.cents)

/** What the debtor reads on the statement of the account: « Factures 2026-001290, 2026-001301 ». */
export const remittanceText = (organisation: string, collected: readonly Collected[]): string => {
  const parts = collected.filter(({ yearPartId }) => yearPartId != null)
  const papers = collected.filter((one) => !parts.includes(one)).map(({ number }) => number)
  const bills = papers.length === 0 ? [] : [`${papers.length > 1 ? 'Factures' : 'Facture'} ${papers.join(', ')}`]
  return `${[...bills, ...parts.map(({ number }) => number)].join(', ')} - ${organisation}`
}
