import { type Day, daysFrom } from '../calendar/day.ts'
import { counted, shortDay } from '../text/french.ts'

/** Kinds of papers that are sent as files; an accepted file has one of `fileTypes`. */
export const fileKinds = [
  'benefits',
  'insurance',
  'vaccination',
  'residence',
  'carePlan',
  'prescription',
  'courtDecision',
  'other',
] as const
export type FileKind = (typeof fileKinds)[number]
export const fileTypes = ['application/pdf', 'image/jpeg'] as const
export type FileType = (typeof fileTypes)[number]

/**
 * All kinds of papers that the desk asks families for. Health information is typed on the portal instead of sent as a
 * file.
 */
export const paperKinds = [...fileKinds, 'health'] as const
export const healthAnswersType = 'application/json'
export const paperTypes = [...fileTypes, healthAnswersType] as const
export type PaperKind = (typeof paperKinds)[number]

type PaperKindRule = {
  readonly title: string
  /** Whose paper it is: a child's, the home's, or either. */
  readonly of: 'child' | 'family' | 'either'
  /** Whether only staff with the right to read health records may read the paper. */
  readonly isHealth: boolean
}

export const paperKindRules: Readonly<Record<PaperKind, PaperKindRule>> = {
  benefits: { title: 'Attestation CAF ou MSA', of: 'family', isHealth: false },
  insurance: { title: 'Attestation d’assurance', of: 'child', isHealth: false },
  vaccination: { title: 'Certificat de vaccination', of: 'child', isHealth: true },
  residence: { title: 'Justificatif de domicile', of: 'family', isHealth: false },
  carePlan: { title: 'Projet d’accueil individualisé (PAI)', of: 'child', isHealth: true },
  prescription: { title: 'Ordonnance d’un traitement', of: 'child', isHealth: true },
  courtDecision: { title: 'Décision de justice', of: 'child', isHealth: false },
  other: { title: 'Autre pièce', of: 'either', isHealth: false },
  health: { title: 'Fiche sanitaire', of: 'child', isHealth: true },
}

export const isFileKind = (kind: PaperKind): kind is FileKind => kind !== 'health'

/** The size of one file: a page photographed by a phone has 3 to 8 megabytes. */
export const maxPaperBytes = 10 * 1024 * 1024
/**
 * The maxima accepted from a CAF or MSA paper: quotient in points, income in euros a year. A larger number is mistyped.
 */
export const maxPaperQuotient = 99_999
export const maxPaperIncome = 10_000_000
export const maxPaperPages = 20
/** Larger pictures do not show a paper, or would exhaust the memory that re-encodes them. */
export const maxPaperMegapixels = 40
/** Papers of one home that wait for an answer. */
export const maxPapersWaiting = 20
/** Papers sent by one home in a day, answered or not. */
export const maxPapersPerDay = 30

/** Why a paper of this kind cannot belong to a child, or to the home; null when it can. */
export const whyNotPaperOf = (kind: PaperKind, hasChild: boolean): string | null => {
  const { of, title } = paperKindRules[kind]
  if (of === 'child' && !hasChild) return `${title}\u00a0: choisissez l’enfant.`
  return of === 'family' && hasChild ? `${title}\u00a0: cette pièce est celle du foyer, pas d’un enfant.` : null
}

/** « à envoyer avant le 4 décembre », « en retard de 3 jours » */
export const paperDueText = (dueOn: Day, today: Day): string => {
  const late = daysFrom(dueOn, today)
  if (late > 0) return `en retard de ${counted(late, 'jour')}`
  return late === 0 ? 'à envoyer aujourd’hui' : `à envoyer avant le ${shortDay(dueOn)}`
}

/**
 * The name of a file on screen: the last part of the path that the browser gave, without unsafe characters and
 * extension.
 */
export const paperFileName = (given: string, type: FileType): string => {
  const last = given.normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const plain = last
    // Control and invisible characters, bidirectional controls, and characters that file systems forbid.
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}<>:"|?*]/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/\.[a-z0-9]{1,5}$/i, '')
    .replace(/^[\s.]+|[\s.]+$/g, '')
    .slice(0, 80)
    .trim()
  return `${plain === '' ? 'piece' : plain}.${type === 'application/pdf' ? 'pdf' : 'jpg'}`
}
