import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient, type RouterClient } from '@orpc/server'
import { type Desk, openDesk } from '../../main/app/desk.ts'
import { addMember } from '../../main/desk/staff/staff.ts'
import { systemActor } from '../../main/store/acts/acts.ts'
import { makeBackup } from '../../main/store/backups/backup.ts'
import { roles } from '../../shared/rules/access/roles.ts'
import { addDays, day, instantOf, timeOfDay } from '../../shared/rules/calendar/day.ts'
import { fillBenchTown } from '../support/towns/bench-town.ts'
import { ended } from '../support/towns/year.ts'
import { batches, eraseAllDue, leaveLongAgo, readyForBatches } from './money/batches-bench.ts'

const password = 'Marronnier-14'
const between = 20

/**
 * A long act lasts a second or two, in which a few dozen calls are answered: the figures of one town alone would show
 * its slowest answer instead of its 99th percentile.
 */
const towns = 3

/** 99th percentile of an answer in milliseconds, by the act that runs meanwhile. */
type BlockingFigures = Readonly<Record<string, number>>

/**
 * Times the reading of a family's month and a booking, one of each every 20 ms, while the desk runs a long act, and
 * while it is idle.
 */
export const blocking = (): Promise<BlockingFigures> =>
  inTowns(async (desk, client, during) => {
    await during('nothing', () => new Promise((done) => setTimeout(done, 1500)))
    await during('backup', () => makeBackup(desk.core.store, { reason: 'asked' }))
    await during('import', () => importPupils(client, 2000))
    await during('run', async () => {
      const { id: runId } = await ended(
        client.invoicing.run({ from: '2026-10-01', to: '2026-10-31', activityIds: null, familyIds: null }),
      )
      // No attendance was marked in this town: its drafts have a warning and are issued by their ids.
      const { drafts } = await client.invoicing.drafts({ runId })
      await ended(client.invoicing.issue({ runId, ids: drafts.map(({ id }) => id) }))
    })
  })

/** The same during each batch act of a school year and each change of many records, by name. */
export const blockingBatches = (): Promise<BlockingFigures> =>
  inTowns(async (desk, client, during) => {
    readyForBatches(desk)
    await importPupils(client, 1000)
    for (const [name, prepare] of Object.entries(batches(desk, client))) await during(name, await prepare())
    await importPupils(client, 200)
    leaveLongAgo(desk)
    await during('erase', () => eraseAllDue(client))
  })

type During = (name: string, work: () => Promise<unknown>) => Promise<void>

const inTowns = async (
  measure: (desk: Desk, client: Client, during: During) => Promise<void>,
): Promise<BlockingFigures> => {
  const found = new Map<string, number[]>()
  for (let town = 0; town < towns; town += 1) {
    await atBench((desk, client) =>
      measure(desk, client, async (name, work) => {
        found.set(name, [...(found.get(name) ?? []), ...(await answersDuring(desk, client, work))])
      }),
    )
  }
  return Object.fromEntries([...found].map(([name, waits]) => [name, slowest(waits)]))
}

export const slowest = (waits: readonly number[]): number =>
  waits.toSorted((one, other) => one - other)[Math.floor(waits.length * 0.99)] ?? Number.NaN

export const atBench = async (
  measure: (desk: Desk, client: Client) => Promise<void>,
  fill: (core: Desk['core']) => void = (core) => fillBenchTown(core, 500),
): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'blocking-bench-'))
  const now = instantOf(day('2026-11-02'), timeOfDay('10:00'))
  const desk = await openDesk({ dataDir: join(folder, 'data'), exampleDir: join(folder, 'example'), clock: () => now })
  try {
    fill(desk.core)
    await addMember(desk.core, { ...systemActor, roles }, { name: 'Banc', login: 'banc', password, roles })
    const client = createRouterClient(desk.router, { context: desk.connect() })
    await client.staff.login({ login: 'banc', password })
    await measure(desk, client)
  } finally {
    await desk.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const importPupils = async (client: Client, pupils: number): Promise<void> => {
  const steps = await client.imports.run({
    file: classList(pupils),
    fileName: 'eleves.csv',
    withoutPending: true,
    sheet: '',
    list: null,
    mapping: null,
    words: [],
    schoolId: null,
    fromDay: '2026-09-01',
    corrections: [],
    decisions: [],
  })
  for await (const step of steps) if (step.step === 'done') return
}

export type Client = RouterClient<Desk['router']>

export const answersDuring = async (
  { core }: Desk,
  client: Client,
  work: () => Promise<unknown>,
): Promise<number[]> => {
  const cells = core.store
    .statement('select registration_id registrationId, slot_id slotId from reservation group by registration_id')
    .all() as { registrationId: number; slotId: number }[]
  const over = new AbortController()
  const working = work().finally(() => over.abort())
  const answers: Promise<number>[] = []
  for (let turn = 0; !over.signal.aborted; turn += 1) {
    const due = performance.now() + between
    const cell = cells[(turn * 7) % cells.length] ?? { registrationId: 1, slotId: 1 }
    const month = { from: '2026-11-01', to: '2026-11-30', periodIds: null, familyId: 1 + (turn % 500) }
    const booking = { cells: [{ ...cell, day: addDays(day('2026-11-16'), turn % 5) }], act: 'book' as const }
    // Measured from the moment when the call was due, so that an answer delayed by a blocked event loop counts in full.
    await new Promise((done) => setTimeout(done, between))
    answers.push(timed(client.reservations.calendar(month), due), timed(client.reservations.move(booking), due))
  }
  await working
  return Promise.all(answers)
}

const timed = async (asked: Promise<unknown>, from: number) => {
  await asked
  return performance.now() - from
}

/** A class list in the format of ONDE, with this number of unknown pupils. */
const classList = (pupils: number): Blob => {
  const header =
    'Nom élève;Nom d’usage élève;Prénom élève;Date naissance;Sexe;Adresse1;Cp1;Commune1; Cycle;Niveau;Libellé classe'
  const lines = Array.from(
    { length: pupils },
    (_, index) =>
      `ELEVE${index};;Prénom${index};${String(1 + (index % 28)).padStart(2, '0')}/0${1 + (index % 9)}/2019;F;${index} rue du Banc;14000;Banc;CYCLE 2;CP;CP ${1 + (index % 40)}`,
  )
  return new Blob([[header, ...lines].join('\r\n')], { type: 'text/csv' })
}
