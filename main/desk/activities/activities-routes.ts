import { os } from '../staff/procedures.ts'
import {
  changeCapacity,
  endSlot,
  firstOpenDay,
  getActivity,
  getPeriod,
  joinActivities,
  listActivities,
  listOpenings,
  listPeriods,
  listTypes,
  nearestOpenDays,
  openDay,
  previewJoining,
  previewPeriod,
  removeType,
  saveActivity,
  savePeriod,
  saveType,
} from './activities.ts'

export const activitiesRoutes = os.activities.router({
  types: os.activities.types.handler(({ context: { core } }) => listTypes(core)),
  saveType: os.activities.saveType.handler(({ context: { core, person }, input }) => saveType(core, person, input)),
  removeType: os.activities.removeType.handler(({ context: { core, person }, input }) =>
    removeType(core, person, input.id),
  ),
  list: os.activities.list.handler(({ context: { core } }) => listActivities(core)),
  get: os.activities.get.handler(({ context: { core }, input }) => getActivity(core, input.id)),
  save: os.activities.save.handler(({ context: { core, person }, input }) => saveActivity(core, person, input)),
  previewJoining: os.activities.previewJoining.handler(({ context: { core }, input }) => previewJoining(core, input)),
  join: os.activities.join.handler(({ context: { core, person }, input }) =>
    getActivity(core, joinActivities(core, person, input)),
  ),
  endSlot: os.activities.endSlot.handler(({ context: { core, person }, input }) => endSlot(core, person, input)),
  periods: os.activities.periods.handler(({ context: { core }, input }) => listPeriods(core, input)),
  period: os.activities.period.handler(({ context: { core }, input }) => getPeriod(core, input.id)),
  previewPeriod: os.activities.previewPeriod.handler(({ context: { core }, input }) => previewPeriod(core, input)),
  savePeriod: os.activities.savePeriod.handler(({ context: { core, person }, input }) =>
    savePeriod(core, person, input),
  ),
  openings: os.activities.openings.handler(({ context: { core }, input }) => listOpenings(core, input)),
  nearestOpenDays: os.activities.nearestOpenDays.handler(({ context: { core }, input }) =>
    nearestOpenDays(core, input.day),
  ),
  firstOpenDay: os.activities.firstOpenDay.handler(({ context: { core }, input }) => firstOpenDay(core, input)),
  changeCapacity: os.activities.changeCapacity.handler(({ context: { core, person }, input }) =>
    changeCapacity(core, person, input),
  ),
  openDay: os.activities.openDay.handler(({ context: { core, person }, input }) => openDay(core, person, input)),
})
