import { inChunks } from '../../../shared/collections.ts'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import type { TransferAccount } from '../../../shared/rules/money/iban.ts'
import {
  isCarriedToNext,
  type Regularised,
  regularisedText,
  type ThirdPartyFacts,
} from '../../../shared/rules/money/invoice.ts'
import { type Cents, formatEuros, formatNumber } from '../../../shared/rules/money/money.ts'
import { transferCode } from '../../../shared/rules/money/paper-codes.ts'
import { counted, listed, longDate, monthText, shortDay, unitDatesText } from '../../../shared/rules/text/french.ts'
import { qrCode } from '../codes.ts'
import {
  type Addressee,
  BOTTOM,
  continuationHeader,
  type Fact,
  letterhead,
  MARGIN,
  type Organisation,
  WIDTH,
} from '../letterhead.ts'
import { bold, heightOf, type Line, makePdf, mm, type Paper, sizes, type Words, wrapped } from '../paper.ts'
import { couponTop, drawCoupon } from './coupon.ts'

/** The content of a printed invoice: all amounts come from the issued invoice, none is computed here. */
export type InvoicePaper = {
  readonly organisation: Organisation
  readonly kind: /** Without a due day, what is to pay is carried over to the next invoice. */
    | { readonly is: 'invoice'; readonly number: string; readonly dueOn?: Day }
    | { readonly is: 'draft'; readonly dueOn?: Day }
    | { readonly is: 'creditNote'; readonly number: string; readonly corrects: string; readonly reason: string }
  readonly date: Day
  readonly period: { readonly from: Day; readonly to: Day }
  /** « F-00418 » */
  readonly familyNumber: string
  readonly debtor: Addressee
  /** One section for each child, and one for the family if the family itself owes something. */
  readonly sections: readonly InvoiceSection[]
  /** Oldest first; empty when the town knows none: the highest price then applies. */
  readonly familyQuotients: readonly { readonly value: number | null; readonly from: Day }[]
  /** Sentences for parents that explain the prices: « Tranche appliquée : de 621 à 1 100 ». */
  readonly explanations: readonly string[]
  /** With negative amounts. */
  readonly deductions: readonly { readonly label: string; readonly amount: Cents }[]
  readonly total: Cents
  /** Remainders of earlier papers: positive is owed, negative is in the family's favour. */
  readonly carriedOver: readonly { readonly label: string; readonly amount: Cents }[]
  /** Credit notes issued with the invoice, deducted from the amount to pay; absent when there are none. */
  readonly regularised?: readonly Regularised[]
  readonly payment: WaysToPay
  /** What the accounting department of a third party requires; absent on a home's papers. */
  readonly thirdParty?: ThirdPartyFacts
  readonly complaints: { readonly contact: string; readonly within: string }
}

type InvoiceSection = { readonly title: string; readonly lines: readonly InvoiceLine[] }

export type InvoiceLine = {
  readonly label: string
  /** Meals and care are on separate lines, because the yearly tax certificate counts only care. */
  readonly nature: 'care' | 'meal' | 'other'
  readonly quantity: number
  /** « journée », « journées » */
  readonly unit: { readonly one: string; readonly many: string }
  readonly unitPrice: Cents
  readonly amount: Cents
  readonly days: readonly Day[]
  /** « jeu. 8 oct. : absence justifiée, non comptée » */
  readonly note?: string
}

type WaysToPay = {
  /** PayFiP: the town's client number and the invoice's reference. */
  readonly online?: { readonly site: string; readonly client: string; readonly reference: string }
  /** « espèces », « chèque »… */
  readonly atTheDesk: readonly string[]
  readonly chequePayableTo?: string
  readonly carryBelowCents?: Cents | undefined
  /** The day of the final balance of the school year whose equal parts pay it; absent on other invoices. */
  readonly balanceOn?: Day | undefined
  /** The texts of the barcode and QR codes; absent on older papers, which are printed as they were issued. */
  readonly codes?: {
    /** The address of the invoice's page on the portal, where it is paid. */
    readonly page?: string | undefined
    readonly transfer?: TransferAccount | undefined
  }
}

type InvoicePdfOptions = { readonly createdAt: Instant }

/**
 * Makes one PDF file, with each invoice on pages of its own.
 * @throws RangeError when a total is not the sum of its lines
 */
export const invoicePdf = (
  invoices: readonly InvoicePaper[],
  { createdAt }: InvoicePdfOptions,
): Promise<Uint8Array<ArrayBuffer>> => {
  const [first] = invoices
  if (!first) return Promise.reject(new RangeError('no invoice to print'))
  for (const invoice of invoices) checkSum(invoice)
  const title =
    invoices.length === 1
      ? `${nameOf(first)} – ${first.debtor.name}`
      : `${counted(invoices.length, 'facture')} – ${first.organisation.name}`
  return makePdf({ title, author: `${first.organisation.name}, ${first.organisation.town}`, createdAt }, (paper) => {
    for (const invoice of invoices) paper.group('Part', () => oneInvoice(paper, invoice))
  })
}

const oneInvoice = (paper: Paper, invoice: InvoicePaper): void => {
  const { organisation, kind } = invoice
  paper.newPage()
  letterhead(paper, organisation, factsOf(invoice), invoice.debtor)
  if (kind.is === 'draft') draftStamp(paper)
  heading(paper, invoice)
  let y = mm(102)
  if (kind.is === 'creditNote') {
    const words: Words = [
      bold('Cet avoir corrige la facture n°\u00a0'),
      bold(kind.corrects),
      `. Motif\u00a0: ${kind.reason}`,
    ]
    y = paper.write('P', words, mm(MARGIN), y, mm(WIDTH)) + mm(3)
  }
  y = table(paper, invoice, y)
  const ends = sumsBlock(invoice)
  const payment = paymentBlock(invoice)
  if (y + ends.height > (kind.is === 'creditNote' ? mm(BOTTOM) : payment.top)) {
    paper.newPage()
    y = continuationHeader(paper, organisation, nameOf(invoice))
  }
  y = ends.draw(paper, y)
  if (kind.is === 'creditNote') creditNoteText(paper, y)
  else {
    payment.draw(paper)
    if (kind.is === 'invoice' && kind.dueOn && toPay(invoice) > 0 && !invoice.thirdParty)
      drawCoupon(paper, {
        name: 'Facture',
        number: kind.number,
        organisation,
        debtor: invoice.debtor.name,
        familyNumber: invoice.familyNumber,
        payBefore: kind.dueOn,
        amount: toPay(invoice),
        hasBarcode: invoice.payment.codes !== undefined,
      })
  }
  paper.foot(`${organisation.name}, ${organisation.town} – ${nameOf(invoice)} du ${shortDay(invoice.date)}`, MARGIN)
}

const toPay = ({ total, regularised = [], carriedOver }: InvoicePaper): Cents =>
  [...regularised, ...carriedOver].reduce((sum, { amount }) => sum + amount, total)

const isCarriedOver = (invoice: InvoicePaper): boolean =>
  balanceOf(invoice) === undefined && isCarriedToNext(toPay(invoice), invoice.payment)

/**
 * The day of the final balance when the parts of a school year pay the invoice; undefined for an invoice with its own
 * due day.
 */
const balanceOf = ({ kind, payment }: InvoicePaper): Day | undefined =>
  kind.is === 'creditNote' || kind.dueOn ? undefined : payment.balanceOn

/** « À payer », « Reporté », « Par vos mensualités »: how an owed amount will be paid. */
const owedLabel = (invoice: InvoicePaper): string => {
  if (balanceOf(invoice) !== undefined) return 'Par vos mensualités'
  return isCarriedOver(invoice) ? 'Reporté' : 'À payer'
}

const checkSum = (invoice: InvoicePaper): void => {
  const amounts = [...invoice.sections.flatMap(({ lines }) => lines), ...invoice.deductions].map(({ amount }) => amount)
  const sum = amounts.reduce((total, amount) => total + amount, 0)
  if (sum !== invoice.total)
    throw new RangeError(`${nameOf(invoice)}: the total is ${invoice.total}, its lines make ${sum}`)
}

const nameOf = ({ kind }: InvoicePaper): string => {
  if (kind.is === 'draft') return 'Brouillon de facture, sans numéro,'
  return `${kind.is === 'invoice' ? 'Facture' : 'Avoir'} n°\u00a0${kind.number}`
}

const factsOf = (invoice: InvoicePaper): Fact[] => {
  const { kind } = invoice
  const name = kind.is === 'creditNote' ? 'Avoir n°' : 'Facture n°'
  const due = kind.is === 'creditNote' ? undefined : kind.dueOn
  const balance = balanceOf(invoice)
  return [
    { name, value: kind.is === 'draft' ? 'Brouillon, sans numéro' : kind.number },
    { name: 'Date', value: shortDay(invoice.date) },
    { name: 'Période', value: periodText(invoice.period) },
    ...(due ? [{ name: 'À payer avant le', value: shortDay(due) }] : []),
    ...(balance ? [{ name: 'Solde de l’année le', value: shortDay(balance) }] : []),
    ...(kind.is === 'creditNote' ? [{ name: 'Facture corrigée', value: kind.corrects }] : []),
    ...(invoice.thirdParty
      ? thirdPartyFacts(invoice.thirdParty)
      : [{ name: 'Votre dossier', value: invoice.familyNumber }]),
  ]
}

const thirdPartyFacts = ({ siret, serviceCode, orderNumber }: ThirdPartyFacts): Fact[] =>
  [
    { name: 'Votre référence', value: orderNumber },
    { name: 'Votre SIRET', value: siret },
    { name: 'Code service', value: serviceCode },
  ].filter(({ value }) => value !== '')

const isWholeMonth = ({ from, to }: InvoicePaper['period']): boolean =>
  from.endsWith('-01') && from.slice(0, 7) === to.slice(0, 7) && Number(to.slice(8)) >= 28

const periodText = (period: InvoicePaper['period']): string =>
  isWholeMonth(period) ? monthText(period.from) : `du ${shortDay(period.from)}\nau ${shortDay(period.to)}`

const heading = (paper: Paper, invoice: InvoicePaper): void => {
  const name = { invoice: 'Facture', draft: 'Projet de facture', creditNote: 'Avoir' }[invoice.kind.is]
  const month = monthText(invoice.period.from)
  const of = isWholeMonth(invoice.period) ? (/^[aeiouéèêàâîôû]/.test(month) ? ` d’${month}` : ` de ${month}`) : ''
  const title = wrapped(`${name}${of}`, mm(115), { size: sizes.title, weight: 'semibold', leading: 1.1 })
  paper.put('H1', title, mm(MARGIN), mm(91.5), mm(115))
  const amount = invoice.kind.is === 'creditNote' ? -invoice.total : toPay(invoice)
  const label = invoice.kind.is === 'creditNote' ? 'Avoir de' : owedLabel(invoice)
  const words: Words = amount >= 0 ? [`${label}\u00a0: `, bold(formatEuros(amount))] : [bold('Rien à payer')]
  paper.write('P', words, mm(MARGIN), mm(93), mm(WIDTH), { size: sizes.medium }, 'right')
}

const draftStamp = (paper: Paper): void => {
  paper.draw((pen) => {
    pen.lineWidth(1.2).roundedRect(mm(130), mm(14), mm(65), mm(13), mm(2)).dash(4, { space: 3 }).stroke('#000000')
  })
  const words: Words = [{ ...bold('Brouillon'), size: sizes.large, leading: 1.15 }, '\nsans numéro, à ne pas payer']
  paper.write('P', words, mm(130), mm(15.2), mm(65), {}, 'center')
}

const widths = { label: mm(WIDTH) - mm(86), quantity: mm(32), price: mm(27), amount: mm(27) }
const INSET = mm(1)

/** A row, measured before it is drawn, so that no row is split over two pages. */
type Row = { readonly height: number; readonly draw: (y: number) => void; readonly holdsNext: boolean }

const table = (paper: Paper, invoice: InvoicePaper, y: number): number => {
  let top = y
  const head = headRow(paper, invoice.kind.is === 'creditNote' ? 'Ce qui est corrigé' : 'Ce que vous payez')
  const rows = invoice.sections.flatMap((section) => sectionRows(paper, section))
  let waiting = [head, ...rows]
  let first = true
  while (waiting.length > 0) {
    if (!first) {
      paper.newPage()
      top = continuationHeader(paper, invoice.organisation, nameOf(invoice))
      waiting = [head, ...waiting]
    }
    first = false
    const fits = rowsThatFit(waiting, mm(BOTTOM) - top)
    const onThisPage = waiting.slice(0, fits)
    paper.group('Table', () => {
      for (const row of onThisPage) {
        paper.group('TR', () => row.draw(top))
        top += row.height
      }
    })
    waiting = waiting.slice(fits)
  }
  return top
}

/** How many rows fit on the page: a title is never the last row, and at least one row follows the table's head. */
const rowsThatFit = (rows: readonly Row[], room: number): number => {
  let height = 0
  let fits = 0
  for (const [index, row] of rows.entries()) {
    height += row.height
    if (height > room) break
    if (!row.holdsNext) fits = index + 1
  }
  return Math.max(fits, Math.min(2, rows.length))
}

const columns = (): { x: number; width: number }[] => {
  const cells: { x: number; width: number }[] = []
  let x = mm(MARGIN)
  for (const width of [widths.label, widths.quantity, widths.price, widths.amount]) {
    cells.push({ x: x + INSET, width: width - 2 * INSET })
    x += width
  }
  return cells
}
const grid = columns()

const headRow = (paper: Paper, title: string): Row => {
  const height = sizes.small * 1.35 + 2 * mm(1.2)
  const draw = (y: number) => {
    paper.rule(mm(MARGIN), y, mm(WIDTH), 1.1)
    for (const [index, text] of [title, 'Quantité', 'Prix unitaire', 'Montant'].entries()) {
      const cell = grid[index]
      if (!cell) continue
      const style = { size: sizes.small, weight: 'semibold' } as const
      paper.write('TH', text, cell.x, y + mm(1.2), cell.width, style, index === 0 ? 'left' : 'right', {
        scope: 'Column',
      })
    }
    paper.rule(mm(MARGIN), y + height, mm(WIDTH), 1.1)
  }
  return { height, draw, holdsNext: true }
}

const sectionRows = (paper: Paper, section: InvoiceSection): Row[] => {
  const amount = section.lines.reduce((sum, line) => sum + line.amount, 0)
  const [left, , , right] = grid
  const style = { size: sizes.medium, weight: 'semibold' } as const
  const title = wrapped(section.title, mm(WIDTH - 35), style)
  const height = heightOf(title) + mm(2.4)
  const row: Row = {
    height,
    holdsNext: true,
    draw: (y) => {
      if (!left || !right) return
      paper.put('TH', title, left.x, y + mm(1.6), mm(WIDTH - 35), 'left', { scope: 'Row' })
      paper.write('TD', formatEuros(amount), right.x, y + mm(1.6), right.width, style, 'right')
      paper.rule(mm(MARGIN), y + height, mm(WIDTH), 0.75)
    },
  }
  return [row, ...section.lines.flatMap((line) => lineRows(paper, line))]
}

const lineRows = (paper: Paper, line: InvoiceLine): Row[] => {
  const details = [unitDatesText(line.days), line.note ?? ''].filter((text) => text !== '')
  const words: Words =
    details.length > 0
      ? [`${line.label} `, { text: `(${details.join('\u00a0; ')})`, size: sizes.small, ink: 'soft' }]
      : line.label
  const label = wrapped(words, widths.label - 2 * INSET)
  const quantity = counted(line.quantity, line.unit.one, line.unit.many).replace(/^-/, '\u2212')
  const figures = [quantity, formatEuros(line.unitPrice), formatEuros(line.amount)]
  // A whole year of days fills more than a page: the text continues in further rows without figures.
  return inChunks(label, 24).map((lines, index, all) => ({
    height: heightOf(lines) + mm(1.6),
    holdsNext: false,
    draw: (y) => {
      for (const [column, cell] of grid.entries()) {
        const text = index === 0 ? figures[column - 1] : undefined
        if (column === 0) paper.put('TD', lines, cell.x, y + mm(0.8), cell.width)
        else paper.write('TD', text ?? '', cell.x, y + mm(0.8), cell.width, {}, 'right')
      }
      if (index === all.length - 1) paper.rule(mm(MARGIN), y + heightOf(lines) + mm(1.6), mm(WIDTH), 0.4, 'line')
    },
  }))
}

/** Explanation of the prices, with the totals at its right; measured before it is drawn. */
const sumsBlock = (invoice: InvoicePaper): { height: number; draw: (paper: Paper, y: number) => number } => {
  const left = mm(88)
  const explained = wrapped(explanation(invoice), left - mm(6))
  const box = heightOf(explained) + mm(5)
  const sums = sumsOf(invoice)
  const right = { x: mm(MARGIN) + left + mm(8), width: mm(WIDTH) - left - mm(8) }
  const rows = sums.map(({ label, note, amount, kind }) => {
    const style = { plain: {}, sum: { weight: 'semibold' }, due: { size: sizes.large, weight: 'semibold' } } as const
    const pad = kind === 'due' ? mm(1.8) : mm(0.8)
    const under = note ? [{ text: `\n${note}`, size: sizes.small, weight: 'regular', ink: 'soft' } as const] : []
    const lines = wrapped([label, ...under], right.width - mm(26) - 2 * INSET, style[kind])
    return {
      lines,
      amount: wrapped(formatEuros(amount), mm(40), style[kind]),
      kind,
      pad,
      height: heightOf(lines) + 2 * pad,
    }
  })
  const height =
    Math.max(
      box,
      rows.reduce((sum, row) => sum + row.height, 0),
    ) + mm(3)
  const draw = (paper: Paper, y: number): number => {
    const top = y + mm(3)
    paper.draw((pen) => pen.lineWidth(0.6).roundedRect(mm(MARGIN), top, left, box, mm(2)).stroke('#808080'))
    paper.put('P', explained, mm(MARGIN + 3), top + mm(2.5), left - mm(6))
    let at = top
    paper.group('Table', () => {
      for (const row of rows) {
        if (row.kind !== 'plain') paper.rule(right.x, at, right.width, row.kind === 'due' ? 1.5 : 0.75)
        paper.group('TR', () => {
          paper.put('TH', row.lines, right.x + INSET, at + row.pad, right.width, 'left', { scope: 'Row' })
          paper.put('TD', row.amount, right.x, at + row.pad, right.width - INSET, 'right')
        })
        at += row.height
        if (row.kind === 'due') paper.rule(right.x, at, right.width, 1.5)
      }
    })
    return y + height
  }
  return { height, draw }
}

const explanation = ({ familyQuotients, explanations, thirdParty }: InvoicePaper): Words => {
  if (thirdParty) return [bold('Votre part'), ...explanations.map((text) => `\n${text}`)]
  const known = familyQuotients.map(
    ({ value, from }): Words => [
      `\nQuotient familial au ${longDate(from)}\u00a0: `,
      bold(value === null ? 'non connu, le tarif le plus élevé s’applique' : formatNumber(value)),
    ],
  )
  const unknown: Words = ['\nQuotient familial non connu\u00a0: ', bold('le tarif le plus élevé s’applique')]
  return [
    bold('Votre prix'),
    ...(known.length > 0 ? known.flat() : unknown),
    ...explanations.map((text) => `\n${text}`),
  ]
}

type Sum = {
  readonly label: string
  /** Printed in smaller letters under the label. */
  readonly note: string
  readonly amount: Cents
  readonly kind: 'plain' | 'sum' | 'due'
}

const sumsOf = (invoice: InvoicePaper): Sum[] => {
  const { deductions, regularised = [], carriedOver, kind, total } = invoice
  const lines = invoice.sections.flatMap((section) => section.lines)
  const ofNature = (nature: InvoiceLine['nature']) =>
    lines.filter((line) => line.nature === nature).reduce((sum, { amount }) => sum + amount, 0)
  const meals = ofNature('meal')
  const care = ofNature('care')
  const note = meals !== 0 && care !== 0 ? `dont accueil ${formatEuros(care)}, repas ${formatEuros(meals)}` : ''
  const before = total - deductions.reduce((sum, { amount }) => sum + amount, 0)
  const plain = (rows: InvoicePaper['deductions']): Sum[] => rows.map((row) => ({ ...row, note: '', kind: 'plain' }))
  if (kind.is === 'creditNote')
    return [...plain(deductions), { label: 'Avoir en votre faveur', note, amount: -total, kind: 'due' }]
  const due = toPay(invoice)
  const whole: Sum = { label: 'Total de la facture', note, amount: total, kind: 'sum' }
  return [
    ...(deductions.length > 0
      ? [{ label: 'Total avant déductions', note: '', amount: before, kind: 'sum' } as const, ...plain(deductions)]
      : []),
    whole,
    ...regularised.map(
      (row): Sum => ({ label: regularisedText(row), note: row.label, amount: row.amount, kind: 'plain' }),
    ),
    ...plain(carriedOver),
    {
      label: due >= 0 ? owedLabel(invoice) : 'En votre faveur',
      note: '',
      amount: Math.abs(due),
      kind: 'due',
    },
  ]
}

/** How to pay and where to complain: printed at the bottom of the last page, above the coupon; measured first. */
const paymentBlock = (invoice: InvoicePaper): { top: number; draw: (paper: Paper) => void } => {
  const due = invoice.kind.is === 'creditNote' ? undefined : invoice.kind.dueOn
  const balance = balanceOf(invoice)
  const isCarried = isCarriedOver(invoice)
  const owed = toPay(invoice) > 0 && !isCarried && balance === undefined
  const titled = isCarried
    ? `${formatEuros(toPay(invoice))} à payer avec la prochaine facture`
    : owed
      ? `Comment payer${due ? `, avant le ${shortDay(due)}` : ''}`
      : balance !== undefined && toPay(invoice) > 0
        ? `Rien à faire\u00a0: vos mensualités la paient, et le solde se règle le ${shortDay(balance)}`
        : 'Rien à payer pour cette facture'
  const codes = owed ? codesOf(invoice) : []
  const narrow = mm(WIDTH - codes.length * (codeSide + codeGap))
  const title = wrapped(titled, narrow, { size: sizes.medium, weight: 'semibold', leading: 1.3 })
  const ways = waysOf(invoice, owed).map((words) => wrapped(words, narrow - mm(4)))
  const question = wrapped(questionOf(invoice), mm(WIDTH - 4))
  // Legal consequence of not paying a régie: the ordonnateur issues a titre exécutoire (décret 2012-1246, art. 24).
  const mention =
    owed && due && !invoice.thirdParty?.toTitle
      ? wrapped(
          `À défaut de paiement avant le ${shortDay(due)}, un titre exécutoire sera émis et la somme sera recouvrée par le comptable public.`,
          mm(WIDTH),
          { size: sizes.small, ink: 'soft' },
        )
      : []
  const gap = mm(0.6)
  const text = heightOf([...title, ...ways.flat()]) + ways.length * gap
  const besideCodes = Math.max(text, codes.length > 0 ? mm(codeSide + 3) : 0)
  const top = mm(couponTop - 4) - (besideCodes + heightOf([...question, ...mention]) + gap)
  const draw = (paper: Paper) => {
    paper.put('H2', title, mm(MARGIN), top, narrow)
    let y = top + heightOf(title)
    paper.group('L', () => {
      const item = (lines: readonly Line[], width: number) => {
        paper.rule(mm(MARGIN), y + (lines[0]?.height ?? 0) / 2 + 0.5, mm(1.6), 0.6)
        paper.group('LI', () => paper.put('LBody', lines, mm(MARGIN + 4), y, width - mm(4)))
        y += heightOf(lines) + gap
      }
      for (const way of ways) item(way, narrow)
      y = top + besideCodes
      item(question, mm(WIDTH))
    })
    if (mention.length > 0) paper.put('P', mention, mm(MARGIN), y, mm(WIDTH))
    let right = mm(MARGIN + WIDTH)
    for (const { name, text: code } of codes.toReversed()) {
      const left = right - mm(codeSide)
      paper.draw((pen) => qrCode(pen, code, left, top, mm(codeSide)))
      paper.write('P', name, left, top + mm(codeSide - 1), mm(codeSide), { size: sizes.small }, 'center')
      right = left - mm(codeGap)
    }
  }
  return { top, draw }
}

/** The side of a QR code with its white margin, and the space between two, in millimetres. */
const codeSide = 25
const codeGap = 2

const codesOf = (invoice: InvoicePaper): { readonly name: string; readonly text: string }[] => {
  const { kind, payment } = invoice
  if (kind.is !== 'invoice' || !payment.codes || isCarriedOver(invoice) || balanceOf(invoice)) return []
  const { page, transfer } = payment.codes
  return [
    ...(page ? [{ name: 'Payer en ligne', text: page }] : []),
    ...(transfer ? [{ name: 'Payer par virement', text: transferCode(transfer, toPay(invoice), kind.number) }] : []),
  ]
}

const waysOf = ({ payment, organisation, thirdParty }: InvoicePaper, owed: boolean): Words[] => {
  const ways: Words[] = []
  if (owed && thirdParty?.toTitle)
    return [[bold('Au comptable public\u00a0:'), ' la commune vous adresse un titre de recettes.']]
  if (owed && payment.online) {
    const { site, client, reference } = payment.online
    ways.push([
      bold('En ligne, par carte\u00a0:'),
      ` Portail Famille, «\u00a0Mon compte\u00a0», «\u00a0Payer cette facture\u00a0».\nOu ${site}\u00a0: identifiant ${client}, référence ${reference}.`,
    ])
  }
  if (owed && payment.atTheDesk.length > 0)
    ways.push([bold(`À l’accueil (${organisation.name})\u00a0:`), ` ${listed(payment.atTheDesk, 'ou')}.`])
  if (owed && payment.chequePayableTo)
    ways.push([
      bold('Par courrier\u00a0:'),
      ` un chèque à l’ordre de «\u00a0${payment.chequePayableTo}\u00a0», avec le coupon.`,
    ])
  return ways
}

const questionOf = ({ complaints }: InvoicePaper): Words => [
  bold('Une question, une erreur\u00a0?'),
  ` ${sentence(complaints.contact)} Vous avez ${complaints.within} pour réclamer.`,
]

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

const creditNoteText = (paper: Paper, y: number): void => {
  const words = 'Cet avoir vient en déduction de ce que vous devez. Vous n’avez rien à faire.'
  paper.write('P', words, mm(MARGIN), y + mm(6), mm(WIDTH))
}
