import { describe, expect, it } from 'vitest'
import { brokenCores } from './broken-cores.ts'
import { faultCount, history } from './histories.ts'
import { type Core, type Fault, realCore } from './two-sides.ts'

const number = process.env['LONG'] ? 20_000 : 100

const run = (core: Core, count: number) => {
  const counts = new Map<Fault, number>()
  const broken: string[] = []
  let [least, demandes, lost] = [Number.POSITIVE_INFINITY, 0, 0]
  const start = performance.now()
  for (let seed = 1; seed <= count; seed += 1) {
    const told = history(seed, core)
    for (const [fault, times] of told.counts) counts.set(fault, (counts.get(fault) ?? 0) + times)
    least = Math.min(least, faultCount(told.counts))
    demandes += told.demandes
    lost += told.lost
    if (told.violations.length > 0) broken.push(`history ${seed}: ${[...new Set(told.violations)].join('; ')}`)
  }
  return { counts, broken, least, demandes, lost, each: (performance.now() - start) / count }
}

describe('the exchange, whatever breaks', () => {
  it(`loses nothing it could keep, in ${number} random histories`, { timeout: 1_200_000 }, () => {
    const { counts, broken, least, demandes, lost, each } = run(realCore, number)
    const faults = [...counts].toSorted(([one], [other]) => (one < other ? -1 : 1))
    console.log(
      `${number} histories, ${each.toFixed(1)} ms each, ${demandes} demandes, ${lost} lost and told; ` +
        faults.map(([fault, times]) => `${fault} ${times}`).join(', '),
    )
    expect(broken.slice(0, 5)).toEqual([])
    expect(least).toBeGreaterThanOrEqual(3)
    expect(faults).toHaveLength(18)
    expect(each).toBeLessThan(50)
  })

  it.each(Object.entries(brokenCores))('would be seen to fail %s', (_, core) => {
    expect(run(core, 200).broken.length).toBeGreaterThan(5)
  })
})
