import { getTableColumns, type Table } from 'drizzle-orm'
import { balanceTriggers } from './balance-triggers.ts'
import { debit, debitCollection, mandate, yearPart, yearPlan } from './schema/money/debits.ts'
import { giveUp, payerPart, repricing, treasuryPayment } from './schema/money/money.ts'
import { debtDecision, paymentPlan, refund } from './schema/money/recovery.ts'
import { act, audit } from './schema/record.ts'
import { searchTriggers } from './search-index.ts'
import { spanTriggers } from './span-triggers.ts'

/**
 * All triggers of the file in one list: SQLite silently drops a table's triggers when a migration rebuilds the table,
 * so `migrate` creates them again and `check` fails when one is missing.
 */
const isClosed = (actId: string) => `(select state from act where id = ${actId}) <> 'open'`

const forbid = (name: string, event: string, when: string, sentence: string) => ({
  name,
  sql: `create trigger ${name} before ${event} when ${when} begin select raise(abort, '${sentence}'); end`,
})

/** Fact set only inside the transactions of `erasing.ts`, which erase data at the end of their legal retention. */
export const erasingFact = 'erasing'
const isErasing = `exists (select 1 from file_fact where key = '${erasingFact}')`
const unlessErasing = (when: string) => `${when} and not ${isErasing}`
const sameBut = (table: Table, ...free: string[]) =>
  Object.keys(getTableColumns(table))
    .filter((key) => !free.includes(key))
    .map((key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
    .map((name) => `new.${name} is old.${name}`)
    .join(' and ')

export const triggers: readonly { readonly name: string; readonly sql: string }[] = [
  forbid('audit_kept', 'update on audit', unlessErasing('true'), 'the audit trail is never edited'),
  forbid(
    'audit_erased_only',
    'update on audit',
    `${isErasing} and not (${sameBut(audit, 'before', 'after')} and coalesce(new.before, new.after) = '{"erased":true}'
      and coalesce(new.after, new.before) = '{"erased":true}')`,
    'an erasure changes nothing else of the audit trail',
  ),
  forbid('audit_never_erased', 'delete on audit', 'true', 'the audit trail is never erased'),
  forbid('act_kept', 'update on act', unlessErasing(`old.state <> 'open'`), 'an act that ended never changes'),
  forbid(
    'act_erased_only',
    'update on act',
    `old.state <> 'open' and ${isErasing} and not (${sameBut(act, 'label', 'actorName')})`,
    'an erasure changes nothing else of an act',
  ),
  forbid('act_never_erased', 'delete on act', `old.state <> 'open'`, 'an act is never erased'),
  forbid('audit_in_its_act', 'insert on audit', isClosed('new.act_id'), 'nothing is added to an act that ended'),
  forbid('reservation_move_kept', 'update on reservation_move', 'true', 'the story of a cell is never edited'),
  forbid(
    'reservation_move_never_erased',
    'delete on reservation_move',
    unlessErasing(isClosed('old.act_id')),
    'the story of a cell is never erased',
  ),
  forbid('template_version_kept', 'update on template_version', 'true', 'a version of a template never changes'),
  forbid('hours_declaration_kept', 'update on hours_declaration', 'true', 'declared hours never change'),
  forbid(
    'hours_declaration_never_erased',
    'delete on hours_declaration',
    isClosed('old.act_id'),
    'declared hours are never erased',
  ),
  forbid('invoice_kept', 'update on invoice', `old.state = 'issued'`, 'an issued invoice never changes'),
  forbid('invoice_never_erased', 'delete on invoice', `old.state = 'issued'`, 'an issued invoice is never erased'),
  ...(['update', 'delete'] as const).map((event) =>
    forbid(
      `invoice_line_no_${event}`,
      `${event} on invoice_line`,
      `(select state from invoice where id = old.invoice_id) = 'issued'`,
      'the lines of an issued invoice never change',
    ),
  ),
  forbid(
    'invoice_line_no_insert',
    'insert on invoice_line',
    `(select state from invoice where id = new.invoice_id) = 'issued'`,
    'the lines of an issued invoice never change',
  ),
  forbid('payment_never_erased', 'delete on payment', isClosed('old.act_id'), 'a payment is cancelled, never erased'),
  forbid(
    'payment_kept',
    'update on payment',
    `old.cancelled_at is not null or new.amount_cents <> old.amount_cents or new.family_id is not old.family_id
      or new.third_party_id is not old.third_party_id or new.regie_id <> old.regie_id
      or new.receipt_year <> old.receipt_year or new.receipt_number <> old.receipt_number
      or new.means <> old.means or new.received_on <> old.received_on or new.booked_on <> old.booked_on
      or new.voucher_lines is not old.voucher_lines`,
    'a payment never changes',
  ),
  forbid(
    'allocation_kept',
    'update on allocation',
    'true',
    'what settled a debt is undone by an opposite row, never changed',
  ),
  forbid(
    'allocation_never_erased',
    'delete on allocation',
    // Removing an opening balance also removes its allocations.
    `${isClosed('old.act_id')} and coalesce(old.opening_credit_id, old.opening_debt_id) is null`,
    'what settled a debt is undone by an opposite row, never erased',
  ),
  forbid('remittance_kept', 'update on remittance', 'true', 'a remittance never changes'),
  forbid('remittance_never_erased', 'delete on remittance', isClosed('old.act_id'), 'a remittance is never erased'),
  forbid('closing_kept', 'update on closing', 'true', 'a closing never changes'),
  forbid('closing_never_erased', 'delete on closing', isClosed('old.act_id'), 'a closing is never erased'),
  ...(
    [
      ['debt_decision', debtDecision, ['reason', 'cancelledAt', 'cancelReason']],
      ['treasury_payment', treasuryPayment, ['paidOn', 'reason', 'cancelledAt', 'cancelReason']],
      ['refund', refund, ['reason', 'paidOn', 'reference', 'cancelledAt', 'cancelReason']],
    ] as const
  ).flatMap(([name, table, free]) => [
    forbid(
      `${name}_kept`,
      `update on ${name}`,
      `not (${sameBut(table, ...free)}) or (old.cancelled_at is not null and not ${isErasing})`,
      'it is cancelled with a reason, never changed',
    ),
    forbid(`${name}_never_erased`, `delete on ${name}`, isClosed('old.act_id'), 'it is cancelled, never erased'),
  ]),
  forbid(
    'payment_plan_kept',
    'update on payment_plan',
    `not (${sameBut(paymentPlan, 'familyId', 'endedOn', 'endReason')})`,
    'a plan is ended with a reason, never changed',
  ),
  forbid('outstanding_statement_kept', 'update on outstanding_statement', 'true', 'a list that was handed over stays'),
  forbid(
    'outstanding_statement_never_erased',
    'delete on outstanding_statement',
    isClosed('old.act_id'),
    'a list that was handed over stays',
  ),
  forbid('outstanding_file_kept', 'update on outstanding_file', 'true', 'a file that was made stays'),
  forbid(
    'outstanding_file_never_erased',
    'delete on outstanding_file',
    isClosed('old.act_id'),
    'a file that was made stays',
  ),
  forbid('reminder_kept', 'update on reminder', 'true', 'a reminder that was made never changes'),
  forbid('reminder_never_erased', 'delete on reminder', isClosed('old.act_id'), 'a reminder is never erased'),
  forbid(
    'payer_part_kept',
    'update on payer_part',
    `old.billed_by is not null or not (${sameBut(payerPart, 'billedBy')})`,
    'what a third party owes is only added to, and billed once',
  ),
  forbid(
    'payer_part_never_erased',
    'delete on payer_part',
    isClosed('old.act_id'),
    'what a third party owes is never erased',
  ),
  forbid(
    'mandate_kept',
    'update on mandate',
    unlessErasing(`not (${sameBut(mandate, 'familyId', 'suspendedOn', 'stoppedOn', 'reason')})`),
    'a mandate never changes: another account is another mandate',
  ),
  forbid(
    'debit_collection_kept',
    'update on debit_collection',
    `old.state <> 'frozen' and not (${sameBut(debitCollection, 'state')})`,
    'the file of a collection is made once',
  ),
  forbid(
    'debit_kept',
    'update on debit',
    `not (${sameBut(debit, 'sequence', 'removedOn', 'removeReason', 'paymentId', 'cameBack', 'cameBackOn', 'returnCode')})`,
    'the line of a frozen collection only comes off',
  ),
  forbid('debit_part_kept', 'update on debit_part', 'true', 'what a line collects never changes'),
  forbid(
    'year_plan_kept',
    'update on year_plan',
    `not (${sameBut(yearPlan, 'familyId', 'balanceOn', 'endedOn', 'endReason')})`,
    'the parts of a year end, or others take their place',
  ),
  forbid(
    'year_part_kept',
    'update on year_part',
    `not (${sameBut(yearPart, 'droppedOn')})`,
    'the part of a year never changes: another takes its place',
  ),
  forbid('debit_file_kept', 'update on debit_file', 'true', 'the file of a collection never changes'),
  ...(['debit_collection', 'debit', 'debit_part', 'debit_file'] as const).map((name) =>
    forbid(`${name}_never_erased`, `delete on ${name}`, isClosed('old.act_id'), 'what was collected is never erased'),
  ),
  forbid('price_book_kept', 'update on price_book', 'true', 'a price book never changes'),
  forbid('price_book_never_erased', 'delete on price_book', isClosed('old.act_id'), 'a price book is never erased'),
  forbid(
    'tariff_revision_kept',
    'update on tariff_revision',
    'true',
    'the former definition of a tariff never changes',
  ),
  forbid(
    'tariff_revision_never_erased',
    'delete on tariff_revision',
    // Undoing the change of a tariff removes the definition that was replaced, unless a month was priced with the new
    // one.
    `exists (select 1 from price_book, json_each(book, '$.tariffs') tariff, json_each(tariff.value, '$.versions') version
      where version.value ->> '$.id' = old.version_id and version.value ->> '$.revision' > old.revision)`,
    'a tariff that priced a month keeps its former definitions',
  ),
  ...(
    [
      ['give_up', giveUp],
      ['repricing', repricing],
    ] as const
  ).flatMap(([name, table]) => [
    forbid(
      `${name}_kept`,
      `update on ${name}`,
      `not (${isErasing} and ${sameBut(table, 'reason')})`,
      'what was given up or priced again never changes',
    ),
    forbid(
      `${name}_never_erased`,
      `delete on ${name}`,
      isClosed('old.act_id'),
      'what was given up or priced again is never erased',
    ),
  ]),
  ...searchTriggers,
  ...spanTriggers,
  ...balanceTriggers,
]
