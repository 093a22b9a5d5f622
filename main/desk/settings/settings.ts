import type { Organisation, OrganisationInput, School } from '../../../shared/contract/desk/settings.ts'
import { may, roleNeeded } from '../../../shared/rules/access/roles.ts'
import { firstSiteId } from '../../../shared/rules/access/sites.ts'
import { addDays, addMonths, type Day, instantOf, timeOfDay, today } from '../../../shared/rules/calendar/day.ts'
import { cyclesOfSchools } from '../../../shared/rules/calendar/school-year-classes.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { type CatchmentRow, catchmentFault } from '../../../shared/rules/people/catchment.ts'
import { sameLabel } from '../../../shared/rules/people/names.ts'
import type { QuotientRule } from '../../../shared/rules/quotient/validity.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { changedFields } from '../../store/acts/changed-fields.ts'
import { rowName } from '../../store/acts/row-names.ts'
import { catchment, facility, organisation, picture, school, site } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import {
  actsMatching,
  allFacilities,
  allSchools,
  allSites,
  catchmentRows,
  changesOf,
  facilityOf,
  firstBilledDay,
  isSiteUsed,
  levelsTaught,
  organisationRow,
  partedBySite,
  pictureOf,
  rolesSeeing,
  schoolsTakingStreets,
} from './settings-store.ts'

export {
  importedSchoolHolidays,
  readSchoolCalendar,
  schoolHolidaysByDay,
  schoolHolidaysOfTown,
  writeCalendar,
} from './school-calendar.ts'

export { portalAddress, schoolNames } from './settings-store.ts'

/** The service's settings. @throws Refused before the first-run set-up is completed */
export const organisationOf = (store: Store) => {
  const row = organisationRow(store)
  if (!row) throw new Refused('La structure n’est pas encore créée.')
  return row
}

/** The rule that says until when a family quotient counts; null when each counts until the next one. */
export const quotientRuleOf = (store: Store): QuotientRule | null => organisationRow(store)?.quotientRule ?? null

/** The logo to print on papers. */
export const logoOf = (store: Store): { mediaType: string; bytes: Buffer } | null => {
  const { logoId } = organisationOf(store)
  return logoId === null ? null : (pictureOf(store, logoId) ?? null)
}

/**
 * @returns a function that gives the logo with which a stored paper was printed, by its id. Each is read once, and the
 * papers of a run share it.
 */
export const logosOf = (store: Store) => {
  const read = new Map<number, { readonly logo?: Uint8Array<ArrayBuffer> }>()
  return (id: number | null): { readonly logo?: Uint8Array<ArrayBuffer> } => {
    if (id === null) return {}
    const bytes = read.has(id) ? undefined : pictureOf(store, id)?.bytes
    const found = read.get(id) ?? (bytes ? { logo: new Uint8Array(bytes) } : {})
    read.set(id, found)
    return found
  }
}

/** What the town prints at the foot of its letters; may be empty. */
export const letterFoot = (store: Store): string => organisationOf(store).letterFoot

export const readOrganisation = ({ store }: Core): Organisation => toOrganisation(organisationOf(store))

export const changeOrganisation = ({ store }: Core, person: Person, input: OrganisationInput) =>
  store.act(person, 'settings.organisation', 'Structure modifiée', (write) => {
    const { id, billsFrom } = organisationOf(store)
    if (input.billsFrom !== null && input.billsFrom !== billsFrom) refuseBillsFrom(store, firstRegieId, input.billsFrom)
    return toOrganisation(write.update(organisation, id, input))
  })

/**
 * @throws Refused for a first day to bill after a day that is already billed here: the days before it belong to another
 * program
 * @param regieId null for a new régie
 */
export const refuseBillsFrom = (store: Store, regieId: number | null, from: Day) => {
  if (from > addMonths(today(store.clock), 12)) throw new Refused('Au plus un an à l’avance.', 'billsFrom')
  const firstBilled = regieId === null ? null : firstBilledDay(store, regieId)
  if (firstBilled !== null && from > firstBilled)
    throw new Refused(
      `Des factures émises comptent des jours depuis le ${shortDay(firstBilled)}\u00a0: choisissez ce jour ou un jour d’avant.`,
      'billsFrom',
    )
}

const maxLogoBytes = 1_000_000

export const changeLogo = async ({ store }: Core, person: Person, file: Blob | null) => {
  const bytes = file && Buffer.from(await file.arrayBuffer())
  const mediaType = bytes && pictureType(bytes)
  if (bytes && bytes.length > maxLogoBytes) throw new Refused('Ce logo est trop lourd\u00a0: 1 Mo au plus.', 'file')
  if (bytes && !mediaType) throw new Refused('Choisissez une image PNG ou JPEG.', 'file')
  const label = bytes ? 'Logo changé' : 'Logo retiré'
  return store.act(person, 'settings.logo', label, (write) => {
    const { id } = organisationOf(store)
    // Pictures are never deleted: papers already issued refer to them.
    const logoId = bytes && mediaType ? write.insert(picture, { mediaType, bytes }).id : null
    return toOrganisation(write.update(organisation, id, { logoId }))
  })
}

/** Detects the type from the content, not the file name, by the signatures of PNG (RFC 2083) and JPEG (ISO 10918-1). */
const pictureType = (bytes: Buffer): 'image/png' | 'image/jpeg' | null => {
  if (bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))) return 'image/png'
  return bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])) ? 'image/jpeg' : null
}

export const readLogo = ({ store }: Core): Blob | null => {
  const logo = logoOf(store)
  return logo && new Blob([new Uint8Array(logo.bytes)], { type: logo.mediaType })
}

/** Sites by name. */
export const sitesOf = (store: Store) => allSites(store)

export const saveSite = ({ store }: Core, person: Person, { id, name }: { id?: number | undefined; name: string }) =>
  store.act(person, 'settings.site', `Site enregistré\u00a0: ${name}`, (write) => {
    const sites = allSites(store)
    if (sites.some((other) => other.id !== id && sameLabel(other.name, name)))
      throw new Refused('Un site porte déjà ce nom.', 'name')
    if (id === undefined) return write.insert(site, { name })
    refuseUnknownSite(sites, id)
    return write.update(site, id, { name })
  })

export const removeSite = ({ store }: Core, person: Person, id: number) =>
  store.act(person, 'settings.site', 'Site retiré', (write) => {
    refuseUnknownSite(allSites(store), id)
    if (id === firstSiteId) throw new Refused('Le premier site se renomme, il ne se retire pas.')
    if (isSiteUsed(store, id))
      throw new Refused('Ce site a des équipements ou des agents\u00a0: mettez-les d’abord dans un autre.')
    write.remove(site, id)
  })

const refuseUnknownSite = (sites: readonly { readonly id: number }[], id: number): void => {
  if (!sites.some((one) => one.id === id)) throw new Refused('Ce site n’existe plus.', 'siteId')
}

/** Facilities by name, archived ones included. */
/** The site in which a facility lies. */
export const siteOfFacility = (store: Store, facilityId: number): { readonly id: number; readonly name: string } => {
  const id = facilityOf(store, facilityId)?.siteId ?? firstSiteId
  return { id, name: allSites(store).find((one) => one.id === id)?.name ?? '' }
}

export const facilitiesOf = (store: Store) => allFacilities(store)

type FacilityInput = {
  id?: number | undefined
  name: string
  address: string
  contact: string
  phone: string
  archived: boolean
  /** Absent to leave the site as it is; a new facility is then at the person's first site. */
  siteId?: number | undefined
}

export const saveFacility = ({ store }: Core, person: Person, { id, siteId, ...values }: FacilityInput) =>
  store.act(person, 'settings.facility', `Équipement enregistré\u00a0: ${values.name}`, (write) => {
    if (allFacilities(store).some((other) => other.id !== id && sameLabel(other.name, values.name))) {
      throw new Refused('Un équipement porte déjà ce nom.', 'name')
    }
    if (siteId !== undefined) refuseUnknownSite(allSites(store), siteId)
    if (id === undefined)
      return write.insert(facility, { ...values, siteId: siteId ?? person.sites?.[0] ?? firstSiteId })
    const before = facilityOf(store, id)
    if (!before) throw new Refused('Cet équipement n’existe plus.')
    if (siteId !== undefined && siteId !== before.siteId && !may(person.roles, 'organisation'))
      throw new Refused(roleNeeded('organisation'), 'siteId')
    const parted = siteId === undefined ? undefined : partedBySite(store, id, siteId)
    if (parted)
      throw new Refused(
        `«\u00a0${parted.own}\u00a0» est réunie à «\u00a0${parted.other}\u00a0», d’un autre équipement\u00a0: une activité est d’un seul site.`,
        'siteId',
      )
    return write.update(facility, id, { ...values, siteId: siteId ?? before.siteId })
  })

/** Schools by name, with the number of children who attend or attended each and the streets that they take. */
export const schoolsOf = (store: Store): School[] => withStreets(store, allSchools(store))

/** The schools that take the children of some streets. */
export const schoolsWithStreets = (store: Store): Omit<School, 'children'>[] =>
  withStreets(store, schoolsTakingStreets(store))

const withStreets = <Named extends { readonly id: number }>(store: Store, schools: readonly Named[]) => {
  const streets = Map.groupBy(catchmentRows(store), ({ schoolId }) => schoolId)
  const cycles = cyclesOfSchools(levelsTaught(store))
  return schools.map((one) => ({
    ...one,
    cycles: [...(cycles.get(one.id) ?? [])],
    catchment: (streets.get(one.id) ?? []).map(({ street, fromNumber, toNumber, side }) => ({
      street,
      fromNumber,
      toNumber,
      side,
    })),
  }))
}

type SchoolInput = {
  readonly id?: number | undefined
  readonly name: string
  /** Absent to leave the streets as they are. */
  readonly catchment?: readonly CatchmentRow[] | undefined
}

export const saveSchool = ({ store }: Core, person: Person, { id, name, catchment: streets }: SchoolInput): School =>
  store.act(person, 'settings.school', `École enregistrée\u00a0: ${name}`, (write) => {
    const schools = allSchools(store)
    if (schools.some((other) => other.id !== id && sameLabel(other.name, name))) {
      throw new Refused('Une école porte déjà ce nom.', 'name')
    }
    if (id !== undefined && !schools.some((other) => other.id === id)) throw new Refused('Cette école n’existe plus.')
    const row = id === undefined ? write.insert(school, { name }) : write.update(school, id, { name })
    if (streets) saveCatchment(store, write, row.id, streets)
    const saved = schoolsOf(store).find((one) => one.id === row.id)
    if (!saved) throw new RangeError(`school ${row.id} was just written`)
    return saved
  })

const textOf = ({ street, fromNumber, toNumber, side }: CatchmentRow): string =>
  JSON.stringify([street, fromNumber, toNumber, side])

const saveCatchment = (store: Store, write: Write, schoolId: number, streets: readonly CatchmentRow[]): void => {
  refuseFault(store, schoolId, streets)
  const rows = catchmentRows(store)
  const before = new Map(rows.filter((row) => row.schoolId === schoolId).map((row) => [textOf(row), row.id]))
  const after = new Map(streets.map((row) => [textOf(row), row]))
  for (const [text, rowId] of before) if (!after.has(text)) write.remove(catchment, rowId)
  for (const [text, row] of after) if (!before.has(text)) write.insert(catchment, { ...row, schoolId })
}

/** @throws Refused for streets that the school cannot be given, or that cannot be taken from it */
const refuseFault = (store: Store, schoolId: number, streets: readonly CatchmentRow[]): void => {
  const schools = schoolsOf(store)
  const own = schools.find(({ id }) => id === schoolId)
  const fault = catchmentFault(
    { catchment: streets, cycles: own?.cycles ?? [] },
    schools.filter(({ id }) => id !== schoolId),
    own?.catchment,
  )
  if (fault) throw new Refused(fault.sentence, fault.at === null ? undefined : `catchment.${fault.at}.street`)
}

export const removeSchool = ({ store }: Core, person: Person, id: number) =>
  store.act(person, 'settings.school', 'École retirée', (write) => {
    const before = allSchools(store).find((other) => other.id === id)
    if (!before) throw new Refused('Cette école n’existe plus.')
    if (before.children > 0) throw new Refused('Des enfants vont ou sont allés dans cette école\u00a0: elle reste.')
    if (store.statement('select 1 from notice where school_id = ?').get(id) !== undefined)
      throw new Refused('Un avis s’adresse aux familles de cette école\u00a0: retirez-le d’abord.')
    if (store.statement('select 1 from activity, json_each(school_ids) where value = ?').get(id) !== undefined)
      throw new Refused('Une activité est réservée à cette école\u00a0: changez-la d’abord.')
    refuseFault(store, id, [])
    for (const row of catchmentRows(store)) if (row.schoolId === id) write.remove(catchment, row.id)
    write.remove(school, id)
  })

const actsPerPage = 50
/** The screen shows only the first changes of an act: an import has thousands. */
const maxChangesShown = 200
/** How many rows of a batch the screen shows by name. */
const maxNamesShown = 20

type AuditInput = {
  entity?: string | undefined
  staffId?: number | undefined
  from?: Day | undefined
  to?: Day | undefined
  before?: number | undefined
}

export const listActs = ({ store }: Core, { from, to, ...filter }: AuditInput) => {
  const found = actsMatching(
    store,
    { ...filter, from: from && midnight(from), until: to && midnight(addDays(to, 1)) },
    actsPerPage + 1,
  )
  return { acts: found.slice(0, actsPerPage), hasMore: found.length > actsPerPage }
}

/** What an act changed. For custom fields and notes that the person may not read, only that they changed. */
export const changesOfAct = ({ store }: Core, { roles }: Person, id: number) =>
  changesOf(store, id, maxChangesShown).map((change) => {
    const { before, after, ...entry } = change
    const { entity, entityId, operation } = change
    const seenBy = rolesSeeing(store, entity, entityId)
    const isSeen = seenBy === null || seenBy.some((role) => roles.includes(role))
    const hasFields = isSeen && entity !== hiddenEntity && operation !== 'insertMany' && operation !== 'updateMany'
    const ids = idsChanged(change)
    return {
      ...entry,
      fields: hasFields ? changedFields(store, { entity, id: entityId, before, after }, operation === 'update') : [],
      rows: ids.length,
      names: ids.slice(0, maxNamesShown).flatMap((row) => rowName(store, entity, row) ?? []),
    }
  })

/** The ids of an audit entry: one row, the id ranges that a batch inserted, or the rows that it changed. */
const idsChanged = ({ entityId, operation, before, after }: ReturnType<typeof changesOf>[number]): number[] => {
  if (operation === 'insertMany')
    return ((after?.['ids'] ?? []) as [number, number][]).flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, offset) => first + offset),
    )
  if (operation === 'updateMany') return ((before?.['rows'] ?? []) as [number, unknown][]).map(([id]) => id)
  return entityId === null ? [] : [entityId]
}

/** Reading health records needs a right of its own, which the audit trail does not check. */
const hiddenEntity = 'health_record'

const midnight = (on: Day) => instantOf(on, timeOfDay('00:00'))

const toOrganisation = (row: ReturnType<typeof organisationOf>): Organisation => ({
  ...row,
  hasLogo: row.logoId !== null,
})
