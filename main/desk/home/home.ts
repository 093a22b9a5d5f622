export { exampleLastAct } from './first-day.ts'
