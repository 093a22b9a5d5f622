import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { day } from '../../../../shared/rules/calendar/day.ts'
import {
  brokenSeries,
  canonical,
  creditLines,
  draftChanges,
  dueDate,
  type InvoiceLine,
  lastDayToPay,
  numberText,
  payfipReference,
  refusePaper,
  type SealedPaper,
  sealOf,
  totalsOf,
} from '../../../../shared/rules/money/invoice.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const plain = (text: string | undefined) => text?.replaceAll(/[\u00A0\u202F]/g, ' ')

const line = (more: Partial<InvoiceLine> = {}): InvoiceLine => {
  const quantity = more.quantity ?? 8
  const unitCents = more.unitCents ?? 295
  return {
    child: 'Noa',
    activity: 'Garderie du soir',
    label: 'Accueil',
    fiscal: 'garde',
    explanation: 'QF 727 → tranche 621–1100 → séance 2,95 €',
    days: [day('2026-10-05')],
    ...more,
    quantity,
    unitCents,
    totalCents: quantity * unitCents,
  }
}
const meal = line({ label: 'Repas', activity: 'Restauration scolaire', fiscal: 'repas', quantity: 9, unitCents: 262 })

const series = (count: number): SealedPaper[] => {
  const papers: SealedPaper[] = []
  for (let n = 1; n <= count; n += 1) {
    const previousHash = papers.at(-1)?.hash ?? null
    const content = { number: numberText(2026, n), totalCents: n * 100 }
    papers.push({ year: 2026, number: n, content, previousHash, hash: sealOf(content, previousHash, sha256) })
  }
  return papers
}
const changedAt = (index: number, change: Partial<SealedPaper>) =>
  brokenSeries(
    series(5).map((paper, place) => (place === index ? { ...paper, ...change } : paper)),
    sha256,
  )

describe('an invoice', () => {
  it('sums its lines, care and meals apart', () => {
    expect(totalsOf([line(), meal])).toStrictEqual({
      totalCents: 4718,
      byFiscal: { garde: 2360, repas: 2358, autre: 0 },
    })
  })

  it('is refused empty, negative, or when a line does not add up', () => {
    expect(refusePaper('invoice', [line(), meal])).toBeUndefined()
    expect(refusePaper('invoice', [])).toMatch(/rien à facturer/)
    expect(refusePaper('invoice', creditLines([line()]))).toMatch(/avoir/)
    expect(refusePaper('invoice', [{ ...line(), totalCents: 1 }])).toMatch(/Noa, Garderie du soir, accueil/)
  })

  it('is undone by a credit note to the cent, and never by one that asks for money', () => {
    expect(refusePaper('creditNote', creditLines([line(), meal]))).toBeUndefined()
    expect(refusePaper('creditNote', [line()])).toMatch(/diminuer/)
    expect(creditLines([line({ unitCents: 0 })])[0]?.totalCents).toBe(0)
    const lines = fc.array(
      fc
        .tuple(fc.integer({ min: 1, max: 60 }), fc.nat(5000))
        .map(([quantity, unitCents]) => line({ quantity, unitCents })),
    )
    fc.assert(
      fc.property(lines, (all) => {
        expect(totalsOf([...all, ...creditLines(all)]).totalCents).toBe(0)
        expect(totalsOf(all).totalCents).toBe(all.reduce((sum, { totalCents }) => sum + totalCents, 0))
      }),
    )
  })

  it('has a number, and a reference that PayFiP takes', () => {
    expect(numberText(2026, 123)).toBe('2026-000123')
    expect(payfipReference('2026-000123')).toBe('2026000123')
    expect(() => payfipReference('2-3')).toThrow(RangeError)
  })

  it.each([
    [{ unit: 'days', amount: 28 } as const, '2026-12-07'],
    [{ unit: 'endOfMonth', monthsLater: 0 } as const, '2026-11-30'],
    [{ unit: 'endOfMonth', monthsLater: 3 } as const, '2027-02-28'],
  ])('issued on 9 November 2026 under %o is due on %s', (rule, expected) => {
    expect(dueDate(day('2026-11-09'), rule)).toBe(expected)
  })

  it.each<[string, readonly (string | undefined)[], string]>([
    ['its lines have no day of their own', [undefined, undefined], '2026-12-07'],
    ['each of its lines has one: by the last', ['2026-11-20', '2027-01-04'], '2027-01-04'],
    ['only some have one', ['2026-11-20', undefined], '2026-12-07'],
    ['one of them has passed', ['2026-11-08', '2027-01-04'], '2026-12-07'],
  ])('is to pay by the delay of the régie, or by days of its lines: %s', (_, days, expected) => {
    const lines = days.map((dueOn) => ({ totalCents: 100, basis: { dueOn: dueOn === undefined ? dueOn : day(dueOn) } }))
    const aid = { totalCents: -50, basis: {} }
    expect(lastDayToPay(day('2026-11-09'), { unit: 'days', amount: 28 }, [...lines, aid])).toBe(expected)
  })
})

describe('a draft re-priced at issue', () => {
  it('is issued when nothing changed, whatever the order of its lines', () => {
    expect(draftChanges([line(), meal], [meal, line()])).toStrictEqual([])
  })

  it.each<[string, InvoiceLine[], InvoiceLine[], string]>([
    ['a day more', [line()], [line({ quantity: 9 })], 'Noa, Garderie du soir, accueil : 8 × 2,95 € → 9 × 2,95 €'],
    ['another price', [line()], [line({ unitCents: 350 })], 'Noa, Garderie du soir, accueil : 8 × 2,95 € → 8 × 3,50 €'],
    ['a new line', [line()], [line(), meal], 'Noa, Restauration scolaire, repas : ajouté, 9 × 2,62 €'],
    ['a line gone', [line(), meal], [line()], 'Noa, Restauration scolaire, repas : retiré, 9 × 2,62 €'],
    [
      'other days',
      [line()],
      [line({ days: [day('2026-10-06')] })],
      'Noa, Garderie du soir, accueil : les jours ont changé',
    ],
    [
      'another reason',
      [line()],
      [line({ explanation: 'QF 700' })],
      'Noa, Garderie du soir, accueil : le calcul du prix a changé : QF 700',
    ],
  ])('%s is said', (_, before, now, expected) => {
    expect(draftChanges(before, now).map(plain)).toStrictEqual([expected])
  })
})

describe('a series of issued papers', () => {
  it('is sound as it was issued, and starts again at 1 with the year', () => {
    const papers = series(5)
    expect(brokenSeries(papers, sha256)).toBeUndefined()
    const previousHash = papers.at(-1)?.hash ?? null
    const next = { year: 2027, number: 1, content: 'x', previousHash, hash: sealOf('x', previousHash, sha256) }
    expect(brokenSeries([...papers, next], sha256)).toBeUndefined()
    expect(brokenSeries([...papers, { ...next, number: 2 }], sha256)).toBe(
      'Le numéro 2027-000001 manque avant 2027-000002.',
    )
  })

  it('shows a paper taken out, changed, or put in place of another', () => {
    expect(brokenSeries(series(5).toSpliced(2, 1), sha256)).toBe('Le numéro 2026-000003 manque avant 2026-000004.')
    expect(changedAt(2, { content: { number: '2026-000003', totalCents: 1 } })).toMatch(/2026-000003 a été modifiée/)
    const content = { number: '2026-000003', totalCents: 1 }
    expect(changedAt(2, { content, hash: sealOf(content, series(5)[1]?.hash ?? null, sha256) })).toMatch(
      /2026-000004 n’est plus liée/,
    )
  })

  it('seals one content in one way, whatever the order of its keys', () => {
    expect(canonical({ b: [1, null, 'é'], a: { d: true, c: undefined } })).toBe('{"a":{"d":true},"b":[1,null,"é"]}')
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (held) => {
        const turned = Object.fromEntries(Object.entries(held).toReversed())
        expect(canonical(turned)).toBe(canonical(held))
        expect(JSON.parse(canonical(held))).toEqual(held)
      }),
    )
  })
})
