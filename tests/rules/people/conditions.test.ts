import { describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import {
  type Candidate,
  type Conditions,
  isAboveClasses,
  isNeverOfAge,
  isOfOtherSchools,
  unmetConditions,
  unmetText,
  whyNotRegister,
} from '../../../shared/rules/people/conditions.ts'
import { type RegistrationState } from '../../../shared/rules/people/registration.ts'
import { schoolingOn } from '../../../shared/rules/people/schooling.ts'

const toddlers: Conditions = { minAge: 3, maxAge: 5, classes: [], residentsOnly: false }
const louison: Candidate = { birth: day('2021-12-09'), school: null, schoolClass: 'MS', resident: true }
const sentences = (conditions: Conditions, child: Candidate, on: string) =>
  unmetConditions(conditions, child, day(on)).map((unmet) => unmetText(unmet).replaceAll('\u00a0', ' '))

const never = (from: string, to: string) => isNeverOfAge(toddlers, louison.birth, { from: day(from), to: day(to) })

describe('whom an activity takes', () => {
  it('counts the age on the day, both limits in', () => {
    expect(sentences(toddlers, louison, '2024-12-08')).toEqual([
      'Cette activité est ouverte de 3 à 5 ans : l’enfant a 2 ans 11 mois le dim. 8 déc. 2024.',
    ])
    expect(sentences(toddlers, louison, '2024-12-09')).toEqual([])
    expect(sentences(toddlers, louison, '2027-12-08')).toEqual([])
    expect(sentences(toddlers, louison, '2027-12-09')).toEqual([
      'Cette activité est ouverte de 3 à 5 ans : l’enfant a 6 ans le jeu. 9 déc. 2027.',
    ])
    expect(sentences({ ...toddlers, minAge: null, maxAge: null }, louison, '2021-12-08')).toEqual([
      'L’enfant n’est pas encore né le mer. 8 déc. 2021.',
    ])
  })

  it('is for no day of a child too young at its end or too old at its start', () => {
    expect(never('2024-09-01', '2024-12-08')).toBe(true)
    expect(never('2024-09-01', '2024-12-09')).toBe(false)
    expect(never('2027-12-08', '2028-07-01')).toBe(false)
    expect(never('2027-12-09', '2028-07-01')).toBe(true)
  })

  it('is never again for a child past its classes, and may become so for a younger one', () => {
    const nursery = { classes: ['PS', 'MS', 'GS'] }
    expect(isAboveClasses(nursery, 'CM2')).toBe(true)
    expect(isAboveClasses(nursery, 'GS')).toBe(false)
    expect(isAboveClasses({ classes: ['CP', 'CE1'] }, 'GS')).toBe(false)
    for (const unknown of [null, 'Ulis']) expect(isAboveClasses(nursery, unknown)).toBe(false)
    expect(isAboveClasses({ classes: [] }, 'CM2')).toBe(false)
  })

  it('checks class and residence, and says every reason', () => {
    const conditions = { ...toddlers, classes: ['GS', 'CP'], residentsOnly: true }
    expect(sentences(conditions, { ...louison, resident: false }, '2026-12-09')).toEqual([
      'Cette activité est réservée aux classes GS et CP : l’enfant est en MS.',
      'Cette activité est réservée aux familles de la commune.',
    ])
    expect(sentences(conditions, { ...louison, schoolClass: null }, '2026-12-09')).toEqual([
      'Cette activité est réservée aux classes GS et CP et la classe de l’enfant n’est pas connue.',
    ])
    expect(sentences(conditions, { ...louison, schoolClass: 'CP' }, '2026-12-09')).toEqual([])
  })

  it('checks the school of the day', () => {
    const conditions = { ...toddlers, schools: ['École des Tilleuls', 'École Jacques-Prévert'] }
    expect(sentences(conditions, { ...louison, school: 'École des Tilleuls' }, '2026-12-09')).toEqual([])
    expect(sentences(conditions, { ...louison, school: 'École Colette' }, '2026-12-09')).toEqual([
      'Écoles de cette activité : École des Tilleuls et École Jacques-Prévert. Celle de l’enfant : École Colette.',
    ])
    expect(sentences(conditions, louison, '2026-12-09')).toEqual([
      'Écoles de cette activité : École des Tilleuls et École Jacques-Prévert. Celle de l’enfant n’est pas connue.',
    ])
  })

  it('is not proposed to a child of another school, unless a day comes on which the child goes there', () => {
    const canteen = { schools: ['École Jacques-Prévert'] }
    const child = { school: 'École Colette', schoolClass: 'GS' }
    const moving = {
      ...child,
      comingClasses: [{ from: day('2027-01-04'), school: 'École Jacques-Prévert', schoolClass: 'GS' }],
    }
    const span = { from: day('2026-09-01'), to: day('2027-07-02') }
    expect(isOfOtherSchools(canteen, child, span)).toBe(true)
    expect(isOfOtherSchools(canteen, moving, span)).toBe(false)
    expect(isOfOtherSchools(canteen, moving, { ...span, to: day('2026-12-18') })).toBe(true)
    expect(isOfOtherSchools({ schools: [] }, child, span)).toBe(false)
    expect(isOfOtherSchools(canteen, { school: '', schoolClass: null }, span)).toBe(false)
    const fromOlderDesk = { ...child, comingClasses: [{ from: day('2027-01-04'), schoolClass: 'CP' }] }
    expect(schoolingOn(fromOlderDesk, day('2027-01-05'))).toEqual({ school: 'École Colette', schoolClass: 'CP' })
  })

  it('is judged by the class of the day, past, present or to come', () => {
    const child = {
      school: 'École Colette',
      schoolClass: 'GS',
      formerClasses: [
        { until: day('2026-08-31'), schoolClass: null },
        { until: day('2026-11-15'), schoolClass: 'MS' },
      ],
      comingClasses: [{ from: day('2027-09-01'), school: 'École Colette', schoolClass: 'CP' }],
    }
    const classes = ['2026-08-24', '2026-08-25', '2026-11-15', '2026-11-16', '2027-08-24', '2027-08-25'].map(
      (on) => schoolingOn(child, day(on)).schoolClass,
    )
    expect(classes).toEqual([null, 'MS', 'MS', 'GS', 'GS', 'CP'])
  })
})

describe('one live registration per child, family and period', () => {
  const period = { name: 'ALSH mercredi 2026/2027', from: day('2026-09-02'), to: day('2027-06-30') }
  const span = { from: period.from, to: period.to }
  const refusal = (others: RegistrationState[], dates: Partial<typeof span> = {}) =>
    whyNotRegister({ span: { ...span, ...dates }, period, others: others.map((state) => ({ state, span })) })

  it('a second one is refused, and the refusal says where to book instead', () => {
    expect(refusal(['accepted'])).toBe(
      'Cet enfant est déjà inscrit à «\u00a0ALSH mercredi 2026/2027\u00a0»\u00a0: réservez dans le calendrier de cette inscription.',
    )
    expect(refusal(['refused', 'asked'])).toContain('attend une décision')
    expect(refusal(['refused', 'withdrawn', 'ended'])).toBeNull()
  })

  it('its dates stand in the period, in order', () => {
    expect(refusal([], { from: day('2026-09-01') })).toBe(
      'Les dates doivent tenir dans la période, du mer. 2 sept. 2026 au mer. 30 juin 2027.',
    )
    expect(refusal([], { to: day('2027-07-01') })).toContain('tenir dans la période')
    expect(refusal([], { from: day('2027-01-01'), to: day('2026-12-01') })).toBe(
      'La date de fin vient avant la date de début.',
    )
  })
})
