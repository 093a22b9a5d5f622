import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Day, day } from '../../../../shared/rules/calendar/day.ts'
import {
  type ChosenLine,
  type CreditableLine,
  creditedCents,
  creditOf,
} from '../../../../shared/rules/money/credit-note.ts'

const plain = (text: string) => text.replaceAll(/[\u00A0\u202F]/g, ' ')

const [first, second, third] = [day('2026-12-02'), day('2026-12-09'), day('2026-12-16')] as const

const line = (id: number, over: Partial<CreditableLine>): CreditableLine => ({
  id,
  childId: 1,
  activityId: 1,
  label: 'Accueil',
  fiscal: 'garde',
  kind: 'days',
  unitCents: 550,
  days: [first, second, third],
  needsMonth: false,
  ...over,
})
const care = line(1, {})
const meals = line(2, { label: 'Repas', fiscal: 'repas', unitCents: 450 })
const aid = line(3, { label: 'Aide CAF', unitCents: -400 })
const lateFee = line(4, { label: 'Retard', unitCents: 300, days: [second] })
const minimum = line(5, {
  label: 'Minimum de facturation',
  fiscal: 'autre',
  kind: 'minimum',
  unitCents: 250,
  days: [third],
})
const membership = line(6, { label: 'Adhésion', fiscal: 'autre', kind: 'membership', unitCents: 1000, days: [first] })

const all = (lineId: number): ChosenLine => ({ lineId, days: null })
const on = (lineId: number, ...days: Day[]): ChosenLine => ({ lineId, days })

/** « Accueil 550 × 2 gives up 150 »: what is taken back, or why nothing is. */
const taken = (lines: readonly CreditableLine[], chosen: readonly ChosenLine[] | null, isForGood = false) => {
  const credit = creditOf(lines, chosen, isForGood)
  return 'refusal' in credit
    ? plain(credit.refusal)
    : credit.parts.map(
        (part) =>
          `${part.line.label} ${part.line.unitCents} × ${part.days.length}${isForGood ? ` gives up ${part.givenUpCents}` : ''}`,
      )
}

describe('what a credit note by hand takes back', () => {
  it.each([membership, minimum])(
    'is a $kind with what an aid takes of it, and gives up what is left of it',
    (amount) => {
      const { id, label, unitCents } = amount
      const aided = line(7, { ...amount, id: 7, label: 'CCAS', unitCents: -100 })
      const morning = line(8, { days: [day('2027-01-06')] })
      const lines = [care, morning, amount, aided]
      expect(taken(lines, [all(id)])).toEqual([`${label} ${unitCents} × 1`, 'CCAS -100 × 1'])
      expect(taken(lines, [all(id)], true)).toEqual([
        `${label} ${unitCents} × 1 gives up ${unitCents - 100}`,
        'CCAS -100 × 1 gives up 0',
      ])
      expect(taken(lines, [all(1)])).toEqual(['Accueil 550 × 3'])
    },
  )

  it('is a line, whole or for some of its days, or the whole invoice', () => {
    expect(taken([care, meals], [all(2)])).toEqual(['Repas 450 × 3'])
    expect(taken([care, meals], [on(1, second), on(2, first, second)])).toEqual(['Accueil 550 × 1', 'Repas 450 × 2'])
    expect(taken([care, meals], null)).toEqual(['Accueil 550 × 3', 'Repas 450 × 3'])
  })

  it('takes all units of a day', () => {
    const twice = line(1, { days: [first, first, second] })
    expect(taken([twice], [on(1, first)])).toEqual(['Accueil 550 × 2'])
  })

  it('takes along the deductions of the same child, activity, fiscal category and day', () => {
    const ofAnother = line(7, { label: 'Aide CAF', unitCents: -400, childId: 2 })
    const lines = [care, meals, aid, ofAnother, line(8, { childId: 2 })]
    expect(taken(lines, [on(1, second)])).toEqual(['Accueil 550 × 1', 'Aide CAF -400 × 1'])
    expect(taken(lines, [all(2)])).toEqual(['Repas 450 × 3'])
  })

  it('takes what is free only with all the rest of the invoice, and gives nothing up with it', () => {
    const free = line(7, { label: 'Goûter', fiscal: 'repas', unitCents: 0 })
    expect(taken([care, free], [on(1, first)])).toEqual(['Accueil 550 × 1'])
    expect(taken([care, free], [all(1)])).toEqual(['Accueil 550 × 3', 'Goûter 0 × 3'])
    expect(taken([care, free], null, true)).toEqual(['Accueil 550 × 3 gives up 550'])
  })

  it('takes a monthly minimum and a membership whole', () => {
    expect(taken([care, minimum, membership], [all(5)])).toEqual(['Minimum de facturation 250 × 1'])
    expect(taken([care, minimum, membership], [all(6)], true)).toEqual(['Adhésion 1000 × 1 gives up 1000'])
  })

  it('takes a minimum of the first version only with all that its invoice bills that month', () => {
    const returned = line(9, { ...minimum, id: 9, unitCents: -250, needsMonth: true })
    const january = line(10, { days: [day('2027-01-06')] })
    const lines = [care, { ...minimum, needsMonth: true }, january]
    expect(taken(lines, [all(5)])).toBe(
      '« Minimum de facturation » ne se rend pas seul sur cette facture : choisissez aussi toutes les autres lignes du même mois.',
    )
    expect(taken(lines, [all(5), all(1)])).toEqual(['Accueil 550 × 3', 'Minimum de facturation 250 × 1'])
    expect(taken([care, returned, january], [on(1, first)])).toEqual(['Accueil 550 × 1'])
    expect(taken([care, returned, january], [all(1)])).toEqual(['Accueil 550 × 3', 'Minimum de facturation -250 × 1'])
  })
})

describe('what a « définitif » credit note gives up', () => {
  it('is the price of each day less its deductions', () => {
    expect(taken([care, aid], [on(1, first, second)], true)).toEqual([
      'Accueil 550 × 2 gives up 150',
      'Aide CAF -400 × 2 gives up 0',
    ])
  })

  it('is written apart for days with another deduction, and for another month', () => {
    const clipped = line(3, { label: 'Aide CAF', unitCents: -400, days: [first] })
    const months = line(1, { days: [first, second, day('2027-01-06')] })
    expect(taken([months, clipped], [all(1)], true)).toEqual([
      'Accueil 550 × 1 gives up 150',
      'Accueil 550 × 1 gives up 550',
      'Accueil 550 × 1 gives up 550',
      'Aide CAF -400 × 1 gives up 0',
    ])
    expect(taken([months, clipped], [all(1)])).toEqual(['Accueil 550 × 3', 'Aide CAF -400 × 1'])
  })
})

describe('a choice that cannot be', () => {
  it('is of another invoice, of a line or a day that has nothing left', () => {
    expect(taken([care], [all(9)])).toBe('Une des lignes choisies n’est pas de cette facture.')
    expect(taken([{ ...care, days: [] }, meals], [all(1)])).toBe('« Accueil » : il n’y a plus rien à annuler.')
    expect(taken([care], [on(1, day('2026-12-23'))])).toBe('« Accueil », mer. 23 déc. : il n’y a plus rien à annuler.')
  })

  it('is a deduction alone', () => {
    expect(taken([care, aid], [all(3)])).toBe(
      '« Aide CAF » : une réduction se rend avec les jours dont elle baisse le prix. Choisissez ces jours.',
    )
    expect(taken([care, aid], [all(3), all(1)])).toEqual(['Accueil 550 × 3', 'Aide CAF -400 × 3'])
  })

  it('is a price lower than the deductions of its day: it names what else to choose', () => {
    expect(taken([care, aid, lateFee], [all(4)])).toBe(
      'mer. 9 déc. : « Aide CAF » dépasse ce que coûte « Retard ». Choisissez aussi « Accueil » pour ce jour.',
    )
    expect(taken([care, aid, lateFee], [all(4), on(1, second)], true)).toEqual([
      'Accueil 550 × 1 gives up 450',
      'Aide CAF -400 × 1 gives up 0',
      'Retard 300 × 1 gives up 0',
    ])
  })
})

const invoices = fc
  .array(
    fc.record({
      childId: fc.nat(1),
      fiscal: fc.constantFrom('garde' as const, 'repas' as const),
      cents: fc.constantFrom(0, 300, 450, 550),
      days: fc.subarray([first, second, third], { minLength: 1 }),
      aidCents: fc.constantFrom(0, 0, 200, 300),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => {
    const products = parts.map(({ childId, fiscal, cents, days }, id) =>
      line(id, { childId, fiscal, unitCents: cents, days, label: `Produit ${id}` }),
    )
    // An aid takes from a day at most what the day costs.
    const aids = parts.flatMap(({ childId, fiscal, aidCents, days }, id) => {
      const aided = days.filter((on) => {
        const costs = products.filter(
          (one) => one.childId === childId && one.fiscal === fiscal && one.days.includes(on),
        )
        return costs.reduce((sum, { unitCents }) => sum + unitCents, 0) >= parts.length * 300
      })
      return aidCents > 0 && aided.length > 0
        ? [line(100 + id, { childId, fiscal, unitCents: 0 - aidCents, days: aided, label: `Aide ${id}` })]
        : []
    })
    return [...products, ...aids]
  })

const less = (lines: readonly CreditableLine[], id: number, days: readonly Day[]): CreditableLine[] =>
  lines.map((one) => (one.id === id ? { ...one, days: one.days.filter((each) => !days.includes(each)) } : one))

it('any credit notes, one after the other, never leave a day below zero, and together take the invoice back', () => {
  const choices = fc.array(fc.tuple(fc.nat(), fc.subarray([first, second, third], { minLength: 1 }), fc.boolean()))
  fc.assert(
    fc.property(invoices, choices, (invoice, wished) => {
      let lines = invoice
      let credited = 0
      const credit = (chosen: readonly ChosenLine[] | null, isForGood: boolean) => {
        const made = creditOf(lines, chosen, isForGood)
        if ('refusal' in made) return
        const cents = creditedCents(made.parts)
        credited += cents
        const givenUp = made.parts.reduce((sum, { days, givenUpCents }) => sum + days.length * givenUpCents, 0)
        expect(givenUp).toBe(isForGood ? cents : 0)
        for (const part of made.parts) {
          const before = lines.find(({ id }) => id === part.line.id)
          expect(part.days.every((one) => before?.days.includes(one))).toBe(true)
          lines = less(lines, part.line.id, part.days)
        }
      }
      for (const [which, days, isForGood] of wished) {
        credit([{ lineId: invoice[which % invoice.length]?.id ?? 0, days }], isForGood)
        const units = lines.flatMap((one) => one.days.map((each) => ({ ...one, day: each })))
        const byDay = Map.groupBy(units, ({ childId, fiscal, day: each }) => `${childId} ${fiscal} ${each}`)
        for (const ofDay of byDay.values())
          expect(ofDay.reduce((sum, { unitCents }) => sum + unitCents, 0)).toBeGreaterThanOrEqual(0)
      }
      credit(null, false)
      expect(credited).toBe(invoice.reduce((sum, { unitCents, days }) => sum + days.length * unitCents, 0))
    }),
  )
})
