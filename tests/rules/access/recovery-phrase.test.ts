import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isSameWord,
  phraseBytes,
  phraseLength,
  phraseOf,
  phraseWords,
  readPhrase,
} from '../../../shared/rules/access/recovery-phrase.ts'

const secrets = fc.uint8Array({ minLength: phraseBytes, maxLength: phraseBytes })
const secretOf = (text: string): Uint8Array | null => {
  const read = readPhrase(text)
  return 'secret' in read ? read.secret : null
}
const problemOf = (text: string): string | null => {
  const read = readPhrase(text)
  return 'problem' in read ? read.problem : null
}

describe('the words of a recovery phrase', () => {
  it('are 512 words without accents, which differ within their first four letters', () => {
    expect(phraseWords).toHaveLength(512)
    expect(phraseWords.filter((word) => !/^[a-z]{4,8}$/.test(word))).toEqual([])
    expect(new Set(phraseWords.map((word) => word.slice(0, 4))).size).toBe(512)
  })

  it('differ by two letters at least', () => {
    // One letter of each left out: two words that differ by one letter share what is left.
    const shapes = phraseWords.map((word) => [
      ...new Set([word, ...word.split('').map((_, at) => `${word.slice(0, at)}.${word.slice(at + 1)}`)]),
      ...new Set(word.split('').map((_, at) => word.slice(0, at) + word.slice(at + 1))),
    ])
    const seen = new Set<string>()
    const close: string[] = []
    for (const [at, of] of shapes.entries()) {
      const word = phraseWords[at] ?? ''
      // What is left of one may be the end of quite another (« rare », « arme »): only whole words count there.
      if (of.some((shape) => seen.has(shape) && (shape.includes('.') || phraseWords.includes(shape)))) close.push(word)
      for (const shape of of) seen.add(shape)
    }
    expect(close).toEqual([])
  })
})

describe('a recovery phrase', () => {
  it('is fifteen words that give back what they carry', () => {
    fc.assert(
      fc.property(secrets, (secret) => {
        const words = phraseOf(secret)
        expect(words).toHaveLength(phraseLength)
        expect(secretOf(words.join(' '))).toEqual(secret)
      }),
    )
  })

  it('is read with capitals, accents, numbers, line ends, or by four letters a word', () => {
    const secret = new Uint8Array(phraseBytes).fill(7)
    const words = phraseOf(secret)
    const ways = [
      words.join('\n').toUpperCase(),
      words.map((word, place) => `${place + 1}. ${word.replace('e', 'é')}`).join('  '),
      words.join(', '),
      words.map((word) => word.slice(0, 4)).join(' '),
    ]
    for (const way of ways) expect(secretOf(way)).toEqual(secret)
  })

  it('names the word that is none of the list, and the one that was meant', () => {
    const words = phraseOf(new Uint8Array(phraseBytes))
    expect(problemOf(words.with(4, 'tulupe').join(' '))).toBe(
      'Le mot 5, «\u00a0tulupe\u00a0», n’est pas un mot de la feuille. Est-ce «\u00a0tulipe\u00a0»\u00a0?',
    )
    expect(problemOf(words.with(14, 'xxxxxx').join(' '))).toBe(
      'Le mot 15, «\u00a0xxxxxx\u00a0», n’est pas un mot de la feuille.',
    )
  })

  it('says how many words are missing or too many', () => {
    const words = phraseOf(new Uint8Array(phraseBytes))
    expect(problemOf(words.slice(1).join(' '))).toBe('La phrase de secours a 15 mots\u00a0: 14 sont tapés.')
    expect(problemOf('')).toBe('La phrase de secours a 15 mots\u00a0: aucun n’est tapé.')
  })

  it('is nearly never another one when a word is taken for another', () => {
    const random = fc.sample(fc.tuple(secrets, fc.nat(14), fc.nat(511)), { numRuns: 2000, seed: 1 })
    const missed = random.filter(([secret, place, at]) => {
      const words = phraseOf(secret)
      const word = phraseWords[at] ?? ''
      return words[place] !== word && secretOf(words.with(place, word).join(' ')) !== null
    })
    expect(missed.length).toBeLessThan(40)
  })

  it('has a word confirmed as it is typed', () => {
    expect(isSameWord(' Tulipe', 'tulipe')).toBe(true)
    expect(isSameWord('tuli', 'tulipe')).toBe(true)
    expect(isSameWord('tunnel', 'tulipe')).toBe(false)
    expect(isSameWord('', 'tulipe')).toBe(false)
  })
})
