import type { RouterClient } from '@orpc/server'
import type { Desk } from '../../../main/app/desk.ts'
import { departFamily } from '../../../main/desk/reservations/reservations.ts'
import { systemActor } from '../../../main/store/acts/acts.ts'
import { opening } from '../../../main/store/schema/index.ts'
import { Definition } from '../../../shared/contract/desk/money/prices.ts'
import { roles } from '../../../shared/rules/access/roles.ts'
import { day, daysBetween, weekday } from '../../../shared/rules/calendar/day.ts'
import { copyWithPercent } from '../../../shared/rules/price/printed/tariff-copy.ts'
import { calendarFile, ended, nextYear } from '../../support/towns/year.ts'
import { everybodyWaits } from '../../support/works/waiting-works.ts'
import { readyForNextYear } from '../../support/works/year-works.ts'

type Client = RouterClient<Desk['router']>
/** Only the act itself is measured, because it makes others wait; the preparation is a preview that a person reads. */
type Batch = () => Promise<() => Promise<unknown>> | (() => Promise<unknown>)

const worker = { ...systemActor, roles }
const year = 2027
const span = { from: day('2026-12-07'), to: day('2027-02-26') }
const winter = daysBetween(span.from, span.to).filter((on) => weekday(on) <= 5)

/**
 * A town with two children per home and the data of the batch acts: classes, typical weeks, lists, places in another
 * slot.
 */
export const readyForBatches = ({ core }: Desk): void => {
  readyForNextYear(core, worker)
  everybodyWaits(core, worker)
  const { periodId, slotId } = wednesdays(core)
  core.store.act(worker, 'families.change', 'Repas ouverts', (write) => {
    write.insertMany(
      opening,
      winter.map((on) => ({ periodId, day: on, slotId: slotId + 1, capacity: 150 })),
    )
  })
}

/** The first period of the town, and its morning. */
const wednesdays = ({ store }: Desk['core']) =>
  store.statement('select min(id) periodId, (select min(id) from slot) slotId from period').get() as {
    periodId: number
    slotId: number
  }

/** Homes without bookings that left long ago, so that all their data can be erased. */
export const leaveLongAgo = ({ core }: Desk): void => {
  const homes = core.store
    .statement(
      'select id from family where not exists (select 1 from registration where family_id = family.id) limit 60',
    )
    .pluck()
    .all() as number[]
  for (const id of homes) departFamily(core, worker, { familyId: id, on: day('2021-06-30'), charged: false })
}

/** The batch acts of a desk by the name of their figure, in an order in which each has something to do. */
export const batches = ({ core }: Desk, client: Client): Readonly<Record<string, Batch>> => {
  const { store } = core
  const { periodId, slotId } = wednesdays(core)
  const undo =
    (kind: string): Batch =>
    () => {
      const actId = Number(
        store.statement(`select max(id) from act where kind like ? and state = 'closed'`).pluck().get(kind),
      )
      return () => ended(client.history.undo({ actId, told: true }))
    }
  return {
    undoImport: undo('import.%'),
    async copy() {
      await ended(client.year.importCalendar(calendarFile(nextYear)))
      const found = await client.year.previewCopy({ year, activityIds: null })
      const periods = found.map((one) => ({
        periodId: one.periodId,
        name: one.newName,
        startDay: one.moved.from,
        endDay: one.moved.to,
      }))
      return () => ended(client.year.copy({ year, periods }))
    },
    async classes() {
      const { children } = await client.year.previewPassage({ year })
      const childIds = children.map(({ childId }) => childId)
      return () => ended(client.year.passUp({ year, childIds, ways: [] }))
    },
    async reenrol() {
      const next = `select min(id) from period where start_day >= '2027-08-01'
        and activity_id = (select activity_id from period where id = ?)`
      const toPeriodId = Number(store.statement(next).pluck().get(periodId))
      const asked = { fromPeriodId: periodId, toPeriodId }
      const rows = await client.year.previewReenrolment(asked)
      const registrationIds = rows.slice(0, 150).map(({ registrationId }) => registrationId)
      return () => ended(client.year.reenrol({ ...asked, registrationIds, week: 'booked' }))
    },
    undoReenrol: undo('year.reenrol'),
    close: () => () =>
      ended(
        client.year.close({
          from: '2026-10-12',
          to: '2026-10-13',
          activityIds: null,
          reason: 'Neige',
          charged: false,
        }),
      ),
    places: () => () =>
      client.reservations.openPlaces({
        periodId,
        from: '2026-12-01',
        to: '2027-01-14',
        slotIds: [slotId],
        more: 25,
        act: 'promote',
      }),
    weeks() {
      const registrationIds = store
        .statement('select id from registration where period_id = ? order by id limit 200')
        .pluck()
        .all(periodId) as number[]
      const week = [1, 2, 4].map((on) => ({ weekday: on, slotId: slotId + 1 }))
      return () => ended(client.reservations.applyWeeks({ periodId, registrationIds, week, ...span }))
    },
    async prices() {
      const { id: runId } = await ended(
        client.invoicing.run({
          from: '2026-10-01',
          to: '2026-10-31',
          activityIds: null,
          familyIds: null,
        }),
      )
      return async () => {
        for (const { id: tariffId, versions } of await client.prices.tariffs()) {
          const last = versions.at(-1)
          if (!last) continue
          const { definition } = copyWithPercent(last.definition, 3, 'halfUp')
          await client.prices.saveVersion({ tariffId, from: '2026-10-01', definition: Definition.parse(definition) })
        }
        await ended(client.invoicing.recalculate({ runId }))
      }
    },
  }
}

export const eraseAllDue = async (client: Client): Promise<void> => {
  for await (const _ of await client.protection.eraseDue({ kinds: ['family'], confirmation: 'EFFACER' }));
}
