/** The door of bank statements: what routes and the domains above may call. */

export { lastDayRead, waitingThrough } from './bank-store.ts'
export { readFile } from './reading.ts'
export { batchesBefore, dismissLine, recordLines, setLineAside, takeLineBack } from './recording.ts'
export { readBank } from './showing.ts'
