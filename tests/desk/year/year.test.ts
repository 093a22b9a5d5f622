import { afterEach, describe, expect, it } from 'vitest'
import { aFamily, aRegistration, aTown, aWednesday } from '../../support/towns/town.ts'
import { calendarFile, ended, nextYear } from '../../support/towns/year.ts'
import { book, close, mercredi, open, town } from './year-town.ts'

afterEach(close)

describe('what is done of a year', () => {
  it('counts each step, done and remaining', async () => {
    await open(
      aTown()
        .with(aFamily('Marchand', { children: { Ana: { level: 'CP' } } }))
        .with(aWednesday())
        .with(aRegistration('Marchand', 'Ana', mercredi)),
    )
    expect(await town.client.year.progress({ year: 2027 })).toMatchObject({
      schoolYear: { name: '2027/2028', isKnown: false },
      isImported: false,
      periods: { before: 1, copied: 0 },
      classes: { children: 1, done: 0 },
      registrations: { before: 0, now: 0 },
      closedDays: 0,
    })
    await ended(town.client.year.importCalendar(calendarFile(nextYear)))
    const [row] = await town.client.year.previewCopy({ year: 2027, activityIds: null })
    if (!row) throw new Error('a period')
    await ended(
      town.client.year.copy({
        year: 2027,
        periods: [{ periodId: row.periodId, name: row.newName, startDay: row.moved.from, endDay: row.moved.to }],
      }),
    )
    await ended(town.client.year.passUp({ year: 2027, childIds: [town.child('Ana')], ways: [] }))
    expect(await town.client.year.progress({ year: 2027 })).toMatchObject({
      schoolYear: { isKnown: true, isCertain: false },
      isImported: true,
      periods: { before: 1, copied: 1 },
      classes: { children: 1, done: 1 },
      registrations: { before: 1, now: 0 },
    })
  })
})

const facts = () =>
  [
    'select zone, from_day, to_day from school_holiday',
    'select name, start_day, end_day from period',
    'select period_id, day, slot_id, capacity, closed_reason from opening order by 1, 2, 3',
    'select child_id, from_day, level from schooling',
    'select child_id, period_id, state from registration',
    'select registration_id, day, slot_id, held from reservation order by 1, 2, 3',
  ].map((text) => JSON.stringify(town.store.statement(text).raw().all()))

describe('a batch taken back', () => {
  it('leaves the facts as they were before it', async () => {
    await open(
      aTown()
        .with(aFamily('Marchand', { children: { Ana: { level: 'CP' } } }))
        .with(aWednesday())
        .with(aRegistration('Marchand', 'Ana', mercredi)),
    )
    await book('Ana', mercredi, ['2026-12-09'])
    const { client } = town
    const closing = { from: '2026-12-07', to: '2026-12-11', activityIds: null }
    const [first] = await client.activities.periods({})
    const batches = [
      () => client.year.importCalendar(calendarFile(nextYear)),
      async () => {
        const [row] = await client.year.previewCopy({ year: 2027, activityIds: null })
        if (!row) throw new Error('a period')
        const { periodId, newName: name, moved } = row
        return client.year.copy({ year: 2027, periods: [{ periodId, name, startDay: moved.from, endDay: moved.to }] })
      },
      () => client.year.passUp({ year: 2027, childIds: [town.child('Ana')], ways: [] }),
      async () => {
        const [made] = await client.activities.periods({})
        return client.year.reenrol({
          fromPeriodId: first?.id ?? 0,
          toPeriodId: made?.id ?? 0,
          registrationIds: [town.registration('Ana', mercredi)],
          week: 'none',
        })
      },
      () => client.year.close({ ...closing, reason: 'Neige', charged: false }),
      () => client.year.reopen({ ...closing, reason: 'Neige' }),
    ]
    const done: { actId: number; before: string[] }[] = []
    for (const batch of batches) {
      const before = facts()
      const { actId } = await ended<{ actId: number }>(Promise.resolve(await batch()))
      expect(facts()).not.toEqual(before)
      done.push({ actId, before })
    }
    for (const { actId, before } of done.toReversed()) {
      await ended(client.history.undo({ actId, told: true }))
      expect(facts()).toEqual(before)
    }
  })
})
