import type { BondInput, Family } from '../../../shared/contract/desk/people/families.ts'
import { today } from '../../../shared/rules/calendar/day.ts'
import {
  bondWith,
  confirmedParent,
  type GuardianBond,
  mayHoldAuthority,
  ordinaryPairs,
  powersOf,
  type StatedBond,
  serviceBond,
  tidyBond,
  unconfirmedBond,
  whyNotBond,
} from '../../../shared/rules/people/guardian-bond.ts'
import type { Write } from '../../store/acts/acts.ts'
import { guardianBond } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { bondRowsOf, childrenIn, familiesOfChildren, guardiansIn, pairIsOfOneHome } from './families-store.ts'
import { requireChild, requireFamily, requireGuardian } from './required.ts'

/* The relation of each guardian to each child: bond, parental authority, and the powers that result. */

type Row = typeof guardianBond.$inferSelect

const bondOf = ({ bond: kind, parentalAuthority: authority, ...row }: Row): GuardianBond => ({
  kind,
  authority,
  decidedBy: row.decidedBy,
  decidedOn: row.decidedOn,
  referent: row.referent,
  overrides: { sees: row.sees, asks: row.asks, fetches: row.fetches, told: row.told },
  overrideReason: row.overrideReason,
})

const columnsOf = ({ kind, authority, overrides, ...bond }: GuardianBond) => ({
  bond: kind,
  parentalAuthority: authority,
  ...bond,
  ...overrides,
})

/** The recorded bonds of these children, by child, then guardian. A pair without a row is « à confirmer ». */
export const bondsOfChildren = (
  store: Store,
  childIds: readonly number[],
): ReadonlyMap<number, ReadonlyMap<number, GuardianBond>> =>
  new Map(
    [...Map.groupBy(bondRowsOf(store, childIds), ({ childId }) => childId)].map(([childId, rows]) => [
      childId,
      new Map(rows.map((row) => [row.guardianId, bondOf(row)])),
    ]),
  )

/** Every guardian of a home with every child of it: children as they are listed, parent 1 first. */
export const bondsOfHome = (store: Store, familyId: number): Family['bonds'] => {
  const children = childrenIn(store, [familyId]).map(({ child: { id } }) => id)
  const recorded = bondsOfChildren(store, children)
  return children.flatMap((childId) =>
    guardiansIn(store, [familyId]).map(({ guardian: { id: guardianId } }) => {
      const bond = recorded.get(childId)?.get(guardianId) ?? unconfirmedBond
      return { guardianId, childId, ...bond, powers: powersOf(bond) }
    }),
  )
}

/**
 * Whether a guardian has the power « told » for a child of the home. @param childId null: for at least one of its
 * children, or the home has no child
 */
export const isToldOf = (store: Store, familyId: number, guardianId: number, childId: number | null): boolean => {
  if (!guardiansIn(store, [familyId]).some(({ guardian: { id } }) => id === guardianId)) return false
  const own = bondsOfHome(store, familyId).filter((one) => one.guardianId === guardianId)
  return childId === null
    ? own.length === 0 || own.some(({ powers }) => powers.told)
    : own.some((one) => one.childId === childId && one.powers.told)
}

/** @throws Refused for a bond that is incomplete or contradictory, and for two people who share no home */
export const setBond = ({ store, clock }: Core, person: Person, { guardianId, childId, ...typed }: BondInput): void => {
  const guardian = requireGuardian(store, guardianId)
  const { firstName } = requireChild(store, childId)
  const label = `Lien avec ${firstName}\u00a0: ${guardian.firstName} ${guardian.lastName}`
  store.act(person, 'families.bond', label, (write) => {
    if (!pairIsOfOneHome(store, guardianId, childId))
      throw new Refused('Ce responsable et cet enfant ne sont plus dans la même famille.')
    const bond = tidyBond(typed)
    const wrong = whyNotBond(bond, today(clock))
    if (wrong !== null) throw new Refused(wrong.sentence, wrong.field)
    writeBond(store, write, guardianId, childId, bond)
  })
}

/**
 * Writes what an imported list says about a guardian and a child, within the caller's act. @throws Refused as `setBond`
 * does
 */
export const writeStatedBond = (
  { store, clock }: Core,
  write: Write,
  guardianId: number,
  childId: number,
  told: StatedBond,
): void => {
  const recorded = bondsOfChildren(store, [childId]).get(childId)?.get(guardianId) ?? unconfirmedBond
  const found = bondWith(recorded, told, today(clock))
  if ('sentence' in found) throw new Refused(found.sentence, 'file')
  writeBond(store, write, guardianId, childId, found.bond)
}

/** Within the act that adds a service of the ASE: entrusts it every child of the family. @throws Refused without a referent */
export const writeBondsOfService = (
  { store, clock }: Core,
  write: Write,
  { familyId, guardianId, referent }: { familyId: number; guardianId: number; referent: string },
): void => {
  const bond = serviceBond(referent)
  const wrong = whyNotBond(bond, today(clock))
  if (wrong !== null) throw new Refused(wrong.sentence, `service.${wrong.field}`)
  for (const { child } of childrenIn(store, [familyId])) writeBond(store, write, guardianId, child.id, bond)
}

/** « Confirmer »: the guardians of an ordinary home are the parents of its children, and hold authority. */
export const confirmBonds = ({ store }: Core, person: Person, { familyId }: { familyId: number }): void => {
  const { name } = requireFamily(store, familyId)
  store.act(person, 'families.bond', `Autorité parentale confirmée\u00a0: ${name}`, (write) => {
    const pairs = pairsToConfirm(store, familyId)
    if (pairs.length === 0)
      throw new Refused('Rien ne se confirme d’un geste ici\u00a0: renseignez chaque responsable, enfant par enfant.')
    for (const { guardianId, childId } of pairs) writeBond(store, write, guardianId, childId, confirmedParent)
  })
}

const pairsToConfirm = (store: Store, familyId: number) => {
  const bonds = bondsOfHome(store, familyId)
  const homes = Map.groupBy(
    familiesOfChildren(
      store,
      bonds.map(({ childId }) => childId),
    ),
    ({ childId }) => childId,
  )
  const ofTwoHomes = new Set([...homes].flatMap(([childId, own]) => (own.length > 1 ? [childId] : [])))
  return ordinaryPairs(guardiansIn(store, [familyId]).length, ofTwoHomes, bonds)
}

/** A guardian of a child's homes who may hold authority for it. */
export type AuthorityHolder = {
  readonly guardianId: number
  /** « Camille Marchand » */
  readonly name: string
  /** The homes of the child that they belong to. */
  readonly familyIds: readonly number[]
}

/**
 * By child, those who may hold authority for it, parent 1 of each home first. Only a court decision excludes a
 * guardian.
 */
export const authorityHolders = (
  store: Store,
  childIds: readonly number[],
): ReadonlyMap<number, readonly AuthorityHolder[]> => {
  const bonds = bondsOfChildren(store, childIds)
  const guardians = store
    .statement(
      `select other.child_id childId, guardian.id guardianId, first_name || ' ' || last_name name,
        json_group_array(other.family_id) familyIds
      from json_each(?) wanted cross join family_child other on other.child_id = wanted.value
      join family_guardian one on one.family_id = other.family_id join guardian on guardian.id = one.guardian_id
      group by other.child_id, guardian.id order by min(other.id), min(one.rank), guardian.id`,
    )
    .all(JSON.stringify(childIds)) as { childId: number; guardianId: number; name: string; familyIds: string }[]
  const holders = guardians.filter(({ childId, guardianId }) =>
    mayHoldAuthority(bonds.get(childId)?.get(guardianId) ?? unconfirmedBond),
  )
  return new Map(
    [...Map.groupBy(holders, ({ childId }) => childId)].map(([childId, own]) => [
      childId,
      own.map(({ guardianId, name, familyIds }) => ({
        guardianId,
        name,
        familyIds: JSON.parse(familyIds) as number[],
      })),
    ]),
  )
}

const writeBond = (store: Store, write: Write, guardianId: number, childId: number, bond: GuardianBond): void => {
  const row = bondRowsOf(store, [childId]).find((one) => one.guardianId === guardianId)
  const isUnconfirmed = JSON.stringify(columnsOf(bond)) === JSON.stringify(columnsOf(unconfirmedBond))
  if (row && isUnconfirmed) write.remove(guardianBond, row.id)
  else if (row) write.update(guardianBond, row.id, columnsOf(bond))
  else if (!isUnconfirmed) write.insert(guardianBond, { guardianId, childId, ...columnsOf(bond) })
}

/**
 * Removes the bonds of a guardian with children who no longer share a home with them, within the act that separated
 * them.
 */
export const removeBondsApart = (store: Store, write: Write, guardianId: number): void => {
  const apart = store
    .statement(
      `select id from guardian_bond bond where guardian_id = ? and not exists (
        select 1 from family_guardian one join family_child other on other.family_id = one.family_id
        where one.guardian_id = bond.guardian_id and other.child_id = bond.child_id)`,
    )
    .pluck()
    .all(guardianId) as number[]
  for (const id of apart) write.remove(guardianBond, id)
}

/**
 * Within a merge, removes bonds of the record that goes when the kept record has the same ones.
 * @param same the other person of each pair
 * @throws Refused when the two records differ in authority or powers: only staff know which is right
 */
export const mergeBonds = (
  store: Store,
  write: Write,
  {
    of,
    same,
    keptId,
    goneId,
  }: { of: 'childId' | 'guardianId'; same: 'childId' | 'guardianId'; keptId: number; goneId: number },
): void => {
  const columns = { childId: 'child_id', guardianId: 'guardian_id' }
  const twice = store
    .statement(
      `select gone.id, (kept.bond, kept.parental_authority, kept.decided_on, kept.sees, kept.asks, kept.fetches, kept.told)
        is not (gone.bond, gone.parental_authority, gone.decided_on, gone.sees, gone.asks, gone.fetches, gone.told) isOther
      from guardian_bond gone join guardian_bond kept on kept.${columns[same]} = gone.${columns[same]}
      where kept.${columns[of]} = ? and gone.${columns[of]} = ?`,
    )
    .all(keptId, goneId) as { id: number; isOther: 0 | 1 }[]
  if (twice.some(({ isOther }) => isOther === 1))
    throw new Refused(
      'Les deux fiches ne disent pas la même autorité parentale, ou pas les mêmes droits\u00a0: corrigez d’abord celle qui se trompe.',
    )
  for (const { id } of twice) write.remove(guardianBond, id)
}
