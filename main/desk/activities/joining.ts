import { ascending } from '../../../shared/collections.ts'
import type { JoiningInput, JoiningPreview } from '../../../shared/contract/desk/activities.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import {
  isSameSlot,
  type JoinableActivity,
  jointChildren,
  whyNotJoined,
} from '../../../shared/rules/groups/joined-activities.ts'
import { whoText } from '../../../shared/rules/people/conditions.ts'
import { sameLabel } from '../../../shared/rules/people/names.ts'
import type { Write } from '../../store/acts/acts.ts'
import { activity, activityGroup, period, sublist } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { schoolNames, siteOfFacility } from '../settings/settings.ts'
import {
  activityRow,
  allActivities,
  allPeriods,
  childrenOfBothActivities,
  hoursRulesFrom,
  joinedActivities,
  leadOf,
  papersAskedBy,
  registeredByPeriod,
  type SlotRow,
  shownWith,
  slotRow,
  slotRowsOf,
  sublistRowsOf,
} from './activities-store.ts'
import { agesOf, groupsOf } from './groups.ts'

/*
 * Joins two activities, which become groups of one. Nothing that was booked, priced or issued moves: the second
 * activity points to the first, and each existing period keeps the group of its children. Only screens and later copies
 * show a single activity.
 */

type Activity = NonNullable<ReturnType<typeof activityRow>>

/** What joining the two activities would show as one, and why it is refused, if it is. */
export const previewJoining = ({ store, clock }: Core, input: JoiningInput): JoiningPreview => {
  const { obstacles, groups, periods } = readJoining(store, today(clock), input)
  const { kept, joined } = requireBoth(store, input)
  return {
    obstacles,
    schools: schoolNames(store, jointChildren(kept, joined).schoolIds ?? []),
    papers: papersAskedBy(store, shownWith(store, [kept.id, joined.id]), today(clock)),
    groups: groups.map(({ name, ...ages }) => ({ name, who: whoText(ages) })),
    periods: periods.map(({ id, name, activity: own, startDay, endDay, groupName, children, capacity }) => {
      return { id, name, activity: own, startDay, endDay, group: groupName, children, capacity }
    }),
  }
}

/**
 * Joins two activities. Returns the id of the lead.
 * @throws Refused with every reason against it
 */
export const joinActivities = ({ store, clock }: Core, person: Person, input: JoiningInput): number => {
  const { kept, joined } = requireBoth(store, input)
  const named = input.name === undefined || input.name === kept.name ? '' : `, sous le nom ${input.name}`
  const label = `Activités réunies\u00a0: ${joined.name} rejoint ${kept.name}${named}`
  return store.act(person, 'activities.join', label, (write) => {
    const { obstacles, groups, periods } = readJoining(store, today(clock), input)
    if (obstacles.length > 0) throw new Refused(obstacles.join(' '))
    const before = groupsOf(store, kept.id)
    const made = groups.slice(before.length).map(({ name, minAge, maxAge, classes }, index) =>
      write.insert(activityGroup, {
        activityId: kept.id,
        name,
        minimumAge: minAge,
        maximumAge: maxAge,
        levels: classes.length > 0 ? classes : null,
        position: before.length + index,
      }),
    )
    const ofJoined = made.slice(-1).map(({ id }) => id)
    const ofKept = before.length > 0 ? before.map(({ id }) => id) : made.slice(0, 1).map(({ id }) => id)
    const idsOf = (own: Activity) =>
      periods.filter((one) => one.activityId === own.id && one.groupIds === null).map(({ id }) => id)
    write.updateMany(period, idsOf(kept), { groupIds: ofKept })
    write.updateMany(period, idsOf(joined), { groupIds: ofJoined })
    moveSublists(store, write, kept, joined)
    refuseSameName(store, kept, joined, input.name)
    write.update(activity, kept.id, {
      ...jointChildren(kept, joined),
      ...(input.name !== undefined && { name: input.name }),
    })
    write.update(activity, joined.id, { joinedToId: kept.id })
    return kept.id
  })
}

/** @throws Refused for the name of a third activity of the same facility */
const refuseSameName = (store: Store, kept: Activity, joined: Activity, name: string | undefined): void => {
  const twin = allActivities(store).find(
    (other) =>
      name !== undefined &&
      other.id !== kept.id &&
      other.id !== joined.id &&
      other.facilityId === kept.facilityId &&
      sameLabel(other.name, name),
  )
  if (twin) throw new Refused('Une activité de cet équipement porte déjà ce nom.', 'name')
}

/** @throws Refused when an activity would be at another site than an activity joined with it */
export const refuseTwoSites = (store: Store, id: number, siteId: number): void => {
  const leadId = leadOf(store, id)
  for (const otherId of [leadId, ...joinedActivities(store, leadId)]) {
    const other = otherId === id ? undefined : activityRow(store, otherId)
    if (other && siteOfFacility(store, other.facilityId).id !== siteId)
      throw new Refused(
        `Elle est réunie à «\u00a0${other.name}\u00a0», d’un autre site\u00a0: une activité est d’un seul site.`,
        'facilityId',
      )
  }
}

/** The lists of the joined activity become lists of the lead, each on the equal slots. */
const moveSublists = (store: Store, write: Write, kept: Activity, joined: Activity): void => {
  const before = sublistRowsOf(store, kept.id)
  for (const [index, { id, slotIds }] of sublistRowsOf(store, joined.id).entries())
    write.update(sublist, id, {
      activityId: kept.id,
      position: before.length + index,
      slotIds: slotIds && slotIds.flatMap((slotId) => twinOf(kept.slots, joined.slots, slotId) ?? []),
    })
}

const twinOf = (kept: readonly SlotRow[], joined: readonly SlotRow[], slotId: number): number | undefined => {
  const own = joined.find(({ id }) => id === slotId)
  return own && kept.find((slot) => isSameSlot(slot, own))?.id
}

const requireBoth = (store: Store, { id, joinedId }: JoiningInput): { kept: Activity; joined: Activity } => {
  if (id === joinedId) throw new Refused('Choisissez deux activités.', 'joinedId')
  const [kept, joined] = [activityRow(store, id), activityRow(store, joinedId)]
  if (!kept || !joined) throw new Refused('Cette activité n’existe plus.')
  return { kept, joined }
}

const readJoining = (store: Store, on: Day, input: JoiningInput) => {
  const { kept, joined } = requireBoth(store, input)
  const before = groupsOf(store, kept.id)
  const groups = [
    ...(before.length > 0 ? before : [{ name: input.groupName, ...agesOf(kept) }]),
    { name: input.joinedGroupName, ...agesOf(joined) },
  ]
  const both = childrenOfBothActivities(store, { keptId: kept.id, joinedId: joined.id, on })
  const registered = registeredByPeriod(store, [kept.id, joined.id])
  const periods = [kept, joined].flatMap((own) =>
    allPeriods(store, own.id).map((one) => ({
      ...one,
      groupName: own === joined ? input.joinedGroupName : before.length > 0 ? '' : input.groupName,
      ...(registered.get(one.id) ?? { children: 0, capacity: 0 }),
    })),
  )
  return {
    obstacles: whyNotJoined(joinable(store, kept, on), joinable(store, joined, on), groups, both),
    groups,
    periods,
  }
}

const joinable = (store: Store, own: Activity, on: Day): JoinableActivity => ({
  name: own.name,
  site: siteOfFacility(store, own.facilityId),
  regieId: own.regieId,
  typeId: own.typeId,
  supervision: own.supervision,
  residentsOnly: own.residentsOnly,
  archived: own.archived,
  hoursRules: hoursRulesFrom(store, own.id, on),
  slots: own.slots.filter(({ endedFrom }) => endedFrom === null),
  groups: groupsOf(store, own.id),
  sublists: sublistRowsOf(store, own.id),
  isJoined: own.joinedToId !== null,
  hasJoined: joinedActivities(store, own.id).length > 0,
})

/** What is shown under one activity: itself and those joined to it, with their slots in the order of the day. */
export type JointSlots = {
  readonly activityIds: readonly number[]
  readonly slots: readonly SlotRow[]
  /** The slot in whose column a slot is shown; the slot itself when no other is equal. */
  readonly shownAs: (slotId: number) => number
}

export const jointSlots = (store: Store, activityId: number): JointSlots => {
  const slots = slotRowsOf(store, activityId)
  const joinedIds = joinedActivities(store, activityId)
  const twins = new Map<number, number>()
  const added: SlotRow[] = []
  for (const own of joinedIds.flatMap((id) => slotRowsOf(store, id))) {
    const twin = [...slots, ...added].find((slot) => isSameSlot(slot, own))
    if (twin) twins.set(own.id, twin.id)
    else added.push(own)
  }
  return {
    activityIds: [activityId, ...joinedIds],
    slots: added.length === 0 ? slots : [...slots, ...added].toSorted(ascending(({ start }) => start)),
    shownAs: (slotId) => twins.get(slotId) ?? slotId,
  }
}

/**
 * The slot of this activity that is equal to `slotId`, a slot shown in the same column; `slotId` itself when there is
 * none.
 */
export const ownSlot = (store: Store, activityId: number, slotId: number): number => {
  const shown = slotRow(store, slotId)
  if (!shown || shown.activityId === activityId) return slotId
  if (leadOf(store, shown.activityId) !== leadOf(store, activityId)) return slotId
  return slotRowsOf(store, activityId).find((own) => isSameSlot(own, shown))?.id ?? slotId
}

/** The slots shown in the column of this one: itself, and the equal slots of the activities shown with its own. */
export const slotsShownAs = (store: Store, slotId: number): number[] => {
  const own = slotRow(store, slotId)
  if (!own) return [slotId]
  const { activityIds, shownAs } = jointSlots(store, leadOf(store, own.activityId))
  return activityIds
    .flatMap((id) => slotRowsOf(store, id))
    .flatMap(({ id }) => (shownAs(id) === shownAs(slotId) ? [id] : []))
}
