import { os } from '../staff/procedures.ts'
import {
  addQuestion,
  addText,
  changeQuestion,
  changeText,
  consentsOfChild,
  listQuestions,
  recordAnswer,
  removeText,
} from './consents.ts'

const { consents } = os

export const consentsRoutes = consents.router({
  questions: consents.questions.handler(({ context: { core } }) => listQuestions(core)),
  addQuestion: consents.addQuestion.handler(({ context: { core, person }, input }) => addQuestion(core, person, input)),
  changeQuestion: consents.changeQuestion.handler(({ context: { core, person }, input }) =>
    changeQuestion(core, person, input),
  ),
  addText: consents.addText.handler(({ context: { core, person }, input }) => addText(core, person, input)),
  changeText: consents.changeText.handler(({ context: { core, person }, input }) => changeText(core, person, input)),
  removeText: consents.removeText.handler(({ context: { core, person }, input }) => removeText(core, person, input)),
  ofChild: consents.ofChild.handler(({ context: { core }, input }) => consentsOfChild(core, input)),
  answer: consents.answer.handler(({ context: { core, person }, input }) => recordAnswer(core, person, input)),
})
