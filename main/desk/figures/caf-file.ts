import type { CafFilter, CafRow } from '../../../shared/contract/desk/figures/figures.ts'
import { daysOfMonth, type Month, today } from '../../../shared/rules/calendar/day.ts'
import { ageGroupNames } from '../../../shared/rules/figures/child-group.ts'
import { accueilKindNames, hoursText } from '../../../shared/rules/figures/hours-rule.ts'
import { monthSpanName } from '../../../shared/rules/figures/month-span.ts'
import { ruleLines } from '../../../shared/rules/figures/used-rule.ts'
import { formatNumber } from '../../../shared/rules/money/money.ts'
import { capitalised, counted, monthText, shortDay } from '../../../shared/rules/text/french.ts'
import { listPdf } from '../../documents/list-pdf.ts'
import { durationFormat, writeXlsx } from '../../documents/spreadsheets/workbook.ts'
import type { Core } from '../core.ts'
import { organisationOf } from '../settings/settings.ts'
import { readCaf } from './caf.ts'
import { readDeclaration } from './declarations.ts'

type Format = 'xlsx' | 'pdf'

/** The hours shown on screen, as a spreadsheet or on paper, in the order of the declaration. */
export const cafFile = async (
  core: Core,
  { format, ...filter }: CafFilter & { readonly format: Format },
): Promise<File> => {
  const { months, rows, rules } = await readCaf(core, filter)
  return hoursFile(core, {
    format,
    months,
    rows,
    notes: ruleLines(rules),
    state: `comptées le ${shortDay(today(core.clock))}`,
  })
}

/** A kept declaration, as a spreadsheet or on paper. */
export const declarationFile = async (
  core: Core,
  { id, format }: { readonly id: number; readonly format: Format },
): Promise<File> => {
  const { months, rows, rules, declaredOn } = await readDeclaration(core, id)
  return hoursFile(core, {
    format,
    months,
    rows,
    notes: ruleLines(rules),
    state: `déclarées le ${shortDay(declaredOn)}`,
  })
}

type HoursPaper = {
  readonly format: Format
  readonly months: readonly Month[]
  readonly rows: readonly CafRow[]
  readonly notes: readonly string[]
  readonly state: string
}

const hoursFile = async (core: Core, paper: HoursPaper): Promise<File> => {
  const { months, format } = paper
  const [first, last] = [months[0], months.at(-1)]
  const name = `heures-caf-${first}-${last}.${format}`
  return format === 'xlsx' ? spreadsheetOf(name, paper) : paperOf(core, name, paper)
}

const title = 'Heures d’accueil à déclarer à la CAF'

const aboutText = ({ months, state }: HoursPaper): string => {
  const [first, last] = [months[0], months.at(-1)]
  return `${first && last ? monthSpanName(first, last) : ''}, ${state}`
}

/** As a spreadsheet counts durations: in days. */
const duration = (minutes: number): number => minutes / (24 * 60)

const spreadsheetOf = async (name: string, paper: HoursPaper): Promise<File> => {
  const { months, rows, notes } = paper
  const textColumns = [undefined, undefined, undefined]
  const bytes = await writeXlsx('Heures', {
    about: [title, aboutText(paper), ''],
    notes: [
      'Heures et minutes\u00a0: multipliées par 24, elles deviennent un nombre d’heures.',
      ...(notes.length > 0 ? ['Règles de compte', ...notes] : []),
    ],
    formats: [...textColumns, ...totalsOf(months, rows).map(() => durationFormat), '#,##0'],
    hasTotal: true,
    columns: [
      'Accueil',
      'Nature',
      'Âge le jour même',
      ...months.map((month) => capitalised(monthText(daysOfMonth(month).from))),
      'Réalisées',
      'Réservées',
      'Facturées',
      'Régime général',
      'Journées-enfants',
    ],
    rows: [
      ...rows.map((row) => [
        row.accueil,
        accueilKindNames[row.kind],
        ageGroupNames[row.ageGroup],
        ...row.months.map(duration),
        duration(row.done),
        duration(row.booked),
        duration(row.billed),
        duration(row.general),
        row.childDays,
      ]),
      [
        'Total',
        '',
        '',
        ...totalsOf(months, rows).map(duration),
        rows.reduce((sum, { childDays }) => sum + childDays, 0),
      ],
    ],
  })
  return new File([new Uint8Array(bytes)], name, {
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  })
}

/** Totals of the columns: each month, then done, booked, billed and régime général. */
const totalsOf = (months: readonly Month[], rows: readonly CafRow[]): number[] => [
  ...months.map((_, at) => rows.reduce((sum, row) => sum + (row.months[at] ?? 0), 0)),
  ...(['done', 'booked', 'billed', 'general'] as const).map((key) => rows.reduce((sum, row) => sum + row[key], 0)),
]

/** The total row. It has the kind `none`, which no declared row has. */
const totalRow = (months: readonly Month[], rows: readonly CafRow[]): CafRow => {
  const [done = 0, booked = 0, billed = 0, general = 0] = totalsOf(months, rows).slice(months.length)
  const childDays = rows.reduce((sum, row) => sum + row.childDays, 0)
  const ofMonths = totalsOf(months, rows).slice(0, months.length)
  return {
    accueil: 'En tout',
    kind: 'none',
    ageGroup: 'under6',
    months: ofMonths,
    done,
    booked,
    billed,
    general,
    childDays,
  }
}

/** The paper has room for a column per month up to this many months; beyond it, only the spreadsheet has them. */
const maxMonthsOnPaper = 3

const writtenHours = (minutes: number): string => (minutes === 0 ? '–' : hoursText(minutes))

const paperOf = async ({ store, clock }: Core, name: string, paper: HoursPaper): Promise<File> => {
  const { months, rows, notes } = paper
  const shown = months.length <= maxMonthsOnPaper ? months : []
  const cellsOf = (row: CafRow) => [
    ...(shown.length > 0 ? row.months : []),
    row.done,
    row.booked,
    row.billed,
    row.general,
  ]
  const groups = [...Map.groupBy(rows, ({ kind, accueil }) => JSON.stringify([kind, accueil])).values()]
  const bytes = await listPdf({
    title,
    about: aboutText(paper),
    summary: [
      { name: 'Heures réalisées', value: hoursText(rows.reduce((sum, { done }) => sum + done, 0)) },
      { name: 'dont régime général', value: hoursText(rows.reduce((sum, { general }) => sum + general, 0)) },
      { name: 'Journées-enfants', value: formatNumber(rows.reduce((sum, { childDays }) => sum + childDays, 0)) },
    ],
    blanks: [],
    columns: [
      { title: 'Âge le jour même', kind: 'text' },
      ...shown.map((month) => ({
        title: capitalised(monthText(daysOfMonth(month).from).split(' ')[0] ?? ''),
        kind: 'number' as const,
        width: 22,
      })),
      ...['Réalisées', 'Réservées', 'Facturées', 'Rég. général'].map((title) => ({
        title,
        kind: 'number' as const,
        width: 23,
      })),
    ],
    groups: [...groups, ...(groups.length > 1 ? [[totalRow(months, rows)]] : [])].flatMap((own) => {
      const [head] = own
      if (!head) return []
      return [
        {
          name: head.accueil,
          count: `${head.kind === 'none' ? 'tous les accueils' : accueilKindNames[head.kind]}, ${counted(
            own.reduce((sum, { childDays }) => sum + childDays, 0),
            'journée-enfant',
            'journées-enfants',
          )}`,
          rows: own.map((row) => ({
            id: `${row.accueil} ${row.ageGroup}`,
            registrationId: null,
            cells: [
              { text: row.kind === 'none' ? 'tous les âges' : ageGroupNames[row.ageGroup], strong: true },
              ...cellsOf(row).map((minutes) => ({ text: writtenHours(minutes) })),
            ],
          })),
        },
      ]
    }),
    emptyRows: 0,
    empty: 'Aucune heure dans ces mois.',
    note: notes.length > 0 ? `Règles de compte. ${notes.join('\u00a0; ')}.` : '',
    showsHealth: false,
    organisationName: organisationOf(store).name,
    printedAt: clock(),
  })
  return new File([bytes], name, { type: 'application/pdf' })
}
