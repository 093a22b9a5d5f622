import { os } from '../staff/procedures.ts'
import {
  attendanceOfDay,
  type BeforeBilledDays,
  daySheet,
  daySheetsPdf,
  markAttendance,
  recordArrival,
  recordDeparture,
} from './attendance.ts'
import { dayList, dayListFile } from './lists/day-lists.ts'

const { attendance } = os

/** @param beforeBilledDays of invoicing, which stands above this domain */
export const attendanceRoutes = (beforeBilledDays: BeforeBilledDays) =>
  attendance.router({
    day: attendance.day.handler(({ context: { core }, input }) => attendanceOfDay(core, input.day)),
    sheet: attendance.sheet.handler(({ context: { core, person }, input }) => daySheet(core, person, input)),
    list: attendance.list.handler(({ context: { core, person }, input }) => dayList(core, person, input)),
    listFile: attendance.listFile.handler(({ context: { core, person }, input }) => dayListFile(core, person, input)),
    sheetPdf: attendance.sheetPdf.handler(({ context: { core, person }, input }) => daySheetsPdf(core, person, input)),
    departure: attendance.departure.handler(({ context: { core, person }, input }) =>
      recordDeparture(core, person, input, beforeBilledDays),
    ),
    arrival: attendance.arrival.handler(({ context: { core, person }, input }) =>
      recordArrival(core, person, input, beforeBilledDays),
    ),
    mark: attendance.mark.handler(({ context: { core, person }, input }) =>
      markAttendance(core, person, input, beforeBilledDays),
    ),
  })
