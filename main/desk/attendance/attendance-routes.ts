import { os } from '../staff/procedures.ts'
import {
  type AlertsOfChildren,
  attendanceOfDay,
  type BeforeBilledDayChange,
  daySheet,
  daySheetsPdf,
  markAttendance,
  recordArrival,
  recordDeparture,
} from './attendance.ts'
import { dayList, dayListFile } from './lists/day-lists.ts'
import { healthSheets } from './lists/health-sheets.ts'

const { attendance } = os

/**
 * @param given functions of higher domains: one of invoicing, called before a billed day changes, and one that reads
 * the alerts among notes
 */
export const attendanceRoutes = ({
  beforeBilledDayChange,
  alertsOfChildren,
}: {
  readonly beforeBilledDayChange: BeforeBilledDayChange
  readonly alertsOfChildren: AlertsOfChildren
}) =>
  attendance.router({
    day: attendance.day.handler(({ context: { core }, input }) => attendanceOfDay(core, input.day)),
    sheet: attendance.sheet.handler(({ context: { core, person }, input }) => daySheet(core, person, input)),
    list: attendance.list.handler(({ context: { core, person }, input }) => dayList(core, person, input)),
    listFile: attendance.listFile.handler(({ context: { core, person }, input }) => dayListFile(core, person, input)),
    healthSheets: attendance.healthSheets.handler(({ context: { core, person }, input }) =>
      healthSheets(core, person, input),
    ),
    sheetPdf: attendance.sheetPdf.handler(({ context: { core, person }, input }) =>
      daySheetsPdf(core, person, input, alertsOfChildren),
    ),
    departure: attendance.departure.handler(({ context: { core, person }, input }) =>
      recordDeparture(core, person, input, beforeBilledDayChange),
    ),
    arrival: attendance.arrival.handler(({ context: { core, person }, input }) =>
      recordArrival(core, person, input, beforeBilledDayChange),
    ),
    mark: attendance.mark.handler(({ context: { core, person }, input }) =>
      markAttendance(core, person, input, beforeBilledDayChange),
    ),
  })
