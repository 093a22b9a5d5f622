import { addDays, type Day, mondayOf, monthKey } from '../calendar/day.ts'
import { sameLabel } from '../people/names.ts'
import { isUpTo } from '../price/bracket.ts'
import type { Fiscal, UnitName } from '../price/tariff.ts'
import { counted } from '../text/french.ts'
import { type Cents, formatEuros, formatNumber, hasAtMostDecimals } from './money.ts'

/** The unit for which an amount is given; `rest`: a percentage of what the aids before it leave, day by day. */
export const aidUnits = ['day', 'halfDay', 'meal', 'hour', 'week', 'month', 'rest'] as const
export type AidUnit = (typeof aidUnits)[number]

/** A dated promise to a home, or for one of its children, to take over a part of the cost of its days. */
export type Aid = {
  readonly id: number
  /** « Vacances » */
  readonly label: string
  /** Null for every child of the home. */
  readonly childId: number | null
  /** The third party that bears it; null for a reduction that nobody bears. */
  readonly thirdPartyId: number | null
  /** Its name, for the words of papers. */
  readonly thirdParty?: string | null | undefined
  readonly per: AidUnit
  /** Null for a percentage. */
  readonly amountCents: Cents | null
  /** At most 100, with two decimals; null for an amount. */
  readonly percent: number | null
  /** Null for every fiscal category. */
  readonly fiscals: readonly Fiscal[] | null
  /** Null for every activity. */
  readonly activityIds: readonly number[] | null
  readonly from: Day
  /** Null without an end. */
  readonly to: Day | null
  readonly ceilingCents: Cents | null
  /**
   * The maximum number of days, meals, hours… from its first to its last day, in the unit of `per`; for a percentage,
   * of days.
   */
  readonly ceilingUnits: number | null
  /** What must at least remain to be paid of the cost of a day. */
  readonly leavesCents: Cents
  /** Only for homes with at most this quotient; null for all. */
  readonly upToQuotient: number | null
  /** Only for children of at least this rank; null for all. */
  readonly fromRank: number | null
  /** Only for beneficiaries of this scheme, « CAF » or « MSA »; null for any. */
  readonly scheme: string | null
}

/** What an aid takes off a cost: the amount asked, limited by the cost less what must remain, and by the ceiling. */
export const takenOf = ({
  askedCents,
  costCents,
  leavesCents,
  roomCents,
  ceiling = 'plafond',
}: {
  readonly askedCents: Cents
  readonly costCents: Cents
  readonly leavesCents: Cents
  readonly roomCents: Cents
  /** The name of the ceiling in the explanation: « plafond de 200,00 € ». */
  readonly ceiling?: string
}): { readonly cents: Cents; readonly why: string } => {
  const most = Math.max(0, costCents - leavesCents)
  const cents = Math.min(askedCents, most, roomCents)
  return {
    cents,
    why: cents === askedCents ? '' : roomCents < most ? ` → ${ceiling} atteint` : ` → ${restText(leavesCents)}`,
  }
}

const restText = (leavesCents: Cents): string =>
  leavesCents > 0 ? `il reste au moins ${formatEuros(leavesCents)} à payer` : 'jamais plus que le prix'

/** Whether an aid covers these days, this child, activity and category. */
export const covers = (
  { childId, activityIds, fiscals, from, to }: Aid,
  cost: { readonly childId: number; readonly activityId: number; readonly fiscal: Fiscal; readonly day: Day },
): boolean =>
  (childId === null || childId === cost.childId) &&
  (activityIds?.includes(cost.activityId) ?? true) &&
  (fiscals?.includes(cost.fiscal) ?? true) &&
  from <= cost.day &&
  (to === null || cost.day <= to)

/**
 * Whether a home and a child meet the criteria of an aid. A home without a known quotient gets no aid with a quotient
 * limit.
 */
export const meetsCriteria = (
  { upToQuotient, fromRank, scheme }: Aid,
  facts: { readonly familyQuotient: number | null; readonly rank: () => number; readonly scheme: string },
): boolean =>
  (upToQuotient === null || (facts.familyQuotient !== null && isUpTo([], facts.familyQuotient, upToQuotient))) &&
  (fromRank === null || facts.rank() >= fromRank) &&
  isOfScheme({ scheme }, facts.scheme)

/** Whether an aid is for homes of any benefit scheme, or of this one. */
export const isOfScheme = ({ scheme }: Pick<Aid, 'scheme'>, ofHome: string): boolean =>
  scheme === null || scheme.trim().toLowerCase() === ofHome.trim().toLowerCase()

/**
 * Whether what an aid gives in a month depends on other months, because it has a ceiling or an amount for a week that
 * may cross two months.
 */
export const hasYearAccount = ({ ceilingCents, ceilingUnits, per }: Aid): boolean =>
  ceilingCents !== null || ceilingUnits !== null || per === 'week'

/** Whether an aid no longer gives anything. */
export const isOver = (
  { state, to }: { readonly state: 'promised' | 'refused'; readonly to: Day | null },
  today: Day,
): boolean => state === 'refused' || (to !== null && to < today)

/** Whether an aid repeats another one of its home or child: both would take a part of the same days. */
export const isRepeated = (aid: Promised, other: Promised): boolean =>
  aid.familyId === other.familyId &&
  aid.childId === other.childId &&
  aid.thirdPartyId === other.thirdPartyId &&
  sameLabel(aid.label, other.label) &&
  (aid.to === null || other.from <= aid.to) &&
  (other.to === null || aid.from <= other.to)

type Promised = Pick<Aid, 'childId' | 'thirdPartyId' | 'label' | 'from' | 'to'> & { readonly familyId: number }

/** What an aid has given since it began. */
export type AidUse = { readonly cents: Cents; readonly units: number }

/**
 * What an aid has given.
 * @param parts what it took of each day; negative where it was taken back. The units are found from these amounts: a
 * day counts for at least one half-day or meal, even where a ceiling cut it.
 */
export const aidUse = (
  { per, amountCents }: Pick<Aid, 'per' | 'amountCents'>,
  parts: readonly { readonly childId: number; readonly day: Day; readonly cents: Cents }[],
): AidUse => {
  const days = [...Map.groupBy(parts, ({ childId, day }) => `${childId} ${day}`).values()].flatMap((ofDay) => {
    const cents = ofDay.reduce((sum, part) => sum + part.cents, 0)
    const [first] = ofDay
    return first && cents > 0 ? [{ childId: first.childId, day: first.day, cents }] : []
  })
  const countOf = (cents: Cents) => Math.max(1, Math.round(cents / Math.max(1, amountCents ?? 0)))
  const units = {
    day: () => days.length,
    rest: () => days.length,
    halfDay: () => days.reduce((sum, { cents }) => sum + countOf(cents), 0),
    meal: () => days.reduce((sum, { cents }) => sum + countOf(cents), 0),
    hour: () => days.reduce((sum, { cents }) => sum + cents, 0) / Math.max(1, amountCents ?? 0),
    week: () => new Set(days.map(({ day }) => mondayOf(day))).size,
    month: () => new Set(days.map(({ day }) => monthKey(day))).size,
  }[per]()
  return { cents: days.reduce((sum, { cents }) => sum + cents, 0), units: Math.round(units * 100) / 100 }
}

/**
 * The year account in which months record what they took of an aid's ceiling, or of its amount for the week of a
 * Monday.
 */
export const aidAccount = (id: number, of: 'cents' | 'units' | `week ${Day}`): string => `aid ${id} ${of}`

// ---- Words

/** Nouns for what an aid is given for; a percentage counts days. */
export const aidUnitNames: Readonly<Record<AidUnit, UnitName>> = {
  day: { one: 'jour', many: 'jours' },
  halfDay: { one: 'demi-journée', many: 'demi-journées' },
  meal: { one: 'repas', many: 'repas' },
  hour: { one: 'heure', many: 'heures' },
  week: { one: 'semaine', many: 'semaines' },
  month: { one: 'mois', many: 'mois' },
  rest: { one: 'jour', many: 'jours' },
}

/** « 4,50 € par jour », « 40 % du reste », « prise en charge entière » */
export const aidFormText = ({ per, amountCents, percent }: Pick<Aid, 'per' | 'amountCents' | 'percent'>): string => {
  if (per !== 'rest') return `${formatEuros(amountCents ?? 0)} par ${aidUnitNames[per].one}`
  return percent === 100 ? 'prise en charge entière' : `${formatNumber(percent ?? 0)}\u00a0% du reste`
}

/** « Vacances, 40 % du reste » */
export const aidText = (aid: Pick<Aid, 'label' | 'per' | 'amountCents' | 'percent'>): string =>
  `${aid.label}, ${aidFormText(aid)}`

type Ceilings = Pick<Aid, 'ceilingCents' | 'ceilingUnits' | 'per'>

/** « 200,00 € et 30 jours »; empty without a ceiling. */
export const ceilingsText = ({ ceilingCents, ceilingUnits, per }: Ceilings): string =>
  [
    ...(ceilingCents === null ? [] : [formatEuros(ceilingCents)]),
    ...(ceilingUnits === null ? [] : [unitsText(per, ceilingUnits)]),
  ].join(' et ')

/** « 1,5 heure », « 30 jours » */
const unitsText = (per: AidUnit, units: number): string => counted(units, aidUnitNames[per].one, aidUnitNames[per].many)

/** What is left of an aid's ceilings: « 115,60 € et 10 jours »; empty without a ceiling. */
export const leftText = ({ ceilingCents, ceilingUnits, per }: Ceilings, { cents, units }: AidUse): string =>
  ceilingsText({
    per,
    ceilingCents: ceilingCents && Math.max(0, ceilingCents - cents),
    ceilingUnits: ceilingUnits && Math.max(0, Math.round((ceilingUnits - units) * 100) / 100),
  })

/**
 * How much of an aid's ceilings is used: « 84,40 € pris sur 200,00 € et 20 jours sur 30 ; il reste 115,60 € et 10 jours
 * », « plafond de 200,00 € atteint, la famille paie le reste ».
 */
export const useText = (aid: Ceilings, use: AidUse): string => {
  const { ceilingCents, ceilingUnits, per } = aid
  if (ceilingCents !== null && use.cents >= ceilingCents) return `plafond de ${formatEuros(ceilingCents)} ${reached}`
  if (ceilingUnits !== null && use.units >= ceilingUnits) return `plafond de ${unitsText(per, ceilingUnits)} ${reached}`
  const used = [
    ...(ceilingCents === null ? [] : [`${formatEuros(use.cents)} pris sur ${formatEuros(ceilingCents)}`]),
    ...(ceilingUnits === null ? [] : [`${unitsText(per, use.units)} sur ${ceilingUnits}`]),
  ]
  return `${used.join(' et ')}\u00a0; il reste ${leftText(aid, use)}`
}

const reached = 'atteint, la famille paie le reste'

/** From this share of a ceiling on, staff see a warning that the aid will soon be used up. */
const nearlyUsedFrom = 0.9

export type AidLevel = 'open' | 'nearlyUsed' | 'usedUp'

/** The share of the ceiling that is closest to being used up. */
export const aidLevel = (
  { ceilingCents, ceilingUnits }: Pick<Aid, 'ceilingCents' | 'ceilingUnits'>,
  { cents, units }: AidUse,
): AidLevel => {
  const used = Math.max(
    ceilingCents === null ? 0 : cents / ceilingCents,
    ceilingUnits === null ? 0 : units / ceilingUnits,
  )
  if (used >= 1) return 'usedUp'
  return used >= nearlyUsedFrom ? 'nearlyUsed' : 'open'
}

/** Staff see a warning this many days before an aid ends, since a decision to renew it takes time. */
const toldDaysBeforeEnd = 30

export const aidNotices = ['nearlyUsed', 'usedUp', 'endsSoon'] as const
export type AidNotice = (typeof aidNotices)[number]

/** Why staff should look at an aid; null when there is nothing to do, or when it is over. */
export const aidNotice = (aid: Ceilings & Parameters<typeof isOver>[0], use: AidUse, today: Day): AidNotice | null => {
  if (isOver(aid, today)) return null
  const level = aidLevel(aid, use)
  if (level !== 'open') return level
  return aid.to !== null && aid.to <= addDays(today, toldDaysBeforeEnd) ? 'endsSoon' : null
}

// ---- Refusals

type AidField =
  | 'label'
  | 'amountCents'
  | 'percent'
  | 'to'
  | 'ceilingCents'
  | 'ceilingUnits'
  | 'leavesCents'
  | 'upToQuotient'
  | 'fromRank'
  | 'fiscals'
  | 'activityIds'

/**
 * Why an aid cannot be saved, with the field concerned; undefined when it can.
 * @param given what it gave until now: no ceiling can be lower
 */
export const refuseAid = (
  aid: Omit<Aid, 'id'>,
  given: AidUse,
): { readonly sentence: string; readonly field: AidField } | undefined => {
  const refuse = (field: AidField, sentence: string) => ({ field, sentence })
  const { per, amountCents, percent, ceilingCents, ceilingUnits } = aid
  if (aid.label.trim() === '') return refuse('label', 'Donnez un nom à l’aide\u00a0: la famille le lit sur sa facture.')
  if (per === 'rest') {
    if (percent === null || !(percent > 0 && percent <= 100))
      return refuse('percent', 'Une part va de plus de 0 à 100\u00a0%.')
    if (!hasAtMostDecimals(percent, 2)) return refuse('percent', 'Une part a deux décimales au plus.')
  } else if (amountCents === null || !isCents(amountCents, 1))
    return refuse('amountCents', 'Le montant doit être supérieur à zéro.')
  if (aid.to !== null && aid.to < aid.from) return refuse('to', 'Le dernier jour vient avant le premier.')
  if (aid.fiscals?.length === 0) return refuse('fiscals', 'Choisissez au moins une sorte de prix.')
  if (aid.activityIds?.length === 0) return refuse('activityIds', 'Choisissez au moins une activité, ou toutes.')
  if (ceilingCents !== null && !isCents(ceilingCents, 1))
    return refuse('ceilingCents', 'Le plafond doit être supérieur à zéro.')
  if (ceilingUnits !== null && !isCents(ceilingUnits, 1))
    return refuse('ceilingUnits', 'Le plafond est un nombre entier, supérieur à zéro.')
  if (ceilingCents !== null && ceilingCents < given.cents)
    return refuse(
      'ceilingCents',
      `L’aide a déjà donné ${formatEuros(given.cents)}\u00a0: le plafond ne peut pas être plus bas.`,
    )
  if (ceilingUnits !== null && ceilingUnits < given.units) {
    const { one, many } = aidUnitNames[per]
    return refuse(
      'ceilingUnits',
      `L’aide a déjà servi pour ${counted(given.units, one, many)}\u00a0: le plafond ne peut pas être plus bas.`,
    )
  }
  if (!isCents(aid.leavesCents, 0)) return refuse('leavesCents', 'Le reste à payer ne peut pas être négatif.')
  if (aid.upToQuotient !== null && !(aid.upToQuotient >= 0 && hasAtMostDecimals(aid.upToQuotient, 2)))
    return refuse('upToQuotient', 'Un quotient est positif et a deux décimales au plus.')
  if (aid.fromRank !== null && !isCents(aid.fromRank, 1))
    return refuse('fromRank', 'Un rang est un nombre entier, à partir de 1.')
  return undefined
}

const isCents = (value: number, least: number): boolean => Number.isSafeInteger(value) && value >= least
