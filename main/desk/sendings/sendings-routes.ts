import { os } from '../staff/procedures.ts'
import { removeAudience, saveAudience, savedAudiences } from './saved-audiences.ts'
import {
  choicesOfFamily,
  closeUrgently,
  dropPlanned,
  latePlans,
  listSendings,
  listSendingsOfFamily,
  planMessage,
  previewSending,
  previewUrgentClosing,
  readBalance,
  readChoices,
  readSending,
  removeNotice,
  saveChoice,
  sendMessage,
  sendPlanned,
} from './sendings.ts'

const { sendings } = os

export const sendingsRoutes = sendings.router({
  choices: sendings.choices.handler(({ context: { core, person } }) => readChoices(core, person)),
  savedAudiences: sendings.savedAudiences.handler(({ context: { core, person } }) => savedAudiences(core, person)),
  saveAudience: sendings.saveAudience.handler(({ context: { core, person }, input }) =>
    saveAudience(core, person, input),
  ),
  removeAudience: sendings.removeAudience.handler(({ context: { core, person }, input }) =>
    removeAudience(core, person, input.id),
  ),
  preview: sendings.preview.handler(({ context: { core, person }, input }) => previewSending(core, person, input)),
  send: sendings.send.handler(({ context: { core, person }, input }) => sendMessage(core, person, input)),
  plan: sendings.plan.handler(({ context: { core, person }, input }) => planMessage(core, person, input)),
  sendPlanned: sendings.sendPlanned.handler(({ context: { core, person }, input }) => sendPlanned(core, person, input)),
  drop: sendings.drop.handler(({ context: { core, person }, input }) => dropPlanned(core, person, input)),
  list: sendings.list.handler(({ context: { core, person }, input }) => listSendings(core, person, input)),
  read: sendings.read.handler(({ context: { core, person }, input }) => readSending(core, person, input)),
  removeNotice: sendings.removeNotice.handler(({ context: { core, person }, input }) =>
    removeNotice(core, person, input),
  ),
  late: sendings.late.handler(({ context: { core, person } }) => latePlans(core, person)),
  balance: sendings.balance.handler(({ context: { core } }) => readBalance(core)),
  closingPreview: sendings.closingPreview.handler(({ context: { core }, input }) => previewUrgentClosing(core, input)),
  closeUrgently: sendings.closeUrgently.handler(({ context: { core, person }, input }) =>
    closeUrgently(core, person, input),
  ),
  choicesOfFamily: sendings.choicesOfFamily.handler(({ context: { core }, input }) => choicesOfFamily(core, input)),
  ofFamily: sendings.ofFamily.handler(({ context: { core, person }, input }) =>
    listSendingsOfFamily(core, person, input),
  ),
  saveChoice: sendings.saveChoice.handler(({ context: { core, person }, input }) => saveChoice(core, person, input)),
})
