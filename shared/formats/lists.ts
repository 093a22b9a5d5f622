import { folded } from '../rules/people/names.ts'

/** How the words of a cell are read: see `list-values.ts`. */
export type ValueKind =
  | 'text'
  | 'name'
  | 'day'
  | 'yesNo'
  | 'sex'
  | 'civility'
  | 'phone'
  | 'email'
  | 'postcode'
  | 'quotient'
  | 'amount'
  | 'count'
  | 'level'
  /** Whose name makes a family resident. */
  | 'town'
  /** One of those that the desk knows. */
  | 'school'
  | 'period'
  | 'slot'

/** Something that a column may hold. */
export type Field = {
  readonly id: string
  /** As a list that goes out writes it. */
  readonly title: string
  readonly kind: ValueKind
  readonly needed?: true
  /** Another way to say what other fields hold: a list that goes out has those. */
  readonly takenInOnly?: true
  /** Other words that name it at the head of a column. */
  readonly words: readonly string[]
}

const field = (id: string, title: string, kind: ValueKind, words: readonly string[] = [], needed?: true): Field => ({
  id,
  title,
  kind,
  words,
  ...(needed && { needed }),
})

const parent = (rank: 1 | 2, more: readonly string[]): Field[] => {
  const named = (what: string) => [`${what} parent ${rank}`, `${what} responsable ${rank}`, `${what} individu${rank}`]
  const first = (...words: readonly string[]) => (rank === 1 ? words : [])
  return [
    field(`parent${rank}Civility`, `Civilité parent ${rank}`, 'civility', [
      ...named('civilité'),
      ...first('civilité responsable', 'civilité'),
    ]),
    field(`parent${rank}LastName`, `Nom parent ${rank}`, 'name', [
      ...named('nom'),
      ...first('nom responsable', 'nom du responsable', 'nom représentant légal'),
      ...more,
    ]),
    field(`parent${rank}FirstName`, `Prénom parent ${rank}`, 'name', [
      ...named('prénom'),
      ...first('prénom responsable', 'prénom du responsable', 'prénom représentant légal'),
    ]),
    {
      ...field(`parent${rank}FullName`, `Nom et prénom parent ${rank}`, 'name', [
        ...first('responsable', 'parent', 'nom prénom responsable', 'nom et prénom responsable'),
        ...named('nom prénom'),
        ...named('nom et prénom'),
      ]),
      takenInOnly: true,
    },
    field(`parent${rank}Email`, `E-mail parent ${rank}`, 'email', [
      ...named('mail'),
      ...named('courriel'),
      ...first('courriel', 'mail', 'e mail', 'email', 'adresse mail', 'adresse e mail', 'adresse électronique'),
    ]),
    field(`parent${rank}Mobile`, `Portable parent ${rank}`, 'phone', [
      ...named('tél portable'),
      ...named('téléphone portable'),
      ...named('mobile'),
      ...first('portable', 'téléphone portable', 'tél portable', 'mobile', 'téléphone', 'tél'),
    ]),
    field(`parent${rank}Work`, `Tél travail parent ${rank}`, 'phone', [
      ...named('téléphone travail'),
      ...named('tél pro'),
      ...first('téléphone travail', 'tél travail', 'téléphone professionnel'),
    ]),
  ]
}

const child: readonly Field[] = [
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

const family: readonly Field[] = [
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

/** The lists that the desk takes in and gives out. */
export const lists = {
  families: {
    title: 'Familles et enfants',
    fields: [
      ...child.map(({ needed: _needed, ...one }) => one),
      field('childSex', 'Sexe', 'sex', ['genre', 'sexe enfant', 'sexe élève']),
      field('school', 'École', 'school', ['établissement', 'établissement scolaire', 'nom école', 'ecole fréquentée']),
      field('level', 'Niveau', 'level', ['niveau scolaire', 'niveau de classe']),
      field('className', 'Classe', 'text', ['libellé classe', 'nom de la classe']),
      field('familyName', 'Nom du foyer', 'name', ['famille', 'nom famille', 'nom de la famille', 'foyer']),
      ...parent(1, []),
      ...parent(2, []),
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
      field('homePhone', 'Tél domicile', 'phone', ['téléphone domicile', 'tél fixe', 'téléphone fixe', 'fixe']),
      field('beneficiaryName', 'Nom de l’allocataire', 'name', ['nom allocataire', 'allocataire']),
      field('benefitScheme', 'Régime allocataire', 'text', ['régime', 'caisse', 'régime caf', 'régime d allocations']),
      field('beneficiaryNumber', 'Numéro allocataire', 'text', [
        'n allocataire',
        'no allocataire',
        'num allocataire',
        'numéro caf',
        'n caf',
        'matricule caf',
      ]),
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
      ...family,
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
      ...child,
      field('period', 'Période', 'period', ['activité', 'activité et période', 'inscription', 'libellé'], true),
      field('startDay', 'Date début', 'day', ['date de début', 'début', 'du']),
      field('endDay', 'Date fin', 'day', ['date de fin', 'fin', 'au']),
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
      ...family,
      field(
        'balance',
        'Solde',
        'amount',
        ['solde dû', 'reste à payer', 'reste dû', 'impayé', 'montant dû', 'montant'],
        true,
      ),
      field('asOf', 'Solde au', 'day', ['date du solde', 'arrêté au', 'date']),
    ],
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly fields: readonly Field[] }>>

export type ListKind = keyof typeof lists
export const listKinds = Object.keys(lists) as readonly ListKind[]

export const fieldsOf = (list: ListKind): readonly Field[] => lists[list].fields

/** Which column holds each field, by position from 0. A column holds one field at most. */
export type Mapping = Readonly<Record<string, number>>

/**
 * The columns of a list, from the words at their heads: the whole words first, then the closest. What goes out of the
 * desk comes back by itself.
 */
export const guessedMapping = (list: ListKind, header: readonly string[]): Mapping => {
  const heads = header.map(folded)
  const guesses = fieldsOf(list)
    .flatMap((one, rank) => heads.map((head, column) => ({ field: one.id, column, score: scoreOf(one, head), rank })))
    .filter(({ score }) => score > 0)
    .toSorted((one, other) => other.score - one.score || one.rank - other.rank || one.column - other.column)
  const mapping: Record<string, number> = {}
  const taken = new Set<number>()
  for (const { field: id, column } of guesses) {
    if (id in mapping || taken.has(column)) continue
    mapping[id] = column
    taken.add(column)
  }
  return mapping
}

/** Title 100; another name of it 60 and less, the later the less sure; its words among others 1 to 9. */
const scoreOf = ({ title, words }: Field, head: string): number => {
  if (head === '') return 0
  if (head === folded(title)) return 100
  const at = words.findIndex((word) => folded(word) === head)
  if (at >= 0) return 60 - Math.min(at, 40)
  const own = new Set(head.split(' '))
  const within = [title, ...words]
    .map((word) => folded(word).split(' '))
    .filter((tokens) => tokens.length > 1 && tokens.every((token) => own.has(token)))
  return Math.min(9, Math.max(0, ...within.map((tokens) => tokens.length)))
}

/** How many cells of a row are headers known by some list: the row of the headers is the one with the most. */
export const knownHeads = (row: readonly string[]): number =>
  row.filter((cell) => cell !== '' && headsKnown.has(folded(cell))).length

/** Heads of ONDE's class lists for what the desk has no use for: nobody has to be asked about them. */
const neverTaken: ReadonlySet<string> = new Set(['ine', 'pays1', 'pays2', 'pays', 'cycle', 'identifiant classe'])

export const isNeverTaken = (head: string): boolean => neverTaken.has(folded(head))

/** The list that a file most looks like; null when its columns say nothing. */
export const guessedList = (header: readonly string[]): ListKind | null => {
  const heads = header.map(folded)
  // ONDE repeats a block of columns for each child of a guardian.
  if (heads.includes('nom responsable') && heads.filter((head) => head === 'prenom enfant').length > 1)
    return 'guardians'
  if (heads.includes('nom responsable') && heads.includes('classes enfants')) return 'guardians'
  const scores = listKinds
    .filter((list) => list !== 'guardians')
    .map((list) => {
      const mapping = guessedMapping(list, header)
      return { list, missing: missingFields(list, mapping).length, found: Object.keys(mapping).length }
    })
  const best = scores.toSorted((one, other) => one.missing - other.missing || other.found - one.found)[0]
  return best && best.missing === 0 ? best.list : null
}

/** What of a mapping is missing before the list can be read. */
export const missingFields = (list: ListKind, mapping: Mapping): readonly Field[] => {
  const fields = fieldsOf(list)
  const lacks = (id: string) => fields.filter((one) => one.id === id && !(id in mapping))
  const missing = fields.filter(({ id, needed }) => needed && !(id in mapping))
  if (list === 'families') {
    // A line is of a child, of a home, or of both.
    const isOfChild = ['childLastName', 'childFirstName', 'childBirthDay'].some((id) => id in mapping)
    if (isOfChild) return ['childLastName', 'childFirstName', 'childBirthDay'].flatMap(lacks)
    return 'parent1FullName' in mapping ? [] : ['parent1LastName', 'parent1FirstName'].flatMap(lacks)
  }
  if (list === 'quotients' || list === 'balances') {
    const isNamed = ['beneficiaryNumber', 'familyName'].some((id) => id in mapping)
    return [...(isNamed ? [] : ['parentLastName', 'parentFirstName'].flatMap(lacks)), ...missing]
  }
  return missing
}

const headsKnown: ReadonlySet<string> = new Set(
  listKinds.flatMap((list) => fieldsOf(list).flatMap(({ title, words }) => [title, ...words].map(folded))),
)
