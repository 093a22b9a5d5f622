import type { Regie, RegieChoice, RegieInput } from '../../../shared/contract/desk/money/regies.ts'
import { may } from '../../../shared/rules/access/roles.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import { firstOpenDay, refuseClosedPeriod } from '../../../shared/rules/money/closing.ts'
import { refuseVoucherRules } from '../../../shared/rules/money/payment/vouchers.ts'
import { refuseLevels } from '../../../shared/rules/money/recovery/reminder-level.ts'
import { refuseSuspension } from '../../../shared/rules/money/recovery/suspension.ts'
import {
  firstRegieId,
  type Holder,
  isHolderOn,
  mayTakeMoney,
  notHolderText,
  refuseHolder,
  refuseNatures,
  refusePrefix,
} from '../../../shared/rules/money/regie.ts'
import { type SeriesLetter, seriesOf } from '../../../shared/rules/money/series.ts'
import { sameLabel } from '../../../shared/rules/people/names.ts'
import { organisation, regie, regieHolder } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { organisationOf, refuseBillsFrom } from '../settings/settings.ts'
import {
  activitiesWithMeals,
  activityCounts,
  type HolderRow,
  hasInvoices,
  holderRow,
  holderRows,
  lastClosedDay,
  numberedRegies,
  regieByActivity,
  regieRows,
  rolesOfActiveStaff,
} from './regies-store.ts'

export { regieByActivity } from './regies-store.ts'

/** A régie with the rules of its invoices and till. */
export type RegieSettings = ReturnType<typeof regieRows>[number]

/**
 * All régies, the first one first. The settings of the first one stay in the row of the organisation, where they were
 * when a town had only one.
 */
export const regiesOf = (store: Store): RegieSettings[] =>
  regieRows(store).map((row) => (row.id === firstRegieId ? { ...row, ...settingsOfFirst(store) } : row))

const settingsOfFirst = (store: Store) => {
  const {
    regie: name,
    waysToPay,
    payfipNumber,
    dueDays,
    billsFrom,
    zeroInvoices,
    tillFloatCents,
  } = organisationOf(store)
  return { name, waysToPay, payfipNumber, dueDays, billsFrom, zeroInvoices, tillFloatCents }
}

/** @throws Refused when there is no such régie */
export const regieOf = (store: Store, id: number): RegieSettings => {
  const found = regiesOf(store).find((one) => one.id === id)
  if (!found) throw new Refused('Cette régie n’existe plus.')
  return found
}

/** The name of a series of this régie: `F`, `CVQ`. */
export const seriesOfRegie = (store: Store, id: number, letter: SeriesLetter): string =>
  seriesOf(regieOf(store, id).prefix, letter)

export { activitiesWithMeals }

/** Whether a régie suspends bookings of homes that owe too much. May be asked before the first-run set-up. */
export const debtsSuspendBookings = (store: Store): boolean =>
  regieRows(store).some(({ suspendAboveCents }) => suspendAboveCents !== null)

/** The régie that collects for an activity. */
export const regieOfActivities = (store: Store): ((activityId: number) => number) => {
  const regies = regieByActivity(store)
  return (activityId) => regies.get(activityId) ?? firstRegieId
}

/** Which days are billed: for each régie those from its first day on, or all if it has none. */
export const billableDays = (store: Store) => {
  const firstDays = new Map(regiesOf(store).map(({ id, billsFrom }) => [id, billsFrom]))
  const isAlways = [...firstDays.values()].includes(null)
  const [earliest = null] = isAlways ? [] : [...firstDays.values()].flatMap((on) => on ?? []).toSorted()
  const regieOf = regieOfActivities(store)
  return {
    /** The first day that any régie bills; null when every day is billed. */
    first: earliest,
    /** The day itself, or the first day that any régie bills, whichever is later. */
    from: (day: Day): Day => (earliest === null || earliest < day ? day : earliest),
    has: ({ activityId, day }: { readonly activityId: number; readonly day: Day }): boolean =>
      day >= (firstDays.get(regieOf(activityId)) ?? day),
  }
}

/** Whether papers bear the numbers of a régie, which therefore keeps its prefix. */
export const isNumbered = (store: Store, id: number): boolean => numberedRegies(store).has(id)

/** Whether activities, drafts or papers belong to a régie. */
export const isRegieUsed = (store: Store, id: number): boolean =>
  activityCounts(store).has(id) || isNumbered(store, id) || hasInvoices(store, id)

/** The name under which staff choose a régie. */
export const regieName = ({ name }: Pick<RegieSettings, 'name'>): string => name || 'Régie'

/** The last closed day of a régie; null before its first closing. */
export const closedThrough = (store: Store, regieId: number): Day | null => lastClosedDay(store, regieId)

/** The day on which money of a day counts in the books: the first open one when its month is closed. */
export const bookedDay = (store: Store, regieId: number, on: Day): Day =>
  firstOpenDay(on, closedThrough(store, regieId))

/** @throws Refused when a date that the person chooses lies in a closed month of the régie */
export const refuseIfClosed = (store: Store, regieId: number, on: Day, field?: string): void => {
  const refused = refuseClosedPeriod(on, closedThrough(store, regieId))
  if (refused !== undefined) throw new Refused(refused, field)
}

/** The name of the « régisseur » that papers of a day print; empty when none is typed. */
export const cashierOn = (store: Store, regieId: number, on: Day): string => {
  const named = regieId === firstRegieId ? organisationOf(store).cashier : ''
  const titular = holderRows(store).find(
    (one) => one.regieId === regieId && one.kind === 'titular' && isHolderOn(one, on),
  )
  return named || (titular?.name ?? '')
}

/** @throws Refused when the régie has holders and the person is none of them today */
export const refuseUnlessHolder = ({ store, clock }: Pick<Core, 'store' | 'clock'>, person: Person, id: number) => {
  const on = today(clock)
  const holders = holderRows(store).filter(({ regieId }) => regieId === id)
  if (!mayTakeMoney(holders, staffIdOf(person), on)) throw new Refused(notHolderText(regieName(regieOf(store, id)), on))
}

const staffIdOf = (person: Person): number | null => (person.kind === 'staff' ? person.staffId : null)

export const regieChoice = ({ store, clock }: Core, person: Person): RegieChoice[] => {
  const holders = Map.groupBy(holderRows(store), ({ regieId }) => regieId)
  return regiesOf(store).map((row) => ({
    id: row.id,
    name: regieName(row),
    prefix: row.prefix,
    archived: row.archived,
    means: row.means && [...row.means],
    paysRefunds: row.paysRefunds,
    holdsCheques: row.holdsCheques,
    hasNatures: row.natures.length > 0,
    takesMoney: mayTakeMoney(holders.get(row.id) ?? [], staffIdOf(person), today(clock)),
  }))
}

export const listRegies = ({ store }: Core): Regie[] => {
  const holders = Map.groupBy(holderRows(store), ({ regieId }) => regieId)
  const numbered = numberedRegies(store)
  const activities = activityCounts(store)
  return regiesOf(store).map((row) => ({
    ...row,
    means: row.means && [...row.means],
    reminderLevels: row.reminderLevels && [...row.reminderLevels],
    suspendActivityIds: row.suspendActivityIds && [...row.suspendActivityIds],
    natures: row.natures.map((nature) => ({ ...nature, activityIds: nature.activityIds && [...nature.activityIds] })),
    voucherRules: row.voucherRules.map((rule) => ({ ...rule, activityIds: rule.activityIds && [...rule.activityIds] })),
    holders: (holders.get(row.id) ?? []).map(({ id, staffId, name, kind, from, to }) => ({
      id,
      staffId,
      name,
      kind,
      from,
      to,
    })),
    isNumbered: numbered.has(row.id),
    activities: activities.get(row.id) ?? 0,
  }))
}

const shown = (core: Core, id: number): Regie => {
  const found = listRegies(core).find((one) => one.id === id)
  if (!found) throw new RangeError(`régie ${id} was just saved`)
  return found
}

export const saveRegie = (core: Core, person: Person, { id, ...input }: RegieInput): Regie => {
  const { store } = core
  return store.act(person, 'regies.save', `Régie enregistrée\u00a0: ${input.name}`, (write) => {
    const before = id === undefined ? undefined : regieOf(store, id)
    const others = regiesOf(store).filter((one) => one.id !== id)
    if (others.some((other) => sameLabel(regieName(other), input.name)))
      throw new Refused('Une régie porte déjà ce nom.', 'name')
    const prefix = id === firstRegieId ? null : (input.prefix ?? '')
    const refusedPrefix =
      prefix === null
        ? undefined
        : refusePrefix(
            prefix,
            others.flatMap((other) => other.prefix ?? []),
          )
    if (refusedPrefix !== undefined) throw new Refused(refusedPrefix, 'prefix')
    if (before && before.prefix !== prefix && isNumbered(store, before.id))
      throw new Refused(
        `Des papiers sont numérotés «\u00a0${before.prefix ?? ''}\u00a0»\u00a0: ces lettres ne changent plus.`,
        'prefix',
      )
    if (input.payfipNumber !== '' && others.some((other) => other.payfipNumber === input.payfipNumber))
      throw new Refused('Ce numéro client est celui d’une autre régie.', 'payfipNumber')
    refuseUnfitNatures(store, input)
    refuseUnfitLevels(input)
    refuseUnfitVouchers(store, input)
    const refusedSuspension = refuseSuspension(input, activitiesWithMeals(store))
    if (refusedSuspension !== undefined) throw new Refused(refusedSuspension, 'suspendActivityIds')
    if (input.archived) refuseClosing(store, id)
    if (input.billsFrom !== null && input.billsFrom !== (before?.billsFrom ?? null))
      refuseBillsFrom(store, id ?? null, input.billsFrom)
    const { name, waysToPay, payfipNumber, dueDays, billsFrom, zeroInvoices, tillFloatCents, ...own } = input
    const settings = { waysToPay, payfipNumber, dueDays, billsFrom, zeroInvoices, tillFloatCents }
    if (id === firstRegieId) {
      write.update(organisation, organisationOf(store).id, { ...settings, regie: name })
      write.update(regie, id, { ...own, prefix })
      return shown(core, id)
    }
    const values = { ...own, ...settings, name, prefix }
    return shown(core, (id === undefined ? write.insert(regie, values) : write.update(regie, id, values)).id)
  })
}

const refuseUnfitNatures = (store: Store, { natures }: Pick<RegieInput, 'natures'>): void => {
  const refused = refuseNatures(natures)
  if (refused) throw new Refused(refused.sentence, `natures.${refused.row}.${refused.field}`)
  refuseUnknownActivities(store, 'natures', natures)
}

const refuseUnfitLevels = ({ reminderLevels }: Pick<RegieInput, 'reminderLevels'>): void => {
  const refused = reminderLevels && refuseLevels(reminderLevels)
  if (refused) throw new Refused(refused.sentence, `reminderLevels.${refused.row}.${refused.field}`)
}

const refuseUnfitVouchers = (store: Store, { voucherRules }: Pick<RegieInput, 'voucherRules'>): void => {
  const refused = refuseVoucherRules(voucherRules)
  if (refused) throw new Refused(refused.sentence, `voucherRules.${refused.row}.${refused.field}`)
  refuseUnknownActivities(store, 'voucherRules', voucherRules)
}

const refuseUnknownActivities = (
  store: Store,
  field: 'natures' | 'voucherRules',
  rows: readonly { readonly activityIds: readonly number[] | null }[],
): void => {
  const known = regieByActivity(store)
  const row = rows.findIndex(({ activityIds }) => activityIds?.some((one) => !known.has(one)))
  if (row >= 0) throw new Refused('Une de ces activités n’existe plus.', `${field}.${row}.activityIds`)
}

const refuseClosing = (store: Store, id: number | undefined): void => {
  if (id === undefined || id === firstRegieId) throw new Refused('Cette régie ne se ferme pas.', 'archived')
  const activities = activityCounts(store).get(id) ?? 0
  if (activities > 0)
    throw new Refused('Des activités facturent encore par cette régie\u00a0: changez leur régie d’abord.', 'archived')
}

type HolderInput = Holder & { readonly id?: number | undefined; readonly regieId: number }

export const saveHolder = (core: Core, person: Person, { id, regieId, ...holder }: HolderInput): Regie => {
  const { store } = core
  const { name } = regieOf(store, regieId)
  return store.act(
    person,
    'regies.holder',
    `Régisseur ou suppléant enregistré\u00a0: ${regieName({ name })}`,
    (write) => {
      refuseStaff(store, holder)
      const others: HolderRow[] = holderRows(store).filter((one) => one.regieId === regieId && one.id !== id)
      const refused = refuseHolder(holder, others)
      if (refused) throw new Refused(refused.sentence, refused.field)
      const values = { staffMemberId: holder.staffId, kind: holder.kind, fromDay: holder.from, toDay: holder.to }
      if (id === undefined) write.insert(regieHolder, { ...values, regieId })
      else {
        if (holderRow(store, id)?.regieId !== regieId) throw new Refused(noHolderText)
        write.update(regieHolder, id, values)
      }
      return shown(core, regieId)
    },
  )
}

/** @throws Refused for a person without a role that lets them take money: naming a holder gives no role */
const refuseStaff = (store: Store, { staffId, kind }: Holder): void => {
  const roles = rolesOfActiveStaff(store, staffId)
  if (!roles) throw new Refused('Choisissez un agent en service.', 'staffId')
  const right = kind === 'titular' ? 'payments.cancel' : 'payments'
  if (!may(roles, right))
    throw new Refused(
      kind === 'titular'
        ? 'Cet agent n’a pas le rôle Régisseur\u00a0: donnez-le-lui d’abord, dans «\u00a0Agents\u00a0».'
        : 'Cet agent n’a ni le rôle Régisseur, ni celui d’Agent d’accueil\u00a0: donnez-en un d’abord, dans «\u00a0Agents\u00a0».',
      'staffId',
    )
}

const noHolderText = 'Cette ligne n’existe plus.'

export const removeHolder = (core: Core, person: Person, id: number): Regie => {
  const { store } = core
  return store.act(person, 'regies.holder', 'Régisseur ou suppléant retiré', (write) => {
    const found = holderRow(store, id)
    if (!found) throw new Refused(noHolderText)
    write.remove(regieHolder, id)
    return shown(core, found.regieId)
  })
}
