import type { Treasury } from '../../../shared/contract/desk/money/treasury.ts'
import { type Day, dayAt } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import type { Payable } from '../../../shared/rules/money/payment/payment.ts'
import { refuseKept, refuseReduction, refuseReported } from '../../../shared/rules/money/recovery/treasury.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { finalSpan, refund, treasuryPayment } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { openCredits, type PayerIds, releaseDecisions, spendCredits } from '../invoicing/invoicing.ts'
import { debtsAtTreasury, keepForTreasury, releaseKept } from '../payments/payments.ts'
import { refuseIfClosed, refuseUnlessHolder } from '../regies/regies.ts'
import {
  keptRows,
  type ReportedRow,
  reportedRow,
  reportedRows,
  type TreasuryRow,
  transmittedMonths,
  treasuryRows,
} from './treasury-store.ts'

const maxReported = 60

/** What a régie handed to the Treasury and is not yet reported as paid, and what was reported. */
export const readTreasury = ({ store }: Core, { regieId }: { readonly regieId: number }): Treasury => ({
  debts: treasuryRows(store, regieId, null)
    .filter(({ sentCents, paidCents }) => sentCents > paidCents)
    .map((row) => ({ ...row, aheadCents: sumOfMoney(moneyAhead(store, row)) })),
  reported: reportedRows(store, regieId, maxReported).map(({ cancelledAt, cancelReason, ...row }) => ({
    ...row,
    cancelled: cancelledAt === null ? null : { on: dayAt(cancelledAt), reason: cancelReason ?? '' },
  })),
})

type Money = { readonly paymentId: number; readonly leftCents: number }

/** Payments of a payer at a régie that are not fully used, oldest first. */
const moneyAhead = (store: Store, { familyId, thirdPartyId, regieId }: TreasuryRow): Money[] =>
  openCredits(store, familyId ?? thirdPartyId ?? 0, familyId === null ? 'thirdParty' : 'family').flatMap(
    ({ paymentId, leftCents, ...credit }) =>
      paymentId === null || credit.regieId !== regieId ? [] : [{ paymentId, leftCents }],
  )

const sumOfMoney = (money: readonly Money[]): number => money.reduce((sum, { leftCents }) => sum + leftCents, 0)

/**
 * « À reverser »: keeps money that a payer has ahead for a debt at the Treasury. Until it is handed over, it can pay
 * nothing else.
 */
export const keepMoney = (
  core: Core,
  person: Person,
  { amountCents, ...debt }: Payable & { readonly amountCents: number },
): { cents: number } => {
  const { store } = core
  const { number, payer } = requireAtTreasury(store, debt)
  const label = `À reverser à la Trésorerie\u00a0: ${formatEuros(amountCents)}, ${number}, ${payer}`
  return store.act(person, 'recovery.keepMoney', label, (write) => {
    const row = requireAtTreasury(store, debt)
    refuseUnlessHolder(core, person, row.regieId)
    const [owed] = debtsAtTreasury(store, { debt })
    const money = moneyAhead(store, row)
    const refused = refuseKept(amountCents, { leftCents: owed?.leftCents ?? 0, aheadCents: sumOfMoney(money) })
    if (refused !== undefined || !owed) throw new Refused(refused ?? '', 'amountCents')
    let left = amountCents
    for (const { paymentId, leftCents } of money) {
      const cents = Math.min(left, leftCents)
      left -= cents
      if (cents > 0) keepForTreasury(store, write, paymentId, owed, cents)
    }
    return { cents: amountCents }
  })
}

/** Records that the money kept for the Treasury was handed over: it then pays the debts there. */
export const forwardMoney = (
  core: Core,
  person: Person,
  {
    regieId,
    ids,
    paidOn,
    reference,
  }: { readonly regieId: number; readonly ids: readonly number[]; readonly paidOn: Day; readonly reference: string },
): { cents: number } => {
  const { store } = core
  const cents = ids.reduce((sum, id) => sum + requireReported(store, id).amountCents, 0)
  return store.act(person, 'recovery.forwardMoney', `Reversé à la Trésorerie\u00a0: ${formatEuros(cents)}`, (write) => {
    refuseUnlessHolder(core, person, regieId)
    refuseIfClosed(store, regieId, paidOn, 'paidOn')
    for (const id of ids) {
      const reported = requireReported(store, id)
      if (reported.refundId === null || reported.regieId !== regieId)
        throw new Refused('Rien n’est gardé pour cette dette.')
      if (reported.cancelledAt !== null || reported.paidOn !== null)
        throw new Refused(
          `${reported.payer}\u00a0: cet argent n’est plus à reverser. Relisez la liste, rien n’est noté.`,
        )
      if (reported.askedOn !== null && paidOn < reported.askedOn)
        throw new Refused(
          `${reported.payer}\u00a0: cet argent n’est là que depuis le ${shortDay(reported.askedOn)}.`,
          'paidOn',
        )
      const { sentCents, paidCents, sentOn } = requireAtTreasury(store, reported)
      const refused = refuseReported(
        { amountCents: reported.amountCents, paidOn },
        { leftCents: sentCents - paidCents, sentOn, today: dayAt(write.at) },
      )
      if (refused)
        throw new Refused(
          `${reported.payer}\u00a0: ${refused.sentence}`,
          refused.field === 'paidOn' ? 'paidOn' : undefined,
        )
      write.update(refund, reported.refundId, { paidOn, reference })
      write.update(treasuryPayment, id, { paidOn })
    }
    return { cents }
  })
}

/**
 * Records that the Treasury reported a debt, or a part of it, as paid there. The régie's own account does not change.
 */
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
    const refused = refuseReported(
      { amountCents, paidOn },
      { leftCents: sentCents - paidCents, sentOn, today: dayAt(write.at) },
    )
    if (refused) throw new Refused(refused.sentence, refused.field)
    return { id: write.insert(treasuryPayment, { ...debt, decisionId, paidOn, amountCents }).id }
  })
}

/**
 * « Réduction à demander »: a régie makes no credit note for a debt at the Treasury. It asks the ordonnateur to reduce
 * the titre, and the reduction counts only once a person records that it was done.
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

/** Records that the ordonnateur reduced the titre: the Treasury has that much less to collect. */
export const tellReduced = (
  core: Core,
  person: Person,
  { id, paidOn }: { readonly id: number; readonly paidOn: Day },
): { id: number } => {
  const { store } = core
  const { amountCents, number, payer } = requireReported(store, id)
  const label = `Réduction faite\u00a0: ${formatEuros(amountCents)}, ${number}, ${payer}`
  return store.act(person, 'recovery.tellReduced', label, (write) => {
    const reported = requireReported(store, id)
    refuseUnlessHolder(core, person, reported.regieId)
    if (reported.cancelledAt !== null) throw new Refused('Cette demande est annulée.')
    if (reported.kind !== 'reduction') throw new Refused('Ce n’est pas une réduction demandée.')
    if (reported.paidOn !== null) throw new Refused('Cette réduction est déjà faite.')
    const { sentCents, paidCents, sentOn } = requireAtTreasury(store, reported)
    const refused = refuseReported(
      { amountCents, paidOn },
      { leftCents: sentCents - paidCents, sentOn, today: dayAt(write.at) },
    )
    if (refused) throw new Refused(refused.sentence, refused.field === 'paidOn' ? 'paidOn' : undefined)
    write.update(treasuryPayment, id, { paidOn })
    return { id }
  })
}

const cancelledTexts: Readonly<Record<ReportedRow['kind'], string>> = {
  paid: 'Encaissement de la Trésorerie annulé',
  forwarded: 'Argent qui n’est plus à reverser',
  reduction: 'Réduction annulée',
}

/**
 * Cancels what was reported or asked. Money kept for the Treasury is ahead again, and pays what its payer owes here.
 */
export const cancelTold = (
  core: Core,
  person: Person,
  { id, reason }: { readonly id: number; readonly reason: string },
): { id: number } => {
  const { store } = core
  const { kind, amountCents, payer } = requireReported(store, id)
  const label = `${cancelledTexts[kind]}\u00a0: ${formatEuros(amountCents)}, ${payer}`
  return store.act(person, 'recovery.cancelTold', label, (write) => {
    const { regieId, cancelledAt, refundId, paidOn, ...reported } = requireReported(store, id)
    refuseUnlessHolder(core, person, regieId)
    if (cancelledAt !== null) throw new Refused('C’est déjà annulé.')
    if (refundId === null) write.update(treasuryPayment, id, { cancelledAt: write.at, cancelReason: reason })
    else {
      if (paidOn !== null) throw new Refused('Cet argent est déjà reversé\u00a0: la Trésorerie l’a.')
      releaseKept(store, write, { id, refundId }, reason)
      spendCreditsOf(store, write, reported)
    }
    return { id }
  })
}

/**
 * Records that the Treasury gave a debt back. What it did not collect is due to the régie again, and runs price its
 * months again. The debt is paid by what was kept for the Treasury, and by what the payer has ahead.
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
    for (const kept of keptRows(store, debt)) releaseKept(store, write, kept, reason)
    const cents = releaseDecisions(store, write, debt, { kind: 'transmission', cents: sentCents - paidCents })
    if (familyId !== null)
      for (const { id, isKept } of transmittedMonths(store, familyId)) if (isKept === 0) write.remove(finalSpan, id)
    spendCreditsOf(store, write, { familyId, thirdPartyId })
    return { cents }
  })
}

const spendCreditsOf = (store: Store, write: Write, { familyId, thirdPartyId }: PayerIds): void =>
  spendCredits(store, write, [familyId ?? thirdPartyId ?? 0], familyId === null ? 'thirdParty' : 'family')

/** @throws Refused when the Treasury has nothing to collect of the debt */
const requireAtTreasury = (store: Store, debt: Payable): TreasuryRow => {
  const [row] = treasuryRows(store, null, debt)
  if (!row || row.sentCents <= row.paidCents) throw new Refused('Cette dette n’est pas, ou plus, à la Trésorerie.')
  return row
}

const requireReported = (store: Store, id: number): ReportedRow => {
  const row = reportedRow(store, id)
  if (!row) throw new Refused('Cet encaissement n’existe plus.')
  return row
}
