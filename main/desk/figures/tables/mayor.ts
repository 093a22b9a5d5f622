import type { MayorPage } from '../../../../shared/contract/desk/figures/figures-tables.ts'
import { may } from '../../../../shared/rules/access/roles.ts'
import {
  addDays,
  addMonths,
  type Day,
  dayOf,
  daysOfMonth,
  type Month,
  monthKey,
  today,
} from '../../../../shared/rules/calendar/day.ts'
import {
  type MayorFigure,
  mayorDays,
  mayorNotes,
  mayorTitles,
  unitNames,
  waitingDays,
} from '../../../../shared/rules/figures/mayor-page.ts'
import { capitalised, daysText, monthText } from '../../../../shared/rules/text/french.ts'
import { mayorPdf } from '../../../documents/mayor-pdf.ts'
import { spreadsheetTypes } from '../../../documents/spreadsheets/csv.ts'
import { type Sheets, writeWorkbook } from '../../../documents/spreadsheets/workbook.ts'
import { type Core, type Person, Refused } from '../../core.ts'
import { organisationOf } from '../../settings/settings.ts'
import { countHours, declaredRows } from '../hours.ts'
import { attendanceBehind, attendanceTable } from './attendance-table.ts'
import { incomeTable } from './income-table.ts'
import { numberIn } from './table-file.ts'
import { unpaidTable } from './unpaid-table.ts'

/*
 * « Page du maire »: for the months of a year that are over, figures taken from their own tabs. A person sees here only
 * what they may read there.
 */

const allOfThem = { activityId: null, siteId: null, slot: '' }

export const mayorPage = async (core: Core, person: Person, year: number): Promise<MayorPage> => {
  const days = mayorDays(year, today(core.clock))
  if (!days) throw new Refused('Cette année n’a pas commencé.', 'year')
  const asked = { view: 'attendance' as const, ...days, ...allOfThem }
  const [byMonth, byActivity] = [
    attendanceTable(core, { ...asked, by: 'month' }),
    attendanceTable(core, { ...asked, by: 'activity' }),
  ]
  const of = (key: string) => byMonth.columns.findIndex((column) => column.key === key)
  const lastYear = attendanceTable(core, {
    ...asked,
    from: yearBefore(days.from),
    to: yearBefore(days.to),
    by: 'month',
  })
  const children = (from: Day, to: Day) =>
    attendanceBehind(core, { ...asked, from, to, by: 'month' }, '', 'present').total
  const soon = { ...asked, ...waitingDays(today(core.clock)), by: 'month' as const }
  const readsMoney = may(person.roles, 'invoices.read')
  const income =
    readsMoney && person.sites === undefined ? await incomeTable(core, { ...days, by: 'month', regieId: null }) : null
  const unpaid = readsMoney ? unpaidTable(core, { by: 'age', regieId: null }) : null
  const figures: MayorFigure[] = [
    {
      key: 'children',
      unit: 'count',
      now: children(days.from, days.to),
      before: children(yearBefore(days.from), yearBefore(days.to)),
    },
    {
      key: 'hours',
      unit: 'hours',
      now: await hoursOf(core, days.from, days.to),
      before: await hoursOf(core, yearBefore(days.from), yearBefore(days.to)),
    },
    {
      key: 'share',
      unit: 'percent',
      now: byMonth.total[of('share')] ?? null,
      before: lastYear.total[of('share')] ?? null,
    },
    { key: 'waiting', unit: 'count', now: attendanceBehind(core, soon, '', 'waiting').total, before: null },
    { key: 'income', unit: 'euros', now: income?.total[0] ?? null, before: income?.total[2] ?? null },
    { key: 'unpaid', unit: 'euros', now: unpaid?.total[0] ?? null, before: unpaid?.total[3] ?? null },
  ]
  return {
    year,
    ...days,
    figures: figures.filter(({ key }) => (key === 'income' ? income : key === 'unpaid' ? unpaid : true) !== null),
    months: byMonth.rows.map(({ key, values }) => ({
      month: key,
      now: values[of('present')] ?? 0,
      before: values[of('before')] ?? 0,
    })),
    activities: byActivity.rows.map(({ key, title, values }) => ({
      activityId: Number(key),
      name: title,
      present: values[of('present')] ?? 0,
      share: values[of('share')] ?? null,
      before: values[of('before')] ?? 0,
    })),
  }
}

const yearBefore = (on: Day): Day => {
  const before = addMonths(on, -12)
  // The last day of February may be the 28th or the 29th.
  return on.endsWith('-02-28') || on.endsWith('-02-29') ? addDays(dayOf(Number(before.slice(0, 4)), 3, 1), -1) : before
}

/** The minutes that the accueils declare to the CAF. */
const hoursOf = async ({ store }: Core, from: Day, to: Day): Promise<number> => {
  const { rows } = await countHours(store, { from: monthKey(from), to: monthKey(to), siteId: null, scheme: null })
  return declaredRows(store, rows).reduce((sum, { done }) => sum + done, 0)
}

export const mayorFile = async (core: Core, person: Person, year: number, format: 'xlsx' | 'pdf'): Promise<File> => {
  const page = await mayorPage(core, person, year)
  if (format === 'xlsx')
    return new File([new Uint8Array(await writeWorkbook(sheetsOf(page)))], `page-du-maire-${year}.xlsx`, {
      type: spreadsheetTypes.xlsx,
    })
  const { name, town } = organisationOf(core.store)
  const bytes = await mayorPdf(page, { organisation: name, town, createdAt: core.clock() })
  return new File([bytes], `page-du-maire-${year}.pdf`, { type: 'application/pdf' })
}

/** The page as numbers: its figures, its months, its activities. */
const sheetsOf = ({ year, from, to, figures, months, activities }: MayorPage): Sheets => [
  [
    daysText(from, to),
    {
      columns: ['Chiffre', 'Ce qu’il compte', 'Unité', String(year), String(year - 1)],
      rows: figures.map(({ key, unit, now, before }) => [
        mayorTitles[key],
        mayorNotes[key],
        unitNames[unit],
        numberIn(now, unit),
        numberIn(before, unit),
      ]),
    },
  ],
  [
    'Présences par mois',
    {
      columns: ['Mois', String(year), String(year - 1)],
      rows: months.map(({ month, now, before }) => [
        capitalised(monthText(daysOfMonth(month as Month).from)),
        now,
        before,
      ]),
    },
  ],
  [
    'Présences par activité',
    {
      columns: ['Activité', 'Présences', 'Places occupées (%)', 'Un an avant', 'Écart'],
      rows: activities.map(({ name, present, share, before }) => [name, present, share, before, present - before]),
    },
  ],
]
