import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { day, monthKey } from '../../../shared/rules/calendar/day.ts'
import { differenceOf, type Standing } from '../../../shared/rules/money/difference.ts'
import { type FreeLine, type FreeUnit, freeLinesOf, refuseFreeLine } from '../../../shared/rules/money/free-lines.ts'
import { addTakes, type YearTakes } from '../../../shared/rules/price/span-price.ts'
import { examples } from '../../support/long.ts'

const line = (id: number, of: Partial<FreeLine> = {}): FreeLine => ({
  id,
  childId: null,
  activityId: null,
  regieId: 1,
  day: day('2026-12-09'),
  correctedDay: null,
  label: 'Badge perdu',
  quantity: 1,
  unitCents: 500,
  fiscal: 'autre',
  givenUpCents: 0,
  ...of,
})

const asked = (cents: number, fiscal: FreeLine['fiscal'] = 'garde', regieId = 1) => ({ cents, fiscal, regieId })
const sumOf = (units: readonly { readonly cents: number }[]) => units.reduce((sum, { cents }) => sum + cents, 0)
const monthOf = (month: string) => monthKey(day(`${month}-01`))
const inMonth = (lines: readonly FreeLine[], month: string, cents: number, taken: YearTakes = {}) =>
  freeLinesOf(lines, { month: monthOf(month), taken, asked: [asked(cents)] })

const written = { label: 'Badge', quantity: 1, unitCents: 500, reason: '' }
const refused = (of: Partial<typeof written>, mayTakeOff = true) =>
  refuseFreeLine({ ...written, ...of }, mayTakeOff)?.field

describe('a free line', () => {
  it('is refused at its field where something is missing or too much', () => {
    expect(refused({})).toBeUndefined()
    expect(refused({ unitCents: -500, reason: 'Sortie annulée' })).toBeUndefined()
    expect(refused({ label: ' ' })).toBe('label')
    expect(refused({ quantity: 0 })).toBe('quantity')
    expect(refused({ unitCents: 0 })).toBe('unitCents')
    expect(refused({ unitCents: 1_000_001 })).toBe('unitCents')
    expect(refused({ unitCents: -500, reason: 'Sortie annulée' }, false)).toBe('unitCents')
    expect(refused({ unitCents: -500 })).toBe('reason')
  })

  it('is owed by its own month, unit by unit, less what was given up of it', () => {
    const three = line(1, { quantity: 3 })
    expect(inMonth([three], '2026-12', 0).units.map(({ cents }) => cents)).toEqual([500, 500, 500])
    expect(inMonth([three], '2027-01', 0).units).toEqual([])
    expect(sumOf(inMonth([{ ...three, givenUpCents: 500 }], '2026-12', 0).units)).toBe(1000)
  })

  it('below zero takes off what its month owes, and the rest off the next months, for a year', () => {
    const gesture = line(7, { unitCents: -5000, fiscal: 'garde' })
    const first = inMonth([gesture], '2026-12', 3000)
    expect([sumOf(first.units), first.takes]).toEqual([-3000, { 'free 7': 3000 }])
    const second = inMonth([gesture], '2027-01', 3000, first.takes)
    expect([sumOf(second.units), second.units[0]?.day, second.takes]).toEqual([-2000, '2027-01-01', { 'free 7': 2000 }])
    const third = inMonth([gesture], '2027-02', 3000, addTakes(first.takes, second.takes))
    expect([third.units, third.takes]).toEqual([[], { 'free 7': 0 }])
    expect(inMonth([gesture], '2026-11', 3000).takes).toEqual({})
    expect(sumOf(inMonth([gesture], '2027-11', 9000).units)).toBe(-5000)
    expect(inMonth([gesture], '2027-12', 9000).takes).toEqual({})
  })

  it('below zero lessens its own fiscal category at its own régie only, lines above zero included', () => {
    const gesture = line(7, { unitCents: -5000 })
    const month = { month: monthOf('2026-12'), taken: {}, asked: [asked(3000), asked(100, 'autre', 2)] }
    expect(freeLinesOf([gesture], month).units).toEqual([])
    expect(sumOf(freeLinesOf([gesture, line(8)], month).units)).toBe(0)
  })
})

// ---- After any bookings, lines and bills, a run reaches the amount that the facts cost

const months = ['2026-12', '2027-01', '2027-02'] as const
type Month = (typeof months)[number]

/** One home: the cost of its months, its free lines, and its papers. */
class Home {
  readonly costs = new Map<string, FreeUnit>()
  lines: FreeLine[] = []
  readonly standing = new Map<Month, Standing<FreeUnit>[]>(months.map((month) => [month, []]))
  readonly left = new Map<Month, Map<number, number>>(months.map((month) => [month, new Map()]))
  readonly faults: string[] = []
  private papers = 0

  set(month: Month, on: number, cents: number): void {
    const at = day(`${month}-0${on}`)
    if (cents === 0) this.costs.delete(at)
    else this.costs.set(at, { ...unit, day: at, group: `1 1 ${at}`, cents })
  }

  owed(): ReadonlyMap<Month, readonly FreeUnit[]> {
    let taken: YearTakes = {}
    return new Map(
      months.map((month) => {
        const costs = [...this.costs.values()].filter(({ day: on }) => on.startsWith(month))
        const free = freeLinesOf(this.lines, {
          month: monthOf(month),
          taken,
          asked: costs.map(({ cents }) => asked(cents)),
        })
        taken = addTakes(taken, free.takes)
        return [month, [...costs, ...free.units]]
      }),
    )
  }

  /** Bills the difference of a month. */
  run(month: Month): void {
    const owed = this.owed().get(month) ?? []
    const standing = this.standing.get(month) ?? []
    const left = this.left.get(month) ?? new Map<number, number>()
    const { added, givenBack, unplacedCents } = differenceOf(owed, standing, left)
    if (unplacedCents !== 0) this.faults.push(`${unplacedCents} has no paper`)
    if (sumOf(added) < 0) this.faults.push('an invoice below zero')
    for (const [paperId, ofPaper] of Map.groupBy(givenBack, ({ paperId: id }) => id)) {
      if (sumOf(ofPaper) <= 0 || sumOf(ofPaper) > (left.get(paperId) ?? 0)) this.faults.push('a wrong credit note')
      left.set(paperId, (left.get(paperId) ?? 0) - sumOf(ofPaper))
    }
    // A credit note says the opposite of what it gives back, in the same group.
    for (const { unit: given, paperId, cents } of givenBack)
      standing.push({ ...given, paperId, lineId: 0, cents: 0 - cents })
    if (added.length === 0) return
    this.papers += 1
    left.set(this.papers, sumOf(added))
    for (const one of added) standing.push({ ...one, paperId: this.papers, lineId: this.papers })
  }
}

const unit: FreeUnit = {
  childId: 1,
  activityId: 1,
  regieId: 1,
  day: day('2026-12-01'),
  label: 'Accueil',
  unit: { one: 'jour', many: 'jours' },
  fiscal: 'garde',
  cents: 0,
  cells: [],
  explanation: '',
  basis: { familyQuotient: null, bracket: null, resident: true, example: false },
  group: '',
}

const gesture = fc.oneof(
  fc.record({
    does: fc.constant('cost' as const),
    month: fc.constantFrom(...months),
    on: fc.integer({ min: 1, max: 3 }),
    cents: fc.constantFrom(0, 300, 700),
  }),
  fc.record({
    does: fc.constant('write' as const),
    month: fc.constantFrom(...months),
    cents: fc.constantFrom(-900, -400, 250, 600),
  }),
  fc.record({ does: fc.constant('run' as const), month: fc.constantFrom(...months) }),
)

it('any history of days, free lines and runs ends at what is owed, and no paper is below zero', () => {
  fc.assert(
    fc.property(fc.array(gesture, { maxLength: 14 }), (history) => {
      const home = new Home()
      for (const [at, one] of history.entries()) {
        if (one.does === 'cost') home.set(one.month, one.on, one.cents)
        else if (one.does === 'run') home.run(one.month)
        else home.lines.push(line(at + 1, { day: day(`${one.month}-02`), unitCents: one.cents, fiscal: 'garde' }))
      }
      for (const month of months) home.run(month)
      expect(home.faults).toEqual([])
      const owed = home.owed()
      for (const month of months) {
        expect(sumOf(home.standing.get(month) ?? [])).toBe(sumOf(owed.get(month) ?? []))
        expect(sumOf(owed.get(month) ?? [])).toBeGreaterThanOrEqual(0)
        const papers = home.left.get(month)?.size
        home.run(month)
        expect(home.left.get(month)?.size).toBe(papers)
      }
      // A line takes off no more than it says.
      const taken = [...owed.values()].flat().filter(({ cents }) => cents < 0)
      for (const [group, units] of Map.groupBy(taken, ({ group: of }) => of))
        expect(sumOf(units)).toBeGreaterThanOrEqual(home.lines.find(({ id }) => group === `free ${id}`)?.unitCents ?? 0)
    }),
    { numRuns: examples(300) },
  )
})
