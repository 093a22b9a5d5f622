import type { Day } from '../calendar/day.ts'
import { numericDay } from '../text/french.ts'

/*
 * The relation of a guardian to a child. A bond and parental authority belong to a guardian and a child, never to a
 * home: a person who lives in a home may have no say about one of its children. Staff record both; until they do, the
 * bond is « à confirmer », and the guardian has the powers that all guardians of a home had in earlier versions.
 */

export const bondKinds = ['parent', 'tutor', 'fosterFamily', 'childWelfare', 'stepParent'] as const
export type BondKind = (typeof bondKinds)[number]

export const bondNames: Readonly<Record<BondKind, string>> = {
  parent: 'Parent',
  tutor: 'Tuteur',
  fosterFamily: 'Famille d’accueil',
  childWelfare: 'Service de l’ASE',
  stepParent: 'Beau-parent',
}

export const authorities = ['unconfirmed', 'yes', 'decision', 'no'] as const
/** Parental authority; `decision`: given by a judge's decision. */
export type Authority = (typeof authorities)[number]

export const authorityNames: Readonly<Record<Authority, string>> = {
  unconfirmed: 'À confirmer',
  yes: 'Oui',
  decision: 'Par décision',
  no: 'Non',
}

/**
 * The powers of a guardian over a child: to see its file and bookings on the portal, to ask for something there, to
 * fetch it, and to be told by mail or telephone what concerns it.
 */
export const powers = ['sees', 'asks', 'fetches', 'told'] as const
export type Power = (typeof powers)[number]
/** The powers that the portal enforces. */
export const portalPowers = ['sees', 'asks', 'told'] as const
export type Powers = Readonly<Record<Power, boolean>>

export const powerNames: Readonly<Record<Power, string>> = {
  sees: 'Voit sur le portail',
  asks: 'Demande sur le portail',
  fetches: 'Vient chercher',
  told: 'Est prévenu',
}

export type GuardianBond = {
  readonly kind: BondKind
  readonly authority: Authority
  /** For authority by decision, the court and the day of the decision; otherwise empty and null. */
  readonly decidedBy: string
  readonly decidedOn: Day | null
  /** The person of the ASE in charge of the child, with a telephone number; empty for other bonds. */
  readonly referent: string
  /** Powers that staff decided contrary to the rule; null where the rule applies. */
  readonly overrides: Readonly<Record<Power, boolean | null>>
  /** The reason for these decisions; empty when there are none. */
  readonly overrideReason: string
}

const noOverrides = { sees: null, asks: null, fetches: null, told: null }

/** The bond of a guardian about whom staff have recorded nothing. */
export const unconfirmedBond: GuardianBond = {
  kind: 'parent',
  authority: 'unconfirmed',
  decidedBy: '',
  decidedOn: null,
  referent: '',
  overrides: noOverrides,
  overrideReason: '',
}

/** An ordinary parent, whose bond staff can confirm in one step. */
export const confirmedParent: GuardianBond = { ...unconfirmedBond, authority: 'yes' }

/** A service of the ASE to which a child is entrusted: the parents keep their authority. */
export const serviceBond = (referent: string): GuardianBond => ({
  ...unconfirmedBond,
  kind: 'childWelfare',
  authority: 'no',
  referent,
})

/** The first name under which a service is recorded: « Service ASE du Calvados ». */
export const serviceFirstName = 'Service'

/** Whether the child is entrusted to this guardian, who acts for it in everyday matters even without authority. */
export const isEntrusted = ({ kind }: Pick<GuardianBond, 'kind'>): boolean =>
  kind === 'fosterFamily' || kind === 'childWelfare'

export const entrustedText =
  'L’enfant lui est confié\u00a0: les actes de tous les jours lui reviennent, même sans autorité parentale (Code civil, article 373-4).'

/**
 * The powers according to the rule, before decisions of staff. Without authority, only people to whom a child is
 * entrusted act for it, in everyday matters (Code civil, article 373-4).
 */
const ruledPower = (bond: Pick<GuardianBond, 'kind' | 'authority'>): boolean =>
  bond.authority !== 'no' || isEntrusted(bond)

export const powersOf = (bond: Pick<GuardianBond, 'kind' | 'authority' | 'overrides'>): Powers => {
  const ruled = ruledPower(bond)
  return {
    sees: bond.overrides.sees ?? ruled,
    asks: bond.overrides.asks ?? ruled,
    fetches: bond.overrides.fetches ?? ruled,
    told: bond.overrides.told ?? ruled,
  }
}

/** Shown to a guardian who may see a child on the portal, but not ask for anything for it. */
export const mayNotAskText = 'Vous voyez cet enfant sans pouvoir demander pour lui\u00a0: appelez le service.'

export const mayNotAskAtHomeText =
  'Vous voyez les enfants de ce foyer sans pouvoir demander pour eux\u00a0: appelez le service.'

/** Whether staff have confirmed that this guardian holds authority. */
export const isAuthorityConfirmed = ({ authority }: Pick<GuardianBond, 'authority'>): boolean =>
  authority === 'yes' || authority === 'decision'

/**
 * Whether only a judge's decision allows refusing to hand the child over to this guardian. True until staff record
 * otherwise.
 */
export const mayHoldAuthority = ({ authority }: Pick<GuardianBond, 'authority'>): boolean => authority !== 'no'

/** The bond in its stored form: without values that belong to another choice, or that only repeat the rule. */
export const tidyBond = (bond: GuardianBond): GuardianBond => {
  const ruled = ruledPower(bond)
  const { sees, asks, fetches, told } = bond.overrides
  const other = (value: boolean | null) => (value === ruled ? null : value)
  const overrides = { sees: other(sees), asks: other(asks), fetches: other(fetches), told: other(told) }
  const isOverridden = powers.some((power) => overrides[power] !== null)
  return {
    ...bond,
    ...(bond.authority !== 'decision' && { decidedBy: '', decidedOn: null }),
    ...(bond.kind !== 'childWelfare' && { referent: '' }),
    overrides,
    overrideReason: isOverridden ? bond.overrideReason : '',
  }
}

export type BondField = 'authority' | 'decidedBy' | 'decidedOn' | 'referent' | 'overrideReason' | 'overrides.sees'

/** Why a tidied bond cannot be recorded, with the field; null when it can be. */
export const whyNotBond = (
  bond: GuardianBond,
  today: Day,
): { readonly field: BondField; readonly sentence: string } | null => {
  const { kind, authority, decidedBy, decidedOn, referent, overrideReason } = bond
  const refused = (field: BondField, sentence: string) => ({ field, sentence })
  if (kind === 'stepParent' && authority === 'yes')
    return refused(
      'authority',
      'Un beau-parent n’a l’autorité parentale que par décision d’un juge\u00a0: choisissez «\u00a0Par décision\u00a0» ou «\u00a0Non\u00a0».',
    )
  if (kind === 'childWelfare' && referent === '')
    return refused('referent', 'Écrivez le nom du référent de l’ASE, et son téléphone.')
  if (authority === 'decision') {
    const wrong = whyNotDecision({ decidedBy, decidedOn }, today)
    if (wrong !== null) return wrong
  }
  const powersGiven = powersOf(bond)
  if (powersGiven.asks && !powersGiven.sees)
    return refused('overrides.sees', 'Pour demander sur le portail, il faut y voir l’enfant.')
  if (powers.some((power) => bond.overrides[power] !== null) && overrideReason === '')
    return refused('overrideReason', 'Écrivez pourquoi la règle n’est pas suivie.')
  return null
}

/** Why a judge's decision cannot be recorded; null when it can. */
export const whyNotDecision = (
  { decidedBy, decidedOn }: { readonly decidedBy: string; readonly decidedOn: Day | null },
  today: Day,
): { readonly field: 'decidedBy' | 'decidedOn'; readonly sentence: string } | null => {
  if (decidedBy === '') return { field: 'decidedBy', sentence: 'Écrivez le juge ou le tribunal qui a décidé.' }
  if (decidedOn === null) return { field: 'decidedOn', sentence: 'Écrivez la date de la décision.' }
  return decidedOn > today ? { field: 'decidedOn', sentence: 'Cette décision n’est pas encore rendue.' } : null
}

/** The bond in an imported list. Fields that are left out keep their recorded values. */
export type StatedBond = Partial<Pick<GuardianBond, 'kind' | 'authority' | 'decidedBy' | 'decidedOn' | 'referent'>>

/** The bond after recording `told`, or why it cannot be recorded, with the field. */
export const bondWith = (
  recorded: GuardianBond,
  told: StatedBond,
  today: Day,
): { readonly bond: GuardianBond } | { readonly field: BondField; readonly sentence: string } => {
  const bond = tidyBond({ ...recorded, ...told })
  if (bond.authority !== 'decision' && (told.decidedBy !== undefined || told.decidedOn !== undefined))
    return {
      field: told.decidedBy === undefined ? 'decidedOn' : 'decidedBy',
      sentence: 'Une décision va avec l’autorité «\u00a0Par décision\u00a0».',
    }
  if (bond.kind !== 'childWelfare' && told.referent !== undefined)
    return { field: 'referent', sentence: 'Un référent va avec le lien «\u00a0Service de l’ASE\u00a0».' }
  return whyNotBond(bond, today) ?? { bond }
}

/** « Parent, autorité parentale : par décision (tribunal de Caen, 03/02/2026) »; empty for a bond « à confirmer ». */
export const bondText = (bond: GuardianBond): string => {
  const { kind, authority, decidedBy, decidedOn, referent } = bond
  if (kind === unconfirmedBond.kind && authority === unconfirmedBond.authority) return ''
  const decision = authority === 'decision' && decidedOn !== null ? ` (${decidedBy}, ${numericDay(decidedOn)})` : ''
  return [
    `${bondNames[kind]}${referent === '' ? '' : ` (${referent})`}`,
    `autorité parentale\u00a0: ${authorityNames[authority].toLowerCase()}${decision}`,
  ].join(', ')
}

/** The recorded bond of a guardian and a child of one home. */
export type BondOfPair = { readonly guardianId: number; readonly childId: number } & Pick<GuardianBond, 'authority'>

/**
 * The pairs that staff can confirm in one step: those of an ordinary couple or a single parent, with children who have
 * no other home. In other homes, staff must check each pair.
 */
export const ordinaryPairs = <Pair extends BondOfPair>(
  guardianCount: number,
  childrenOfTwoHomes: ReadonlySet<number>,
  pairs: readonly Pair[],
): Pair[] =>
  guardianCount > 2
    ? []
    : pairs.filter(({ childId, authority }) => authority === 'unconfirmed' && !childrenOfTwoHomes.has(childId))
