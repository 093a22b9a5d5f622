import type { GuardianInput } from '../../../shared/contract/desk/people/families.ts'
import { type FullName, sameFullName } from '../../../shared/rules/people/names.ts'
import { ofName } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { familyGuardian, guardian } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { removeBondsApart, writeBondsOfService } from './bonds.ts'
import { familiesOfGuardians, guardiansIn, otherAccountWithEmail } from './families-store.ts'
import { dropPhoto } from './photos.ts'
import { requireFamily, requireFound, requireGuardian } from './required.ts'

/* Guardians. A family has any number of guardians, one at least; a guardian belongs to at most two families. */

export type GuardianChoice = { existingId: number } | GuardianInput

export const addGuardian = (
  core: Core,
  person: Person,
  {
    familyId,
    guardian: choice,
    service,
  }: {
    familyId: number
    guardian: GuardianChoice
    service?: { readonly referent: string } | undefined
  },
): { id: number } =>
  core.store.act(person, 'families.guardian', 'Responsable ajouté', (write) => {
    requireFamily(core.store, familyId)
    const id = writeGuardian(core.store, write, familyId, choice)
    if (service) writeBondsOfService(core, write, { familyId, guardianId: id, referent: service.referent })
    return { id }
  })

export const changeGuardian = (
  { store }: Core,
  person: Person,
  { id, guardian: changes }: { id: number; guardian: GuardianInput },
): void => {
  const label = `Responsable modifié\u00a0: ${changes.firstName} ${changes.lastName}`
  store.act(person, 'families.guardian', label, (write) => {
    refuseSameLogin(store, requireGuardian(store, id), changes.email)
    write.update(guardian, id, changes)
  })
}

/** The e-mail is the portal login: two guardians with one e-mail would each read the other's home. */
const refuseSameLogin = (store: Store, before: typeof guardian.$inferSelect, email: string | undefined): void => {
  const otherName =
    email === undefined || email === '' || email === before.email
      ? undefined
      : otherAccountWithEmail(store, before.id, email)
  if (otherName === undefined) return
  throw new Refused(
    `${email} est l’identifiant ${ofName(otherName)} sur le portail\u00a0: il en faut un à chacun.`,
    'guardian.email',
  )
}

export const removeGuardian = (
  { store }: Core,
  person: Person,
  { familyId, guardianId }: { familyId: number; guardianId: number },
): void => {
  store.act(person, 'families.guardian', 'Responsable retiré de la famille', (write) => {
    const links = guardiansIn(store, [familyId])
    const removed = requireFound(
      links.find((row) => row.guardian.id === guardianId),
      'Ce responsable n’est plus dans la famille.',
    )
    const next = links.find((row) => row !== removed)
    if (!next) throw new Refused('Il faut au moins un responsable\u00a0: ajoutez l’autre d’abord.')
    write.remove(familyGuardian, removed.linkId)
    if (removed.rank === 1) write.update(familyGuardian, next.linkId, { rank: 1 })
    removeBondsApart(store, write, guardianId)
    if (familiesOfGuardians(store, [guardianId]).length === 0) dropPhoto(store, write, { guardianId })
  })
}

export const swapGuardians = (
  { store }: Core,
  person: Person,
  { familyId, guardianId }: { familyId: number; guardianId: number },
): void => {
  store.act(person, 'families.guardian', 'Parent 1 changé', (write) => {
    const links = guardiansIn(store, [familyId])
    const next = requireFound(
      links.find((row) => row.guardian.id === guardianId),
      'Ce responsable n’est plus dans la famille.',
    )
    const first = links.find((row) => row.rank === 1)
    if (!first || first === next) throw new Refused('Ce responsable est déjà parent 1.')
    // A unique index forbids two guardians of the same rank, even within a transaction.
    write.remove(familyGuardian, first.linkId)
    write.update(familyGuardian, next.linkId, { rank: 1 })
    write.insert(familyGuardian, { familyId, guardianId: first.guardian.id, rank: next.rank })
  })
}

/** Adds a guardian after the others, within the caller's act. */
export const writeGuardian = (store: Store, write: Write, familyId: number, choice: GuardianChoice): number =>
  linkGuardian(store, write, familyId, choice, nextRank(store, familyId), 'guardian')

/** The rank of a guardian who comes after those of the home. */
export const nextRank = (store: Store, familyId: number): number =>
  store
    .statement('select coalesce(max(rank), 0) + 1 from family_guardian where family_id = ?')
    .pluck()
    .get(familyId) as number

/** The guardian of that name in a home, including one whom the open act added. */
export const guardianOfName = (store: Store, familyId: number, name: FullName): number | undefined =>
  (
    store
      .statement(
        `select guardian.id, last_name lastName, first_name firstName from family_guardian link
        join guardian on guardian.id = link.guardian_id where link.family_id = ? order by link.rank`,
      )
      .all(familyId) as (FullName & { readonly id: number })[]
  ).find((one) => sameFullName(one, name))?.id

/** Updates a guardian with the fields that `missingFields` returns for their current row, within the caller's act. */
export const fillGuardian = (
  { store }: Core,
  write: Write,
  id: number,
  missingFields: (one: typeof guardian.$inferSelect) => Partial<GuardianInput>,
): void => {
  const guardianRow = requireGuardian(store, id)
  const changes = missingFields(guardianRow)
  refuseSameLogin(store, guardianRow, changes.email)
  write.update(guardian, id, changes)
}

export const linkGuardian = (
  store: Store,
  write: Write,
  familyId: number,
  choice: GuardianChoice,
  rank: number,
  field: string,
): number => {
  if (!('existingId' in choice)) {
    const { id } = write.insert(guardian, choice)
    write.insert(familyGuardian, { familyId, guardianId: id, rank })
    return id
  }
  const { existingId: id } = choice
  // `guardianOf` leaves out rows of open acts, and the caller's act may have created this guardian.
  if (store.statement('select id from guardian where id = ?').get(id) === undefined) {
    throw new Refused('Ce responsable n’existe plus.', field)
  }
  const homes = familiesOfGuardians(store, [id])
  if (homes.some((row) => row.id === familyId)) throw new Refused('Ce responsable est déjà dans cette famille.', field)
  if (homes.length >= 2) throw new Refused('Ce responsable a déjà deux familles.', field)
  write.insert(familyGuardian, { familyId, guardianId: id, rank })
  return id
}
