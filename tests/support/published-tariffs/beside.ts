import { bracketsOf, byBracket, byTime, cell, dayWith, fixed, line, type PublishedTariff, tariff } from './published.ts'

/* Tables of prices by real time, for late pick-ups, and for what happens without a booking. */

const inguinielRows = [
  ['< 601', '0,33 €', '1,15 €', 500],
  ['601–880', '0,43 €', '1,35 €', 700],
  ['881–1067', '0,53 €', '1,55 €', 900],
  ['1068–1302', '0,63 €', '1,75 €', 1200],
  ['> 1302', '0,68 €', '1,85 €', 1400],
] as const
const evening = (minutes: number) =>
  [dayWith(['soir'], { minutes: 150, hours: { from: 16 * 60 + 30, to: 19 * 60 } })].map((one) => ({
    ...one,
    presence: { from: null, to: 16 * 60 + 30 + minutes },
  }))
const plus = (first: string, half: string, times: number) =>
  (
    (Number(first.slice(0, -2).replace(',', '.')) * 100 + times * Number(half.slice(0, -2).replace(',', '.')) * 100) /
    100
  ).toFixed(2)
const inguiniel: PublishedTariff = {
  town: 'Inguiniel, périscolaire à la demi-heure',
  definition: tariff(
    [
      byTime('Matin', ['matin'], 30, byBracket(inguinielRows.map((row) => row[1]))),
      {
        ...byTime('Soir', ['soir'], 30, byBracket(inguinielRows.map((row) => row[1]))),
        count: {
          per: 'time',
          slots: ['soir'],
          minutes: 30,
          grace: 0,
          unit: { one: 'demi-heure', many: 'demi-heures' },
          price: byBracket(inguinielRows.map((row) => row[1])),
          measured: 'present',
          first: {
            minutes: 60,
            unit: { one: 'première heure', many: 'premières heures' },
            price: byBracket(inguinielRows.map((row) => row[2])),
          },
        },
      },
    ],
    { brackets: bracketsOf(...inguinielRows.map(([label]) => label)) },
  ),
  cells: [
    ...inguinielRows.flatMap(([label, half, first, quotient]) => [
      cell(`matin, ${label}`, half, [dayWith(['matin'], { minutes: 30 })], { quotient }),
      cell(`soir, 20 minutes, ${label}`, first, evening(20), { quotient }),
      cell(`soir, 1 heure, ${label}`, first, evening(60), { quotient }),
      cell(`soir, 1 h 10, ${label}`, plus(first, half, 1), evening(70), { quotient }),
      cell(`soir, 2 heures, ${label}`, plus(first, half, 2), evening(120), { quotient }),
    ]),
    cell('QF non renseigné', '1,85 €', evening(60)),
  ],
}

const late = (minutes: number, slots: readonly string[] = ['soir']) => [
  { ...dayWith(slots), late: { minutes, cell: 1 } },
]
const civrayLate: PublishedTariff = {
  town: 'Civray-de-Touraine, retard après 18 h 30',
  definition: tariff([line('Garderie', ['soir'], fixed('1.30€'))], {
    latePickUp: {
      label: 'Retard',
      fiscal: 'autre',
      free: 0,
      part: 15,
      per: 'child',
      unit: { one: 'quart d’heure', many: 'quarts d’heure' },
      price: fixed('10€'),
    },
  }),
  cells: [
    cell('à l’heure', '1.30€', [dayWith(['soir'])]),
    cell('10 minutes', '11.30', late(10)),
    cell('20 minutes', '21.30', late(20)),
  ],
}

const bignouxLate: PublishedTariff = {
  town: 'Bignoux, dépassement horaire',
  definition: tariff([line('Présence', ['soir'], fixed('2,55€'))], {
    latePickUp: {
      label: 'Dépassement horaire',
      fiscal: 'autre',
      free: 0,
      part: null,
      per: 'child',
      unit: { one: 'dépassement', many: 'dépassements' },
      price: fixed('10€'),
    },
  }),
  cells: [cell('5 minutes', '12.55', late(5)), cell('50 minutes', '12.55', late(50))],
}

const falaiseLate: PublishedTariff = {
  town: 'Falaise, l’heure supplémentaire au-delà de 5 minutes',
  definition: tariff([line('Séance', ['soir'], fixed('1,80 €'))], {
    latePickUp: {
      label: 'Retard',
      fiscal: 'autre',
      free: 5,
      part: 60,
      per: 'child',
      unit: { one: 'heure commencée', many: 'heures commencées' },
      price: fixed('5,00 €'),
    },
  }),
  cells: [
    cell('5 minutes', '1,80 €', late(5)),
    cell('6 minutes', '6,80', late(6)),
    cell('70 minutes', '11,80', late(70)),
  ],
}

const colomban: PublishedTariff = {
  town: 'Saint-Colomban, restaurant scolaire 2020',
  definition: tariff(
    [
      line('Repas', ['repas'], fixed('3,75 €')),
      line('Repas adulte', ['adulte'], fixed('5,95 €')),
      line('Service, sans repas', ['service'], fixed('2,15 €'), { fiscal: 'autre' }),
    ],
    {
      absence: { unjustified: 'notBilled', justifiedInTime: 'notBilled' },
      beside: { untoldAbsence: { cents: 375 } },
    },
  ),
  cells: [
    cell('repas', '3,75 €', [dayWith(['repas'])]),
    cell('adulte', '5,95 €', [dayWith(['adulte'])]),
    cell('service', '2,15 €', [dayWith(['service'])]),
    cell('absence non signalée', '3,75 €', [dayWith(['repas'], { attendance: 'absent' })]),
    cell('absence signalée', '0', [dayWith(['repas'], { attendance: 'justifiedInTime' })]),
  ],
  unsaid: 'La pénalité de 25 € par famille pour inscription hors délai est une ligne libre.',
}

const selleAbsence: PublishedTariff = {
  town: 'La Selle-Craonnaise, majoration si absent',
  definition: tariff([line('Repas', ['repas'], fixed('3,70 €'))], { beside: { untoldAbsence: { cents: 50 } } }),
  cells: [cell('réservé, absent', '4,20', [dayWith(['repas'], { attendance: 'absent' })])],
}

const vailhauques: PublishedTariff = {
  town: 'Vailhauquès, cantine (le prix du repas n’est pas vu)',
  definition: tariff(
    [
      line('Repas', ['repas'], fixed('4,00'), {
        withoutBooking: {
          unit: { one: 'repas sans réservation', many: 'repas sans réservation' },
          price: fixed('10€'),
        },
      }),
    ],
    {
      absence: { unjustified: 'notBilled', justifiedInTime: 'notBilled' },
      beside: { untoldAbsence: { cents: 299 }, lateBooking: { percent: 50 } },
    },
  ),
  cells: [
    cell('présent sans réservation', '10€', [dayWith(['repas'], { why: 'withoutBooking' })]),
    cell('absence injustifiée', '2,99', [dayWith(['repas'], { attendance: 'absent' })]),
    cell('repas hors délai', '6,00', [dayWith(['repas'], { surcharge: { notice: 1 } })]),
  ],
}

const sournExtra: PublishedTariff = {
  town: 'Le Sourn, présence en garderie sans réservation',
  definition: tariff([line('Garderie', ['soir'], fixed('1.90€'))], { beside: { unbooked: { cents: 500 } } }),
  cells: [cell('sans réservation', '6.90', [dayWith(['soir'], { why: 'withoutBooking' })])],
  unsaid: '« Répétée » : la majoration est due dès la première fois.',
}

export const beside: readonly PublishedTariff[] = [
  inguiniel,
  civrayLate,
  bignouxLate,
  falaiseLate,
  colomban,
  selleAbsence,
  vailhauques,
  sournExtra,
]
