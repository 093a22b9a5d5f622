import type { Day } from '../../../shared/rules/calendar/day.ts'
import { type Cents, formatEuros } from '../../../shared/rules/money/money.ts'
import { couponCode } from '../../../shared/rules/money/paper-codes.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { barcode } from '../codes.ts'
import { factList, MARGIN, type Organisation, WIDTH } from '../letterhead.ts'
import { bold, mm, type Paper, shrunkToFit, sizes, type Words, wrapped } from '../paper.ts'

/** Millimetres from the top of the page: the line where the payment coupon is cut off. */
export const couponTop = 253

/** The part of an invoice or a reminder that a payer cuts off and sends with a cheque. */
export type Coupon = {
  /** « Facture » */
  readonly name: string
  readonly number: string
  readonly organisation: Organisation
  readonly debtor: string
  /** Empty for a third party. */
  readonly familyNumber: string
  readonly payBefore: Day
  readonly amount: Cents
  readonly hasBarcode: boolean
}

/** Draws the coupon at the bottom of the page. */
export const drawCoupon = (paper: Paper, coupon: Coupon): void => {
  const { name, number, organisation, debtor, familyNumber, payBefore, amount, hasBarcode } = coupon
  const top = mm(couponTop)
  paper.draw((pen) => {
    pen.lineWidth(0.9).dash(3, { space: 2 }).moveTo(0, top).lineTo(mm(210), top).stroke('#000000').undash()
    scissors(pen, mm(8), top)
  })
  factList(
    paper,
    [
      { name, value: number },
      { name: 'Famille', value: shortened(debtor, mm(44)) },
      { name: 'Dossier', value: familyNumber },
      { name: 'Avant le', value: shortDay(payBefore) },
    ],
    mm(MARGIN),
    top + mm(4),
    mm(15),
    mm(60),
  )
  const [street = '', ...rest] = organisation.addressLines
  const words: Words = [
    bold('Coupon à joindre à votre chèque'),
    ...[`${organisation.name}, ${organisation.cashDesk}`, street, ...rest].map((line) => `\n${line}`),
  ]
  paper.put('P', shrunkToFit(words, mm(62), mm(20), sizes.plain), mm(82), top + mm(4), mm(62))
  paper.draw((pen) =>
    pen
      .lineWidth(1.5)
      .roundedRect(mm(149), top + mm(4), mm(46), mm(17), mm(2))
      .stroke('#000000'),
  )
  const due: Words = ['À payer\n', { ...bold(formatEuros(amount)), size: sizes.title, leading: 1.15 }]
  paper.write('P', due, mm(149), top + mm(6), mm(43), {}, 'right')
  if (hasBarcode)
    paper.draw((pen) => barcode(pen, couponCode(number, amount), mm(MARGIN + WIDTH), top + mm(23.5), mm(7)))
}

/** Shortens a name to the coupon's single line; the envelope's window shows the whole name. */
const shortened = (name: string, width: number): string => {
  const [first, second] = wrapped([bold(name)], width)
  return first && second ? `${first.pieces.map(({ text }) => text).join('')}…` : name
}

/** Draws scissors, because the typeface has no ✂. */
const scissors = (pen: PDFKit.PDFDocument, x: number, y: number): void => {
  pen.rect(x - 2, y - 5, 20, 10).fill('#ffffff')
  pen.lineWidth(1)
  for (const side of [-1, 1]) {
    pen.circle(x + 2.4, y + side * 2.8, 1.7).stroke('#000000')
    pen
      .moveTo(x + 3.9, y + side * 2)
      .lineTo(x + 14, y - side * 3)
      .stroke('#000000')
  }
}
