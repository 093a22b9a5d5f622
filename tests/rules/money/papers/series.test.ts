import { describe, expect, it } from 'vitest'
import { payfipReference } from '../../../../shared/rules/money/invoice.ts'
import { couponCode } from '../../../../shared/rules/money/paper-codes.ts'
import { numberIn, paperName, readNumber, seriesLetters, seriesOf } from '../../../../shared/rules/money/series.ts'

describe('a series', () => {
  it('has one letter at the first régie, after the prefix at another', () => {
    expect(seriesOf(null, 'F')).toBe('F')
    expect(seriesOf('CV', 'Q')).toBe('CVQ')
  })

  it('prints its numbers as the kind of paper asks, the prefix first', () => {
    expect(seriesLetters.map((letter) => numberIn(letter, 2026, 123))).toEqual([
      '2026-000123',
      '2026-A00123',
      'T2026-000123',
      'Q2026-000123',
      'B2026-000123',
      'R2026-000123',
      'E2026-000123',
    ])
    expect(seriesLetters.map((letter) => numberIn(seriesOf('CV', letter), 2026, 123))).toEqual([
      'CV-2026-000123',
      'CV-2026-A00123',
      'CV-T2026-000123',
      'CV-Q2026-000123',
      'CV-B2026-000123',
      'CV-R2026-000123',
      'CV-E2026-000123',
    ])
    expect(() => numberIn('CVX', 2026, 1)).toThrow(RangeError)
  })

  it('names its papers', () => {
    expect([paperName('F', 2026, 12), paperName('CVA', 2026, 12), paperName('CVB', 2026, 12)]).toEqual([
      'Facture n°\u00a02026-000012',
      'Avoir n°\u00a0CV-2026-A00012',
      'Bordereau CV-B2026-000012',
    ])
  })
})

describe('a typed number', () => {
  it('is found again from each printed one, and the same in no two series', () => {
    const texts = new Map<string, string>()
    for (const prefix of [null, 'C', 'CV', 'CVQ', 'QA'])
      for (const letter of seriesLetters) {
        const series = seriesOf(prefix, letter)
        const printed = numberIn(series, 2026, 1301)
        expect(texts.get(printed)).toBeUndefined()
        texts.set(printed, series)
        const read = readNumber(printed)
        expect({ printed, ...read, digits: Number(read?.digits) }).toEqual({
          printed,
          prefix,
          letter: letter === 'F' ? null : letter,
          year: 2026,
          digits: 1301,
        })
      }
  })

  it('is found from PayFiP’s reference', () => {
    for (const prefix of [null, 'C', 'CV', 'CVQ'])
      expect(readNumber(payfipReference(numberIn(seriesOf(prefix, 'F'), 2026, 1301)))).toEqual({
        prefix: prefix ?? '',
        letter: 'F',
        year: 2026,
        digits: '001301',
      })
  })

  it('is found from the barcode of its coupon, whatever the amount behind', () => {
    for (const prefix of [null, 'CV', 'ABC'])
      for (const cents of [0, 14_276, 99_999_999])
        expect(readNumber(couponCode(numberIn(seriesOf(prefix, 'F'), 2026, 1301), cents))).toEqual({
          prefix: prefix ?? '',
          letter: 'F',
          year: 2026,
          digits: '001301',
        })
    expect(readNumber(couponCode(numberIn('T', 2026, 21), 13_416))).toMatchObject({ prefix: '', letter: 'T' })
  })

  it('may lack its zeros, its year or its prefix', () => {
    expect(readNumber('1301')).toEqual({ prefix: null, letter: null, year: null, digits: '1301' })
    expect(readNumber('2026-13')).toEqual({ prefix: null, letter: null, year: 2026, digits: '13' })
    expect(readNumber('f-1301')).toEqual({ prefix: null, letter: 'F', year: null, digits: '1301' })
    expect(readNumber('cv-1301')).toEqual({ prefix: 'CV', letter: null, year: null, digits: '1301' })
    expect(readNumber('q 45')).toEqual({ prefix: null, letter: 'Q', year: null, digits: '45' })
    expect(readNumber('A12')).toEqual({ prefix: null, letter: 'A', year: null, digits: '12' })
  })

  it('may lack all its hyphens', () => {
    expect(readNumber('2026A00012')).toEqual({ prefix: '', letter: 'A', year: 2026, digits: '00012' })
    expect(readNumber('Q2026000045')).toEqual({ prefix: '', letter: 'Q', year: 2026, digits: '000045' })
  })

  it('is nothing that no paper prints', () => {
    for (const text of ['', 'Marchand', '2026-', 'CV-', 'ABCD-12', '06 12 34 56 78'])
      expect([text, readNumber(text)]).toEqual([text, null])
  })
})
