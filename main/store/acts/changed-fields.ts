import { changedParts } from '../../../shared/record/record-parts.ts'
import { fieldText, type ShownColumn, unshownColumnNames, valueText } from '../../../shared/record/record-words.ts'
import type { RecordedTable } from '../../../shared/record/tables.ts'
import type { Store } from '../store.ts'
import { rowName } from './row-names.ts'

type Values = Readonly<Record<string, unknown>>

/** A field that a change touched, worded for the screens; null for a missing side, as of a new record. */
type ChangedField = { readonly name: string; readonly before: string | null; readonly after: string | null }

/** Names that end in « Id » but are ids of banks, which refer to no row. */
type NameOfBank = 'creditorId' | 'endToEndId'

/** The table whose row a column refers to by its id. `kindOfRow`: the column `kind` of the same row names the table. */
const referenced: Readonly<Record<string, RecordedTable | 'kindOfRow'>> = {
  childId: 'child',
  familyId: 'family',
  homeId: 'family',
  otherHomeId: 'family',
  guardianId: 'guardian',
  decisionPaperId: 'received_paper',
  periodId: 'period',
  activityId: 'activity',
  slotId: 'slot',
  facilityId: 'facility',
  typeId: 'activity_type',
  schoolId: 'school',
  tariffId: 'tariff',
  registrationId: 'registration',
  reservationId: 'reservation',
  runId: 'invoice_run',
  invoiceId: 'invoice',
  creditNoteId: 'invoice',
  correctsId: 'invoice',
  billedBy: 'invoice',
  homePaperId: 'invoice',
  thirdPartyId: 'third_party',
  aidId: 'aid',
  mandateId: 'mandate',
  planId: 'year_plan',
  resendOfId: 'mail',
  templateId: 'template',
  yearPartId: 'year_part',
  collectionId: 'debit_collection',
  kindId: 'free_line_kind',
  regieId: 'regie',
  staffMemberId: 'staff_member',
  paymentId: 'payment',
  slipId: 'deposit_slip',
  accountId: 'bank_account',
  bankStatementId: 'bank_statement',
  lineId: 'bank_line',
  openingCreditId: 'opening_balance',
  openingDebtId: 'opening_balance',
  decisionId: 'debt_decision',
  statementId: 'outstanding_statement',
  refundId: 'refund',
  reversesId: 'allocation',
  oneId: 'kindOfRow',
  otherId: 'kindOfRow',
  groupId: 'activity_group',
  groupIds: 'activity_group',
  sublistId: 'sublist',
  slotIds: 'slot',
  joinedToId: 'activity',
  requiredId: 'required_paper',
  fieldId: 'custom_field',
  assigneeId: 'staff_member',
  activityIds: 'activity',
  siteId: 'site',
  siteIds: 'site',
  suspendActivityIds: 'activity',
  familyIds: 'family',
  guardianIds: 'guardian',
  childIds: 'child',
  schoolIds: 'school',
} satisfies Record<
  Exclude<Extract<ShownColumn, `${string}Id` | `${string}Ids`>, NameOfBank> | 'billedBy',
  RecordedTable | 'kindOfRow'
>

/** Columns shown as the paper's whole printed number; `numberParts` are then left out. */
const numberFields: ReadonlySet<string> = new Set(['number', 'receiptNumber'])
const numberParts: ReadonlySet<string> = new Set(['series', 'year', 'receiptYear'])

/**
 * The fields that a change touched. A reference is shown by the name of its record; it is left out when that record no
 * longer has a name, because an id means nothing on screen.
 * @param isUpdate the record existed before and after; otherwise its empty fields are left out
 */
export const changedFields = (
  store: Store,
  { entity, id, before, after }: { entity: string; id: number | null; before: Values | null; after: Values | null },
  isUpdate: boolean,
): ChangedField[] => {
  const nameOf = (key: string, value: number) => {
    if (numberFields.has(key) && id !== null) return rowName(store, entity, id)
    const table = referenced[key]
    if (table === undefined) return null
    return rowName(store, table === 'kindOfRow' ? String((after ?? before)?.['kind']) : table, value)
  }
  return Object.keys({ ...before, ...after })
    .filter((key) => !unshownColumnNames.has(key) && !numberParts.has(key))
    .flatMap((key) => {
      const parts = changedParts(key, before?.[key], after?.[key], nameOf)
      if (parts) return parts
      const sides = [before, after].map((values) => (values && key in values ? { value: values[key] } : null))
      const ids =
        key in referenced ? sides.flatMap((side) => (typeof side?.value === 'number' ? [side.value] : [])) : []
      if (ids.length > 0 && ids.every((one) => nameOf(key, one) === null)) return []
      const [previous, next] = sides.map((side) => {
        if (side === null) return null
        const isGone = ids.length > 0 && typeof side.value === 'number' && nameOf(key, side.value) === null
        return isGone ? 'fiche retirée' : valueText(side.value, key, nameOf)
      })
      if (!isUpdate && (previous ?? next) === '–') return []
      return [{ name: fieldText(key), before: previous ?? null, after: next ?? null }]
    })
}
