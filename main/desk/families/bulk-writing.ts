import type {
  ChildInput,
  GuardianInput,
  MoveInput,
  QuotientInput,
  SchoolingInput,
} from '../../../shared/contract/desk/people/families.ts'
import { today } from '../../../shared/rules/calendar/day.ts'
import { sameName } from '../../../shared/rules/people/names.ts'
import type { Write } from '../../store/acts/acts.ts'
import {
  child,
  family,
  familyAddress,
  familyChild,
  familyGuardian,
  familyQuotient,
  guardian,
  schooling,
} from '../../store/schema/index.ts'
import type { Core } from '../core.ts'
import { organisationOf } from '../settings/settings.ts'
import { refuseBirthDay } from './dated.ts'

export type NewHome = {
  readonly name: string
  readonly fields: Partial<Omit<typeof family.$inferInsert, 'id' | 'name' | 'actId'>>
  readonly move: MoveInput | null
  /** At most two. */
  readonly guardians: readonly GuardianInput[]
  readonly quotient: QuotientInput | null
}

export type NewChild = {
  readonly familyId: number
  readonly child: ChildInput
  /** The school, if any, must exist. */
  readonly classes: SchoolingInput | null
}

/* Bulk writes within the caller's act. They leave one audit row per table instead of one per record. */

/** @returns their ids, in their order */
export const writeHomes = ({ store }: Core, write: Write, homes: readonly NewHome[]): number[] => {
  const { residentTown } = organisationOf(store)
  const ids = write.insertMany(
    family,
    homes.map(({ name, fields }) => ({ name, ...fields })),
  )
  const homesWithId = homes.map((home, at) => ({ ...home, familyId: ids[at] ?? 0 }))
  write.insertMany(
    familyAddress,
    homesWithId.flatMap(({ familyId, move }) =>
      move === null
        ? []
        : [
            {
              familyId,
              fromDay: move.fromDay,
              ...move.address,
              resident: move.resident ?? sameName(move.address.town, residentTown),
            },
          ],
    ),
  )
  write.insertMany(
    familyQuotient,
    homesWithId.flatMap(({ familyId, quotient }) => (quotient === null ? [] : [{ familyId, ...quotient }])),
  )
  const parents = homesWithId.flatMap(({ familyId, guardians }) =>
    guardians.map((one, at) => ({ familyId, rank: at + 1, guardian: one })),
  )
  const guardianIds = write.insertMany(
    guardian,
    parents.map((one) => one.guardian),
  )
  write.insertMany(
    familyGuardian,
    parents.map(({ familyId, rank }, at) => ({ familyId, rank, guardianId: guardianIds[at] ?? 0 })),
  )
  return ids
}

export type NewSchooling = SchoolingInput & { readonly childId: number }

/** Inserts classes. The schools must exist, and no child may already have a class from the same day. */
export const writeSchoolings = (write: Write, schoolings: readonly NewSchooling[]): void => {
  write.insertMany(schooling, schoolings)
}

/** @returns their ids, in their order */
export const writeChildren = ({ clock }: Core, write: Write, children: readonly NewChild[]): number[] => {
  const on = today(clock)
  for (const one of children) refuseBirthDay(one.child.birthDay, on, 'file')
  const ids = write.insertMany(
    child,
    children.map((one) => one.child),
  )
  const childrenWithId = children.map((one, at) => ({ ...one, childId: ids[at] ?? 0 }))
  write.insertMany(
    familyChild,
    childrenWithId.map(({ familyId, childId }) => ({ familyId, childId })),
  )
  write.insertMany(
    schooling,
    childrenWithId.flatMap(({ childId, classes }) => (classes === null ? [] : [{ childId, ...classes }])),
  )
  return ids
}

/** Links children to a second home. Each child must have exactly one home before. */
export const writeSecondHomes = (
  write: Write,
  links: readonly { readonly familyId: number; readonly childId: number }[],
): void => {
  write.insertMany(familyChild, links)
}
