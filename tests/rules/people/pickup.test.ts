import { array, assert, constantFrom, property, record, string, tuple, uniqueArray } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import {
  addedOrChanged,
  forbiddingOn,
  isRowChanged,
  isSamePickupPerson,
  maxPickups,
  mergedPickups,
  noDecision,
  type Pickup,
  pickupChangesText,
  pickupErrors,
  pickupOf,
  pickupRows,
  pickupsIn,
  pickupsText,
  whyNotPickups,
  withPickup,
} from '../../../shared/rules/people/pickup.ts'

const person = (name: string, relation = '', phone = ''): Pickup => ({ name, relation, phone })
const odile = person('Odile Sorel', 'Grand-mère', '06 39 98 27 15')
const karim = person('Karim Benali', 'Voisin', '06 39 98 27 16')
const lise = person('Lise Aubry', '', '06 39 98 27 17')

describe('people who may fetch a child, as text', () => {
  it.each([
    [[], ''],
    [[odile], 'Odile Sorel, Grand-mère, 06 39 98 27 15'],
    [[odile, lise], 'Odile Sorel, Grand-mère, 06 39 98 27 15\nLise Aubry, 06 39 98 27 17'],
    [[person('Odile Sorel')], 'Odile Sorel'],
    [[person('Sorel, Odile', 'amie, voisine')], '"Sorel, Odile", "amie, voisine"'],
    [[person('Odile', '0639982715')], 'Odile, "0639982715"'],
    [[person('Odile', '', 'poste 12')], 'Odile, "", poste 12'],
    [[person('Odile « Dédé » "D" Sorel')], '"Odile « Dédé » ""D"" Sorel"'],
  ])('%j is « %s » and back', (people, text) => {
    expect(pickupsText(people)).toBe(text)
    expect(pickupsIn(text)).toEqual(people)
  })

  const anyText = string({ unit: constantFrom('a', 'É', ' ', ',', '"', '\n', '0', '6', '\u00a0', '’', '.') })
  const anyPhone = constantFrom('', '06 39 98 27 15', '+44 20 7946 0000', 'poste 12', 'a, b')

  it('any list is read back unchanged, one person a line', () => {
    const someone = record({ name: anyText, relation: anyText, phone: anyPhone }).map(pickupOf)
    assert(
      property(array(someone, { maxLength: 5 }), (people) => {
        const text = pickupsText(people)
        const isEmpty = people.length === 0
        expect(text === '' ? 0 : text.split('\n').length).toBe(isEmpty ? 0 : people.length)
        expect(pickupsIn(text)).toEqual(people)
      }),
    )
  })

  it('any text is read without failing, and taken only as it would be written', () => {
    assert(
      property(anyText, (text) => {
        const written = pickupsText(pickupsIn(text))
        expect(whyNotPickups(text) !== null || written === text).toBe(true)
      }),
    )
  })

  it.each([
    ['Odile Sorel, Grand-mère, 06 39', /numéro n’est pas valable/],
    ['"", Grand-mère', /nom et le prénom/],
    ['Odile Sorel,Grand-mère', /ne peut pas être lue/],
    ['Odile Sorel\n', /ne peut pas être lue/],
    ['a, b, c, d', /ne peut pas être lue/],
    ['x'.repeat(201), /trop long/],
    [Array.from({ length: maxPickups + 1 }, (_, at) => `Odile ${at}`).join('\n'), /20 personnes au plus/],
  ])('« %s » is refused', (text, why) => expect(whyNotPickups(text)).toMatch(why))

  it('any number with long names is accepted', () => {
    const many = Array.from({ length: maxPickups }, (_, at) => person(`${'x'.repeat(195)} ${at}`, 'y'.repeat(200)))
    expect(whyNotPickups(pickupsText(many))).toBeNull()
    expect(pickupErrors(person(' ', 'y'.repeat(201), '12'))).toEqual({
      name: expect.stringContaining('nom'),
      relation: expect.stringContaining('trop long'),
      phone: expect.stringContaining('numéro'),
    })
  })
})

describe('a person', () => {
  it.each([
    ['Odile Sorel', 'SOREL Odile'],
    ['Odile Sorel', 'Mme Odile Sorel'],
    ['M. Élie d’Hervé', 'elie d herve'],
  ])('« %s » is « %s »', (one, other) => expect(isSamePickupPerson({ name: one }, { name: other })).toBe(true))

  it('is not another of the same family', () => {
    expect(isSamePickupPerson({ name: 'Odile Sorel' }, { name: 'Odette Sorel' })).toBe(false)
    expect(isSamePickupPerson({ name: 'M.' }, { name: 'Mme' })).toBe(false)
  })
})

describe('a change of the list', () => {
  it('leaves whom the desk added meanwhile, and takes what the parent asked for', () => {
    expect(mergedPickups([karim, lise], [karim], [odile])).toEqual([lise, odile])
    expect(mergedPickups([lise], [karim], [odile])).toEqual([lise, odile])
    const moved = { ...karim, phone: '06 39 98 27 99' }
    expect(mergedPickups([karim, lise], [karim], [moved])).toEqual([moved, lise])
  })

  it('takes away no phone that the parent was not shown', () => {
    const untold = { ...odile, phone: '' }
    expect(mergedPickups([odile], [untold], [untold, lise])).toEqual([odile, lise])
    expect(mergedPickups([odile], [untold], [{ ...untold, relation: 'Mamie' }])).toEqual([
      { ...odile, relation: 'Mamie' },
    ])
    expect(mergedPickups([odile], [odile], [untold])).toEqual([untold])
  })

  it('done twice is done once, and taken back leaves what was there', () => {
    const pool = [odile, karim, lise, { ...odile, phone: '06 39 98 27 99' }, person('Noé Petit')]
    const list = uniqueArray(constantFrom(...pool), { selector: ({ name }) => name })
    assert(
      property(tuple(list, list, list), ([now, before, after]) => {
        const done = mergedPickups(now, before, after)
        expect(mergedPickups(done, before, after)).toEqual(done)
        const back = mergedPickups(done, done, now)
        expect(back.toSorted(byName)).toEqual(now.toSorted(byName))
      }),
    )
  })

  it('names only the people whom it adds or changes', () => {
    expect(
      addedOrChanged([odile, karim], [odile, { ...karim, relation: 'Oncle' }, lise]).map(({ name }) => name),
    ).toEqual([karim.name, lise.name])
  })

  it('asked for and given up is no change', () => {
    const before = [odile, karim]
    const removed = withPickup(before, before, odile, 'remove')
    expect(removed).toEqual([karim])
    expect(withPickup(before, removed, odile, 'add')).toEqual(before)
    const added = withPickup(before, before, { ...lise, name: '  Lise   Aubry ', phone: '0639982717' }, 'add')
    expect(added).toEqual([odile, karim, lise])
    expect(withPickup(before, added, lise, 'remove')).toEqual(before)
  })

  it('is shown once for children who have the same, and apart where they differ', () => {
    const rows = pickupRows([
      { child: 'Noa', now: [odile, karim], asked: [odile, lise] },
      { child: 'Tao', now: [odile], asked: [odile] },
    ])
    expect(rows).toEqual([
      { now: odile, asked: odile, children: ['Noa', 'Tao'] },
      { now: karim, asked: null, children: ['Noa'] },
      { now: null, asked: lise, children: ['Noa'] },
    ])
    expect(rows.map(isRowChanged)).toEqual([false, true, true])
  })

  it('is said as one asks for it: each person once, for the children concerned', () => {
    const lists = [
      { child: 'Noa', now: [odile, karim], asked: [odile, karim, lise] },
      { child: 'Tao', now: [odile], asked: [odile, lise] },
    ]
    expect(pickupChangesText(lists)).toBe('ajouter Lise Aubry pour Noa et Tao')
    const grandmother = { ...odile, relation: 'Mamie' }
    expect(pickupChangesText([{ child: 'Tao', now: [odile, karim], asked: [grandmother] }])).toBe(
      'modifier Odile Sorel pour Tao\u00a0; retirer Karim Benali pour Tao',
    )
  })
})

const byName = (one: Pickup, other: Pickup) => (one.name < other.name ? -1 : 1)

describe('somebody forbidden without a decision', () => {
  const on = day('2026-12-09')
  const forbidding = (holder: string) => forbiddingOn({ name: 'Julien Marchand', ...noDecision }, [holder], on)

  it.each(['Julien Marchand', 'MARCHAND Julien', 'Julien Marchand-Duval', 'Julien Paul Marchand'])(
    'who may be the holder of authority %s is a matter for the direction',
    (holder) => expect(forbidding(holder)).toBe('disputed'),
  )

  it.each(['Paul Marchand', 'Julien Durand', 'Marchand'])('is forbidden beside %s', (holder) =>
    expect(forbidding(holder)).toBe('forbidden'),
  )
})
