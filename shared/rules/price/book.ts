import type { Day, TimeOfDay } from '../calendar/day.ts'
import type { Group } from '../groups/groups.ts'

/**
 * The tariffs, their versions and the hours that priced a month, by their ids: stored with each month that was billed,
 * so that later changes of these do not change the prices of that month.
 */
export type StoredBook = {
  readonly activities: readonly { readonly id: number; readonly tariffId: number | null }[]
  readonly tariffs: readonly {
    readonly id: number
    readonly versions: readonly { readonly id: number; readonly revision: number; readonly from: Day }[]
  }[]
  /** A slot that is renamed or moved does not change billed prices either. */
  readonly slots: readonly {
    readonly id: number
    readonly code: string
    readonly minutes: number
    readonly end: TimeOfDay
  }[]
  /** Nor do other ages or another name of a group. Absent where no tariff of the book asks for groups. */
  readonly groups?: readonly GroupsOfActivity[] | undefined
}

/** The groups of an activity, or of the one that it was joined to. */
export type GroupsOfActivity = { readonly activityId: number; readonly groups: readonly Group[] }
