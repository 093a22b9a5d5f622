import { expect } from 'vitest'
import { checkFile } from '../../../main/store/checking/check.ts'
import type { aTown, Town } from '../../support/towns/town.ts'

export const mercredi = 'ALSH mercredi 2026/2027'

export let town: Town

export const open = async (built: ReturnType<typeof aTown>) => {
  town = await built.open()
}

/** After each test: whatever it did, the judge finds nothing in the file. */
export const close = async () => {
  const findings = checkFile(town.store.sqlite)
  await town.close()
  if (findings.length > 0) throw new Error(JSON.stringify(findings))
}

export const daysOf = async (periodId: number) => [
  ...new Set((await town.client.activities.openings({ periodId })).map((one) => one.day)),
]
export const bookings = () =>
  Number(town.store.statement(`select count(*) from reservation where held = 'confirmed'`).pluck().get())
export const acts = () =>
  town.store.statement(`select kind from act where kind like 'year.%' and state = 'closed'`).pluck().all()
export const refusal = async (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { data?: { sentence?: string } }) => error.data?.sentence,
  )
/** Books a child on days of a period. */
export const book = async (firstName: string, period: string, days: readonly string[], slot = 'Matin') => {
  const made = await town.client.reservations.move({
    cells: days.map((on) => ({
      registrationId: town.registration(firstName, period),
      day: on,
      slotId: town.slot('CLSH MERCREDI', slot),
    })),
    act: 'book',
  })
  expect(made.refused).toEqual([])
}
