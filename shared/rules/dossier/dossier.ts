import { addDays, type Day } from '../calendar/day.ts'
import { shortDay } from '../text/french.ts'
import { isOfSomeOnly, isWithdrawn, type RequiredPaper } from './required-paper.ts'

/** A required paper of a home, or of one of its children, that somebody saw. */
export type PaperSeen = {
  readonly requiredId: number
  /** Null for a paper of the home. */
  readonly childId: number | null
  readonly validUntil: Day
}

/** An item of a dossier, for the home or one of its children, and until when the home has it. */
export type DossierItem = {
  readonly requiredId: number
  readonly kind: RequiredPaper['kind']
  readonly name: string
  /** Null for an item of the home. */
  readonly childId: number | null
  /** Null when it is asked for every activity. */
  readonly activityId: number | null
  /** Null when the home never gave it. `until: null`: it is valid without an end. */
  readonly held: { readonly until: Day | null } | null
  /** The first day on which it is no longer asked for. */
  readonly withdrawnOn: Day | null
  /** Whether a paper that the home sent for it waits to be read. */
  readonly isSent?: boolean | undefined
  /** Of a health record: the first day on which it lacks something, such as a new insurance; absent without one. */
  readonly lacksFrom?: Day | undefined
}

/** What the dossier of a home depends on. */
export type DossierHome = {
  readonly children: readonly {
    readonly id: number
    /** Activities in which the child is registered, or asks to be. */
    readonly activityIds: readonly number[]
    /**
     * Until when everything asked about it is answered; null while an answer is missing, absent when nothing is asked.
     */
    readonly consents?: DossierItem['held'] | undefined
    /** The first day on which its health record lacks something; absent when it lacks nothing. */
    readonly healthLacksFrom?: Day | undefined
    /** The « dérogation » of its school; null while its reason is not written, absent where none is asked. */
    readonly exemption?: DossierItem['held'] | undefined
  }[]
  /** The quotient that prices the home; null when there is none. */
  readonly quotient: DossierItem['held']
  /**
   * Oldest first. The paper seen last counts even if an earlier one would end later, so that staff can correct a
   * mistyped end.
   */
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
        const lacksFrom = kind === 'health' ? child?.healthLacksFrom : undefined
        return [{ requiredId, kind, name, childId, activityId, held, withdrawnOn, ...(lacksFrom && { lacksFrom }) }]
      })
    })

/**
 * A family that once gave a care plan, a prescription or a court decision is asked for a new one until some days after
 * its end. After that the child is taken to no longer have one.
 */
const isNoLongerAsked = (held: DossierItem['held'], on: Day): boolean =>
  held === null || (held.until !== null && addDays(held.until, renewalDays) < on)

/** The items of a dossier that will still be asked for on a later day. */
export const stillAskedOn = (items: readonly DossierItem[], on: Day): DossierItem[] =>
  items.filter((item) => !isWithdrawn(item, on) && !(isOfSomeOnly(item.kind) && isNoLongerAsked(item.held, on)))

/** Undefined when nothing of this kind is asked about the child. */
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

/** A new paper is asked for this many days before the present one ends. */
export const renewalDays = 30

export type ItemState =
  | { readonly kind: 'there'; readonly until: Day | null }
  | { readonly kind: 'renew'; readonly before: Day }
  /** The home sent it, and nobody has read it yet. */
  | { readonly kind: 'received' }
  /** The home gave it, and it lacks something: a health record says what to those who may read it. */
  | { readonly kind: 'toComplete' }
  /** `endedOn`: the last day on which the former one was valid; null when there was none. */
  | { readonly kind: 'missing'; readonly endedOn: Day | null }

const isHeld = ({ held }: Pick<DossierItem, 'held'>, on: Day): boolean =>
  held !== null && (held.until === null || held.until >= on)

const lacksSomething = ({ lacksFrom }: Pick<DossierItem, 'lacksFrom'>, on: Day): boolean =>
  lacksFrom !== undefined && lacksFrom <= on

export const itemState = (item: Pick<DossierItem, 'held' | 'isSent' | 'lacksFrom'>, on: Day): ItemState => {
  const { held, isSent = false } = item
  const isDue = held === null || (held.until !== null && held.until < addDays(on, renewalDays))
  if (isSent && (isDue || lacksSomething(item, on))) return { kind: 'received' }
  if (held === null) return { kind: 'missing', endedOn: null }
  const { until } = held
  if (until !== null && until < on) return { kind: 'missing', endedOn: until }
  if (lacksSomething(item, on)) return { kind: 'toComplete' }
  if (until === null) return { kind: 'there', until }
  return until < addDays(on, renewalDays) ? { kind: 'renew', before: until } : { kind: 'there', until }
}

/** Whether the home is still asked for it: it is not there whole, and nothing that the home sent waits to be read. */
export const isStillAsked = ({ kind }: ItemState): boolean => kind === 'missing' || kind === 'toComplete'

/** What a home is still asked to give. */
export const lackingIn = (items: readonly DossierItem[], on: Day): DossierItem[] =>
  items.filter((item) => isStillAsked(itemState(item, on)))

/**
 * « là, jusqu’au 31 août 2027 », « à renouveler avant le 18 décembre 2026 », « reçue, à lire », « à compléter »,
 * « manque »
 */
export const itemStateText = (state: ItemState): string => {
  switch (state.kind) {
    case 'there':
      return state.until === null ? 'là' : `là, jusqu’au ${shortDay(state.until)}`
    case 'renew':
      return `à renouveler avant le ${shortDay(state.before)}`
    case 'received':
      return 'reçue, à lire'
    case 'toComplete':
      return 'à compléter'
    case 'missing':
      return state.endedOn === null ? 'manque' : `manque, finie le ${shortDay(state.endedOn)}`
  }
}

/** The items of a home's dossier that count for one child, in one activity or in all of the child's activities. */
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
 * Whether everything is there on that day; null when nothing is asked for. A sent paper counts only once it was read.
 * An ended paper that only some children have does not make a dossier incomplete, since its child may no longer need
 * one.
 */
export const isComplete = (items: readonly DossierItem[], on: Day): boolean | null =>
  items.length === 0
    ? null
    : items.every((item) => isOfSomeOnly(item.kind) || (isHeld(item, on) && !lacksSomething(item, on)))
