import { addDays, type Day, dayAt, type Instant } from './day.ts'
import { isWorkingDay } from './public-holidays.ts'

/** The town promises its answer by « J+2 »: the last day on which a demande recorded then is answered in time. */
export const answerDueOn = (recordedAt: Instant, workingDays: number): Day => {
  let due = dayAt(recordedAt)
  for (let left = workingDays; left > 0; ) {
    due = addDays(due, 1)
    if (isWorkingDay(due)) left -= 1
  }
  return due
}
