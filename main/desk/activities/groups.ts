import type { ActivityInput } from '../../../shared/contract/desk/activities.ts'
import { ambiguousGroups, type Group, type GroupPlaces, totalPlaces } from '../../../shared/rules/groups/groups.ts'
import { groupCode } from '../../../shared/rules/price/tariff.ts'
import type { Write } from '../../store/acts/acts.ts'
import { activityGroup } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { Refused } from '../core.ts'
import {
  type GroupRow,
  groupRow,
  groupRowsOf,
  groupsPriced,
  groupsTakenBy,
  isGroupUsed,
  joinedToOf,
} from './activities-store.ts'

/** A group as the rule reads it, with the ratio that the town wants. */
export type ActivityGroup = Group & {
  /** Null for the ratio that the law gives. */
  readonly childrenPerAdult: number | null
}

/** The groups of an activity, in the order that staff gave them; empty when it has none. */
export const groupsOf = (store: Store, activityId: number): ActivityGroup[] =>
  groupRowsOf(store, activityId).map(asGroup)

/** The groups whose children a period takes. */
export type GroupsOfPeriod = {
  readonly groups: readonly ActivityGroup[]
  /**
   * The one group of all its children, whatever their age: for a period older than the joining of two activities. Null
   * otherwise.
   */
  readonly only: ActivityGroup | null
}

export const groupsOfPeriod = (store: Store, periodId: number): GroupsOfPeriod => {
  const taken = groupsTakenBy(store, periodId)
  if (!taken) return { groups: [], only: null }
  const all = groupsOf(store, taken.leadId)
  const groups = taken.groupIds === null ? all : all.filter(({ id }) => taken.groupIds?.includes(id))
  return { groups, only: (taken.groupIds?.length === 1 && groups[0]) || null }
}

const asGroup = (row: Pick<GroupRow, 'id' | 'name' | 'childrenPerAdult'> & Ages): ActivityGroup => ({
  id: row.id,
  name: row.name,
  childrenPerAdult: row.childrenPerAdult,
  ...agesOf(row),
})

type Ages = Pick<GroupRow, 'minimumAge' | 'maximumAge' | 'levels'>

export const agesOf = ({ minimumAge, maximumAge, levels }: Ages) => ({
  minAge: minimumAge,
  maxAge: maximumAge,
  classes: levels ?? [],
})

type GroupsInput = NonNullable<ActivityInput['groups']>

/** Writes the groups of an activity. @throws Refused for an invalid group, and for removing one that is used */
export const saveGroups = (store: Store, write: Write, activityId: number, groups: GroupsInput): void => {
  if (groups.length > 0 && joinedToOf(store, activityId) !== null)
    throw new Refused('Les groupes sont ceux de l’activité à laquelle elle est réunie.', 'groups')
  refuseBadGroups(groups)
  const previous = groupRowsOf(store, activityId)
  refuseUnpriced(store, activityId, previous, groups)
  for (const one of previous) {
    if (groups.some(({ id }) => id === one.id)) continue
    if (isGroupUsed(store, one))
      throw new Refused(
        `Le groupe «\u00a0${one.name}\u00a0» a des places ou des enfants qui y ont été mis\u00a0: il reste.`,
        'groups',
      )
    write.remove(activityGroup, one.id)
  }
  for (const [position, { id, ...values }] of groups.entries()) {
    if (id === undefined) write.insert(activityGroup, { ...values, activityId, position })
    else if (previous.some((one) => one.id === id)) write.update(activityGroup, id, { ...values, position })
    else throw new Refused('Ce groupe n’est pas de cette activité.', `groups.${position}.name`)
  }
}

/** @throws Refused for an undo that removes (null) or renames a group for which a tariff has a price */
export const refuseRegrouping = (store: Store, id: number, name: string | null): void => {
  const group = groupRow(store, id)
  if (!group) return
  const before = groupRowsOf(store, group.activityId)
  refuseUnpriced(
    store,
    group.activityId,
    before,
    before.flatMap((one) => (one.id !== id ? [one] : name === null ? [] : [{ name }])),
  )
}

/** @throws Refused for an undo that separates an activity from its lead, when its tariff names groups of the lead */
export const refuseParting = (store: Store, id: number): void => {
  const leadId = joinedToOf(store, id)
  if (leadId !== null) refuseUnpriced(store, id, groupRowsOf(store, leadId), groupRowsOf(store, id))
}

/**
 * @throws Refused when a group named by a tariff would be missing: its children would be priced as children of no group
 */
const refuseUnpriced = (
  store: Store,
  activityId: number,
  before: readonly { readonly name: string }[],
  after: readonly { readonly name: string }[],
): void => {
  const lost = groupsPriced(store, activityId).find(({ group }) => hasGroup(before, group) && !hasGroup(after, group))
  if (lost)
    throw new Refused(
      `Le tarif «\u00a0${lost.tariff}\u00a0» a un prix pour le groupe «\u00a0${lost.group}\u00a0»\u00a0: il reste, sous ce nom.`,
      'groups',
    )
}

const hasGroup = (groups: readonly { readonly name: string }[], named: string): boolean =>
  groups.some(({ name }) => groupCode(name) === groupCode(named))

const refuseBadGroups = (groups: GroupsInput): void => {
  for (const [position, { name, minimumAge, maximumAge }] of groups.entries()) {
    if (groupCode(name) === '')
      throw new Refused('Le nom d’un groupe a au moins une lettre ou un chiffre.', `groups.${position}.name`)
    // Names are compared as tariffs compare them, or a price for one of the two would also be the price of the other.
    if (groups.findIndex((other) => groupCode(other.name) === groupCode(name)) !== position)
      throw new Refused('Deux groupes portent le même nom.', `groups.${position}.name`)
    if (minimumAge !== null && maximumAge !== null && maximumAge < minimumAge)
      throw new Refused('L’âge le plus élevé est inférieur au plus bas.', `groups.${position}.maximumAge`)
  }
  const ambiguous = ambiguousGroups(groups.map(({ name, ...ages }) => ({ name, ...agesOf(ages) })))
  if (ambiguous) {
    const [one, other] = ambiguous
    throw new Refused(
      `Un enfant serait à la fois dans «\u00a0${one.name}\u00a0» et dans «\u00a0${other.name}\u00a0»\u00a0: leurs âges ou leurs classes se recoupent.`,
      'groups',
    )
  }
}

type Places = { readonly capacity: number; readonly groupPlaces?: GroupPlaces | null | undefined }

/**
 * The places as they are stored: with places by group, the capacity is their sum.
 * @throws Refused for a group of another activity, and for a group named twice
 */
export const checkedPlaces = (groups: readonly Group[], { capacity, groupPlaces }: Places, field: string) => {
  if (!groupPlaces) return { capacity, groupPlaces: null }
  const ids = groupPlaces.map(({ groupId }) => groupId)
  if (ids.some((id) => !groups.some((group) => group.id === id)))
    throw new Refused('Ce groupe n’est pas de cette activité.', field)
  if (new Set(ids).size < ids.length) throw new Refused('Un groupe est nommé deux fois.', field)
  return { capacity: totalPlaces(groupPlaces), groupPlaces }
}

/** Whether two openings have the same capacity and the same places for each group. */
export const samePlaces = (one: Places, other: Places): boolean =>
  one.capacity === other.capacity && placesText(one) === placesText(other)

const placesText = ({ groupPlaces }: Places): string =>
  (groupPlaces ?? [])
    .map(({ groupId, capacity }) => `${groupId}:${capacity}`)
    .toSorted()
    .join(' ')
