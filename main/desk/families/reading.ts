import type { Child, Family, FamilyRow } from '../../../shared/contract/desk/people/families.ts'
import { may } from '../../../shared/rules/access/roles.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import type { PersonToCall } from '../../../shared/rules/cell/day-list.ts'
import { exemptionText } from '../../../shared/rules/people/catchment.ts'
import { guardianPhones } from '../../../shared/rules/people/fields.ts'
import { coupleName, phoneText } from '../../../shared/rules/people/names.ts'
import type { Fetching } from '../../../shared/rules/people/pickup.ts'
import { levelText } from '../../../shared/rules/people/schooling.ts'
import { lastValidDay, quotientStateOn } from '../../../shared/rules/quotient/validity.ts'
import { ageText } from '../../../shared/rules/text/french.ts'
import type { Store } from '../../store/store.ts'
import type { Core, Person } from '../core.ts'
import { quotientRuleOf } from '../settings/settings.ts'
import { bondsOfHome } from './bonds.ts'
import { childrenOnDay } from './children.ts'
import { exemptionsOf } from './exemptions.ts'
import {
  addressesOf,
  categoriesOf,
  childNamesIn,
  childrenIn,
  type FamilyFilter,
  familiesIn,
  familiesOfChildren,
  familiesOfGuardians,
  familyPage,
  guardiansByIds,
  guardiansIn,
  quotientsOf,
  schoolingsOf,
} from './families-store.ts'
import { withHealthAlert } from './health.ts'
import { type Debtor, homeHistories, homeOn, homesWithDebtors, toDatedAddress } from './homes.ts'
import { fetchingOn, pickupsOfChildren } from './pickups.ts'
import { requireFamily } from './required.ts'

/* Families in the form that screens show. */

export const listFamilies = (
  { store, clock }: Core,
  input: FamilyFilter & { from: number; count: number },
): { total: number; rows: FamilyRow[] } => {
  const { total, ids } = familyPage(store, input, today(clock))
  return { total, rows: familyRows(store, ids, today(clock)) }
}

/** Rows of the list of families, in the order of `ids`. */
export const familyRows = (store: Store, ids: readonly number[], on: Day): FamilyRow[] => {
  const homes = homeHistories(store, ids)
  const rows = new Map(familiesIn(store, ids).map((row) => [row.id, row]))
  const guardians = Map.groupBy(guardiansIn(store, ids), (row) => row.familyId)
  const children = childNamesIn(store, ids)
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
        guardians: coupleName(people),
        children: (children.get(id) ?? []).join(', '),
        phone: phoneOf(people, row),
        town: address?.town ?? '',
        resident,
        quotient: quotient?.value ?? null,
        leftOn: row.leftOn,
      },
    ]
  })
}

/** Homes as the lists of debts show them, with the name and address on their papers. */
export const debtorRows = (
  store: Store,
  ids: readonly number[],
  on: Day,
): (Pick<FamilyRow, 'id' | 'name' | 'guardians' | 'children' | 'phone'> & { readonly debtor: Debtor })[] => {
  const children = childNamesIn(store, ids)
  return homesWithDebtors(store, ids, on).map(({ home, people, debtor }) => ({
    id: home.id,
    name: home.name,
    guardians: coupleName(people),
    children: (children.get(home.id) ?? []).join(', '),
    phone: phoneOf(people, home),
    debtor,
  }))
}

const phoneOf = (people: readonly { mobilePhone: string }[], { homePhone }: { homePhone: string }): string =>
  [...people.map(({ mobilePhone }) => mobilePhone), homePhone].find((phone) => phone !== '') ?? ''

/** Children as search results, in the order of `ids`. */
export const childrenFound = (store: Store, ids: readonly number[], on: Day) => {
  const homes = Map.groupBy(familiesOfChildren(store, ids), (row) => row.childId)
  const rows = childrenOnDay(store, ids, on)
  return ids.flatMap((id) => {
    const one = rows.get(id)
    if (!one) return []
    const { firstName, lastName, age, level } = one
    const families = (homes.get(id) ?? []).map(toNamed)
    return [{ id, name: `${firstName} ${lastName}`, age: ageText(age), level: levelText(level), families }]
  })
}

/** Guardians as search results, in the order of `ids`. */
export const guardiansFound = (store: Store, ids: readonly number[]) => {
  const homes = Map.groupBy(familiesOfGuardians(store, ids), (row) => row.guardianId)
  const rows = new Map(guardiansByIds(store, ids).map((row) => [row.id, row]))
  return ids.flatMap((id) => {
    const one = rows.get(id)
    const families = (homes.get(id) ?? []).map(toNamed)
    return one ? [{ id, name: `${one.firstName} ${one.lastName}`, phone: guardianPhones(one)[0] ?? '', families }] : []
  })
}

/** A guardian, or a home by its own phone: then without an id. */
type Contact = PersonToCall & { readonly guardianId: number | null }

/** Contacts by family id: parent 1 first, the home's phone last. */
export const contactsOfHomes = (store: Store, ids: readonly number[]): ReadonlyMap<number, readonly Contact[]> => {
  const guardians = Map.groupBy(guardiansIn(store, ids), ({ familyId }) => familyId)
  return new Map(
    familiesIn(store, ids).map(({ id, homePhone }) => [
      id,
      [
        ...(guardians.get(id) ?? []).map(({ guardian }) => ({
          guardianId: guardian.id,
          firstName: guardian.firstName,
          lastName: guardian.lastName,
          phones: guardianPhones(guardian).map(phoneText),
        })),
        ...(homePhone === ''
          ? []
          : [{ guardianId: null, firstName: 'Domicile', lastName: '', phones: [phoneText(homePhone)] }]),
      ],
    ]),
  )
}

/** @throws Refused when the family does not exist */
export const readFamily = ({ store, clock }: Core, person: Person, id: number): Family => {
  const { actId: _act, ...home } = requireFamily(store, id)
  const on = today(clock)
  const guardians = guardiansIn(store, [id])
  const otherHomes = Map.groupBy(
    familiesOfGuardians(
      store,
      guardians.map((row) => row.guardian.id),
    ).filter((row) => row.id !== id),
    (row) => row.guardianId,
  )
  const addresses = addressesOf(store, [id]).map(toDatedAddress)
  const rule = quotientRuleOf(store)
  const quotients = quotientsOf(store, [id]).map(({ actId: _act, familyId: _family, ...row }) => ({
    ...row,
    lastDay: lastValidDay(rule, row),
    state: quotientStateOn(rule, row, on),
  }))
  return {
    ...home,
    guardians: guardians.map(({ rank, guardian: { actId: _act, ...one } }) => ({
      ...one,
      rank,
      otherFamilies: (otherHomes.get(one.id) ?? []).map(toNamed),
    })),
    children: childrenShown(
      store,
      person,
      id,
      on,
      guardians.map(({ guardian }) => guardian),
    ),
    bonds: bondsOfHome(store, id),
    addresses,
    address: addresses.find((row) => row.fromDay <= on) ?? addresses.at(-1) ?? null,
    quotients,
    categories: categoriesOf(store, [id]).map(({ actId: _act, homeId: _home, ...row }) => row),
    quotient: quotients.find((row) => row.fromDay <= on) ?? null,
  }
}

const childrenShown = (
  store: Store,
  person: Person,
  familyId: number,
  on: Day,
  guardians: readonly { readonly id: number; readonly firstName: string; readonly lastName: string }[],
): Child[] => {
  const children = childrenIn(store, [familyId]).map((row) => row.child)
  const ids = children.map((one) => one.id)
  const schoolings = Map.groupBy(schoolingsOf(store, ids), (row) => row.childId)
  const pickups = Map.groupBy(pickupsOfChildren(store, ids, on), (row) => row.childId)
  const fetchingOnDay = fetchingOn(store, ids, on)
  const homes = Map.groupBy(
    familiesOfChildren(store, ids).filter((row) => row.id !== familyId),
    (row) => row.childId,
  )
  const seesHealth = may(person.roles, 'health.read') || may(person.roles, 'health.daySheet')
  const exemptions = exemptionsOf(store, ids, on)
  const alerts = seesHealth ? withHealthAlert(store, ids) : null
  return children.map(({ actId: _act, ...one }) => {
    const exemption = exemptions.get(one.id)
    const guardiansWho = (fetching: Fetching): number[] =>
      guardians.flatMap(({ id, firstName, lastName }) =>
        fetchingOnDay(one.id, { guardianId: id, name: `${firstName} ${lastName}` }) === fetching ? [id] : [],
      )
    const classes = (schoolings.get(one.id) ?? []).map(({ childId: _child, ...row }) => row)
    return {
      ...one,
      schoolings: classes,
      schooling: classes.find((row) => row.fromDay <= on) ?? null,
      exemptionAsked: exemption && !exemption.isGiven ? exemptionText(exemption) : null,
      pickups: (pickups.get(one.id) ?? []).map(({ childId: _child, ...row }) => row),
      notFetching: guardiansWho('no'),
      disputed: guardiansWho('disputed'),
      otherFamilies: (homes.get(one.id) ?? []).map(toNamed),
      hasHealthAlert: alerts && (store.limits?.sees('health_child', one.id) ?? true) ? alerts.has(one.id) : null,
    }
  })
}

const toNamed = ({ id, name }: { id: number; name: string }) => ({ id, name })
