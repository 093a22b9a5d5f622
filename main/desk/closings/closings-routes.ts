import { os } from '../staff/procedures.ts'
import { balancesFile } from './balances.ts'
import { bookExportOf, bookFile, saveBookExport } from './book-export.ts'
import { closingFile } from './closing-file.ts'
import { closePeriod, readClosings } from './closings.ts'
import { nextRemittance, remit, remittanceFile, remittances } from './remittances.ts'

export const closingsRoutes = os.closings.router({
  read: os.closings.read.handler(({ context: { core }, input }) => readClosings(core, input.regieId)),
  close: os.closings.close.handler(({ context: { core, person }, input }) => closePeriod(core, person, input)),
  balances: os.closings.balances.handler(({ context: { core }, input }) => balancesFile(core, input)),
  remittance: os.closings.remittance.handler(({ context: { core }, input }) => nextRemittance(core, input)),
  remittances: os.closings.remittances.handler(({ context: { core }, input }) => remittances(core, input.regieId)),
  remit: os.closings.remit.handler(({ context: { core, person }, input }) => remit(core, person, input)),
  remittanceFile: os.closings.remittanceFile.handler(({ context: { core }, input }) => remittanceFile(core, input)),
  bookExport: os.closings.bookExport.handler(({ context: { core }, input }) => bookExportOf(core.store, input.regieId)),
  saveBookExport: os.closings.saveBookExport.handler(({ context: { core, person }, input }) =>
    saveBookExport(core, person, input),
  ),
  bookFile: os.closings.bookFile.handler(({ context: { core }, input }) => bookFile(core, input)),
  file: os.closings.file.handler(({ context: { core }, input }) => closingFile(core, input)),
})
