import { isDay } from '../calendar/day.ts'
import { isPhone } from './names.ts'
import { sexes } from './person.ts'
import { whyNotPickups } from './pickup.ts'
import { invalidDayText } from './sign-up.ts'

/** The record that a proposal would change: the home, one of its guardians, or one of its children. */
export type ProposalSubject = 'family' | 'guardian' | 'child'

type Check = (value: string) => string | null
const phone: Check = (value) =>
  value === '' || isPhone(value)
    ? null
    : 'Ce numéro n’est pas valable. Exemple\u00a0: 06\u00a039\u00a098\u00a041\u00a007.'
const any: Check = () => null
const required: Check = (value) => (value === '' ? 'À remplir.' : null)
const postcode: Check = (value) => (/^\d{5}$/.test(value) ? null : 'Le code postal a 5 chiffres. Exemple\u00a0: 14550.')
const birth: Check = (value) => (isDay(value) ? null : invalidDayText(value))
const sex: Check = (value) => (sexes.some((known) => known === value) ? null : 'Ce choix n’existe pas.')

/**
 * The fields that parents may propose to change. Not the e-mail address: it is the login, and only the desk changes it.
 */
const fields: Readonly<Record<ProposalSubject, Readonly<Record<string, Check>>>> = {
  family: {
    'address.line1': required,
    'address.line2': any,
    'address.postcode': postcode,
    'address.town': required,
    homePhone: phone,
    beneficiaryName: any,
    benefitScheme: any,
    beneficiaryNumber: any,
  },
  guardian: { mobilePhone: phone, workPhone: phone },
  child: { firstName: required, lastName: required, birth, sex, school: any, schoolClass: any, pickups: whyNotPickups },
}

/** The names of the fields in the parents' guide. All lines of an address share one name. */
const names: Readonly<Record<string, string>> = {
  homePhone: 'Tél domicile',
  beneficiaryName: 'Nom de l’allocataire',
  benefitScheme: 'Régime allocataire',
  beneficiaryNumber: 'Numéro allocataire',
  mobilePhone: 'Portable',
  workPhone: 'Tél travail',
  firstName: 'Prénom',
  lastName: 'Nom',
  birth: 'Né le',
  sex: 'Sexe',
  school: 'École',
  schoolClass: 'Classe',
  pickups: 'Personnes autorisées',
}

export const proposalName = (field: string): string =>
  field.startsWith('address.') ? 'Adresse' : (names[field] ?? field)

export const isProposable = (subject: ProposalSubject, field: string): boolean => Object.hasOwn(fields[subject], field)

/** Why this value cannot be proposed; null when it can. */
export const whyNotPropose = (subject: ProposalSubject, field: string, value: string): string | null => {
  const check = isProposable(subject, field) ? fields[subject][field] : undefined
  return check ? check(value) : 'Cette information ne se change pas ici.'
}
