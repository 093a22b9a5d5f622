import { useQuery } from '@tanstack/react-query'
import type { SentPaperShown } from '../../../shared/contract/portal/papers.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { formatEuros, formatNumber } from '../../../shared/rules/money/money.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../client.ts'
import { Notice } from '../parts/notice.tsx'

/** « quotient familial 727, derniers revenus 18 200,00 € par an »; empty for a paper without numbers. */
export const numbersText = ({ quotient, incomeCents }: SentPaperShown): string =>
  [
    quotient === null ? '' : `quotient familial ${formatNumber(quotient)}`,
    incomeCents === null ? '' : `derniers revenus ${formatEuros(incomeCents)} par an`,
  ]
    .filter((text) => text !== '')
    .join(', ')

/** The last quotient and income that a parent proposed, shown below the current ones until the service has decided. */
export const ProposedNumbers = () => {
  const { data } = useQuery(orpc.papers.shown.queryOptions())
  const last = data?.sent.find((one) => numbersText(one) !== '')
  if (!last) return null
  return (
    <Notice>
      <p>
        <b>Demandé, pas encore décidé&nbsp;:</b> {numbersText(last)}. Enregistré le {shortDay(dayAt(last.recordedAt))}
        &nbsp;: le service lit votre attestation, puis répond.
      </p>
    </Notice>
  )
}
