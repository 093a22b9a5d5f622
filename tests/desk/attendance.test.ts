import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { day } from '../../shared/rules/day.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Town } from '../support/town.ts'

const period = 'ALSH mercredi 2026/2027'
const today = day('2026-11-25')
const nextWeek = day('2026-12-02')
let town: Town
const key = (child: string, on = today, slot = 'Matin') => ({
  registrationId: town.registration(child, period),
  day: on,
  slotId: town.slot('CLSH MERCREDI', slot),
})
const sheet = (client = town.client) =>
  client.attendance.sheet({ activityId: town.activity('CLSH MERCREDI'), day: today })

beforeAll(async () => {
  town = await aTown()
    .with(aFamily('Marchand', { children: { Louison: {}, Basile: {} } }))
    .with(aFamily('Duval', { children: { Zoé: {} } }))
    .with(aWednesday())
    .with(aRegistration('Marchand', 'Louison', period))
    .with(aRegistration('Marchand', 'Basile', period))
    .with(aRegistration('Duval', 'Zoé', period))
    .open()
  await town.client.reservations.move({
    cells: [key('Louison'), key('Zoé'), key('Louison', nextWeek)],
    act: 'book',
    reason: { kind: 'listed', code: 'toldInTime' },
  })
})
afterAll(() => town.close())

describe('the day sheet', () => {
  it('shows who is expected, and who is registered and may come all the same', async () => {
    const { children, others, totals } = await sheet()
    expect(children.map(({ lastName, firstName }) => `${lastName} ${firstName}`)).toEqual([
      'Duval Zoé',
      'Marchand Louison',
    ])
    expect(others.map(({ name }) => name)).toEqual(['Marchand Basile'])
    expect(totals[0]).toMatchObject({ expected: 2, present: 0, toMark: 2 })
  })

  it('marks a block, a presence without booking included, and takes a mark back', async () => {
    const cells = [key('Louison'), key('Zoé'), key('Basile')]
    expect(await town.client.attendance.mark({ cells, mark: 'present' })).toEqual({ done: 3, refused: [] })
    expect((await sheet()).totals[0]).toMatchObject({ expected: 2, present: 3, toMark: 0 })
    await town.client.attendance.mark({ cells: [key('Zoé')], mark: null })
    expect((await sheet()).totals[0]).toMatchObject({ expected: 2, present: 2, toMark: 1 })
  })

  it('refuses a day to come, an absence of who is not expected, a justification without words', async () => {
    const told = async (cell: ReturnType<typeof key>, mark: 'absent' | 'justifiedInTime') =>
      (await town.client.attendance.mark({ cells: [cell], mark })).refused[0]?.sentence
    expect(await told(key('Louison', nextWeek), 'absent')).toMatch(/pas encore venu/)
    expect(await told(key('Basile'), 'absent')).toMatch(/n’est pas attendu/)
    expect(await told(key('Zoé'), 'justifiedInTime')).toBe('Indiquez ce qui justifie l’absence.')
  })

  it('tells allergies to those with the right, logs it, and hides them from the others', async () => {
    await town.client.families.changeHealth({
      childId: town.child('Zoé'),
      allergies: 'Arachide',
      diet: '',
      pai: '',
      doctor: '',
    })
    const animator = await town.as('animator')
    const receptionist = await town.as('receptionist')
    expect((await sheet(animator)).children[0]?.health).toMatchObject({ allergies: 'Arachide' })
    const hidden = await sheet(receptionist)
    expect([hidden.showsHealth, hidden.children[0]?.health]).toEqual([false, null])
    const consultations = () =>
      town.store.statement(`select count(*) from audit where entity = 'health_consultation'`).pluck().get()
    expect(consultations()).toBe(1)
    await sheet(animator)
    expect(consultations()).toBe(1)
    await sheet()
    expect(consultations()).toBe(2)
  })

  it('prints', async () => {
    const file = await town.client.attendance.sheetPdf({ activityIds: [town.activity('CLSH MERCREDI')], day: today })
    expect(new TextDecoder().decode((await file.arrayBuffer()).slice(0, 5))).toBe('%PDF-')
  })

  it('counts the day by activity', async () => {
    expect(await town.client.attendance.day({ day: today })).toMatchObject([
      { activity: 'CLSH MERCREDI', expected: 2, present: 2, toMark: 1, held: 2, capacity: 20 },
    ])
  })
})
