import type { Day } from '../../calendar/day.ts'
import type { ResolvedDocument } from '../../templates/resolved-document.ts'
import { shortDay } from '../../text/french.ts'
import type { PaperFacts } from '../invoice.ts'
import { type Cents, formatEuros } from '../money.ts'

/** What staff note of a payer: a call, that it is set aside of reminders until a day, or set aside no more. */
export const recoveryNoteKinds = ['call', 'aside', 'back'] as const
export type RecoveryNoteKind = (typeof recoveryNoteKinds)[number]

/** Letters in one PDF: a printing thread holds it whole in its memory. */
export const lettersPerFile = 1000

/** A debt that a reminder asks for. */
export type RemindedDebt = {
  readonly invoiceId: number | null
  readonly openingDebtId: number | null
  /** « 2026-000725 », « Solde repris au 31/08/2026 » */
  readonly number: string
  /** « juillet 2026 »; empty for an opening balance. */
  readonly period: string
  readonly dueOn: Day
  readonly totalCents: Cents
  readonly leftCents: Cents
}

/** What a reminder says, stored with it: its letter is printed again from these facts. */
export type ReminderFacts = Pick<PaperFacts, 'organisation' | 'payment' | 'complaints' | 'debtor'> & {
  /** « F-00418 »; empty for a third party. */
  readonly familyNumber: string
  /** First names of the children. */
  readonly children: readonly string[]
  readonly levelName: string
  /** How many levels the régie had. */
  readonly levels: number
  readonly debts: readonly RemindedDebt[]
  /** What is owed too but not yet due: not asked for. */
  readonly upcoming: readonly { readonly number: string; readonly cents: Cents; readonly dueOn: Day }[]
  /** The day of the reminder before, when it asked for one of these debts. */
  readonly previousOn: Day | null
  /** The last promise of a payment, whose day is past. */
  readonly promise: { readonly calledOn: Day; readonly promisedOn: Day } | null
  readonly consequence: string
  /** What its letter says, from the template of its level; absent for one made before there were templates. */
  readonly letter?: { readonly title: string; readonly body: ResolvedDocument } | undefined
  /** What the mail that brought it said; absent where none did. */
  readonly mail?: { readonly subject: string; readonly body: ResolvedDocument } | undefined
  /** What the reminder costs, on the next invoice; absent without a fee. */
  readonly fee?: { readonly cents: Cents; readonly decision: string }
  readonly cashier: string
}

/** The last promise that was not kept: its day is past, and the debts are still there. */
export const brokenPromise = (
  notes: readonly { readonly kind: RecoveryNoteKind; readonly notedOn: Day; readonly untilDay: Day | null }[],
  on: Day,
): ReminderFacts['promise'] => {
  const last = notes.findLast(({ kind, untilDay }) => kind === 'call' && untilDay !== null)
  return last?.untilDay && last.untilDay < on ? { calledOn: last.notedOn, promisedOn: last.untilDay } : null
}

/** « Deux factures ne sont pas entièrement payées. Nous vous l’avions rappelé le mer. 21 oct. 2026. … » */
export const reminderIntroduction = ({
  debts,
  previousOn,
  promise,
}: Pick<ReminderFacts, 'debts' | 'previousOn' | 'promise'>): string =>
  [
    unpaidText(debts),
    previousOn === null ? '' : `Nous vous l’avions rappelé le ${shortDay(previousOn)}.`,
    promise === null
      ? ''
      : `Le ${shortDay(promise.calledOn)}, vous aviez prévu de payer le ${shortDay(promise.promisedOn)}\u00a0: à ce jour, nous n’avons rien reçu.`,
    'Si vous avez payé ces derniers jours, ne tenez pas compte de cette lettre, et merci.',
  ]
    .filter((text) => text !== '')
    .join(' ')

/** « Des frais de relance de 3,00 € (délibération n° 2026-12) seront sur votre prochaine facture. » */
export const reminderFeeText = (fee: ReminderFacts['fee']): string =>
  fee === undefined
    ? 'Aucun frais n’est ajouté.'
    : `Des frais de relance de ${formatEuros(fee.cents)} (délibération n°\u00a0${fee.decision}) seront sur votre prochaine facture.`

/** « La facture n° 2026-001251, 87,10 €, n’est pas comptée ici : vous avez jusqu’au lun. 7 déc. 2026. » */
export const reminderAside = ({ upcoming, fee }: Pick<ReminderFacts, 'upcoming' | 'fee'>): string =>
  [
    ...upcoming.map(
      ({ number, cents, dueOn }) =>
        `La facture ${number}, ${formatEuros(cents)}, n’est pas comptée ici\u00a0: vous avez jusqu’au ${shortDay(dueOn)}.`,
    ),
    reminderFeeText(fee),
  ].join(' ')

const numberWords = ['Une', 'Deux', 'Trois', 'Quatre', 'Cinq', 'Six', 'Sept', 'Huit', 'Neuf', 'Dix']

const unpaidText = (debts: ReminderFacts['debts']): string => {
  const one = debts.every(({ invoiceId }) => invoiceId !== null) ? 'facture' : 'somme'
  const count = numberWords[debts.length - 1] ?? String(debts.length)
  return debts.length === 1
    ? `${count} ${one} n’est pas entièrement payée.`
    : `${count} ${one}s ne sont pas entièrement payées.`
}
