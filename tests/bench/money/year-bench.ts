import { performance } from 'node:perf_hooks'
import type { Desk } from '../../../main/app/desk.ts'
import { Definition } from '../../../shared/contract/desk/money/prices.ts'
import { copyWithPercent } from '../../../shared/rules/price/printed/tariff-copy.ts'
import { fillBenchYear } from '../../support/towns/bench-town.ts'
import { ended } from '../../support/towns/year.ts'
import { answersDuring, atBench, type Client, slowest } from '../blocking-bench.ts'

const homes = 600
const schoolYear = { from: '2026-09-01', to: '2027-07-03' }

export type YearFigures = {
  /** The year of 600 homes under two versions of all tariffs. */
  readonly compareSeconds: number
  /** One SQL query that reads the compared bookings. */
  readonly readSeconds: number
  /** 99th percentile of the desk's answers meanwhile, in milliseconds. */
  readonly compareP99: number
  /** The same while « Refaire les comptes » shows its preview for the billed year. */
  readonly previewP99: number
  readonly nothingP99: number
  readonly previewSeconds: number
  /** « Prévision » of the year, booked and not billed. */
  readonly forecastSeconds: number
  readonly forecastP99: number
}

export const yearOf600 = async (): Promise<YearFigures> => {
  const figures: Partial<Record<keyof YearFigures, number>> = {}
  await atBench(
    async (desk, client) => {
      const during = async (work: () => Promise<unknown>) => {
        let seconds = 0
        const waits = await answersDuring(desk, client, async () => {
          const started = performance.now()
          await work()
          seconds = (performance.now() - started) / 1000
        })
        return { seconds, p99: slowest(waits) }
      }
      const canteen = await tariffNamed(client, 'Restaurant scolaire')
      const nothing = await during(() => new Promise((done) => setTimeout(done, 1500)))
      const { tariffId, versionId, from } = canteen
      const after = dearer(canteen)
      // All tariffs: each booking of the year is priced twice.
      const comparison = {
        tariffId: null,
        before: from,
        after: from,
        draft: { tariffId, definition: after },
        ...schoolYear,
      }
      const compared = await during(() => ended(client.prices.compare(comparison)))
      const read = readingSeconds(desk)
      const foreseen = await during(() => ended(client.invoicing.forecast(schoolYear)))
      await billTheYear(client)
      await client.prices.saveVersion({ tariffId, id: versionId, from, definition: after })
      const scope = { tariffId, fromDay: schoolYear.from }
      const previewed = await during(() => client.invoicing.repricingPreview(scope))
      Object.assign(figures, {
        compareSeconds: compared.seconds,
        readSeconds: read,
        compareP99: compared.p99,
        previewP99: previewed.p99,
        previewSeconds: previewed.seconds,
        nothingP99: nothing.p99,
        forecastSeconds: foreseen.seconds,
        forecastP99: foreseen.p99,
      } satisfies YearFigures)
    },
    (core) => fillBenchYear(core, homes),
  )
  return figures as YearFigures
}

const tariffNamed = async (client: Client, name: string) => {
  const found = (await client.prices.tariffs()).find((tariff) => tariff.name === name)
  const [version] = found?.versions ?? []
  if (!found || !version) throw new Error(`no tariff ${name}`)
  return { tariffId: found.id, versionId: version.id, from: version.from, definition: version.definition }
}

const dearer = ({ definition }: Awaited<ReturnType<typeof tariffNamed>>): Definition =>
  Definition.parse(copyWithPercent(definition, 5, 'halfUp').definition)

const billTheYear = async (client: Client): Promise<void> => {
  const { id: runId } = await ended(client.invoicing.run({ ...schoolYear, activityIds: null, familyIds: null }))
  const { drafts } = await client.invoicing.drafts({ runId })
  await ended(client.invoicing.issue({ runId, ids: drafts.map(({ id }) => id) }))
}

const readingSeconds = ({ core }: Desk): number => {
  const started = performance.now()
  core.store.sqlite
    .prepare(
      `select reservation.*, registration.family_id from reservation
      join registration on registration.id = registration_id`,
    )
    .all()
  return (performance.now() - started) / 1000
}
