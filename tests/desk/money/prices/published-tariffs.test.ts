import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { day, firstOfMonth, monthKey } from '../../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../../shared/rules/money/money.ts'
import type { DescribedHome } from '../../../../shared/rules/price/trying/try-price.ts'
import { aClock, aDesk } from '../../../support/desk.ts'
import { aided } from '../../../support/published-tariffs/aided.ts'
import { beside } from '../../../support/published-tariffs/beside.ts'
import { criteria } from '../../../support/published-tariffs/criteria.ts'
import { forfaits } from '../../../support/published-tariffs/forfaits.ts'
import { plain } from '../../../support/published-tariffs/plain.ts'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { anAidInput, aThirdPartyInput } from '../../../support/towns/payers.ts'

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

/** Open Wednesdays, each in a month of its own. */
const wednesdays = [
  '2026-09-09',
  '2026-10-07',
  '2026-11-04',
  '2026-12-09',
  '2027-01-06',
  '2027-02-03',
  '2027-03-17',
  '2027-04-07',
  '2027-05-12',
] as const

describe.each(aided)('$town', ({ definition, thirdParty, aids, cells }) => {
  it('is paid by each as printed, once its tariff and its aids were typed', async () => {
    const town = await aBillingTown().open(aClock('2026-08-20'))
    onTestFinished(() => town.close())
    const { client } = town
    const home = { familyId: town.family('Marchand'), childId: town.child('Louison') }
    const tariff = await client.prices.saveTariff({ name: 'Comme imprimé' })
    await client.prices.saveVersion({ tariffId: tariff.id, from: day('2020-01-01'), definition })
    await client.prices.attach({ activityId: town.activity('CLSH MERCREDI'), tariffId: tariff.id })
    const party = thirdParty === null ? null : await client.payers.saveThirdParty(aThirdPartyInput(thirdParty))
    for (const aid of aids)
      await client.payers.promise({
        aid: anAidInput(party?.id ?? null, { percent: null, ...aid }),
        beneficiaries: [home],
      })
    const asked = []
    for (const [at, { says, quotient, slots }] of cells.entries()) {
      const on = day(wednesdays[at] ?? '')
      await client.families.setQuotient({
        familyId: home.familyId,
        fromDay: firstOfMonth(on),
        value: quotient,
        source: 'CAF',
        updatedOn: on,
      })
      await billing(town).book('Louison', [on], ...slots)
      const { priceCents, familyCents } = await client.payers.whoPays({ ...home, month: monthKey(on) })
      asked.push(`${says} : ${formatEuros(priceCents)}, famille ${formatEuros(familyCents)}`)
    }
    expect(asked).toEqual(
      cells.map(
        ({ says, costCents, familyCents }) =>
          `${says} : ${formatEuros(costCents)}, famille ${formatEuros(familyCents)}`,
      ),
    )
  })
})
