import { array, assert, constantFrom, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { letterText, nameForSms, smsLength, smsLengthText, toSmsText } from '../../../shared/rules/messages/gsm.ts'
import { mobileOf } from '../../../shared/rules/messages/mobile.ts'

const cost = (text: string) => {
  const { signs, parts, perPart } = smsLength(toSmsText(text))
  return [signs, parts, perPart]
}

describe('a text as SMS', () => {
  it('takes the equal of what the alphabet lacks: typography, ligatures, accents on capitals', () => {
    expect(toSmsText('À l’école «\u00a0Les Œillets\u00a0»… 16\u00a0h\u202f30 — cœur')).toBe(
      'A l\'école "Les OEillets"... 16 h 30 - coeur',
    )
  })

  it('takes a first name without the accents that the alphabet lacks', () => {
    expect(nameForSms('Maël, Anaïs et Zoé')).toBe('Mael, Anais et Zoé')
  })

  it('keeps a small letter whose accent may change the word, and says what it costs', () => {
    const found = smsLength(toSmsText('Fête à la forêt'))
    expect(found).toMatchObject({ signs: 15, parts: 1, perPart: 70, letters: ['ê'] })
    expect(letterText(found)).toBe(
      '«\u00a0ê\u00a0» n’est pas dans l’alphabet des SMS\u00a0: chaque SMS ne prend que 70 signes au lieu de 160.',
    )
  })

  it.each<[string, string, number[]]>([
    ['160 signs are one', 'é'.repeat(160), [160, 1, 160]],
    ['161 are two of 153', 'é'.repeat(161), [161, 2, 153]],
    ['306 are two', 'a'.repeat(306), [306, 2, 153]],
    ['307 are three', 'a'.repeat(307), [307, 3, 153]],
    ['the euro counts twice', '€'.repeat(80), [160, 1, 160]],
    ['and is never cut in half', `${'a'.repeat(152)}€${'a'.repeat(152)}`, [306, 3, 153]],
    ['70 signs with a letter outside are one', `ê${'a'.repeat(69)}`, [70, 1, 70]],
    ['71 are two of 67', `ê${'a'.repeat(70)}`, [71, 2, 67]],
    ['an emoji counts twice, and is never cut in half', `${'ê'.repeat(66)}😀${'a'.repeat(66)}`, [134, 3, 67]],
  ])('%s', (_, text, expected) => {
    expect(cost(text)).toEqual(expected)
  })

  it('is counted as one reads it', () => {
    expect(smsLengthText(smsLength('a'.repeat(147)))).toBe('147\u00a0signes sur 160, 1 SMS')
    expect(smsLengthText(smsLength('a'))).toBe('1\u00a0signe sur 160, 1 SMS')
  })

  it('never holds a sign of typography, whatever is typed, and is put so once', () => {
    const typed = array(constantFrom('’', '«\u00a0', '\u00a0»', 'œ', 'É', 'é', '…', 'a', ' ', '€', '–')).map((all) =>
      all.join(''),
    )
    assert(
      property(typed, (text) => {
        const put = toSmsText(text)
        expect(smsLength(put).letters).toEqual([])
        expect(toSmsText(put)).toBe(put)
      }),
    )
  })

  it('needs as many SMS as its signs ask for, at least', () => {
    assert(
      property(string({ maxLength: 500, unit: 'grapheme' }), (text) => {
        const { signs, parts, perPart } = smsLength(text)
        expect(parts).toBeGreaterThanOrEqual(Math.ceil(signs / perPart) || 1)
      }),
    )
  })
})

describe('a mobile number', () => {
  it.each([
    ['06 39 98 20 33', '+33639982033'],
    ['07.39.98.20.33', '+33739982033'],
    ['+33 (0)6 39 98 20 33', '+33639982033'],
    ['0033639982033', '+33639982033'],
    ['06 90 12 34 56', '+590690123456'],
    ['+32 470 12 34 56', '+32470123456'],
  ])('%s', (typed, expected) => expect(mobileOf(typed)).toBe(expected))

  it.each(['02 61 91 12 34', '06 39 98 00 1', '', 'portable', '+33 2 61 91 12 34'])('« %s » is none', (typed) =>
    expect(mobileOf(typed)).toBeNull(),
  )
})
