import { os } from '../procedures.ts'
import {
  acceptWithWeek,
  applyWeek,
  calendar,
  cell,
  closeDays,
  endRegistration,
  moveCells,
  previewClosing,
  previewEnding,
  previewWeek,
  promotable,
  registerWithWeek,
  undoMoves,
} from './reservations.ts'

const { reservations } = os

export const reservationsRoutes = reservations.router({
  calendar: reservations.calendar.handler(({ context: { core }, input }) => calendar(core, input)),
  cell: reservations.cell.handler(({ context: { core, person }, input }) => cell(core, person, input)),
  move: reservations.move.handler(({ context: { core, person }, input }) => moveCells(core, person, input)),
  undo: reservations.undo.handler(({ context: { core, person }, input }) => undoMoves(core, person, input.actId)),
  weekPreview: reservations.weekPreview.handler(({ context: { core, person }, input }) =>
    previewWeek(core, person, input),
  ),
  applyWeek: reservations.applyWeek.handler(({ context: { core, person }, input }) => applyWeek(core, person, input)),
  acceptWithWeek: reservations.acceptWithWeek.handler(({ context: { core, person }, input }) =>
    acceptWithWeek(core, person, input),
  ),
  registerWithWeek: reservations.registerWithWeek.handler(({ context: { core, person }, input }) =>
    registerWithWeek(core, person, input),
  ),
  endingPreview: reservations.endingPreview.handler(({ context: { core }, input }) => previewEnding(core, input)),
  endRegistration: reservations.endRegistration.handler(({ context: { core, person }, input }) =>
    endRegistration(core, person, input),
  ),
  closingPreview: reservations.closingPreview.handler(({ context: { core }, input }) => previewClosing(core, input)),
  close: reservations.close.handler(({ context: { core, person }, input }) => closeDays(core, person, input)),
  promotable: reservations.promotable.handler(({ context: { core } }) => promotable(core)),
})
