import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { XmlDocument, XsdValidator } from 'libxml2-wasm'
import { describe, expect, it } from 'vitest'
import { readCamt } from '../../../main/documents/bank/camt.ts'
import { readStatement } from '../../../main/documents/bank/statement.ts'
import { readList } from '../../../main/documents/bank/statement-list.ts'
import { makeWorkbook } from '../../../main/documents/spreadsheets/workbook.ts'
import { balanceGap } from '../../../shared/rules/money/bank/bank-line.ts'
import type { BankColumns } from '../../../shared/rules/money/bank/columns.ts'
import { ibanNumbered } from '../../support/towns/debits.ts'
import { accountList, accountStatement } from './bank-files.ts'

const iban = ibanNumbered(1)
const schemaPath = (version: string) =>
  fileURLToPath(new URL(`../../../../shared/data/camt.053.001.${version}.xsd`, import.meta.url))

const bytesOf = (text: string) => new TextEncoder().encode(text)
const read = async (text: string, columns: BankColumns | null = null) => {
  const found = text.startsWith('<') ? readCamt(bytesOf(text), iban) : await readList(bytesOf(text), columns)
  if ('heads' in found) throw new Error(`columns to match: ${found.heads.join(', ')}`)
  return found
}

const statement = (version: '02' | '08') =>
  accountStatement({
    version,
    iban,
    from: '2026-11-16',
    to: '2026-11-24',
    openingCents: 620_418,
    entries: [
      {
        cents: 14_118,
        on: '2026-11-24',
        label: 'VIR M OU MME AUBRY',
        reference: 'LOISIRS OCT NOA & TAO',
        payer: 'M OU MME AUBRY',
        iban: ibanNumbered(77),
        endToEndId: 'NOTPROVIDED',
        bankReference: 'B1',
        family: 'RCDT',
      },
      {
        cents: 3000,
        on: '2026-11-17',
        family: 'RCDT',
        parts: [
          { cents: 1000, payer: 'MME NOËL', reference: '2026-000001', endToEndId: 'E1' },
          { cents: 2000, payer: 'M LE GOFF' },
        ],
      },
      { cents: -9460, on: '2026-11-18', label: 'REJET PRLV', endToEndId: 'EJ-1', returnCode: 'AM04', family: 'IDDT' },
      { cents: 500, on: '2026-11-24', label: 'EN ATTENTE', status: 'PDNG' },
    ],
    closingCents: 620_418 + 14_118 + 3000 - 9460,
  })

describe.each(['02', '08'] as const)('a CAMT.053.001.%s', (version) => {
  it.skipIf(!existsSync(schemaPath(version)))('a statement written by the tests is valid against its schema', () => {
    const validator = XsdValidator.fromDoc(XmlDocument.fromBuffer(readFileSync(schemaPath(version))))
    expect(() => validator.validate(XmlDocument.fromString(statement(version)))).not.toThrow()
  })

  it('is read line by line, a booked entry of several transactions as several lines', async () => {
    const { lines, ...found } = await read(statement(version))
    expect(found).toEqual({
      format: 'CAMT.053',
      account: iban,
      from: '2026-11-16',
      to: '2026-11-24',
      openingCents: 620_418,
      closingCents: 628_076,
    })
    expect(lines).toMatchObject([
      {
        on: '2026-11-24',
        cents: 14_118,
        label: 'VIR M OU MME AUBRY',
        reference: 'LOISIRS OCT NOA & TAO',
        payer: 'M OU MME AUBRY',
        iban: ibanNumbered(77),
        endToEndId: '',
        bankReference: 'B1',
        means: 'transfer',
      },
      { cents: 1000, label: 'VIR MME NOËL', reference: '2026-000001', endToEndId: 'E1' },
      { cents: 2000, label: 'VIR M LE GOFF' },
      { cents: -9460, endToEndId: 'EJ-1', returnCode: 'AM04', means: 'directDebit' },
    ])
    expect(balanceGap({ ...found, lines })).toBe(0)
  })
})

const refusing = (sentence: RegExp) => expect.objectContaining({ message: expect.stringMatching(sentence) })

describe('a file that is no statement of the account', () => {
  const whole = statement('08')
  it('is refused by the thread that reads it, even when it ends its stack', async () => {
    const reading = readStatement({ bytes: bytesOf('<a>'.repeat(1_000_000)), columns: null, iban })
    await expect(reading).rejects.toEqual(refusing(/incomplet ou abîmé/))
  })

  it.each<[string, string, RegExp]>([
    ['cut in the middle', whole.slice(0, whole.length / 2), /incomplet ou abîmé/],
    [
      'with a document type',
      whole.replace('<Document', '<!DOCTYPE x [<!ENTITY a "b">]><Document'),
      /incomplet ou abîmé/,
    ],
    ['with an entity', whole.replace('NOA', '&boum;'), /incomplet ou abîmé/],
    ['of another account', whole.replaceAll(iban, ibanNumbered(2)), /d’un autre compte, FR/],
    ['another message', '<Document><BkToCstmrDbtCdtNtfctn/></Document>', /Prélèvements/],
    ['another document', '<html></html>', /n’est pas un relevé/],
    ['in dollars', whole.replace('Ccy="EUR">30.00', 'Ccy="USD">30.00'), /une ligne en USD/],
    ['with an amount that is none', whole.replace('>141.18<', '>141,18<'), /montant de ce relevé/],
    ['with a part of a cent', whole.replace('>141.18<', '>141.181<'), /montant de ce relevé/],
    ['with a day that does not exist', whole.replace('<Dt>2026-11-17', '<Dt>2026-11-31'), /date de ce relevé/],
    ['a picture', '\u0089PNG\u0000\u0001\u0002\u0003', /ni un CAMT.053, ni une liste/],
    ['a list without headings', '16/11/2026;VIR;12,50', /ligne de titres/],
  ])('%s', async (_, text, sentence) => {
    await expect(read(text)).rejects.toEqual(refusing(sentence))
  })
})

const columns: BankColumns = [
  { field: 'on', head: 'Date comptable' },
  { field: 'label', head: 'Libellé' },
  { field: 'amount', head: 'Montant EUR' },
]
const list = accountList([
  ['16/11/2026', 'VIR CCAS', '102,60'],
  ['17/11/2026', 'VIR MME VAUTIER  2026 001421', '1.068,40'],
  ['18/11/2026', 'FRAIS', '-12.50'],
  ['19/11/26', 'FRAIS', '1 200,00-'],
])

describe('a list of a bank', () => {
  it('is given back with its headings until somebody says which column is which', async () => {
    expect(await readList(bytesOf(list), null)).toEqual({
      heads: ['Date comptable', 'Libellé', 'Montant EUR'],
      rows: [
        ['16/11/2026', 'VIR CCAS', '102,60'],
        ['17/11/2026', 'VIR MME VAUTIER 2026 001421', '1.068,40'],
        ['18/11/2026', 'FRAIS', '-12.50'],
      ],
    })
  })

  it('is read by its columns, its last line without a day left out', async () => {
    for (const text of [list, `\uFEFF${list}`]) {
      const { lines, from, to } = await read(text, columns)
      expect([from, to]).toEqual(['2026-11-16', '2026-11-19'])
      expect(lines.map(({ on, cents, label }) => [on, cents, label])).toEqual([
        ['2026-11-16', 10_260, 'VIR CCAS'],
        ['2026-11-17', 106_840, 'VIR MME VAUTIER 2026 001421'],
        ['2026-11-18', -1250, 'FRAIS'],
        ['2026-11-19', -120_000, 'FRAIS'],
      ])
    }
  })

  it('may be an Excel workbook, with days and amounts as cells; a damaged one is refused', async () => {
    const rows = [
      [new Date(Date.UTC(2026, 10, 16)), 'VIR CCAS', 102.6],
      [new Date(Date.UTC(2026, 10, 18)), 'FRAIS', -12.5],
    ] as never
    const bytes = await makeWorkbook([['Relevé', { columns: ['Date comptable', 'Libellé', 'Montant EUR'], rows }]])
    const task = { bytes: new Uint8Array(bytes), columns, iban: '' }
    expect(await readStatement(task)).toMatchObject({
      from: '2026-11-16',
      to: '2026-11-18',
      lines: [
        { on: '2026-11-16', cents: 10_260, label: 'VIR CCAS' },
        { on: '2026-11-18', cents: -1250, label: 'FRAIS' },
      ],
    })
    expect(await readList(task.bytes, null)).toMatchObject({ heads: ['Date comptable', 'Libellé', 'Montant EUR'] })
    await expect(readList(task.bytes.slice(0, 900), columns)).rejects.toEqual(refusing(/^Ce classeur Excel est abîmé/))
  })

  it('may have a column of credits and one of debits, with or without a sign', async () => {
    const text = 'Date;Libellé;Débit;Crédit\n16/11/2026;A;;10,00\n17/11/2026;B;5,00;\n18/11/2026;C;-5,00;\n'
    const two: BankColumns = (['Date', 'Libellé', 'Débit', 'Crédit'] as const).map((head, index) => ({
      field: (['on', 'label', 'debit', 'credit'] as const)[index] ?? 'on',
      head,
    }))
    expect((await read(text, two)).lines.map(({ cents }) => cents)).toEqual([1000, -500, -500])
  })

  it.each([
    [
      'a day',
      list.replace('17/11/2026', '17/13/2026'),
      /^Ligne 5\u00a0: «\u00a017\/13\/2026\u00a0» n’est pas une date/,
    ],
    ['an amount', list.replace('102,60', '102,6O'), /^Ligne 4\u00a0: «\u00a0102,6O\u00a0» n’est pas un montant/],
    ['a quote', list.replace('VIR CCAS', '"VIR CCAS'), /un guillemet s’ouvre/],
  ])('is refused whole, by the line, for %s that does not read', async (_, text, sentence) => {
    await expect(read(text, columns)).rejects.toEqual(refusing(sentence))
  })
})
