import { cpSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Core } from '../../../../main/desk/core.ts'
import { readOutstanding, readTreasury, statementFile } from '../../../../main/desk/recovery/recovery.ts'
import { checkFile } from '../../../../main/store/checking/check.ts'
import { keyRingPath } from '../../../../main/store/key-ring.ts'
import { firstRegieId } from '../../../../shared/rules/money/regie.ts'
import { fillDebitTown } from '../../../support/towns/debits.ts'
import { opened, works } from '../../../support/works/desk-works.ts'
import { copyFor, killAt, killMoments } from '../../../support/works/kill-at.ts'
import { killedWork } from '../../../support/works/killed-work.ts'

/** Of 90 homes in turn, five owe less than 15,00 €. */
const [homes, debtors] = [180, 170]

const work = killedWork('desk-work.ts', (base) =>
  opened(base, (core) => {
    fillDebitTown(core, homes, 0)
    core.store.sqlite.exec('update regie set allows_plans = 1')
  }),
)

const standing = (core: Core) =>
  readOutstanding(core, { regieId: firstRegieId }).statements.map((one) => [one.number.slice(-6), one.debtors])

const countOf = ({ store }: Core, table: 'reminder' | 'payment_plan') =>
  store.statement(`select count(*) from ${table}`).pluck().get()

it(
  'reminders, a list and a plan killed at any moment are whole or not there, and asked again are made once',
  async () => {
    await killAt(
      work.program,
      (turn) => {
        const folder = copyFor(turn, work.base)
        // Without its key ring, which lies beside it, a copied folder opens no file.
        cpSync(keyRingPath(work.base), keyRingPath(folder))
        return ['handOver', folder]
      },
      ({ turn, said }) =>
        opened(`${work.base}-${turn}`, async (core) => {
          expect(checkFile(core.store.sqlite)).toEqual([])
          const made = [['000001', debtors]]
          expect(said.includes('reminded') ? [homes] : [0, homes]).toContain(countOf(core, 'reminder'))
          expect(said.includes('planned') ? [1] : [0, 1]).toContain(countOf(core, 'payment_plan'))
          expect(said.includes('handedOver') ? [made] : [[], made]).toContainEqual(standing(core))
          await works.handOver(core, () => undefined)
          expect(standing(core)).toEqual(made)
          expect([countOf(core, 'reminder'), countOf(core, 'payment_plan')]).toEqual([homes, 1])
          expect(readTreasury(core, { regieId: firstRegieId }).debts).toHaveLength(debtors)
          const [{ id } = { id: 0 }] = readOutstanding(core, { regieId: firstRegieId }).statements
          const text = await statementFile(core, { id, format: 'csv' }).text()
          expect(text.trim().split('\r\n')).toHaveLength(debtors + 1)
          expect(checkFile(core.store.sqlite)).toEqual([])
        }),
    )
  },
  60_000 + killMoments * 20_000,
)
