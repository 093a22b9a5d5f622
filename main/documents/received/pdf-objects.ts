/** The file cannot be read completely, or different viewers would read it differently. */
export class AmbiguousPdf extends Error {}

/** A value of a PDF (ISO 32000-1, 7.3), with only the details that judging needs. */
export type PdfValue =
  | { readonly name: string }
  | { readonly number: number }
  | { readonly reference: true }
  | { readonly items: readonly PdfValue[] }
  | { readonly dictionary: PdfDictionary }
  | { readonly other: true }

/** `null` for a key given twice: viewers do not agree which value counts. */
export type PdfDictionary = ReadonlyMap<string, PdfValue | null>

type FoundDictionary = {
  readonly dictionary: PdfDictionary
  /** Position of the stream's first byte; null for an object without a stream. */
  readonly streamAt: number | null
}

/**
 * Finds the dictionary of every object, wherever `12 0 obj` occurs, even inside another object, because a
 * cross-reference table may point there.
 * @throws AmbiguousPdf for a dictionary that cannot be parsed completely
 */
export const dictionariesIn = function* (text: string): Generator<FoundDictionary> {
  for (const { 0: head, index } of text.matchAll(/\d(?:[\0\s]|%[^\r\n]*[\r\n])*obj(?=[\0\s<%])/g)) {
    const reader = readerAt(text, index + head.length)
    if (!reader.isNext('<<')) continue
    const value = reader.value()
    if (!('dictionary' in value)) throw new AmbiguousPdf()
    yield { dictionary: value.dictionary, streamAt: reader.streamAt() }
  }
}

const maxDepth = 100
const blanks = /(?:[\0\s]|%[^\r\n]*(?:[\r\n]|$))*/y
const names = /\/([^\0\s()<>[\]{}/%]*)/y
const references = /\d+[\0\s]+\d+[\0\s]+R(?![^\0\s()<>[\]{}/%])/y
const numbers = /[+-]?(?:\d+\.?\d*|\.\d+)/y
const words = /(?:true|false|null)(?![^\0\s()<>[\]{}/%])/y
const hexadecimal = /<[0-9A-Fa-f\0\s]*>/y

const readerAt = (text: string, start: number) => {
  let at = start
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found) at += found[0].length
    return found
  }
  const isNext = (token: string): boolean => {
    match(blanks)
    return text.startsWith(token, at)
  }
  const consume = (token: string): boolean => {
    const isThere = isNext(token)
    if (isThere) at += token.length
    return isThere
  }

  const literal = (): PdfValue => {
    for (let depth = 0; at < text.length; at += 1) {
      const character = text[at]
      if (character === '\\') at += 1
      else if (character === '(') depth += 1
      else if (character === ')') {
        depth -= 1
        if (depth > 0) continue
        at += 1
        return { other: true }
      }
    }
    throw new AmbiguousPdf()
  }

  const dictionary = (depth: number): PdfValue => {
    const entries = new Map<string, PdfValue | null>()
    while (!consume('>>')) {
      const key = match(names)?.[1]
      if (key === undefined) throw new AmbiguousPdf()
      const plain = decodedName(key)
      const isTwice = entries.has(plain)
      const parsed = value(depth + 1)
      entries.set(plain, isTwice ? null : parsed)
    }
    return { dictionary: entries }
  }

  const value = (depth = 0): PdfValue => {
    if (depth > maxDepth) throw new AmbiguousPdf()
    if (consume('<<')) return dictionary(depth)
    if (consume('[')) {
      const items: PdfValue[] = []
      while (!consume(']')) items.push(value(depth + 1))
      return { items }
    }
    if (isNext('(')) return literal()
    const name = match(names)
    if (name) return { name: decodedName(name[1] ?? '') }
    if (match(references)) return { reference: true }
    const number = match(numbers)
    if (number) return { number: Number(number[0]) }
    if (match(words) ?? match(hexadecimal)) return { other: true }
    throw new AmbiguousPdf()
  }

  return {
    isNext,
    value: () => value(),
    /** Skips `stream` and the rest of its line, whatever that contains, as viewers do. */
    streamAt(): number | null {
      if (!consume('stream')) return null
      const line = match(/[^\r\n]*(?:\r\n|\r|\n)/y)
      if (!line) throw new AmbiguousPdf()
      return at
    },
  }
}

/** Decodes characters written by their hexadecimal code: `J#61vaScript` (ISO 32000-1, 7.3.5). */
export const decodedName = (name: string): string =>
  name.replace(/#([0-9A-Fa-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
