import type { Decidable } from '../../../shared/contract/desk/money/debt-decisions.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { debtKey } from '../../../shared/rules/money/payment/payment.ts'
import {
  type DecidableDebt,
  debtDecisionNames,
  decisionText,
  type RecordedDecision,
  refuseDecision,
} from '../../../shared/rules/money/recovery/debt-decision.ts'
import { debtDecision } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { debtsInCollections } from '../debits/debits.ts'
import {
  allocate,
  balanceOf,
  debtsBeingPaid,
  type PayerIds,
  releaseDecisions,
  spendCredits,
  undoAllocations,
} from '../invoicing/invoicing.ts'
import { bookedDay, closedThrough, refuseUnlessHolder, regieOf } from '../regies/regies.ts'
import {
  type DebtRow,
  type DecisionRow,
  debtsOf,
  decisionById,
  decisionsOf,
  partsOfDecision,
  transmissionOf,
} from './decisions-store.ts'
import { requirePayer } from './unpaid.ts'

type OfPayer = PayerIds & { readonly regieId: number }

/** The debts of a payer that a decision may reduce, and the decisions already taken. */
export const readDecidable = ({ store }: Core, { regieId, ...payer }: OfPayer): Decidable => ({
  debts: decidableDebts(store, regieId, payer),
  balanceCents: balanceOf(store, payer.familyId ?? payer.thirdPartyId ?? 0, {
    regieId,
    of: payer.familyId === null ? 'thirdParty' : 'family',
  }),
  closedThrough: closedThrough(store, regieId),
  decisions: decisionsOf(store, regieId, payer).map(
    ({ id, kind, organ, number, decidedOn, onDay, reason, cents, by, cancelledAt, cancelReason }) => ({
      id,
      kind,
      text: decisionText({ kind, organ, number }),
      decidedOn,
      onDay,
      reason,
      cents,
      by,
      cancelled: cancelledAt === null ? null : { on: dayAt(cancelledAt), reason: cancelReason ?? '' },
    }),
  ),
})

const decidableDebts = (store: Store, regieId: number, payer: PayerIds): (DebtRow & DecidableDebt)[] => {
  const collected = debtsInCollections(store, regieId)
  const beingPaid = debtsBeingPaid(store)
  return debtsOf(store, regieId, payer).map((debt) => ({
    ...debt,
    busy: collected.has(debtKey(debt)) ? 'collected' : beingPaid.has(debtKey(debt)) ? 'paying' : null,
  }))
}

/**
 * Records a remission or a write-off, in the books on the first open day from that of the decision. A write-off
 * replaces the transmission of the debt: what is written off is no longer at the Treasury.
 */
export const decide = (
  core: Core,
  person: Person,
  { regieId, familyId, thirdPartyId, ...decision }: OfPayer & RecordedDecision,
): { id: number; cents: number; onDay: DecisionRow['onDay'] } => {
  const { store } = core
  const { kind, parts, ...values } = decision
  const payer = { familyId, thirdPartyId }
  const { name } = requirePayer(store, payer)
  const cents = parts.reduce((sum, part) => sum + part.cents, 0)
  const label = `${debtDecisionNames[kind]} de ${formatEuros(cents)}\u00a0: ${name}`
  return store.act(person, 'recovery.decide', label, (write) => {
    regieOf(store, regieId)
    refuseUnlessHolder(core, person, regieId)
    const refused = refuseDecision(decision, { today: dayAt(write.at), debts: decidableDebts(store, regieId, payer) })
    if (refused) throw new Refused(refused.sentence, refused.field)
    const onDay = bookedDay(store, regieId, decision.decidedOn)
    const { id } = write.insert(debtDecision, { ...values, ...payer, regieId, kind, onDay })
    if (kind === 'writeOff')
      for (const part of parts) releaseDecisions(store, write, part, { kind: 'transmission', cents: part.cents })
    allocate(
      store,
      write,
      parts.map(({ invoiceId, openingDebtId, cents: amountCents }) => ({
        decisionId: id,
        invoiceId,
        openingDebtId,
        amountCents,
      })),
    )
    return { id, cents, onDay }
  })
}

/**
 * Cancels a decision. What was remitted is due again, and what the payer has ahead pays it; what was written off is at
 * the Treasury again.
 */
export const cancelDecision = (
  core: Core,
  person: Person,
  { id, reason }: { readonly id: number; readonly reason: string },
): { id: number } => {
  const { store } = core
  const before = requireDecision(store, id)
  const { name } = requirePayer(store, before)
  const label = `${debtDecisionNames[before.kind]} annulée\u00a0: ${formatEuros(before.cents)}, ${name}`
  return store.act(person, 'recovery.cancelDecision', label, (write) => {
    const { regieId, kind, cancelledAt, familyId, thirdPartyId } = requireDecision(store, id)
    refuseUnlessHolder(core, person, regieId)
    if (cancelledAt !== null) throw new Refused('Cette décision est déjà annulée.')
    if (kind === 'transmission') throw new Refused('Une transmission se reprend avec l’accord de la Trésorerie.')
    const parts = partsOfDecision(store, id)
    undoAllocations(store, write, 'decision_id', id)
    write.update(debtDecision, id, { cancelledAt: write.at, cancelReason: reason })
    if (kind === 'writeOff')
      allocate(
        store,
        write,
        parts.map(({ cents: amountCents, ...debt }) => ({
          ...debt,
          decisionId: transmissionOf(store, debt),
          amountCents,
        })),
      )
    else spendCredits(store, write, [familyId ?? thirdPartyId ?? 0], familyId === null ? 'thirdParty' : 'family')
    return { id }
  })
}

const requireDecision = (store: Store, id: number): DecisionRow => {
  const found = decisionById(store, id)
  if (!found) throw new Refused('Cette décision n’existe plus.')
  return found
}
