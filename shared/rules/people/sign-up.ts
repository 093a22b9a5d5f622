import { ageOn, type Day, isDay, lastOfMonth, monthOf } from '../calendar/day.ts'
import { capitalised, monthText, typedDay } from '../text/french.ts'
import { isPhone, phoneText, properName } from './names.ts'
import type { GuardianTold, PostalAddress, Sex } from './person.ts'
import { type Level, levels } from './schooling.ts'

/** What a family that the service does not know says of itself, as it was typed: by field, nothing checked. */
export type Typed = Readonly<Record<string, string>>

export type SignUpTyped = { readonly home: Typed; readonly children: readonly Typed[] }

/** Days that an unsent sign-up is kept after it was last opened, and that an answer to a sent one is shown. */
export const signUpDraftDays = 7

/** What keeps a step from being done, beside the field that it is about. */
export type Fault = { readonly field: string; readonly sentence: string }

export type SignUpHome = {
  /** Whose mail was checked comes first. */
  readonly guardians: readonly GuardianTold[]
  readonly homePhone: string
  readonly address: PostalAddress
}

export type SignUpChild = {
  readonly lastName: string
  readonly firstName: string
  readonly birth: Day
  readonly sex: Sex
  /** By its name in the service's list; empty for another, or none. */
  readonly school: string
  readonly schoolClass: Level | ''
}

type Read<Value> = { readonly value: Value } | { readonly faults: readonly Fault[] }

export const mostChildren = 10
/** Of a line typed, as at the desk (`Line` of shared/contract/procedure.ts). */
export const longestLine = 200
/** Of the règlement that the town writes. */
export const longestTerms = 20_000

const guardianFields = ['civility', 'firstName', 'lastName', 'mobilePhone', 'workPhone'] as const

/** Names of what the form of the home asks, in its order: the first guardian's mail is known by then. */
export const homeFields: readonly string[] = [
  ...guardianFields.map((field) => `guardian1.${field}`),
  'line1',
  'line2',
  'postcode',
  'town',
  'homePhone',
  ...[...guardianFields, 'email'].map((field) => `guardian2.${field}`),
]

export const childFields = ['firstName', 'lastName', 'birth', 'sex', 'school', 'schoolClass'] as const

export const isEmail = (text: string): boolean =>
  text.length <= longestLine && /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@.<>,;"]{2,}$/.test(text)

/** Chosen where a second parent's civility is asked: a radio that was touched cannot be cleared otherwise. */
export const noSecond = 'aucun'

const toFill = 'À remplir.'
const badPhone = 'Ce numéro n’est pas valable. Exemple\u00a0: 06\u00a039\u00a098\u00a041\u00a007.'
const strangeChoice = 'Ce choix n’existe pas.'

/** Reads typed fields, and gathers what is wrong with them. */
const reading = (typed: Typed) => {
  const faults: Fault[] = []
  const text = (field: string) =>
    (typed[field] ?? '')
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .trim()
      .slice(0, longestLine)
  const wrong = (field: string, sentence: string) => void faults.push({ field, sentence })
  return {
    faults,
    text,
    wrong,
    needed(field: string): string {
      const value = text(field)
      if (value === '') wrong(field, toFill)
      return value
    },
    phone(field: string): string {
      const value = text(field)
      if (value !== '' && !isPhone(value)) wrong(field, badPhone)
      return phoneText(value)
    },
    oneOf<Choice extends string>(field: string, choices: readonly Choice[]): Choice | '' {
      const value = text(field)
      const found = choices.find((choice) => choice === value)
      if (found === undefined && value !== '') wrong(field, strangeChoice)
      return found ?? ''
    },
  }
}

/** What tells that there is a second parent. */
const secondFields = homeFields.filter((field) => field.startsWith('guardian2.') && field !== 'guardian2.civility')

/** « Pas d’autre parent » takes back what was typed of one. */
export const withoutSecond = (typed: Typed): Typed =>
  typed['guardian2.civility'] === noSecond
    ? { ...typed, ...Object.fromEntries(secondFields.map((field) => [field, ''])) }
    : typed

/** As the form asks them. */
const placeOf = ({ field }: Fault): number => homeFields.indexOf(field)

/** Step 2. @param email the address that was checked by a link: the first guardian's */
export const homeTyped = (typed: Typed, email: string): Read<SignUpHome> => {
  const form = reading(typed)
  const guardian = (at: 1 | 2, mail: string): GuardianTold => ({
    civility: form.oneOf(`guardian${at}.civility`, ['Mme', 'M.']),
    firstName: properName(form.needed(`guardian${at}.firstName`)),
    lastName: properName(form.needed(`guardian${at}.lastName`)),
    email: mail,
    mobilePhone: form.phone(`guardian${at}.mobilePhone`),
    workPhone: form.phone(`guardian${at}.workPhone`),
  })
  const first = guardian(1, email)
  // A civility alone is a radio touched by mistake.
  const hasSecond =
    form.text('guardian2.civility') !== noSecond && secondFields.some((field) => form.text(field) !== '')
  const others = hasSecond ? [guardian(2, form.text('guardian2.email').toLowerCase())] : []
  for (const other of others) {
    if (other.email !== '' && !isEmail(other.email)) {
      form.wrong('guardian2.email', 'Cette adresse mail n’est pas valable. Exemple\u00a0: nom@exemple.fr.')
    }
    if (other.email === email) {
      form.wrong('guardian2.email', 'C’est déjà votre adresse\u00a0: il en faut une à chacun. Laissez vide sinon.')
    }
  }
  const address = {
    line1: form.needed('line1'),
    line2: form.text('line2'),
    postcode: form.text('postcode'),
    town: form.needed('town'),
  }
  if (!/^\d{5}$/.test(address.postcode)) {
    form.wrong('postcode', 'Le code postal a 5 chiffres. Exemple\u00a0: 14550.')
  }
  const homePhone = form.phone('homePhone')
  if ([first, ...others].every(({ mobilePhone }) => mobilePhone === '') && homePhone === '') {
    form.wrong('guardian1.mobilePhone', 'Donnez au moins un numéro\u00a0: un portable, ou celui du domicile.')
  }
  if (form.faults.length > 0) return { faults: form.faults.toSorted((one, other) => placeOf(one) - placeOf(other)) }
  return { value: { guardians: [first, ...others], homePhone, address } }
}

/** Older, no activity of the service takes them. */
const oldestChild = 17

/** Step 3, one child. @param schools of the service's list */
export const childTyped = (typed: Typed, schools: readonly string[], on: Day): Read<SignUpChild> => {
  const form = reading(typed)
  const firstName = properName(form.needed('firstName'))
  const lastName = properName(form.needed('lastName'))
  const written = form.text('birth')
  const birth = typedDay(written)
  if (birth === null) form.wrong('birth', whyNoDay(written))
  else if (birth > on) form.wrong('birth', 'Cette date n’est pas encore passée.')
  else if (ageOn(birth, on).years > oldestChild) {
    form.wrong('birth', `Cet enfant aurait ${ageOn(birth, on).years}\u00a0ans\u00a0: vérifiez sa date de naissance.`)
  }
  const sex = form.oneOf('sex', ['F', 'M'])
  const school = form.oneOf('school', schools)
  const schoolClass = form.oneOf('schoolClass', levels)
  if (form.faults.length > 0 || birth === null) return { faults: form.faults }
  return { value: { firstName, lastName, birth, sex, school, schoolClass } }
}

/** A form that was opened and left as it was. */
export const isBlank = (typed: Typed): boolean => Object.values(typed).every((value) => value.trim() === '')

const dayExample = 'Exemple\u00a0: 14/03/2022.'

/** « Juin n’a que 30 jours. » @param written what `typedDay` does not read */
export const whyNoDay = (written: string): string => {
  if (written === '') return `À remplir. ${dayExample}`
  if (!/^[\d\s/.-]+$/.test(written)) return `Écrivez la date en chiffres. ${dayExample}`
  const [, date = '', month = '', year = ''] = /^(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})$/.exec(written) ?? []
  const first = `${year}-${month.padStart(2, '0')}-01`
  if (!isDay(first)) return `Cette date n’existe pas. ${dayExample}`
  const count = Number(lastOfMonth(first).slice(8))
  if (Number(date) <= count) return `Cette date n’existe pas. ${dayExample}`
  // Only February changes with the year.
  const named = capitalised(monthOf(first) === 2 ? monthText(first) : (monthText(first).split(' ')[0] ?? ''))
  return `${named} n’a que ${count}\u00a0jours.`
}
