import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { openingName, type Payable } from '../../../shared/rules/money/payment/payment.ts'
import type { DebtDecisionKind } from '../../../shared/rules/money/recovery/debt-decision.ts'
import { paperName } from '../../../shared/rules/money/series.ts'
import { monthText } from '../../../shared/rules/text/french.ts'
import { committedSql } from '../../store/acts/committed.ts'
import type { Store } from '../../store/store.ts'
import { atTreasurySql, keptForTreasurySql, type PayerIds, standsSql } from '../invoicing/invoicing.ts'

export type DebtRow = Payable & {
  readonly name: string
  readonly period: string
  readonly leftCents: number
  readonly treasuryCents: number
}

/** The debts of a payer that are not fully paid, owed to the régie or to the Treasury, oldest first. */
export const debtsOf = (store: Store, regieId: number, { familyId, thirdPartyId }: PayerIds): DebtRow[] =>
  (
    store
      .statement(
        `select * from (
          select id as invoiceId, null as openingDebtId, null as reference, series, year, number, from_day as "from", issued_on as "on",
            total_cents - coalesce((select sum(amount_cents) from allocation where invoice_id = invoice.id), 0) as leftCents,
            ${atTreasurySql('invoice_id', 'invoice.id')} - ${keptForTreasurySql('invoice_id', 'invoice.id')} as treasuryCents
          from invoice where state = 'issued' and kind = 'invoice' and regie_id = ?1
            and (family_id = ?2 or third_party_id = ?3)
          union all
          select null, id, reference, null, null, null, null, on_day,
            amount_cents - coalesce((select sum(amount_cents) from allocation where opening_debt_id = opening_balance.id), 0),
            ${atTreasurySql('opening_debt_id', 'opening_balance.id')}
              - ${keptForTreasurySql('opening_debt_id', 'opening_balance.id')}
          from opening_balance where amount_cents > 0 and regie_id = ?1 and family_id = ?2 and ${committedSql('act_id')}
        ) where leftCents > 0 or treasuryCents > 0 order by invoiceId is not null, "on", invoiceId`,
      )
      .all({ 1: regieId, 2: familyId, 3: thirdPartyId }) as (Omit<DebtRow, 'name' | 'period'> & {
      readonly reference: string | null
      readonly series: string | null
      readonly year: number | null
      readonly number: number | null
      readonly from: Day | null
      readonly on: Day
    })[]
  ).map(({ reference, series, year, number, from, on, ...debt }) => ({
    ...debt,
    name:
      series === null || year === null || number === null
        ? openingName(on, reference)
        : paperName(series, year, number),
    period: from === null ? '' : monthText(from),
  }))

export type DecisionRow = PayerIds & {
  readonly id: number
  readonly regieId: number
  readonly kind: DebtDecisionKind
  readonly organ: string
  readonly number: string
  readonly decidedOn: Day
  readonly onDay: Day
  readonly reason: string
  readonly cancelledAt: Instant | null
  readonly cancelReason: string | null
  readonly by: string
  readonly cents: number
}

const decisionSelect = `select decision.id, decision.regie_id as regieId, decision.family_id as familyId,
    decision.third_party_id as thirdPartyId, decision.kind, organ, number, decided_on as decidedOn,
    decision.on_day as onDay, decision.reason, cancelled_at as cancelledAt, cancel_reason as cancelReason,
    act.actor_name as "by",
    coalesce((select sum(amount_cents) from allocation where decision_id = decision.id), 0) as cents
  from debt_decision decision join act on act.id = decision.act_id`

/** Decisions about a payer at a régie, newest first. */
export const decisionsOf = (store: Store, regieId: number, { familyId, thirdPartyId }: PayerIds): DecisionRow[] =>
  store
    .statement(
      `${decisionSelect} where decision.regie_id = ?1 and (decision.family_id = ?2 or decision.third_party_id = ?3)
      order by decision.id desc`,
    )
    .all({ 1: regieId, 2: familyId, 3: thirdPartyId }) as DecisionRow[]

export const decisionById = (store: Store, id: number): DecisionRow | undefined =>
  store.statement(`${decisionSelect} where decision.id = ?`).get(id) as DecisionRow | undefined

/** How much a decision takes off each debt at present. */
export const partsOfDecision = (store: Store, id: number): (Payable & { readonly cents: number })[] =>
  store
    .statement(
      `select invoice_id as invoiceId, opening_debt_id as openingDebtId, sum(amount_cents) as cents
      from allocation part where decision_id = ? and ${standsSql('part')} group by invoice_id, opening_debt_id`,
    )
    .all(id) as (Payable & { readonly cents: number })[]

/** The last decision that transmitted a debt to the Treasury; undefined when none did. */
export const transmissionOf = (store: Store, { invoiceId, openingDebtId }: Payable): number | undefined =>
  store
    .statement(
      `select max(decision.id) from allocation part join debt_decision decision on decision.id = part.decision_id
      where decision.kind = 'transmission' and (part.invoice_id = ?1 or part.opening_debt_id = ?2)`,
    )
    .pluck()
    .get({ 1: invoiceId, 2: openingDebtId }) as number | undefined
