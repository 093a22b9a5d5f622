import { expect, it } from 'vitest'
import { cafFilterOf } from '../../../renderer/desk/figures/figures-search.ts'
import { day } from '../../../shared/rules/calendar/day.ts'

const today = day('2026-12-01')

it('the hours of the CAF open on the last month or quarter that is over, or on the days that another tab asks for', () => {
  expect(cafFilterOf({ pas: 'mois' }, today)).toMatchObject({ from: '2026-11', to: '2026-11' })
  expect(cafFilterOf({}, today)).toMatchObject({ from: '2026-07', to: '2026-09' })
  expect(cafFilterOf({ pas: 'annee', du: '2026-01-01', au: '2026-11-30' }, today)).toMatchObject({
    from: '2026-01',
    to: '2026-11',
  })
  expect(cafFilterOf({}, day('2027-01-31'))).toMatchObject({ from: '2026-10', to: '2026-12' })
})
