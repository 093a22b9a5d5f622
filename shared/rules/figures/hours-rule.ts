import { type Day, minutesOf, type TimeOfDay } from '../calendar/day.ts'

/*
 * « Règle de compte »: how many hours a child's day counts in the declaration to the CAF. An activity has such a rule
 * from a month on, since each town has its own convention with the CAF.
 */

/** The kinds of accueil that the CAF pays differently. `none`: not declared, such as a school meal alone. */
export const accueilKinds = ['periscolaire', 'extrascolaire', 'none'] as const
export type AccueilKind = (typeof accueilKinds)[number]

export const accueilKindNames: Readonly<Record<AccueilKind, string>> = {
  periscolaire: 'périscolaire',
  extrascolaire: 'extrascolaire',
  none: 'non déclaré',
}

/** How a day is counted: the duration of its slots up to a ceiling, or a fixed number of hours. */
export const countings = ['slots', 'fixed'] as const

export type HoursRule = {
  readonly kind: AccueilKind
  readonly counts: (typeof countings)[number]
  /** In minutes: the ceiling of a day, or with `counts: 'fixed'` what a day counts. Null for no ceiling. */
  readonly dayMinutes: number | null
  /** The same for a half-day. */
  readonly halfDayMinutes: number | null
  /** The source of the rule: the convention, or what the CAF publishes. */
  readonly source: string
}

/** A slot of the day in which the child was present. */
export type CountedSlot = { readonly start: TimeOfDay; readonly end: TimeOfDay; readonly isMeal: boolean }

/**
 * The rules published by the CAF, used until the town types its convention. Périscolaire: every slot counts whole as
 * soon as the child is present; a Wednesday counts at most 9 h with the meal, 4 h for a half-day (caf.fr, «
 * Gestionnaire d’ALSH périscolaire »). Extrascolaire: 8 h a day and 4 h a half-day, which a convention may change.
 */
export const usualHoursRules = {
  periscolaire: {
    kind: 'periscolaire',
    counts: 'slots',
    dayMinutes: 9 * 60,
    halfDayMinutes: 4 * 60,
    source: 'caf.fr, gestionnaire d’ALSH périscolaire',
  },
  extrascolaire: {
    kind: 'extrascolaire',
    counts: 'slots',
    dayMinutes: 8 * 60,
    halfDayMinutes: 4 * 60,
    source: 'usage, à vérifier dans votre convention',
  },
  none: { kind: 'none', counts: 'slots', dayMinutes: null, halfDayMinutes: null, source: '' },
} as const satisfies Record<AccueilKind, HoursRule>

/**
 * The usual rule of an activity for which the town set none, chosen by the supervision that applies to the activity.
 */
export const usualHoursRule = (
  supervision: 'extracurricular' | 'periscolaire' | 'periscolairePedt' | 'none',
): HoursRule => {
  if (supervision === 'none') return usualHoursRules.none
  return supervision === 'extracurricular' ? usualHoursRules.extrascolaire : usualHoursRules.periscolaire
}

/** What a child's day counts, and how that was computed. */
export type HoursCount = {
  readonly minutes: number
  /** For each slot, in the order given. */
  readonly parts: readonly number[]
  /** The total duration of the slots. */
  readonly sum: number
  /** `day`: more than one part of care; `halfDay`: one part, with or without the meal. */
  readonly is: 'day' | 'halfDay'
}

/**
 * A day without a meal counts as two half-days, each with its own ceiling; no day exceeds the ceiling of a day.
 * @param slots those in which the child was present for at least a part
 */
export const countDay = (rule: HoursRule, slots: readonly CountedSlot[]): HoursCount => {
  const parts = slots.map(({ start, end }) => minutesOf(end) - minutesOf(start))
  const sum = total(parts)
  const care = parts.filter((_, at) => slots[at]?.isMeal === false)
  const is = care.length > 1 ? 'day' : 'halfDay'
  return { minutes: counted(rule, { slots, care, sum, is }), parts, sum, is }
}

const counted = (
  { kind, counts, dayMinutes, halfDayMinutes }: HoursRule,
  {
    slots,
    care,
    sum,
    is,
  }: { slots: readonly CountedSlot[]; care: readonly number[]; sum: number; is: HoursCount['is'] },
): number => {
  if (kind === 'none' || slots.length === 0) return 0
  if (counts === 'fixed') return (is === 'day' ? dayMinutes : halfDayMinutes) ?? sum
  if (is === 'halfDay') return atMost(sum, halfDayMinutes)
  const hasMeal = slots.some(({ isMeal }) => isMeal)
  return atMost(hasMeal ? sum : total(care.map((part) => atMost(part, halfDayMinutes))), dayMinutes)
}

const atMost = (minutes: number, ceiling: number | null): number => Math.min(minutes, ceiling ?? minutes)

const total = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0)

/** How the hours of a day were counted, in words before their number. */
export const countText = (rule: HoursRule, { minutes, sum, is }: Omit<HoursCount, 'parts'>): string => {
  const name = is === 'day' ? 'journée' : 'demi-journée'
  if (rule.counts === 'fixed') return `forfait d’une ${name}, compté`
  if (minutes === sum) return 'compté en entier'
  return is === 'halfDay' || minutes === rule.dayMinutes
    ? `plafond d’une ${name}, compté`
    : `chaque demi-journée à ${hoursText(rule.halfDayMinutes ?? 0)} au plus, compté`
}

/** Why a rule cannot be recorded, with the field to correct; null when it can. */
export const whyNotHoursRule = (
  rule: HoursRule,
  fromDay: Day,
): { readonly field: 'fromDay' | 'dayMinutes' | 'halfDayMinutes' | 'source'; readonly sentence: string } | null => {
  if (!fromDay.endsWith('-01')) return { field: 'fromDay', sentence: 'Une règle de compte commence le 1ᵉʳ d’un mois.' }
  if (rule.kind === 'none') return null
  if (rule.counts === 'fixed' && rule.dayMinutes === null)
    return { field: 'dayMinutes', sentence: 'Dites combien d’heures compte une journée.' }
  if (rule.counts === 'fixed' && rule.halfDayMinutes === null)
    return { field: 'halfDayMinutes', sentence: 'Dites combien d’heures compte une demi-journée.' }
  if (rule.dayMinutes !== null && rule.halfDayMinutes !== null && rule.halfDayMinutes > rule.dayMinutes)
    return { field: 'halfDayMinutes', sentence: 'Une demi-journée ne peut pas compter plus qu’une journée.' }
  return rule.source === ''
    ? { field: 'source', sentence: 'Dites d’où vient la règle\u00a0: la convention, son article.' }
    : null
}

/** « 9 h », « 4 h 30 », « 1 730 h » */
export const hoursText = (minutes: number): string => {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  const whole = `${new Intl.NumberFormat('fr').format(hours)}\u00a0h`
  return rest === 0 ? whole : `${whole}\u00a0${String(rest).padStart(2, '0')}`
}

/** « plage entière, 9 h par jour, 4 h par demi-journée » */
export const hoursRuleText = ({ kind, counts, dayMinutes, halfDayMinutes }: HoursRule): string => {
  if (kind === 'none') return 'n’est pas déclaré'
  const ceilings = [
    ...(dayMinutes === null ? [] : [`${hoursText(dayMinutes)} par jour`]),
    ...(halfDayMinutes === null ? [] : [`${hoursText(halfDayMinutes)} par demi-journée`]),
  ]
  const most = counts === 'slots' && ceilings.length > 0 ? ' au plus' : ''
  return [counts === 'slots' ? 'plage entière' : 'forfait', ...ceilings].join(', ') + most
}
