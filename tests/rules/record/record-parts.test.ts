import { describe, expect, it } from 'vitest'
import { exampleTariffs } from '../../../shared/examples/tariffs.ts'
import { changedParts, wholeText } from '../../../shared/record/record-parts.ts'
import type { BookingRule } from '../../../shared/rules/calendar/deadline.ts'
import type { TariffVersion } from '../../../shared/rules/price/tariff.ts'

const slots: Readonly<Record<number, string>> = { 1: 'Matin', 2: 'Repas' }
const nameOf = (_key: string, id: number) => slots[id] ?? null
const changed = (key: string, before: unknown, after: unknown) =>
  changedParts(key, before, after, nameOf)?.map(
    ({ name, before: old, after: now }) => `${name}\u00a0: ${old ?? 'rien'} → ${now ?? 'rien'}`,
  )

const same = { rule: 'same' } as const
const version: Omit<TariffVersion, 'from'> = {
  decision: 'Délibération du 18 juin 2026',
  example: false,
  rounding: 'halfUp',
  brackets: [
    { min: 0, below: 301, label: '0–300' },
    { min: 301, below: 621, label: '301–620' },
    { min: 621, below: 1101, label: '621–1100' },
    { min: 1101, below: null, label: '> 1100' },
  ],
  lines: [
    {
      label: 'Accueil',
      fiscal: 'garde',
      count: {
        per: 'day',
        slots: ['matin'],
        unit: { one: 'journée', many: 'journées' },
        price: { method: 'bracket', cents: [655, 905, 1055, 1205], nonResident: { rule: 'percent', percent: 20 } },
      },
      withoutBooking: null,
    },
    {
      label: 'Repas',
      fiscal: 'repas',
      count: {
        per: 'slot',
        slots: ['repas'],
        unit: { one: 'repas', many: 'repas' },
        price: { method: 'fixed', cents: 450, nonResident: same },
      },
      withoutBooking: null,
    },
  ],
  absence: { unjustified: 'billed', justifiedInTime: 'notBilled' },
}
const withPrices = (cents: readonly number[]): typeof version => ({
  ...version,
  lines: version.lines.map((line) =>
    line.count.per === 'day'
      ? {
          ...line,
          count: { ...line.count, price: { method: 'bracket', cents, nonResident: { rule: 'percent', percent: 20 } } },
        }
      : line,
  ),
})

const week = (...of: [number, number][]) => of.map(([weekday, slotId]) => ({ weekday, slotId }))

describe('what changed in a tariff', () => {
  it('is shown by price and bracket', () => {
    expect(changed('definition', version, withPrices([655, 905, 1060, 1205]))).toEqual([
      'Accueil, journée, tranche 621–1100\u00a0: 10,55\u00a0€ → 10,60\u00a0€',
    ])
  })

  it('is shown price by price when every bracket changed', () => {
    expect(changed('definition', version, withPrices([675, 930, 1085, 1240]))).toEqual([
      'Accueil, journée\u00a0: 6,55\u00a0€, 9,05\u00a0€, 10,55\u00a0€ et 12,05\u00a0€ → 6,75\u00a0€, 9,30\u00a0€, 10,85\u00a0€ et 12,40\u00a0€',
    ])
  })

  it('is the decision, the brackets, the rounding, absences, brothers and sisters, aids, membership, the minimum', () => {
    expect(
      changed('definition', version, {
        ...version,
        decision: 'Délibération du 17 juin 2027',
        rounding: 'halfUpToFive',
        absence: { unjustified: 'billed', justifiedInTime: 'billed' },
        siblings: { percents: [10, 20], on: ['garde'] },
        deductions: [{ label: 'Aide CAF', per: 'day', cents: 400, upTo: 620, leaves: 100, cap: null }],
        membership: {
          label: 'Adhésion',
          per: 'child',
          year: 'school',
          price: { method: 'fixed', cents: 1500, nonResident: same },
        },
        minimum: { cents: 500 },
      } satisfies typeof version),
    ).toEqual([
      'Délibération\u00a0: Délibération du 18 juin 2026 → Délibération du 17 juin 2027',
      expect.stringContaining('Arrondi\u00a0: '),
      'Absence justifiée à temps\u00a0: non facturée → facturée',
      expect.stringContaining('Fratrie\u00a0: rien → Réduction sur l’accueil'),
      expect.stringContaining('Déduction « Aide CAF »\u00a0: rien → Aide CAF\u00a0: 4,00\u00a0€ de moins par jour'),
      expect.stringContaining('Adhésion\u00a0: rien → Adhésion\u00a0: 15,00\u00a0€, par enfant'),
      'Adhésion, prix\u00a0: rien → 15,00\u00a0€',
      'Adhésion, prix, hors commune\u00a0: rien → même prix',
      'Minimum par mois\u00a0: rien → 5,00\u00a0€',
    ])
    expect(
      changed('definition', version, {
        ...version,
        brackets: version.brackets.with(0, { min: 0, below: 301, label: 'jusqu’à 300' }),
      }),
    ).toContain('Tranches\u00a0: 0–300, 301–620, 621–1100, > 1100 → jusqu’à 300, 301–620, 621–1100, > 1100')
  })

  it('is a line that came, one that went, what it counts, and its price without booking', () => {
    const [care, meal] = version.lines
    if (!care || !meal) throw new Error('two lines')
    expect(changed('definition', version, { ...version, lines: [care] })).toEqual([
      'Repas\u00a0: 4,50\u00a0€ → rien',
      'Repas, hors commune\u00a0: même prix → rien',
      'Repas, plages\u00a0: repas → rien',
    ])
    const dearer = {
      ...meal,
      withoutBooking: {
        unit: { one: 'repas', many: 'repas' },
        price: { method: 'fixed', cents: 600, nonResident: same },
      },
    } as const
    expect(changed('definition', version, { ...version, lines: [care, dearer] })).toEqual([
      'Repas, sans réservation\u00a0: rien → 6,00\u00a0€',
      'Repas, sans réservation, hors commune\u00a0: rien → même prix',
    ])
  })

  it('is something for each part of every example tariff, and nothing for the same one', () => {
    for (const { versions } of exampleTariffs) {
      for (const { from: _from, ...definition } of versions) {
        expect(changed('definition', definition, structuredClone(definition))).toEqual([])
        expect(wholeText('definition', definition, nameOf)).not.toMatch(/undefined|NaN|\[object/)
      }
    }
  })
})

describe('what changed elsewhere', () => {
  it('in the places of a period is shown by slot', () => {
    const before = [
      { slotId: 1, capacity: 24 },
      { slotId: 2, capacity: 24 },
    ]
    expect(changed('places', before, [{ slotId: 1, capacity: 30 }])).toEqual([
      'Places, Matin\u00a0: 24 → 30',
      'Places, Repas\u00a0: 24 → rien',
    ])
    expect(changed('places', null, [{ slotId: 9, capacity: 8 }])).toEqual(['Places, plage n°\u00a09\u00a0: rien → 8'])
  })

  it('in a typical week is shown by day', () => {
    expect(changed('typicalWeek', week([3, 1], [3, 2]), week([3, 2], [5, 1]))).toEqual([
      'Semaine type, mercredi\u00a0: Matin, Repas → Repas',
      'Semaine type, vendredi\u00a0: rien → Matin',
    ])
  })

  it('in a deadline is shown by its time and what follows it', () => {
    const rule: BookingRule = { deadline: { unit: 'calendarDays', amount: 8, before: 'day' }, after: 'closed' }
    const late: BookingRule = {
      deadline: { unit: 'workingDays', amount: 2, before: 'week' },
      after: { surcharge: 150 },
    }
    expect(changed('bookingRule', rule, late)).toEqual([
      'Réserver, délai\u00a0: 8\u00a0jours avant le jour → 2\u00a0jours ouvrés avant le lundi de la semaine',
      'Réserver, après le délai\u00a0: fermé → possible, 1,50\u00a0€ de supplément',
    ])
    expect(changed('cancelRule', null, rule)).toEqual([
      'Annuler, délai\u00a0: rien → 8\u00a0jours avant le jour',
      'Annuler, après le délai\u00a0: rien → fermé',
    ])
  })

  it('in the order of a waiting list is shown in words', () => {
    expect(changed('waitingPriorities', [{ kind: 'resident' }], [{ kind: 'marked' }, { kind: 'resident' }])).toEqual([
      'Priorités de la liste d’attente\u00a0: habite la commune → prioritaire, puis habite la commune',
    ])
  })

  it('in a value without parts is shown whole', () => {
    expect(changed('name', 'Marchand', 'Duval')).toBeUndefined()
  })
})
