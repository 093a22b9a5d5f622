import type { Day } from '../calendar/day.ts'
import { missingColumn } from '../lists/list-columns.ts'
import type { ListFilter } from '../lists/list-query.ts'
import { counted, listed } from '../text/french.ts'

/** The kinds of audience of a message. */
export const audienceKinds = ['expected', 'owing', 'missingPaper', 'list', 'families'] as const
export type AudienceKind = (typeof audienceKinds)[number]

/** An audience stored as data, from which the recipients on a day are computed. */
export type Audience = AudienceChoice & {
  /** Further conditions on the children (« Affiner »), as filters of a free list of children. */
  readonly brackets?: ListFilter['brackets'] | undefined
}

type AudienceChoice =
  /** Children with a place on these days, optionally at a place, of a school, in an activity, in a group, or of a class. */
  | {
      readonly kind: 'expected'
      readonly day: Day
      /** The last day; equal to the first for a single day. */
      readonly untilDay: Day
      readonly siteId: number | null
      /** Absent for all facilities, and for all schools. */
      readonly facilityId?: number | undefined
      readonly schoolId?: number | undefined
      readonly activityId: number | null
      readonly groupId: number | null
      /** A class level, such as « CM1 »; null for all. */
      readonly level: string | null
    }
  /** Homes with an overdue debt at a régie. */
  | { readonly kind: 'owing'; readonly regieId: number }
  /** Homes of registered children whose dossier lacks this paper; null for any paper. */
  | { readonly kind: 'missingPaper'; readonly requiredId: number | null }
  /** Homes of the lines of a free list. */
  | { readonly kind: 'list'; readonly query: ListFilter }
  /** These homes; with `childIds`, only about those children. */
  | {
      readonly kind: 'families'
      readonly familyIds: readonly number[]
      readonly childIds?: readonly number[] | undefined
    }

/** What closes in an emergency: a site, a facility, an activity, or a school whose children activities take. */
export type ClosingPlace = {
  readonly siteId: number | null
  readonly facilityId: number | null
  readonly schoolId: number | null
  readonly activityId: number | null
}

/** The children expected at what closes. */
export const expectedWhere = (
  { siteId, facilityId, schoolId, activityId }: ClosingPlace,
  day: Day,
  untilDay: Day,
): Extract<AudienceChoice, { kind: 'expected' }> => ({
  kind: 'expected',
  day,
  untilDay,
  siteId,
  activityId,
  groupId: null,
  level: null,
  ...(facilityId !== null && { facilityId }),
  ...(schoolId !== null && { schoolId }),
})

/** Whether the audience depends on papers missing in dossiers, so that it reveals them. */
export const tellsOfDossiers = (audience: Audience): boolean => {
  const { kind, brackets = [] } = audience
  const filters = [...brackets, ...(kind === 'list' ? audience.query.brackets : [])].flat()
  return kind === 'missingPaper' || filters.some(({ column }) => column === missingColumn)
}

export const audienceNames: Readonly<Record<AudienceKind, string>> = {
  expected: 'Les enfants attendus un jour',
  owing: 'Les foyers qui doivent de l’argent',
  missingPaper: 'Les foyers à qui il manque une pièce',
  list: 'Les foyers d’une liste libre',
  families: 'Des foyers choisis',
}

/**
 * How the audience differs from the one previewed, as a sentence that names people while they are few. @param now
 * without names when the sentence must not name anybody
 */
export const audienceDifference = (
  seen: readonly number[],
  now: readonly { readonly guardianId: number; readonly name?: string }[],
): string | null => {
  const before = new Set(seen)
  const after = new Set(now.map(({ guardianId }) => guardianId))
  const more = now.filter(({ guardianId }) => !before.has(guardianId))
  const names = more.flatMap(({ name }) => name ?? [])
  const fewer = seen.filter((id) => !after.has(id)).length
  const parts = [
    more.length > 0 &&
      `${counted(more.length, 'personne')} de plus${names.length > 0 && names.length <= 3 ? ` (${names.join(', ')})` : ''}`,
    fewer > 0 && `${counted(fewer, 'personne')} de moins`,
  ].filter((part) => part !== false)
  return parts.length === 0 ? null : `${listed(parts)} depuis l’aperçu`
}

/**
 * A planned message not sent this many minutes after its hour waits for a person; the desk looks for planned messages
 * every minute.
 */
export const planToleranceMinutes = 2

/**
 * The price of one SMS, given in thousandths of a euro: « 0,059 € » for 59. From one euro on, two decimals are enough.
 */
export const smsCostText = (thousandths: number): string =>
  `${(thousandths / 1000).toLocaleString('fr', { minimumFractionDigits: 2, maximumFractionDigits: thousandths < 1000 ? 3 : 2 })}\u00a0€`
