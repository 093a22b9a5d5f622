import { staff } from './staff.ts'

/** Everything the desk's core answers, by domain. */
export const contract = {
  staff,
}
export type DeskContract = typeof contract
