import { and, eq } from 'drizzle-orm'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import type { Wish } from '../../../shared/rules/cell/cell.ts'
import { family, guardian, portalAsk } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'

type PortalAsker = { readonly guardianId: number; readonly receipt: string }

const columns = { guardianId: portalAsk.guardianId, receipt: portalAsk.receipt }

export const portalAskOfCells = (
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

export const portalAskOfRegistration = ({ db }: Store, registrationId: number): PortalAsker | undefined =>
  db
    .select(columns)
    .from(portalAsk)
    .where(and(eq(portalAsk.registrationId, registrationId), eq(portalAsk.kind, 'registration')))
    .get()

export const askerFields = (store: Store, enteredBy: string, asked: PortalAsker | undefined) => {
  if (!asked) return { enteredBy, askedBy: '', receipt: '' }
  const { firstName, lastName } = guardianNamed(store, asked.guardianId)
  return { enteredBy: '', askedBy: `${firstName} ${lastName}`.trim(), receipt: asked.receipt }
}

export const guardianNamed = ({ db }: Store, id: number): { id: number; lastName: string; firstName: string } =>
  db
    .select({ id: guardian.id, lastName: guardian.lastName, firstName: guardian.firstName })
    .from(guardian)
    .where(eq(guardian.id, id))
    .get() ?? { id, lastName: '', firstName: '' }

export const familyNameOf = ({ db }: Store, id: number): string =>
  db.select({ name: family.name }).from(family).where(eq(family.id, id)).get()?.name ?? ''
