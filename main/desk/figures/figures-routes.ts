import { os } from '../staff/procedures.ts'
import {
  cafFile,
  declarationFile,
  declareHours,
  listDeclarations,
  listHoursRules,
  readCaf,
  readCafDetail,
  readCafYear,
  readDeclaration,
  removeHoursRule,
  saveHoursRule,
} from './figures.ts'

const { figures } = os

export const figuresRoutes = figures.router({
  caf: figures.caf.handler(({ context: { core }, input }) => readCaf(core, input)),
  cafYear: figures.cafYear.handler(({ context: { core }, input }) => readCafYear(core, input)),
  cafDetail: figures.cafDetail.handler(({ context: { core }, input }) => readCafDetail(core, input)),
  cafFile: figures.cafFile.handler(({ context: { core }, input }) => cafFile(core, input)),
  hoursRules: figures.hoursRules.handler(({ context: { core } }) => listHoursRules(core)),
  saveHoursRule: figures.saveHoursRule.handler(({ context: { core, person }, input }) =>
    saveHoursRule(core, person, input),
  ),
  removeHoursRule: figures.removeHoursRule.handler(({ context: { core, person }, input }) =>
    removeHoursRule(core, person, input.id),
  ),
  declare: figures.declare.handler(({ context: { core, person }, input }) => declareHours(core, person, input)),
  declarations: figures.declarations.handler(({ context: { core } }) => listDeclarations(core)),
  declaration: figures.declaration.handler(({ context: { core }, input }) => readDeclaration(core, input.id)),
  declarationFile: figures.declarationFile.handler(({ context: { core }, input }) => declarationFile(core, input)),
})
