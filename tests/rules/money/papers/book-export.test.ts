import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { day } from '../../../../shared/rules/calendar/day.ts'
import {
  bookColumns,
  bookEntries,
  bookFileName,
  bookLine,
  decimalSigns,
  refuseBookExport,
  usualBookExport,
} from '../../../../shared/rules/money/book-export.ts'
import { paymentMeans } from '../../../../shared/rules/money/payment/payment.ts'
import { natureText, withoutNatureText } from '../../../../shared/rules/money/regie.ts'
import { advancesText } from '../../../../shared/rules/money/revenue.ts'

const january = {
  kind: 'month',
  from: day('2027-01-01'),
  to: day('2027-01-31'),
  number: 4,
  regie: 'Régie enfance',
} as const

const received = [
  { nature: '7066 · PERI', cents: 1250, byMeans: [['cheque', 1500] as const, ['cash', -250] as const] },
  { nature: advancesText, cents: 300, byMeans: [['online', 300] as const] },
]

const refused = (changes: object) => refuseBookExport({ ...usualBookExport, ...changes })?.field

describe('the entries of a closed month', () => {
  it('are one for each nature and means, with the account and the product code apart', () => {
    const entries = bookEntries({ received }, { '7066 · PERI': 'Accueils' })
    expect(entries).toEqual([
      { account: '7066', productCode: 'PERI', label: 'Accueils', means: 'cheque', cents: 1500 },
      { account: '7066', productCode: 'PERI', label: 'Accueils', means: 'cash', cents: -250 },
      { account: '', productCode: '', label: advancesText, means: 'online', cents: 300 },
    ])
    const lines = entries.map((entry) => bookLine(entry, january, usualBookExport).join('|'))
    expect(lines[1]).toBe(
      '2027|Régie enfance|7066|PERI|Accueils|Espèces|-2,50|Régie enfance, janvier 2027, Accueils, Espèces',
    )
    expect(bookFileName(january)).toBe('ecritures-2027-01.csv')
  })

  it('add up to the statement, whatever its natures, in the columns and with the decimal sign that are asked', () => {
    const row = fc.record({
      nature: fc.oneof(
        fc.tuple(fc.stringMatching(/^\d{3,8}$/), fc.stringMatching(/^[A-Z0-9]{0,4}$/)).map((of) => natureText(...of)),
        fc.constantFrom(withoutNatureText, advancesText),
      ),
      byMeans: fc.uniqueArray(fc.tuple(fc.constantFrom(...paymentMeans), fc.integer({ min: -9e6, max: 9e6 })), {
        selector: ([means]) => means,
      }),
    })
    fc.assert(
      fc.property(
        fc.array(row),
        fc.uniqueArray(fc.constantFrom(...bookColumns)),
        fc.constantFrom(...decimalSigns),
        (rows, some, decimal) => {
          const statement = rows.map((one) => ({
            ...one,
            cents: one.byMeans.reduce((sum, [, cents]) => sum + cents, 0),
          }))
          const columns = [...some.filter((column) => column !== 'amount'), 'amount'] as const
          const lines = bookEntries({ received: statement }, {}).map((entry) =>
            bookLine(entry, january, { columns, separator: ';', decimal }),
          )
          const written = lines.reduce(
            (sum, line) => sum + Math.round(Number(line.at(-1)?.replace(decimal, '.')) * 100),
            0,
          )
          expect(written).toBe(statement.reduce((sum, { cents }) => sum + cents, 0))
          expect(lines.every((line) => line.length === columns.length)).toBe(true)
          for (const { nature } of rows)
            expect(natureText(...accountOf(nature))).toBe(/^\d/.test(nature) ? nature : withoutNatureText)
        },
      ),
    )
  })

  it('need their amount, each column once, and a decimal sign that separates nothing', () => {
    expect(refused({})).toBeUndefined()
    expect(refused({ columns: ['account'] })).toBe('columns')
    expect(refused({ columns: ['amount', 'amount'] })).toBe('columns')
    expect(refused({ separator: ',' })).toBe('decimal')
    expect(refused({ separator: ',', decimal: '.' })).toBeUndefined()
  })
})

/** What the entries of a nature say of it. */
const accountOf = (nature: string): [string | null, string] => {
  const [entry] = bookEntries({ received: [{ nature, cents: 1, byMeans: [['cash', 1]] }] }, {})
  return [entry?.account || null, entry?.productCode ?? '']
}
