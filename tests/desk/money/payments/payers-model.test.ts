import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { AidInput } from '../../../../shared/contract/desk/money/payers.ts'
import { day } from '../../../../shared/rules/calendar/day.ts'
import { examples } from '../../../support/long.ts'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { anAidInput, aThirdPartyInput } from '../../../support/towns/payers.ts'

const mornings = ['2027-01-06', '2027-01-13', '2027-01-20', '2027-01-27', '2027-02-03', '2027-02-10']
const [morningCents, lastMonth] = [550, '2027-02']
const children = ['Louison', 'Basile'] as const

const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null, freq: 2 })
const someTerms = fc.record({
  percent: orNull(fc.integer({ min: 1, max: 100 })),
  amountCents: fc.integer({ min: 50, max: 700 }),
  from: fc.constantFrom('2026-12-01', ...mornings),
  to: orNull(fc.constantFrom('2027-02-28', '2027-03-31')),
  ceilingCents: orNull(fc.integer({ min: 900, max: 4000 })),
  ceilingUnits: orNull(fc.integer({ min: 6, max: 12 })),
  party: fc.nat(2),
})
const gesture = fc.oneof(
  fc.record({
    what: fc.constant('book' as const),
    child: fc.constantFrom(...children),
    on: fc.constantFrom(...mornings),
  }),
  fc.record({
    what: fc.constant('free' as const),
    child: fc.constantFrom(...children),
    on: fc.constantFrom(...mornings),
  }),
  fc.record({ what: fc.constant('promise' as const), child: fc.constantFrom(...children), terms: someTerms }),
  fc.record({ what: fc.constant('change' as const), which: fc.nat(5), terms: someTerms }),
  fc.record({ what: fc.constant('refuse' as const), which: fc.nat(5) }),
  fc.record({ what: fc.constant('run' as const), month: fc.constantFrom('2027-01', lastMonth) }),
  fc.record({ what: fc.constant('bill' as const) }),
)

type ValueOf<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never

/**
 * Plays a history of a home whose aids change. @returns the sum that its payers owe at the end, and the cost of its
 * days
 */
const play = async (gestures: readonly ValueOf<typeof gesture>[]) => {
  const town = await aBillingTown().open()
  try {
    const { client } = town
    const desk = billing(town)
    const familyId = town.family('Marchand')
    const parties: number[] = []
    for (const name of ['CCAS', 'CAF', 'CE'])
      parties.push((await client.payers.saveThirdParty(aThirdPartyInput(name))).id)
    const asInput = ({ party: at, percent, amountCents, from, to, ...ceilings }: ValueOf<typeof someTerms>): AidInput =>
      anAidInput(parties[at] ?? null, {
        label: `Aide ${at}`,
        per: percent === null ? 'day' : 'rest',
        amountCents: percent === null ? amountCents : null,
        percent,
        ...ceilings,
        from: day(from),
        to: to === null ? null : day(to),
      })
    const run = async (month: string) => {
      const made = await desk.run(month).catch(() => undefined)
      if (made) await desk.issue(made.id)
    }
    const aids = async () => (await client.payers.ofFamily({ familyId })).toSorted((a, b) => a.id - b.id)
    const billAll = async () => {
      for (const id of parties) await client.payers.bill({ thirdPartyIds: [id] }).catch(() => undefined)
    }
    const booked = new Set<string>()
    for (const one of gestures) {
      if (one.what === 'book' && !booked.has(`${one.child} ${one.on}`)) {
        await desk.book(one.child, [one.on], 'Matin')
        booked.add(`${one.child} ${one.on}`)
      } else if (one.what === 'free' && booked.delete(`${one.child} ${one.on}`))
        await desk.free(one.child, [one.on], 'Matin')
      else if (one.what === 'promise')
        await client.payers
          .promise({ aid: asInput(one.terms), beneficiaries: [{ familyId, childId: town.child(one.child) }] })
          .catch(() => undefined)
      else if (one.what === 'change' || one.what === 'refuse') {
        const known = await aids()
        const chosen = known[one.which % Math.max(1, known.length)]
        if (!chosen) continue
        // A ceiling below what the aid gave is refused, and changes nothing.
        if (one.what === 'change')
          await client.payers.changeAid({ id: chosen.id, aid: asInput(one.terms) }).catch(() => undefined)
        else
          await client.payers.refuse({ id: chosen.id, on: day('2026-11-25'), reason: 'Refusée' }).catch(() => undefined)
      } else if (one.what === 'run') await run(one.month)
      else if (one.what === 'bill') await billAll()
    }
    await run(lastMonth)
    await run(lastMonth)
    await billAll()
    const pages = await Promise.all(parties.map((id) => client.payers.thirdParty({ id })))
    const home = await desk.balance('Marchand')
    const given = (await aids()).map(({ givenCents, ceilingCents }) => givenCents <= (ceilingCents ?? givenCents))
    return {
      owed: home + pages.reduce((sum, { balanceCents }) => sum + balanceCents, 0),
      cost: booked.size * morningCents,
      leftToBill: pages.map(({ toBill }) => toBill.lines.length),
      withinCeilings: given.every(Boolean),
      findings: desk.findings(),
    }
  } finally {
    await town.close()
  }
}

it('however aids change on the way, the payers together owe what the days cost, and no aid passes its ceiling', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(gesture, { minLength: 5, maxLength: 16 }), async (gestures) => {
      const { owed, cost, leftToBill, withinCeilings, findings } = await play(gestures)
      expect({ owed, leftToBill, withinCeilings, findings }).toEqual({
        owed: cost,
        leftToBill: [0, 0, 0],
        withinCeilings: true,
        findings: [],
      })
    }),
    { numRuns: Number(process.env['HISTORIES'] ?? examples(8)) },
  )
}, 240_000)
