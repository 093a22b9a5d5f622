import { os } from '../staff/procedures.ts'
import { isDelegate, listDelegates, openInEmergency, removeDelegate, saveDelegate } from './emergency.ts'

const { emergency } = os

export const emergencyRoutes = emergency.router({
  isDelegate: emergency.isDelegate.handler(({ context: { core, person } }) => isDelegate(core, person)),
  open: emergency.open.handler(({ context: { core, person }, input }) => openInEmergency(core, person, input)),
  delegates: emergency.delegates.handler(({ context: { core, person } }) => listDelegates(core, person)),
  saveDelegate: emergency.saveDelegate.handler(({ context: { core, person }, input }) =>
    saveDelegate(core, person, input),
  ),
  removeDelegate: emergency.removeDelegate.handler(({ context: { core, person }, input }) =>
    removeDelegate(core, person, input.id),
  ),
})
