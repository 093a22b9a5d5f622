import { expect, it } from 'vitest'
import { cafFilterOf } from '../../../renderer/desk/figures/figures-search.ts'
import { day } from '../../../shared/rules/calendar/day.ts'

const today = day('2026-12-01')

it('the hours of the CAF open on the last month or quarter that is over', () => {
  expect(cafFilterOf({ pas: 'mois' }, today)).toMatchObject({ from: '2026-11', to: '2026-11' })
  expect(cafFilterOf({}, today)).toMatchObject({ from: '2026-07', to: '2026-09' })
  expect(cafFilterOf({}, day('2027-01-31'))).toMatchObject({ from: '2026-10', to: '2026-12' })
})
