import { os } from '../staff/procedures.ts'
import { compareDoubles, dismissDouble, likelyDoubles, mergeDoubles } from './doubles.ts'

export const doublesRoutes = os.doubles.router({
  list: os.doubles.list.handler(({ context: { core } }) => likelyDoubles(core)),
  compare: os.doubles.compare.handler(({ context: { core, person }, input }) => compareDoubles(core, person, input)),
  merge: os.doubles.merge.handler(({ context: { core, person }, input }) => mergeDoubles(core, person, input)),
  dismiss: os.doubles.dismiss.handler(({ context: { core, person }, input }) => dismissDouble(core, person, input)),
})
