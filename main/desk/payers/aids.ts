import { ascending } from '../../../shared/collections.ts'
import type { AidInput, ShownAid, WatchedAid } from '../../../shared/contract/desk/money/payers.ts'
import type { AidValue } from '../../../shared/contract/portal/documents.ts'
import { today } from '../../../shared/rules/calendar/day.ts'
import {
  type Aid,
  type AidUse,
  aidLevel,
  aidNotice,
  aidText,
  aidUse,
  isOfScheme,
  isOver,
  isRepeated,
  refuseAid,
} from '../../../shared/rules/money/aid.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { aid } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { childrenOfFamily, requireFamily } from '../families/families.ts'
import { type AidRow, aidsOfHomes, asAid } from '../prices/prices.ts'
import {
  type AidsOf,
  aidRow,
  aidRows,
  allAids,
  givenParts,
  namesOf,
  nextPosition,
  thirdPartyRow,
} from './payers-store.ts'

type Beneficiary = { readonly familyId: number; readonly childId: number | null }

/** Promises the same aid to several children or homes. It applies after the aids that they already have. */
export const promise = (
  { store }: Core,
  person: Person,
  { aid: terms, beneficiaries }: { readonly aid: AidInput; readonly beneficiaries: readonly Beneficiary[] },
): { ids: number[] } => {
  const count = beneficiaries.length === 1 ? '' : `, ${counted(beneficiaries.length, 'bénéficiaire')}`
  return store.act(person, 'payers.promise', `Aide promise\u00a0: ${aidText(terms)}${count}`, (write) => {
    refuseTerms(store, terms, nothingGiven)
    return { ids: beneficiaries.map((beneficiary) => writeAid(store, write, terms, beneficiary)) }
  })
}

export const nothingGiven: AidUse = { cents: 0, units: 0 }

const writeAid = (store: Store, write: Write, terms: AidInput, { familyId, childId }: Beneficiary): number => {
  requireFamily(store, familyId)
  if (childId !== null && !childrenOfFamily(store, familyId).some(({ id }) => id === childId))
    throw new Refused('Cet enfant n’est plus dans cette famille.', 'beneficiaries')
  if (promisedAids(store, { familyId }).some((other) => isRepeated(other, { ...terms, familyId, childId })))
    throw new Refused('Cette aide est déjà promise aux mêmes dates.', 'beneficiaries')
  return write.insert(aid, {
    ...columnsOf(terms),
    familyId,
    childId,
    position: nextPosition(store, familyId),
    state: 'promised',
  }).id
}

const promisedAids = (store: Store, of: AidsOf) =>
  aidRows(store, of)
    .filter(({ state }) => state === 'promised')
    .map((row) => ({ ...asAid(row), familyId: row.familyId }))

/**
 * @throws Refused for a merge of two homes, or of two records of a child, that both have the same aid: it would apply
 * twice
 */
export const refuseRepeatedAids = <Of extends { familyId: number } | { childId: number }>(
  store: Store,
  kept: Of,
  gone: Of,
): void => {
  const own = promisedAids(store, kept)
  const repeated = promisedAids(store, gone).find((aid) => own.some((other) => isRepeated(other, { ...aid, ...kept })))
  if (repeated)
    throw new Refused(
      `L’aide «\u00a0${repeated.label}\u00a0» est promise dans les deux fiches\u00a0: retirez-la de l’une d’elles.`,
    )
}

const columnsOf = ({ from: fromDay, to: toDay, ...terms }: AidInput) => ({ ...terms, fromDay, toDay })

/** Within the act of a merge: moves the aids of one home to the other, where they apply after the existing ones. */
export const passAids = (store: Store, write: Write, keptId: number, goneId: number): void => {
  refuseRepeatedAids(store, { familyId: keptId }, { familyId: goneId })
  for (const { id } of aidRows(store, { familyId: goneId }))
    write.update(aid, id, { familyId: keptId, position: nextPosition(store, keptId) })
}

/** @throws Refused at the form field with the wrong value */
const refuseTerms = (store: Store, terms: AidInput, given: AidUse): void => {
  const wrong = refuseAid({ ...terms, childId: null }, given)
  if (wrong) throw new Refused(wrong.sentence, `aid.${wrong.field}`)
  if (terms.thirdPartyId === null) return
  const party = thirdPartyRow(store, terms.thirdPartyId)
  if (!party) throw new Refused('Ce tiers payeur n’existe plus.', 'aid.thirdPartyId')
  if (party.archived) throw new Refused('Ce tiers payeur est archivé.', 'aid.thirdPartyId')
}

/**
 * Changes an aid. In months billed with it, the next run bills the difference: one payer owes less and another owes
 * more.
 */
export const changeAid = (
  { store, clock }: Core,
  person: Person,
  { id, aid: terms }: { readonly id: number; readonly aid: AidInput },
): ShownAid =>
  store.act(person, 'payers.aid', `Aide modifiée\u00a0: ${aidText(terms)}`, (write) => {
    const row = requireAid(store, id)
    refuseTerms(store, terms, givenBy(store, [row]).get(id) ?? nothingGiven)
    const changed = write.update(aid, id, columnsOf(terms))
    return shownOne(store, changed, clock)
  })

/** Refuses an aid: it gives nothing, and the family pays again what the aid was to pay. */
export const refuse = (
  { store, clock }: Core,
  person: Person,
  { id, on, reason }: { readonly id: number; readonly on: AidRow['fromDay']; readonly reason: string },
): ShownAid => {
  const row = requireAid(store, id)
  return store.act(person, 'payers.refuse', `Aide refusée\u00a0: ${aidText(row)}`, (write) => {
    if (row.state === 'refused') throw new Refused('Cette aide est déjà refusée.')
    if (on > today(clock)) throw new Refused('Ce jour n’est pas encore venu.', 'on')
    return shownOne(store, write.update(aid, id, { state: 'refused', refusedOn: on, refusalReason: reason }), clock)
  })
}

export const removeAid = ({ store }: Core, person: Person, id: number): void => {
  const row = requireAid(store, id)
  store.act(person, 'payers.remove', `Aide retirée\u00a0: ${aidText(row)}`, (write) => {
    if (givenParts(store, [id]).length > 0)
      throw new Refused('Cette aide a déjà servi sur une facture\u00a0: mettez-lui une fin, ou notez-la refusée.')
    write.remove(aid, id)
  })
}

/** Moves an aid one position earlier (-1) or later (1) among those of its home that are not over. */
export const moveAid = (
  { store, clock }: Core,
  person: Person,
  { id, by }: { readonly id: number; readonly by: -1 | 1 },
): void => {
  const row = requireAid(store, id)
  store.act(person, 'payers.aid', `Ordre des aides\u00a0: ${aidText(row)}`, (write) => {
    const others = aidRows(store, { familyId: row.familyId }).filter((other) => other.id !== id)
    const isBeyond = (other: AidRow) => Math.sign(other.position - row.position || other.id - id) === by
    const passed = (by < 0 ? others.toReversed() : others).find(
      (other) => isBeyond(other) && !isOver({ state: other.state, to: other.toDay }, today(clock)),
    )
    if (!passed) return
    const moved = others.toSpliced(others.indexOf(passed) + (by < 0 ? 0 : 1), 0, row)
    for (const [index, { id: movedId, position }] of moved.entries())
      if (position !== index + 1) write.update(aid, movedId, { position: index + 1 })
  })
}

const requireAid = (store: Store, id: number): AidRow => {
  const found = aidRow(store, id)
  if (!found) throw new Refused('Cette aide n’existe plus.')
  return found
}

/** What each of these aids gave on issued papers. */
export const givenBy = (store: Store, rows: readonly AidRow[]): ReadonlyMap<number, AidUse> => {
  const parts = Map.groupBy(
    givenParts(
      store,
      rows.map(({ id }) => id),
    ),
    ({ aidId }) => aidId,
  )
  return new Map(rows.map((row) => [row.id, aidUse(asAid(row), parts.get(row.id) ?? [])]))
}

/** The aids of a family in the order in which they apply; those that ended or were refused come last. */
export const aidsOfFamily = ({ store, clock }: Core, familyId: number): ShownAid[] => {
  requireFamily(store, familyId)
  return shownAids(store, aidRows(store, { familyId }), clock)
}

/** Aids that have used nine tenths of a ceiling, then aids that end within a month, soonest first. */
export const aidsToWatch = ({ store, clock }: Core): WatchedAid[] => {
  const now = today(clock)
  const running = allAids(store).filter(({ state, toDay: to }) => !isOver({ state, to }, now))
  const given = givenBy(
    store,
    running.filter(({ ceilingCents, ceilingUnits }) => ceilingCents !== null || ceilingUnits !== null),
  )
  const notices = new Map(
    running.flatMap((row) => {
      const notice = aidNotice({ ...row, to: row.toDay }, given.get(row.id) ?? nothingGiven, now)
      return notice === null ? [] : [[row.id, notice]]
    }),
  )
  return shownAids(
    store,
    running.filter(({ id }) => notices.has(id)),
    clock,
  )
    .flatMap((aid) => {
      const notice = notices.get(aid.id)
      return notice ? [{ ...aid, notice }] : []
    })
    .toSorted(ascending(({ notice, to }) => `${notice === 'endsSoon' ? 1 : 0} ${to}`))
}

/** The aids of homes as shown to their parents. */
export const aidsForParents = (
  store: Store,
  homes: readonly { readonly id: number; readonly scheme: string }[],
): ReadonlyMap<number, AidValue[]> => {
  const aids = aidsOfHomes(
    store,
    homes.map(({ id }) => id),
  )
  const parts = Map.groupBy(
    givenParts(
      store,
      [...aids.values()].flat().map(({ id }) => id),
    ),
    ({ aidId }) => aidId,
  )
  return new Map(
    homes.flatMap(({ id, scheme }) => {
      const own = (aids.get(id) ?? []).filter((aid) => isOfScheme(aid, scheme))
      return own.length === 0 ? [] : [[id, own.map((aid) => aidForParents(aid, parts.get(aid.id) ?? []))]]
    }),
  )
}

const aidForParents = (aid: Aid, parts: ReturnType<typeof givenParts>): AidValue => {
  const { id, label, per, amountCents, percent, fiscals, from, ceilingCents, ceilingUnits } = aid
  const { leavesCents, upToQuotient, fromRank, thirdParty, childId, activityIds, to } = aid
  const lastDay =
    parts
      .map(({ day }) => day)
      .toSorted()
      .at(-1) ?? null
  return {
    id,
    label,
    ...(thirdParty && { thirdParty }),
    ...(childId !== null && { child: childId }),
    per,
    amountCents,
    percent,
    fiscals: fiscals && [...fiscals],
    activities: activityIds && [...activityIds],
    from,
    ...(to && { to }),
    ceilingCents,
    ceilingUnits,
    leavesCents,
    upToQuotient,
    fromRank,
    given: { ...aidUse(aid, parts), to: lastDay },
  }
}

const shownOne = (store: Store, row: AidRow, clock: Core['clock']): ShownAid => {
  const [shown] = shownAids(store, [row], clock)
  if (!shown) throw new RangeError('an aid is shown')
  return shown
}

/** @param lastCents for each aid, the amount on the last paper of the third party */
export const shownAids = (
  store: Store,
  rows: readonly AidRow[],
  clock: Core['clock'],
  lastCents: ReadonlyMap<number, number> = new Map(),
): ShownAid[] => {
  const given = givenBy(store, rows)
  const families = namesOf(store, 'family', [...new Set(rows.map(({ familyId }) => familyId))])
  const children = namesOf(store, 'child', [...new Set(rows.flatMap(({ childId }) => childId ?? []))])
  const parties = namesOf(store, 'third_party', [...new Set(rows.flatMap(({ thirdPartyId }) => thirdPartyId ?? []))])
  const now = today(clock)
  return rows
    .map(({ fromDay: from, toDay: to, actId: _actId, position: _position, fiscals, activityIds, ...row }): ShownAid => {
      const use = given.get(row.id) ?? nothingGiven
      return {
        ...row,
        from,
        to,
        fiscals: fiscals && [...fiscals],
        activityIds: activityIds && [...activityIds],
        family: families.get(row.familyId) ?? '',
        child: row.childId === null ? null : (children.get(row.childId) ?? ''),
        thirdParty: row.thirdPartyId === null ? null : (parties.get(row.thirdPartyId) ?? ''),
        givenCents: use.cents,
        givenUnits: use.units,
        level: aidLevel(row, use),
        lastCents: lastCents.get(row.id) ?? 0,
      }
    })
    .toSorted((one, other) => Number(isOver(one, now)) - Number(isOver(other, now)))
}
