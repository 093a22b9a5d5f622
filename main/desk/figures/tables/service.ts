import type { Behind, FiguresTable, ServiceAsked } from '../../../../shared/contract/desk/figures-tables.ts'
import type { Core } from '../../core.ts'
import { attendanceBehind, attendanceTable } from './attendance-table.ts'
import { peopleBehind, peopleTable } from './people-table.ts'

/** Figures of places and people. */
export const serviceTable = (core: Core, asked: ServiceAsked): FiguresTable =>
  asked.view === 'attendance' ? attendanceTable(core, asked) : peopleTable(core, asked)

/** What stands behind one of them. @param row empty for the total */
export const serviceBehind = (core: Core, asked: ServiceAsked, row: string, column: string): Behind =>
  asked.view === 'attendance' ? attendanceBehind(core, asked, row, column) : peopleBehind(core, asked, row, column)
