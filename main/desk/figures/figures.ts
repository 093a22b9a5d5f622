export { readCaf, readCafDetail, readCafYear } from './caf.ts'
export { cafFile, declarationFile } from './caf-file.ts'
export { declareHours, listDeclarations, readDeclaration } from './declarations.ts'
export { listHoursRules, removeHoursRule, saveHoursRule } from './hours-rules.ts'
