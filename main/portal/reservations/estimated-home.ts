import type { AidValue, FamilyDocument, PeriodDocument } from '../../../shared/contract/portal/documents.ts'
import {
  addMonths,
  type Day,
  day,
  firstOfMonth,
  lastOfMonth,
  type Month,
  minutesOf,
  monthKey,
} from '../../../shared/rules/calendar/day.ts'
import { cellState, type Facts, holdsPlace, nothingHeld } from '../../../shared/rules/cell/cell.ts'
import type { LateSurcharge } from '../../../shared/rules/cell/late-surcharge.ts'
import { registrationFor } from '../../../shared/rules/groups/groups.ts'
import { type Aid, aidAccount } from '../../../shared/rules/money/aid.ts'
import { type ChargeUnit, unitsOf } from '../../../shared/rules/money/charges.ts'
import { reductionsOf } from '../../../shared/rules/money/payers.ts'
import { withEndedDays } from '../../../shared/rules/price/family-quotient.ts'
import type {
  ChargeableDay,
  ChargeableSlot,
  HomePart,
  PartRegistration,
} from '../../../shared/rules/price/price-terms.ts'
import { rankAmong, type Sibling } from '../../../shared/rules/price/siblings.ts'
import {
  addTakes,
  byMonth,
  priceMonths,
  type SpanPrice,
  type YearTakes,
} from '../../../shared/rules/price/span-price.ts'
import { asksOtherDays, monthsAround, type Tariff } from '../../../shared/rules/price/tariff.ts'
import { cellKey, groupIn, type Home } from '../family/family.ts'

/* A home with the data of the portal, priced by the same functions as an invoicing run. */

export type EstimatedHome = Pick<Home, 'family' | 'periods' | 'held' | 'asks'>

/** What a parent wants for cells, by `cellKey`, and what a late request adds to the price. */
export type Wishes = ReadonlyMap<
  string,
  { readonly wish: 'book' | 'cancel'; readonly surcharge: LateSurcharge | undefined }
>

type OfPart = { readonly childId: number; readonly activityId: number }

export type PricedHome = {
  /** All that the home owes, including what aids deduct. */
  readonly units: readonly ChargeUnit[]
  readonly findings: readonly (OfPart & Pick<SpanPrice['warnings'][number], 'days' | 'text'>)[]
  /** What remains of the aids that a child may have in an activity. */
  readonly remarksOf: (part: OfPart) => readonly { readonly isUsedUp: boolean; readonly text: string }[]
}

/** A cell that a parent may wish to change, and its facts now. */
export type AskedCell = { readonly registrationId: number; readonly facts: Facts }

/**
 * Prices the home as if some wishes were fulfilled: all amounts that may change with the requested cells, and nothing
 * else.
 */
export const pricesOf = (
  home: EstimatedHome,
  asked: readonly [AskedCell, ...AskedCell[]],
): ((wishes: Wishes) => PricedHome) => {
  const { family } = home
  const aids = aidsOf(family)
  const days = asked.map(({ facts }) => facts.day).toSorted()
  const { parts, range } = concernedBy(asked, days, partsOf(home), aids)
  const [{ facts: askedFacts }] = asked
  const siblings = siblingsOf(family)
  const { dependentChildren, benefitScheme, priceCategories = [] } = family
  const facts = {
    siblings,
    categories: priceCategories.map(({ child = null, ...one }) => ({ ...one, childId: child })),
    scheme: benefitScheme,
    dependentChildren,
    familyQuotients: withEndedDays(family.familyQuotients),
    residence: family.residence,
  }
  const registered = parts.map(({ ownRegistrations, ...part }) => ({
    ...part,
    openDays: [...new Set(ownRegistrations.flatMap(({ period }) => period.openings.map(({ day }) => day)))],
    registrations: ownRegistrations.map(partRegistration),
    groupOn: groupNames(ownRegistrations),
    ownRegistrations: ownRegistrations.map(({ own, period }) => ({
      registrationId: own.id,
      period,
      days: [...new Set([...period.openings.map(({ day }) => day), ...days])].filter(range.includes),
    })),
  }))
  return (wishes) => {
    const minutes: number[] = []
    const cellsOn = (registrationId: number, { slots }: PeriodDocument, day: Day): PricedCell[] =>
      slots.flatMap(({ id, code, start, end }) => {
        const key = cellKey({ registrationId, day, slotId: id })
        const wish = wishes.get(key)
        const why = whyOf(wish, () => isExpected(home, key, day, askedFacts.today))
        if (why === null) return []
        const hours = { from: minutesOf(start), to: minutesOf(end) }
        const length = hours.to - hours.from
        // The portal has no ids of reservations, so the position in `minutes` serves as one.
        const cell = minutes.push(length)
        const surcharge = wish?.surcharge
        const registration = registrationId
        const slot = { slot: code, cell, registration, why, minutes: length, hours, surcharge }
        return [{ day, slotId: id, slot: { ...slot, attendance: 'expected' } }]
      })
    const months = byMonth({
      ...facts,
      parts: registered.map(({ ownRegistrations, ...part }) => ({
        ...part,
        days: asDays(
          ownRegistrations.flatMap(({ registrationId, period, days: own }) =>
            own.flatMap((day) => cellsOn(registrationId, period, day)),
          ),
        ),
      })),
    }).filter(({ month }) => range.hasMonth(month))
    const priced = priceMonths(months)
    const given = aids.take(
      priced.map(({ charges }) => unitsOf(charges)),
      days,
      { rankOn: (childId, on) => rankAmong(siblings, childId)(on), minutesOf: (cell) => minutes[cell - 1] ?? 0 },
    )
    return {
      units: [...priced.flatMap(({ charges }) => unitsOf(charges)), ...given.reductions],
      findings: priced.flatMap(({ warnings, errors }) => [...warnings, ...errors]),
      remarksOf: given.remarksOf,
    }
  }
}

type PricedCell = { readonly day: Day; readonly slotId: number; readonly slot: ChargeableSlot }

/**
 * The days of a child over all its registrations, each with its slots in the order of a run, because a price per day is
 * due only once.
 */
const asDays = (cells: readonly PricedCell[]): ChargeableDay[] =>
  [...Map.groupBy(cells, ({ day }) => day)].map(([day, own]) => ({
    day,
    slots: own.toSorted((one, other) => one.slotId - other.slotId).map(({ slot }) => slot),
  }))

/** Why the cell is priced; null when it is not. */
const whyOf = (wish: ReturnType<Wishes['get']>, isBooked: () => boolean): 'booked' | 'lateCancellation' | null => {
  if (wish?.wish === 'cancel') return wish.surcharge === undefined ? null : 'lateCancellation'
  return wish || isBooked() ? 'booked' : null
}

/** Whether the child has the place or a parent requested it, without a cancellation under way. */
const isExpected = ({ held, asks }: EstimatedHome, key: string, day: Day, today: Day): boolean => {
  const there = held.get(key)?.held ?? nothingHeld
  const ask = asks.get(key)
  if (there.kind === 'none' && !ask) return false
  const state = cellState({
    day,
    today,
    held: there,
    ask: ask ? { ...ask, takenBack: ask.takenBackAt !== null } : null,
    bookable: { answer: 'yes' },
    cancellable: { answer: 'yes' },
    placesLeft: 0,
  })
  if (state === 'cancelRequested' || state === 'cancelSent') return false
  return holdsPlace(state) || state === 'requested' || state === 'requestSent'
}

type OwnRegistration = {
  readonly own: FamilyDocument['registrations'][number]
  readonly period: PeriodDocument
  readonly child: FamilyDocument['children'][number]
}

/** @returns a function that gives the name of the child's group on a day, by a registration */
const groupNames = (ownRegistrations: readonly OwnRegistration[]): NonNullable<HomePart['groupOn']> => {
  const ownRegistrationFor = registrationFor(ownRegistrations.map((one) => ({ ...one, ...daysOf(one) })))
  return (on, registration) => {
    const here = ownRegistrationFor(on, registration)
    if (!here) return null
    const { own, period, child } = here
    return period.onlyGroup ?? groupIn({ child, period, registration: own }, on)?.name ?? null
  }
}

const daysOf = ({ own: { id, from, to } }: OwnRegistration) => ({ id, from, to })

type RegisteredPart = Omit<HomePart, 'days'> & { readonly ownRegistrations: readonly OwnRegistration[] }

/** The children in their activities, through the registrations that the service accepted. */
const partsOf = ({ family: { registrations, children }, periods }: EstimatedHome): RegisteredPart[] => {
  const tariffs = new Map<string, Tariff>()
  const known = (tariff: Tariff): Tariff => {
    // Activities with the same tariff share its ceilings, so they must share one tariff object.
    const found = tariffs.get(tariff.id) ?? withoutYearAccounts(tariff)
    tariffs.set(tariff.id, found)
    return found
  }
  const accepted = registrations.flatMap((own): OwnRegistration[] => {
    const period = periods.get(`${own.period}`)
    const child = children.find(({ id }) => id === own.child)
    return period && child && (own.state === 'accepted' || own.state === 'ended') ? [{ own, period, child }] : []
  })
  const byPart = Map.groupBy(accepted, ({ own, period }) => `${own.child} ${period.activity.id}`)
  return [...byPart.values()].flatMap((ownRegistrations) => {
    const [first] = ownRegistrations
    if (!first) return []
    const { activity, tariff } = first.period
    return [
      {
        childId: first.own.child,
        activityId: activity.id,
        activity: activity.name,
        tariff: tariff && known(tariff),
        ownRegistrations,
      },
    ]
  })
}

/** The parts, days and months whose price may change when the price of these cells does. */
const concernedBy = (
  asked: readonly AskedCell[],
  days: readonly Day[],
  parts: readonly RegisteredPart[],
  { areShared, billedTo }: ReturnType<typeof aidsOf>,
) => {
  const ids = new Set(asked.map(({ registrationId }) => registrationId))
  const own = parts.filter(({ ownRegistrations }) =>
    ownRegistrations.some((ownRegistration) => ids.has(ownRegistration.own.id)),
  )
  const tariffs = [...new Set(own.flatMap(({ tariff }) => tariff ?? []))]
  const months = days.map(monthKey)
  if (!areShared && !tariffs.some(asksOtherDays))
    return {
      parts: own,
      range: { includes: (day: Day) => days.includes(day), hasMonth: (month: Month) => months.includes(month) },
    }
  const around = Math.max(0, ...tariffs.map(monthsAround))
  const [first, last] = [days[0], days.at(-1)].map((on) => on && firstOfMonth(on))
  const [from, to] = [first && addMonths(first, -around), last && lastOfMonth(addMonths(last, around))]
  const isNear = (day: Day): boolean => from !== undefined && to !== undefined && from <= day && day <= to
  // What remains of aids is published as of the last day that issued invoices bill: later days use it up too.
  const includes = (day: Day): boolean => isNear(day) || (areShared && day > billedTo)
  return {
    parts: areShared ? parts : parts.filter(({ tariff }) => tariff && tariffs.includes(tariff)),
    range: {
      includes,
      hasMonth: (month: Month) => includes(day(`${month}-01`)) || includes(lastOfMonth(day(`${month}-01`))),
    },
  }
}

/**
 * The tariff without what is owed or given once a year: earlier months, whose periods are no longer published, may
 * already have taken it.
 */
const withoutYearAccounts = ({ versions, ...tariff }: Tariff): Tariff => ({
  ...tariff,
  versions: versions.map((version) => ({
    ...version,
    membership: undefined,
    deductions: version.deductions?.map((one) => (one.cap?.per === 'schoolYear' ? { ...one, cap: null } : one)),
  })),
})

const partRegistration = ({ own: { from, to, week }, period }: OwnRegistration): PartRegistration => {
  const codes = new Map(period.slots.map((slot) => [slot.id, slot.code]))
  return {
    from,
    to,
    period: { from: period.from, to: period.to },
    week: week.flatMap(({ weekday, slot }) => {
      const code = codes.get(slot)
      return code === undefined ? [] : [{ weekday, slot: code }]
    }),
  }
}

const siblingsOf = ({ children, registrations }: FamilyDocument): Sibling[] =>
  children.map(({ id, birth }) => ({
    id,
    birth,
    registered: registrations
      .filter((own) => own.child === id && (own.state === 'accepted' || own.state === 'ended'))
      .map(({ from, to, activity }) => ({ from, to, activityId: activity })),
  }))

/** The aids of the home, and how much they can still give after what issued invoices took. */
const aidsOf = ({ aids: promised = [] }: Pick<FamilyDocument, 'aids'>) => {
  const aids = promised.map(asAid)
  const billedTo =
    promised
      .map(({ given }) => given.to ?? '')
      .toSorted()
      .at(-1) ?? ''
  const already: YearTakes = Object.fromEntries(
    promised.flatMap(({ id, given }) => [
      [aidAccount(id, 'cents'), given.cents],
      [aidAccount(id, 'units'), given.units],
    ]),
  )
  return {
    areShared: promised.some(isShared),
    billedTo,
    take: (
      months: readonly (readonly ChargeUnit[])[],
      asked: readonly Day[],
      facts: Omit<Parameters<typeof reductionsOf>[2], 'taken' | 'scheme'>,
    ) => {
      let taken = already
      const remarks = new Map<number, ReturnType<typeof reductionsOf>['remarks'][number]>()
      const reductions = months.flatMap((units) => {
        const open = units.filter(({ day }) => day > billedTo || asked.includes(day))
        const month = reductionsOf(open, aids, { ...facts, scheme: '', taken })
        taken = addTakes(taken, month.takes)
        for (const remark of month.remarks) remarks.set(remark.aid, remark)
        return month.reductions
      })
      return {
        reductions,
        remarksOf: ({ childId, activityId }: OfPart) =>
          promised.flatMap(({ id, child = childId, activities }) =>
            child === childId && (activities?.includes(activityId) ?? true) ? (remarks.get(id) ?? []) : [],
          ),
      }
    },
  }
}

/** Whether days compete for what is left of an aid. */
const isShared = ({ per, ceilingCents, ceilingUnits }: AidValue): boolean =>
  ceilingCents !== null || ceilingUnits !== null || per === 'week' || per === 'month'

const asAid = ({ child, activities, to, thirdParty, ...aid }: AidValue): Aid => ({
  ...aid,
  childId: child ?? null,
  activityIds: activities,
  to: to ?? null,
  // Only whether there is a third party matters here, because reductions without one apply first.
  thirdPartyId: thirdParty === undefined ? null : 0,
  thirdParty,
  // Aids for another benefit scheme than the home's are not published.
  scheme: null,
})
