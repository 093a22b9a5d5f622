import { os } from '../staff/procedures.ts'
import { lettersFile, remindByMail } from './campaign.ts'

const { campaign } = os

export const campaignRoutes = campaign.router({
  remind: campaign.remind.handler(({ context: { core, person }, input }) => remindByMail(core, person, input)),
  letters: campaign.letters.handler(({ context: { core, person }, input }) => lettersFile(core, person, input)),
})
