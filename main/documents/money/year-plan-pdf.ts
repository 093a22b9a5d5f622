import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { hiddenIban } from '../../../shared/rules/money/debit/identifiers.ts'
import { type Cents, formatEuros } from '../../../shared/rules/money/money.ts'
import { counted, shortDay, withFullStop } from '../../../shared/rules/text/french.ts'
import { type Addressee, letterhead, MARGIN, type Organisation, WIDTH } from '../letterhead.ts'
import { bold, heightOf, makePdf, mm, type Paper, sizes, wrapped } from '../paper.ts'
import { amountsTable } from './amounts-table.ts'
import { adviceBlock, mandateBlock } from './debit-paper.ts'

/** « Échéancier annuel »: the days and amounts of the equal parts of a year. It replaces the notice of each debit. */
export type YearPlanPaper = {
  readonly organisation: Organisation
  readonly date: Day
  readonly familyNumber: string
  readonly to: Addressee
  readonly parts: readonly { readonly dueOn: Day; readonly cents: Cents; readonly isTaken: boolean }[]
  readonly balanceOn: Day
  /** The expected cost of the year as known on `date`; empty when nothing is billed or booked. */
  readonly expected: readonly { readonly label: string; readonly cents: Cents }[]
  /** Null for a home without an active mandate. */
  readonly mandate: {
    readonly reference: string
    readonly signedOn: Day
    readonly accountStart: string
    readonly lastFour: string
    readonly debtor: string
  } | null
  readonly creditor: { readonly name: string; readonly creditorId: string }
}

export const yearPlansPdf = (
  plans: readonly YearPlanPaper[],
  { createdAt }: { readonly createdAt: Instant },
): Promise<Uint8Array<ArrayBuffer>> => {
  const [first] = plans
  if (!first) return Promise.reject(new RangeError('no year to print'))
  const { organisation, to } = first
  const title =
    plans.length === 1
      ? `Échéancier annuel – ${to.name}`
      : counted(plans.length, 'échéancier annuel', 'échéanciers annuels')
  return makePdf({ title, author: `${organisation.name}, ${organisation.town}`, createdAt }, (paper) => {
    for (const plan of plans) paper.group('Part', () => onePlan(paper, plan))
  })
}

const heading = { size: sizes.medium, weight: 'semibold' } as const

const onePlan = (paper: Paper, plan: YearPlanPaper): void => {
  const { organisation, date, familyNumber, to, parts, balanceOn, expected, mandate } = plan
  const total = parts.reduce((sum, { cents }) => sum + cents, 0)
  paper.newPage()
  letterhead(
    paper,
    organisation,
    [
      { name: 'Date', value: shortDay(date) },
      { name: 'Votre dossier', value: familyNumber },
      ...(mandate
        ? [
            { name: 'Compte débité', value: hiddenIban(mandate.accountStart, mandate.lastFour) },
            { name: 'Titulaire', value: mandate.debtor },
          ]
        : []),
    ],
    to,
  )
  paper.write('H1', 'Votre échéancier annuel', mm(MARGIN), mm(91.5), mm(125), {
    size: sizes.title,
    weight: 'semibold',
    leading: 1.1,
  })
  paper.write('P', [bold(formatEuros(total))], mm(MARGIN), mm(93), mm(WIDTH), { size: sizes.medium }, 'right')
  let y = paper.write(
    'P',
    `Ces sommes sont prélevées sur votre compte aux jours ci-dessous, et paient vos factures d’avance. Cette feuille vaut avis pour chacune d’elles\u00a0: vous n’en recevez un autre que si un jour ou une somme change.`,
    mm(MARGIN),
    mm(104),
    mm(WIDTH),
  )
  const title = `Échéancier annuel du ${shortDay(date)}`
  y = amountsTable(
    paper,
    {
      rows: parts.map(({ dueOn, cents, isTaken }) => ({
        label: `${shortDay(dueOn)}${isTaken ? ', déjà prélevée' : ''}`,
        amount: cents,
      })),
      total: { label: `En ${counted(parts.length, 'mensualité')}`, amount: total },
      // The space that the next block needs on the same page, as high as its longer column.
      foot: 85 + Math.max(0, expectedRows(expected).length - 2) * expectedRow,
      organisation,
      title,
    },
    y + mm(4),
  )
  y = paper.write('H2', `Le solde, le ${shortDay(balanceOn)}`, mm(MARGIN), y + mm(6), mm(WIDTH), heading) + mm(1)
  y = paper.write(
    'P',
    'Vos factures de l’année sont comptées, moins ce qui a été prélevé. S’il reste quelque chose à payer, vous recevez un avis avant le prélèvement. Si vous avez trop payé, la somme vous est rendue ou paie la suite.',
    mm(MARGIN),
    y,
    mm(WIDTH),
  )
  const top = y + mm(6)
  if (expected.length > 0) y = expectedBlock(paper, { ...plan, total }, top)
  if (mandate) {
    const column = { x: mm(MARGIN + leftColumn + 10), width: mm(WIDTH - leftColumn - 10) }
    y = Math.max(
      y,
      mandateBlock(paper, { ...mandate, creditor: plan.creditor }, top, expected.length > 0 ? column : undefined),
    )
  }
  adviceBlock(paper, { organisation, change: 'Changer les sommes, arrêter' }, y + mm(6))
  paper.foot(`${organisation.name}, ${organisation.town} – ${title}`, MARGIN)
}

/** Millimetres. */
const leftColumn = 88
const expectedRow = 5.6
const mostExpectedRows = 6

/** The largest amounts, and the sum of the others, so that the column is as high as the mandate beside it. */
const expectedRows = (expected: YearPlanPaper['expected']): YearPlanPaper['expected'] => {
  if (expected.length <= mostExpectedRows) return expected
  const others = expected.slice(mostExpectedRows - 1)
  return [...expected.slice(0, mostExpectedRows - 1), { label: 'Autres activités', cents: sumOf(others) }]
}

const sumOf = (amounts: readonly { readonly cents: Cents }[]): Cents =>
  amounts.reduce((sum, { cents }) => sum + cents, 0)

/** « D’où viennent les 688,00 € »: the cost of the year by activity. @returns the y below, in points */
const expectedBlock = (
  paper: Paper,
  { expected, parts, date, total }: Pick<YearPlanPaper, 'expected' | 'parts' | 'date'> & { readonly total: Cents },
  y: number,
): number => {
  const cents = sumOf(expected)
  const isExact = cents === total
  const title = isExact ? `D’où viennent les ${formatEuros(total)}` : 'Ce que l’année devrait coûter'
  let top = paper.write('H2', title, mm(MARGIN), y, mm(leftColumn), heading) + mm(1)
  paper.rule(mm(MARGIN), top, mm(leftColumn), 1.1)
  paper.group('Table', () => {
    for (const { label, cents: amount } of [...expectedRows(expected), { label: 'En tout', cents }]) {
      const isTotal = label === 'En tout'
      const style = isTotal ? ({ weight: 'semibold' } as const) : {}
      const lines = wrapped(label, mm(leftColumn - 30), style)
      paper.group('TR', () => {
        paper.put('TH', lines, mm(MARGIN + 1), top + mm(0.6), mm(leftColumn - 30), 'left', { scope: 'Row' })
        paper.write('TD', formatEuros(amount), mm(MARGIN), top + mm(0.6), mm(leftColumn - 1), style, 'right')
      })
      top += heightOf(lines) + mm(1.2)
      paper.rule(mm(MARGIN), top, mm(leftColumn), isTotal ? 1.1 : 0.4, isTotal ? 'black' : 'line')
    }
  })
  const [first] = parts
  const isEqual = first !== undefined && parts.every((part) => part.cents === first.cents)
  const why = [
    withFullStop(`D’après ce qui est réservé au ${shortDay(date)}`),
    isExact && isEqual ? `${formatEuros(total)} ÷ ${parts.length} = ${formatEuros(first.cents)}.` : '',
    isExact ? '' : `Les mensualités font ${formatEuros(total)}\u00a0: le solde compte la différence.`,
  ]
  return paper.write('P', why.filter((text) => text !== '').join(' '), mm(MARGIN), top + mm(1.2), mm(leftColumn), {
    size: sizes.small,
    ink: 'soft',
  })
}
