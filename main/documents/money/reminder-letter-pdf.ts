import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { type Cents, formatEuros } from '../../../shared/rules/money/money.ts'
import {
  type ReminderFacts,
  reminderFeeText,
  reminderIntroduction,
} from '../../../shared/rules/money/recovery/reminder.ts'
import { counted, listed, shortDay } from '../../../shared/rules/text/french.ts'
import { qrCode } from '../codes.ts'
import { BOTTOM, continuationHeader, type Fact, letterhead, MARGIN, type Organisation, WIDTH } from '../letterhead.ts'
import { type Align, bold, heightOf, makePdf, mm, type Paper, sizes, type Words, wrapped } from '../paper.ts'
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
): Promise<Uint8Array<ArrayBuffer>> => {
  const [first] = letters
  if (!first) return Promise.reject(new RangeError('no letter to print'))
  const { organisation, debtor } = first
  const title =
    letters.length === 1
      ? `${nameOf(first)} – ${debtor.name}`
      : counted(letters.length, 'lettre de relance', 'lettres de relance')
  return makePdf({ title, author: `${organisation.name}, ${organisation.town}`, createdAt }, (paper) => {
    for (const letter of letters) paper.group('Part', () => oneLetter(paper, letter))
  })
}

const nameOf = ({ number }: ReminderLetter): string => (number === '' ? 'Projet de lettre' : `Lettre n°\u00a0${number}`)

const body = { size: 10.5, leading: 1.4 } as const

const oneLetter = (paper: Paper, letter: ReminderLetter): void => {
  const { organisation, debtor, amount, date } = letter
  paper.newPage()
  letterhead(paper, organisation, factsOf(letter), debtor)
  if (letter.number === '') draftMark(paper)
  const title = wrapped('Il vous reste une somme à payer', mm(115), {
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
  let y = paper.write('P', greetingOf(letter), mm(MARGIN), mm(102.5), mm(WIDTH), body) + mm(2.5)
  y = paper.write('P', reminderIntroduction(letter), mm(MARGIN), y, mm(WIDTH), body) + mm(3.5)
  y = debtsTable(paper, letter, y) + mm(1.5)
  y = paper.write('P', asideText(letter), mm(MARGIN), y, mm(WIDTH), { size: sizes.small, ink: 'soft' }) + mm(4)
  const end = endOf(letter)
  if (y + end.help.height > end.top) {
    paper.newPage()
    y = continuationHeader(paper, organisation, nameOf(letter))
  }
  end.help.draw(paper, y)
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

const draftMark = (paper: Paper): void => {
  paper.draw((pen) => {
    pen
      .lineWidth(1.2)
      .roundedRect(mm(130), mm(14), mm(65), mm(9), mm(2))
      .dash(4, { space: 3 })
      .stroke('#000000')
      .undash()
  })
  paper.write('P', [{ ...bold('Projet'), size: sizes.large, leading: 1.15 }], mm(130), mm(15.5), mm(65), {}, 'center')
}

/** « Madame, » when one person is written to whose civility is known. */
const greetingOf = ({ debtor }: ReminderLetter): string =>
  debtor.name.startsWith('Mme ') ? 'Madame,' : debtor.name.startsWith('M. ') ? 'Monsieur,' : 'Bonjour,'

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

/** So many debts leave room for the help and the coupon on the same page. */
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

/** « La facture n° 2026-001251, 87,10 €, n’est pas comptée ici : vous avez jusqu’au lun. 7 déc. 2026. » */
const asideText = ({ upcoming, fee }: ReminderLetter): string =>
  [
    ...upcoming.map(
      ({ number, cents, dueOn }) =>
        `La facture ${number}, ${formatEuros(cents)}, n’est pas comptée ici\u00a0: vous avez jusqu’au ${shortDay(dueOn)}.`,
    ),
    reminderFeeText(fee),
  ].join(' ')

/** What stands at the bottom of the last page: help and consequence, ways to pay and the signature. */
const endOf = (letter: ReminderLetter) => {
  const { organisation, payment, complaints, cashier, consequence, payBefore, children } = letter
  const side = mm(25)
  const code = letter.number === '' ? undefined : payment.codes?.portal
  const half = mm(WIDTH / 2 - 5)
  const title = { size: sizes.medium, weight: 'semibold', leading: 1.3 } as const
  const phone = organisation.phone ? [' au ', bold(organisation.phone)] : []
  const left = [
    ...wrapped('Payer en une fois est difficile\u00a0?', half, title),
    ...wrapped(
      [
        `Appelez-nous avant le ${shortDay(payBefore)}`,
        ...phone,
        '\u00a0: cherchons une solution ensemble. Le CCAS de votre commune peut aussi vous aider.',
      ],
      half,
    ),
  ]
  const keeps =
    children.length === 0
      ? ''
      : `${listed(children)} ${children.length === 1 ? 'garde sa place' : 'gardent leur place'} à la cantine, dans tous les cas.`
  const right = [
    ...wrapped('Sans réponse de votre part', half, title),
    ...wrapped([consequence, keeps].filter(Boolean).join(' '), half),
  ]
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
  const height = Math.max(heightOf(left), heightOf(right)) + mm(4)
  const help = {
    height,
    draw: (paper: Paper, y: number) => {
      paper.put('P', left, mm(MARGIN), y, half)
      paper.put('P', right, mm(MARGIN) + half + mm(10), y, half)
    },
  }
  return { top, draw, help }
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
