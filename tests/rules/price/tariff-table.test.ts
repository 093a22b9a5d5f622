import { describe, expect, it } from 'vitest'
import { readTable } from '../../../shared/rules/price/printed/tariff-table.ts'

const table = (text: string) => {
  const read = readTable(text)
  if ('refusal' in read) throw new Error(read.refusal)
  return {
    brackets: read.table.brackets.map(({ min, below }) => [min, below]),
    rows: read.table.rows.map(({ label, resident, nonResident }) => [
      label,
      [...resident],
      nonResident && [...nonResident],
    ]),
  }
}
const refusal = (text: string) => {
  const read = readTable(text)
  return 'refusal' in read ? read.refusal.replaceAll('\u00A0', ' ') : undefined
}

const falaise = {
  brackets: [
    [0, 301],
    [301, 621],
    [621, 1101],
    [1101, null],
  ],
  rows: [
    ['Demi-journée sans repas', [350, 475, 550, 625], [420, 570, 660, 750]],
    ['Journée', [655, 905, 1055, 1205], [785, 1085, 1265, 1445]],
    ['Repas', [450], null],
  ],
}

describe('the table of Falaise', () => {
  it('copied from a spreadsheet, brackets over two columns', () => {
    expect(
      table(
        [
          '\tQF 0–300\t\t301–620\t\t621–1\u202F100\t\t> 1\u202F101\t',
          'Formule\tville\thors\tville\thors\tville\thors\tville\thors',
          'Demi-journée sans repas\t3,50\t4,20\t4,75\t5,70\t5,50\t6,60\t6,25\t7,50',
          'Journée\t6,55 €\t7,85 €\t9,05 €\t10,85 €\t10,55 €\t12,65 €\t12,05 €\t14,45 €',
          'Repas\t4.50\t\t\t\t\t\t\t',
        ].join('\n'),
      ),
    ).toEqual(falaise)
  })

  it('copied from a PDF, words and prices parted by one space', () => {
    expect(
      table(`Tarifs 2026
        QF 0-300 301-620 621-1100 >1101
        résident non-résident résident non-résident résident non-résident résident non-résident
        Demi-journée sans repas 3,50 € 4,20 € 4,75 € 5,70 € 5,50 € 6,60 € 6,25 € 7,50 €
        Journée 6,55 7,85 9,05 10,85 10,55 12,65 12,05 14,45
        Repas 4,50 €`),
    ).toEqual(falaise)
  })

  it('with its residents first, then all who live elsewhere', () => {
    expect(
      table(`0-300\t301-620\t> 620
ville\tville\tville\thors commune\thors commune\thors commune
Journée\t1\t2\t3\t4\t5\t6`).rows,
    ).toEqual([['Journée', [100, 200, 300], [400, 500, 600]]])
  })
})

describe('other tables', () => {
  it('with one column for who lives elsewhere', () => {
    expect(
      table(`Tarif\t≤ 300\t301–620\t621–1100\t> 1100\thors commune
périscolaire soir\t1,80\t2,35\t2,95\t3,50\t4,20`).rows,
    ).toEqual([['périscolaire soir', [180, 235, 295, 350], [420]]])
  })

  it('a line a bracket, under the names of the formulas', () => {
    expect(
      table(`Quotient\tJournée\tDemi-journée sans repas\tHors commune
T1 : 0 à 400\t10,00\t5,00\t7,00
T2 : 401 à 800\t12,00\t6,00\t8,00
T3 : 801 et plus\t16,00\t8,00\t10,00`),
    ).toEqual({
      brackets: [
        [0, 401],
        [401, 801],
        [801, null],
      ],
      rows: [
        ['Journée', [1000, 1200, 1600], null],
        ['Demi-journée sans repas', [500, 600, 800], [700, 800, 1000]],
      ],
    })
  })

  it('whose formulas have a number or an age in their name', () => {
    expect(
      table(`QF 0-300 301-620 > 620
Formule 1 3,50 4,75 5,50
Mercredi, 3-6 ans 1,50 2,50 3,50`).rows.map(([label]) => label),
    ).toEqual(['Formule 1', 'Mercredi, 3-6 ans'])
  })
})

describe('what towns write beside figures', () => {
  it('« et + » and « gratuit », a cell or a word', () => {
    const found = {
      brackets: [
        [0, 401],
        [401, 800],
        [800, null],
      ],
      rows: [
        ['Accueil gratuit du soir', [0, 150, 250], null],
        ['Repas', [0, 300, 450], null],
      ],
    }
    expect(
      table(`QF 0 à 400\t401 à 799\t800 et +
Accueil gratuit du soir\tgratuit\t1,50\t2,50
Repas\tGRATUIT\t3,00 €\t4,50 €`),
    ).toEqual(found)
    expect(
      table(`QF 0-400 401-799 800 et +
Accueil gratuit du soir gratuit 1,50 2,50
Repas gratuit 3,00 4,50`),
    ).toEqual(found)
  })

  it('the spaces of a bracket stay as they are printed', () => {
    const read = readTable('QF 0 à 500\t501 à 1 100\t> 1 100\nJournée\t1,00\t2,00\t3,00')
    expect('table' in read && read.table.brackets.map(({ label }) => label)).toEqual([
      '0 à 500',
      '501 à 1100',
      '> 1100',
    ])
  })

  it('an age below which a row is, before its prices', () => {
    expect(table('0-300 301-620 > 620\nAccueil -3 ans 3,50 4,75 5,50').rows).toEqual([
      ['Accueil -3 ans', [350, 475, 550], null],
    ])
  })

  it('a number in the name of a formula, cell by cell', () => {
    expect(table('0-300\t301-620\t> 620\nFormule 1\t3,50\t4,75\t5,50').rows).toEqual([
      ['Formule 1', [350, 475, 550], null],
    ])
  })
})

const twoHundred = Array.from({ length: 200 }, (_, at) => `${at * 10} à ${at * 10 + 9}\t1,00`)

describe('a table that cannot be read', () => {
  it.each([
    ['nothing', '', /Collez la grille/],
    ['no tranche', 'Journée 6,55', /Aucune tranche/],
    ['a hole', '0-300 400-620 > 620\nJournée 1,00 2,00 3,00', /trou/],
    ['a price that misses', '0-300 301-620 > 620\nJournée 1,00 2,00', /« Journée » : 2 prix pour 3 tranches/],
    [
      'a third decimal',
      '0-300\t301-620\t> 620\nJournée\t6,005\t8,00\t10',
      /« Journée » : « 6,005 » a plus de deux décimales/,
    ],
    ['a third decimal in a PDF', '0-300 301-620 > 620\nJournée 6,00 8,005 10', /« 8,005 » a plus de deux décimales/],
    ['a third decimal, a line a tranche', '0 à 300\t1,00\n301 et plus\t1,005', /« 301 et plus » : « 1,005 » a plus/],
    [
      'a cell that is no price',
      '0-300\t301-620\t> 620\nJournée\t6,00\tn.c.\t10',
      /« Journée » : « n.c. » n’est pas un prix/,
    ],
    ['tranches alone', '0-300 301-620 > 620', /aucune ligne de prix/],
    ['a negative price', '0-300\t301-620\t> 620\nJournée\t6,00\t-8,00\t10', /« Journée » : .*négatif \(-8,00\)/],
    ['a negative price in a PDF', '0-300 301-620 > 620\nJournée 6,00 −8,00 10', /négatif \(−8,00\)/],
    ['a row of negative prices', '0-300 301-620 > 620\nJournée 6 8 10\nRepas -1 -2 -3', /« Repas » : .*négatif/],
    ['a negative price, a line a tranche', '0 à 300\t-1,00\n301 et plus\t1,00', /« 0 à 300 » : .*négatif/],
    ['two hundred tranches', `QF\tRepas\n${twoHundred.join('\n')}`, /30 tranches au plus : il y en a 200/],
    ['a cell of ten thousand figures', `0-300\t> 300\nRepas\t1\t${'9'.repeat(10_000)}`, /^.{50,150} trop grand/],
    ['uneven lines', '0 à 300\t1,00\t2,00\n301 et plus\t1,00', /autant sur chaque ligne/],
  ])('%s', (_, text, sentence) => {
    expect(refusal(text)).toMatch(sentence)
  })
})

const cellToCorrect = (text: string) => {
  const found = readTable(text)
  return 'refusal' in found ? [found.cell?.line, found.cell?.text] : undefined
}

describe('the cell to correct', () => {
  it.each([
    ['a hole between tranches', '0-300 400-620 > 620\nJournée 1,00 2,00 3,00', '0-300 400-620 > 620', '400-620'],
    ['an overlap', '0-300\t200-620\t> 620\nJournée\t1\t2\t3', '0-300\t200-620\t> 620', '200-620'],
    [
      'a hole, a line a tranche',
      'QF\tRepas\n0 à 300\t1,00\n1 200 et plus\t2,00',
      '1 200 et plus\t2,00',
      '1 200 et plus',
    ],
    ['a last tranche with an end', '0-300 301-620\nJournée 1,00 2,00', '0-300 301-620', '301-620'],
    ['a negative price', '0-300\t> 300\nJournée\t6,00\t-8,00', 'Journée\t6,00\t-8,00', '-8,00'],
    ['no price', '0-300\t301-620\t> 620\nJournée\t6,00\tn.c.\t10', 'Journée\t6,00\tn.c.\t10', 'n.c.'],
    ['a third decimal', '0 à 300\t1,00\n301 et plus\t1,005', '301 et plus\t1,005', '1,005'],
    ['a missing price', '0-300\t301-620\t> 620\nJournée\t1\t2', 'Journée\t1\t2', 'Journée\t1\t2'],
  ])('is told of %s', (_, text, line, cell) => {
    expect(cellToCorrect(text)).toEqual([line, cell])
  })
})

const read = (heads: string, ...lines: string[]) => readTable([heads, ...lines].join('\n'))

describe('columns by children of the home', () => {
  it('are the price of one child, and a percentage for the others that gives every price to the cent', () => {
    const found = read('Quotient\t1 enfant\t2 enfants\t3 et plus', '0–620\t3,50\t3,15\t2,80', '> 621\t5,55\t5,00\t4,44')
    expect(found).toMatchObject({
      table: {
        rows: [{ label: 'Prix', resident: [350, 555], nonResident: null }],
        siblings: { by: 'count', percents: [10, 20] },
      },
    })
  })

  it('by rank, where the words are of a rank', () => {
    const found = read('QF\t1er enfant\t2e enfant', '0–620\t4,00\t3,00', '> 621\t6,00\t4,50')
    expect(found).toMatchObject({ table: { siblings: { by: 'rank', percents: [25] } } })
  })

  it('are a price of their own for each number when they follow no percentage', () => {
    const found = read('QF\t1 enfant\t2 enfants\t3 et plus', '0–620\t4,00\t3,00\t2,00', '> 621\t6,00\t5,90\t5,00')
    expect(found).toMatchObject({
      table: {
        rows: [
          {
            label: 'Prix',
            cases: [
              { when: { children: { from: 1, to: 1 } }, resident: [400, 600] },
              { when: { children: { from: 2, to: 2 } }, resident: [300, 590] },
              { when: { children: { from: 3, to: null } }, resident: [200, 500] },
            ],
          },
        ],
        siblings: null,
      },
    })
    expect(read('QF\t1er enfant\t2e enfant', '0–620\t4,00\t3,00', '> 621\t6,00\t5,90')).toMatchObject({
      table: { rows: [{ cases: [{ when: { rank: { from: 1, to: 1 } } }, { when: { rank: { from: 2, to: null } } }] }] },
    })
  })

  it('are not seen where there are none', () => {
    expect(read('QF\tMatin\tSoir', '0–620\t4,00\t3,00', '> 621\t6,00\t5,90')).toMatchObject({
      table: { siblings: null },
    })
  })
})
