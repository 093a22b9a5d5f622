import type { BankLine, BankReading, ReturnsProposal } from '../../../shared/contract/desk/money/bank.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import { batchText, type LineMatch, matchText, proposalText } from '../../../shared/rules/money/bank/matching.ts'
import { lastFourOf } from '../../../shared/rules/money/debit/identifiers.ts'
import { numberIn, seriesOf } from '../../../shared/rules/money/series.ts'
import { briefDay, counted } from '../../../shared/rules/text/french.ts'
import type { Store } from '../../store/store.ts'
import type { Core } from '../core.ts'
import { findReturn } from '../debits/debits.ts'
import { accountRows, type LineRow, type MatchRow, matchesOf, settledRows, statementRows } from './bank-store.ts'
import { waitingMatches } from './matching.ts'

/** The lines of a régie that wait, with what each may be, and the matches of the lines of a statement. */
export const readBank = async (
  { store, clock }: Core,
  { regieId, statementId }: { readonly regieId: number; readonly statementId: number | null },
): Promise<BankReading> => {
  const waiting = await waitingMatches(store, regieId)
  const statements = statementRows(store, regieId)
  const shown = statements.find(({ id }) => id === statementId) ?? statements[0]
  const settled = shown ? settledRows(store, shown.id) : []
  const became = Map.groupBy(
    matchesOf(
      store,
      settled.map(({ id }) => id),
    ),
    ({ lineId }) => lineId,
  )
  return {
    lastFour: lastFourOf(accountRows(store, regieId)[0]?.iban ?? ''),
    statements,
    statementId: shown?.id ?? null,
    lines: [
      ...waiting.map(({ row, match }) =>
        row.cents > 0 ? waitingShown(row, match) : returnShown(store, row, today(clock)),
      ),
      ...settled.map((row) => settledShown(row, became.get(row.id) ?? [])),
    ],
  }
}

const lineShown = ({ id, on, cents, leftCents, label, reference, payer, lastFour }: LineRow) => ({
  id,
  on,
  cents,
  leftCents,
  label,
  reference,
  payer,
  lastFour,
})

const waitingShown = (row: LineRow, match: LineMatch): BankLine => {
  const [best] = match.proposals
  const isAside = row.setAsideOn !== null
  return {
    ...lineShown(row),
    state: match.verdict === 'sure' ? 'sure' : isAside ? 'aside' : match.verdict,
    what: best
      ? proposalText(best)
      : isAside
        ? 'À identifier'
        : match.namesakes > 0
          ? 'À chercher'
          : 'À mettre en attente',
    why: isAside ? `depuis le ${briefDay(row.setAsideOn ?? row.on)}` : matchText(match, row.leftCents),
    proposals: match.proposals,
  }
}

/** A line that is a debit of the régie which came back. */
const returnShown = (store: Store, row: LineRow, on: Day): BankLine => {
  const { regieId, endToEndId, cents, returnCode: code } = row
  const found = findReturn(
    store,
    regieId,
    { endToEndId, mandateReference: '', cents: 0 - cents, code, cameBack: 'returned', on: row.on },
    on,
  )
  const isSure = found.debitId !== null && found.cents === 0 - cents
  const proposals: ReturnsProposal[] =
    found.debitId === null
      ? []
      : [{ kind: 'returns', debitId: found.debitId, payer: found.payer, code, text: found.text }]
  return {
    ...lineShown(row),
    state: isSure ? 'sure' : 'toConfirm',
    what: `Rejet de prélèvement, ${found.payer || endToEndId}`,
    why: isSure ? code : found.debitId === null ? found.text : 'le prélèvement n’est pas de ce montant',
    proposals,
  }
}

const settledShown = (row: LineRow, matches: readonly MatchRow[]): BankLine => ({
  ...lineShown(row),
  state: matches.length === 0 ? 'debit' : 'matched',
  what: settledText(matches),
  why: '',
  proposals: [],
})

/** « Vautier, quittance Q2026-000045 », « Carte, 3 règlements du ven. 13 nov. » */
const settledText = (matches: readonly MatchRow[]): string => {
  const [first, ...others] = matches
  if (!first) return ''
  const more = others.length > 0 ? ` et ${counted(others.length, 'autre')}` : ''
  if (first.reason !== '') return `Pas pour la régie\u00a0: ${first.reason}`
  if (first.slipNumber !== null && first.slipYear !== null)
    return `Bordereau ${numberIn(seriesOf(first.prefix, 'B'), first.slipYear, first.slipNumber)}${more}`
  if (first.collectOn !== null) return `Prélèvement du ${briefDay(first.collectOn)}${more}`
  if (first.returned !== null) return `Rejet de prélèvement, ${first.returned}`
  const { means, receivedOn, receiptYear, receiptNumber, prefix, payer } = first
  if (first.isMade === 0 && means !== null && means !== 'transfer' && receivedOn !== null)
    return batchText({ key: '', means, on: receivedOn, cents: first.cents, count: matches.length, payer, number: '' })
  const receipt = receiptYear && receiptNumber ? numberIn(seriesOf(prefix, 'Q'), receiptYear, receiptNumber) : ''
  return `${payer}, quittance ${receipt}${more}`
}
