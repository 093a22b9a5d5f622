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

/** @param given what higher domains give: invoicing, before a billed day changes, and the notes that are alerts */
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
