import type { MoneyDocument } from '../../../shared/contract/portal/documents.ts'
import { type Day, dayAt, type Instant } from '../../../shared/rules/calendar/day.ts'
import { returnReason } from '../../../shared/rules/money/debit/returned-debit.ts'
import { homeRemarks, lineOfRemark, type PaperKind, type PaperRemark } from '../../../shared/rules/money/invoice.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { openingNumber } from '../../../shared/rules/money/payment/payment.ts'
import type { RecordedDecisionKind } from '../../../shared/rules/money/recovery/debt-decision.ts'
import { numberIn } from '../../../shared/rules/money/series.ts'
import type { PriceGrounds } from '../../../shared/rules/price/price-terms.ts'
import {
  capitalised,
  counted,
  monthText,
  unitDatesText,
  withUnbrokenNumbers,
} from '../../../shared/rules/text/french.ts'
import {
  accountRequestsOf,
  announcedDebits,
  collectedMandates,
  debitOnSql,
  noticeText,
  openingsDebited,
  returnedDebits,
  standingYears,
} from '../../desk/debits/debits.ts'
import { balanceOnSql, dueOnSql, standingPlansOf, suspensionsOf } from '../../desk/debts/debts.ts'
import { feesToBill } from '../../desk/free-lines/free-lines.ts'
import {
  atTreasurySql,
  balancesOf,
  givenUpCentsSql,
  givenUpKindSql,
  keptForTreasurySql,
  openingBalances,
  standsSql,
} from '../../desk/invoicing/invoicing.ts'
import { remindersStanding } from '../../desk/recovery/recovery.ts'
import { regieName, regieOf, regiesOf } from '../../desk/regies/regies.ts'
import { organisationOf } from '../../desk/settings/settings.ts'
import type { Store } from '../../store/store.ts'
import { isPublishedHome, isPublishedInvoice, type Reach, rowsFor } from './reach.ts'

type FamilyRow = {
  readonly id: number
  readonly madeAt: Instant
  readonly issuedOn: Day | null
  readonly paidAt: Instant | null
  readonly settledAt: Instant | null
  readonly takenOverAt: Instant | null
  readonly facility: string | null
  readonly address: string | null
  readonly contact: string | null
  readonly phone: string | null
}

type InvoiceRow = {
  readonly familyId: number
  readonly regieId: number
  readonly id: number
  readonly kind: PaperKind
  readonly series: string
  readonly year: number
  readonly number: number
  readonly from: Day
  readonly issuedOn: Day
  readonly dueOn: Day | null
  readonly totalCents: number
  readonly settledCents: number
  readonly treasuryCents: number
  readonly forwardedCents: number
  readonly settledOn: Day | null
  readonly givenUpCents: number
  readonly givenUpKind: RecordedDecisionKind | null
  readonly debitOn: Day | null
  readonly balanceOn: Day | null
  readonly children: string
  readonly activities: string
  readonly remarks: string
}

type LineRow = {
  readonly invoiceId: number
  readonly childId: number
  readonly activityId: number
  readonly label: string
  readonly quantity: number
  readonly unit: string
  readonly unitCents: number
  readonly totalCents: number
  readonly explanation: string
  readonly days: string
  readonly basis: string
}

type Named = readonly { readonly id: number; readonly name: string }[]

/**
 * SQL on `online_check`: the home whose payment PayFiP reported with other values than requested; null for other rows.
 */
export const familyOfDoubtfulPayment = `case when json_valid(online_check.body) and online_check.body ->> '$.differs'
  then online_check.body ->> '$.family' end`

/** What each home owes. A credit note has negative totals: what remains of it is in the home's favour. */
export const moneyDocuments = (
  store: Store,
  reach: Reach,
  ids: readonly number[],
): ReadonlyMap<number, MoneyDocument> => {
  const families = rowsFor<FamilyRow>(
    store,
    `select family.id, act.started_at madeAt,
      (select max(issued_on) from invoice where family_id = family.id and state = 'issued') issuedOn,
      (select max(max(recorded_at), coalesce(max(cancelled_at), '')) from payment where family_id = family.id) paidAt,
      (select max(act.closed_at) from invoice cross join allocation on allocation.invoice_id = invoice.id
        join act on act.id = allocation.act_id
        where invoice.family_id = family.id and invoice.state = 'issued') settledAt,
      (select max(act.closed_at) from opening_balance join act on act.id = opening_balance.act_id
        where opening_balance.family_id = family.id) takenOverAt,
      facility.name facility, facility.address, facility.contact, facility.phone
    from family join act on act.id = family.act_id
    left join registration last on last.id = (select max(id) from registration
      where family_id = family.id and state in ('accepted', 'ended'))
    left join period on period.id = last.period_id left join activity on activity.id = period.activity_id
    left join facility on facility.id = activity.facility_id
    where family.id in (select value from json_each(:ids)) and ${isPublishedHome}`,
    reach,
    ids,
  )
  const found = families.map(({ id }) => id)
  const invoices = rowsFor<InvoiceRow>(
    store,
    `select family_id familyId, regie_id regieId, invoice.id, kind, series, year, number, from_day "from", issued_on issuedOn, ${dueOnSql} dueOn,
      total_cents totalCents, coalesce(case kind
        when 'invoice' then (select sum(amount_cents) from allocation where invoice_id = invoice.id)
        else (select sum(amount_cents) from allocation where credit_note_id = invoice.id) end, 0) settledCents,
      ${atTreasurySql('invoice_id', 'invoice.id')} treasuryCents, ${keptForTreasurySql('invoice_id', 'invoice.id')} forwardedCents,
      (select max(on_day) from allocation where allocation.invoice_id = invoice.id and ${standsSql('allocation')}) settledOn,
      ${givenUpCentsSql('invoice.id')} givenUpCents, ${givenUpKindSql('invoice.id')} givenUpKind,
      ${debitOnSql} debitOn, ${balanceOnSql} balanceOn,
      paper ->> '$.children' children, paper ->> '$.activities' activities,
      paper ->> '$.remarks' remarks
    from json_each(:ids) wanted cross join invoice on invoice.family_id = wanted.value
    where ${isPublishedInvoice} order by issued_on desc, invoice.id desc`,
    reach,
    found,
  )
  const invoicesOf = Map.groupBy(invoices, ({ familyId }) => familyId)
  const lines = Map.groupBy(
    rowsFor<LineRow>(
      store,
      `select invoice_id invoiceId, child_id childId, activity_id activityId, label, quantity, unit, unit_cents unitCents,
        total_cents totalCents, explanation, days, basis
      from json_each(:ids) wanted cross join invoice_line on invoice_id = wanted.value order by invoice_id, position`,
      reach,
      invoices.map(({ id }) => id),
    ),
    ({ invoiceId }) => invoiceId,
  )
  const online = Map.groupBy(
    rowsFor<{ familyId: number; attemptId: string }>(
      store,
      `select family_id familyId, attempt_id attemptId from json_each(:ids) wanted
      cross join payment on payment.family_id = wanted.value where attempt_id is not null order by payment.id`,
      reach,
      found,
    ),
    ({ familyId }) => familyId,
  )
  const checked = Map.groupBy(
    rowsFor<{ familyId: number; attemptId: string }>(
      store,
      `select wanted.value familyId, attempt_id attemptId from json_each(:ids) wanted
      cross join online_check on ${familyOfDoubtfulPayment} = wanted.value where state <> 'waiting' order by online_check.id`,
      reach,
      found,
    ),
    ({ familyId }) => familyId,
  )
  const opened = openingBalances(store, found).filter(({ amountCents }) => amountCents !== 0)
  const openings = Map.groupBy(opened, ({ familyId }) => familyId)
  const openingDebits = openingsDebited(
    store,
    opened.map(({ id }) => id),
  )
  const mandates = Map.groupBy(collectedMandates(store, found), ({ familyId }) => familyId)
  const isCollected = (familyId: number, regieId: number) =>
    mandates.get(familyId)?.some((mandate) => mandate.regieId === regieId) === true
  const asked = Map.groupBy(accountRequestsOf(store, found), ({ familyId }) => familyId)
  const years = Map.groupBy(standingYears(store, found), ({ familyId }) => familyId)
  const announced = Map.groupBy(announcedDebits(store, found), ({ familyId }) => familyId)
  const returned = Map.groupBy(returnedDebits(store, found), ({ familyId }) => familyId)
  const plans = Map.groupBy(standingPlansOf(store, found), ({ familyId }) => familyId)
  const nextParts = new Map(
    [...plans.values()].flat().flatMap(({ paper, parts }) => {
      const next = parts.find(({ leftCents }) => leftCents > 0)
      return paper.debts.map(({ invoiceId }) => [invoiceId, next?.dueOn] as const)
    }),
  )
  // A payment plan made after a reminder replaces it.
  const reminded = Map.groupBy(
    remindersStanding(store, found).filter(
      ({ familyId, regieId, on }) =>
        !plans.get(familyId)?.some((plan) => plan.regieId === regieId && plan.madeOn >= on),
    ),
    ({ familyId }) => familyId,
  )
  const fees = Map.groupBy(feesToBill(store, found), ({ familyId }) => familyId)
  const suspensions = Map.groupBy(suspensionsOf(store, found, reach.today), ({ familyId }) => familyId)
  const balances = balancesOf(store, found)
  const regies = severalRegies(store)
  const accounts = regies.map((regie) => ({ regie, balances: balancesOf(store, found, regie.id) }))
  const ofRegie = (id: number) => {
    const regie = regies.find((one) => one.id === id)
    return regie && { regie }
  }
  const service = organisationOf(store)
  return new Map(
    families.map((row): [number, MoneyDocument] => [
      row.id,
      {
        on: lastMoved(row),
        balanceCents: balances.get(row.id) ?? 0,
        ...(regies.length > 0 && {
          accounts: accounts.flatMap(({ regie, balances: ofAccount }) => {
            const balanceCents = ofAccount.get(row.id) ?? 0
            return balanceCents === 0 ? [] : [{ regie, balanceCents }]
          }),
        }),
        invoices: (invoicesOf.get(row.id) ?? []).map((invoice) => ({
          id: invoice.id,
          number: numberIn(invoice.series, invoice.year, invoice.number),
          kind: invoice.kind,
          ...ofRegie(invoice.regieId),
          label: capitalised(monthText(invoice.from)),
          issuedOn: invoice.issuedOn,
          dueOn: invoice.dueOn,
          totalCents: invoice.totalCents,
          leftCents:
            invoice.kind === 'invoice'
              ? invoice.totalCents - invoice.settledCents
              : invoice.totalCents + invoice.settledCents,
          ...(invoice.treasuryCents > 0 && { treasuryCents: invoice.treasuryCents }),
          ...(invoice.forwardedCents > 0 && { forwardedCents: invoice.forwardedCents }),
          ...(invoice.givenUpKind !== null && {
            givenUp: { kind: invoice.givenUpKind, cents: invoice.givenUpCents },
          }),
          ...(invoice.kind === 'invoice' &&
            invoice.treasuryCents === 0 &&
            invoice.settledOn !== null &&
            invoice.settledCents >= invoice.totalCents && { settledOn: invoice.settledOn }),
          ...(invoice.totalCents > invoice.settledCents && partOf(nextParts.get(invoice.id))),
          ...(invoice.debitOn !== null && { debitOn: invoice.debitOn }),
          // Without a valid mandate the invoice is paid by hand, on its own due day.
          ...(invoice.balanceOn !== null && isCollected(row.id, invoice.regieId) && { balanceOn: invoice.balanceOn }),
          lines: linesShown(invoice, lines.get(invoice.id) ?? []),
          ...ofHome(invoice),
        })),
        ...(openings.has(row.id) && {
          takenOver: (openings.get(row.id) ?? [])
            .toReversed()
            .map(({ id, onDay, regieId, amountCents, reference, dueOn, ...left }) => ({
              id,
              number: openingNumber(regieOf(store, regieId).prefix, onDay, id),
              on: onDay,
              ...(reference !== '' && { reference, dueOn }),
              totalCents: amountCents,
              leftCents: left.leftCents,
              ...(left.treasuryCents > 0 && { treasuryCents: left.treasuryCents }),
              ...(left.forwardedCents > 0 && { forwardedCents: left.forwardedCents }),
              ...(openingDebits.has(id) && { debitOn: openingDebits.get(id) }),
              ...ofRegie(regieId),
            })),
        }),
        ...((mandates.has(row.id) || announced.has(row.id) || returned.has(row.id)) && {
          debits: {
            mandates: (mandates.get(row.id) ?? []).map(({ reference, lastFour, signedOn, regieId }) => ({
              reference,
              lastFour,
              signedOn,
              ...ofRegie(regieId),
            })),
            announced: (announced.get(row.id) ?? []).map(({ on, cents, lastFour, prefix, ...notice }) => ({
              on,
              cents,
              notice: noticeText(prefix, notice),
              lastFour,
            })),
            ...(returned.has(row.id) && {
              returned: (returned.get(row.id) ?? []).map(({ on, cents, lastFour, code }) => ({
                on,
                cents,
                lastFour,
                why: returnReason(code),
              })),
            }),
          },
        }),
        ...(reminded.has(row.id) && {
          reminded: (reminded.get(row.id) ?? []).map(({ on, payBefore, leftCents, regieId }) => ({
            on,
            payBefore,
            leftCents,
            ...ofRegie(regieId),
          })),
        }),
        ...(fees.has(row.id) && {
          fees: fees.get(row.id)?.map(({ label, cents, regieId }) => ({ label, cents, ...ofRegie(regieId) })),
        }),
        ...(plans.has(row.id) && {
          plans: (plans.get(row.id) ?? []).map(({ madeOn, parts, regieId }) => ({
            on: madeOn,
            parts: parts.map(({ dueOn, cents, leftCents }) => ({ dueOn, cents, leftCents })),
            ...ofRegie(regieId),
          })),
        }),
        ...(suspensions.has(row.id) && {
          suspended: suspensions.get(row.id)?.map(({ cents, regie, phone }) => ({ cents, regie, phone })),
        }),
        ...(asked.has(row.id) && {
          accountAsked: asked.get(row.id)?.map(({ askedOn, regieId }) => ({ on: askedOn, ...ofRegie(regieId) })),
        }),
        ...(years.has(row.id) && {
          years: (years.get(row.id) ?? []).map(({ parts, balanceOn, regieId }) => ({
            parts: parts.map(({ dueOn, cents, last }) => ({ dueOn, cents, state: last ?? ('free' as const) })),
            balanceOn,
            ...ofRegie(regieId),
          })),
        }),
        manager: {
          facility: row.facility ?? service.name,
          address: row.address || `${service.address}, ${service.postcode} ${service.town}`,
          contact: row.contact || service.email,
          phone: withUnbrokenNumbers(row.phone || service.phone),
        },
        ...(online.has(row.id) && { onlinePayments: online.get(row.id)?.map(({ attemptId }) => attemptId) ?? [] }),
        ...(checked.has(row.id) && { onlineChecked: checked.get(row.id)?.map(({ attemptId }) => attemptId) ?? [] }),
      },
    ]),
  )
}

const partOf = (partOn: Day | undefined) => partOn && { partOn }

/** The régies of a town that has several; empty for a town with a single one, whose parents never see the word. */
const severalRegies = (store: Store): { id: number; name: string }[] => {
  const regies = regiesOf(store).map((one) => ({ id: one.id, name: regieName(one) }))
  return regies.length > 1 ? regies : []
}

/**
 * The day since which the balance is valid: that of the account's last change. With the day of publication instead,
 * every document would be sent every night.
 */
const lastMoved = ({ madeAt, issuedOn, paidAt, settledAt, takenOverAt }: FamilyRow): Day => {
  const days = [paidAt, settledAt, takenOverAt].flatMap((at) => (at ? [dayAt(at)] : []))
  return [...days, ...(issuedOn ? [issuedOn] : [])].toSorted().at(-1) ?? dayAt(madeAt)
}

const ofHome = ({ remarks }: InvoiceRow): Pick<MoneyDocument['invoices'][number], 'remarks'> => {
  const found = homeRemarks(JSON.parse(remarks) as PaperRemark[])
  return found.length > 0 ? { remarks: found } : {}
}

const linesShown = (invoice: InvoiceRow, lines: readonly LineRow[]): MoneyDocument['invoices'][number]['lines'] => {
  const child = names(invoice.children)
  const activity = names(invoice.activities)
  const aids = (JSON.parse(invoice.remarks) as PaperRemark[]).filter(({ aid }) => aid !== undefined)
  const shown = lines.map((line) => ({ ...line, basis: JSON.parse(line.basis) as PriceGrounds }))
  return shown.map(
    ({ childId, activityId, label, quantity, unit, unitCents, totalCents, explanation, days, basis }, index) => {
      const ofAids = aids.filter((remark) => lineOfRemark(remark, shown) === index).map(({ text }) => text)
      const why = [explanation, ...ofAids].filter((text) => text !== '').join(' → ')
      const { one, many } = JSON.parse(unit) as { one: string; many: string }
      const onDays = unitDatesText(JSON.parse(days) as Day[])
      return {
        label: `${child(childId)}, ${activity(activityId)}, ${label.toLocaleLowerCase('fr')}`,
        // « du 06/07/2026 au 10/07/2026, acompte dû le 07/05/2026 »
        detail: `${counted(quantity, one, many)} × ${formatEuros(unitCents)}${basis.dueOn ? `, ${basis.condition ?? ''}` : ''}`,
        totalCents,
        child: child(childId),
        ...(onDays !== '' && { days: onDays }),
        ...(why !== '' && { why }),
      }
    },
  )
}

/** Names as the issued paper shows them, by id. */
const names = (text: string) => {
  const known = JSON.parse(text) as Named
  return (id: number): string => known.find((one) => one.id === id)?.name ?? ''
}
