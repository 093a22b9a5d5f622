/**
 * « Élise d’Hervé-Le Goff » becomes « elise d herve le goff »: spellings of one name become equal. Accents, case,
 * hyphens and apostrophes vary between the counter, the schools and the parents.
 */
export const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

const french = new Intl.Collator('fr')

/** French alphabetical order: « Bénard » before « Besnier ». */
export const alphabetically = (one: string, other: string): number => french.compare(one, other)

/** By last name, then first name. */
export const byFullName = (one: FullName, other: FullName): number =>
  alphabetically(one.lastName, other.lastName) || alphabetically(one.firstName, other.firstName)

/** Whether two labels differ at most by case or accents: « Repas » and « repas ». */
export const sameLabel = (one: string, other: string): boolean =>
  one.localeCompare(other, 'fr', { sensitivity: 'base' }) === 0

export const sameName = (one: string, other: string): boolean => folded(one) === folded(other)

/** Ids of people who share their name with another person of the list: more than the name must be shown for them. */
export const namesakesAmong = <Id>(people: readonly (FullName & { readonly id: Id })[]): ReadonlySet<Id> =>
  new Set(
    [...Map.groupBy(people, ({ lastName, firstName }) => nameKey(lastName, firstName)).values()].flatMap(
      (namesakes) => {
        const ids = new Set(namesakes.map(({ id }) => id))
        return ids.size > 1 ? [...ids] : []
      },
    ),
  )

/** Whether two people have the same name, even with first and last name swapped. */
export const sameFullName = (one: FullName, other: FullName): boolean =>
  (sameName(one.lastName, other.lastName) && sameName(one.firstName, other.firstName)) ||
  (sameName(one.lastName, other.firstName) && sameName(one.firstName, other.lastName))

/** A key that is equal for all spellings of a name, even with first and last name swapped. */
export const nameKey = (lastName: string, firstName: string): string =>
  folded(`${lastName} ${firstName}`).split(' ').toSorted().join(' ')

/** Whether two words differ by at most one letter added, removed, replaced or swapped with the next. */
export const withinOneTypo = (one: string, other: string): boolean => {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one]
  if (long.length - short.length > 1) return false
  let same = 0
  while (same < short.length && short[same] === long[same]) same += 1
  if (long.length > short.length) return short.slice(same) === long.slice(same + 1)
  return (
    short.slice(same + 1) === long.slice(same + 1) ||
    (short[same] === long[same + 1] && short[same + 1] === long[same] && short.slice(same + 2) === long.slice(same + 2))
  )
}

/** The words of a text as names are compared. */
export const wordsOf = (text: string): string[] =>
  folded(text)
    .split(' ')
    .filter((word) => word !== '')

/** Whether each typed word begins a word of the text. */
export const beginWords = (typed: string, text: string): boolean => {
  const sought = wordsOf(typed)
  const words = wordsOf(text)
  return sought.length > 0 && sought.every((typedWord) => words.some((word) => word.startsWith(typedWord)))
}

/** Whether the typed text could be the beginning of `word`, with at most one typo. */
export const couldBegin = (typed: string, word: string): boolean =>
  [-1, 0, 1].some((more) => withinOneTypo(typed, word.slice(0, typed.length + more)))

/** « 06.39 98-41 27 » and « +33 6 39 98 41 27 » become « 0639984127 »: digits only. */
export const phoneDigits = (text: string): string =>
  text
    .replace(/\(0\)/, '')
    .replace(/[^\d+]/g, '')
    .replace(/^(\+|00)33/, '0')
    .replace(/\D/g, '')

/** A French number in groups of two digits; any other number as typed. */
export const phoneText = (text: string): string => {
  const digits = phoneDigits(text)
  return /^0\d{9}$/.test(digits) ? digits.replace(/(\d\d)(?=\d)/g, '$1 ') : text.trim()
}

/** Whether the text is a French number of ten digits, or a foreign one with « + ». */
export const isPhone = (text: string): boolean =>
  /^[\d\s.()+/-]+$/.test(text) &&
  (/^0[1-9]\d{8}$/.test(phoneDigits(text)) || /^\+(?!33)\d{7,15}$/.test(text.replace(/[\s.()/-]/g, '')))

export type FullName = { readonly lastName: string; readonly firstName: string }

/** « Camille et Julien Marchand », « Camille Marchand et Julien Duval » */
export const coupleName = (people: readonly FullName[]): string => {
  const [first, second] = people
  if (!first) return ''
  if (!second) return `${first.firstName} ${first.lastName}`
  return sameName(first.lastName, second.lastName)
    ? `${first.firstName} et ${second.firstName} ${second.lastName}`
    : `${first.firstName} ${first.lastName} et ${second.firstName} ${second.lastName}`
}

/** Particles with which a name may begin in lower case: « d’Ornano », « de La Tour », « van Gogh ». */
const particle = /^(d['’]|(de|du|des|von|van|da|dos|el|al|ben)[\s-])/

/**
 * « LE GOFF-HERVÉ » and « le goff-hervé » become « Le Goff-Hervé ». A name in mixed case stays as written, apart from a
 * lower-case first letter: « anouk Maillard ».
 */
export const properName = (text: string): string => {
  const name = text.trim().replace(/\s+/g, ' ')
  if (name !== name.toLocaleUpperCase('fr') && name !== name.toLocaleLowerCase('fr')) {
    return particle.test(name) ? name : name.charAt(0).toLocaleUpperCase('fr') + name.slice(1)
  }
  return name
    .toLocaleLowerCase('fr')
    .replace(/(^|[\s'’-])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toLocaleUpperCase('fr'))
    .replace(/(?<=\s)(De|Du|Des|Et)(?=\s)/g, (word) => word.toLowerCase())
}

export const sexNames = { F: 'Féminin', M: 'Masculin', '': '' } as const

export const deliveryNames = { paper: 'Sur papier', '': 'Sur le portail' } as const

/** The word before a birth date: « née le 14 mars 2022 ». */
export const bornWord = { F: 'née', M: 'né', '': 'né(e)' } as const
