import type { Day } from '../calendar/day.ts'
import { notADayText, numericDay, typedDay } from '../text/french.ts'
import {
  type DeclarableField,
  type DeclaredHealth,
  type Diet,
  declarableFields,
  declaredFields,
  diets,
  firstFields,
  type Health,
  lackingInHealth,
  noHealth,
  withDeclaredHealth,
} from './health.ts'

/** The questions about a child's health on the portal, in the order in which they are asked, one on each page. */
export const healthQuestions = [
  'allergies',
  'treatment',
  'history',
  'diet',
  'pai',
  'recommendations',
  'doctor',
  'insurance',
] as const
export type HealthQuestion = (typeof healthQuestions)[number]

/** The fields that a question asks for; for a yes-or-no question, the first one is filled on yes. */
const fieldsOf: Readonly<Record<HealthQuestion, readonly DeclarableField[]>> = {
  allergies: ['allergies'],
  treatment: ['treatment', 'prescriptionOn'],
  history: ['history'],
  diet: ['diet'],
  pai: ['pai', 'paiUntil'],
  recommendations: ['recommendations'],
  doctor: ['doctor'],
  insurance: ['insurer', 'insuranceContract', 'insuranceUntil'],
}

const dayFields = ['prescriptionOn', 'paiUntil', 'insuranceUntil'] as const
const isDayField = (field: DeclarableField): field is (typeof dayFields)[number] =>
  dayFields.some((one) => one === field)

export const isYesOrNo = (question: HealthQuestion): boolean =>
  question !== 'diet' && question !== 'doctor' && question !== 'insurance'

/** The questions whose answers the desk can read: a desk of an earlier version reads four fields only. */
export const questionsOf = (asksWholeRecord: boolean): readonly HealthQuestion[] =>
  asksWholeRecord
    ? healthQuestions
    : healthQuestions.filter((question) => firstFields.some((field) => fieldsOf[question].includes(field)))

/** The fields of a question that the desk can read. */
export const fieldsAsked = (question: HealthQuestion, asksWholeRecord: boolean): readonly DeclarableField[] =>
  asksWholeRecord
    ? fieldsOf[question]
    : fieldsOf[question].filter((field) => firstFields.some((first) => first === field))

/**
 * Answers as they are typed: a day as « 04/12/2026 », and under the key of a yes-or-no question « oui » or « non ». An
 * unanswered question has no key.
 */
export type TypedAnswers = Readonly<Partial<Record<string, string>>>

/** The key of a yes or no. */
export const choiceOf = (question: HealthQuestion): string => `${question}?`

type Known = Pick<Health, DeclarableField>

const textOf = (record: Known, field: DeclarableField): string => {
  const value = record[field]
  return value === null ? '' : isDayField(field) ? numericDay(value as NonNullable<Health['paiUntil']>) : value
}

/** Whether a record is entirely empty: its answers are then unknown, not « non ». */
export const saysNothing = (record: Known): boolean => declarableFields.every((field) => textOf(record, field) === '')

/** What the service knows, as answers that the parent may correct. */
export const answersKnown = (record: Known): TypedAnswers => {
  if (saysNothing(record)) return {}
  return Object.fromEntries(
    healthQuestions.flatMap((question) => {
      const [main] = fieldsOf[question]
      const texts = fieldsOf[question].map((field): [string, string] => [field, textOf(record, field)])
      return isYesOrNo(question) && main
        ? [[choiceOf(question), textOf(record, main) === '' ? 'non' : 'oui'], ...texts]
        : texts
    }),
  )
}

/** The key under which saved answers name the record that they correct. */
const markKey = 'mark'

/**
 * What is saved of unfinished answers: those that differ from the record, with the record's mark, so that a change made
 * by the desk meanwhile is not sent back as it was. Null when nothing differs.
 */
export const answersToKeep = (answers: TypedAnswers, before: TypedAnswers, mark?: string): TypedAnswers | null => {
  const typed = Object.entries(answers).filter(([key, text]) => text !== before[key])
  return typed.length === 0 ? null : Object.fromEntries(mark === undefined ? typed : [[markKey, mark], ...typed])
}

/**
 * Saved answers on top of what is known now. When the record was not shown, an empty answer means that the question was
 * skipped, and empties nothing.
 */
export const answersResumed = (kept: TypedAnswers, before: TypedAnswers): TypedAnswers => {
  const { [markKey]: mark, ...typed } = kept
  const isPassed = ([key, text]: [string, string | undefined]) =>
    mark === undefined && text === '' && (before[key] ?? '') !== '' && key !== 'diet'
  return { ...before, ...Object.fromEntries(Object.entries(typed).filter((answer) => !isPassed(answer))) }
}

/** Whether the record has changed since the answers were saved. */
export const isChangedSince = (kept: TypedAnswers, mark: string): boolean =>
  kept[markKey] !== undefined && kept[markKey] !== mark

/** What is wrong with the answers to a question, by their key; empty when they can be accepted. */
export const wrongAnswers = (
  question: HealthQuestion,
  answers: TypedAnswers,
  asksWholeRecord: boolean,
): Readonly<Record<string, string>> => {
  const fields = fieldsAsked(question, asksWholeRecord)
  const choice = answers[choiceOf(question)]
  if (question === 'diet') return isDiet(answers['diet']) ? {} : { diet: 'Choisissez une réponse.' }
  if (isYesOrNo(question) && choice === undefined) return { [choiceOf(question)]: 'Répondez par oui ou par non.' }
  if (choice === 'non') return {}
  const [main] = fields
  return Object.fromEntries(
    fields.flatMap((field): [string, string][] => {
      const typed = (answers[field] ?? '').trim()
      if (typed === '') return isYesOrNo(question) && field === main ? [[field, 'Écrivez-le en quelques mots.']] : []
      return isDayField(field) && typedDay(typed) === null ? [[field, notADayText(typed)]] : []
    }),
  )
}

const isDiet = (typed: string | undefined): typed is Diet => diets.some((diet) => diet === typed)

/** Whether a question has no answer at all. */
export const isLeftOut = (question: HealthQuestion, answers: TypedAnswers): boolean =>
  [choiceOf(question), ...fieldsOf[question]].every((key) => answers[key] === undefined)

/**
 * The answers once the parent goes on from a question. Its texts may be left empty, and are then answered by that; a
 * question to choose an answer from stays unanswered.
 */
export const answersPassed = (
  question: HealthQuestion,
  answers: TypedAnswers,
  asksWholeRecord: boolean,
): TypedAnswers => {
  if (isYesOrNo(question) || question === 'diet' || !isLeftOut(question, answers)) return answers
  return { ...answers, ...Object.fromEntries(fieldsAsked(question, asksWholeRecord).map((field) => [field, ''])) }
}

/** The questions without a valid answer. */
export const unanswered = (answers: TypedAnswers, asksWholeRecord: boolean): HealthQuestion[] =>
  questionsOf(asksWholeRecord).filter(
    (question) =>
      isLeftOut(question, answers) || Object.keys(wrongAnswers(question, answers, asksWholeRecord)).length > 0,
  )

/**
 * What is sent to the service: the differences from the record that was shown or, when none was shown, all answers. A «
 * non » empties its fields.
 */
export const declaredBy = (answers: TypedAnswers, known: Known | null, asksWholeRecord: boolean): DeclaredHealth => {
  const told: Partial<Record<DeclarableField, string | null>> = {}
  for (const question of questionsOf(asksWholeRecord)) {
    const isNo = answers[choiceOf(question)] === 'non'
    for (const field of fieldsAsked(question, asksWholeRecord)) {
      const typed = isNo ? '' : answers[field]?.trim()
      // An empty answer where nothing is known says nothing, except a « non » and an empty diet.
      if (typed === undefined || (typed === '' && known === null && !isNo && field !== 'diet')) continue
      if (known !== null && typed === textOf(known, field)) continue
      // A day alone is never declared empty: it is removed with the field that it belongs to.
      if (isDayField(field)) told[field] = typed === '' ? null : typedDay(typed)
      else told[field] = typed
    }
  }
  return { allergies: null, diet: null, pai: null, doctor: null, ...told } as DeclaredHealth
}

/**
 * What the record would lack with these answers. Of a record that the parent is not shown, only what they answered
 * counts.
 */
export const lackingInAnswers = (
  answers: TypedAnswers,
  known: Health | null,
  asksWholeRecord: boolean,
  on: Day,
): ReturnType<typeof lackingInHealth> => {
  const record = withDeclaredHealth(known ?? noHealth, declaredBy(answers, known, asksWholeRecord))
  return lackingInHealth(record, on).filter(({ field }) => {
    const question = questionsOf(asksWholeRecord).find((one) => fieldsAsked(one, asksWholeRecord).includes(field))
    return question !== undefined && (known !== null || !isLeftOut(question, answers))
  })
}

/** The questions whose answers differ from what the service knows. */
export const questionsChanged = (told: DeclaredHealth): HealthQuestion[] => {
  const fields = declaredFields(told)
  return healthQuestions.filter((question) => fieldsOf[question].some((field) => fields.includes(field)))
}
