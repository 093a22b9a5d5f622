import type { Comparison } from '../../../shared/contract/desk/money/prices.ts'
import { percentText } from '../../../shared/rules/money/money.ts'
import { unknownQuotientText } from '../../../shared/rules/price/trying/tariff-comparison.ts'
import { writeWorkbook } from '../../documents/spreadsheets/workbook.ts'

const groupColumns = ['Familles', 'En hausse', 'En baisse', 'Recettes avant', 'Recettes après', 'Écart', '%']

/** A comparison as a spreadsheet: by bracket, by activity, and for each family what it pays itself. */
export const comparisonFile = async ({ total, brackets, activities, homes }: Comparison): Promise<File> => {
  const bytes = await writeWorkbook([
    [
      'Par tranche',
      {
        columns: ['Tranche', ...groupColumns],
        rows: [
          ...brackets.map(({ label, ...group }) => [label ?? unknownQuotientText, ...groupCells(group)]),
          ['Total', ...groupCells(total)],
        ],
      },
    ],
    [
      'Par activité',
      {
        columns: ['Activité', ...groupColumns],
        rows: activities.map(({ activity, ...group }) => [activity, ...groupCells(group)]),
      },
    ],
    [
      'Par famille',
      {
        columns: ['Famille', 'Responsables', 'Tranche', 'Payé avant', 'Payé après', 'Écart', '%'],
        rows: homes.map(({ name, guardians, brackets: own, paidBeforeCents, paidAfterCents }) => [
          name,
          guardians,
          own.map((label) => label ?? unknownQuotientText).join(', '),
          ...amounts(paidBeforeCents, paidAfterCents),
        ]),
      },
    ],
  ])
  return new File([new Uint8Array(bytes)], 'comparaison-des-tarifs.xlsx', {
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  })
}

const groupCells = ({ families, up, down, beforeCents, afterCents }: Comparison['total']) => [
  families,
  up,
  down,
  ...amounts(beforeCents, afterCents),
]

const amounts = (before: number, after: number) => [
  before / 100,
  after / 100,
  (after - before) / 100,
  percentText(before, after),
]
