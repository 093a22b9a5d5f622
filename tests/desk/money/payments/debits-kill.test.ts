import { cpSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Core } from '../../../../main/desk/core.ts'
import { fileOf, listCollections, readCollection } from '../../../../main/desk/debits/debits.ts'
import { checkFile } from '../../../../main/store/checking/check.ts'
import { keyRingPath } from '../../../../main/store/key-ring.ts'
import { firstRegieId } from '../../../../shared/rules/money/regie.ts'
import { isLong } from '../../../support/long.ts'
import { fillDebitTown } from '../../../support/towns/debits.ts'
import { opened, settled, settlingClock, worker, works } from '../../../support/works/desk-works.ts'
import { copyFor, killAt, killMoments } from '../../../support/works/kill-at.ts'
import { killedWork } from '../../../support/works/killed-work.ts'

/** At least those whose debits come back, and those who then pay in parts. */
const homes = isLong ? 400 : settled.returns + settled.plans

const work = killedWork('desk-work.ts', (base) => opened(base, (core) => fillDebitTown(core, homes)))

/** A copied folder opens no account without its key ring, which lies beside it. */
const copyWithKeys = (turn: number, base: string): string => {
  const folder = copyFor(turn, base)
  cpSync(keyRingPath(base), keyRingPath(folder))
  return folder
}

const standing = (core: Core) => listCollections(core, firstRegieId).map(({ state, lines }) => [state, lines])

it(
  'a freezing and a file killed at any moment are whole or not there, and asked again are made once',
  async () => {
    await killAt(
      work.program,
      (turn) => ['collectDebits', copyWithKeys(turn, work.base)],
      ({ turn, said }) =>
        opened(`${work.base}-${turn}`, async (core) => {
          expect(checkFile(core.store.sqlite)).toEqual([])
          const frozen = [['frozen', homes]]
          const written = [['written', homes]]
          const possible = said.includes('written')
            ? [written]
            : said.includes('frozen')
              ? [frozen, written]
              : [[], frozen]
          expect(possible).toContainEqual(standing(core))
          await works.collectDebits(core, () => undefined)
          expect(standing(core)).toEqual(written)
          const [made] = listCollections(core, firstRegieId)
          const { debits } = readCollection(core, made?.id ?? 0)
          expect(new Set(debits.map(({ notice }) => notice)).size).toBe(homes)
          expect(await fileOf(core, worker, made?.id ?? 0).text()).toContain(`<NbOfTxs>${homes}</NbOfTxs>`)
          expect(checkFile(core.store.sqlite)).toEqual([])
        }),
    )
  },
  60_000 + killMoments * 20_000,
)

/** Payments that stand, debits that came back, and the years with the parts of each. */
const settledIn = ({ store }: Core) => ({
  receipts: store.statement('select count(distinct receipt_number) from payment').pluck().get(),
  cancelled: store.statement('select count(*) from payment where cancelled_at is not null').pluck().get(),
  returned: store.statement('select count(*) from debit where came_back is not null').pluck().get(),
  plans: store
    .statement('select count(*) from year_part part join year_plan plan on plan.id = plan_id group by plan_id')
    .pluck()
    .all() as number[],
})

it(
  'payments, returns and the parts of years are whole or not there when they are killed, and are made once',
  async () => {
    const written = `${work.base}-written`
    cpSync(work.base, written, { recursive: true })
    cpSync(keyRingPath(work.base), keyRingPath(written))
    await opened(written, (core) => works.collectDebits(core, () => undefined))
    await killAt(
      work.program,
      (turn) => ['settleDebits', copyWithKeys(turn, written)],
      ({ turn, said }) =>
        opened(
          `${written}-${turn}`,
          async (core) => {
            expect(checkFile(core.store.sqlite)).toEqual([])
            const found = settledIn(core)
            expect(said.includes('collected') ? [homes] : [0, homes]).toContain(found.receipts)
            expect(said.includes('returned') ? [settled.returns] : [0, settled.returns]).toContain(found.returned)
            expect(found.cancelled).toBe(found.returned)
            expect(new Set(found.plans)).toEqual(new Set(found.plans.length === 0 ? [] : [settled.parts]))
            expect(found.plans.length).toBeGreaterThanOrEqual(said.filter((line) => line === 'plan').length)
            await works.settleDebits(core, () => undefined)
            expect(settledIn(core)).toEqual({
              receipts: homes,
              cancelled: settled.returns,
              returned: settled.returns,
              plans: Array.from({ length: settled.plans }, () => settled.parts),
            })
            expect(checkFile(core.store.sqlite)).toEqual([])
          },
          settlingClock,
        ),
    )
  },
  60_000 + killMoments * 20_000,
)
