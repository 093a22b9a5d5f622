import { pick } from '../collections.ts'
import type { DetailsShown, FamilyShown, ProposalShown } from '../contract/portal/home.ts'
import { isDay } from '../rules/calendar/day.ts'
import {
  addressFields,
  type FieldKind,
  fieldNames,
  guardianFields,
  homeFields,
  numberedLabel,
  parentsLabel,
  proposedByParents,
} from '../rules/people/fields.ts'
import { bornWord, deliveryNames, phoneText, sexNames } from '../rules/people/names.ts'
import { type ProposalSubject, proposableField, proposalName } from '../rules/people/proposal.ts'
import { levels, levelText } from '../rules/people/schooling.ts'
import { capitalised, longDate, numericDay, typedDay, withUnbrokenNumbers } from '../rules/text/french.ts'

/** One field that parents may propose to change, with its current value and the pending proposal. */
export type EditableField = {
  readonly subject: ProposalSubject
  readonly subjectId: number
  readonly field: string
  /** The field's name in the parents' guide. */
  readonly label: string
  readonly kind: FieldKind
  readonly value: string
  readonly pending: ProposalShown | undefined
}

/** One row of a page: a single field, or the four fields of an address. */
export type Fact = { readonly label: string; readonly parts: readonly EditableField[] }

export type Child = FamilyShown['children'][number]

export const fieldKey = ({ subject, subjectId, field }: EditableField): string => `${subject}-${subjectId}-${field}`

/** Text lines of the current values, or of the proposed ones. */
export const linesOf = ({ parts }: Fact, which: 'now' | 'asked'): string[] => {
  const texts = parts.map((part) => readable(part, which === 'asked' ? proposedValue(part) : part.value))
  if (texts.length < 4) return texts.filter((text) => text !== '')
  const [line1 = '', line2 = '', ...place] = texts
  return [line1, line2, place.join(' ').trim()].filter((line) => line !== '')
}

const proposedValue = ({ pending, value }: EditableField): string => pending?.after ?? value

const readable = ({ kind }: EditableField, value: string): string => {
  if (kind === 'sex') return value === 'F' || value === 'M' ? sexNames[value] : ''
  if (kind === 'delivery') return deliveryNames[value === 'paper' ? value : '']
  if (kind === 'level') return levelText(value)
  if (kind === 'phone') return withUnbrokenNumbers(value)
  return kind === 'day' && isDay(value) ? longDate(value) : value
}

/** Initial text of the field in the form: the pending proposal, else the current value. */
export const initialText = (part: EditableField): string => {
  const value = proposedValue(part)
  return part.kind === 'day' && isDay(value) ? numericDay(value) : value
}

/**
 * Converts typed text to the stored format. A date that cannot be read is returned unchanged; validation then refuses
 * it.
 */
export const valueFromText = ({ kind }: EditableField, typed: string): string => {
  if (kind === 'phone') return phoneText(typed)
  return kind === 'day' ? (typedDay(typed) ?? typed.trim()) : typed.trim()
}

/** Choices of a select field; null for a text field. */
export const choicesOf = (part: EditableField): readonly { value: string; text: string }[] | null => {
  if (part.kind === 'sex') {
    return [
      { value: '', text: 'Non précisé' },
      ...Object.entries(sexNames)
        .filter(([value]) => value !== '')
        .map(([value, text]) => ({ value, text })),
    ]
  }
  if (part.kind === 'delivery') return Object.entries(deliveryNames).map(([value, text]) => ({ value, text }))
  if (part.kind !== 'level') return null
  const own = proposedValue(part)
  const choices = levels.some((level) => level === own) || own === '' ? levels : [own, ...levels]
  return [{ value: '', text: 'Non renseignée' }, ...choices.map((value) => ({ value, text: levelText(value) }))]
}

const fieldMaker =
  (subject: ProposalSubject, subjectId: number, proposals: readonly ProposalShown[]) =>
  (field: string, value: string, ownLabel?: string): EditableField => ({
    subject,
    subjectId,
    field,
    label: ownLabel ?? proposalName(field),
    kind: proposableField(subject, field)?.kind ?? 'text',
    value,
    pending: proposals.find((one) => one.subject === subject && one.subjectId === subjectId && one.field === field),
  })

const singleField = (part: EditableField): Fact => ({ label: part.label, parts: [part] })

const { homePhone: _homePhone, ...benefitFields } = pick(homeFields, proposedByParents(homeFields))

/** Fields of « Mes coordonnées », in the order of the parents' guide. */
export const detailsFacts = (details: DetailsShown): { address: Fact; contacts: Fact[]; benefit: Fact[] } => {
  const { address, guardians, proposals } = details
  const ofHome = fieldMaker('family', details.family, proposals)
  return {
    address: {
      label: 'Adresse',
      parts: [
        ofHome('address.line1', address.line1, 'Rue'),
        ...fieldNames(addressFields)
          .filter((name) => name !== 'line1')
          .map((name) => ofHome(`address.${name}`, address[name], parentsLabel(addressFields[name]))),
      ],
    },
    contacts: [
      ofHome('homePhone', details.homePhone),
      ...proposedByParents(guardianFields).flatMap((name) =>
        guardians.map((one, at) =>
          fieldMaker('guardian', one.id, proposals)(name, one[name], numberedLabel(name, at + 1)),
        ),
      ),
    ].map(singleField),
    benefit: fieldNames(benefitFields).map((name) => singleField(ofHome(name, details[name]))),
  }
}

/** Fields of « Modifier mes informations », for one child. */
export const childFacts = (child: Child, proposals: readonly ProposalShown[]): { name: Fact[]; others: Fact[] } => {
  const part = fieldMaker('child', child.id, proposals)
  return {
    name: [part('firstName', child.firstName), part('lastName', child.lastName)].map(singleField),
    others: [
      part('birth', child.birth, `${capitalised(bornWord[child.sex])} le`),
      part('sex', child.sex),
      part('school', child.school),
      part('schoolClass', child.schoolClass ?? ''),
    ].map(singleField),
  }
}

/** The pending proposal that changes a child's list of pick-up persons. */
export const pickupsPending = (
  child: Pick<Child, 'id'>,
  proposals: readonly ProposalShown[],
): ProposalShown | undefined =>
  proposals.find(
    ({ subject, subjectId, field }) => subject === 'child' && subjectId === child.id && field === 'pickups',
  )

/** The pending proposals that change a row. */
export const proposedIn = ({ parts }: Fact): ProposalShown[] => parts.flatMap(({ pending }) => pending ?? [])

export const isPending = (fact: Fact): boolean => proposedIn(fact).length > 0
