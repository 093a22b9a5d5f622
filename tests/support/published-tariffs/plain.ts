import { addDays } from '../../../shared/rules/calendar/day.ts'
import {
  bracketsOf,
  byBracket,
  byCase,
  byFormula,
  byTime,
  cell,
  centsOf,
  column,
  dayWith,
  fixed,
  line,
  type PublishedTariff,
  tariff,
  wednesday,
} from './published.ts'

/* Tables by day, by session, by time or by number of days. */

const c2rRows = [
  ['0 – 650', '0,30 €', '0,60 €', '1,20 €', '2,40 €', 500],
  ['651 – 1150', '0,48 €', '0,96 €', '1,92 €', '3,84 €', 900],
  ['1151 et plus', '0,63 €', '1,26 €', '2,52 €', '5,04 €', 1500],
] as const
const c2r: PublishedTariff = {
  town: '2C2R, accueils périscolaires',
  definition: tariff(
    [
      byTime(
        'Accueil',
        ['matin', 'soir'],
        30,
        byBracket(
          c2rRows.map((row) => row[1]),
          column(...c2rRows.map((row) => row[2])),
        ),
      ),
      line(
        'Pause méridienne',
        ['midi'],
        byBracket(
          c2rRows.map((row) => row[3]),
          column(...c2rRows.map((row) => row[4])),
        ),
      ),
    ],
    { brackets: bracketsOf(...c2rRows.map(([label]) => label)) },
  ),
  cells: c2rRows.flatMap(([label, half, halfOut, noon, noonOut, quotient]) => [
    cell(`½ heure, ${label}`, half, [dayWith(['soir'], { minutes: 30 })], { quotient }),
    cell(`½ heure hors, ${label}`, halfOut, [dayWith(['soir'], { minutes: 30 })], { quotient, resident: false }),
    cell(`pause, ${label}`, noon, [dayWith(['midi'])], { quotient }),
    cell(`pause hors, ${label}`, noonOut, [dayWith(['midi'])], { quotient, resident: false }),
  ]),
}

const vicRows = ['inférieur à 400', '400–700', 'supérieur à 700']
const vicCare = ['0.90 €', '1.40 €', '1.90 €']
const vicWhole = ['4.80 €', '5.30 €', '5.80 €']
const vic: PublishedTariff = {
  town: 'Vic-sur-Aisne, restauration',
  definition: tariff(
    [
      line('Repas', ['repas'], fixed('3.90 €')),
      line('Accueil du midi', ['repas'], byBracket(vicCare, column('2.30 €'))),
    ],
    { brackets: bracketsOf(...vicRows) },
  ),
  cells: [
    ...vicRows.map((row, at) =>
      cell(row, vicWhole[at] ?? '', [dayWith(['repas'])], { quotient: [300, 500, 800][at] ?? 0 }),
    ),
    cell('extérieur', '6.20 €', [dayWith(['repas'])], { quotient: 500, resident: false }),
  ],
}

const mouais: PublishedTariff = {
  town: 'Mouais, périscolaire au taux d’effort',
  // The page bounds the quotient, 200 to 2500: so are the prices, 0,54 € and 6,75 €.
  definition: tariff([
    byTime('Accueil', ['soir'], 30, {
      method: 'effortRate',
      percent: 0.27,
      floor: 54,
      ceiling: 675,
      nonResident: { rule: 'same' },
    }),
    line('Goûter', ['goûter'], fixed('1 euros'), { fiscal: 'autre' }),
  ]),
  cells: [
    ...(
      [
        [100, '0,54'],
        [200, '0,54'],
        [700, '1,89'],
        [1000, '2,70'],
        [2500, '6,75'],
        [4000, '6,75'],
      ] as const
    ).map(([quotient, printed]) => cell(`QF ${quotient}`, printed, [dayWith(['soir'], { minutes: 30 })], { quotient })),
    cell('goûter', '1', [dayWith(['goûter'])], { quotient: 700 }),
  ],
}

const sene: PublishedTariff = {
  town: 'Séné, restauration au taux d’effort (taux non vu : celui de l’exemple)',
  definition: tariff([
    line('Repas', ['repas'], {
      method: 'effortRate',
      percent: 0.2871,
      floor: 100,
      ceiling: 597,
      nonResident: { rule: 'same' },
    }),
  ]),
  cells: [
    cell('QF 700', '2,01', [dayWith(['repas'])], { quotient: 700 }),
    cell('plancher', '1', [dayWith(['repas'])], { quotient: 100 }),
    cell('plafond', '5,97', [dayWith(['repas'])], { quotient: 3000 }),
  ],
  unsaid: 'Le taux n’est pas vu : 2,01 € pour 700 en donne un.',
}

const inguinielMeals: PublishedTariff = {
  town: 'Inguiniel, restauration',
  definition: tariff([
    line(
      'Repas',
      ['repas'],
      byCase({ enseignant: fixed('7.04 €'), adulte: fixed('5,46 €'), occasionnel: fixed('5,21 €') }, fixed('3,69 €')),
    ),
  ]),
  cells: [
    cell('au mois', '3,69 €', [dayWith(['repas'])]),
    ...(['occasionnel 5,21', 'enseignant 7.04', 'adulte 5,46'] as const).map((row) => {
      const [category = '', price = ''] = row.split(' ')
      return cell(category, price, [dayWith(['repas'])], { categories: [category] })
    }),
  ],
}

const falaiseRows = ['0–300', '301–620', '621–1100', 'supérieur à 1101']
const falaiseQuotients = [200, 500, 800, 1200]
const falaise: PublishedTariff = {
  town: 'Falaise, accueil périscolaire et mercredis 3-6 ans',
  definition: tariff(
    [
      line(
        'Séance',
        ['soir'],
        byBracket(['1,80 €', '2,35 €', '2,95 €', '3,50 €'], column('2,15 €', '2,80 €', '3,55 €', '4,15 €')),
      ),
      byFormula('Accueil', [
        [
          'demi-journée',
          [['matin'], ['après-midi']],
          byBracket(['3,50 €', '4,75 €', '5,50 €', '6,25 €'], column('4,20 €', '5,70 €', '6,60 €', '7,50 €')),
        ],
        [
          'journée',
          [['matin', 'après-midi']],
          byBracket(['6,55 €', '9,05 €', '10,55 €', '12,05 €'], column('7,85 €', '10,85 €', '12,65 €', '14,45 €')),
        ],
      ]),
      line('Repas', ['repas'], fixed('4,50 €')),
    ],
    { brackets: bracketsOf(...falaiseRows) },
  ),
  cells: falaiseRows.flatMap((row, at) =>
    [true, false].flatMap((resident) => {
      const quotient = falaiseQuotients[at] ?? 0
      const of = (own: readonly string[], out: readonly string[]) => (resident ? own : out)[at] ?? ''
      return [
        cell(
          `séance, ${row}, ${resident}`,
          of(['1,80', '2,35', '2,95', '3,50'], ['2,15', '2,80', '3,55', '4,15']),
          [dayWith(['soir'])],
          { quotient, resident },
        ),
        cell(
          `½ journée, ${row}, ${resident}`,
          of(['3,50', '4,75', '5,50', '6,25'], ['4,20', '5,70', '6,60', '7,50']),
          [dayWith(['matin'])],
          { quotient, resident },
        ),
        cell(
          `journée, ${row}, ${resident}`,
          of(['6,55', '9,05', '10,55', '12,05'], ['7,85', '10,85', '12,65', '14,45']),
          [dayWith(['matin', 'après-midi'])],
          { quotient, resident },
        ),
      ]
    }),
  ),
}

const sourn: PublishedTariff = {
  town: 'Le Sourn, restauration et garderie',
  definition: tariff([
    line('Repas', ['repas'], fixed('3.50€'), {
      withoutBooking: {
        unit: { one: 'repas sans réservation', many: 'repas sans réservation' },
        price: fixed('5.49€'),
      },
    }),
    line('Garderie du matin', ['matin'], fixed('1.40€')),
    line('Garderie du soir', ['soir'], fixed('1.90€')),
    line('Minibus', ['minibus'], fixed('0.75€'), { fiscal: 'autre' }),
  ]),
  cells: [
    cell('repas', '3.50€', [dayWith(['repas'])]),
    cell('repas sans réservation', '5.49€', [dayWith(['repas'], { why: 'withoutBooking' })]),
    cell('repas réservé, non consommé', '3.50€', [dayWith(['repas'], { attendance: 'absent' })]),
    cell('repas réservé, absence justifiée', '0', [dayWith(['repas'], { attendance: 'justifiedInTime' })]),
    cell('matin', '1.40€', [dayWith(['matin'])]),
    cell('soir', '1.90€', [dayWith(['soir'])]),
    cell('minibus', '0.75€', [dayWith(['minibus'])]),
  ],
}

const fransBrackets = { brackets: bracketsOf('< 720', '720–919', '≥ 920') }
const fransQuotients = [500, 800, 1000]
const fransNames = ['< 720', '720 à 920', '≥ 920']
const fransOnce = ['2.30€', '2.50€', '2.70€']
const fransRegular = ['1.90€', '2.10€', '2.35€']
const hour = [dayWith(['soir'], { minutes: 60 })]
const everyDay = [1, 2, 4, 5].map((weekday) => ({ weekday, slot: 'soir' }))
const year = { from: addDays(wednesday, -90), to: addDays(wednesday, 90) }
const fransCare: PublishedTariff = {
  town: 'Frans, périscolaire',
  definition: tariff(
    [
      byTime(
        'Accueil',
        ['soir'],
        60,
        byCase({ 'inscrit 4 jours et plus par semaine': byBracket(fransRegular) }, byBracket(fransOnce)),
      ),
    ],
    fransBrackets,
  ),
  cells: fransNames.flatMap((row, at) => {
    const regular = cell(`régulier, ${row}`, fransRegular[at] ?? '', hour, { quotient: fransQuotients[at] ?? 0 })
    return [
      cell(`ponctuel, ${row}`, fransOnce[at] ?? '', hour, { quotient: fransQuotients[at] ?? 0 }),
      {
        ...regular,
        home: {
          ...regular.home,
          children: [{ days: hour, registrations: [{ ...year, period: year, week: everyDay }] }],
        },
      },
    ]
  }),
}

const fransHalf = ['2.00€', '2.20€', '2.40€']
const fransHalfOut = ['2.40€', '2.60€', '2.80€']
const fransWhole = ['1.90€', '2.00€', '2.10€']
const fransWholeOut = ['2.30€', '2.40€', '2.50€']
const twice = (printed = '') => String((2 * centsOf(printed)) / 100)

const fransWednesdays: PublishedTariff = {
  town: 'Frans, mercredis',
  definition: tariff(
    [
      byTime(
        'Accueil',
        ['matin', 'après-midi'],
        60,
        byCase(
          { 'matin + après-midi': byBracket(fransWhole, column(...fransWholeOut)) },
          byBracket(fransHalf, column(...fransHalfOut)),
        ),
      ),
      line('Repas', ['repas'], fixed('3.50€')),
    ],
    {
      ...fransBrackets,
      membership: { label: 'Adhésion', per: 'family', year: 'school', price: fixed('0€') },
    },
  ),
  cells: fransNames.flatMap((row, at) => {
    const quotient = fransQuotients[at] ?? 0
    const half = [dayWith(['matin'], { minutes: 60 })]
    const whole = [dayWith(['matin', 'après-midi'], { minutes: 60 })]
    return [
      cell(`demi, ${row}`, fransHalf[at] ?? '', half, { quotient }),
      cell(`demi, extérieur, ${row}`, fransHalfOut[at] ?? '', half, { quotient, resident: false }),
      cell(`journée, deux heures, ${row}`, twice(fransWhole[at]), whole, { quotient }),
      cell(`journée, extérieur, deux heures, ${row}`, twice(fransWholeOut[at]), whole, { quotient, resident: false }),
    ]
  }),
}

const bignouxDays = (count: number, slots: readonly string[]) =>
  Array.from({ length: count }, (_, at) => dayWith(slots, {}, addDays(wednesday, at - 8)))
const bignoux: PublishedTariff = {
  town: 'Bignoux, garderie au forfait de 20 présences',
  definition: tariff([
    line('Présence', ['matin', 'soir tard'], fixed('2,55€'), {
      bundle: { from: 20, unit: { one: 'forfait', many: 'forfaits' }, price: fixed('50 €') },
    }),
    line('Présence de 16 h à 18 h', ['soir'], fixed('2,60€')),
    line('TAP', ['tap'], fixed('1,50€')),
    line('Mercredi midi', ['midi'], fixed('0')),
  ]),
  cells: [
    cell('une présence', '2,55€', [dayWith(['matin'])]),
    cell('de 16 h à 18 h', '2,60€', [dayWith(['soir'])]),
    cell('19 présences', '48,45', bignouxDays(19, ['matin'])),
    cell('20 présences', '50 €', bignouxDays(10, ['matin', 'soir tard'])),
    cell('25 présences', '50 €', [
      ...bignouxDays(12, ['matin', 'soir tard']),
      dayWith(['matin'], {}, addDays(wednesday, 10)),
    ]),
    cell('mercredi', '0', [dayWith(['midi'])]),
    cell('TAP', '1,50€', [dayWith(['tap'])]),
  ],
}

const hauterivesRows = ['0–715', '716–1000', '1001 et plus']
const hauterivesCare = (printed: readonly string[], season: string): PublishedTariff => ({
  town: `Hauterives, périscolaire, ${season}`,
  definition: tariff([byTime('Accueil', ['soir'], 30, byBracket(printed, { rule: 'amount', cents: 200 }))], {
    brackets: bracketsOf(...hauterivesRows),
  }),
  cells: hauterivesRows.map((row, at) =>
    cell(row, printed[at] ?? '', [dayWith(['soir'], { minutes: 30 })], { quotient: [500, 900, 1300][at] ?? 0 }),
  ),
  unsaid: 'Les cases vides de la page sont lues comme fusionnées avec celle au-dessus.',
})

export const plain: readonly PublishedTariff[] = [
  c2r,
  vic,
  mouais,
  sene,
  inguinielMeals,
  falaise,
  sourn,
  fransCare,
  fransWednesdays,
  bignoux,
  hauterivesCare(['0.58', '0.64', '0.71'], 'janvier à juillet 2024'),
  hauterivesCare(['0.62', '0.69', '0.77'], 'à partir de septembre 2024'),
]
