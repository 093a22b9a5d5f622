import { readBank, readFile, recordLines } from '../../../main/desk/bank/bank.ts'
import type { Core, Person } from '../../../main/desk/core.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { bankFileOf } from '../towns/bank.ts'

/** Lines of the statement, and homes of the town that it is of. */
export const statementLines = 250

/** A statement read, then all its lines recorded, each for the home of its rank. */
export const readAndRecord = async (core: Core, worker: Person, say: (line: string) => void): Promise<void> => {
  const regieId = firstRegieId
  await readFile(core, worker, { regieId, file: bankFileOf(statementLines, 1), columns: null })
  say('read')
  const { lines } = await readBank(core, { regieId, statementId: null })
  const waiting = lines.filter(({ leftCents }) => leftCents !== 0)
  if (waiting.length > 0)
    await recordLines(core, worker, {
      regieId,
      decisions: waiting.map(({ id, leftCents }) => ({
        lineId: id,
        pays: [{ familyId: id, thirdPartyId: null, cents: leftCents, parts: null }],
        arrives: [],
        debitId: null,
      })),
    })
  say('recorded')
}
