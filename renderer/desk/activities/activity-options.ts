import { alphabetically } from '../../../shared/rules/people/names.ts'

type Named = { readonly id: number; readonly name: string; readonly joinedToId: number | null }

/** Activities to choose from as they are shown: those that were joined to another are part of it. */
export const shownActivities = <Activity extends Named>(activities: readonly Activity[]): readonly Activity[] =>
  activities.filter(({ joinedToId }) => joinedToId === null)

/**
 * Activities to choose from for money rules (a tariff, an aid, a nature), which stay specific to each of two joined
 * activities. A joined activity comes right after its lead, and is named with it.
 */
export const activityOptions = (activities: readonly Named[]): { readonly value: string; readonly label: string }[] => {
  const names = new Map(activities.map(({ id, name }) => [id, name]))
  const leadOf = ({ joinedToId, name }: Named) => (joinedToId === null ? name : (names.get(joinedToId) ?? name))
  return activities
    .toSorted(
      (one, other) =>
        alphabetically(leadOf(one), leadOf(other)) ||
        Number(one.joinedToId !== null) - Number(other.joinedToId !== null) ||
        alphabetically(one.name, other.name),
    )
    .map((one) => ({
      value: String(one.id),
      label: one.joinedToId === null ? one.name : `${one.name} (réunie à ${leadOf(one)})`,
    }))
}
