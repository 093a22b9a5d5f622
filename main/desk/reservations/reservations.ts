/** The door of reservations: what routes and the domains above may call. */
export {
  type Arrival,
  writeArrivals,
  writeExpired,
  writeRecoveredAnswer,
  writeTakenBack,
} from './arriving.ts'
export { block } from './block.ts'
export { calendar } from './calendar.ts'
export { calendarFile } from './calendar-paper.ts'
export { cell } from './cell.ts'
export { changeCustody, previewCustody, readCustody } from './custody.ts'
export { answeredDemande, childOfDecision, type Decided, type Decision, writeDecisions } from './deciding.ts'
export { applyWeeks, childrenPerSlice, previewWeeks, writeAcceptedWeeks } from './many-weeks.ts'
export { moveCells } from './move-cells.ts'
export { previewRescheduling, reschedule } from './rescheduling.ts'
export {
  type CellRow,
  collectedRequests,
  registrationRow,
  storiesOf,
} from './reservations-store.ts'
export { enteredBy } from './story.ts'
export {
  cellsOn,
  closeDays,
  endRegistration,
  leaveFamily,
  previewClosing,
  previewEnding,
  previewLeaving,
  writeFreed,
  writeRegistrationEmptied,
} from './taking-away.ts'
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
} from './typical-weeks.ts'
export {
  type MovesToUndo,
  movesToUndo,
  refuseCellsOutsideRegistration,
  writeActUndone,
  writeMovesUndone,
} from './undoing.ts'
export { openPlaces, previewOpening } from './waiting/opening-places.ts'
export { promotable, sweepEachMinute, sweepOffers } from './waiting/waiting-lists.ts'
export {
  heldNow,
  waitingListKey,
  waitingPosition,
  waitingWith,
} from './waiting/waiting-order.ts'
export { markPriority, waitingList, waitingLists } from './waiting/waiting-reading.ts'
export { type WeighedPart, type WeighedRequest, weighInAct, weighRequests } from './weighing.ts'
