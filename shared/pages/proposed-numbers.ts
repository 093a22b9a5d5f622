import type { SentPaperShown } from '../contract/portal/papers.ts'
import { dayAt } from '../rules/calendar/day.ts'
import { formatEuros, formatNumber } from '../rules/money/money.ts'
import { shortDay } from '../rules/text/french.ts'
import type { Sentence } from './page.ts'

/** The quotient and the income that a parent typed from a paper. */

/** « quotient familial 727, derniers revenus 18 200,00 € par an »; empty for a paper without numbers. */
export const numbersText = ({ quotient, incomeCents }: SentPaperShown): string =>
  [
    quotient === null ? '' : `quotient familial ${formatNumber(quotient)}`,
    incomeCents === null ? '' : `derniers revenus ${formatEuros(incomeCents)} par an`,
  ]
    .filter((text) => text !== '')
    .join(', ')

/** The last numbers that a parent proposed and that the service has not decided; null without any. */
export const proposedNumbersText = (sent: readonly SentPaperShown[] | undefined): Sentence | null => {
  const last = sent?.find((one) => numbersText(one) !== '')
  if (!last) return null
  return [
    { strong: 'Demandé, pas encore décidé\u00a0:' },
    ` ${numbersText(last)}. Enregistré le ${shortDay(dayAt(last.recordedAt))}\u00a0: le service lit votre attestation, puis répond.`,
  ]
}
