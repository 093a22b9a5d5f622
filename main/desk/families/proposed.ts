import { inputOf } from '../../../shared/contract/fields.ts'
import type { ProposalEntry } from '../../../shared/contract/portal/entries.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import { addressFields, fieldNames, parentsLabel, type RecordField } from '../../../shared/rules/people/fields.ts'
import { sameName } from '../../../shared/rules/people/names.ts'
import { pickupChangesText, pickupsIn, pickupsText } from '../../../shared/rules/people/pickup.ts'
import { pickupsField, proposableField, proposalName } from '../../../shared/rules/people/proposal.ts'
import { levels } from '../../../shared/rules/people/schooling.ts'
import type { Write } from '../../store/acts/acts.ts'
import { child, family, familyAddress, guardian } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, Refused } from '../core.ts'
import { schoolsOf } from '../settings/settings.ts'
import { refuseBirthDay, writeMove, writeSchooling } from './dated.ts'
import {
  addressesOf,
  addressOfDay,
  childOf,
  familiesOfChildren,
  familiesOfGuardians,
  familyOf,
  guardianOf,
  schoolingOfDay,
  schoolingsOf,
} from './families-store.ts'
import { checkPickups, pickupsForParents, undoPickups, writePickups } from './pickups.ts'

/** A field of a home, a guardian or a child that a parent proposes to change on the portal. */
export type ProposedField = Pick<ProposalEntry, 'subject' | 'subjectId' | 'field'> & { readonly familyId: number }
/** A proposed change: the value that the parent saw, and the value that they propose. */
type Change = ProposedField & Pick<ProposalEntry, 'before' | 'after'>

const notOnPortal = 'Cette information ne se change pas depuis le portail.'

/** @throws Refused for a field that parents may not propose to change */
const fieldOf = ({ subject, field }: Pick<ProposedField, 'subject' | 'field'>): RecordField => {
  const found = proposableField(subject, field)
  if (!found) throw new Refused(notOnPortal)
  return found
}

/** Whether the field is the list of pick-up people, of which only the differences are written (`pickups.ts`). */
const isPickupList = ({ subject, field }: Pick<ProposedField, 'subject' | 'field'>): boolean =>
  subject === 'child' && field === pickupsField

/** « Portable », « Adresse »; for an unknown field, the name of the field itself. */
export const proposedLabel = ({ subject, field }: Pick<ProposedField, 'subject' | 'field'>): string => {
  const found = proposableField(subject, field)
  return found ? parentsLabel(found) : proposalName(field)
}

/** « ajouter Karim Benali pour Tao et Noa »; empty when the changes are not only about pick-up people. */
export const proposedPickups = (store: Store, changes: readonly Change[]): string =>
  changes.every(isPickupList)
    ? pickupChangesText(
        changes.map(({ subjectId, before, after }) => ({
          child: childOf(store, subjectId)?.firstName ?? '',
          now: pickupsIn(before),
          asked: pickupsIn(after),
        })),
      )
    : ''

/**
 * The value of the field at the desk on a day, as text. @throws Refused for an unknown field or a person of another
 * home
 */
export const currentValue = (store: Store, proposed: ProposedField, on: Day): string => {
  const { subject, subjectId, field } = proposed
  if (isPickupList(proposed)) {
    requireOfHome(store, proposed)
    return pickupsText(pickupsForParents(store, [subjectId]).get(subjectId) ?? [])
  }
  fieldOf(proposed)
  requireOfHome(store, proposed)
  if (subject === 'family' && field.startsWith('address.')) {
    const address = addressOn(store, subjectId, on)
    return address ? address[field.slice('address.'.length) as keyof typeof addressFields] : ''
  }
  if (subject === 'child' && (field === 'school' || field === 'schoolClass')) {
    const classes = schoolingsOf(store, [subjectId]).find((row) => row.fromDay <= on)
    return (field === 'school' ? classes?.school : classes?.level) ?? ''
  }
  const owner =
    subject === 'family'
      ? familyOf(store, subjectId)
      : subject === 'guardian'
        ? guardianOf(store, subjectId)
        : childOf(store, subjectId)
  const value = new Map<string, unknown>(Object.entries(owner ?? {})).get(field === 'birth' ? 'birthDay' : field)
  return typeof value === 'string' ? value : ''
}

/**
 * A proposed value as the desk stores it: phones in groups of two digits, a school by its name in the settings.
 * @throws Refused when the value is not valid
 */
export const normalisedValue = (core: Core, proposed: ProposedField, after: string): string => {
  const read = inputOf(fieldOf(proposed)).safeParse(after)
  if (!read.success) throw new Refused(read.error.issues[0]?.message ?? notOnPortal)
  const { field } = proposed
  const value = String(read.data ?? '')
  if (field === 'birth') refuseBirthDay(value as Day, today(core.clock), 'after')
  if (field === 'schoolClass' && ![...levels, ''].some((level) => level === value)) {
    throw new Refused('Cette classe n’est pas dans la liste\u00a0: complétez la fiche de l’enfant.')
  }
  if (field !== 'school' || value === '') return value
  const school = schoolsOf(core.store).find(({ name }) => sameName(name, value))
  if (!school) throw new Refused('Cette école n’est pas dans la liste\u00a0: complétez la fiche de l’enfant.')
  return school.name
}

/**
 * Writes a value from `normalisedValue` within the caller's act.
 * @throws Refused for an unknown field or a person of another home
 */
export const writeProposed = (core: Core, write: Write, proposed: ProposedField, value: string): void => {
  const { store } = core
  fieldOf(proposed)
  requireOfHome(store, proposed)
  const { subject, subjectId, field } = proposed
  const on = today(core.clock)
  if (subject === 'family' && field.startsWith('address.')) {
    writeAddressField(store, write, subjectId, field.slice('address.'.length), value, on)
  } else if (subject === 'family') write.update(family, subjectId, { [field]: value })
  else if (subject === 'guardian') write.update(guardian, subjectId, { [field]: value })
  else if (field === 'school' || field === 'schoolClass') writeClass(core, write, subjectId, field, value, on)
  else if (field === 'birth') write.update(child, subjectId, { birthDay: value as Day })
  else write.update(child, subjectId, { [field]: value })
}

/** @throws Refused when a change cannot be accepted */
export const checkProposed = (core: Core, change: Change): void => {
  if (!isPickupList(change)) {
    normalisedValue(core, change, change.after)
    return
  }
  requireOfHome(core.store, change)
  checkPickups(core.store, pickupChangeOf(change))
}

/** Writes a parent's change within the caller's act. Returns the replaced value. @throws Refused before any write */
export const writeAccepted = (core: Core, write: Write, change: Change): string => {
  const { store } = core
  if (isPickupList(change)) {
    requireOfHome(store, change)
    return writePickups(store, write, pickupChangeOf(change))
  }
  const replaced = currentValue(store, change, today(core.clock))
  writeProposed(core, write, change, normalisedValue(core, change, change.after))
  return replaced
}

/**
 * Undoes `writeAccepted` within the caller's act. Returns false, and writes nothing, when the value has changed since.
 * @throws Refused when the previous value cannot be restored
 */
export const undoAccepted = (core: Core, write: Write, change: Change, replaced: string): boolean => {
  const { store } = core
  if (isPickupList(change)) {
    requireOfHome(store, change)
    return undoPickups(store, write, pickupChangeOf(change), replaced)
  }
  if (currentValue(store, change, today(core.clock)) !== normalisedValue(core, change, change.after)) return false
  writeProposed(core, write, change, replaced)
  return true
}

const pickupChangeOf = ({ subjectId, before, after }: Change) => ({ childId: subjectId, before, after })

const requireOfHome = (store: Store, { familyId, subject, subjectId }: ProposedField): void => {
  const homes =
    subject === 'family'
      ? familyOf(store, subjectId)
        ? [subjectId]
        : []
      : (subject === 'guardian' ? familiesOfGuardians(store, [subjectId]) : familiesOfChildren(store, [subjectId])).map(
          ({ id }) => id,
        )
  if (!homes.includes(familyId)) throw new Refused('Cette personne n’est plus dans ce foyer.')
}

const addressOn = (store: Store, familyId: number, on: Day) => {
  const addresses = addressesOf(store, [familyId])
  return addresses.find((row) => row.fromDay <= on) ?? addresses.at(-1)
}

/** Changes the address from today on. If that restores the previous address, today's row is removed instead. */
const writeAddressField = (
  store: Store,
  write: Write,
  familyId: number,
  field: string,
  value: string,
  on: Day,
): void => {
  const todayRow = addressOfDay(store, familyId, on)
  const earlier = addressesOf(store, [familyId]).find((row) => row.fromDay < on)
  const { line1 = '', line2 = '', postcode = '', town = '' } = todayRow ?? addressOn(store, familyId, on) ?? {}
  const address = { line1, line2, postcode, town, [field]: value }
  const isPreviousAddress = fieldNames(addressFields).every((key) => earlier?.[key] === address[key])
  if (todayRow && isPreviousAddress) write.remove(familyAddress, todayRow.id)
  else writeMove(store, write, familyId, { fromDay: on, address, resident: null })
}

const writeClass = (
  core: Core,
  write: Write,
  childId: number,
  field: 'school' | 'schoolClass',
  value: string,
  on: Day,
): void => {
  const previous =
    schoolingOfDay(core.store, childId, on) ?? schoolingsOf(core.store, [childId]).find((row) => row.fromDay <= on)
  const level = field === 'schoolClass' ? value : (previous?.level ?? '')
  const school = schoolsOf(core.store).find(({ name }) => name === value)
  writeSchooling(core, write, childId, {
    fromDay: on,
    schoolId: field === 'school' ? (school?.id ?? null) : (previous?.schoolId ?? null),
    level: ([...levels, ''] as const).find((one) => one === level) ?? '',
    className: previous?.className ?? '',
  })
}
