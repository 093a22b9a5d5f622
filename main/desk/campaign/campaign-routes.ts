import { os } from '../staff/procedures.ts'
import {
  campaignProgress,
  closeCampaign,
  confirmAtCounter,
  familyCampaign,
  listCampaigns,
  saveCampaign,
} from './campaign.ts'
import { lettersFile, remindByMail, reminderPreview } from './reminding.ts'

const { campaign } = os

export const campaignRoutes = campaign.router({
  list: campaign.list.handler(({ context: { core } }) => listCampaigns(core)),
  save: campaign.save.handler(({ context: { core, person }, input }) => saveCampaign(core, person, input)),
  close: campaign.close.handler(({ context: { core, person }, input }) => closeCampaign(core, person, input)),
  progress: campaign.progress.handler(({ context: { core }, input }) => campaignProgress(core, input)),
  ofFamily: campaign.ofFamily.handler(({ context: { core }, input }) => familyCampaign(core, input.familyId)),
  confirm: campaign.confirm.handler(({ context: { core, person }, input }) => confirmAtCounter(core, person, input)),
  remind: campaign.remind.handler(({ context: { core, person }, input }) => remindByMail(core, person, input)),
  reminder: campaign.reminder.handler(({ context: { core }, input }) => reminderPreview(core, input)),
  letters: campaign.letters.handler(({ context: { core, person }, input }) => lettersFile(core, person, input)),
})
