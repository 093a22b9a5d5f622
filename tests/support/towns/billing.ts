import { checkFile, type Finding } from '../../../main/store/checking/check.ts'
import type { IssueReport, Run } from '../../../shared/contract/desk/money/invoicing.ts'
import { exampleTariffs } from '../../../shared/examples/tariffs.ts'
import { day, lastOfMonth } from '../../../shared/rules/calendar/day.ts'
import { aFamily, aRegistration, aTown, aWednesday, described, type Part, type Town } from './town.ts'

export const period = 'ALSH mercredi 2026/2027'

/** Chooses a tariff of the example town, by its name, for an activity. */
export const aTariff = described(
  'aTariff',
  (activity: string, label: string = 'ALSH mercredi, 3-6 ans'): Part =>
    async (town) => {
      const { client } = town
      const model = exampleTariffs.find((one) => one.label === label)
      if (!model) throw new Error(`no example tariff «\u00a0${label}\u00a0»`)
      const tariff = await client.prices.saveTariff({ name: label })
      for (const { from, ...definition } of model.versions)
        await client.prices.saveVersion({ tariffId: tariff.id, from, definition: structuredClone(definition) as never })
      await client.prices.attach({ activityId: town.activity(activity), tariffId: tariff.id })
    },
)

/**
 * Two families registered on Wednesdays with a price: one with a quotient of 727 and the children Louison and Basile,
 * one without a quotient and the child Noé.
 */
export const aBillingTown = () =>
  aTown()
    .with(aFamily('Marchand', { familyQuotient: 727, children: { Louison: {}, Basile: { birthDay: '2021-05-02' } } }))
    .with(aFamily('Fouquet', { familyQuotient: null, children: { Noé: {} } }))
    .with(aWednesday())
    .with(aTariff('CLSH MERCREDI'))
    .with(aRegistration('Marchand', 'Louison', period))
    .with(aRegistration('Marchand', 'Basile', period))
    .with(aRegistration('Fouquet', 'Noé', period))

/** The actions of the person who invoices. */
export const billing = (town: Town) => {
  const { client } = town
  const keys = (child: string, days: readonly string[], slots: readonly string[]) =>
    days.flatMap((on) =>
      slots.map((slot) => ({
        registrationId: town.registration(child, period),
        day: on,
        slotId: town.slot('CLSH MERCREDI', slot),
      })),
    )
  return {
    book: async (child: string, days: readonly string[], ...slots: readonly string[]) => {
      const made = await client.reservations.move({ cells: keys(child, days, slots), act: 'book' })
      if (made.refused.length > 0) throw new Error(made.refused[0]?.sentence)
    },
    free: async (child: string, days: readonly string[], ...slots: readonly string[]) => {
      const made = await client.reservations.move({ cells: keys(child, days, slots), act: 'free' })
      if (made.refused.length > 0) throw new Error(made.refused[0]?.sentence)
    },
    run: async (month = '2026-12', familyIds: number[] | null = null, regieId: number | null = null): Promise<Run> => {
      const from = day(`${month}-01`)
      return last(await client.invoicing.run({ from, to: lastOfMonth(from), activityIds: null, familyIds, regieId }))
    },
    recalculate: async (runId: number): Promise<Run> => {
      return last(await client.invoicing.recalculate({ runId }))
    },
    issue: async (runId: number, ids: number[] | null = null): Promise<IssueReport> => {
      return last(await client.invoicing.issue({ runId, ids }))
    },
    drafts: async (runId: number) => {
      return (await client.invoicing.drafts({ runId })).drafts
    },
    paper: async (family: string) => {
      const [first] = await client.invoicing.ofFamily({ familyId: town.family(family) })
      if (!first) throw new Error(`${family} has no invoice`)
      return first
    },
    balance: async (family: string) => (await client.payments.account({ familyId: town.family(family) })).balanceCents,
    findings: (): readonly Finding[] => checkFile(town.store.sqlite),
  }
}

/** The result of a long act. */
export const last = async <Result>(
  steps: AsyncIterable<{ step: 'working' } | { step: 'done'; result: Result }>,
): Promise<Result> => {
  for await (const step of steps) if (step.step === 'done') return step.result
  throw new Error('the work ended without a result')
}

/**
 * Changes the tariff: a place given back at least 14 days before leaves this amount due; given back later, it leaves
 * the whole price due.
 */
export const leavingDue = async ({ client }: Town) => {
  const [tariff] = await client.prices.tariffs()
  const [version] = tariff?.versions ?? []
  if (!tariff || !version) throw new Error('the town has a tariff')
  return (percent: number) =>
    client.prices.saveVersion({
      id: version.id,
      tariffId: tariff.id,
      from: version.from,
      definition: {
        ...version.definition,
        beside: {
          lateCancellation: [
            { notice: 14, surcharge: { percent } },
            { notice: 0, surcharge: { percent: 100 } },
          ],
        },
      },
    })
}
