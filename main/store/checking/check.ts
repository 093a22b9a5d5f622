import type Sqlite from 'better-sqlite3'
import { asc, eq, getTableColumns, getTableName } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { type Entry, isContinuation, type Position } from '../../../shared/exchange/log.ts'
import type { Side } from '../../../shared/exchange/side.ts'
import { firstSiteId } from '../../../shared/rules/access/sites.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { brokenSeries } from '../../../shared/rules/money/invoice.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { slipNumberText } from '../../../shared/rules/money/payment/till.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { counted, numericDay, sentenceWithSubject } from '../../../shared/rules/text/french.ts'
import { getTable, tableNames, unrecordedTables } from '../acts/tables.ts'
import { storeSentence } from '../failures.ts'
import { expectedSchema, schemaOf } from '../migrate.ts'
import { numbersSkipped } from '../numbers.ts'
import { bodyDigest, hashedContent, sha256 } from '../paper-hash.ts'
import * as schema from '../schema/index.ts'
import { erasingFact } from '../triggers.ts'
import { bankRules } from './bank-rules.ts'
import { brokenClosings } from './broken-closings.ts'
import { debitRules } from './debit-rules.ts'

import { bookedOnOtherHomes } from './other-homes.ts'
import { type Found, paperColumns, paperText, type Rule } from './rule.ts'
import { spanRules } from './span-rules.ts'

export type Finding = {
  /**
   * `damage`: the file itself cannot be trusted. `fact`: the file can be read, but two of its facts contradict each
   * other.
   */
  readonly kind: 'damage' | 'fact'
  readonly sentence: string
  readonly table: string
  /** Null when the finding concerns no single row. */
  readonly id: number | null
}

/**
 * Checks a file, reading only. Each finding is something that the desk itself never writes.
 * @returns an empty list for a sound file; only damage when there is any, because the facts of a damaged file mean
 * nothing
 */
export const checkFile = (sqlite: Sqlite.Database): readonly Finding[] => {
  try {
    const damage = [...integrity(sqlite), ...shape(sqlite), ...orphans(sqlite)]
    if (damage.length > 0) return damage
    return [
      ...rules.flatMap((rule) => violations(sqlite, rule)),
      ...overCapacity(sqlite),
      ...otherHomes(sqlite),
      ...auditTrail(sqlite),
      ...exchangeLogs(sqlite),
      ...numbersWithoutHole(sqlite),
      ...series(sqlite),
      ...brokenClosings(sqlite).map(({ id, sentence }) => fact('closing', id, sentence)),
    ]
  } catch (error) {
    const sentence = storeSentence(error)
    if (sentence === null) throw error
    return [{ kind: 'damage', sentence, table: '', id: null }]
  }
}

// ---- the file itself --------------------------------------------------------------------------------------------

const integrity = (sqlite: Sqlite.Database): readonly Finding[] =>
  (sqlite.pragma('integrity_check(20)') as readonly { integrity_check: string }[])
    .filter(({ integrity_check }) => integrity_check !== 'ok')
    .map(({ integrity_check }) => damage('', null, `Le fichier est abîmé\u00a0: ${integrity_check}.`))

/** Compares tables, indexes and triggers with those that the migrations create, word for word. */
const shape = (sqlite: Sqlite.Database): readonly Finding[] => {
  const expected = expectedSchema()
  const present = new Map(schemaOf(sqlite).map((object) => [`${object.type} ${object.name}`, object]))
  const findings: Finding[] = []
  for (const { type, name, sql } of expected) {
    const found = present.get(`${type} ${name}`)
    present.delete(`${type} ${name}`)
    if (!found) findings.push(damage(name, null, `${kinds[type]} «\u00a0${name}\u00a0» manque.`))
    else if (found.sql !== sql) findings.push(damage(name, null, `${kinds[type]} «\u00a0${name}\u00a0» a été changé.`))
  }
  for (const { type, name } of present.values()) {
    if (name.startsWith('sqlite_')) continue
    findings.push(damage(name, null, `${kinds[type]} «\u00a0${name}\u00a0» n’est pas de ce logiciel.`))
  }
  return findings
}

const kinds = { table: 'Le tableau', index: 'L’index', trigger: 'Le verrou', view: 'L’affichage' } as const

const orphans = (sqlite: Sqlite.Database): readonly Finding[] =>
  (sqlite.pragma('foreign_key_check') as readonly { table: string; rowid: number | null; parent: string }[])
    .slice(0, 50)
    .map(({ table, rowid, parent }) =>
      damage(table, rowid, `Une ligne de «\u00a0${table}\u00a0» renvoie à «\u00a0${parent}\u00a0», qui n’existe pas.`),
    )

// ---- facts that contradict each other ---------------------------------------------------------------------------

const violations = (sqlite: Sqlite.Database, { table, sql, sentence }: Rule): readonly Finding[] =>
  sqlite
    .prepare<[], Found>(`${sql} limit 50`)
    .all()
    .map((found) => fact(table, found.id, sentence(found)))

const cell = ({ id, day }: Found) => `Réservation ${id}, ${numericDay(day as Day)}`
const cents = (value: unknown) => formatEuros(Number(value))

const reservation = (where: string, problem: string): Rule => ({
  table: 'reservation',
  sql: `select reservation.id, reservation.day from reservation
    join registration on registration.id = reservation.registration_id
    join slot on slot.id = reservation.slot_id
    join period on period.id = reservation.period_id
    where ${where}`,
  sentence: (found) => `${cell(found)}\u00a0: ${problem}.`,
})

// The reservations that issued invoices bill, those that credit notes cancel, and the difference (`owed`).
const billed = `with billed as materialized (
  select distinct line.invoice_id, cell.value as reservation_id
  from invoice_line line join invoice on invoice.id = line.invoice_id, json_each(line.reservation_ids) cell
  where invoice.state = 'issued' and invoice.kind = 'invoice'
), credited as materialized (
  select distinct note.corrects_id as invoice_id, cell.value as reservation_id
  from invoice_line line join invoice note on note.id = line.invoice_id, json_each(line.reservation_ids) cell
  where note.state = 'issued' and note.kind = 'creditNote' and note.corrects_id is not null
), owed as materialized (
  select * from billed except select * from credited
)`

const rules: readonly Rule[] = [
  {
    table: 'file_fact',
    sql: `select null as id from file_fact where key = '${erasingFact}'`,
    sentence: () => 'Un effacement n’a pas refermé le journal.',
  },
  {
    table: 'act',
    sql: `select id, label from act where state = 'open'`,
    sentence: ({ label }) => `L’opération «\u00a0${String(label)}\u00a0» est restée ouverte.`,
  },
  {
    table: 'act',
    sql: `select id, label from act where state = 'closed' and not exists (select 1 from audit where act_id = act.id)`,
    sentence: ({ label }) =>
      `L’opération «\u00a0${String(label)}\u00a0» n’a laissé aucune trace de ce qu’elle a changé.`,
  },
  {
    table: 'health_record',
    sql: `select id from health_record record where not exists (select 1 from audit indexed by audit_entity
      where entity = 'health_record' and entity_id = record.child_id)`,
    sentence: ({ id }) => `Une fiche sanitaire (${id}) n’a été écrite par aucune opération.`,
  },
  {
    table: 'registration',
    sql: `select min(id) as id from registration where state in ('asked', 'accepted')
      group by child_id, family_id, period_id having count(*) > 1`,
    sentence: ({ id }) => `Inscription ${id}\u00a0: le même enfant est inscrit deux fois à cette période.`,
  },
  {
    table: 'registration',
    sql: `select registration.id from registration join period on period.id = registration.period_id
      where registration.state in ('asked', 'accepted')
      and (registration.start_day < period.start_day or registration.end_day > period.end_day)`,
    sentence: ({ id }) => `Inscription ${id}\u00a0: ses dates sortent de celles de la période.`,
  },
  reservation('reservation.period_id <> registration.period_id', 'la période n’est pas celle de l’inscription'),
  reservation('slot.activity_id <> period.activity_id', 'la plage n’est pas de cette activité'),
  reservation(
    `reservation.held <> 'none' and registration.state in ('asked', 'refused', 'withdrawn')`,
    'une place est tenue sans inscription acceptée',
  ),
  reservation(
    `reservation.held <> 'none' and reservation.day not between registration.start_day and registration.end_day`,
    'une place est tenue en dehors des dates de l’inscription',
  ),
  reservation(
    `reservation.cancel_denied and reservation.held <> 'confirmed'`,
    'une annulation est refusée sans réservation validée',
  ),
  reservation(
    `reservation.ask is null and (reservation.collected or reservation.taken_back)`,
    'une réponse est attendue sans demande',
  ),
  reservation(
    `reservation.taken_back and not reservation.collected`,
    'une demande non envoyée est notée comme retirée',
  ),
  reservation(
    `reservation.overbooked and reservation.held <> 'confirmed'`,
    'un dépassement de capacité est noté sans réservation validée',
  ),
  reservation(
    `reservation.charged_reason is not null and reservation.held = 'confirmed'`,
    'une annulation facturée est notée sur une réservation validée',
  ),
  reservation(
    `reservation.surcharge_cents < 0 or reservation.cancel_surcharge_cents < 0
      or reservation.booking_notice < 0 or reservation.cancel_notice < 0`,
    'la majoration est négative',
  ),
  reservation(
    `reservation.booking_notice is not null and reservation.surcharge_cents > 0
      or reservation.cancel_notice is not null and reservation.cancel_surcharge_cents > 0`,
    'la majoration est à la fois un montant et celle du tarif',
  ),
  reservation(
    `(reservation.cancel_surcharge_cents > 0 or reservation.cancel_notice is not null) and reservation.held = 'confirmed' and not reservation.cancel_denied
      and reservation.ask is not 'cancel'`,
    'une annulation tardive est notée sur une réservation validée',
  ),
  reservation(
    `(reservation.cancel_surcharge_cents > 0 or reservation.cancel_notice is not null)
      and reservation.charged_reason is not null`,
    'une annulation est à la fois facturée en entier et avec sa majoration',
  ),
  {
    table: 'reservation',
    sql: `select min(id) as id, day from reservation where held = 'waitlisted'
      group by period_id, day, slot_id, waiting_since, coalesce(waiting_number, -id) having count(*) > 1`,
    sentence: (found) => `${cell(found)}\u00a0: deux enfants ont le même rang sur la liste d’attente.`,
  },
  {
    table: 'reservation',
    sql: `select id, day from (
        select reservation.id, reservation.day, slot.start, max(slot.end) over (
          partition by registration.child_id, reservation.day order by slot.start, reservation.id
          rows between unbounded preceding and 1 preceding
        ) as busy_until
        from reservation
        join registration on registration.id = reservation.registration_id
        join slot on slot.id = reservation.slot_id
        where reservation.held = 'confirmed'
      ) where start < busy_until`,
    sentence: (found) => `${cell(found)}\u00a0: l’enfant a déjà une réservation validée à ces heures.`,
  },
  {
    table: 'custody_rule',
    sql: `select rule.id from custody_rule rule where not exists (
      select 1 from family_child where child_id = rule.child_id and family_id = rule.home_id)
      or not exists (select 1 from family_child where child_id = rule.child_id and family_id = rule.other_home_id)`,
    sentence: ({ id }) => `Garde alternée ${id}\u00a0: un de ses foyers n’est pas celui de l’enfant.`,
  },
  {
    table: 'invoice',
    sql: `select ${paperColumns('invoice')}, invoice.total_cents as total, coalesce(sum(line.total_cents), 0) as lines
      from invoice left join invoice_line line on line.invoice_id = invoice.id
      group by invoice.id having total <> lines`,
    sentence: (found) =>
      `${paperText(found)}\u00a0: le total est de ${cents(found['total'])}, ses lignes font ${cents(found['lines'])}.`,
  },
  {
    table: 'invoice',
    sql: `select ${paperColumns('invoice')} from invoice where state = 'issued' and (series is null or year is null
      or issued_on is null or previous_balance_cents is null or paper is null
      or (kind = 'invoice' and due_on is null and paper ->> '$.payment.carryBelowCents' is null
        and paper ->> '$.payment.balanceOn' is null))`,
    sentence: (found) => `${paperText(found)}\u00a0: émise sans sa date, son échéance ou son en-tête.`,
  },
  {
    table: 'invoice',
    sql: `select ${paperColumns('invoice')} from invoice where state = 'issued'
      and ((kind = 'invoice' and total_cents < 0) or (kind = 'creditNote' and total_cents >= 0))`,
    sentence: (found) => `${paperText(found)}\u00a0: le signe du total n’est pas celui de ce papier.`,
  },
  {
    table: 'invoice',
    sql: `select ${paperColumns('note')} from invoice note
      left join invoice corrected on corrected.id = note.corrects_id
      where note.state = 'issued' and note.corrects_id is not null
      and (corrected.id is null or corrected.state <> 'issued' or corrected.kind <> 'invoice'
        or corrected.family_id is not note.family_id or corrected.third_party_id is not note.third_party_id)`,
    sentence: (found) => `${paperText(found)}\u00a0: l’avoir ne corrige aucune facture de cette famille.`,
  },
  {
    table: 'invoice',
    sql: `select ${paperColumns('corrected')} from invoice corrected
      join invoice note on note.corrects_id = corrected.id and note.state = 'issued'
      group by corrected.id having corrected.total_cents + sum(note.total_cents) < 0`,
    sentence: (found) => `${paperText(found)}\u00a0: ses avoirs dépassent son montant.`,
  },
  {
    table: 'payment',
    sql: `select payment.id, payment.amount_cents as amount, sum(part.amount_cents) as used from payment
      join allocation part on part.payment_id = payment.id group by payment.id
      having used > case when payment.cancelled_at is null then amount else 0 end`,
    sentence: ({ id, amount, used }) => `Règlement ${id} de ${cents(amount)}\u00a0: ${cents(used)} sont affectés.`,
  },
  {
    table: 'deposit_slip_line',
    sql: `select line.id, slip.year, slip.number from deposit_slip_line line
      join deposit_slip slip on slip.id = line.slip_id left join payment on payment.id = line.payment_id
      left join refund on refund.id = line.refund_id
      where slip.cancelled_at is not null or slip.means <> coalesce(payment.means, refund.means)
        or slip.regie_id <> coalesce(payment.regie_id, refund.regie_id)
        or abs(line.amount_cents) <> coalesce(payment.amount_cents, refund.amount_cents)
        or (refund.id is not null and (slip.means <> 'cash' or refund.paid_on is null))
        or (payment.id is not null and line.amount_cents < 0 and (payment.cancelled_at is null or not exists (
          select 1 from deposit_slip_line taken where taken.payment_id = payment.id and taken.amount_cents > 0)))`,
    sentence: ({ id, year, number }) =>
      `Bordereau ${slipNumberText(Number(year), Number(number))}, ligne ${id}\u00a0: elle ne dit pas ce que dit son règlement, ou son remboursement.`,
  },
  {
    table: 'invoice',
    sql: `select ${paperColumns('note')}, sum(part.amount_cents) as used from invoice note
      join allocation part on part.credit_note_id = note.id group by note.id
      having note.kind <> 'creditNote' or note.state <> 'issued' or used > -note.total_cents`,
    sentence: (found) =>
      `${paperText(found)}\u00a0: ${cents(found['used'])} d’avoir sont affectés, plus que son montant.`,
  },
  {
    table: 'invoice',
    sql: `select ${paperColumns('invoice')}, invoice.total_cents as total, sum(part.amount_cents) as paid from invoice
      join allocation part on part.invoice_id = invoice.id group by invoice.id
      having paid > total or invoice.state <> 'issued' or invoice.kind <> 'invoice'`,
    sentence: (found) =>
      `${paperText(found)} de ${cents(found['total'])}\u00a0: ${cents(found['paid'])} de règlements y sont affectés.`,
  },
  {
    table: 'opening_balance',
    sql: `select opening.id, opening.on_day as day, opening.amount_cents as amount, sum(part.amount_cents) as used
      from opening_balance opening join allocation part on part.opening_credit_id = opening.id or part.opening_debt_id = opening.id
      group by opening.id
      having used > abs(amount)
        or (sum(iif(part.opening_credit_id is opening.id, part.amount_cents, 0)) > 0 and amount > 0)
        or (sum(iif(part.opening_debt_id is opening.id, part.amount_cents, 0)) > 0 and amount < 0)`,
    sentence: ({ day, amount, used }) =>
      `Solde de ${cents(amount)} repris au ${numericDay(day as Day)}\u00a0: ${cents(used)} y sont affectés.`,
  },
  {
    table: 'allocation',
    sql: `select allocation.id from allocation
      left join payment on payment.id = payment_id left join invoice note on note.id = credit_note_id
      left join opening_balance credit on credit.id = opening_credit_id left join debt_decision decision on decision.id = decision_id
      left join invoice on invoice.id = invoice_id left join opening_balance debt on debt.id = opening_debt_id
      left join refund on refund.id = refund_id
      where coalesce(payment.family_id, note.family_id, credit.family_id, decision.family_id)
        is not coalesce(invoice.family_id, debt.family_id, refund.family_id)
      or coalesce(payment.third_party_id, note.third_party_id, decision.third_party_id)
        is not coalesce(invoice.third_party_id, refund.third_party_id)`,
    sentence: ({ id }) => `Affectation ${id}\u00a0: le règlement d’un payeur paie ce que doit un autre.`,
  },
  {
    table: 'allocation',
    sql: `select allocation.id from allocation
      left join payment on payment.id = payment_id left join invoice note on note.id = credit_note_id
      left join opening_balance credit on credit.id = opening_credit_id left join debt_decision decision on decision.id = decision_id
      left join invoice on invoice.id = invoice_id left join opening_balance debt on debt.id = opening_debt_id
      left join refund on refund.id = refund_id
      where coalesce(payment.regie_id, note.regie_id, credit.regie_id, decision.regie_id)
        <> coalesce(invoice.regie_id, debt.regie_id, refund.regie_id)`,
    sentence: ({ id }) => `Affectation ${id}\u00a0: le règlement d’une régie paie ce qui est dû à une autre.`,
  },
  {
    table: 'allocation',
    sql: `select opposite.id from allocation opposite left join allocation undone on undone.id = opposite.reverses_id
      where opposite.reverses_id is not null and (undone.reverses_id is not null
        or opposite.amount_cents is not -undone.amount_cents or opposite.on_day < undone.on_day
        or opposite.payment_id is not undone.payment_id or opposite.credit_note_id is not undone.credit_note_id
        or opposite.opening_credit_id is not undone.opening_credit_id or opposite.decision_id is not undone.decision_id
        or opposite.invoice_id is not undone.invoice_id or opposite.opening_debt_id is not undone.opening_debt_id
        or opposite.refund_id is not undone.refund_id)`,
    sentence: ({ id }) => `Affectation ${id}\u00a0: elle ne dit pas le contraire de celle qu’elle annule.`,
  },
  {
    table: 'debt_decision',
    sql: `select decision.id, sum(part.amount_cents) as used from debt_decision decision
      left join allocation part on part.decision_id = decision.id group by decision.id
      having decision.cancelled_at is not null and used <> 0`,
    sentence: ({ id, used }) => `Décision ${id}, annulée\u00a0: ${cents(used)} y sont encore affectés.`,
  },
  {
    table: 'treasury_payment',
    sql: `select max(told.id) as id, sum(told.amount_cents) as paid, (
        select coalesce(sum(part.amount_cents), 0) from allocation part join debt_decision decision
          on decision.id = part.decision_id and decision.kind = 'transmission'
        where part.invoice_id = told.invoice_id or part.opening_debt_id = told.opening_debt_id) as sent
      from treasury_payment told where told.cancelled_at is null and told.paid_on is not null group by told.invoice_id, told.opening_debt_id
      having paid > sent`,
    sentence: ({ id, paid, sent }) =>
      `Encaissement ${id} de la Trésorerie\u00a0: ${cents(paid)} payés, pour ${cents(sent)} transmis.`,
  },
  {
    table: 'refund',
    sql: `select refund.id, refund.amount_cents as amount, told.amount_cents as told from refund
      left join treasury_payment told on told.refund_id = refund.id
      where (refund.means = 'treasury' or told.id is not null) and (refund.means <> 'treasury' or told.amount_cents is not refund.amount_cents
        or told.paid_on is not refund.paid_on or (told.cancelled_at is null) <> (refund.cancelled_at is null))`,
    sentence: ({ id, amount, told }) =>
      `Reversement ${id} de ${cents(amount)}\u00a0: la dette à la Trésorerie en dit ${cents(told)}, ou un autre état.`,
  },
  {
    table: 'outstanding_statement',
    sql: `select statement.id, statement.amount_cents as amount, (select sum(debtor.value ->> '$.cents')
        from json_each(statement.facts, '$.debtors') debtor) as asked, (
        select sum(part.amount_cents) from debt_decision decision join allocation part on part.decision_id = decision.id
          and part.act_id = decision.act_id
        where decision.act_id = statement.act_id and decision.kind = 'transmission') as sent
      from outstanding_statement statement where asked is not amount or sent is not amount`,
    sentence: ({ id, amount, sent }) => `État ${id} de ${cents(amount)}\u00a0: ${cents(sent)} ont été transmis.`,
  },
  {
    table: 'reminder',
    sql: `select reminder.id, reminder.amount_cents as amount, (select sum(debt.value ->> '$.leftCents')
        from json_each(reminder.paper, '$.debts') debt) as asked from reminder
      where asked is not amount`,
    sentence: ({ id, amount, asked }) =>
      `Relance ${id} de ${cents(amount)}\u00a0: les dettes qu’elle nomme font ${cents(asked)}.`,
  },
  {
    table: 'home_balance',
    sql: `with owed as (
        select family_id, regie_id, sum(cents) as cents from (
          select family_id, regie_id, total_cents as cents from invoice where state = 'issued'
          union all select family_id, regie_id, -amount_cents from payment where cancelled_at is null
          union all select family_id, regie_id, amount_cents from opening_balance
          union all select family_id, regie_id, amount_cents from refund where paid_on is not null and means <> 'treasury'
          union all select family_id, regie_id, part.amount_cents from refund
            join allocation part on part.refund_id = refund.id where means = 'treasury'
          union all select family_id, regie_id, -part.amount_cents from debt_decision decision
            join allocation part on part.decision_id = decision.id
        ) where family_id is not null group by family_id, regie_id having sum(cents) <> 0
      ) select null as id, coalesce(owed.family_id, known.family_id) as family, coalesce(owed.cents, 0) as owed,
          coalesce(known.cents, 0) as known
        from owed full join home_balance known on known.family_id = owed.family_id and known.regie_id = owed.regie_id
        where owed.cents is not known.cents`,
    sentence: ({ family, owed, known }) =>
      `Famille ${Number(family)}\u00a0: son solde est de ${cents(owed)}, la liste des familles dit ${cents(known)}.`,
  },
  {
    table: 'payment_plan',
    sql: `select plan.id, (select sum(value ->> '$.cents') from json_each(parts)) as amount,
        (select sum(value ->> '$.leftCents') from json_each(paper, '$.debts')) as planned from payment_plan plan
      where amount is not planned`,
    sentence: ({ id, amount, planned }) =>
      `Échéancier ${id}\u00a0: ses parts font ${cents(amount)}, les dettes qu’il reprend ${cents(planned)}.`,
  },
  {
    table: 'refund',
    sql: `select refund.id, refund.amount_cents as amount, coalesce(sum(part.amount_cents), 0) as used from refund
      left join allocation part on part.refund_id = refund.id group by refund.id
      having used <> iif(refund.cancelled_at is null, amount, 0)`,
    sentence: ({ id, amount, used }) =>
      `Remboursement ${id} de ${cents(amount)}\u00a0: ${cents(used)} lui sont affectés.`,
  },
  {
    table: 'invoice',
    sql: `select ${paperColumns('invoice')} from invoice join regie on regie.id = regie_id
      where series is not null and substr(series, 1, length(series) - 1) <> coalesce(prefix, '')`,
    sentence: (found) => `${paperText(found)}\u00a0: son numéro n’est pas de la série de sa régie.`,
  },
  {
    table: 'invoice',
    sql: `select ${paperColumns('note')} from invoice note join invoice corrected on corrected.id = note.corrects_id
      where note.regie_id <> corrected.regie_id`,
    sentence: (found) => `${paperText(found)}\u00a0: l’avoir corrige la facture d’une autre régie.`,
  },
  {
    table: 'reservation',
    sql: `${billed} select reservation.id, reservation.day, reservation.billed_by as invoice from reservation
      where billed_by is not null
      and not exists (select 1 from owed where owed.invoice_id = billed_by and owed.reservation_id = reservation.id)`,
    sentence: (found) => `${cell(found)}\u00a0: notée comme facturée, mais aucune ligne émise ne la facture.`,
  },
  {
    table: 'reservation',
    sql: `${billed} select owed.reservation_id as id, reservation.day, owed.invoice_id as invoice from owed
      left join reservation on reservation.id = owed.reservation_id
      where reservation.billed_by is not owed.invoice_id`,
    sentence: (found) =>
      found['day'] === null
        ? `Réservation ${found.id}\u00a0: facturée, mais effacée.`
        : `${cell(found)}\u00a0: facturée par une ligne émise, sans en porter la marque.`,
  },
  {
    table: 'reservation',
    sql: `with late as materialized (
      select distinct line.invoice_id, cell.value as reservation_id
      from invoice_line line, json_each(line.reservation_ids) cell where line.basis ->> '$.lateCancellation'
    ) select id, day from reservation where billed_by is not null
      and billed_cancellation <> exists (select 1 from late where invoice_id = billed_by and reservation_id = reservation.id)
      union all select id, day from reservation where billed_by is null and billed_cancellation`,
    sentence: (found) => `${cell(found)}\u00a0: facturée pour autre chose que ce que dit sa ligne.`,
  },
  {
    table: 'reservation',
    sql: `${billed} select reservation_id as id, count(*) as papers from owed group by reservation_id having papers > 1`,
    sentence: ({ id, papers }) => `Réservation ${id}\u00a0: facturée par ${counted(Number(papers), 'facture')}.`,
  },
  ...spanRules,
  ...debitRules,
  ...bankRules,
]

// ---- places -----------------------------------------------------------------------------------------------------

/**
 * Finds openings with more places taken than their capacity, without counting places that staff overbooked on purpose.
 * Offered places count as taken. The highest capacity that an opening ever had counts, because lowering it later
 * removes nobody. Openings with places per group are not checked by group: a child whose group changes keeps its place,
 * so that a group may have too many.
 */
const overCapacity = (sqlite: Sqlite.Database): readonly Finding[] => {
  type Over = { id: number | null; period_id: number; day: Day; slot_id: number; held: number; capacity: number | null }
  const over = sqlite
    .prepare<[], Over>(
      `select opening.id, taken.period_id, taken.day, taken.slot_id, taken.held, opening.capacity from (
        select period_id, day, slot_id, sum(held) as held from (
          select period_id, day, slot_id, count(*) - sum(overbooked) as held from reservation indexed by reservation_place
          where held = 'confirmed' group by period_id, day, slot_id
          union all
          select period_id, day, slot_id, count(*) from reservation
          where offered_until is not null group by period_id, day, slot_id
        ) group by period_id, day, slot_id
      ) taken
      left join opening on opening.period_id = taken.period_id and opening.day = taken.day
        and opening.slot_id = taken.slot_id
      where taken.held > coalesce(opening.capacity, 0) and opening.group_places is null`,
    )
    .all()
  if (over.length === 0) return []
  const highest = highestCapacities(sqlite)
  return over
    .filter(({ id, held }) => held > (id === null ? 0 : (highest.get(id) ?? 0)))
    .slice(0, 50)
    .map(({ id, day, held, capacity }) =>
      fact(
        'opening',
        id,
        capacity === null
          ? `Le ${numericDay(day)}, ${counted(held, 'place tenue', 'places tenues')} sur une plage qui n’est pas ouverte.`
          : `Le ${numericDay(day)}, ${counted(held, 'place tenue', 'places tenues')} pour ${counted(capacity, 'place')}, sans dépassement décidé.`,
      ),
    )
}

const highestCapacities = (sqlite: Sqlite.Database): ReadonlyMap<number, number> => {
  const highest = new Map<number, number>()
  const raise = (id: number, capacity: unknown) => {
    if (typeof capacity === 'number') highest.set(id, Math.max(capacity, highest.get(id) ?? 0))
  }
  type Change = { entity_id: number | null; before: string }
  const changes = sqlite.prepare<[], Change>(
    `select entity_id, before from audit where entity = 'opening' and operation in ('update', 'updateMany')`,
  )
  for (const { entity_id, before } of changes.iterate()) {
    const old = JSON.parse(before) as { capacity?: number; rows?: [number, { capacity?: number }][] }
    if (entity_id !== null) raise(entity_id, old.capacity)
    for (const [id, row] of old.rows ?? []) raise(id, row.capacity)
  }
  return highest
}

const otherHomes = (sqlite: Sqlite.Database): readonly Finding[] =>
  bookedOnOtherHomes(sqlite)
    .slice(0, 50)
    .map((found) =>
      fact('reservation', found.id, `${cell(found)}\u00a0: ce jour est celui de l’autre foyer de l’enfant.`),
    )

// ---- the audit trail of acts ------------------------------------------------------------------------------------

const unrecorded: ReadonlySet<string> = new Set(unrecordedTables)

/**
 * Every row has the audit row of the act that made it, and every row that an act made still exists or was removed by an
 * act. The audit of health records names only the child, so these have a rule of their own above.
 */
const auditTrail = (sqlite: Sqlite.Database): readonly Finding[] =>
  tableNames
    .filter((name) => name !== 'health_record' && !unrecorded.has(name))
    .flatMap((name) => [...withoutAct(sqlite, name), ...vanished(sqlite, name)])

// ---- the logs of the exchange -----------------------------------------------------------------------------------

const exchangeLogs = (sqlite: Sqlite.Database): readonly Finding[] => {
  const text = sqlite.prepare('select side from exchange_side').pluck().get() as string | undefined
  if (text === undefined) return []
  const { own, mirror } = JSON.parse(text) as Side
  return [...brokenChain(sqlite, 'own_entry', own.start), ...brokenChain(sqlite, 'mirror_entry', mirror.start)]
}

/** Verifies the hash chain: each entry's hash covers its content and the previous entry's hash. */
const brokenChain = (sqlite: Sqlite.Database, table: string, start: Position): readonly Finding[] => {
  const entries = sqlite.prepare<[number], Entry>(
    `select number, hash, id, kind, at, body from ${table} where number > ? order by number`,
  )
  let before = start
  for (const entry of entries.iterate(start.number)) {
    if (!isContinuation(before, [entry], sha256))
      return [
        fact(table, entry.number, `Le journal des échanges (${table}) ne se suit plus à son entrée ${entry.number}.`),
      ]
    before = entry
  }
  return []
}

type Batch = { readonly act: number; readonly from: number; readonly to: number }

const batchesOf = (sqlite: Sqlite.Database, table: string): readonly Batch[] =>
  sqlite
    .prepare<[string], Batch>(
      `select audit.act_id as act, ids.value ->> 0 as "from", ids.value ->> 1 as "to"
      from audit join act on act.id = audit.act_id, json_each(audit.after, '$.ids') ids
      where audit.entity = ? and audit.entity_id is null and audit.operation = 'insertMany' and act.state <> 'takenBack'`,
    )
    .all(table)

/** Keys `<act> <id>` of the rows that an act changed in bulk, setting their `act_id` to its own. */
const rewrittenIn = (sqlite: Sqlite.Database, table: string): ReadonlySet<string> =>
  new Set(
    sqlite
      .prepare<[string], string>(
        `select audit.act_id || ' ' || (changed.value ->> 0)
        from audit join act on act.id = audit.act_id, json_each(audit.before, '$.rows') changed
        where audit.entity = ? and audit.entity_id is null and audit.operation = 'updateMany'
        and audit.after ->> '$.actId' = audit.act_id and act.state <> 'takenBack'`,
      )
      .pluck()
      .all(table),
  )

/** SQL: a migration made the row, not an act. Every file has such a régie and such a site. */
const isMadeByMigration = (table: string): string =>
  table === 'regie' ? `made.id = ${firstRegieId}` : table === 'site' ? `made.id = ${firstSiteId}` : 'false'

const withoutAct = (sqlite: Sqlite.Database, table: string): readonly Finding[] => {
  const carriesAct = 'actId' in getTableColumns(getTable(table))
  const byAct = carriesAct ? 'and audit.act_id = made.act_id' : ''
  const alone = sqlite.prepare<[string], { id: number; act: number | null; state: string | null }>(
    `select made.id, ${carriesAct ? 'made.act_id' : 'null'} as act,
      ${carriesAct ? '(select state from act where act.id = made.act_id)' : 'null'} as state
    from ${table} made
    where not ${isMadeByMigration(table)} and not exists (select 1 from audit indexed by audit_entity
      join act on act.id = audit.act_id where audit.entity = ? and audit.entity_id = made.id and audit.operation <> 'consult'
      and act.state <> 'takenBack' ${byAct})`,
  )
  const batches = batchesOf(sqlite, table).toSorted((a, b) => a.from - b.from)
  let rewritten: ReadonlySet<string> | undefined
  const findings: Finding[] = []
  // The rows and the batches are both in the order of their ids, so one pass suffices; batches overlap only when an id
  // was used again.
  let first = 0
  for (const { id, act } of alone.iterate(table)) {
    while ((batches[first]?.to ?? Number.POSITIVE_INFINITY) < id) first += 1
    let signed = false
    for (let at = first; !signed && (batches[at]?.from ?? Number.POSITIVE_INFINITY) <= id; at += 1) {
      signed = (act === null || batches[at]?.act === act) && (batches[at]?.to ?? 0) >= id
    }
    rewritten ??= signed ? undefined : rewrittenIn(sqlite, table)
    if (signed || rewritten?.has(`${act} ${id}`)) continue
    findings.push(fact(table, id, `Une ligne de «\u00a0${table}\u00a0» (${id}) n’a été écrite par aucune opération.`))
    if (findings.length === 50) break
  }
  return findings
}

const vanished = (sqlite: Sqlite.Database, table: string): readonly Finding[] => {
  const sentence = `Une ligne de «\u00a0${table}\u00a0» a disparu sans trace.`
  const singles = sqlite
    .prepare<[string, string], number>(
      `select made.entity_id from audit made join act on act.id = made.act_id
      where made.entity = ? and made.operation = 'insert' and act.state <> 'takenBack'
      and not exists (select 1 from ${table} where id = made.entity_id)
      and not exists (select 1 from audit gone where gone.entity = ? and gone.entity_id = made.entity_id
        and gone.operation = 'remove' and gone.id > made.id)
      limit 50`,
    )
    .pluck()
    .all(table, table)
  const present = sqlite
    .prepare<[number, number], number>(`select count(*) from ${table} where id between ? and ?`)
    .pluck()
  const removed = sqlite
    .prepare<[string, number, number], number>(
      `select count(distinct entity_id) from audit where entity = ? and entity_id between ? and ? and operation = 'remove'`,
    )
    .pluck()
  const holes = batchesOf(sqlite, table)
    .filter(({ from, to }) => (present.get(from, to) ?? 0) + (removed.get(table, from, to) ?? 0) < to - from + 1)
    .slice(0, 50)
  return [...singles.map((id) => fact(table, id, sentence)), ...holes.map(({ from }) => fact(table, from, sentence))]
}

// ---- numbered papers --------------------------------------------------------------------------------------------

const numbersWithoutHole = (sqlite: Sqlite.Database): readonly Finding[] => {
  const skipped = numbersSkipped(sqlite)
  type Numbered = {
    table: keyof typeof numberedNames
    series: string
    prefix: string
    year: number
    last: number
    held: number
  }
  return sqlite
    .prepare<[], Numbered>(
      `select 'payment' as "table", coalesce(prefix, '') || 'Q' as series, coalesce(prefix, '') as prefix,
        receipt_year as year, max(receipt_number) as last, count(*) as held
      from payment join regie on regie.id = regie_id group by regie_id, receipt_year
      union all
      select 'reminder', series, substr(series, 1, length(series) - 1), year, max(number), count(*)
      from reminder group by series, year
      union all
      select 'outstanding_statement', series, substr(series, 1, length(series) - 1), year, max(number), count(*)
      from outstanding_statement group by series, year`,
    )
    .all()
    .filter(({ series: name, year, last, held }) => {
      const lost = (skipped[`${name}${year}`] ?? []).reduce((sum, [from, to]) => sum + to - from + 1, 0)
      return last !== held + lost
    })
    .map(({ table, prefix, year, last, held }) => {
      const [one, many] = numberedNames[table]
      return fact(
        table,
        null,
        `${many}${prefix === '' ? '' : ` ${prefix}`} de ${year}\u00a0: ${counted(held, one)} pour une dernière au numéro ${last}.`,
      )
    })
}

const numberedNames = {
  payment: ['quittance', 'Quittances'],
  reminder: ['relance', 'Relances'],
  outstanding_statement: ['état', 'États'],
} as const

const series = (sqlite: Sqlite.Database): readonly Finding[] => {
  const db = drizzle(sqlite, { schema, casing: 'snake_case' })
  const { invoice, invoiceLine } = schema
  const papers = db
    .select()
    .from(invoice)
    .where(eq(invoice.state, 'issued'))
    .orderBy(asc(invoice.series), asc(invoice.year), asc(invoice.number))
    .all()
  const lines = Map.groupBy(db.select().from(invoiceLine).all(), ({ invoiceId }) => invoiceId)
  const bySeries = Map.groupBy(papers, (paper) => paper.series)
  const skipped = numbersSkipped(sqlite)
  return [...bySeries].flatMap(([name, issued]) => {
    const sealed = issued.map((paper) => ({
      year: paper.year ?? 0,
      number: paper.number ?? 0,
      previousHash: paper.previousHash,
      hash: paper.hash ?? '',
      content: hashedContent(paper, bodyDigest(paper, lines.get(paper.id) ?? [])),
    }))
    const sentence = brokenSeries(sealed, sha256, (year, number) =>
      (skipped[`${name}${year}`] ?? []).some(([from, to]) => from <= number && number <= to),
    )
    return sentence === undefined
      ? []
      : [fact(getTableName(invoice), null, sentenceWithSubject(`Série «\u00a0${name ?? ''}\u00a0»`, sentence))]
  })
}

const damage = (table: string, id: number | null, sentence: string): Finding => ({
  kind: 'damage',
  sentence,
  table,
  id,
})
const fact = (table: string, id: number | null, sentence: string): Finding => ({ kind: 'fact', sentence, table, id })
