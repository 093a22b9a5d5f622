import { setImmediate } from 'node:timers/promises'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { instantOf, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { workingDayUntil } from './calendar.ts'

/** What was done at the desk, and when: three years of it, in the order of time. */
export type Agenda = {
  /** On that day, or the working day before. What has not come yet is left out. */
  add(on: Day, time: string, work: () => void | Promise<void>): void
  /** The same, to the moment. */
  at(moment: Instant, work: () => void | Promise<void>): void
  /** @param told hears which part is done, from 0 to 1 */
  play(told: (done: number) => void): Promise<void>
}

export const agenda = (now: Instant, setClock: (at: Instant) => void): Agenda => {
  const entries: { at: Instant; work: () => void | Promise<void> }[] = []
  const at: Agenda['at'] = (moment, work) => {
    if (moment <= now) entries.push({ at: moment, work })
  }
  return {
    at,
    add: (on, time, work) => at(instantOf(workingDayUntil(on), timeOfDay(time)), work),
    async play(told) {
      entries.sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
      let restedAt = performance.now()
      for (const [index, { at: moment, work }] of entries.entries()) {
        setClock(moment)
        await work()
        told((index + 1) / entries.length)
        // Whoever else this process serves is answered meanwhile.
        if (performance.now() - restedAt < 40) continue
        await setImmediate()
        restedAt = performance.now()
      }
      setClock(now)
    },
  }
}
