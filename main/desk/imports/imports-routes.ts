import { os } from '../staff/procedures.ts'
import { exportList } from './exporting.ts'
import { importHistory, previewImport, runImport } from './imports.ts'
import { listProfiles, removeProfile, saveProfile } from './profiles.ts'

export const importsRoutes = os.imports.router({
  preview: os.imports.preview.handler(({ context: { core, person }, input }) => previewImport(core, person, input)),
  run: os.imports.run.handler(({ context: { core, person }, input, signal }) => runImport(core, person, input, signal)),
  out: os.imports.out.handler(({ context: { core, person }, input }) => exportList(core, person, input)),
  history: os.imports.history.handler(({ context: { core } }) => importHistory(core)),
  profiles: os.imports.profiles.handler(({ context: { core } }) => listProfiles(core)),
  saveProfile: os.imports.saveProfile.handler(({ context: { core, person }, input }) =>
    saveProfile(core, person, input),
  ),
  removeProfile: os.imports.removeProfile.handler(({ context: { core, person }, input }) =>
    removeProfile(core, person, input),
  ),
})
