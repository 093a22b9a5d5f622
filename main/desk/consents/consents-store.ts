import { asc, eq } from 'drizzle-orm'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { ConsentAnswer, ConsentKind, ConsentQuestion } from '../../../shared/rules/dossier/consent.ts'
import { consentQuestion, consentText } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'

export type QuestionRow = Omit<typeof consentQuestion.$inferSelect, 'actId'> & ConsentQuestion

/** Every question with its texts, oldest text first. Questions are sorted by kind, then by age. */
export const questionsIn = ({ db }: Store): QuestionRow[] => {
  const texts = Map.groupBy(
    db.select().from(consentText).orderBy(asc(consentText.version)).all(),
    ({ questionId }) => questionId,
  )
  return db
    .select()
    .from(consentQuestion)
    .orderBy(asc(consentQuestion.id))
    .all()
    .map(({ id: questionId, kind, title, asksAll, leastAge, archived }) => ({
      id: questionId,
      kind,
      title,
      asksAll,
      leastAge,
      archived,
      texts: (texts.get(questionId) ?? []).map(({ id, version, text, fromDay, formerUntil }) => ({
        id,
        version,
        text,
        fromDay,
        formerUntil,
      })),
    }))
}

export const textRow = ({ db }: Store, id: number) => db.select().from(consentText).where(eq(consentText.id, id)).get()

export const answerCount = (store: Store, textId: number): number =>
  store.statement('select count(*) from consent_answer where consent_text_id = ?').pluck().get(textId) as number

export type AnswerRow = {
  readonly childId: number
  readonly guardianId: number
  readonly textId: number
  readonly answer: ConsentAnswer
  readonly on: Day
  readonly isFromPortal: 0 | 1
}

/**
 * All answers for these children, by the moment at which they were given: an answer given on the portal may reach the
 * desk after staff recorded a later one.
 */
export const answersOf = (store: Store, childIds: readonly number[]): AnswerRow[] =>
  store
    .statement(
      `select child_id childId, guardian_id guardianId, consent_text_id textId, answer, answered_on "on",
        entry_id is not null isFromPortal
      from json_each(?) wanted cross join consent_answer answer on answer.child_id = wanted.value
      order by answered_on, answered_at, answer.id`,
    )
    .all(JSON.stringify(childIds)) as AnswerRow[]

export const birthsOf = (store: Store, childIds: readonly number[]): { id: number; birthDay: Day }[] =>
  store
    .statement('select id, birth_day birthDay from child where id in (select value from json_each(?))')
    .all(JSON.stringify(childIds)) as { id: number; birthDay: Day }[]

export const isCollected = (store: Store, entryId: string): boolean =>
  store.statement('select 1 from consent_answer where entry_id = ?').get(entryId) !== undefined

type NamedAnswer = {
  readonly child: string
  readonly guardian: string
  readonly kind: ConsentKind
  readonly title: string
  readonly version: number
  readonly text: string
  readonly answer: ConsentAnswer
  readonly on: Day
  readonly isFromPortal: 0 | 1
}

/** Every answer ever given for the children of a home, for the copy of its data. */
export const namedAnswers = (store: Store, familyId: number): NamedAnswer[] =>
  store
    .statement(
      `select child.first_name child, guardian.first_name || ' ' || guardian.last_name guardian, question.kind, question.title,
        consent_text.version, consent_text.text, answer.answer, answered_on "on", entry_id is not null isFromPortal
      from family_child link cross join consent_answer answer on answer.child_id = link.child_id
      join child on child.id = answer.child_id join guardian on guardian.id = answer.guardian_id
      join consent_text on consent_text.id = answer.consent_text_id
      join consent_question question on question.id = consent_text.question_id
      where link.family_id = ? order by child.id, question.id, answered_on, answered_at, answer.id`,
    )
    .all(familyId) as NamedAnswer[]
