import type { Behind, FiguresTable, ServiceAsked } from '../../../../shared/contract/desk/figures/figures-tables.ts'
import { leadOf } from '../../activities/activities.ts'
import type { Core } from '../../core.ts'
import { attendanceBehind, attendanceTable } from './attendance-table.ts'
import { peopleBehind, peopleTable } from './people-table.ts'

/** Figures of places and people. */
export const serviceTable = (core: Core, input: ServiceAsked): FiguresTable => {
  const asked = ofLead(core, input)
  return asked.view === 'attendance' ? attendanceTable(core, asked) : peopleTable(core, asked)
}

/** What stands behind one of them. @param row empty for the total */
export const serviceBehind = (core: Core, input: ServiceAsked, row: string, column: string): Behind => {
  const asked = ofLead(core, input)
  return asked.view === 'attendance'
    ? attendanceBehind(core, asked, row, column)
    : peopleBehind(core, asked, row, column)
}

/** An activity that was joined to another is counted with it: an address kept from before asks for the whole. */
const ofLead = <Asked extends ServiceAsked>({ store }: Core, asked: Asked): Asked =>
  asked.activityId === null ? asked : { ...asked, activityId: leadOf(store, asked.activityId) }
