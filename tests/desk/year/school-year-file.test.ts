import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCalendarFile } from '../../../main/desk/year/school-year-file.ts'
import type { SchoolHoliday } from '../../../shared/rules/calendar/school-holidays.ts'

/** A line as data.education.gouv.fr gives it: midnight in Paris, told in UTC. */
const line = (description: string, start: string, end: string, more: Record<string, unknown> = {}) => ({
  description,
  population: '-',
  start_date: start,
  end_date: end,
  location: 'Normandie',
  zones: 'Zone B',
  annee_scolaire: '2026-2027',
  ...more,
})
const allSaints = line('Vacances de la Toussaint', '2026-10-16T22:00:00+00:00', '2026-11-01T23:00:00+00:00')
const winter = line("Vacances d'Hiver", '2027-02-19T23:00:00+00:00', '2027-03-07T23:00:00+00:00')

const read = (content: unknown, fileName = 'fr-en-calendrier-scolaire.json') =>
  readCalendarFile(typeof content === 'string' ? content : JSON.stringify(content), fileName)
const holidaysIn = (content: unknown, fileName?: string) => {
  const found = read(content, fileName)
  if ('sentence' in found) throw new Error(found.sentence)
  return found.holidays.map(({ name, zones, from, to, certain }: SchoolHoliday) => [
    zones.join(''),
    name,
    from,
    to,
    ...(certain ? [] : ['à vérifier']),
  ])
}
const sentenceOf = (content: unknown, fileName?: string) => {
  const found = read(content, fileName)
  return 'sentence' in found ? found.sentence : 'read'
}

const event = (...lines: string[]) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT']

const calendar = (...events: string[][]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', ...events.flat(), 'END:VCALENDAR'].join('\r\n')

describe('the ministry’s JSON', () => {
  const expected = [
    ['B', 'Vacances de la Toussaint', '2026-10-17', '2026-11-01'],
    ['B', 'Vacances d’hiver', '2027-02-20', '2027-03-07'],
  ]

  it.each([
    ['an export: the lines alone', [allSaints, winter]],
    ['Explore 2.1: under «\u00a0results\u00a0»', { total_count: 2, results: [allSaints, winter] }],
    ['Explore 2.0: each wrapped twice', { records: [allSaints, winter].map((fields) => ({ record: { fields } })) }],
    [
      'records of version 1: under «\u00a0fields\u00a0»',
      { nhits: 2, records: [allSaints, winter].map((fields) => ({ fields })) },
    ],
    ['a download of version 1', [allSaints, winter].map((fields) => ({ datasetid: 'x', fields }))],
    ['days without an hour', [line('Vacances de la Toussaint', '2026-10-17', '2026-11-02'), winter]],
    [
      'hours of Paris',
      [line('Vacances de la Toussaint', '2026-10-17T00:00:00+02:00', '2026-11-02T00:00:00+01:00'), winter],
    ],
    ['a byte-order mark before it', `\uFEFF${JSON.stringify([allSaints, winter])}`],
  ])('%s', (_, content) => {
    expect(holidaysIn(content)).toEqual(expected)
  })

  it('gives each zone once, however many académies repeat it; the most frequent variant counts', () => {
    const later = { ...winter, end_date: '2027-03-08T23:00:00+00:00', location: 'Lille' }
    const zoneA = line("Vacances d'Hiver", '2027-02-12T23:00:00+00:00', '2027-02-28T23:00:00+00:00', {
      zones: 'Zone A',
    })
    expect(holidaysIn([winter, later, { ...winter, location: 'Rennes' }, zoneA])).toEqual([
      ['A', 'Vacances d’hiver', '2027-02-13', '2027-02-28'],
      ['B', 'Vacances d’hiver', '2027-02-20', '2027-03-07'],
    ])
  })

  it('leaves out teachers, other territories and what is no holiday, and says so', () => {
    const found = read([
      allSaints,
      { ...winter, zones: 'Corse' },
      { ...winter, zones: 'Guadeloupe' },
      line('Prérentrée des enseignants', '2026-08-30T22:00:00+00:00', '2026-08-30T22:00:00+00:00'),
      line("Vacances d'Été", '2027-07-02T22:00:00+00:00', '2027-08-29T22:00:00+00:00', { population: 'Enseignants' }),
    ])
    expect(found).toMatchObject({
      holidays: [{ name: 'Vacances de la Toussaint' }],
      remarks: ['2\u00a0lignes d’autres zones sans effet.'],
    })
  })

  it('the summer ends the day before pupils return; without an end, the date must be checked', () => {
    const begun = line("Début des Vacances d'Été", '2027-07-02T22:00:00+00:00', '2027-07-02T22:00:00+00:00')
    const whole = line("Vacances d'Été", '2027-07-02T22:00:00+00:00', '2027-08-31T22:00:00+00:00', {
      population: 'Élèves',
    })
    expect(holidaysIn([begun])).toEqual([['B', 'Vacances d’été', '2027-07-03', '2027-08-31', 'à vérifier']])
    expect(holidaysIn([begun, whole])).toEqual([['B', 'Vacances d’été', '2027-07-03', '2027-08-31']])
  })

  it('leaving after class on a school day, the first day without school is the next', () => {
    const thursday = line("Vacances d'Été", '2022-07-06T22:00:00+00:00', '2022-08-31T22:00:00+00:00')
    expect(holidaysIn([thursday])).toEqual([['B', 'Vacances d’été', '2022-07-08', '2022-08-31']])
  })

  it('the bridge of the Ascension goes from the Thursday to the Sunday', () => {
    const bridge = line("Pont de l'Ascension", '2027-05-05T22:00:00+00:00', '2027-05-09T22:00:00+00:00')
    expect(holidaysIn([bridge])).toEqual([['B', 'Pont de l’Ascension', '2027-05-06', '2027-05-09']])
  })
})

describe('the ministry’s ICS', () => {
  it('reads whole days, whose end is the morning back', () => {
    expect(
      holidaysIn(
        calendar(
          event(
            'DTSTART;VALUE=DATE:20261017',
            'DTEND;VALUE=DATE:20261102',
            'SUMMARY:Vacances de la Toussaint - Zones A/B/C',
            'LOCATION:Zones A/B/C',
          ),
          event('DTSTART;VALUE=DATE:20270220', 'DTEND;VALUE=DATE:20270308', "SUMMARY:Vacances d'Hiver - Zone B"),
          event(
            'DTSTART;VALUE=DATE:20260828',
            'DTEND;VALUE=DATE:20260901',
            "SUMMARY:Vacances d'Été(prérentrée Enseignants) - Zones A/B/C",
          ),
        ),
      ),
    ).toEqual([
      ...['A', 'B', 'C'].map((zone) => [zone, 'Vacances de la Toussaint', '2026-10-17', '2026-11-01']),
      ['B', 'Vacances d’hiver', '2027-02-20', '2027-03-07'],
    ])
  })

  it('takes the zone from the file’s name when no line names it, and joins folded lines', () => {
    const folded = calendar(
      event('DTSTART:20261016T220000Z', 'DTEND:20261101T230000Z', 'SUMMARY:Vacances de la ', ' Toussaint'),
    )
    expect(holidaysIn(folded, 'Zone-B.ics')).toEqual([['B', 'Vacances de la Toussaint', '2026-10-17', '2026-11-01']])
    expect(sentenceOf(folded, 'calendrier.ics')).toBe('Ce fichier ne parle ni de la zone A, ni de la B, ni de la C.')
  })
})

describe('a file that is no calendar', () => {
  it.each([
    ['empty', '  ', 'Ce fichier est vide.'],
    [
      'cut',
      JSON.stringify([allSaints]).slice(0, 60),
      'Ce fichier JSON est abîmé ou coupé\u00a0: téléchargez-le à nouveau.',
    ],
    [
      'another JSON',
      [{ name: 'x' }],
      'Ce fichier ne contient aucune ligne de calendrier scolaire\u00a0: choisissez celui du ministère.',
    ],
    [
      'a page',
      '<!doctype html>',
      'Ce fichier n’est pas un calendrier scolaire\u00a0: choisissez le fichier JSON ou ICS du ministère.',
    ],
    [
      'no holidays',
      [line('Rentrée des élèves', '2026-08-31T22:00:00+00:00', '')],
      'Ce fichier ne contient pas de vacances scolaires.',
    ],
    [
      'overlapping',
      [allSaints, line('Vacances de Noël', '2026-10-23T22:00:00+00:00', '2026-11-08T23:00:00+00:00')],
      'Deux vacances de la zone B se chevauchent dans ce fichier\u00a0: «\u00a0Vacances de la Toussaint\u00a0».',
    ],
    [
      'far too long',
      [line('Vacances de Noël', '2026-10-23T22:00:00+00:00', '2027-11-08T23:00:00+00:00')],
      'Les dates de «\u00a0Vacances de Noël\u00a0» ne se suivent pas\u00a0: ce fichier ne peut pas servir.',
    ],
  ])('%s', (_, content, sentence) => {
    expect(sentenceOf(content)).toBe(sentence)
  })

  it('never throws, whatever the bytes, the shapes or the dates', () => {
    const values = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify([{ ...allSaints, start_date: value, zones: value }])),
    )
    fc.assert(
      fc.property(values, fc.string(), (content, fileName) => {
        const found = readCalendarFile(content, fileName)
        expect('sentence' in found || found.holidays.every(({ from, to }) => from <= to)).toBe(true)
      }),
    )
  })
})
