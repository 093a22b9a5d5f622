import { ORPCError } from '@orpc/client'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { chargeableCells } from '../../../main/desk/attendance/attendance.ts'
import { homeHistories } from '../../../main/desk/families/families.ts'
import { chargesByChildAndActivity, currentBook, homeFacts, siblingsOfHomes } from '../../../main/desk/prices/prices.ts'
import type { Definition } from '../../../shared/contract/desk/prices.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { byMonth, priceMonths } from '../../../shared/rules/price/span-price.ts'
import { aBillingTown, billing, period } from '../../support/towns/billing.ts'
import type { Town } from '../../support/towns/town.ts'

const children = ['Louison', 'Basile']
const days = ['2026-12-09', '2026-12-16', '2027-01-06', '2027-01-13']
const slots = ['Matin', 'Repas', 'Après-midi']
const months = ['2026-12', '2027-01']

const tariffs: Readonly<Record<string, Partial<Definition>>> = {
  plain: {},
  minimum: { minimum: { cents: 1300 } },
  membership: {
    membership: {
      label: 'Adhésion',
      per: 'family',
      year: 'school',
      price: { method: 'fixed', cents: 1000, nonResident: { rule: 'same' } },
    },
  },
  aid: { deductions: [{ label: 'Aide CAF', per: 'day', cents: 400, upTo: null, leaves: 100, cap: null }] },
}

const pick = <T>(all: readonly T[], at: number): T => {
  const found = all[at % all.length]
  if (found === undefined) throw new ORPCError('REFUSED')
  return found
}

/** What is refused is not done, and leaves nothing. */
const unlessRefused = async (work: Promise<unknown>): Promise<void> => {
  await work.catch((error: unknown) => {
    if (!(error instanceof ORPCError && error.code === 'REFUSED')) throw error
  })
}

const gesturesOf = (town: Town) => {
  const { client, store } = town
  const { run, drafts, issue } = billing(town)
  const numbers = (sql: string): number[] => store.statement(sql).pluck().all() as number[]
  const cells = (one: number, other: number, more: number) => [
    {
      registrationId: town.registration(pick(children, one), period),
      day: day(pick(days, other)),
      slotId: town.slot('CLSH MERCREDI', pick(slots, more)),
    },
  ]
  const runs = () => numbers('select id from invoice_run order by id')
  const invoices = () => numbers(`select id from invoice where kind = 'invoice' and state = 'issued' order by id`)
  const issueDrafts = async (runId: number, only?: number) => {
    const all = (await drafts(runId)).filter(({ state }) => state === 'draft').map(({ id }) => id)
    await issue(runId, only === undefined ? all : [pick(all, only)])
  }
  const reason = { kind: 'written' as const, text: 'Modèle' }
  const giveBack = (invoiceId: number, lineIds: number[] | null) =>
    client.invoicing.creditNote({
      invoiceId,
      lines: lineIds && lineIds.map((lineId) => ({ lineId, days: null })),
      reason: 'Modèle',
      billAgain: true,
    })
  return {
    book: (one: number, other: number, more: number) =>
      client.reservations.move({ cells: cells(one, other, more), act: 'book' }),
    free: (one: number, other: number, more: number) =>
      client.reservations.move({ cells: cells(one, other, more), act: 'free', charged: false, reason }),
    charge: (one: number, other: number, more: number) =>
      client.reservations.move({ cells: cells(one, other, more), act: 'free', charged: true, reason }),
    bill: (one: number) => run(pick(months, one)).then(({ id }) => issueDrafts(id)),
    prepare: (one: number) => run(pick(months, one)),
    issue: async (one: number) => issueDrafts(pick(runs(), one)),
    issueOne: async (one: number, other: number) => issueDrafts(pick(runs(), one), other),
    discard: async (one: number) => client.invoicing.discard({ runId: pick(runs(), one) }),
    giveBack: async (one: number) => giveBack(pick(invoices(), one), null),
    giveBackLine: async (one: number, other: number) => {
      const invoiceId = pick(invoices(), one)
      const lines = numbers(`select id from invoice_line where invoice_id = ${invoiceId} order by position`)
      return giveBack(invoiceId, [pick(lines, other)])
    },
    /** Whatever was left under way is given up, then each month billed until nothing is left. */
    settle: async () => {
      for (const runId of runs()) await unlessRefused(client.invoicing.discard({ runId }))
      for (let left = true; left; ) {
        const before = numbers(`select count(*) from invoice where state = 'issued'`)[0]
        for (const month of months) await unlessRefused(run(month).then(({ id }) => issueDrafts(id)))
        left = numbers(`select count(*) from invoice where state = 'issued'`)[0] !== before
      }
    },
  }
}

/** What its days cost, had they all been billed at once. */
const costOf = ({ store }: Town, familyId: number): number => {
  const home = homeHistories(store, [familyId]).get(familyId)
  if (!home) throw new RangeError(`no family ${familyId}`)
  const scope = { from: day('2026-12-01'), to: day('2027-01-31'), activityIds: null, familyIds: [familyId] }
  const parts = chargesByChildAndActivity(
    currentBook(store),
    chargeableCells(store, { ...scope, includesBilled: true }),
  )
  const siblings = siblingsOfHomes(store, [familyId]).get(familyId) ?? []
  return priceMonths(byMonth({ ...homeFacts(home), siblings, parts })).reduce((sum, month) => sum + month.totalCents, 0)
}

const name = fc.oneof(
  { weight: 4, arbitrary: fc.constant('book' as const) },
  { weight: 3, arbitrary: fc.constantFrom('bill' as const, 'giveBackLine' as const) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(...(['free', 'charge', 'prepare', 'issue', 'issueOne', 'discard', 'giveBack'] as const)),
  },
)
const gesture = fc.tuple(name, fc.nat(5), fc.nat(5), fc.nat(5))

it('whatever is booked, freed, billed, given back and given up on the way, a home owes in the end what its days cost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(tariffs)),
      fc.array(gesture, { minLength: 16, maxLength: 24 }),
      async (rules, list) => {
        const town = await aBillingTown().open()
        try {
          const [tariff] = await town.client.prices.tariffs()
          const [version] = tariff?.versions ?? []
          if (!tariff || !version) throw new Error('the town has a tariff')
          const definition = { ...version.definition, ...tariffs[rules] }
          await town.client.prices.saveVersion({ ...version, tariffId: tariff.id, definition })
          const gestures = gesturesOf(town)
          for (const [what, one, other, more] of list) {
            await unlessRefused(Promise.resolve().then(() => gestures[what](one, other, more)))
          }
          await gestures.settle()
          const { balance, findings } = billing(town)
          expect([await balance('Marchand'), findings()]).toEqual([costOf(town, town.family('Marchand')), []])
        } finally {
          await town.close()
        }
      },
    ),
    { numRuns: 24 },
  )
}, 120_000)
