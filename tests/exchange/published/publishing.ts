import { markStaleDocuments, nextBatch, updateBelieved } from '../../../main/exchange/publications.ts'
import type { Write } from '../../../main/store/acts/acts.ts'
import { exchangeSide, guardian, portalAccount } from '../../../main/store/schema/index.ts'
import { defaultBatchLimit } from '../../../shared/exchange/compose.ts'
import type { Document } from '../../../shared/exchange/documents.ts'
import { newSide } from '../../../shared/exchange/side.ts'
import { day, today } from '../../../shared/rules/calendar/day.ts'
import { sameHomeAllWeek } from '../../../shared/rules/people/custody.ts'
import { aClock } from '../../support/desk.ts'
import { aBillingTown, billing, period } from '../../support/towns/billing.ts'
import { aRegistration, type Town } from '../../support/towns/town.ts'

/** A portal from the point of view of the exchange: what it was sent and has not lost. */
export const aFarSide = (town: Town) => {
  const holds = new Map<string, Document>()
  /** Sends all documents that differ, message by message. @returns the ids sent, and those withdrawn with a « - » */
  const exchange = async ({ limit = defaultBatchLimit, papers = false } = {}): Promise<string[]> => {
    const travelled: string[] = []
    markStaleDocuments(town.desk.core)
    for (;;) {
      const next = await nextBatch(town.desk.core, limit)
      const documents = next.documents.filter(({ paperOf }) => papers || paperOf === null)
      if (documents.length + next.withdrawn.length === 0) return travelled
      for (const one of documents) holds.set(one.id, one)
      for (const id of next.withdrawn) holds.delete(id)
      travelled.push(...documents.map(({ id }) => id), ...next.withdrawn.map((id) => `-${id}`))
      updateBelieved(town.store, { published: documents, unpublished: next.withdrawn, listed: null })
    }
  }
  return { holds, exchange, read: (id: string) => JSON.parse(holds.get(id)?.body ?? 'null') }
}

/** Pairs this desk with a portal that no server runs. */
export const pair = ({ store }: Town) => {
  store.db.delete(exchangeSide).run()
  store.db
    .insert(exchangeSide)
    .values({
      id: 1,
      side: newSide('desk'),
      address: 'https://portail.exemple.fr',
      ring: [],
      publicKey: '',
      pairedAt: store.clock(),
      portalKinds: [],
      series: {},
    })
    .run()
}

export const guardianOf = (town: Town, family: string): number =>
  town.store
    .statement('select guardian_id from family_guardian where family_id = ? order by rank')
    .pluck()
    .get(town.family(family)) as number

export const giveAccount = (
  town: Town,
  family: string,
  email = `camille.${town.family(family)}@exemple.fr`,
): number => {
  const guardianId = guardianOf(town, family)
  town.store.act(town.person, 'portal.invite', 'Accès au portail', (write) => {
    write.update(guardian, guardianId, { email })
    write.insert(portalAccount, {
      guardianId,
      invitationId: `way-${guardianId}`,
      invitationBy: 'mail',
      invitedAt: write.at,
    })
  })
  return guardianId
}

/** The town of the current test, set by `open`. */
export let town: Town
export let portal: ReturnType<typeof aFarSide>
const opened: Town[] = []
export const open = async (parts = aBillingTown()) => {
  town = await parts.open(aClock())
  opened.push(town)
  pair(town)
  giveAccount(town, 'Marchand')
  giveAccount(town, 'Fouquet')
  portal = aFarSide(town)
}
export const close = async () => {
  for (const one of opened.splice(0)) await one.close()
}

export const of = (kind: string, family: string) => `${kind}/${town.family(family)}`
/** The id of this year's « Relevé de l'année ». */
export const statement = (family: string) => `paper/${town.family(family)}/statement-2026`
export const account = (family: string) => `account/${guardianOf(town, family)}`
export const ofPeriod = (kind: string) => `${kind}/${town.period(period)}`

export const pay = (family: string, amountCents: number) =>
  town.client.payments.record({
    familyId: town.family(family),
    means: 'cash',
    amountCents,
    receivedOn: today(town.clock),
    payer: '',
    reference: '',
    chosen: null,
  })

/** Bills a day of each child of the home. */
export const invoiced = async (family: string, month = '2026-12') => {
  const gestures = billing(town)
  const child = family === 'Marchand' ? 'Basile' : 'Noé'
  await gestures.book(child, [`${month}-09`], 'Matin', 'Repas')
  const run = await gestures.run(month, [town.family(family)])
  return gestures.issue(
    run.id,
    (await gestures.drafts(run.id)).map(({ id }) => id),
  )
}

export const giveSecondHome = async () => {
  await town.client.families.linkChild({ familyId: town.family('Fouquet'), childId: town.child('Louison') })
  await aRegistration('Fouquet', 'Louison', period)(town)
}

/** Shares the child from a day on, even weeks at Marchand’s; bookings on the other home’s days are kept. */
export const share = async (from: string, odd = 'Fouquet', byHalves = false) => {
  const [even, other] = [town.family('Marchand'), town.family(odd)]
  const childId = town.child('Louison')
  const halves = [other, even] satisfies [number, number]
  const holidays = byHalves ? { evenYears: halves, oddYears: halves } : null
  const rule = { from: day(from), evenWeek: [...sameHomeAllWeek(even)], oddWeek: [...sameHomeAllWeek(other)], holidays }
  const change = { kind: 'rule' as const, rule }
  const { bookings: listed } = await town.client.reservations.custodyPreview({ childId, change })
  const decisions = listed.map(({ reservationId, held: has }) => ({
    reservationId,
    act: has === 'confirmed' ? ('keep' as const) : ('free' as const),
  }))
  await town.client.reservations.changeCustody({ childId, change, decisions })
}

export const act = (work: (write: Write) => void) => town.store.act(town.person, 'families.change', 'Essai', work)
