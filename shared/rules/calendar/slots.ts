import { overlaps } from '../cell/bookable.ts'
import { timeText } from '../text/french.ts'
import { isTimeOfDay } from './day.ts'

/** A slot in a form, where a time may be incomplete: such a slot is ignored. */
type SlotInForm = {
  readonly name: string
  readonly start: string
  readonly end: string
  readonly endedFrom?: string | null
}

/**
 * A warning about an activity's slots that overlap, null if none do. The town may want the overlap, so nothing is
 * refused.
 */
export const overlapWarning = (slots: readonly SlotInForm[]): string | null => {
  const complete = slots.flatMap(({ name, start, end, endedFrom }) =>
    endedFrom == null && isTimeOfDay(start) && isTimeOfDay(end) ? [{ name, start, end }] : [],
  )
  for (const [at, slot] of complete.entries()) {
    const overlapping = complete.slice(at + 1).find((next) => overlaps(slot, next))
    if (!overlapping) continue
    const [from] = [slot.start, overlapping.start].toSorted().slice(-1)
    const [to] = [slot.end, overlapping.end].toSorted()
    const hours = `${timeText(from ?? slot.start)} → ${timeText(to ?? slot.end)}`
    return `«\u00a0${slot.name}\u00a0» et «\u00a0${overlapping.name}\u00a0» se chevauchent (${hours})\u00a0: un enfant ne pourra réserver que l’une des deux le même jour.`
  }
  return null
}
