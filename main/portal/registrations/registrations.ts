export { register } from './registering.ts'
export { weekCost } from './week-cost.ts'
