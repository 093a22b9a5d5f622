import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { changedSince } from '../../../main/exchange/published/changes.ts'
import { day, instant } from '../../../shared/rules/calendar/day.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown, aWednesday } from '../../support/towns/town.ts'
import { calendarFile, ended, holidayLine, nextYear } from '../../support/towns/year.ts'
import { undone } from '../../support/undone.ts'
import { acts, book, close, daysOf, mercredi, open, refusal, town } from './year-town.ts'

afterEach(close)

const actOf = (kind: string) => town.store.statement('select id from act where kind = ?').pluck().get(kind) as number

const winter = (from: string, back: string) => calendarFile([holidayLine("Vacances d'Hiver", from, back)])

describe('the ministry’s calendar imported', () => {
  beforeEach(async () => {
    await open(
      aTown()
        .with(aFamily('Marchand', { children: { Louison: {} } }))
        .with(aWednesday())
        .with(aRegistration('Marchand', 'Louison', mercredi)),
    )
  })

  it('previews what would change before anything does', async () => {
    const preview = await town.client.year.previewCalendar(
      calendarFile([
        holidayLine("Vacances d'Hiver", '2027-02-13', '2027-03-01'),
        holidayLine('Vacances de Printemps', '2027-04-17', '2027-05-03'),
        holidayLine('Vacances de la Toussaint', '2027-10-23', '2027-11-08'),
      ]),
    )
    expect(preview.changes.map(({ name, kind }) => [name, kind])).toEqual([
      ['Vacances d’hiver', 'moved'],
      ['Vacances de printemps', 'confirmed'],
      ['Vacances de la Toussaint', 'new'],
    ])
    // Wednesday 17 February closes, Wednesday 3 March opens.
    expect(preview.periods).toMatchObject([{ period: mercredi, added: 1, removed: 1, booked: [] }])
    expect(acts()).toEqual([])
  })

  it('moves the open days of the periods to come, and leaves open a day that is booked', async () => {
    await book('Louison', mercredi, ['2027-02-17'])
    const moved = calendarFile([holidayLine("Vacances d'Hiver", '2027-02-13', '2027-03-01')])
    expect((await town.client.year.previewCalendar(moved)).periods).toMatchObject([
      { added: 1, removed: 0, booked: ['2027-02-17'] },
    ])
    await ended(town.client.year.importCalendar(moved))
    const days = await daysOf(town.period(mercredi))
    expect(days).toContain('2027-02-17')
    expect(days).toContain('2027-03-03')
    expect(await town.client.settings.schoolCalendar()).toMatchObject({
      holidays: expect.arrayContaining([
        { name: 'Vacances d’hiver', zones: ['B'], from: '2027-02-13', to: '2027-02-28', certain: true },
      ]),
    })
    expect(acts()).toEqual(['year.calendar'])
  })

  it('is what a new period and a period changed later open by', async () => {
    await ended(
      town.client.year.importCalendar(calendarFile([holidayLine("Vacances d'Hiver", '2027-02-13', '2027-03-01')])),
    )
    await aPeriod('Autre', 'CLSH MERCREDI', { startDay: '2027-02-01', endDay: '2027-03-31' })(town)
    expect(await daysOf(town.period('Autre'))).toEqual([
      '2027-02-03',
      '2027-02-10',
      '2027-03-03',
      '2027-03-10',
      '2027-03-17',
      '2027-03-24',
      '2027-03-31',
    ])
    const period = await town.client.activities.period({ id: town.period(mercredi) })
    expect(await town.client.activities.previewPeriod(period)).toMatchObject({ added: 0, removed: 0, kept: 0 })
  })

  it('imported again, the same file changes nothing; another takes its place', async () => {
    await ended(town.client.year.importCalendar(winter('2027-02-13', '2027-03-01')))
    expect(await refusal(ended(town.client.year.importCalendar(winter('2027-02-13', '2027-03-01'))))).toMatch(
      /déjà celui du service/,
    )
    expect(acts()).toEqual(['year.calendar'])
    await ended(town.client.year.importCalendar(winter('2027-02-20', '2027-03-08')))
    expect(town.store.statement('select from_day from school_holiday').pluck().all()).toEqual(['2027-02-20'])
    expect(await daysOf(town.period(mercredi))).not.toContain('2027-03-03')
  })

  it('names the children of two homes whose booked days would change home', async () => {
    await aFamily('Duval')(town)
    const { client } = town
    const childId = town.child('Louison')
    const [one, other] = [town.family('Marchand'), town.family('Duval')]
    await client.families.linkChild({ familyId: other, childId })
    await aPeriod('Toute l’année', 'CLSH MERCREDI', { schoolHolidays: 'with', startDay: '2027-01-01' })(town)
    await aRegistration('Marchand', 'Louison', 'Toute l’année')(town)
    const halves: [number, number] = [one, other]
    const week = Array.from({ length: 7 }, () => one)
    const holidays = { evenYears: halves, oddYears: halves }
    const rule = { from: day('2026-09-01'), evenWeek: week, oddWeek: week, holidays }
    await client.reservations.changeCustody({ childId, change: { kind: 'rule', rule }, decisions: [] })
    // The first half of the winter holidays as they are known, the second as the file tells them.
    await book('Louison', 'Toute l’année', ['2027-02-24'])
    const { custody } = await client.year.previewCalendar(
      calendarFile([holidayLine("Vacances d'Hiver", '2027-02-13', '2027-03-01')]),
    )
    expect(custody).toEqual([{ childId, name: 'Louison Marchand', bookings: 1 }])
  })

  it('is published to parents: the days of each period, and those of shared homes', async () => {
    const { store } = town
    const last = () => Number(store.statement('select max(id) from act').pluck().get())
    const before = last()
    await ended(
      town.client.year.importCalendar(calendarFile([holidayLine("Vacances d'Hiver", '2027-02-13', '2027-03-01')])),
    )
    expect(changedSince(store, before).get('period')).toBe('all')
    await book('Louison', mercredi, ['2026-12-09'])
    const closing = last()
    await ended(
      town.client.year.close({
        from: '2026-12-09',
        to: '2026-12-09',
        activityIds: null,
        reason: 'Neige',
        charged: false,
      }),
    )
    const concerned = changedSince(store, closing)
    expect(concerned.get('period')).toEqual(new Set([town.period(mercredi)]))
    expect(concerned.get('bookings')).toEqual(new Set([town.family('Marchand')]))
  })

  it('a file that is none is refused with a sentence, and changes nothing', async () => {
    const bad = { file: new Blob(['<html>']), fileName: 'page.html' }
    expect(await refusal(town.client.year.previewCalendar(bad))).toMatch(/n’est pas un calendrier scolaire/)
    expect(await refusal(ended(town.client.year.importCalendar(bad)))).toMatch(/n’est pas un calendrier scolaire/)
    const agent = await town.as('receptionist')
    expect(await refusal(agent.year.previewCalendar(bad))).toMatch(/Administrateur ou Directeur/)
    expect(acts()).toEqual([])
  })
})

const openYear = () =>
  open(
    aTown()
      .with(
        aWednesday({
          startDay: '2026-09-01',
          endDay: '2027-07-02',
          bookingOpensAt: instant('2026-06-10T06:00:00.000Z'),
        }),
      )
      .with(anActivity('ALSH VACANCES'))
      .with(
        aPeriod('Vacances d’hiver 2027', 'ALSH VACANCES', {
          startDay: '2027-02-22',
          endDay: '2027-03-05',
          weekdays: [1, 2, 3, 4, 5],
          schoolHolidays: 'only',
        }),
      ),
  )

const copies = async (year = 2027) => town.client.year.previewCopy({ year, activityIds: null })

const wanted = (rows: Awaited<ReturnType<typeof copies>>) =>
  rows.map(({ periodId, newName, moved }) => ({ periodId, name: newName, startDay: moved.from, endDay: moved.to }))

describe('a year copied', () => {
  it('waits for a calendar: without it nobody knows the holidays', async () => {
    await openYear()
    const [one] = await copies()
    expect(one).toMatchObject({
      moved: { from: '2027-09-01' },
      obstacle: expect.stringMatching(/Les vacances 2027\/2028 ne sont pas encore connues/),
    })
    expect(await refusal(ended(town.client.year.copy({ year: 2027, periods: wanted(await copies()) })))).toMatch(
      /importez le calendrier/,
    )
    expect(acts()).toEqual([])
  })

  it('is done once each period has its own, not as soon as its activity has another', async () => {
    await openYear()
    await ended(town.client.year.importCalendar(calendarFile(nextYear)))
    await aPeriod('Toussaint 2027', 'ALSH VACANCES', {
      schoolHolidays: 'only',
      startDay: '2027-10-25',
      endDay: '2027-11-05',
    })(town)
    expect((await copies()).map(({ conflict }) => conflict)).toEqual([null, null])
    expect((await town.client.year.progress({ year: 2027 })).periods).toEqual({ before: 2, copied: 0 })
  })

  it('gives each period its dates of the new year, holidays to the same holidays, Wednesdays to Wednesdays', async () => {
    await openYear()
    await ended(town.client.year.importCalendar(calendarFile(nextYear)))
    const rows = await copies()
    expect(
      rows.map(({ newName, moved, obstacle, conflict }) => [newName, moved.from, moved.to, obstacle ?? conflict]),
    ).toEqual([
      ['ALSH mercredi 2027/2028', '2027-09-01', '2028-06-30', null],
      ['Vacances d’hiver 2028', '2028-02-14', '2028-02-25', null],
    ])
    expect(await ended(town.client.year.copy({ year: 2027, periods: wanted(rows) }))).toMatchObject({ periods: 2 })
    const [winter, wednesdays] = await town.client.activities.periods({})
    expect(await daysOf(winter?.id ?? 0)).toHaveLength(10)
    const days = await daysOf(wednesdays?.id ?? 0)
    expect(days.slice(0, 2)).toEqual(['2027-09-01', '2027-09-08'])
    expect(days.filter((on) => new Date(`${on}T12:00:00Z`).getUTCDay() !== 3)).toEqual([])
    expect(days).not.toContain('2027-10-27')
    // The opening of the bookings is moved as the period is, at the same hour of the clock.
    expect(wednesdays?.bookingOpensAt).toBe('2027-06-09T06:00:00.000Z')
    expect(acts()).toEqual(['year.calendar', 'year.copy'])
  })

  it('the calendar that copied periods count on is not taken back under them', async () => {
    await openYear()
    await ended(town.client.year.importCalendar(calendarFile(nextYear)))
    await ended(town.client.year.copy({ year: 2027, periods: wanted(await copies()) }))
    await expect(undone(town.client, actOf('year.calendar'))).rejects.toThrow(
      'Des périodes faites depuis comptent sur ces vacances',
    )
    await undone(town.client, actOf('year.copy'))
    await undone(town.client, actOf('year.calendar'))
    expect(town.store.statement('select count(*) from school_holiday').pluck().get()).toBe(0)
  })

  it('does not copy days that were closed or opened by hand, and lists them', async () => {
    await openYear()
    await town.client.reservations.close({
      from: '2026-12-09',
      to: '2026-12-09',
      periodIds: [town.period(mercredi)],
      slotIds: null,
      reason: 'Travaux',
      charged: false,
    })
    await town.client.activities.openDay({ periodId: town.period(mercredi), day: day('2026-12-10') })
    await ended(town.client.year.importCalendar(calendarFile(nextYear)))
    const rows = await copies()
    expect(rows[0]).toMatchObject({ closed: [{ day: '2026-12-09', reason: 'Travaux' }], byHand: 1 })
    await ended(town.client.year.copy({ year: 2027, periods: wanted(rows.slice(0, 1)) }))
    const [copied] = await town.client.activities.periods({ activityId: town.activity('CLSH MERCREDI') })
    expect(await daysOf(copied?.id ?? 0)).toContain('2027-12-08')
    expect(await daysOf(copied?.id ?? 0)).not.toContain('2027-12-09')
  })

  it('a period that is there already is a conflict; with another name it may stand beside it', async () => {
    await openYear()
    await ended(town.client.year.importCalendar(calendarFile(nextYear)))
    const rows = await copies()
    await ended(town.client.year.copy({ year: 2027, periods: wanted(rows) }))
    const again = await copies()
    expect(again.map(({ conflict }) => conflict)).toEqual([
      '«\u00a0ALSH mercredi 2027/2028\u00a0» existe déjà.',
      '«\u00a0Vacances d’hiver 2028\u00a0» existe déjà.',
    ])
    // Whole or not at all: the first could be, the second not.
    const [first, second] = wanted(again)
    if (!first || !second) throw new Error('two periods')
    expect(
      await refusal(ended(town.client.year.copy({ year: 2027, periods: [{ ...first, name: 'Petits' }, second] }))),
    ).toMatch(/Vacances d’hiver 2028.*porte déjà ce nom/)
    expect((await town.client.activities.periods({})).map(({ name }) => name)).not.toContain('Petits')
  })

  it('refuses a start outside of the year, and a period of another year', async () => {
    await openYear()
    await ended(town.client.year.importCalendar(calendarFile(nextYear)))
    const [first] = wanted(await copies())
    if (!first) throw new Error('a period')
    const copy = (changes: Partial<typeof first>) =>
      refusal(ended(town.client.year.copy({ year: 2027, periods: [{ ...first, ...changes }] })))
    expect(await copy({ startDay: day('2026-09-01') })).toMatch(/n’est pas dans l’année 2027\/2028/)
    expect(await copy({ endDay: day('2027-08-01') })).toMatch(/fin vient avant/)
    await ended(town.client.year.copy({ year: 2027, periods: [first] }))
    const [made] = await town.client.activities.periods({ activityId: town.activity('CLSH MERCREDI') })
    expect(await copy({ periodId: made?.id ?? 0 })).toMatch(/n’est pas de l’année précédente/)
  })
})
