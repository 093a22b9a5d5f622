import { os } from '../staff/procedures.ts'
import { exportList } from './exporting.ts'
import { importHistory, previewImport, runImport } from './imports.ts'
import { listProfiles, profileFile, readProfile, removeProfile, renameProfile, saveProfile } from './profiles.ts'
import { keptReport } from './takeover/kept-reports.ts'
import { reportFile } from './takeover/report-file.ts'

export const importsRoutes = os.imports.router({
  preview: os.imports.preview.handler(({ context: { core, person }, input }) => previewImport(core, person, input)),
  run: os.imports.run.handler(({ context: { core, person }, input, signal }) => runImport(core, person, input, signal)),
  out: os.imports.out.handler(({ context: { core, person }, input }) => exportList(core, person, input)),
  history: os.imports.history.handler(({ context: { core } }) => importHistory(core)),
  profiles: os.imports.profiles.handler(({ context: { core } }) => listProfiles(core)),
  saveProfile: os.imports.saveProfile.handler(({ context: { core, person }, input }) =>
    saveProfile(core, person, input),
  ),
  renameProfile: os.imports.renameProfile.handler(({ context: { core, person }, input }) =>
    renameProfile(core, person, input),
  ),
  profileFile: os.imports.profileFile.handler(({ context: { core }, input }) => profileFile(core, input)),
  readProfile: os.imports.readProfile.handler(({ context: { core, person }, input: { file } }) =>
    readProfile(core, person, file),
  ),
  reportFile: os.imports.reportFile.handler(({ context: { core, person }, input: { reportId, format } }) =>
    reportFile(core, keptReport(core, person, reportId), format),
  ),
  removeProfile: os.imports.removeProfile.handler(({ context: { core, person }, input }) =>
    removeProfile(core, person, input),
  ),
})
