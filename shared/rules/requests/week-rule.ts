import { type Day, mondayOf } from '../calendar/day.ts'
import type { Facts } from '../cell/cell.ts'
import { briefDay, counted, listed, sentenceWithSubject, withFullStop } from '../text/french.ts'

/**
 * What a town asks of a child's week in a period. The week of a demande is one: recorded, decided, waited for and
 * cancelled whole. It never closes a cell.
 */
export type WeekRule = {
  /** Days a week, when there are any: each open day, or at least so many of them; null for any number. */
  readonly least: 'all' | number | null
  /** Days a week, at most, while other children wait for one of the days asked; null for any number. */
  readonly most: number | null
  /** A slot that is only taken with another of the same day. */
  readonly needs: readonly { readonly slotId: number; readonly neededId: number }[]
  /** Slots of which a child takes one a day; none, or at least two. */
  readonly oneOf: readonly number[]
}

/** A cell of one child's week. */
export type WeekCell = { readonly day: Day; readonly slotId: number; readonly facts: Facts }

/** What a week breaks. `excess` counts by how much: a demande that makes it no larger is not refused for it. */
export type Broken = { readonly excess: number } & (
  | { readonly kind: 'least'; readonly missing: readonly Day[]; readonly days: number }
  | { readonly kind: 'most'; readonly days: number }
  | { readonly kind: 'needs'; readonly day: Day; readonly slotId: number; readonly neededId: number }
  | { readonly kind: 'oneOf'; readonly day: Day }
)

/** The key of a child's week: cells that share it are moved together, or not at all. */
export const weekKey = (registrationId: number, day: Day): string => `${registrationId} ${mondayOf(day)}`

/** Whether the child has the slot, waits or asks for it, once what its parents ask is done. */
export const isTaken = ({ held, ask }: Pick<Facts, 'held' | 'ask'>): boolean =>
  ask && !ask.takenBack ? ask.wish === 'book' : held.kind !== 'none'

/**
 * What a demande would break of one child's week, judged as the week would stand after it; null when nothing. What
 * staff broke before with a reason is not held against the family: only what the demande makes worse is refused.
 * @param before all cells of the week, whichever day
 * @param after the same cells, in the same order
 */
export const newlyBroken = (rule: WeekRule, before: readonly WeekCell[], after: readonly WeekCell[]): Broken | null => {
  const known = new Map(brokenIn(rule, before).map((broken) => [keyOf(broken), broken.excess]))
  const found = brokenIn(rule, after).find((broken) => broken.excess > (known.get(keyOf(broken)) ?? 0))
  return found ?? overMost(rule, before, after)
}

const keyOf = (broken: Broken): string =>
  broken.kind === 'needs'
    ? `${broken.day} ${broken.slotId}`
    : `${broken.kind} ${broken.kind === 'oneOf' ? broken.day : ''}`

const brokenIn = (rule: WeekRule, cells: readonly WeekCell[]): Broken[] => {
  const taken = cells.filter(({ facts }) => isTaken(facts))
  const days = new Set(taken.map(({ day }) => day))
  const open = new Set(cells.filter(({ facts }) => mayCome(facts)).map(({ day }) => day))
  const least = rule.least === 'all' ? open.size : Math.min(rule.least ?? 0, open.size)
  const missing = [...open].filter((day) => !days.has(day))
  const excess = rule.least === 'all' ? missing.length : least - days.size
  return [
    ...(days.size > 0 && excess > 0 ? [{ kind: 'least', missing, days: days.size, excess } as const] : []),
    ...[...days].flatMap((day) => brokenOn(rule, cells, day)),
  ]
}

const brokenOn = (rule: WeekRule, cells: readonly WeekCell[], day: Day): Broken[] => {
  const ofDay = cells.filter((cell) => cell.day === day)
  const has = (slotId: number) => ofDay.some((cell) => cell.slotId === slotId && isTaken(cell.facts))
  const isOpen = (slotId: number) => ofDay.some((cell) => cell.slotId === slotId && mayCome(cell.facts))
  const chosen = rule.oneOf.filter(has).length
  return [
    ...rule.needs
      // A slot that staff closed that day is not asked for.
      .filter(({ slotId, neededId }) => has(slotId) && !has(neededId) && isOpen(neededId))
      .map((need): Broken => ({ kind: 'needs', day, ...need, excess: 1 })),
    ...(chosen > 1 ? [{ kind: 'oneOf', day, excess: chosen - 1 } as const] : []),
  ]
}

const overMost = ({ most }: WeekRule, before: readonly WeekCell[], after: readonly WeekCell[]): Broken | null => {
  const days = new Set(after.filter(({ facts }) => isTaken(facts)).map(({ day }) => day)).size
  if (most === null || days <= most) return null
  const isWaitedFor = after.some(({ facts }, index) => {
    const then = before[index]?.facts
    return then !== undefined && isTaken(facts) && !isTaken(then) && (then.waiting ?? 0) > 0
  })
  return isWaitedFor ? { kind: 'most', days, excess: days - most } : null
}

/** Days of nobody's fault: a closed day, a day of the other home or outside the registration breaks no week. */
export const mayCome = ({ bookable }: Facts): boolean =>
  bookable.answer !== 'no' || !bookable.obstacles.some(({ kind }) => awayKinds.has(kind))

const awayKinds: ReadonlySet<string> = new Set(['dayClosed', 'otherHome', 'outsideRegistration', 'noRegistration'])

type SlotName = (slotId: number) => string

/** « Semaine entière, ou aucun jour : il manque mar. 8 déc. et jeu. 10 déc. » */
export const brokenText = (rule: WeekRule, broken: Broken, slotName: SlotName): string => {
  switch (broken.kind) {
    case 'least':
      return rule.least === 'all'
        ? withFullStop(`Semaine entière, ou aucun jour\u00a0: il manque ${listed(broken.missing.map(briefDay))}`)
        : `Au moins ${counted(Number(rule.least), 'jour')} par semaine, ou aucun\u00a0: il y en aurait ${broken.days}.`
    case 'most':
      return `Au plus ${counted(rule.most ?? 0, 'jour')} par semaine tant que d’autres enfants attendent\u00a0: il y en aurait ${broken.days}.`
    case 'needs':
      return sentenceWithSubject(briefDay(broken.day), `${needText(broken, slotName)}.`)
    case 'oneOf':
      break
  }
  return sentenceWithSubject(briefDay(broken.day), `${oneOfText(rule, slotName)}.`)
}

const needText = ({ slotId, neededId }: { slotId: number; neededId: number }, slotName: SlotName): string =>
  `${slotName(slotId)} se prend avec ${slotName(neededId)}`

const oneOfText = ({ oneOf }: WeekRule, slotName: SlotName): string =>
  `Une seule plage parmi ${listed(oneOf.map(slotName), 'ou')}`

/** What parents and staff read before they choose days; the last sentence says that a week is one. */
export const weekRuleTexts = (rule: WeekRule, slotName: SlotName): string[] => [
  ...(rule.least === 'all' ? ['Une semaine se réserve entière\u00a0: tous ses jours ouverts, ou aucun.'] : []),
  ...(typeof rule.least === 'number' ? [`Au moins ${counted(rule.least, 'jour')} par semaine, ou aucun.`] : []),
  ...(rule.most === null
    ? []
    : [`Au plus ${counted(rule.most, 'jour')} par semaine, tant que d’autres enfants attendent.`]),
  ...rule.needs.map((need) => `${needText(need, slotName)}\u00a0: annuler ${slotName(need.neededId)} l’annule aussi.`),
  ...(rule.oneOf.length > 0 ? [`${oneOfText(rule, slotName)}, chaque jour.`] : []),
  'Une semaine se demande et s’annule en une fois\u00a0: si un de ses jours ne se peut pas, aucun n’est enregistré.',
]

/** Why a day of a week is not moved: another one of the same week cannot be. @param why a sentence */
export const togetherText = (day: Day, why: string): string =>
  sentenceWithSubject(briefDay(day), `${why} La semaine va ensemble.`)

/** The slots that cannot be kept without this one, nearest first: cancelling it cancels them. */
export const dependentSlots = ({ needs }: WeekRule, slotId: number): number[] => {
  const found: number[] = []
  const look = (neededId: number) => {
    for (const need of needs) {
      if (need.neededId !== neededId || need.slotId === slotId || found.includes(need.slotId)) continue
      found.push(need.slotId)
      look(need.slotId)
    }
  }
  look(slotId)
  return found
}

/** Why staff cannot ask this of the weeks of a period, as a sentence; null when they can. */
export const whyNotWeekRule = (
  { least, most, needs, oneOf }: WeekRule,
  { weekdays, slotIds }: { readonly weekdays: number; readonly slotIds: readonly number[] },
): string | null => {
  const named = [...needs.flatMap(({ slotId, neededId }) => [slotId, neededId]), ...oneOf]
  if (named.some((id) => !slotIds.includes(id))) return 'Cette plage n’est pas ouverte dans la période.'
  if (typeof least === 'number' && least > weekdays)
    return `La semaine de la période a ${counted(weekdays, 'jour')}\u00a0: elle n’en demande pas ${least}.`
  if (most !== null && (least === 'all' ? weekdays : (least ?? 0)) > most)
    return 'Le nombre de jours au plus est plus petit que celui demandé au moins.'
  if (needs.some(({ slotId, neededId }) => slotId === neededId)) return 'Une plage ne se demande pas elle-même.'
  if (oneOf.length === 1 || new Set(oneOf).size < oneOf.length) return 'Choisissez au moins deux plages différentes.'
  const isImpossible = needs.some(({ slotId, neededId }) => oneOf.includes(slotId) && oneOf.includes(neededId))
  return isImpossible ? 'Deux plages qui s’excluent ne se demandent pas l’une l’autre.' : null
}

/** Null for a rule that asks nothing. */
export const weekRuleOrNone = <Rule extends WeekRule>(rule: Rule): Rule | null =>
  rule.least === null && rule.most === null && rule.needs.length === 0 && rule.oneOf.length === 0 ? null : rule
