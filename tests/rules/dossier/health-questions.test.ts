import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import {
  type DeclaredHealth,
  declaredFields,
  diets,
  type Health,
  noHealth,
  withDeclaredHealth,
} from '../../../shared/rules/dossier/health.ts'
import {
  answersKnown,
  answersPassed,
  answersResumed,
  answersToKeep,
  choiceOf,
  declaredBy,
  healthQuestions,
  isChangedSince,
  lackingInAnswers,
  questionsChanged,
  questionsOf,
  type TypedAnswers,
  unanswered,
  wrongAnswers,
} from '../../../shared/rules/dossier/health-questions.ts'

const known: Health = {
  ...noHealth,
  allergies: 'Arachides.',
  treatment: 'Ventoline.',
  prescriptionOn: day('2026-09-04'),
  doctor: 'Dr Leroux',
}

it('known answers sent back unchanged declare nothing', () => {
  const text = fc.string().map((typed) => typed.trim())
  const on = fc.constantFrom(null, day('2026-09-04'), day('2027-02-28'))
  const record = fc.record({
    ...Object.fromEntries(
      ['allergies', 'history', 'recommendations', 'doctor', 'insurer', 'insuranceContract'].map((field) => [
        field,
        text,
      ]),
    ),
    diet: fc.constantFrom(...diets),
    treatment: fc.constant('Ventoline.'),
    pai: fc.constant('Adrénaline.'),
    prescriptionOn: on,
    paiUntil: on,
    insuranceUntil: on,
  })
  fc.assert(
    fc.property(record, (some) => {
      const shown = { ...noHealth, ...some } as Health
      const answers = answersKnown(shown)
      expect(unanswered(answers, true)).toEqual([])
      expect(declaredFields(declaredBy(answers, shown, true))).toEqual([])
    }),
  )
})

it('a record that says nothing answers no question, a « non » known is shown as one', () => {
  expect(answersKnown(noHealth)).toEqual({})
  expect(unanswered({}, true)).toEqual(healthQuestions)
  expect(answersKnown(known)).toMatchObject({ 'history?': 'non', 'allergies?': 'oui', prescriptionOn: '04/09/2026' })
})

it.each<[string, TypedAnswers, Partial<DeclaredHealth>, string[]]>([
  ['one correction', { allergies: 'Guêpes.' }, { allergies: 'Guêpes.' }, ['allergies']],
  ['a « non »', { 'allergies?': 'non' }, { allergies: '' }, ['allergies']],
  ['a treatment that ended', { 'treatment?': 'non' }, { treatment: '', prescriptionOn: null }, ['treatment']],
  ['another day', { prescriptionOn: '5/10/2026' }, { prescriptionOn: day('2026-10-05') }, ['treatment']],
  ['a diet', { diet: 'sans porc' }, { diet: 'sans porc' }, ['diet']],
  ['nothing', {}, {}, []],
])('%s is told alone', (_, typed, told, changed) => {
  const found = declaredBy({ ...answersKnown(known), ...typed }, known, true)
  expect(found).toEqual({ allergies: null, diet: null, pai: null, doctor: null, ...told })
  expect(questionsChanged(found)).toEqual(changed)
})

it('when no record was shown, all answers are declared, and nothing else', () => {
  const answers = { 'allergies?': 'non', 'pai?': 'oui', pai: ' Adrénaline. ', diet: '', doctor: ' ' }
  expect(declaredBy(answers, null, true)).toEqual({ allergies: '', diet: '', pai: 'Adrénaline.', doctor: null })
})

it('a parent who goes through every page without an answer declares nothing, and no page chooses a diet', () => {
  for (const asksWhole of [true, false]) {
    const blank = questionsOf(asksWhole).reduce<TypedAnswers>(
      (answers, question) => answersPassed(question, answers, asksWhole),
      {},
    )
    expect(declaredFields(declaredBy(blank, null, asksWhole))).toEqual([])
    expect(unanswered(blank, asksWhole)).toContain('diet')
  }
  expect(answersPassed('doctor', { doctor: 'Dr Lune' }, true)).toEqual({ doctor: 'Dr Lune' })
})

it('a treatment that ended takes its prescription along, as a care plan its end', () => {
  const ended = withDeclaredHealth(known, { allergies: null, diet: null, pai: null, doctor: null, treatment: '' })
  expect(ended).toMatchObject({ treatment: '', prescriptionOn: null, allergies: 'Arachides.' })
})

it('an incomplete answer says what is missing', () => {
  expect(wrongAnswers('allergies', {}, true)).toEqual({ [choiceOf('allergies')]: 'Répondez par oui ou par non.' })
  expect(wrongAnswers('allergies', { 'allergies?': 'oui', allergies: ' ' }, true)).toHaveProperty('allergies')
  expect(wrongAnswers('allergies', { 'allergies?': 'non', allergies: ' ' }, true)).toEqual({})
  expect(wrongAnswers('insurance', { insuranceUntil: '31/02/2027' }, true)).toHaveProperty('insuranceUntil')
  expect(wrongAnswers('insurance', {}, true)).toEqual({})
  expect(wrongAnswers('diet', { diet: 'halal' }, true)).toEqual({ diet: 'Choisissez une réponse.' })
})

const lacking = (answers: TypedAnswers, record: Health | null) =>
  lackingInAnswers(answers, record, true, day('2026-11-30')).map(({ field }) => field)

it('the record that answers would make lacks a doctor, and an insurance of which only the end is told', () => {
  const answers = { doctor: '', insuranceUntil: '31/08/2027' }
  expect(lacking({ ...answersKnown(known), ...answers }, known)).toEqual(['doctor', 'insurer'])
  // Of a record that is not shown, only what was answered is known to lack something.
  expect(lacking({ insuranceUntil: '31/08/2027' }, null)).toEqual(['insurer'])
  expect(lacking({}, null)).toEqual([])
})

it('an earlier desk is sent only the fields that it reads', () => {
  expect(questionsOf(false)).toEqual(['allergies', 'diet', 'pai', 'doctor'])
  const answers = { ...answersKnown(known), 'pai?': 'oui', pai: 'Adrénaline.', paiUntil: '31/08/2027', insurer: 'MAE' }
  expect(declaredFields(declaredBy(answers, known, false))).toEqual(['pai'])
})

describe('answers that are kept', () => {
  const before = answersKnown(known)

  it('are those that differ, and correct the record of that day and no other', () => {
    expect(answersToKeep(before, before, 'm')).toBeNull()
    const kept = answersToKeep({ ...before, doctor: 'Dr Lune' }, before, 'm') ?? {}
    expect(isChangedSince(kept, 'm')).toBe(false)
    const changed: Health = { ...known, allergies: 'Arachides, noix.' }
    expect(isChangedSince(kept, 'n')).toBe(true)
    const told = declaredBy(answersResumed(kept, answersKnown(changed)), changed, true)
    expect(declaredFields(told)).toEqual(['doctor'])
  })

  it('given before the record was shown, empty nothing by a question passed over', () => {
    const kept = answersToKeep({ 'history?': 'non', doctor: '', diet: '' }, {}) ?? {}
    expect(isChangedSince(kept, 'm')).toBe(false)
    expect(declaredFields(declaredBy(answersResumed(kept, before), known, true))).toEqual([])
  })

  it('to a question no longer asked declare nothing', () => {
    const kept = { 'vision?': 'oui', vision: 'Lunettes.', treatment: 'Ventoline, 2 bouffées.' }
    expect(declaredFields(declaredBy(answersResumed(kept, before), known, false))).toEqual([])
  })
})
