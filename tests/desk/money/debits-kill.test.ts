import { cpSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Core } from '../../../main/desk/core.ts'
import { fileOf, listCollections, readCollection } from '../../../main/desk/debits/debits.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import { keyRingPath } from '../../../main/store/key-ring.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { fillDebitTown } from '../../support/towns/debits.ts'
import { opened, works } from '../../support/works/desk-works.ts'
import { copyFor, killAt, killMoments } from '../../support/works/kill-at.ts'
import { killedWork } from '../../support/works/killed-work.ts'

const homes = 400

const work = killedWork('desk-work.ts', (base) => opened(base, (core) => fillDebitTown(core, homes)))

const standing = (core: Core) => listCollections(core, firstRegieId).map(({ state, lines }) => [state, lines])

it(
  'a freezing and a file killed at any moment are whole or not there, and asked again are made once',
  async () => {
    await killAt(
      work.program,
      (turn) => {
        const folder = copyFor(turn, work.base)
        // Without its key ring, which lies beside it, a copied folder opens no account.
        cpSync(keyRingPath(work.base), keyRingPath(folder))
        return ['collectDebits', folder]
      },
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
          expect(await fileOf(core, made?.id ?? 0).text()).toContain(`<NbOfTxs>${homes}</NbOfTxs>`)
          expect(checkFile(core.store.sqlite)).toEqual([])
        }),
    )
  },
  60_000 + killMoments * 20_000,
)
