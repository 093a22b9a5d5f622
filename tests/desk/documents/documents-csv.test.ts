import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCsv, writeCsv } from '../../../main/documents/spreadsheets/csv.ts'

const bytes = (text: string, encoding: 'utf8' | 'latin1' = 'utf8') => new Uint8Array(Buffer.from(text, encoding))
const written = (rows: readonly (readonly (string | number | null)[])[]) =>
  Buffer.from(writeCsv({ columns: ['Nom', 'Solde'], rows })).toString('utf8')

describe('a list for a spreadsheet', () => {
  it('has semicolons, and a mark so that accents come out right', () => {
    expect(written([['Éloïse', '12,50']])).toBe('\uFEFFNom;Solde\r\nÉloïse;12,50')
  })

  it('never runs what a family typed as a formula', () => {
    for (const name of ['=1+1', '@SOMME(A1)', '+33 6 =x', '-cmd|calc', '\t=1'])
      expect(written([[name, '']])).toContain(`'${name}`)
  })

  it('keeps amounts below zero and phone numbers as they are', () => {
    expect(written([['Marchand', '-12,50']])).toContain('Marchand;-12,50')
    expect(written([['+33 6 12 34 56 78', -3]])).toContain('+33 6 12 34 56 78;-3')
  })

  it('reads back as it was written', () => {
    const cell = fc.string({ unit: 'grapheme' }).filter((text) => !/^[=+\-@\t\r\s]/.test(text) && !text.includes('\r'))
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
        const filled = rows.map(([first, second]) => [`n${first}`, second])
        expect(readCsv(writeCsv({ columns: ['a', 'b'], rows: filled })).rows).toEqual([['a', 'b'], ...filled])
      }),
    )
  })
})

describe('a file from an office', () => {
  it.each([
    ['UTF-8', bytes('Nom;Prénom\nNoël;Zoé'), 'utf-8'],
    ['UTF-8 with its mark', bytes('\uFEFFNom;Prénom\nNoël;Zoé'), 'utf-8'],
    ['windows-1252', bytes('Nom;Prénom\nNoël;Zoé', 'latin1'), 'windows-1252'],
    ['UTF-16 with its mark', new Uint8Array(Buffer.from('\uFEFFNom;Prénom\nNoël;Zoé', 'utf16le')), 'utf-16'],
    ['UTF-16 without it', new Uint8Array(Buffer.from('Nom;Prénom\nNoël;Zoé', 'utf16le')), 'utf-16'],
    ['UTF-16 the other way round', Buffer.from('\uFEFFNom;Prénom\nNoël;Zoé', 'utf16le').swap16(), 'utf-16'],
  ] as const)('is read in %s', (_, file, encoding) => {
    expect(readCsv(file)).toEqual({
      rows: [
        ['Nom', 'Prénom'],
        ['Noël', 'Zoé'],
      ],
      encoding,
      delimiter: ';',
    })
  })

  it('keeps the windows apostrophe and œ', () => {
    expect(readCsv(new Uint8Array([0x4c, 0x92, 0x9c, 0x75, 0x66])).rows).toEqual([['L’œuf']])
  })

  it.each([';', ',', '\t', '|'])('is cut at %j', (delimiter) => {
    const text = [
      ['a', 'b', 'c'],
      ['1', '"x;,y"', '3'],
    ]
      .map((row) => row.join(delimiter))
      .join('\r\n')
    expect(readCsv(bytes(text))).toMatchObject({
      delimiter,
      rows: [
        ['a', 'b', 'c'],
        ['1', 'x;,y', '3'],
      ],
    })
  })

  it('is cut at semicolons when addresses hold commas', () => {
    const file = readCsv(bytes('Nom;Adresse\nMarchand;3, rue des Tilleuls, Caen\nAubry;4, place, Caen\n'))
    expect(file.rows).toEqual([
      ['Nom', 'Adresse'],
      ['Marchand', '3, rue des Tilleuls, Caen'],
      ['Aubry', '4, place, Caen'],
    ])
  })

  it('may have ragged and empty lines: each keeps its place', () => {
    expect(readCsv(bytes('a;b;c\n1;2\n\n1;2;3;4\n;;\n\n')).rows).toEqual([
      ['a', 'b', 'c'],
      ['1', '2'],
      [''],
      ['1', '2', '3', '4'],
    ])
  })

  it('may be empty', () => {
    expect(readCsv(new Uint8Array())).toEqual({ rows: [], encoding: 'utf-8', delimiter: ';' })
  })
})
