import { cpSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Core } from '../../../../main/desk/core.ts'
import { checkFile } from '../../../../main/store/checking/check.ts'
import { keyRingPath } from '../../../../main/store/key-ring.ts'
import { fillDebitTown } from '../../../support/towns/debits.ts'
import { statementLines } from '../../../support/works/bank-works.ts'
import { opened, works } from '../../../support/works/desk-works.ts'
import { copyFor, killAt, killMoments } from '../../../support/works/kill-at.ts'
import { killedWork } from '../../../support/works/killed-work.ts'

const work = killedWork('desk-work.ts', (base) => opened(base, (core) => fillDebitTown(core, statementLines, 0)))

const standing = ({ store }: Core) =>
  store
    .statement(
      `select (select count(*) from bank_statement), (select count(*) from bank_line), (select count(*) from bank_match),
        (select count(*) from payment), (select count(distinct receipt_number) from payment)`,
    )
    .raw()
    .get()

it(
  'a statement and what is recorded of it, killed at any moment, are whole or not there, and asked again are done once',
  async () => {
    await killAt(
      work.program,
      (turn) => {
        const folder = copyFor(turn, work.base)
        // Without its key ring, which lies beside it, a copied folder recognises no account.
        cpSync(keyRingPath(work.base), keyRingPath(folder))
        return ['bank', folder]
      },
      ({ turn, said }) =>
        opened(`${work.base}-${turn}`, async (core) => {
          expect(checkFile(core.store.sqlite)).toEqual([])
          const all = statementLines
          const [read, recorded] = [
            [1, all, 0, 0, 0],
            [1, all, all, all, all],
          ]
          const possible = said.includes('recorded')
            ? [recorded]
            : said.includes('read')
              ? [read, recorded]
              : [[0, 0, 0, 0, 0], read]
          expect(possible).toContainEqual(standing(core))
          await works.bank(core, () => undefined)
          expect(standing(core)).toEqual(recorded)
          expect(checkFile(core.store.sqlite)).toEqual([])
        }),
    )
  },
  60_000 + killMoments * 20_000,
)
