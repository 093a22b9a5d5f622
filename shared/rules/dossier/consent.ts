import { addDays, addMonths, ageOn, type Day } from '../calendar/day.ts'
import { longDate } from '../text/french.ts'

/*
 * What the service asks those who hold authority for a child (« autorisations »). A question has dated texts: a new
 * text asks again, and answers to the former one may hold until a day. Answers are facts and never change; what they
 * amount to for a child on a day is derived here, for desk and portal alike.
 */

export const consentKinds = [
  'emergencyCare',
  'image',
  'teamPhoto',
  'transport',
  'swimming',
  'leavesAlone',
  'other',
] as const
export type ConsentKind = (typeof consentKinds)[number]

/** The kinds of which every town has one question at most, so that its answers have a name of their own. */
export const askedKinds = consentKinds.filter((kind) => kind !== 'other')

export const consentAnswers = ['yes', 'no', 'withdrawn'] as const
export type ConsentAnswer = (typeof consentAnswers)[number]

export const consentAnswerNames: Readonly<Record<ConsentAnswer, string>> = {
  yes: 'oui',
  no: 'non',
  withdrawn: 'retiré',
}

/** An answer as it is shown: what is only read, such as emergency care, is « lu ». */
export const consentAnswerText = (kind: ConsentKind, answer: ConsentAnswer): string =>
  kind === 'emergencyCare' && answer === 'yes' ? 'lu' : consentAnswerNames[answer]

type ConsentKindRule = {
  readonly title: string
  /** Whether every holder of authority must answer, unless the town decides otherwise; else one is enough. */
  readonly asksAll: boolean
  /** What the team may do with a « oui », and what it does otherwise. */
  readonly allowed: string
  readonly otherwise: string
}

export const consentKindRules: Readonly<Record<ConsentKind, ConsentKindRule>> = {
  emergencyCare: {
    title: 'Soins d’urgence et hospitalisation',
    asksAll: true,
    allowed: 'lu par les responsables',
    otherwise: 'à faire lire',
  },
  // A picture of a child is not a usual act: both parents decide (Code civil, articles 9 and 372-1).
  image: { title: 'Photos', asksAll: true, allowed: 'photos permises', otherwise: 'pas de photo' },
  teamPhoto: {
    title: 'Photo pour l’équipe',
    asksAll: true,
    allowed: 'photo permise',
    otherwise: 'pas de photo gardée',
  },
  transport: {
    title: 'Transport en car et minibus',
    asksAll: false,
    allowed: 'monte dans le car',
    otherwise: 'ne monte pas dans le car',
  },
  swimming: { title: 'Baignade', asksAll: false, allowed: 'peut se baigner', otherwise: 'ne se baigne pas' },
  leavesAlone: {
    title: 'Rentrer sans adulte',
    asksAll: false,
    allowed: 'peut rentrer sans adulte',
    otherwise: 'repart avec un adulte connu',
  },
  other: { title: '', asksAll: false, allowed: '', otherwise: '' },
}

export const leastAgeToLeaveAlone = 8

/** A text of a question, in force from a day until the next one is. */
export type ConsentText = {
  readonly id: number
  readonly version: number
  readonly text: string
  readonly fromDay: Day
  /** The last day on which answers to the former text still hold; null when they no longer do. */
  readonly formerUntil: Day | null
}

export type ConsentQuestion = {
  readonly kind: ConsentKind
  readonly asksAll: boolean
  /** The age from which children are asked about; null for every age. */
  readonly leastAge: number | null
  /** Oldest first: each begins later than the one before it. */
  readonly texts: readonly ConsentText[]
}

/** Somebody who holds authority for the child, with all that they answered, oldest first. */
export type ConsentHolder = {
  readonly answers: readonly { readonly textId: number; readonly answer: ConsentAnswer; readonly on: Day }[]
}

/** What the answers of a holder amount to on a day. */
export type HeldAnswer = {
  /** Null while they have not answered. */
  readonly answer: ConsentAnswer | null
  readonly on: Day | null
  /** The text that they answered to. */
  readonly textId: number | null
  /** Whether the answer is to a former text and holds only for a while: the current text still needs an answer. */
  readonly isFormer: boolean
}

export type ConsentState = 'waiting' | ConsentAnswer

/** « attendu » means that nobody, or not everybody who must, has answered. */
export const consentStateNames: Readonly<Record<ConsentState, string>> = { waiting: 'attendu', ...consentAnswerNames }

/** The text in force on a day; undefined before the first. */
export const textOn = ({ texts }: Pick<ConsentQuestion, 'texts'>, on: Day): ConsentText | undefined =>
  texts.findLast(({ fromDay }) => fromDay <= on)

export const answerOn = (
  { texts }: Pick<ConsentQuestion, 'texts'>,
  { answers }: ConsentHolder,
  on: Day,
): HeldAnswer => {
  let isFormer = false
  for (let position = texts.length - 1; position >= 0; position -= 1) {
    const text = texts[position]
    if (!text || text.fromDay > on) continue
    const given = answers.findLast((one) => one.textId === text.id && one.on <= on)
    if (given) return { answer: given.answer, on: given.on, textId: text.id, isFormer }
    if (text.formerUntil === null || text.formerUntil < on) break
    isFormer = true
  }
  return { answer: null, on: null, textId: null, isFormer: false }
}

/**
 * What the consent is for a child on a day; null when the question is not asked about a child of this age, or has no
 * text yet. A « non » prevails over a « oui » even where one answer is enough: each parent is presumed to agree with
 * the other only until one of them objects (Code civil, article 372-2).
 * @param holders everybody who may hold authority for the child
 */
export const consentOn = (
  question: ConsentQuestion,
  holders: readonly ConsentHolder[],
  birth: Day,
  on: Day,
): ConsentState | null => {
  if (!isAsked(question, birth, on)) return null
  const held = holders.map((holder) => answerOn(question, holder, on).answer)
  if (held.includes('no')) return 'no'
  if (held.includes('withdrawn')) return 'withdrawn'
  const isEnough = question.asksAll ? held.length > 0 && !held.includes(null) : held.includes('yes')
  return isEnough ? 'yes' : 'waiting'
}

/**
 * Until when every question asked about a child is answered, by `consentOn`. Null while an answer is missing, undefined
 * when nothing is asked. `until` is the day before the next one on which an answer would be missing: a new text begins,
 * a former answer ends, or the child reaches the age of a question.
 */
export const answeredUntil = (
  questions: readonly ConsentQuestion[],
  holders: readonly ConsentHolder[],
  birth: Day,
  on: Day,
): { readonly until: Day | null } | null | undefined => {
  const statesOn = (day: Day) => questions.map((question) => consentOn(question, holders, birth, day))
  const now = statesOn(on)
  if (now.every((state) => state === null)) return undefined
  if (now.includes('waiting')) return null
  const first = changesAfter(questions, birth, on).find((day) => statesOn(day).includes('waiting'))
  return { until: first === undefined ? null : addDays(first, -1) }
}

/** The days after `on` on which the questions asked may change, soonest first. */
const changesAfter = (questions: readonly ConsentQuestion[], birth: Day, on: Day): Day[] =>
  questions
    .flatMap(({ leastAge, texts }) => [
      ...(leastAge === null ? [] : [reachesAge(birth, leastAge)]),
      ...texts.flatMap(({ fromDay, formerUntil }) => [fromDay, ...(formerUntil ? [addDays(formerUntil, 1)] : [])]),
    ])
    .filter((day) => day > on)
    .toSorted()

/** A child born on 29 February turns a year older on 1 March in other years. */
const reachesAge = (birth: Day, years: number): Day => {
  const birthday = addMonths(birth, 12 * years)
  return ageOn(birth, birthday).years < years ? addDays(birthday, 1) : birthday
}

const lacks = ({ answer, isFormer }: HeldAnswer): boolean => answer === null || isFormer

/** Whether the question is asked about a child of this age. */
export const isAsked = (question: ConsentQuestion, birth: Day, on: Day): boolean =>
  textOn(question, on) !== undefined && (question.leastAge === null || ageOn(birth, on).years >= question.leastAge)

/**
 * Whether this holder still has to answer: they have not answered the text in force, and another holder's answer is not
 * enough.
 */
export const isAwaited = (
  question: ConsentQuestion,
  holder: ConsentHolder,
  others: readonly ConsentHolder[],
  on: Day,
): boolean => {
  return (
    lacks(answerOn(question, holder, on)) &&
    (question.asksAll || others.every((other) => lacks(answerOn(question, other, on))))
  )
}

/** What the consent changes for the team; empty for the town's own questions. */
export const consentEffect = (kind: ConsentKind, state: ConsentState | null): string => {
  const { allowed, otherwise } = consentKindRules[kind]
  return state === 'yes' ? allowed : otherwise
}

/** The consents of a child on a day, by kind; questions that are not asked about it are left out. */
export type ChildConsents = Readonly<Partial<Record<ConsentKind, ConsentState>>>

/** What the team must know at the gate: « peut rentrer sans adulte », « pas de photo ». */
export const consentsAtGate = (consents: ChildConsents): string[] => [
  ...(consents.leavesAlone === 'yes' ? [consentKindRules.leavesAlone.allowed] : []),
  ...refusedAmong(consents, ['image']),
]

/** What the team must know on an outing: « ne monte pas dans le car », « ne se baigne pas », « pas de photo ». */
export const consentsOnOuting = (consents: ChildConsents): string[] =>
  refusedAmong(consents, ['transport', 'swimming', 'image'])

const refusedAmong = (consents: ChildConsents, kinds: readonly ConsentKind[]): string[] =>
  kinds.flatMap((kind) => {
    const state = consents[kind]
    return state === undefined || state === 'yes' ? [] : [consentKindRules[kind].otherwise]
  })

/** Why an answer cannot be recorded; null when it can. */
export const whyNotAnswer = (
  { kind }: Pick<ConsentQuestion, 'kind'>,
  answer: ConsentAnswer,
  held: HeldAnswer['answer'],
): string | null => {
  if (kind === 'emergencyCare' && answer !== 'yes')
    return 'Les soins d’urgence se lisent et ne se refusent pas\u00a0: un médecin qui doit agir n’attend pas d’accord (Code de la santé publique, article L.\u00a01111-4).'
  return answer === 'withdrawn' && held !== 'yes' ? 'Il n’y a pas de «\u00a0oui\u00a0» à retirer.' : null
}

/** Why a text cannot follow the others; null when it can. */
export const whyNotText = (
  { texts }: Pick<ConsentQuestion, 'texts'>,
  { fromDay, formerUntil }: Pick<ConsentText, 'fromDay' | 'formerUntil'>,
): { readonly field: 'fromDay' | 'formerUntil'; readonly sentence: string } | null => {
  const last = texts.at(-1)
  if (last && fromDay <= last.fromDay)
    return {
      field: 'fromDay',
      sentence: `La version ${last.version} est posée depuis le ${longDate(last.fromDay)}\u00a0: la nouvelle commence après.`,
    }
  if (formerUntil !== null && !last)
    return { field: 'formerUntil', sentence: 'C’est le premier texte\u00a0: il n’y a pas d’ancienne réponse à garder.' }
  if (formerUntil !== null && formerUntil < fromDay)
    return { field: 'formerUntil', sentence: 'Les anciennes réponses valent jusqu’à un jour du nouveau texte.' }
  return null
}
