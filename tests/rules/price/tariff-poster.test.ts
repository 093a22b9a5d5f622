import { describe, expect, it } from 'vitest'
import { exampleTariffs } from '../../../shared/examples/tariffs.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { posterOf } from '../../../shared/rules/price/printed/tariff-poster.ts'
import type { TariffVersion } from '../../../shared/rules/price/tariff.ts'

const everyone = { method: 'fixed', cents: 450, nonResident: { rule: 'same' } } as const
const version: TariffVersion = {
  from: day('2026-09-01'),
  decision: 'Délibération du 18 juin 2026',
  example: false,
  rounding: 'halfUp',
  brackets: [
    { min: 0, below: 621, label: '0–620' },
    { min: 621, below: null, label: '> 621' },
  ],
  lines: [
    {
      label: 'Journée',
      fiscal: 'garde',
      count: {
        per: 'day',
        slots: ['matin'],
        unit: { one: 'journée', many: 'journées' },
        price: { method: 'bracket', cents: [655, 905], nonResident: { rule: 'percent', percent: 20 } },
      },
      withoutBooking: null,
    },
    {
      label: 'Repas',
      fiscal: 'repas',
      count: { per: 'slot', slots: ['repas'], unit: { one: 'repas', many: 'repas' }, price: everyone },
      withoutBooking: null,
    },
  ],
  absence: { unjustified: 'billed', justifiedInTime: 'notBilled' },
}

describe('the poster of a tariff', () => {
  it('has a row a price, the price of those who live elsewhere worked out', () => {
    expect(posterOf(version)).toMatchObject({
      from: 'Depuis le 1ᵉʳ septembre 2026',
      brackets: ['0–620', '621 et plus'],
      hasNonResident: true,
      rows: [
        {
          title: 'Journée',
          cells: [
            { resident: '6,55', nonResident: '7,86' },
            { resident: '9,05', nonResident: '10,86' },
          ],
          text: null,
        },
        { title: 'Repas', cells: [], text: '4,50\u00a0€' },
      ],
    })
  })

  it('says each rule in a sentence', () => {
    const { notes } = posterOf({
      ...version,
      siblings: { percents: [10, 20], on: ['garde'] },
      deductions: [
        { label: 'Aide CAF', per: 'day', cents: 400, upTo: 620, leaves: 0, cap: { per: 'month', cents: 4000 } },
      ],
      membership: { label: 'Adhésion', per: 'family', year: 'school', price: everyone },
      minimum: { cents: 500 },
    })
    expect(notes).toEqual([
      'Sans quotient familial connu, le prix le plus haut s’applique.',
      'Réduction sur l’accueil\u00a0: 2ᵉ enfant\u00a0: − 10\u00a0%, 3ᵉ enfant et suivants\u00a0: − 20\u00a0%.',
      'Aide CAF\u00a0: 4,00\u00a0€ de moins par jour, jusqu’au quotient 620, au plus 40,00\u00a0€ par enfant et par mois.',
      'Adhésion\u00a0: 4,50\u00a0€, par famille et par année scolaire.',
      'Un mois facturé coûte au moins 5,00\u00a0€.',
      'Une absence justifiée à temps n’est pas facturée.',
      'Une absence non justifiée est facturée.',
    ])
  })

  it('can be made of every example', () => {
    for (const { versions } of exampleTariffs)
      for (const one of versions) expect(posterOf(one).rows.length).toBeGreaterThan(0)
  })
})
