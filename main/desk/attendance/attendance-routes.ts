import { os } from '../procedures.ts'
import { attendanceOfDay, daySheet, daySheetsPdf, markAttendance } from './attendance.ts'

const { attendance } = os

export const attendanceRoutes = attendance.router({
  day: attendance.day.handler(({ context: { core }, input }) => attendanceOfDay(core, input.day)),
  sheet: attendance.sheet.handler(({ context: { core, person }, input }) => daySheet(core, person, input)),
  sheetPdf: attendance.sheetPdf.handler(({ context: { core, person }, input }) => daySheetsPdf(core, person, input)),
  mark: attendance.mark.handler(({ context: { core, person }, input }) => markAttendance(core, person, input)),
})
