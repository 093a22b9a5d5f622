import type { Day } from '../../../shared/rules/calendar/day.ts'
import { monthText, numericDay } from '../../../shared/rules/text/french.ts'
import { type Found, paperColumns, paperText, type Rule } from './rule.ts'

/* Rules on spans (a home in a month), on what was billed of them, and on papers of seal version 2. */

const spanText = ({ family, month }: Found): string =>
  `Famille ${Number(family)}, ${monthText(`${String(month)}-01` as Day)}`

export const spanRules: readonly Rule[] = [
  {
    // An index alone gives the pairs of registration and month; only the few pairs without a span are examined.
    table: 'billing_span',
    sql: `select null as id, registration.family_id as family, touched.month from (
        select distinct registration_id, substr(day, 1, 7) as month from reservation
      ) touched join registration on registration.id = touched.registration_id
      where not exists (select 1 from billing_span span
        where span.family_id = registration.family_id and span.month = touched.month)
      and exists (select 1 from reservation cell left join attendance on attendance.reservation_id = cell.id
        where cell.registration_id = touched.registration_id
        and cell.day between touched.month || '-01' and touched.month || '-31'
        and (cell.held = 'confirmed' or cell.charged_reason is not null or cell.cancel_surcharge_cents > 0
          or cell.cancel_notice is not null or attendance.mark = 'present'))
      group by family, touched.month`,
    sentence: (found) => `${spanText(found)}\u00a0: ce mois a des cases à facturer et n’est pas suivi.`,
  },
  {
    table: 'invoice',
    sql: `select distinct ${paperColumns('note')} from invoice_line line
      join invoice note on note.id = line.invoice_id
      left join invoice_line corrected on corrected.id = line.corrects_line_id
      where line.corrects_line_id is not null and (note.kind <> 'creditNote' or note.corrects_id is null
        or corrected.invoice_id is not note.corrects_id or corrected.child_id <> line.child_id
        or corrected.activity_id <> line.activity_id or corrected.fiscal <> line.fiscal)`,
    sentence: (found) => `${paperText(found)}\u00a0: une ligne reprend une ligne qui n’est pas de la facture corrigée.`,
  },
  {
    // Parts of a monthly minimum are left out, because they can go back several times: the next rule checks their sum.
    table: 'invoice',
    sql: `with given as (
        select line.corrects_line_id as line_id, given.value as day, count(*) as units
        from invoice_line line join invoice note on note.id = line.invoice_id
        join invoice_line corrected on corrected.id = line.corrects_line_id, json_each(line.days) given
        where note.state = 'issued' and line.unit_cents = corrected.unit_cents group by 1, 2
      ) select ${paperColumns('invoice')}, min(given.day) as day from given
      join invoice_line line on line.id = given.line_id join invoice on invoice.id = line.invoice_id
      where given.units > (select count(*) from json_each(line.days) billed where billed.value = given.day)
      group by invoice.id`,
    sentence: (found) =>
      `${paperText(found)}\u00a0: le ${numericDay(found['day'] as Day)} a été rendu plus de fois qu’il n’a été facturé.`,
  },
  {
    table: 'invoice',
    sql: `with given as (
        select line.corrects_line_id as line_id, sum(line.total_cents) as cents
        from invoice_line line join invoice note on note.id = line.invoice_id
        where line.corrects_line_id is not null and note.state = 'issued' group by 1
      ) select distinct ${paperColumns('invoice')} from given
      join invoice_line line on line.id = given.line_id join invoice on invoice.id = line.invoice_id
      where abs(given.cents) > abs(line.total_cents)`,
    sentence: (found) => `${paperText(found)}\u00a0: une de ses lignes a été rendue pour plus qu’elle ne demande.`,
  },
  {
    table: 'give_up',
    sql: `select give_up.id, give_up.family_id as family, give_up.month from give_up
      left join invoice_line line on line.id = give_up.credit_line_id left join invoice note on note.id = line.invoice_id
      where note.kind is not 'creditNote' or note.state <> 'issued' or note.family_id <> give_up.family_id
      or line.activity_id <> give_up.activity_id or line.child_id <> coalesce(give_up.child_id, line.child_id)
      or give_up.unit_cents * json_array_length(give_up.days) > -line.total_cents`,
    sentence: (found) => `${spanText(found)}\u00a0: ce qui a été abandonné n’est pas ce que dit l’avoir.`,
  },
  {
    table: 'invoice',
    sql: `select distinct ${paperColumns('paper')} from invoice_line line join invoice paper on paper.id = line.invoice_id
      left join free_line free on free.id = line.basis ->> '$.freeLine'
      where line.basis like '%"freeLine":%' and paper.state = 'issued' and free.family_id is not paper.family_id`,
    sentence: (found) => `${paperText(found)}\u00a0: une ligne libre facturée n’existe plus, ou n’est pas de ce foyer.`,
  },
  {
    table: 'free_line',
    sql: `with billed as (
        select line.basis ->> '$.freeLine' as id, sum(line.total_cents) as cents
        from invoice_line line join invoice paper on paper.id = line.invoice_id and paper.state = 'issued'
        where line.basis like '%"freeLine":%' group by 1
      ) select free.id, free.family_id as family, substr(free.day, 1, 7) as month
      from billed join free_line free on free.id = billed.id
      where abs(billed.cents) > abs(free.quantity * free.unit_cents) or billed.cents * free.unit_cents < 0`,
    sentence: (found) => `${spanText(found)}\u00a0: une ligne libre est facturée pour plus qu’elle ne dit.`,
  },
  {
    table: 'invoice',
    sql: `select ${paperColumns('note')} from invoice note left join invoice paired on paired.id = note.goes_with_id
      where note.goes_with_id is not null and (note.kind <> 'creditNote' or paired.kind is not 'invoice'
        or paired.family_id <> note.family_id or paired.month is not note.month or paired.run_id is not note.run_id
        or paired.state <> note.state)`,
    sentence: (found) =>
      `${paperText(found)}\u00a0: la facture qui va avec cet avoir n’est pas du même mois ou du même état.`,
  },
  {
    table: 'invoice',
    sql: `select ${paperColumns('invoice')} from invoice where (month is null and kind = 'invoice' and seal_version >= 2
        and family_id is not null)
      or (month is not null and exists (select 1 from invoice_line line, json_each(line.days) billed
        where line.invoice_id = invoice.id and substr(billed.value, 1, 7) <> invoice.month))`,
    sentence: (found) => `${paperText(found)}\u00a0: ses jours ne sont pas d’un seul mois.`,
  },
  {
    // The book is not compared with all versions: one that priced none of the billed months may have been removed.
    table: 'price_book',
    sql: `select distinct price_book.id from price_book, json_each(book, '$.tariffs') tariff,
        json_each(tariff.value, '$.versions') named
      join tariff_version version on version.id = named.value ->> '$.id'
      where price_book.id in (select book_id from billed_span) and (version.revision < named.value ->> '$.revision'
        or (version.revision > named.value ->> '$.revision' and not exists (select 1 from tariff_revision former
          where former.version_id = version.id and former.revision = named.value ->> '$.revision')))`,
    sentence: ({ id }) => `Barème ${id}\u00a0: des mois ont été facturés avec une version de tarif qui n’existe plus.`,
  },
  {
    table: 'payer_part',
    sql: `select part.id, part.family_id as family, part.month from payer_part part
      left join aid on aid.id = part.aid_id left join invoice paper on paper.id = part.billed_by
      left join invoice home on home.id = part.home_paper_id
      where aid.family_id is not part.family_id
      or (part.billed_by is not null and paper.third_party_id is not part.third_party_id)
      or (part.home_paper_id is not null and home.family_id is not part.family_id)
      or exists (select 1 from json_each(part.days) given where substr(given.value, 1, 7) <> part.month)`,
    sentence: (found) => `${spanText(found)}\u00a0: la part d’un tiers payeur ne suit pas son aide ou sa facture.`,
  },
  {
    table: 'invoice',
    sql: `select ${paperColumns('invoice')} from invoice where third_party_id is not null
      and third_party_id in (select third_party_id from invoice paper
        left join (select billed_by, sum(unit_cents * json_array_length(days)) as cents from payer_part group by 1) billed
          on billed.billed_by = paper.id
        where paper.third_party_id is not null and paper.state = 'issued'
        group by third_party_id having sum(paper.total_cents) <> sum(coalesce(billed.cents, 0)))
      group by third_party_id`,
    sentence: (found) =>
      `${paperText(found)}\u00a0: les factures de ce tiers payeur ne disent pas ce que les aides lui laissent.`,
  },
  {
    // A third party cannot owe more for a child's day than the aids took off it, and no less than zero.
    table: 'payer_part',
    sql: `select part.id, part.family_id as family, part.month from payer_part part, json_each(part.days) given
      group by part.aid_id, part.third_party_id, part.child_id, part.activity_id, part.fiscal, given.value
      having sum(part.unit_cents) < 0`,
    sentence: (found) => `${spanText(found)}\u00a0: un tiers payeur a rendu plus qu’il ne devait.`,
  },
  {
    table: 'final_span',
    sql: `select final_span.id, final_span.family_id as family, final_span.month from final_span
      where exists (select 1 from invoice draft where draft.family_id = final_span.family_id and draft.state = 'draft'
        and draft.month = final_span.month and (final_span.regie_id is null or final_span.regie_id = draft.regie_id))`,
    sentence: (found) => `${spanText(found)}\u00a0: ce mois est arrêté, et un brouillon le facture.`,
  },
]
