import {
  bracketsOf,
  byBracket,
  byCase,
  byFormula,
  byTime,
  cell,
  column,
  dayWith,
  fixed,
  line,
  type PublishedTariff,
  sumOf,
  tariff,
  twoDays,
} from './published.ts'

/* Tables whose price depends on the quotient, the town, the category, the scheme or the rank. */

const wavrinRows = ['0 à 308', '308,01 à 500', '500,01 à 800', '800,01 à 1100', '1100,01 à 1400', '1400,01 et +']
const wavrinQuotients = [300, 400, 650, 1000, 1200, 2000]
const wavrinCcas = ['2,00 €', '1,00 €', '0,50 €', '0,50 €']

/**
 * Wavrin, holidays of autumn 2025: one column a rank, one for children from outside, one row for « conditions CCAS ».
 */
const wavrin = (name: string, ranks: readonly (readonly string[])[], outside: readonly string[]): PublishedTariff => {
  const rankWords = ['1er enfant', '2e enfant', '3e enfant', '4e enfant et +']
  const columnOf = (rank: number) => ranks.map((row) => row[rank] ?? '')
  const day = [dayWith(['journée'])]
  return {
    town: `Wavrin, petites vacances, ${name}`,
    definition: tariff(
      [
        line(
          'Journée',
          ['journée'],
          byCase({
            extérieur: byBracket(outside),
            ...Object.fromEntries(
              rankWords.map((words, at) => [`conditions CCAS, ${words}`, fixed(wavrinCcas[at] ?? '')]),
            ),
            ...Object.fromEntries(rankWords.map((words, at) => [words, byBracket(columnOf(at))])),
          }),
        ),
      ],
      { brackets: bracketsOf(...wavrinRows) },
    ),
    cells: wavrinRows.flatMap((row, at) => [
      ...[1, 2, 3, 4, 5].map((rank) =>
        cell(`${row}, enfant ${rank}`, ranks[at]?.[Math.min(rank, 4) - 1] ?? '', day, {
          quotient: wavrinQuotients[at] ?? 0,
          rank,
        }),
      ),
      cell(`${row}, extérieur`, outside[at] ?? '', day, {
        quotient: wavrinQuotients[at] ?? 0,
        resident: false,
        rank: 2,
      }),
      cell(`conditions CCAS, 2e enfant, ${row}`, wavrinCcas[1] ?? '', day, {
        quotient: wavrinQuotients[at] ?? 0,
        rank: 2,
        categories: ['Conditions CCAS'],
      }),
    ]),
  }
}

const wavrinChildren = wavrin(
  'maternelle et élémentaire',
  [
    ['3,77 €', '3,42 €', '3,10 €', '2,82 €'],
    ['5,53 €', '5,00 €', '4,53 €', '4,10 €'],
    ['7,86 €', '7,10 €', '6,42 €', '5,80 €'],
    ['9,14 €', '8,25 €', '7,45 €', '6,73 €'],
    ['10,19 €', '9,20 €', '8,30 €', '7,50 €'],
    ['10,63 €', '9,60 €', '8,66 €', '7,82 €'],
  ],
  ['12,00 €', '13,00 €', '14,00 €', '15,00 €', '16,00 €', '17,00 €'],
)
const wavrinTeenagers = wavrin(
  'ados',
  [
    ['4,07 €', '3,72 €', '3,40 €', '3,12 €'],
    ['5,88 €', '5,35 €', '4,88 €', '4,45 €'],
    ['8,26 €', '7,50 €', '6,82 €', '6,20 €'],
    ['9,59 €', '8,70 €', '7,90 €', '7,18 €'],
    ['10,69 €', '9,70 €', '8,80 €', '8,00 €'],
    ['11,18 €', '10,15 €', '9,21 €', '8,37 €'],
  ],
  ['13,00 €', '14,00 €', '15,00 €', '16,00 €', '17,00 €', '18,00 €'],
)

const bubryRows = ['0–599', '600–999', '1000–1499', '1500 et +']
const bubry: PublishedTariff = {
  town: 'Bubry, restauration 2023',
  definition: tariff(
    [
      line(
        'Repas',
        ['repas'],
        byCase(
          {
            'protocole médical': fixed('0.64 €'),
            occasionnel: fixed('3.70 €'),
            '3e enfant et suivants': byBracket(['1.00 €', '1.53 €', '1.55 €', '1.58 €']),
          },
          byBracket(['1.00 €', '3.05 €', '3.10 €', '3.15 €']),
        ),
      ),
    ],
    { brackets: bracketsOf(...bubryRows) },
  ),
  cells: [
    ...bubryRows.flatMap((row, at) => {
      const quotient = [500, 700, 1200, 1600][at] ?? 0
      const meal = [dayWith(['repas'])]
      return [
        cell(`régulier, ${row}`, ['1.00 €', '3.05 €', '3.10 €', '3.15 €'][at] ?? '', meal, { quotient, rank: 2 }),
        cell(`régulier, 3e enfant, ${row}`, ['1.00 €', '1.53 €', '1.55 €', '1.58 €'][at] ?? '', meal, {
          quotient,
          rank: 3,
        }),
      ]
    }),
    cell('occasionnel', '3.70 €', [dayWith(['repas'])], { quotient: 500, categories: ['occasionnel'] }),
    cell('protocole médical', '0.64 €', [dayWith(['repas'])], { quotient: 500, categories: ['protocole médical'] }),
  ],
}

const roncqRows = [
  ['< 400€', '0,50 €*', '0,50 €', '0,16€***', 300],
  ['de 400€ à 639€', '1,75 €', '0,80 €', '0,70 €', 500],
  ['de 640€ à 859€', '2,35 €', '0,80 €', '0,85 €', 700],
  ['de 860€ à 1 149€', '3,05 €', '0,80 €', '1,10 €', 1000],
  ['de 1 150€ à 1 499€', '3,55 €', '1,00 €', '1,25 €', 1200],
  ['de 1 500€ à 1 699€', '4,05 €', '1,00 €', '1,35 €', 1600],
  ['de 1 700€ à 1 899€', '4,60 €', '1,00 €', '1,40 €', 1800],
  ['≥ 1 900€', '4,90 €', '1,00 €', '1,45 €', 2000],
] as const
const roncqOutside = [
  ['< 800€', '6,50 €', '1,00 €', '1,95 €', 700],
  ['de 800€ à 1 499€', '6,50 €', '1,00 €', '2,00 €', 1000],
  ['≥ 1 500€', '6,50 €', '1,00 €', '2,05 €', 1600],
] as const
const spaceless = (text: string) => text.replaceAll(/[ €]/g, '').replace('de', '').replace('à', '–')
const roncqPrice = (at: 1 | 2 | 3) =>
  byCase(
    {
      'hors commune': {
        ...byBracket(roncqOutside.map((row) => row[at])),
        brackets: bracketsOf(...roncqOutside.map(([label]) => spaceless(label))),
      } as ReturnType<typeof byBracket>,
    },
    byBracket(roncqRows.map((row) => row[at])),
  )
const roncq: PublishedTariff = {
  town: 'Roncq, repas et accueil périscolaire, 2025',
  definition: tariff(
    [
      line('Repas', ['repas'], roncqPrice(1)),
      line('Accueil PAI', ['pai'], roncqPrice(2)),
      byTime('Accueil périscolaire', ['soir'], 30, roncqPrice(3)),
    ],
    { brackets: bracketsOf(...roncqRows.map(([label]) => spaceless(label))), beside: { lateBooking: { cents: 250 } } },
  ),
  cells: [...roncqRows.map((row) => [row, true] as const), ...roncqOutside.map((row) => [row, false] as const)].flatMap(
    ([[label, meal, pai, half, quotient], resident]) => [
      cell(`repas, ${label}`, meal, [dayWith(['repas'])], { quotient, resident }),
      cell(
        `repas non réservé à temps, ${label}`,
        sumOf(meal, '2,50 €'),
        [dayWith(['repas'], { surcharge: { notice: 1 } })],
        { quotient, resident },
      ),
      cell(`PAI, ${label}`, pai, [dayWith(['pai'])], { quotient, resident }),
      cell(`demi-heure, ${label}`, half, [dayWith(['soir'], { minutes: 30 })], { quotient, resident }),
    ],
  ),
  unsaid: 'Hors commune, la page laisse un trou de 800 à 860 : la tranche commence à 800.',
}

const civray: PublishedTariff = {
  town: 'Civray-de-Touraine, garderie 2022/2023',
  definition: tariff([
    byFormula('Garderie', [
      ['matin et soir', [['matin', 'soir']], byCase({ '3e enfant et suivants': fixed('2.00€') }, fixed('2.60€'))],
      ['matin ou soir', [['matin'], ['soir']], byCase({ '3e enfant et suivants': fixed('1.00€') }, fixed('1.30€'))],
    ]),
  ]),
  cells: [1, 2, 3, 4].flatMap((rank) => [
    cell(`matin et soir, enfant ${rank}`, rank < 3 ? '2.60€' : '2.00€', [dayWith(['matin', 'soir'])], { rank }),
    cell(`matin ou soir, enfant ${rank}`, rank < 3 ? '1.30€' : '1.00€', [dayWith(['soir'])], { rank }),
  ]),
}

const jauldesTotals = ['2,80 €', '4,65 €', '6,70 €']
const jauldes: PublishedTariff = {
  town: 'Jauldes, garderie',
  definition: tariff(
    [line('Garderie', ['garderie'], { method: 'together', totals: jauldesTotals.map((one) => fixed(one)) })],
    { ranking: { among: 'present', over: 'activity' } },
  ),
  cells: [
    cell('1 enfant', '2,80 €', [dayWith(['garderie'])], { rank: 1 }),
    // What the second and the third add: together they pay 4,65 € and 6,70 €.
    cell('le 2e enfant', '1,85 €', [dayWith(['garderie'])], { rank: 2 }),
    cell('le 3e enfant', '2,05 €', [dayWith(['garderie'])], { rank: 3 }),
    cell('le 4e enfant', '0 €', [dayWith(['garderie'])], { rank: 4 }),
  ],
}

const saffreRows = [
  ['< 451', '7,20 €', '3,60 €', '6,35 €', 400],
  ['451 à 550', '7,70 €', '3,85 €', '6,60 €', 500],
  ['551 à 650', '8,50 €', '4,25 €', '7,00 €', 600],
  ['651 à 750', '10,05 €', '5,05 €', '7,70 €', 700],
  ['751 à 850', '11,30 €', '5,65 €', '8,35 €', 800],
  ['851 à 950', '12,35 €', '6,20 €', '9,15 €', 900],
  ['951 à 1050', '14,20 €', '7,10 €', '9,80 €', 1000],
  ['1051 à 1150', '15,70 €', '7,85 €', '10,55 €', 1100],
  ['1151 à 1250', '17,10 €', '8,55 €', '11,20 €', 1200],
  ['1251 à 1350', '18,40 €', '9,20 €', '11,95 €', 1300],
  ['1351 à 1550', '19,85 €', '9,95 €', '12,60 €', 1400],
  ['1551 à 1750', '21,95 €', '11,00 €', '13,65 €', 1600],
  ['1751 à 1950', '23,05 €', '11,55 €', '14,25 €', 1800],
  ['>1950', '24,90 €', '12,45 €', '15,10 €', 2000],
] as const
const saffrePrice = (at: 1 | 2 | 3) =>
  byBracket(
    saffreRows.map((row) => row[at]),
    { rule: 'amount', cents: 200 },
  )
const saffreSlots = { journée: ['matin', 'repas', 'après-midi'], demi: ['matin'], repas: ['matin', 'repas'] }
const saffre: PublishedTariff = {
  town: 'Saffré, accueil de loisirs, 2025',
  definition: tariff(
    [
      byFormula('Accueil', [
        ['journée', [saffreSlots.journée], saffrePrice(1)],
        ['demi-journée', [saffreSlots.demi, ['après-midi']], saffrePrice(2)],
        ['demi-journée avec repas', [saffreSlots.repas, ['repas', 'après-midi']], saffrePrice(3)],
      ]),
    ],
    {
      brackets: bracketsOf(...saffreRows.map(([label]) => label)),
      siblings: { percents: [], bracketsDown: [0, 1], by: 'count', on: ['garde'] },
    },
  ),
  cells: saffreRows.flatMap(([label, full, half, meal, quotient], at) => {
    const below = saffreRows[Math.max(0, at - 1)]?.[1] ?? ''
    return [
      cell(`journée, ${label}`, full, [dayWith(saffreSlots.journée)], { quotient }),
      cell(`demi-journée, ${label}`, half, [dayWith(saffreSlots.demi)], { quotient }),
      cell(`demi-journée avec repas, ${label}`, meal, [dayWith(saffreSlots.repas)], { quotient }),
      cell(`journée, 2 enfants, ${label}`, full, [dayWith(saffreSlots.journée)], { quotient, rank: 2 }),
      cell(`journée, 3 enfants, ${label}`, below, [dayWith(saffreSlots.journée)], { quotient, rank: 3 }),
      cell(
        `journée, hors communauté, ${label}`,
        String(Number(full.slice(0, -2).replace(',', '.')) + 2).replace(/(\.\d\d)\d+$/, '$1'),
        [dayWith(saffreSlots.journée)],
        {
          quotient,
          resident: false,
        },
      ),
    ]
  }),
  unsaid:
    'La page laisse 450 et 1950 libres : la première tranche va jusqu’à 450, la dernière commence au-dessus de 1950.',
}

const saffreMembership: PublishedTariff = {
  town: 'Saffré, accueil de loisirs, avec la carte d’adhésion',
  definition: {
    ...saffre.definition,
    membership: {
      label: 'Carte d’adhésion',
      per: 'family',
      year: 'school',
      price: byCase({ association: fixed('11,00 €'), 'hors commune': fixed('24,00 €') }, fixed('22,00 €')),
    },
  },
  cells: [
    cell('Com Com, premier jour', sumOf('7,20 €', '22,00 €'), [dayWith(saffreSlots.journée)], { quotient: 400 }),
    cell('Com Com, deux jours', sumOf('7,20 €', '7,20 €', '22,00 €'), twoDays(saffreSlots.journée), { quotient: 400 }),
    cell('Com Com, deuxième enfant', '7,20 €', [dayWith(saffreSlots.journée)], { quotient: 400, rank: 2 }),
    cell('hors Com Com', sumOf('9,20 €', '24,00 €'), [dayWith(saffreSlots.journée)], {
      quotient: 400,
      resident: false,
    }),
    cell('association', sumOf('7,20 €', '11,00 €'), [dayWith(saffreSlots.journée)], {
      quotient: 400,
      categories: ['association'],
    }),
  ],
}

const hauterivesRows = [
  ['0–359', '10', '5', '7', 100],
  ['360–564', '11', '5.5', '7.5', 400],
  ['565–715', '12', '6', '8', 600],
  ['716–815', '13', '6.5', '8.5', 800],
  ['816–1000', '14', '7', '9', 900],
  ['1001–1199', '15', '7.5', '9.5', 1100],
  ['1200 et plus', '16', '8', '10', 1200],
] as const
const hauterivesPrice = (at: 1 | 2 | 3) =>
  byBracket(
    hauterivesRows.map((row) => row[at]),
    { rule: 'amount', cents: 200 },
  )
const hauterives: PublishedTariff = {
  town: 'Hauterives, mercredis 2024',
  definition: tariff(
    [
      byFormula('Accueil', [
        ['journée', [['matin', 'repas', 'après-midi']], hauterivesPrice(1)],
        ['demi-journée sans repas', [['matin'], ['après-midi']], hauterivesPrice(2)],
        ['demi-journée avec repas', [['matin', 'repas']], hauterivesPrice(3)],
      ]),
    ],
    { brackets: bracketsOf(...hauterivesRows.map(([label]) => label)) },
  ),
  cells: hauterivesRows.flatMap(([label, full, half, meal, quotient]) => [
    cell(`journée, ${label}`, full, [dayWith(['matin', 'repas', 'après-midi'])], { quotient }),
    cell(`demi-journée sans repas, ${label}`, half, [dayWith(['matin'])], { quotient }),
    cell(`demi-journée avec repas, ${label}`, meal, [dayWith(['matin', 'repas'])], { quotient }),
    cell(`journée, hors communauté, ${label}`, String(Number(full) + 2), [dayWith(['matin', 'repas', 'après-midi'])], {
      quotient,
      resident: false,
    }),
  ]),
  unsaid: '1200 est dans deux tranches de la page : il est dans la plus haute.',
}

const perigueuxRows = ['0–400', '401–700', '701–800', '801–1000', '1001–1250', '1251–1500', '> 1500']
const perigueuxCaf = ['2,00 €', '2.50 €', '3.00 €', '7,00 €', '9,00 €', '11,00 €', '14,00 €']
const perigueuxOthers = ['4,00 €', '4.50 €', '5.00 €', '7.00 €', '9.00 €', '11.00 €', '14.00 €']
const perigueux: PublishedTariff = {
  town: 'Grand Périgueux, journée avec repas (ce qui en est vu)',
  definition: tariff(
    [line('Journée', ['journée'], byCase({ 'Allocataires CAF': byBracket(perigueuxCaf) }, byBracket(perigueuxOthers)))],
    { brackets: bracketsOf(...perigueuxRows) },
  ),
  cells: perigueuxRows.flatMap((row, at) => {
    const quotient = [300, 500, 750, 900, 1200, 1400, 1700][at] ?? 0
    return [
      cell(`CAF, ${row}`, perigueuxCaf[at] ?? '', [dayWith(['journée'])], { quotient, scheme: 'CAF, régime général' }),
      cell(`MSA, ${row}`, perigueuxOthers[at] ?? '', [dayWith(['journée'])], { quotient, scheme: 'MSA' }),
      cell(`non allocataires, ${row}`, perigueuxOthers[at] ?? '', [dayWith(['journée'])], { quotient }),
    ]
  }),
}

const selle: PublishedTariff = {
  town: 'La Selle-Craonnaise, cantine 2024/2025',
  definition: tariff([
    line(
      'Repas',
      ['repas'],
      byCase(
        { adulte: fixed('7,00 €'), '3e enfant et suivants': fixed('3,30 €'), maternelle: fixed('3,30 €') },
        fixed('3,70 €'),
      ),
    ),
  ]),
  cells: [
    cell('élémentaire', '3,70 €', [dayWith(['repas'])], { rank: 2 }),
    cell('maternelle', '3,30 €', [dayWith(['repas'])], { categories: ['maternelle'] }),
    cell('3e enfant', '3,30 €', [dayWith(['repas'])], { rank: 3 }),
    cell('adulte', '7,00 €', [dayWith(['repas'])], { categories: ['adulte'] }),
  ],
}

const cenonRows = [
  ['≤ 700', '6.23€', '9.37€', '5.23€', '8.37€', '3.12€', '4.69€', 700],
  ['701–1100', '8.87€', '12.01€', '7.87€', '11.01€', '4.44€', '6.01€', 900],
  ['1101–1450', '11.43€', '14.57€', '10.43€', '13.57€', '5.72€', '7.29€', 1400],
  ['> 1450', '13.54€', '16.63€', '12.54€', '15.63€', '6.77€', '8.32€', 1451],
] as const
const cenonPrice = (at: 1 | 3 | 5) =>
  byBracket(
    cenonRows.map((row) => row[at]),
    column(...cenonRows.map((row) => row[at === 1 ? 2 : at === 3 ? 4 : 6])),
  )
const cenonDay = ['journée']
const cenon: PublishedTariff = {
  town: 'Cenon-sur-Vienne, centre de loisirs 2023',
  definition: tariff(
    [
      line('Journée', cenonDay, cenonPrice(1)),
      line('Journée sans repas', ['sans repas'], cenonPrice(3)),
      line('½ journée', ['demi'], cenonPrice(5)),
      line('Garderie', ['garderie'], fixed('1.10€', column('1.50€'))),
      line('Nuit', ['nuit'], fixed('6.76€'), { fiscal: 'autre' }),
    ],
    {
      brackets: bracketsOf(...cenonRows.map(([label]) => label)),
      siblings: { percents: [0, 50], on: ['garde'] },
    },
  ),
  cells: [
    ...cenonRows.flatMap(([label, full, fullOut, bare, bareOut, half, halfOut, quotient]) =>
      [true, false].flatMap((resident) => [
        cell(`journée, ${label}, ${resident}`, resident ? full : fullOut, [dayWith(cenonDay)], { quotient, resident }),
        cell(`sans repas, ${label}, ${resident}`, resident ? bare : bareOut, [dayWith(['sans repas'])], {
          quotient,
          resident,
        }),
        cell(`½ journée, ${label}, ${resident}`, resident ? half : halfOut, [dayWith(['demi'])], {
          quotient,
          resident,
        }),
      ]),
    ),
    cell('garderie', '1.10€', [dayWith(['garderie'])]),
    cell('garderie, hors commune', '1.50€', [dayWith(['garderie'])], { resident: false }),
    cell('journée et nuit', '12.99€', [dayWith([...cenonDay, 'nuit'])], { quotient: 700 }),
    cell('3e enfant, moitié prix', '3.12€', [dayWith(cenonDay)], { quotient: 700, rank: 3 }),
  ],
  unsaid: 'La page laisse 1450 à 1451 libre : la dernière tranche commence au-dessus de 1450.',
}

export const criteria: readonly PublishedTariff[] = [
  wavrinChildren,
  wavrinTeenagers,
  bubry,
  roncq,
  civray,
  jauldes,
  saffre,
  saffreMembership,
  hauterives,
  perigueux,
  selle,
  cenon,
]
