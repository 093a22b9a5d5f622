import type { SideName } from '../../../shared/exchange/message.ts'
import type { Core, Fault, LineFault, World } from './two-sides.ts'
import * as sides from './two-sides.ts'

/** The same numbers for the same seed, on every computer. */
const randomFrom = (seed: number) => {
  let state = seed >>> 0
  return (below: number): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
type Random = ReturnType<typeof randomFrom>

const DAY = 86_400_000
const steps = 30
const faultsAtLeast = 3

type History = {
  readonly violations: readonly string[]
  readonly counts: ReadonlyMap<Fault, number>
  readonly demandes: number
  readonly lost: number
}

export const faultCount = (counts: ReadonlyMap<Fault, number>): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0)

/** Thirty events on a desk and its portal, at least three of them failures, then an exchange without failures. */
export const history = (seed: number, core: Core): History => {
  const world = sides.newWorld(core)
  let violations: readonly string[]
  try {
    live(world, randomFrom(seed))
    world.now += DAY
    if (!sides.exchange(world, null, 0)) world.violations.push('a quiet exchange that does not succeed')
    violations = sides.judge(world)
  } catch (error) {
    violations = [...world.violations, String(error)]
  }
  const lost = [...world.receipts.keys()].filter((id) => !world.stores.desk.acts.includes(id))
  return { violations, counts: world.counts, demandes: world.receipts.size, lost: lost.length }
}

const live = (world: World, random: Random): void => {
  for (let step = 0; step < steps; step += 1) {
    world.now += 60_000 * (1 + random(600))
    const missing = faultsAtLeast - faultCount(world.counts)
    if (missing > 0 && steps - step <= missing + 1) sides.exchange(world, lineFault(random), 0)
    else happen(world, random)
  }
  for (let still = 0; faultCount(world.counts) < faultsAtLeast && still < 20; still += 1) {
    sides.exchange(world, lineFault(random), 0)
  }
}

const lineFault = (random: Random): LineFault => sides.faults[random(sides.faults.length)] ?? 'cutReply'

const happen = (world: World, random: Random): void => {
  const { desk, portal } = world.stores
  const one = <Item>(items: readonly Item[]): Item | undefined => items[random(items.length || 1)]
  const name: SideName = random(2) === 0 ? 'desk' : 'portal'
  const chance = random(100)
  if (chance < 24) {
    for (let times = 1 + random(4); times > 0; times -= 1) {
      const kind = random(20) === 0 ? 'novelty' : 'demande'
      sides.record(world, kind, `${kind}-${world.made++}`, { day: '2026-10-07' })
    }
  } else if (chance < 29) {
    const of = one([...portal.asked].filter((id) => id.startsWith('demande')))
    if (of) sides.record(world, 'takeBack', `back-${of}`, { of })
  } else if (chance < 32) {
    // The phone got no reply and sends the request again.
    const id = one([...world.receipts.keys()].filter((known) => known.startsWith('demande')))
    if (id) sides.record(world, 'demande', id, { day: '2026-10-07' })
  } else if (chance < 42) {
    for (let times = 1 + random(3); times > 0; times -= 1) {
      const open = world.stores.desk.acts.filter((id) => !id.startsWith('stands') && !world.stores.desk.answers.has(id))
      const of = one(open)
      if (of) sides.decide(world, of, random(3) === 0 ? 'refused' : 'accepted')
    }
  } else if (chance < 45) {
    const id = one([...world.receipts.keys()].filter((known) => known.startsWith('demande')))
    if (id && !desk.acts.includes(id)) {
      world.ownOrder.add(id)
      sides.enterFromReceipt(world, id)
    }
  } else if (chance < 52) {
    for (let times = 1 + random(5); times > 0; times -= 1) sides.publish(world, `page ${random(8)}`, null)
  } else if (chance < 54) {
    const id = one([...desk.documents.keys()].filter((known) => known.startsWith('page')))
    if (id) sides.unpublish(world, id)
  } else if (chance < 58) sides.issue(world)
  else if (chance < 80) sides.exchange(world, random(10) < 6 ? lineFault(random) : null, random(4))
  else if (chance < 88) {
    // A store that was silently replaced by an older one is not copied either, until its side has noticed.
    if (world.silent === null || hasNoticed(world, world.silent)) sides.copy(world, name)
  } else if (chance < 90) {
    world.now += 61 * DAY
    sides.forget(world, 'desk')
    sides.forget(world, 'portal')
  } else if (chance < 94) {
    world.clocks[name] += (random(2) === 0 ? -1 : 1) * random(3 * DAY)
    world.hasJumped = true
    sides.happened(world, 'clockJump')
  } else if (chance < 95) {
    if (!desk.side.knowsNumbers) sides.confirmNumbers(world)
  } else bringBack(world, random, name)
}

const bringBack = (world: World, random: Random, name: SideName): void => {
  if (world.silent) {
    // A second restore would hide the first, so a store is replaced only once between two checks.
    if (!hasNoticed(world, world.silent)) return
    world.silent = null
  }
  const copies = world.copies[name]
  const store = random(5) === 0 ? copies[random(copies.length)] : copies.at(-1 - random(Math.min(2, copies.length)))
  if (!store) return
  const isSilent = random(3) === 0 && sides.wouldShow(world, name, store)
  if (isSilent) {
    world.silent = name
    world.hasBeenSilent = true
    world.silentSince = store.side.lost.length
    sides.happened(world, name === 'desk' ? 'silentRestoreDesk' : 'silentRestorePortal')
  } else sides.happened(world, name === 'desk' ? 'restoreDesk' : 'restorePortal')
  sides.restore(world, name, store, !isSilent)
}

const hasNoticed = (world: World, name: SideName): boolean => world.stores[name].side.lost.length > world.silentSince
