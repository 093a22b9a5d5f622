import type { Day } from '../../../shared/rules/calendar/day.ts'
import { jointDefinition } from '../../../shared/rules/groups/joint-tariff.ts'
import { groupCode, type Tariff, versionOn } from '../../../shared/rules/price/tariff.ts'
import type { Write } from '../../store/acts/acts.ts'
import type { Store } from '../../store/store.ts'
import { Refused } from '../core.ts'
import { currentBook } from './books.ts'
import { allAttachments, allVersions } from './prices-store.ts'
import { writeVersion } from './versions.ts'

/** An activity that was joined to another, and the group of the other that it became. */
export type JoinedGroup = { readonly activityId: number; readonly group: string }

/** How a tariff changes so that each group of a joined activity keeps its prices; null when nothing changes. */
export type JointTariff =
  | {
      readonly tariff: Tariff
      /** One version for each day on which either tariff changes, from the first one on. */
      readonly versions: readonly Tariff['versions'][number][]
    }
  /** Why a single tariff cannot express the prices of all groups, as a sentence. */
  | { readonly obstacle: string }

/**
 * How the tariff of an activity must change from a day on, for it to price the children of activities that were joined
 * to it: each group keeps today's prices.
 */
export const jointTariff = (
  store: Store,
  activityId: number,
  joined: readonly JoinedGroup[],
  from: Day,
): JointTariff | null => {
  const { activities, groups } = currentBook(store)
  const kept = activities.get(activityId)
  const tariff = kept?.tariff
  if (!kept || !tariff) return null
  const others = joined.flatMap(({ activityId: id, group }) => {
    const own = activities.get(id)?.tariff
    return own && own.id !== tariff.id ? [{ tariff: own, group }] : []
  })
  const starts = [tariff, ...others.map((other) => other.tariff)].flatMap(({ versions }) =>
    versions.flatMap((version) => (version.from > from ? [version.from] : [])),
  )
  const versions: Tariff['versions'][number][] = []
  for (const on of [from, ...new Set(starts)].toSorted()) {
    const before = versionOn(tariff, on)
    if (!before) continue
    const { from: _, ...unchanged } = before
    let definition = unchanged
    for (const { tariff: own, group } of others) {
      const ofGroup = versionOn(own, on)
      if (!ofGroup) continue
      const keptGroups = (groups.get(activityId) ?? []).flatMap(({ name }) =>
        others.some((other) => groupCode(other.group) === groupCode(name)) ? [] : [name],
      )
      const joint = jointDefinition(definition, { definition: ofGroup, group }, keptGroups)
      if ('differs' in joint)
        return {
          obstacle: `«\u00a0${tariff.label}\u00a0» et «\u00a0${own.label}\u00a0» diffèrent autrement que par leurs prix (${joint.differs})\u00a0: donnez d’abord à «\u00a0${tariff.label}\u00a0», à partir de cette année, un prix pour le groupe «\u00a0${group}\u00a0».`,
        }
      definition = joint.definition
    }
    if (definition !== unchanged) versions.push({ ...definition, from: on })
  }
  if (versions.length === 0) return null
  const elsewhere = allAttachments(store).find(
    (one) =>
      String(one.tariffId) === tariff.id &&
      others.some(({ group }) =>
        (groups.get(one.activityId) ?? []).every(({ name }) => groupCode(name) !== groupCode(group)),
      ),
  )
  if (elsewhere)
    return {
      obstacle: `«\u00a0${tariff.label}\u00a0» est aussi le tarif de «\u00a0${activities.get(elsewhere.activityId)?.name ?? ''}\u00a0»\u00a0: donnez d’abord à «\u00a0${kept.name}\u00a0» un tarif à elle, pour qu’il ait un prix par groupe.`,
    }
  return { tariff, versions }
}

/** Writes that tariff, within the act after which it prices the children. @throws Refused for its obstacle */
export const giveJointTariff = (store: Store, write: Write, joint: JointTariff | null): void => {
  if (!joint) return
  if ('obstacle' in joint) throw new Refused(joint.obstacle)
  const tariffId = Number(joint.tariff.id)
  const stored = allVersions(store).filter((version) => version.tariffId === tariffId)
  for (const { from, ...definition } of joint.versions)
    writeVersion(store, write, { id: stored.find(({ fromDay }) => fromDay === from)?.id, tariffId, from, definition })
}
