import type { Day } from '../../calendar/day.ts'
import type { ResolvedDocument } from '../../templates/resolved-document.ts'
import { shortDay } from '../../text/french.ts'
import type { PaperFacts } from '../invoice.ts'
import { type Cents, formatEuros } from '../money.ts'

/** Notes of staff about a payer: a call, a setting aside (no reminder until a day), or the end of it. */
export const recoveryNoteKinds = ['call', 'aside', 'back'] as const
export type RecoveryNoteKind = (typeof recoveryNoteKinds)[number]

/** The maximum number of letters in one PDF, because a printing thread keeps the whole PDF in memory. */
export const lettersPerFile = 1000

/** A debt in a reminder. */
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

/** The content of a reminder, stored with it so that its letter can be printed again. */
export type ReminderFacts = Pick<PaperFacts, 'organisation' | 'payment' | 'complaints' | 'debtor'> & {
  /** « F-00418 »; empty for a third party. */
  readonly familyNumber: string
  /** First names of the children. */
  readonly children: readonly string[]
  readonly levelName: string
  /** The number of levels of the régie at that time. */
  readonly levels: number
  readonly debts: readonly RemindedDebt[]
  /** Debts that are not due yet, which the reminder does not ask for. */
  readonly upcoming: readonly { readonly number: string; readonly cents: Cents; readonly dueOn: Day }[]
  /** The day of the previous reminder, when it asked for one of these debts. */
  readonly previousOn: Day | null
  /** The last promise of a payment, whose day has passed. */
  readonly promise: { readonly calledOn: Day; readonly promisedOn: Day } | null
  readonly consequence: string
  /** The text of its letter, from the template of its level; absent for a reminder made before templates existed. */
  readonly letter?: { readonly title: string; readonly body: ResolvedDocument } | undefined
  /** The text of the mail that brought it; absent when no mail did. */
  readonly mail?: { readonly subject: string; readonly body: ResolvedDocument } | undefined
  /** The fee for the reminder, on the next invoice; absent without a fee. */
  readonly fee?: { readonly cents: Cents; readonly decision: string }
  readonly cashier: string
}

/** The last promise that was not kept: its day has passed, and debts are still unpaid. */
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
export const reminderFootnote = ({ upcoming, fee }: Pick<ReminderFacts, 'upcoming' | 'fee'>): string =>
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
