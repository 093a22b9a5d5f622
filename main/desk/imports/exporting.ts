import { pick } from '../../../shared/collections.ts'
import {
  type Field,
  guardianColumnId,
  type ListKind,
  listedHomeFields,
  lists,
  type OwnColumn,
  ownColumnsOf,
} from '../../../shared/formats/lists.ts'
import { may } from '../../../shared/rules/access/roles.ts'
import { today } from '../../../shared/rules/calendar/day.ts'
import { fieldNames, fieldValueText, guardianFields } from '../../../shared/rules/people/fields.ts'
import { authorityNames, bondNames, type GuardianBond } from '../../../shared/rules/people/guardian-bond.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'
import { type CsvTable, writeCsv } from '../../documents/spreadsheets/csv.ts'
import { writeXlsx } from '../../documents/spreadsheets/workbook.ts'
import { listOpenings, periodsOf, slotsOf } from '../activities/activities.ts'
import { type Core, type Person, Refused } from '../core.ts'
import {
  bondsOfChildren,
  type FamilyFilter,
  type GuardianRecord,
  listFamilies,
  readAllPeople,
} from '../families/families.ts'
import { allValuesOf, fieldsSeenBy } from '../fields/fields.ts'
import { listRegistrations } from '../registrations/registrations.ts'
import { schoolsOf } from '../settings/settings.ts'
import { periodChoices } from './registrations-list.ts'

type ExportRequest =
  | ({ readonly list: 'families' } & FamilyFilter)
  | { readonly list: 'quotients' }
  | { readonly list: 'registrations'; readonly periodId: number | null }
  | { readonly list: 'openings'; readonly periodId: number }

/**
 * Exports a list under the column titles that the import recognises, so that the file can be imported again unchanged.
 */
export const exportList = async (
  core: Core,
  person: Person,
  { format, what: request }: { readonly format: 'xlsx' | 'csv'; readonly what: ExportRequest },
): Promise<File> => {
  const own = ownColumns(core, person, request.list)
  const lines = await linesOf(core, person, request, own)
  const table = tableOf(request.list, own, lines)
  const { title } = lists[request.list]
  const bytes = format === 'csv' ? writeCsv(table) : await writeXlsx(title, table)
  return new File([new Uint8Array(bytes)], `${title} ${today(core.clock)}.${format}`, { type: types[format] })
}

const types = {
  csv: 'text/csv;charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

/** Values by field id. */
type ExportRow = Readonly<Record<string, string | number | null>>

const tableOf = (list: ListKind, own: readonly FilledColumn[], lines: readonly ExportRow[]): CsvTable => {
  const columns = [...exportedFields(list), ...own]
  return {
    columns: columns.map(({ title }) => title),
    rows: lines.map((line) => columns.map(({ id }) => line[id] ?? null)),
  }
}

/** A column for a custom field, with its value by the id of the record. */
type FilledColumn = OwnColumn & { readonly cells: ReadonlyMap<number, string> }

/** The custom fields that this person may see, as the last columns of a list. */
const ownColumns = ({ store, clock }: Core, { roles }: Person, list: ListKind): FilledColumn[] => {
  const columns = ownColumnsOf(list, fieldsSeenBy(store, roles, today(clock)))
  const subjects = [...new Set(columns.map(({ own }) => own.subject))]
  const values = Map.groupBy(
    subjects.flatMap((subject) => allValuesOf(store, subject)),
    ({ fieldId }) => fieldId,
  )
  return columns.map((column) => ({
    ...column,
    cells: new Map(
      values.get(column.own.id)?.map(({ ownerId, value }) => [ownerId, fieldValueText(column.own, value)]),
    ),
  }))
}

const ownCells = (own: readonly FilledColumn[], owner: (column: FilledColumn) => number | undefined): ExportRow =>
  Object.fromEntries(own.map((column) => [column.id, column.cells.get(owner(column) ?? 0) ?? '']))

const exportedFields = (list: ListKind): readonly Field[] =>
  (lists[list].fields as readonly Field[]).filter(({ importOnly }) => !importOnly)

const linesOf = (
  core: Core,
  person: Person,
  request: ExportRequest,
  own: readonly FilledColumn[],
): Promise<ExportRow[]> | ExportRow[] => {
  if (request.list === 'families') return familyLines(core, person, request, own)
  if (request.list === 'quotients') return quotientLines(core)
  return request.list === 'registrations'
    ? registrationLines(core, request.periodId, own)
    : openingLines(core, request.periodId)
}

const maxFamilies = 1_000_000

const familyLines = async (
  core: Core,
  person: Person,
  filter: FamilyFilter,
  own: readonly FilledColumn[],
): Promise<ExportRow[]> => {
  if (filter.balance !== 'any' && !may(person.roles, 'invoices.read'))
    throw new Refused('Les soldes des familles ne vous sont pas ouverts.', 'balance')
  const { rows } = listFamilies(core, { ...filter, from: 0, count: maxFamilies })
  const { homes, guardians, children } = await readAllPeople(core.store)
  const byHome = new Map(homes.map((one) => [one.id, one]))
  const byGuardian = new Map(guardians.map((one) => [one.id, one]))
  const byChild = new Map(children.map((one) => [one.id, one]))
  const schools = new Map(schoolsOf(core.store).map(({ id, name }) => [id, name]))
  const bonds = bondsOfChildren(
    core.store,
    children.map(({ id }) => id),
  )
  const on = today(core.clock)
  return rows.flatMap(({ id }): ExportRow[] => {
    const home = byHome.get(id)
    if (!home) return []
    const quotient = home.quotients.find((row) => row.fromDay <= on)
    const line: ExportRow = {
      familyName: home.name,
      ...guardianCells(1, byGuardian.get(home.guardianIds[0] ?? 0)),
      ...guardianCells(2, byGuardian.get(home.guardianIds[1] ?? 0)),
      addressLine1: home.address?.line1 ?? '',
      addressLine2: home.address?.line2 ?? '',
      postcode: home.address?.postcode ?? '',
      town: home.address?.town ?? '',
      resident: home.address ? yesNo(home.address.resident) : '',
      ...pick(home, listedHomeFields),
      quotient: quotient?.value ?? null,
      quotientFrom: quotient && quotient.value !== null ? numericDay(quotient.fromDay) : '',
      ...ownCells(own, ({ own: { subject }, rank }) => (subject === 'family' ? id : home.guardianIds[(rank ?? 0) - 1])),
    }
    const homeChildren = home.childIds.flatMap((childId) => byChild.get(childId) ?? [])
    if (homeChildren.length === 0) return [line]
    return homeChildren.map((one) => {
      const schooling = one.schoolings.find((row) => row.fromDay <= on)
      return {
        ...line,
        childLastName: one.lastName,
        childFirstName: one.firstName,
        childBirthDay: numericDay(one.birthDay),
        childSex: one.sex,
        school: schooling?.schoolId ? (schools.get(schooling.schoolId) ?? '') : '',
        level: schooling?.level ?? '',
        className: schooling?.className ?? '',
        ...bondCells(1, bonds.get(one.id)?.get(home.guardianIds[0] ?? 0)),
        ...bondCells(2, bonds.get(one.id)?.get(home.guardianIds[1] ?? 0)),
        ...ownCells(
          own.filter((column) => column.own.subject === 'child'),
          () => one.id,
        ),
      }
    })
  })
}

const yesNo = (value: boolean) => (value ? 'oui' : 'non')

const guardianCells = (rank: 1 | 2, one: GuardianRecord | undefined): ExportRow =>
  one ? Object.fromEntries(fieldNames(guardianFields).map((name) => [guardianColumnId(rank, name), one[name]])) : {}

const bondCells = (rank: 1 | 2, bond: GuardianBond | undefined): ExportRow =>
  bond
    ? {
        [`parent${rank}Bond`]: bondNames[bond.kind],
        [`parent${rank}Authority`]: authorityNames[bond.authority],
        [`parent${rank}DecidedBy`]: bond.decidedBy,
        [`parent${rank}DecidedOn`]: bond.decidedOn && numericDay(bond.decidedOn),
        [`parent${rank}Referent`]: bond.referent,
      }
    : {}

const quotientLines = async (core: Core): Promise<ExportRow[]> => {
  const { homes, guardians } = await readAllPeople(core.store)
  const byGuardian = new Map(guardians.map((one) => [one.id, one]))
  const on = today(core.clock)
  return homes.flatMap((home): ExportRow[] => {
    const quotient = home.quotients.find((row) => row.fromDay <= on)
    if (!quotient || quotient.value === null || (home.leftOn !== null && home.leftOn <= on)) return []
    const parent = byGuardian.get(home.guardianIds[0] ?? 0)
    return [
      {
        familyName: home.name,
        beneficiaryNumber: home.beneficiaryNumber,
        parentLastName: parent?.lastName ?? '',
        parentFirstName: parent?.firstName ?? '',
        quotient: quotient.value,
        quotientFrom: numericDay(quotient.fromDay),
      },
    ]
  })
}

const registrationLines = (core: Core, periodId: number | null, own: readonly FilledColumn[]): ExportRow[] => {
  const names = new Map(periodChoices(core).map(({ id, name }) => [id, name]))
  const periods = new Map(periodsOf(core.store).map((one) => [one.id, one]))
  const slots = new Map(
    [...new Set([...periods.values()].map((one) => one.activityId))].map((id) => [id, slotsOf(core.store, id)]),
  )
  return listRegistrations(core, { ...(periodId !== null && { periodId }), states: ['accepted'] }).map((one) => ({
    childLastName: one.lastName,
    childFirstName: one.firstName,
    childBirthDay: numericDay(one.birthDay),
    period: names.get(one.periodId) ?? one.period,
    startDay: numericDay(one.startDay),
    endDay: numericDay(one.endDay),
    ...ownCells(own, () => one.id),
    ...Object.fromEntries(
      [1, 2, 3, 4, 5, 6, 7].map((day) => [
        `weekday${day}`,
        one.typicalWeek
          .filter((wish) => wish.weekday === day)
          .flatMap((wish) => slots.get(one.activityId)?.find(({ id }) => id === wish.slotId)?.name ?? [])
          .join(' + '),
      ]),
    ),
  }))
}

const openingLines = (core: Core, periodId: number): ExportRow[] => {
  const name = periodChoices(core).find(({ id }) => id === periodId)?.name ?? ''
  const activityId = periodsOf(core.store).find(({ id }) => id === periodId)?.activityId ?? 0
  const slots = new Map(slotsOf(core.store, activityId).map((one) => [one.id, one.name]))
  return listOpenings(core, { periodId })
    .filter(({ closedReason }) => closedReason === null)
    .map(({ day, slotId, capacity }) => ({
      period: name,
      day: numericDay(day),
      slot: slots.get(slotId) ?? '',
      capacity,
    }))
}
