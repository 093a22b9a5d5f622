import { fieldsOf, type ListKind, lists } from '../../../shared/formats/lists.ts'
import { today } from '../../../shared/rules/calendar/day.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'
import { type CsvTable, writeCsv } from '../../documents/sheets/csv.ts'
import { writeXlsx } from '../../documents/sheets/xlsx.ts'
import { listOpenings, periodsOf, slotsOf } from '../activities/activities.ts'
import type { Core } from '../core.ts'
import { type GuardianRecord, listFamilies, readAllPeople } from '../families/families.ts'
import { listRegistrations } from '../registrations/registrations.ts'
import { listSchools } from '../settings/settings.ts'
import { periodChoices } from './registrations-list.ts'

type What =
  | { readonly list: 'families'; readonly filter: string; readonly show: 'present' | 'left' | 'all' }
  | { readonly list: 'quotients' }
  | { readonly list: 'registrations'; readonly periodId: number | null }
  | { readonly list: 'openings'; readonly periodId: number }

/** A list under the heads that the wizard knows, so that it comes back by itself. */
export const listOut = async (
  core: Core,
  { format, what }: { readonly format: 'xlsx' | 'csv'; readonly what: What },
): Promise<File> => {
  const table = tableOf(what.list, await linesOf(core, what))
  const { title } = lists[what.list]
  const bytes = format === 'csv' ? writeCsv(table) : await writeXlsx(title, table)
  return new File([new Uint8Array(bytes)], `${title} ${today(core.clock)}.${format}`, { type: types[format] })
}

const types = {
  csv: 'text/csv;charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

/** By field. */
type LineOut = Readonly<Record<string, string | number | null>>

const tableOf = (list: ListKind, lines: readonly LineOut[]): CsvTable => ({
  columns: fieldsOut(list).map(({ title }) => title),
  rows: lines.map((line) => fieldsOut(list).map(({ id }) => line[id] ?? null)),
})

const fieldsOut = (list: ListKind) => fieldsOf(list).filter(({ importOnly: takenInOnly }) => !takenInOnly)

const linesOf = (core: Core, what: What): Promise<LineOut[]> | LineOut[] => {
  if (what.list === 'families') return familyLines(core, what)
  if (what.list === 'quotients') return quotientLines(core)
  return what.list === 'registrations' ? registrationLines(core, what.periodId) : openingLines(core, what.periodId)
}

const everyFamily = 1_000_000

const familyLines = async (core: Core, what: Extract<What, { list: 'families' }>): Promise<LineOut[]> => {
  const { rows } = listFamilies(core, { filter: what.filter, show: what.show, from: 0, count: everyFamily })
  const { homes, guardians, children } = await readAllPeople(core.store)
  const byHome = new Map(homes.map((one) => [one.id, one]))
  const byGuardian = new Map(guardians.map((one) => [one.id, one]))
  const byChild = new Map(children.map((one) => [one.id, one]))
  const schools = new Map(listSchools(core).map(({ id, name }) => [id, name]))
  const on = today(core.clock)
  return rows.flatMap(({ id }): LineOut[] => {
    const home = byHome.get(id)
    if (!home) return []
    const quotient = home.quotients.find((row) => row.fromDay <= on)
    const line: LineOut = {
      familyName: home.name,
      ...parentCells(1, byGuardian.get(home.guardianIds[0] ?? 0)),
      ...parentCells(2, byGuardian.get(home.guardianIds[1] ?? 0)),
      addressLine1: home.address?.line1 ?? '',
      addressLine2: home.address?.line2 ?? '',
      postcode: home.address?.postcode ?? '',
      town: home.address?.town ?? '',
      resident: home.address ? yesNo(home.address.resident) : '',
      homePhone: home.homePhone,
      beneficiaryName: home.beneficiaryName,
      benefitScheme: home.benefitScheme,
      beneficiaryNumber: home.beneficiaryNumber,
      quotient: quotient?.value ?? null,
      quotientFrom: quotient && quotient.value !== null ? numericDay(quotient.fromDay) : '',
    }
    const own = home.childIds.flatMap((childId) => byChild.get(childId) ?? [])
    if (own.length === 0) return [line]
    return own.map((one) => {
      const at = one.schoolings.find((row) => row.fromDay <= on)
      return {
        ...line,
        childLastName: one.lastName,
        childFirstName: one.firstName,
        childBirthDay: numericDay(one.birthDay),
        childSex: one.sex,
        school: at?.schoolId ? (schools.get(at.schoolId) ?? '') : '',
        level: at?.level ?? '',
        className: at?.className ?? '',
      }
    })
  })
}

const yesNo = (value: boolean) => (value ? 'oui' : 'non')

const parentCells = (rank: 1 | 2, one: GuardianRecord | undefined): LineOut =>
  one
    ? {
        [`parent${rank}Civility`]: one.civility,
        [`parent${rank}LastName`]: one.lastName,
        [`parent${rank}FirstName`]: one.firstName,
        [`parent${rank}Email`]: one.email,
        [`parent${rank}Mobile`]: one.mobilePhone,
        [`parent${rank}Work`]: one.workPhone,
      }
    : {}

const quotientLines = async (core: Core): Promise<LineOut[]> => {
  const { homes, guardians } = await readAllPeople(core.store)
  const byGuardian = new Map(guardians.map((one) => [one.id, one]))
  const on = today(core.clock)
  return homes.flatMap((home): LineOut[] => {
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

const registrationLines = (core: Core, periodId: number | null): LineOut[] => {
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

const openingLines = (core: Core, periodId: number): LineOut[] => {
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
