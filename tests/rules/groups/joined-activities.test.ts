import { describe, expect, it } from 'vitest'
import { day, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import {
  groupNameIn,
  isShownWith,
  type JoinableActivity,
  jointChildren,
  jointName,
  periodsInOne,
  whyNotJoined,
} from '../../../shared/rules/groups/joined-activities.ts'

describe('the name of a joined activity', () => {
  it.each([
    ['ALSH mercredi, 3-5 ans', 'ALSH mercredi, 6-11 ans', 'ALSH mercredi'],
    ['Restaurant scolaire Les Tilleuls', 'Restaurant scolaire Les Lilas', 'Restaurant scolaire'],
    ['Étude', 'Étude du soir', 'Étude'],
    ['Garderie', 'Étude', 'Garderie'],
  ])('« %s » and « %s » are proposed as « %s »', (one, other, joint) => {
    expect(jointName(one, other)).toBe(joint)
  })

  it('leaves its groups what else their activity was called, in whole words', () => {
    expect(groupNameIn('Restaurant scolaire Les Tilleuls', 'Restaurant scolaire')).toBe('Les Tilleuls')
    expect(groupNameIn('Restaurant scolaire Les Tilleuls', 'Cantine')).toBe('Restaurant scolaire Les')
    expect(groupNameIn('Étude', 'Étude')).toBe('Étude')
    expect(groupNameIn('Anticonstitutionnellement-dit', '')).toHaveLength(24)
  })
})

const slot = (name: string, start: string, end: string) => ({ name, start: timeOfDay(start), end: timeOfDay(end) })
const activity = (name: string, changes: Partial<JoinableActivity> = {}): JoinableActivity => ({
  name,
  site: { id: 1, name: 'Centre' },
  regieId: 1,
  typeId: 1,
  supervision: 'extracurricular',
  residentsOnly: false,
  archived: false,
  hoursRules: '',
  slots: [slot('Matin', '08:00', '12:00'), slot('Repas', '12:00', '13:30')],
  groups: [],
  sublists: [],
  isJoined: false,
  hasJoined: false,
  ...changes,
})
const groups = [
  { name: '3-5 ans', minAge: 3, maxAge: 5, classes: [] },
  { name: '6-11 ans', minAge: 6, maxAge: 11, classes: [] },
]
const why = (changes: Partial<JoinableActivity>, { of = groups, children = [] as string[] } = {}) =>
  whyNotJoined(activity('Maternelle'), activity('Élémentaire', changes), of, children).map((reason) =>
    reason.replaceAll('\u00a0', ' '),
  )

describe('two activities become one', () => {
  it('when slots, régie and kind of accueil are the same, whatever the case of a slot’s name', () => {
    expect(why({})).toEqual([])
    expect(why({ slots: [slot('REPAS', '12:00', '13:30'), slot('matin', '08:00', '12:00')] })).toEqual([])
  })

  it('not when their slots differ: each one’s own are named', () => {
    expect(why({ slots: [slot('Matin', '08:30', '12:00'), slot('Repas', '12:00', '13:30')] })).toEqual([
      'Les plages diffèrent : « Maternelle » est seule à avoir Matin (8 h 00 → 12 h 00).',
      'Les plages diffèrent : « Élémentaire » est seule à avoir Matin (8 h 30 → 12 h 00).',
    ])
  })

  it('not when régie, type, ratio or rule of the CAF differ, nor when one is archived or joined already', () => {
    expect(why({ site: { id: 2, name: 'Les Prés' } })).toEqual([
      'Elles ne sont pas du même site (« Centre » et « Les Prés ») : une activité est d’un seul site.',
    ])
    expect(why({ regieId: 2 })).toEqual(['Elles ne sont pas encaissées par la même régie.'])
    expect(why({ typeId: 2 })).toEqual(['Le type d’accueil n’est pas le même : type d’activité ou taux d’encadrement.'])
    expect(why({ supervision: 'none' })).toHaveLength(1)
    expect(why({ hoursRules: 'mercredi 9 h' })).toEqual([
      'Leurs heures ne se déclarent pas à la CAF selon la même règle.',
    ])
    expect(why({ archived: true, isJoined: true })).toEqual([
      '« Élémentaire » est archivée.',
      '« Élémentaire » est déjà réunie à une autre activité.',
    ])
    expect(why({ groups })).toEqual(['« Élémentaire » a déjà des groupes : choisissez-la comme l’activité qui reste.'])
  })

  it('not when a child would be in two groups, or holds both', () => {
    expect(why({}, { of: groups.map((group) => ({ ...group, maxAge: 8 })) })).toEqual([
      'Un enfant serait à la fois dans « 3-5 ans » et dans « 6-11 ans » : leurs âges ou leurs classes se recoupent.',
    ])
    expect(why({}, { of: groups.map((group) => ({ ...group, name: 'Enfants' })) })).toEqual([
      'Deux groupes s’appelleraient « Enfants ».',
    ])
    expect(why({}, { children: ['Noa Aubry'] })).toEqual([
      'Noa Aubry est inscrit aux deux en même temps : mettez fin à l’une des inscriptions.',
    ])
    const seven = ['Ana', 'Bob', 'Léo', 'Zoé', 'Noé', 'Inès', 'Max']
    expect(why({}, { children: seven })).toEqual([
      'Ana, Bob, Léo, Zoé, Noé et 2 autres enfants sont inscrits aux deux en même temps : mettez fin à l’une des inscriptions.',
    ])
  })

  it('accept the ages and schools of both, without limit where one had none', () => {
    const young = { minimumAge: 3, maximumAge: 5, levels: ['PS', 'MS'], schoolIds: [1] }
    const old = { minimumAge: 6, maximumAge: null, levels: ['MS', 'CP'], schoolIds: [2, 1] }
    expect(jointChildren(young, old)).toEqual({
      minimumAge: 3,
      maximumAge: null,
      levels: ['PS', 'MS', 'CP'],
      schoolIds: [1, 2],
    })
    expect(jointChildren(young, { ...young, levels: null }).levels).toBeNull()
    expect(jointChildren(young, { ...young, schoolIds: null }).schoolIds).toBeNull()
    expect(why({ residentsOnly: true })).toEqual([
      'L’une est réservée aux familles de la commune, l’autre non : l’année suivante serait la même pour toutes.',
    ])
  })
})

const period = (name: string, activityId: number, from: string, to: string, weekdays = [3]) => ({
  name,
  activityId,
  leadId: 1,
  startDay: day(from),
  endDay: day(to),
  weekdays,
  schoolHolidays: 'without',
})
const names = (periods: ReturnType<typeof period>[]) => periodsInOne(periods).map((own) => own.map(({ name }) => name))

describe('the calendar of a period', () => {
  it('shows with it the periods of joined activities that share some of its days', () => {
    const young = period('maternelle', 1, '2026-09-02', '2027-06-30')
    const old = period('élémentaire', 2, '2027-06-30', '2027-07-31')
    expect([isShownWith(young, old), isShownWith(old, young)]).toEqual([true, true])
    expect(isShownWith(young, period('été', 2, '2027-07-01', '2027-07-31'))).toBe(false)
    expect(isShownWith(young, period('autre', 1, '2026-09-02', '2027-06-30'))).toBe(false)
    expect(isShownWith(young, { ...old, leadId: 2 })).toBe(false)
  })
})

describe('next year’s periods', () => {
  it('are one where both had days in common, on the same weekdays', () => {
    const young = period('maternelle', 1, '2026-09-02', '2027-06-30')
    expect(names([period('élémentaire', 2, '2026-09-01', '2027-07-03'), young])).toEqual([
      ['maternelle', 'élémentaire'],
    ])
    expect(names([young, period('élémentaire', 2, '2026-09-02', '2027-06-30', [3, 5])])).toEqual([
      ['maternelle'],
      ['élémentaire'],
    ])
  })

  it('stay apart where one could go with two', () => {
    const year = period('année', 1, '2026-09-02', '2027-06-30')
    const [autumn, winter] = [
      period('automne', 2, '2026-09-02', '2026-12-16'),
      period('hiver', 2, '2027-01-06', '2027-03-31'),
    ]
    expect(names([year, autumn, winter])).toEqual([['année'], ['automne'], ['hiver']])
    expect(
      names([autumn, winter].map((one) => ({ ...one, activityId: 1 })).concat({ ...year, activityId: 2 })),
    ).toEqual([['automne'], ['hiver'], ['année']])
  })
})
