import { expect, it, onTestFinished } from 'vitest'
import { aClock } from '../../../support/desk.ts'
import { aTariff, period } from '../../../support/towns/billing.ts'
import { aFamily, aRegistration, aTown, aWednesday } from '../../../support/towns/town.ts'
import { liveYear } from '../../../support/towns/year-of-money.ts'

const names = Array.from({ length: 10 }, (_, index) => `Foyer${String.fromCodePoint(65 + index)}`)

it('a régie lives a whole year, and nothing is lost', async () => {
  const clock = aClock('2026-12-01')
  const town = await names
    .reduce(
      (made, name, index) =>
        made.with(aFamily(name, { familyQuotient: 300 + index * 60, children: { [`Enfant${index}`]: {} } })),
      aTown()
        .with(aWednesday({ capacity: 40, endDay: '2027-12-17', schoolHolidays: 'with' }))
        .with(aTariff('CLSH MERCREDI')),
    )
    .with(async (made) => {
      for (const [index, name] of names.entries()) await aRegistration(name, `Enfant${index}`, period)(made)
    })
    .open(clock)
  onTestFinished(() => town.close())
  await liveYear(town)
  expect((await town.client.closings.read({})).closed[0]).toMatchObject({ kind: 'year', from: '2027-01-01' })
})
