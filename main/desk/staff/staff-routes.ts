import { os } from '../procedures.ts'
import {
  addMember,
  changeMember,
  changePassword,
  listMembers,
  lock,
  login,
  logout,
  resetPassword,
  sessionState,
  startEmpty,
  unlock,
} from './staff.ts'

export const staffRoutes = os.staff.router({
  session: os.staff.session.handler(({ context: { core, session } }) => sessionState(core, session)),
  login: os.staff.login.handler(({ context: { core, session }, input }) => login(core, session, input)),
  unlock: os.staff.unlock.handler(({ context: { core, session }, input }) => unlock(core, session, input.password)),
  lock: os.staff.lock.handler(({ context: { core, session } }) => lock(core, session)),
  logout: os.staff.logout.handler(({ context: { core, session } }) => logout(core, session)),
  changePassword: os.staff.changePassword.handler(({ context: { core, session, person }, input }) =>
    changePassword(core, session, person, input),
  ),
  startEmpty: os.staff.startEmpty.handler(({ context: { core, session }, input }) => startEmpty(core, session, input)),
  startExample: os.staff.startExample.handler(async ({ context: { core, session } }) => {
    await core.moveToExample()
    return sessionState(core, session)
  }),
  startFromBackup: os.staff.startFromBackup.handler(async ({ context: { core, session }, input }) => {
    await core.startFromBackup(new Uint8Array(await input.file.arrayBuffer()))
    return sessionState(core, session)
  }),
  list: os.staff.list.handler(({ context: { core } }) => listMembers(core)),
  add: os.staff.add.handler(({ context: { core, person }, input }) => addMember(core, person, input)),
  change: os.staff.change.handler(({ context: { core, person }, input }) => changeMember(core, person, input)),
  resetPassword: os.staff.resetPassword.handler(({ context: { core, person }, input }) =>
    resetPassword(core, person, input),
  ),
  changes: os.staff.changes.handler(async function* ({ context: { core }, signal }) {
    yield* core.changes.subscribe('changed', signal ? { signal } : {})
  }),
})
