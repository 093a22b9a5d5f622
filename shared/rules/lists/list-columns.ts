import type { Right } from '../access/roles.ts'
import { attendanceMarkNames } from '../cell/attendance.ts'
import { askedKinds, consentKindRules, consentStateNames } from '../dossier/consent.ts'
import { diets, healthNames } from '../dossier/health.ts'
import { paymentMeansNames } from '../money/payment/payment.ts'
import { type CustomField, type CustomSubject, customName } from '../people/custom-field.ts'
import {
  addressFields,
  childFields,
  type FieldKind,
  guardianFields,
  homeFields,
  type RecordField,
  type RecordFields,
  schoolingFields,
} from '../people/fields.ts'
import { deliveryNames, sexNames } from '../people/names.ts'
import { civilities } from '../people/person.ts'

/*
 * What a free list (« liste libre ») may show, filter and sort by. Every declared field, built-in or custom, is
 * automatically a column; the other columns are computed by the desk.
 */

/** The records whose columns a list shows. */
export const listSubjects = ['child', 'home', 'guardian', 'registration', 'booking', 'invoice', 'payment'] as const
export type ListSubject = (typeof listSubjects)[number]

export const listSubjectNames: Readonly<Record<ListSubject, string>> = {
  child: 'Enfant',
  home: 'Famille',
  guardian: 'Responsable',
  registration: 'Inscription',
  booking: 'Réservation',
  invoice: 'Facture',
  payment: 'Règlement',
}

/** What the lines of a list may be. */
export const listThings = [
  'children',
  'homes',
  'guardians',
  'registrations',
  'bookings',
  'invoices',
  'payments',
] as const
export type ListThing = (typeof listThings)[number]

type Thing = {
  /** « des enfants » */
  readonly label: string
  /** The name of one line, and of several: « enfant ». */
  readonly one: string
  readonly many: string
  /** The records that a line gives access to; the first one is the line's own. Of several homes, the first. */
  readonly subjects: readonly [ListSubject, ...ListSubject[]]
  readonly right: Right
}

export const things: Readonly<Record<ListThing, Thing>> = {
  children: {
    label: 'des enfants',
    one: 'enfant',
    many: 'enfants',
    subjects: ['child', 'home'],
    right: 'families.read',
  },
  homes: { label: 'des familles', one: 'famille', many: 'familles', subjects: ['home'], right: 'families.read' },
  guardians: {
    label: 'des responsables',
    one: 'responsable',
    many: 'responsables',
    subjects: ['guardian', 'home'],
    right: 'families.read',
  },
  registrations: {
    label: 'des inscriptions',
    one: 'inscription',
    many: 'inscriptions',
    subjects: ['registration', 'child', 'home'],
    right: 'families.read',
  },
  bookings: {
    label: 'des réservations',
    one: 'réservation',
    many: 'réservations',
    subjects: ['booking', 'registration', 'child', 'home'],
    right: 'families.read',
  },
  invoices: {
    label: 'des factures',
    one: 'facture',
    many: 'factures',
    subjects: ['invoice', 'home'],
    right: 'invoices.read',
  },
  payments: {
    label: 'des règlements',
    one: 'règlement',
    many: 'règlements',
    subjects: ['payment', 'home'],
    right: 'invoices.read',
  },
}

/**
 * The type of a column: `choice` is one of several named values, `set` any number of them, `month` a month as
 * `2026-11`, `paper` the number of a paper as `F 2026 00000012`, which sorts correctly. Amounts are in cents.
 */
export type ColumnKind = 'text' | 'choice' | 'set' | 'number' | 'amount' | 'day' | 'month' | 'paper'

export type ColumnOption = { readonly value: string; readonly label: string }

export type ListColumn = {
  readonly label: string
  readonly kind: ColumnKind
  /** The values of a choice or a set when they are the same in every town; otherwise the desk provides them. */
  readonly options?: readonly ColumnOption[] | undefined
  /** The right needed to read it, in addition to that of the thing. */
  readonly right?: Right
  /** About health: read in the core only, logged, and never part of a shared list. */
  readonly isHealth?: true | undefined
}

const named = (names: Readonly<Record<string, string>>): ColumnOption[] =>
  Object.entries(names).flatMap(([value, label]) => (value === '' ? [] : [{ value, label }]))
const said = (words: readonly string[]): ColumnOption[] =>
  words.flatMap((word) => (word === '' ? [] : [{ value: word, label: word }]))

export const yesNoOptions: readonly ColumnOption[] = said(['oui', 'non'])

const kindOfField: Readonly<Record<FieldKind, Pick<ListColumn, 'kind' | 'options'>>> = {
  text: { kind: 'text' },
  name: { kind: 'text' },
  note: { kind: 'text' },
  phone: { kind: 'text' },
  email: { kind: 'text' },
  postcode: { kind: 'text' },
  level: { kind: 'text' },
  day: { kind: 'day' },
  civility: { kind: 'choice', options: said(civilities) },
  sex: { kind: 'choice', options: named(sexNames) },
  delivery: { kind: 'choice', options: [{ value: '', label: deliveryNames[''] }, ...named(deliveryNames)] },
  childCount: { kind: 'number' },
  number: { kind: 'number' },
  income: { kind: 'amount' },
  school: { kind: 'choice' },
  yesNo: { kind: 'choice', options: yesNoOptions },
  choice: { kind: 'choice' },
}

const ofFields = <All extends RecordFields>(all: All): { [Name in keyof All]: ListColumn } =>
  Object.fromEntries(Object.entries(all).map(([name, { label, kind }]) => [name, { label, ...kindOfField[kind] }])) as {
    [Name in keyof All]: ListColumn
  }

/** A custom field as a column. */
export const ofCustomField = ({ label, kind, choices }: CustomField): ListColumn => ({
  label,
  ...kindOfField[kind],
  ...(kind === 'choice' && { options: said(choices) }),
})

const health = { right: 'health.read', isHealth: true } as const
const money = { right: 'invoices.read' } as const

/** What was answered to each question of the registry of consents, « Photos ». */
const consentColumns = Object.fromEntries(
  askedKinds.map((kind): [string, ListColumn] => [
    `consent_${kind}`,
    { label: consentKindRules[kind].title, kind: 'choice', options: named(consentStateNames), right: 'consents' },
  ]),
) as { readonly [Kind in (typeof askedKinds)[number] as `consent_${Kind}`]: ListColumn }

/** The columns that the desk computes, in addition to declared fields. */
export const computedColumns = {
  child: {
    age: { label: 'Âge', kind: 'number' },
    homes: { label: 'Familles', kind: 'text' },
    activities: { label: 'Inscrit à', kind: 'set' },
    missing: { label: 'Pièce qui manque', kind: 'set', right: 'dossiers' },
    dossier: { label: 'Dossier complet', kind: 'choice', options: yesNoOptions, right: 'dossiers' },
    ...consentColumns,
    allergies: { label: healthNames.allergies, kind: 'text', ...health },
    diet: { label: 'Régime alimentaire', kind: 'choice', options: said(diets), ...health },
    pai: { label: 'PAI', kind: 'text', ...health },
    paiUntil: { label: 'Fin du PAI', kind: 'day', ...health },
    treatment: { label: healthNames.treatment, kind: 'text', ...health },
    insuranceUntil: { label: 'Assurance jusqu’au', kind: 'day', ...health },
  },
  home: {
    resident: { label: 'Habite la commune', kind: 'choice', options: yesNoOptions },
    guardians: { label: 'Responsables', kind: 'text' },
    email: { label: 'E-mail du premier responsable', kind: 'text' },
    phone: { label: 'Portable du premier responsable', kind: 'text' },
    children: { label: 'Enfants', kind: 'text' },
    childCount: { label: 'Nombre d’enfants', kind: 'number' },
    quotient: { label: 'Quotient familial', kind: 'number' },
    leftOn: { label: 'Partie le', kind: 'day' },
    owed: { label: 'Reste dû', kind: 'amount', ...money },
  },
  guardian: {
    homes: { label: 'Familles', kind: 'text' },
  },
  registration: {
    activity: { label: 'Activité', kind: 'choice' },
    period: { label: 'Période', kind: 'text' },
    state: {
      label: 'État',
      kind: 'choice',
      options: named({
        asked: 'Demandée',
        accepted: 'Acceptée',
        refused: 'Refusée',
        withdrawn: 'Retirée',
        ended: 'Terminée',
      }),
    },
    startDay: { label: 'Du', kind: 'day' },
    endDay: { label: 'Au', kind: 'day' },
    askedOn: { label: 'Demandée le', kind: 'day' },
    bookedCells: { label: 'Réservations', kind: 'number' },
  },
  booking: {
    day: { label: 'Jour', kind: 'day' },
    month: { label: 'Mois', kind: 'month' },
    slot: { label: 'Plage', kind: 'text' },
    state: {
      label: 'Réservation',
      kind: 'choice',
      options: named({ confirmed: 'Validée', waitlisted: 'En attente', asked: 'Demandée' }),
    },
    mark: { label: 'Pointage', kind: 'choice', options: named(attendanceMarkNames) },
  },
  invoice: {
    number: { label: 'Numéro', kind: 'paper', ...money },
    kind: { label: 'Sorte', kind: 'choice', options: named({ invoice: 'Facture', creditNote: 'Avoir' }), ...money },
    issuedOn: { label: 'Émise le', kind: 'day', ...money },
    issuedIn: { label: 'Mois d’émission', kind: 'month', ...money },
    regie: { label: 'Régie', kind: 'choice', ...money },
    total: { label: 'Montant', kind: 'amount', ...money },
    left: { label: 'Reste à payer', kind: 'amount', ...money },
  },
  payment: {
    receivedOn: { label: 'Reçu le', kind: 'day', ...money },
    receivedIn: { label: 'Mois', kind: 'month', ...money },
    means: { label: 'Moyen', kind: 'choice', options: named(paymentMeansNames), ...money },
    regie: { label: 'Régie', kind: 'choice', ...money },
    amount: { label: 'Montant', kind: 'amount', ...money },
    payer: { label: 'Payeur', kind: 'text', ...money },
  },
} as const satisfies Readonly<Record<ListSubject, Readonly<Record<string, ListColumn>>>>

/** The declared fields of each subject, which become columns. */
export const declaredFields = {
  child: { ...childFields, ...schoolingFields },
  home: { ...homeFields, ...addressFields },
  guardian: guardianFields,
  registration: {},
  booking: {},
  invoice: {},
  payment: {},
} as const satisfies Readonly<Record<ListSubject, RecordFields>>

const builtIn: ReadonlyMap<string, ListColumn> = new Map(
  listSubjects.flatMap((subject) =>
    Object.entries<ListColumn>({
      ...ofFields<Readonly<Record<string, RecordField>>>(declaredFields[subject]),
      ...computedColumns[subject],
    }).map(([name, column]): [string, ListColumn] => [`${subject}.${name}`, column]),
  ),
)

/** The id of a column: « child.lastName », « child.custom12 ». */
export type ColumnId = `${ListSubject}.${string}`

/** The papers missing in the dossier of a child. */
export const missingColumn = 'child.missing' satisfies ColumnId

const subjectOfCustom: Readonly<Record<CustomSubject, ListSubject>> = {
  family: 'home',
  guardian: 'guardian',
  child: 'child',
  registration: 'registration',
}

export const customColumnId = (field: Pick<CustomField, 'id' | 'subject'>): ColumnId =>
  `${subjectOfCustom[field.subject]}.${customName(field)}`

/** Every column of a town by id, built-in fields first. */
export const allColumns = (custom: readonly CustomField[]): ReadonlyMap<string, ListColumn> =>
  new Map([...builtIn, ...custom.map((field): [string, ListColumn] => [customColumnId(field), ofCustomField(field)])])

export const subjectOf = (id: string): ListSubject => {
  const subject = listSubjects.find((one) => id.startsWith(`${one}.`))
  if (!subject) throw new Error(`no subject: ${id}`)
  return subject
}
