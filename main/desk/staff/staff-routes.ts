import { randomUUID } from 'node:crypto'
import { followed } from '../progress.ts'
import { readLogins } from './logins.ts'
import { disconnect, followPage, look, readPosts, share } from './posts.ts'
import { os } from './procedures.ts'
import {
  addMember,
  changeMember,
  changePassword,
  listMembers,
  lock,
  login,
  logout,
  resetPassword,
  sessionOnNewFile,
  sessionState,
  startEmpty,
  unlock,
} from './staff.ts'

export const staffRoutes = os.staff.router({
  session: os.staff.session.handler(({ context: { core, session } }) => sessionState(core, session)),
  login: os.staff.login.handler(async ({ context: { core, session, renew }, input }) => {
    const state = await login(core, session, input)
    renew?.()
    return state
  }),
  unlock: os.staff.unlock.handler(({ context: { core, session }, input }) => unlock(core, session, input.password)),
  lock: os.staff.lock.handler(({ context: { core, session } }) => lock(core, session)),
  logout: os.staff.logout.handler(({ context: { core, session, renew } }) => {
    const state = logout(core, session)
    renew?.()
    return state
  }),
  changePassword: os.staff.changePassword.handler(({ context: { core, session, person }, input }) =>
    changePassword(core, session, person, input),
  ),
  startEmpty: os.staff.startEmpty.handler(({ context: { core, session }, input }) => startEmpty(core, session, input)),
  startExample: os.staff.startExample.handler(({ context: { core, session }, signal }) =>
    followed(core, signal, async ({ onProgress }) => {
      await core.moveToExample((done) => onProgress(Math.floor(done * 100), 100))
      return sessionOnNewFile(core, session)
    }),
  ),
  leaveExample: os.staff.leaveExample.handler(async ({ context: { core, session } }) => {
    await core.leaveExample()
    return sessionOnNewFile(core, session)
  }),
  startFromBackup: os.staff.startFromBackup.handler(async ({ context: { core, session }, input }) => {
    await core.startFromBackup(new Uint8Array(await input.file.arrayBuffer()), input.phrase)
    return sessionState(core, session)
  }),
  list: os.staff.list.handler(({ context: { core } }) => listMembers(core)),
  add: os.staff.add.handler(({ context: { core, person }, input }) => addMember(core, person, input)),
  change: os.staff.change.handler(({ context: { core, person }, input }) => changeMember(core, person, input)),
  resetPassword: os.staff.resetPassword.handler(({ context: { core, session, person }, input }) =>
    resetPassword(core, session, person, input),
  ),
  changes: os.staff.changes.handler(async function* ({ context: { core, session }, input, signal }) {
    yield* followPage(core, session, input?.page ?? randomUUID(), signal)
  }),
  look: os.staff.look.handler(({ context: { core, session }, input }) => look(core, session, input.page, input.record)),
  logins: os.staff.logins.handler(({ context: { core }, input }) => readLogins(core, input)),
  posts: os.staff.posts.handler(({ context: { core, session } }) => readPosts(core, session)),
  share: os.staff.share.handler(({ context: { core, session }, input }) => share(core, session, input.on)),
  disconnect: os.staff.disconnect.handler(({ context: { core, session }, input }) =>
    disconnect(core, session, input.id),
  ),
})
