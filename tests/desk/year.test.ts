import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readXlsx } from '../../main/documents/xlsx.ts'
import { checkFile } from '../../main/store/check.ts'
import { changedSince } from '../../main/sync/published/changes.ts'
import { day, instant } from '../../shared/rules/day.ts'
import {
  aFamily,
  anActivity,
  aPeriod,
  aRegistration,
  aTown,
  aWednesday,
  type Part,
  type Town,
} from '../support/town.ts'
import { calendarFile, ended, holidayLine, nextYear } from '../support/year.ts'

const levelsNow: Readonly<Record<string, 'PS' | 'GS' | 'CP' | 'CM2'>> = { Ana: 'PS', Bo: 'GS', Cy: 'CP', Dan: 'CM2' }
const mercredi = 'ALSH mercredi 2026/2027'
let town: Town
afterEach(async () => {
  const findings = checkFile(town.store.sqlite)
  await town.close()
  if (findings.length > 0) throw new Error(JSON.stringify(findings))
})

const daysOf = async (periodId: number) => [
  ...new Set((await town.client.activities.openings({ periodId })).map((one) => one.day)),
]
const bookings = () =>
  Number(town.store.statement(`select count(*) from reservation where held = 'confirmed'`).pluck().get())
const acts = () =>
  town.store.statement(`select kind from act where kind like 'year.%' and state = 'closed'`).pluck().all()
const refusal = async (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { data?: { sentence?: string } }) => error.data?.sentence,
  )
/** Books a child on days of a period. */
const book = async (firstName: string, period: string, days: readonly string[], slot = 'Matin') => {
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

const winter = (from: string, back: string) => calendarFile([holidayLine("Vacances d'Hiver", from, back)])

const open = (more: readonly Part[] = []) =>
  more
    .reduce(
      (built, part) => built.with(part),
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
    .open()

const copies = async (year = 2027) => town.client.year.previewCopy({ year, activityIds: null })

const wanted = (rows: Awaited<ReturnType<typeof copies>>) =>
  rows.map(({ periodId, newName, moved }) => ({ periodId, name: newName, startDay: moved.from, endDay: moved.to }))

const classOf = (name: string) =>
  town.store
    .statement(`select level || coalesce(' ' || school.name, '') from schooling left join school on school.id = school_id
      where child_id = ? and from_day <= '2027-09-01' order by from_day desc limit 1`)
    .pluck()
    .get(town.child(name))

const juillet = 'Mercredis 2027/2028'

const asked = () => ({ fromPeriodId: town.period(mercredi), toPeriodId: town.period(juillet) })

const registrationIds = () => ['Ana', 'Bo', 'Cy', 'Dan'].map((name) => town.registration(name, mercredi))

describe('the ministry’s calendar imported', () => {
  beforeEach(async () => {
    town = await aTown()
      .with(aFamily('Marchand', { children: { Louison: {} } }))
      .with(aWednesday())
      .with(aRegistration('Marchand', 'Louison', mercredi))
      .open()
  })

  it('tells what changes before anything does', async () => {
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

  it('is told to parents: the days of each period, and those of shared homes', async () => {
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

describe('a year copied', () => {
  it('waits for a calendar: without it nobody knows the holidays', async () => {
    town = await open()
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
    town = await open()
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
    town = await open()
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

  it('does not copy what was closed or opened by hand: it tells them', async () => {
    town = await open()
    await town.client.reservations.close({
      from: '2026-12-09',
      to: '2026-12-09',
      periodId: town.period(mercredi),
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
    town = await open()
    await ended(town.client.year.importCalendar(calendarFile(nextYear)))
    const rows = await copies()
    await ended(town.client.year.copy({ year: 2027, periods: wanted(rows) }))
    const again = await copies()
    expect(again.map(({ conflict }) => conflict)).toEqual([
      '« ALSH mercredi 2027/2028 » existe déjà.',
      '« Vacances d’hiver 2028 » existe déjà.',
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
    town = await open()
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

describe('the passage to the next class', () => {
  beforeEach(async () => {
    town = await aTown()
      .with(
        aFamily('Marchand', {
          children: {
            Ana: { level: 'PS' },
            Bo: { level: 'GS' },
            Cy: { level: 'CP' },
            Dan: { level: 'CM2' },
            Eve: { level: '' },
          },
        }),
      )
      .open()
    const { client } = town
    const nursery = await client.settings.saveSchool({ name: 'Maternelle' })
    const elementary = await client.settings.saveSchool({ name: 'Élémentaire' })
    town.known.set('school Maternelle', nursery.id).set('school Élémentaire', elementary.id)
    const classes = { Ana: nursery.id, Bo: nursery.id, Cy: elementary.id, Dan: elementary.id }
    for (const [name, schoolId] of Object.entries(classes)) {
      const level = levelsNow[name] ?? 'CP'
      await client.families.setSchooling({
        childId: town.child(name),
        fromDay: day('2026-09-01'),
        schoolId,
        level,
        className: `${level} A`,
      })
    }
  })

  it('lists each child with its next class, those who leave, and where a class goes on', async () => {
    const passage = await town.client.year.previewPassage({ year: 2027 })
    expect(passage.from).toBe('2027-09-01')
    expect(passage.children.map(({ firstName, nextLevel, fate }) => [firstName, nextLevel, fate])).toEqual([
      ['Bo', 'CP', 'up'],
      ['Ana', 'MS', 'up'],
      ['Dan', '6e', 'leaves'],
      ['Cy', 'CE1', 'up'],
    ])
    const [elementary, nursery] = [town.known.get('school Élémentaire'), town.known.get('school Maternelle')]
    expect(passage.ways).toEqual([
      {
        schoolId: nursery,
        school: 'Maternelle',
        level: 'GS',
        nextLevel: 'CP',
        children: 1,
        toSchoolId: elementary,
        isToChoose: false,
      },
      {
        schoolId: elementary,
        school: 'Élémentaire',
        level: 'CM2',
        nextLevel: '6e',
        children: 1,
        toSchoolId: null,
        isToChoose: false,
      },
    ])
  })

  it('moves the ticked ones, the one who repeats stays, as one act', async () => {
    const childIds = ['Bo', 'Cy', 'Dan'].map((name) => town.child(name))
    expect(await ended(town.client.year.passUp({ year: 2027, childIds, ways: [] }))).toMatchObject({
      moved: 3,
      left: 1,
    })
    expect(['Ana', 'Bo', 'Cy', 'Dan'].map(classOf)).toEqual([
      'PS Maternelle',
      'CP Élémentaire',
      'CE1 Élémentaire',
      '6e',
    ])
    expect(acts()).toEqual(['year.passUp'])
    const after = await town.client.year.previewPassage({ year: 2027 })
    expect(after.children.filter(({ fate }) => fate === 'there').map(({ why }) => why)[0]).toBe(
      'En CP depuis le 1ᵉʳ septembre 2027.',
    )
    expect(await refusal(ended(town.client.year.passUp({ year: 2027, childIds, ways: [] })))).toMatch(
      /La liste a changé/,
    )
  })

  it('goes where staff say; several schools that could take a class must be chosen from', async () => {
    const { client } = town
    const primary = await client.settings.saveSchool({ name: 'Primaire' })
    await client.families.setSchooling({
      childId: town.child('Eve'),
      fromDay: day('2026-09-01'),
      schoolId: primary.id,
      level: 'CE2',
      className: '',
    })
    const passage = await client.year.previewPassage({ year: 2027 })
    expect(passage.ways).toContainEqual(expect.objectContaining({ level: 'GS', isToChoose: true, toSchoolId: null }))
    const [schoolId, childIds] = [town.known.get('school Maternelle') ?? 0, [town.child('Bo')]]
    expect(await refusal(ended(client.year.passUp({ year: 2027, childIds, ways: [] })))).toMatch(
      /Choisissez l’école où vont les GS de Maternelle/,
    )
    await ended(client.year.passUp({ year: 2027, childIds, ways: [{ schoolId, level: 'GS', toSchoolId: primary.id }] }))
    expect(classOf('Bo')).toBe('CP Primaire')
    expect(
      await refusal(
        ended(
          client.year.passUp({
            year: 2027,
            childIds: [town.child('Ana')],
            ways: [{ schoolId, level: 'PS', toSchoolId: 999 }],
          }),
        ),
      ),
    ).toMatch(/n’existe plus/)
  })

  it('a class that the school’s list gave already stays', async () => {
    const { client } = town
    await client.families.setSchooling({
      childId: town.child('Ana'),
      fromDay: day('2027-07-20'),
      schoolId: null,
      level: 'GS',
      className: '',
    })
    const { children } = await client.year.previewPassage({ year: 2027 })
    expect(children.find(({ firstName }) => firstName === 'Ana')).toMatchObject({
      fate: 'there',
      why: 'En GS depuis le 20 juillet 2027.',
    })
  })
})

describe('registrations taken again', () => {
  beforeEach(async () => {
    town = await aTown()
      .with(
        aFamily('Marchand', {
          familyQuotient: 727,
          children: { Ana: { birthDay: '2020-03-14' }, Bo: { birthDay: '2016-05-02' } },
        }),
      )
      .with(aFamily('Fouquet', { children: { Cy: { birthDay: '2021-01-10' } } }))
      .with(aFamily('Lebrun', { familyQuotient: 300, children: { Dan: { birthDay: '2019-01-10' } } }))
      .with(anActivity('CLSH MERCREDI', { maximumAge: 10 }))
      .with(aPeriod(mercredi, 'CLSH MERCREDI'))
      .with(
        aPeriod(juillet, 'CLSH MERCREDI', {
          startDay: '2027-09-01',
          endDay: '2027-12-15',
          schoolHolidays: 'with',
          capacity: 2,
        }),
      )
      .with(aRegistration('Marchand', 'Ana', mercredi))
      .with(aRegistration('Marchand', 'Bo', mercredi))
      .with(aRegistration('Fouquet', 'Cy', mercredi))
      .with(aRegistration('Lebrun', 'Dan', mercredi))
      .with(aRegistration('Lebrun', 'Dan', juillet))
      .open()
    const week = ['Matin', 'Repas'].map((slot) => ({ weekday: 3, slotId: town.slot('CLSH MERCREDI', slot) }))
    for (const name of ['Ana', 'Cy']) {
      const { id, startDay, endDay } = await town.client.registrations.get({ id: town.registration(name, mercredi) })
      await town.client.registrations.change({ id, startDay, endDay, typicalWeek: week, overrideReason: '' })
    }
  })

  it('judges each child by every rule and says why one is refused', async () => {
    const rows = await town.client.year.previewReenrolment(asked())
    expect(
      rows.map(({ firstName, refusal: why, remarks, isProposed }) => [firstName, why, remarks, isProposed]),
    ).toEqual([
      ['Cy', null, ['Quotient familial inconnu à cette date\u00a0: tarif le plus haut.'], true],
      ['Dan', expect.stringMatching(/déjà inscrit à «.Mercredis 2027.2028.»/), [], false],
      ['Ana', null, [], true],
      ['Bo', expect.stringMatching(/ouverte jusqu’à 10.ans.*11.ans/), [], false],
    ])
    expect(rows[0]).toMatchObject({ week: 'mercredi matin, repas', detail: '6\u00a0ans, CP' })
  })

  it('registers those it can as one act, without their week, and tells the others', async () => {
    const report = await ended(
      town.client.year.reenrol({ ...asked(), registrationIds: registrationIds(), week: 'none' }),
    )
    expect(report).toMatchObject({ registered: 2, booked: 0 })
    expect(report.refused.map(({ name }) => name).toSorted()).toEqual(['Bo Marchand', 'Dan Lebrun'])
    expect(await town.client.registrations.list({ periodId: town.period(juillet) })).toMatchObject([
      { firstName: 'Cy', state: 'accepted', startDay: '2027-09-01', typicalWeek: [] },
      { firstName: 'Dan' },
      { firstName: 'Ana', state: 'accepted', endDay: '2027-12-15' },
    ])
    expect(acts()).toEqual(['year.reenrol'])
    expect(
      await refusal(ended(town.client.year.reenrol({ ...asked(), registrationIds: registrationIds(), week: 'none' }))),
    ).toMatch(/Personne n’a pu être réinscrit/)
    expect(acts()).toEqual(['year.reenrol'])
  })

  it('keeps the semaine type as a wish, or books its days within the places', async () => {
    await ended(
      town.client.year.reenrol({ ...asked(), registrationIds: [town.registration('Ana', mercredi)], week: 'kept' }),
    )
    expect(bookings()).toBe(0)
    const report = await ended(
      town.client.year.reenrol({ ...asked(), registrationIds: [town.registration('Cy', mercredi)], week: 'booked' }),
    )
    // Sixteen Wednesdays, morning and meal.
    expect(report).toMatchObject({ registered: 1, booked: 32, waiting: 0, skipped: 0 })
    expect(bookings()).toBe(32)
  })

  it('a family that left, an ended registration, another activity', async () => {
    const { client } = town
    await client.reservations.endRegistration({
      registrationId: town.registration('Ana', mercredi),
      lastDay: day('2026-12-16'),
      reason: 'Déménagement',
      charged: false,
    })
    town.store.act(town.person, 'test', 'Départ', (write) =>
      write.db.run(`update family set left_on = '2027-07-31' where name = 'Fouquet'`),
    )
    const rows = await client.year.previewReenrolment(asked())
    expect(rows.find(({ firstName }) => firstName === 'Ana')).toMatchObject({
      refusal: null,
      isProposed: false,
      remarks: ['Inscription terminée le mer. 16 déc. 2026.'],
    })
    expect(rows.find(({ firstName }) => firstName === 'Cy')?.refusal).toBe(
      'La famille n’est plus du service à cette date.',
    )
    expect(
      await refusal(
        client.year.previewReenrolment({ fromPeriodId: town.period(juillet), toPeriodId: town.period(mercredi) }),
      ),
    ).toMatch(/vient après/)
  })
})

describe('days closed for all', () => {
  const garderie = 'Garderie 2026/2027'
  beforeEach(async () => {
    town = await aTown()
      .with(aFamily('Marchand', { children: { Ana: {}, Bo: {} } }))
      .with(aFamily('Fouquet', { children: { Cy: {} } }))
      .with(aWednesday({ capacity: 1 }))
      .with(anActivity('GARDERIE', { slots: { Soir: ['18:00', '19:00'] } }))
      .with(aPeriod(garderie, 'GARDERIE', { weekdays: [1, 2, 3, 4, 5] }))
      .with(aRegistration('Marchand', 'Ana', mercredi))
      .with(aRegistration('Marchand', 'Bo', garderie))
      .with(aRegistration('Fouquet', 'Cy', mercredi))
      .open()
    await book('Ana', mercredi, ['2026-12-09', '2026-12-16'])
    const { client } = town
    const cells = [
      {
        registrationId: town.registration('Cy', mercredi),
        day: '2026-12-09',
        slotId: town.slot('CLSH MERCREDI', 'Matin'),
      },
    ]
    await client.reservations.move({ cells, act: 'waitList' })
    const evening = [
      { registrationId: town.registration('Bo', garderie), day: '2026-12-09', slotId: town.slot('GARDERIE', 'Soir') },
    ]
    await client.reservations.move({ cells: evening, act: 'book' })
  })
  const closing = { from: '2026-12-09', to: '2026-12-11', activityIds: null }

  it('shows what it touches by activity and by state, and whom to tell', async () => {
    const touched = await town.client.year.previewClosing(closing)
    expect(touched).toMatchObject({ days: 3, confirmed: 2, waiting: 1, requested: 0, billed: 0, creditCents: 0 })
    expect(
      touched.activities
        .map(({ activity, openings, confirmed, waiting }) => [activity, openings, confirmed, waiting].join(' '))
        .toSorted((one, other) => (one < other ? -1 : 1)),
    ).toEqual(['CLSH MERCREDI 3 1 1', 'GARDERIE 3 1 0'])
    expect(touched.families.map(({ name, children }) => [name, children])).toEqual([
      ['Fouquet', 'Cy'],
      ['Marchand', 'Ana,Bo'],
    ])
  })

  it('closes as one act: bookings end, ranks go, the reason is told; the other days stay', async () => {
    const done = await ended(town.client.year.close({ ...closing, reason: 'Neige', charged: false }))
    expect(done).toMatchObject({ openings: 6, bookings: 2, waiting: 1, families: 2 })
    expect(bookings()).toBe(1)
    expect(await town.client.year.closings()).toMatchObject([
      {
        from: '2026-12-09',
        to: '2026-12-11',
        reason: 'Neige',
        openings: 6,
        activities: [{ name: 'CLSH MERCREDI' }, { name: 'GARDERIE' }],
      },
    ])
    expect(acts()).toEqual(['year.close'])
    expect(await refusal(ended(town.client.year.close({ ...closing, reason: 'Neige', charged: false })))).toMatch(
      /Rien n’est ouvert/,
    )
  })

  it('counts a booking whose cancellation is asked once, before as after, and keeps whom to tell until it is undone', async () => {
    const { client } = town
    // As the exchange writes what a family asks on the portal.
    town.store.sqlite
      .prepare(`update reservation set ask = 'cancel', recorded_at = '2026-11-24T08:00:00.000Z'
        where registration_id = ? and day = '2026-12-09'`)
      .run(town.registration('Bo', garderie))
    const { activities, confirmed, families } = await client.year.previewClosing(closing)
    expect(confirmed).toBe(2)
    expect(activities.map((one) => one.confirmed)).toEqual([1, 1])
    expect(activities.reduce((sum, { cancelAsked }) => sum + cancelAsked, 0)).toBe(1)
    const done = await ended(client.year.close({ ...closing, reason: 'Neige', charged: false }))
    expect(done.bookings).toBe(confirmed)
    const one = { ...closing, reason: 'Neige' }
    expect(await client.year.freedFamilies(one)).toEqual(families)
    const activityIds = [town.activity('GARDERIE')]
    expect((await client.year.freedFamilies({ ...one, activityIds })).map(({ name }) => name)).toEqual(['Marchand'])
    const file = await client.year.freedFamiliesFile({ ...one, format: 'xlsx' })
    const { rows } = await readXlsx(new Uint8Array(await file.arrayBuffer()), '', 100)
    expect(rows.map((row) => row.slice(0, 2))).toEqual([
      ['Famille', 'Enfants'],
      ['Fouquet', 'Cy'],
      ['Marchand', 'Ana, Bo'],
    ])
    const paper = await client.year.freedFamiliesFile({ ...one, format: 'pdf' })
    expect(new TextDecoder().decode((await paper.arrayBuffer()).slice(0, 5))).toBe('%PDF-')
    await ended(client.year.reopen(one))
    expect(await client.year.freedFamilies(one)).toEqual([])
  })

  it('only for chosen activities', async () => {
    const activityIds = [town.activity('GARDERIE')]
    expect(await town.client.year.previewClosing({ ...closing, activityIds })).toMatchObject({
      confirmed: 1,
      waiting: 0,
    })
    await ended(town.client.year.close({ ...closing, activityIds, reason: 'Grève', charged: false }))
    expect(bookings()).toBe(2)
    expect(await refusal(town.client.year.previewClosing({ ...closing, activityIds: [] }))).toMatch(
      /au moins une activité/,
    )
    expect(await refusal(town.client.year.previewClosing({ ...closing, to: '2026-12-01' }))).toMatch(/fin vient avant/)
    expect(await refusal(town.client.year.previewClosing({ ...closing, to: '2027-12-01' }))).toMatch(
      /Deux mois au plus/,
    )
  })

  it('opens again, with nothing booked', async () => {
    await ended(town.client.year.close({ ...closing, reason: 'Neige', charged: false }))
    expect(await ended(town.client.year.reopen({ ...closing, reason: 'Neige' }))).toMatchObject({
      openings: 6,
    })
    expect(await town.client.year.closings()).toEqual([])
    expect(bookings()).toBe(1)
    await book('Ana', mercredi, ['2026-12-09'])
    expect(await refusal(ended(town.client.year.reopen({ ...closing, reason: 'Neige' })))).toMatch(/déjà ouverts/)
  })
})

describe('what is done of a year', () => {
  it('counts each step, done and remaining', async () => {
    town = await aTown()
      .with(aFamily('Marchand', { children: { Ana: { level: 'CP' } } }))
      .with(aWednesday())
      .with(aRegistration('Marchand', 'Ana', mercredi))
      .open()
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

describe('a batch taken back', () => {
  it('leaves the facts as they were before it', async () => {
    town = await aTown()
      .with(aFamily('Marchand', { children: { Ana: { level: 'CP' } } }))
      .with(aWednesday())
      .with(aRegistration('Marchand', 'Ana', mercredi))
      .open()
    await book('Ana', mercredi, ['2026-12-09'])
    const { client } = town
    const facts = () =>
      [
        'select zone, from_day, to_day from school_holiday',
        'select name, start_day, end_day from period',
        'select period_id, day, slot_id, capacity, closed_reason from opening order by 1, 2, 3',
        'select child_id, from_day, level from schooling',
        'select child_id, period_id, state from registration',
        'select registration_id, day, slot_id, held from reservation order by 1, 2, 3',
      ].map((text) => JSON.stringify(town.store.statement(text).raw().all()))
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
