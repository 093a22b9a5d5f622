import * as z from 'zod'
import type { Day } from '../../../rules/calendar/day.ts'
import { consentAnswers, consentKinds } from '../../../rules/dossier/consent.ts'
import { DayText, Id, Note, procedure, RequiredLine } from '../../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')

export const ConsentTextShown = z.object({
  id: Id,
  version: z.int(),
  text: z.string(),
  fromDay: DayOut,
  formerUntil: DayOut.nullable(),
  /** The number of answers: the text can only change while it has none. */
  answers: z.int(),
})

export const ConsentQuestionShown = z.object({
  id: Id,
  kind: z.enum(consentKinds),
  title: z.string(),
  asksAll: z.boolean(),
  leastAge: z.int().nullable(),
  archived: z.boolean(),
  /** The first version first. */
  texts: z.array(ConsentTextShown),
})
export type ConsentQuestionShown = z.infer<typeof ConsentQuestionShown>

const QuestionInput = z.object({
  title: RequiredLine,
  asksAll: z.boolean(),
  leastAge: z.int().min(1, 'Un âge, en années.').max(17, 'Un âge, en années.').nullable(),
})

const TextInput = z.object({
  text: Note.refine((text) => text !== '', 'Écrivez le texte que les responsables lisent.'),
  fromDay: DayText,
  /** The last day on which answers to the former text hold; null when none do. */
  formerUntil: DayText.nullable(),
})

/** A question about a child, with the answer of each person who holds authority. */
export const ChildConsent = z.object({
  questionId: Id,
  kind: z.enum(consentKinds),
  title: z.string(),
  asksAll: z.boolean(),
  textId: Id,
  version: z.int(),
  text: z.string(),
  state: z.enum(['waiting', ...consentAnswers]),
  /** What the answer changes for the team; empty for a question that the town added. */
  effect: z.string(),
  holders: z.array(
    z.object({
      guardianId: Id,
      name: z.string(),
      /** Null before an answer. */
      answer: z.enum(consentAnswers).nullable(),
      on: DayOut.nullable(),
      /** The answer is to a former text, and holds for a while. */
      isFormer: z.boolean(),
      /** The service waits for this person's answer. */
      isAwaited: z.boolean(),
      isFromPortal: z.boolean(),
    }),
  ),
})
export type ChildConsent = z.infer<typeof ChildConsent>

/** « Autorisations »: the questions of the service to those who hold authority for a child. */
export const consents = {
  questions: procedure('activities.read').output(z.array(ConsentQuestionShown)),
  addQuestion: procedure('consentTexts')
    .input(QuestionInput.extend({ kind: z.enum(consentKinds), first: TextInput.omit({ formerUntil: true }) }))
    .output(z.object({ id: Id })),
  changeQuestion: procedure('consentTexts').input(QuestionInput.extend({ id: Id, archived: z.boolean() })),
  /** Adds a version of the text: from its day on, everybody is asked again. */
  addText: procedure('consentTexts').input(TextInput.extend({ questionId: Id })),
  /** Corrects a text that has no answer. */
  changeText: procedure('consentTexts').input(TextInput.extend({ id: Id })),
  /** Removes the last text of a question, when it has no answer. */
  removeText: procedure('consentTexts').input(z.object({ id: Id })),
  ofChild: procedure('consents')
    .input(z.object({ childId: Id }))
    .output(z.array(ChildConsent)),
  /** Records what a guardian answered on paper or at the counter. */
  answer: procedure('consents').input(
    z.object({ childId: Id, guardianId: Id, textId: Id, answer: z.enum(consentAnswers), on: DayText }),
  ),
}
