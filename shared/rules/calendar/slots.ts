import { overlaps } from '../cell/bookable.ts'
import { timeText } from '../text/french.ts'
import { isTimeOfDay } from './day.ts'

/** As they stand in a form: times half typed are not looked at. */
type TypedSlot = {
  readonly name: string
  readonly start: string
  readonly end: string
  readonly endedFrom?: string | null
}

/** What to know of an activity's slots whose hours overlap: it may be wanted, so it is told and refuses nothing. */
export const overlapWarning = (slots: readonly TypedSlot[]): string | null => {
  const live = slots.flatMap(({ name, start, end, endedFrom }) =>
    endedFrom == null && isTimeOfDay(start) && isTimeOfDay(end) ? [{ name, start, end }] : [],
  )
  for (const [at, one] of live.entries()) {
    const other = live.slice(at + 1).find((next) => overlaps(one, next))
    if (!other) continue
    const [from] = [one.start, other.start].toSorted().slice(-1)
    const [to] = [one.end, other.end].toSorted()
    const hours = `${timeText(from ?? one.start)} → ${timeText(to ?? one.end)}`
    return `«\u00a0${one.name}\u00a0» et «\u00a0${other.name}\u00a0» se chevauchent (${hours})\u00a0: un enfant ne pourra réserver que l’une des deux le même jour.`
  }
  return null
}
