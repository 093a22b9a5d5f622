import { os } from '../staff/procedures.ts'
import { batchesBefore, dismissLine, readBank, readFile, recordLines, setLineAside, takeLineBack } from './bank.ts'

export const bankRoutes = os.bank.router({
  read: os.bank.read.handler(({ context: { core }, input }) => readBank(core, input)),
  readFile: os.bank.readFile.handler(({ context: { core, person }, input }) => readFile(core, person, input)),
  batches: os.bank.batches.handler(({ context: { core }, input }) => batchesBefore(core, input.lineId)),
  record: os.bank.record.handler(({ context: { core, person }, input }) => recordLines(core, person, input)),
  setAside: os.bank.setAside.handler(({ context: { core, person }, input }) => setLineAside(core, person, input)),
  dismiss: os.bank.dismiss.handler(({ context: { core, person }, input }) => dismissLine(core, person, input)),
  takeBack: os.bank.takeBack.handler(({ context: { core, person }, input }) => takeLineBack(core, person, input)),
})
