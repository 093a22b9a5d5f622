import { addDays, addMonths, type Day, dayOf, monthOf, yearOf } from '../calendar/day.ts'
import { schoolYearStart } from '../people/schooling.ts'
import { fileKinds, type PaperKind, paperKindRules } from '../requests/paper.ts'
import { shortDay } from '../text/french.ts'

/** What a period does about an incomplete dossier: nothing, a warning to parents, or no booking by parents. */
export const dossierDemands = ['none', 'warn', 'required'] as const
export type DossierDemand = (typeof dossierDemands)[number]

/** Whose paper it is: one for each child, or one for the home. */
export const dossierScopes = ['child', 'home'] as const
export type DossierScope = (typeof dossierScopes)[number]

/** `date`: until the end date on the paper. `months`: for this many months from the day it was seen. */
export const paperValidities = ['date', 'months', 'schoolYear'] as const
export type PaperValidity = (typeof paperValidities)[number]

/**
 * What a town may ask for in a dossier: papers that are sent, what a home confirms once a year, answers to consents,
 * and the « dérogation » of a child who goes to another school than that of its streets.
 */
export const requiredKinds = [...fileKinds, 'health', 'contact', 'rules', 'pickups', 'consents', 'exemption'] as const
export type RequiredKind = (typeof requiredKinds)[number]

const withoutPaper = {
  contact: { title: 'Coordonnées du foyer confirmées', of: 'family' },
  rules: { title: 'Règlement intérieur accepté', of: 'family' },
  pickups: { title: 'Personnes autorisées confirmées', of: 'child' },
  consents: { title: 'Réponses aux autorisations', of: 'child' },
} as const

const isWithoutPaper = (kind: RequiredKind): kind is keyof typeof withoutPaper => kind in withoutPaper

/** What a family reads again and confirms, at the counter or on the portal. */
export const confirmableKinds = ['contact', 'rules', 'pickups'] as const
export type ConfirmableKind = (typeof confirmableKinds)[number]
export const isConfirmable = (kind: string): kind is ConfirmableKind => confirmableKinds.some((one) => one === kind)

/** Kinds that nobody marks as seen: what the file knows about the quotient, the consents and the school decides. */
const ownRules: ReadonlySet<RequiredKind> = new Set<RequiredKind>(['benefits', 'consents', 'exemption'])
export const hasOwnRule = (kind: RequiredKind): boolean => ownRules.has(kind)

/** The kind of paper that a parent sends for it; null when no paper can prove it. */
export const sentKind = (kind: RequiredKind): PaperKind | null => {
  if (isWithoutPaper(kind)) return null
  return kind === 'exemption' ? 'other' : kind
}

/** Whether a photo of a paper gives it: a health record is answered, not photographed. */
export const isSentAsPhoto = (kind: RequiredKind): boolean => sentKind(kind) !== null && kind !== 'health'

/**
 * A paper sent by a parent and not answered yet. `requiredId`: the required paper that it answers; null when the parent
 * did not say.
 */
type OnItsWay = { readonly kind: string | null; readonly childId: number | null; readonly requiredId: number | null }

/**
 * Whether a sent paper answers this required one. « Autre pièce » may be required twice: a sent one says which of them
 * it answers.
 */
export const isAnsweredBy = (
  asked: { readonly requiredId: number; readonly kind: RequiredKind; readonly childId: number | null },
  sent: OnItsWay,
): boolean =>
  sent.childId === asked.childId &&
  sent.kind !== null &&
  sent.kind === sentKind(asked.kind) &&
  (sent.requiredId === null ? sent.kind !== 'other' : sent.requiredId === asked.requiredId)

export const requiredKindTitle = (kind: RequiredKind): string => {
  if (isWithoutPaper(kind)) return withoutPaper[kind].title
  if (kind === 'benefits') return 'Quotient familial'
  if (kind === 'exemption') return 'Dérogation scolaire'
  return kind === 'health' ? 'Fiche sanitaire' : paperKindRules[kind].title
}

/** The scopes that a kind may have, the default one first. */
export const scopesOfKind = (kind: RequiredKind): readonly [DossierScope, ...DossierScope[]] => {
  if (kind === 'exemption') return ['child']
  const { of } = isWithoutPaper(kind) ? withoutPaper[kind] : paperKindRules[kind]
  if (of === 'either') return ['child', 'home']
  return of === 'child' ? ['child'] : ['home']
}

/**
 * Papers that only some children have. They are asked for again, before they end, only from a family that gave one.
 * That such a paper exists reveals something about the child's health or family, so people who may not read health are
 * not told its name.
 */
const ofSomeOnly: ReadonlySet<RequiredKind> = new Set<RequiredKind>(['carePlan', 'prescription', 'courtDecision'])
export const isOfSomeOnly = (kind: RequiredKind): boolean => ofSomeOnly.has(kind)

/** The name shown instead, on the portal, and at the desk to people who may not read health. */
export const unnamedPaper = 'Un document du dossier'

/** The kind and name that replace those of such a paper on the portal, whose documents are not encrypted. */
export const unnamedOnPortal = { kind: 'other', name: unnamedPaper } as const

/**
 * Whether the kind and the file's name of a paper that a parent sends are sealed for the desk with its bytes, and the
 * portal notes « other » and a plain name: a paper that only some children have, or one that may be such a paper.
 */
export const isSentUnnamed = ({ kind, child }: { readonly kind: PaperKind; readonly child: number | null }): boolean =>
  isOfSomeOnly(kind) || (kind === 'other' && child !== null)

/**
 * Whether the encrypted file of an accepted paper is kept until the paper ends, however soon retention erases other
 * papers.
 */
export const isKeptToItsEnd = (kind: PaperKind): boolean => kindsKeptToTheirEnd.some((one) => one === kind)

/** The kinds for which `isKeptToItsEnd` is true, for a query. */
export const kindsKeptToTheirEnd: readonly RequiredKind[] = [...ofSomeOnly]

/** What is asked of staff who accept such a paper. */
export const keptToItsEndText =
  'Indiquez jusqu’à quand elle est valable\u00a0: le fichier est gardé jusque-là. Sans fin, jusqu’aux 18\u00a0ans.'

export type RequiredPaper = {
  readonly id: number
  readonly kind: RequiredKind
  /** The name that the town gives it. */
  readonly name: string
  readonly scope: DossierScope
  /** Null when it is asked for every activity. */
  readonly activityId: number | null
  /** Null for the quotient, the consents and the dérogation, whose own rules say how long they count. */
  readonly validity: PaperValidity | null
  readonly months: number | null
  readonly withdrawnOn: Day | null
}

export const maxPaperMonths = 120

/** Why the town cannot require such a paper; null when it can. */
export const whyNotRequired = ({
  kind,
  name,
  scope,
  validity,
  months,
}: Omit<RequiredPaper, 'id' | 'activityId' | 'withdrawnOn'>): {
  readonly field: string
  readonly why: string
} | null => {
  if (name === '') return { field: 'name', why: 'Donnez un nom à cette pièce\u00a0: les familles le liront.' }
  if (!scopesOfKind(kind).includes(scope)) {
    const whose = scope === 'home' ? 'celle d’un enfant, pas du foyer' : 'celle du foyer, pas d’un enfant'
    return { field: 'scope', why: `${requiredKindTitle(kind)}\u00a0: cette pièce est ${whose}.` }
  }
  if (hasOwnRule(kind) !== (validity === null)) {
    return { field: 'validity', why: ownValidityText(kind) ?? 'Choisissez combien de temps la pièce est valable.' }
  }
  if (isConfirmable(kind) && validity === 'date') {
    return {
      field: 'validity',
      why: 'Ce qu’une famille confirme ne porte pas de date\u00a0: choisissez l’année scolaire, ou des mois.',
    }
  }
  if ((validity === 'months') !== (months !== null) || (months !== null && (months < 1 || months > maxPaperMonths))) {
    return { field: 'months', why: `Indiquez un nombre de mois, de 1 à ${maxPaperMonths}.` }
  }
  return null
}

/** Where the validity is set for kinds with a rule of their own; null when the town sets it. */
export const ownValidityText = (kind: RequiredKind): string | null => {
  if (kind === 'benefits') return 'La validité d’un quotient est celle des réglages de prix.'
  if (kind === 'exemption')
    return 'Demandée pour un enfant qui va à une autre école que celle de son adresse. Elle vaut tant qu’il y va.'
  return kind === 'consents' ? 'Une réponse vaut tant que le texte de l’autorisation ne change pas.' : null
}

/** « jusqu’à la date écrite sur la pièce », « 12 mois », « l’année scolaire » */
export const validityText = ({
  kind,
  validity,
  months,
}: Pick<RequiredPaper, 'kind' | 'validity' | 'months'>): string => {
  switch (validity) {
    case null:
      if (kind === 'benefits') return 'selon la règle du quotient'
      return kind === 'exemption' ? 'tant que l’enfant va à cette école' : 'tant que le texte ne change pas'
    case 'date':
      return 'jusqu’à la date de la pièce'
    case 'months':
      return `${months} mois`
    case 'schoolYear':
      return 'l’année scolaire'
  }
}

/**
 * From May on, families prepare the next school year: a paper seen from then on is valid until the end of that year.
 */
const firstMonthOfNextYear = 5

/**
 * The last day on which a paper seen on that day is valid; null when the end date on the paper decides.
 * @param prepared the first calendar year of the school year that the running campaign prepares: papers for it are
 * valid until its end
 */
export const usualEnd = (
  { validity, months }: Pick<RequiredPaper, 'validity' | 'months'>,
  seenOn: Day,
  prepared: number | null = null,
): Day | null => {
  if (validity === 'months') return addDays(addMonths(seenOn, months ?? 0), -1)
  if (validity !== 'schoolYear') return null
  const month = monthOf(seenOn)
  const usual = yearOf(schoolYearStart(seenOn)) + (month >= firstMonthOfNextYear && month < 9 ? 1 : 0)
  return dayOf(Math.max(usual, prepared ?? usual) + 1, 8, 31)
}

export const isWithdrawn = ({ withdrawnOn }: Pick<RequiredPaper, 'withdrawnOn'>, on: Day): boolean =>
  withdrawnOn !== null && withdrawnOn <= on

export const withdrawnText = ({ name }: Pick<RequiredPaper, 'name'>): string =>
  `«\u00a0${name}\u00a0» n’est plus demandé\u00a0: rien n’a été noté.`

/** No paper is valid for longer than a child takes to turn 18. */
const maxPaperMonthsAhead = 18 * 12
export const tooLateEndText = 'Cette pièce finirait dans plus de 18\u00a0ans\u00a0: vérifiez l’année.'
export const endsTooLate = (end: Day, today: Day): boolean => end > addMonths(today, maxPaperMonthsAhead)

/** What staff recorded about a paper that they saw. */
export type SeenPaper = { readonly seenOn: Day; readonly validUntil: Day | null }

/** The last day on which the paper is valid, or why it cannot be marked as seen. */
export const judgeSeen = (
  required: RequiredPaper,
  { seenOn, validUntil }: SeenPaper,
  today: Day,
  prepared: number | null = null,
): { readonly validUntil: Day } | { readonly field: string; readonly why: string } => {
  if (isWithdrawn(required, today)) return { field: '', why: withdrawnText(required) }
  if (required.kind === 'benefits') {
    return { field: '', why: 'Un quotient se note sur la fiche de la famille, avec sa valeur.' }
  }
  if (required.kind === 'consents') {
    return { field: '', why: 'Une autorisation se note sur la fiche de l’enfant, avec sa réponse.' }
  }
  if (required.kind === 'exemption') {
    return { field: '', why: 'Une dérogation se note sur la fiche de l’enfant, avec son école et la raison.' }
  }
  if (seenOn > today) {
    return { field: 'seenOn', why: 'Cette date n’est pas encore venue\u00a0: indiquez le jour où la pièce a été vue.' }
  }
  const end = validUntil ?? usualEnd(required, seenOn, prepared)
  if (end === null) return { field: 'validUntil', why: 'Indiquez jusqu’à quand la pièce est valable.' }
  if (endsTooLate(end, today)) return { field: 'validUntil', why: tooLateEndText }
  if (end < seenOn) {
    return { field: 'validUntil', why: 'La pièce finirait avant le jour où elle a été vue\u00a0: vérifiez les dates.' }
  }
  if (end < today) {
    return {
      field: 'validUntil',
      why: `Cette pièce n’est plus valable depuis le ${shortDay(end)}\u00a0: demandez-en une autre.`,
    }
  }
  return { validUntil: end }
}
