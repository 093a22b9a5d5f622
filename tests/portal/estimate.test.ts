import { describe, expect, it } from 'vitest'
import { estimate, surchargeOf } from '../../main/portal/reservations/estimate.ts'
import type { AidValue } from '../../shared/contract/portal/documents.ts'
import { type Day, day, type Instant } from '../../shared/rules/calendar/day.ts'
import { type Facts, nothingHeld } from '../../shared/rules/cell/cell.ts'
import type { PriceCondition, TariffVersion } from '../../shared/rules/price/tariff.ts'
import { families, period } from './town.ts'

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

/** Two mornings asked for, under a tariff with more rules. */
const asking = (child: { readonly id: number }, rules: Partial<TariffVersion>, home: typeof family = family) =>
  estimate(
    home,
    {
      child,
      period: { ...period, tariff: { id: '1', label: 'ALSH', versions: [{ ...version, example: false, ...rules }] } },
    },
    ['2026-12-09', '2026-12-16'].map((on) => ({ slotId: 1, facts: free(day(on)), wish: 'book', isWaiting: false })),
    (on) => free(on),
  )

describe('what parents are told before they record', () => {
  it('keeps apart what goes to the waiting list: nothing is due unless a place comes free', () => {
    const on = day('2026-12-09')
    const ask = (slotId: number, isWaiting: boolean) => ({ slotId, facts: free(on), wish: 'book' as const, isWaiting })
    const of = (...changes: ReturnType<typeof ask>[]) => estimate(family, { child: noa, period }, changes, free)
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
    const held = { kind: 'confirmed', cancelDenied: false } as const
    const late = { answer: 'surcharge', surcharge: 200 } as const
    const of = (facts: Partial<Facts>) =>
      estimate(
        family,
        { child: noa, period },
        [{ slotId: 1, facts: { ...free(on), ...facts }, wish: 'cancel', isWaiting: false }],
        (_, slotId) => ({ ...free(on), ...(slotId === 1 && facts) }),
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
      const booked: Facts['held'] = { kind: 'confirmed', cancelDenied: false }
      const { totalCents, warnings, explanations } = estimate(
        { ...family, aids: [{ ...aid, ...changes }] },
        { child: noa, period },
        ['2026-12-09', '2026-12-16'].map((on) => ({ slotId: 1, facts: free(day(on)), wish: 'book', isWaiting: false })),
        (on, slotId) => ({ ...free(on), ...(on === '2026-12-02' && slotId === 1 && { held: booked }) }),
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

  it('says what days alone cannot count: a membership, the least of a month, a ceiling', () => {
    const told = asking(noa, {
      membership: {
        label: 'Adhésion',
        per: 'child',
        year: 'school',
        price: { method: 'fixed', cents: 1000, nonResident: { rule: 'same' } },
      },
      minimum: { cents: 2000 },
      deductions: [
        { label: 'Aide CAF', per: 'day', cents: 200, upTo: null, leaves: 0, cap: { per: 'month', cents: 300 } },
      ],
    })
    expect(told.totalCents).toBe(2 * 350)
    expect(told.warnings.map(plain)).toEqual([
      '« Adhésion » s’ajoute une fois par an, par enfant : ce n’est pas compté ici.',
      'Un mois facturé coûte au moins 20,00 €.',
      '« Aide CAF » s’arrête à 3,00 € par mois : ce plafond n’est pas compté ici.',
    ])
  })
})
