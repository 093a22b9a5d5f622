import { note } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'

export type NoteRow = Omit<typeof note.$inferSelect, 'actId'> & {
  readonly about: string
  readonly homeId: number | null
  readonly assignee: string
}

const select = `select note.id, note.family_id familyId, note.child_id childId, text, seen_by seenBy, alert_until alertUntil,
    assignee_id assigneeId, due_on dueOn, done_on doneOn, coalesce(staff_member.name, '') assignee,
    coalesce('famille ' || family.name, child.first_name || ' ' || child.last_name, '') about,
    coalesce(note.family_id, (select min(family_id) from family_child where child_id = note.child_id)) homeId
  from note left join family on family.id = note.family_id left join child on child.id = note.child_id
  left join staff_member on staff_member.id = assignee_id`

const rows = (found: unknown[]): NoteRow[] =>
  (found as (Omit<NoteRow, 'seenBy'> & { readonly seenBy: string })[]).map(({ seenBy, ...row }) => ({
    ...row,
    seenBy: JSON.parse(seenBy) as NoteRow['seenBy'],
  }))

export const notesOfHome = (store: Store, familyId: number): NoteRow[] =>
  rows(
    store
      .statement(
        `${select} where note.family_id = :home
        or note.child_id in (select child_id from family_child where family_id = :home) order by note.id desc`,
      )
      .all({ home: familyId }),
  )

/**
 * Alerts that concern these children: about the child, or about one of its homes. An alert comes once for each child
 * concerned.
 */
export const alertsOf = (store: Store, childIds: readonly number[]): (NoteRow & { readonly of: number })[] =>
  rows(
    store
      .statement(
        `select alert.*, concerned.value as of from json_each(:children) concerned
        join (${select} where alert_until is not null) alert on alert.childId = concerned.value
          or alert.familyId in (select family_id from family_child where child_id = concerned.value)
        order by concerned.value, alert.id`,
      )
      .all({ children: JSON.stringify(childIds) }),
  ) as (NoteRow & { readonly of: number })[]

/** The open tasks of this person, earliest first. */
export const tasksOf = (store: Store, staffId: number): NoteRow[] =>
  rows(store.statement(`${select} where assignee_id = ? and done_on is null order by due_on, note.id`).all(staffId))

export const noteOf = (store: Store, id: number): NoteRow | undefined =>
  rows(store.statement(`${select} where note.id = ?`).all(id))[0]

/** The notes that an act wrote, as they are now, or as they were when removed. */
export const notesWrittenBy = (store: Store, actId: number): number[] =>
  store
    .statement(`select distinct entity_id from audit where act_id = ? and entity = 'note' and entity_id is not null`)
    .pluck()
    .all(actId) as number[]

/** What the last audit row of a removed note says of it; undefined for one that was erased for good. */
export const removedNote = (store: Store, id: number): Pick<NoteRow, 'seenBy' | 'assigneeId'> | undefined => {
  const before = store
    .statement(
      `select before from audit where entity = 'note' and operation = 'remove' and entity_id = ? order by id desc limit 1`,
    )
    .pluck()
    .get(id) as string | undefined
  const values = JSON.parse(before ?? '{}') as Partial<Pick<NoteRow, 'seenBy' | 'assigneeId'>>
  return values.seenBy && { seenBy: values.seenBy, assigneeId: values.assigneeId ?? null }
}

export const colleagues = (store: Store): { id: number; name: string }[] =>
  store.statement('select id, name from staff_member where active order by name').all() as {
    id: number
    name: string
  }[]
