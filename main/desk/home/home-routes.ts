import { os } from '../procedures.ts'
import { actsAbout } from './home-store.ts'
import { search } from './search.ts'

export const homeRoutes = os.home.router({
  search: os.home.search.handler(({ context: { core, person }, input }) => search(core, person, input.text)),
  story: os.home.story.handler(({ context: { core }, input }) => actsAbout(core.store, input.familyId, input.count)),
})
