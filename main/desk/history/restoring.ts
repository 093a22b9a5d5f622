import { eq } from 'drizzle-orm'
import * as z from 'zod'
import { ActivityInput, PeriodInput } from '../../../shared/contract/desk/activities.ts'
import { Definition } from '../../../shared/contract/desk/money/prices.ts'
import { RegieInput } from '../../../shared/contract/desk/money/regies.ts'
import {
  CategoryInput,
  ChildInput,
  GuardianInput,
  HomeInput,
  MoveInput,
  PickupInput,
  QuotientInput,
  SchoolingInput,
} from '../../../shared/contract/desk/people/families.ts'
import { OrganisationInput } from '../../../shared/contract/desk/settings.ts'
import type { RecordedTable } from '../../../shared/record/tables.ts'
import { rightToUndo, whyNotOfService } from '../../../shared/record/undo.ts'
import { mayHere, whyNotHere } from '../../../shared/rules/access/sites.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { GroupPlaces } from '../../../shared/rules/groups/groups.ts'
import { getTable } from '../../store/acts/tables.ts'
import type { RowValues } from '../../store/acts/undo.ts'
import { activityOf, changeCapacity, periodOf, saveActivity, savePeriod } from '../activities/activities.ts'
import { type Core, type Person, Refused } from '../core.ts'
import {
  changeChild,
  changeFamily,
  changeGuardian,
  changePickup,
  returnFamily,
  setAddress,
  setCategory,
  setQuotient,
  setSchooling,
} from '../families/families.ts'
import { attachTariff, saveTariff, saveVersion } from '../prices/prices.ts'
import { regieOf, saveRegie } from '../regies/regies.ts'
import { changeRegistration } from '../registrations/registrations.ts'
import { departFamily } from '../reservations/reservations.ts'
import { changeOrganisation, saveFacility, saveSchool } from '../settings/settings.ts'
import { type ChangeRow, changeOfAudit } from './history-store.ts'

/** @param values the record's current values with the restored ones; `old` has only the restored values */
type FormWrite = (core: Core, person: Person, id: number, values: RowValues, old: RowValues) => void

/**
 * Restores values by the use cases that the forms call, with the same refusals. `fields: null` allows every field; a
 * field that no form has cannot be restored.
 */
const formWrites: Readonly<Record<string, { readonly fields: readonly string[] | null; readonly write: FormWrite }>> = {
  family: {
    fields: null,
    write: (core, person, id, values, old) => {
      const on = values['leftOn'] as Day | null
      if ('leftOn' in old && on === null) returnFamily(core, person, { id })
      else if ('leftOn' in old && on !== null) departFamily(core, person, { familyId: id, on, charged: false })
      else changeFamily(core, person, { id, ...HomeInput.parse(values) })
    },
  },
  guardian: {
    fields: null,
    write: (core, person, id, values) => changeGuardian(core, person, { id, guardian: GuardianInput.parse(values) }),
  },
  child: {
    fields: null,
    write: (core, person, id, values) => changeChild(core, person, { id, child: ChildInput.parse(values) }),
  },
  pickup_contact: {
    fields: null,
    write: (core, person, id, values) => changePickup(core, person, { id, ...PickupInput.parse(values) }),
  },
  family_address: {
    fields: ['line1', 'line2', 'postcode', 'town', 'resident'],
    write: (core, person, _id, values) =>
      setAddress(core, person, {
        familyId: Number(values['familyId']),
        ...MoveInput.parse({ fromDay: values['fromDay'], address: values, resident: values['resident'] }),
      }),
  },
  family_quotient: {
    fields: ['value', 'source', 'updatedOn', 'toDay'],
    write: (core, person, _id, values) =>
      setQuotient(core, person, { familyId: Number(values['familyId']), ...QuotientInput.parse(values) }),
  },
  price_category: {
    fields: ['category', 'fromDay', 'toDay'],
    write: (core, person, id, values) => setCategory(core, person, { id, ...CategoryInput.parse(values) }),
  },
  schooling: {
    fields: ['schoolId', 'level', 'className', 'exemption'],
    write: (core, person, _id, values) =>
      setSchooling(core, person, { childId: Number(values['childId']), ...SchoolingInput.parse(values) }),
  },
  registration: {
    fields: ['startDay', 'endDay', 'typicalWeek', 'overrideReason'],
    write: (core, person, id, values) => {
      const { startDay, endDay, typicalWeek, overrideReason } = values as {
        startDay: Day
        endDay: Day
        typicalWeek: { weekday: number; slotId: number }[]
        overrideReason: string
      }
      changeRegistration(core, person, { id, startDay, endDay, typicalWeek, overrideReason })
    },
  },
  activity: {
    // `joinedToId` is not among these: joining two activities is undone by undoing its act.
    fields: Object.keys(ActivityInput.shape),
    write: (core, person, id, _values, old) => {
      saveActivity(core, person, ActivityInput.parse({ ...activityOf(core.store, id), ...old, id }))
    },
  },
  slot: {
    fields: ['name', 'shortName', 'start', 'end', 'isMeal'],
    write: (core, person, id, values, old) => {
      const of = activityOf(core.store, Number(values['activityId']))
      const slots = of.slots.map((one) => (one.id === id ? { ...one, ...old } : one))
      saveActivity(core, person, ActivityInput.parse({ ...of, slots }))
    },
  },
  activity_group: {
    fields: ['name', 'minimumAge', 'maximumAge', 'levels', 'childrenPerAdult'],
    write: (core, person, id, values, old) => {
      const of = activityOf(core.store, Number(values['activityId']))
      const groups = of.groups.map((one) => (one.id === id ? { ...one, ...old } : one))
      saveActivity(core, person, ActivityInput.parse({ ...of, groups }))
    },
  },
  sublist: {
    fields: ['name', 'capacity', 'slotIds', 'endedFrom'],
    write: (core, person, id, values, old) => {
      const of = activityOf(core.store, Number(values['activityId']))
      const sublists = of.sublists.map((one) => (one.id === id ? { ...one, ...old } : one))
      saveActivity(core, person, ActivityInput.parse({ ...of, sublists }))
    },
  },
  period: {
    // The groups that it takes follow from the joining of its activity.
    fields: Object.keys(PeriodInput.shape),
    write: (core, person, id, _values, old) => {
      savePeriod(core, person, PeriodInput.parse({ ...periodOf(core.store, id), ...old, id }))
    },
  },
  opening: {
    fields: ['capacity', 'groupPlaces'],
    write: (core, person, _id, values) => {
      const { periodId, day, slotId, capacity, groupPlaces } = values as {
        periodId: number
        day: Day
        slotId: number
        capacity: number
        groupPlaces: GroupPlaces | null
      }
      changeCapacity(core, person, { periodId, day, slotId, capacity, groupPlaces })
    },
  },
  tariff: {
    fields: null,
    write: (core, person, id, values) => {
      saveTariff(core, person, { id, name: String(values['name']) })
    },
  },
  tariff_version: {
    fields: null,
    write: (core, person, id, values) => {
      saveVersion(core, person, {
        id,
        tariffId: Number(values['tariffId']),
        from: values['fromDay'] as Day,
        definition: Definition.parse(values['definition']),
      })
    },
  },
  activity_tariff: {
    fields: ['tariffId'],
    write: (core, person, _id, values) =>
      attachTariff(core, person, { activityId: Number(values['activityId']), tariffId: Number(values['tariffId']) }),
  },
  facility: {
    fields: null,
    write: (core, person, id, values) => {
      const { name, address, contact, phone, archived } = values as Parameters<typeof saveFacility>[2]
      saveFacility(core, person, { id, name, address, contact, phone, archived })
    },
  },
  school: {
    fields: null,
    write: (core, person, id, values) => {
      saveSchool(core, person, { id, name: String(values['name']) })
    },
  },
  regie: {
    fields: null,
    write: (core, person, id, _values, old) => {
      saveRegie(core, person, RegieInput.parse({ ...regieOf(core.store, id), ...old, id }))
    },
  },
  organisation: {
    fields: null,
    write: (core, person, _id, values) => {
      changeOrganisation(core, person, OrganisationInput.parse(values))
    },
  },
} satisfies Partial<Record<RecordedTable, { readonly fields: readonly string[] | null; readonly write: FormWrite }>>

/** Whether this person may restore the values that a change replaced. */
export const mayRestore = (person: Person, { entity, operation, before }: ChangeRow): boolean => {
  const right = rightToUndo(entity)
  return (
    (operation === 'update' || operation === 'updateMany') &&
    right !== null &&
    mayHere(person, right) &&
    whyNotOfService(person, entity) === null &&
    before !== null &&
    isInForm(entity, Object.keys(before))
  )
}

const isInForm = (entity: string, keys: readonly string[]): boolean => {
  const columns = keys.filter((key) => key !== 'actId')
  const retype = formWrites[entity]
  return columns.length > 0 && retype !== undefined && columns.every((key) => retype.fields?.includes(key) ?? true)
}

const accounting: ReadonlySet<string> = new Set<RecordedTable>([
  'invoice',
  'invoice_line',
  'invoice_run',
  'billed_span',
  'give_up',
  'kept_price',
  'final_span',
  'repricing',
  'free_line',
  'payer_part',
  'payment',
  'allocation',
  'opening_balance',
  'deposit_slip',
  'deposit_slip_line',
  'till_closing',
])

/** Restores the values that one change replaced. @throws Refused for fields that no form has, and as the form would */
export const restoreValues = (
  core: Core,
  person: Person,
  { entity, id, auditId }: { entity: string; id: number; auditId: number },
): void => {
  if (accounting.has(entity))
    throw new Refused(
      'Une écriture comptable ne revient pas en arrière\u00a0: faites un avoir, ou annulez le règlement.',
    )
  const right = rightToUndo(entity)
  const missing = (right && whyNotHere(person, right)) ?? whyNotOfService(person, entity)
  if (missing !== null) throw new Refused(missing)
  const old = replacedValues(core, entity, id, auditId)
  const formWrite = formWrites[entity]
  if (!formWrite || !isInForm(entity, Object.keys(old)))
    throw new Refused('Cette valeur ne revient pas d’ici\u00a0: annulez le geste, ou corrigez à la main.')
  const now = rowOf(core, entity, id)
  if (Object.entries(old).every(([key, value]) => JSON.stringify(now[key]) === JSON.stringify(value)))
    throw new Refused('C’est déjà cette valeur.')
  try {
    formWrite.write(core, person, id, { ...now, ...old }, old)
  } catch (error) {
    if (error instanceof z.ZodError) throw new Refused(error.issues[0]?.message ?? 'Cette valeur n’est plus valable.')
    throw error
  }
}

const unknownChange = () => new Refused('Ce changement n’existe pas.')

const replacedValues = ({ store }: Core, entity: string, id: number, auditId: number): RowValues => {
  const change = changeOfAudit(store, auditId)
  if (!change || change.state !== 'closed' || change.entity !== entity || !change.before) throw unknownChange()
  const rows = change.before['rows'] as [number, RowValues][] | undefined
  const before = change.operation === 'updateMany' ? rows?.find(([one]) => one === id)?.[1] : change.before
  if (!before || (change.operation === 'update' && change.id !== id)) throw unknownChange()
  return Object.fromEntries(Object.entries(before).filter(([key]) => key !== 'actId'))
}

const rowOf = ({ store }: Core, entity: string, id: number): RowValues => {
  const table = getTable(entity)
  const row: RowValues | undefined = store.db.select().from(table).where(eq(table.id, id)).get()
  if (!row) throw new Refused('Cette fiche n’existe plus.')
  return row
}
