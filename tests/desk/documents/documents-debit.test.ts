import { describe, expect, it } from 'vitest'
import { type DebitFile, debitFile } from '../../../main/documents/bank/debit-file.ts'
import { readReturns, UnreadableReturns } from '../../../main/documents/bank/returned-debits.ts'
import { schemaFindings } from '../../../main/documents/bank/schema.ts'
import { childrenNamed, elementAt, readXml, textOf } from '../../../main/xml.ts'
import { day, instant } from '../../../shared/rules/calendar/day.ts'
import { type DebitLine, debitFormats, schemaOf } from '../../../shared/rules/money/debit/debit-file.ts'
import { returnsNotification, statusReport } from './bank-files.ts'

const line = (changes: Partial<DebitLine> = {}): DebitLine => ({
  endToEndId: 'EJABCDEFGH23456789',
  cents: 8600,
  sequence: 'RCUR',
  mandateReference: 'EJ-2026-000058',
  signedOn: day('2026-11-14'),
  debtor: {
    name: 'Éric Lecœur & fils',
    iban: 'FR1420041010050500013M02606',
    bic: '',
    address: { number: '12 bis', street: 'rue de l’Église', postcode: '14550', town: 'Blainville-sur-Orne' },
  },
  about: 'Facture 2026-001290 // cantine',
  ...changes,
})

const file = (changes: Partial<DebitFile> = {}): DebitFile => ({
  format: 'pain.008.001.08',
  messageId: 'EJ-20261210-1',
  createdAt: instant('2026-11-25T15:12:00.000Z'),
  collectOn: day('2026-12-10'),
  creditor: {
    name: 'Régie Espace Jeunesse',
    iban: 'FR7630006000011234567890189',
    bic: 'AGRIFRPP882',
    creditorId: 'FR72ZZZ123456',
    siret: '21140077100012',
    treasury: null,
  },
  lines: [
    line(),
    line({ sequence: 'FRST', cents: 7490, endToEndId: 'EJFIRST' }),
    line({
      sequence: 'FRST',
      cents: 1,
      endToEndId: 'EJSWISS',
      debtor: { ...line().debtor, iban: 'CH9300762011623852957', bic: 'UBSWCHZH80A' },
    }),
  ],
  ...changes,
})

const treasury = {
  name: 'DDFiP du Calvados',
  iban: 'FR7630001007941234567890185',
  bic: 'BDFEFRPPCCT',
  post: '014027',
  serviceId: 'TGDFT027',
}
const ofFormat = (format: (typeof debitFormats)[number]): DebitFile =>
  file({ format, creditor: { ...file().creditor, treasury: format === 'DFT' ? treasury : null } })

const groupsOf = (xml: string) => childrenNamed(elementAt(readXml(xml), 'CstmrDrctDbtInitn'), 'PmtInf')

const debitsOf = (format: (typeof debitFormats)[number]) =>
  groupsOf(debitFile(ofFormat(format))).flatMap((group) => childrenNamed(group, 'DrctDbtTxInf'))

describe('the file of a collection', () => {
  it.each(debitFormats)('is valid against its schema: %s', async (format) => {
    expect(await schemaFindings({ xml: debitFile(ofFormat(format)), schema: schemaOf(format) })).toEqual([])
  })

  it('is refused with the line and the element that break the schema', async () => {
    const broken = debitFile(file()).replaceAll('BICFI', 'BIC')
    const found = await schemaFindings({ xml: broken, schema: 'pain.008.001.08' })
    expect(found[0]).toMatch(/^2: .*BIC/)
    expect(await schemaFindings({ xml: '<Document', schema: 'pain.008.001.08' })).not.toEqual([])
  })

  it('has a group for each sequence, whose sums are those of its lines', () => {
    const groups = groupsOf(debitFile(file()))
    expect(
      groups.map((group) => [textOf(group, 'PmtTpInf', 'SeqTp'), textOf(group, 'NbOfTxs'), textOf(group, 'CtrlSum')]),
    ).toEqual([
      ['RCUR', '1', '86.00'],
      ['FRST', '2', '74.91'],
    ])
    expect(new Set(groups.map((group) => textOf(group, 'PmtInfId'))).size).toBe(2)
    expect(textOf(readXml(debitFile(file())), 'CstmrDrctDbtInitn', 'GrpHdr', 'CreDtTm')).toBe('2026-11-25T16:12:00')
  })

  it('has texts without accents, and addresses where the form asks for them', () => {
    const [first] = debitsOf('pain.008.001.08')
    expect(textOf(first, 'Dbtr', 'Nm')).toBe('Eric Lecoeur + fils')
    expect(textOf(first, 'Dbtr', 'PstlAdr', 'StrtNm')).toBe("rue de l'Eglise")
    expect(textOf(first, 'RmtInf', 'Ustrd')).toBe('Facture 2026-001290 / cantine')
    expect(textOf(first, 'DbtrAgt', 'FinInstnId', 'Othr', 'Id')).toBe('NOTPROVIDED')
    // The first version: only for the account outside the European Economic Area.
    expect(debitsOf('pain.008.001.02').map((one) => elementAt(one, 'Dbtr', 'PstlAdr') !== undefined)).toEqual([
      false,
      false,
      true,
    ])
  })

  it('in the format of the Treasury pays the Treasury, for the régie’s account there', () => {
    const [group] = groupsOf(debitFile(ofFormat('DFT')))
    expect(textOf(group, 'Cdtr', 'Nm')).toBe('DDFiP du Calvados')
    expect(textOf(group, 'CdtrAgt', 'FinInstnId', 'BIC')).toBe('BDFEFRPPCCT')
    expect(textOf(group, 'UltmtCdtr', 'Nm')).toBe('Regie Espace Jeunesse')
    expect(textOf(group, 'UltmtCdtr', 'Id', 'OrgId', 'Othr', 'Id')).toBe('FR7630006000011234567890189')
  })
})

const bytes = (text: string) => new TextEncoder().encode(text)
const rejected = { endToEndId: 'EJFIRST', code: 'AC04', cents: 9460, rum: 'EJ-2026-000058' }
const read = { endToEndId: 'EJFIRST', mandateReference: 'EJ-2026-000058', cents: 9460, code: 'AC04' }

describe('what a bank sends of debits that came back', () => {
  it('pain.002: rejected before they were settled', () => {
    expect(readReturns(bytes(statusReport('EJ-1', [rejected])))).toEqual({
      format: 'pain.002',
      returned: [{ ...read, cameBack: 'rejected', on: '2026-12-09' }],
      refusedWhole: [],
    })
  })

  it('pain.002: a whole file', () => {
    const whole = statusReport('EJ-1', [])
      .replace('PART', 'RJCT')
      .replace('</GrpSts>', '</GrpSts><StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf>')
    expect(readReturns(bytes(whole))).toMatchObject({
      returned: [],
      refusedWhole: [{ id: 'EJ-1', code: 'FF01' }],
    })
  })

  it('pain.002: a whole group', () => {
    const group = statusReport('EJ-1', []).replace(
      '</OrgnlPmtInfId>',
      '</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts><StsRsnInf><Rsn><Cd>FF05</Cd></Rsn></StsRsnInf>',
    )
    expect(readReturns(bytes(group)).refusedWhole).toEqual([{ id: 'EJ-1-FRST', code: 'FF05' }])
  })

  it('CAMT.054, whatever its prefix: returned after they were settled, and nothing that was credited', () => {
    expect(readReturns(bytes(returnsNotification('2026-12-15', [rejected])))).toEqual({
      format: 'CAMT.054',
      returned: [{ ...read, cameBack: 'returned', on: '2026-12-15' }],
      refusedWhole: [],
    })
  })

  it('CSV, by the words of its headings', () => {
    const text =
      'Date;Référence;RUM;Montant;Motif du rejet\r\n15/12/2026;EJFIRST;EJ-2026-000058;94,60;AC04 - Compte clos\r\n;;;;\r\n'
    expect(readReturns(bytes(text))).toEqual({
      format: 'CSV',
      returned: [{ ...read, cameBack: 'returned', on: '2026-12-15' }],
      refusedWhole: [],
    })
  })

  it('is refused whole when it is cut, names a document type, is a statement or something else', () => {
    const whole = returnsNotification('2026-12-15', [rejected])
    const refused: [text: string, sentence: RegExp][] = [
      [whole.slice(0, -40), /incomplet ou abîmé/],
      [whole.replace('?>', '?><!DOCTYPE x [<!ENTITY a "b">]>'), /incomplet ou abîmé/],
      [whole.replaceAll('BkToCstmrDbtCdtNtfctn', 'BkToCstmrStmt'), /relevé de compte/],
      ['<a/>', /ni un pain\.002/],
      ['Nom;Prénom\r\nA;B\r\n', /ni un pain\.002/],
      ['', /ni un pain\.002/],
    ]
    for (const [text, sentence] of refused) {
      expect(() => readReturns(bytes(text))).toThrow(UnreadableReturns)
      expect(() => readReturns(bytes(text))).toThrow(sentence)
    }
  })
})
