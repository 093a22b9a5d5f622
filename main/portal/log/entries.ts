import type { EntryKind, UndoneEntry } from '../../../shared/contract/portal/entries.ts'
import type { NewEntry } from '../../../shared/exchange/log.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'

export const newEntry = (id: string, kind: EntryKind, at: Instant, body: unknown): NewEntry => ({
  id,
  kind,
  at,
  body: JSON.stringify(body),
})

/** The entry with which a parent withdraws a demande, or takes it back once the desk has collected it. */
export const undoneEntry = (
  kind: 'withdrawn' | 'takenBack',
  demandeId: string,
  { guardianId, familyId }: { readonly guardianId: number; readonly familyId: number },
  at: Instant,
): NewEntry => {
  const body: UndoneEntry = { of: demandeId, guardian: guardianId, family: familyId, at }
  return newEntry(`${kind}:${demandeId}`, kind, at, body)
}
