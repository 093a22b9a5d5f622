import { inSilence } from '../progress.ts'
import { os } from '../staff/procedures.ts'
import {
  cafFile,
  declarationFile,
  declareHours,
  expectedChildren,
  forecastFile,
  formerBehind,
  formerTable,
  formerYears,
  incomeBehind,
  incomeTable,
  listDeclarations,
  listHoursRules,
  mayorFile,
  mayorPage,
  readCaf,
  readCafDetail,
  readCafYear,
  readDeclaration,
  removeHoursRule,
  saveHoursRule,
  serviceBehind,
  serviceTable,
  tableFile,
  unpaidBehind,
  unpaidTable,
} from './figures.ts'

const { figures } = os

export const figuresRoutes = figures.router({
  service: figures.service.handler(({ context: { core }, input }) => serviceTable(core, input)),
  serviceBehind: figures.serviceBehind.handler(({ context: { core }, input: { asked, row, column } }) =>
    serviceBehind(core, asked, row, column),
  ),
  serviceFile: figures.serviceFile.handler(({ context: { core }, input: { asked, format } }) =>
    tableFile(core, serviceTable(core, asked), format),
  ),
  income: figures.income.handler(({ context: { core }, input }) => incomeTable(core, input)),
  incomeBehind: figures.incomeBehind.handler(({ context: { core }, input: { asked, row, column } }) =>
    incomeBehind(core, asked, row, column),
  ),
  incomeFile: figures.incomeFile.handler(async ({ context: { core }, input: { asked, format } }) =>
    tableFile(core, await incomeTable(core, asked), format),
  ),
  unpaid: figures.unpaid.handler(({ context: { core }, input }) => unpaidTable(core, input)),
  unpaidBehind: figures.unpaidBehind.handler(({ context: { core }, input: { asked, row, column } }) =>
    unpaidBehind(core, asked, row, column),
  ),
  unpaidFile: figures.unpaidFile.handler(({ context: { core }, input: { asked, format } }) =>
    tableFile(core, unpaidTable(core, asked), format),
  ),
  formerYears: figures.formerYears.handler(({ context: { core } }) => formerYears(core)),
  former: figures.former.handler(({ context: { core, person }, input }) => formerTable(core, person, input)),
  formerBehind: figures.formerBehind.handler(({ context: { core, person }, input: { asked, row, column } }) =>
    formerBehind(core, person, asked, row, column),
  ),
  formerFile: figures.formerFile.handler(({ context: { core, person }, input: { asked, format } }) =>
    tableFile(core, formerTable(core, person, asked), format),
  ),
  mayor: figures.mayor.handler(({ context: { core, person }, input }) => mayorPage(core, person, input.year)),
  mayorFile: figures.mayorFile.handler(({ context: { core, person }, input: { year, format } }) =>
    mayorFile(core, person, year, format),
  ),
  expected: figures.expected.handler(({ context: { core }, input }) => expectedChildren(core, input)),
  forecastFile: figures.forecastFile.handler(({ context: { core }, input: { format, ...asked }, signal }) =>
    forecastFile(core, asked, format, inSilence(signal)),
  ),
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
