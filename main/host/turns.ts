/** Short calls that a family at the counter waits for: run before all others. */
const prioritised: ReadonlySet<string> = new Set(['reservations.move', 'reservations.reschedule'])

/**
 * Starts calls one at a time, each in its own turn of the event loop. When twenty workstations call at the same moment,
 * a booking waits for the running call and earlier bookings, not for nineteen calendars. A call that awaits something
 * blocks no other.
 */
export const createTurns = (): (<Answer>(path: readonly string[], work: () => Promise<Answer>) => Promise<Answer>) => {
  const queues: readonly [(() => void)[], (() => void)[]] = [[], []]
  let isTurning = false
  const turn = () => {
    const next = queues[0].shift() ?? queues[1].shift()
    isTurning = next !== undefined
    if (!next) return
    next()
    setImmediate(turn)
  }
  return (path, work) =>
    new Promise((done, failed) => {
      queues[prioritised.has(path.join('.')) ? 0 : 1].push(() => void work().then(done, failed))
      if (isTurning) return
      isTurning = true
      setImmediate(turn)
    })
}
