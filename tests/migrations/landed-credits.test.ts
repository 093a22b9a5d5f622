import { expect, it } from 'vitest'
import { markAttendance } from '../../main/desk/attendance/attendance.ts'
import { adoptMonthsOfDays, creditNote, leftToCredit } from '../../main/desk/invoicing/invoicing.ts'
import { type PricedSpan, priceSpans } from '../../main/desk/invoicing/spans/spans.ts'
import type { SpanKey } from '../../main/desk/invoicing/spans/spans-store.ts'
import { currentBook } from '../../main/desk/prices/prices.ts'
import { systemActor } from '../../main/store/acts/acts.ts'
import { checkFile } from '../../main/store/checking/check.ts'
import type { Day } from '../../shared/rules/calendar/day.ts'
import { openLandedTown } from './landed/landed-town.ts'

const landedTown = async () => {
  const core = await openLandedTown()
  const { store } = core
  const person = { ...systemActor, roles: [] }
  const spans = store
    .statement('select family_id as familyId, month from billing_span order by family_id, month')
    .all() as SpanKey[]
  return {
    core,
    person,
    /** Issued invoices with an amount left to credit. */
    invoices: store
      .statement(
        `select id, left_cents as leftCents from (
          select id, total_cents + coalesce((select sum(total_cents) from invoice note
            where note.corrects_id = invoice.id and note.state = 'issued'), 0) as left_cents
          from invoice where kind = 'invoice' and state = 'issued') where left_cents > 0 order by id`,
      )
      .all() as { id: number; leftCents: number }[],
    price: () =>
      store.act(person, 'invoicing.run', 'Brouillons', (write) =>
        priceSpans(store, write, currentBook(store), spans),
      ),
    findings: () => checkFile(store.sqlite),
  }
}

/** The amount that a run would add, less the amount that it would give back. */
const netOf = ({ difference: { added, givenBack } }: PricedSpan): number =>
  added.reduce((sum, { cents }) => sum + cents, 0) - givenBack.reduce((sum, { cents }) => sum + cents, 0)
const spanOf = ({ familyId, month }: PricedSpan): string => `${familyId} ${month}`
const standingOf = ({ standing }: PricedSpan): number => standing.reduce((sum, { cents }) => sum + cents, 0)
const nets = (found: readonly PricedSpan[]) => found.map((span) => [spanOf(span), standingOf(span), netOf(span)])

it('for each invoice of the first version, what is left to credit is what no credit note took back', async () => {
  const { core, invoices } = await landedTown()
  expect(invoices.map(({ id }) => ({ id, leftCents: leftToCredit(core, id).wholeCents }))).toEqual(invoices)
})

it('a minimum of the first version is not credited without the rest of its month', async () => {
  const { core, person, invoices } = await landedTown()
  const minimums = invoices.flatMap(({ id }) =>
    leftToCredit(core, id).lines.flatMap(({ id: lineId, kind, unitCents }) =>
      kind === 'minimum' && unitCents > 0 ? [{ invoiceId: id, lineId }] : [],
    ),
  )
  expect(minimums).not.toEqual([])
  for (const { invoiceId, lineId } of minimums)
    expect(() =>
      creditNote(core, person, { invoiceId, lines: [{ lineId, days: null }], reason: 'Geste', billAgain: false }),
    ).toThrow(/ne se rend pas seul/)
})

it('invoices of the first version given up for good are not billed again, at whatever price they were', async () => {
  const { core, person, invoices, price, findings } = await landedTown()
  for (const { id } of invoices)
    creditNote(core, person, { invoiceId: id, lines: null, reason: 'Geste', billAgain: false })
  const given = price()
  expect(given.filter((month) => standingOf(month) !== 0)).toEqual([])
  expect(findings()).toEqual([])
  const before = (await landedTown()).price()
  const expected = new Map(before.map((month) => [spanOf(month), netOf(month)]))
  // What was booked since an invoice is still to bill; what was cancelled since was given up with it.
  const others = given.filter((month) => netOf(month) !== Math.max(0, expected.get(spanOf(month)) ?? 0))
  expect(others.map((month) => [month.month, netOf(month)])).toEqual([
    // A half-day that the first version billed within the minimum, on an invoice of 0,00 € that nobody gave up.
    ['2025-10', 295],
    // A half-day that fits in the minimum, booked after the invoice that was given up.
    ['2026-02', 295],
    ['2026-03', 295],
  ])
})

it('invoices of the first version taken back to be billed again are all billed again', async () => {
  const { core, person, invoices, price, findings } = await landedTown()
  for (const { id } of invoices)
    creditNote(core, person, { invoiceId: id, lines: null, reason: 'Erreur', billAgain: true })
  const months = price()
  expect(months.filter((month) => standingOf(month) !== 0)).toEqual([])
  expect(months.filter(({ difference }) => difference.unplacedCents > 0 || difference.givenBack.length > 0)).toEqual([])
  const asked = new Set(months.filter((month) => netOf(month) > 0).map(spanOf))
  const billed = (await landedTown()).price().filter((month) => standingOf(month) > 0)
  expect(billed.filter((month) => !asked.has(spanOf(month)))).toEqual([])
  expect(findings()).toEqual([])
})

/** Marks one billed day of each home absent with a reason, before or after the months are adopted. */
const marked = async (when: 'before' | 'after') => {
  const { core, person, price, findings } = await landedTown()
  const before = when === 'after' ? nets(price()) : []
  const cells = core.store
    .statement(
      `select registration_id as registrationId, day, slot_id as slotId, max(reservation.id) from reservation
      join registration on registration.id = registration_id where billed_by is not null and day <= '2026-11-25'
      group by family_id`,
    )
    .all() as { registrationId: number; day: Day; slotId: number }[]
  const { done, refused } = markAttendance(
    core,
    person,
    { cells, mark: 'justifiedInTime', reason: 'Certificat' },
    adoptMonthsOfDays,
  )
  expect([done, refused]).toEqual([cells.length, []])
  const after = nets(price())
  expect(findings()).toEqual([])
  return { before, after }
}

it('a mark on a day that the first version billed changes what this day costs, and nothing else of its month', async () => {
  const adopted = await marked('after')
  expect((await marked('before')).after).toEqual(adopted.after)
  expect(adopted.after).not.toEqual(adopted.before)
})
