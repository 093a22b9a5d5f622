import { ORPCError } from '@orpc/client'
import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { chargeableCells } from '../../../main/desk/attendance/attendance.ts'
import { Refused } from '../../../main/desk/core.ts'
import { homeHistories } from '../../../main/desk/families/families.ts'
import { issue as issueDrafts } from '../../../main/desk/invoicing/issuing.ts'
import { makeSpanDrafts } from '../../../main/desk/invoicing/span-drafts.ts'
import { priceSpans } from '../../../main/desk/invoicing/spans/spans.ts'
import { chargesByChildAndActivity, currentBook, homeFacts, siblingsOfHomes } from '../../../main/desk/prices/prices.ts'
import { invoiceRun } from '../../../main/store/schema/index.ts'
import type { Definition } from '../../../shared/contract/desk/prices.ts'
import { type Day, day, daysOfMonth, type Month } from '../../../shared/rules/calendar/day.ts'
import { priceMonths } from '../../../shared/rules/price/span-price.ts'
import { aBillingTown, billing, period } from '../../support/towns/billing.ts'
import type { Town } from '../../support/towns/town.ts'

const children = ['Louison', 'Basile']
const days = ['2026-12-09', '2026-12-16', '2027-01-06', '2027-01-13']
const slots = ['Matin', 'Repas', 'Après-midi']
const months = ['2026-12', '2027-01'] as Month[]
const quietly = { signal: new AbortController().signal, onProgress: () => {} }

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
  capped: {
    deductions: [
      { label: 'Aide CAF', per: 'day', cents: 400, upTo: null, leaves: 0, cap: { per: 'schoolYear', cents: 700 } },
    ],
  },
}

const open = async (rules: Partial<Definition> = {}) => {
  const town = await aBillingTown().open()
  const [tariff] = await town.client.prices.tariffs()
  const [version] = tariff?.versions ?? []
  if (!tariff || !version) throw new Error('the town has a tariff')
  const definition = { ...version.definition, ...rules }
  await town.client.prices.saveVersion({ id: version.id, tariffId: tariff.id, from: version.from, definition })
  return { town, ...billing(town), ...spanRuns(town) }
}

/** Runs by difference, until the desk's own runs are. */
const spanRuns = ({ desk, store, person }: Town) => {
  const run = async (month: string, [from, to]: readonly [Day, Day] = spanOf(month)): Promise<number> => {
    const scope = { from, to, activityIds: null }
    const act = store.longAct(person, 'invoicing.run', `Brouillons ${month}`)
    let id = 0
    await act.slices([scope], (write) => {
      const row = { label: month, fromDay: from, toDay: to, activityIds: null, familyIds: null, createdAt: write.at }
      id = write.insert(invoiceRun, row).id
    })
    try {
      await makeSpanDrafts(store, act, { id, scope, familyIds: null }, quietly)
      act.close((write) => {
        if (draftIds(id).length === 0) throw new Refused('Il n’y a rien à facturer.')
        write.trace('invoice_run', id, {})
      })
    } catch (error) {
      act.rollBack()
      throw error
    }
    return id
  }
  const draftIds = (runId: number): number[] =>
    store
      .statement(`select id from invoice where run_id = ? and state = 'draft' order by id`)
      .pluck()
      .all(runId) as number[]
  const issue = (runId: number, ids: number[] | null = null) =>
    issueDrafts(desk.core, person, { runId, ids: ids ?? draftIds(runId) }, quietly)
  const drafts = (runId: number): string[] =>
    (
      store
        .statement(
          `select kind, total_cents as cents from invoice where run_id = ? and state = 'draft' order by kind desc, id`,
        )
        .all(runId) as { kind: string; cents: number }[]
    ).map(({ kind, cents }) => `${kind} ${cents}`)
  return { run, issue, drafts, draftIds }
}

const spanOf = (month: string): readonly [Day, Day] => {
  const { from, to } = daysOfMonth(month as Month)
  return [from, to]
}

const start = async (rules?: Partial<Definition>) => {
  const opened = await open(rules)
  onTestFinished(() => opened.town.close())
  return opened
}

describe('a run by difference', () => {
  it('bills a month, then only what changed, and then has nothing to bill', async () => {
    const { book, free, run, issue, drafts, balance, findings } = await start()
    await book('Louison', ['2026-12-09'], 'Matin', 'Repas')
    await issue(await run('2026-12'))
    expect(await balance('Marchand')).toBe(1000)
    await free('Louison', ['2026-12-09'], 'Repas')
    await book('Louison', ['2026-12-09'], 'Après-midi')
    const again = await run('2026-12')
    expect(drafts(again)).toEqual(['invoice 1055', 'creditNote -1000'])
    expect(await issue(again)).toMatchObject({ issued: 2, stale: 0 })
    expect(await balance('Marchand')).toBe(1055)
    await expect(run('2026-12')).rejects.toThrow('rien à facturer')
    expect(findings()).toEqual([])
  })
})

const pick = <T>(all: readonly T[], at: number): T => {
  const found = all[at % all.length]
  if (found === undefined) throw new Refused('Il n’y en a pas.')
  return found
}

const unlessRefused = async (work: Promise<unknown>): Promise<void> => {
  await work.catch((error: unknown) => {
    if (!(error instanceof Refused || (error instanceof ORPCError && error.code === 'REFUSED'))) throw error
  })
}

type Opened = Awaited<ReturnType<typeof open>>

const gesturesOf = ({ town, run, issue, draftIds }: Opened) => {
  const { client, store } = town
  const numbers = (sql: string): number[] => store.statement(sql).pluck().all() as number[]
  const cells = (one: number, other: number, more: number) => [
    {
      registrationId: town.registration(pick(children, one), period),
      day: day(pick(days, other)),
      slotId: town.slot('CLSH MERCREDI', pick(slots, more)),
    },
  ]
  const runs = () => numbers('select id from invoice_run order by id')
  const reason = { kind: 'written' as const, text: 'Modèle' }
  const move = (at: readonly [number, number, number], act: 'book' | 'free', charged: boolean) =>
    client.reservations.move({ cells: cells(...at), act, ...(act === 'free' && { charged, reason }) })
  return {
    book: (one: number, other: number, more: number) => move([one, other, more], 'book', false),
    free: (one: number, other: number, more: number) => move([one, other, more], 'free', false),
    charge: (one: number, other: number, more: number) => move([one, other, more], 'free', true),
    bill: (one: number) => run(pick(months, one)).then((id) => issue(id)),
    prepare: (one: number) => run(pick(months, one)),
    halfMonth: (one: number) =>
      run('2026-12', one % 2 ? [day('2026-12-01'), day('2026-12-14')] : [day('2026-12-14'), day('2026-12-31')]),
    issue: async (one: number) => issue(pick(runs(), one)),
    issueOne: async (one: number, other: number) => {
      const runId = pick(runs(), one)
      return issue(runId, [pick(draftIds(runId), other)])
    },
    credit: async (one: number, other: number, more: number) => {
      const invoiceId = pick(
        numbers(`select id from invoice where kind = 'invoice' and state = 'issued' order by id`),
        one,
      )
      const { lines } = await client.invoicing.leftToCredit({ invoiceId })
      const line = pick(lines, other)
      const chosen = { lineId: line.id, days: more % 3 === 0 ? null : [pick(line.days, more)] }
      return client.invoicing.creditNote({
        invoiceId,
        lines: other === 5 ? null : [chosen],
        reason: 'Modèle',
        billAgain: more % 2 === 0,
      })
    },
    discard: async (one: number) => client.invoicing.discard({ runId: pick(runs(), one) }),
    /** Discards what was left under way, then bills each month until nothing is left. */
    settle: async () => {
      for (const runId of runs()) await unlessRefused(client.invoicing.discard({ runId }))
      for (let left = true; left; ) {
        const before = numbers(`select count(*) from invoice where state = 'issued'`)[0]
        for (const month of months) await unlessRefused(run(month).then((id) => issue(id)))
        left = numbers(`select count(*) from invoice where state = 'issued'`)[0] !== before
      }
    },
  }
}

/** What the days of a home cost, month by month. */
const costOf = ({ store }: Town, familyId: number): number => {
  const home = homeHistories(store, [familyId]).get(familyId)
  if (!home) throw new RangeError(`no family ${familyId}`)
  const book = currentBook(store)
  const siblings = siblingsOfHomes(store, [familyId]).get(familyId) ?? []
  const priced = priceMonths(
    months.map((month) => ({
      month,
      ...homeFacts(home),
      siblings,
      parts: chargesByChildAndActivity(
        book,
        chargeableCells(store, {
          ...daysOfMonth(month),
          activityIds: null,
          familyIds: [familyId],
          includesBilled: true,
        }),
      ),
    })),
  )
  return priced.reduce((sum, { totalCents }) => sum + totalCents, 0)
}

/** The same less what credit notes gave up for good. */
const owedOf = ({ store, person }: Town, familyId: number): number =>
  store
    .act(person, 'invoicing.run', 'Modèle', (write) =>
      priceSpans(
        store,
        write,
        currentBook(store),
        months.map((month) => ({ familyId, month })),
      ),
    )
    .flatMap(({ owed }) => owed)
    .reduce((sum, { cents }) => sum + cents, 0)

const gesture = fc.tuple(
  fc.oneof(
    { weight: 5, arbitrary: fc.constant('book' as const) },
    { weight: 3, arbitrary: fc.constantFrom('bill' as const, 'credit' as const) },
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        ...(['free', 'charge', 'prepare', 'halfMonth', 'issue', 'issueOne', 'discard'] as const),
      ),
    },
  ),
  fc.nat(5),
  fc.nat(5),
  fc.nat(5),
)

it('whatever is booked, freed, billed and credited on the way, a home owes in the end what its days cost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(tariffs)),
      fc.array(gesture, { minLength: 12, maxLength: 24 }),
      async (rules, list) => {
        const opened = await open(tariffs[rules])
        try {
          const gestures = gesturesOf(opened)
          for (const [what, one, other, more] of list)
            await unlessRefused(Promise.resolve().then(() => gestures[what](one, other, more)))
          await gestures.settle()
          const { town, balance, findings } = opened
          const familyId = town.family('Marchand')
          const givenUpCents = town.store
            .statement('select coalesce(sum(unit_cents * json_array_length(days)), 0) from give_up')
            .pluck()
            .get() as number
          const cost = costOf(town, familyId)
          const owed = owedOf(town, familyId)
          expect([await balance('Marchand'), findings()]).toEqual([owed, []])
          expect(owed).toBeLessThanOrEqual(cost)
          expect(owed).toBeGreaterThanOrEqual(cost - givenUpCents)
          const negative = town.store.statement(
            `select count(*) from invoice where kind = 'invoice' and total_cents < 0`,
          )
          expect(negative.pluck().get()).toBe(0)
        } finally {
          await opened.town.close()
        }
      },
    ),
    { numRuns: Number(process.env['HISTORIES'] ?? 24) },
  )
}, 600_000)
