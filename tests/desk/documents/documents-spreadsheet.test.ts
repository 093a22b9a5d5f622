import * as fc from 'fast-check'
import { readXlsx as readStyled, writeXlsx as write } from 'hucre/xlsx'
import { describe, expect, it } from 'vitest'
import { readSpreadsheet } from '../../../main/documents/spreadsheets/spreadsheet.ts'
import { durationFormat, writeXlsx } from '../../../main/documents/spreadsheets/workbook.ts'
import { UnreadableSpreadsheet } from '../../../main/documents/spreadsheets/xlsx.ts'
import { examples } from '../../support/long.ts'

const read = (bytes: Uint8Array, sheet = '') => readSpreadsheet({ bytes, sheet, maxRows: 1000 })
const whyNot = async (bytes: Uint8Array): Promise<string> => {
  try {
    await read(bytes)
    return ''
  } catch (error) {
    if (error instanceof UnreadableSpreadsheet) return error.why
    throw error
  }
}
const list = () => writeXlsx('Familles', { columns: ['Nom', 'Né le'], rows: [['Marchand', '02/10/2020']] })

describe('a workbook', () => {
  it('goes out and comes back, its formulas never run', async () => {
    const rows = [
      ['=HYPERLINK("x")', 727.5],
      ['Zoé', null],
      ['01000', -3],
    ]
    expect((await read(await writeXlsx('Familles/2026', { columns: ['Nom', 'QF'], rows }))).rows).toEqual([
      ['Nom', 'QF'],
      ['=HYPERLINK("x")', '727,5'],
      ['Zoé'],
      ['01000', '-3'],
    ])
  })

  it('of many lines has the same bytes when a thread writes it', async () => {
    const rows = Array.from({ length: 900 }, (_, line) => [`Famille ${line}`, line])
    const { rows: found } = await read(await writeXlsx('Familles', { columns: ['Nom', 'Dossier'], rows }))
    expect(found.slice(1)).toEqual(rows.map(([name, line]) => [name, String(line)]))
  })

  it('sets its headings and its total apart, shows durations, and says what it is above and below', async () => {
    const bytes = await writeXlsx('Heures', {
      about: ['Octobre 2026'],
      columns: ['Accueil', 'Heures'],
      rows: [
        ['ALSH', 250 / 1440],
        ['Total', 250 / 1440],
      ],
      formats: [undefined, durationFormat],
      hasTotal: true,
      notes: ['Convention, article 4'],
    })
    const [sheet] = (await readStyled(bytes, { readStyles: true })).sheets
    const styleAt = (at: string) => sheet?.cells?.get(at)?.style
    expect(sheet?.rows.map(([first]) => first ?? null)).toEqual([
      'Octobre 2026',
      'Accueil',
      'ALSH',
      'Total',
      null,
      'Convention, article 4',
    ])
    expect([styleAt('1,0')?.font?.bold, styleAt('3,1')?.font?.bold]).toEqual([true, true])
    expect([styleAt('2,1')?.numFmt, styleAt('3,1')?.numFmt]).toEqual([durationFormat, durationFormat])
  })

  it.each(['1900', '1904'] as const)('shows the day that was typed, counted from %s', async (dateSystem) => {
    const born = new Date(Date.UTC(2020, 9, 2))
    const bytes = await write({ dateSystem, sheets: [{ name: 'A', rows: [['Né le'], [born]] }] })
    expect((await read(bytes)).rows).toEqual([['Né le'], ['02/10/2020']])
  })

  it('keeps the place of its empty lines, the first of merged cells, the result of a formula', async () => {
    const bytes = await write({
      sheets: [
        {
          name: 'A',
          rows: [['Nom', 'QF'], [], ['Marchand', null], [true, 3]],
          merges: [{ startRow: 2, startCol: 0, endRow: 2, endCol: 1 }],
          cells: new Map([['3,1', { formula: '1+2', formulaResult: 3 }]]),
        },
      ],
    })
    expect((await read(bytes)).rows.map((row) => row.join('|'))).toEqual(['Nom|QF', '', 'Marchand', 'oui|3'])
  })

  it('opens on the first sheet that has something, or on the one that is asked', async () => {
    const bytes = await write({
      sheets: [
        { name: 'Vide', rows: [] },
        { name: 'Un', rows: [['a']] },
        { name: 'Deux', rows: [['b']] },
      ],
    })
    expect(await read(bytes)).toMatchObject({ sheet: 'Un', sheets: ['Vide', 'Un', 'Deux'], rows: [['a']] })
    expect(await read(bytes, 'Deux')).toMatchObject({ sheet: 'Deux', rows: [['b']] })
  })

  it('is refused under a password, cut, empty or too long', async () => {
    const whole = await list()
    expect(await whyNot(new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0, 0]))).toBe('locked')
    expect(await whyNot(whole.slice(0, whole.length >> 1))).toBe('damaged')
    expect(await whyNot(await write({ sheets: [{ name: 'A', rows: [] }] }))).toBe('noSheet')
    const rows = Array.from({ length: 1002 }, () => ['x'])
    expect(await whyNot(await write({ sheets: [{ name: 'A', rows }] }))).toBe('tooLarge')
    expect(await whyNot(new TextEncoder().encode('x;y\n'.repeat(1500)))).toBe('tooLarge')
  })

  it('that would unpack into hundreds of megabytes is refused before it does, whatever its directory says', async () => {
    const bytes = await write({ sheets: [{ name: 'A', rows: [['a'.repeat(30_000)]] }] })
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const entries = Array.from(bytes.keys()).filter(
      (at) => at + 28 < bytes.length && view.getUint32(at, true) === 0x02014b50,
    )
    const declaring = async (size: number) => {
      const bomb = bytes.slice()
      for (const at of entries) new DataView(bomb.buffer).setUint32(at + 24, size, true)
      return whyNot(bomb)
    }
    expect(entries.length).toBeGreaterThan(3)
    expect(await declaring(1_000_000_000)).toBe('tooLarge')
    expect(await declaring(0)).toBe('tooLarge')
    expect(await declaring(10)).not.toBe('')
  })

  it('with one byte changed is either read or refused in a sentence', async () => {
    const whole = await list()
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, byte) => {
        const bad = whole.slice()
        bad[at] = byte
        expect(['', 'damaged', 'tooLarge', 'locked', 'noSheet']).toContain(await whyNot(bad))
      }),
      { numRuns: examples(25) },
    )
  })
})
