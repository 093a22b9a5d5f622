import { type Day, daysFrom } from '../calendar/day.ts'
import { counted, shortDay } from '../text/french.ts'

/** Sent as a file, of one of these types once it was judged. */
export const fileKinds = ['benefits', 'insurance', 'vaccination', 'residence', 'carePlan', 'other'] as const
export type FileKind = (typeof fileKinds)[number]
export const fileTypes = ['application/pdf', 'image/jpeg'] as const
export type FileType = (typeof fileTypes)[number]

/** What families hand in, and the desk asks for; what they tell of health is typed on the portal, and is no file. */
export const paperKinds = [...fileKinds, 'health'] as const
export const toldType = 'application/json'
export const paperTypes = [...fileTypes, toldType] as const
export type PaperKind = (typeof paperKinds)[number]

type PaperKindRule = {
  readonly title: string
  /** Of one child, of the home, or of either. */
  readonly of: 'child' | 'family' | 'either'
  /** Read by whoever may read health records, and by nobody else. */
  readonly isHealth: boolean
}

export const paperKindRules: Readonly<Record<PaperKind, PaperKindRule>> = {
  benefits: { title: 'Attestation CAF ou MSA', of: 'family', isHealth: false },
  insurance: { title: 'Attestation d’assurance', of: 'child', isHealth: false },
  vaccination: { title: 'Certificat de vaccination', of: 'child', isHealth: true },
  residence: { title: 'Justificatif de domicile', of: 'family', isHealth: false },
  carePlan: { title: 'Projet d’accueil individualisé (PAI)', of: 'child', isHealth: true },
  other: { title: 'Autre pièce', of: 'either', isHealth: false },
  health: { title: 'Informations de santé', of: 'child', isHealth: true },
}

export const isFileKind = (kind: PaperKind): kind is FileKind => kind !== 'health'

/** Of one file: a page photographed by a telephone is 3 to 8 megabytes. */
export const mostPaperBytes = 10 * 1024 * 1024
/** What is read on a CAF or MSA paper, points and euros in a year: more was mistyped. */
export const mostQuotient = 99_999
export const mostIncome = 10_000_000
export const mostPaperPages = 20
/** Larger pictures are not of a paper, or would fill the memory that draws them anew. */
export const mostPaperMegapixels = 40
/** Of one home, without an answer yet. */
export const mostPapersWaiting = 20
/** Of one home in a day, whatever became of them. */
export const mostPapersADay = 30

/** Why such a paper cannot be about this child, or about none; null when it can. */
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

/** What a file is called on screen: the last part of what the browser said, without what no name needs. */
export const paperName = (given: string, type: FileType): string => {
  const last = given.normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const plain = last
    // Control and invisible signs, those that turn the direction of writing, and those that systems forbid.
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}<>:"|?*]/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/\.[a-z0-9]{1,5}$/i, '')
    .replace(/^[\s.]+|[\s.]+$/g, '')
    .slice(0, 80)
    .trim()
  return `${plain === '' ? 'piece' : plain}.${type === 'application/pdf' ? 'pdf' : 'jpg'}`
}
