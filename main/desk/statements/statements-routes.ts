import { streamProgress } from '../progress.ts'
import { os } from '../staff/procedures.ts'
import { paidFile, presenceFile, quoteFile, registeredFile } from './attestations.ts'
import { naturesFile } from './natures.ts'
import { certificateFile, certificateList, printAll, printedFile, statementFile } from './printing.ts'
import { certificatesOf, yearsOf } from './statements.ts'

export const statementsRoutes = os.statements.router({
  byNature: os.statements.byNature.handler(({ context: { core }, input }) => naturesFile(core, input)),
  years: os.statements.years.handler(({ context: { core }, input }) => yearsOf(core, input.familyId)),
  statement: os.statements.statement.handler(({ context: { core }, input }) => statementFile(core, input)),
  presence: os.statements.presence.handler(({ context: { core, person }, input }) => presenceFile(core, person, input)),
  registered: os.statements.registered.handler(({ context: { core, person }, input }) =>
    registeredFile(core, person, input),
  ),
  paid: os.statements.paid.handler(({ context: { core, person }, input }) => paidFile(core, person, input)),
  quote: os.statements.quote.handler(({ context: { core, person }, input }) => quoteFile(core, person, input)),
  certificate: os.statements.certificate.handler(({ context: { core }, input }) => certificateFile(core, input)),
  certificates: os.statements.certificates.handler(({ context: { core }, input }) => certificatesOf(core, input.year)),
  list: os.statements.list.handler(({ context: { core }, input }) => certificateList(core, input)),
  print: os.statements.print.handler(({ context: { core }, input, signal }) =>
    streamProgress(core, signal, (work) => printAll(core, input, work)),
  ),
  printed: os.statements.printed.handler(({ context: { core }, input }) => printedFile(core, input.ticket)),
})
