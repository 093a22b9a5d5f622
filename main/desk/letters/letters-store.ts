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
  { familyIds, since }: { readonly familyIds: readonly number[]; readonly since: Instant },
) =>
  (
    store
      .statement(
        `select guardian_id as guardianId, template_version_id as templateVersionId, subject, by, paper, act.started_at as at
        from letter join act on act.id = letter.act_id
        where family_id in (select value from json_each(?)) and act.started_at >= ? and ${committedSql('letter.act_id')}`,
      )
      .all(JSON.stringify(familyIds), since) as (Pick<StoredLetter, 'subject' | 'by'> & {
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

export const lettersOfAct = (store: Store, actId: number): StoredLetter[] =>
  readLetters(store.statement(`${lettersSql} and letter.act_id = ? order by letter.id`).all(actId))
