import { historyOfFamily } from '../history/history.ts'
import { os } from '../staff/procedures.ts'
import { readFirstDay } from './first-day.ts'
import { search } from './search.ts'
import { readToday } from './today.ts'

export const homeRoutes = os.home.router({
  today: os.home.today.handler(({ context: { core, person } }) => readToday(core, person)),
  search: os.home.search.handler(({ context: { core, person }, input }) => search(core, person, input.text)),
  firstDay: os.home.firstDay.handler(({ context: { core } }) => readFirstDay(core)),
  story: os.home.story.handler(({ context: { core, person }, input }) => historyOfFamily(core, person, input)),
})
