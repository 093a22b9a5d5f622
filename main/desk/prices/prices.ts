import type { Definition, Tariff as ShownTariff, TouchedByVersion } from '../../../shared/contract/desk/money/prices.ts'
import { addDays, type Day, day, minutesOf } from '../../../shared/rules/calendar/day.ts'
import { minutesLate } from '../../../shared/rules/cell/attendance.ts'
import { type ChildOverTime, groupOfChild, registrationFor } from '../../../shared/rules/groups/groups.ts'
import type { AidFacts } from '../../../shared/rules/money/payers.ts'
import { sameLabel } from '../../../shared/rules/people/names.ts'
import { isBilled } from '../../../shared/rules/price/day-units.ts'
import { priceDays } from '../../../shared/rules/price/price.ts'
import type {
  ChargeableDay,
  ChargeableSlot,
  DeclaredFacts,
  HomePart,
  PartFacts,
  Priced,
  PriceRequest,
} from '../../../shared/rules/price/price-terms.ts'
import { rankAmong, type Sibling } from '../../../shared/rules/price/siblings.ts'
import type { SpanPrice } from '../../../shared/rules/price/span-price.ts'
import { hasForfaits, type TariffVersion, versionOn, withExplicitLate } from '../../../shared/rules/price/tariff.ts'
import { refuseTariff } from '../../../shared/rules/price/tariff-refusals.ts'
import { type DescribedHome, tryPrice } from '../../../shared/rules/price/trying/try-price.ts'
import { activityTariff, tariff, tariffVersion } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { activityOf } from '../activities/activities.ts'
import { type ChargeableCell, type UnbilledCells, unbilledWithin } from '../attendance/attendance.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { type ChildOnDay, type HomeHistory, homeHistories } from '../families/families.ts'
import { childrenOverTime } from '../registrations/registrations.ts'
import { type BookNeeds, type CurrentBook, currentBook, hasPricedBilledDays, type PriceBook } from './books.ts'
import {
  allAttachments,
  allTariffs,
  allVersions,
  attachmentOf,
  attachmentRow,
  billedSpansWithin,
  hasReplacedRevisions,
  isNamedInBooks,
  openDaysOfPeriods,
  type RegisteredPartRow,
  registeredIn,
  registrationsOfHomes,
  versionRow,
} from './prices-store.ts'
import {
  activitiesAt,
  refuseMissingGroups,
  refuseTariffOfGroups,
  requireTariff,
  type VersionInput,
  writeVersion,
} from './versions.ts'

export { type AidRow, aidsOfHomes, asAid } from './aids-store.ts'
export {
  type BookNeeds,
  bookById,
  bookWithHours,
  bookWithTariff,
  type CurrentBook,
  currentBook,
  type KeptBook,
  keepBook,
  type PriceBook,
} from './books.ts'
export { bracketsOn } from './brackets.ts'
export { giveJointTariff, type JointTariff, jointTariff } from './joint-tariffs.ts'

/** The children of each home with the spans of their registrations, from which sibling ranks follow. */
export const siblingsOfHomes = (store: Store, familyIds: readonly number[]): ReadonlyMap<number, Sibling[]> =>
  new Map(
    [...Map.groupBy(registeredIn(store, familyIds), ({ familyId }) => familyId)].map(([familyId, rows]) => [
      familyId,
      [...Map.groupBy(rows, ({ childId }) => childId)].map(([id, own]) => ({
        id,
        birth: own[0]?.birth ?? earliest,
        registered: own.map(({ from, to, activityId }) => ({ from, to, activityId })),
      })),
    ]),
  )

/**
 * The children of a home, including those with cells but no registration any more: they count for prices that depend on
 * the number of children.
 */
export const withUnregistered = (
  registered: readonly Sibling[],
  cells: readonly Pick<ChargeableCell, 'childId'>[],
  children: ReadonlyMap<number, Pick<ChildOnDay, 'birthDay'>>,
): Sibling[] => {
  const known = new Set(registered.map(({ id }) => id))
  const others = [...new Set(cells.map(({ childId }) => childId))].flatMap((id): Sibling[] => {
    const child = children.get(id)
    return known.has(id) || !child ? [] : [{ id, birth: child.birthDay, registered: [] }]
  })
  return [...registered, ...others]
}

/** The paying family's quotients and residence by day, as the price rules take them. */
export const homeFacts = ({
  addresses,
  quotients,
  declared,
}: HomeHistory): Pick<PriceRequest, 'familyQuotients' | 'residence'> & DeclaredFacts => ({
  ...declared,
  familyQuotients: quotients,
  // Before the first known address, that first address counts: a family recorded in November lived somewhere in
  // September.
  residence: addresses.map(({ fromDay, resident }, index) => {
    const next = addresses[index + 1]
    return { from: index === 0 ? earliest : fromDay, resident, ...(next && { to: addDays(next.fromDay, -1) }) }
  }),
})

const earliest = day('1900-01-01')

/** A child registered in an activity, with what forfaits need to know about it. */
export type RegisteredPart = Omit<PartFacts, 'groupOn'> & {
  readonly childId: number
  readonly activityId: number
  /** The name of the child's group on a day, by a registration, among the groups of a book. */
  readonly groupIn: (book: Pick<PriceBook, 'groups'>, on: Day, registrationId?: number) => string | null
}

/**
 * The registrations of homes, read only when some tariff needs them.
 * @returns by home id
 */
export const registeredParts = (
  store: Store,
  book: Pick<CurrentBook, 'slotCodes'> & { readonly needs: Pick<BookNeeds, 'asksRegistrations'> },
  familyIds: readonly number[],
): ((familyId: number) => readonly RegisteredPart[]) => {
  if (!book.needs.asksRegistrations) return () => []
  const rows = registrationsOfHomes(store, familyIds)
  const openDays = Map.groupBy(
    openDaysOfPeriods(store, [...new Set(rows.map(({ periodId }) => periodId))]),
    ({ activityId }) => activityId,
  )
  const byFamily = Map.groupBy(rows, ({ familyId }) => familyId)
  let children: ReturnType<typeof childrenOverTime> | undefined
  // Read only when a price first needs a group, since few tariffs do.
  const childOf = (registrationId: number): ChildOverTime | undefined => {
    children ??= childrenOverTime(
      store,
      rows.map(({ id }) => id),
    )
    return children.get(registrationId)
  }
  return (familyId) =>
    [
      ...Map.groupBy(byFamily.get(familyId) ?? [], ({ childId, activityId }) => partKey({ childId, activityId })),
    ].flatMap(([, own]) => {
      const [first] = own
      if (!first) return []
      const { childId, activityId } = first
      const rowFor = registrationFor(own.map((row) => ({ ...row, period: periodDays(row) })))
      return [
        {
          childId,
          activityId,
          openDays: (openDays.get(activityId) ?? []).map(({ day: on }) => on),
          registrations: own.map(({ from, to, periodFrom, periodTo, week }) => ({
            from,
            to,
            period: { from: periodFrom, to: periodTo },
            week: week.flatMap(({ weekday, slotId }) => {
              const slot = book.slotCodes.get(slotId)
              return slot === undefined ? [] : [{ weekday, slot }]
            }),
          })),
          groupIn: ({ groups }, on, registrationId) => {
            const here = rowFor(on, registrationId)
            const child = here && childOf(here.id)
            if (!child) return null
            const ofActivity = groups.get(activityId) ?? []
            const taken = here.groupIds ? ofActivity.filter(({ id }) => here.groupIds?.includes(id)) : ofActivity
            return (here.groupIds?.length === 1 ? taken[0] : groupOfChild(taken, child, on))?.name ?? null
          },
        },
      ]
    })
}

const periodDays = ({ periodFrom, periodTo }: Pick<RegisteredPartRow, 'periodFrom' | 'periodTo'>) => ({
  from: periodFrom,
  to: periodTo,
})

const partKey = ({ childId, activityId }: { childId: number; activityId: number }): string => `${childId} ${activityId}`

/**
 * The parts of a home's month, one for each child in an activity: its chargeable cells and its registrations. A child
 * registered without any cell has a part too.
 * @param around the cells of the surrounding months
 */
export const partsOfMonth = (
  book: PriceBook,
  cells: readonly ChargeableCell[],
  registered: readonly RegisteredPart[],
  around: readonly ChargeableCell[] = [],
): HomePart[] => {
  if (registered.length === 0 && around.length === 0) return chargesByChildAndActivity(book, cells)
  const others = new Map(chargesByChildAndActivity(book, around).map((part) => [partKey(part), part.days]))
  return partsWithRegistrations(book, cells, registered)
    .filter(({ days, tariff }) => days.length > 0 || (tariff !== null && hasForfaits(tariff)))
    .map((part) => ({ ...part, around: others.get(partKey(part)) ?? [] }))
}

/**
 * A home's chargeable cells by child and activity, with the registrations of each. Registrations without a cell come
 * last.
 */
export const partsWithRegistrations = (
  book: PriceBook,
  cells: readonly ChargeableCell[],
  registered: readonly RegisteredPart[],
): HomePart[] => {
  const parts = chargesByChildAndActivity(book, cells)
  const known = new Set(parts.map(partKey))
  const empty = registered
    .filter((part) => !known.has(partKey(part)))
    .map(({ childId, activityId }) => ({
      childId,
      activityId,
      activity: book.activities.get(activityId)?.name ?? '',
      tariff: book.activities.get(activityId)?.tariff ?? null,
      days: [],
    }))
  const facts = new Map(registered.map((part) => [partKey(part), part]))
  return [...parts, ...empty].map((part) => {
    const own = facts.get(partKey(part))
    return {
      ...part,
      registrations: own?.registrations ?? [],
      openDays: own?.openDays,
      ...(own && { groupOn: (on: Day, registration?: number) => own.groupIn(book, on, registration) }),
    }
  })
}

/** Groups a home's chargeable cells by child and activity. */
export const chargesByChildAndActivity = (book: PriceBook, cells: readonly ChargeableCell[]): HomePart[] =>
  [...Map.groupBy(cells, ({ childId }) => childId)].flatMap(([childId, ofChild]) =>
    [...Map.groupBy(ofChild, ({ activityId }) => activityId)].map(([activityId, ofActivity]) => {
      const activity = book.activities.get(activityId)
      return {
        childId,
        activityId,
        activity: activity?.name ?? '',
        tariff: activity?.tariff ?? null,
        days: [...Map.groupBy(ofActivity, ({ day: on }) => on)].map(([on, ofDay]) => ({
          day: on,
          late: lateOf(book, ofDay),
          presence: presenceOf(ofDay),
          slots: ofDay.map(
            (cell): ChargeableSlot => ({
              slot: book.slotCodes.get(cell.slotId) ?? '',
              cell: cell.id,
              registration: cell.registrationId,
              why: cell.why,
              attendance: cell.attendance,
              minutes: book.slotMinutes.get(cell.slotId),
              hours: hoursOf(book, cell.slotId),
              ...(cell.surcharge !== 0 && { surcharge: cell.surcharge }),
            }),
          ),
        })),
      }
    }),
  )

/** The hours of a slot, in minutes of the day. */
const hoursOf = ({ slotEnds, slotMinutes }: PriceBook, slotId: number): ChargeableSlot['hours'] => {
  const end = slotEnds.get(slotId)
  const minutes = slotMinutes.get(slotId)
  if (end === undefined || minutes === undefined) return undefined
  return { from: minutesOf(end) - minutes, to: minutesOf(end) }
}

const presenceOf = (cells: readonly ChargeableCell[]): ChargeableDay['presence'] => {
  const arrived = cells.flatMap(({ arrivedAt }) => arrivedAt ?? []).toSorted()[0]
  const left = cells
    .flatMap(({ leftAt }) => leftAt ?? [])
    .toSorted()
    .at(-1)
  if (!arrived && !left) return undefined
  return { from: arrived ? minutesOf(arrived) : null, to: left ? minutesOf(left) : null }
}

const lateOf = ({ slotEnds }: PriceBook, cells: readonly ChargeableCell[]): ChargeableDay['late'] => {
  const noted = cells.find(({ leftAt }) => leftAt !== null)
  const end = noted && slotEnds.get(noted.slotId)
  if (!noted?.leftAt || !end) return undefined
  const minutes = minutesLate(end, noted.leftAt)
  return minutes > 0 ? { minutes, cell: noted.id } : undefined
}

/** The facts of a home on which aids may depend. */
export const aidFacts = (
  {
    book,
    siblings,
    scheme = '',
  }: Pick<DeclaredFacts, 'scheme'> & { readonly book: PriceBook; readonly siblings: readonly Sibling[] },
  cells: readonly ChargeableCell[],
): AidFacts => {
  const slotOf = new Map(cells.map(({ id, slotId }) => [id, slotId]))
  return {
    scheme,
    rankOn: (childId, on) => rankAmong(siblings, childId)(on),
    minutesOf: (cell) => book.slotMinutes.get(slotOf.get(cell) ?? 0) ?? 0,
  }
}

/** Prices days of one child in one activity for the paying family, by the same rules as the future invoice. */
export const priceOf = (
  store: Store,
  {
    familyId,
    childId,
    registrationId,
    activityId,
    days,
  }: {
    familyId: number
    childId?: number | undefined
    registrationId?: number | undefined
    activityId: number
    days: readonly {
      day: Day
      slots: readonly (Pick<ChargeableSlot, 'surcharge'> & { slotId: number; why?: ChargeableSlot['why'] })[]
    }[]
  },
): Priced => {
  const book = currentBook(store)
  const activity = book.activities.get(activityId)
  const home = homeHistories(store, [familyId]).get(familyId)
  if (!activity || !home) throw new Refused('Cette activité ou cette famille n’existe plus.')
  const registered = registeredParts(store, book, [familyId])(familyId).find(
    (part) => part.childId === childId && part.activityId === activityId,
  )
  return priceDays({
    activity: activity.name,
    tariff: activity.tariff,
    ...homeFacts(home),
    childId,
    registrations: registered?.registrations,
    groupOn: registered && ((on) => registered.groupIn(book, on, registrationId)),
    ...(book.asksRank &&
      childId !== undefined && { rankOn: rankAmong(siblingsOfHomes(store, [familyId]).get(familyId) ?? [], childId) }),
    days: days.map(
      ({ day: on, slots }): ChargeableDay => ({
        day: on,
        slots: slots.map(({ slotId, why = 'booked', surcharge }) => ({
          slot: book.slotCodes.get(slotId) ?? '',
          why,
          attendance: 'expected',
          minutes: book.slotMinutes.get(slotId),
          surcharge,
        })),
      }),
    ),
  })
}

/**
 * Prices the days of an invented home by a definition. @throws Refused for a definition that could not be recorded
 * either
 */
export const tryDefinition = ({
  name,
  definition,
  home,
}: {
  name: string
  definition: Definition
  home: DescribedHome
}): readonly SpanPrice[] => {
  const tried = { id: 'tried', label: name, versions: [{ ...definition, from: earliest }] }
  const refusal = refuseTariff(tried)
  if (refusal) throw new Refused(refusal, 'definition')
  return tryPrice(tried, home)
}

export const listTariffs = ({ store }: Core): ShownTariff[] => {
  const versions = Map.groupBy(allVersions(store), ({ tariffId }) => tariffId)
  const attached = Map.groupBy(allAttachments(store), ({ tariffId }) => tariffId)
  return allTariffs(store).map(({ id, name }) => ({
    id,
    name,
    versions: (versions.get(id) ?? []).map((version) => ({
      id: version.id,
      from: version.fromDay,
      definition: shownDefinition(version.definition),
    })),
    activityIds: (attached.get(id) ?? []).map(({ activityId }) => activityId),
  }))
}

export const saveTariff = (core: Core, person: Person, { id, name }: { id?: number | undefined; name: string }) =>
  core.store.act(person, 'prices.tariff', `Tarif enregistré\u00a0: ${name}`, (write) => {
    if (allTariffs(core.store).some((other) => other.id !== id && sameLabel(other.name, name)))
      throw new Refused('Un tarif porte déjà ce nom.', 'name')
    if (id !== undefined) requireTariff(core.store, id)
    const saved = id === undefined ? write.insert(tariff, { name }) : write.update(tariff, id, { name })
    return tariffShown(core, saved.id)
  })

type UnbilledCell = Pick<UnbilledCells, 'isBooked' | 'mark'>

/** Whether a run will bill these cells. An absence that their tariff does not charge is never billed. */
export const isToBill = (
  { activities }: PriceBook,
  { activityId, day: on, ...cell }: UnbilledCell & { readonly activityId: number; readonly day: Day },
): boolean => {
  const tariff = activities.get(activityId)?.tariff
  return isBilledBy(tariff ? versionOn(tariff, on) : undefined, cell)
}

/** Cells without a version of their tariff count as billable: the run asks staff for a price before it bills them. */
const isBilledBy = (version: Pick<TariffVersion, 'absence'> | undefined, { isBooked, mark }: UnbilledCell): boolean =>
  !isBooked || mark === null || !version || isBilled(version, { why: 'booked', attendance: mark })

/** What a version concerns, on its present days and on its new ones: cells that no paper bills, and billed spans. */
export const touchedBy = (
  { store }: Core,
  input: { id?: number | undefined; tariffId: number; from: Day; absence: TariffVersion['absence'] },
): TouchedByVersion => {
  const versions = allVersions(store).filter(({ tariffId }) => tariffId === input.tariffId)
  const others = versions.filter(({ id }) => id !== input.id).map(({ fromDay }) => fromDay)
  const before = versions.flatMap(({ id, fromDay }) => (id === input.id ? [fromDay] : []))
  const spans = [...before, input.from].map((from) => ({ from, to: others.find((other) => other > from) ?? null }))
  const activityIds = allAttachments(store).flatMap(({ tariffId, activityId }) =>
    tariffId === input.tariffId ? [activityId] : [],
  )
  const current = versions.map(({ id, fromDay, definition: { absence } }) => ({ id, from: fromDay, absence }))
  const planned = [...current.filter(({ id }) => id !== input.id), { from: input.from, absence: input.absence }]
  // Left out: absences that neither the present nor the new version charges, which cost nothing before and after.
  const touched = unbilledWithin(store, activityIds, spans).filter((cells) =>
    [current, planned].some((known) => isBilledBy(versionOn({ versions: known }, cells.day), cells)),
  )
  const [first] = touched
  const last = touched.at(-1)
  return {
    unbilled:
      first && last
        ? { count: touched.reduce((total, { cells }) => total + cells, 0), from: first.day, to: last.day }
        : null,
    billedSpans: billedSpansWithin(store, activityIds, spans),
  }
}

export const saveVersion = (core: Core, person: Person, input: VersionInput) => {
  const { store } = core
  const { name } = requireTariff(store, input.tariffId)
  return store.act(person, 'prices.version', `Tarif modifié\u00a0: ${name}`, (write) => {
    writeVersion(store, write, input)
    return tariffShown(core, input.tariffId)
  })
}

/** Whether billed months need a definition of this version, the present one or a replaced one. */
const isNeeded = (store: Store, version: typeof tariffVersion.$inferSelect): boolean =>
  hasReplacedRevisions(store, version.id) || hasPricedBilledDays(store, version)

const versionKeptText =
  'Des factures ont été faites avec cette version\u00a0: corrigez-la, elle gardera ses anciens prix.'

/**
 * Why an undo may not bring back this former state of a version; null when it may. The present definition would be lost
 * although billed months need it.
 * @param then the former values, only those that changed; null when the version did not exist
 * @throws Refused for a former definition that names a group which no longer exists
 */
export const whyNotUndoVersion = (
  store: Store,
  id: number,
  then: { readonly definition?: Definition; readonly revision?: number; readonly tariffId?: number } | null,
): string | null => {
  const version = versionRow(store, id)
  if (!version) {
    if (then?.definition && then.tariffId !== undefined)
      refuseMissingGroups(store, [then.definition], activitiesAt(store, then.tariffId))
    return null
  }
  const { definition, revision = version.revision } = then ?? { definition: null }
  if (definition === undefined) return null
  // The undo would put the replaced definition back, but books stored since name the revision that replaced it.
  const isNamed = revision < version.revision && isNamedInBooks(store, version)
  if (isNamed || hasPricedBilledDays(store, version)) return versionKeptText
  // A group that the former definition names may have been removed since.
  if (definition) refuseMissingGroups(store, [definition], activitiesAt(store, version.tariffId))
  return null
}

export const removeVersion = (core: Core, person: Person, id: number) =>
  core.store.act(person, 'prices.version', 'Version de tarif retirée', (write) => {
    const version = versionRow(core.store, id)
    if (!version) throw new Refused('Cette version n’existe plus.')
    if (isNeeded(core.store, version)) throw new Refused(versionKeptText)
    write.remove(tariffVersion, id)
    return tariffShown(core, version.tariffId)
  })

export const removeTariff = (core: Core, person: Person, id: number): void => {
  const { store } = core
  const { name } = requireTariff(store, id)
  store.act(person, 'prices.tariff', `Tarif retiré\u00a0: ${name}`, (write) => {
    if (allAttachments(store).some(({ tariffId }) => tariffId === id))
      throw new Refused('Des activités utilisent ce tarif\u00a0: choisissez-leur d’abord un autre tarif.')
    const versions = allVersions(store).filter(({ tariffId }) => tariffId === id)
    if (versions.some((version) => isNeeded(store, version)))
      throw new Refused('Des factures ont été faites avec ce tarif\u00a0: il reste, pour corriger leurs mois.')
    for (const version of versions) write.remove(tariffVersion, version.id)
    write.remove(tariff, id)
  })
}

/** @throws Refused for an undo that would give an activity a tariff with a price for a group that no longer exists */
export const refuseReattaching = (store: Store, id: number, then: { readonly tariffId?: number }): void => {
  const now = attachmentRow(store, id)
  const { activityId, tariffId } = { ...now, ...then } as typeof activityTariff.$inferSelect
  refuseTariffOfGroups(store, tariffId, activityId)
}

export const attachTariff = (
  { store }: Core,
  person: Person,
  { activityId, tariffId }: { activityId: number; tariffId: number | null },
): void => {
  const { name } = activityOf(store, activityId)
  store.act(person, 'prices.attach', `Tarif choisi\u00a0: ${name}`, (write) => {
    if (tariffId !== null) {
      requireTariff(store, tariffId)
      refuseTariffOfGroups(store, tariffId, activityId)
    }
    const before = attachmentOf(store, activityId)
    if (tariffId === null) {
      if (before) write.remove(activityTariff, before.id)
    } else if (before) write.update(activityTariff, before.id, { tariffId })
    else write.insert(activityTariff, { activityId, tariffId })
  })
}

const tariffShown = (core: Core, id: number): ShownTariff => {
  const found = listTariffs(core).find((one) => one.id === id)
  if (!found) throw new Refused('Ce tarif n’existe plus.')
  return found
}

// The rules' types are read-only, the contract's are mutable.
const shownDefinition = (definition: (typeof tariffVersion.$inferSelect)['definition']): Definition =>
  structuredClone(withExplicitLate(definition)) as Definition
