import type { Day } from '../../../shared/rules/calendar/day.ts'
import { child, family, familyAddress, familyQuotient, guardian } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { readAllRows } from './families-store.ts'

export type ChildRecord = typeof child.$inferSelect & {
  /** Latest first. */
  readonly schoolings: readonly { fromDay: Day; schoolId: number | null; level: string; className: string }[]
  readonly families: readonly { id: number; name: string }[]
}

export type GuardianRecord = typeof guardian.$inferSelect & { readonly familyIds: readonly number[] }

export type HomeRecord = typeof family.$inferSelect & {
  /** The latest address. */
  readonly address: typeof familyAddress.$inferSelect | null
  /** Latest first. */
  readonly quotients: readonly (typeof familyQuotient.$inferSelect)[]
  /** Parent 1 first. */
  readonly guardianIds: readonly number[]
  readonly childIds: readonly number[]
}

const latestFirst = (one: { fromDay: Day }, other: { fromDay: Day }) => (one.fromDay < other.fromDay ? 1 : -1)

export type AllPeople = Awaited<ReturnType<typeof readAllPeople>>

/** Reads all people of the town, to compare them with an imported file or to find doubles. */
export const readAllPeople = async (store: Store) => {
  const { families, children, guardians, addresses, quotients, schoolings, childLinks, guardianLinks } =
    await readAllRows(store)
  const names = new Map(families.map(({ id, name }) => [id, name]))
  const classes = Map.groupBy(schoolings.toSorted(latestFirst), (row) => row.childId)
  const homesOf = Map.groupBy(childLinks, (row) => row.childId)
  const childrenOfHome = Map.groupBy(childLinks, (row) => row.familyId)
  const homesOfGuardian = Map.groupBy(guardianLinks, (row) => row.guardianId)
  const guardiansOf = Map.groupBy(
    guardianLinks.toSorted((one, other) => one.rank - other.rank),
    (row) => row.familyId,
  )
  const moves = Map.groupBy(addresses.toSorted(latestFirst), (row) => row.familyId)
  const quotientsOfHome = Map.groupBy(quotients.toSorted(latestFirst), (row) => row.familyId)
  return {
    children: children.map(
      (one): ChildRecord => ({
        ...one,
        schoolings: classes.get(one.id) ?? [],
        families: (homesOf.get(one.id) ?? []).map(({ familyId }) => ({
          id: familyId,
          name: names.get(familyId) ?? '',
        })),
      }),
    ),
    guardians: guardians.map(
      (one): GuardianRecord => ({ ...one, familyIds: (homesOfGuardian.get(one.id) ?? []).map((row) => row.familyId) }),
    ),
    homes: families.map(
      (one): HomeRecord => ({
        ...one,
        address: moves.get(one.id)?.[0] ?? null,
        quotients: quotientsOfHome.get(one.id) ?? [],
        guardianIds: (guardiansOf.get(one.id) ?? []).map((row) => row.guardianId),
        childIds: (childrenOfHome.get(one.id) ?? []).map((row) => row.childId),
      }),
    ),
  }
}
