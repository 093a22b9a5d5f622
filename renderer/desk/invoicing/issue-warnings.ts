import type { Draft, IssueWarnings } from '../../../shared/contract/desk/money/invoicing.ts'
import { billedAheadText } from '../../../shared/rules/money/invoice.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { type DraftRow, netOf } from './draft-rows.ts'

/** Whether a draft is ticked, that is issued with its run. */
export const isTicked = ({ setAside, verdict }: Pick<Draft, 'setAside' | 'verdict'>): boolean =>
  !setAside && verdict !== 'error'

/** « 48 brouillons ne sont pas cochés et ne sont pas émis : 3 138,44 € »; null when all are ticked. */
export const notIssuedText = (rows: readonly DraftRow[]): string | null => {
  const staying = rows.filter((row) => !isTicked(row))
  if (staying.length === 0) return null
  const cents = staying.reduce((total, row) => total + netOf(row), 0)
  return `${counted(staying.length, 'brouillon n’est pas coché et n’est pas émis', 'brouillons ne sont pas cochés et ne sont pas émis')}\u00a0: ${formatEuros(cents)}.`
}

/** Warnings before a run is issued, one sentence each. */
export const issueWarnings = ({ ahead }: IssueWarnings): string[] => (ahead ? [billedAheadText(ahead)] : [])
