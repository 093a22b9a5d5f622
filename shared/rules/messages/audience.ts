import type { Day } from '../calendar/day.ts'
import { counted, listed } from '../text/french.ts'

/** Whom a message is for. What is absent does not narrow the choice. */
export const audienceKinds = ['expected', 'owing', 'missingPaper', 'families'] as const
export type AudienceKind = (typeof audienceKinds)[number]

/** An audience as data: who it is on a day follows from it. */
export type Audience =
  /** Children with a place on these days, at a site, in an activity, in one of its groups, or of a class. */
  | {
      readonly kind: 'expected'
      readonly day: Day
      /** The last of the days; the same for one. */
      readonly untilDay: Day
      readonly siteId: number | null
      readonly activityId: number | null
      readonly groupId: number | null
      /** A class level, such as « CM1 »; null for all. */
      readonly level: string | null
    }
  /** Homes with a debt past due at a régie. */
  | { readonly kind: 'owing'; readonly regieId: number }
  /** Homes of registered children of whose dossier a paper is missing; null: any. */
  | { readonly kind: 'missingPaper'; readonly requiredId: number | null }
  /** Homes, for some of their children where `childIds` says which. */
  | {
      readonly kind: 'families'
      readonly familyIds: readonly number[]
      readonly childIds?: readonly number[] | undefined
    }

export const audienceNames: Readonly<Record<AudienceKind, string>> = {
  expected: 'Les enfants attendus un jour',
  owing: 'Les foyers qui doivent de l’argent',
  missingPaper: 'Les foyers à qui il manque une pièce',
  families: 'Des foyers choisis',
}

/** People whom one preview showed and another does not, told by name while they are few. @param now without names: in numbers alone */
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

/** Minutes after which a sending that was planned for an hour is left to a person: the desk looks each minute. */
export const planToleranceMinutes = 2

/** The price of one SMS is in thousandths of a euro: « 0,059 € » is 59. From one euro on, cents are enough. */
export const smsCostText = (thousandths: number): string =>
  `${(thousandths / 1000).toLocaleString('fr', { minimumFractionDigits: 2, maximumFractionDigits: thousandths < 1000 ? 3 : 2 })}\u00a0€`
