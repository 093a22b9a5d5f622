import { mayHear } from '../../../shared/record/hearing.ts'
import type { Role } from '../../../shared/rules/access/roles.ts'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { type SearchKind, searchedRow } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'

export type SearchHit = { readonly kind: SearchKind; readonly id: number }

const hitsAtMost = 200

/** Families, guardians and children whose names match, in the language of FTS5. */
export const findNamed = (store: Store, match: string): SearchHit[] =>
  (
    store.statement('select rowid from search where search match ? limit ?').pluck().all(match, hitsAtMost) as number[]
  ).map(searchedRow)

export const findPhones = (store: Store, pattern: string): SearchHit[] =>
  (
    store
      .statement('select distinct owner from search_phone where digits like ? order by digits limit ?')
      .pluck()
      .all(pattern, hitsAtMost) as number[]
  ).map(searchedRow)

/** Every different word of a name, without case or accents. */
export const wordsOfNames = (store: Store): string[] =>
  store.statement('select term from search_word').pluck().all() as string[]

type InvoiceFound = {
  id: number
  kind: 'invoice' | 'creditNote'
  year: number
  number: number
  totalCents: number
  issuedOn: Day
  family: { id: number; name: string }
}

/**
 * Issued papers by number: from a year, those whose six digits begin as typed; without, that very number, latest year
 * first.
 */
export const invoicesNumbered = (
  store: Store,
  wanted: { year: number | null; kind: 'creditNote' | null; digits: string; most: number },
): InvoiceFound[] => {
  const width = wanted.kind === 'creditNote' ? 5 : 6
  const span = wanted.year === null ? 1 : 10 ** Math.max(0, width - wanted.digits.length)
  const from = Number(wanted.digits) * span
  return (
    store
      .statement(
        `select invoice.id, kind, year, number, total_cents, issued_on, family_id, family.name
           from invoice join family on family.id = family_id
          where series in (select distinct series from invoice where series is not null)
            and year between ? and ? and number >= ? and number < ? and (? is null or kind = ?)
          order by year desc, number limit ?`,
      )
      .all(wanted.year ?? 0, wanted.year ?? 9999, from, from + span, wanted.kind, wanted.kind, wanted.most) as {
      id: number
      kind: 'invoice' | 'creditNote'
      year: number
      number: number
      total_cents: number
      issued_on: Day
      family_id: number
      name: string
    }[]
  ).map((row) => ({
    id: row.id,
    kind: row.kind,
    year: row.year,
    number: row.number,
    totalCents: row.total_cents,
    issuedOn: row.issued_on,
    family: { id: row.family_id, name: row.name },
  }))
}

/** Acts that touched a family, its people, its inscriptions or its money; readings and health are told elsewhere. */
export const actsAbout = (
  store: Store,
  familyId: number,
  { count, roles }: { readonly count: number; readonly roles: readonly Role[] },
): { actId: number; at: Instant; who: string; label: string }[] =>
  (
    store
      .statement(
        `with child_of(id) as (select child_id from family_child where family_id = :family),
              guardian_of(id) as (select guardian_id from family_guardian where family_id = :family),
              touched(act_id) as (
                select act_id from audit where entity = 'family' and entity_id = :family
                union select act_id from audit where entity = 'child' and entity_id in child_of
                union select act_id from audit where entity = 'guardian' and entity_id in guardian_of
                ${[
                  'family_address',
                  'family_quotient',
                  'family_guardian',
                  'family_child',
                  'registration',
                  'invoice',
                  'payment',
                ]
                  .map(
                    (table) =>
                      `union select act_id from ${table} where family_id = :family ${auditOf(table, 'family_id = :family')}`,
                  )
                  .join(' ')}
                ${['schooling', 'pickup_contact']
                  .map(
                    (table) =>
                      `union select act_id from ${table} where child_id in child_of ${auditOf(table, 'child_id in child_of')}`,
                  )
                  .join(' ')}
              )
         select id, kind, coalesce(closed_at, started_at) as at, actor_name, label from act
          where id in touched and state = 'closed' order by id desc`,
      )
      .all({ family: familyId }) as { id: number; kind: string; at: Instant; actor_name: string; label: string }[]
  )
    .filter(({ kind }) => mayHear(roles, kind))
    .slice(0, count)
    .map((row) => ({ actId: row.id, at: row.at, who: row.actor_name, label: row.label }))

/** Changes of the rows that are still there. */
const auditOf = (table: string, condition: string) =>
  `union select act_id from audit where entity = '${table}' and entity_id in (select id from ${table} where ${condition})`

/** Families still here, with a child, that miss something a bill needs. */
export const filesToComplete = (
  store: Store,
  on: Day,
): { withoutGuardian: number; withoutQuotient: number; withoutAddress: number } =>
  store
    .statement(
      `select
        coalesce(sum(not exists (select 1 from family_guardian where family_id = family.id)), 0) as withoutGuardian,
        coalesce(sum(not exists (select 1 from family_address where family_id = family.id)), 0) as withoutAddress,
        coalesce(sum((select value from family_quotient where family_id = family.id and from_day <= :day
          order by from_day desc limit 1) is null), 0) as withoutQuotient
       from family
       where (left_on is null or left_on > :day) and act_id not in (select id from act where state = 'open')
         and exists (select 1 from family_child where family_id = family.id)`,
    )
    .get({ day: on }) as { withoutGuardian: number; withoutQuotient: number; withoutAddress: number }
