import { os } from '../staff/procedures.ts'
import {
  draftFile,
  letterFile,
  lettersFile,
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
  file: letters.file.handler(({ context: { core, person }, input }) => letterFile(core, person, input.id)),
  run: letters.run.handler(({ context: { core, person }, input }) => lettersFile(core, person, input.actId)),
  preview: letters.preview.handler(({ context: { core, person }, input }) => previewTemplate(core, person, input)),
  previewFile: letters.previewFile.handler(({ context: { core, person }, input }) => previewFile(core, person, input)),
})
