import { setImmediate } from 'node:timers/promises'
import type { Repricing, RepricingScope } from '../../../shared/contract/desk/money/invoicing.ts'
import { addDays, type Day, type Month } from '../../../shared/rules/calendar/day.ts'
import { type Cents, sumOf } from '../../../shared/rules/money/money.ts'
import { payerDifference } from '../../../shared/rules/money/payers.ts'
import type { DeclaredFacts } from '../../../shared/rules/price/price-terms.ts'
import { longDate } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { billedSpan, keptPrice, repricing } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { activityOf } from '../activities/activities.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { homeHistories, requireFamily } from '../families/families.ts'
import { memoized } from '../memoized.ts'
import {
  bookWithHours,
  bookWithTariff,
  type CurrentBook,
  currentBook,
  homeFacts,
  type KeptBook,
  keepBook,
  listTariffs,
} from '../prices/prices.ts'
import { billableDays } from '../regies/regies.ts'
import { actLabel, homesChangedBy } from './invoicing-store.ts'
import { allOrNothing, exclusively, refuseWhileBusy } from './long-work.ts'
import { factsOfMonth } from './spans/home-spans.ts'
import { type PricedSpan, priceSpans } from './spans/spans.ts'
import {
  type BilledSpanRow,
  billedMonths,
  billedSpans,
  homesRegisteredIn,
  type KeptPriceRow,
  keptPrices,
  keyOfSpan,
  type SpanKey,
} from './spans/spans-store.ts'
import { dayGroup } from './spans/standing.ts'

/*
 * « Refaire les comptes ». A change of what is declared (a quotient, an address, a tariff) does not change the price of
 * billed months, unless staff ask for it. Repricing a month replaces the facts that it was priced with; the next run
 * then finds the difference, and bills it or gives it back. Repricing a home reads its quotients and addresses again,
 * and keeps the tariffs that it was billed with. Repricing a tariff, or the hours of an activity, keeps every home's
 * quotients, addresses and other prices. For a list of quotients, all homes whose rows one act wrote are repriced
 * together.
 */

/** What a repricing would change; null when no billed month would change its price. */
export const repricingPreview = async (
  { store }: Core,
  person: Person,
  scope: RepricingScope,
): Promise<Repricing | null> => {
  refuseWhileBusy(store)
  const { repriced, familyIds } = beginRepricing(store, scope)
  const changes: Change[] = []
  for (const familyId of familyIds) {
    changes.push(...tryOut(store, person, (write) => repriceHome(store, write, repriced, familyId)))
    await setImmediate()
  }
  return changes.length === 0 ? null : summaryOf(changes)
}

/** Prices the billed months of the scope again, with what is recorded today. */
export const repriceBilledMonths = (
  core: Core,
  person: Person,
  { reason, ...scope }: RepricingScope & { readonly reason: string },
): Promise<Repricing> =>
  exclusively(core.store, async () => {
    const { store } = core
    const { fromDay } = scope
    const label = `Comptes refaits depuis le ${longDate(fromDay)}\u00a0: ${nameOf(core, scope)}`
    const { repriced, familyIds } = beginRepricing(store, scope)
    const act = store.longAct(person, 'invoicing.reprice', label)
    const changes: Change[] = []
    return allOrNothing(act, async () => {
      await act.slices(familyIds, (write, familyId) => {
        changes.push(...repriceHome(store, write, repriced, familyId))
      })
      return act.close((write) => {
        if (changes.length === 0)
          throw new Refused('Aucun mois facturé ne change de prix à partir de ce jour.', 'fromDay')
        write.insertMany(
          repricing,
          rowsOf(scope, changes).map((row) => ({ ...row, fromDay, reason })),
        )
        return summaryOf(changes)
      })
    })
  })

/** The first day from which an act wrote a quotient or an address of a home; null when it wrote none. */
export const firstDeclaredDay = ({ store }: Core, actId: number): Day | null => homesChangedBy(store, actId).from

/** The audit rows of a repricing: one for the tariff, or one for each home. */
const rowsOf = (scope: RepricingScope, changes: readonly Change[]) => {
  const of = (own: { familyId?: number; tariffId?: number }, some: readonly Change[]) => {
    const { spans: _, ...amounts } = summaryOf(some)
    return { familyId: null, tariffId: null, ...own, ...amounts }
  }
  if ('tariffId' in scope) return [of({ tariffId: scope.tariffId }, changes)]
  return [...Map.groupBy(changes, ({ familyId }) => familyId)].map(([familyId, own]) => of({ familyId }, own))
}

const nameOf = (core: Core, scope: RepricingScope): string => {
  if ('familyId' in scope) return requireFamily(core.store, scope.familyId).name
  if ('activityId' in scope) return activityOf(core.store, scope.activityId).name
  if ('actId' in scope) return actLabel(core.store, scope.actId)
  const found = listTariffs(core).find(({ id }) => id === scope.tariffId)
  if (!found) throw new Refused('Ce tarif n’existe plus.')
  return found.name
}

type RepricingJob = {
  readonly fromDay: Day
  /** The price book in force today. */
  readonly current: CurrentBook
  /** What is repriced; null when homes are. */
  readonly prices: {
    /** Null when only the hours of slots are read again. */
    readonly tariffId: number | null
    readonly activityIds: readonly number[]
    /** The book of a billed month, with this tariff or these hours as they are today. */
    readonly bookAnew: (bookId: number) => KeptBook
  } | null
}

/** The homes to reprice, read one at a time: the billed months of a whole town are too many to be read at once. */
const beginRepricing = (
  store: Store,
  scope: RepricingScope,
): { repriced: RepricingJob; familyIds: readonly number[] } => {
  const current = currentBook(store)
  const { fromDay } = scope
  if ('familyId' in scope || 'actId' in scope) {
    const familyIds = 'familyId' in scope ? [scope.familyId] : homesChangedBy(store, scope.actId).familyIds
    return { repriced: { fromDay, current, prices: null }, familyIds }
  }
  const prices =
    'tariffId' in scope ? tariffAnew(store, current, scope.tariffId) : hoursAnew(store, current, scope.activityId)
  return { repriced: { fromDay, current, prices }, familyIds: homesRegisteredIn(store, prices.activityIds) }
}

const tariffAnew = (store: Store, current: CurrentBook, tariffId: number): NonNullable<RepricingJob['prices']> => ({
  tariffId,
  activityIds: current.stored.activities.flatMap((one) => (one.tariffId === tariffId ? [one.id] : [])),
  bookAnew: memoized((bookId: number) => bookWithTariff(store, bookId, tariffId, current)),
})

const hoursAnew = (store: Store, current: CurrentBook, activityId: number): NonNullable<RepricingJob['prices']> => ({
  tariffId: null,
  activityIds: [activityId],
  bookAnew: memoized((bookId: number) => bookWithHours(store, bookId, activityId, current)),
})

/**
 * A billed month of a home whose price changes for a payer (the home, or a third party), with the difference for each
 * of them.
 */
type Change = SpanKey & { readonly amounts: readonly Cents[] }

const summaryOf = (changes: readonly Change[]): Repricing => {
  const amounts = changes.flatMap((change) => change.amounts.map((cents) => ({ cents })))
  return {
    spans: changes.length,
    families: new Set(changes.map(({ familyId }) => familyId)).size,
    upCents: sumOf(amounts.filter(({ cents }) => cents > 0)),
    downCents: 0 - sumOf(amounts.filter(({ cents }) => cents < 0)),
  }
}

/**
 * Replaces the facts that the billed months of a home were priced with.
 * @returns the months whose price changes; what a run already had to bill or give back does not count
 */
const repriceHome = (store: Store, write: Write, repriced: RepricingJob, familyId: number): Change[] => {
  const from = billableDays(store).from(repriced.fromDay)
  const spans = billedMonths(store, familyId, { from, activityIds: repriced.prices?.activityIds ?? null })
  const wanted = new Set(spans.map(keyOfSpan))
  const isWanted = (span: SpanKey) => wanted.has(keyOfSpan(span))
  // Pricing also writes down the facts that months of the first version were priced with.
  const before = new Map(priceSpans(store, write, repriced.current, spans).map((span) => [keyOfSpan(span), span]))
  const [first, last] = [spans[0]?.month, spans.at(-1)?.month]
  if (!first || !last) return []
  const range = { familyIds: [familyId], from: first, to: last }
  const factsToday = factsOfToday(store, [familyId])
  for (const row of billedSpans(store, range).filter(isWanted))
    write.update(
      billedSpan,
      row.id,
      repriced.prices
        ? { bookId: keepBook(write, repriced.prices.bookAnew(row.bookId)) }
        : factsSince(repriced.fromDay, row, factsToday(row)),
    )
  const kept = keptPrices(store, range).filter((row) => isWanted(row) && isPricedAgain(repriced, row))
  const isStillSo =
    kept.length > 0 && !repriced.prices ? staysOfHome(before, priceSpans(store, write, repriced.current, spans)) : null
  for (const row of kept) if (!isStillSo?.(row)) write.remove(keptPrice, row.id)
  return priceSpans(store, write, repriced.current, spans).flatMap((after) => {
    const known = before.get(keyOfSpan(after))
    if (!known || !isWanted(after)) return []
    if (after.priced.errors.length > 0)
      throw new Refused(
        'Des jours n’ont pas de prix à partir de ce jour\u00a0: complétez le tarif, ou choisissez un jour plus récent.',
        'fromDay',
      )
    const amounts = amountsBetween(toBill(known), toBill(after))
    return amounts.length === 0 ? [] : [{ familyId: after.familyId, month: after.month, amounts }]
  })
}

/**
 * Whether a price kept from papers of the first version stays when a home is repriced. The tariff may have changed
 * since those papers, so today's tariff would not give the same price again: where the home's own facts leave the price
 * as it was, it is kept. The minimum of a month depends on the tariff alone.
 */
const staysOfHome = (before: ReadonlyMap<string, PricedSpan>, after: readonly PricedSpan[]) => {
  const [known, now] = [[...before.values()], after].map((spans) => {
    const byGroup = Map.groupBy(
      spans.flatMap(({ owed }) => owed),
      ({ group }) => group,
    )
    return (group: string) => sumOf(byGroup.get(group) ?? [])
  })
  return ({ kind, childId, activityId, day, facts }: KeptPriceRow): boolean => {
    if (kind === 'minimum') return true
    const group = kind === 'day' && day !== null ? dayGroup({ childId, activityId, day }) : facts
    return known?.(group) === now?.(group)
  }
}

type ByPayer = ReadonlyMap<'home' | number, Cents>

/** What a run would bill for the month to the home and to each third party, less what it would give back. */
const toBill = ({ difference: { added, givenBack, unplacedCents }, payers }: PricedSpan): ByPayer => {
  const ofThirdParties = Map.groupBy(payerDifference(payers.owed, payers.standing), ({ thirdPartyId }) => thirdPartyId)
  return new Map<'home' | number, Cents>([
    ['home', sumOf(added) - sumOf(givenBack) - unplacedCents],
    ...[...ofThirdParties].map(([id, units]) => [id, sumOf(units)] as const),
  ])
}

const amountsBetween = (before: ByPayer, after: ByPayer): Cents[] =>
  [...new Set([...before.keys(), ...after.keys()])]
    .map((payer) => (after.get(payer) ?? 0) - (before.get(payer) ?? 0))
    .filter((cents) => cents !== 0)

type MonthFacts = Pick<BilledSpanRow, 'quotients' | 'residence' | 'declared'>

const factsOfToday = (store: Store, familyIds: readonly number[]) => {
  const histories = homeHistories(store, familyIds)
  return ({ familyId, month }: { familyId: number; month: Month }): MonthFacts => {
    const history = histories.get(familyId)
    return factsOfMonth(month, history ? homeFacts(history) : { familyQuotients: [], residence: [] })
  }
}

/** The former facts before a day, and today's facts from that day on. */
const factsSince = (fromDay: Day, before: MonthFacts, today: MonthFacts): MonthFacts => ({
  quotients: rowsSince(fromDay, before.quotients, today.quotients),
  residence: rowsSince(fromDay, before.residence, today.residence),
  declared: { ...today.declared, categories: categoriesSince(fromDay, before, today) },
})

/** Price categories have end days: the former ones are made to end on the day before, and today's begin on the day. */
const categoriesSince = (
  fromDay: Day,
  before: MonthFacts,
  today: MonthFacts,
): NonNullable<DeclaredFacts['categories']> => [
  ...((before.declared ?? today.declared)?.categories ?? [])
    .filter(({ from }) => from < fromDay)
    .map((row) => (row.to === undefined || row.to >= fromDay ? { ...row, to: addDays(fromDay, -1) } : row)),
  ...(today.declared?.categories ?? [])
    .filter(({ to }) => to === undefined || to >= fromDay)
    .map((row) => (row.from < fromDay ? { ...row, from: fromDay } : row)),
]

const rowsSince = <Row extends { readonly from: Day }>(
  fromDay: Day,
  before: readonly Row[],
  today: readonly Row[],
): Row[] => [
  ...before.filter(({ from }) => from < fromDay),
  ...today.flatMap((row, index) => {
    const next = today[index + 1]
    if (next && next.from <= fromDay) return []
    return [row.from < fromDay ? { ...row, from: fromDay } : row]
  }),
]

/** Whether repricing drops a price kept from papers of the first version, so that the rules price it again. */
const isPricedAgain = (
  { fromDay, prices }: RepricingJob,
  { kind, day, activityId, tariffId, facts }: KeptPriceRow,
): boolean => {
  if (kind === 'day' && day !== null && day < fromDay) return false
  if (!prices) return true
  if (kind === 'day') return prices.activityIds.some((id) => id === activityId)
  return kind === 'minimum' ? tariffId === prices.tariffId : facts.startsWith(`membership ${prices.tariffId} `)
}

/** Runs the work in an act and rolls it back: only the result is wanted. */
const tryOut = <Result>(store: Store, person: Person, work: (write: Write) => Result): Result => {
  let found: { readonly result: Result } | undefined
  try {
    return store.act(person, 'invoicing.reprice', '', (write) => {
      found = { result: work(write) }
      throw new TrialRollback()
    })
  } catch (error) {
    if (!(error instanceof TrialRollback) || !found) throw error
    return found.result
  }
}

class TrialRollback extends Error {}
