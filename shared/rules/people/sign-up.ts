import { ageOn, type Day, isDay, lastOfMonth, monthOf } from '../calendar/day.ts'
import { capitalised, monthText, typedDay } from '../text/french.ts'
import type { FieldsWith, GuardianValues, guardianFields } from './fields.ts'
import { isPhone, phoneText, properName } from './names.ts'
import type { PostalAddress, Sex } from './person.ts'
import { type Level, levels } from './schooling.ts'

/** The form of a family unknown to the service, as typed: unchecked texts by field. */
export type TypedFields = Readonly<Record<string, string>>

export type TypedSignUp = { readonly home: TypedFields; readonly children: readonly TypedFields[] }

/**
 * Days for which an unsent sign-up is stored after it was last opened, and for which the answer to a sent one is shown.
 */
export const signUpDraftDays = 7

/** An error in a step of the form, shown next to the field. */
export type Fault = { readonly field: string; readonly sentence: string }

/** A guardian as the form for unknown families asks for them. */
export type SignUpGuardian = Pick<GuardianValues, FieldsWith<typeof guardianFields, 'isAskedAtSignUp', true>>

export type SignUpHome = {
  /** The guardian whose e-mail address was verified comes first. */
  readonly guardians: readonly SignUpGuardian[]
  readonly homePhone: string
  readonly address: PostalAddress
}

export type SignUpChild = {
  readonly lastName: string
  readonly firstName: string
  readonly birth: Day
  readonly sex: Sex
  /** The school's name in the service's list; empty for any other school, or none. */
  readonly school: string
  readonly schoolClass: Level | ''
}

type ReadResult<Value> = { readonly value: Value } | { readonly faults: readonly Fault[] }

export const maxChildren = 10
/** Characters of a one-line field, as at the desk (`Line` of shared/contract/procedure.ts). */
export const maxLineLength = 200
/** Characters of the règlement intérieur that the town writes. */
export const maxTermsLength = 20_000

const guardianFormFields = ['civility', 'firstName', 'lastName', 'mobilePhone', 'workPhone'] as const

/**
 * The fields of the home's form, in order. The first guardian's e-mail address is not among them: it was verified
 * before.
 */
export const homeFields: readonly string[] = [
  ...guardianFormFields.map((field) => `guardian1.${field}`),
  'line1',
  'line2',
  'postcode',
  'town',
  'homePhone',
  ...[...guardianFormFields, 'email'].map((field) => `guardian2.${field}`),
]

export const childFields = ['firstName', 'lastName', 'birth', 'sex', 'school', 'schoolClass'] as const

export const isEmail = (text: string): boolean =>
  text.length <= maxLineLength && /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@.<>,;"]{2,}$/.test(text)

/** The choice « no second parent » among the civilities: a radio button cannot be cleared otherwise. */
export const noSecondParent = 'aucun'

const toFillText = 'À remplir.'
const badPhoneText = 'Ce numéro n’est pas valable. Exemple\u00a0: 06\u00a039\u00a098\u00a041\u00a007.'
const unknownChoiceText = 'Ce choix n’existe pas.'

/** Reads typed fields and collects their errors. */
const createFormReader = (typed: TypedFields) => {
  const faults: Fault[] = []
  const text = (field: string) =>
    (typed[field] ?? '')
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .trim()
      .slice(0, maxLineLength)
  const wrong = (field: string, sentence: string) => void faults.push({ field, sentence })
  return {
    faults,
    text,
    wrong,
    required(field: string): string {
      const value = text(field)
      if (value === '') wrong(field, toFillText)
      return value
    },
    phone(field: string): string {
      const value = text(field)
      if (value !== '' && !isPhone(value)) wrong(field, badPhoneText)
      return phoneText(value)
    },
    oneOf<Choice extends string>(field: string, choices: readonly Choice[]): Choice | '' {
      const value = text(field)
      const found = choices.find((choice) => choice === value)
      if (found === undefined && value !== '') wrong(field, unknownChoiceText)
      return found ?? ''
    },
  }
}

/** Fields that show, when one is filled in, that there is a second parent. */
const secondFields = homeFields.filter((field) => field.startsWith('guardian2.') && field !== 'guardian2.civility')

/** « Pas d’autre parent » clears the fields of the second parent. */
export const withoutSecondParent = (typed: TypedFields): TypedFields =>
  typed['guardian2.civility'] === noSecondParent
    ? { ...typed, ...Object.fromEntries(secondFields.map((field) => [field, ''])) }
    : typed

/** The position of the faulty field in the form. */
const formPosition = ({ field }: Fault): number => homeFields.indexOf(field)

/**
 * Step 2.
 * @param email the first guardian's address, verified by a link
 */
export const readHome = (typed: TypedFields, email: string): ReadResult<SignUpHome> => {
  const form = createFormReader(typed)
  const guardian = (at: 1 | 2, mail: string): SignUpGuardian => ({
    civility: form.oneOf(`guardian${at}.civility`, ['Mme', 'M.']),
    firstName: properName(form.required(`guardian${at}.firstName`)),
    lastName: properName(form.required(`guardian${at}.lastName`)),
    email: mail,
    mobilePhone: form.phone(`guardian${at}.mobilePhone`),
    workPhone: form.phone(`guardian${at}.workPhone`),
  })
  const first = guardian(1, email)
  // A civility alone does not make a second parent: a radio button touched by mistake.
  const hasSecond =
    form.text('guardian2.civility') !== noSecondParent && secondFields.some((field) => form.text(field) !== '')
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
    line1: form.required('line1'),
    line2: form.text('line2'),
    postcode: form.text('postcode'),
    town: form.required('town'),
  }
  if (!/^\d{5}$/.test(address.postcode)) {
    form.wrong('postcode', 'Le code postal a 5 chiffres. Exemple\u00a0: 14550.')
  }
  const homePhone = form.phone('homePhone')
  if ([first, ...others].every(({ mobilePhone }) => mobilePhone === '') && homePhone === '') {
    form.wrong('guardian1.mobilePhone', 'Donnez au moins un numéro\u00a0: un portable, ou celui du domicile.')
  }
  if (form.faults.length > 0)
    return { faults: form.faults.toSorted((one, other) => formPosition(one) - formPosition(other)) }
  return { value: { guardians: [first, ...others], homePhone, address } }
}

/** Years. No activity of the service accepts older children. */
const maxChildAge = 17

/**
 * Step 3, one child.
 * @param schools the names in the service's list
 */
export const readChild = (typed: TypedFields, schools: readonly string[], on: Day): ReadResult<SignUpChild> => {
  const form = createFormReader(typed)
  const firstName = properName(form.required('firstName'))
  const lastName = properName(form.required('lastName'))
  const written = form.text('birth')
  const birth = typedDay(written)
  if (birth === null) form.wrong('birth', invalidDayText(written))
  else if (birth > on) form.wrong('birth', 'Cette date n’est pas encore passée.')
  else if (ageOn(birth, on).years > maxChildAge) {
    form.wrong('birth', `Cet enfant aurait ${ageOn(birth, on).years}\u00a0ans\u00a0: vérifiez sa date de naissance.`)
  }
  const sex = form.oneOf('sex', ['F', 'M'])
  const school = form.oneOf('school', schools)
  const schoolClass = form.oneOf('schoolClass', levels)
  if (form.faults.length > 0 || birth === null) return { faults: form.faults }
  return { value: { firstName, lastName, birth, sex, school, schoolClass } }
}

/** Whether nothing was filled in. */
export const isBlank = (typed: TypedFields): boolean => Object.values(typed).every((value) => value.trim() === '')

const dayExample = 'Exemple\u00a0: 14/03/2022.'

/**
 * Why a typed date is invalid: « Juin n’a que 30 jours. »
 * @param written a text that `typedDay` cannot read
 */
export const invalidDayText = (written: string): string => {
  if (written === '') return `À remplir. ${dayExample}`
  if (!/^[\d\s/.-]+$/.test(written)) return `Écrivez la date en chiffres. ${dayExample}`
  const [, date = '', month = '', year = ''] = /^(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})$/.exec(written) ?? []
  const first = `${year}-${month.padStart(2, '0')}-01`
  if (!isDay(first)) return `Cette date n’existe pas. ${dayExample}`
  const count = Number(lastOfMonth(first).slice(8))
  if (Number(date) <= count) return `Cette date n’existe pas. ${dayExample}`
  // Only February depends on the year, so only February is shown with it.
  const named = capitalised(monthOf(first) === 2 ? monthText(first) : (monthText(first).split(' ')[0] ?? ''))
  return `${named} n’a que ${count}\u00a0jours.`
}
