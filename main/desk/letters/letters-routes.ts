import { streamProgress } from '../progress.ts'
import { os } from '../staff/procedures.ts'
import { listRuns, makeForAudience, prepareForAudience } from './audience-letters.ts'
import { letterFile, lettersFile } from './letter-files.ts'
import {
  draftFile,
  listChoices,
  listLetters,
  makeLetters,
  prepareLetters,
  previewFile,
  previewTemplate,
} from './letters.ts'

const { letters } = os

export const lettersRoutes = letters.router({
  choices: letters.choices.handler(({ context: { core, person } }) => listChoices(core, person)),
  ofFamily: letters.ofFamily.handler(({ context: { core, person }, input }) =>
    listLetters(core, person, input.familyId),
  ),
  prepare: letters.prepare.handler(({ context: { core, person }, input }) => prepareLetters(core, person, input)),
  draft: letters.draft.handler(({ context: { core, person }, input }) => draftFile(core, person, input)),
  make: letters.make.handler(({ context: { core, person }, input }) => makeLetters(core, person, input)),
  prepareForAudience: letters.prepareForAudience.handler(({ context: { core, person }, input }) =>
    prepareForAudience(core, person, input),
  ),
  makeForAudience: letters.makeForAudience.handler(({ context: { core, person }, input, signal }) =>
    streamProgress(core, signal, (work) => makeForAudience(core, person, input, work)),
  ),
  runs: letters.runs.handler(({ context: { core, person } }) => listRuns(core, person)),
  file: letters.file.handler(({ context: { core, person }, input }) => letterFile(core, person, input.id)),
  run: letters.run.handler(({ context: { core, person }, input }) => lettersFile(core, person, input.actId)),
  preview: letters.preview.handler(({ context: { core, person }, input }) => previewTemplate(core, person, input)),
  previewFile: letters.previewFile.handler(({ context: { core, person }, input }) => previewFile(core, person, input)),
})
