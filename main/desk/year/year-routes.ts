import { streamProgress } from '../progress.ts'
import { os } from '../staff/procedures.ts'
import {
  closeForAll,
  copyPeriods,
  freedFamilies,
  freedFamiliesFile,
  importCalendar,
  listClosings,
  moveToNextClasses,
  previewCalendar,
  previewClosing,
  previewCopy,
  previewNextClasses,
  previewReenrolment,
  readProgress,
  reenrol,
  reopenForAll,
} from './year.ts'

const { year } = os

export const yearRoutes = year.router({
  progress: year.progress.handler(({ context: { core }, input }) => readProgress(core, input)),
  previewCalendar: year.previewCalendar.handler(({ context: { core }, input }) => previewCalendar(core, input)),
  importCalendar: year.importCalendar.handler(({ context: { core, person }, input, signal }) =>
    streamProgress(core, signal, (work) => importCalendar(core, person, input, work)),
  ),
  previewCopy: year.previewCopy.handler(({ context: { core }, input }) => previewCopy(core, input)),
  copy: year.copy.handler(({ context: { core, person }, input, signal }) =>
    streamProgress(core, signal, (work) => copyPeriods(core, person, input, work)),
  ),
  previewPassage: year.previewPassage.handler(({ context: { core }, input }) => previewNextClasses(core, input)),
  passUp: year.passUp.handler(({ context: { core, person }, input, signal }) =>
    streamProgress(core, signal, (work) => moveToNextClasses(core, person, input, work)),
  ),
  previewReenrolment: year.previewReenrolment.handler(({ context: { core }, input }) =>
    previewReenrolment(core, input),
  ),
  reenrol: year.reenrol.handler(({ context: { core, person }, input, signal }) =>
    streamProgress(core, signal, (work) => reenrol(core, person, input, work)),
  ),
  previewClosing: year.previewClosing.handler(({ context: { core }, input }) => previewClosing(core, input)),
  close: year.close.handler(({ context: { core, person }, input, signal }) =>
    streamProgress(core, signal, (work) => closeForAll(core, person, input, work)),
  ),
  closings: year.closings.handler(({ context: { core } }) => listClosings(core)),
  freedFamilies: year.freedFamilies.handler(({ context: { core }, input }) => freedFamilies(core, input)),
  freedFamiliesFile: year.freedFamiliesFile.handler(({ context: { core }, input }) => freedFamiliesFile(core, input)),
  reopen: year.reopen.handler(({ context: { core, person }, input, signal }) =>
    streamProgress(core, signal, (work) => reopenForAll(core, person, input, work)),
  ),
})
