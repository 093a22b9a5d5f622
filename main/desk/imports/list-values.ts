import type { ValueKind } from '../../../shared/formats/lists.ts'
import { type Day, dayOf, type Month } from '../../../shared/rules/calendar/day.ts'
import { parseAmount } from '../../../shared/rules/money/money.ts'
import { type CustomField, customValue } from '../../../shared/rules/people/custom-field.ts'
import {
  type FieldKind,
  type GuardianDetails,
  guardianDetails,
  guardianFields,
} from '../../../shared/rules/people/fields.ts'
import { type Authority, authorityNames, type BondKind, bondNames } from '../../../shared/rules/people/guardian-bond.ts'
import { folded, isPhone, phoneText, properName, withinOneTypo } from '../../../shared/rules/people/names.ts'
import type { Civility, Sex } from '../../../shared/rules/people/person.ts'
import { type Level, levelNamed, levels } from '../../../shared/rules/people/schooling.ts'
import { maxQuotient, quotientTooHighText } from '../../../shared/rules/price/family-quotient.ts'
import { listed, numericDay, typedDay } from '../../../shared/rules/text/french.ts'

/** The value of a cell, or why the cell is not valid, with a proposed text if there is a likely one. */
export type CellValue<Value> =
  | { readonly value: Value }
  | {
      readonly sentence: string
      readonly proposal: string | null
      /** The proposal says the same in the desk's writing: staff may take all of them at once. */
      readonly isRewritten?: true
    }

const wrong = (sentence: string, proposal: string | null = null) => ({ sentence, proposal })

/** A cell whose only likely meaning is `proposal`; a guessed school or level is left for staff to confirm. */
const rewritten = (sentence: string, proposal: string | null) => ({
  sentence,
  proposal,
  ...(proposal !== null && { isRewritten: true as const }),
})

/** A record that a cell may name: a school, a period or a slot. */
export type Choice = { readonly id: number; readonly name: string }

/**
 * Reads « 02/10/2020 », « 2020-10-02 » and « 2/10/20 00:00 »; proposes a date for the serial number of a spreadsheet.
 */
export const parseDayCell = (text: string): CellValue<Day> => {
  const words = text.replace(/[\sT]+\d{1,2}[:h]\d{2}(:\d{2})?(\.\d+)?Z?$/i, '').trim()
  const read = typedDay(words)
  if (read !== null) return { value: read }
  if (/^\d{5}$/.test(words)) {
    const fromSerial = serialDay(Number(words))
    if (fromSerial !== null) return rewritten('Une date s’écrit JJ/MM/AAAA.', numericDay(fromSerial))
  }
  const inLetters = dayInLetters(words)
  if (inLetters !== null) return rewritten('Une date s’écrit JJ/MM/AAAA.', numericDay(inLetters))
  return wrong(/^\d{1,2}\/\d{1,2}\/\d{4}$/.test(words) ? 'Ce jour n’existe pas.' : 'Une date s’écrit JJ/MM/AAAA.')
}

/** Reads a day, or a month as its first day: « 09/2026 », « septembre 2026 », « 2026-09 ». */
export const parseMonthOrDayCell = (text: string): CellValue<Day> => {
  const numbers = /^(\d{1,2})[/.-](\d{4})$/.exec(text) ?? undefined
  const yearFirst = /^(\d{4})-(\d{1,2})$/.exec(text) ?? undefined
  const [word = '', year = ''] = folded(text).split(' ')
  const named = months.findIndex((month) => word.length >= 3 && month.startsWith(word)) + 1
  const month = numbers ? Number(numbers[1]) : yearFirst ? Number(yearFirst[2]) : named
  const full = numbers?.[2] ?? yearFirst?.[1] ?? year
  return month >= 1 && month <= 12 && /^\d{4}$/.test(full)
    ? { value: dayOf(Number(full), month, 1) }
    : parseDayCell(text)
}

const months = [
  'janvier',
  'fevrier',
  'mars',
  'avril',
  'mai',
  'juin',
  'juillet',
  'aout',
  'septembre',
  'octobre',
  'novembre',
  'decembre',
]

/** Reads « 4 mars 2019 » and « mer. 1er sept. 2021 ». */
const dayInLetters = (text: string): Day | null => {
  const match = /(?:^|\s)(\d{1,2})(?:er)?\s+(\p{L}{3,})\.?\s+(\d{4})$/u.exec(text)
  const [, date = '', word = '', year = ''] = match ?? []
  const month = months.findIndex((one) => one.startsWith(folded(word))) + 1
  return match && month > 0 ? typedDay(`${date}/${month}/${year}`) : null
}

/** Converts a date serial number of Excel (days since 30 December 1899); null before 1950 and after 2099. */
const serialDay = (serial: number): Day | null => {
  if (serial < 18_264 || serial > 73_050) return null
  return new Date(Date.UTC(1899, 11, 30) + serial * 86_400_000).toISOString().slice(0, 10) as Day
}

const yes = ['oui', 'o', 'x', 'vrai', 'true', '1', 'yes', 'y', 'ok']
const no = ['non', 'n', 'faux', 'false', '0', 'no']

export const parseYesNoCell = (text: string): CellValue<boolean> => {
  const word = folded(text)
  if (yes.includes(word)) return { value: true }
  if (no.includes(word)) return { value: false }
  return wrong('Écrivez oui ou non.')
}

export const parseSexCell = (text: string): CellValue<Exclude<Sex, ''>> => {
  const word = folded(text)
  if (['f', 'fille', 'feminin', 'femme', '2'].includes(word)) return { value: 'F' }
  if (['m', 'g', 'h', 'garcon', 'masculin', 'homme', '1'].includes(word)) return { value: 'M' }
  return wrong('Écrivez F ou M.')
}

export const parseCivilityCell = (text: string): CellValue<Exclude<Civility, ''>> => {
  const word = folded(text)
  if (['mme', 'madame', 'mlle', 'mademoiselle', 'mrs'].includes(word)) return { value: 'Mme' }
  if (['m', 'mr', 'monsieur'].includes(word)) return { value: 'M.' }
  return wrong('Écrivez Mme ou M.')
}

export const parsePhoneCell = (text: string): CellValue<string> => {
  if (isPhone(text)) return { value: phoneText(text) }
  // A spreadsheet drops the leading zero of « 06… ».
  const digits = text.replace(/\D/g, '')
  return rewritten(
    'Numéro de téléphone à corriger\u00a0: dix chiffres.',
    /^[1-9]\d{8}$/.test(digits) ? phoneText(`0${digits}`) : null,
  )
}

export const parseEmailCell = (text: string): CellValue<string> => {
  const typed = text.toLowerCase()
  if (/^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(typed)) return { value: typed }
  const corrected = typed.replace(/\s+/g, '').replace(/,/g, '.')
  return rewritten(
    'Cette adresse e-mail n’est pas valable.',
    /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(corrected) ? corrected : null,
  )
}

export const parsePostcodeCell = (text: string): CellValue<string> =>
  /^\d{5}$/.test(text)
    ? { value: text }
    : // A spreadsheet drops the leading zero of « 01000 ».
      rewritten('Un code postal a cinq chiffres.', /^\d{4}$/.test(text) ? `0${text}` : null)

export const parseAmountCell = (text: string): CellValue<number> => {
  const read = parseAmount(text)
  return 'cents' in read ? { value: read.cents } : wrong('Un montant s’écrit par exemple 12,50.')
}

/** Reads a quotient with at most two decimals, with or without « € ». */
export const parseQuotientCell = (text: string): CellValue<number> => {
  const read = parseAmount(text)
  if (!('cents' in read)) return wrong('Un quotient familial est un nombre, par exemple 727.')
  if (read.cents < 0) return wrong('Un quotient familial ne peut pas être négatif.')
  const value = read.cents / 100
  return value > maxQuotient ? wrong(quotientTooHighText) : { value }
}

/** Reads « 7,5 », « 7.25 », « 7h30 » and « 7:30 » as minutes. */
export const parseHoursCell = (text: string): CellValue<number> => {
  const clock = /^(\d{1,6})\s*(?:h|:)\s*(\d{2})?(?::\d{2})?$/i.exec(text)
  if (clock) {
    const minutes = Number(clock[2] ?? 0)
    return minutes < 60 ? { value: Number(clock[1]) * 60 + minutes } : wrong('Une heure a soixante minutes.')
  }
  const read = parseAmount(text.replace(/([.,]\d{2})\d+$/, '$1'))
  if (!('cents' in read)) return wrong('Écrivez des heures, par exemple 7,5 ou 7h30.')
  // Hundredths of an hour to minutes: 7,33 is 7 h 20.
  return read.cents < 0
    ? wrong('Des heures ne peuvent pas être négatives.')
    : { value: Math.round((read.cents * 60) / 100) }
}

/** Reads a month: « 09/2025 », « septembre 2025 », « 2025-09 », or a day of it. */
export const parseMonthCell = (text: string): CellValue<Month> => {
  const read = parseMonthOrDayCell(text)
  return 'value' in read ? { value: read.value.slice(0, 7) as Month } : wrong('Un mois s’écrit MM/AAAA.')
}

/** An amount that cannot be below zero. */
export const parsePositiveAmountCell = (text: string): CellValue<number> => {
  const read = parseAmountCell(text)
  return 'value' in read && read.value < 0 ? wrong('Ce montant ne peut pas être négatif.') : read
}

/** What a line of another program says of a booking, in words of the desk. */
export const formerStates = {
  booked: 'réservé',
  present: 'présent',
  absent: 'absent',
  excused: 'absence justifiée',
  waiting: 'en attente',
  refused: 'refusé',
} as const
export type FormerState = keyof typeof formerStates

/** Folded words of other programs; `takeover/README.md` lists those of Noethys and Noethysweb. */
const formerStateWords: Readonly<Record<FormerState, readonly string[]>> = {
  booked: ['reservation', 'reserve', 'reservee', 'confirme', 'confirmee', 'valide', 'prevu', 'inscrit'],
  present: ['present', 'presente', 'pointe', 'realise', 'consomme'],
  absent: ['absent', 'absente', 'absence', 'absence injustifiee', 'absence non justifiee', 'absenti'],
  excused: ['absence justifiee', 'absent excuse', 'excuse', 'absentj'],
  waiting: ['attente', 'en attente', 'liste attente', 'liste d attente'],
  refused: ['refus', 'refuse', 'annule', 'annulee', 'annulation', 'supprime'],
}

export const parseFormerStateCell = (text: string): CellValue<FormerState> => {
  const found = readByName(text, formerStates, formerStateWords)
  return found === null
    ? wrong(`À choisir parmi\u00a0: ${listed(Object.values(formerStates), 'ou')}.`)
    : { value: found }
}

export const parseCountCell = (text: string): CellValue<number> =>
  /^\d{1,4}$/.test(text) ? { value: Number(text) } : wrong('Écrivez un nombre entier.')

/** Finds the kind by its name on screen, or by what others call it. */
export const parseBondCell = (text: string): CellValue<BondKind> => {
  const found = readByName(text, bondNames, bondWords)
  return found === null ? wrong(`À choisir parmi\u00a0: ${listed(Object.values(bondNames), 'ou')}.`) : { value: found }
}

/** Folded words of other programs. */
const bondWords: Readonly<Partial<Record<BondKind, readonly string[]>>> = {
  parent: ['pere', 'mere', 'papa', 'maman'],
  tutor: ['tutrice', 'tuteur legal', 'tutelle'],
  fosterFamily: ['assistant familial', 'assistante familiale', 'famille accueil'],
  childWelfare: ['ase', 'service ase', 'aide sociale a l enfance', 'departement'],
  stepParent: ['beau pere', 'belle mere'],
}

export const parseAuthorityCell = (text: string): CellValue<Authority> => {
  const found = readByName(text, authorityNames, authorityWords)
  return found === null
    ? wrong(`À choisir parmi\u00a0: ${listed(Object.values(authorityNames), 'ou')}.`)
    : { value: found }
}

const authorityWords: Readonly<Partial<Record<Authority, readonly string[]>>> = {
  yes: [...yes, 'conjointe', 'exclusive'],
  no,
  decision: ['par decision de justice', 'par jugement', 'jugement'],
}

const readByName = <Key extends string>(
  text: string,
  names: Readonly<Record<Key, string>>,
  words: Readonly<Partial<Record<Key, readonly string[]>>>,
): Key | null => {
  const word = folded(text)
  const keys = Object.keys(names) as Key[]
  return keys.find((key) => folded(names[key]) === word || words[key]?.includes(word)) ?? null
}

/** Reads the value of a custom field like its form does; a day is also read like in other columns of days. */
export const readingOfOwn =
  (own: CustomField) =>
  (text: string): CellValue<string> => {
    if (own.kind === 'day') return parseDayCell(text)
    return customValue(own, text)
  }

export const parseLevelCell = (text: string): CellValue<Level> => {
  const level = levelNamed(text) ?? levelNamed(text.split(/[\s-]/)[0] ?? '')
  if (level !== null) return { value: level }
  const word = folded(text).replaceAll(' ', '')
  return wrong(
    'Niveau inconnu\u00a0: écrivez PS, MS, GS, CP…',
    levels.find((one) => withinOneTypo(one.toLowerCase(), word)) ?? null,
  )
}

/** Finds the choice of that name, whatever its case and accents; otherwise proposes the closest one. */
export const parseChoiceCell = (text: string, choices: readonly Choice[], unknown: string): CellValue<number> => {
  const word = folded(text)
  const exact = choices.filter(({ name }) => folded(name) === word)
  if (exact.length === 1 && exact[0]) return { value: exact[0].id }
  const close = closest(word, choices)
  return wrong(`${unknown}\u00a0: «\u00a0${text}\u00a0».`, close?.name ?? null)
}

/**
 * The choice with the most words in common, allowing one typo per word, then with the most numbers in common: « 6-11 ans »
 * is not « 3-5 ans ». Null when no word matches.
 */
const closest = (word: string, choices: readonly Choice[]): Choice | null => {
  const all = word.split(' ').filter((token) => !genericWords.has(token))
  const tokens = all.filter((token) => token.length > 2 && !isNumber(token))
  const numbers = all.filter(isNumber)
  const scored = choices.map((one) => {
    const nameWords = folded(one.name).split(' ')
    return {
      one,
      score: tokens.filter((token) => nameWords.some((other) => withinOneTypo(token, other))).length,
      numbers: numbers.filter((number) => nameWords.includes(number)).length,
    }
  })
  const best = scored.toSorted((one, other) => other.score - one.score || other.numbers - one.numbers)[0]
  return best && best.score > 0 ? best.one : null
}
const isNumber = (token: string): boolean => /^\d+$/.test(token)
const genericWords = new Set(['ecole', 'des', 'les', 'maternelle', 'elementaire', 'primaire', 'groupe', 'scolaire'])

/** Longest accepted text, in characters: a longer one is likely a paragraph in the wrong column. */
const maxTextLength = 200

export const parseTextCell = (text: string): CellValue<string> =>
  text.length <= maxTextLength ? { value: text } : wrong('Texte trop long\u00a0: 200 caractères au plus.')

export const parseNameCell = (text: string): CellValue<string> => parseTextCell(properName(text))

/** How a cell is read into a field of a home or a guardian. */
export const readingOfKind = {
  text: parseTextCell,
  name: parseNameCell,
  phone: parsePhoneCell,
  email: parseEmailCell,
  civility: parseCivilityCell,
} as const satisfies Partial<Record<FieldKind, (text: string) => CellValue<string>>>

/** Reads a guardian's fields besides the name; an empty cell gives `''`. @param columnOf the id of a field's column */
export const readGuardianDetails = (
  read: <Value>(column: string, reading: (text: string) => CellValue<Value>) => Value | null,
  columnOf: (name: (typeof guardianDetails)[number]) => string,
) =>
  Object.fromEntries(
    guardianDetails.map((name) => [name, read(columnOf(name), readingOfKind[guardianFields[name].kind]) ?? '']),
  ) as GuardianDetails

const bothNames = (last: readonly string[], first: readonly string[]) => ({
  value: { lastName: properName(last.join(' ')), firstName: properName(first.join(' ')) },
})

/**
 * Splits a full name in one cell, « MARCHAND Camille » or « Mme Camille Marchand-Roy ». The last name is the part in
 * capitals, or else the part equal to `knownLastName`, such as the child's.
 */
export const parseFullNameCell = (
  text: string,
  knownLastName: string,
): CellValue<{ readonly lastName: string; readonly firstName: string }> => {
  const words = text.replace(/^(mme|mlle|mr|m|madame|mademoiselle|monsieur)(\.\s*|\s+)/i, '').split(/\s+/)
  if (/\bet\b|[&/+,;]/i.test(text))
    return wrong('Une seule personne par colonne\u00a0: écrivez son NOM, puis son prénom.')
  const isCapital = words.map((word) => word.length > 1 && word === word.toLocaleUpperCase('fr') && /\p{L}/u.test(word))
  const capitals = isCapital.filter(Boolean).length
  if (capitals > 0 && capitals < words.length) {
    if (isCapital.slice(0, capitals).every(Boolean)) return bothNames(words.slice(0, capitals), words.slice(capitals))
    if (isCapital.slice(-capitals).every(Boolean)) return bothNames(words.slice(-capitals), words.slice(0, -capitals))
  }
  const lastName = folded(knownLastName)
  for (let at = 1; at < words.length; at += 1) {
    const [start, end] = [words.slice(0, at), words.slice(at)]
    if (folded(start.join(' ')) === lastName) return bothNames(start, end)
    if (folded(end.join(' ')) === lastName) return bothNames(end, start)
  }
  const [one = '', ...others] = words
  return wrong(
    'Écrivez le NOM en capitales, puis le prénom.',
    others.length === 0 ? null : `${one.toLocaleUpperCase('fr')} ${properName(others.join(' '))}`,
  )
}

/**
 * Whether the text may be another spelling of the town: « BLAINVILLE S/ ORNE » or « Blainvile-sur-Orne » for
 * Blainville-sur-Orne, but not Blainville-sur-Mer.
 */
export const looksLikeTown = (text: string, town: string): boolean => {
  const [words, townWords] = [folded(text).split(' '), folded(town).split(' ')]
  if (words.join(' ') === townWords.join(' ')) return false
  const [first = ''] = words
  return (
    first.length > 3 &&
    withinOneTypo(first, townWords[0] ?? '') &&
    words.every((word) => word.length < 3 || townWords.some((other) => withinOneTypo(word, other)))
  )
}

/** Kinds of values from a short list: staff match a word of the file to a value once for all lines. */
export const settledOnceKinds: ReadonlySet<ValueKind> = new Set<ValueKind>([
  'yesNo',
  'sex',
  'civility',
  'level',
  'town',
  'school',
  'period',
  'slot',
  'activity',
  'site',
  'bookingState',
  'bond',
  'authority',
  'choice',
])
