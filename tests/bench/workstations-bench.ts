import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type Desk, openDesk } from '../../main/app/desk.ts'
import { addMember } from '../../main/desk/staff/staff.ts'
import { serveDesk } from '../../main/host/http.ts'
import { systemActor } from '../../main/store/acts/acts.ts'
import { opening } from '../../main/store/schema/index.ts'
import { roles } from '../../shared/rules/access/roles.ts'
import { addDays, type Day, day, instantOf, timeOfDay } from '../../shared/rules/calendar/day.ts'
import { fillBenchTown } from '../support/towns/bench-town.ts'
import type { WorkstationPlan } from './workstations-worker.ts'

const workstations = 20
const cyclesEach = 30
const password = 'Marronnier-14'

export type WorkstationsFigures = {
  /** 95th percentile of a booking, milliseconds. */
  readonly together: number
  readonly alone: number
}

/**
 * Twenty workstations over HTTP, each reading a family's month, booking a day and marking a child without a pause; then
 * one.
 */
export const workstations20 = async (): Promise<WorkstationsFigures> => {
  const folder = mkdtempSync(join(tmpdir(), 'workstations-bench-'))
  const now = instantOf(day('2026-10-20'), timeOfDay('10:00'))
  const desk = await openDesk({ dataDir: join(folder, 'data'), exampleDir: join(folder, 'example'), clock: () => now })
  try {
    fillBenchTown(desk.core, 500)
    openTheYear(desk)
    await addMember(desk.core, { ...systemActor, roles }, { name: 'Banc', login: 'banc', password, roles })
    const screens = join(folder, 'screens')
    writeFileSync(join(folder, 'index.html'), '')
    const serving = await serveDesk(desk, { screens, port: 0, log: console.error })
    const plan = planner(desk, serving.address)
    try {
      // A first round, so that both measures are made with a warm desk.
      await run([await plan(workstations * 8)])
      const alone = await run([await plan((workstations + 1) * 8)])
      const together = await run(await Promise.all(Array.from({ length: workstations }, (_, index) => plan(index * 8))))
      return { together: p95(together), alone: p95(alone) }
    } finally {
      await serving.close()
    }
  } finally {
    await desk.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const schoolYear = Array.from({ length: 200 }, (_, index) => addDays(day('2026-11-02'), index))

const openTheYear = ({ core: { store } }: Desk): void => {
  const slots = store.statement('select distinct period_id periodId, slot_id slotId from opening').all() as {
    periodId: number
    slotId: number
  }[]
  store.act(systemActor, 'families.change', 'Année ouverte', (write) => {
    write.insertMany(
      opening,
      schoolYear.flatMap((on) => slots.map((slot) => ({ ...slot, day: on, capacity: 10_000 }))),
    )
  })
}

const cookieOf = (given: Headers): string => given.getSetCookie()[0]?.split(';')[0] ?? ''

const planner = (desk: Desk, address: string) => {
  const booked = desk.core.store
    .statement(
      `select registration_id registrationId, family_id familyId, slot_id slotId, min(reservation.day) as day
      from reservation join registration on registration.id = registration_id
      where reservation.day <= '2026-10-19' group by registration_id order by registration_id`,
    )
    .all() as { registrationId: number; familyId: number; slotId: number; day: Day }[]
  return async (rank: number): Promise<WorkstationPlan> => {
    const { headers } = await fetch(address, { redirect: 'manual' })
    const { origin } = new URL(address)
    const login = await fetch(`${origin}/rpc/staff/login`, {
      method: 'POST',
      headers: { origin, cookie: cookieOf(headers), 'x-csrf-token': 'orpc', 'content-type': 'application/json' },
      body: JSON.stringify({ json: { login: 'banc', password } }),
    })
    if (!login.ok) throw new Error(`no login: ${await login.text()}`)
    const cycles = Array.from({ length: cyclesEach }, (_, turn) => {
      const cell = booked[(rank + (turn % 8)) % booked.length]
      if (!cell) throw new Error('no child to book')
      const { registrationId, slotId, familyId } = cell
      const mark = turn % 16 < 8 ? ('present' as const) : ('absent' as const)
      return {
        grid: { from: '2026-11-01', to: '2026-11-30', periodIds: null, familyId },
        book: { cells: [{ registrationId, slotId, day: schoolYear[Math.floor(turn / 8) + 20] }], act: 'book' },
        mark: { cells: [{ registrationId, slotId, day: cell.day }], mark, reason: '' },
      }
    })
    return { origin, cookie: cookieOf(login.headers), cycles }
  }
}

/** Runs in other processes than the desk, as on other computers. @returns the milliseconds of each booking */
const run = (plans: readonly WorkstationPlan[]) =>
  new Promise<number[]>((done, failed) => {
    const worker = new Worker(new URL('./workstations-worker.ts', import.meta.url), { workerData: { plans } })
    worker.once('message', done)
    worker.once('error', failed)
  })

const p95 = (milliseconds: readonly number[]): number =>
  milliseconds.toSorted((one, other) => one - other)[Math.floor(milliseconds.length * 0.95)] ?? Number.NaN

if (import.meta.main) console.log(await workstations20())
