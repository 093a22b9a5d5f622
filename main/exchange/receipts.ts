import { createPublicKey, verify } from 'node:crypto'
import { ReceiptBody } from '../../shared/contract/portal/demandes.ts'
import type { DemandeEntry, RegistrationEntry } from '../../shared/contract/portal/entries.ts'
import type { Entry } from '../../shared/exchange/log.ts'
import { sameName } from '../../shared/rules/people/names.ts'
import { activityOf, periodOf, ruleOf, slotsOf } from '../desk/activities/activities.ts'
import { type Core, type Person, Refused } from '../desk/core.ts'
import { childrenOfFamily } from '../desk/families/families.ts'
import { type NamedRegistration, registrationsOfFamily } from '../desk/registrations/registrations.ts'
import { exchangeSide } from '../store/schema/index.ts'
import type { Store } from '../store/store.ts'
import { applyEntries } from './collecting.ts'

/**
 * Enters the demandes of a receipt that a family kept, when a restore lost them and neither log contains them. They
 * keep the instant at which they were first recorded. The portal's signature must verify; each demande is entered once.
 * @throws Refused when the text is not the one that the portal signed
 */
export const enterReceipt = (
  core: Core,
  person: Person,
  { text, signature }: { readonly text: string; readonly signature: string },
): { number: string; entered: number; known: number } => {
  const { store } = core
  if (!isGenuine(store, text, signature)) {
    throw new Refused(
      'Ce reçu n’a pas été signé par le portail\u00a0: recopiez son texte et sa signature en entier.',
      'text',
    )
  }
  const receipt = receiptIn(text)
  return store.act(person, 'exchange.receipt', `Reçu ${receipt.number} saisi de nouveau`, (write) => {
    const entries = entriesOf(core, receipt)
    const newEntries = entries.filter(({ id }) => !isAlreadyHere(store, id))
    applyEntries(core, write, newEntries)
    const markActedUpon = store.statement('insert or ignore into acted_upon (id) values (?)')
    for (const { id } of newEntries) markActedUpon.run(id)
    return { number: receipt.number, entered: newEntries.length, known: entries.length - newEntries.length }
  })
}

/** Accepts any key that the portal ever had, except revoked ones: families keep receipts for years. */
const isGenuine = (store: Store, text: string, signature: string): boolean => {
  const ring = store.db.select({ ring: exchangeSide.ring }).from(exchangeSide).get()?.ring ?? []
  const bytes = Buffer.from(signature.trim(), 'base64url')
  return ring.some(
    ({ publicKey, revokedAt }) =>
      revokedAt === null && verify(null, Buffer.from(text), createPublicKey(publicKey), bytes),
  )
}

const receiptIn = (text: string): ReceiptBody => {
  const read = ReceiptBody.safeParse(JSON.parse(text))
  if (!read.success) throw new Refused('Ce texte n’est pas celui d’un reçu.', 'text')
  return read.data
}

const isAlreadyHere = (store: Store, id: string): boolean =>
  store
    .statement('select 1 from acted_upon where id = ? union select 1 from portal_ask where entry_id = ?')
    .get(id, id) !== undefined

/** Rebuilds the log entries of a receipt from its text, which names children, periods and slots instead of ids. */
const entriesOf = (core: Core, receipt: ReceiptBody): Entry[] => {
  const { items, registration, log } = receipt
  const first = log.number - items.length - (registration ? 1 : 0) + 1
  const bodies = [
    ...items.map((item) => ({ id: item.demande, kind: 'demande', body: demandeOf(core, receipt, item) })),
    ...(registration
      ? [{ id: registration.demande, kind: 'registration', body: registrationOf(core.store, receipt, registration) }]
      : []),
  ]
  return bodies.map(({ id, kind, body }, index) => ({
    id,
    kind,
    at: receipt.recordedAt,
    body: JSON.stringify(body),
    number: Math.max(1, first + index),
    hash: '',
  }))
}

const childOf = (store: Store, familyId: number, name: string): number => {
  const found = childrenOfFamily(store, familyId).find(({ firstName }) => sameName(firstName, name))
  if (!found) throw new Refused(`Ce foyer n’a pas d’enfant nommé ${name}.`, 'text')
  return found.id
}

const slotOf = (store: Store, activityId: number, named: string): number => {
  const found = slotsOf(store, activityId).find(({ name }) => name === named)
  if (!found) throw new Refused(`La plage «\u00a0${named}\u00a0» n’existe plus.`, 'text')
  return found.id
}

const demandeOf = (
  { store }: Core,
  { guardian, family, recordedAt, number }: ReceiptBody,
  { child, registration: period, day, slot, wish }: ReceiptBody['items'][number],
): DemandeEntry => {
  const childId = childOf(store, family, child)
  const registrations = registrationsOfFamily(store, family).filter(
    (one) => one.childId === childId && one.period === period,
  )
  const registration = registrations.find((one) => one.startDay <= day && day <= one.endDay) ?? registrations[0]
  if (!registration) throw new Refused(`${child} n’est pas inscrit à «\u00a0${period}\u00a0».`, 'text')
  return {
    guardian,
    family,
    recordedAt,
    receipt: number,
    child: childId,
    registration: registration.id,
    day,
    slot: slotOf(store, registration.activityId, slot),
    wish,
    // The portal records a late demande only after the parent has accepted its surcharge.
    surchargeCents: surchargeIn(store, registration, wish),
  }
}

const surchargeIn = (store: Store, { periodId, activityId }: NamedRegistration, wish: string): number | null => {
  const rules = ruleOf(periodOf(store, periodId), activityOf(store, activityId))
  const { after } = wish === 'book' ? rules.booking : rules.cancel
  return after === 'closed' ? null : after.surcharge
}

const registrationOf = (
  store: Store,
  { guardian, family, recordedAt, number }: ReceiptBody,
  { child, period, from, to, week: wished }: NonNullable<ReceiptBody['registration']>,
): RegistrationEntry => {
  const periodId = store
    .statement('select id from period where name = ? order by archived, id desc')
    .pluck()
    .get(period)
  if (typeof periodId !== 'number') throw new Refused(`La période «\u00a0${period}\u00a0» n’existe plus.`, 'text')
  const childId = childOf(store, family, child)
  const { activityId } = periodOf(store, periodId)
  const week = wished.map(({ weekday, slot }) => ({ weekday, slot: slotOf(store, activityId, slot) }))
  return { guardian, family, recordedAt, receipt: number, child: childId, period: periodId, from, to, week }
}
