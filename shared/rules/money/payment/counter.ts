import type { Day } from '../../calendar/day.ts'
import { numericDay } from '../../text/french.ts'
import { type Cents, formatEuros } from '../money.ts'
import type { PaymentMeans } from './payment.ts'
import { isVoucher } from './vouchers.ts'

/** The details of a payment at the counter, besides its amount; empty or null when its means has no such field. */
export type CounterDetails = {
  /**
   * The number of the cheque, of the authorisation printed by the card terminal, or of the vouchers: « 0412 à 0416 ».
   */
  readonly documentNumber: string
  readonly bank: string
  /** The person who drew the cheque, or the issuer of the vouchers. */
  readonly issuer: string
  /** The cash that the payer handed over, including the change. */
  readonly givenCents: Cents | null
  /** The day until which the cheque is held back: no deposit slip includes it before. */
  readonly heldUntil: Day | null
}

export const noDetails: CounterDetails = { documentNumber: '', bank: '', issuer: '', givenCents: null, heldUntil: null }

/** « n° 0047918, Crédit Agricole, M. Marchand », with the reference that was typed. */
export const detailsText = ({
  documentNumber,
  bank,
  issuer,
  reference,
}: Pick<CounterDetails, 'documentNumber' | 'bank' | 'issuer'> & { readonly reference: string }): string =>
  [documentNumber === '' ? '' : `n°\u00a0${documentNumber}`, bank, issuer, reference]
    .filter((text) => text !== '')
    .join(', ')

type Refusal = { readonly sentence: string; readonly field: keyof CounterDetails }

/** Why a payment cannot have these details; undefined when it can. */
export const refuseDetails = (
  {
    means,
    amountCents,
    receivedOn,
  }: { readonly means: PaymentMeans; readonly amountCents: Cents; readonly receivedOn: Day },
  { documentNumber, bank, issuer, givenCents, heldUntil }: CounterDetails,
  { holdsCheques }: { readonly holdsCheques: boolean },
): Refusal | undefined => {
  if (means !== 'cheque' && bank !== '') return { sentence: 'Seul un chèque a une banque.', field: 'bank' }
  if (means !== 'cheque' && !isVoucher(means) && issuer !== '')
    return { sentence: 'Ce moyen de paiement n’a pas d’émetteur.', field: 'issuer' }
  if (means !== 'cheque' && means !== 'card' && !isVoucher(means) && documentNumber !== '')
    return { sentence: 'Ce moyen de paiement n’a pas de numéro.', field: 'documentNumber' }
  if (givenCents !== null && means !== 'cash')
    return { sentence: 'La monnaie ne se rend que sur des espèces.', field: 'givenCents' }
  if (givenCents !== null && givenCents < amountCents)
    return { sentence: `Il manque ${formatEuros(amountCents - givenCents)}.`, field: 'givenCents' }
  if (heldUntil === null) return undefined
  if (means !== 'cheque') return { sentence: 'Seul un chèque se garde.', field: 'heldUntil' }
  if (!holdsCheques)
    return {
      sentence:
        'Cette régie ne garde pas de chèque\u00a0: le comptable doit en convenir, puis «\u00a0Régies\u00a0» le dire.',
      field: 'heldUntil',
    }
  return heldUntil < receivedOn
    ? { sentence: 'Un chèque se garde jusqu’à un jour d’après sa réception.', field: 'heldUntil' }
    : undefined
}

/** « gardé jusqu’au 05/01/2027 » */
export const heldText = (until: Day): string => `gardé jusqu’au ${numericDay(until)}`

type CashPart = {
  /** « Facture n° 2026-000123 »; empty for the part that becomes an advance. */
  readonly name: string
  /** The amount of cash that this payment brings to the debt. */
  readonly cents: Cents
  /** The amount of the debt paid in cash before. */
  readonly earlierCents: Cents
}

/**
 * Why this amount of cash cannot be taken; undefined when it can. @param maxCents the maximum for one debt; 0: no limit
 */
export const refuseCash = (parts: readonly CashPart[], maxCents: Cents): string | undefined => {
  const over = maxCents === 0 ? undefined : parts.find(({ cents, earlierCents }) => cents + earlierCents > maxCents)
  if (!over) return undefined
  const { name, earlierCents } = over
  const left = Math.max(0, maxCents - earlierCents)
  return `${name === '' ? 'Ce qui reste en avance' : name}\u00a0: ${formatEuros(maxCents)} au plus en espèces pour une même dette, il reste ${formatEuros(left)} à prendre ainsi.`
}

/** Why the counted total of a pile differs from that of its cheques; undefined when it does not. */
export const refusePile = (
  cheques: readonly { readonly amountCents: Cents }[],
  totalCents: Cents,
): string | undefined => {
  const sum = cheques.reduce((total, { amountCents }) => total + amountCents, 0)
  if (sum === totalCents) return undefined
  return `Les chèques font ${formatEuros(sum)}, le total de la pile ${formatEuros(totalCents)}\u00a0: ${formatEuros(Math.abs(sum - totalCents))} d’écart, rien n’est enregistré.`
}

/** The maximum number of cheques in a pile, because one person counts it. */
export const maxPile = 200
