import { os } from '../staff/procedures.ts'
import {
  alertsOfChildren,
  listColleagues,
  listNotesOfFamily,
  listOwnTasks,
  removeNote,
  saveNote,
  tickNote,
} from './notes.ts'

const { notes } = os

export const notesRoutes = notes.router({
  ofFamily: notes.ofFamily.handler(({ context: { core, person }, input }) =>
    listNotesOfFamily(core, person, input.familyId),
  ),
  alerts: notes.alerts.handler(({ context: { core, person }, input }) =>
    alertsOfChildren(core, person, input.childIds),
  ),
  mine: notes.mine.handler(({ context: { core, person } }) => listOwnTasks(core, person)),
  people: notes.people.handler(({ context: { core } }) => listColleagues(core)),
  save: notes.save.handler(({ context: { core, person }, input }) => saveNote(core, person, input)),
  tick: notes.tick.handler(({ context: { core, person }, input }) => tickNote(core, person, input)),
  remove: notes.remove.handler(({ context: { core, person }, input }) => removeNote(core, person, input.id)),
})
