import { may, type Role } from '../access/roles.ts'
import type { Day } from '../calendar/day.ts'
import { formatNumber, spaces } from '../money/money.ts'
import { listed, longDate, typedDay } from '../text/french.ts'
import type { FieldKind, RecordField } from './fields.ts'
import { folded } from './names.ts'

/** The records to which a town adds fields. */
export const customSubjects = ['family', 'guardian', 'child', 'registration'] as const
export type CustomSubject = (typeof customSubjects)[number]

export const customSubjectNames: Readonly<Record<CustomSubject, string>> = {
  family: 'Famille',
  guardian: 'Responsable',
  child: 'Enfant',
  registration: 'Inscription',
}

export const customKinds = ['text', 'number', 'day', 'yesNo', 'choice'] as const satisfies readonly FieldKind[]
export type CustomKind = (typeof customKinds)[number]

export const customKindNames: Readonly<Record<CustomKind, string>> = {
  text: 'Texte',
  number: 'Nombre',
  day: 'Date',
  yesNo: 'Oui ou non',
  choice: 'Choix dans une liste',
}

/** A field that a town added: a declaration like those of `fields.ts`, with who sees it and who edits it. */
export type CustomField = RecordField & {
  readonly id: number
  readonly subject: CustomSubject
  readonly kind: CustomKind
  /** The words to choose from, for a choice; else empty. */
  readonly choices: readonly string[]
  readonly seenBy: readonly Role[]
  readonly editedBy: readonly Role[]
  /** The day from which no screen shows it. */
  readonly withdrawnFrom: Day | null
}

/** « custom12 »: the name of the field among those of built-in fields, in comparisons and lists. */
export const customName = ({ id }: Pick<CustomField, 'id'>): string => `custom${id}`

/** The id of a field in the name of a column, « custom12 » or « custom12 parent1 »; null for a built-in field. */
export const customIdNamed = (name: string): number | null => {
  const [, id] = /^custom(\d+)/.exec(name) ?? []
  return id === undefined ? null : Number(id)
}

/**
 * The roles that may see records of people, and those that may change them: custom fields follow the table of roles
 * too.
 */
export const customReaders = (['administrator', 'director', 'receptionist', 'cashier'] as const).filter((role) =>
  may([role], 'families.read'),
)
export const customEditors = customReaders.filter((role) => may([role], 'families.write'))

export const isWithdrawn = ({ withdrawnFrom }: Pick<CustomField, 'withdrawnFrom'>, today: Day): boolean =>
  withdrawnFrom !== null && withdrawnFrom <= today

export const seesField = (roles: readonly Role[], { seenBy }: Pick<CustomField, 'seenBy'>): boolean =>
  roles.some((role) => seenBy.includes(role))

export const editsField = (roles: readonly Role[], { editedBy }: Pick<CustomField, 'editedBy'>): boolean =>
  roles.some((role) => editedBy.includes(role))

/** « Champ « Casier » retiré le 3 mars 2027 : rien n’a été enregistré. » */
export const withdrawnText = (label: string, from: Day): string =>
  `Le champ «\u00a0${label}\u00a0» est retiré depuis le ${longDate(from)}\u00a0: rien n’a été enregistré.`

// ---- Values ----------------------------------------------------------------------------------------------------------

/** Longest text, in characters. */
const maxText = 200

type TypedValue = { readonly value: string } | { readonly sentence: string; readonly proposal: string | null }
const wrong = (sentence: string, proposal: string | null = null): TypedValue => ({ sentence, proposal })

/**
 * The stored form of a typed value: a day as `YYYY-MM-DD`, a number with a point, « oui » or « non », otherwise the
 * text; `''` clears the field. Values from forms, restored histories and imported lists are all converted here.
 */
export const customValue = ({ kind, choices }: Pick<CustomField, 'kind' | 'choices'>, typed: string): TypedValue => {
  const text = typed.trim()
  if (text === '') return { value: '' }
  switch (kind) {
    case 'text':
      return text.length <= maxText ? { value: text } : wrong(`Texte trop long\u00a0: ${maxText} caractères au plus.`)
    case 'number': {
      const digits = text.replace(spaces, '').replace('\u2212', '-').replace(',', '.')
      return /^-?\d{1,12}(\.\d{1,4})?$/.test(digits)
        ? { value: String(Number(digits)) }
        : wrong('Un nombre s’écrit par exemple 12 ou 12,5.')
    }
    case 'day': {
      const day = typedDay(text)
      return day === null ? wrong('Une date s’écrit JJ/MM/AAAA.') : { value: day }
    }
    case 'yesNo': {
      const word = folded(text)
      if (['oui', 'o', 'x', 'vrai', '1'].includes(word)) return { value: 'oui' }
      return ['non', 'n', 'faux', '0'].includes(word) ? { value: 'non' } : wrong('Écrivez oui ou non.')
    }
    case 'choice': {
      const found = choices.find((choice) => folded(choice) === folded(text))
      if (found !== undefined) return { value: found }
      const close = choices.find((choice) => folded(choice).startsWith(folded(text)))
      return wrong(`À choisir parmi\u00a0: ${listed(choices, 'ou')}.`, close ?? null)
    }
  }
}

/** A stored value for a form or a list, which `customValue` reads back. */
export const customCell = ({ kind }: Pick<CustomField, 'kind'>, value: string): string =>
  kind === 'number' && value !== '' ? formatNumber(Number(value)) : value

// ---- What a town may not ask in a custom field

export const sensitiveWarning =
  'Rien sur la santé, le handicap, la religion ou l’origine\u00a0: la loi l’interdit dans un champ libre, et la santé a sa fiche, qui est scellée.'

/** Beginnings of words, folded, by the sensitive subject that they belong to. */
const sensitiveWords: readonly (readonly [about: string, beginnings: readonly string[]])[] = [
  [
    'la santé, qui a sa fiche',
    [
      'sante',
      'maladie',
      'malade',
      'medic',
      'medecin',
      'allerg',
      'asthm',
      'diabet',
      'epilep',
      'vaccin',
      'traitement',
      'pathologi',
      'hopital',
      'hospitali',
      'psychiat',
      'psycholog',
      'orthophon',
      'grossesse',
      'enceinte',
      'groupe sanguin',
      'regime alimentaire',
      'regime sans',
      'sans porc',
      'sans viande',
      'intoleran',
    ],
  ],
  ['le handicap', ['handicap', 'mdph', 'aeeh', 'aesh', 'ulis', 'autis', 'tdah', 'trisom', 'dyslex', 'invalid']],
  [
    'la religion',
    [
      'religi',
      'confession',
      'cult',
      'musulm',
      'islam',
      'catholi',
      'chreti',
      'protestant',
      'juif',
      'juive',
      'bouddhis',
      'halal',
      'casher',
      'kasher',
      'ramadan',
      'baptem',
      'baptis',
    ],
  ],
  [
    'l’origine',
    ['origine', 'ethni', 'race', 'nationalit', 'pays de naissance', 'langue maternelle', 'couleur de peau', 'immigr'],
  ],
]

/** Words that only look like one of the above. */
const harmless = ['culture', 'culturel', 'culturelle', 'cultive', 'racine']

/** Short words about health that must match as whole words, because many words begin like them. */
const sensitiveInitials = ['pai', 'pps']

/** Why a field name or a choice is refused because of obviously sensitive words; null when it has none. */
export const whySensitive = (text: string): string | null => {
  const words = folded(text).split(' ')
  const line = ` ${words.filter((word) => !harmless.includes(word.replace(/s$/, ''))).join(' ')}`
  const found = sensitiveWords.find(([, beginnings]) => beginnings.some((beginning) => line.includes(` ${beginning}`)))
  const about =
    found?.[0] ?? (words.some((word) => sensitiveInitials.includes(word)) ? sensitiveWords[0]?.[0] : undefined)
  return about === undefined
    ? null
    : `«\u00a0${text.trim()}\u00a0» concerne ${about}\u00a0: la loi ne permet pas de le noter dans un champ de la commune.`
}
