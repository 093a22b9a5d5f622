import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exampleTariffs, falaisePeriscolaire, falaiseWednesday3to6 } from '../../../shared/examples/tariffs.ts'
import { addDays, day } from '../../../shared/rules/calendar/day.ts'
import {
  type EarlierLine,
  type HomeRequest,
  minimumAfterCredit,
  priceHome,
  spreadMinimum,
} from '../../../shared/rules/price/home-price.ts'
import type { ChargeableSlot, HomePart } from '../../../shared/rules/price/price-terms.ts'
import type { Deduction, Tariff, TariffVersion } from '../../../shared/rules/price/tariff.ts'

const plain = (text: string | undefined) => text?.replaceAll(/[\u00A0\u202F]/g, ' ')
const since = day('2020-01-01')
const wednesday = day('2026-12-09')

const withRules = (tariff: Tariff, rules: Partial<TariffVersion>): Tariff => ({
  ...tariff,
  versions: tariff.versions.map((version) => ({ ...version, ...rules })),
})
const membership = {
  label: 'Adhésion',
  per: 'child',
  year: 'school',
  price: { method: 'bracket', cents: [500, 800, 1000, 1200], nonResident: { rule: 'column', cents: [2000] } },
} as const
const club = withRules(falaiseWednesday3to6, { membership })

const slotsOf = (...names: string[]): ChargeableSlot[] =>
  names.map((slot) => ({ slot, why: 'booked', attendance: 'present' }))
const part = (childId: number, tariff: Tariff, days: readonly string[], more: Partial<HomePart> = {}): HomePart => ({
  childId,
  activityId: 1,
  activity: 'ALSH mercredi',
  tariff,
  days: days.map((on) => ({ day: day(on), slots: slotsOf('matin') })),
  ...more,
})
const home = (parts: readonly HomePart[], earlier: readonly EarlierLine[] = []): HomeRequest => ({
  familyQuotients: [{ from: since, value: 727, source: 'CAF' }],
  residence: [{ from: since, resident: true }],
  siblings: [
    { id: 1, birth: day('2018-03-01'), registered: [{ from: since }] },
    { id: 2, birth: day('2021-03-01'), registered: [{ from: since }] },
  ],
  parts,
  earlier,
})
const lines = (request: HomeRequest) =>
  priceHome(request).parts.flatMap(({ childId, lines: own }) =>
    own.map(({ label, quantity, unitCents, days }) => [childId, label, quantity, unitCents, days.join(' ')]),
  )
/** What this bill says, as the next one reads it. */
const issued = (request: HomeRequest, sign = 1): EarlierLine[] =>
  priceHome(request).parts.flatMap(({ childId, lines: own }) =>
    own.map(({ unitCents, quantity, days, basis }) => ({
      childId,
      tariffId: request.parts[0]?.tariff?.id ?? '',
      unitCents,
      quantity: sign * quantity,
      days,
      basis,
    })),
  )

describe('a yearly membership', () => {
  it('is asked of each child with its first day, on a line of its own', () => {
    expect(lines(home([part(1, club, ['2026-12-16', '2026-12-09']), part(2, club, ['2026-12-23'])]))).toEqual([
      [1, 'Accueil', 2, 550, '2026-12-09 2026-12-16'],
      [1, 'Adhésion', 1, 1000, '2026-12-09'],
      [2, 'Accueil', 1, 550, '2026-12-23'],
      [2, 'Adhésion', 1, 1000, '2026-12-23'],
    ])
    const [first] = priceHome(home([part(1, club, ['2026-12-09'])])).parts
    expect(plain(first?.lines[1]?.explanation)).toBe(
      'QF 727 → tranche 621–1100 → adhésion 10,00 €, une fois pour 2026-2027',
    )
  })

  it('is never asked twice in a year, but is the next; by home, once for its children', () => {
    const before = issued(home([part(1, club, ['2026-12-09'])]))
    expect(lines(home([part(1, club, ['2027-01-06'])], before))).toHaveLength(1)
    expect(lines(home([part(2, club, ['2027-01-06'])], before))).toHaveLength(2)
    expect(lines(home([part(1, club, ['2027-09-08'])], before))).toHaveLength(2)
    const byHome = withRules(falaiseWednesday3to6, { membership: { ...membership, per: 'family' } })
    expect(lines(home([part(1, byHome, ['2026-12-16']), part(2, byHome, ['2026-12-09'])]))).toEqual([
      [1, 'Accueil', 1, 550, '2026-12-16'],
      [2, 'Accueil', 1, 550, '2026-12-09'],
      [2, 'Adhésion', 1, 1000, '2026-12-09'],
    ])
  })

  it('given back to be billed again comes again', () => {
    const bill = home([part(1, club, ['2026-12-09'])])
    expect(lines(home(bill.parts, [...issued(bill), ...issued(bill, -1)]))).toEqual(lines(bill))
  })
})

describe('the least that a month costs', () => {
  const least = withRules(falaisePeriscolaire, { minimum: { cents: 1000 } })

  it('is made up once for the home, its children together', () => {
    expect(lines(home([part(1, least, ['2026-12-09']), part(2, least, ['2026-12-16'])]))).toEqual([
      [1, 'Accueil', 1, 295, '2026-12-09'],
      [2, 'Accueil', 1, 295, '2026-12-16'],
      [2, 'Minimum de facturation', 1, 410, '2026-12-16'],
    ])
    expect(lines(home([part(1, least, ['2026-12-09', '2026-12-10', '2026-12-11', '2026-12-14'])]))).toHaveLength(1)
  })

  it('counts what earlier papers of the month billed, and gives back what they made up: in parts or at once, one cost', () => {
    const first = home([part(1, least, ['2026-12-09'])])
    const before = issued(first)
    const second = home([part(1, least, ['2026-12-16'])], before)
    expect(lines(second)).toEqual([
      [1, 'Accueil', 1, 295, '2026-12-16'],
      [1, 'Minimum de facturation', 1, -295, '2026-12-16'],
    ])
    const three = ['2026-12-17', '2026-12-18', '2026-12-21']
    const third = home([part(1, least, three)], [...before, ...issued(second)])
    const atOnce = home([part(1, least, ['2026-12-09', '2026-12-16', ...three])])
    expect([first, second, third].reduce((sum, one) => sum + priceHome(one).totalCents, 0)).toBe(
      priceHome(atOnce).totalCents,
    )
    expect(priceHome(home([part(1, least, ['2027-01-06'])], before)).totalCents).toBe(1000)
  })

  it('is asked of nobody who owes nothing', () => {
    expect(lines(home([part(1, least, [])]))).toEqual([])
  })
})

const total = (some: readonly EarlierLine[]): number =>
  some.reduce((sum, { unitCents, quantity }) => sum + unitCents * quantity, 0)

describe('the minimum of a month, in credit notes', () => {
  const least = withRules(falaisePeriscolaire, { minimum: { cents: 1000 } })
  const december = (...billed: readonly (readonly EarlierLine[])[]) =>
    minimumAfterCredit(least, '2026-12', billed.flat())
  const days = ['2026-12-09', '2026-12-10', '2026-12-11', '2026-12-14']
  const bill = issued(home([part(1, least, days)]))
  const given = (...some: string[]) => issued(home([part(1, falaisePeriscolaire, some)]), -1)

  it('is what is missing as long as a day stays billed, then what had been made up', () => {
    expect(december(bill, given('2026-12-09'))).toEqual({ cents: 1000 - 3 * 295, leastCents: 1000 })
    const before = issued(home([part(1, least, ['2026-12-09', '2026-12-10'])]))
    expect(december(before, given('2026-12-09')).cents).toBe(295)
    expect(december(before, given('2026-12-09', '2026-12-10'))).toEqual({ cents: -410, leastCents: null })
    expect(december(bill, given(...days))).toEqual({ cents: 0, leastCents: null })
  })

  it('is of no other month, and of no tariff without one', () => {
    expect(minimumAfterCredit(least, '2026-11', [...bill, ...given('2026-12-09')]).cents).toBe(0)
    expect(minimumAfterCredit(falaisePeriscolaire, '2026-12', [...bill, ...given('2026-12-09')]).cents).toBe(0)
  })

  it('is borne by each note up to what it gives back, and by each invoice up to what it asks', () => {
    expect(
      spreadMinimum(700, [
        { creditCents: 500, leftCents: 0 },
        { creditCents: 900, leftCents: 100 },
      ]),
    ).toEqual([500, 200])
    expect(spreadMinimum(700, [{ creditCents: 500, leftCents: 0 }])).toEqual([500])
    expect(
      spreadMinimum(-250, [
        { creditCents: 550, leftCents: -250 },
        { creditCents: 0, leftCents: 500 },
      ]),
    ).toEqual([250, -500])
  })

  it('whatever is billed and given back: no less than the minimum or than before, no note or invoice beyond itself', () => {
    const kept = fc.array(fc.record({ days: fc.subarray(days, { minLength: 1 }), given: fc.nat(4) }), {
      minLength: 1,
      maxLength: 3,
    })
    fc.assert(
      fc.property(kept, fc.integer({ min: 1, max: 3000 }), (children, cents) => {
        const tariff = withRules(falaisePeriscolaire, { minimum: { cents } })
        const parts = children.map((child, index) => part(index + 1, tariff, child.days))
        const papers = parts.map((_, index) =>
          issued(home([parts[index] ?? part(1, tariff, [])], index === 0 ? [] : issued(home(parts.slice(0, index))))),
        )
        const notes = children.map((child, index) =>
          issued(home([part(index + 1, falaisePeriscolaire, child.days.slice(0, child.given))]), -1).map((line) => ({
            ...line,
            tariffId: tariff.id,
          })),
        )
        const bearers = papers.map((paper, index) => ({
          creditCents: 0 - total(notes[index] ?? []),
          leftCents: total(paper) + total(notes[index] ?? []),
        }))
        const after = minimumAfterCredit(tariff, '2026-12', [...papers, ...notes].flat())
        const borne = spreadMinimum(after.cents, bearers)
        for (const [index, { creditCents, leftCents }] of bearers.entries()) {
          expect(borne[index]).toBeLessThanOrEqual(creditCents)
          expect(leftCents + (borne[index] ?? 0)).toBeGreaterThanOrEqual(0)
        }
        const before = total(papers.flat())
        const paid = before + total(notes.flat()) + borne.reduce((sum, one) => sum + one, 0)
        const isLeft = children.some((child) => child.given < child.days.length)
        expect(paid).toBeLessThanOrEqual(isLeft ? before : 0)
        expect(paid).toBeGreaterThanOrEqual(isLeft ? Math.min(before, cents) : 0)
      }),
    )
  })
})

const onlyLate = (tariff: Tariff, on = '2026-12-16') =>
  part(1, tariff, [], {
    days: [
      { day: day(on), slots: [{ slot: 'matin', why: 'lateCancellation', attendance: 'expected', surcharge: 500 }] },
    ],
  })

describe('a month of which only late cancellations are billed', () => {
  it('asks for no membership and no minimum', () => {
    expect(lines(home([onlyLate(club)]))).toEqual([[1, 'Annulation tardive', 1, 500, '2026-12-16']])
    const least = withRules(falaiseWednesday3to6, { minimum: { cents: 2000 } })
    expect(priceHome(home([onlyLate(least)])).totalCents).toBe(500)
  })

  it('counts in a minimum that is due, whichever is billed first', () => {
    const least = withRules(falaiseWednesday3to6, { minimum: { cents: 2000 } })
    const came = part(1, least, ['2026-12-09'])
    const late = onlyLate(least)
    const inTwo = (first: HomePart, second: HomePart) =>
      priceHome(home([first])).totalCents + priceHome(home([second], issued(home([first])))).totalCents
    const atOnce = priceHome(home([{ ...came, days: [...came.days, ...late.days] }])).totalCents
    expect([atOnce, inTwo(came, late), inTwo(late, came)]).toEqual([2000, 2000, 2000])
  })
})

describe('a ceiling that activities share', () => {
  it('is used up in order of day, earlier papers first', () => {
    const aid: Deduction = {
      label: 'Aide',
      per: 'day',
      cents: 300,
      upTo: null,
      leaves: 0,
      cap: { per: 'month', cents: 700 },
    }
    const aided = withRules(falaiseWednesday3to6, { deductions: [aid] })
    const two = [
      part(1, aided, ['2026-12-16'], { activityId: 2, activity: 'Vacances' }),
      part(1, aided, ['2026-12-09', '2026-12-23']),
    ]
    expect(priceHome(home(two)).totalCents).toBe(3 * 550 - 700)
    expect(priceHome(home(two, issued(home([part(1, aided, ['2026-12-02'])])))).totalCents).toBe(3 * 550 - 400)
  })
})

describe('any month of any home', () => {
  const amount = fc.integer({ min: 1, max: 900 })
  const rules = fc.record({
    rounding: fc.constantFrom<TariffVersion['rounding']>('halfUp', 'halfUpToFive', 'halfUpToTen'),
    siblings: fc.option(
      fc.record({
        percents: fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 3 }),
        on: fc.constantFrom<TariffVersion['lines'][number]['fiscal'][]>(['garde'], ['garde', 'repas']),
      }),
      { nil: undefined },
    ),
    deductions: fc.uniqueArray(
      fc.record<Deduction>({
        label: fc.constantFrom('Aide CAF', 'Aide de la ville'),
        per: fc.constantFrom('day', 'meal'),
        cents: amount,
        upTo: fc.option(fc.nat(1500)),
        leaves: fc.nat(500),
        cap: fc.option(fc.record({ per: fc.constantFrom('month', 'schoolYear'), cents: amount })),
      }),
      { selector: ({ label }) => label, maxLength: 2 },
    ),
    membership: fc.constantFrom(undefined, membership, { ...membership, per: 'family' as const }),
    minimum: fc.option(fc.record({ cents: amount }), { nil: undefined }),
  })
  const tariffs = fc
    .tuple(fc.constantFrom(...exampleTariffs.filter(({ versions }) => versions[0]?.brackets.length === 4)), rules)
    .map(([tariff, own]) => withRules(tariff, own))
  const days = fc.uniqueArray(
    fc.record({
      day: fc.nat(60).map((offset) => addDays(wednesday, offset)),
      slots: fc.subarray(['matin', 'repas', 'apres-midi', 'soir']).map((names) => slotsOf(...names)),
    }),
    { selector: (one) => one.day, maxLength: 8 },
  )
  const homes = fc.record({
    familyQuotients: fc.option(fc.nat(2000)),
    resident: fc.boolean(),
    tariffs: fc.tuple(tariffs, tariffs).map(([one, other]) => [one, { ...other, id: `${other.id} bis` }] as const),
    parts: fc.array(fc.record({ child: fc.integer({ min: 1, max: 3 }), second: fc.boolean(), days }), { maxLength: 4 }),
  })
  const requestOf = ({
    familyQuotients,
    resident,
    tariffs: two,
    parts,
  }: typeof homes extends fc.Arbitrary<infer Home> ? Home : never): HomeRequest => ({
    familyQuotients: familyQuotients === null ? [] : [{ from: since, value: familyQuotients, source: 'CAF' }],
    residence: [{ from: since, resident }],
    siblings: [1, 2, 3].map((id) => ({ id, birth: day(`20${16 + id}-03-01`), registered: [{ from: since }] })),
    parts: parts.map(({ child, second, days: on }, index) => ({
      childId: child,
      activityId: index,
      activity: `Activité ${index % 2}`,
      tariff: two[second ? 1 : 0],
      days: on,
    })),
    earlier: [],
  })

  it('costs the sum of its lines, never less than nothing, not even one day', () => {
    fc.assert(
      fc.property(homes, (generated) => {
        const { parts, totalCents } = priceHome(requestOf(generated))
        const all = parts.flatMap(({ lines: own }) => own)
        expect(all.reduce((sum, line) => sum + line.quantity * line.unitCents, 0)).toBe(totalCents)
        for (const { lines: own, totalCents: total } of parts) {
          expect(own.reduce((sum, line) => sum + line.totalCents, 0)).toBe(total)
          const perDay = new Map<string, number>()
          for (const line of own) {
            expect(line.unitCents >= 0 || line.basis.deduction !== undefined).toBe(true)
            for (const on of line.days) perDay.set(on, (perDay.get(on) ?? 0) + line.unitCents)
          }
          expect([...perDay.values()].filter((cents) => cents < 0)).toEqual([])
        }
      }),
    )
  })

  it('costs the same whatever the order its children, activities and days come in', () => {
    fc.assert(
      fc.property(homes, fc.infiniteStream(fc.nat(1000)), (generated, shuffle) => {
        const request = requestOf(generated)
        const mixed = <Item>(items: readonly Item[]): Item[] =>
          items
            .map((item) => ({ item, at: shuffle.next().value ?? 0 }))
            .toSorted((a, b) => a.at - b.at)
            .map(({ item }) => item)
        const other = {
          ...request,
          siblings: mixed(request.siblings),
          parts: mixed(request.parts.map((one) => ({ ...one, days: mixed(one.days) }))),
        }
        expect(priceHome(other)).toEqual(priceHome(request))
      }),
    )
  })

  it('never grows with the quotient going down, where the table is monotone and aids are', () => {
    fc.assert(
      fc.property(homes, fc.nat(2000), (generated, less) => {
        const lower = Math.max(0, (generated.familyQuotients ?? 2000) - less)
        const withQuotient = (value: number) =>
          priceHome(requestOf({ ...generated, familyQuotients: value })).totalCents
        expect(withQuotient(lower)).toBeLessThanOrEqual(withQuotient(generated.familyQuotients ?? 2000))
      }),
    )
  })
})
