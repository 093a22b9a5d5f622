import { os } from '../staff/procedures.ts'
import {
  freeLinesOfHome,
  listFreeLineKinds,
  previewFreeLines,
  removeFreeLine,
  saveFreeLineKind,
  writeFreeLines,
} from './free-lines.ts'

export const freeLinesRoutes = os.freeLines.router({
  kinds: os.freeLines.kinds.handler(({ context: { core } }) => listFreeLineKinds(core)),
  saveKind: os.freeLines.saveKind.handler(({ context: { core, person }, input }) =>
    saveFreeLineKind(core, person, input),
  ),
  preview: os.freeLines.preview.handler(({ context: { core, person }, input }) =>
    previewFreeLines(core, person, input),
  ),
  write: os.freeLines.write.handler(({ context: { core, person }, input }) => writeFreeLines(core, person, input)),
  remove: os.freeLines.remove.handler(({ context: { core, person }, input }) => removeFreeLine(core, person, input.id)),
  ofHome: os.freeLines.ofHome.handler(({ context: { core }, input }) => freeLinesOfHome(core, input.familyId)),
})
