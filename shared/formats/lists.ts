import { type CustomField, type CustomSubject, customName } from '../rules/people/custom-field.ts'
import {
  type FieldKind,
  fieldNames,
  type GuardianField,
  guardianFields,
  homeFields,
  parentsLabel,
  type RecordField,
} from '../rules/people/fields.ts'
import { folded } from '../rules/people/names.ts'
import { capitalised } from '../rules/text/french.ts'

/** How a spreadsheet cell is parsed: see `list-values.ts`. */
export type ValueKind =
  | FieldKind
  | 'yesNo'
  | 'quotient'
  | 'amount'
  | 'count'
  /** The name of a town; the town's own name makes a family resident. */
  | 'town'
  /** The name of a period or a slot that the desk has. */
  | 'period'
  | 'slot'
  /** The name of an activity or a site that the desk has. */
  | 'activity'
  | 'site'
  /** The state of a booking in another program: booked, present, absent, waiting… */
  | 'bookingState'
  | 'month'
  /** Hours with decimals or minutes: « 7,5 », « 7h30 ». */
  | 'hours'
  /** The relation of a guardian to the child of the line, and their parental authority. */
  | 'bond'
  | 'authority'

/** A field that a column of a list may contain. */
export type Field = {
  readonly id: string
  /** The column's heading in exported lists. */
  readonly title: string
  readonly kind: ValueKind
  readonly needed?: true
  /** An alternative to other fields: accepted in an imported list, never exported. */
  readonly importOnly?: true
  /** Other headings accepted for the field. */
  readonly words: readonly string[]
}

const field = (id: string, title: string, kind: ValueKind, words: readonly string[] = [], needed?: true): Field => ({
  id,
  title,
  kind,
  words,
  ...(needed && { needed }),
})

/**
 * The balance of a home in the list of a program that writes debts as negative amounts: the sign is chosen with the
 * column, never guessed.
 */
const belowZero = (id: string): Field => ({
  ...field(id, 'Solde, négatif si la famille doit', 'amount'),
  importOnly: true,
})

/** « parent1Work »: the id of the column for a field of the first or second guardian. */
export const guardianColumnId = (rank: 1 | 2, name: GuardianField): string => {
  const { list }: RecordField = guardianFields[name]
  return `parent${rank}${list?.id ?? capitalised(name)}`
}

const guardianColumns = (rank: 1 | 2): Field[] => {
  const withRank = (what: string) => [
    `${what} parent ${rank}`,
    `${what} responsable ${rank}`,
    `${what} individu${rank}`,
  ]
  const ifFirst = (words: readonly string[]) => (rank === 1 ? words : [])
  const column = (name: GuardianField): Field => {
    const { label, kind, list }: RecordField = guardianFields[name]
    return field(guardianColumnId(rank, name), `${label} parent ${rank}`, kind, [
      ...(list?.headings ?? []).flatMap(withRank),
      ...ifFirst(list?.firstGuardianHeadings ?? []),
    ])
  }
  const fullName: Field = {
    ...field(`parent${rank}FullName`, `Nom et prénom parent ${rank}`, 'name', [
      ...ifFirst(['responsable', 'parent', 'nom prénom responsable', 'nom et prénom responsable']),
      ...withRank('nom prénom'),
      ...withRank('nom et prénom'),
    ]),
    importOnly: true,
  }
  return fieldNames(guardianFields).flatMap((name) =>
    name === 'firstName' ? [column(name), fullName] : [column(name)],
  )
}

/** The fields of a home that have a column. */
export const listedHomeFields = fieldNames(homeFields).filter(
  (name): name is ListedHomeField => 'list' in homeFields[name],
)
export type ListedHomeField = {
  [Name in keyof typeof homeFields]: (typeof homeFields)[Name] extends { readonly list: unknown } ? Name : never
}[keyof typeof homeFields]

const homeColumns = listedHomeFields.map((name): Field => {
  const { kind, list } = homeFields[name]
  return field(name, parentsLabel(homeFields[name]), kind, list.headings)
})

const childFields: readonly Field[] = [
  field('childLastName', 'Nom enfant', 'name', ['nom élève', 'nom de l enfant', 'nom de famille enfant', 'nom'], true),
  field('childFirstName', 'Prénom enfant', 'name', ['prénom élève', 'prénom de l enfant', 'prénom'], true),
  field(
    'childBirthDay',
    'Né le',
    'day',
    ['date naissance', 'date de naissance', 'date naiss', 'naissance', 'née le', 'né e le', 'ddn'],
    true,
  ),
]

/** The columns that identify the child of a line, with its family when a birth date is missing. */
const childOfLineFields: readonly Field[] = [
  ...childFields.map(({ needed: _needed, ...one }) => one),
  {
    ...field('childFullName', 'Nom et prénom enfant', 'name', [
      'individu',
      'enfant',
      'nom et prénom de l enfant',
      'nom prénom enfant',
      'nom prénom',
    ]),
    importOnly: true,
  },
  {
    ...field('familyName', 'Famille', 'name', ['nom famille', 'nom de la famille', 'foyer', 'titulaires']),
    importOnly: true,
  },
  { ...field('formerNumber', 'N° de famille', 'text', homeFields.formerNumber.list.headings), importOnly: true },
]

const familyFields: readonly Field[] = [
  {
    ...field('formerNumber', 'N° de famille dans l’ancien logiciel', 'text', homeFields.formerNumber.list.headings),
    importOnly: true,
  },
  field('familyName', 'Nom du foyer', 'name', ['famille', 'nom famille', 'nom de la famille', 'foyer']),
  field('beneficiaryNumber', 'Numéro allocataire', 'text', [
    'n allocataire',
    'no allocataire',
    'num allocataire',
    'matricule',
    'matricule caf',
    'numéro caf',
    'n caf',
    'matricule allocataire',
  ]),
  field('parentLastName', 'Nom parent', 'name', [
    'nom responsable',
    'nom allocataire',
    'nom de l allocataire',
    'nom parent 1',
    'nom',
  ]),
  field('parentFirstName', 'Prénom parent', 'name', [
    'prénom responsable',
    'prénom allocataire',
    'prénom de l allocataire',
    'prénom parent 1',
    'prénom',
  ]),
]

/**
 * The relation of a guardian to the child of the line, and the parental authority, with who decided it or who follows
 * the child.
 */
const bondColumns = (rank: 1 | 2): Field[] => [
  field(`parent${rank}Bond`, `Lien parent ${rank}`, 'bond', [
    `lien de parenté parent ${rank}`,
    `qualité parent ${rank}`,
    ...(rank === 1 ? ['lien', 'lien de parenté', 'qualité responsable'] : []),
  ]),
  field(`parent${rank}Authority`, `Autorité parentale parent ${rank}`, 'authority', [
    `autorité parent ${rank}`,
    ...(rank === 1 ? ['autorité parentale'] : []),
  ]),
  field(`parent${rank}DecidedBy`, `Autorité décidée par parent ${rank}`, 'text', [`juge parent ${rank}`]),
  field(`parent${rank}DecidedOn`, `Autorité décidée le parent ${rank}`, 'day', [`date du jugement parent ${rank}`]),
  field(`parent${rank}Referent`, `Référent ASE parent ${rank}`, 'text', [
    `référent parent ${rank}`,
    ...(rank === 1 ? ['référent ase'] : []),
  ]),
]

/** The lists that the desk imports and exports. */
export const lists = {
  families: {
    title: 'Familles et enfants',
    fields: [
      ...childFields.map(({ needed: _needed, ...one }) => one),
      field('childSex', 'Sexe', 'sex', ['genre', 'sexe enfant', 'sexe élève']),
      field('school', 'École', 'school', ['établissement', 'établissement scolaire', 'nom école', 'ecole fréquentée']),
      field('level', 'Niveau', 'level', ['niveau scolaire', 'niveau de classe']),
      field('className', 'Classe', 'text', ['libellé classe', 'nom de la classe']),
      field('familyName', 'Nom du foyer', 'name', ['famille', 'nom famille', 'nom de la famille', 'foyer']),
      ...guardianColumns(1),
      ...bondColumns(1),
      ...guardianColumns(2),
      ...bondColumns(2),
      field('addressLine1', 'Adresse', 'text', [
        'adresse1',
        'adresse 1',
        'rue',
        'voie',
        'rue resid',
        'adresse responsable',
        'adresse postale',
      ]),
      field('addressLine2', 'Complément d’adresse', 'text', ['adresse suite', 'complément', 'complément adresse']),
      field('postcode', 'Code postal', 'postcode', ['cp', 'cp1', 'cp resid', 'cp responsable']),
      field('town', 'Commune', 'town', ['ville', 'commune1', 'localité', 'ville resid', 'commune responsable']),
      field('resident', 'Réside dans la commune', 'yesNo', ['résident', 'habite la commune', 'blainvillais']),
      ...homeColumns,
      field('quotient', 'Quotient familial', 'quotient', ['qf', 'quotient', 'qf caf']),
      field('quotientFrom', 'QF à partir du', 'day', ['date qf', 'date du qf', 'qf depuis le']),
    ],
  },
  guardians: {
    title: 'Responsables (ONDE)',
    fields: [],
  },
  quotients: {
    title: 'Quotients familiaux',
    fields: [
      ...familyFields,
      field('quotient', 'Quotient familial', 'quotient', ['qf', 'quotient', 'qf caf', 'montant qf', 'valeur'], true),
      field('quotientFrom', 'QF à partir du', 'day', [
        'date qf',
        'date du qf',
        'mois',
        'mois qf',
        'date d effet',
        'date effet',
        'qf depuis le',
      ]),
    ],
  },
  registrations: {
    title: 'Inscriptions',
    fields: [
      ...childOfLineFields,
      field('period', 'Période', 'period', ['activité', 'activité et période', 'inscription', 'libellé'], true),
      { ...field('periodGroup', 'Groupe dans l’ancien logiciel', 'text', ['groupe']), importOnly: true },
      field('startDay', 'Date début', 'day', ['date de début', 'début', 'du']),
      field('endDay', 'Date fin', 'day', ['date de fin', 'fin', 'au']),
      { ...field('registrationState', 'État de l’inscription', 'bookingState', ['statut']), importOnly: true },
      ...['Lundi', 'Mardi', 'Mercredi', 'Jeudi', 'Vendredi', 'Samedi', 'Dimanche'].map((weekday, at) =>
        field(`weekday${at + 1}`, weekday, 'text'),
      ),
    ],
  },
  openings: {
    title: 'Ouvertures et places',
    fields: [
      field('period', 'Période', 'period', ['activité', 'activité et période'], true),
      field('day', 'Jour', 'day', ['date', 'jour d ouverture', 'date d ouverture'], true),
      field('slot', 'Plage', 'slot', ['créneau', 'moment', 'plage horaire']),
      field('capacity', 'Places', 'count', ['capacité', 'nombre de places', 'nb places', 'effectif maximum'], true),
    ],
  },
  balances: {
    title: 'Soldes de départ',
    fields: [
      ...familyFields,
      field('balance', 'Solde', 'amount', ['solde dû', 'reste à payer', 'reste dû', 'impayé', 'montant dû', 'montant']),
      belowZero('balanceBelowZero'),
      field('asOf', 'Solde au', 'day', ['date du solde', 'arrêté au', 'date']),
      field('regie', 'Régie', 'text', ['nom de la régie', 'régie de recettes']),
    ],
  },
  invoices: {
    title: 'Factures restant dues',
    fields: [
      ...familyFields,
      field(
        'invoiceNumber',
        'Numéro de facture',
        'text',
        ['n facture', 'no facture', 'n de facture', 'référence facture', 'facture', 'numéro', 'n', 'no'],
        true,
      ),
      field(
        'issuedOn',
        'Date de facture',
        'day',
        ['date d édition', 'date édition', 'date d émission', 'date émission', 'émise le', 'date facture', 'date'],
        true,
      ),
      field('dueOn', 'Échéance', 'day', [
        'date d échéance',
        'date échéance',
        'date limite',
        'date limite de paiement',
        'date limite de règlement',
        'limite de paiement',
        'à payer avant le',
        'payable avant le',
        'échéance de paiement',
      ]),
      field('invoicePeriod', 'Période facturée', 'text', ['période', 'mois', 'mois facturé', 'libellé']),
      field('periodFrom', 'Facture du', 'day', ['date début', 'date de début', 'début', 'période du']),
      field('periodTo', 'Facture au', 'day', ['date fin', 'date de fin', 'fin', 'période au']),
      field(
        'invoiced',
        'Montant de la facture',
        'amount',
        ['montant facture', 'montant total', 'total facture', 'total', 'montant ttc', 'montant'],
        true,
      ),
      field('paid', 'Déjà payé', 'amount', [
        'réglé',
        'payé',
        'montant réglé',
        'montant payé',
        'règlements',
        'déjà réglé',
      ]),
      field('rest', 'Reste à payer', 'amount', [
        'solde actuel',
        'reste dû',
        'restant dû',
        'reste à régler',
        'reste',
        'solde',
      ]),
      belowZero('restBelowZero'),
      field('regie', 'Régie', 'text', ['nom de la régie', 'régie de recettes']),
    ],
  },
  bookings: {
    title: 'Réservations de l’année',
    fields: [
      ...childOfLineFields,
      field('bookedActivity', 'Activité', 'activity', ['nom activité', 'libellé activité', 'accueil', 'service'], true),
      { ...field('bookedGroup', 'Groupe dans l’ancien logiciel', 'text', ['groupe']), importOnly: true },
      field(
        'day',
        'Jour',
        'day',
        ['date', 'date de réservation', 'date consommation', 'date de la consommation'],
        true,
      ),
      field('bookedUnit', 'Plage', 'text', ['unité', 'nom unité', 'créneau', 'moment', 'prestation', 'plage horaire']),
      field('bookedQuantity', 'Quantité', 'count', ['qté', 'nombre', 'nb']),
      field('bookingState', 'État', 'bookingState', ['statut', 'état de la réservation', 'présence', 'pointage']),
    ],
  },
  history: {
    title: 'Années passées (chiffres)',
    fields: [
      field('month', 'Mois', 'month', ['période', 'date', 'mois année'], true),
      field('formerActivity', 'Activité', 'text', ['nom activité', 'libellé activité', 'accueil', 'service'], true),
      field('site', 'Site', 'site', ['structure', 'lieu', 'centre', 'équipement']),
      field('hours', 'Heures', 'hours', ['nb heures', 'nombre d heures', 'heures réalisées', 'heures enfants']),
      field('meals', 'Repas', 'count', ['nb repas', 'nombre de repas', 'repas servis']),
      field('invoiced', 'Facturé', 'amount', ['montant facturé', 'total facturé', 'facturation']),
      field('paid', 'Payé', 'amount', ['montant payé', 'encaissé', 'réglé', 'règlements']),
      field('source', 'Logiciel', 'text', ['source', 'ancien logiciel', 'origine']),
    ],
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly fields: readonly Field[] }>>

export type ListKind = keyof typeof lists
export const listKinds = Object.keys(lists) as readonly ListKind[]

/** A column for a custom field. */
export type OwnColumn = Field & {
  readonly own: CustomField
  /** For a field of guardians: whether it belongs to the first or the second one. */
  readonly rank: 1 | 2 | null
}

const subjectsOf: Partial<Readonly<Record<ListKind, readonly CustomSubject[]>>> = {
  families: ['child', 'guardian', 'family'],
  registrations: ['registration'],
}

/** The columns of a list for custom fields, after those that every town has. */
export const ownColumnsOf = (list: ListKind, town: readonly CustomField[]): OwnColumn[] =>
  (subjectsOf[list] ?? []).flatMap((subject) =>
    town.filter((one) => one.subject === subject).flatMap((own) => columnsOfOwn(own)),
  )

const columnsOfOwn = (own: CustomField): OwnColumn[] => {
  const { subject, label, kind } = own
  const column = (title: string, words: readonly string[], rank: OwnColumn['rank'] = null): OwnColumn => ({
    ...field(rank === null ? customName(own) : `${customName(own)} parent${rank}`, title, kind, words),
    own,
    rank,
  })
  switch (subject) {
    case 'guardian':
      return [
        column(`${label} parent 1`, [`${label} responsable 1`, `${label} responsable`, label], 1),
        column(`${label} parent 2`, [`${label} responsable 2`], 2),
      ]
    case 'family':
      return [column(`${label} (foyer)`, [label])]
    case 'child':
      return [column(label, [`${label} enfant`, `${label} élève`])]
    case 'registration':
      return [column(label, [])]
  }
}

/**
 * The columns of a list.
 * @param town the custom fields that the person who imports or exports may use
 */
export const fieldsOf = (list: ListKind, town: readonly CustomField[]): readonly Field[] => [
  ...lists[list].fields,
  ...ownColumnsOf(list, town),
]

/** The column index of each field, from 0. A column has one field at most. */
export type Mapping = Readonly<Record<string, number>>

/**
 * Guesses the columns of a list from their headings: exact matches first, then the closest. A list that the desk
 * exported is recognised entirely.
 */
export const guessMapping = (list: ListKind, header: readonly string[], town: readonly CustomField[]): Mapping => {
  const heads = header.map(folded)
  const guesses = fieldsOf(list, town)
    .flatMap(({ id, title, words }, rank) => {
      const known = { title: folded(title), words: words.map(folded) }
      return heads.map((head, column) => ({ field: id, column, score: scoreOf(known, head), rank }))
    })
    .filter(({ score }) => score > 0)
    .toSorted((one, other) => other.score - one.score || one.rank - other.rank || one.column - other.column)
  const mapping: Record<string, number> = {}
  const usedColumns = new Set<number>()
  for (const { field: id, column } of guesses) {
    if (id in mapping || usedColumns.has(column)) continue
    mapping[id] = column
    usedColumns.add(column)
  }
  return mapping
}

/**
 * How well a heading matches a field, all of them folded: 100 for its title; 60 and less for its other headings, in
 * decreasing certainty; 1 to 9 when its words are among others.
 */
const scoreOf = ({ title, words }: Pick<Field, 'title' | 'words'>, head: string): number => {
  if (head === '') return 0
  if (head === title) return 100
  const at = words.indexOf(head)
  if (at >= 0) return 60 - Math.min(at, 40)
  const headWords = new Set(head.split(' '))
  const within = [title, ...words]
    .map((word) => word.split(' '))
    .filter((tokens) => tokens.length > 1 && tokens.every((token) => headWords.has(token)))
  return Math.min(9, Math.max(0, ...within.map((tokens) => tokens.length)))
}

/** The folded headings of all columns of all lists. */
export const knownHeadings = (town: readonly CustomField[]): ReadonlySet<string> =>
  new Set(
    listKinds.flatMap((list) => fieldsOf(list, town).flatMap(({ title, words }) => [title, ...words].map(folded))),
  )

/** Headings of ONDE's class lists that the desk has no use for: staff are not asked about them. */
const ignoredHeadings: ReadonlySet<string> = new Set(['ine', 'pays1', 'pays2', 'pays', 'cycle', 'identifiant classe'])

export const isIgnoredHeading = (head: string): boolean => ignoredHeadings.has(folded(head))

/** The kind of list that an imported file most resembles; null when its headings match none. */
export const guessList = (header: readonly string[], town: readonly CustomField[]): ListKind | null => {
  const heads = header.map(folded)
  // ONDE repeats a block of columns for each child of a guardian.
  if (heads.includes('nom responsable') && heads.filter((head) => head === 'prenom enfant').length > 1)
    return 'guardians'
  if (heads.includes('nom responsable') && heads.includes('classes enfants')) return 'guardians'
  const scores = listKinds
    .filter((list) => list !== 'guardians')
    .map((list) => {
      const mapping = guessMapping(list, header, town)
      return { list, missing: missingFields(list, mapping).length, found: Object.keys(mapping).length }
    })
  const best = scores.toSorted((one, other) => one.missing - other.missing || other.found - one.found)[0]
  return best && best.missing === 0 ? best.list : null
}

/**
 * The columns with the balance of a home, of which a list needs one; when all are missing, the last one is requested.
 */
const owedBy = {
  quotients: [],
  balances: ['balanceBelowZero', 'balance'],
  invoices: ['paid', 'restBelowZero', 'rest'],
} as const satisfies Partial<Record<ListKind, readonly string[]>>

/** The fields that the mapping lacks before the list can be read. */
export const missingFields = (list: ListKind, mapping: Mapping): readonly Field[] => {
  const fields: readonly Field[] = lists[list].fields
  const ifMissing = (id: string) => fields.filter((one) => one.id === id && !(id in mapping))
  const missing = fields.filter(({ id, needed }) => needed && !(id in mapping))
  if (list === 'families') {
    // A line describes a child, a home, or both.
    const isOfChild = ['childLastName', 'childFirstName', 'childBirthDay'].some((id) => id in mapping)
    if (isOfChild) return ['childLastName', 'childFirstName', 'childBirthDay'].flatMap(ifMissing)
    return 'parent1FullName' in mapping ? [] : ['parent1LastName', 'parent1FirstName'].flatMap(ifMissing)
  }
  if (list === 'registrations' || list === 'bookings') {
    const named = 'childFullName' in mapping ? [] : ['childLastName', 'childFirstName'].flatMap(ifMissing)
    // A child without a birth date is found by its family: lists of bookings repeat names already known from
    // registrations.
    const isOfFamily = list === 'bookings' || ['familyName', 'formerNumber'].some((id) => id in mapping)
    return [...named, ...(isOfFamily ? [] : ifMissing('childBirthDay')), ...missing]
  }
  if (list === 'history') {
    const isCounted = ['hours', 'meals', 'invoiced', 'paid'].some((id) => id in mapping)
    return [...missing, ...(isCounted ? [] : ifMissing('hours'))]
  }
  if (list === 'quotients' || list === 'balances' || list === 'invoices') {
    const isNamed = ['beneficiaryNumber', 'familyName', 'formerNumber'].some((id) => id in mapping)
    const isOwed = owedBy[list].length === 0 || owedBy[list].some((id) => id in mapping)
    return [
      ...(isNamed ? [] : ['parentLastName', 'parentFirstName'].flatMap(ifMissing)),
      ...missing,
      ...(isOwed ? [] : ifMissing(owedBy[list].at(-1) ?? '')),
    ]
  }
  return missing
}
