import type { CustodyChangeInput, HomeDecision } from '../../../shared/contract/desk/reservations/custody.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { sameHomeAllWeek } from '../../../shared/rules/people/custody.ts'
import { aClock } from '../../support/desk.ts'
import { aTariff, billing } from '../../support/towns/billing.ts'
import { factsOf } from '../../support/towns/facts.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Part, type Town } from '../../support/towns/town.ts'

export let town: Town

export const period = 'ALSH mercredi 2026/2027'

/**
 * Louison's parents live apart: she belongs to both families, and the second has a lower quotient and lives out of
 * town.
 */
const twoHomes: Part = async (town) => {
  await town.client.families.linkChild({ familyId: town.family('Duval'), childId: town.child('Louison') })
  for (const home of ['Marchand', 'Duval']) {
    await aRegistration(home, 'Louison', period)(town)
    town.known.set(`registration ${home}, ${period}`, town.registration('Louison', period))
  }
}

const parts = (changes: Parameters<typeof aWednesday>[0]) =>
  aTown()
    .with(aFamily('Marchand', { familyQuotient: 727, children: { Louison: {} } }))
    .with(aFamily('Duval', { familyQuotient: 450, children: { Tom: {} } }))
    .with(aWednesday(changes))
    .with(aTariff('CLSH MERCREDI'))
    .with(aRegistration('Duval', 'Tom', period))
    .with(twoHomes)

// Wednesdays of weeks 50 (even), 51 (odd), 1, 2, 3 and 4.
export const [even, odd] = ['2026-12-09', '2026-12-16'] as const
export const [week1, week2, week3, week4] = ['2027-01-06', '2027-01-13', '2027-01-20', '2027-01-27'] as const

export const gestures = (town: Town) => {
  const { client } = town
  const [marchand, duval] = [town.family('Marchand'), town.family('Duval')]
  const childId = town.child('Louison')
  const key = (home: string, on: string, slot = 'Matin') => ({
    registrationId: town.registration(home, period),
    day: day(on),
    slotId: town.slot('CLSH MERCREDI', slot),
  })
  const rule = (from: string, evenHome = marchand, oddHome = duval): CustodyChangeInput => ({
    kind: 'rule',
    rule: {
      from: day(from),
      evenWeek: [...sameHomeAllWeek(evenHome)],
      oddWeek: [...sameHomeAllWeek(oddHome)],
      holidays: null,
    },
  })
  const change = async (wanted: CustodyChangeInput, act?: HomeDecision) => {
    const { bookings: listed } = await client.reservations.custodyPreview({ childId, change: wanted })
    const decisions = listed.map(({ reservationId }) => ({ reservationId, act: act ?? ('keep' as const) }))
    return { listed, done: await client.reservations.changeCustody({ childId, change: wanted, decisions }) }
  }
  return {
    marchand,
    duval,
    childId,
    key,
    rule,
    change,
    preview: async (wanted: CustodyChangeInput) =>
      (await client.reservations.custodyPreview({ childId, change: wanted })).bookings,
    demandes: async (wanted: CustodyChangeInput) =>
      (await client.reservations.custodyPreview({ childId, change: wanted })).demandes,
    book: async (home: string, on: string, slot = 'Matin') => {
      const { refused } = await client.reservations.move({ cells: [key(home, on, slot)], act: 'book' })
      return refused[0]?.sentence ?? 'réservé'
    },
    cell: (home: string, on: string, slot = 'Matin') => client.reservations.cell(key(home, on, slot)),
    state: async (home: string, on: string, slot = 'Matin') =>
      (await client.reservations.cell(key(home, on, slot))).text,
    findings: billing(town).findings,
  }
}

export const open = async (changes: Parameters<typeof aWednesday>[0] = {}, clock = aClock()) => {
  town = await parts(changes).open(clock)
  return gestures(town)
}

/** After each test, the check of the file must find nothing wrong. */
export const close = async () => {
  const [finding] = billing(town).findings()
  await town.close()
  if (finding) throw new Error(finding.sentence)
}

export const lastAct = () =>
  Number(town.store.statement(`select max(id) from act where state = 'closed'`).pluck().get())
export const facts = () => factsOf(town.store)
