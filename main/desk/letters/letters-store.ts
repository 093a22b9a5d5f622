import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import type { LetterFacts } from '../../../shared/rules/templates/letter.ts'
import type { LetterKind } from '../../../shared/rules/templates/template-kinds.ts'
import { committedSql } from '../../store/acts/committed.ts'
import type { Store } from '../../store/store.ts'

export type RegistrationRow = {
  readonly id: number
  readonly childId: number
  readonly firstName: string
  readonly period: string
  readonly state: string
  readonly from: Day
  readonly until: Day
  readonly week: readonly { readonly weekday: number; readonly slot: string }[]
}

/** Accepted registrations of a home that are not over, by first day. @param id only this registration */
export const registrationsOf = (store: Store, familyId: number, on: Day, id: number | null): RegistrationRow[] =>
  store
    .statement(
      `select own.id, own.child_id as childId, child.first_name as firstName, period.name as period, own.state,
        own.start_day as "from", own.end_day as until,
        (select json_group_array(json_object('weekday', week.value ->> 'weekday', 'slot', slot.name) order by slot.start)
          from json_each(own.typical_week) week join slot on slot.id = week.value ->> 'slotId') as week
      from registration own join period on period.id = own.period_id join child on child.id = own.child_id
      where own.family_id = :family and (own.id = :id or :id is null and own.state = 'accepted' and own.end_day >= :on)
        and ${committedSql('own.act_id')}
      order by own.start_day, own.id`,
    )
    .all({ family: familyId, on, id })
    .map((row) => {
      const { week, ...rest } = row as Omit<RegistrationRow, 'week'> & { readonly week: string }
      return { ...rest, week: JSON.parse(week) as RegistrationRow['week'] }
    })

export type StoredLetter = {
  readonly id: number
  readonly kind: LetterKind
  readonly templateVersionId: number | null
  readonly familyId: number
  readonly subject: string
  readonly by: 'print' | 'mail'
  readonly madeOn: Day
  readonly author: string
  readonly paper: LetterFacts
}

const lettersSql = `select letter.id, letter.kind, template_version_id as templateVersionId, family_id as familyId, subject, by, made_on as madeOn, act.actor_name as author, paper
  from letter join act on act.id = letter.act_id where ${committedSql('letter.act_id')}`

const readLetters = (rows: readonly unknown[]): StoredLetter[] =>
  (rows as (Omit<StoredLetter, 'paper'> & { readonly paper: string })[]).map(({ paper, ...row }) => ({
    ...row,
    paper: JSON.parse(paper) as LetterFacts,
  }))

/** The letters made to these homes since an instant, each with the instant at which it was made. */
export const lettersSince = (
  store: Store,
  { familyId, since }: { readonly familyId: number; readonly since: Instant },
) =>
  (
    store
      .statement(
        `select guardian_id as guardianId, template_version_id as templateVersionId, subject, by, paper, act.started_at as at
        from letter join act on act.id = letter.act_id
        where family_id = ? and act.started_at >= ? and ${committedSql('letter.act_id')}`,
      )
      .all(familyId, since) as (Pick<StoredLetter, 'subject' | 'by'> & {
      readonly guardianId: number | null
      readonly templateVersionId: number | null
      readonly paper: string
      readonly at: Instant
    })[]
  ).map(({ paper, ...row }) => ({ ...row, paper: JSON.parse(paper) as LetterFacts }))

/** The letters of a home, newest first. */
export const lettersOfFamily = (store: Store, familyId: number): StoredLetter[] =>
  readLetters(store.statement(`${lettersSql} and family_id = ? order by letter.id desc`).all(familyId))

export const letterById = (store: Store, id: number): StoredLetter | undefined =>
  readLetters(store.statement(`${lettersSql} and letter.id = ?`).all(id))[0]

export const printedOfAct = (store: Store, actId: number): StoredLetter[] =>
  readLetters(store.statement(`${lettersSql} and letter.act_id = ? and by = 'print' order by letter.id`).all(actId))

/** Whether another act has made the same letter for one of these homes since this act began. */
export const hasOtherLetters = (store: Store, actId: number): boolean =>
  store
    .statement(
      `select 1 from letter own join letter other on other.family_id = own.family_id and other.act_id > own.act_id
        and other.subject = own.subject and other.template_version_id is own.template_version_id
      where own.act_id = ? and ${committedSql('other.act_id')} limit 1`,
    )
    .get(actId) !== undefined

/** The last acts that made letters to several homes, newest first. */
export const lastRuns = (store: Store) =>
  store
    .statement(
      `select letter.act_id as actId, letter.kind, template_version_id as templateVersionId, subject, made_on as madeOn, act.actor_name as author,
        count(*) filter (where by = 'print') as printed, count(*) filter (where by = 'mail') as mailed
      from letter join act on act.id = letter.act_id where ${committedSql('letter.act_id')}
      group by letter.act_id having count(*) > 1 order by letter.act_id desc limit 10`,
    )
    .all() as {
    actId: number
    kind: LetterKind
    templateVersionId: number | null
    subject: string
    madeOn: Day
    author: string
    printed: number
    mailed: number
  }[]
