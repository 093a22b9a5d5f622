import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { type Cents, formatEuros } from '../../../shared/rules/money/money.ts'
import { longDate, ofName, shortDay } from '../../../shared/rules/text/french.ts'
import { type Addressee, letterhead, MARGIN, type Organisation, WIDTH } from '../letterhead.ts'
import { bold, heightOf, makePdf, mm, type Paper, sizes, type Words, wrapped } from '../paper.ts'
import { amountsTable } from './amounts-table.ts'

/** The numbered receipt (quittance) that a régie gives for each payment. */
export type ReceiptPaper = {
  readonly organisation: Organisation
  readonly number: string
  readonly receivedOn: Day
  /** Empty for a third party, which has none. */
  readonly familyNumber: string
  readonly payer: Addressee
  readonly amount: Cents
  /** « Chèque n° 1234567, Crédit Agricole » */
  readonly means: string
  /** The sums handed over at once, when there are several: « Q2026-000045, chèque n° 1234567 » */
  readonly sums?: readonly { readonly label: string; readonly amount: Cents }[]
  readonly allocations: readonly { readonly label: string; readonly amount: Cents }[]
  /** The family's balance after the payment: positive is owed, negative is in the family's favour. */
  readonly balance: { readonly on: Day; readonly amount: Cents }
  /** The person who signs for the régie: « Mme Claire Lemoine, régisseuse » */
  readonly cashier: string
  /** The receipt of a cancelled payment stays, with the reason printed on it. */
  readonly cancelled?: { readonly on: Day; readonly reason: string }
}

/** @throws RangeError when more is allocated than was received */
export const receiptPdf = (
  receipts: readonly ReceiptPaper[],
  { createdAt }: { readonly createdAt: Instant },
): Promise<Uint8Array<ArrayBuffer>> => {
  const [first] = receipts
  if (!first) return Promise.reject(new RangeError('no receipt to print'))
  for (const receipt of receipts) {
    if (creditOf(receipt) < 0)
      return Promise.reject(new RangeError(`receipt ${receipt.number}: more is allocated than was received`))
  }
  const title = receipts.length === 1 ? `Quittance n°\u00a0${first.number}` : `${receipts.length}\u00a0quittances`
  return makePdf({ title, author: `${first.organisation.name}, ${first.organisation.town}`, createdAt }, (paper) => {
    for (const receipt of receipts) paper.group('Part', () => oneReceipt(paper, receipt))
  })
}

const creditOf = ({ amount, allocations }: ReceiptPaper): Cents =>
  allocations.reduce((left, part) => left - part.amount, amount)

const oneReceipt = (paper: Paper, receipt: ReceiptPaper): void => {
  const { organisation } = receipt
  paper.newPage()
  const facts = [
    { name: 'Quittance n°', value: receipt.number },
    { name: 'Reçu le', value: shortDay(receipt.receivedOn) },
    ...(receipt.familyNumber === '' ? [] : [{ name: 'Votre dossier', value: receipt.familyNumber }]),
  ]
  letterhead(paper, organisation, facts, receipt.payer)
  paper.write('H1', 'Quittance', mm(MARGIN), mm(91.5), mm(100), { size: sizes.title, weight: 'semibold', leading: 1.1 })
  paper.write(
    'P',
    ['Reçu\u00a0: ', bold(formatEuros(receipt.amount))],
    mm(MARGIN),
    mm(93),
    mm(WIDTH),
    { size: sizes.medium },
    'right',
  )
  let y = mm(102)
  if (receipt.cancelled) {
    const words: Words = [
      bold(`Paiement annulé le ${shortDay(receipt.cancelled.on)}.`),
      ` Motif\u00a0: ${receipt.cancelled.reason}`,
    ]
    const lines = wrapped(words, mm(WIDTH - 6))
    const top = y
    paper.draw((pen) =>
      pen
        .lineWidth(1.5)
        .roundedRect(mm(MARGIN), top, mm(WIDTH), heightOf(lines) + mm(3), mm(2))
        .stroke('#000000'),
    )
    paper.put('P', lines, mm(MARGIN + 3), y + mm(1.5), mm(WIDTH - 6))
    y += heightOf(lines) + mm(6)
  }
  const { sums } = receipt
  const how: Words = sums ? [`en ${sums.length}\u00a0sommes\u00a0:`] : ['par\u00a0: ', bold(receipt.means), '.']
  y = paper.write('P', [`Reçu ${ofName(receipt.payer.name)}, `, ...how], mm(MARGIN), y, mm(WIDTH)) + mm(3)
  if (sums) {
    y = amountsTable(paper, { ...tableOf(receipt), rows: sums, total: received(receipt) }, y)
    y = paper.write('P', 'Ce que ces sommes paient\u00a0:', mm(MARGIN), y + mm(5), mm(WIDTH)) + mm(3)
  }
  y = allocated(paper, receipt, y)
  y = paper.write('P', balanceText(receipt), mm(MARGIN), y + mm(5), mm(WIDTH))
  y = paper.write(
    'P',
    [`Pour la régie (${organisation.cashDesk})\u00a0: `, bold(receipt.cashier)],
    mm(MARGIN),
    y + mm(5),
    mm(WIDTH),
  )
  paper.write('P', 'Gardez cette quittance\u00a0: elle prouve votre paiement.', mm(MARGIN), y + mm(2), mm(WIDTH), {
    ink: 'soft',
  })
  paper.foot(
    `${organisation.name}, ${organisation.town} – Quittance n°\u00a0${receipt.number} du ${shortDay(receipt.receivedOn)}`,
    MARGIN,
  )
}

const balanceText = ({ balance }: ReceiptPaper): Words => {
  const on = longDate(balance.on)
  if (balance.amount === 0) return [bold('Tout est payé'), ` au ${on}.`]
  const side = balance.amount > 0 ? 'Reste à payer' : 'En votre faveur'
  return [`${side} au ${on}\u00a0: `, bold(formatEuros(Math.abs(balance.amount)))]
}

const allocated = (paper: Paper, receipt: ReceiptPaper, y: number): number => {
  const credit = creditOf(receipt)
  const rows = [
    ...receipt.allocations,
    ...(credit > 0 ? [{ label: 'Gardé en avance, pour vos prochaines factures', amount: credit }] : []),
  ]
  return amountsTable(paper, { ...tableOf(receipt), rows, total: received(receipt) }, y)
}

const received = ({ amount }: ReceiptPaper) => ({ label: 'Somme reçue', amount })

const tableOf = ({ organisation, number }: ReceiptPaper) => ({
  foot: 40,
  organisation,
  title: `Quittance n°\u00a0${number}`,
})
