import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { falaiseWednesday3to6 } from '../../../shared/examples/tariffs.ts'
import { day, monthKey } from '../../../shared/rules/calendar/day.ts'
import type { Aid } from '../../../shared/rules/money/aid.ts'
import type { HomePart } from '../../../shared/rules/price/price-terms.ts'
import { copyWithPercent } from '../../../shared/rules/price/printed/tariff-copy.ts'
import type { TariffVersion } from '../../../shared/rules/price/tariff.ts'
import type { HomeToPrice } from '../../../shared/rules/price/trying/home-price.ts'
import {
  type Compared,
  createComparer,
  createComparison,
  extremesText,
  riseOf,
} from '../../../shared/rules/price/trying/tariff-comparison.ts'
import { examples } from '../../support/long.ts'

type Definition = Omit<TariffVersion, 'from'>

const [version] = falaiseWednesday3to6.versions
if (!version) throw new Error('no version')
const since = day('2020-01-01')
const wednesday = day('2025-12-10')
const tariff = { id: '7', label: 'ALSH', versions: [] }
const canteen = { id: '8', label: 'Cantine', versions: [] }
const dearer = copyWithPercent(version, 10, 'halfUp').definition

/** The days of one child in the activity of a tariff. */
const aPart = (slots: readonly string[], more: Partial<HomePart> = {}): HomePart => ({
  childId: 1,
  activityId: 1,
  activity: 'ALSH',
  tariff,
  days: [{ day: wednesday, slots: slots.map((slot) => ({ slot, why: 'booked', attendance: 'present' })) }],
  ...more,
})

const aHome = (
  value: number | null,
  parts: HomeToPrice['parts'],
  { aids = [], siblings = [] }: Partial<Pick<HomeToPrice, 'aids' | 'siblings'>> = {},
): HomeToPrice => ({
  familyQuotients: value === null ? [] : [{ from: since, value, source: 'CAF' }],
  residence: [{ from: since, resident: true }],
  siblings,
  parts,
  aids,
  aidFacts: { scheme: '', rankOn: () => 1, minutesOf: () => 0 },
})

const compared = (before: Definition, after: Definition, more: Partial<Compared> = {}): Compared => ({
  before: new Map([[tariff.id, before]]),
  after: new Map([[tariff.id, after]]),
  brackets: after.brackets,
  months: { from: monthKey(day('2025-09-01')), to: monthKey(day('2026-08-31')) },
  ...more,
})

const compare = (what: Compared, homes: readonly HomeToPrice[]) => {
  const comparer = createComparer(what)
  const found = createComparison()
  for (const [at, home] of homes.entries()) found.add(comparer(at + 1, home))
  return found.result(what)
}

const amounts = (beforeCents: number, afterCents: number) => ({
  beforeCents,
  afterCents,
  paidBeforeCents: beforeCents,
  paidAfterCents: afterCents,
})

/** All that days cost. */
const aid: Aid = {
  id: 1,
  label: 'CCAS',
  childId: null,
  thirdPartyId: 3,
  per: 'rest',
  amountCents: null,
  percent: 100,
  fiscals: null,
  activityIds: null,
  from: since,
  to: null,
  ceilingCents: null,
  ceilingUnits: null,
  leavesCents: 0,
  upToQuotient: null,
  fromRank: null,
  scheme: null,
}

/** A home whose days an aid pays whole. */
const paidFor = (thirdPartyId: number | null) =>
  compare(compared(version, dearer), [aHome(727, [aPart(['matin'])], { aids: [{ ...aid, thirdPartyId }] })]).total

const forfait = (cents: number): Definition => ({
  ...version,
  brackets: [],
  lines: [
    {
      label: 'Mois',
      fiscal: 'garde',
      count: {
        per: 'forfait',
        span: 'month',
        slots: ['matin'],
        by: 'registration',
        steps: [
          {
            from: 1,
            unit: { one: 'mois', many: 'mois' },
            price: { method: 'fixed', cents, nonResident: { rule: 'same' } },
          },
        ],
        partial: 'whole',
        absence: null,
        billed: 'start',
      },
      withoutBooking: null,
    },
  ],
})

describe('two sets of tariffs on the same days', () => {
  const cheaperMeals = {
    ...dearer,
    lines: dearer.lines.map((line) =>
      line.label === 'Repas' && line.count.per === 'slot'
        ? {
            ...line,
            count: {
              ...line.count,
              price: { method: 'fixed' as const, cents: 300, nonResident: { rule: 'same' as const } },
            },
          }
        : line,
    ),
  }

  it('tell how much more in total and by bracket, which homes go up or down, and what has no price', () => {
    const result = compare(compared(version, cheaperMeals), [
      aHome(727, [aPart(['matin'])]),
      aHome(200, [aPart(['repas'])]),
      aHome(null, [aPart(['matin', 'apres-midi'])]),
      aHome(727, [aPart(['soir'])]),
    ])
    expect(result.total).toEqual({
      families: 4,
      up: 2,
      down: 1,
      ...amounts(550 + 450 + 1205, 605 + 300 + 1326),
    })
    expect(result.brackets.map(({ label, ...group }) => [label?.replaceAll(/\s/g, ' '), group])).toEqual([
      ['0–300', { families: 1, up: 0, down: 1, ...amounts(450, 300) }],
      ['621–1 100', { families: 1, up: 1, down: 0, ...amounts(550, 605) }],
      [undefined, { families: 1, up: 1, down: 0, ...amounts(1205, 1326) }],
    ])
    expect(result.homes.map((home) => [home.familyId, riseOf(home)])).toEqual([
      [3, 121],
      [1, 55],
      [4, 0],
      [2, -150],
    ])
    expect(result.unpricedDays).toBe(1)
  })

  it('are those of all tariffs at once, by activity, and an activity of another tariff counts for nothing', () => {
    const meals = aPart(['repas'], { activityId: 2, activity: 'Cantine', tariff: canteen })
    const other = aPart(['matin'], { activityId: 3, activity: 'Camp', tariff: { ...canteen, id: '9' } })
    const both = compared(version, dearer, {
      before: new Map([
        [tariff.id, version],
        [canteen.id, version],
      ]),
      after: new Map([
        [tariff.id, dearer],
        [canteen.id, cheaperMeals],
      ]),
    })
    const { activities, total } = compare(both, [aHome(727, [aPart(['matin']), meals, other])])
    expect(activities).toEqual([
      { activityId: 1, families: 1, up: 1, down: 0, ...amounts(550, 605) },
      { activityId: 2, families: 1, up: 0, down: 1, ...amounts(450, 300) },
    ])
    expect(total).toEqual({ families: 1, up: 0, down: 1, ...amounts(1000, 905) })
  })

  it('leave out the days of a tariff that has no version on one side', () => {
    const result = compare(compared(version, dearer, { before: new Map() }), [aHome(727, [aPart(['matin'])])])
    expect(result).toMatchObject({ total: amounts(0, 0), unpricedDays: 1 })
  })

  it('receive what a third party takes over, which the home does not pay', () => {
    const nobodyPays = { families: 1, up: 0, down: 0, paidBeforeCents: 0, paidAfterCents: 0 }
    expect(paidFor(3)).toEqual({ ...nobodyPays, beforeCents: 550, afterCents: 605 })
    expect(paidFor(null)).toEqual({ ...nobodyPays, beforeCents: 0, afterCents: 0 })
  })

  it('leave of the ceiling of an aid what days under other tariffs leave', () => {
    const camp = { id: '9', label: 'Camp', versions: [{ ...version, from: since }] }
    const earlier = [{ ...aPart(['matin']).days[0], day: day('2025-12-03') }] as HomePart['days']
    const other = aPart(['matin'], { activityId: 3, activity: 'Camp', tariff: camp, days: earlier })
    const home = aHome(727, [aPart(['matin']), other], { aids: [{ ...aid, ceilingCents: 700 }] })
    const { total } = compare(compared(version, dearer), [home])
    expect(total).toMatchObject({ beforeCents: 550, paidBeforeCents: 550 - (700 - 550), paidAfterCents: 605 - 150 })
  })

  it('count a forfait owed without booking, for the months of the year only', () => {
    const registered = aPart([], {
      days: [],
      registrations: [
        {
          from: day('2026-07-01'),
          to: day('2026-10-31'),
          period: { from: day('2026-07-01'), to: day('2026-10-31') },
          week: [{ weekday: 3, slot: 'matin' }],
        },
      ],
    })
    const { total } = compare(compared(forfait(4000), forfait(4500)), [aHome(727, [registered])])
    expect(total).toMatchObject(amounts(2 * 4000, 2 * 4500))
  })

  it('rank a child among those present that day under any tariff', () => {
    const amongPresent: Definition = {
      ...version,
      ranking: { among: 'present', over: 'home' },
      siblings: { percents: [50], on: ['garde'] },
    }
    const younger = aPart(['matin'], { childId: 2 })
    const elder = aPart(['soir'], { activityId: 2, activity: 'Garderie', tariff: canteen })
    const siblings = [
      { id: 1, birth: day('2018-01-01'), registered: [{ from: since }] },
      { id: 2, birth: day('2020-01-01'), registered: [{ from: since }] },
    ]
    const { total } = compare(compared(version, amongPresent), [aHome(727, [younger, elder], { siblings })])
    expect(total).toMatchObject(amounts(550, 275))
  })
})

it('every way of adding homes up gives the same sums, and the other way round the opposite', () => {
  const slots = fc.subarray(['matin', 'repas', 'apres-midi'], { minLength: 1 })
  const homes = fc.array(fc.tuple(fc.option(fc.integer({ min: 0, max: 2000 })), slots), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(homes, fc.integer({ min: -40, max: 40 }), (described, percent) => {
      const after = copyWithPercent(version, percent, 'halfUpToFive').definition
      const all = described.map(([quotient, booked]) => aHome(quotient, [aPart(booked)]))
      const { total, brackets, activities, homes: own } = compare(compared(version, after), all)
      const back = compare(compared(after, version), all)
      for (const groups of [brackets, activities, own]) {
        for (const name of ['beforeCents', 'afterCents', 'paidBeforeCents', 'paidAfterCents'] as const)
          expect(groups.reduce((sum, group) => sum + group[name], 0)).toBe(total[name])
      }
      expect(riseOf(back.total)).toBe(0 - riseOf(total))
      expect([back.total.up, back.total.down]).toEqual([total.down, total.up])
    }),
    { numRuns: examples(50) },
  )
})

it.each([
  [
    'up and down',
    [121, -150],
    'Sur l’année, la plus forte hausse d’une famille est de 1,21 €, la plus forte baisse est de 1,50 €.',
  ],
  ['all down', [0, -150], 'Sur l’année, la plus forte baisse d’une famille est de 1,50 € ; aucune ne paie plus.'],
  ['all up', [121, 0], 'Sur l’année, la plus forte hausse d’une famille est de 1,21 € ; aucune ne paie moins.'],
  ['nothing', [], 'Sur l’année, aucune famille ne paie plus ni moins.'],
])('is said of the homes that feel it most: %s', (_, rises, sentence) => {
  const homes = rises.map((rise) => ({ paidBeforeCents: 1000, paidAfterCents: 1000 + rise }))
  expect(extremesText(homes).replaceAll('\u00A0', ' ')).toBe(sentence)
})
