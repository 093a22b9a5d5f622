import { type Day, daysFrom } from '../../calendar/day.ts'

/** How long debts are past due, in days, by band: the list « Impayés » sums each. */
export const ageBands = [
  { from: 0, name: 'Moins de 30\u00a0jours' },
  { from: 30, name: 'De 30 à 60\u00a0jours' },
  { from: 60, name: 'De 60 à 90\u00a0jours' },
  { from: 90, name: 'Plus de 90\u00a0jours' },
] as const

/** The index of the band of a debt, due on an earlier day. */
export const ageBandOf = (dueOn: Day, on: Day): number =>
  ageBands.findLastIndex(({ from }) => from <= daysFrom(dueOn, on))

/**
 * Why a payer is left aside by a run of reminders; where several causes hold, the first is told. The desk's core has a
 * condition for each (`main/desk/recovery/left-aside.ts`).
 */
export const asideCauses = [
  'collected',
  'paying',
  'plan',
  'aside',
  'threshold',
  'address',
  'field',
  'quotient',
] as const
export type AsideCause = (typeof asideCauses)[number]

/** Whether a reminder may be made all the same, when staff choose the payer. The others are refused. */
export const mayRemindAnyway: Readonly<Record<AsideCause, boolean>> = {
  collected: false,
  paying: false,
  plan: false,
  aside: true,
  threshold: false,
  address: false,
  field: false,
  quotient: true,
}
