import { type Cents, formatEuros } from '../../../shared/rules/money/money.ts'
import { BOTTOM, continuationHeader, MARGIN, type Organisation, WIDTH } from '../letterhead.ts'
import { heightOf, mm, type Paper, sizes, wrapped } from '../paper.ts'

type Amount = { readonly label: string; readonly amount: Cents }

/**
 * Draws a table of labels and amounts with its total, from `y` on. Rows within `foot` millimetres of the page foot go
 * to a new page, whose head repeats `title`.
 * @returns the y below the table
 */
export const amountsTable = (
  paper: Paper,
  {
    rows,
    total,
    foot,
    organisation,
    title,
  }: {
    readonly rows: readonly Amount[]
    readonly total: Amount
    readonly foot: number
    readonly organisation: Organisation
    readonly title: string
  },
  y: number,
): number => {
  let top = y
  paper.rule(mm(MARGIN), top, mm(WIDTH), 1.1)
  paper.group('Table', () => {
    for (const { label, amount } of rows) {
      const lines = wrapped(label, mm(WIDTH - 35))
      if (top + heightOf(lines) > mm(BOTTOM - foot)) {
        paper.newPage()
        top = continuationHeader(paper, organisation, title)
      }
      row(paper, lines, formatEuros(amount), top, {})
      top += heightOf(lines) + mm(1.6)
      paper.rule(mm(MARGIN), top, mm(WIDTH), 0.4, 'line')
    }
    const style = { size: sizes.large, weight: 'semibold' } as const
    const lines = wrapped(total.label, mm(WIDTH - 45), style)
    row(paper, lines, formatEuros(total.amount), top + mm(1), style)
    top += heightOf(lines) + mm(3.6)
  })
  paper.rule(mm(MARGIN), top, mm(WIDTH), 1.5)
  return top
}

const row = (
  paper: Paper,
  lines: ReturnType<typeof wrapped>,
  amount: string,
  y: number,
  style: Parameters<Paper['write']>[5],
): void => {
  paper.group('TR', () => {
    paper.put('TH', lines, mm(MARGIN + 1), y + mm(0.8), mm(WIDTH - 35), 'left', { scope: 'Row' })
    paper.write('TD', amount, mm(MARGIN), y + mm(0.8), mm(WIDTH - 1), style, 'right')
  })
}
