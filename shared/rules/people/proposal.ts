import { isDay } from '../calendar/day.ts'
import {
  addressFields,
  childFields,
  guardianFields,
  homeFields,
  parentsLabel,
  proposedByParents,
  type RecordField,
  type RecordFields,
  schoolingFields,
} from './fields.ts'
import { isPhone } from './names.ts'
import { deliveries, sexes } from './person.ts'
import { whyNotPickups } from './pickup.ts'
import { invalidDayText } from './sign-up.ts'

/** The record that a proposal would change: the home, one of its guardians, or one of its children. */
export type ProposalSubject = 'family' | 'guardian' | 'child'

type ProposableFields = Readonly<Record<string, RecordField>>

const proposableOf = (fields: RecordFields): ProposableFields =>
  Object.fromEntries(proposedByParents(fields).flatMap((name) => (fields[name] ? [[name, fields[name]]] : [])))

const { birthDay, ...otherChildFields } = proposableOf(childFields)

/**
 * The fields of which parents may propose another value, by their names in proposals. A child's list of pick-up people
 * is proposed too, as one value: `pickupsField`.
 */
export const proposableFields: Readonly<Record<ProposalSubject, ProposableFields>> = {
  family: {
    ...Object.fromEntries(Object.entries(addressFields).map(([name, field]) => [`address.${name}`, field])),
    ...proposableOf(homeFields),
  },
  guardian: proposableOf(guardianFields),
  child: { ...otherChildFields, ...(birthDay && { birth: birthDay }), ...schoolingFields },
}

export const pickupsField = 'pickups'

export const proposableField = (subject: ProposalSubject, field: string): RecordField | undefined =>
  Object.hasOwn(proposableFields[subject], field) ? proposableFields[subject][field] : undefined

const names: ReadonlyMap<string, string> = new Map([
  ...Object.values(proposableFields).flatMap((fields) =>
    Object.entries(fields).map(([name, field]): [string, string] => [name, parentsLabel(field)]),
  ),
  [pickupsField, 'Personnes autorisées'],
])

/** The name of a proposed field in the parents' guide. All lines of an address share one name. */
export const proposalName = (field: string): string =>
  field.startsWith('address.') ? 'Adresse' : (names.get(field) ?? field)

const isPickups = (subject: ProposalSubject, field: string) => subject === 'child' && field === pickupsField

export const isProposable = (subject: ProposalSubject, field: string): boolean =>
  isPickups(subject, field) || proposableField(subject, field) !== undefined

/** Why this value cannot be proposed; null when it can. */
export const whyNotPropose = (subject: ProposalSubject, field: string, value: string): string | null => {
  if (isPickups(subject, field)) return whyNotPickups(value)
  const found = proposableField(subject, field)
  return found ? whyNotValue(found, value) : 'Cette information ne se change pas ici.'
}

const badPostcode = 'Le code postal a 5 chiffres. Exemple\u00a0: 14550.'
const badPhone = 'Ce numéro n’est pas valable. Exemple\u00a0: 06\u00a039\u00a098\u00a041\u00a007.'

const whyNotValue = ({ kind, isRequired }: RecordField, value: string): string | null => {
  if (kind === 'phone') return value === '' || isPhone(value) ? null : badPhone
  if (kind === 'postcode') return /^\d{5}$/.test(value) ? null : badPostcode
  if (kind === 'day') return isDay(value) ? null : invalidDayText(value)
  if (kind === 'sex' || kind === 'delivery') {
    const known: readonly string[] = kind === 'sex' ? sexes : deliveries
    return known.includes(value) ? null : 'Ce choix n’existe pas.'
  }
  return isRequired && value === '' ? 'À remplir.' : null
}
