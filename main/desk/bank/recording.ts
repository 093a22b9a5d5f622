import { descending } from '../../../shared/collections.ts'
import type { BankDecision } from '../../../shared/contract/desk/money/bank.ts'
import { addDays, dayAt } from '../../../shared/rules/calendar/day.ts'
import type { ExpectedBatch } from '../../../shared/rules/money/bank/matching.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { refuseMeans } from '../../../shared/rules/money/regie.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { numbersUnknown } from '../../store/numbers.ts'
import { bankLine, bankMatch } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { findReturn, writeReturn } from '../debits/debits.ts'
import { allOrNothing, spendCredits } from '../invoicing/invoicing.ts'
import { writeCancelledPayment, writeCounterPayment } from '../payments/payments.ts'
import { refuseUnlessHolder, regieOf } from '../regies/regies.ts'
import { expectedBatches, type LineRow, lineRow, matchesOf, paymentsOfBatch } from './bank-store.ts'

type Recorded = { payments: number; cents: number; first: string; last: string; arrived: number }

/** Up to this many decisions are one transaction; more are a long act. */
const mostAtOnce = 12

/**
 * Records what lines are: a payment by transfer for each payer, money already recorded that arrived, or a debit that
 * came back. All are recorded or none: when one has changed since the screen was read, the whole is refused.
 */
export const recordLines = async (
  core: Core,
  person: Person,
  { regieId, decisions }: { readonly regieId: number; readonly decisions: readonly BankDecision[] },
): Promise<Recorded> => {
  const { store } = core
  refuseUnlessHolder(core, person, regieId)
  const count = decisions.reduce((sum, { pays }) => sum + pays.length, 0)
  if (count > 0) {
    const refused = numbersUnknown(store) ?? refuseMeans(regieOf(store, regieId).means, 'transfer') ?? null
    if (refused !== null) throw new Refused(refused)
  }
  const label = `Relevé rapproché\u00a0: ${counted(decisions.length, 'ligne')}, ${counted(count, 'règlement')}`
  const recorded: Recorded = { payments: 0, cents: 0, first: '', last: '', arrived: 0 }
  const writeOne = (write: Write, decision: BankDecision) =>
    writeDecision(core, person, write, { regieId, decision, recorded })
  if (decisions.length <= mostAtOnce)
    return store.act(person, 'bank.record', label, (write) => {
      for (const decision of decisions) writeOne(write, decision)
      return recorded
    })
  const act = store.longAct(person, 'bank.record', label)
  return allOrNothing(act, async () => {
    await act.slices(decisions, writeOne)
    return act.close(() => recorded)
  })
}

type OfLine = { readonly regieId: number; readonly decision: BankDecision; readonly recorded: Recorded }

const writeDecision = (core: Core, person: Person, write: Write, { regieId, decision, recorded }: OfLine): void => {
  const { store } = core
  const line = requireWaiting(store, decision.lineId)
  if (line.regieId !== regieId) throw new Refused('Cette ligne est du relevé d’une autre régie.')
  const made = [
    ...decision.pays.map(({ cents }) => cents),
    ...arrivalsOf(core, write, line, decision.arrives),
    ...(decision.debitId === null ? [] : [returned(core, person, write, line, decision.debitId)]),
  ]
  const sum = made.reduce((cents, each) => cents + each, 0)
  if (sum !== line.leftCents)
    throw new Refused(
      `${line.label}\u00a0: cette ligne fait ${formatEuros(line.leftCents)}, ce choix ${formatEuros(sum)}. Relisez-la, rien n’est enregistré.`,
    )
  for (const pay of decision.pays) {
    const { familyId, thirdPartyId, cents, parts } = pay
    const payment = writeCounterPayment(core, person, write, {
      regieId,
      familyId,
      thirdPartyId,
      means: 'transfer',
      amountCents: cents,
      receivedOn: line.on,
      payer: line.payer,
      reference: line.reference || line.label,
      chosen: parts,
    })
    write.insert(bankMatch, { lineId: line.id, paymentId: payment.id, amountCents: cents })
    // The rest of a payment pays other debts of its payer, unless staff chose to keep it as an advance.
    if (parts !== null && parts.length > 0) {
      if (familyId !== null) spendCredits(store, write, [familyId])
      else if (thirdPartyId !== null) spendCredits(store, write, [thirdPartyId], 'thirdParty')
    }
    recorded.payments += 1
    recorded.cents += cents
    recorded.first ||= payment.receipt
    recorded.last = payment.receipt
  }
  if (decision.arrives.length > 0) recorded.arrived += 1
  if (line.setAsideOn !== null) write.update(bankLine, line.id, { setAsideOn: null })
}

/** The batches that may have arrived with a line, alone or together, latest first. */
export const batchesBefore = ({ store }: Core, lineId: number): ExpectedBatch[] => {
  const line = requireWaiting(store, lineId)
  return expectedBatches(store, line.regieId, addDays(line.on, -longestWait))
    .filter(({ on }) => on <= line.on)
    .toSorted(descending(({ on }) => on))
}

/** Records that these batches arrived with a line. @returns the amount of each */
const arrivalsOf = ({ store }: Core, write: Write, line: LineRow, keys: readonly string[]): number[] => {
  if (keys.length === 0) return []
  const expected = expectedBatches(store, line.regieId, addDays(line.on, -longestWait))
  return keys.map((key) => {
    const batch = expected.find((one) => one.key === key)
    if (!batch)
      throw new Refused(`${line.label}\u00a0: ces règlements sont déjà arrivés, ou ont changé. Relisez cette ligne.`)
    const [kind, id] = key.split(' ')
    const rows =
      kind === 'slip'
        ? [{ slipId: Number(id), amountCents: batch.cents }]
        : kind === 'collection'
          ? [{ collectionId: Number(id), amountCents: batch.cents }]
          : kind === 'payment'
            ? [{ paymentId: Number(id), amountCents: batch.cents }]
            : paymentsOfBatch(store, { regieId: line.regieId, means: batch.means, on: batch.on }).map((payment) => ({
                paymentId: payment.id,
                amountCents: payment.cents,
              }))
    for (const row of rows) write.insert(bankMatch, { lineId: line.id, ...row })
    return batch.cents
  })
}

/** Staff may choose money that was recorded longer ago than what is proposed to them. */
const longestWait = 180

/** Records that a debit came back. @returns the amount of the line */
const returned = (core: Core, person: Person, write: Write, line: LineRow, debitId: number): number => {
  const { endToEndId, returnCode: code, cents, leftCents, on } = line
  const wanted = { endToEndId, mandateReference: '', cents: 0 - cents, code, cameBack: 'returned', on } as const
  const found = findReturn(core.store, line.regieId, wanted, dayAt(write.at))
  if (cents > 0 || found.debitId !== debitId || found.cents !== 0 - cents)
    throw new Refused(`${line.label}\u00a0: cette ligne n’est pas le rejet de ce prélèvement.`)
  writeReturn(core, person, write, { debitId, code, cameBack: 'returned', on }, 0)
  write.insert(bankMatch, { lineId: line.id, debitId, amountCents: leftCents })
  return leftCents
}

/** @throws Refused when the line does not exist, or somebody has matched it meanwhile */
const requireWaiting = (store: Store, id: number): LineRow => {
  const line = requireLine(store, id)
  if (line.leftCents === 0)
    throw new Refused(`${line.label}\u00a0: cette ligne est déjà rapprochée. Relisez le relevé, rien n’est enregistré.`)
  if (line.cents < 0 && line.isReturn === 0) throw new Refused('Cette ligne est un débit\u00a0: elle ne paie rien.')
  return line
}

const requireLine = (store: Store, id: number): LineRow => {
  const line = lineRow(store, id)
  if (!line) throw new Refused('Cette ligne n’existe plus.')
  return line
}

/** « À identifier »: marks a line whose payer nobody knows, or takes that mark off. */
export const setLineAside = (
  core: Core,
  person: Person,
  { lineId, aside }: { lineId: number; aside: boolean },
): void => {
  const { store } = core
  const { label } = requireLine(store, lineId)
  store.act(person, 'bank.mark', `${aside ? 'À identifier' : 'À regarder de nouveau'}\u00a0: ${label}`, (write) => {
    const line = requireWaiting(store, lineId)
    refuseUnlessHolder(core, person, line.regieId)
    write.update(bankLine, lineId, { setAsideOn: aside ? dayAt(write.at) : null })
  })
}

/** Records that the money of a line is not the régie's: the line no longer waits. */
export const dismissLine = (
  core: Core,
  person: Person,
  { lineId, reason }: { lineId: number; reason: string },
): void => {
  const { store } = core
  const { label } = requireLine(store, lineId)
  store.act(person, 'bank.mark', `Pas pour la régie\u00a0: ${label}`, (write) => {
    const line = requireWaiting(store, lineId)
    refuseUnlessHolder(core, person, line.regieId)
    write.insert(bankMatch, { lineId, reason, amountCents: line.leftCents })
  })
}

/**
 * Makes a line wait again: the payments made from it are cancelled with the reason, and the money that arrived with it
 * is expected again.
 */
export const takeLineBack = (
  core: Core,
  person: Person,
  { lineId, reason }: { lineId: number; reason: string },
): void => {
  const { store } = core
  const { label } = requireLine(store, lineId)
  store.act(person, 'bank.takeBack', `Ligne de relevé reprise\u00a0: ${label}`, (write) => {
    refuseUnlessHolder(core, person, requireLine(store, lineId).regieId)
    const matches = matchesOf(store, [lineId])
    if (matches.length === 0) throw new Refused('Cette ligne attend déjà.')
    if (matches.some(({ returned: of }) => of !== null))
      throw new Refused('Un rejet de prélèvement reste enregistré\u00a0: prélevez de nouveau.')
    for (const { id, isMade, paymentId } of matches)
      if (isMade === 1 && paymentId !== null) writeCancelledPayment(core, person, write, { id: paymentId, reason })
      else write.remove(bankMatch, id)
  })
}
