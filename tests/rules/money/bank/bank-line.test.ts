import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, day } from '../../../../shared/rules/calendar/day.ts'
import {
  type BankFormat,
  balanceGap,
  identitiesOf,
  type ReadBankLine,
  unknownLines,
} from '../../../../shared/rules/money/bank/bank-line.ts'
import { guessBankColumns, headingsAmong, refuseBankColumns } from '../../../../shared/rules/money/bank/columns.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const first = day('2026-11-16')
const line = (days: number, cents: number, label: string, more: Partial<ReadBankLine> = {}): ReadBankLine => ({
  on: addDays(first, days),
  cents,
  label,
  reference: '',
  payer: '',
  iban: '',
  endToEndId: '',
  bankReference: '',
  means: '',
  returnCode: '',
  ...more,
})
const identified = (lines: readonly ReadBankLine[]) => {
  const identities = identitiesOf(lines, sha256)
  return lines.map((one, index) => ({ ...one, identity: identities[index] ?? '' }))
}

type Known = ReturnType<typeof identified>[number] & { readonly format: BankFormat }
/** The lines that an account knows after it has read files one after the other. */
const afterReading = (...files: (readonly [BankFormat, readonly ReadBankLine[]])[]): Known[] =>
  files.reduce<Known[]>(
    (known, [format, lines]) => [
      ...known,
      ...unknownLines(identified(lines), format, known).map((one) => ({ ...one, format })),
    ],
    [],
  )

describe('a line of a statement', () => {
  it('is itself whatever the bank makes of its accents and spaces, and two equal transfers of a day are two', () => {
    const [one, same, other] = identitiesOf(
      [line(0, 500, 'VIR MME NOËL'), line(0, 500, 'Vir Mme  Noel'), line(1, 500, 'VIR MME NOËL')],
      sha256,
    )
    expect(one?.slice(0, 64)).toBe(same?.slice(0, 64))
    expect(new Set([one, same, other]).size).toBe(3)
  })

  it('is known by the reference that the bank gave it, however it is worded', () => {
    const [one] = identitiesOf([line(0, 500, 'VIR A', { bankReference: 'R1' })], sha256)
    const [other] = identitiesOf([line(0, 500, 'VIREMENT DE A', { bankReference: 'R1' })], sha256)
    expect(one).toBe(other)
  })
})

const someLines = fc.array(
  fc.record({ days: fc.nat(4), cents: fc.constantFrom(500, 500, 700, -500), label: fc.constantFrom('VIR A', 'VIR B') }),
  { maxLength: 12 },
)

describe('statements read one after the other', () => {
  it('record each line once: the same file again, or another one of some of its days, brings nothing', () => {
    fc.assert(
      fc.property(someLines, fc.nat(4), fc.nat(4), (drawn, from, to) => {
        const lines = drawn.map(({ days, cents, label }) => line(days, cents, label))
        const some = lines.filter(({ on }) => on >= addDays(first, from) && on <= addDays(first, to))
        expect(afterReading(['CSV', lines], ['CSV', lines], ['CSV', some])).toHaveLength(lines.length)
        expect(afterReading(['CSV', some], ['CSV', lines], ['CSV', some])).toHaveLength(lines.length)
      }),
    )
  })

  it('record each line once in both formats, which word it otherwise', () => {
    fc.assert(
      fc.property(someLines, (drawn) => {
        const csv = drawn.map(({ days, cents, label }) => line(days, cents, label))
        const camt = drawn.map(({ days, cents, label }, index) =>
          line(days, cents, `${label} BIS`, { bankReference: `R${index}` }),
        )
        expect(afterReading(['CSV', csv], ['CAMT.053', camt])).toHaveLength(csv.length)
        expect(afterReading(['CAMT.053', camt], ['CSV', csv], ['CAMT.053', camt])).toHaveLength(csv.length)
      }),
    )
  })
})

describe('the balances of a statement', () => {
  it('are compared with its lines, where the bank says them', () => {
    const lines = [line(0, 500, 'A'), line(1, -200, 'B')]
    expect(balanceGap({ openingCents: 1000, closingCents: 1300, lines })).toBe(0)
    expect(balanceGap({ openingCents: 1000, closingCents: 1500, lines })).toBe(200)
    expect(balanceGap({ openingCents: null, closingCents: 1500, lines })).toBeNull()
  })
})

describe('the columns of a bank’s list', () => {
  it('are guessed from its headings, which stand under the name of the account', () => {
    const rows = [
      ['Compte courant', 'FR76…'],
      [],
      ['Date comptable', 'Libellé', 'Débit euros', 'Crédit euros', 'Solde'],
    ]
    expect(headingsAmong(rows)).toBe(2)
    expect(guessBankColumns(rows[2] ?? []).map(({ field }) => field)).toEqual(['on', 'label', 'debit', 'credit'])
    expect(headingsAmong([['16/11/2026', 'VIR', '12,50']])).toBeUndefined()
  })

  it('say a day, a label, and either an amount or credits', () => {
    const columns = [
      { field: 'on', head: 'Date' },
      { field: 'label', head: 'Libellé' },
    ] as const
    const refusal = (...more: Parameters<typeof refuseBankColumns>[0][number][]) =>
      refuseBankColumns([...columns, ...more])?.field
    expect(refusal()).toBe('amount')
    expect(refusal({ field: 'amount', head: 'Montant' })).toBeUndefined()
    expect(refusal({ field: 'amount', head: 'Montant' }, { field: 'credit', head: 'Crédit' })).toBe('amount')
    expect(refusal({ field: 'amount', head: 'Date' })).toBe('amount')
    expect(refuseBankColumns([])?.field).toBe('on')
  })
})
