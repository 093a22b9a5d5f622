import { os } from '../staff/procedures.ts'
import {
  addNotice,
  answerFamily,
  beginConversation,
  changeNotice,
  closeConversation,
  countUnread,
  listAudiences,
  listConversations,
  listNotices,
  markRead,
  reachOfNotice,
  readConversation,
  readConversationsOf,
  readReminders,
  removeNotice,
  saveReminders,
} from './messages.ts'

export const messagesRoutes = os.messages.router({
  list: os.messages.list.handler(({ context: { core }, input }) => listConversations(core, input)),
  ofFamily: os.messages.ofFamily.handler(({ context: { core }, input }) => readConversationsOf(core, input.familyId)),
  one: os.messages.one.handler(({ context: { core }, input }) => readConversation(core, input.id)),
  unread: os.messages.unread.handler(({ context: { core } }) => countUnread(core)),
  markRead: os.messages.markRead.handler(({ context: { core, person }, input }) => markRead(core, person, input)),
  answer: os.messages.answer.handler(({ context: { core, person }, input }) => answerFamily(core, person, input)),
  begin: os.messages.begin.handler(({ context: { core, person }, input }) => beginConversation(core, person, input)),
  close: os.messages.close.handler(({ context: { core, person }, input }) => closeConversation(core, person, input)),
  notices: os.messages.notices.handler(({ context: { core } }) => listNotices(core)),
  addNotice: os.messages.addNotice.handler(({ context: { core, person }, input }) => addNotice(core, person, input)),
  changeNotice: os.messages.changeNotice.handler(({ context: { core, person }, input }) =>
    changeNotice(core, person, input),
  ),
  removeNotice: os.messages.removeNotice.handler(({ context: { core, person }, input }) =>
    removeNotice(core, person, input.id),
  ),
  reach: os.messages.reach.handler(({ context: { core }, input }) => reachOfNotice(core, input.audience)),
  audiences: os.messages.audiences.handler(({ context: { core } }) => listAudiences(core)),
  reminders: os.messages.reminders.handler(({ context: { core } }) => readReminders(core)),
  saveReminders: os.messages.saveReminders.handler(({ context: { core, person }, input }) =>
    saveReminders(core, person, input),
  ),
})
