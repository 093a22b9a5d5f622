import { cpSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Core } from '../../../main/desk/core.ts'
import { readOutstanding, readTreasury, statementFile } from '../../../main/desk/recovery/recovery.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import { keyRingPath } from '../../../main/store/key-ring.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { fillDebitTown } from '../../support/towns/debits.ts'
import { opened, works } from '../../support/works/desk-works.ts'
import { copyFor, killAt, killMoments } from '../../support/works/kill-at.ts'
import { killedWork } from '../../support/works/killed-work.ts'

/** Of 90 homes in turn, five owe less than 15,00 €. */
const [homes, debtors] = [180, 170]

const work = killedWork('desk-work.ts', (base) => opened(base, (core) => fillDebitTown(core, homes, 0)))

const standing = (core: Core) =>
  readOutstanding(core, { regieId: firstRegieId }).statements.map((one) => [one.number.slice(-6), one.debtors])

it(
  'a list killed at any moment is whole or not there, and asked again is made once',
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
          expect(said.includes('handedOver') ? [made] : [[], made]).toContainEqual(standing(core))
          await works.handOver(core, () => undefined)
          expect(standing(core)).toEqual(made)
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
