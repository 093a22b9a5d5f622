import type { ExpectedChildren, FiguresTable } from '../../../../shared/contract/desk/figures/figures-tables.ts'
import type { Forecast, ForecastAsked } from '../../../../shared/contract/desk/money/invoicing.ts'
import {
  type Day,
  daysOfMonth,
  firstOfMonth,
  lastOfMonth,
  type Month,
  monthKey,
} from '../../../../shared/rules/calendar/day.ts'
import { figureText } from '../../../../shared/rules/figures/figures-table.ts'
import {
  comparedTotal,
  comparisonTexts,
  forecastTotal,
  unbookedText,
  withoutActivityText,
} from '../../../../shared/rules/money/forecast.ts'
import { alphabetically } from '../../../../shared/rules/people/names.ts'
import { capitalised, counted, daysText, monthText } from '../../../../shared/rules/text/french.ts'
import { listPdf } from '../../../documents/list-pdf.ts'
import { spreadsheetTypes } from '../../../documents/spreadsheets/csv.ts'
import { writeWorkbook } from '../../../documents/spreadsheets/workbook.ts'
import { mealsBooked } from '../../attendance/attendance.ts'
import type { Core } from '../../core.ts'
import { forecast, forecastSheet } from '../../invoicing/invoicing.ts'
import type { PricingTools } from '../../progress.ts'
import { organisationOf } from '../../settings/settings.ts'
import { attendanceTable } from './attendance-table.ts'

/*
 * « Prévision »: the children and meals expected in each month, beside the amounts. Children are counted as in «
 * Fréquentation », meals as in the kitchen's list.
 */

type Span = { readonly from: Day; readonly to: Day }
type Counts = ExpectedChildren['total']

export const expectedChildren = (core: Core, asked: Span): ExpectedChildren => {
  const span = { from: firstOfMonth(asked.from), to: lastOfMonth(asked.to) }
  const meals = mealsBooked(core.store, span.from, span.to)
  const mealsOf = (is: (one: (typeof meals)[number]) => boolean): number =>
    meals.filter(is).reduce((sum, one) => sum + one.meals, 0)
  const all = { view: 'attendance' as const, ...span, activityId: null, siteId: null, slot: '' }
  const [byMonth, byActivity] = [
    attendanceTable(core, { ...all, by: 'month' }),
    attendanceTable(core, { ...all, by: 'activity' }),
  ]
  return {
    months: byMonth.rows.map(({ key, values }) => ({
      month: key,
      ...countsIn(byMonth, values),
      meals: mealsOf(({ month }) => month === key),
    })),
    activities: byActivity.rows.map(({ key, title, values }) => ({
      name: title,
      ...countsIn(byActivity, values),
      meals: mealsOf(({ activityId }) => String(activityId) === key),
    })),
    total: { ...countsIn(byMonth, byMonth.total), meals: mealsOf(() => true) },
  }
}

const countsIn = ({ columns }: FiguresTable, values: readonly (number | null)[]): Omit<Counts, 'meals'> => {
  const of = (key: string) => values[columns.findIndex((column) => column.key === key)] ?? 0
  return { booked: of('booked'), waiting: of('waiting'), before: of('before') }
}

export const forecastFile = async (
  core: Core,
  asked: ForecastAsked,
  format: 'xlsx' | 'pdf',
  tools: PricingTools,
): Promise<File> => {
  const found = await forecast(core, asked, tools)
  const span = { from: firstOfMonth(asked.from), to: lastOfMonth(asked.to) }
  const expected = expectedChildren(core, span)
  const name = `prevision-${monthKey(span.from)}-${monthKey(span.to)}.${format}`
  const bytes =
    format === 'xlsx'
      ? await writeWorkbook([
          ['Prévision', forecastSheet(core, found)],
          ['Enfants et repas par mois', sheetOfMonths(expected)],
          ['Enfants et repas par activité', sheetOfActivities(expected)],
        ])
      : await paperOf(core, found, expected, span)
  const type = format === 'xlsx' ? spreadsheetTypes.xlsx : 'application/pdf'
  return new File([new Uint8Array(bytes)], name, { type })
}

const monthTitle = (month: string): string => capitalised(monthText(daysOfMonth(month as Month).from))

const cellsOf = ({ booked, meals, waiting, before }: Counts) => [booked, before, meals, waiting]

const countHeads = ['Journées réservées', 'Présents un an avant', 'Repas réservés', 'En attente']

const sheetOfMonths = ({ months, total }: ExpectedChildren) => ({
  columns: ['Mois', ...countHeads],
  rows: [
    ...months.map(({ month, ...counts }) => [monthTitle(month), ...cellsOf(counts)]),
    ['Total', ...cellsOf(total)],
  ],
})

const sheetOfActivities = ({ activities, total }: ExpectedChildren) => ({
  columns: ['Activité', ...countHeads],
  rows: [...activities.map(({ name, ...counts }) => [name, ...cellsOf(counts)]), ['Total', ...cellsOf(total)]],
})

const noChildren: Counts = { booked: 0, meals: 0, waiting: 0, before: 0 }

const paperRow = (
  title: string,
  children: Counts,
  { own, unbooked }: { readonly own: Forecast['rows']; readonly unbooked: Forecast['unbooked'] },
  strong = false,
) => {
  const { cents, billedCents, lastYearCents } = forecastTotal(own)
  const texts = [
    title,
    figureText(children.booked, 'count'),
    figureText(children.meals, 'count'),
    figureText(cents, 'euros'),
    figureText(billedCents, 'euros'),
    figureText(lastYearCents, 'euros'),
    ...comparisonTexts(comparedTotal(own, unbooked)),
  ]
  return { id: title, registrationId: null, cells: texts.map((text) => ({ text, strong })) }
}

const paperOf = (
  { store, clock }: Core,
  { months, rows, unpricedDays, unbooked }: Forecast,
  expected: ExpectedChildren,
  { from, to }: Span,
): Promise<Uint8Array> => {
  const money = Map.groupBy(rows, ({ activity }) => activity || withoutActivityText)
  const children = new Map(expected.activities.map((one) => [one.name, one]))
  const names = [...new Set([...money.keys(), ...children.keys()])].toSorted(alphabetically)
  return listPdf({
    title: 'Prévision',
    about: daysText(from, to),
    summary: [],
    blanks: [],
    columns: [
      { title: 'Mois, activité', kind: 'text' },
      { title: 'Journées', kind: 'number', width: 17 },
      { title: 'Repas', kind: 'number', width: 15 },
      { title: 'Prévu', kind: 'number', width: 25 },
      { title: 'Déjà facturé', kind: 'number', width: 25 },
      { title: 'Un an avant', kind: 'number', width: 25 },
      { title: 'Écart', kind: 'number', width: 25 },
      { title: '%', kind: 'number', width: 17 },
    ],
    groups: [
      {
        name: 'Par mois',
        count: `${months.length} mois`,
        rows: [
          ...months.map((month) =>
            paperRow(monthTitle(month), expected.months.find((one) => one.month === month) ?? noChildren, {
              own: rows.filter((one) => one.month === month),
              unbooked,
            }),
          ),
          paperRow('Total', expected.total, { own: rows, unbooked }, true),
        ],
      },
      {
        name: 'Par activité',
        count: counted(names.length, 'activité'),
        rows: names.map((name) =>
          paperRow(name, children.get(name) ?? noChildren, { own: money.get(name) ?? [], unbooked }),
        ),
      },
    ],
    emptyRows: 0,
    empty: 'Rien n’est réservé ni facturé.',
    note: [
      'Prévu\u00a0: ce qui est réservé aujourd’hui, aux prix d’une facturation, part des tiers payeurs comprise. Journées et repas\u00a0: ceux qui sont réservés.',
      ...(unbooked.length > 0 ? [unbookedText(unbooked)] : []),
      ...(unpricedDays > 0 ? [`Journées sans prix, laissées de côté\u00a0: ${unpricedDays}.`] : []),
    ].join(' '),
    showsHealth: false,
    organisationName: organisationOf(store).name,
    printedAt: clock(),
  })
}
