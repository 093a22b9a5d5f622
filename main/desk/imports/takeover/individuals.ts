import { guardianColumnId, lists } from '../../../../shared/formats/lists.ts'
import { ageOn, type Day } from '../../../../shared/rules/calendar/day.ts'
import { type GuardianField, homeFields, parentsLabel } from '../../../../shared/rules/people/fields.ts'
import { folded } from '../../../../shared/rules/people/names.ts'
import { counted, listed, typedDay } from '../../../../shared/rules/text/french.ts'
import { mapInTurns } from '../../in-turns.ts'

/*
 * The lists of people of Noethysweb: a line for each individual of a family, adults and children, or a line for each
 * family with the columns of up to six individuals (`NOM_INDIVIDU1`…). They become the list that the desk knows: a line
 * for each child, with its parents.
 */

/** The columns of an individual, by their folded names. */
const people = [
  'civilite',
  'nom',
  'prenom',
  'date naiss',
  'rue resid',
  'cp resid',
  'ville resid',
  'telephone domicile',
  'telephone portable',
  'telephone pro',
  'email personnel',
  'email pro',
  'profession',
  'employeur',
] as const
type PersonColumn = (typeof people)[number]

type Individual = { readonly row: number; readonly of: (column: PersonColumn) => string }
type ListedHome = { readonly number: string; readonly individuals: readonly Individual[] }

export type Reshaped = {
  readonly header: readonly string[]
  /** The reshaped rows, each with the index of the given row that it comes from. */
  readonly rows: readonly { readonly from: number; readonly row: readonly string[] }[]
  readonly notes: readonly string[]
}

/**
 * @param rows below the header
 * @param on the day on which an individual without civility is a child or an adult
 * @returns null for a list that is none of these
 */
export const reshapedIndividuals = async (
  header: readonly string[],
  rows: readonly (readonly string[])[],
  on: Day,
): Promise<Reshaped | null> => {
  const heads = header.map(folded)
  const homes = isByIndividual(heads)
    ? ofIndividuals(heads, rows)
    : heads.includes('nom individu1') && heads.includes('civilite individu1')
      ? ofFamilies(heads, rows)
      : null
  if (homes === null) return null
  const stated = await mapInTurns(
    homes.flatMap((one) => asFamilies(one, on)),
    (one) => rowsOf(one, on),
  )
  return {
    header: shown.map(([, title]) => title),
    rows: stated.flatMap((one) => one.rows),
    notes: [
      ...namedNote(
        stated.flatMap(({ others }) => others),
        (names) => `Une ligne n’a que deux responsables\u00a0: ${names} sont à ajouter depuis la fiche.`,
      ),
      ...namedNote(
        stated.flatMap(({ young }) => young),
        (names) =>
          `Adultes de moins de ${adultForSure} ans, responsable ou grand enfant\u00a0: ${names} ne sont pas repris, à ajouter depuis la fiche s’ils sont responsables.`,
      ),
      ...namedNote(
        stated.flatMap(({ elsewhere }) => elsewhere),
        (names) =>
          `Responsables d’un autre nom et d’une autre adresse que leur famille\u00a0: ${names}. L’adresse est à ajouter depuis la fiche.`,
      ),
      ...unreadNote(header, rows),
    ],
  }
}

const namedAtMost = 8

const namedNote = (names: readonly string[], note: (names: string) => string): string[] => {
  const [shownNames, more] = [names.slice(0, namedAtMost), names.length - namedAtMost]
  if (names.length === 0) return []
  return [note(more > 0 ? `${shownNames.join(', ')} et ${counted(more, 'autre')}` : listed(shownNames))]
}

/** Columns with something in them that none of ours takes. */
const unreadNote = (header: readonly string[], rows: readonly (readonly string[])[]): string[] => {
  const read = new Set<string>(['idfamille', ...people])
  const unread = header.filter(
    (head, at) =>
      head.trim() !== '' && !read.has(folded(head).replace(/ individu\d$/, '')) && rows.some((row) => row[at]),
  )
  return unread.length === 0
    ? []
    : [`${unread.length === 1 ? 'Colonne non reprise' : 'Colonnes non reprises'}\u00a0: ${listed(unread)}.`]
}

const isByIndividual = (heads: readonly string[]): boolean =>
  ['idfamille', 'civilite', 'nom', 'prenom'].every((head) => heads.includes(head))

const ofIndividuals = (heads: readonly string[], rows: readonly (readonly string[])[]): ListedHome[] => {
  const at = heads.indexOf('idfamille')
  const filled = rows.map((row, index) => ({ row, index })).filter(({ row }) => row.some((cell) => cell !== ''))
  // Individuals without a number belong to no family: each is a home of its own.
  const groups = Map.groupBy(filled, ({ row, index }) => row[at] || `row ${index}`)
  const columns = columnsIn(heads, '')
  return [...groups.values()].map((own) => ({
    number: own[0]?.row[at] ?? '',
    individuals: own.map(({ row, index }) => ({ row: index, of: (column) => row[columns[column]] ?? '' })),
  }))
}

const columnsIn = (heads: readonly string[], suffix: string): Readonly<Record<PersonColumn, number>> =>
  Object.fromEntries(people.map((column) => [column, heads.indexOf(column + suffix)])) as Record<PersonColumn, number>

const ofFamilies = (heads: readonly string[], rows: readonly (readonly string[])[]): ListedHome[] => {
  const ranks = [1, 2, 3, 4, 5, 6].map((rank) => columnsIn(heads, ` individu${rank}`))
  const at = heads.indexOf('idfamille')
  return rows.flatMap((row, index): ListedHome[] => {
    const individuals = ranks
      .map((columns): Individual => ({ row: index, of: (column) => row[columns[column]] ?? '' }))
      .filter(({ of }) => of('nom') !== '' || of('prenom') !== '')
    return individuals.length === 0 ? [] : [{ number: row[at] ?? '', individuals }]
  })
}

const boys: ReadonlySet<string> = new Set(['garcon', 'g'])
const girls: ReadonlySet<string> = new Set(['fille', 'f'])

/** Civilities that say what the adult is. */
const parents: ReadonlySet<string> = new Set(['pere', 'mere'])

const birthOf = (cell: string): Day | null => typedDay(cell.replace(/[\sT].*$/, ''))

const isChild = ({ of }: Individual, on: Day): boolean => {
  const civility = folded(of('civilite'))
  if (boys.has(civility) || girls.has(civility) || civility === 'enfant') return true
  const birth = birthOf(of('date naiss'))
  return civility === '' && birth !== null && ageOn(birth, on).years < 18
}

const parentColumns = (rank: 1 | 2): string[] =>
  (['civility', 'lastName', 'firstName', 'mobilePhone', 'workPhone', 'email', 'profession', 'employer'] as const).map(
    (name: GuardianField) => guardianColumnId(rank, name),
  )

/** The columns of the desk's list, in the order of a reshaped row, each with its title. */
const shown: readonly (readonly [id: string, title: string])[] = (() => {
  const titles = new Map<string, string>(lists.families.fields.map(({ id, title }) => [id, title]))
  return [
    'childLastName',
    'childFirstName',
    'childBirthDay',
    'childSex',
    ...parentColumns(1),
    ...parentColumns(2),
    'addressLine1',
    'postcode',
    'town',
    'homePhone',
    'formerNumber',
  ].map((id) => [id, titles.get(id) ?? parentsLabel(homeFields.formerNumber)] as const)
})()

const parentCells = (one: Individual | undefined): string[] => [
  civilityOf(one?.of('civilite') ?? ''),
  one?.of('nom') ?? '',
  one?.of('prenom') ?? '',
  one?.of('telephone portable') ?? '',
  one?.of('telephone pro') ?? '',
  one?.of('email personnel') || (one?.of('email pro') ?? ''),
  one?.of('profession') ?? '',
  one?.of('employeur') ?? '',
]

/** Noethysweb accepts « Père » and « Homme » for « M. », « Mère » and « Femme » for « Mme ». */
const civilityOf = (text: string): string => {
  const word = folded(text)
  if (['pere', 'homme', 'h', 'monsieur', 'mr', 'm'].includes(word)) return 'M.'
  return ['mere', 'femme', 'melle', 'mlle', 'mademoiselle', 'madame', 'mme'].includes(word) ? 'Mme' : text
}

/** A younger adult beside another may be a grown child of the home. */
const adultForSure = 25

const isGrown = ({ of }: Individual, on: Day): boolean => {
  if (parents.has(folded(of('civilite')))) return true
  const birth = birthOf(of('date naiss'))
  return birth === null || ageOn(birth, on).years >= adultForSure
}

/** Whether one may live in the family of the other: of its name, at its address, or at an unknown one. */
const mayLiveTogether = (one: Individual, other: Individual): boolean =>
  [one, other].some(({ of }) => of('ville resid') === '') ||
  folded(one.of('nom')) === folded(other.of('nom')) ||
  livesWith(one, other)

const livesWith = (one: Individual, other: Individual): boolean =>
  (['rue resid', 'ville resid'] as const).every((column) => folded(one.of(column)) === folded(other.of(column)))

/**
 * The individuals of one number, apart where neither name nor address brings the ones to the others: they may be two
 * families, which staff are then asked. Adults without a child stay with the first.
 */
const asFamilies = (home: ListedHome, on: Day): ListedHome[] => {
  const groups = home.individuals.reduce<Individual[][]>((found, one) => {
    const near = found.filter((group) => group.some((other) => mayLiveTogether(one, other)))
    return [...found.filter((group) => !near.includes(group)), [...near.flat(), one]]
  }, [])
  const families = groups.filter((group) => group.some((one) => isChild(one, on)))
  if (families.length < 2) return [home]
  const apart = families.slice(1)
  return [
    { ...home, individuals: home.individuals.filter((one) => !apart.some((group) => group.includes(one))) },
    ...apart.map((individuals) => ({ ...home, individuals })),
  ]
}

type Stated = Pick<Reshaped, 'rows'> & {
  /** Names of the adults for whom a line has no room. */
  readonly others: readonly string[]
  readonly young: readonly string[]
  /** Names of the guardians whose own address the lines do not keep. */
  readonly elsewhere: readonly string[]
}

const rowsOf = ({ number, individuals }: ListedHome, on: Day): Stated => {
  const children = individuals.filter((one) => isChild(one, on))
  const adults = individuals.filter((one) => !children.includes(one))
  const grown = adults.filter((one) => isGrown(one, on))
  const [first, second, ...others] = grown.length > 0 ? grown : adults.slice(0, 1)
  const young = adults.filter((one) => one !== first && !grown.includes(one))
  const home = [first, second, ...children].find((one) => one !== undefined && one.of('ville resid') !== '')
  const phone = individuals.map(({ of }) => of('telephone domicile')).find((one) => one !== '') ?? ''
  const row = (child: Individual | undefined): string[] => {
    const civility = folded(child?.of('civilite') ?? '')
    return [
      child?.of('nom') ?? '',
      child?.of('prenom') ?? '',
      child?.of('date naiss') ?? '',
      boys.has(civility) ? 'M' : girls.has(civility) ? 'F' : '',
      ...parentCells(first),
      ...parentCells(second),
      home?.of('rue resid') ?? '',
      home?.of('cp resid') ?? '',
      home?.of('ville resid') ?? '',
      phone,
      number,
    ]
  }
  return {
    rows: (children.length > 0 ? children : [undefined]).map((child) => ({
      from: child?.row ?? individuals[0]?.row ?? 0,
      row: row(child),
    })),
    others: others.map(nameOf),
    young: young.map(nameOf),
    elsewhere: [first, second].flatMap((one) => (one && home && !mayLiveTogether(one, home) ? nameOf(one) : [])),
  }
}

const nameOf = ({ of }: Individual): string => `${of('prenom')} ${of('nom')}`
