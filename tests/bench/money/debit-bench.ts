import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileOf, freeze, previewCollection, writeFile } from '../../../main/desk/debits/debits.ts'
import { schemaFindings } from '../../../main/documents/bank/schema.ts'
import { systemActor } from '../../../main/store/acts/acts.ts'
import { roles } from '../../../shared/rules/access/roles.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { fillDebitTown } from '../../support/towns/debits.ts'
import { opened } from '../../support/works/desk-works.ts'

const worker = { ...systemActor, roles }
const homes = 20_000
const mandates = 5000
const on = day('2026-12-10')

export type DebitFigures = {
  /** Preview, freezing and writing of the file, without its validation, which another thread does meanwhile. */
  readonly seconds: number
  readonly validationSeconds: number
  /** One SQL query that adds up what each home owes. */
  readonly baselineSeconds: number
}

const seconds = async (work: () => unknown): Promise<number> => {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}

/** A collection of 5,000 homes in a town of 20,000. */
export const debit5000 = async (): Promise<DebitFigures> => {
  const root = mkdtempSync(join(tmpdir(), 'bench-'))
  try {
    return await opened(join(root, 'data'), async (core) => {
      fillDebitTown(core, homes, mandates)
      const baselineSeconds = await seconds(() =>
        core.store
          .statement(
            `select family_id, sum(amount_cents) from opening_balance
            where family_id in (select family_id from mandate) group by family_id`,
          )
          .all(),
      )
      let id = 0
      const frozen = await seconds(async () => {
        const { debits } = previewCollection(core, { regieId: firstRegieId, on })
        const seenCents = debits.reduce((sum, { cents }) => sum + cents, 0)
        const mandateIds = debits.map(({ mandateId }) => mandateId)
        const made = await freeze(core, worker, { regieId: firstRegieId, on, mandateIds, seenCents })
        id = made.id
      })
      const written = await seconds(() => writeFile(core, worker, id))
      const xml = await fileOf(core, worker, id).text()
      const validationSeconds = await seconds(() => schemaFindings({ xml, schema: 'pain.008.001.08' }))
      return { seconds: frozen + written - validationSeconds, validationSeconds, baselineSeconds }
    })
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}
