import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  exampleCanteen,
  exampleMorning,
  exampleTariffs,
  falaisePeriscolaire,
  falaiseWednesday3to6,
  falaiseWednesday7to11,
} from '../../../shared/examples/tariffs.ts'
import { addDays, day } from '../../../shared/rules/calendar/day.ts'
import { priceDays } from '../../../shared/rules/price/price.ts'
import type { ChargeableSlot, PriceRequest } from '../../../shared/rules/price/price-terms.ts'
import type { Tariff } from '../../../shared/rules/price/tariff.ts'

const wednesday = day('2026-12-09')
const since = day('2020-01-01')

const booked = (slot: string, more: Partial<ChargeableSlot> = {}): ChargeableSlot => ({
  slot,
  minutes: 60,
  why: 'booked',
  attendance: 'present',
  ...more,
})

const asking = (
  tariff: Tariff | null,
  familyQuotient: number | null,
  slots: readonly ChargeableSlot[],
  resident = true,
): PriceRequest => ({
  activity: 'ALSH mercredi',
  tariff,
  familyQuotients: familyQuotient === null ? [] : [{ from: since, value: familyQuotient, source: 'CAF' }],
  residence: [{ from: since, resident }],
  days: [{ day: wednesday, slots }],
})

const price = (...request: Parameters<typeof asking>) => priceDays(asking(...request))
const bill = (more: Partial<ChargeableSlot>) => price(falaiseWednesday3to6, 727, [booked('matin', more)])
const total = (...request: Parameters<typeof asking>) => price(...request).totalCents
const plain = (text: string | undefined) => text?.replaceAll(/[\u00A0\u202F]/g, ' ')

describe('the table of Falaise, cell by cell', () => {
  const rows: [string, Tariff, string[], [number, number][]][] = [
    [
      'périscolaire',
      falaisePeriscolaire,
      ['soir'],
      [
        [180, 215],
        [235, 280],
        [295, 355],
        [350, 415],
      ],
    ],
    [
      'demi-journée, 3-6 ans',
      falaiseWednesday3to6,
      ['apres-midi'],
      [
        [350, 420],
        [475, 570],
        [550, 660],
        [625, 750],
      ],
    ],
    [
      'journée, 3-6 ans',
      falaiseWednesday3to6,
      ['matin', 'apres-midi'],
      [
        [655, 785],
        [905, 1085],
        [1055, 1265],
        [1205, 1445],
      ],
    ],
    ['demi-journée, 7-11 ans', falaiseWednesday7to11, ['matin'], [[150, 175]]],
    ['journée, 7-11 ans', falaiseWednesday7to11, ['matin', 'apres-midi'], [[240, 290]]],
    [
      'repas',
      falaiseWednesday3to6,
      ['repas'],
      [
        [450, 450],
        [450, 450],
        [450, 450],
        [450, 450],
      ],
    ],
    [
      'retard, l’heure',
      falaisePeriscolaire,
      ['retard'],
      [
        [500, 500],
        [500, 500],
        [500, 500],
        [500, 500],
      ],
    ],
  ]
  const quotients = [150, 450, 727, 2000]

  const cells = rows.flatMap(([label, tariff, slots, columns]) =>
    columns.flatMap(([resident, nonResident], bracket) => [
      { label, tariff, slots, quotient: quotients[bracket] ?? 0, resident: true, expected: resident },
      { label, tariff, slots, quotient: quotients[bracket] ?? 0, resident: false, expected: nonResident },
    ]),
  )

  it.each(cells)(
    '$label, QF $quotient, resident: $resident → $expected',
    ({ tariff, slots, quotient, resident, expected }) => {
      expect(
        total(
          tariff,
          quotient,
          slots.map((slot) => booked(slot)),
          resident,
        ),
      ).toBe(expected)
    },
  )

  it.each([
    [300, 350],
    [300.5, 350],
    [301, 475],
    [620, 475],
    [1100, 550],
    [1100.5, 550],
    [1101, 625],
  ])('a half-day at QF %s costs %s', (quotient, expected) => {
    expect(total(falaiseWednesday3to6, quotient, [booked('matin')])).toBe(expected)
  })
})

describe('an explanation that a parent can read', () => {
  it('names the quotient, the bracket, the formula and the price', () => {
    const { lines } = price(falaiseWednesday3to6, 727, [booked('matin')])
    expect(plain(lines[0]?.explanation)).toBe('QF 727 → tranche 621–1100 → demi-journée 5,50 €')
  })

  it('says that the family lives elsewhere', () => {
    const { lines } = price(falaiseWednesday3to6, 727, [booked('matin')], false)
    expect(plain(lines[0]?.explanation)).toBe('QF 727 → tranche 621–1100 → hors commune → demi-journée 6,60 €')
    const morning = price(exampleMorning, 727, [booked('matin')], false)
    expect(plain(morning.lines[0]?.explanation)).toBe(
      'QF 727 → tranche 621–1100 → hors commune + 20 % → séance 1,92 € (tarif d’exemple)',
    )
  })

  it('says that no quotient is known, takes the top tariff, and warns', () => {
    const { lines, warnings } = price(falaiseWednesday3to6, null, [booked('matin')])
    expect(plain(lines[0]?.explanation)).toBe('QF inconnu : tarif le plus haut → demi-journée 6,25 €')
    expect(warnings.map(({ kind }) => kind)).toStrictEqual(['noFamilyQuotient'])
    expect(total(falaiseWednesday3to6, null, [booked('matin')], false)).toBe(750)
    expect(total(exampleCanteen, null, [booked('repas')])).toBe(450)
  })

  it('does not ask for a quotient where the price does not depend on it', () => {
    expect(price(falaiseWednesday3to6, null, [booked('repas')]).warnings).toStrictEqual([])
  })

  it('shows an effort rate, its floor and its ceiling', () => {
    const explained = (quotient: number) =>
      plain(price(exampleCanteen, quotient, [booked('repas')]).lines[0]?.explanation)
    expect(explained(727)).toBe('QF 727 × 0,36 % → repas 2,62 € (tarif d’exemple)')
    expect(explained(100)).toBe('QF 100 × 0,36 % → 0,36 €, minimum 1,00 € → repas 1,00 € (tarif d’exemple)')
    expect(explained(2000)).toBe('QF 2 000 × 0,36 % → 7,20 €, maximum 4,50 € → repas 4,50 € (tarif d’exemple)')
    expect(total(exampleCanteen, 727, [booked('repas')], false)).toBe(550)
  })
})

describe('a month', () => {
  const days = [0, 7, 14, 21].map((offset) => ({
    day: addDays(wednesday, offset),
    slots: [booked('matin'), booked('repas'), booked('apres-midi')],
  }))
  const month = { ...asking(falaiseWednesday3to6, 727, []), days }

  it('counts whole days, meals on their own line, care first', () => {
    const { lines, totalCents } = priceDays(month)
    expect(
      lines.map(({ label, quantity, unit, unitCents, totalCents: sum, fiscal }) => [
        label,
        quantity,
        unit.one,
        unitCents,
        sum,
        fiscal,
      ]),
    ).toStrictEqual([
      ['Accueil', 4, 'journée', 1055, 4220, 'garde'],
      ['Repas', 4, 'repas', 450, 1800, 'repas'],
    ])
    expect(totalCents).toBe(6020)
  })

  it('says which reservations each line bills', () => {
    const slots = [
      booked('matin', { cell: 1 }),
      booked('repas', { cell: 2 }),
      booked('apres-midi', { cell: 3, surcharge: 100 }),
    ]
    const { lines } = price(falaiseWednesday3to6, 727, slots)
    expect(lines.map(({ label, cellsOfUnits }) => [label, cellsOfUnits.flat()])).toStrictEqual([
      ['Accueil', [1, 3]],
      ['Repas', [2]],
      ['Réservation hors délai', [3]],
    ])
  })

  it('rounds a unit first, then multiplies: ten meals at 2,6172 € cost 26,20 €', () => {
    const meals = {
      ...asking(exampleCanteen, 727, []),
      days: Array.from({ length: 10 }, (_, n) => ({ day: addDays(wednesday, n), slots: [booked('repas')] })),
    }
    expect(priceDays(meals).totalCents).toBe(2620)
  })

  it('takes the quotient, the address and the tariff of each day', () => {
    const changing: PriceRequest = {
      ...month,
      familyQuotients: [
        { from: since, to: addDays(wednesday, 6), value: 620, source: 'CAF' },
        { from: addDays(wednesday, 7), value: 621, source: 'CAF' },
      ],
      residence: [
        { from: since, to: addDays(wednesday, 20), resident: true },
        { from: addDays(wednesday, 21), resident: false },
      ],
    }
    const accueil = priceDays(changing).lines.filter(({ fiscal }) => fiscal === 'garde')
    expect(accueil.map(({ quantity, unitCents }) => [quantity, unitCents])).toStrictEqual([
      [1, 905],
      [2, 1055],
      [1, 1265],
    ])
    const [only] = falaiseWednesday3to6.versions
    if (!only) throw new Error('no version')
    const dearer = {
      ...falaiseWednesday3to6,
      versions: [only, { ...only, from: addDays(wednesday, 14), lines: only.lines.slice(0, 1) }],
    }
    const { errors, lines } = priceDays({ ...month, tariff: dearer })
    expect(lines.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(4)
    expect(errors).toHaveLength(1)
  })
})

describe('what attendance changes', () => {
  it('bills an absence that nobody justified, and says so', () => {
    const { totalCents, remarks } = bill({ attendance: 'absent' })
    expect(totalCents).toBe(550)
    expect(plain(remarks[0]?.text)).toBe('mer. 9 déc. : absence non justifiée, facturée')
  })

  it('bills one justified too late', () => {
    expect(bill({ attendance: 'justifiedLate' }).totalCents).toBe(550)
  })

  it('does not bill one justified in time: half a day is left of a whole one', () => {
    expect(bill({ attendance: 'justifiedInTime' }).totalCents).toBe(0)
    const half = price(falaiseWednesday3to6, 727, [
      booked('matin', { attendance: 'justifiedInTime' }),
      booked('apres-midi'),
    ])
    expect(half.totalCents).toBe(550)
    expect(plain(half.remarks[0]?.text)).toBe('mer. 9 déc. : absence justifiée, non comptée')
  })

  it('bills what nobody pointed, with a warning', () => {
    const { totalCents, warnings } = bill({ attendance: 'notPointed' })
    expect(totalCents).toBe(550)
    expect(warnings.map(({ kind, days }) => [kind, days])).toStrictEqual([['notPointed', [wednesday]]])
    expect(bill({ attendance: 'expected' }).warnings).toStrictEqual([])
  })

  it('bills a cancellation decided charged, and says so', () => {
    const { totalCents, remarks } = bill({ why: 'chargedCancellation', attendance: 'expected' })
    expect(totalCents).toBe(550)
    expect(plain(remarks[0]?.text)).toBe('mer. 9 déc. : annulation facturée')
  })

  it('bills a child present without a booking as a booking, unless it has its own tariff', () => {
    const came = booked('repas', { why: 'withoutBooking' })
    expect(total(exampleCanteen, 727, [came])).toBe(262)
    const own: Tariff = {
      ...exampleCanteen,
      versions: exampleCanteen.versions.map((version) => ({
        ...version,
        lines: version.lines.map((line) => ({
          ...line,
          withoutBooking: {
            unit: { one: 'repas', many: 'repas' },
            price: { method: 'fixed' as const, cents: 549, nonResident: { rule: 'same' as const } },
          },
        })),
      })),
    }
    const { lines } = price(own, 727, [came])
    expect(plain(lines[0]?.explanation)).toBe('venu sans réservation → repas 5,49 € (tarif d’exemple)')
  })

  it('adds the surcharge of a late booking on a line that no tax certificate counts', () => {
    const { lines } = bill({ surcharge: 200 })
    expect(lines.map(({ label, totalCents, fiscal }) => [label, totalCents, fiscal])).toStrictEqual([
      ['Accueil', 550, 'garde'],
      ['Réservation hors délai', 200, 'autre'],
    ])
    expect(bill({ surcharge: 200, attendance: 'justifiedInTime' }).totalCents).toBe(0)
  })
})

describe('a late cancellation', () => {
  const given = booked('matin', { why: 'lateCancellation', attendance: 'expected', surcharge: 500, cell: 4 })

  it('costs its surcharge and nothing else, on a line that says so and that no tax certificate counts', () => {
    const { lines, remarks, warnings } = price(falaiseWednesday3to6, 727, [given])
    expect(
      lines.map(({ label, totalCents, fiscal, cellsOfUnits }) => [label, totalCents, fiscal, cellsOfUnits]),
    ).toStrictEqual([['Annulation tardive', 500, 'autre', [[4]]]])
    expect(plain(lines[0]?.explanation)).toBe('annulation demandée après la date limite → majoration 5,00 €')
    expect([remarks, warnings]).toStrictEqual([[], []])
  })

  it('changes nothing of what the rest of its day costs', () => {
    expect(total(falaiseWednesday3to6, 727, [booked('apres-midi'), given])).toBe(
      total(falaiseWednesday3to6, 727, [booked('apres-midi')]) + 500,
    )
    expect(total(falaiseWednesday3to6, 727, [{ ...given, surcharge: undefined }])).toBe(0)
  })
})

describe('a day without price', () => {
  it('is an error that names the activity and the day, and is on no line', () => {
    const none = price(null, 727, [booked('matin')])
    expect(none.lines).toStrictEqual([])
    expect(none.errors.map(({ text }) => plain(text))).toStrictEqual(['Aucun tarif le mer. 9 déc. : ALSH mercredi'])
    const early = priceDays({
      ...asking(falaiseWednesday3to6, 727, []),
      days: [{ day: day('2023-06-07'), slots: [booked('matin')] }],
    })
    expect(early.errors.map(({ kind }) => kind)).toStrictEqual(['noTariff'])
  })

  it('is never free because the tariff forgot a slot', () => {
    const { errors, totalCents } = price(exampleCanteen, 727, [booked('soir')])
    expect(errors.map(({ text }) => plain(text))).toStrictEqual(['Aucun prix pour soir le mer. 9 déc. : ALSH mercredi'])
    expect(totalCents).toBe(0)
  })
})

const late = (minutes: number, tariff = falaiseWednesday3to6) =>
  priceDays({
    activity: 'ALSH mercredi',
    tariff,
    familyQuotients: [],
    residence: [],
    days: [{ day: day('2026-12-09'), slots: [booked('matin'), booked('apres-midi')], late: { minutes, cell: 7 } }],
  })
const charged = (minutes: number, tariff = falaiseWednesday3to6) =>
  late(minutes, tariff).lines.flatMap(({ label, quantity, totalCents, cellsOfUnits }) =>
    label === 'Retard' ? [[quantity, totalCents, cellsOfUnits.flat()]] : [],
  )

describe('a child fetched late', () => {
  it('pays each hour begun past five minutes, beside the day', () => {
    expect(charged(5)).toEqual([])
    expect(charged(6)).toEqual([[1, 500, [7]]])
    expect(charged(65)).toEqual([[1, 500, [7]]])
    expect(charged(66)).toEqual([[2, 1000, [7]]])
    expect(late(66).lines[0]?.label).toBe('Accueil')
  })

  it('pays nothing where the town has no price for it, and that is no error', () => {
    expect(
      late(90, exampleCanteen)
        .errors.map(({ text }) => text)
        .join(),
    ).not.toContain('retard')
    expect(charged(90, exampleCanteen)).toEqual([])
  })
})

describe('any month of any family', () => {
  const slots = fc.uniqueArray(
    fc.record({
      slot: fc.constantFrom('matin', 'repas', 'apres-midi', 'soir', 'retard'),
      why: fc.constantFrom<ChargeableSlot['why']>('booked', 'chargedCancellation', 'withoutBooking'),
      attendance: fc.constantFrom<ChargeableSlot['attendance']>(
        'expected',
        'notPointed',
        'present',
        'absent',
        'justifiedInTime',
        'justifiedLate',
      ),
      surcharge: fc.option(fc.nat(1000), { nil: undefined }),
      minutes: fc.integer({ min: 6, max: 300 }),
    }),
    { selector: ({ slot }) => slot, maxLength: 5 },
  )
  const requests = fc.record({
    activity: fc.constant('ALSH'),
    tariff: fc.option(fc.constantFrom(...exampleTariffs)),
    familyQuotients: fc.array(
      fc.record({
        from: fc.constant(since),
        value: fc.nat(250_000).map((value) => value / 100),
        source: fc.constant('CAF'),
      }),
      { maxLength: 1 },
    ),
    residence: fc.array(fc.record({ from: fc.constant(since), resident: fc.boolean() }), { maxLength: 1 }),
    days: fc.uniqueArray(fc.record({ day: fc.nat(60).map((offset) => addDays(wednesday, offset)), slots }), {
      selector: (one) => one.day,
      maxLength: 31,
    }),
  })

  it('has no negative line, lines that sum to the total, and each day billed or explained', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { lines, totalCents, errors } = priceDays(request)
        for (const line of lines) {
          expect(line.unitCents).toBeGreaterThanOrEqual(0)
          expect(line.totalCents).toBe(line.unitCents * line.quantity)
          expect(line.days).toHaveLength(line.quantity)
        }
        expect(lines.reduce((sum, line) => sum + line.totalCents, 0)).toBe(totalCents)
        const told = new Set([...lines, ...errors].flatMap(({ days }) => days))
        const owed = request.days.filter((one) =>
          one.slots.some((slot) => slot.why !== 'booked' || slot.attendance !== 'justifiedInTime'),
        )
        expect(owed.map(({ day: on }) => on).filter((on) => !told.has(on))).toStrictEqual([])
      }),
    )
  })
})
