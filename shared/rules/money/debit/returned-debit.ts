import type { Day } from '../../calendar/day.ts'
import { withFullStop } from '../../text/french.ts'
import type { Cents } from '../money.ts'
import type { DebitSettings } from './debit-settings.ts'

/**
 * What the service does after a debit came back. `again`: it is presented again with the next collection. `stopAccount`:
 * that account takes no debit any more, the family gives another one. `wait`: nothing is collected until a person has
 * decided.
 */
export type AfterReturn = 'again' | 'stopAccount' | 'wait'

type Code = { readonly reason: string; readonly after: AfterReturn }

/** Reason codes of banks (ISO 20022 external codes) that have a meaning here; any other one waits for a person. */
const codes: Readonly<Record<string, Code>> = {
  AM04: { reason: 'Provision insuffisante', after: 'again' },
  AC01: { reason: 'Compte inconnu', after: 'stopAccount' },
  AC04: { reason: 'Compte clos', after: 'stopAccount' },
  AC06: { reason: 'Compte bloqué', after: 'stopAccount' },
  BE05: { reason: 'Créancier inconnu de la banque', after: 'stopAccount' },
  MD01: { reason: 'Pas de mandat', after: 'wait' },
  MD06: { reason: 'Remboursement demandé par le débiteur', after: 'wait' },
  MD07: { reason: 'Débiteur décédé', after: 'wait' },
  SL01: { reason: 'Refus demandé par le débiteur à sa banque', after: 'wait' },
  // Named for the reader only: what they ask of the service differs from town to town.
  AC13: { reason: 'Compte qui ne se prélève pas', after: 'wait' },
  AG01: { reason: 'Opération interdite sur ce compte', after: 'wait' },
  AG02: { reason: 'Code d’opération refusé', after: 'wait' },
  AM05: { reason: 'Prélèvement en double', after: 'wait' },
  BE01: { reason: 'Le nom ne correspond pas au compte', after: 'wait' },
  CNOR: { reason: 'Banque du créancier non reconnue', after: 'wait' },
  DNOR: { reason: 'Banque du débiteur non reconnue', after: 'wait' },
  FF01: { reason: 'Fichier mal formé', after: 'wait' },
  FF05: { reason: 'Sorte de prélèvement refusée', after: 'wait' },
  MD02: { reason: 'Mandat incomplet', after: 'wait' },
  MS02: { reason: 'Refus du débiteur', after: 'wait' },
  MS03: { reason: 'Motif non communiqué', after: 'wait' },
  RC01: { reason: 'BIC inconnu', after: 'wait' },
  RR01: { reason: 'Informations du débiteur manquantes', after: 'wait' },
  RR02: { reason: 'Adresse du débiteur manquante', after: 'wait' },
  RR03: { reason: 'Informations du créancier manquantes', after: 'wait' },
  RR04: { reason: 'Motif réglementaire', after: 'wait' },
}

export const returnCodes: readonly string[] = Object.keys(codes)

/** So many debits in a row that come back suspend a mandate, whatever their reason. */
const mostReturnsInARow = 2

/** « Compte clos », « motif AB12 » */
export const returnReason = (code: string): string => codes[code]?.reason ?? `Motif ${code}`

/** A debit that was sent under a mandate; `cameBackOn` is null as long as it did not come back. */
type SentDebit = { readonly on: Day; readonly cameBackOn: Day | null }

/**
 * Which debit came back, among those of one mandate and amount, where the bank names none: equal parts of a year differ
 * in nothing else. Read twice, a return is the one that is recorded already; another return of the same mandate is the
 * debit before.
 * @param told what the bank says: a refusal comes before the debit is settled, a return after; null without a day
 */
export const debitMeant = <Sent extends SentDebit>(
  sent: readonly Sent[],
  { cameBack, on }: { readonly cameBack: 'rejected' | 'returned'; readonly on: Day | null },
): Sent | undefined => {
  const latestFirst = sent.toSorted((one, other) => (one.on < other.on ? 1 : one.on > other.on ? -1 : 0))
  if (on === null) return latestFirst[0]
  const before = latestFirst.filter((one) => one.on <= on)
  const after = latestFirst.filter((one) => one.on > on).toReversed()
  const likely = cameBack === 'returned' ? before : [...after, ...before]
  return (
    likely.find(({ cameBackOn }) => cameBackOn === on) ??
    likely.find(({ cameBackOn }) => cameBackOn === null) ??
    likely[0]
  )
}

/**
 * What follows from a debit that came back.
 * @param inARow how many debits of the mandate came back in a row, this one included
 */
export const afterReturn = (code: string, inARow: number): AfterReturn => {
  const after = codes[code]?.after ?? 'wait'
  return after === 'again' && inARow >= mostReturnsInARow ? 'wait' : after
}

/** Codes by which the account itself did not pay: neither a dispute, nor a mistake of the service or of a bank. */
const unpaidCodes: readonly string[] = ['AM04', 'AC01', 'AC04', 'AC06']

/** What the home pays for a debit that came back. @param settings with the fee that a council decided, or zero */
export const returnFee = (code: string, { returnFeeCents }: Pick<DebitSettings, 'returnFeeCents'>): Cents =>
  unpaidCodes.includes(code) ? returnFeeCents : 0

/** What staff read of it: « Compte clos. Mandat arrêté\u00a0: demandez un autre compte. » */
export const afterReturnText = (code: string, inARow: number): string =>
  `${withFullStop(returnReason(code))} ${
    {
      again: 'Repris au prochain prélèvement.',
      stopAccount: 'Mandat arrêté\u00a0: demandez un autre compte.',
      wait: 'Mandat suspendu\u00a0: à vous de décider.',
    }[afterReturn(code, inARow)]
  }`
