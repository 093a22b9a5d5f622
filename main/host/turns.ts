/** What a family at the counter waits for. It is short, and goes before whatever else many posts ask at once. */
const first: ReadonlySet<string> = new Set(['reservations.move', 'reservations.reschedule'])

/**
 * Calls begin one after the other, each in a turn of its own of the event loop: of those that twenty posts ask at the
 * same moment, a booking waits for the one under way and for other bookings, not for nineteen grids. A call that waits
 * for something itself holds nobody up.
 */
export const openTurns = (): (<Answer>(path: readonly string[], work: () => Promise<Answer>) => Promise<Answer>) => {
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
      queues[first.has(path.join('.')) ? 0 : 1].push(() => void work().then(done, failed))
      if (isTurning) return
      isTurning = true
      setImmediate(turn)
    })
}
