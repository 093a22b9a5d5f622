import type { Treasury } from '../../../shared/contract/desk/money/treasury.ts'
import { type Day, dayAt } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import type { Payable } from '../../../shared/rules/money/payment/payment.ts'
import { refuseReduction, refuseTold } from '../../../shared/rules/money/recovery/treasury.ts'
import { finalSpan, treasuryPayment } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { releaseDecisions, spendCredits } from '../invoicing/invoicing.ts'
import { refuseUnlessHolder } from '../regies/regies.ts'
import { type ToldRow, type TreasuryRow, toldRow, toldRows, transmittedMonths, treasuryRows } from './treasury-store.ts'

const maxTold = 60

/** What a régie handed to the Treasury and is not told paid yet, and what it was told. */
export const readTreasury = ({ store }: Core, { regieId }: { readonly regieId: number }): Treasury => ({
  debts: treasuryRows(store, regieId, null).filter(({ sentCents, paidCents }) => sentCents > paidCents),
  told: toldRows(store, regieId, maxTold).map(({ cancelledAt, cancelReason, ...row }) => ({
    ...row,
    cancelled: cancelledAt === null ? null : { on: dayAt(cancelledAt), reason: cancelReason ?? '' },
  })),
})

/** The Treasury told that a debt, or a part of it, was paid there. The régie's account does not move. */
export const tellPaid = (
  core: Core,
  person: Person,
  { amountCents, paidOn, ...debt }: Payable & { readonly amountCents: number; readonly paidOn: Day },
): { id: number } => {
  const { store } = core
  const { number, payer } = requireAtTreasury(store, debt)
  const label = `Payé à la Trésorerie\u00a0: ${formatEuros(amountCents)}, ${number}, ${payer}`
  return store.act(person, 'recovery.tellPaid', label, (write) => {
    const { regieId, decisionId, sentCents, paidCents, sentOn } = requireAtTreasury(store, debt)
    refuseUnlessHolder(core, person, regieId)
    const refused = refuseTold(
      { amountCents, paidOn },
      { leftCents: sentCents - paidCents, sentOn, today: dayAt(write.at) },
    )
    if (refused) throw new Refused(refused.sentence, refused.field)
    return { id: write.insert(treasuryPayment, { ...debt, decisionId, paidOn, amountCents }).id }
  })
}

/**
 * « Réduction à demander »: a régie makes no credit note of a debt at the Treasury. It asks the ordonnateur to reduce the
 * titre, and nothing counts before a person tells that it was done.
 */
export const askReduction = (
  core: Core,
  person: Person,
  { amountCents, reason, ...debt }: Payable & { readonly amountCents: number; readonly reason: string },
): { id: number } => {
  const { store } = core
  const { number, payer } = requireAtTreasury(store, debt)
  const label = `Réduction à demander\u00a0: ${formatEuros(amountCents)}, ${number}, ${payer}. ${reason}`
  return store.act(person, 'recovery.askReduction', label, (write) => {
    const { regieId, decisionId, sentCents, paidCents, waitingCents } = requireAtTreasury(store, debt)
    refuseUnlessHolder(core, person, regieId)
    const refused = refuseReduction(amountCents, sentCents - paidCents - waitingCents)
    if (refused !== undefined) throw new Refused(refused, 'amountCents')
    const asked = { ...debt, decisionId, kind: 'reduction' as const, askedOn: dayAt(write.at), amountCents, reason }
    return { id: write.insert(treasuryPayment, asked).id }
  })
}

/** The ordonnateur reduced the titre: the Treasury has so much less to collect. */
export const tellReduced = (
  core: Core,
  person: Person,
  { id, paidOn }: { readonly id: number; readonly paidOn: Day },
): { id: number } => {
  const { store } = core
  const { amountCents, number, payer } = requireTold(store, id)
  const label = `Réduction faite\u00a0: ${formatEuros(amountCents)}, ${number}, ${payer}`
  return store.act(person, 'recovery.tellReduced', label, (write) => {
    const told = requireTold(store, id)
    refuseUnlessHolder(core, person, told.regieId)
    if (told.cancelledAt !== null) throw new Refused('Cette demande est annulée.')
    if (told.paidOn !== null) throw new Refused('Cette réduction est déjà faite.')
    const { sentCents, paidCents, sentOn } = requireAtTreasury(store, told)
    const refused = refuseTold(
      { amountCents, paidOn },
      { leftCents: sentCents - paidCents, sentOn, today: dayAt(write.at) },
    )
    if (refused) throw new Refused(refused.sentence, refused.field === 'paidOn' ? 'paidOn' : undefined)
    write.update(treasuryPayment, id, { paidOn })
    return { id }
  })
}

export const cancelTold = (
  core: Core,
  person: Person,
  { id, reason }: { readonly id: number; readonly reason: string },
): { id: number } => {
  const { store } = core
  const { kind, amountCents, payer } = requireTold(store, id)
  const label = `${kind === 'reduction' ? 'Réduction annulée' : 'Encaissement de la Trésorerie annulé'}\u00a0: ${formatEuros(amountCents)}, ${payer}`
  return store.act(person, 'recovery.cancelTold', label, (write) => {
    const { regieId, cancelledAt } = requireTold(store, id)
    refuseUnlessHolder(core, person, regieId)
    if (cancelledAt !== null) throw new Refused('C’est déjà annulé.')
    write.update(treasuryPayment, id, { cancelledAt: write.at, cancelReason: reason })
    return { id }
  })
}

/**
 * The Treasury agreed to give a debt back: what it did not collect is due to the régie again, runs price its months again,
 * and what the payer has ahead pays it.
 */
export const takeBackDebt = (
  core: Core,
  person: Person,
  { reason, ...debt }: Payable & { readonly reason: string },
): { cents: number } => {
  const { store } = core
  const { number, payer } = requireAtTreasury(store, debt)
  const label = `Dette reprise à la Trésorerie\u00a0: ${number}, ${payer}. ${reason}`
  return store.act(person, 'recovery.takeBackDebt', label, (write) => {
    const { regieId, familyId, thirdPartyId, sentCents, paidCents } = requireAtTreasury(store, debt)
    refuseUnlessHolder(core, person, regieId)
    const cents = releaseDecisions(store, write, debt, { kind: 'transmission', cents: sentCents - paidCents })
    if (familyId !== null)
      for (const { id, isKept } of transmittedMonths(store, familyId)) if (isKept === 0) write.remove(finalSpan, id)
    spendCredits(store, write, [familyId ?? thirdPartyId ?? 0], familyId === null ? 'thirdParty' : 'family')
    return { cents }
  })
}

/** @throws Refused when the Treasury has nothing to collect of the debt */
const requireAtTreasury = (store: Store, debt: Payable): TreasuryRow => {
  const [row] = treasuryRows(store, null, debt)
  if (!row || row.sentCents <= row.paidCents) throw new Refused('Cette dette n’est pas, ou plus, à la Trésorerie.')
  return row
}

const requireTold = (store: Store, id: number): ToldRow => {
  const row = toldRow(store, id)
  if (!row) throw new Refused('Cet encaissement n’existe plus.')
  return row
}
