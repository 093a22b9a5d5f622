import { describe, expect, it } from 'vitest'
import { cellKey } from '../../../main/portal/family/family.ts'
import { type Change, estimates, surchargeOf } from '../../../main/portal/reservations/estimate.ts'
import type { AidValue, FamilyDocument, PeriodDocument } from '../../../shared/contract/portal/documents.ts'
import { type Day, day, type Instant } from '../../../shared/rules/calendar/day.ts'
import { type Facts, nothingHeld } from '../../../shared/rules/cell/cell.ts'
import type { PriceCondition, TariffVersion } from '../../../shared/rules/price/tariff.ts'
import { families, period } from '../town.ts'

const plain = (text: string | undefined) => text?.replaceAll(/[\u00A0\u202F]/g, ' ')
const [noa, tao] = families.aubry.children
const [version] = period.tariff?.versions ?? []
const [registration] = families.aubry.registrations
if (!noa || !tao || !version || !registration) throw new Error('the small town has two children and a tariff')

/** Both children of the home are registered. */
const family = {
  ...families.aubry,
  registrations: [registration, { ...registration, id: 9, child: tao.id }],
}
const free = (on: Day): Facts => ({
  day: on,
  today: day('2026-11-25'),
  held: nothingHeld,
  ask: null,
  bookable: { answer: 'yes' },
  cancellable: { answer: 'yes' },
  placesLeft: 3,
})

type Child = { readonly id: number }
const booked: Facts['held'] = { kind: 'confirmed', cancelDenied: false }

/** What a child's changes cost a home that holds these cells. */
const estimate = (
  home: FamilyDocument,
  { child, period: own }: { readonly child: Child; readonly period: PeriodDocument },
  changes: readonly Change[],
  cells: readonly {
    readonly child: Child
    readonly day: string
    readonly slotId: number
    readonly held?: Facts['held']
  }[] = [],
) => {
  const registrationOf = ({ id }: Child) => {
    const found = home.registrations.find((one) => one.child === id)
    if (!found) throw new Error('the child is registered')
    return found
  }
  const held = cells.map(
    ({ child: of, day: on, slotId, held: there = booked }) =>
      [cellKey({ registrationId: registrationOf(of).id, day: day(on), slotId }), { held: there, note: '' }] as const,
  )
  const registeredChild = home.children.find(({ id }) => id === child.id)
  if (!registeredChild) throw new Error('the child is in the home')
  const [found] = estimates(
    { family: home, periods: new Map([[`${own.id}`, own]]), held: new Map(held), asks: new Map() },
    [{ registered: { registration: registrationOf(child), child: registeredChild, period: own }, changes }],
  )
  if (!found) throw new Error('it has an estimate')
  return found
}

/** Two mornings asked for, under a tariff with more rules. */
const asking = (
  child: Child,
  rules: Partial<TariffVersion>,
  home: typeof family = family,
  cells: Parameters<typeof estimate>[3] = [],
) =>
  estimate(
    home,
    {
      child,
      period: { ...period, tariff: { id: '1', label: 'ALSH', versions: [{ ...version, example: false, ...rules }] } },
    },
    ['2026-12-09', '2026-12-16'].map((on) => ({ slotId: 1, facts: free(day(on)), wish: 'book', isWaiting: false })),
    cells,
  )

const rest = 'Estimation, sans les absences, les retards et ce que le service ajoute à la main.'

describe('what parents are told before they record', () => {
  it('keeps apart what goes to the waiting list: nothing is due unless a place comes free', () => {
    const on = day('2026-12-09')
    const ask = (slotId: number, isWaiting: boolean) => ({ slotId, facts: free(on), wish: 'book' as const, isWaiting })
    const of = (...changes: ReturnType<typeof ask>[]) => estimate(family, { child: noa, period }, changes)
    expect(of(ask(1, false), ask(3, true))).toMatchObject({
      totalCents: 550,
      waitingCents: 450,
      days: [{ day: on, cents: 550 }],
    })
    expect(of(ask(1, true))).toMatchObject({ totalCents: 0, waitingCents: 550 })
    expect(of(ask(1, false))).toMatchObject({ totalCents: 550, waitingCents: 0 })
  })

  it('takes off the day that is given up, and adds what giving it up late costs', () => {
    const on = day('2026-12-09')
    const held = booked
    const late = { answer: 'surcharge', surcharge: 200 } as const
    const of = (facts: Partial<Facts>) =>
      estimate(
        family,
        { child: noa, period },
        [{ slotId: 1, facts: { ...free(on), ...facts }, wish: 'cancel', isWaiting: false }],
        [{ child: noa, day: on, slotId: 1, held: facts.held ?? { kind: 'none' } }],
      )
    expect(of({ held })).toMatchObject({ totalCents: -550, explanations: [] })
    const paid = of({ held, cancellable: late })
    expect(paid.totalCents).toBe(200 - 550)
    expect(paid.explanations.map(plain)).toEqual(['annulation demandée après la date limite → majoration 2,00 €'])
    // Leaving the waiting list is free, and taking a place that was offered costs no surcharge.
    expect(of({ held: { kind: 'waitlisted', rank: 1 }, cancellable: late }).totalCents).toBe(0)
    const offered = { kind: 'waitlisted', rank: 1, offeredUntil: '2026-11-30T10:00:00.000Z' as Instant } as const
    expect(surchargeOf({ ...free(on), held: offered, bookable: late }, 'book')).toBeNull()
  })

  it('ranks their children as the bill will', () => {
    const rules = { siblings: { percents: [10], on: ['garde'] } } as const
    expect(asking(noa, rules).totalCents).toBe(2 * 550)
    expect(asking(tao, rules).totalCents).toBe(2 * 495)
    expect(asking(tao, rules).explanations.map(plain)).toEqual(['2ᵉ enfant − 10 % → demi-journée 4,95 €'])
  })

  it('prices by what the home declared: a category of the child, the scheme, how many children it has', () => {
    const same = { rule: 'same' } as const
    const caseOf = (when: PriceCondition, cents: number) =>
      ({ when, price: { method: 'fixed', cents, nonResident: same } }) as const
    const rules: Partial<TariffVersion> = {
      ranking: { among: 'dependent', over: 'home' },
      lines: [
        {
          label: 'Accueil',
          fiscal: 'garde',
          count: {
            per: 'slot',
            slots: ['matin'],
            unit: { one: 'matin', many: 'matins' },
            price: {
              method: 'cases',
              cases: [
                caseOf({ category: 'agent' }, 100),
                caseOf({ scheme: 'MSA' }, 200),
                caseOf({ children: { from: 4, to: null } }, 300),
              ],
              otherwise: { method: 'fixed', cents: 550, nonResident: same },
            },
          },
          withoutBooking: null,
        },
      ],
    }
    const centsOf = (child: { readonly id: number }, declared: Partial<typeof family>) =>
      asking(child, rules, { ...family, ...declared }).totalCents
    const priceCategories = [{ from: day('2026-09-01'), child: noa.id, category: 'Agent' }]
    expect(centsOf(noa, {})).toBe(2 * 550)
    expect(centsOf(noa, { priceCategories })).toBe(2 * 100)
    expect(centsOf(tao, { priceCategories })).toBe(2 * 550)
    expect(centsOf(tao, { benefitScheme: 'MSA Côtes Normandes' })).toBe(2 * 200)
    expect(centsOf(tao, { dependentChildren: 4 })).toBe(2 * 300)
  })

  it('takes the aids off, and counts time', () => {
    const aid = { label: 'Aide CAF', per: 'day', cents: 200, upTo: null, leaves: 0, cap: null } as const
    expect(asking(noa, { deductions: [aid] })).toMatchObject({ totalCents: 2 * 350, warnings: [] })
    const half = {
      label: 'Accueil',
      fiscal: 'garde',
      count: {
        per: 'time',
        slots: ['matin'],
        minutes: 30,
        grace: 0,
        unit: { one: 'demi-heure', many: 'demi-heures' },
        price: { method: 'fixed', cents: 70, nonResident: { rule: 'same' } },
      },
      withoutBooking: null,
    } as const
    // From 9 h to 12 h.
    expect(asking(noa, { lines: [half] }).totalCents).toBe(2 * 6 * 70)
  })

  it('counts the aids of the home after what invoices took and what is booked before, and says where they end', () => {
    const aid: AidValue = {
      id: 1,
      label: 'Mercredis',
      thirdParty: 'CCAS',
      per: 'day',
      amountCents: 200,
      percent: null,
      fiscals: null,
      activities: null,
      from: day('2026-09-01'),
      ceilingCents: 1000,
      ceilingUnits: null,
      leavesCents: 0,
      upToQuotient: null,
      fromRank: null,
      given: { cents: 500, units: 3, to: day('2026-11-25') },
    }
    const ask = (changes: Partial<AidValue>) => {
      const { totalCents, warnings, explanations } = estimate(
        { ...family, aids: [{ ...aid, ...changes }] },
        { child: noa, period },
        ['2026-12-09', '2026-12-16'].map((on) => ({ slotId: 1, facts: free(day(on)), wish: 'book', isWaiting: false })),
        [{ child: noa, day: '2026-12-02', slotId: 1 }],
      )
      return [totalCents, [...warnings, ...explanations].map(plain).filter((text) => text?.startsWith('Mercredis'))]
    }
    const of = 'Mercredis, 2,00 € par jour, aide payée par CCAS'
    expect(ask({})).toEqual([
      2 * 550 - 200 - 100,
      [
        'Mercredis : plafond de 10,00 € atteint, la famille paie le reste.',
        `${of} → −2,00 €`,
        `${of} → plafond de 10,00 € atteint → −1,00 €`,
      ],
    ])
    expect(ask({ ceilingCents: null })).toEqual([2 * 550 - 400, [`${of} → −2,00 €`]])
    expect(ask({ child: tao.id })).toEqual([2 * 550, []])
    expect(ask({ from: day('2026-12-10'), ceilingCents: 2000 })).toEqual([
      2 * 550 - 200,
      [`${of} → −2,00 €`, 'Mercredis : 7,00 € pris sur 20,00 € ; il reste 13,00 €'],
    ])
  })

  it('counts a month as its invoice will: its least, the ceiling of a reduction', () => {
    const deduction = { label: 'Aide CAF', per: 'day', cents: 200, upTo: null, leaves: 0 } as const
    const capped = [{ ...deduction, cap: { per: 'month', cents: 300 } as const }]
    expect(asking(noa, { deductions: capped }).totalCents).toBe(2 * 550 - 300)
    const least = asking(noa, { deductions: capped, minimum: { cents: 2000 } })
    expect(least.days.map(({ cents }) => cents)).toEqual([550 - 200, 2000 - 550 + 200])
    expect(least.warnings.map(plain)).toEqual([rest])
    // What is booked already takes the reduction first, and makes the month cost its least.
    const before = [{ child: noa, day: '2026-12-02', slotId: 1 }]
    expect(asking(noa, { deductions: capped }, family, before).totalCents).toBe(2 * 550 - 100)
    expect(asking(noa, { minimum: { cents: 2000 } }, family, before).totalCents).toBe(0)
  })

  it('ranks children by who comes that day, where the tariff says so', () => {
    const rules = {
      siblings: { percents: [10], on: ['garde'] },
      ranking: { among: 'present', over: 'home' },
    } as const
    expect(asking(tao, rules).totalCents).toBe(2 * 550)
    const elder = [{ child: noa, day: '2026-12-16', slotId: 1 }]
    const beside = asking(tao, rules, family, elder)
    expect([beside.days.map(({ cents }) => cents), beside.warnings.map(plain)]).toEqual([[550, 495], [rest]])
    // The elder who comes after the younger one makes that one cheaper.
    const younger = [{ child: tao, day: '2026-12-16', slotId: 1 }]
    expect(asking(noa, rules, family, younger).days.map(({ cents }) => cents)).toEqual([550, 495])
  })

  it('counts a forfait once, and what it leaves due when its days are given back late', () => {
    const week = {
      label: 'Séjour',
      fiscal: 'garde',
      count: {
        per: 'forfait',
        span: 'week',
        slots: ['matin'],
        by: 'booking',
        steps: [
          {
            from: 1,
            unit: { one: 'semaine', many: 'semaines' },
            price: { method: 'fixed', cents: 9000, nonResident: { rule: 'same' } },
          },
        ],
        partial: 'whole',
        absence: null,
        billed: 'start',
      },
      withoutBooking: null,
    } as const
    const rules: Partial<TariffVersion> = {
      lines: [week],
      beside: { lateCancellation: [{ notice: 0, surcharge: { percent: 70 } }] },
    }
    expect(asking(noa, rules)).toMatchObject({ totalCents: 2 * 9000, warnings: [rest] })
    const on = day('2026-12-09')
    const stay = { ...period, tariff: { id: '1', label: 'Séjour', versions: [{ ...version, ...rules }] } }
    const late = { ...free(on), held: booked, cancellable: { answer: 'surcharge', surcharge: { notice: 3 } } } as const
    const given = estimate(
      family,
      { child: noa, period: stay },
      [{ slotId: 1, facts: late, wish: 'cancel', isWaiting: false }],
      [{ child: noa, day: on, slotId: 1 }],
    )
    expect(given.days).toEqual([{ day: on, cents: 6300 - 9000 }])
  })

  it('says what may have been owed before: a membership, the ceiling of a year', () => {
    const told = asking(noa, {
      membership: {
        label: 'Adhésion',
        per: 'child',
        year: 'school',
        price: { method: 'fixed', cents: 1000, nonResident: { rule: 'same' } },
      },
      deductions: [
        { label: 'Aide CAF', per: 'day', cents: 200, upTo: null, leaves: 0, cap: { per: 'schoolYear', cents: 300 } },
      ],
    })
    expect(told.totalCents).toBe(2 * 350)
    expect(told.warnings.map(plain)).toEqual([
      '« Adhésion » s’ajoute une fois par an, par enfant : ce n’est pas compté ici.',
      '« Aide CAF » s’arrête à 3,00 € par année scolaire : ce plafond n’est pas compté ici.',
      rest,
    ])
  })
})
