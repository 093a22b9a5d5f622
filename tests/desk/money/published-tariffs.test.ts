import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import type { DescribedHome } from '../../../shared/rules/price/try-price.ts'
import { aDesk } from '../../support/desk.ts'
import { beside } from '../../support/published-tariffs/beside.ts'
import { criteria } from '../../support/published-tariffs/criteria.ts'
import { forfaits } from '../../support/published-tariffs/forfaits.ts'
import { plain } from '../../support/published-tariffs/plain.ts'

type Home = Parameters<(typeof desk)['client']['prices']['tryPrice']>[0]['home']

let desk: Awaited<ReturnType<typeof aDesk>>
beforeAll(async () => {
  desk = await aDesk()
})
afterAll(() => desk.close())

/** As the desk's client takes it: mutable. */
const sent = (home: DescribedHome): Home => structuredClone(home) as object as Home

describe.each([...criteria, ...plain, ...forfaits, ...beside])('$town', ({ town, definition, cells }) => {
  it('is priced as printed, cell by cell, once it was typed', async () => {
    const { id } = await desk.client.prices.saveTariff({ name: town })
    const saved = await desk.client.prices.saveVersion({ tariffId: id, from: day('2020-01-01'), definition })
    const [version] = saved.versions
    if (!version) throw new Error('the version is saved')
    const asked = await Promise.all(
      cells.map(async ({ says, home }) => {
        const months = await desk.client.prices.tryPrice({
          name: town,
          definition: version.definition,
          home: sent(home),
        })
        const errors = months.flatMap((month) => month.errors.map(({ text }) => text))
        const cents = months
          .flatMap(({ charges }) => charges)
          .filter(({ childId }) => childId === home.children.length)
          .reduce((sum, { totalCents }) => sum + totalCents, 0)
        return `${says} : ${errors[0] ?? formatEuros(cents)}`
      }),
    )
    expect(asked).toEqual(cells.map(({ says, cents }) => `${says} : ${formatEuros(cents)}`))
  })
})
