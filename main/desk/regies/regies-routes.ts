import { os } from '../staff/procedures.ts'
import { listRegies, regieChoice, removeHolder, saveHolder, saveRegie } from './regies.ts'

export const regiesRoutes = os.regies.router({
  choice: os.regies.choice.handler(({ context: { core, person } }) => regieChoice(core, person)),
  list: os.regies.list.handler(({ context: { core } }) => listRegies(core)),
  save: os.regies.save.handler(({ context: { core, person }, input }) => saveRegie(core, person, input)),
  saveHolder: os.regies.saveHolder.handler(({ context: { core, person }, input }) => saveHolder(core, person, input)),
  removeHolder: os.regies.removeHolder.handler(({ context: { core, person }, input }) =>
    removeHolder(core, person, input.id),
  ),
})
