import { randomUUID } from 'node:crypto'
import { streamProgress } from '../progress.ts'
import { readLogins } from './logins.ts'
import { type Context, os } from './procedures.ts'
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
import { disconnect, followPage, readWorkstations, setSharing, setViewedRecord } from './workstations.ts'

/** Replaces the browser's cookie: whoever copied the old one at an unattended screen can no longer use it. */
const withNewCookie = <State>({ renew }: Context, state: State): State => {
  renew?.()
  return state
}

export const staffRoutes = os.staff.router({
  session: os.staff.session.handler(({ context: { core, session } }) => sessionState(core, session)),
  login: os.staff.login.handler(async ({ context, input }) =>
    withNewCookie(context, await login(context.core, context.session, input)),
  ),
  unlock: os.staff.unlock.handler(async ({ context, input }) =>
    withNewCookie(context, await unlock(context.core, context.session, input.password)),
  ),
  lock: os.staff.lock.handler(({ context: { core, session } }) => lock(core, session)),
  logout: os.staff.logout.handler(({ context }) => withNewCookie(context, logout(context.core, context.session))),
  changePassword: os.staff.changePassword.handler(async ({ context, input }) =>
    withNewCookie(context, await changePassword(context.core, context.session, context.person, input)),
  ),
  startEmpty: os.staff.startEmpty.handler(({ context: { core, session }, input }) => startEmpty(core, session, input)),
  startExample: os.staff.startExample.handler(({ context: { core, session }, signal }) =>
    streamProgress(core, signal, async ({ onProgress }) => {
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
  look: os.staff.look.handler(({ context: { core, session }, input }) =>
    setViewedRecord(core, session, input.page, input.record),
  ),
  logins: os.staff.logins.handler(({ context: { core }, input }) => readLogins(core, input)),
  posts: os.staff.posts.handler(({ context: { core, session } }) => readWorkstations(core, session)),
  share: os.staff.share.handler(({ context: { core, session }, input }) => setSharing(core, session, input.on)),
  disconnect: os.staff.disconnect.handler(({ context: { core, session }, input }) =>
    disconnect(core, session, input.id),
  ),
})
