import { newDataKey } from '../../../../main/crypto/data-key.ts'
import { sealingKey } from '../../../../main/crypto/sealed-for-desk.ts'
import { sha256 } from '../../../../main/portal/store/store.ts'
import type {
  BookingsDocument,
  FamilyDocument,
  MoneyDocument,
  PeriodDocument,
  PlacesDocument,
  TownDocument,
} from '../../../../shared/contract/portal/documents.ts'
import { type Day, day, daysBetween, instant, timeOfDay, weekday } from '../../../../shared/rules/calendar/day.ts'
import { families, period, published, town } from '../../../portal/town.ts'

/**
 * The small town of `tests/portal/town.ts`, extended so that all pages of a parent have content: three kinds of
 * calendars, the nine states, answers, proposals, papers.
 */

export const child = { noa: 101, tao: 102 }
const { noa, tao } = child

/** The registrations of Claire's home, by their purpose. */
export const registrationOf = {
  wednesdays: 1001,
  evenings: 1002,
  winter: 1003,
  spring: 1004,
  taoWednesdays: 1005,
  taoMornings: 1006,
}

const holidays: readonly [from: Day, to: Day, why: string][] = [
  [day('2026-10-17'), day('2026-11-01'), 'vacances de la Toussaint'],
  [day('2026-12-19'), day('2027-01-03'), 'vacances de Noël'],
  [day('2027-02-20'), day('2027-03-07'), 'vacances d’hiver'],
  [day('2027-04-17'), day('2027-05-02'), 'vacances de printemps'],
  [day('2026-11-11'), day('2026-11-11'), 'Armistice'],
]
const holidayOn = (on: Day) => holidays.find(([from, to]) => from <= on && on <= to)?.[2]

type Shape = Partial<PeriodDocument> & Pick<PeriodDocument, 'id' | 'name' | 'from' | 'to' | 'weekdays' | 'slots'>

/** Open on its weekdays; a period of holidays says so itself. */
const aPeriod = (shape: Shape, capacity: number, isOfHolidays = false): PeriodDocument => {
  const expected = daysBetween(shape.from, shape.to).filter((on) => shape.weekdays.includes(weekday(on)))
  const isOpen = (on: Day) => isOfHolidays || holidayOn(on) === undefined
  return {
    ...period,
    ...shape,
    openings: expected.filter(isOpen).flatMap((on) => shape.slots.map(({ id: slot }) => ({ day: on, slot, capacity }))),
    closed: expected.filter((on) => !isOpen(on)).map((on) => ({ day: on, why: holidayOn(on) ?? '' })),
  }
}

const school = { id: 2, name: 'ÉCOLE COLLEVILLE' }
const afterSchool = { id: 2, name: 'Périscolaire' }
const eachPerSlot = (label: string, code: string, one: string, cents: number): PeriodDocument['tariff'] => {
  const [version] = period.tariff?.versions ?? []
  if (!version) throw new Error('the small town has a tariff')
  const price = { method: 'fixed', cents, nonResident: { rule: 'same' } } as const
  const count = { per: 'slot', slots: [code], unit: { one, many: `${one}s` }, price } as const
  return {
    id: label,
    label,
    versions: [{ ...version, lines: [{ label, fiscal: 'garde', count, withoutBooking: null }] }],
  }
}
const evening = {
  id: 4,
  name: 'Soir',
  shortName: 'soir',
  start: timeOfDay('16:30'),
  end: timeOfDay('18:30'),
  code: 'soir',
}
const morning = {
  id: 5,
  name: 'Matin',
  shortName: 'mat.',
  start: timeOfDay('07:30'),
  end: timeOfDay('08:45'),
  code: 'accueil',
}
const schoolYear = { from: day('2026-09-02'), to: day('2027-07-07') }
const holidaySlots = period.slots.map((slot) => ({ ...slot, id: slot.id + 10 }))

const periods: readonly PeriodDocument[] = [
  aPeriod({ ...period }, 32),
  aPeriod(
    {
      id: 2,
      name: 'Garderie du soir 2026/2027',
      ...schoolYear,
      facility: school,
      activityType: afterSchool,
      activity: { id: 2, name: 'GARDERIE DU SOIR' },
      weekdays: [1, 2, 3, 4, 5],
      slots: [evening],
      tariff: eachPerSlot('Garderie', 'soir', 'séance', 295),
    },
    40,
  ),
  aPeriod(
    {
      id: 3,
      name: 'Vacances d’hiver 2027',
      from: day('2027-02-22'),
      to: day('2027-03-05'),
      activityType: { id: 3, name: 'Vacances' },
      activity: { id: 3, name: 'CLSH VACANCES' },
      weekdays: [1, 2, 3, 4, 5],
      slots: holidaySlots,
      bookingWindow: { opensAt: instant('2026-11-16T07:00:00.000Z'), closesAt: instant('2027-02-05T23:00:00.000Z') },
    },
    24,
    true,
  ),
  aPeriod(
    {
      id: 4,
      name: 'Vacances de printemps 2027',
      from: day('2027-04-19'),
      to: day('2027-04-30'),
      activityType: { id: 3, name: 'Vacances' },
      activity: { id: 3, name: 'CLSH VACANCES' },
      weekdays: [1, 2, 3, 4, 5],
      slots: holidaySlots,
      bookingWindow: { opensAt: instant('2027-03-01T07:00:00.000Z') },
    },
    24,
    true,
  ),
  aPeriod(
    {
      id: 5,
      name: 'Accueil du matin et du soir 2026/2027',
      ...schoolYear,
      facility: school,
      activityType: afterSchool,
      activity: { id: 5, name: 'ACCUEIL PÉRISCOLAIRE' },
      weekdays: [1, 2, 4, 5],
      slots: [morning, evening],
      tariff: eachPerSlot('Accueil', 'accueil', 'séance', 180),
    },
    30,
  ),
  aPeriod(
    {
      id: 6,
      name: 'Vacances d’été 2027',
      from: day('2027-07-08'),
      to: day('2027-07-30'),
      activityType: { id: 3, name: 'Vacances' },
      activity: { id: 3, name: 'CLSH VACANCES' },
      weekdays: [1, 2, 3, 4, 5],
      slots: holidaySlots,
      registrationWindow: { opensAt: instant('2027-05-03T06:00:00.000Z') },
    },
    40,
    true,
  ),
]

const isFull = (id: number, on: Day, slot: number): boolean =>
  (id === 1 && on === '2027-01-27' && slot === 1) || (id === 3 && on === '2027-02-24' && slot === 11)

const places = ({ id, openings }: PeriodDocument): PlacesDocument => ({
  openings: openings.map(({ day: on, slot, capacity }) => {
    const full = isFull(id, on, slot)
    return { day: on, slot, held: full ? capacity : 5, waiting: full ? 2 : 0 }
  }),
})

const wholeYear = { state: 'accepted', ...schoolYear } as const
const home: FamilyDocument = {
  ...families.aubry,
  homePhone: '02 61 91 40 18',
  registrations: [
    ...families.aubry.registrations,
    {
      ...wholeYear,
      id: registrationOf.evenings,
      child: noa,
      period: 2,
      week: [1, 2, 4, 5].map((on) => ({ weekday: on, slot: 4 })),
    },
    {
      id: registrationOf.winter,
      child: noa,
      period: 3,
      state: 'accepted',
      from: day('2027-02-22'),
      to: day('2027-03-05'),
      week: [],
    },
    {
      id: registrationOf.spring,
      child: noa,
      period: 4,
      state: 'accepted',
      from: day('2027-04-19'),
      to: day('2027-04-30'),
      week: [],
    },
    { ...wholeYear, id: registrationOf.taoWednesdays, child: tao, period: 1, week: [{ weekday: 3, slot: 1 }] },
    { ...wholeYear, id: registrationOf.taoMornings, child: tao, period: 5, week: [{ weekday: 1, slot: 5 }] },
  ],
}

type Cell = BookingsDocument['cells'][number]
const confirmed = (registration: number, on: string, slot: number): Cell => ({
  registration,
  day: day(on),
  slot,
  held: { kind: 'confirmed', cancelDenied: false },
  note: '',
})
const { wednesdays, evenings, winter, taoWednesdays, taoMornings } = registrationOf

const bookings: BookingsDocument = {
  cells: [
    ...['2026-11-26', '2026-11-27', '2026-11-30', '2026-12-01', '2026-12-03', '2026-12-10', '2026-12-11'].map((on) =>
      confirmed(evenings, on, 4),
    ),
    ...['2026-11-30', '2026-12-01', '2026-12-07'].map((on) => confirmed(taoMornings, on, 5)),
    ...['2026-12-02', '2026-12-09', '2027-01-06', '2027-01-13'].flatMap((on) => [
      confirmed(wednesdays, on, 1),
      confirmed(wednesdays, on, 2),
    ]),
    confirmed(taoWednesdays, '2026-12-02', 1),
    { ...confirmed(taoWednesdays, '2026-12-02', 3), held: { kind: 'waitlisted', rank: 3 } },
    { ...confirmed(wednesdays, '2026-12-09', 3), held: { kind: 'waitlisted', rank: 2 } },
    ...[11, 12, 13].map((slot) => confirmed(winter, '2027-02-22', slot)),
    confirmed(winter, '2027-02-23', 11),
    { ...confirmed(winter, '2027-02-24', 11), held: { kind: 'waitlisted', rank: 3 } },
  ],
  otherDays: [{ child: noa, day: day('2026-12-16') }],
}

const bill = (
  id: number,
  number: string,
  label: string,
  dates: { issuedOn: string; dueOn: string },
  leftCents: number,
  lines: readonly [label: string, detail: string, cents: number][],
): MoneyDocument['invoices'][number] => ({
  id,
  number,
  kind: 'invoice',
  label,
  issuedOn: day(dates.issuedOn),
  dueOn: day(dates.dueOn),
  totalCents: lines.reduce((sum, [, , cents]) => sum + cents, 0),
  leftCents,
  ...(leftCents === 0 && { settledOn: day('2026-09-04') }),
  lines: lines.map(([name, detail, totalCents]) => ({
    label: name,
    detail,
    totalCents,
    child: name.split(',')[0] ?? '',
    ...(detail.startsWith('4 ×') && { days: '7, 14, 21 et 28 oct.', why: 'QF 727 → tranche 621–1100' }),
  })),
})

const money: MoneyDocument = {
  on: day('2026-11-25'),
  balanceCents: 14_276,
  invoices: [
    bill(1284, '2026-001284', 'Octobre 2026', { issuedOn: '2026-11-03', dueOn: '2026-12-07' }, 11_818, [
      ['Noa, CLSH MERCREDI, demi-journée', '4 × 5,50 € (QF 727 → tranche 621–1100)', 2200],
      ['Noa, repas', '4 × 4,50 €', 1800],
      ['Noa, GARDERIE DU SOIR', '14 séances × 2,95 €', 4130],
      ['Tao, CLSH MERCREDI, journée', '3 × 10,55 €', 3165],
      ['Tao, ACCUEIL PÉRISCOLAIRE', '3 séances × 1,80 €, moins 0,17 € d’arrondi', 523],
    ]),
    bill(871, '2026-000871', 'Septembre 2026', { issuedOn: '2026-10-02', dueOn: '2026-12-07' }, 2458, [
      ['Noa, CLSH MERCREDI, demi-journée', '5 × 5,50 € (QF 727 → tranche 621–1100)', 2750],
      ['Noa, repas', '5 × 4,50 €', 2250],
    ]),
    bill(344, '2026-000344', 'Juillet 2026', { issuedOn: '2026-08-03', dueOn: '2026-09-07' }, 0, [
      ['Noa, CLSH VACANCES, journée', '6 × 10,00 €', 6000],
    ]),
    {
      ...bill(345, 'A-2026-000012', 'Avoir sur 2026-000344', { issuedOn: '2026-08-20', dueOn: '2026-08-20' }, 0, [
        ['Noa, sortie annulée du 21 juillet', '1 × 10,00 €', -1000],
      ]),
      kind: 'creditNote',
      dueOn: null,
    },
  ],
  manager: {
    facility: 'CENTRE DE LOISIRS BLAINVILLE-SUR-ORNE',
    address: '3 place des Marronniers, 14550 Blainville-sur-Orne',
    contact: 'espace.jeunesse@exemple.fr',
    phone: '02 61 91 12 34',
  },
}

export const told: TownDocument = {
  ...town,
  information: 'Inscriptions d’hiver dès le 7 décembre.\nLe centre de loisirs est fermé du 24 décembre au 1ᵉʳ janvier.',
  papersKey: sealingKey(newDataKey()),
  debits: [
    {
      regie: 1,
      creditor: 'Régie Espace Jeunesse',
      creditorId: 'FR72ZZZ123456',
      referencePrefix: 'EJ',
      noticeDays: 14,
    },
  ],
}

/** One line of text on one page: enough for a reader to open it. */
const aPaper = (text: string): Buffer => {
  const content = `BT /F1 18 Tf 72 760 Td (${text}) Tj ET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let body = '%PDF-1.4\n'
  const places = objects.map((object, index) => {
    const at = body.length
    body += `${index + 1} 0 obj\n${object}\nendobj\n`
    return `${String(at).padStart(10, '0')} 00000 n \n`
  })
  const table = `xref\n0 6\n0000000000 65535 f \n${places.join('')}trailer\n<< /Size 6 /Root 1 0 R >>\n`
  return Buffer.from(`${body}${table}startxref\n${body.length}\n%%EOF\n`)
}

const paperBody = aPaper('Facture 2026-001284').toString('base64')
const paper = { id: 'paper/1/1284', kind: 'paper', hash: sha256(paperBody), paperOf: '2026-11-03', body: paperBody }

/** All documents that the desk publishes about it. */
export const grownTown = [
  published('town', told),
  ...periods.flatMap((one) => [published(`period/${one.id}`, one), published(`places/${one.id}`, places(one))]),
  published('family/1', home),
  published('bookings/1', bookings),
  published('money/1', money),
  paper,
]
