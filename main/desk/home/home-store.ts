import type { Day } from '../../../shared/rules/calendar/day.ts'
import { committedSql } from '../../store/acts/committed.ts'
import { rowOfSearchKey, type SearchKind } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'

export type SearchHit = { readonly kind: SearchKind; readonly id: number }

const maxHits = 200

/** Families, guardians and children whose names match. @param match an expression of FTS5, SQLite's full-text search */
export const findByName = (store: Store, match: string): SearchHit[] =>
  (
    store.statement('select rowid from search where search match ? limit ?').pluck().all(match, maxHits) as number[]
  ).map(rowOfSearchKey)

export const findByPhone = (store: Store, pattern: string): SearchHit[] =>
  (
    store
      .statement('select distinct owner from search_phone where digits like ? order by digits limit ?')
      .pluck()
      .all(pattern, maxHits) as number[]
  ).map(rowOfSearchKey)

/** All distinct words of names, without case or accents. */
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
 * Issued papers with this number, latest year first. With a year, also papers whose number, padded with zeros, begins
 * with these digits.
 */
export const invoicesNumbered = (
  store: Store,
  query: { year: number | null; kind: 'creditNote' | null; digits: string; most: number },
): InvoiceFound[] => {
  const width = query.kind === 'creditNote' ? 5 : 6
  const span = query.year === null ? 1 : 10 ** Math.max(0, width - query.digits.length)
  const from = Number(query.digits) * span
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
        query.year ?? 0,
        query.year ?? 9999,
        Number(query.digits),
        from,
        from + span,
        query.kind,
        query.kind,
        Number(query.digits),
        query.most,
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

/** Number of present families with a child that lack a guardian, a quotient or an address, which billing needs. */
export const incompleteFamilies = (
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
       where (left_on is null or left_on > :day) and ${committedSql('act_id')}
         and exists (select 1 from family_child where family_id = family.id)`,
    )
    .get({ day: on }) as { withoutGuardian: number; withoutQuotient: number; withoutAddress: number }
