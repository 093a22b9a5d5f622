import type {
  CategoryInput,
  MoveInput,
  QuotientInput,
  SchoolingInput,
} from '../../../shared/contract/desk/people/families.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { whyNotBorn } from '../../../shared/rules/people/birth.ts'
import { sameName } from '../../../shared/rules/people/names.ts'
import { longDate, ofName } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { family, familyAddress, familyQuotient, priceCategory, schooling } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { organisationOf, schoolNames } from '../settings/settings.ts'
import {
  addressesOf,
  addressOfDay,
  addressRow,
  categoryRow,
  quotientRow,
  quotientsOf,
  schoolingOfDay,
  schoolingRow,
  schoolingsOf,
} from './families-store.ts'
import { requireChild, requireFamily, requireFound } from './required.ts'

/* Values that are valid from a day on: addresses, quotients, price categories, classes. */

/** Writes a class within the caller's act. A second class from the same day replaces the first. */
export const writeSchooling = (core: Core, write: Write, childId: number, classes: SchoolingInput): void => {
  if (classes.schoolId !== null && schoolNames(core.store, [classes.schoolId]).length === 0) {
    throw new Refused('Cette école n’existe plus.', 'schoolId')
  }
  const { fromDay, schoolId } = classes
  const sameDay = schoolingOfDay(core.store, childId, fromDay)
  const before = sameDay ?? schoolingsOf(core.store, [childId]).find((row) => row.fromDay < fromDay)
  const known = before?.schoolId === schoolId ? before?.exemption : ''
  const values = { ...classes, exemption: classes.exemption ?? known ?? '' }
  if (sameDay) write.update(schooling, sameDay.id, values)
  else write.insert(schooling, { childId, ...values })
}

export const refuseBirthDay = (birthDay: Day, on: Day, field: string): void => {
  const why = whyNotBorn(birthDay, on)
  if (why !== null) throw new Refused(why, field)
}

export const writeMove = (
  store: Store,
  write: Write,
  familyId: number,
  { fromDay, address, resident }: MoveInput,
): void => {
  const values = { ...address, resident: resident ?? sameName(address.town, organisationOf(store).residentTown) }
  const sameDay = addressOfDay(store, familyId, fromDay)
  if (sameDay) write.update(familyAddress, sameDay.id, values)
  else write.insert(familyAddress, { familyId, fromDay, ...values })
}

/** Writes the family's last known income within the caller's act. */
export const writeIncome = (write: Write, familyId: number, lastIncomeCents: number, incomeUpdatedOn: Day): void => {
  write.update(family, familyId, { lastIncomeCents, incomeUpdatedOn })
}

/** @throws Refused for a quotient that ends before it begins */
export const writeQuotient = (
  store: Store,
  write: Write,
  familyId: number,
  { fromDay, toDay = null, ...rest }: QuotientInput,
): void => {
  if (toDay !== null && toDay < fromDay) throw new Refused('Le dernier jour vient avant le premier.', 'toDay')
  if (toDay !== null && rest.value === null)
    throw new Refused('Un quotient inconnu n’a pas de dernier jour\u00a0: laissez-le vide.', 'toDay')
  const values = { ...rest, toDay }
  const sameDay = quotientsOf(store, [familyId]).find((row) => row.fromDay === fromDay)
  if (sameDay) write.update(familyQuotient, sameDay.id, values)
  else write.insert(familyQuotient, { familyId, fromDay, ...values })
}

export const setAddress = (
  { store }: Core,
  person: Person,
  { familyId, ...move }: MoveInput & { familyId: number },
): void => {
  const label = `Adresse au ${longDate(move.fromDay)}`
  store.act(person, 'families.address', label, (write) => {
    requireFamily(store, familyId)
    writeMove(store, write, familyId, move)
  })
}

export const removeAddress = ({ store }: Core, person: Person, { id }: { id: number }): void => {
  store.act(person, 'families.address', 'Adresse retirée', (write) => {
    const { familyId } = requireFound(addressRow(store, id), 'Cette adresse n’existe plus.')
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
    requireFamily(store, familyId)
    writeQuotient(store, write, familyId, quotient)
  })
}

export const removeQuotient = ({ store }: Core, person: Person, { id }: { id: number }): void => {
  store.act(person, 'families.quotient', 'Quotient familial retiré', (write) => {
    requireFound(quotientRow(store, id), 'Ce quotient familial n’existe plus.')
    write.remove(familyQuotient, id)
  })
}

/** A category is stored as typed: tariffs compare it without case and accents. */
export const setCategory = (
  { store }: Core,
  person: Person,
  { id, ...values }: CategoryInput & { id?: number | undefined },
): void => {
  store.act(person, 'families.category', `Catégorie tarifaire\u00a0: ${values.category}`, (write) => {
    if (values.familyId !== null) requireFamily(store, values.familyId)
    if (values.childId !== null) requireChild(store, values.childId)
    if (id === undefined) write.insert(priceCategory, values)
    else {
      requireFound(categoryRow(store, id), 'Cette catégorie n’existe plus.')
      write.update(priceCategory, id, values)
    }
  })
}

export const removeCategory = ({ store }: Core, person: Person, { id }: { id: number }): void => {
  store.act(person, 'families.category', 'Catégorie tarifaire retirée', (write) => {
    requireFound(categoryRow(store, id), 'Cette catégorie n’existe plus.')
    write.remove(priceCategory, id)
  })
}

export const setSchooling = (
  core: Core,
  person: Person,
  { childId, ...classes }: SchoolingInput & { childId: number },
): void => {
  const { firstName, lastName } = requireChild(core.store, childId)
  const label = `Classe ${ofName(firstName)} ${lastName} au ${longDate(classes.fromDay)}`
  core.store.act(person, 'families.schooling', label, (write) => writeSchooling(core, write, childId, classes))
}

export const removeSchooling = ({ store }: Core, person: Person, { id }: { id: number }): void => {
  store.act(person, 'families.schooling', 'Classe retirée', (write) => {
    requireFound(schoolingRow(store, id), 'Cette classe n’existe plus.')
    write.remove(schooling, id)
  })
}
