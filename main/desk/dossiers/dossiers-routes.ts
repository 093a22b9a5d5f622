import { os } from '../staff/procedures.ts'
import { familyDossier, giveHealth, listRequired, saveRequired, seePaper, withdrawRequired } from './dossiers.ts'
import { dossiersFile, listDossiers } from './list.ts'

const { dossiers } = os

export const dossiersRoutes = dossiers.router({
  required: dossiers.required.handler(({ context: { core } }) => listRequired(core)),
  saveRequired: dossiers.saveRequired.handler(({ context: { core, person }, input }) =>
    saveRequired(core, person, input),
  ),
  withdrawRequired: dossiers.withdrawRequired.handler(({ context: { core, person }, input }) =>
    withdrawRequired(core, person, input),
  ),
  ofFamily: dossiers.ofFamily.handler(({ context: { core, person }, input }) =>
    familyDossier(core, person, input.familyId),
  ),
  list: dossiers.list.handler(({ context: { core, person }, input }) => listDossiers(core, person, input)),
  file: dossiers.file.handler(({ context: { core, person }, input }) => dossiersFile(core, person, input)),
  giveHealth: dossiers.giveHealth.handler(({ context: { core, person }, input }) => giveHealth(core, person, input)),
  see: dossiers.see.handler(({ context: { core, person }, input }) => seePaper(core, person, input)),
})
