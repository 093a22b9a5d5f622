import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Bracket,
  bracketIndex,
  bracketsFrom,
  bracketsText,
  bracketText,
  isUpTo,
  parseBrackets,
  refuseBrackets,
} from '../../../shared/rules/price/bracket.ts'

const bounds = (read: ReturnType<typeof parseBrackets>) =>
  'refusal' in read ? read.refusal : read.brackets.map(({ min, below }) => [min, below])

const town = [
  [0, 301],
  [301, 621],
  [621, 1101],
  [1101, null],
]

describe('the brackets as towns print them', () => {
  it.each([
    ['Falaise', '0–300, 301–620, 621–1100, > 1101', town],
    ['with « plus de »', 'de 0 à 300\nde 301 à 620\nde 621 à 1 100\nplus de 1 100', town],
    ['with « et plus »', '≤ 300; 301-620; 621-1100; 1101 et plus', town],
    ['« moins de » excludes its end', 'moins de 301; 301 à 620; 621 à 1100; à partir de 1101', town],
    [
      'Wavrin, with centimes',
      '0 à 308, 308,01 à 500, 500,01 à 700, > 700',
      [
        [0, 308.01],
        [308.01, 500.01],
        [500.01, 700.01],
        [700.01, null],
      ],
    ],
  ])('%s', (_, text, expected) => {
    expect(bounds(parseBrackets(text))).toStrictEqual(expected)
  })

  it('are printed back word for word', () => {
    const read = parseBrackets('0 à 308, 308,01 à 500, > 500')
    expect('brackets' in read && bracketsText(read.brackets)).toBe('0 à 308, 308,01 à 500, > 500')
  })

  it.each([
    ['0–300, 301–620, 621–1100, > 1101', '0–300, 301–620, 621–1\u202F100, 1\u202F101 et plus'],
    ['de 0 à 1100; plus de 1100', 'de 0 à 1\u202F100, plus de 1\u202F100'],
    ['0 à 500, 501 et +', '0 à 500, 501 et +'],
  ])('on a wall, « %s » is « %s »: thousands apart, and nothing false of the last one', (text, wall) => {
    const read = parseBrackets(text)
    expect('brackets' in read && read.brackets.map(bracketText).join(', ')).toBe(wall)
  })

  it('given by their first values, are printed as the town would', () => {
    const read = bracketsFrom([0, 301, 621, 1101])
    expect('brackets' in read && bracketsText(read.brackets)).toBe('0–300, 301–620, 621–1100, 1101 et plus')
    expect(bounds(read)).toStrictEqual(town)
  })

  it.each([
    ['a hole', '0–300, 311–620, > 620', /trou entre « 0–300 » et « 311–620 »/],
    ['a value twice', '0–300, 300–620, > 620', /se recouvrent/],
    ['a last one that ends', '0–300, 301–620', /sans fin/],
    ['one after the endless', '> 0, 301–620', /aucune tranche ne peut la suivre/],
    ['a first one above 0', '10–300, > 300', /commencer à 0/],
    ['one that goes backwards', '0–300, 620–301', /finit avant de commencer/],
    ['a gap before the last', '0–300, > 400', /trou/],
    ['« à partir de » the value just taken', '0–300, à partir de 300', /se recouvrent/],
    ['words', '0–300, les autres', /« les autres » n’est pas une tranche/],
    ['nothing', ' ', /Les tranches manquent/],
  ])('%s is refused', (_, text, sentence) => {
    const read = parseBrackets(text)
    expect(('refusal' in read ? read.refusal : 'accepted').replaceAll('\u00A0', ' ')).toMatch(sentence)
  })
})

describe('the place of a quotient', () => {
  const read = bracketsFrom([0, 301, 621, 1101])
  const brackets: readonly Bracket[] = 'brackets' in read ? read.brackets : []

  it.each([
    [0, '0–300'],
    [300, '0–300'],
    [300.5, '0–300'],
    [301, '301–620'],
    [620.99, '301–620'],
    [1100, '621–1100'],
    [1100.5, '621–1100'],
    [1101, '1101 et plus'],
    [99_999, '1101 et plus'],
  ])('%s is in « %s »', (value, label) => {
    expect(brackets[bracketIndex(brackets, value)]?.label).toBe(label)
  })

  it('is exactly one, whatever the brackets and the quotient', () => {
    const starts = fc.uniqueArray(fc.integer({ min: 1, max: 300_000 }), { maxLength: 8 })
    fc.assert(
      fc.property(starts, fc.boolean(), fc.nat(400_000), (values, decimals, hundredths) => {
        const scale = decimals ? 100 : 1
        const made = bracketsFrom([0, ...values.toSorted((a, b) => a - b).map((value) => value / scale)])
        if ('refusal' in made) throw new Error(made.refusal)
        const value = hundredths / 100
        expect(
          made.brackets.filter(({ min, below }) => min <= value && value < (below ?? Number.POSITIVE_INFINITY)),
        ).toHaveLength(1)
        expect(bracketIndex(made.brackets, value)).toBeGreaterThanOrEqual(0)
        expect(bounds(parseBrackets(bracketsText(made.brackets).replaceAll(', ', '\n')))).toStrictEqual(bounds(made))
      }),
    )
  })

  it.each([
    [620, 620, true],
    [620.99, 620, true],
    [621, 620, false],
    [620.5, 620.5, true],
    [620.51, 620.5, false],
  ])('%s is up to %s: %s', (value, bound, expected) => {
    expect(isUpTo(brackets, value, bound)).toBe(expected)
  })

  it.each(['0–300, 301–620, > 620', '0 à 308, 308,01 à 620, > 620'])(
    'a limit printed as the second of « %s » ends contains the same quotients as the first two',
    (printed) => {
      const found = parseBrackets(printed)
      if ('refusal' in found) throw new Error(found.refusal)
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 120_000 }), (value) => {
          expect(isUpTo(found.brackets, value / 100, 620)).toBe(bracketIndex(found.brackets, value / 100) < 2)
        }),
        { examples: [[62_000], [62_001], [62_050], [62_100]] },
      )
    },
  )

  it('refuses stored brackets that do not follow', () => {
    expect(refuseBrackets(brackets)).toBeUndefined()
    expect(refuseBrackets(brackets.slice(0, 3))).toMatch(/sans fin/)
    expect(refuseBrackets(brackets.toSpliced(1, 1))).toMatch(/trou/)
    expect(refuseBrackets([])).toMatch(/au moins une/)
  })
})
