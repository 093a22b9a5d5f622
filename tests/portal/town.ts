import { sha256 } from '../../main/portal/store/store.ts'
import type {
  AccountDocument,
  BookingsDocument,
  FamilyDocument,
  MoneyDocument,
  PeriodDocument,
  PlacesDocument,
  TownDocument,
} from '../../shared/contract/portal/documents.ts'
import type { Document } from '../../shared/exchange/documents.ts'
import { addDays, day, instant, timeOfDay } from '../../shared/rules/calendar/day.ts'
import { eightDaysBefore } from '../../shared/rules/calendar/deadline.ts'
import { defaultAbsence } from '../../shared/rules/price/tariff.ts'

/** A small town in the form in which the desk publishes it on Wednesday 25 November 2026. */

export const town: TownDocument = {
  name: 'Espace Jeunesse',
  authority: 'Ville de Blainville-sur-Orne',
  address: '3 place des Marronniers',
  postcode: '14550',
  town: 'Blainville-sur-Orne',
  phone: '02 61 91 12 34',
  email: 'espace.jeunesse@exemple.fr',
  openingHours: 'du lundi au vendredi, de 9 h à 12 h et de 14 h à 18 h',
  information: 'Inscriptions d’hiver dès le 7 décembre.',
  answerWorkingDays: 2,
  legal: {
    publisher: 'Ville de Blainville-sur-Orne',
    director: 'Le maire',
    host: 'Hébergeur d’exemple, Caen',
    dataProtectionOfficer: 'dpo@exemple.fr',
  },
  accessibility: { conformity: 'non', audit: '', contact: 'espace.jeunesse@exemple.fr' },
  // No server listens at this address.
  payfip: { client: '012345', mode: 'production', tryEmail: '', address: 'http://127.0.0.1:9' },
}

/** Wednesdays 2 December 2026 to 27 January 2027, without the holidays of Christmas. */
export const wednesdays = Array.from({ length: 9 }, (_, week) => addDays(day('2026-12-02'), 7 * week)).filter(
  (on) => on < day('2026-12-19') || on > day('2027-01-03'),
)

const same = { rule: 'same' } as const
export const period: PeriodDocument = {
  id: 1,
  name: 'ALSH mercredi 2026/2027',
  from: day('2026-09-02'),
  to: day('2027-07-07'),
  facility: { id: 1, name: 'CENTRE DE LOISIRS' },
  activityType: { id: 1, name: 'ALSH' },
  activity: { id: 1, name: 'CLSH MERCREDI' },
  slots: [
    { id: 1, name: 'Matin', shortName: 'mat.', start: timeOfDay('09:00'), end: timeOfDay('12:00'), code: 'matin' },
    { id: 2, name: 'Repas', shortName: 'rep.', start: timeOfDay('12:00'), end: timeOfDay('13:30'), code: 'repas' },
    {
      id: 3,
      name: 'Après-midi',
      shortName: 'a.-m.',
      start: timeOfDay('13:30'),
      end: timeOfDay('17:00'),
      code: 'apres-midi',
    },
  ],
  weekdays: [3],
  registrationWindow: null,
  bookingWindow: null,
  booking: { deadline: eightDaysBefore, after: 'closed' },
  cancelling: { deadline: eightDaysBefore, after: 'closed' },
  waitingList: true,
  waitingByPriority: false,
  conditions: { minAge: 3, maxAge: 12, classes: [], residentsOnly: false },
  tariff: {
    id: '1',
    label: 'ALSH',
    versions: [
      {
        from: day('2026-09-01'),
        decision: null,
        example: true,
        rounding: 'halfUp',
        brackets: [],
        lines: [
          {
            label: 'Accueil',
            fiscal: 'garde',
            count: {
              per: 'formula',
              formulas: [
                {
                  unit: { one: 'demi-journée', many: 'demi-journées' },
                  combinations: [['matin'], ['apres-midi']],
                  price: { method: 'fixed', cents: 550, nonResident: same },
                },
                {
                  unit: { one: 'journée', many: 'journées' },
                  combinations: [['matin', 'apres-midi']],
                  price: { method: 'fixed', cents: 1000, nonResident: same },
                },
              ],
            },
            withoutBooking: null,
          },
          {
            label: 'Repas',
            fiscal: 'repas',
            count: {
              per: 'slot',
              slots: ['repas'],
              unit: { one: 'repas', many: 'repas' },
              price: { method: 'fixed', cents: 450, nonResident: same },
            },
            withoutBooking: null,
          },
        ],
        absence: defaultAbsence,
      },
    ],
  },
  openings: wednesdays.flatMap((on) => [1, 2, 3].map((slot) => ({ day: on, slot, capacity: 32 }))),
  closed: [{ day: day('2026-12-23'), why: 'vacances de Noël' }],
}

/** The morning of 27 January is full. */
export const places: PlacesDocument = {
  openings: period.openings.map(({ day: on, slot }) => ({
    day: on,
    slot,
    held: on === '2027-01-27' && slot === 1 ? 32 : 5,
    waiting: on === '2027-01-27' && slot === 1 ? 2 : 0,
  })),
}

const home = (id: number, name: string): FamilyDocument => ({
  id,
  title: `Mme et M. ${name}`,
  address: { line1: '12 rue des Tilleuls', line2: '', postcode: '14550', town: 'BLAINVILLE-SUR-ORNE' },
  homePhone: '',
  guardians: [
    {
      id: id * 10 + 1,
      name: `Claire ${name}`,
      email: `claire.${name.toLowerCase()}@exemple.fr`,
      mobilePhone: '06 39 98 41 07',
      workPhone: '02 61 91 55 20',
      profession: 'Infirmière',
      employer: 'Clinique du Canal',
    },
    {
      id: id * 10 + 2,
      name: `Marc ${name}`,
      email: '',
      mobilePhone: '06 39 98 62 30',
      workPhone: '',
      profession: '',
      employer: '',
    },
  ],
  beneficiaryName: `Claire ${name}`,
  benefitScheme: 'Régime général',
  beneficiaryNumber: '1234567',
  dependentChildren: 2,
  lastIncomeCents: 2_436_000,
  incomeUpdatedOn: day('2026-06-08'),
  invoicesBy: '',
  familyQuotients: [{ from: day('2026-01-01'), value: 727, source: 'CAF' }],
  residence: [{ from: day('2020-01-01'), resident: true }],
  children: [
    {
      id: id * 100 + 1,
      firstName: 'Noa',
      lastName: name,
      birth: day('2018-11-24'),
      sex: 'M',
      school: 'École Colleville',
      schoolClass: 'CE2',
      pickups: [{ name: 'Odile Sorel', relation: 'Grand-mère', phone: '06 39 98 27 15' }],
    },
    {
      id: id * 100 + 2,
      firstName: 'Tao',
      lastName: name,
      birth: day('2021-03-02'),
      sex: 'M',
      school: 'École Colleville',
      schoolClass: 'MS',
      pickups: [{ name: 'Odile Sorel', relation: 'Grand-mère', phone: '06 39 98 27 15' }],
    },
  ],
  registrations: [
    {
      id: id * 1000 + 1,
      child: id * 100 + 1,
      period: 1,
      state: 'accepted',
      from: day('2026-09-02'),
      to: day('2027-07-07'),
      week: [
        { weekday: 3, slot: 1 },
        { weekday: 3, slot: 2 },
      ],
    },
  ],
})

export const families = { aubry: home(1, 'Aubry'), marchand: home(2, 'Marchand') }

/** The morning of 9 December is booked, its afternoon on the waiting list. */
export const bookings = (id: number): BookingsDocument => ({
  cells: [
    {
      registration: id * 1000 + 1,
      day: day('2026-12-09'),
      slot: 1,
      held: { kind: 'confirmed', cancelDenied: false },
      note: '',
    },
    { registration: id * 1000 + 1, day: day('2026-12-09'), slot: 3, held: { kind: 'waitlisted', rank: 2 }, note: '' },
  ],
  otherDays: [{ child: id * 100 + 1, day: day('2026-12-16') }],
})

export const money: MoneyDocument = {
  on: day('2026-11-25'),
  balanceCents: 14_276,
  invoices: [
    {
      id: 1284,
      number: '2026-001284',
      kind: 'invoice',
      label: 'Octobre 2026',
      issuedOn: day('2026-11-03'),
      dueOn: day('2026-12-07'),
      totalCents: 14_118,
      leftCents: 14_118,
      lines: [{ label: 'CLSH MERCREDI', detail: '4 journées × 10,00 €', totalCents: 4000 }],
    },
  ],
  takenOver: [{ on: day('2026-08-31'), totalCents: 5000, leftCents: 158 }],
  manager: {
    facility: 'CENTRE DE LOISIRS BLAINVILLE-SUR-ORNE',
    address: '3 place des Marronniers, 14550 Blainville-sur-Orne',
    contact: 'espace.jeunesse@exemple.fr',
    phone: '02 61 91 12 34',
  },
}

const account = (guardian: number, email: string, name: string, homes: number[]): AccountDocument => ({
  guardian,
  email,
  name,
  families: homes,
  blocked: false,
  invitation: { id: `first-${guardian}`, by: 'mail' },
})

export const accounts = {
  claire: account(11, 'Claire.Aubry@exemple.fr', 'Mme Claire Aubry', [1]),
  marc: account(12, 'marc.aubry@exemple.fr', 'M. Marc Aubry', [1, 2]),
  other: account(21, 'claire.marchand@exemple.fr', 'Mme Claire Marchand', [2]),
}

/** The instant when clocks in France show 10 h 42. */
export const now = instant('2026-11-25T09:42:00.000Z')

export const published = (id: string, content: unknown): Document => {
  const body = JSON.stringify(content)
  return { id, kind: id.split('/')[0] ?? '', hash: sha256(body), paperOf: null, body }
}

export const wholeTown = [
  published('town', town),
  published('period/1', period),
  published('places/1', places),
  ...[families.aubry, families.marchand].flatMap((family) => [
    published(`family/${family.id}`, family),
    published(`bookings/${family.id}`, bookings(family.id)),
    published(`money/${family.id}`, money),
  ]),
  ...Object.values(accounts).map((account) => published(`account/${account.guardian}`, account)),
]
