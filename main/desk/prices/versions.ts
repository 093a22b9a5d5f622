import { isDeepStrictEqual } from 'node:util'
import { addDays, type Day } from '../../../shared/rules/calendar/day.ts'
import { type OpenedActivity, refuseClosedForfaits } from '../../../shared/rules/price/forfaits/closed-forfaits.ts'
import { type TariffVersion, withExplicitLate } from '../../../shared/rules/price/tariff.ts'
import { refuseAmbiguousNames, refuseGroups, refuseTariff } from '../../../shared/rules/price/tariff-refusals.ts'
import type { Write } from '../../store/acts/acts.ts'
import { tariffRevision, tariffVersion } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { activityOf, periodsOf } from '../activities/activities.ts'
import { Refused } from '../core.ts'
import { hasPricedBilledDays } from './books.ts'
import {
  allAttachments,
  allVersions,
  groupsByActivity,
  openDaysOfPeriods,
  tariffRow,
  versionRow,
} from './prices-store.ts'

export type VersionInput = {
  readonly id?: number | undefined
  readonly tariffId: number
  readonly from: Day
  readonly definition: Omit<TariffVersion, 'from'>
}

/** Writes a version within an act. @throws Refused for a version that cannot be billed */
export const writeVersion = (store: Store, write: Write, input: VersionInput): void => {
  const { name } = requireTariff(store, input.tariffId)
  const others = allVersions(store).filter(({ id, tariffId }) => tariffId === input.tariffId && id !== input.id)
  if (others.some(({ fromDay }) => fromDay === input.from))
    throw new Refused('Une version de ce tarif commence déjà ce jour-là.', 'from')
  const refusal = refuseTariff({
    id: String(input.tariffId),
    label: name,
    versions: [{ ...input.definition, from: input.from }],
  })
  if (refusal) throw new Refused(refusal, 'definition')
  refuseMissingGroups(store, [input.definition], activitiesAt(store, input.tariffId))
  const ambiguous = refuseAmbiguousNames(input.definition, withGroups(store, activitiesAt(store, input.tariffId)))
  if (ambiguous) throw new Refused(ambiguous, 'definition')
  const next = others.map(({ fromDay }) => fromDay).find((other) => other > input.from)
  const closed = refuseClosedForfaits(
    { ...input.definition, from: input.from },
    next ? addDays(next, -1) : null,
    openedActivities(store, input.tariffId),
  )
  if (closed) throw new Refused(closed.sentence, `definition.lines.${closed.line}`)
  const values = { tariffId: input.tariffId, fromDay: input.from, definition: input.definition }
  if (input.id === undefined) write.insert(tariffVersion, values)
  else {
    const before = versionRow(store, input.id)
    if (before?.tariffId !== input.tariffId) throw new Refused('Cette version n’existe plus.')
    const { revision, definition } = before
    // The form always shows a line for late pick-ups; saving it without a change changes no price.
    const isSame = isDeepStrictEqual(withExplicitLate(definition), values.definition)
    const isRevised = !isSame && hasPricedBilledDays(store, before)
    if (isRevised) write.insert(tariffRevision, { versionId: before.id, revision, definition })
    write.update(tariffVersion, before.id, { ...values, revision: isRevised ? revision + 1 : revision })
  }
}

/** The activities priced by a tariff. */
export const activitiesAt = (store: Store, tariffId: number): number[] =>
  allAttachments(store).flatMap((one) => (one.tariffId === tariffId ? [one.activityId] : []))

/** @throws Refused when a definition has a price for a group that one of the activities lacks */
export const refuseMissingGroups = (
  store: Store,
  versions: readonly Omit<TariffVersion, 'from'>[],
  activityIds: readonly number[],
): void => {
  const refusal = refuseGroups({ versions }, withGroups(store, activityIds))
  if (refusal) throw new Refused(refusal, 'definition')
}

const withGroups = (store: Store, activityIds: readonly number[]) => {
  const groups = new Map(groupsByActivity(store).map(({ activityId, groups: own }) => [activityId, own]))
  return activityIds.map((id) => ({ name: activityOf(store, id).name, groups: groups.get(id) ?? [] }))
}

/** @throws Refused when the tariff has a price for a group that the activity lacks */
export const refuseTariffOfGroups = (store: Store, tariffId: number, activityId: number): void => {
  const versions = allVersions(store).filter((version) => version.tariffId === tariffId)
  refuseMissingGroups(
    store,
    versions.map(({ definition }) => definition),
    [activityId],
  )
}

const openedActivities = (store: Store, ofTariff: number): OpenedActivity[] =>
  allAttachments(store).flatMap(({ tariffId, activityId }) => {
    if (tariffId !== ofTariff) return []
    const periods = periodsOf(store, activityId)
    return {
      periods: periods.map(({ startDay, endDay }) => ({ from: startDay, to: endDay })),
      openDays: openDaysOfPeriods(
        store,
        periods.map(({ id }) => id),
      ).map(({ day: on }) => on),
    }
  })

/** @throws Refused when the tariff does not exist */
export const requireTariff = (store: Store, id: number) => {
  const found = tariffRow(store, id)
  if (!found) throw new Refused('Ce tarif n’existe plus.')
  return found
}
