import type {
  Address,
  Child,
  ChildInput,
  DatedAddress,
  Family,
  FamilyRow,
  GuardianInput,
  HomeInput,
  MoveInput,
  PickupInput,
  QuotientInput,
  SchoolingInput,
} from '../../../shared/contract/desk/families.ts'
import { type Age, addDays, ageOn, type Day, today } from '../../../shared/rules/day.ts'
import { type FamilyQuotientRow, familyQuotientOn } from '../../../shared/rules/family-quotient.ts'
import { longDate, shortDay } from '../../../shared/rules/french.ts'
import { couple, sameName } from '../../../shared/rules/names.ts'
import { may } from '../../../shared/rules/roles.ts'
import type { Write } from '../../store/acts.ts'
import {
  child,
  family,
  familyAddress,
  familyChild,
  familyGuardian,
  familyQuotient,
  guardian,
  pickupContact,
  schooling,
} from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { listSchools, organisationOf } from '../settings/settings.ts'
import {
  addressesOf,
  addressRow,
  childOf,
  childrenIn,
  childrenOf,
  everyone,
  familiesIn,
  familiesOfChildren,
  familiesOfGuardians,
  familyOf,
  familyPage,
  guardianOf,
  guardiansIn,
  guardiansWith,
  pickupRow,
  pickupsOf,
  quotientRow,
  quotientsOf,
  schoolingRow,
  schoolingsOf,
  withHealthAlert,
} from './families-store.ts'

// ---- What other domains ask

/** A home through time: addresses oldest first, quotients as spans. */
export type HomeHistory = {
  readonly familyId: number
  readonly addresses: readonly DatedAddress[]
  readonly quotients: readonly FamilyQuotientRow[]
}

/** A home on one day. */
export type Home = {
  readonly address: Address | null
  readonly resident: boolean
  /** Null when none is known that day: the top tariff. */
  readonly quotient: FamilyQuotientRow | null
}

/** Many homes at once, for a run of invoices or a grid. */
export const homeHistories = (store: Store, familyIds: readonly number[]): ReadonlyMap<number, HomeHistory> => {
  const addresses = Map.groupBy(addressesOf(store, familyIds), (row) => row.familyId)
  const quotients = Map.groupBy(quotientsOf(store, familyIds), (row) => row.familyId)
  return new Map(
    familyIds.map((familyId) => [
      familyId,
      {
        familyId,
        addresses: (addresses.get(familyId) ?? []).map(shownAddress).toReversed(),
        quotients: spans((quotients.get(familyId) ?? []).toReversed()),
      },
    ]),
  )
}

/**
 * Where the home was and its quotient on a day. Before the first address known, that one: a family recorded in
 * November did live somewhere in September.
 */
export const homeOn = ({ addresses, quotients }: HomeHistory, day: Day): Home => {
  const found = addresses.findLast((row) => row.fromDay <= day) ?? addresses[0]
  return {
    address: found ? plainAddress(found) : null,
    resident: found?.resident ?? false,
    quotient: familyQuotientOn(quotients, day) ?? null,
  }
}

/** @throws Refused when the family is unknown */
export const familyOnDay = (store: Store, familyId: number, day: Day): Home => {
  known(familyOf(store, familyId), 'Cette famille n’existe plus.')
  const history = homeHistories(store, [familyId]).get(familyId)
  return homeOn(history ?? { familyId, addresses: [], quotients: [] }, day)
}

/** A child on one day. */
export type ChildOnDay = {
  readonly id: number
  readonly lastName: string
  readonly firstName: string
  readonly birthDay: Day
  readonly age: Age
  readonly schoolId: number | null
  readonly school: string
  /** Empty when no class is known that day. */
  readonly level: string
  readonly className: string
}

export const childrenOnDay = (store: Store, childIds: readonly number[], day: Day): ReadonlyMap<number, ChildOnDay> => {
  const schoolings = Map.groupBy(schoolingsOf(store, childIds), (row) => row.childId)
  return new Map(
    childrenOf(store, childIds).map(({ id, lastName, firstName, birthDay }) => {
      const at = schoolings.get(id)?.find((row) => row.fromDay <= day)
      return [
        id,
        {
          id,
          lastName,
          firstName,
          birthDay,
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

/** Who may fetch each child, and who may not. */
export const pickupsOfChildren = (store: Store, childIds: readonly number[]) => pickupsOf(store, childIds)

/** @throws Refused when the child is unknown */
export const childOnDay = (store: Store, childId: number, day: Day): ChildOnDay =>
  known(childrenOnDay(store, [childId], day).get(childId), 'Cet enfant n’existe plus.')

/** The homes of a child: one, or two. */
export const familiesOf = (store: Store, childId: number): readonly { id: number; name: string }[] =>
  familiesOfChildren(store, [childId]).map(({ id, name }) => ({ id, name }))

/** Eldest first. */
export const childrenOfFamily = (store: Store, familyId: number) =>
  childrenIn(store, [familyId]).map((row) => row.child)

export type Debtor = {
  readonly familyId: number
  /** « Marchand » */
  readonly familyName: string
  /** « Mme Camille Marchand », parent 1 */
  readonly name: string
  readonly email: string
  readonly addressLines: readonly string[]
}

/** Who is billed, and where the paper goes on a day. */
export const debtorsOf = (store: Store, familyIds: readonly number[], day: Day): ReadonlyMap<number, Debtor> => {
  const homes = homeHistories(store, familyIds)
  const rows = new Map(familiesIn(store, familyIds).map((row) => [row.id, row]))
  const guardians = Map.groupBy(guardiansIn(store, familyIds), (row) => row.familyId)
  return new Map(
    familyIds.flatMap((familyId): [number, Debtor][] => {
      const home = rows.get(familyId)
      const history = homes.get(familyId)
      if (!home || !history) return []
      const first = guardians.get(familyId)?.[0]?.guardian
      const address = first?.ownAddress ?? homeOn(history, day).address
      return [
        [
          familyId,
          {
            familyId,
            familyName: home.name,
            name: first ? `${first.civility} ${first.firstName} ${first.lastName}`.trim() : `Famille ${home.name}`,
            email: first?.email ?? '',
            addressLines: address
              ? [address.line1, address.line2, `${address.postcode} ${address.town}`].filter((line) => line !== '')
              : [],
          },
        ],
      ]
    }),
  )
}

/** @throws Refused when the family is unknown */
export const debtorOf = (store: Store, familyId: number, day: Day): Debtor =>
  known(debtorsOf(store, [familyId], day).get(familyId), 'Cette famille n’existe plus.')

export type KnownChild = {
  readonly id: number
  readonly lastName: string
  readonly firstName: string
  readonly birthDay: Day
  /** Latest first. */
  readonly schoolings: readonly { fromDay: Day; schoolId: number | null; level: string; className: string }[]
  readonly families: readonly { id: number; name: string }[]
}
export type KnownGuardian = typeof guardian.$inferSelect & { readonly familyIds: readonly number[] }
export type KnownHome = {
  readonly id: number
  readonly name: string
  readonly address: Address | null
  readonly guardianIds: readonly number[]
}

/** Everyone at once, to compare a file with. */
export const knownPeople = (store: Store) => {
  const { families, children, guardians, addresses, schoolings, childLinks, guardianLinks } = everyone(store)
  const names = new Map(families.map(({ id, name }) => [id, name]))
  const classes = Map.groupBy(schoolings, (row) => row.childId)
  const homesOf = Map.groupBy(childLinks, (row) => row.childId)
  const homesOfGuardian = Map.groupBy(guardianLinks, (row) => row.guardianId)
  const guardiansOf = Map.groupBy(guardianLinks, (row) => row.familyId)
  const latest = Map.groupBy(addresses, (row) => row.familyId)
  return {
    children: children.map(
      (one): KnownChild => ({
        ...one,
        schoolings: classes.get(one.id) ?? [],
        families: (homesOf.get(one.id) ?? []).map(({ familyId }) => ({
          id: familyId,
          name: names.get(familyId) ?? '',
        })),
      }),
    ),
    guardians: guardians.map(
      (one): KnownGuardian => ({ ...one, familyIds: (homesOfGuardian.get(one.id) ?? []).map((row) => row.familyId) }),
    ),
    homes: families.map(
      ({ id, name }): KnownHome => ({
        id,
        name,
        address: latest.get(id)?.[0] ?? null,
        guardianIds: (guardiansOf.get(id) ?? []).map((row) => row.guardianId),
      }),
    ),
  }
}

// ---- Reading

export const listFamilies = (
  { store, clock }: Core,
  input: { filter: string; show: 'present' | 'left' | 'all'; from: number; count: number },
): { total: number; rows: FamilyRow[] } => {
  const { total, ids } = familyPage(store, input, today(clock))
  return { total, rows: familyRows(store, ids, today(clock)) }
}

/** Families as a list shows them, in the order of `ids`. */
export const familyRows = (store: Store, ids: readonly number[], on: Day): FamilyRow[] => {
  const homes = homeHistories(store, ids)
  const rows = new Map(familiesIn(store, ids).map((row) => [row.id, row]))
  const guardians = Map.groupBy(guardiansIn(store, ids), (row) => row.familyId)
  const children = Map.groupBy(childrenIn(store, ids), (row) => row.familyId)
  return ids.flatMap((id) => {
    const row = rows.get(id)
    const history = homes.get(id)
    if (!row || !history) return []
    const people = (guardians.get(id) ?? []).map((link) => link.guardian)
    const { address, resident, quotient } = homeOn(history, on)
    return [
      {
        id,
        name: row.name,
        guardians: couple(people),
        children: (children.get(id) ?? []).map((link) => link.child.firstName).join(', '),
        phone: [...people.map((one) => one.mobilePhone), row.homePhone].find((phone) => phone !== '') ?? '',
        town: address?.town ?? '',
        resident,
        quotient: quotient?.value ?? null,
        leftOn: row.leftOn,
      },
    ]
  })
}

/** Children as a search shows them, in the order of `ids`. */
export const childrenFound = (store: Store, ids: readonly number[]) => {
  const homes = Map.groupBy(familiesOfChildren(store, ids), (row) => row.childId)
  const rows = new Map(childrenOf(store, ids).map((row) => [row.id, row]))
  return ids.flatMap((id) => {
    const one = rows.get(id)
    const families = (homes.get(id) ?? []).map(named)
    return one ? [{ id, name: `${one.firstName} ${one.lastName}`, birthDay: one.birthDay, families }] : []
  })
}

/** Guardians as a search shows them, in the order of `ids`. */
export const guardiansFound = (store: Store, ids: readonly number[]) => {
  const homes = Map.groupBy(familiesOfGuardians(store, ids), (row) => row.guardianId)
  const rows = new Map(guardiansWith(store, ids).map((row) => [row.id, row]))
  return ids.flatMap((id) => {
    const one = rows.get(id)
    const families = (homes.get(id) ?? []).map(named)
    return one
      ? [{ id, name: `${one.firstName} ${one.lastName}`, phone: one.mobilePhone || one.workPhone, families }]
      : []
  })
}

/** @throws Refused when it is unknown */
export const readFamily = ({ store, clock }: Core, person: Person, id: number): Family => {
  const { actId: _act, ...home } = known(familyOf(store, id), 'Cette famille n’existe plus.')
  const on = today(clock)
  const guardians = guardiansIn(store, [id])
  const otherHomes = Map.groupBy(
    familiesOfGuardians(
      store,
      guardians.map((row) => row.guardian.id),
    ).filter((row) => row.id !== id),
    (row) => row.guardianId,
  )
  const addresses = addressesOf(store, [id]).map(shownAddress)
  const quotients = quotientsOf(store, [id]).map(({ actId: _act, familyId: _family, ...row }) => row)
  return {
    ...home,
    guardians: guardians.map(({ rank, guardian: { actId: _act, ...one } }) => ({
      ...one,
      rank,
      otherFamilies: (otherHomes.get(one.id) ?? []).map(named),
    })),
    children: childrenShown(store, person, id, on),
    addresses,
    address: addresses.find((row) => row.fromDay <= on) ?? addresses.at(-1) ?? null,
    quotients,
    quotient: quotients.find((row) => row.fromDay <= on) ?? null,
  }
}

const childrenShown = (store: Store, person: Person, familyId: number, on: Day): Child[] => {
  const children = childrenIn(store, [familyId]).map((row) => row.child)
  const ids = children.map((one) => one.id)
  const schoolings = Map.groupBy(schoolingsOf(store, ids), (row) => row.childId)
  const pickups = Map.groupBy(pickupsOf(store, ids), (row) => row.childId)
  const homes = Map.groupBy(
    familiesOfChildren(store, ids).filter((row) => row.id !== familyId),
    (row) => row.childId,
  )
  const seesHealth = may(person.roles, 'health.read') || may(person.roles, 'health.daySheet')
  const alerts = seesHealth ? withHealthAlert(store, ids) : null
  return children.map(({ actId: _act, ...one }) => {
    const classes = (schoolings.get(one.id) ?? []).map(({ childId: _child, ...row }) => row)
    return {
      ...one,
      schoolings: classes,
      schooling: classes.find((row) => row.fromDay <= on) ?? null,
      pickups: (pickups.get(one.id) ?? []).map(({ actId: _writer, childId: _child, ...row }) => row),
      otherFamilies: (homes.get(one.id) ?? []).map(named),
      hasHealthAlert: alerts && alerts.has(one.id),
    }
  })
}

// ---- Changing

export type GuardianChoice = { existingId: number } | GuardianInput

export type NewFamily = {
  home: HomeInput
  guardians: readonly GuardianChoice[]
  move: MoveInput | null
  quotient: QuotientInput | null
  children: readonly (ChildInput & { schooling: SchoolingInput | null })[]
}

export const createFamily = (core: Core, person: Person, input: NewFamily): { id: number } =>
  core.store.act(person, 'families.create', `Famille créée\u00a0: ${input.home.name}`, (write) =>
    writeFamily(core, write, input),
  )

/** Inside another's act, such as an import or the example town. */
export const writeFamily = (core: Core, write: Write, input: NewFamily): { id: number } => {
  const { store } = core
  if (input.guardians.length === 0) throw new Refused('Il faut au moins un responsable.', 'guardians')
  const { id } = write.insert(family, input.home)
  for (const [position, one] of input.guardians.entries()) {
    linkGuardian(store, write, id, one, position + 1, `guardians.${position}`)
  }
  if (input.move) writeMove(store, write, id, input.move)
  if (input.quotient) writeQuotient(store, write, id, input.quotient)
  for (const [position, { schooling: classes, ...one }] of input.children.entries()) {
    writeChild(core, write, id, one, classes, `children.${position}.birthDay`)
  }
  return { id }
}

export const changeFamily = ({ store }: Core, person: Person, { id, ...home }: HomeInput & { id: number }): void => {
  store.act(person, 'families.change', `Foyer modifié\u00a0: ${home.name}`, (write) => {
    known(familyOf(store, id), 'Cette famille n’existe plus.')
    write.update(family, id, home)
  })
}

export const leaveFamily = ({ store }: Core, person: Person, { id, on }: { id: number; on: Day | null }): void => {
  const { name } = known(familyOf(store, id), 'Cette famille n’existe plus.')
  const label = on === null ? `Famille de retour\u00a0: ${name}` : `Famille partie le ${longDate(on)}\u00a0: ${name}`
  store.act(person, 'families.leave', label, (write) => write.update(family, id, { leftOn: on }))
}

export const addGuardian = (
  { store }: Core,
  person: Person,
  { familyId, guardian: choice }: { familyId: number; guardian: GuardianChoice },
): { id: number } =>
  store.act(person, 'families.guardian', 'Responsable ajouté', (write) => {
    known(familyOf(store, familyId), 'Cette famille n’existe plus.')
    const ranks = guardiansIn(store, [familyId]).map((row) => row.rank)
    if (ranks.length >= 2) throw new Refused('Une famille a deux responsables au plus.')
    return { id: linkGuardian(store, write, familyId, choice, ranks.includes(1) ? 2 : 1, 'guardian') }
  })

export const changeGuardian = (
  { store }: Core,
  person: Person,
  { id, guardian: changes }: { id: number; guardian: GuardianInput },
): void => {
  const label = `Responsable modifié\u00a0: ${changes.firstName} ${changes.lastName}`
  store.act(person, 'families.guardian', label, (write) => {
    known(guardianOf(store, id), 'Ce responsable n’existe plus.')
    write.update(guardian, id, changes)
  })
}

export const removeGuardian = (
  { store }: Core,
  person: Person,
  { familyId, guardianId }: { familyId: number; guardianId: number },
): void => {
  store.act(person, 'families.guardian', 'Responsable retiré de la famille', (write) => {
    const links = guardiansIn(store, [familyId])
    const gone = known(
      links.find((row) => row.guardian.id === guardianId),
      'Ce responsable n’est plus dans la famille.',
    )
    const kept = links.find((row) => row !== gone)
    if (!kept) throw new Refused('Il faut au moins un responsable\u00a0: ajoutez l’autre d’abord.')
    write.remove(familyGuardian, gone.linkId)
    if (kept.rank !== 1) write.update(familyGuardian, kept.linkId, { rank: 1 })
  })
}

export const swapGuardians = ({ store }: Core, person: Person, { familyId }: { familyId: number }): void => {
  store.act(person, 'families.guardian', 'Parent 1 et parent 2 échangés', (write) => {
    const [first, second] = guardiansIn(store, [familyId])
    if (!first || !second) throw new Refused('Il n’y a qu’un responsable.')
    // Two rows cannot bear one rank, not even for a moment.
    write.remove(familyGuardian, first.linkId)
    write.update(familyGuardian, second.linkId, { rank: 1 })
    write.insert(familyGuardian, { familyId, guardianId: first.guardian.id, rank: 2 })
  })
}

export const setAddress = (
  { store }: Core,
  person: Person,
  { familyId, ...move }: MoveInput & { familyId: number },
): void => {
  const label = `Adresse au ${longDate(move.fromDay)}`
  store.act(person, 'families.address', label, (write) => {
    known(familyOf(store, familyId), 'Cette famille n’existe plus.')
    writeMove(store, write, familyId, move)
  })
}

export const removeAddress = ({ store }: Core, person: Person, { id }: { id: number }): void => {
  store.act(person, 'families.address', 'Adresse retirée', (write) => {
    const { familyId } = known(addressRow(store, id), 'Cette adresse n’existe plus.')
    if (addressesOf(store, [familyId]).length === 1) {
      throw new Refused('C’est la seule adresse connue\u00a0: remplacez-la plutôt.')
    }
    write.remove(familyAddress, id)
  })
}

export const setQuotient = (
  { store }: Core,
  person: Person,
  { familyId, ...quotient }: QuotientInput & { familyId: number },
): void => {
  const label = `Quotient familial au ${longDate(quotient.fromDay)}`
  store.act(person, 'families.quotient', label, (write) => {
    known(familyOf(store, familyId), 'Cette famille n’existe plus.')
    writeQuotient(store, write, familyId, quotient)
  })
}

export const removeQuotient = ({ store }: Core, person: Person, { id }: { id: number }): void => {
  store.act(person, 'families.quotient', 'Quotient familial retiré', (write) => {
    known(quotientRow(store, id), 'Ce quotient familial n’existe plus.')
    write.remove(familyQuotient, id)
  })
}

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
      known(familyOf(core.store, input.familyId), 'Cette famille n’existe plus.')
      return { id: writeChild(core, write, input.familyId, input.child, input.schooling, 'child.birthDay') }
    },
  )

export const changeChild = (
  { store, clock }: Core,
  person: Person,
  { id, child: changes }: { id: number; child: ChildInput },
): void => {
  store.act(person, 'families.child', `Enfant modifié\u00a0: ${changes.firstName} ${changes.lastName}`, (write) => {
    known(childOf(store, id), 'Cet enfant n’existe plus.')
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
    known(familyOf(store, familyId), 'Cette famille n’existe plus.')
    known(childOf(store, childId), 'Cet enfant n’existe plus.')
    writeChildLink(store, write, familyId, childId)
  })
}

/** Inside another's act. */
export const writeChildLink = (store: Store, write: Write, familyId: number, childId: number): void => {
  const homes = familiesOfChildren(store, [childId])
  if (homes.some((row) => row.id === familyId)) throw new Refused('Cet enfant est déjà dans cette famille.')
  if (homes.length >= 2) throw new Refused('Cet enfant a déjà deux foyers.')
  write.insert(familyChild, { familyId, childId })
}

export const setSchooling = (
  core: Core,
  person: Person,
  { childId, ...classes }: SchoolingInput & { childId: number },
): void => {
  const { firstName, lastName } = known(childOf(core.store, childId), 'Cet enfant n’existe plus.')
  const label = `Classe de ${firstName} ${lastName} au ${longDate(classes.fromDay)}`
  core.store.act(person, 'families.schooling', label, (write) => writeSchooling(core, write, childId, classes))
}

export const removeSchooling = ({ store }: Core, person: Person, { id }: { id: number }): void => {
  store.act(person, 'families.schooling', 'Classe retirée', (write) => {
    known(schoolingRow(store, id), 'Cette classe n’existe plus.')
    write.remove(schooling, id)
  })
}

export const addPickup = (
  { store }: Core,
  person: Person,
  { childId, ...pickup }: PickupInput & { childId: number },
): void => {
  const { firstName } = known(childOf(store, childId), 'Cet enfant n’existe plus.')
  const who = pickup.allowed ? 'Personne autorisée' : 'Personne interdite'
  store.act(person, 'families.pickup', `${who} pour ${firstName}\u00a0: ${pickup.name}`, (write) => {
    if (pickupsOf(store, [childId]).some((row) => sameName(row.name, pickup.name))) {
      throw new Refused('Cette personne est déjà dans la liste.', 'name')
    }
    write.insert(pickupContact, { childId, ...pickup })
  })
}

export const changePickup = (
  { store }: Core,
  person: Person,
  { id, ...changes }: PickupInput & { id: number },
): void => {
  store.act(person, 'families.pickup', `Personne modifiée\u00a0: ${changes.name}`, (write) => {
    known(pickupRow(store, id), 'Cette personne n’est plus dans la liste.')
    write.update(pickupContact, id, changes)
  })
}

export const removePickup = ({ store }: Core, person: Person, { id }: { id: number }): void => {
  store.act(person, 'families.pickup', 'Personne retirée de la liste', (write) => {
    known(pickupRow(store, id), 'Cette personne n’est plus dans la liste.')
    write.remove(pickupContact, id)
  })
}

/** Inside another's act. The same day again replaces what was said of it. */
export const writeSchooling = (core: Core, write: Write, childId: number, classes: SchoolingInput): void => {
  if (classes.schoolId !== null && !listSchools(core).some((one) => one.id === classes.schoolId)) {
    throw new Refused('Cette école n’existe plus.', 'schoolId')
  }
  const sameDay = schoolingsOf(core.store, [childId]).find((row) => row.fromDay === classes.fromDay)
  if (sameDay) write.update(schooling, sameDay.id, classes)
  else write.insert(schooling, { childId, ...classes })
}

/** Inside another's act. @param field where a refusal of the birth date is shown */
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

/** No activity of a youth service takes anyone older: a birth year mistyped. */
const oldestChild = 25

const refuseBirthDay = (birthDay: Day, on: Day, field: string): void => {
  if (birthDay > on)
    throw new Refused(`Cette date de naissance n’est pas encore passée\u00a0: ${shortDay(birthDay)}.`, field)
  const { years } = ageOn(birthDay, on)
  if (years > oldestChild)
    throw new Refused(`Cet enfant aurait ${years} ans\u00a0: vérifiez sa date de naissance.`, field)
}

/** A home without guardian yet, inside another's act: a list of pupils names none. */
export const writeHome = (
  { store }: Core,
  write: Write,
  name: string,
  move: Omit<MoveInput, 'resident'> | null,
): number => {
  const { id } = write.insert(family, { name })
  if (move) writeMove(store, write, id, { ...move, resident: null })
  return id
}

/** At the first free rank, inside another's act. @throws Refused when the family has two */
export const writeGuardian = ({ store }: Core, write: Write, familyId: number, choice: GuardianChoice): number => {
  const ranks = store.statement('select rank from family_guardian where family_id = ?').pluck().all(familyId)
  if (ranks.length >= 2) throw new Refused('Une famille a deux responsables au plus.')
  return linkGuardian(store, write, familyId, choice, ranks.includes(1) ? 2 : 1, 'guardian')
}

/** Writes what `missing` gives for the guardian as they are, inside another's act. */
export const fillGuardian = (
  { store }: Core,
  write: Write,
  id: number,
  missing: (one: typeof guardian.$inferSelect) => Partial<GuardianInput>,
): void => {
  write.update(guardian, id, missing(known(guardianOf(store, id), 'Ce responsable n’existe plus.')))
}

const linkGuardian = (
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
  // Not `guardianOf`: the act under way may have made them.
  if (store.statement('select id from guardian where id = ?').get(id) === undefined) {
    throw new Refused('Ce responsable n’existe plus.', field)
  }
  const homes = familiesOfGuardians(store, [id])
  if (homes.some((row) => row.id === familyId)) throw new Refused('Ce responsable est déjà dans cette famille.', field)
  if (homes.length >= 2) throw new Refused('Ce responsable a déjà deux familles.', field)
  write.insert(familyGuardian, { familyId, guardianId: id, rank })
  return id
}

const writeMove = (store: Store, write: Write, familyId: number, { fromDay, address, resident }: MoveInput): void => {
  const values = { ...address, resident: resident ?? sameName(address.town, organisationOf(store).residentTown) }
  const sameDay = addressesOf(store, [familyId]).find((row) => row.fromDay === fromDay)
  if (sameDay) write.update(familyAddress, sameDay.id, values)
  else write.insert(familyAddress, { familyId, fromDay, ...values })
}

const writeQuotient = (store: Store, write: Write, familyId: number, { fromDay, ...values }: QuotientInput): void => {
  const sameDay = quotientsOf(store, [familyId]).find((row) => row.fromDay === fromDay)
  if (sameDay) write.update(familyQuotient, sameDay.id, values)
  else write.insert(familyQuotient, { familyId, fromDay, ...values })
}

const known = <T>(found: T | undefined, sentence: string): T => {
  if (found === undefined) throw new Refused(sentence)
  return found
}

const named = ({ id, name }: { id: number; name: string }) => ({ id, name })

const plainAddress = ({ line1, line2, postcode, town }: Address): Address => ({ line1, line2, postcode, town })

const shownAddress = ({ actId: _act, familyId: _family, ...row }: typeof familyAddress.$inferSelect): DatedAddress =>
  row

/** Each row holds until the next begins; one without value ends what was known. Oldest first. */
const spans = (rows: readonly (typeof familyQuotient.$inferSelect)[]): FamilyQuotientRow[] =>
  rows.flatMap(({ fromDay, value, source }, position) => {
    const next = rows[position + 1]
    return value === null ? [] : [{ from: fromDay, to: next && addDays(next.fromDay, -1), value, source }]
  })
