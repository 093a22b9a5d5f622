import type { Behind, FiguresTable, PeopleAsked } from '../../../../shared/contract/desk/figures/figures-tables.ts'
import { addMonths, type Day } from '../../../../shared/rules/calendar/day.ts'
import {
  againstText,
  type PeopleStep,
  peopleStepNames,
  shareOf,
} from '../../../../shared/rules/figures/figures-table.ts'
import { formatNumber } from '../../../../shared/rules/money/money.ts'
import { folded } from '../../../../shared/rules/people/names.ts'
import { bracketIndex, bracketText } from '../../../../shared/rules/price/bracket.ts'
import { ageText, counted, shortDay } from '../../../../shared/rules/text/french.ts'
import type { Store } from '../../../store/store.ts'
import { activityOf } from '../../activities/activities.ts'
import { type Core, Refused } from '../../core.ts'
import {
  type ChildOnDay,
  childrenOnDay,
  familyRows,
  type HomeHistory,
  homeHistories,
  homeOn,
} from '../../families/families.ts'
import { bracketsOn } from '../../prices/prices.ts'
import { type Registered, registeredOn } from './people-store.ts'
import { maxBehind, siteText } from './tables.ts'

/* « Familles »: the children registered on a day and their homes, counted by what the file says of them on that day. */

/** The row in which a registered child is counted: the key, which sorts the rows, and the title. */
type Place = { readonly key: string; readonly title: string }

type Counted = { readonly title: string; readonly childIds: Set<number>; readonly familyIds: Set<number> }

export const peopleTable = ({ store }: Core, asked: PeopleAsked): FiguresTable => {
  const { on, by, activityId, siteId } = asked
  if (activityId !== null) activityOf(store, activityId)
  const now = countedOn(store, asked)
  const before = countedOn(store, { ...asked, on: addMonths(on, -12) }, on)
  const [all, allBefore] = [everybody(now), everybody(before)]
  const keys = [...new Set([...now.keys(), ...before.keys()])].toSorted((one, other) =>
    one.localeCompare(other, 'fr', { numeric: true }),
  )
  const valuesOf = (own: Counted | undefined, ownBefore: Counted | undefined) => {
    const [children, was] = [own?.childIds.size ?? 0, ownBefore?.childIds.size ?? 0]
    return [children, shareOf(children, all.childIds.size), own?.familyIds.size ?? 0, was, children - was]
  }
  return {
    title: `Enfants inscrits, par ${peopleStepNames[by].toLocaleLowerCase('fr')}`,
    about: [shortDay(on), activityId === null ? siteText(store, siteId) : activityOf(store, activityId).name]
      .filter((text) => text !== '')
      .join(', '),
    head: peopleStepNames[by],
    columns: [
      { key: 'children', title: 'Enfants', unit: 'count', isMain: true },
      { key: 'share', title: 'Part', unit: 'percent' },
      { key: 'families', title: 'Familles', unit: 'count' },
      { key: 'before', title: 'Un an avant', unit: 'count' },
      { key: 'change', title: 'Écart', unit: 'count', isDifference: true },
    ],
    rows: keys.map((key) => ({
      key,
      title: now.get(key)?.title ?? before.get(key)?.title ?? '',
      values: valuesOf(now.get(key), before.get(key)),
    })),
    total: valuesOf(all, allBefore),
    opens: ['children', 'families'],
    chart: { series: ['children'], before: 'before', ceiling: null },
    sentence:
      all.childIds.size === 0
        ? 'Personne n’est inscrit ce jour-là.'
        : `${counted(all.childIds.size, 'enfant')} de ${counted(all.familyIds.size, 'famille')}, ${againstText(all.childIds.size, allBefore.childIds.size, formatNumber)}.`,
    note: notes[by],
  }
}

const notes: Readonly<Record<PeopleStep, string>> = {
  bracket:
    'Le quotient qui compte ce jour-là, dans les tranches du tarif qui en a le plus, celles de ce jour pour les deux années. Un enfant de deux foyers compte dans la tranche de chacun, et une fois dans le total.',
  town: 'L’adresse du foyer ce jour-là. Un enfant de deux foyers compte dans la commune de chacun, et une fois dans le total.',
  school: 'L’école de l’enfant ce jour-là.',
  age: 'L’âge de l’enfant ce jour-là.',
}

const everybody = (rows: ReadonlyMap<string, Counted>): Counted => ({
  title: '',
  childIds: new Set([...rows.values()].flatMap(({ childIds }) => [...childIds])),
  familyIds: new Set([...rows.values()].flatMap(({ familyIds }) => [...familyIds])),
})

/** @param cutOn the day whose brackets sort the homes, so that two years are compared in the same brackets */
const countedOn = (store: Store, asked: PeopleAsked, cutOn = asked.on): ReadonlyMap<string, Counted> => {
  const registered = registeredOn(store, asked)
  const placeOf = placeFinder(store, asked, registered, cutOn)
  const rows = new Map<string, Counted>()
  for (const one of registered) {
    const { key, title } = placeOf(one)
    const row = rows.get(key) ?? { title, childIds: new Set<number>(), familyIds: new Set<number>() }
    row.childIds.add(one.childId)
    row.familyIds.add(one.familyId)
    rows.set(key, row)
  }
  return rows
}

const placeFinder = (
  store: Store,
  { by, on }: Pick<PeopleAsked, 'by' | 'on'>,
  registered: readonly Registered[],
  cutOn: Day,
): ((one: Registered) => Place) => {
  // A child registered at a site is counted there by its age and its home even when it has moved to another site since:
  // so this reads the unlimited store.
  const whole = store.whole ?? store
  if (by === 'school' || by === 'age') {
    const children = childrenOnDay(whole, [...new Set(registered.map(({ childId }) => childId))], on)
    const find = by === 'school' ? schoolOf : ageOf
    return ({ childId }) => find(children.get(childId))
  }
  const homes = homeHistories(whole, [...new Set(registered.map(({ familyId }) => familyId))])
  const find = by === 'town' ? townOf : bracketFinder(store, cutOn)
  return ({ familyId }) => find(homes.get(familyId), on)
}

/** The key of the row for unknown values, which sorts last. */
const last = '\uffff'

const schoolOf = (child: ChildOnDay | undefined): Place =>
  child && child.school !== '' ? { key: child.school, title: child.school } : { key: last, title: 'École inconnue' }

const ageOf = (child: ChildOnDay | undefined): Place => {
  const years = child?.age.years ?? 0
  return { key: String(years).padStart(3, '0'), title: years < 1 ? 'moins d’un an' : counted(years, 'an') }
}

const townOf = (home: HomeHistory | undefined, on: Day): Place => {
  const town = home ? (homeOn(home, on).address?.town.trim() ?? '') : ''
  return town === '' ? { key: last, title: 'Adresse inconnue' } : { key: folded(town), title: town }
}

const bracketFinder = (store: Store, day: Day) => {
  const brackets = bracketsOn(store, day)
  return (home: HomeHistory | undefined, on: Day): Place => {
    const value = home ? (homeOn(home, on).quotient?.value ?? null) : null
    if (value === null) return { key: last, title: 'Quotient inconnu' }
    const at = bracketIndex(brackets, value)
    const bracket = brackets[at]
    return bracket
      ? { key: String(at).padStart(3, '0'), title: bracketText(bracket) }
      : { key: '000', title: 'Aucun tarif par tranche' }
  }
}

/**
 * The bracket of each home, as a row « 301–620 »: where its quotient of the day `on` falls among the brackets in force
 * on `cutOn`.
 */
export const bracketsOfHomes = (
  store: Store,
  familyIds: readonly number[],
  { on, cutOn }: { readonly on: Day; readonly cutOn: Day },
): ((familyId: number) => Place) => {
  const homes = homeHistories(store, familyIds)
  const find = bracketFinder(store, cutOn)
  return (familyId) => find(homes.get(familyId), on)
}

/** The children or the homes that a figure counts. @param row empty for the total row */
export const peopleBehind = ({ store }: Core, asked: PeopleAsked, row: string, column: string): Behind => {
  if (column !== 'children' && column !== 'families') throw new Refused('Ce chiffre n’a pas de liste derrière lui.')
  const registered = registeredOn(store, asked)
  const placeOf = placeFinder(store, asked, registered, asked.on)
  const own = row === '' ? registered : registered.filter((one) => placeOf(one).key === row)
  const title = `${column === 'children' ? 'Enfants' : 'Familles'}${own[0] && row !== '' ? `, ${placeOf(own[0]).title}` : ''}`
  return column === 'children' ? childrenOf(store, asked.on, own, title) : familiesOf(store, asked.on, own, title)
}

const childrenOf = (store: Store, on: Day, registered: readonly Registered[], title: string): Behind => {
  const families = new Map(registered.map(({ childId, familyId }) => [childId, familyId]))
  const children = [...childrenOnDay(store, [...families.keys()], on).values()].toSorted(
    (one, other) =>
      one.lastName.localeCompare(other.lastName, 'fr') || one.firstName.localeCompare(other.firstName, 'fr'),
  )
  return {
    title,
    head: 'Enfant',
    valueHead: 'Âge',
    rows: children.slice(0, maxBehind).map(({ id, lastName, firstName, age, school, level }) => ({
      key: String(id),
      name: `${lastName} ${firstName}`,
      about: [school, level].filter((text) => text !== '').join(', '),
      value: ageText(age),
      familyId: families.get(id) ?? null,
    })),
    total: families.size,
  }
}

const familiesOf = (store: Store, on: Day, registered: readonly Registered[], title: string): Behind => {
  const children = Map.groupBy(registered, ({ familyId }) => familyId)
  const rows = familyRows(store, [...children.keys()], on).toSorted((one, other) =>
    one.name.localeCompare(other.name, 'fr'),
  )
  return {
    title,
    head: 'Famille',
    valueHead: 'Enfants',
    rows: rows.slice(0, maxBehind).map(({ id, name, guardians }) => ({
      key: String(id),
      name,
      about: guardians,
      value: formatNumber(new Set((children.get(id) ?? []).map(({ childId }) => childId)).size),
      familyId: id,
    })),
    total: children.size,
  }
}
