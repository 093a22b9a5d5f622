import * as z from 'zod'
import { AddressInput, ChildInput, GuardianInput, HomeInput } from '../../../shared/contract/desk/families.ts'
import type { ProposalEntry } from '../../../shared/contract/portal/entries.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import { sameName } from '../../../shared/rules/people/names.ts'
import { pickupChangesText, pickupsIn, pickupsText } from '../../../shared/rules/people/pickup.ts'
import { proposalName } from '../../../shared/rules/people/proposal.ts'
import { levels } from '../../../shared/rules/people/schooling.ts'
import type { Write } from '../../store/acts/acts.ts'
import { child, family, familyAddress, guardian } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, Refused } from '../core.ts'
import { listSchools } from '../settings/settings.ts'
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
import { checkPickups, pickupsTold, writePickups, writePickupsBack } from './pickups.ts'

/** A field of a home, of a guardian or of a child that a parent would have otherwise. */
export type Proposed = Pick<ProposalEntry, 'subject' | 'subjectId' | 'field'> & { readonly familyId: number }
/** As the parent saw it, and as they would have it. */
type Change = Proposed & Pick<ProposalEntry, 'before' | 'after'>

type Field = {
  readonly label: string
  /** What is written, from what was typed. */
  readonly input: z.ZodType<string>
}
type Fields = Readonly<Record<string, Field>>

/** What parents may propose (`main/portal/family/proposals.ts`). The e-mail is their login: it changes at the counter only. */
const fields: Readonly<Record<Proposed['subject'], Fields>> = {
  family: {
    'address.line1': { label: 'Adresse', input: AddressInput.shape.line1 },
    'address.line2': { label: 'Complément d’adresse', input: AddressInput.shape.line2 },
    'address.postcode': { label: 'Code postal', input: AddressInput.shape.postcode },
    'address.town': { label: 'Commune', input: AddressInput.shape.town },
    homePhone: { label: 'Tél domicile', input: HomeInput.shape.homePhone },
    beneficiaryName: { label: 'Nom de l’allocataire', input: HomeInput.shape.beneficiaryName },
    benefitScheme: { label: 'Régime allocataire', input: HomeInput.shape.benefitScheme },
    beneficiaryNumber: { label: 'Numéro allocataire', input: HomeInput.shape.beneficiaryNumber },
  },
  guardian: {
    mobilePhone: { label: 'Portable', input: GuardianInput.shape.mobilePhone },
    workPhone: { label: 'Tél travail', input: GuardianInput.shape.workPhone },
  },
  child: {
    firstName: { label: 'Prénom', input: ChildInput.shape.firstName },
    lastName: { label: 'Nom', input: ChildInput.shape.lastName },
    birth: { label: 'Né le', input: ChildInput.shape.birthDay },
    sex: { label: 'Sexe', input: ChildInput.shape.sex },
    school: { label: 'École', input: z.string().trim() },
    schoolClass: { label: 'Classe', input: z.string().trim() },
  },
}

const strange = 'Cette information ne se change pas depuis le portail.'

const fieldOf = ({ subject, field }: Pick<Proposed, 'subject' | 'field'>): Field => {
  const found = Object.hasOwn(fields[subject], field) ? fields[subject][field] : undefined
  if (!found) throw new Refused(strange)
  return found
}

/** A list, of which what differs is written (`pickups.ts`); any other field is written whole. */
const isOfPickups = ({ subject, field }: Pick<Proposed, 'subject' | 'field'>): boolean =>
  subject === 'child' && field === 'pickups'

/** « Portable », « Adresse »; the field's own name where there is no such field. */
export const proposedLabel = ({ subject, field }: Pick<Proposed, 'subject' | 'field'>): string =>
  (Object.hasOwn(fields[subject], field) ? fields[subject][field]?.label : undefined) ??
  (isOfPickups({ subject, field }) ? proposalName(field) : field)

/** « ajouter Karim Benali pour Tao et Noa »; empty where anything else is asked for too. */
export const proposedPickups = (store: Store, changes: readonly Change[]): string =>
  changes.every(isOfPickups)
    ? pickupChangesText(
        changes.map(({ subjectId, before, after }) => ({
          child: childOf(store, subjectId)?.firstName ?? '',
          now: pickupsIn(before),
          asked: pickupsIn(after),
        })),
      )
    : ''

/** What the desk holds there now, as text. @throws Refused for what this home does not have */
export const valueNow = (store: Store, proposed: Proposed, on: Day): string => {
  const { subject, subjectId, field } = proposed
  if (isOfPickups(proposed)) {
    refuseOthers(store, proposed)
    return pickupsText(pickupsTold(store, [subjectId]).get(subjectId) ?? [])
  }
  fieldOf(proposed)
  refuseOthers(store, proposed)
  if (subject === 'family' && field.startsWith('address.')) {
    const address = addressOn(store, subjectId, on)
    return address ? address[field.slice('address.'.length) as keyof typeof AddressInput.shape] : ''
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

/** A value as the desk writes it: phones two figures by two, a school by its name in the list. @throws Refused when a rule says no */
export const asWritten = (core: Core, proposed: Proposed, after: string): string => {
  const read = fieldOf(proposed).input.safeParse(after)
  if (!read.success) throw new Refused(read.error.issues[0]?.message ?? strange)
  const { field } = proposed
  if (field === 'birth') refuseBirthDay(read.data as Day, today(core.clock), 'after')
  if (field === 'schoolClass' && ![...levels, ''].some((level) => level === read.data)) {
    throw new Refused('Cette classe n’est pas dans la liste\u00a0: complétez la fiche de l’enfant.')
  }
  if (field !== 'school' || read.data === '') return read.data
  const school = listSchools(core).find(({ name }) => sameName(name, read.data))
  if (!school) throw new Refused('Cette école n’est pas dans la liste\u00a0: complétez la fiche de l’enfant.')
  return school.name
}

/** Part of an act: the field becomes this value, which `asWritten` gave. @throws Refused for what this home does not have */
export const writeProposed = (core: Core, write: Write, proposed: Proposed, value: string): void => {
  const { store } = core
  fieldOf(proposed)
  refuseOthers(store, proposed)
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
  if (!isOfPickups(change)) {
    asWritten(core, change, change.after)
    return
  }
  refuseOthers(core.store, change)
  checkPickups(core.store, ofPickups(change))
}

/** Part of an act: a change as it was asked for. Returns what it takes the place of. @throws Refused before it writes */
export const writeAccepted = (core: Core, write: Write, change: Change): string => {
  const { store } = core
  if (isOfPickups(change)) {
    refuseOthers(store, change)
    return writePickups(store, write, ofPickups(change))
  }
  const replaced = valueNow(store, change, today(core.clock))
  writeProposed(core, write, change, asWritten(core, change, change.after))
  return replaced
}

/** Part of an act: takes back what `writeAccepted` wrote. Returns whether it was still there. @throws Refused */
export const writeTakenBack = (core: Core, write: Write, change: Change, replaced: string): boolean => {
  const { store } = core
  if (isOfPickups(change)) {
    refuseOthers(store, change)
    return writePickupsBack(store, write, ofPickups(change), replaced)
  }
  if (valueNow(store, change, today(core.clock)) !== asWritten(core, change, change.after)) return false
  writeProposed(core, write, change, replaced)
  return true
}

const ofPickups = ({ subjectId, before, after }: Change) => ({ childId: subjectId, before, after })

const refuseOthers = (store: Store, { familyId, subject, subjectId }: Proposed): void => {
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

/** From today on. One that comes back to what it was leaves no trace of the day between. */
const writeAddressField = (
  store: Store,
  write: Write,
  familyId: number,
  field: string,
  value: string,
  on: Day,
): void => {
  const today = addressOfDay(store, familyId, on)
  const earlier = addressesOf(store, [familyId]).find((row) => row.fromDay < on)
  const { line1 = '', line2 = '', postcode = '', town = '' } = today ?? addressOn(store, familyId, on) ?? {}
  const address = { line1, line2, postcode, town, [field]: value }
  const isBack = (['line1', 'line2', 'postcode', 'town'] as const).every((key) => earlier?.[key] === address[key])
  if (today && isBack) write.remove(familyAddress, today.id)
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
  const known =
    schoolingOfDay(core.store, childId, on) ?? schoolingsOf(core.store, [childId]).find((row) => row.fromDay <= on)
  const level = field === 'schoolClass' ? value : (known?.level ?? '')
  const school = listSchools(core).find(({ name }) => name === value)
  writeSchooling(core, write, childId, {
    fromDay: on,
    schoolId: field === 'school' ? (school?.id ?? null) : (known?.schoolId ?? null),
    level: ([...levels, ''] as const).find((one) => one === level) ?? '',
    className: known?.className ?? '',
  })
}
