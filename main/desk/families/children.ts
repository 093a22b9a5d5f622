import { ascending } from '../../../shared/collections.ts'
import type { ChildInput, SchoolingInput } from '../../../shared/contract/desk/people/families.ts'
import { type Age, addDays, ageOn, type Day, today } from '../../../shared/rules/calendar/day.ts'
import type { Write } from '../../store/acts/acts.ts'
import { child, familyChild } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { refuseBirthDay, writeSchooling } from './dated.ts'
import { childrenIn, childrenOf, familiesOfChildren, schoolingsOf } from './families-store.ts'
import { requireChild, requireFamily, requireFound } from './required.ts'

/* Children. A child has one home, or two. */

/** A child with its age and class on a given day. */
export type ChildOnDay = {
  readonly id: number
  readonly lastName: string
  readonly firstName: string
  readonly birthDay: Day
  readonly sex: ChildInput['sex']
  readonly age: Age
  readonly schoolId: number | null
  readonly school: string
  /** Empty when the child has no recorded class on that day. */
  readonly level: string
  readonly className: string
}

export const childrenOnDay = (store: Store, childIds: readonly number[], day: Day): ReadonlyMap<number, ChildOnDay> => {
  const schoolings = Map.groupBy(schoolingsOf(store, childIds), (row) => row.childId)
  return new Map(
    childrenOf(store, childIds).map(({ id, lastName, firstName, birthDay, sex }) => {
      const at = schoolings.get(id)?.find((row) => row.fromDay <= day)
      return [
        id,
        {
          id,
          lastName,
          firstName,
          birthDay,
          sex,
          age: ageOn(birthDay, day),
          schoolId: at?.schoolId ?? null,
          school: at?.school ?? '',
          level: at?.level ?? '',
          className: at?.className ?? '',
        },
      ]
    }),
  )
}

/**
 * By child id, the classes that ended between `since` and `day`, each with its last day, soonest first. Before its
 * first known class, a child counts as having none.
 */
export const classesBefore = (store: Store, childIds: readonly number[], { day, since }: { day: Day; since: Day }) =>
  new Map(
    [...Map.groupBy(schoolingsOf(store, childIds), ({ childId }) => childId)].map(([childId, rows]) => {
      const begun = rows.filter(({ fromDay }) => fromDay <= day).toSorted(ascending(({ fromDay }) => fromDay))
      return [
        childId,
        begun.flatMap(({ fromDay, level }, at) => {
          const [until, before] = [addDays(fromDay, -1), begun[at - 1]?.level ?? '']
          return before === level || until < since ? [] : [{ until, schoolClass: before || null }]
        }),
      ] as const
    }),
  )

/** By child id, the classes that begin after `day`, soonest first. */
export const classesAfter = (store: Store, childIds: readonly number[], day: Day) =>
  Map.groupBy(
    schoolingsOf(store, childIds)
      .filter(({ fromDay }) => fromDay > day)
      .toSorted((one, other) => (one.fromDay < other.fromDay ? -1 : 1)),
    ({ childId }) => childId,
  )

/** @throws Refused when the child is unknown */
export const childOnDay = (store: Store, childId: number, day: Day): ChildOnDay =>
  requireFound(childrenOnDay(store, [childId], day).get(childId), 'Cet enfant n’existe plus.')

/** The homes of a child: one, or two. */
export const familiesOf = (store: Store, childId: number): readonly { id: number; name: string }[] =>
  familiesOfChildren(store, [childId]).map(({ id, name }) => ({ id, name }))

/** Eldest first. */
export const childrenOfFamily = (store: Store, familyId: number) =>
  childrenIn(store, [familyId]).map((row) => row.child)

export const addChild = (
  core: Core,
  person: Person,
  input: { familyId: number; child: ChildInput; schooling: SchoolingInput | null },
): { id: number } =>
  core.store.act(
    person,
    'families.child',
    `Enfant ajouté\u00a0: ${input.child.firstName} ${input.child.lastName}`,
    (write) => {
      requireFamily(core.store, input.familyId)
      return { id: writeChild(core, write, input.familyId, input.child, input.schooling, 'child.birthDay') }
    },
  )

export const changeChild = (
  { store, clock }: Core,
  person: Person,
  { id, child: changes }: { id: number; child: ChildInput },
): void => {
  store.act(person, 'families.child', `Enfant modifié\u00a0: ${changes.firstName} ${changes.lastName}`, (write) => {
    requireChild(store, id)
    refuseBirthDay(changes.birthDay, today(clock), 'child.birthDay')
    write.update(child, id, changes)
  })
}

export const linkChild = (
  { store }: Core,
  person: Person,
  { familyId, childId }: { familyId: number; childId: number },
): void => {
  store.act(person, 'families.child', 'Enfant rattaché à un second foyer', (write) => {
    requireFamily(store, familyId)
    writeChildLink(store, write, familyId, childId)
  })
}

/** Adds a second home to a child, within the caller's act. */
export const writeChildLink = (store: Store, write: Write, familyId: number, childId: number): void => {
  const { firstName } = requireChild(store, childId)
  const homes = familiesOfChildren(store, [childId])
  if (homes.some((row) => row.id === familyId)) throw new Refused('Cet enfant est déjà dans cette famille.')
  if (homes.length >= 2) throw new Refused(`${firstName} a déjà deux foyers.`)
  write.insert(familyChild, { familyId, childId })
}

/** Creates a child within the caller's act. @param field the form field at which a refused birth date is shown */
export const writeChild = (
  core: Core,
  write: Write,
  familyId: number,
  fields: ChildInput,
  classes: SchoolingInput | null,
  field: string,
): number => {
  refuseBirthDay(fields.birthDay, today(core.clock), field)
  const { id } = write.insert(child, fields)
  write.insert(familyChild, { familyId, childId: id })
  if (classes) writeSchooling(core, write, id, classes)
  return id
}

/** Changes fields of a child within the caller's act. */
export const writeChildFields = (
  { clock }: Core,
  write: Write,
  id: number,
  fields: Partial<Pick<ChildInput, 'lastName' | 'firstName' | 'birthDay' | 'sex'>>,
): void => {
  if (fields.birthDay !== undefined) refuseBirthDay(fields.birthDay, today(clock), 'file')
  write.update(child, id, fields)
}
