import type { Definition } from '../../../shared/contract/desk/money/prices.ts'
import { slotCode } from '../../../shared/rules/price/tariff.ts'
import { byFormula, byTime, centsOf, fixed, line, tariff } from './published.ts'

/*
 * Tables of prices that somebody else pays in part, written as a tariff of the whole cost with aids. Their slots are
 * those of a Wednesday: « Matin », « Repas », « Après-midi ».
 */

type AidOfTable = {
  readonly label: string
  readonly per: 'day' | 'meal' | 'hour' | 'month'
  readonly amountCents: number
  readonly fiscals?: ('garde' | 'repas')[]
  readonly upToQuotient?: number
}
type AidedTable = {
  readonly town: string
  readonly definition: Definition
  /** The third party of the aids; null: they only reduce the price. */
  readonly thirdParty: string | null
  readonly aids: readonly AidOfTable[]
  /** One booked day of a home with this quotient: its cost, and the part of the family. */
  readonly cells: readonly {
    readonly says: string
    readonly quotient: number
    readonly slots: readonly string[]
    readonly costCents: number
    readonly familyCents: number
  }[]
}

const cellOf = (says: string, quotient: number, slots: readonly string[], costCents: number, familyCents: number) => ({
  says,
  quotient,
  slots,
  costCents,
  familyCents,
})

/** A slot of four hours: eight half-hours. */
const halfHours = 8

const roncq: AidedTable = {
  town: 'Roncq, participation du CCAS',
  definition: tariff([
    line('Repas', ['repas'], fixed('1,26 €')),
    byTime('Accueil périscolaire', ['matin'], 30, fixed('0,40 €')),
    {
      label: 'AMIS',
      fiscal: 'autre',
      count: {
        per: 'forfait',
        span: 'period',
        slots: [slotCode('apres-midi')],
        by: 'booking',
        steps: [{ from: 1, unit: { one: 'période', many: 'périodes' }, price: fixed('6,80 €') }],
        partial: 'whole',
        absence: null,
        billed: 'start',
      },
      withoutBooking: null,
    },
  ]),
  thirdParty: 'CCAS de Roncq',
  aids: [
    { label: 'Repas', per: 'meal', amountCents: centsOf('0,76 €'), fiscals: ['repas'] },
    { label: 'Accueil', per: 'hour', amountCents: 2 * centsOf('0,24 €'), fiscals: ['garde'] },
  ],
  cells: [
    cellOf('repas', 300, ['Repas'], centsOf('1,26 €'), centsOf('0,50 €')),
    cellOf('demi-heure', 300, ['Matin'], halfHours * centsOf('0,40 €'), halfHours * centsOf('0,16 €')),
  ],
}

const sainteAdresse: AidedTable = {
  town: 'Sainte-Adresse, réduction de la CAF',
  definition: tariff([
    byFormula('Accueil', [
      ['journée avec repas', [['matin', 'repas', 'apres-midi']], fixed('23,50 €')],
      ['demi-journée avec repas', [['matin', 'repas']], fixed('18,20 €')],
      ['demi-journée sans repas', [['matin']], fixed('14,00 €')],
    ]),
  ]),
  thirdParty: null,
  // Each row of the page takes 2 € more than the next one.
  aids: [915, 610, 381].map((upToQuotient) => ({
    label: `CAF jusqu’à ${upToQuotient}`,
    per: 'day',
    amountCents: centsOf('2,00 €'),
    upToQuotient,
  })),
  cells: (
    [
      ['0-381', 381, '6,00 €'],
      ['382-610', 500, '4,00 €'],
      ['611-915', 915, '2,00 €'],
    ] as const
  ).flatMap(([row, quotient, reduction]) =>
    (
      [
        ['journée avec repas', ['Matin', 'Repas', 'Après-midi'], '23,50 €'],
        ['demi-journée sans repas', ['Matin'], '14,00 €'],
        ['demi-journée avec repas', ['Matin', 'Repas'], '18,20 €'],
      ] as const
    ).map(([says, slots, cost]) =>
      cellOf(`${says}, ${row}`, quotient, slots, centsOf(cost), centsOf(cost) - centsOf(reduction)),
    ),
  ),
}

/** AMIS is a price of a period: its aid is the amount of a month. */
const roncqAmis: AidedTable = {
  ...roncq,
  town: 'Roncq, participation du CCAS aux AMIS',
  aids: [{ label: 'AMIS', per: 'month', amountCents: centsOf('2,27 €') }],
  cells: [cellOf('AMIS', 300, ['Après-midi'], centsOf('6,80 €'), centsOf('4,53 €'))],
}

export const aided: readonly AidedTable[] = [roncq, roncqAmis, sainteAdresse]
