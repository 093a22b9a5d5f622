import type { Day } from '../../../../shared/rules/calendar/day.ts'
import type { InvoiceLine } from '../../../../shared/rules/money/invoice.ts'
import type { invoiceLine } from '../../../store/schema/index.ts'
import type { Store } from '../../../store/store.ts'
import {
  type ChildOnDay,
  childrenOnDay,
  type Debtor,
  debtorsOf,
  type HomeHistory,
  homeHistories,
} from '../../families/families.ts'

export type NewLine = Omit<typeof invoiceLine.$inferInsert, 'id' | 'invoiceId' | 'childId' | 'activityId' | 'actId'> & {
  /** Null for lines that concern no child. */
  readonly childId: number | null
  readonly activityId: number | null
}

/** Data of several families, read at once for their prices and their papers. */
export type BilledHomes = {
  readonly homes: ReadonlyMap<number, HomeHistory>
  readonly debtors: ReadonlyMap<number, Debtor>
  readonly children: ReadonlyMap<number, ChildOnDay>
}

/** @param known data of some of these homes and children that was read already */
export const billedHomesOf = (
  store: Store,
  familyIds: readonly number[],
  childIds: readonly number[],
  on: Day,
  known?: Pick<BilledHomes, 'homes' | 'children'>,
): BilledHomes => {
  const homes = known?.homes ?? homeHistories(store, familyIds)
  const isKnown = childIds.every((id) => known?.children.has(id))
  return {
    homes,
    debtors: debtorsOf(store, familyIds, on, homes),
    children: known && isKnown ? known.children : childrenOnDay(store, childIds, on),
  }
}

/** The heading under which a paper lists the lines without a child. */
export const familyTitle = 'Famille'

/** Lines with the names of children and activities in place of their ids, for sentences that staff read. */
export const withNames = (
  lines: readonly NewLine[],
  children: ReadonlyMap<number, string>,
  activities: ReadonlyMap<number, { readonly name: string }>,
): InvoiceLine[] =>
  lines.map((line) => ({
    child: (line.childId === null ? familyTitle : children.get(line.childId)) ?? '',
    activity: (line.activityId === null ? undefined : activities.get(line.activityId)?.name) ?? '',
    label: line.label,
    quantity: line.quantity,
    unitCents: line.unitCents,
    totalCents: line.totalCents,
    fiscal: line.fiscal,
    explanation: line.explanation,
    days: line.days,
  }))
