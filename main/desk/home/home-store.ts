import type { Day } from '../../../shared/rules/calendar/day.ts'
import { rowOfSearchKey, type SearchKind } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'

export type SearchHit = { readonly kind: SearchKind; readonly id: number }

const hitsAtMost = 200

/** Families, guardians and children whose names match, in the language of FTS5. */
export const findNamed = (store: Store, match: string): SearchHit[] =>
  (
    store.statement('select rowid from search where search match ? limit ?').pluck().all(match, hitsAtMost) as number[]
  ).map(rowOfSearchKey)

export const findPhones = (store: Store, pattern: string): SearchHit[] =>
  (
    store
      .statement('select distinct owner from search_phone where digits like ? order by digits limit ?')
      .pluck()
      .all(pattern, hitsAtMost) as number[]
  ).map(rowOfSearchKey)

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
 * Issued papers by number, latest year first: that very number; with its year, also those whose six digits begin as
 * typed.
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
            and year between ? and ? and (number = ? or (number >= ? and number < ?)) and (? is null or kind = ?)
          order by year desc, number = ? desc, number limit ?`,
      )
      .all(
        wanted.year ?? 0,
        wanted.year ?? 9999,
        Number(wanted.digits),
        from,
        from + span,
        wanted.kind,
        wanted.kind,
        Number(wanted.digits),
        wanted.most,
      ) as {
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
