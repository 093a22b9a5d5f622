import { expect, it } from 'vitest'
import { wasForgotten } from '../../main/desk/invoicing/runs/span-papers.ts'
import { type PricedSpan, priceSpans } from '../../main/desk/invoicing/spans/spans.ts'
import type { SpanKey } from '../../main/desk/invoicing/spans/spans-store.ts'
import { currentBook } from '../../main/desk/prices/prices.ts'
import { systemActor } from '../../main/store/acts/acts.ts'
import { checkFile } from '../../main/store/checking/check.ts'
import { openLandedTown } from './landed/landed-town.ts'

/** « Petit 2026-02 + Accueil 295 », for the months in which a run would bill something. */
const proposed = (names: ReadonlyMap<number, string>, months: readonly PricedSpan[]): string[] =>
  months.flatMap(({ familyId, month, standing, difference: { added, givenBack } }) =>
    standing.length === 0
      ? []
      : [
          ...added.map(({ label, cents }) => `${names.get(familyId)} ${month} + ${label} ${cents}`),
          ...givenBack.map(({ unit, cents }) => `${names.get(familyId)} ${month} − ${unit.label} ${cents}`),
        ],
  )

it('for three years billed by the first version, a run proposes what changed since and what was forgotten', async () => {
  const { store } = await openLandedTown()
  const names = new Map(store.statement('select id, name from family').raw().all() as [number, string][])
  const spans = store
    .statement('select family_id as familyId, month from billing_span order by family_id, month')
    .all() as SpanKey[]
  const price = () =>
    store.act(systemActor, 'invoicing.run', 'Brouillons', (write) => priceSpans(store, write, currentBook(store), spans))
  const open = [
    // Meals that families cancelled on the last day.
    'Marchand 2026-11 − Repas 440',
    'Duval 2026-11 − Repas 440',
    // Two memberships that the first version credited and lost.
    'Évrard 2026-02 + Adhésion 1000',
    'Caron 2026-01 + Cotisation 1500',
    // The first version refused this draft: its new minimum is lower than the one billed for the first half of the
    // month.
    'Lemoine 2026-03 + Accueil 295',
    'Lemoine 2026-03 − Minimum de facturation 695',
  ]
  const months = price()
  expect(proposed(names, months)).toEqual(open)
  expect(months.flatMap(({ priced, difference }) => [...priced.errors, difference.unplacedCents].filter(Boolean))).toEqual([])
  expect(months.filter(wasForgotten).map(({ familyId }) => names.get(familyId))).toEqual([
    'Évrard',
    'Caron',
  ])
  expect(proposed(names, price())).toEqual(open)
  expect(checkFile(store.sqlite)).toEqual([])
})

/** What is stored about the months when those that `inTurn` chooses are priced one by one first, then all together. */
const writtenOf = async (inTurn: (spans: readonly SpanKey[]) => readonly SpanKey[]) => {
  const { store } = await openLandedTown()
  const spans = store
    .statement('select family_id as familyId, month from billing_span order by family_id, month')
    .all() as SpanKey[]
  const price = (some: readonly SpanKey[]) =>
    store.act(systemActor, 'invoicing.run', 'Brouillons', (write) => priceSpans(store, write, currentBook(store), some))
  for (const span of inTurn(spans)) price([span])
  const differences = price(spans).map(({ familyId, month, difference }) => ({ familyId, month, difference }))
  const rowsOf = (columns: string, table: string) =>
    store.statement(`select ${columns} from ${table} order by family_id, month, ${columns}`).all()
  return {
    differences,
    billed: rowsOf('family_id, month, quotients, residence', 'billed_span'),
    kept: rowsOf('family_id, month, kind, child_id, activity_id, tariff_id, day, facts, amount_cents', 'kept_price'),
    givenUp: rowsOf('family_id, month, kind, product, days, unit_cents, credit_line_id', 'give_up'),
    takes: rowsOf('family_id, month, takes', 'billing_span'),
  }
}

it('in whatever order its months are first priced, adoption writes down the same', async () => {
  const atOnce = await writtenOf(() => [])
  expect(await writtenOf((spans) => spans.toReversed().filter((_, index) => index % 3 === 0))).toEqual(atOnce)
})
