import type { ChildInput, GuardianInput } from '../../../shared/contract/desk/people/families.ts'
import { addDays, type Day, dayOf, yearOf } from '../../../shared/rules/calendar/day.ts'
import { emptyValues, guardianFields } from '../../../shared/rules/people/fields.ts'
import { folded } from '../../../shared/rules/people/names.ts'
import type { Civility, Sex } from '../../../shared/rules/people/person.ts'
import { levels } from '../../../shared/rules/people/schooling.ts'
import type { NewFamily } from '../families/families.ts'
import { type SchoolYear, workingDayUntil, yearCount } from './calendar.ts'
import { boys, familyNames, girls, men, neighbours, streets, women } from './names.ts'
import { type SeededRandom, seededRandom } from './seeded.ts'

/** The weekly activities of a child of the town, as far as its age allows. */
type Habits = {
  /** Weekdays of lunch at school; Monday is 1. */
  readonly canteen: readonly number[]
  readonly morning: readonly number[]
  readonly evening: readonly number[]
  readonly wednesday: readonly ('Matin' | 'Repas' | 'Après-midi')[]
  readonly oftenComesInHolidays: boolean
  readonly youth: boolean
}

export type PlannedChild = {
  readonly index: number
  readonly input: ChildInput
  /** Index in `schoolLevels` this year, one less for each earlier year. Below 0 the child is not at school yet. */
  readonly level: number
  /** Index of the child's school. */
  readonly school: 0 | 1
  readonly habits: Habits
}

export type PlannedFamily = {
  readonly index: number
  /** Index of the school year in which the family first used the service. */
  readonly joined: number
  readonly family: Omit<NewFamily, 'children'>
  readonly children: readonly PlannedChild[]
  readonly quotient: number | null
  /** When the family pays its invoices. */
  readonly pays: 'atOnce' | 'late' | 'never'
}

const familyCount = 600

/** Levels from nursery school on. */
export const schoolLevels = levels.slice(levels.indexOf('PS'))
const lastPrimary = schoolLevels.indexOf('CM2')
const lastNursery = schoolLevels.indexOf('GS')

type SchoolStage = 'nursery' | 'primary' | 'secondary'

/** The kind of school a child attends in a year; null before school. */
export const schoolStageIn = ({ level }: PlannedChild, year: number): SchoolStage | null => {
  const levelThatYear = level - (yearCount - 1 - year)
  if (levelThatYear < 0) return null
  return levelThatYear <= lastNursery ? 'nursery' : levelThatYear <= lastPrimary ? 'primary' : 'secondary'
}

export const levelIn = ({ level }: PlannedChild, year: number): (typeof levels)[number] | undefined =>
  schoolLevels[level - (yearCount - 1 - year)]

/** Families of the town. The same school years always give the same families. */
export const plannedFamilies = (years: readonly SchoolYear[]): PlannedFamily[] => {
  let children = 0
  return Array.from({ length: familyCount }, (_, index) => {
    const family = plannedFamily(index, children, years)
    children += family.children.length
    return family
  })
}

const plannedFamily = (index: number, firstChild: number, years: readonly SchoolYear[]): PlannedFamily => {
  const random = seededRandom(`family ${index}`)
  const isMarchand = index === 0
  const name = isMarchand ? 'Marchand' : random.pick(familyNames)
  const children = isMarchand ? marchandChildren(years) : plannedChildren(random, name, firstChild, years)
  const eldest = Math.max(...children.map(({ level }) => level))
  const earliest = Math.max(0, yearCount - 1 - eldest)
  const joinedYear = random.chance(0.75) ? earliest : random.between(earliest, yearCount - 1)
  const year = years[joinedYear] ?? years[0]
  if (!year) throw new RangeError('a town has school years')
  const since = workingDayUntil(addDays(year.from, -random.between(14, 20)))
  const quotient = isMarchand ? 727 : random.chance(0.11) ? null : quotientOf(random)
  const guardians = guardiansOf(random, index, name)
  const [postcode, town] = isMarchand || !random.chance(0.09) ? (['14550', homeTown] as const) : random.pick(neighbours)
  const street = isMarchand ? '8 rue des Tilleuls' : `${random.between(1, 68)} ${random.pick(streets)}`
  const scheme = random.chance(0.08) ? 'MSA' : 'CAF, régime général'
  const [first] = guardians
  return {
    index,
    joined: joinedYear,
    quotient,
    pays: isMarchand || random.chance(0.82) ? 'atOnce' : random.chance(0.75) ? 'late' : 'never',
    children,
    family: {
      home: {
        name,
        homePhone: random.chance(0.2) ? phone('02 61 91', index) : '',
        beneficiaryName: first ? `${first.lastName} ${first.firstName}` : '',
        benefitScheme: scheme,
        beneficiaryNumber: String(random.between(1_000_000, 9_999_999)),
        formerNumber: '',
        dependentChildren: children.length,
        lastIncomeCents: quotient === null ? null : quotient * random.between(24, 34) * 120,
        incomeUpdatedOn: quotient === null ? null : dayOf(yearOf(since), 1, 31),
        invoicesBy: '',
        notes: random.chance(0.04) ? random.pick(notes) : '',
      },
      guardians,
      move: {
        fromDay: since,
        address: {
          line1: street,
          line2: random.chance(0.12) ? `Appartement ${random.between(1, 40)}` : '',
          postcode,
          town,
        },
        resident: null,
      },
      quotient: quotient === null ? null : { fromDay: since, value: quotient, source: 'CAF (CDAP)', updatedOn: since },
    },
  }
}

export const homeTown = 'Blainville-sur-Orne'

const notes = [
  'Préfère être appelée après 17 h.',
  'Courrier à l’adresse de la mère.',
  'Paie en trois fois, accord du régisseur.',
  'Demande un reçu pour le comité d’entreprise.',
]

/** A random quotient, mostly between 400 and 1,300. */
const quotientOf = (random: SeededRandom): number => {
  const middle = (random.next() + random.next() + random.next()) / 3
  return Math.round(180 + middle ** 1.4 * 2000)
}

/** A phone number that ARCEP, the French regulator, reserves for fiction: 06 39 98 xx xx or 02 61 91 xx xx. */
const phone = (prefix: string, number: number): string => {
  const digits = String(number % 10_000).padStart(4, '0')
  return `${prefix} ${digits.slice(0, 2)} ${digits.slice(2)}`
}

/** Invented; empty for most, as in a real town. */
const occupations = [
  { profession: 'Infirmière', employer: 'Clinique du Canal' },
  {},
  { profession: 'Menuisier', employer: 'Atelier Houlgatais' },
  {},
  {},
  { profession: 'Enseignante', employer: '' },
  {},
]

const guardiansOf = (random: SeededRandom, index: number, name: string): GuardianInput[] => {
  const guardian = (rank: number, civility: Civility, firstName: string, lastName: string) => ({
    ...emptyValues(guardianFields),
    civility,
    lastName,
    firstName,
    email: `${ascii(firstName)}.${ascii(lastName)}.${index + 1}@example.fr`,
    mobilePhone: index === 0 && rank === 1 ? '06 39 98 41 27' : phone('06 39 98', index * 2 + rank),
    ...occupations[(index * 2 + rank) % occupations.length],
    workPhone: random.chance(0.1) ? phone('02 61 91', 5000 + index) : '',
    ownAddress: null,
  })
  if (index === 0) return [guardian(1, 'Mme', 'Camille', name), guardian(2, 'M.', 'Julien', name)]
  const mother = guardian(1, 'Mme', random.pick(women), random.chance(0.25) ? random.pick(familyNames) : name)
  const father = guardian(2, 'M.', random.pick(men), name)
  if (random.chance(0.72)) return [mother, father]
  return random.chance(0.85) ? [{ ...mother, lastName: name }] : [father]
}

const ascii = (text: string) => folded(text).replaceAll(' ', '-')

const marchandChild = (index: number, firstName: string, sex: Sex, birthDay: Day, level: string, habits: Habits) => ({
  index,
  input: { lastName: 'Marchand', firstName, birthDay, sex, notes: '' },
  level: schoolLevels.findIndex((one) => one === level),
  school: 0 as const,
  habits,
})

const marchandChildren = (years: readonly SchoolYear[]): PlannedChild[] => {
  const year = yearOf(years.at(-1)?.from ?? dayOf(2026, 9, 1))
  return [
    marchandChild(0, 'Louison', 'F', dayOf(year - 4, 3, 14), 'MS', {
      canteen: [1, 2, 4, 5],
      morning: [],
      evening: [1, 4],
      wednesday: ['Matin', 'Repas', 'Après-midi'],
      oftenComesInHolidays: true,
      youth: false,
    }),
    marchandChild(1, 'Basile', 'M', dayOf(year - 6, 10, 2), 'CP', {
      canteen: [],
      morning: [1, 2, 4],
      evening: [],
      wednesday: ['Matin'],
      oftenComesInHolidays: true,
      youth: false,
    }),
  ]
}

const plannedChildren = (random: SeededRandom, lastName: string, first: number, years: readonly SchoolYear[]) => {
  const count = random.chance(0.57) ? 1 : random.chance(0.82) ? 2 : 3
  const school: 0 | 1 = random.chance(0.55) ? 0 : 1
  const isPrimary = random.chance(0.72)
  const youngest = isPrimary ? random.between(0, lastPrimary) : random.between(lastPrimary + 1, schoolLevels.length - 1)
  const year = yearOf(years.at(-1)?.from ?? dayOf(2026, 9, 1))
  let level = youngest
  return Array.from({ length: count }, (_, position): PlannedChild => {
    if (position > 0) level = Math.min(level + random.between(1, 4), schoolLevels.length - 1)
    const isGirl = random.chance(0.5)
    const birthDay = addDays(dayOf(year - 3 - level, 1, 1), random.between(0, 364))
    return {
      index: first + position,
      input: {
        lastName,
        firstName: random.pick(isGirl ? girls : boys),
        birthDay,
        sex: isGirl ? 'F' : 'M',
        notes: '',
      },
      level,
      school,
      habits: habitsOf(random),
    }
  })
}

const weeks = [[1, 2, 4, 5], [1, 2, 4, 5], [1, 4], [2, 5], [1, 2, 4], [2, 4, 5], [1, 5], [4]] as const
const wednesdays = [
  ['Matin', 'Repas', 'Après-midi'],
  ['Matin', 'Repas', 'Après-midi'],
  ['Matin'],
  ['Matin', 'Repas'],
  ['Après-midi'],
] as const

const habitsOf = (random: SeededRandom): Habits => {
  const parentsWork = random.chance(0.28)
  return {
    canteen: random.chance(0.4) ? random.pick(weeks) : [],
    morning: parentsWork && random.chance(0.5) ? random.pick(weeks) : [],
    evening: parentsWork ? random.pick(weeks) : [],
    wednesday: random.chance(0.17) ? random.pick(wednesdays) : [],
    oftenComesInHolidays: random.chance(0.22),
    youth: random.chance(0.13),
  }
}
