import { os } from '../staff/procedures.ts'
import {
  addTemplate,
  archiveTemplate,
  listKinds,
  listMessages,
  listTemplates,
  listVersions,
  readTemplate,
  saveTemplate,
} from './templates.ts'

const { templates } = os

export const templatesRoutes = templates.router({
  kinds: templates.kinds.handler(({ context: { core } }) => listKinds(core)),
  list: templates.list.handler(({ context: { core } }) => listTemplates(core)),
  read: templates.read.handler(({ context: { core }, input }) => readTemplate(core, input)),
  versions: templates.versions.handler(({ context: { core }, input }) => listVersions(core, input)),
  save: templates.save.handler(({ context: { core, person }, input }) => saveTemplate(core, person, input)),
  add: templates.add.handler(({ context: { core, person }, input }) => addTemplate(core, person, input)),
  archive: templates.archive.handler(({ context: { core, person }, input }) => archiveTemplate(core, person, input)),
  messages: templates.messages.handler(({ context: { core } }) => listMessages(core)),
})
