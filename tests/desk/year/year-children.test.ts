import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown } from '../../support/towns/town.ts'
import { ended } from '../../support/towns/year.ts'
import { acts, bookings, close, mercredi, open, refusal, town } from './year-town.ts'

afterEach(close)

const levelsNow: Readonly<Record<string, 'PS' | 'GS' | 'CP' | 'CM2'>> = { Ana: 'PS', Bo: 'GS', Cy: 'CP', Dan: 'CM2' }

const classOf = (name: string) =>
  town.store
    .statement(`select level || coalesce(' ' || school.name, '') from schooling left join school on school.id = school_id
      where child_id = ? and from_day <= '2027-09-01' order by from_day desc limit 1`)
    .pluck()
    .get(town.child(name))

describe('the passage to the next class', () => {
  beforeEach(async () => {
    await open(
      aTown().with(
        aFamily('Marchand', {
          children: {
            Ana: { level: 'PS' },
            Bo: { level: 'GS' },
            Cy: { level: 'CP' },
            Dan: { level: 'CM2' },
            Eve: { level: '' },
          },
        }),
      ),
    )
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
    expect(passage.children.map(({ firstName, nextLevel, outcome }) => [firstName, nextLevel, outcome])).toEqual([
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
    expect(after.children.filter(({ outcome }) => outcome === 'there').map(({ why }) => why)[0]).toBe(
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
      outcome: 'there',
      why: 'En GS depuis le 20 juillet 2027.',
    })
  })
})

const juillet = 'Mercredis 2027/2028'

const asked = () => ({ fromPeriodId: town.period(mercredi), toPeriodId: town.period(juillet) })

const registrationIds = () => ['Ana', 'Bo', 'Cy', 'Dan'].map((name) => town.registration(name, mercredi))

describe('registrations taken again', () => {
  beforeEach(async () => {
    await open(
      aTown()
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
        .with(aRegistration('Lebrun', 'Dan', juillet)),
    )
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

  it('registers those it can in one act, without their week, and lists the others', async () => {
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

  it('keeps the typical week as a wish, or books its days within the places', async () => {
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
    town.store.act(town.person, 'families.change', 'Départ', (write) =>
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
