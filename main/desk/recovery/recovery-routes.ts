import { os } from '../staff/procedures.ts'
import {
  cancelDecision,
  decide,
  letterFile,
  lettersFile,
  listUnpaid,
  noteCall,
  previewLetter,
  readDecidable,
  readUnpaid,
  remind,
  setAside,
  takeUp,
  unpaidFile,
} from './recovery.ts'

export const recoveryRoutes = os.recovery.router({
  unpaid: os.recovery.unpaid.handler(({ context: { core }, input }) => listUnpaid(core, input)),
  detail: os.recovery.detail.handler(({ context: { core }, input }) => readUnpaid(core, input)),
  remind: os.recovery.remind.handler(({ context: { core, person }, input }) => remind(core, person, input)),
  preview: os.recovery.preview.handler(({ context: { core }, input }) => previewLetter(core, input)),
  letters: os.recovery.letters.handler(({ context: { core }, input }) => lettersFile(core, input)),
  letter: os.recovery.letter.handler(({ context: { core }, input }) => letterFile(core, input)),
  file: os.recovery.file.handler(({ context: { core }, input }) => unpaidFile(core, input)),
  noteCall: os.recovery.noteCall.handler(({ context: { core, person }, input }) => noteCall(core, person, input)),
  setAside: os.recovery.setAside.handler(({ context: { core, person }, input }) => setAside(core, person, input)),
  decidable: os.recovery.decidable.handler(({ context: { core }, input }) => readDecidable(core, input)),
  decide: os.recovery.decide.handler(({ context: { core, person }, input }) => decide(core, person, input)),
  cancelDecision: os.recovery.cancelDecision.handler(({ context: { core, person }, input }) =>
    cancelDecision(core, person, input),
  ),
  takeUp: os.recovery.takeUp.handler(({ context: { core, person }, input }) => takeUp(core, person, input)),
})
