import { addMonths, type Day } from '../calendar/day.ts'
import { folded } from './names.ts'

/** Kinds of data that the desk erases at the end of their retention period. */
export const retentionKinds = [
  'family',
  'child',
  'health',
  'photo',
  'request',
  'message',
  'mail',
  'paper',
  'account',
  'staff',
  'trail',
] as const
export type RetentionKind = (typeof retentionKinds)[number]

/** The subject of one erasure: a family, a child, or all due data of another kind. */
export type ErasedSubject = RetentionKind

type RetentionRule = {
  readonly title: string
  /** The event from which the months are counted. */
  readonly since: string
  /** The retention period in months if the town chose none. */
  readonly defaultMonths: number
  /** The bounds between which the administrator may choose. */
  readonly minMonths: number
  readonly maxMonths: number
  /** The legal source of the period, shown to staff. */
  readonly source: string
}

const monthsPerYear = 12

export const retentionRules: Readonly<Record<RetentionKind, RetentionRule>> = {
  family: {
    title: 'Familles parties',
    since: 'depuis le départ, ou la dernière inscription',
    defaultMonths: 3 * monthsPerYear,
    minMonths: monthsPerYear,
    maxMonths: 3 * monthsPerYear,
    source: 'Référentiel CNIL de l’enfance (NS-058)\u00a0: trois ans au plus après le départ.',
  },
  child: {
    title: 'Enfants qui ne viennent plus',
    since: 'depuis la fin de la dernière inscription',
    defaultMonths: 3 * monthsPerYear,
    minMonths: monthsPerYear,
    maxMonths: 3 * monthsPerYear,
    source: 'Référentiel CNIL de l’enfance (NS-058)\u00a0: trois ans au plus après le départ.',
  },
  health: {
    title: 'Fiches sanitaires',
    since: 'depuis la fin de la dernière inscription de l’enfant',
    defaultMonths: 2,
    minMonths: 0,
    maxMonths: monthsPerYear,
    source:
      'Arrêté du 20 février 2003 et article R227-7 du code de l’action sociale\u00a0: le temps de l’accueil, un an au plus.',
  },
  photo: {
    title: 'Photos',
    since: 'depuis la fin de la dernière inscription\u00a0; aussitôt sans accord, ou une fois la famille partie',
    defaultMonths: 2,
    minMonths: 0,
    maxMonths: monthsPerYear,
    source: 'RGPD, article 5\u00a0: une photo sert à reconnaître un enfant accueilli, et qui vient le chercher.',
  },
  request: {
    title: 'Demandes et changements proposés par les parents',
    since: 'depuis leur enregistrement, une fois répondues',
    defaultMonths: monthsPerYear,
    // The exchange must be able to repeat all entries of the last 60 days.
    minMonths: 3,
    maxMonths: 3 * monthsPerYear,
    source: 'Règle de la structure\u00a0: le temps d’une contestation. L’échange garde 60 jours de ce qui est dit.',
  },
  message: {
    title: 'Messages échangés avec les familles',
    since: 'depuis le dernier message de la conversation, une fois lue',
    defaultMonths: monthsPerYear,
    // The exchange must be able to repeat all entries of the last 60 days, as for requests.
    minMonths: 3,
    maxMonths: 3 * monthsPerYear,
    source: 'Règle de la structure\u00a0: le temps d’une année scolaire. Le portail montre un an de conversations.',
  },
  mail: {
    title: 'Courriels et courriers envoyés aux familles',
    since: 'depuis leur demande d’envoi',
    defaultMonths: monthsPerYear,
    minMonths: 3,
    maxMonths: 3 * monthsPerYear,
    source: 'Règle de la structure\u00a0: le temps d’une contestation. Ce qu’un courriel annonce reste au dossier.',
  },
  paper: {
    title: 'Pièces envoyées par les parents',
    since: 'depuis leur acceptation ou leur refus, sinon leur envoi',
    defaultMonths: 3,
    minMonths: 1,
    maxMonths: monthsPerYear,
    source:
      'RGPD, article 5\u00a0: un justificatif n’est gardé que le temps de le vérifier. Ce qu’il prouve est écrit au dossier.',
  },
  account: {
    title: 'Comptes du portail des familles parties',
    since: 'depuis le départ de toutes les familles de la personne',
    defaultMonths: 1,
    minMonths: 0,
    maxMonths: monthsPerYear,
    source: 'RGPD, article 5\u00a0: un accès qui ne sert plus n’est pas gardé.',
  },
  staff: {
    title: 'Agents partis',
    since: 'depuis leur départ',
    defaultMonths: 3 * monthsPerYear,
    minMonths: monthsPerYear,
    maxMonths: 6 * monthsPerYear,
    source:
      'RGPD, article 5\u00a0: le nom ne sert plus une fois passé le temps d’une contestation. «\u00a0Agent parti\u00a0» prend sa place dans le journal\u00a0; le nom de qui a encaissé reste avec les papiers de la régie.',
  },
  trail: {
    title: 'Anciennes valeurs du journal',
    since: 'depuis le changement',
    defaultMonths: 3 * monthsPerYear,
    minMonths: 6,
    maxMonths: 6 * monthsPerYear,
    source: 'Recommandation CNIL 2021-122 sur la journalisation\u00a0: six mois au moins. Qui et quand restent.',
  },
}

/** CNIL recommendation 2021-122: keep logs of logins six months to a year. Older lines are removed automatically. */
export const loginRetentionMonths = 12

/** Data that the desk never erases, with the legal reason. */
export const neverErased: readonly { readonly title: string; readonly why: string }[] = [
  {
    title: 'Factures, avoirs, quittances et règlements',
    why: 'Dix ans (instructions DAF/DPACI/RES/2008/008 et DGP/SIAF/2014/006), puis destruction avec le visa des Archives départementales (article L212-2 du code du patrimoine). Le nom et l’adresse imprimés sur ces papiers y restent\u00a0; leurs numéros se suivent sans trou.',
  },
  {
    title: 'Réservations facturées',
    why: 'Elles justifient une ligne de facture\u00a0: il en reste l’activité, le jour et le pointage, sans motif.',
  },
  {
    title: 'Journal\u00a0: qui a fait quoi, quand',
    why: 'Jamais effacé. Les noms et les valeurs effacés n’y sont plus.',
  },
  {
    title: 'Ce qu’échangent le bureau et le portail',
    why: 'Gardé 60 jours des deux côtés pour réparer une coupure, puis oublié de lui-même.',
  },
]

/** The last day whose data is due for erasure. */
export const lastDueDay = (today: Day, months: number): Day => addMonths(today, -months)

/** Why this retention period is refused, as a sentence; null when it is allowed. */
export const retentionRefusal = (kind: RetentionKind, months: number): string | null => {
  const { minMonths: least, maxMonths: most } = retentionRules[kind]
  if (months < least) return `${monthsText(least)} au moins.`
  return months > most ? `${monthsText(most)} au plus.` : null
}

/** « 3 ans », « 18 mois », « dès ce jour » */
export const monthsText = (months: number): string => {
  if (months === 0) return 'Dès ce jour'
  const years = months / 12
  if (!Number.isInteger(years)) return `${months}\u00a0mois`
  return `${years}\u00a0${years > 1 ? 'ans' : 'an'}`
}

/** The word to type to confirm the erasure of everything due. */
export const eraseWord = 'EFFACER'

/**
 * Whether the confirmation of an irreversible erasure is right: the name of the family or the child, or the word, typed
 * again.
 */
export const isConfirmed = (typed: string, expected: string): boolean =>
  folded(expected) !== '' && folded(typed) === folded(expected)

/** Replacements for the erased names in data that stays. */
export const departedAgentName = 'Agent parti'
export const erasedFamily = 'Famille effacée'
export const erasedChild = { lastName: 'effacé', firstName: 'Enfant' } as const

/**
 * Removes names from an act's label: « Foyer modifié : Marchand » becomes « Foyer modifié : données effacées ». A label
 * without any of the names stays.
 */
export const withoutNames = (label: string, names: readonly string[]): string => {
  const mentions = (text: string) => {
    const words = ` ${folded(text)} `
    return names.some((name) => folded(name) !== '' && words.includes(` ${folded(name)} `))
  }
  if (!mentions(label)) return label
  const [head = ''] = label.split(/\s*:\s/)
  return mentions(head) || head === label ? 'Données effacées' : `${head}\u00a0: données effacées`
}
