import type { Day } from '../calendar/day.ts'
import { folded, phoneDigits, sameName, withinOneTypo } from './names.ts'

/** The fields compared to find two records of one person. */
export type Person = {
  readonly lastName: string
  readonly firstName: string
  /** Null for adults, whose birth date the service does not know. */
  readonly birthDay: Day | null
  readonly phones: readonly string[]
  readonly email: string
  /** « 8 rue des Tilleuls, 14550 »; empty when unknown. */
  readonly address: string
}

/**
 * How alike two records are, out of 100, and the reasons: « prénom proche, même date de
 * naissance ».
 */
type Likeness = { readonly score: number; readonly reasons: readonly string[] }

/** The lowest score of a probable double; below it, two people merely share a name or a street. */
export const minDoubleScore = 60

/** Compares two records. Symmetric, and insensitive to accents, spaces and case. */
export const likenessOf = (one: Person, other: Person): Likeness => {
  const birth = birthLikeness(one, other)
  // A phone or an address belongs to a home: it does not suggest that two children with different birth dates are the
  // same.
  const found = [nameLikeness(one, other), birth, ...(birth === differentBirth ? [] : contactLikeness(one, other))]
  const reasons = found.flatMap(({ reason }) => (reason === '' ? [] : [reason]))
  const nameScore = nameLikeness(one, other).score
  // A similar name is required: otherwise twins, or siblings with one phone, would look like one person.
  const score = nameScore === 0 ? 0 : found.reduce((sum, part) => sum + part.score, 0)
  return { score: Math.max(0, Math.min(100, score)), reasons }
}

/**
 * Whether two children have the same name (but for accents and case) and the same birth date, and so are certainly one
 * child. Never true for adults, whose birth date is unknown: a parent may belong to two homes on purpose.
 */
export const isCertainDouble = (one: Person, other: Person): boolean =>
  one.birthDay !== null &&
  one.birthDay === other.birthDay &&
  sameName(one.lastName, other.lastName) &&
  sameName(one.firstName, other.firstName)

type ScorePart = { readonly score: number; readonly reason: string }
const nothing: ScorePart = { score: 0, reason: '' }

const nameLikeness = (one: Person, other: Person): ScorePart => {
  const [last, first, otherLast, otherFirst] = [one.lastName, one.firstName, other.lastName, other.firstName].map(
    folded,
  ) as [string, string, string, string]
  if (last === otherLast && first === otherFirst) return { score: 50, reason: 'même nom' }
  if (last === otherFirst && first === otherLast) return { score: 45, reason: 'nom et prénom échangés' }
  if (sorted(`${last} ${first}`) === sorted(`${otherLast} ${otherFirst}`)) return { score: 45, reason: 'mêmes noms' }
  const lasts = closeness(last, otherLast)
  const firsts = closeness(first, otherFirst)
  if (lasts === 'same' && firsts === 'close') return { score: 35, reason: 'prénom proche' }
  if (firsts === 'same' && lasts === 'close') return { score: 35, reason: 'nom proche' }
  if (lasts === 'close' && firsts === 'close') return { score: 25, reason: 'nom et prénom proches' }
  if (firsts === 'same') return { score: 15, reason: 'même prénom' }
  return nothing
}

const sorted = (words: string) => words.split(' ').toSorted().join(' ')

/**
 * « close »: one typo in a word of at least four letters, a double name of which one record has only half, or the same
 * sound.
 */
const closeness = (one: string, other: string): 'same' | 'close' | 'far' => {
  if (one === other) return 'same'
  if (one === '' || other === '') return 'far'
  if (Math.min(one.length, other.length) >= 4 && withinOneTypo(one, other)) return 'close'
  const [words, others] = [one.split(' '), other.split(' ')]
  const [fewer, more] = words.length <= others.length ? [words, others] : [others, words]
  if (more.length > fewer.length && fewer.every((word) => word.length > 2 && more.includes(word))) return 'close'
  return sound(one) === sound(other) ? 'close' : 'far'
}

/** A phonetic key: « Lefrançois » and « Lefransoi », « Philippe » and « Filipe » get the same one. */
const sound = (name: string): string =>
  folded(name)
    .replaceAll(' ', '')
    .replaceAll('ph', 'f')
    .replace(/qu|ck|k|q/g, 'c')
    .replace(/c(?=[eiy])/g, 's')
    .replaceAll('z', 's')
    .replaceAll('y', 'i')
    .replace(/e?au/g, 'o')
    .replaceAll('h', '')
    .replace(/(.)\1+/g, '$1')
    .replace(/[estdx]+$/, '')

/** Different birth dates lower the score: two cousins may share a name. */
const differentBirth: ScorePart = { score: -25, reason: '' }

const birthLikeness = (one: Person, other: Person): ScorePart => {
  if (one.birthDay === null || other.birthDay === null) return nothing
  if (one.birthDay === other.birthDay) return { score: 40, reason: 'même date de naissance' }
  if (isMistyped(one.birthDay, other.birthDay)) return { score: 20, reason: 'date de naissance proche' }
  return differentBirth
}

/** Whether two dates differ by day and month swapped, or by one digit. */
const isMistyped = (one: Day, other: Day): boolean => {
  const swapped = `${one.slice(0, 4)}-${one.slice(8)}-${one.slice(5, 7)}`
  return swapped === other || Array.from(one).filter((figure, at) => figure !== other[at]).length === 1
}

const contactLikeness = (one: Person, other: Person): ScorePart[] => {
  const digits = new Set(one.phones.map(phoneDigits).filter((phone) => phone !== ''))
  const phones = other.phones.map(phoneDigits).some((phone) => digits.has(phone))
  const mails = one.email !== '' && one.email.toLowerCase() === other.email.toLowerCase()
  const streets = one.address !== '' && folded(one.address) === folded(other.address)
  return [
    phones ? { score: 30, reason: 'même téléphone' } : nothing,
    mails ? { score: 35, reason: 'même adresse e-mail' } : nothing,
    streets ? { score: 20, reason: 'même adresse' } : nothing,
  ]
}

/** Only records that share one of these keys are compared, so that a whole town is searched in one pass. */
export const likenessKeys = (person: Person): string[] => {
  const whole = sorted(folded(`${person.lastName} ${person.firstName}`))
  return [
    `name ${whole}`,
    `sound ${[sound(person.lastName), sound(person.firstName)].toSorted().join(' ')}`,
    ...(person.birthDay === null ? [] : [`birth ${person.birthDay}`]),
    ...person.phones.map(phoneDigits).flatMap((phone) => (phone === '' ? [] : [`phone ${phone}`])),
    ...(person.email === '' ? [] : [`mail ${person.email.toLowerCase()}`]),
    ...(person.address === '' ? [] : [`home ${folded(person.address)}`]),
  ]
}
