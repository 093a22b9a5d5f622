import { expect, it } from 'vitest'
import { dayGridOf, type GridData } from '../../../renderer/desk/reservations/calendar-data.ts'
import { layOut } from '../../../renderer/parts/calendar-layout.ts'
import { type Day, day } from '../../../shared/rules/calendar/day.ts'
import { aBillingTown, billing, period } from '../../support/towns/billing.ts'

const wednesday = day('2026-12-09')

it('while the day is being read, the answer of its week or month is drawn for that day alone', async () => {
  const town = await aBillingTown().open()
  await billing(town).book('Louison', ['2026-12-09', '2026-12-16'], 'Matin')
  const read = (from: Day, to: Day) =>
    town.client.reservations.calendar({ from, to, periodIds: [town.period(period)], familyId: null })
  const ofDay = dayGridOf(await read(wednesday, wednesday), wednesday)
  const ofMonth = dayGridOf(await read(day('2026-12-01'), day('2026-12-31')), wednesday)
  await town.close()

  expect(layOut(ofMonth.columns, 66)).toEqual(layOut(ofDay.columns, 66))
  expect(ofMonth.counts).toEqual(ofDay.counts)
  expect(cellsOf(ofMonth)).toEqual(cellsOf(ofDay))
})

/** Each cell as it is drawn, and what a click on it acts on. */
const cellsOf = ({ rows, columns, cell, keyOf }: GridData) =>
  rows.flatMap((row) =>
    columns.flatMap((column) =>
      column.slots.map((slot) => [keyOf({ row: row.id, day: column.day, slot: slot.id }), cell(row, column, slot)]),
    ),
  )
