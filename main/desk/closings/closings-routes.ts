import { os } from '../staff/procedures.ts'
import { closingFile } from './closing-file.ts'
import { closePeriod, readClosings } from './closings.ts'

export const closingsRoutes = os.closings.router({
  read: os.closings.read.handler(({ context: { core }, input }) => readClosings(core, input.regieId)),
  close: os.closings.close.handler(({ context: { core, person }, input }) => closePeriod(core, person, input)),
  file: os.closings.file.handler(({ context: { core }, input }) => closingFile(core, input)),
})
