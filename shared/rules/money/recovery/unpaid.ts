import { type Day, daysFrom } from '../../calendar/day.ts'

/** Bands of the number of days past due: the list « Impayés » adds up each. */
export const ageBands = [
  { from: 0, name: 'Moins de 30\u00a0jours' },
  { from: 30, name: 'De 30 à 60\u00a0jours' },
  { from: 60, name: 'De 60 à 90\u00a0jours' },
  { from: 90, name: 'Plus de 90\u00a0jours' },
] as const

/** The index of the band of a debt that was due on an earlier day. */
export const ageBandOf = (dueOn: Day, on: Day): number =>
  ageBands.findLastIndex(({ from }) => from <= daysFrom(dueOn, on))

/**
 * Why a run of reminders skips a payer; when several causes apply, only the first one is shown. The desk has a
 * condition for each (`main/desk/recovery/skip-reason.ts`).
 */
export const skipCauses = ['collected', 'paying', 'plan', 'aside', 'threshold', 'address', 'field', 'quotient'] as const
export type SkipCause = (typeof skipCauses)[number]

/** Whether staff can still make a reminder for this payer. For the other causes, it is refused. */
export const mayRemindAnyway: Readonly<Record<SkipCause, boolean>> = {
  collected: false,
  paying: false,
  plan: false,
  aside: true,
  threshold: false,
  address: false,
  field: false,
  quotient: true,
}
