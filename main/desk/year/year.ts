/** The door of the year's work: a school year prepared from the one before. */
export { importCalendar, previewCalendar } from './calendar.ts'
export { closeForAll, listClosings, previewClosing, reopenForAll } from './closing.ts'
export { copyPeriods, previewCopy } from './copying.ts'
export { freedFamilies, freedFamiliesFile } from './freed-families.ts'
export { moveToNextClasses, previewNextClasses } from './passage.ts'
export { readProgress } from './progress.ts'
export { previewReenrolment, reenrol } from './reenrolling.ts'
