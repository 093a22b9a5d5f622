import type { Instant } from '../../../shared/rules/calendar/day.ts'

/** Wednesday 25 November 2026 at 10 h 42, when both processes began; their clocks go on together. */
const began = Date.parse('2026-11-25T09:42:00.000Z')
export const clockSince = (start: number) => (): Instant =>
  new Date(began + Date.now() - start).toISOString() as Instant

export const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds))
export const oneOf = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(Math.random() * items.length)]
