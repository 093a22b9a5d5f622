import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { type Cents, formatEuros } from '../../../shared/rules/money/money.ts'
import { type ReminderFacts, reminderFootnote } from '../../../shared/rules/money/recovery/reminder.ts'
import { reminderBeforeTemplates } from '../../../shared/rules/templates/delivered-templates.ts'
import { reminderValues } from '../../../shared/rules/templates/reminder-values.ts'
import { type ResolvedDocument, resolved } from '../../../shared/rules/templates/resolved-document.ts'
import { counted, listed, shortDay } from '../../../shared/rules/text/french.ts'
import { qrCode } from '../codes.ts'
import {
  BOTTOM,
  continuationHeader,
  draftMark,
  type Fact,
  letterhead,
  MARGIN,
  makeLetters,
  type Organisation,
  WIDTH,
} from '../letterhead.ts'
import { drawDocument, wordsOf } from '../letters/document-blocks.ts'
import { type Align, bold, heightOf, mm, type Paper, sizes, type Words, wrapped } from '../paper.ts'
import { couponTop, drawCoupon } from './coupon.ts'

/** The letter of a reminder: what is owed, how to pay it, and what happens without a payment. */
export type ReminderLetter = Omit<ReminderFacts, 'organisation'> & {
  readonly organisation: Organisation
  /** « R2026-000087 »; empty before the reminder is made. */
  readonly number: string
  readonly level: number
  readonly date: Day
  readonly payBefore: Day
  readonly amount: Cents
}

/** Makes one PDF file, each letter on pages of its own. */
export const reminderLettersPdf = (
  letters: readonly ReminderLetter[],
  { createdAt }: { readonly createdAt: Instant },
): Promise<Uint8Array<ArrayBuffer>> =>
  makeLetters(
    letters,
    {
      createdAt,
      titleOf: (first) =>
        letters.length === 1
          ? `${nameOf(first)} – ${first.debtor.name}`
          : counted(letters.length, 'lettre de relance', 'lettres de relance'),
    },
    oneLetter,
  )

const nameOf = ({ number }: ReminderLetter): string => (number === '' ? 'Projet de lettre' : `Lettre n°\u00a0${number}`)

const body = { size: 10.5, leading: 1.4 } as const

const oneLetter = (paper: Paper, letter: ReminderLetter): void => {
  const { organisation, debtor, amount, date } = letter
  paper.newPage()
  letterhead(paper, organisation, factsOf(letter), debtor)
  if (letter.number === '') draftMark(paper)
  const { title: words, body: text } = letter.letter ?? letterBeforeTemplates(letter)
  const title = wrapped(words, mm(115), {
    size: sizes.title,
    weight: 'semibold',
    leading: 1.1,
  })
  paper.put('H1', title, mm(MARGIN), mm(91.5), mm(115))
  paper.write(
    'P',
    ['À payer\u00a0: ', bold(formatEuros(amount))],
    mm(MARGIN),
    mm(93),
    mm(WIDTH),
    { size: sizes.medium },
    'right',
  )
  const end = endOf(letter)
  const next = () => {
    paper.newPage()
    return continuationHeader(paper, organisation, nameOf(letter))
  }
  const at = text.findIndex((block) => block.type === 'filled' && block.field === 'debts')
  const page = { organisation, title: nameOf(letter), bottom: end.top, next, style: body }
  const above = Math.max(mm(102.5), mm(91.5) + heightOf(title) + mm(3))
  let y = drawDocument(paper, text.slice(0, at), page, above) + mm(3.5)
  // Below a long text, a short table begins on the next page instead of covering the foot of this one.
  const { length } = letter.debts
  if (length <= mostOnFirstPage && y > mm(130) && y + mm(6.5) * (length + 1) + mm(15) > end.top) y = next()
  y = debtsTable(paper, letter, y) + mm(1.5)
  y = paper.write('P', reminderFootnote(letter), mm(MARGIN), y, mm(WIDTH), { size: sizes.small, ink: 'soft' }) + mm(4)
  const below = text.slice(at + 1)
  const columns = twoColumns(below)
  if (columns) {
    if (y + columns.height > end.top) y = next()
    columns.draw(paper, y)
  } else drawDocument(paper, below, page, y)
  end.draw(paper)
  if (letter.number !== '')
    drawCoupon(paper, {
      name: 'Lettre',
      number: letter.number,
      organisation,
      debtor: debtor.name,
      familyNumber: letter.familyNumber,
      payBefore: letter.payBefore,
      amount,
      hasBarcode: true,
    })
  paper.foot(`${organisation.name}, ${organisation.town} – ${nameOf(letter)} du ${shortDay(date)}`, MARGIN)
}

const factsOf = ({ number, date, level, levels, familyNumber, children }: ReminderLetter): Fact[] =>
  [
    { name: 'Lettre n°', value: number === '' ? 'projet, sans numéro' : number },
    { name: 'Date', value: shortDay(date) },
    { name: 'Relance', value: `niveau ${level} sur ${levels}` },
    { name: 'Votre dossier', value: familyNumber },
    { name: children.length === 1 ? 'Enfant' : 'Enfants', value: children.join(', ') },
  ].filter(({ value }) => value !== '')

type Column = { readonly title: string; readonly width: number; readonly align: Align }

const columns: readonly Column[] = [
  { title: 'Facture', width: 42, align: 'left' },
  { title: 'Période', width: 38, align: 'left' },
  { title: 'À payer avant le', width: 34, align: 'left' },
  { title: 'Montant', width: 22, align: 'right' },
  { title: 'Déjà payé', width: 22, align: 'right' },
  { title: 'Reste', width: 22, align: 'right' },
]

/** Draws the debts, over several pages when there are many; returns the y below. */
const debtsTable = (paper: Paper, letter: ReminderLetter, y: number): number => {
  const { debts, organisation, amount, payBefore } = letter
  const rows = debts.map(({ number, period, dueOn, totalCents, leftCents }) => [
    number,
    period,
    shortDay(dueOn),
    formatEuros(totalCents),
    leftCents === totalCents ? '–' : formatEuros(totalCents - leftCents),
    formatEuros(leftCents),
  ])
  let top = y
  let at = 0
  while (at < rows.length) {
    if (at > 0) {
      paper.newPage()
      top = continuationHeader(paper, organisation, nameOf(letter))
    }
    paper.group('Table', () => {
      top = tableRow(
        paper,
        columns.map(({ title }) => title),
        top,
        'head',
      )
      // The whole table fits above the end of a letter of one page; a longer one fills its page.
      const bottom = at + mostOnFirstPage >= rows.length ? Number.POSITIVE_INFINITY : mm(BOTTOM - 12)
      for (let cells = rows[at]; cells && top < bottom; cells = rows[at]) {
        top = tableRow(paper, cells, top, 'row')
        at += 1
      }
      if (at === rows.length) top = totalRow(paper, `À payer avant le ${shortDay(payBefore)}`, amount, top)
    })
  }
  return top
}

/** Up to this many debts, the help and the coupon fit on the same page. */
const mostOnFirstPage = 8

const tableRow = (paper: Paper, cells: readonly string[], y: number, kind: 'head' | 'row'): number => {
  const style = kind === 'head' ? ({ size: sizes.small, weight: 'semibold' } as const) : {}
  const pad = kind === 'head' ? mm(1.1) : mm(0.8)
  if (kind === 'head') paper.rule(mm(MARGIN), y, mm(WIDTH), 1.1)
  let bottom = y
  paper.group('TR', () => {
    let x = mm(MARGIN)
    for (const [index, { width, align }] of columns.entries()) {
      const isLast = kind === 'row' && index === columns.length - 1
      const words: Words = isLast ? [bold(cells[index] ?? '')] : (cells[index] ?? '')
      const lines = wrapped(words, mm(width) - mm(2), style)
      paper.put(kind === 'head' ? 'TH' : 'TD', lines, x + mm(1), y + pad, mm(width) - mm(2), align)
      bottom = Math.max(bottom, y + heightOf(lines) + 2 * pad)
      x += mm(width)
    }
  })
  paper.rule(
    mm(MARGIN),
    bottom,
    mm(WIDTH),
    kind === 'head' ? 1.1 : 0.4,
    ...(kind === 'head' ? [] : (['line'] as const)),
  )
  return bottom
}

const totalRow = (paper: Paper, label: string, amount: Cents, y: number): number => {
  const style = { size: sizes.medium, weight: 'semibold' } as const
  const lines = wrapped(label, mm(WIDTH - 40), style)
  const bottom = y + heightOf(lines) + mm(2.8)
  paper.rule(mm(MARGIN), y, mm(WIDTH), 1.5)
  paper.group('TR', () => {
    paper.put('TH', lines, mm(MARGIN + 1), y + mm(1.4), mm(WIDTH - 40), 'left', { scope: 'Row' })
    paper.write('TD', formatEuros(amount), mm(MARGIN), y + mm(1.4), mm(WIDTH - 1), style, 'right')
  })
  paper.rule(mm(MARGIN), bottom, mm(WIDTH), 1.5)
  return bottom
}

const letterBeforeTemplates = (letter: ReminderLetter) => {
  const { subject, document } = reminderBeforeTemplates
  return { title: subject, body: resolved(document, reminderValues(letter, letter)) }
}

/** Two parts with a title each are printed side by side, so that the letter fits on one page; null for other texts. */
const twoColumns = (blocks: ResolvedDocument) => {
  const starts = blocks.flatMap(({ type }, at) => (type === 'heading' ? [at] : []))
  const [first, second] = starts
  const isPlain = blocks.every(({ type }) => type === 'heading' || type === 'paragraph')
  if (starts.length !== 2 || first !== 0 || second === undefined || !isPlain) return null
  const half = mm(WIDTH / 2 - 5)
  const linesOf = (some: ResolvedDocument) =>
    some.flatMap((block) => {
      if (block.type !== 'heading' && block.type !== 'paragraph') return []
      const title = { size: sizes.medium, weight: 'semibold', leading: 1.3 } as const
      return wrapped(wordsOf(block.runs), half, block.type === 'heading' ? title : {})
    })
  const [left, right] = [linesOf(blocks.slice(0, second)), linesOf(blocks.slice(second))]
  return {
    height: Math.max(heightOf(left), heightOf(right)) + mm(4),
    draw: (paper: Paper, y: number) => {
      paper.put('P', left, mm(MARGIN), y, half)
      paper.put('P', right, mm(MARGIN) + half + mm(10), y, half)
    },
  }
}

/** The bottom of the last page: the ways to pay, and the signature. */
const endOf = (letter: ReminderLetter) => {
  const { payment, complaints, cashier } = letter
  const side = mm(25)
  const code = letter.number === '' ? undefined : payment.codes?.portal
  const title = { size: sizes.medium, weight: 'semibold', leading: 1.3 } as const
  const narrow = code ? mm(WIDTH) - side - mm(6) : mm(WIDTH)
  const head = wrapped('Comment payer', narrow, title)
  const ways = waysOf(letter).map((words) => wrapped(words, narrow - mm(4)))
  const error = wrapped([bold('Une erreur\u00a0?'), ` ${complaints.contact}`], narrow - mm(4))
  const items = [...ways, error]
  const gap = mm(0.8)
  const list = heightOf([...head, ...items.flat()]) + items.length * gap
  const signed = cashier === '' ? 0 : mm(7)
  const top = mm(couponTop - 4) - signed - Math.max(list, code ? side + mm(3) : 0)
  const draw = (paper: Paper) => {
    paper.put('H2', head, mm(MARGIN), top, narrow)
    let y = top + heightOf(head)
    paper.group('L', () => {
      for (const lines of items) {
        paper.rule(mm(MARGIN), y + (lines[0]?.height ?? 0) / 2 + 0.5, mm(1.6), 0.6)
        paper.group('LI', () => paper.put('LBody', lines, mm(MARGIN + 4), y, narrow - mm(4)))
        y += heightOf(lines) + gap
      }
    })
    if (code) {
      const x = mm(MARGIN + WIDTH) - side
      paper.draw((pen) => qrCode(pen, code, x, top, side))
      paper.write('P', 'Payer en ligne', x, top + side - mm(1), side, { size: sizes.small }, 'center')
    }
    if (cashier !== '') paper.write('P', [bold(cashier)], mm(MARGIN), mm(couponTop - 9), mm(WIDTH), {}, 'right')
  }
  return { top, draw }
}

const waysOf = ({ payment, organisation }: ReminderLetter): Words[] => [
  ...(payment.payfipNumber
    ? [[bold('En ligne, par carte\u00a0:'), ' Portail Famille, «\u00a0Mon compte\u00a0», facture par facture.']]
    : []),
  ...(payment.atTheDesk.length > 0
    ? [[bold(`À l’accueil (${organisation.name})\u00a0:`), ` ${listed(payment.atTheDesk, 'ou')}.`]]
    : []),
  ...(payment.chequePayableTo
    ? [
        [
          bold('Par courrier\u00a0:'),
          ` un chèque à l’ordre de «\u00a0${payment.chequePayableTo}\u00a0», avec le coupon.`,
        ],
      ]
    : []),
]
