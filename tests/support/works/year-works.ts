import type { Core } from '../../../main/desk/core.ts'
import { writeSchoolings } from '../../../main/desk/families/families.ts'
import {
  closeForAll,
  copyPeriods,
  importCalendar,
  moveToNextClasses,
  previewCopy,
  previewNextClasses,
  previewReenrolment,
  reenrol,
  reopenForAll,
} from '../../../main/desk/year/year.ts'
import type { Actor } from '../../../main/store/acts/acts.ts'
import { registration } from '../../../main/store/schema/index.ts'
import type { Role } from '../../../shared/rules/access/roles.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { calendarFile, nextYear } from '../towns/year.ts'

type Worker = Actor & { readonly roles: readonly Role[] }
type Tools = Parameters<typeof moveToNextClasses>[3]

const year = 2027
const closing = { from: day('2026-10-05'), to: day('2026-10-09'), activityIds: null }

/** Classes, and a typical week for each registration: the data that the year's work uses. */
export const readyForNextYear = (core: Core, worker: Worker): void => {
  const { store } = core
  const children = store.statement('select id from child order by id').pluck().all() as number[]
  const asked = store
    .statement(
      `select registration.id, json_extract(places, '$[0].slotId') slotId from registration
      join period on period.id = period_id`,
    )
    .all() as { id: number; slotId: number }[]
  store.act(worker, 'families.change', 'Avant la rentrée', (write) => {
    writeSchoolings(
      write,
      children.map((childId, at) => ({
        childId,
        fromDay: day('2026-09-01'),
        schoolId: null,
        level: (['GS', 'CP', 'CM2'] as const)[at % 3] ?? 'CP',
        className: '',
      })),
    )
    for (const { id, slotId } of asked) write.update(registration, id, { typicalWeek: [{ weekday: 3, slotId }] })
  })
}

/** The batches of the year's work, in order; `isDone` tells where to continue after an interruption. */
export const batchesOfYear = (worker: Worker, tools: Tools) =>
  [
    {
      name: 'calendar',
      isDone: ({ store }: Core) => store.statement('select 1 from school_holiday').get() !== undefined,
      run: (core: Core) => importCalendar(core, worker, calendarFile(nextYear), tools),
    },
    {
      name: 'copy',
      isDone: (core: Core) => previewCopy(core, { year, activityIds: null }).every(({ conflict }) => conflict !== null),
      run: (core: Core) =>
        copyPeriods(
          core,
          worker,
          {
            year,
            periods: previewCopy(core, { year, activityIds: null }).map(({ periodId, newName, moved }) => ({
              periodId,
              name: newName,
              startDay: moved.from,
              endDay: moved.to,
            })),
          },
          tools,
        ),
    },
    {
      name: 'classes',
      isDone: (core: Core) => previewNextClasses(core, { year }).children.every(({ outcome }) => outcome === 'there'),
      run: (core: Core) => {
        const childIds = previewNextClasses(core, { year }).children.map(({ childId }) => childId)
        return moveToNextClasses(core, worker, { year, childIds, ways: [] }, tools)
      },
    },
    {
      name: 'reenrol',
      isDone: ({ store }: Core) =>
        store.statement(`select 1 from registration where start_day >= '2027-08-01'`).get() !== undefined,
      run: async (core: Core) => {
        const [from, to] = core.store
          .statement(`select id from period where name like 'ALSH mercredi%' order by start_day`)
          .pluck()
          .all() as [number, number]
        const rows = await previewReenrolment(core, { fromPeriodId: from, toPeriodId: to })
        const registrationIds = rows.map(({ registrationId }) => registrationId)
        return reenrol(core, worker, { fromPeriodId: from, toPeriodId: to, registrationIds, week: 'booked' }, tools)
      },
    },
    {
      name: 'close',
      isDone: ({ store }: Core) =>
        store.statement(`select 1 from act where kind = 'year.close' and state = 'closed'`).get() !== undefined,
      run: (core: Core) => closeForAll(core, worker, { ...closing, reason: 'Neige', charged: false }, tools),
    },
    {
      name: 'reopen',
      isDone: ({ store }: Core) =>
        store.statement('select 1 from opening where closed_reason is not null').get() === undefined,
      run: (core: Core) => reopenForAll(core, worker, { ...closing, reason: 'Neige' }, tools),
    },
  ] as const

/** Everything that the batches write, by name, because ids of undone rows are not used again. */
export const factsOfYear = ({ store }: Core) =>
  [
    'select zone, name, from_day, to_day from school_holiday order by 1, 3',
    'select name, start_day, end_day from period order by 1',
    `select period.name, count(*), sum(capacity), count(closed_reason), min(day), max(day) from opening
      join period on period.id = period_id group by period.id order by 1`,
    'select child_id, from_day, level from schooling order by 1, 2',
    `select child_id, family_id, period.name, state, typical_week from registration
      join period on period.id = period_id order by 1, 2, 3`,
    `select period.name, held, count(*), min(day), max(day) from reservation join period on period.id = period_id
      group by 1, 2 order by 1, 2`,
    'select move, count(*) from reservation_move group by 1 order by 1',
  ].map((text) => JSON.stringify(store.statement(text).raw().all()))
