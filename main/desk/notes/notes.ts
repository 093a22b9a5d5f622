import type { NoteInput, NoteShown } from '../../../shared/contract/desk/people/notes.ts'
import { may, roleNeeded, serviceRoles } from '../../../shared/rules/access/roles.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import { isAlert, seesNote, taskState } from '../../../shared/rules/people/note.ts'
import { limitedTo } from '../../store/limited/limited-store.ts'
import { note } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { requireChild, requireFamily } from '../families/families.ts'
import { personOf } from '../staff/staff.ts'
import {
  alertsOf,
  colleagues,
  type NoteRow,
  noteOf,
  notesOfHome,
  notesWrittenBy,
  removedNote,
  tasksOf,
} from './notes-store.ts'

const staffIdOf = (person: Person): number => (person.kind === 'staff' ? person.staffId : 0)

const sees = (person: Person, row: Pick<NoteRow, 'seenBy' | 'assigneeId'>): boolean =>
  seesNote({ roles: person.roles, staffId: staffIdOf(person) }, row)

/**
 * Who may edit the records of a home or a child may write notes about them; a task about nobody may be written by
 * whoever sees it.
 */
const mayWrite = ({ roles }: Person, { familyId, childId }: Pick<NoteRow, 'familyId' | 'childId'>): boolean =>
  (familyId === null && childId === null) || may(roles, 'families.write')

const shown = (person: Person, row: NoteRow, on: Day): NoteShown => ({
  ...row,
  seenBy: serviceRoles.filter((role) => row.seenBy.includes(role)),
  isAlert: isAlert(row, on),
  state: taskState(row, on),
  mayWrite: mayWrite(person, row),
})

const order = (one: NoteShown): number => {
  if (one.isAlert) return 0
  return one.state === 'done' ? 2 : 1
}

export const listNotesOfFamily = ({ store, clock }: Core, person: Person, familyId: number): NoteShown[] =>
  notesOfHome(store, familyId)
    .filter((row) => sees(person, row))
    .map((row) => shown(person, row, today(clock)))
    .toSorted((one, other) => order(one) - order(other))

export const alertsOfChildren = (
  { store, clock }: Core,
  person: Person,
  childIds: readonly number[],
  on: Day = today(clock),
): { childId: number; text: string }[] =>
  alertsOf(store, childIds)
    .filter((row) => sees(person, row) && isAlert(row, on))
    .map(({ of: childId, text }) => ({ childId, text }))

export const listOwnTasks = ({ store, clock }: Core, person: Person): NoteShown[] =>
  tasksOf(store, staffIdOf(person)).map((row) => shown(person, row, today(clock)))

export const listColleagues = ({ store }: Core) => colleagues(store)

const goneText = 'Cette note n’existe plus.'

const requireNote = (store: Store, person: Person, id: number): NoteRow => {
  const row = noteOf(store, id)
  if (!row || !sees(person, row)) throw new Refused(goneText)
  return row
}

export const saveNote = ({ store, clock }: Core, person: Person, { id, ...values }: NoteInput): { id: number } => {
  const { familyId, childId, alertUntil, assigneeId, dueOn } = values
  if (familyId !== null && childId !== null) throw new Refused('Une note est sur la famille ou sur un enfant.')
  if (!mayWrite(person, values)) throw new Refused(roleNeeded('families.write'))
  const about = familyId === null ? childId && requireChild(store, childId) : requireFamily(store, familyId)
  const on = today(clock)
  const old = id === undefined ? null : requireNote(store, person, id)
  if (old && (old.familyId !== familyId || old.childId !== childId))
    throw new Refused('Une note reste où elle a été écrite.')
  if (!about && alertUntil !== null) throw new Refused('Une alerte est sur une famille ou sur un enfant.', 'alertUntil')
  if (!about && dueOn === null) throw new Refused('Choisissez le jour où c’est à faire.', 'dueOn')
  if (alertUntil !== null && alertUntil < on && alertUntil !== old?.alertUntil)
    throw new Refused('Ce jour est passé\u00a0: l’alerte ne serait jamais vue.', 'alertUntil')
  if (assigneeId === null && dueOn !== null) throw new Refused('Choisissez qui doit le faire.', 'assigneeId')
  if (assigneeId !== null && dueOn === null) throw new Refused('Choisissez le jour où c’est à faire.', 'dueOn')
  if (assigneeId !== null && assigneeId !== old?.assigneeId && !colleagues(store).some((one) => one.id === assigneeId))
    throw new Refused('Cet agent n’est plus là\u00a0: choisissez-en un autre.', 'assigneeId')
  if (about && assigneeId !== null && assigneeId !== old?.assigneeId) refuseBlind(store, assigneeId, values)
  const label = about ? ('name' in about ? `famille ${about.name}` : `${about.firstName} ${about.lastName}`) : 'à faire'
  return store.act(person, id === undefined ? 'notes.add' : 'notes.change', `Note\u00a0: ${label}`, (write) => {
    if (id === undefined) return { id: write.insert(note, values).id }
    // A note that is no longer a task loses its « done » mark.
    write.update(note, id, { ...values, ...(dueOn === null && { doneOn: null }) })
    return { id }
  })
}

/** @throws Refused for a colleague of other sites, who would never see a task about this home or child */
const refuseBlind = (
  store: Store,
  staffId: number,
  { familyId, childId }: Pick<NoteRow, 'familyId' | 'childId'>,
): void => {
  const colleague = personOf(store, staffId)
  if (!colleague?.sites) return
  const { limits } = limitedTo(store.whole ?? store, { staffId, sites: colleague.sites })
  const sees = familyId === null ? limits?.sees('child', childId ?? 0) : limits?.sees('family', familyId)
  if (sees === false)
    throw new Refused(
      `${colleague.name} ne voit pas cette famille, qui ne vient à aucun de ses sites\u00a0: choisissez un autre agent.`,
      'assigneeId',
    )
}

export const tickNote = (
  { store, clock }: Core,
  person: Person,
  { id, done }: { readonly id: number; readonly done: boolean },
): void => {
  const row = requireNote(store, person, id)
  if (row.dueOn === null) throw new Refused('Cette note n’est pas à faire.')
  if (row.assigneeId !== staffIdOf(person) && !mayWrite(person, row)) throw new Refused(roleNeeded('families.write'))
  const about = row.about === '' ? 'à faire' : row.about
  store.act(person, 'notes.tick', `${done ? 'Fait' : 'À refaire'}\u00a0: ${about}`, (write) =>
    write.update(note, id, { doneOn: done ? today(clock) : null }),
  )
}

export const removeNote = ({ store }: Core, person: Person, id: number): void => {
  const row = requireNote(store, person, id)
  if (!mayWrite(person, row)) throw new Refused(roleNeeded('families.write'))
  store.act(person, 'notes.remove', `Note retirée\u00a0: ${row.about === '' ? 'à faire' : row.about}`, (write) =>
    write.remove(note, id),
  )
}

// ---- What others ask

/** Whether a history may show a note to this person. */
export const seesNoteRow = (store: Store, person: Person, id: number | null): boolean => {
  const row = id === null ? undefined : (noteOf(store, id) ?? removedNote(store, id))
  return row !== undefined && sees(person, row)
}

/**
 * Why this person may not undo an act on notes: they must see each note, and have ticked it or be allowed to write it.
 * Null when they may.
 */
export const whyNotUndoNotes = (store: Store, person: Person, { actId, kind }: { actId: number; kind: string }) => {
  const ids = notesWrittenBy(store, actId)
  if (!ids.every((id) => seesNoteRow(store, person, id))) return goneText
  return kind === 'notes.tick' || ids.every((id) => mayWrite(person, noteOf(store, id) ?? { familyId: 0, childId: 0 }))
    ? null
    : roleNeeded('families.write')
}
