import { ascending } from '../../../shared/collections.ts'
import { type Day, monthKey } from '../../../shared/rules/calendar/day.ts'
import { type Facts, takesPlace } from '../../../shared/rules/cell/cell.ts'
import { type LateSurcharge, surchargeParts } from '../../../shared/rules/cell/late-surcharge.ts'
import type { Cents } from '../../../shared/rules/money/money.ts'
import { asksOtherDays, versionOn } from '../../../shared/rules/price/tariff.ts'
import { forfaitGroupTexts, notEstimatedTexts } from '../../../shared/rules/price/tariff-words.ts'
import { cellKey, type RegisteredChild } from '../family/family.ts'
import { type EstimatedHome, type PricedHome, pricesOf, type Wishes } from './estimated-home.ts'

/** A cell to change: its facts now, and what the parent wants. */
export type Change = {
  readonly slotId: number
  readonly facts: Facts
  readonly wish: 'book' | 'cancel'
  /** The slot is full: the demande goes to the waiting list, and costs nothing unless a place becomes free. */
  readonly isWaiting: boolean
}

type Estimate = {
  /** Increase of the month's invoice, negative when days are cancelled; without places on the waiting list. */
  readonly totalCents: Cents
  /** Additional cost if all places on the waiting list become free. */
  readonly waitingCents: Cents
  /** What the changes cost on other days (a reduction by number of days, a sibling's price) is in the first day. */
  readonly days: readonly { readonly day: Day; readonly cents: Cents }[]
  /** « QF 727 → tranche 621–1100 → demi-journée 5,50 € », without duplicates. */
  readonly explanations: readonly string[]
  /**
   * Why the amount is uncertain: the quotient is unknown, a day has no tariff, the price depends on facts that the
   * portal does not have, or an aid is used up.
   */
  readonly warnings: readonly string[]
}

type AskedChanges = { readonly registered: RegisteredChild; readonly changes: readonly Change[] }

/**
 * The cost of the changes of several registrations, each after the previous ones: what an invoicing run would bill for
 * the whole home, less what it would bill without them. Unanswered demandes count as if they were accepted.
 */
export const estimates = (home: EstimatedHome, asked: readonly AskedChanges[]): Estimate[] => {
  const [first, ...others] = asked.flatMap(({ registered, changes }) =>
    changes.map(({ facts }) => ({ registrationId: registered.registration.id, facts })),
  )
  if (!first) return asked.map(() => nothingAsked)
  const price = pricesOf(home, [first, ...others])
  let wishes: Wishes = new Map()
  let before = price(wishes)
  return asked.map(({ registered, changes }) => {
    const withWishes = (some: readonly Change[]): Wishes =>
      new Map([...wishes, ...some.map((change) => [keyOf(registered, change), wishOf(change)] as const)])
    const accepted = changes.filter(({ isWaiting }) => !isWaiting)
    const withPlaces = accepted.length === changes.length ? null : price(withWishes(changes))
    wishes = withWishes(accepted)
    const after = price(wishes)
    const found = compared({ registered, changes }, { before, after, withPlaces: withPlaces ?? after })
    before = after
    return found
  })
}

const nothingAsked: Estimate = { totalCents: 0, waitingCents: 0, days: [], explanations: [], warnings: [] }

const keyOf = ({ registration }: RegisteredChild, { facts, slotId }: Change): string =>
  cellKey({ registrationId: registration.id, day: facts.day, slotId })

const wishOf = ({ facts, wish }: Change) => ({ wish, surcharge: surchargeOf(facts, wish) ?? undefined })

const compared = (
  { registered: { child, period }, changes }: AskedChanges,
  { before, after, withPlaces }: Readonly<Record<'before' | 'after' | 'withPlaces', PricedHome>>,
): Estimate => {
  const asked = [...new Set(changes.map(({ facts }) => facts.day))].toSorted()
  const isAsked = (day: Day) => asked.includes(day)
  const isOwn = (part: { readonly childId: number | null; readonly activityId: number | null }) =>
    part.childId === child.id && part.activityId === period.activity.id
  const dayFor = (on: Day) =>
    isAsked(on) ? on : (asked.find((day) => monthKey(day) === monthKey(on)) ?? asked[0] ?? on)
  const added = (priced: PricedHome, since: PricedHome) => {
    const sums = new Map<Day, Cents>()
    const add = (day: Day, cents: Cents) => sums.set(dayFor(day), (sums.get(dayFor(day)) ?? 0) + cents)
    for (const { day, cents } of priced.units) add(day, cents)
    for (const { day, cents } of since.units) add(day, 0 - cents)
    return (day: Day): Cents => sums.get(day) ?? 0
  }
  const cents = added(after, before)
  const waitingCents = added(withPlaces, after)
  const known = new Set(before.units.map(({ explanation }) => explanation))
  const units = [...after.units, ...withPlaces.units].filter(
    (unit) => (isOwn(unit) && isAsked(unit.day)) || !known.has(unit.explanation),
  )
  const remarks = withPlaces.remarksOf({ childId: child.id, activityId: period.activity.id })
  const isPriced = ({ wish, facts: { day } }: Change) =>
    wish === 'book' || withPlaces.units.some((unit) => isOwn(unit) && unit.day === day)
  const versions = changes.flatMap((change) =>
    isPriced(change) && period.tariff ? (versionOn(period.tariff, change.facts.day) ?? []) : [],
  )
  const isOfMonth = remarks.length > 0 || (period.tariff !== null && asksOtherDays(period.tariff))
  return {
    totalCents: asked.reduce((sum, day) => sum + cents(day), 0),
    waitingCents: asked.reduce((sum, day) => sum + waitingCents(day), 0),
    days: asked.map((day) => ({ day, cents: cents(day) })).toSorted(ascending(({ day }) => day)),
    explanations: [
      ...new Set([
        ...units.map(({ explanation }) => explanation),
        ...remarks.flatMap(({ isUsedUp, text }) => (isUsedUp ? [] : [text])),
      ]),
    ],
    warnings: [
      ...new Set([
        ...withPlaces.findings.flatMap((found) => (isOwn(found) && found.days.some(isAsked) ? [found.text] : [])),
        ...versions.flatMap(notEstimatedTexts),
        ...versions.flatMap(forfaitGroupTexts),
        ...remarks.flatMap(({ isUsedUp, text }) => (isUsedUp ? [`${text}.`] : [])),
        ...(isOfMonth ? [withoutText] : []),
      ]),
    ],
  }
}

const withoutText = 'Estimation, sans les absences, les retards et ce que le service ajoute à la main.'

/** The surcharge for acting now; null when it is in time. */
export const surchargeOf = ({ held, bookable, cancellable }: Facts, wish: 'book' | 'cancel'): LateSurcharge | null => {
  // An offered place costs what it would have cost in time, and leaving the waiting list is free.
  if (wish === 'book' ? takesPlace(held) : held.kind !== 'confirmed') return null
  const answer = wish === 'book' ? bookable : cancellable
  return answer.answer === 'surcharge' ? answer.surcharge : null
}

/** The amount that the parent accepts to pay, in the form sent to the desk: 0 when the tariff sets it. */
export const acceptedCents = (surcharge: LateSurcharge | null): Cents | null =>
  surcharge === null ? null : surchargeParts(surcharge).cents
