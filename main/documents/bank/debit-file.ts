import { type Day, dayAt, type Instant, timeAt } from '../../../shared/rules/calendar/day.ts'
import {
  type Creditor,
  type DebitFormat,
  type DebitLine,
  type StructuredAddress,
  schemaOf,
} from '../../../shared/rules/money/debit/debit-file.ts'
import { needsBic } from '../../../shared/rules/money/debit/identifiers.ts'
import type { SequenceType } from '../../../shared/rules/money/debit/mandate.ts'
import { sepaText } from '../../../shared/rules/money/debit/sepa-text.ts'
import { escapedXml } from '../../xml.ts'

/** What the file of one collection says. */
export type DebitFile = {
  readonly format: DebitFormat
  /** At most 30 signs: unique among the files of the creditor. */
  readonly messageId: string
  readonly createdAt: Instant
  readonly collectOn: Day
  readonly creditor: Creditor
  readonly lines: readonly DebitLine[]
}

/** How long the texts of a file may be. */
const most = { name: 70, street: 70, number: 16, town: 35, about: 140 } as const

/** The file in UTF-8, its lines in one group for each sequence. */
export const debitFile = (file: DebitFile): string => {
  const { format, messageId, createdAt, creditor, lines } = file
  const bySequence = Map.groupBy(lines, ({ sequence }) => sequence)
  const header = element('GrpHdr', [
    text('MsgId', messageId),
    text('CreDtTm', `${dayAt(createdAt)}T${timeAt(createdAt)}:00`),
    ...totals(lines),
    element('InitgPty', [text('Nm', sepaText(creditor.name, most.name)), siretOf(creditor)]),
  ])
  const groups = [...bySequence].map(([sequence, group]) => groupOf(file, sequence, group))
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${schemaOf(format)}">${element('CstmrDrctDbtInitn', [header, ...groups])}</Document>\n`
}

const groupOf = (
  { format, messageId, collectOn, creditor }: DebitFile,
  sequence: SequenceType,
  lines: readonly DebitLine[],
): string => {
  const { creditorId, treasury } = creditor
  const account = treasury ?? creditor
  return element('PmtInf', [
    text('PmtInfId', `${messageId}-${sequence}`),
    text('PmtMtd', 'DD'),
    ...totals(lines),
    element('PmtTpInf', [
      element('SvcLvl', [text('Cd', 'SEPA')]),
      element('LclInstrm', [text('Cd', 'CORE')]),
      text('SeqTp', sequence),
    ]),
    text('ReqdColltnDt', collectOn),
    element('Cdtr', [text('Nm', sepaText(account.name, most.name))]),
    accountOf('CdtrAcct', account.iban),
    bankOf('CdtrAgt', account.bic, format),
    treasury === null
      ? ''
      : element('UltmtCdtr', [
          text('Nm', sepaText(creditor.name, most.name)),
          element('Id', [element('OrgId', [element('Othr', [text('Id', creditor.iban)])])]),
        ]),
    text('ChrgBr', 'SLEV'),
    element('CdtrSchmeId', [
      element('Id', [
        element('PrvtId', [element('Othr', [text('Id', creditorId), element('SchmeNm', [text('Prtry', 'SEPA')])])]),
      ]),
    ]),
    ...lines.map((line) => debitOf(line, format)),
  ])
}

const debitOf = (line: DebitLine, format: DebitFormat): string => {
  const { debtor } = line
  return element('DrctDbtTxInf', [
    element('PmtId', [text('EndToEndId', line.endToEndId)]),
    `<InstdAmt Ccy="EUR">${amountText(line.cents)}</InstdAmt>`,
    element('DrctDbtTx', [
      element('MndtRltdInf', [
        text('MndtId', line.mandateReference),
        text('DtOfSgntr', line.signedOn),
        text('AmdmntInd', 'false'),
      ]),
    ]),
    bankOf('DbtrAgt', debtor.bic, format),
    element('Dbtr', [text('Nm', sepaText(debtor.name, most.name)), addressOf(line, format)]),
    accountOf('DbtrAcct', debtor.iban),
    element('RmtInf', [text('Ustrd', sepaText(line.about, most.about))]),
  ])
}

/** The first version names addresses only where a bank outside the European Economic Area asks for them. */
const addressOf = ({ debtor: { address, iban } }: DebitLine, format: DebitFormat): string =>
  address === null || (schemaOf(format) === 'pain.008.001.02' && !needsBic(iban)) ? '' : postalAddress(address)

const postalAddress = ({ number, street, postcode, town }: StructuredAddress): string =>
  element('PstlAdr', [
    text('StrtNm', sepaText(street, most.street)),
    text('BldgNb', sepaText(number, most.number)),
    text('PstCd', postcode),
    text('TwnNm', sepaText(town, most.town)),
    text('Ctry', 'FR'),
  ])

const bankOf = (name: string, bic: string, format: DebitFormat): string =>
  element(name, [
    element('FinInstnId', [
      bic === ''
        ? element('Othr', [text('Id', 'NOTPROVIDED')])
        : text(schemaOf(format) === 'pain.008.001.08' ? 'BICFI' : 'BIC', bic),
    ]),
  ])

const accountOf = (name: string, iban: string): string => element(name, [element('Id', [text('IBAN', iban)])])

const siretOf = ({ siret }: Creditor): string =>
  siret === ''
    ? ''
    : element('Id', [
        element('OrgId', [element('Othr', [text('Id', siret), element('SchmeNm', [text('Prtry', 'SIRET')])])]),
      ])

const totals = (lines: readonly DebitLine[]): readonly string[] => [
  text('NbOfTxs', String(lines.length)),
  text('CtrlSum', amountText(lines.reduce((sum, { cents }) => sum + cents, 0))),
]

const amountText = (cents: number): string => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`

const element = (name: string, children: readonly string[]): string => `<${name}>${children.join('')}</${name}>`

/** An element that holds a text; nothing for an empty one. */
const text = (name: string, value: string): string => (value === '' ? '' : `<${name}>${escapedXml(value)}</${name}>`)
