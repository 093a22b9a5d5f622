import { type Cents, formatEuros } from '../../rules/money/money.ts'
import type { Sentence } from '../page.ts'

/** Shown below a balance that already deducts what was paid online and is not in the town's accounts yet. */
export const pendingPaymentText = (receivedCents: Cents): Sentence | null =>
  receivedCents > 0
    ? [
        'Paiement en cours\u00a0: ',
        { strong: formatEuros(receivedCents) },
        ' payés en ligne, déjà déduits. La mairie les compte au prochain échange.',
      ]
    : null
