import { addDays, type Day } from '../calendar/day.ts'
import { shortDay } from '../text/french.ts'
import { isOfSomeOnly, isWithdrawn, type RequiredPaper } from './required-paper.ts'

/** A required paper of a home, or of one of its children, that somebody saw. */
export type PaperSeen = {
  readonly requiredId: number
  /** Null: of the home. */
  readonly childId: number | null
  readonly validUntil: Day
}

/** What a dossier asks for, of a home or of one of its children, and until when it is there. */
export type DossierItem = {
  readonly requiredId: number
  readonly kind: RequiredPaper['kind']
  readonly name: string
  /** Null: of the home. */
  readonly childId: number | null
  /** Null: asked for every activity. */
  readonly activityId: number | null
  /** Null: it was never there. `until` null: it is there without an end. */
  readonly held: { readonly until: Day | null } | null
  /** The first day on which it is not asked any more. */
  readonly withdrawnOn: Day | null
}

/** A home as its dossier sees it. */
export type DossierHome = {
  readonly children: readonly {
    readonly id: number
    /** Activities in which the child is registered, or asks to be. */
    readonly activityIds: readonly number[]
    /** Until when all that is asked about it is answered; null while an answer is missing, absent where nothing is asked. */
    readonly consents?: DossierItem['held'] | undefined
    /** The « dérogation » of its school; null while its reason is not written, absent where none is asked. */
    readonly exemption?: DossierItem['held'] | undefined
  }[]
  /** The quotient that prices the home; null without any. */
  readonly quotient: DossierItem['held']
  /** The last seen last: it holds also where a former one ends later, so that a mistyped end is corrected. */
  readonly seen: readonly PaperSeen[]
}

/** What the dossier of a home asks for on a day, in the order of `required`. A home without registration has none. */
export const dossierOf = (required: readonly RequiredPaper[], home: DossierHome, on: Day): DossierItem[] =>
  required
    .filter((one) => !isWithdrawn(one, on))
    .flatMap((one) => {
      const concerned = home.children.filter(({ activityIds }) =>
        one.activityId === null ? activityIds.length > 0 : activityIds.includes(one.activityId),
      )
      if (concerned.length === 0) return []
      const of = one.scope === 'home' ? [null] : concerned
      return of.flatMap((child) => {
        const childId = child?.id ?? null
        const held = heldOf(one, home, child)
        if (held === undefined || (isOfSomeOnly(one.kind) && isNoLongerAsked(held, on))) return []
        const { id: requiredId, kind, name, activityId, withdrawnOn } = one
        return [{ requiredId, kind, name, childId, activityId, held, withdrawnOn }]
      })
    })

/**
 * A care plan, a prescription or a judgment is asked again of who gave one until some days after its end: who sends none
 * by then no longer has one.
 */
const isNoLongerAsked = (held: DossierItem['held'], on: Day): boolean =>
  held === null || (held.until !== null && addDays(held.until, renewalDays) < on)

/** What of a dossier will still be asked for on a later day. */
export const stillAskedOn = (items: readonly DossierItem[], on: Day): DossierItem[] =>
  items.filter((item) => !isWithdrawn(item, on) && !(isOfSomeOnly(item.kind) && isNoLongerAsked(item.held, on)))

/** Undefined where nothing of the kind is asked of the child. */
const heldOf = (
  { id, kind }: RequiredPaper,
  { quotient, seen }: DossierHome,
  child: DossierHome['children'][number] | null,
): DossierItem['held'] | undefined => {
  if (kind === 'benefits') return quotient
  if (kind === 'exemption') return child?.exemption
  return kind === 'consents' ? child?.consents : lastSeen(seen, id, child?.id ?? null)
}

const lastSeen = (seen: readonly PaperSeen[], requiredId: number, childId: number | null): DossierItem['held'] => {
  const last = seen.findLast((one) => one.requiredId === requiredId && one.childId === childId)
  return last === undefined ? null : { until: last.validUntil }
}

/** A paper is asked again so many days before it ends. */
export const renewalDays = 30

export type ItemState =
  | { readonly kind: 'there'; readonly until: Day | null }
  | { readonly kind: 'renew'; readonly before: Day }
  /** `endedOn`: the last day on which the former one counted; null when there was none. */
  | { readonly kind: 'missing'; readonly endedOn: Day | null }

export const itemState = ({ held }: Pick<DossierItem, 'held'>, on: Day): ItemState => {
  if (held === null) return { kind: 'missing', endedOn: null }
  const { until } = held
  if (until === null) return { kind: 'there', until }
  if (until < on) return { kind: 'missing', endedOn: until }
  return until < addDays(on, renewalDays) ? { kind: 'renew', before: until } : { kind: 'there', until }
}

/** « là, jusqu’au 31 août 2027 », « à renouveler avant le 18 décembre 2026 », « manque » */
export const itemStateText = (state: ItemState): string => {
  switch (state.kind) {
    case 'there':
      return state.until === null ? 'là' : `là, jusqu’au ${shortDay(state.until)}`
    case 'renew':
      return `à renouveler avant le ${shortDay(state.before)}`
    case 'missing':
      return state.endedOn === null ? 'manque' : `manque, finie le ${shortDay(state.endedOn)}`
  }
}

/** The part of a home's dossier that counts for one child, in one activity or in all of its own. */
export const itemsFor = (
  items: readonly DossierItem[],
  { childId, activityId }: { readonly childId: number; readonly activityId?: number | undefined },
): DossierItem[] =>
  items.filter(
    (item) =>
      (item.childId === null || item.childId === childId) &&
      (activityId === undefined || item.activityId === null || item.activityId === activityId),
  )

/**
 * Whether nothing is missing on that day; null when nothing is asked for. A paper of some only that has ended is asked
 * again and keeps no dossier open, since its child may no longer need one.
 */
export const isComplete = (items: readonly DossierItem[], on: Day): boolean | null =>
  items.length === 0 ? null : items.every((item) => isOfSomeOnly(item.kind) || itemState(item, on).kind !== 'missing')
