import {
  addDays,
  addMonths,
  type Day,
  dayOf,
  dayOfMonth,
  lastOfMonth,
  monthOf,
  weekday,
  yearOf,
} from '../../calendar/day.ts'
import { easterSunday } from '../../calendar/public-holidays.ts'
import { counted, longDay } from '../../text/french.ts'

/** Why banks do not settle on this weekday (TARGET closing days); undefined when they do. */
const closingDayOf = (on: Day): string | undefined => {
  const year = yearOf(on)
  const easter = easterSunday(year)
  const closing: readonly (readonly [Day, string])[] = [
    [dayOf(year, 1, 1), 'le jour de l’an'],
    [addDays(easter, -2), 'le vendredi saint'],
    [addDays(easter, 1), 'le lundi de Pâques'],
    [dayOf(year, 5, 1), 'le 1ᵉʳ mai'],
    [dayOf(year, 12, 25), 'Noël'],
    [dayOf(year, 12, 26), 'le lendemain de Noël'],
  ]
  return closing.find(([day]) => day === on)?.[1]
}

/** Whether banks settle on that day. */
export const isBankDay = (on: Day): boolean => weekday(on) <= 5 && closingDayOf(on) === undefined

/** The day itself, or the next one on which banks settle. */
export const bankDayFrom = (on: Day): Day => (isBankDay(on) ? on : bankDayFrom(addDays(on, 1)))

/** The bank day that has `count` bank days, itself included, before `on`. */
export const bankDayBefore = (on: Day, count: number): Day => {
  let found = on
  for (let left = count; left > 0; ) {
    found = addDays(found, -1)
    if (isBankDay(found)) left -= 1
  }
  return found
}

/** The delays that a régie set for its collections. */
export type CollectionDelays = {
  /** Days between the notice to a family and its debit: 14 unless families agreed to fewer. */
  readonly noticeDays: number
  /** Bank days before the collection on which the file leaves at the latest. */
  readonly fileDays: number
}

/** The last day on which the notices of a collection may leave. */
export const lastNoticeDay = (on: Day, { noticeDays }: Pick<CollectionDelays, 'noticeDays'>): Day =>
  addDays(on, -noticeDays)

/** The last day on which the file of a collection may leave. */
export const lastFileDay = (on: Day, { fileDays }: Pick<CollectionDelays, 'fileDays'>): Day =>
  bankDayBefore(on, fileDays)

/**
 * Why nothing can be collected on a day; undefined when it can.
 * @param isAnnounced whether families already know the day, so that no notice must be sent
 */
export const refuseCollectionDay = (
  on: Day,
  today: Day,
  delays: CollectionDelays,
  isAnnounced = false,
): string | undefined => {
  if (!isBankDay(on)) {
    const why = weekday(on) > 5 ? 'n’est pas un jour ouvré' : `est ${closingDayOf(on)}`
    return `Le ${longDay(on)} ${why}\u00a0: les banques n’y prélèvent pas. Prenez le ${longDay(bankDayFrom(on))}.`
  }
  const earliest = earliestCollection(today, isAnnounced ? { ...delays, noticeDays: 0 } : delays)
  if (on >= earliest) return undefined
  return !isAnnounced && lastNoticeDay(on, delays) < today
    ? `Les familles doivent être prévenues ${counted(delays.noticeDays, 'jour')} avant\u00a0: au plus tôt le ${longDay(earliest)}.`
    : `Le fichier part ${counted(delays.fileDays, 'jour ouvré', 'jours ouvrés')} avant\u00a0: au plus tôt le ${longDay(earliest)}.`
}

/** The first day that can be collected when the notices leave today. */
export const earliestCollection = (today: Day, delays: CollectionDelays): Day => {
  let on = bankDayFrom(addDays(today, delays.noticeDays))
  while (lastFileDay(on, delays) < today) on = bankDayFrom(addDays(on, 1))
  return on
}

/** For each month, the bank day on or after a date: « le 10 de chaque mois ou le jour ouvré suivant ». */
export const monthlyDays = (first: Day, date: number, count: number): Day[] =>
  Array.from({ length: count }, (_, index) => {
    const month = addMonths(dayOf(yearOf(first), monthOf(first), 1), index)
    return bankDayFrom(addDays(month, Math.min(date, dayOfMonth(lastOfMonth(month))) - 1))
  })
