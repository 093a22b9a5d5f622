import { streamProgress } from '../progress.ts'
import { os } from '../staff/procedures.ts'
import { changesOfOneAct, historyOfRecord, lastActs, restoreValues, undoAct } from './history.ts'

const { history } = os

export const historyRoutes = history.router({
  ofRecord: history.ofRecord.handler(({ context: { core, person }, input }) => historyOfRecord(core, person, input)),
  ofAct: history.ofAct.handler(({ context: { core, person }, input }) => changesOfOneAct(core, person, input.actId)),
  lastActs: history.lastActs.handler(({ context: { core, person }, input }) => lastActs(core, person, input)),
  undo: history.undo.handler(({ context: { core, person }, input, signal }) =>
    streamProgress(core, signal, (work) => undoAct(core, person, input, work)),
  ),
  back: history.back.handler(({ context: { core, person }, input }) => restoreValues(core, person, input)),
})
