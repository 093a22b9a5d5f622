import type { Behind, FiguresTable, ServiceAsked } from '../../../../shared/contract/desk/figures/figures-tables.ts'
import { leadOf } from '../../activities/activities.ts'
import type { Core } from '../../core.ts'
import { attendanceBehind, attendanceTable } from './attendance-table.ts'
import { peopleBehind, peopleTable } from './people-table.ts'

/** The tables of « Fréquentation » and « Familles ». */
export const serviceTable = (core: Core, input: ServiceAsked): FiguresTable => {
  const asked = ofLead(core, input)
  return asked.view === 'attendance' ? attendanceTable(core, asked) : peopleTable(core, asked)
}

/** The rows that a figure of these tables counts. @param row empty for the total row */
export const serviceBehind = (core: Core, input: ServiceAsked, row: string, column: string): Behind => {
  const asked = ofLead(core, input)
  return asked.view === 'attendance'
    ? attendanceBehind(core, asked, row, column)
    : peopleBehind(core, asked, row, column)
}

/**
 * An activity joined to another is counted with it. A saved link may still name the joined one: it then shows the lead.
 */
const ofLead = <Asked extends ServiceAsked>({ store }: Core, asked: Asked): Asked =>
  asked.activityId === null ? asked : { ...asked, activityId: leadOf(store, asked.activityId) }
