import { capitalised, weekdayName } from '../text/french.ts'
import { type Day, daysBetween, weekday } from './day.ts'

/** « Semaine type »: the slots wanted every week. */
export type TypicalWeek<Slot> = readonly { readonly weekday: number; readonly slot: Slot }[]

type AppliedWeek<Slot> = {
  readonly filled: readonly { readonly day: Day; readonly slot: Slot }[]
  readonly skipped: readonly { readonly day: Day; readonly slot: Slot; readonly reason: string }[]
}

/**
 * Applies a typical week between two days: the slots filled, and those skipped with the reason.
 *
 * @param whyNotOn called for each wanted day and slot, in order: returns the sentence that refuses it, or null
 */
export const applyTypicalWeek = <Slot>(
  week: TypicalWeek<Slot>,
  { from, to }: { readonly from: Day; readonly to: Day },
  whyNotOn: (day: Day, slot: Slot) => string | null,
): AppliedWeek<Slot> => {
  const filled: { day: Day; slot: Slot }[] = []
  const skipped: { day: Day; slot: Slot; reason: string }[] = []
  for (const day of daysBetween(from, to)) {
    for (const { slot } of week.filter((wanted) => wanted.weekday === weekday(day))) {
      const reason = whyNotOn(day, slot)
      if (reason === null) filled.push({ day, slot })
      else skipped.push({ day, slot, reason })
    }
  }
  return { filled, skipped }
}

/**
 * « Mercredi : matin, repas · Lundi, mardi : soir ». Slots are named in the given order; a slot without a name is left
 * out.
 */
export const weekText = (week: TypicalWeek<string>): string => {
  const byDay = Map.groupBy(
    week.toSorted((one, other) => one.weekday - other.weekday),
    ({ weekday: number }) => number,
  )
  const contents = Map.groupBy(byDay, ([, of]) => of.map(({ slot }) => slot.toLowerCase()).join(', '))
  return [...contents]
    .map(([content, days]) => {
      const names = capitalised(days.map(([number]) => weekdayName(number)).join(', '))
      return content === '' ? names : `${names}\u00a0: ${content}`
    })
    .join(' · ')
}
