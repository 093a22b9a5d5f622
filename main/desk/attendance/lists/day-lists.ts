import type { ListInput, ListTable } from '../../../../shared/contract/desk/attendance.ts'
import type { Day } from '../../../../shared/rules/calendar/day.ts'
import { listPdf } from '../../../documents/list-pdf.ts'
import { writeXlsx } from '../../../documents/spreadsheets/workbook.ts'
import type { Core, Person } from '../../core.ts'
import { organisationOf } from '../../settings/settings.ts'
import { expectedList } from './expected-list.ts'
import { kitchenList } from './kitchen-list.ts'
import type { DayList } from './list.ts'
import { outingList } from './outing-list.ts'
import { sublistList } from './sublist-list.ts'
import { weekList } from './week-list.ts'

/** A list of the day for the screen. */
export const dayList = (core: Core, person: Person, asked: ListInput): ListTable =>
  listOf(core, person, asked, 'écran').table

/**
 * The same list as a PDF or an Excel file. Recorded as a separate consultation of health data: a file travels further.
 */
export const dayListFile = async (
  core: Core,
  person: Person,
  { asked, format }: { asked: ListInput; format: 'pdf' | 'xlsx' },
): Promise<File> => {
  const { table, spreadsheet } = listOf(core, person, asked, format === 'pdf' ? 'papier' : 'fichier')
  const name = `${fileNames[asked.kind]}-${dayOf(asked)}.${format}`
  if (format === 'xlsx') {
    const bytes = new Uint8Array(await writeXlsx(table.title, spreadsheet))
    return new File([bytes], name, { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' })
  }
  const printedAt = core.clock()
  const { name: organisationName } = organisationOf(core.store)
  return new File([await listPdf({ ...table, organisationName, printedAt })], name, { type: 'application/pdf' })
}

const listOf = (core: Core, person: Person, asked: ListInput, medium: string): DayList => {
  switch (asked.kind) {
    case 'expected':
      return expectedList(core, person, asked, medium)
    case 'kitchen':
      return kitchenList(core, person, asked, medium)
    case 'outing':
      return outingList(core, person, asked, medium)
    case 'sublist':
      return sublistList(core, person, asked, medium)
    case 'week':
      return weekList(core, asked)
  }
}

const dayOf = (asked: ListInput): Day => ('day' in asked ? asked.day : asked.from)

const fileNames: Readonly<Record<ListInput['kind'], string>> = {
  expected: 'enfants-attendus',
  kitchen: 'cuisine',
  outing: 'fiche-de-sortie',
  week: 'feuille-de-semaine',
  sublist: 'listes',
}
