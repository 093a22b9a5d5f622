import { Refused } from '../core.ts'
import { inSilence, streamProgress } from '../progress.ts'
import { os } from '../staff/procedures.ts'
import {
  cellsToBill,
  checksBeforeIssue,
  creditNote,
  discardRun,
  draftsToTakeOver,
  findPaperByNumber,
  firstDeclaredDay,
  forecast,
  forecastFile,
  historyOfRun,
  issue,
  issuedPapers,
  leftToCredit,
  listRuns,
  readDrafts,
  recalculate,
  recalculateDraft,
  repriceBilledMonths,
  repricingPreview,
  setDraftsAside,
  startRun,
} from './invoicing.ts'
import { invoiceFiles, paperOf } from './papers/paper-facts.ts'
import { papersToPrint } from './papers/printing.ts'
import { takeBack, takeBackPreview } from './runs/take-back.ts'

export const invoicingRoutes = os.invoicing.router({
  runs: os.invoicing.runs.handler(({ context: { core } }) => listRuns(core)),
  toBill: os.invoicing.toBill.handler(({ context: { core }, input }) => cellsToBill(core, input)),
  toTakeOver: os.invoicing.toTakeOver.handler(({ context: { core }, input }) => draftsToTakeOver(core, input)),
  run: os.invoicing.run.handler(({ context: { core, person }, input, signal }) =>
    streamProgress(core, signal, (work) => startRun(core, person, input, work)),
  ),
  recalculate: os.invoicing.recalculate.handler(({ context: { core, person }, input, signal }) =>
    streamProgress(core, signal, (work) => recalculate(core, person, input.runId, work)),
  ),
  drafts: os.invoicing.drafts.handler(({ context: { core }, input }) => readDrafts(core, input.runId)),
  beforeIssue: os.invoicing.beforeIssue.handler(({ context: { core }, input }) => checksBeforeIssue(core, input.runId)),
  story: os.invoicing.story.handler(({ context: { core }, input }) => historyOfRun(core, input.runId)),
  replay: os.invoicing.replay.handler(({ context: { core, person }, input }) =>
    recalculateDraft(core, person, input.id),
  ),
  setAside: os.invoicing.setAside.handler(({ context: { core, person }, input }) =>
    setDraftsAside(core, person, input),
  ),
  discard: os.invoicing.discard.handler(({ context: { core, person }, input }) =>
    discardRun(core, person, input.runId),
  ),
  issue: os.invoicing.issue.handler(({ context: { core, person }, input, signal }) =>
    streamProgress(core, signal, (work) => issue(core, person, input, work)),
  ),
  creditNote: os.invoicing.creditNote.handler(({ context: { core, person }, input }) =>
    creditNote(core, person, input),
  ),
  takeBackPreview: os.invoicing.takeBackPreview.handler(({ context: { core }, input }) =>
    takeBackPreview(core.store, input.runId),
  ),
  takeBack: os.invoicing.takeBack.handler(({ context: { core, person }, input, signal }) =>
    streamProgress(core, signal, (work) => takeBack(core, person, input, work)),
  ),
  forecast: os.invoicing.forecast.handler(({ context: { core }, input, signal }) =>
    streamProgress(core, signal, (work) => forecast(core, input, work)),
  ),
  forecastFile: os.invoicing.forecastFile.handler(({ context: { core }, input, signal }) =>
    forecastFile(core, input, inSilence(signal)),
  ),
  leftToCredit: os.invoicing.leftToCredit.handler(({ context: { core }, input }) =>
    leftToCredit(core, input.invoiceId),
  ),
  firstDeclaredDay: os.invoicing.firstDeclaredDay.handler(({ context: { core }, input }) =>
    firstDeclaredDay(core, input.actId),
  ),
  repricingPreview: os.invoicing.repricingPreview.handler(({ context: { core, person }, input }) =>
    repricingPreview(core, person, input),
  ),
  reprice: os.invoicing.reprice.handler(({ context: { core, person }, input }) =>
    repriceBilledMonths(core, person, input),
  ),
  paper: os.invoicing.paper.handler(({ context: { core, person }, input }) => paperOf(core, person, input.id)),
  ofFamily: os.invoicing.ofFamily.handler(({ context: { core }, input }) => issuedPapers(core.store, input.familyId)),
  numbered: os.invoicing.numbered.handler(({ context: { core }, input }) => {
    const found = findPaperByNumber(core.store, input.number)
    return found && found.familyId !== null ? { id: found.id, familyId: found.familyId } : null
  }),
  toPrint: os.invoicing.toPrint.handler(({ context: { core }, input }) => papersToPrint(core, input)),
  pdf: os.invoicing.pdf.handler(async ({ context: { core, person }, input }) => {
    const [file] = await invoiceFiles(core, person, input.ids, 'together')
    if (!file) throw new Refused('Choisissez au moins une facture.')
    return file
  }),
  pdfs: os.invoicing.pdfs.handler(({ context: { core, person }, input }) =>
    invoiceFiles(core, person, input.ids, 'apart'),
  ),
})
