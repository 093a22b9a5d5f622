import type { Day } from '../../calendar/day.ts'
import { withFullStop } from '../../text/french.ts'
import type { Cents } from '../money.ts'
import type { DebitSettings } from './debit-settings.ts'

/**
 * What follows a returned debit. `again`: it is presented again in the next collection. `stopAccount`: the account
 * takes no debits any more, so the family must give another one. `wait`: nothing is collected until a person decides.
 */
export type AfterReturn = 'again' | 'stopAccount' | 'wait'

type Code = { readonly reason: string; readonly after: AfterReturn }

/** Reason codes of banks (ISO 20022 external codes) with a known meaning; any other code waits for a person. */
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
  // These are only named for staff: what to do about them differs from town to town.
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

/** After this many returned debits in a row a mandate is suspended, whatever the reasons. */
const mostReturnsInARow = 2

/** « Compte clos », « motif AB12 » */
export const returnReason = (code: string): string => codes[code]?.reason ?? `Motif ${code}`

/** A debit sent under a mandate; `cameBackOn` is null while it has not come back. */
type SentDebit = { readonly on: Day; readonly cameBackOn: Day | null }

/**
 * Which debit came back, among those of one mandate and amount, when the bank does not name it: equal parts of a year
 * differ in nothing else. A return that is read twice is the one already recorded; another return of the same mandate
 * is the previous debit.
 * @param told what the bank reports: a rejection comes before settlement, a return after it; null without a day
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
 * What follows from a returned debit.
 * @param inARow how many debits of the mandate came back in a row, including this one
 */
export const afterReturn = (code: string, inARow: number): AfterReturn => {
  const after = codes[code]?.after ?? 'wait'
  return after === 'again' && inARow >= mostReturnsInARow ? 'wait' : after
}

/** Codes that mean that the account did not honour the debit: no dispute, and no mistake of the service or a bank. */
const unpaidCodes: readonly string[] = ['AM04', 'AC01', 'AC04', 'AC06']

/** The fee of the home for a returned debit. @param settings with the fee that a council decided, or zero */
export const returnFee = (code: string, { returnFeeCents }: Pick<DebitSettings, 'returnFeeCents'>): Cents =>
  unpaidCodes.includes(code) ? returnFeeCents : 0

/** The consequence in words for staff: « Compte clos. Mandat arrêté\u00a0: demandez un autre compte. » */
export const afterReturnText = (code: string, inARow: number): string =>
  `${withFullStop(returnReason(code))} ${
    {
      again: 'Repris au prochain prélèvement.',
      stopAccount: 'Mandat arrêté\u00a0: demandez un autre compte.',
      wait: 'Mandat suspendu\u00a0: à vous de décider.',
    }[afterReturn(code, inARow)]
  }`
