import { isDay } from '../calendar/day.ts'
import { isPhone } from './names.ts'
import { sexes } from './person.ts'
import { whyNotPickups } from './pickup.ts'
import { whyNoDay } from './sign-up.ts'

/** What a proposal is about: the home, one of its guardians, one of its children. */
export type ProposalSubject = 'family' | 'guardian' | 'child'

type Check = (value: string) => string | null
const phone: Check = (value) =>
  value === '' || isPhone(value)
    ? null
    : 'Ce numéro n’est pas valable. Exemple\u00a0: 06\u00a039\u00a098\u00a041\u00a007.'
const any: Check = () => null
const needed: Check = (value) => (value === '' ? 'À remplir.' : null)
const postcode: Check = (value) => (/^\d{5}$/.test(value) ? null : 'Le code postal a 5 chiffres. Exemple\u00a0: 14550.')
const birth: Check = (value) => (isDay(value) ? null : whyNoDay(value))
const sex: Check = (value) => (sexes.some((known) => known === value) ? null : 'Ce choix n’existe pas.')

/** What parents may propose to change. The e-mail is not here: it is the login, and changes at the desk only. */
const fields: Readonly<Record<ProposalSubject, Readonly<Record<string, Check>>>> = {
  family: {
    'address.line1': needed,
    'address.line2': any,
    'address.postcode': postcode,
    'address.town': needed,
    homePhone: phone,
    beneficiaryName: any,
    benefitScheme: any,
    beneficiaryNumber: any,
  },
  guardian: { mobilePhone: phone, workPhone: phone },
  child: { firstName: needed, lastName: needed, birth, sex, school: any, schoolClass: any, pickups: whyNotPickups },
}

/** As the guide names them; the lines of an address are one thing to a reader. */
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
