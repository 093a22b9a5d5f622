import type { Day } from '../calendar/day.ts'
import { formatEuros, formatNumber } from '../money/money.ts'
import { numericDay } from '../text/french.ts'
import { deliveryNames, sexNames } from './names.ts'
import type { Civility, Delivery, Sex } from './person.ts'

/*
 * The fields of a home, its guardians and its children. Each field is declared once, here. Contracts, the portal's
 * documents, proposals, lists, import, export, history, comparison, merging and erasing read these declarations; only
 * the columns of the tables and the forms on the screens are written beside them. A field that a town adds
 * (`custom-field.ts`) has the same shape, and is kept in the town's file: whatever reads a declaration reads both.
 */

/** What a field contains. Its validation, its reading from a spreadsheet and its display follow from this. */
export type FieldKind =
  /** One line. */
  | 'text'
  /** A line whose words are capitalised when they are read from a list. */
  | 'name'
  /** Free text over several lines, for staff only. */
  | 'note'
  | 'phone'
  | 'email'
  | 'postcode'
  | 'day'
  | 'civility'
  | 'sex'
  /** How invoices are received. */
  | 'delivery'
  | 'childCount'
  /** A yearly income in cents. */
  | 'income'
  /** The name of a school in the settings. */
  | 'school'
  /** A level such as « CE2 ». */
  | 'level'
  /** A decimal number. */
  | 'number'
  | 'yesNo'
  /** One of the words that a town chose. */
  | 'choice'

export type RecordField = {
  /** The name at the desk: in the history of a record, in comparisons and in headings of lists. */
  readonly label: string
  /** The name in the parents' guide and on the portal, where it is another. */
  readonly parentsLabel?: string
  readonly kind: FieldKind
  readonly isRequired?: true
  /** Whether the guardians of the home see the field on the portal, and whether they may propose another value. */
  readonly parents: 'none' | 'see' | 'propose'
  /** The sign-up form for families unknown to the service asks for it. */
  readonly isAskedAtSignUp?: true
  readonly list?: ListColumn
  /** Headings in ONDE's export of guardians (ONDE is the State's register of pupils). */
  readonly ondeHeadings?: readonly string[]
}

/** The column of the list « Familles et enfants », imported and exported. */
type ListColumn = {
  /** The column's id in the import settings that towns have saved, where it is not the field's name. */
  readonly id?: string
  /** Accepted headings besides the label. For a guardian, each is followed by « parent 1 », « responsable 1 »… */
  readonly headings: readonly string[]
  /** Headings without a number, accepted for the first guardian. */
  readonly firstGuardianHeadings?: readonly string[]
}

export type RecordFields = Readonly<Record<string, RecordField>>

export const addressFields = {
  line1: { label: 'Adresse', kind: 'text', isRequired: true, parents: 'propose' },
  line2: { label: 'Complément', parentsLabel: 'Complément d’adresse', kind: 'text', parents: 'propose' },
  postcode: { label: 'Code postal', kind: 'postcode', isRequired: true, parents: 'propose' },
  town: { label: 'Commune', kind: 'text', isRequired: true, parents: 'propose' },
} as const satisfies RecordFields

export const homeFields = {
  /** The name by which staff call the home. */
  name: { label: 'Nom du foyer', kind: 'text', isRequired: true, parents: 'none' },
  homePhone: {
    label: 'Tél domicile',
    kind: 'phone',
    parents: 'propose',
    list: { headings: ['téléphone domicile', 'tél fixe', 'téléphone fixe', 'fixe'] },
  },
  beneficiaryName: {
    label: 'Allocataire',
    parentsLabel: 'Nom de l’allocataire',
    kind: 'name',
    parents: 'propose',
    list: { headings: ['nom allocataire', 'allocataire'] },
  },
  benefitScheme: {
    label: 'Régime',
    parentsLabel: 'Régime allocataire',
    kind: 'text',
    parents: 'propose',
    list: { headings: ['régime', 'caisse', 'régime caf', 'régime d allocations'] },
  },
  beneficiaryNumber: {
    label: 'N° allocataire',
    parentsLabel: 'Numéro allocataire',
    kind: 'text',
    parents: 'propose',
    list: {
      headings: ['n allocataire', 'no allocataire', 'num allocataire', 'numéro caf', 'n caf', 'matricule caf'],
    },
  },
  formerNumber: {
    label: 'N° dans l’ancien logiciel',
    kind: 'text',
    parents: 'none',
    list: {
      headings: [
        'idfamille',
        'id famille',
        'code famille',
        'n famille',
        'no famille',
        'numéro famille',
        'numéro de famille',
      ],
    },
  },
  dependentChildren: { label: 'Enfants à charge', kind: 'childCount', parents: 'see' },
  lastIncomeCents: { label: 'Revenus', kind: 'income', parents: 'see' },
  incomeUpdatedOn: { label: 'Revenus mis à jour le', kind: 'day', parents: 'see' },
  invoicesBy: { label: 'Factures', parentsLabel: 'Recevoir mes factures', kind: 'delivery', parents: 'propose' },
  notes: { label: 'Notes', kind: 'note', parents: 'none' },
} as const satisfies RecordFields

/** Parents see the name of a guardian on the portal as one text, which is why its three parts have `none`. */
export const guardianFields = {
  civility: {
    label: 'Civilité',
    kind: 'civility',
    parents: 'none',
    isAskedAtSignUp: true,
    list: { headings: ['civilité'], firstGuardianHeadings: ['civilité responsable', 'civilité'] },
    ondeHeadings: ['Civilité Responsable'],
  },
  lastName: {
    label: 'Nom',
    kind: 'name',
    isRequired: true,
    parents: 'none',
    isAskedAtSignUp: true,
    list: {
      headings: ['nom'],
      firstGuardianHeadings: ['nom responsable', 'nom du responsable', 'nom représentant légal'],
    },
    ondeHeadings: ['Nom responsable'],
  },
  firstName: {
    label: 'Prénom',
    kind: 'name',
    isRequired: true,
    parents: 'none',
    isAskedAtSignUp: true,
    list: {
      headings: ['prénom'],
      firstGuardianHeadings: ['prénom responsable', 'prénom du responsable', 'prénom représentant légal'],
    },
    ondeHeadings: ['Prénom responsable'],
  },
  /** Parents cannot propose another address, because it is their login, which only staff change. */
  email: {
    label: 'E-mail',
    parentsLabel: 'Email',
    kind: 'email',
    parents: 'see',
    isAskedAtSignUp: true,
    list: {
      headings: ['mail', 'courriel'],
      firstGuardianHeadings: [
        'courriel',
        'mail',
        'e mail',
        'email',
        'adresse mail',
        'adresse e mail',
        'adresse électronique',
      ],
    },
    ondeHeadings: ['Courriel'],
  },
  mobilePhone: {
    label: 'Portable',
    kind: 'phone',
    parents: 'propose',
    isAskedAtSignUp: true,
    list: {
      id: 'Mobile',
      headings: ['tél portable', 'téléphone portable', 'mobile'],
      firstGuardianHeadings: ['portable', 'téléphone portable', 'tél portable', 'mobile', 'téléphone', 'tél'],
    },
    ondeHeadings: ['Téléphone portable'],
  },
  workPhone: {
    label: 'Tél travail',
    kind: 'phone',
    parents: 'propose',
    isAskedAtSignUp: true,
    list: {
      id: 'Work',
      headings: ['téléphone travail', 'tél pro'],
      firstGuardianHeadings: ['téléphone travail', 'tél travail', 'téléphone professionnel'],
    },
    ondeHeadings: ['Téléphone travail'],
  },
  /** Like the employer, it is not asked at the sign-up: a first form should collect as little as possible. */
  profession: {
    label: 'Profession',
    kind: 'text',
    parents: 'propose',
    list: { headings: ['métier'], firstGuardianHeadings: ['profession', 'métier'] },
  },
  employer: {
    label: 'Employeur',
    kind: 'text',
    parents: 'propose',
    list: { headings: ['entreprise'], firstGuardianHeadings: ['employeur', 'entreprise'] },
  },
} as const satisfies RecordFields

export const childFields = {
  lastName: { label: 'Nom', kind: 'name', isRequired: true, parents: 'propose' },
  firstName: { label: 'Prénom', kind: 'name', isRequired: true, parents: 'propose' },
  birthDay: { label: 'Né(e) le', parentsLabel: 'Né le', kind: 'day', isRequired: true, parents: 'propose' },
  sex: { label: 'Sexe', kind: 'sex', parents: 'propose' },
  notes: { label: 'Notes', kind: 'note', parents: 'none' },
} as const satisfies RecordFields

/** The class that parents see: the desk keeps one from each day on (table `schooling`). */
export const schoolingFields = {
  school: { label: 'École', kind: 'school', parents: 'propose' },
  schoolClass: { label: 'Classe', kind: 'level', parents: 'propose' },
} as const satisfies RecordFields

// ---- Types and values that follow from the declarations --------------------------------------------------------------

/** The stored value of a field: `''` or null when it is not given. */
export type ValueOf<One extends RecordField> = One['kind'] extends 'childCount' | 'income'
  ? number | null
  : One['kind'] extends 'day'
    ? One extends { readonly isRequired: true }
      ? Day
      : Day | null
    : One['kind'] extends 'civility'
      ? Civility
      : One['kind'] extends 'sex'
        ? Sex
        : One['kind'] extends 'delivery'
          ? Delivery
          : string

export type ValuesOf<All extends RecordFields> = { readonly [Key in keyof All]: ValueOf<All[Key]> }

/** The names of the fields whose declaration has this value. */
export type FieldsWith<All extends RecordFields, Property extends keyof RecordField, Value> = {
  [Key in keyof All & string]: All[Key] extends Readonly<Record<Property, Value>> ? Key : never
}[keyof All & string]

export type GuardianField = keyof typeof guardianFields
export type GuardianValues = ValuesOf<typeof guardianFields>

export const fieldNames = <All extends RecordFields>(all: All) => Object.keys(all) as (keyof All & string)[]

const fieldNamesWith = <
  All extends RecordFields,
  Property extends keyof RecordField,
  const Value extends RecordField[Property],
>(
  all: All,
  property: Property,
  ...values: readonly Value[]
) =>
  fieldNames(all).filter((name) => values.some((value) => value === all[name]?.[property])) as FieldsWith<
    All,
    Property,
    Value
  >[]

/** The fields that the guardians of the home see on the portal. */
export const seenByParents = <All extends RecordFields>(all: All) => fieldNamesWith(all, 'parents', 'see', 'propose')

/** The fields of which parents may propose another value. */
export const proposedByParents = <All extends RecordFields>(all: All) => fieldNamesWith(all, 'parents', 'propose')

export const askedAtSignUp = <All extends RecordFields>(all: All) => fieldNamesWith(all, 'isAskedAtSignUp', true)

/** The fields that may be empty. Imports and merges only fill these in, and never replace what staff wrote. */
export const optionalFields = <All extends RecordFields>(all: All) =>
  fieldNames(all).filter((name) => all[name]?.isRequired === undefined) as Exclude<
    keyof All & string,
    FieldsWith<All, 'isRequired', true>
  >[]

/** The fields of a guardian besides the name. */
export const guardianDetails = optionalFields(guardianFields)
export type GuardianDetails = Pick<GuardianValues, (typeof guardianDetails)[number]>

export const labelsOf = <All extends RecordFields>(all: All) =>
  Object.fromEntries(Object.entries(all).map(([name, { label }]) => [name, label])) as { [Key in keyof All]: string }

export const parentsLabel = ({ label, parentsLabel: own = label }: RecordField): string => own

/** « Portable Parent 1 », « Tél travail parent 2 », written as in the parents' guide. */
export const numberedLabel = (field: GuardianField, rank: number): string =>
  `${parentsLabel(guardianFields[field])} ${field === 'mobilePhone' ? 'Parent' : 'parent'} ${rank}`

/** The values of a record of which nothing is known; a required day cannot be empty, so it is left out. */
export const emptyValues = <All extends RecordFields>(all: All) =>
  Object.fromEntries(
    Object.entries(all).flatMap(([name, { kind, isRequired }]) =>
      kind === 'day' && isRequired ? [] : [[name, emptyOfKind(kind)]],
    ),
  ) as {
    readonly [Key in keyof All as '' extends ValueOf<All[Key]>
      ? Key
      : null extends ValueOf<All[Key]>
        ? Key
        : never]: ValueOf<All[Key]>
  }

export const emptyOfKind = (kind: FieldKind): '' | null =>
  kind === 'day' || kind === 'childCount' || kind === 'income' ? null : ''

/** A stored value for people to read; empty when it is not given. */
export const fieldValueText = ({ kind }: RecordField, value: string | number | null): string => {
  if (value === null || value === '') return ''
  if (kind === 'income') return formatEuros(Number(value))
  if (kind === 'day') return numericDay(value as Day)
  if (kind === 'number') return formatNumber(Number(value))
  if (kind === 'delivery') return deliveryNames[value as Delivery]
  return kind === 'sex' ? sexNames[value as Sex] : String(value)
}

export const phoneFields = <All extends RecordFields>(all: All) => fieldNamesWith(all, 'kind', 'phone')

/** The phone numbers of a guardian that are filled in, the best to call first. */
export const guardianPhones = (
  guardian: Readonly<Pick<GuardianValues, FieldsWith<typeof guardianFields, 'kind', 'phone'>>>,
) =>
  phoneFields(guardianFields)
    .map((field) => guardian[field])
    .filter((phone) => phone !== '')
