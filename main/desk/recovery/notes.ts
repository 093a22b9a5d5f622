import { addMonths, type Day, dayAt, today } from '../../../shared/rules/calendar/day.ts'
import type { RecoveryNoteKind } from '../../../shared/rules/money/recovery/reminder.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { recoveryNote } from '../../store/schema/index.ts'
import { type Core, type Person, Refused } from '../core.ts'
import type { PayerIds } from '../invoicing/invoicing.ts'
import { regieOf } from '../regies/regies.ts'
import { notesOf } from './recovery-store.ts'
import { requirePayer } from './unpaid.ts'

type OfPayer = PayerIds & { readonly regieId: number }

/** A day more than this many months ahead is taken for a typing error. */
const maxMonthsAhead = 12

const refuseDay = (until: Day, on: Day, field: string): void => {
  if (until < on) throw new Refused('Ce jour est passé.', field)
  if (until > addMonths(on, maxMonthsAhead)) throw new Refused('Un an au plus.', field)
}

export const noteCall = (
  core: Core,
  person: Person,
  { text, promisedOn, ...of }: OfPayer & { readonly text: string; readonly promisedOn: Day | null },
): { id: number } => {
  if (promisedOn !== null) refuseDay(promisedOn, today(core.clock), 'promisedOn')
  return writeNote(
    core,
    person,
    of,
    { kind: 'call', text, untilDay: promisedOn },
    (name) => `Appel noté\u00a0: ${name}`,
  )
}

export const setAside = (
  core: Core,
  person: Person,
  { reason, until, ...of }: OfPayer & { readonly reason: string; readonly until: Day },
): { id: number } => {
  refuseDay(until, today(core.clock), 'until')
  return writeNote(
    core,
    person,
    of,
    { kind: 'aside', text: reason, untilDay: until },
    (name) => `De côté des relances jusqu’au ${shortDay(until)}\u00a0: ${name}`,
  )
}

/** @throws Refused when the payer is not set aside */
export const takeUp = (core: Core, person: Person, of: OfPayer): { id: number } => {
  const latest = notesOf(core.store, of.regieId, of).findLast(({ kind }) => kind !== 'call')
  if (latest?.kind !== 'aside') throw new Refused('Cette famille n’est pas mise de côté.')
  return writeNote(
    core,
    person,
    of,
    { kind: 'back', text: '', untilDay: null },
    (name) => `De nouveau relancée\u00a0: ${name}`,
  )
}

const writeNote = (
  { store }: Core,
  person: Person,
  { regieId, familyId, thirdPartyId }: OfPayer,
  note: { readonly kind: RecoveryNoteKind; readonly text: string; readonly untilDay: Day | null },
  labelOf: (name: string) => string,
): { id: number } => {
  const { name } = requirePayer(store, { familyId, thirdPartyId })
  return store.act(person, 'recovery.note', labelOf(name), (write) => {
    regieOf(store, regieId)
    return { id: write.insert(recoveryNote, { regieId, familyId, thirdPartyId, ...note, notedOn: dayAt(write.at) }).id }
  })
}
