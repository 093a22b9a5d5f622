import { setImmediate } from 'node:timers/promises'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { instantOf, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { workingDayUntil } from './calendar.ts'

/** The work done at the example desk during three years, to be played in the order of time. */
export type Agenda = {
  /** Adds work for that day, or for the last working day before. Work in the future is left out. */
  add(on: Day, time: string, work: () => void | Promise<void>): void
  /** Adds work for an exact moment. Work in the future is left out. */
  at(moment: Instant, work: () => void | Promise<void>): void
  /** @param onProgress hears which part is done, from 0 to 1 */
  play(onProgress: (done: number) => void): Promise<void>
}

export const createAgenda = (now: Instant, setClock: (at: Instant) => void): Agenda => {
  const entries: { at: Instant; work: () => void | Promise<void> }[] = []
  const at: Agenda['at'] = (moment, work) => {
    if (moment <= now) entries.push({ at: moment, work })
  }
  return {
    at,
    add: (on, time, work) => at(instantOf(workingDayUntil(on), timeOfDay(time)), work),
    async play(onProgress) {
      entries.sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
      let restedAt = performance.now()
      for (const [index, { at: moment, work }] of entries.entries()) {
        setClock(moment)
        await work()
        onProgress((index + 1) / entries.length)
        // Serve other calls of this process in between.
        if (performance.now() - restedAt < 40) continue
        await setImmediate()
        restedAt = performance.now()
      }
      setClock(now)
    },
  }
}
