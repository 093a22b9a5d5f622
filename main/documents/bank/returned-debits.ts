import { type Day, isDay } from '../../../shared/rules/calendar/day.ts'
import { type Cents, parseAmount } from '../../../shared/rules/money/money.ts'
import { folded } from '../../../shared/rules/people/names.ts'
import { typedDay } from '../../../shared/rules/text/french.ts'
import { childNamed, childrenNamed, type Element, NotXml, readXml, textOf } from '../../xml.ts'
import { readCsv } from '../spreadsheets/csv.ts'
import { textOfXml } from './xml-text.ts'

/** A debit that a bank gives back, as its file names it: empty or null where the file does not say. */
export type ReturnedDebit = {
  readonly endToEndId: string
  readonly mandateReference: string
  readonly cents: Cents | null
  /** A code of four characters: `AM04`. */
  readonly code: string
  /** Rejected before it was settled, or returned after. */
  readonly cameBack: 'rejected' | 'returned'
  readonly on: Day | null
}

export type ReturnsFile = {
  /** « pain.002 », « CAMT.054 » or « CSV » */
  readonly format: string
  readonly returned: readonly ReturnedDebit[]
  /** Files, and groups of files, of which a bank refused every debit: the `MsgId` or `PmtInfId` of each. */
  readonly refusedWhole: readonly { readonly id: string; readonly code: string }[]
}

/** The file cannot be read: `message` is a French sentence for staff. */
export class UnreadableReturns extends Error {}

/** Reads what banks send of debits that came back. @throws UnreadableReturns */
export const readReturns = (bytes: Uint8Array): ReturnsFile => {
  const start = new TextDecoder().decode(bytes.subarray(0, 200)).trimStart()
  return start.startsWith('<') || start.startsWith('\uFEFF<') ? readMessage(bytes) : readTable(bytes)
}

const readMessage = (bytes: Uint8Array): ReturnsFile => {
  const root = rootOf(textOfXml(bytes))
  const report = childNamed(root, 'CstmrPmtStsRpt')
  if (report) return readStatusReport(report)
  const notification = childNamed(root, 'BkToCstmrDbtCdtNtfctn')
  if (notification) return readNotification(notification)
  throw new UnreadableReturns(
    childNamed(root, 'BkToCstmrStmt')
      ? 'Ce fichier est un relevé de compte (CAMT.053)\u00a0: les rejets sont dans un pain.002 ou un CAMT.054.'
      : 'Ce fichier n’est ni un pain.002, ni un CAMT.054\u00a0: demandez à la banque le fichier des rejets.',
  )
}

const rootOf = (text: string): Element => {
  try {
    return readXml(text)
  } catch (error) {
    if (!(error instanceof NotXml)) throw error
    throw new UnreadableReturns(
      'Ce fichier est incomplet ou abîmé\u00a0: téléchargez-le de nouveau chez la banque. Rien n’a été lu.',
      { cause: error },
    )
  }
}

/** pain.002: debits that banks rejected before they were settled. */
const readStatusReport = (report: Element): ReturnsFile => {
  const whole = childNamed(report, 'OrgnlGrpInfAndSts')
  const groups = childrenNamed(report, 'OrgnlPmtInfAndSts')
  return {
    format: 'pain.002',
    returned: groups.flatMap((group) =>
      childrenNamed(group, 'TxInfAndSts').flatMap((one) =>
        isRejected(textOf(one, 'TxSts') || textOf(group, 'PmtInfSts'))
          ? {
              endToEndId: textOf(one, 'OrgnlEndToEndId'),
              mandateReference: textOf(one, 'OrgnlTxRef', 'MndtRltdInf', 'MndtId'),
              cents: centsOf(textOf(one, 'OrgnlTxRef', 'Amt', 'InstdAmt')),
              code: reasonOf(one) || reasonOf(group) || reasonOf(whole),
              cameBack: 'rejected' as const,
              on: dayIn(textOf(one, 'AccptncDtTm')) ?? dayIn(textOf(report, 'GrpHdr', 'CreDtTm')),
            }
          : [],
      ),
    ),
    refusedWhole: refusedWholeIn(whole, groups),
  }
}

const refusedWholeIn = (whole: Element | undefined, groups: readonly Element[]): ReturnsFile['refusedWhole'] => {
  const withoutLines = groups.filter((group) => !childNamed(group, 'TxInfAndSts'))
  if (withoutLines.length === groups.length && isRejected(textOf(whole, 'GrpSts')))
    return [{ id: textOf(whole, 'OrgnlMsgId'), code: reasonOf(whole) }]
  return withoutLines
    .filter((group) => isRejected(textOf(group, 'PmtInfSts')))
    .map((group) => ({ id: textOf(group, 'OrgnlPmtInfId'), code: reasonOf(group) || reasonOf(whole) }))
}

const isRejected = (status: string): boolean => status === 'RJCT'

const reasonOf = (of: Element | undefined): string => textOf(of, 'StsRsnInf', 'Rsn', 'Cd')

/** CAMT.054: debits that banks gave back after they were settled. */
const readNotification = (notification: Element): ReturnsFile => ({
  format: 'CAMT.054',
  returned: childrenNamed(notification, 'Ntfctn')
    .flatMap((each) => childrenNamed(each, 'Ntry'))
    .filter((entry) => textOf(entry, 'CdtDbtInd') === 'DBIT')
    .flatMap((entry) =>
      childrenNamed(entry, 'NtryDtls')
        .flatMap((details) => childrenNamed(details, 'TxDtls'))
        .flatMap((one) => {
          const code = textOf(one, 'RtrInf', 'Rsn', 'Cd')
          if (code === '') return []
          return {
            endToEndId: textOf(one, 'Refs', 'EndToEndId'),
            mandateReference: textOf(one, 'Refs', 'MndtId'),
            cents: centsOf(textOf(one, 'Amt') || textOf(one, 'AmtDtls', 'TxAmt', 'Amt')),
            code,
            cameBack: 'returned' as const,
            on: dayIn(textOf(entry, 'BookgDt', 'Dt') || textOf(entry, 'BookgDt', 'DtTm')),
          }
        }),
    ),
  refusedWhole: [],
})

/** How banks head the columns of a list of returns; without accents and in small letters. */
const headings = {
  endToEndId: ['endtoendid', 'end to end id', 'reference', 'reference de bout en bout', 'reference du prelevement'],
  mandateReference: ['rum', 'mandat', 'reference du mandat', 'reference unique du mandat'],
  amount: ['montant', 'montant rejete'],
  code: ['code', 'code motif', 'motif', 'code rejet', 'motif du rejet'],
  on: ['date', 'date du rejet', 'date de rejet', 'date comptable'],
} as const

/** CSV, with one line of headings. */
const readTable = (bytes: Uint8Array): ReturnsFile => {
  const { rows } = readCsv(bytes)
  const header = rows.findIndex((row) => columnIn(row, 'code') >= 0)
  const titles = rows[header] ?? []
  if (header < 0 || (columnIn(titles, 'endToEndId') < 0 && columnIn(titles, 'mandateReference') < 0))
    throw new UnreadableReturns(
      'Ce fichier n’est ni un pain.002, ni un CAMT.054, ni une liste avec une colonne «\u00a0Motif\u00a0» et une colonne «\u00a0Référence\u00a0» ou «\u00a0RUM\u00a0».',
    )
  const cell = (row: readonly string[], name: keyof typeof headings) => (row[columnIn(titles, name)] ?? '').trim()
  return {
    format: 'CSV',
    returned: rows.slice(header + 1).flatMap((row) => {
      const code = /\b[A-Z]{2}\d{2}\b|\b[A-Z]{4}\b/.exec(cell(row, 'code').toUpperCase())?.[0] ?? cell(row, 'code')
      const endToEndId = cell(row, 'endToEndId')
      const mandateReference = cell(row, 'mandateReference')
      if (endToEndId === '' && mandateReference === '') return []
      const amount = parseAmount(cell(row, 'amount').replace(/^-/, ''))
      return {
        endToEndId,
        mandateReference,
        cents: 'cents' in amount ? amount.cents : null,
        code,
        cameBack: 'returned' as const,
        on: typedDay(cell(row, 'on')),
      }
    }),
    refusedWhole: [],
  }
}

const columnIn = (row: readonly string[], name: keyof typeof headings): number =>
  row.findIndex((title) => (headings[name] as readonly string[]).includes(folded(title).trim()))

const centsOf = (amount: string): Cents | null => {
  const [, whole, decimals = ''] = /^(\d{1,12})(?:\.(\d{1,2}))?\d*$/.exec(amount) ?? []
  return whole === undefined ? null : Number(whole) * 100 + Number(decimals.padEnd(2, '0'))
}

const dayIn = (text: string): Day | null => {
  const start = text.slice(0, 10)
  return isDay(start) ? start : null
}
