import { expect, it } from 'vitest'
import { readClosings } from '../../../../main/desk/closings/closings.ts'
import type { Core } from '../../../../main/desk/core.ts'
import { brokenClosings } from '../../../../main/store/checking/broken-closings.ts'
import { firstRegieId } from '../../../../shared/rules/money/regie.ts'
import { fillBenchTown } from '../../../support/towns/bench-town.ts'
import { fillBooksTown } from '../../../support/towns/books.ts'
import { opened, works } from '../../../support/works/desk-works.ts'
import { copyFor, killAt, killMoments } from '../../../support/works/kill-at.ts'
import { killedWork } from '../../../support/works/killed-work.ts'

const work = killedWork('desk-work.ts', (base) =>
  opened(base, (core) => {
    fillBenchTown(core, 1)
    fillBooksTown(core, 100)
  }),
)

const standing = async (core: Core) => (await readClosings(core, firstRegieId)).closed.length

it(
  'a year whose closing is killed at any moment has whole months, chained, and is closed by who goes on',
  async () => {
    await killAt(
      work.program,
      (turn) => ['closeYear', copyFor(turn, work.base)],
      ({ turn, said }) =>
        opened(`${work.base}-${turn}`, async (core) => {
          const closed = await standing(core)
          expect(closed - said.length).toBeGreaterThanOrEqual(0)
          expect(closed - said.length).toBeLessThanOrEqual(1)
          expect(brokenClosings(core.store.sqlite)).toEqual([])
          await works.closeYear(core, () => undefined)
          expect(await standing(core)).toBe(13)
          expect(brokenClosings(core.store.sqlite)).toEqual([])
        }),
    )
  },
  60_000 + killMoments * 20_000,
)

/** Payments of the pile, with the debts that they pay. */
const pile = ({ store }: Core) =>
  store
    .statement(
      `select count(*), count(distinct receipt_number), max(receipt_number), (select count(*) from allocation part
            join payment on payment.id = part.payment_id where receipt_year = 2026)
          from payment where receipt_year = 2026`,
    )
    .raw()
    .get()

it(
  'a pile of cheques that is killed is recorded whole or not at all, and asked again is recorded once',
  async () => {
    // Five of the homes paid none of their twelve invoices.
    const whole = [60, 60, 60, 60]
    await killAt(
      work.program,
      (turn) => ['pile', copyFor(turn, work.base)],
      ({ turn, said }) =>
        opened(`${work.base}-${turn}`, async (core) => {
          expect(said.includes('piled') ? [whole] : [[0, 0, null, 0], whole]).toContainEqual(pile(core))
          await works.pile(core, () => undefined)
          expect(pile(core)).toEqual(whole)
        }),
    )
  },
  60_000 + killMoments * 20_000,
)
