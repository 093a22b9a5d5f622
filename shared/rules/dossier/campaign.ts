import { type Day, dayAt, dayOf, type Instant, yearOf } from '../calendar/day.ts'
import { schoolYearName } from '../calendar/school-year.ts'
import { schoolYearStart } from '../people/schooling.ts'
import { counted, ofName, shortDay } from '../text/french.ts'
import { type RequiredKind, sentKind } from './required-paper.ts'

/*
 * The annual campaign: for a school year, each home reads its dossier again on one page, step by step, then sends it.
 * No step is marked done by the page: a step is done when the home confirmed it since the campaign opened, or when the
 * file already knows what it asks.
 */

/** What a campaign may ask for, in the order of the steps. `registrations` comes after the dossier is sent. */
export const campaignAsks = [
  'contact',
  'benefits',
  'health',
  'pickups',
  'consents',
  'papers',
  'rules',
  'registrations',
] as const
export type CampaignAsk = (typeof campaignAsks)[number]

export const campaignAskNames: Readonly<Record<CampaignAsk, string>> = {
  contact: 'Le foyer',
  benefits: 'Le quotient familial',
  health: 'La santé de chaque enfant',
  pickups: 'Les personnes qui viennent chercher',
  consents: 'Les autorisations',
  papers: 'Les pièces exigées',
  rules: 'Le règlement intérieur',
  registrations: 'Les inscriptions de l’année',
}

/** A step of the campaign; the last one, `sent`, accepts the règlement where the campaign asks for it. */
export const stepKinds = ['contact', 'benefits', 'health', 'pickups', 'consents', 'papers', 'sent'] as const
export type StepKind = (typeof stepKinds)[number]

/** What a home may confirm, in a campaign or outside one. */
export const confirmationKinds = [...stepKinds, 'rules'] as const
export type ConfirmationKind = (typeof confirmationKinds)[number]

/** Steps that a home may leave for later: a confirmation then gives nothing, and only lets the home go on. */
const leftForLater: ReadonlySet<ConfirmationKind> = new Set<ConfirmationKind>(['benefits', 'health', 'papers'])
export const isLeftForLater = (kind: ConfirmationKind): boolean => leftForLater.has(kind)

/** « La santé de Noa » */
export const stepText = (kind: StepKind, firstName: string | undefined): string => {
  switch (kind) {
    case 'contact':
      return 'Vous et votre foyer'
    case 'benefits':
      return 'Quotient familial'
    case 'health':
      return firstName === undefined ? 'La santé d’un enfant' : `La santé ${ofName(firstName)}`
    case 'pickups':
      return 'Qui vient les chercher'
    case 'consents':
      return 'Vos autorisations'
    case 'papers':
      return 'Vos papiers'
    case 'sent':
      return 'Règlement et envoi'
  }
}

export const confirmationText = (kind: ConfirmationKind): string =>
  kind === 'rules' ? 'Règlement intérieur' : stepText(kind, undefined)

/** Papers that belong to the step « Vos papiers »: those that no other step asks for. */
export const isInPapersStep = (kind: RequiredKind): boolean =>
  sentKind(kind) !== null && kind !== 'health' && kind !== 'benefits'

export type Campaign = {
  readonly id: number
  /** The year in which the school year begins: 2026 for 2026/2027. */
  readonly year: number
  readonly opensOn: Day
  /** The day before which homes are asked to finish; the campaign stays open after it. */
  readonly dueOn: Day
  readonly asks: readonly CampaignAsk[]
  /** The first day on which the campaign is closed; null while staff have not closed it. */
  readonly closedOn: Day | null
}

export const isRunning = ({ opensOn, closedOn }: Pick<Campaign, 'opensOn' | 'closedOn'>, on: Day): boolean =>
  opensOn <= on && (closedOn === null || on < closedOn)

const firstDayOf = (year: number): Day => dayOf(year, 9, 1)

/** The day for which a campaign judges papers: the first day of its school year, or today once that has come. */
export const judgedOn = ({ year }: Pick<Campaign, 'year'>, on: Day): Day =>
  on < firstDayOf(year) ? firstDayOf(year) : on

/**
 * While the campaign's school year has not begun, the first day of the year before: a home registered in that year is
 * asked for the next, although it has no registration in summer. Null once the year has begun.
 */
export const cameSince = ({ year }: Pick<Campaign, 'year'>, on: Day): Day | null =>
  on < firstDayOf(year) ? firstDayOf(year - 1) : null

/** The campaign that runs on a day; there is at most one. */
export const campaignOn = <One extends Pick<Campaign, 'opensOn' | 'closedOn'>>(
  campaigns: readonly One[],
  on: Day,
): One | undefined => campaigns.find((one) => isRunning(one, on))

/** « campagne 2026/2027 » */
export const campaignName = ({ year }: Pick<Campaign, 'year'>): string => `campagne ${schoolYearName(year)}`

/** Why the town cannot open such a campaign; null when it can. */
export const whyNotCampaign = (
  { year, opensOn, dueOn, asks }: Omit<Campaign, 'id' | 'closedOn'>,
  others: readonly Campaign[],
): { readonly field: string; readonly why: string } | null => {
  if (asks.every((ask) => ask === 'registrations'))
    return { field: 'asks', why: 'Choisissez ce que les familles relisent.' }
  if (dueOn <= opensOn)
    return { field: 'dueOn', why: 'Les familles ont besoin de temps\u00a0: finissez après le début.' }
  const school = yearOf(schoolYearStart(opensOn))
  if (year < school || year > school + 1)
    return { field: 'year', why: 'Une campagne prépare l’année scolaire en cours à son début, ou la suivante.' }
  if (others.some((other) => other.year === year))
    return { field: 'year', why: `La ${campaignName({ year })} existe déjà\u00a0: changez-la.` }
  const open = others.find(({ closedOn }) => closedOn === null || closedOn > opensOn)
  return open
    ? { field: 'opensOn', why: `La ${campaignName(open)} est encore ouverte ce jour-là\u00a0: clôturez-la d’abord.` }
    : null
}

/** Something that a home confirmed about itself or one of its children; `at` decides which campaign counts it. */
export type Confirmation = {
  readonly kind: ConfirmationKind
  readonly childId: number | null
  readonly at: Instant
}

/** What the steps of a home depend on. */
export type CampaignHome = {
  /** Children who are registered, or ask to be. */
  readonly children: readonly number[]
  readonly confirmed: readonly Confirmation[]
  /** Whether the home has a quotient in force on the day. */
  readonly hasQuotient: boolean
  /** Children whose health record was sent, or updated by staff, since the campaign opened. */
  readonly healthDeclared: ReadonlySet<number>
  /** Children whose health record the dossier still asks for, or asks to complete. */
  readonly healthLacking: ReadonlySet<number>
  /** The number of consent answers still missing; null when nothing is asked about these children. */
  readonly answersAwaited: number | null
  /** The number of required papers that are missing and not sent either; null when the town asks for none. */
  readonly papersMissing: number | null
}

export type CampaignStep = {
  readonly kind: StepKind
  readonly childId: number | null
  /** `later`: the home went on without giving it. */
  readonly state: 'toDo' | 'done' | 'later'
  /** When the home confirmed it in this campaign; null when it did not, or had nothing to do. */
  readonly at: Instant | null
}

/** The steps of a home, in their order; the last one sends the dossier. A home without registration has none. */
export const campaignStepsOf = (
  { opensOn, asks }: Pick<Campaign, 'opensOn' | 'asks'>,
  home: CampaignHome,
): CampaignStep[] => {
  if (home.children.length === 0) return []
  const confirmedAt = (kind: ConfirmationKind, childId: number | null) =>
    home.confirmed
      .filter((one) => one.kind === kind && one.childId === childId && dayAt(one.at) >= opensOn)
      .map(({ at }) => at)
      .toSorted()
      .at(-1) ?? null
  const step = (kind: StepKind, childId: number | null, isKnown: boolean): CampaignStep => {
    const at = confirmedAt(kind, childId)
    if (isLeftForLater(kind)) return { kind, childId, state: isKnown ? 'done' : at === null ? 'toDo' : 'later', at }
    return { kind, childId, state: at !== null && isKnown ? 'done' : 'toDo', at }
  }
  const stepsOf: Readonly<Record<Exclude<CampaignAsk, 'rules' | 'registrations'>, () => CampaignStep[]>> = {
    contact: () => [step('contact', null, true)],
    benefits: () => [step('benefits', null, home.hasQuotient)],
    health: () =>
      home.children.map((child) =>
        step('health', child, home.healthDeclared.has(child) && !home.healthLacking.has(child)),
      ),
    pickups: () => [step('pickups', null, true)],
    consents: () => (home.answersAwaited === null ? [] : [step('consents', null, home.answersAwaited === 0)]),
    papers: () => (home.papersMissing === null ? [] : [step('papers', null, home.papersMissing === 0)]),
  }
  return [
    ...campaignAsks.flatMap((ask) =>
      ask === 'rules' || ask === 'registrations' || !asks.includes(ask) ? [] : stepsOf[ask](),
    ),
    step('sent', null, true),
  ]
}

/**
 * Why a step cannot be confirmed now; null when it can. Confirming a done step again changes nothing, and is no error.
 */
export const whyNotConfirmed = (
  steps: readonly CampaignStep[],
  { kind, childId }: Pick<CampaignStep, 'kind' | 'childId'>,
  { answersAwaited }: Pick<CampaignHome, 'answersAwaited'>,
): string | null => {
  if (!steps.some((one) => one.kind === kind && one.childId === childId)) return noLongerAskedText
  if (kind === 'consents' && answersAwaited !== null && answersAwaited > 0)
    return `Il reste ${counted(answersAwaited, 'réponse')} à donner.`
  if (kind !== 'sent') return null
  const left = steps.filter((one) => one.kind !== 'sent' && one.state === 'toDo').length
  return left === 0 ? null : `Il reste ${counted(left, 'étape')} avant d’envoyer le dossier.`
}

export const noLongerAskedText = 'Ce n’est plus demandé\u00a0: rien n’a été noté. Rechargez la page.'
export const changedMeanwhileText =
  'Cette page a changé pendant que vous la lisiez\u00a0: rien n’a été noté. Relisez-la, puis confirmez.'

/** How far a home is, as the desk shows it. */
export type HomeProgress = 'notBegun' | 'underWay' | 'sent' | 'whole'
export const homeProgresses = ['notBegun', 'underWay', 'sent', 'whole'] as const satisfies readonly HomeProgress[]

export const progressNames: Readonly<Record<HomeProgress, string>> = {
  notBegun: 'pas commencé',
  underWay: 'en cours',
  sent: 'envoyé',
  whole: 'complet',
}

/**
 * @param isComplete whether the dossier lacks nothing; null when the town asks for nothing
 */
export const progressOf = (steps: readonly CampaignStep[], isComplete: boolean | null): HomeProgress => {
  const isSent = steps.at(-1)?.at != null
  if (isSent) return isComplete === false || steps.some(({ state }) => state !== 'done') ? 'sent' : 'whole'
  return steps.some((one) => one.at !== null || isDoneByHome(one)) ? 'underWay' : 'notBegun'
}

type Counted = Pick<CampaignStep, 'kind' | 'state' | 'at'>

/** A health record told in this campaign has no confirmation of its own. */
const isDoneByHome = ({ kind, state, at }: Counted): boolean => state === 'done' && (at !== null || kind === 'health')

/** The home has nothing to do, since the file has it already. */
export const isKnownAlready = (step: Counted): boolean => step.state === 'done' && !isDoneByHome(step)

/** `known`: steps for which the home has nothing to do. */
export const stepsCounted = (steps: readonly Counted[]) => {
  return {
    done: steps.filter(isDoneByHome).length,
    known: steps.filter(isKnownAlready).length,
    later: steps.filter(({ state }) => state === 'later').length,
    steps: steps.length,
  }
}

/** « , 2 déjà connues, 1 pour plus tard », after what is done; empty without either. */
export const stepsBesideText = ({ known, later }: { readonly known: number; readonly later: number }): string =>
  [
    known === 0 ? '' : `, ${counted(known, 'déjà connue', 'déjà connues')}`,
    later === 0 ? '' : `, ${later} pour plus tard`,
  ].join('')

/** « 4 étapes faites sur 7 », « 6 étapes faites sur 8, 1 déjà connue, 1 pour plus tard » */
export const stepsDoneText = (all: readonly Counted[]): string => {
  const { done, steps, ...beside } = stepsCounted(all)
  return `${counted(done, 'étape faite', 'étapes faites')} sur ${steps}${stepsBesideText(beside)}`
}

export const campaignDueText = ({ dueOn }: Pick<Campaign, 'dueOn'>, on: Day): string =>
  on <= dueOn
    ? `À finir avant le ${shortDay(dueOn)}`
    : `C’était à finir avant le ${shortDay(dueOn)}\u00a0: il est encore temps`
