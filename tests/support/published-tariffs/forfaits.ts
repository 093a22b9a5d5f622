import type { Definition } from '../../../shared/contract/desk/money/prices.ts'
import { addDays, type Day, day } from '../../../shared/rules/calendar/day.ts'
import type { ChargeableDay } from '../../../shared/rules/price/price-terms.ts'
import { slotCode } from '../../../shared/rules/price/tariff.ts'
import {
  bracketsOf,
  byBracket,
  byCase,
  cell,
  centsOf,
  dayWith,
  fixed,
  type LinePrice,
  line,
  type PublishedCell,
  type PublishedTariff,
  sumOf,
  tariff,
} from './published.ts'

/* Tables by week, month, year or stay. */

type Line = Definition['lines'][number]
type Forfait = Extract<Line['count'], { per: 'forfait' }>

const forfait = (
  label: string,
  span: Forfait['span'],
  slots: readonly string[],
  by: Forfait['by'],
  steps: readonly (readonly [number, LinePrice])[],
  more: Partial<Forfait> = {},
): Line => ({
  label,
  fiscal: 'garde',
  count: {
    per: 'forfait',
    span,
    slots: slots.map(slotCode),
    by,
    steps: steps.map(([from, price]) => ({ from, unit: { one: 'forfait', many: 'forfaits' }, price })),
    partial: 'whole',
    absence: null,
    billed: 'start',
    ...more,
  },
  withoutBooking: null,
})

const monday = day('2026-12-07')
const weekOf = (days: number, slots: readonly string[], from: Day = monday) =>
  Array.from({ length: days }, (_, at) => dayWith(slots, {}, addDays(from, at)))

/** A child registered all the school year, on these days of the week. */
const registeredIn = (
  printed: PublishedCell,
  slots: readonly string[],
  weekdays: readonly number[],
  period = { from: day('2026-09-01'), to: day('2027-07-03') },
  days: readonly ChargeableDay[] = [],
): PublishedCell => ({
  ...printed,
  home: {
    ...printed.home,
    children: printed.home.children.map(() => ({
      days: [...days],
      registrations: [
        {
          ...period,
          period,
          week: weekdays.flatMap((weekday) => slots.map((slot) => ({ weekday, slot: slotCode(slot) }))),
        },
      ],
    })),
  },
})

const barnabeRows = ['2.77 €', '5.54 €', '8.31 €', '11.08 €']
const barnabe: PublishedTariff = {
  town: 'Saint-Barnabé, cantine selon les jours de la semaine',
  definition: tariff([
    forfait(
      'Repas',
      'week',
      ['repas'],
      'days',
      barnabeRows.map((price, at) => [at + 1, fixed(price)] as const),
    ),
  ]),
  cells: barnabeRows.map((price, at) => cell(`${at + 1} jours`, price, weekOf(at + 1, ['repas']))),
}

const beaucampsRows = ['0 à 470', '471 à 620', '621 à 760', '761 à 900', '901 et plus']
const beaucampsPrices = [
  // 4 and 5 days in Beaucamps-Ligny, in subsidised villages, elsewhere. The first row comes on top of vouchers.
  ['2,40 €', '3,00 €', '7,40 €', '8,00 €', '19,40 €', '20,00 €'],
  ['20,00 €', '24,60 €', '24,20 €', '29,80 €', '34,30 €', '42,40 €'],
  ['25,20 €', '30,80 €', '29,40 €', '36,00 €', '39,60 €', '48,70 €'],
  ['30,40 €', '37,00 €', '34,60 €', '42,30 €', '44,80 €', '55,00 €'],
  ['37.00 €', '45,00 €', '41,00 €', '50,00 €', '51,40 €', '63,00 €'],
]
const beaucampsOf = (at: number) => byBracket(beaucampsPrices.map((row) => row[at] ?? ''))
const beaucampsStep = (at: 0 | 1) =>
  byCase({ 'commune conventionnée': beaucampsOf(2 + at), 'hors commune': beaucampsOf(4 + at) }, beaucampsOf(at))
const beaucamps: PublishedTariff = {
  town: 'Beaucamps-Ligny, centre aéré à la semaine',
  definition: tariff(
    [
      forfait('Semaine', 'week', ['journée'], 'days', [
        [1, beaucampsStep(0)],
        [5, beaucampsStep(1)],
      ]),
    ],
    { brackets: bracketsOf(...beaucampsRows) },
  ),
  cells: beaucampsRows.flatMap((row, at) =>
    [4, 5].flatMap((days, place) => {
      const quotient = [400, 600, 700, 800, 1000][at] ?? 0
      const printed = (column: number) => beaucampsPrices[at]?.[column + place] ?? ''
      return [
        cell(`${row}, ${days} jours`, printed(0), weekOf(days, ['journée']), { quotient }),
        cell(`${row}, ${days} jours, conventionnée`, printed(2), weekOf(days, ['journée']), {
          quotient,
          resident: false,
          categories: ['commune conventionnée'],
        }),
        cell(`${row}, ${days} jours, ailleurs`, printed(4), weekOf(days, ['journée']), { quotient, resident: false }),
      ]
    }),
  ),
  unsaid:
    'Le montant des chèques loisirs n’est pas imprimé : la première ligne est ce qui reste à payer en plus d’eux.',
}

const echirollesRows = [
  ['0 à 254', '39,50 €', 200],
  ['255 à 345', '50,50 €', 300],
  ['346 à 442', '62,00 €', 400],
  ['443 à 566', '69,50 €', 500],
  ['567 à 692', '79,00 €', 600],
  ['693 à 819', '83,50 €', 700],
  ['820 à 944', '88,50 €', 900],
  ['945 à 1070', '98,50 €', 1000],
  ['1071 à 1259', '107,50 €', 1100],
  ['1260 à 1445', '116,50 €', 1300],
  ['1446 à 1640', '125,00 €', 1500],
  ['1641 à 1851', '134,50 €', 1700],
  ['1852 et +', '151,50 €', 2000],
] as const
const raised = (printed: string, percent: number) =>
  (Math.round((centsOf(printed) * (100 + percent)) / 100) / 100).toFixed(2)
const echirolles: PublishedTariff = {
  town: 'Échirolles, mini-camps',
  definition: tariff(
    [
      forfait('Mini-camp', 'week', ['journée'], 'booking', [
        [
          1,
          byBracket(
            echirollesRows.map((row) => row[1]),
            { rule: 'percent', percent: 25 },
          ),
        ],
      ]),
    ],
    {
      brackets: bracketsOf(...echirollesRows.map(([label]) => label)),
      siblings: { percents: [10, 15], by: 'count', on: ['garde'] },
    },
  ),
  cells: echirollesRows.flatMap(([label, price, quotient]) => [
    cell(label, price, weekOf(5, ['journée']), { quotient }),
    cell(`${label}, non résident`, raised(price, 25), weekOf(5, ['journée']), { quotient, resident: false }),
    cell(`${label}, 2 enfants`, raised(price, -10), weekOf(5, ['journée']), { quotient, rank: 2 }),
    cell(`${label}, 3 enfants`, raised(price, -15), weekOf(5, ['journée']), { quotient, rank: 3 }),
  ]),
  unsaid:
    'La réduction n’est que pour les résidents inscrits le même jour : le jour de l’inscription n’est pas un critère.',
}

const stay = { from: day('2027-02-08'), to: day('2027-02-12') }
const skiRows = [
  ['0 à 565', '21,90 €', '23,10 €', 500],
  ['566 à 765', '29,90 €', '31,30 €', 700],
  ['766 à 965', '40,50 €', '42,70 €', 900],
  ['966 et +', '50,10 €', '52,55 €', 1000],
] as const
const stayDays = weekOf(5, ['séjour'], stay.from)
const ski: PublishedTariff = {
  town: 'Châteauroux, séjour au ski',
  definition: tariff(
    [
      forfait('Séjour', 'period', ['séjour'], 'registration', [[1, fixed('100,60 €')]]),
      forfait('Part selon le quotient', 'period', ['séjour'], 'registration', [
        [
          1,
          byBracket(
            skiRows.map((row) => row[1]),
            { rule: 'column', cents: skiRows.map((row) => centsOf(row[2])) },
          ),
        ],
      ]),
    ],
    { brackets: bracketsOf(...skiRows.map(([label]) => label)) },
  ),
  cells: skiRows.flatMap(([label, price, out, quotient]) =>
    [true, false].map((resident) =>
      registeredIn(
        cell(`${label}, ${resident}`, ((centsOf(resident ? price : out) + 10_060) / 100).toFixed(2), [], {
          quotient,
          resident,
        }),
        ['séjour'],
        [1, 2, 3, 4, 5],
        stay,
        stayDays,
      ),
    ),
  ),
}

const distreRows = [
  ['0 à 599', '304.50 €', '178,50 €', '10,20 €', '6,15 €', 500],
  ['600 et plus', '357 €', '215,20 €', '12,25 €', '7,15 €', 700],
] as const
const distrePrice = (at: 1 | 2 | 3 | 4) => byBracket(distreRows.map((row) => row[at]))
const wednesdays = Array.from({ length: 35 }, (_, at) => addDays(day('2026-09-02'), at * 7))
const distre: PublishedTariff = {
  town: 'Distré, mercredis au forfait annuel',
  definition: tariff(
    [
      forfait(
        'Forfait annuel',
        'schoolYear',
        ['matin', 'après-midi'],
        'sessions',
        [
          [1, distrePrice(2)],
          [2, distrePrice(1)],
        ],
        { instalments: 10 },
      ),
      {
        label: 'Occasionnel',
        fiscal: 'garde',
        when: { weekdays: { from: 0, to: 0 } },
        count: {
          per: 'formula',
          formulas: [
            {
              unit: { one: 'journée', many: 'journées' },
              combinations: [['matin', 'apres-midi']],
              price: distrePrice(3),
            },
            {
              unit: { one: 'demi-journée', many: 'demi-journées' },
              combinations: [['matin'], ['apres-midi']],
              price: distrePrice(4),
            },
          ],
        },
        withoutBooking: null,
      },
    ],
    { brackets: bracketsOf(...distreRows.map(([label]) => label)) },
  ),
  cells: distreRows.flatMap(([label, whole, half, day1, halfDay, quotient]) => {
    const year = { from: day('2026-09-01'), to: day('2027-07-03') }
    const both = ['matin', 'après-midi']
    return [
      registeredIn(
        cell(`forfait à la journée, ${label}`, whole, [], { quotient }),
        both,
        [3],
        year,
        wednesdays.map((on) => dayWith(both, {}, on)),
      ),
      registeredIn(
        cell(`forfait à la ½ journée, ${label}`, half, [], { quotient }),
        ['matin'],
        [3],
        year,
        wednesdays.map((on) => dayWith(['matin'], {}, on)),
      ),
      cell(`occasionnel, journée, ${label}`, day1, [dayWith(both)], { quotient }),
      cell(`occasionnel, ½ journée, ${label}`, halfDay, [dayWith(['matin'])], { quotient }),
    ]
  }),
}

const november = { from: day('2026-11-02'), to: day('2026-11-30') }
const plivot: PublishedTariff = {
  town: 'Plivot, périscolaire au forfait mensuel',
  definition: tariff([
    forfait('Garderie du matin', 'month', ['matin'], 'weekdays', [[1, fixed('12.00 €')]]),
    forfait('Étude du soir', 'month', ['soir'], 'weekdays', [[1, fixed('12.00 €')]]),
    line(
      'Cantine',
      ['midi'],
      byCase({ 'hors commune': fixed('6.50 €'), occasionnel: fixed('6.50 €') }, fixed('5.70 €')),
    ),
  ]),
  cells: [
    registeredIn(cell('matin, sans un jour venu', '12.00 €', []), ['matin'], [1, 2], november, [
      dayWith(['matin'], {}, november.from),
    ]),
    registeredIn(cell('soir', '12.00 €', []), ['soir'], [1, 2, 4, 5], november, weekOf(5, ['soir'], november.from)),
    registeredIn(
      cell('matin et soir', '24.00 €', []),
      ['matin', 'soir'],
      [1],
      november,
      weekOf(1, ['matin'], november.from),
    ),
    cell('cantine régulière', '5.70 €', [dayWith(['midi'])]),
    cell('cantine occasionnelle', '6.50 €', [dayWith(['midi'])], { categories: ['occasionnel'] }),
    cell('cantine, extérieur', '6.50 €', [dayWith(['midi'])], { resident: false }),
  ],
}

const saussayCards = ['59.00€', '57.00€', '55.00€']
const saussayMeals = ['4.50€', '4.40€', '4.25€']
const byChildren = (printed: readonly string[]) =>
  byCase({ '1 enfant': fixed(printed[0] ?? ''), '2 enfants': fixed(printed[1] ?? '') }, fixed(printed[2] ?? ''))
const saussay: PublishedTariff = {
  town: 'Saussay, cantine à la carte mensuelle',
  definition: tariff([
    {
      ...forfait('Carte mensuelle', 'month', ['repas'], 'weekdays', [
        [1, byCase({ 'enfant allergique (PAI)': fixed('12.00€'), 'accueil sans repas (PAI)': fixed('25.00€') }, null)],
      ]),
      count: {
        ...(forfait(
          'Carte mensuelle',
          'month',
          ['repas'],
          'weekdays',
          [
            [
              1,
              {
                method: 'cases',
                cases: [
                  { when: { category: 'PAI repas spécifique' }, price: fixed('12.00€') },
                  { when: { category: 'PAI sans repas' }, price: fixed('25.00€') },
                  { when: { children: { from: 1, to: 1 } }, price: fixed(saussayCards[0] ?? '') },
                  { when: { children: { from: 2, to: 2 } }, price: fixed(saussayCards[1] ?? '') },
                ],
                otherwise: fixed(saussayCards[2] ?? ''),
              },
            ],
          ],
          { absence: { from: 1, cents: 385 } },
        ).count as Forfait),
      },
    },
    { ...line('Repas occasionnel', ['repas'], byChildren(saussayMeals)), when: { weekdays: { from: 0, to: 0 } } },
    line('Repas adulte', ['adulte'], fixed('7.00 €')),
  ]),
  cells: [
    ...[1, 2, 3].flatMap((rank) => [
      cell(`repas occasionnel, ${rank}`, saussayMeals[rank - 1] ?? '', [dayWith(['repas'])], { rank }),
      registeredIn(
        cell(`carte mensuelle, ${rank}`, saussayCards[rank - 1] ?? '', [], { rank }),
        ['repas'],
        [1, 2, 4, 5],
        november,
        weekOf(5, ['repas'], november.from),
      ),
    ]),
    registeredIn(cell('un repas remboursé', '55.15', [], { rank: 1 }), ['repas'], [1, 2, 4, 5], november, [
      dayWith(['repas'], { attendance: 'justifiedInTime' }, november.from),
      ...weekOf(4, ['repas'], addDays(november.from, 1)),
    ]),
    registeredIn(
      cell('PAI, repas spécifique', '12.00€', [], { categories: ['PAI repas spécifique'] }),
      ['repas'],
      [1],
      november,
      weekOf(1, ['repas'], november.from),
    ),
    registeredIn(
      cell('PAI, sans repas', '25.00€', [], { categories: ['PAI sans repas'] }),
      ['repas'],
      [1],
      november,
      weekOf(1, ['repas'], november.from),
    ),
    cell('adulte', '7.00 €', [dayWith(['adulte'])]),
  ],
}

const haveluyRows = [
  ['0 à 369', '30,00 €', '33,75 €', '37,50 €', 300],
  ['370 à 499', '54,00 €', '60,75 €', '67,50 €', 400],
  ['500 à 700', '72,00 €', '81,00 €', '90,00 €', 600],
  ['701 à 800', '90,00 €', '101,25 €', '112,50 €', 750],
  ['801 à 1000', '96,00 €', '108,00 €', '120,00 €', 900],
  ['>= 1001', '108,00 €', '121,50 €', '135,00 €', 1200],
] as const
const july = { from: day('2026-07-06'), to: day('2026-07-24') }
const haveluy: PublishedTariff = {
  town: 'Haveluy, ALSH de juillet',
  definition: tariff(
    [
      forfait(
        'Session',
        'period',
        ['journée', 'garderie matin', 'garderie soir'],
        'slots',
        ([1, 2, 3] as const).map((at) => [at, byBracket(haveluyRows.map((row) => row[at]))] as const),
      ),
    ],
    { brackets: bracketsOf(...haveluyRows.map(([label]) => label)) },
  ),
  cells: haveluyRows.flatMap(([label, none, one, both, quotient]) =>
    (
      [
        [none, []],
        [one, ['garderie soir']],
        [both, ['garderie matin', 'garderie soir']],
      ] as const
    ).map(([printed, care]) =>
      registeredIn(
        cell(`${label}, ${care.length} garderies`, printed, [], { quotient }),
        ['journée'],
        [1, 2, 3, 4, 5],
        july,
        [dayWith(['journée', ...care], {}, july.from), ...weekOf(4, ['journée'], addDays(july.from, 1))],
      ),
    ),
  ),
}

const amisRows = [
  ['< 400', '4,53 €**', 300],
  ['400–639', '7,65 €', 500],
  ['640–859', '9,15 €', 700],
  ['860–1149', '12,20 €', 1000],
  ['1150–1499', '13,20 €', 1200],
  ['1500–1699', '13,70 €', 1600],
  ['1700–1899', '14,25 €', 1800],
  ['≥ 1900', '15,25 €', 2000],
] as const
const autumn = { from: day('2026-11-02'), to: day('2026-12-18') }
const amis: PublishedTariff = {
  town: 'Roncq, AMIS au forfait de la période',
  definition: tariff(
    [
      forfait('AMIS', 'period', ['amis'], 'registration', [
        [1, byCase({ 'hors commune': fixed('19,35 €') }, byBracket(amisRows.map((row) => row[1])))],
      ]),
    ],
    { brackets: bracketsOf(...amisRows.map(([label]) => label)) },
  ),
  cells: amisRows.flatMap(([label, printed, quotient]) =>
    [true, false].map((resident) =>
      registeredIn(
        cell(`${label}, ${resident}`, resident ? printed : '19,35 €', [], { quotient, resident }),
        ['amis'],
        [2],
        autumn,
        [dayWith(['amis'], {}, addDays(autumn.from, 1))],
      ),
    ),
  ),
}

const coloDays = (slot: string, more: Parameters<typeof dayWith>[1] = {}, days = 5) =>
  Array.from({ length: days }, (_, at) => dayWith([slot], more, addDays(july.from, at)))
const twoWeeks = { from: july.from, to: addDays(july.from, 13) }
const coloCell = (says: string, printed: string, slot: string, days: readonly ChargeableDay[]) =>
  registeredIn(cell(says, printed, []), [slot], [1, 2, 3, 4, 5], slot === 'semaine' ? july : twoWeeks, days)
const colo: PublishedTariff = {
  town: 'Colo J30, séjour avec acompte',
  definition: tariff(
    [
      forfait('La semaine', 'period', ['semaine'], 'booking', [[1, fixed('580 euros')]], {
        deposit: { cents: 15_000, daysBefore: 60 },
      }),
      forfait('Les deux semaines', 'period', ['deux semaines'], 'booking', [[1, fixed('1160 euros')]], {
        deposit: { cents: 15_000, daysBefore: 60 },
      }),
    ],
    {
      beside: {
        lateCancellation: [
          { notice: 30, surcharge: { percent: 30 } },
          { notice: 20, surcharge: { percent: 50 } },
          { notice: 7, surcharge: { percent: 70 } },
          { notice: 2, surcharge: { percent: 90 } },
          { notice: 0, surcharge: { percent: 100 } },
        ],
      },
    },
  ),
  cells: [
    coloCell('la semaine', '580 euros', 'semaine', coloDays('semaine')),
    coloCell('les deux semaines', '1160 euros', 'deux semaines', coloDays('deux semaines', {}, 14)),
    ...(
      [
        [30, '174', 'un mois avant, 70 % remboursés'],
        [20, '290', '20 jours avant, 50 % remboursés'],
        [7, '406', '7 jours avant, 30 % remboursés'],
        [2, '522', '48 heures avant, 10 % remboursés'],
        [1, '580', 'passé ce délai, tout est dû'],
      ] as const
    ).map(([notice, due, says]) =>
      coloCell(
        `annulation ${says}`,
        due,
        'semaine',
        coloDays('semaine', { why: 'lateCancellation', attendance: 'expected', surcharge: { notice } }),
      ),
    ),
  ],
  unsaid:
    'Inscrit après le 15 juin, tout est à payer à l’inscription : l’acompte et le solde sont alors sur une facture.',
}

const fransRows = [
  ['< 720', '49€', '67€', '112€', 500],
  ['720–919', '51€', '70€', '117€', 800],
  ['≥ 920', '53€', '73€', '122€', 1000],
] as const
const fransHolidays: PublishedTariff = {
  town: 'Frans, petites vacances (ce qui en est vu)',
  definition: tariff(
    [
      forfait(
        'Vacances',
        'week',
        ['journée'],
        'days',
        ([1, 2, 3] as const).map((at) => [[0, 2, 3, 5][at] ?? 0, byBracket(fransRows.map((row) => row[at]))] as const),
      ),
    ],
    { brackets: bracketsOf(...fransRows.map(([label]) => label)) },
  ),
  cells: fransRows.flatMap(([label, two, three, five, quotient]) =>
    (
      [
        [2, two],
        [3, three],
        [5, five],
      ] as const
    ).map(([days, printed]) => cell(`${label}, ${days} journées`, printed, weekOf(days, ['journée']), { quotient })),
  ),
}

const fransMembership: PublishedTariff = {
  town: 'Frans, petites vacances, avec l’adhésion',
  definition: {
    ...fransHolidays.definition,
    membership: { label: 'Adhésion', per: 'family', year: 'school', price: fixed('15€') },
  },
  cells: [
    cell('enfant unique', sumOf('67€', '15€'), weekOf(3, ['journée']), { quotient: 500 }),
    cell('deuxième enfant', '67€', weekOf(3, ['journée']), { quotient: 500, rank: 2 }),
  ],
}

export const forfaits: readonly PublishedTariff[] = [
  barnabe,
  beaucamps,
  echirolles,
  ski,
  distre,
  plivot,
  saussay,
  haveluy,
  amis,
  colo,
  fransHolidays,
  fransMembership,
]
