import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dayCounts, isSought } from '../../../renderer/desk/attendance/sheet.ts'
import type { Role } from '../../../shared/rules/access/roles.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { aMember } from '../../support/desk.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Town } from '../../support/towns/town.ts'
import { asked, missing } from '../documents/documents-reading.ts'

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

  it('marks a block, a child present without a booking included, and takes a mark back', async () => {
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

  it('records a repeated call once, and leaves one trace in the audit', async () => {
    town.clock.set('2026-11-25', '11:30')
    const marks = () => town.store.statement(`select count(*) from audit where entity = 'attendance'`).pluck().get()
    const late = (madeAgo: number) =>
      town.client.attendance.mark({ cells: [{ ...key('Zoé'), madeAgo }], mark: 'absent' })
    await late(90_000)
    const before = marks()
    expect(await late(95_000)).toEqual({ done: 1, refused: [] })
    expect(marks()).toBe(before)
  })

  it('keeps the latest made, not the latest to arrive, and says so of the other', async () => {
    town.clock.set('2026-11-25', '12:00')
    const minutes = (count: number) => ({ ...key('Zoé'), madeAgo: count * 60_000 })
    await town.client.attendance.mark({ cells: [minutes(10)], mark: 'present' })
    await town.client.attendance.mark({ cells: [minutes(5)], mark: 'absent' })
    expect((await town.client.attendance.mark({ cells: [minutes(8)], mark: 'present' })).refused).toMatchObject([
      {
        child: 'Zoé Duval',
        day: today,
        sentence:
          'Absent, noté depuis, à 11\u00a0h\u00a055\u00a0: le pointage fait à 11\u00a0h\u00a052, plus ancien, n’est pas gardé.',
      },
    ])
    await town.client.attendance.mark({ cells: [key('Zoé')], mark: null })
    expect((await town.client.attendance.mark({ cells: [minutes(2)], mark: 'present' })).refused[0]?.sentence).toMatch(
      /^Pointage repris depuis, à 12.h.00/,
    )
    expect((await sheet()).totals[0]).toMatchObject({ expected: 2, present: 2, toMark: 1 })
    town.clock.set('2026-11-25')
  })

  it('lists a mark that can stand nowhere, and does the others', async () => {
    const gone = { ...key('Zoé'), registrationId: 999_999 }
    const { done, refused } = await town.client.attendance.mark({ cells: [gone, key('Zoé')], mark: 'present' })
    expect([done, refused.map(({ registrationId }) => registrationId)]).toEqual([1, [999_999]])
    await town.client.attendance.mark({ cells: [key('Zoé')], mark: null })
  })

  it('shows allergies only to people with the right, and logs each reading', async () => {
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

  it('is printed as a PDF', async () => {
    const file = await town.client.attendance.sheetPdf({ activityIds: [town.activity('CLSH MERCREDI')], day: today })
    expect(new TextDecoder().decode((await file.arrayBuffer()).slice(0, 5))).toBe('%PDF-')
  })

  it('counts the day by activity', async () => {
    expect(await town.client.attendance.day({ day: today })).toMatchObject([
      { activity: 'CLSH MERCREDI', expected: 2, present: 2, toMark: 1, held: 2, capacity: 20 },
    ])
    // Children are counted once, marks by slot.
    const cells = ['Repas', 'Après-midi'].map((slot) => key('Louison', today, slot))
    await town.client.reservations.move({ cells, act: 'book', reason: { kind: 'listed', code: 'toldInTime' } })
    const counted = { expected: 2, present: 2, toMark: 3 }
    expect(await town.client.attendance.day({ day: today })).toMatchObject([counted])
    // What a tablet counts without a connection is what the core counts.
    expect(dayCounts(await sheet())).toEqual(counted)
  })
})

const leave = (child: string, at: string | null, on = today) =>
  town.client.attendance.departure({ registrationId: town.registration(child, period), day: on, at })
const departure = async (child: string) =>
  (await sheet()).children.find(({ firstName }) => firstName === child)?.departure

const arrive = (at: string | null) =>
  town.client.attendance.arrival({ registrationId: town.registration('Louison', period), day: today, at })
const arrival = async () => (await sheet()).children.find(({ firstName }) => firstName === 'Louison')?.arrival

const why = (asked: Promise<unknown>) =>
  asked.then(
    () => null,
    (error: { data?: { sentence?: string } }) => error.data?.sentence?.replaceAll('\u00a0', ' '),
  )

describe('when a child was fetched', () => {
  it('is noted on the last slot that it was present on, with the minutes after the end', async () => {
    await town.client.attendance.mark({
      cells: [key('Louison'), key('Louison', today, 'Après-midi')],
      mark: 'present',
    })
    const slots = (await sheet()).slots
    const end = slots.find(({ name }) => name === 'Après-midi')?.end ?? ''
    const late = `${end.slice(0, 2)}:${String(Number(end.slice(3)) + 12).padStart(2, '0')}`
    expect(await leave('Louison', late)).toEqual({ minutesLate: 12 })
    expect(await departure('Louison')).toEqual({ at: late, minutesLate: 12 })
    expect(await leave('Louison', end)).toEqual({ minutesLate: 0 })
    await leave('Louison', null)
    expect(await departure('Louison')).toBeNull()
  })

  it('has a time of arrival beside it, before the end of the last slot', async () => {
    await expect(arrive('23:00')).rejects.toMatchObject({ data: { field: 'at' } })
    await arrive('08:05')
    expect(await arrival()).toBe('08:05')
    await arrive(null)
    expect(await arrival()).toBeNull()
  })

  it('is refused for a child who is not there, on a day to come, before its slot', async () => {
    await town.client.attendance.mark({ cells: [key('Zoé')], mark: 'absent' })
    expect(await why(leave('Zoé', '18:42'))).toBe('Pointez d’abord l’enfant présent.')
    expect(await why(leave('Louison', '18:42', nextWeek))).toMatch(/pas encore venu/)
    expect(await why(leave('Louison', '06:00'))).toMatch(/vérifiez l’heure/)
  })

  it('is forgotten when the child was not there after all', async () => {
    await leave('Louison', '19:00')
    await town.client.attendance.mark({ cells: [key('Louison', today, 'Après-midi')], mark: null })
    expect(await departure('Louison')).toBeNull()
    await leave('Louison', '19:00')
    await town.client.attendance.mark({ cells: [key('Louison')], mark: 'absent' })
    expect(await departure('Louison')).toBeNull()
  })
})

it('is filtered by the child’s name, or by that of whoever comes to the gate for it, allowed or not', async () => {
  const pickup = { childId: town.child('Zoé'), relation: '', phone: '' }
  await town.client.families.addPickup({ ...pickup, name: 'Odile Garnier', allowed: true })
  await town.client.families.addPickup({ ...pickup, name: 'Julien Martin', allowed: false })
  const { children } = await sheet()
  const found = (sought: string) => children.filter((one) => isSought(one, sought)).map(({ firstName }) => firstName)
  const [parent] = children.find(({ firstName }) => firstName === 'Louison')?.parents ?? []
  expect(found('')).toHaveLength(children.length)
  expect(found('zoe duv')).toEqual(['Zoé'])
  expect(found('GARNIER odile')).toEqual(['Zoé'])
  expect(found('julien')).toEqual(['Zoé'])
  expect(found(`${parent?.firstName} ${parent?.lastName}`)).toContain('Louison')
  expect(found('personne de ce nom')).toEqual([])
})

it.skipIf(missing('pdftotext'))(
  'on paper, an alert stands under its child until its last day, for who sees it',
  async () => {
    const alert = { assigneeId: null, dueOn: null, alertUntil: nextWeek }
    const member = (login: string, roles: Role[]) => aMember(town.desk, town.client, { name: login, login, roles })
    const director = await member('elise', ['director'])
    const familyId = town.family('Marchand')
    await director.notes.save({
      ...alert,
      familyId,
      childId: null,
      seenBy: ['director', 'receptionist'],
      text: 'Départ avec la voisine jusqu’à mercredi',
    })
    await director.notes.save({
      ...alert,
      familyId: null,
      childId: town.child('Zoé'),
      seenBy: ['director'],
      text: 'Signalement en cours',
    })
    const paper = async (client: typeof director, on: typeof today) => {
      const file = await client.attendance.sheetPdf({ activityIds: [town.activity('CLSH MERCREDI')], day: on })
      return asked('pdftotext', new Uint8Array(await file.arrayBuffer()), ['-layout'], ['-']).replaceAll(/\s+/g, ' ')
    }
    expect(await paper(director, today)).toContain('Alerte : Signalement en cours')
    const read = await paper(await member('odile', ['receptionist']), today)
    expect(read).toContain('Alerte : Départ avec la voisine jusqu’à mercredi')
    expect(read).not.toContain('Signalement')
    expect(await paper(director, day('2026-12-03'))).not.toContain('Alerte')
  },
)

it('the sheet tells two children of one name apart, on screen and on paper', async () => {
  await aFamily('Duval', { children: { Zoe: { birthDay: '2019-02-03' } } })(town)
  await aRegistration('Duval', 'Zoe', period)(town)
  await town.client.reservations.move({
    cells: [key('Zoe')],
    act: 'book',
    reason: { kind: 'listed', code: 'toldInTime' },
  })
  const { children } = await sheet()
  expect(
    children
      .filter(({ apart }) => apart !== '')
      .map(({ firstName }) => firstName)
      .toSorted(),
  ).toEqual(['Zoe', 'Zoé'])
  expect(children.find(({ firstName }) => firstName === 'Zoe')?.apart).toBe('né(e) le 03/02/2019')
  if (missing('pdftotext')) return
  const file = await town.client.attendance.sheetPdf({ activityIds: [town.activity('CLSH MERCREDI')], day: today })
  const text = asked('pdftotext', new Uint8Array(await file.arrayBuffer()), [], ['-'])
  expect(text.replaceAll(/\s+/g, ' ')).toContain('né(e) le 03/02/2019')
})
