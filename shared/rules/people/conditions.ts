import { ageOn, type Day, type DayRange, isWithin } from '../calendar/day.ts'
import { type Group, groupOn, isByHandOnly, isOfAge, type PutInGroup } from '../groups/groups.ts'
import { ageText, counted, listed, shortDay } from '../text/french.ts'
import { isActive, type RegistrationState } from './registration.ts'
import { levels, levelsText, levelText, type Schooled, type Schooling, schoolingsBetween } from './schooling.ts'

/**
 * Which children an activity accepts. Ages in whole years on the day, bounds included; an empty list of classes or of
 * schools accepts all.
 */
export type Conditions = {
  readonly minAge: number | null
  readonly maxAge: number | null
  readonly classes: readonly string[]
  /** Names of schools; absent from older desks. */
  readonly schools?: readonly string[] | undefined
  /** The groups of the activity, one of which the child must be in; empty when the activity has no groups. */
  readonly groups?: readonly Group[] | undefined
  readonly residentsOnly: boolean
}

/**
 * The conditions of a period that takes these groups. When it takes the children of a single group, the ages and
 * classes of that group apply.
 */
export const conditionsWithGroups = (
  own: Omit<Conditions, 'groups'>,
  { groups, only }: { readonly groups: readonly Group[]; readonly only: Group | null },
): Conditions =>
  only ? { ...own, minAge: only.minAge, maxAge: only.maxAge, classes: only.classes } : { ...own, groups }

/** The conditions of a child for whom staff waived them at the registration, with a reason. */
export const noConditions: Conditions = { minAge: null, maxAge: null, classes: [], residentsOnly: false }

/** The facts about a child that conditions depend on; school, class and residence are those of the day. */
export type Candidate = Schooling & {
  readonly birth: Day
  readonly resident: boolean
  /** The groups in which staff put the child, soonest first. */
  readonly put?: readonly PutInGroup[] | undefined
}

export type UnmetCondition =
  | {
      readonly kind: 'age'
      readonly minAge: number | null
      readonly maxAge: number | null
      readonly birth: Day
      readonly day: Day
    }
  | { readonly kind: 'class'; readonly classes: readonly string[]; readonly schoolClass: string | null }
  | { readonly kind: 'school'; readonly schools: readonly string[]; readonly school: string | null }
  /** The activity has groups, and the child is in none of them. */
  | {
      readonly kind: 'group'
      readonly groups: readonly Group[]
      readonly birth: Day
      readonly schoolClass: string | null
      readonly day: Day
    }
  | { readonly kind: 'residence' }

/**
 * The conditions that the child does not meet on the day. Staff with the right to override may accept the child, with a
 * reason.
 */
export const unmetConditions = (conditions: Conditions, child: Candidate, on: Day): UnmetCondition[] => {
  const { minAge, maxAge, classes, schools = [], groups = [], residentsOnly } = conditions
  const unmet: UnmetCondition[] = []
  const { years } = ageOn(child.birth, on)
  if (on < child.birth || years < (minAge ?? 0) || years > (maxAge ?? Infinity)) {
    unmet.push({ kind: 'age', minAge, maxAge, birth: child.birth, day: on })
  }
  if (classes.length > 0 && (child.schoolClass === null || !classes.includes(child.schoolClass))) {
    unmet.push({ kind: 'class', classes, schoolClass: child.schoolClass })
  }
  if (schools.length > 0 && (child.school === null || !schools.includes(child.school))) {
    unmet.push({ kind: 'school', schools, school: child.school })
  }
  const { birth, schoolClass, put = [] } = child
  const isInNone = groups.length > 0 && groupOn(groups, { birth, schoolClass, put }, on) === null
  const isOfNoAge = isInNone && !groups.some((group) => isOfAge(group, birth, on))
  // Of a child of no group's age, the class is not worth asking for.
  const kept = isOfNoAge ? unmet.filter((one) => !isUnknownClass(one)) : unmet
  if (isInNone && kept.length === 0) kept.push({ kind: 'group', groups, birth, schoolClass, day: on })
  if (residentsOnly && !child.resident) kept.push({ kind: 'residence' })
  return kept
}

/** Whether it is unmet only because the child’s class or school is not known yet. */
export const isUnknown = (unmet: UnmetCondition): boolean => {
  if (unmet.kind === 'class') return isUnknownClass(unmet)
  if (unmet.kind === 'school') return unmet.school === null
  return (
    unmet.kind === 'group' &&
    unmet.schoolClass === null &&
    unmet.groups.some((group) => group.classes.length > 0 && isOfAge(group, unmet.birth, unmet.day))
  )
}

const isUnknownClass = (unmet: UnmetCondition): boolean => unmet.kind === 'class' && unmet.schoolClass === null

/** Whether the child is too young or too old on every day of the span: the activity is then not proposed at all. */
export const isNeverOfAge = (
  { minAge, maxAge }: Pick<Conditions, 'minAge' | 'maxAge'>,
  birth: Day,
  { from, to }: { readonly from: Day; readonly to: Day },
): boolean => ageOn(birth, to).years < (minAge ?? 0) || ageOn(birth, from).years > (maxAge ?? Infinity)

/**
 * Whether the child is in a higher class than all those accepted. Classes only go up, so the activity is not proposed
 * at all.
 */
export const isAboveClasses = ({ classes }: Pick<Conditions, 'classes'>, schoolClass: string | null): boolean =>
  classes.length > 0 && classes.every((one) => rankOf(one) !== -1 && rankOf(one) < rankOf(schoolClass))

/**
 * Whether the child goes to another school on every day of the span: the activity is then not proposed at all. When the
 * school is unknown, the activity is proposed, and the refusal gives the reason.
 */
export const isOfOtherSchools = (
  { schools = [] }: Pick<Conditions, 'schools'>,
  child: Schooled,
  { from, to }: { readonly from: Day; readonly to: Day },
): boolean => {
  const attended = schoolingsBetween(child, from, to).map(({ school }) => school)
  return schools.length > 0 && attended.every((school) => school !== null && !schools.includes(school))
}

const rankOf = (schoolClass: string | null): number => levels.findIndex((level) => level === schoolClass)

export const unmetText = (unmet: UnmetCondition): string => {
  if (unmet.kind === 'residence') return 'Cette activité est réservée aux familles de la commune.'
  if (unmet.kind === 'class') {
    const restrictionText = `Cette activité est réservée aux classes ${listed(unmet.classes)}`
    return unmet.schoolClass === null
      ? `${restrictionText} et la classe de l’enfant n’est pas connue.`
      : `${restrictionText}\u00a0: l’enfant est en ${unmet.schoolClass}.`
  }
  if (unmet.kind === 'school') {
    const { schools, school } = unmet
    const word = schools.length === 1 ? 'École' : 'Écoles'
    const own = school === null ? 'Celle de l’enfant n’est pas connue.' : `Celle de l’enfant\u00a0: ${school}.`
    return `${word} de cette activité\u00a0: ${listed(schools)}. ${own}`
  }
  const { birth, day } = unmet
  if (unmet.kind === 'group') {
    const schoolClass = unmet.schoolClass === null ? '' : ` et est en ${levelText(unmet.schoolClass)}`
    return `L’enfant n’est d’aucun groupe de cette activité\u00a0: ${listed(unmet.groups.map(groupText))}. Il a ${ageText(ageOn(birth, day))} le ${shortDay(day)}${schoolClass}.`
  }
  if (day < birth) return `L’enfant n’est pas encore né le ${shortDay(day)}.`
  return `Cette activité est ouverte ${agesText(unmet)}\u00a0: l’enfant a ${ageText(ageOn(birth, day))} le ${shortDay(day)}.`
}

/** « 3-5 ans (de 3 à 5 ans) », « Grands (CP → CM2) », « Passerelle (à la main) » */
const groupText = (group: Group): string => `${group.name} (${whoText(group)})`

/** « de 3 à 5 ans », « CP → CM2 », « de 6 à 8 ans, CP, CE1 », « à la main » for a group without age and class. */
export const whoText = (group: Omit<Group, 'id' | 'name'>): string => {
  if (isByHandOnly(group)) return 'à la main'
  const ages = group.minAge === null && group.maxAge === null ? [] : [agesText(group)]
  return [...ages, ...(group.classes.length > 0 ? [levelsText(group.classes)] : [])].join(', ')
}

/** « de 3 à 5 ans », « à partir de 11 ans », « jusqu’à 5 ans », « à tous les âges » */
export const agesText = ({ minAge, maxAge }: Pick<Conditions, 'minAge' | 'maxAge'>): string => {
  if (minAge !== null && maxAge !== null) {
    return minAge === maxAge ? `à ${counted(minAge, 'an')}` : `de ${minAge} à ${counted(maxAge, 'an')}`
  }
  if (minAge !== null) return `à partir de ${counted(minAge, 'an')}`
  return maxAge === null ? 'à tous les âges' : `jusqu’à ${counted(maxAge, 'an')}`
}

type RegistrationInput = {
  readonly span: DayRange
  readonly period: { readonly name: string; readonly from: Day; readonly to: Day }
  /** The registrations of this child in this period, by this family. */
  readonly others: readonly { readonly state: RegistrationState; readonly span: DayRange }[]
}

/**
 * Why a registration is refused whatever the reason: another active one, or dates in the wrong order or outside the
 * period.
 */
export const whyNotRegister = ({ span, period, others }: RegistrationInput): string | null => {
  const active = others.find(({ state }) => isActive(state))
  if (active?.state === 'accepted') {
    return `Cet enfant est déjà inscrit à «\u00a0${period.name}\u00a0»\u00a0: réservez dans le calendrier de cette inscription.`
  }
  if (active)
    return `Une inscription à «\u00a0${period.name}\u00a0» est déjà demandée pour cet enfant\u00a0: elle attend une décision.`
  if (span.to !== undefined && span.to < span.from) return 'La date de fin vient avant la date de début.'
  if (!isWithin(period, span.from) || (span.to !== undefined && !isWithin(period, span.to))) {
    return `Les dates doivent tenir dans la période, du ${shortDay(period.from)} au ${shortDay(period.to)}.`
  }
  return null
}
