/** The door of reservations: what routes and the domains above may call. */
export {
  type Arrival,
  writeArrivals,
  writeExpired,
  writeRecoveredAnswer,
  writeTakenBack,
} from './arriving.ts'
export { blockDetail } from './block.ts'
export { readCalendar } from './calendar.ts'
export { printCalendar } from './calendar-paper.ts'
export { cellDetail } from './cell.ts'
export { putInGroup, readChildGroup } from './child-group.ts'
export { changeCustody, previewCustody, readCustody } from './custody.ts'
export { answeredDemande, childOfDecision, type Decision, type DecisionsResult, writeDecisions } from './deciding.ts'
export { lateBookings } from './late-bookings.ts'
export { moveCells } from './move-cells.ts'
export { previewRescheduling, reschedule } from './rescheduling.ts'
export {
  type CellRow,
  cellHistories,
  collectedRequests,
  groupCountsIn,
  registrationRow,
} from './reservations-store.ts'
export { enteredAtCounterBy } from './story.ts'
export {
  cellsOfOpenings,
  closeDays,
  closeDaysOf,
  closeSchool,
  departFamily,
  endRegistration,
  previewClosing,
  previewClosingOf,
  previewEnding,
  previewLeaving,
  previewSchoolClosing,
  writeCellsEmptied,
  writeRegistrationEmptied,
} from './taking-away.ts'
export {
  type FormerBooking,
  type FormerBookingVerdict,
  judgeFormerBookings,
  writeFormerBookings,
} from './taking-over.ts'
export {
  type MovesToUndo,
  movesToUndo,
  refuseCellsOutsideRegistration,
  writeActUndone,
  writeMovesUndone,
} from './undoing.ts'
export { openPlaces, previewOpening } from './waiting/opening-places.ts'
export { endExpiredOffers, endExpiredOffersEachMinute, listsWithFreePlaces } from './waiting/waiting-lists.ts'
export {
  readHeld,
  waitingPositions,
} from './waiting/waiting-order.ts'
export { markPriority, waitingList, waitingLists } from './waiting/waiting-reading.ts'
export { applyWeeks, childrenPerSlice, previewWeeks, spansOf, writeAcceptedWeeks } from './weeks/many-weeks.ts'
export { type PlannedSlot, type PlannedWeek, plannedSlots } from './weeks/planned-week.ts'
export {
  acceptedWeek,
  acceptWithWeek,
  applyWeek,
  daysTooLate,
  previewAcceptance,
  previewRegistration,
  previewWeek,
  registerWithWeek,
  type WeekInput,
} from './weeks/typical-weeks.ts'
export { type WeighedPart, type WeighedRequest, weighRequests, weighUncached } from './weighing.ts'
