import { planAdults, plannedAdults, saveWaitingRules, waitingRules } from '../activities/activities.ts'
import { streamProgress } from '../progress.ts'
import { os } from '../staff/procedures.ts'
import {
  acceptWithWeek,
  applyWeek,
  applyWeeks,
  blockDetail,
  cellDetail,
  changeCustody,
  closeDays,
  departFamily,
  endRegistration,
  listsWithFreePlaces,
  markPriority,
  moveCells,
  openPlaces,
  previewClosing,
  previewCustody,
  previewEnding,
  previewLeaving,
  previewOpening,
  previewRegistration,
  previewRescheduling,
  previewWeek,
  previewWeeks,
  printCalendar,
  putInGroup,
  readCalendar,
  readChildGroup,
  readCustody,
  registerWithWeek,
  reschedule,
  waitingList,
  waitingLists,
} from './reservations.ts'

const { reservations } = os

export const reservationsRoutes = reservations.router({
  calendar: reservations.calendar.handler(({ context: { core }, input }) => readCalendar(core, input)),
  calendarPdf: reservations.calendarPdf.handler(({ context: { core }, input }) => printCalendar(core, input)),
  cell: reservations.cell.handler(({ context: { core, person }, input }) => cellDetail(core, person, input)),
  block: reservations.block.handler(({ context: { core, person }, input }) => blockDetail(core, person, input.cells)),
  move: reservations.move.handler(({ context: { core, person }, input }) => moveCells(core, person, input)),
  reschedule: reservations.reschedule.handler(({ context: { core, person }, input }) =>
    reschedule(core, person, input),
  ),
  reschedulingPreview: reservations.reschedulingPreview.handler(({ context: { core, person }, input }) =>
    previewRescheduling(core, person, input),
  ),
  weekPreview: reservations.weekPreview.handler(({ context: { core, person }, input }) =>
    previewWeek(core, person, input),
  ),
  applyWeek: reservations.applyWeek.handler(({ context: { core, person }, input }) => applyWeek(core, person, input)),
  weeksPreview: reservations.weeksPreview.handler(({ context: { core, person }, input }) =>
    previewWeeks(core, person, input),
  ),
  applyWeeks: reservations.applyWeeks.handler(({ context: { core, person }, input, signal }) =>
    streamProgress(core, signal, (work) => applyWeeks(core, person, input, work)),
  ),
  acceptWithWeek: reservations.acceptWithWeek.handler(({ context: { core, person }, input }) =>
    acceptWithWeek(core, person, input),
  ),
  registerWithWeek: reservations.registerWithWeek.handler(({ context: { core, person }, input }) =>
    registerWithWeek(core, person, input),
  ),
  registrationPreview: reservations.registrationPreview.handler(({ context: { core, person }, input }) =>
    previewRegistration(core, person, input),
  ),
  endingPreview: reservations.endingPreview.handler(({ context: { core }, input }) => previewEnding(core, input)),
  endRegistration: reservations.endRegistration.handler(({ context: { core, person }, input }) =>
    endRegistration(core, person, input),
  ),
  leavingPreview: reservations.leavingPreview.handler(({ context: { core }, input }) => previewLeaving(core, input)),
  leave: reservations.leave.handler(({ context: { core, person }, input }) => departFamily(core, person, input)),
  closingPreview: reservations.closingPreview.handler(({ context: { core }, input }) => previewClosing(core, input)),
  close: reservations.close.handler(({ context: { core, person }, input }) => closeDays(core, person, input)),
  custody: reservations.custody.handler(({ context: { core }, input }) => readCustody(core, input)),
  custodyPreview: reservations.custodyPreview.handler(({ context: { core }, input }) => previewCustody(core, input)),
  changeCustody: reservations.changeCustody.handler(({ context: { core, person }, input }) =>
    changeCustody(core, person, input),
  ),
  waitingLists: reservations.waitingLists.handler(({ context: { core }, input }) => waitingLists(core, input)),
  waitingList: reservations.waitingList.handler(({ context: { core, person }, input }) =>
    waitingList(core, person, input),
  ),
  openingPreview: reservations.openingPreview.handler(({ context: { core, person }, input }) =>
    previewOpening(core, person, input),
  ),
  openPlaces: reservations.openPlaces.handler(({ context: { core, person }, input }) =>
    openPlaces(core, person, input),
  ),
  childGroup: reservations.childGroup.handler(({ context: { core }, input }) =>
    readChildGroup(core, input.registrationId),
  ),
  putInGroup: reservations.putInGroup.handler(({ context: { core, person }, input }) =>
    putInGroup(core, person, input),
  ),
  markPriority: reservations.markPriority.handler(({ context: { core, person }, input }) =>
    markPriority(core, person, input),
  ),
  waitingRules: reservations.waitingRules.handler(({ context: { core }, input }) =>
    waitingRules(core, input.activityId),
  ),
  saveWaitingRules: reservations.saveWaitingRules.handler(({ context: { core, person }, input }) =>
    saveWaitingRules(core, person, input),
  ),
  adultsPlanned: reservations.adultsPlanned.handler(({ context: { core }, input }) =>
    plannedAdults(core, input.periodId),
  ),
  planAdults: reservations.planAdults.handler(({ context: { core, person }, input }) =>
    planAdults(core, person, input),
  ),
  promotable: reservations.promotable.handler(({ context: { core } }) => listsWithFreePlaces(core)),
})
