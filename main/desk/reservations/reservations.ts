/** The door of reservations: what routes and the domains above may call. */
export { calendar } from './calendar.ts'
export { cell } from './cell.ts'
export { type Decided, type Decision, decide } from './deciding.ts'
export { type MoveInput, moveCells } from './move-cells.ts'
export { collectedRequests } from './reservations-store.ts'
export { enteredBy } from './story.ts'
export { closeDays, endRegistration, previewClosing, previewEnding } from './taking-away.ts'
export {
  acceptWithWeek,
  applyWeek,
  previewAcceptance,
  previewWeek,
  registerWithWeek,
  type WeekInput,
} from './typical-weeks.ts'
export { undoMoves } from './undoing.ts'
export { promotable } from './waiting-lists.ts'
export { type WeighedPart, type WeighedRequest, weighRequests } from './weighing.ts'
