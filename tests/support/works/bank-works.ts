import { readBank, readFile, recordLines } from '../../../main/desk/bank/bank.ts'
import type { Core, Person } from '../../../main/desk/core.ts'
import { debtByNumber, recordPile } from '../../../main/desk/payments/cheque-piles.ts'
import { today } from '../../../shared/rules/calendar/day.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { bankFileOf } from '../towns/bank.ts'

/** Lines of the statement, and homes of the town that it is of. */
export const statementLines = 250

/** A pile of cheques, one for each invoice of which nothing is paid. */
export const recordCheques = (core: Core, worker: Person, say: (line: string) => void): void => {
  const regieId = firstRegieId
  const numbers = core.store
    .statement(
      `select year || '-' || printf('%06d', number) from invoice
      where state = 'issued' and not exists (select 1 from allocation where invoice_id = invoice.id) order by id`,
    )
    .pluck()
    .all() as string[]
  const cheques = numbers.map((text) => {
    const { invoiceId, leftCents } = debtByNumber(core, { regieId, text })
    return { invoiceId, leftCents, amountCents: leftCents, documentNumber: '', bank: '', issuer: '' }
  })
  const totalCents = cheques.reduce((sum, { amountCents }) => sum + amountCents, 0)
  const receivedOn = today(core.clock)
  if (cheques.length > 0) recordPile(core, worker, { regieId, receivedOn, totalCents, cheques })
  say('piled')
}

/** Reads a statement, then records all its lines, each for the home with its number. */
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
