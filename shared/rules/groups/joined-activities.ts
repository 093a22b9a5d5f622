import type { Day, TimeOfDay } from '../calendar/day.ts'
import { sameLabel } from '../people/names.ts'
import { groupCode } from '../price/tariff.ts'
import { counted, listed, timeText } from '../text/french.ts'
import { ambiguousGroups, type Group } from './groups.ts'

/* Joining two activities: each keeps its periods, prices and papers; both become groups of the lead. */

type JoinableSlot = { readonly name: string; readonly start: TimeOfDay; readonly end: TimeOfDay }

/** What the rule needs to know about an activity. */
export type JoinableActivity = {
  readonly name: string
  /** The site of its facility. */
  readonly site: { readonly id: number; readonly name: string }
  readonly regieId: number
  readonly typeId: number
  readonly supervision: string
  readonly residentsOnly: boolean
  readonly archived: boolean
  /** How its hours are declared to the CAF, now and later, as a text to compare; empty for the usual rule. */
  readonly hoursRules: string
  /** Slots that have not ended. */
  readonly slots: readonly JoinableSlot[]
  readonly groups: readonly Omit<Group, 'id'>[]
  readonly sublists: readonly { readonly name: string }[]
  /** Whether it was already joined to another activity. */
  readonly isJoined: boolean
  /** Whether other activities were joined to it. */
  readonly hasJoined: boolean
}

/** Whether two slots may share a column: they have the same name and hours. */
export const isSameSlot = (one: JoinableSlot, other: JoinableSlot): boolean =>
  sameLabel(one.name, other.name) && one.start === other.start && one.end === other.end

/**
 * Why two activities cannot be joined, as French sentences; empty when they can.
 * @param kept the lead, under which both would be shown
 * @param groups the groups of the lead afterwards; the last one is for the children of `joined`
 * @param childrenOfBoth names of the children who are registered in both at the same time
 */
export const whyNotJoined = (
  kept: JoinableActivity,
  joined: JoinableActivity,
  groups: readonly Omit<Group, 'id'>[],
  childrenOfBoth: readonly string[],
): string[] => {
  const reasons: string[] = []
  for (const { name, archived, isJoined } of [kept, joined]) {
    if (archived) reasons.push(`${named(name)} est archivée.`)
    if (isJoined) reasons.push(`${named(name)} est déjà réunie à une autre activité.`)
  }
  if (joined.hasJoined || joined.groups.length > 0)
    reasons.push(`${named(joined.name)} a déjà des groupes\u00a0: choisissez-la comme l’activité qui reste.`)
  for (const [one, other] of [
    [kept, joined],
    [joined, kept],
  ] as const) {
    const alone = one.slots.filter((slot) => !other.slots.some((twin) => isSameSlot(slot, twin)))
    if (alone.length > 0)
      reasons.push(`Les plages diffèrent\u00a0: ${named(one.name)} est seule à avoir ${listed(alone.map(slotText))}.`)
  }
  if (kept.site.id !== joined.site.id)
    reasons.push(
      `Elles ne sont pas du même site (${named(kept.site.name)} et ${named(joined.site.name)})\u00a0: une activité est d’un seul site.`,
    )
  if (kept.regieId !== joined.regieId) reasons.push('Elles ne sont pas encaissées par la même régie.')
  if (kept.typeId !== joined.typeId || kept.supervision !== joined.supervision)
    reasons.push('Le type d’accueil n’est pas le même\u00a0: type d’activité ou taux d’encadrement.')
  if (kept.residentsOnly !== joined.residentsOnly)
    reasons.push(
      'L’une est réservée aux familles de la commune, l’autre non\u00a0: l’année suivante serait la même pour toutes.',
    )
  if (kept.hoursRules !== joined.hoursRules)
    reasons.push('Leurs heures ne se déclarent pas à la CAF selon la même règle.')
  const twice = groups.find(
    ({ name }, index) => groups.findIndex((other) => groupCode(other.name) === groupCode(name)) !== index,
  )
  if (twice) reasons.push(`Deux groupes s’appelleraient ${named(twice.name)}.`)
  const list = kept.sublists.find(({ name }) => joined.sublists.some((other) => sameLabel(other.name, name)))
  if (list) reasons.push(`Toutes deux ont une liste ${named(list.name)}\u00a0: renommez l’une des deux.`)
  const ambiguous = ambiguousGroups(groups)
  if (ambiguous)
    reasons.push(
      `Un enfant serait à la fois dans ${named(ambiguous[0].name)} et dans ${named(ambiguous[1].name)}\u00a0: leurs âges ou leurs classes se recoupent.`,
    )
  if (childrenOfBoth.length > 0) reasons.push(bothText(childrenOfBoth))
  return reasons
}

const named = (name: string) => `«\u00a0${name}\u00a0»`

const slotText = ({ name, start, end }: JoinableSlot) => `${name} (${timeText(start)} → ${timeText(end)})`

const namedAtMost = 5

const bothText = (children: readonly string[]): string => {
  const rest = children.length - namedAtMost
  const names = listed([
    ...children.slice(0, namedAtMost),
    ...(rest > 0 ? [counted(rest, 'autre enfant', 'autres enfants')] : []),
  ])
  const are = children.length === 1 ? 'est inscrit' : 'sont inscrits'
  return `${names} ${are} aux deux en même temps\u00a0: mettez fin à l’une des inscriptions.`
}

/**
 * « ALSH mercredi », of « ALSH mercredi, 3-5 ans » and « ALSH mercredi, 6-11 ans »: their common words; else the first.
 */
export const jointName = (one: string, other: string): string => {
  const [own, more] = [one.split(' '), other.split(' ')]
  const differs = own.findIndex((word, at) => bare(word) !== bare(more[at] ?? ''))
  const common = differs < 0 ? own : own.slice(0, differs)
  return bare(common.join(' ').replace(/(?:^|\s)(?:les?|la|des?|du|à|aux?)$/i, '')) || one
}

/** Without the punctuation that joins a name to what follows. */
const bare = (text: string): string => text.replace(/[\s,:;–-]+$/, '')

/** What is left of an activity's name beside the joint one, as the name of its group: « Les Tilleuls ». */
export const groupNameIn = (name: string, joint: string): string => {
  const rest = name.startsWith(joint) ? name.slice(joint.length).replace(/^[\s,:;–-]+/, '') : name
  const kept = rest === '' ? name : rest
  if (kept.length <= longestGroupName) return kept
  const cut = kept.slice(0, longestGroupName + 1)
  return bare(cut.includes(' ') ? cut.slice(0, cut.lastIndexOf(' ')) : kept.slice(0, longestGroupName))
}

const longestGroupName = 24

/** The ages, classes and schools that either activity accepts; null for all. */
export const jointChildren = (one: ChildrenTaken, other: ChildrenTaken): ChildrenTaken => ({
  minimumAge: ofBoth(one.minimumAge, other.minimumAge, Math.min),
  maximumAge: ofBoth(one.maximumAge, other.maximumAge, Math.max),
  levels: ofBoth(one.levels, other.levels, (own, more) => [...new Set([...own, ...more])]),
  schoolIds: ofBoth(one.schoolIds, other.schoolIds, (own, more) => [...new Set([...own, ...more])]),
})

type ChildrenTaken = {
  readonly minimumAge: number | null
  readonly maximumAge: number | null
  readonly levels: readonly string[] | null
  readonly schoolIds: readonly number[] | null
}

const ofBoth = <Value>(one: Value | null, other: Value | null, both: (one: Value, other: Value) => Value) =>
  one === null || other === null ? null : both(one, other)

type PeriodShown = {
  readonly activityId: number
  readonly leadId: number
  readonly startDay: Day
  readonly endDay: Day
}

/** Whether a period of another activity is shown in one grid with a period: joined, and they share days. */
export const isShownWith = (period: PeriodShown, other: PeriodShown): boolean =>
  other.leadId === period.leadId &&
  other.activityId !== period.activityId &&
  other.startDay <= period.endDay &&
  period.startDay <= other.endDay

type PeriodInTime = {
  readonly activityId: number
  /** The activity under which it is shown. */
  readonly leadId: number
  readonly startDay: Day
  readonly endDay: Day
  readonly weekdays: readonly number[]
  readonly schoolHolidays: string
}

/**
 * Sets of periods of joined activities that the copy for the next year turns into one period: they share days, weekdays
 * and the rule on holidays. A period that matches two others of one activity is joined with none. The first period of a
 * set gives the copy its name and rules.
 */
export const periodsInOne = <Period extends PeriodInTime>(periods: readonly Period[]): Period[][] => {
  const mayPair = (one: Period, other: Period) =>
    one.leadId === other.leadId &&
    one.schoolHolidays === other.schoolHolidays &&
    one.startDay <= other.endDay &&
    other.startDay <= one.endDay &&
    one.weekdays.length === other.weekdays.length &&
    one.weekdays.every((weekday) => other.weekdays.includes(weekday))
  const isOfLead = ({ activityId, leadId }: Period) => activityId === leadId
  const leadOf = (period: Period): Period | undefined => {
    const leads = periods.filter((one) => isOfLead(one) && mayPair(one, period))
    const [lead] = leads
    const rivals = lead && periods.filter((one) => one.activityId === period.activityId && mayPair(one, lead))
    return leads.length === 1 && rivals?.length === 1 ? lead : undefined
  }
  const goesWith = new Map(periods.map((one) => [one, isOfLead(one) ? undefined : leadOf(one)]))
  return periods
    .filter((one) => goesWith.get(one) === undefined)
    .map((one) => [one, ...periods.filter((other) => goesWith.get(other) === one)])
}
