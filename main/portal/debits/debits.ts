export { applyMandateAnswer, recoverSigned } from './answered.ts'
export { debitsShown, mandatePaper } from './shown.ts'
export { anotherCode, begin, giveUp, pruneSignings, sign, stop } from './signing.ts'
