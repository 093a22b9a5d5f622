import { and, eq } from 'drizzle-orm'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import type { Wish } from '../../../shared/rules/cell/cell.ts'
import { family, guardian, portalAsk } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'

type PortalAsker = { readonly guardianId: number; readonly receipt: string }

const columns = { guardianId: portalAsk.guardianId, receipt: portalAsk.receipt }

/** The parent who asked on the portal for these cells of one demande; undefined if the desk entered it. */
export const portalAskerOfCells = (
  { db }: Store,
  { registrationId, wish, recordedAt }: { registrationId: number; wish: Wish; recordedAt: Instant },
): PortalAsker | undefined =>
  db
    .select(columns)
    .from(portalAsk)
    .where(
      and(
        eq(portalAsk.registrationId, registrationId),
        eq(portalAsk.kind, 'demande'),
        eq(portalAsk.wish, wish),
        eq(portalAsk.recordedAt, recordedAt),
      ),
    )
    .get()

/** The parent who asked on the portal for this registration; undefined if the desk entered it. */
export const portalAskerOfRegistration = ({ db }: Store, registrationId: number): PortalAsker | undefined =>
  db
    .select(columns)
    .from(portalAsk)
    .where(and(eq(portalAsk.registrationId, registrationId), eq(portalAsk.kind, 'registration')))
    .get()

/** Who asked, as screens show it: the staff member who entered the demande, or the parent and the receipt. */
export const askerFields = (store: Store, enteredBy: string, asked: PortalAsker | undefined) => {
  if (!asked) return { enteredBy, askedBy: '', receipt: '' }
  const { firstName, lastName } = guardianNameOf(store, asked.guardianId)
  return { enteredBy: '', askedBy: `${firstName} ${lastName}`.trim(), receipt: asked.receipt }
}

export const guardianNameOf = ({ db }: Store, id: number): { id: number; lastName: string; firstName: string } =>
  db
    .select({ id: guardian.id, lastName: guardian.lastName, firstName: guardian.firstName })
    .from(guardian)
    .where(eq(guardian.id, id))
    .get() ?? { id, lastName: '', firstName: '' }

export const familyNameOf = ({ db }: Store, id: number): string =>
  db.select({ name: family.name }).from(family).where(eq(family.id, id)).get()?.name ?? ''
