import type { Day } from '../../../shared/rules/calendar/day.ts'
import { type SeriesLetter, seriesOf, type TypedNumber } from '../../../shared/rules/money/series.ts'
import { oldestQuotientsPricing } from '../../../shared/rules/quotient/validity.ts'
import { committedSql } from '../../store/acts/committed.ts'
import { seenHitsSql } from '../../store/limited/limited-store.ts'
import { isNameKeySql, rowOfSearchKey, type SearchKind, valueOfKeySql } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'
import { homesPriced } from '../quotients/quotients.ts'
import { quotientRuleOf } from '../settings/settings.ts'

export type SearchHit = { readonly kind: SearchKind; readonly id: number }

const maxHits = 200

/** Families, guardians and children whose names match. @param match an expression of FTS5, SQLite's full-text search */
export const findByName = (store: Store, match: string): SearchHit[] =>
  (
    store
      .statement(`select rowid from search where search match ? and ${isNameKeySql} ${seenHitsSql(store)} limit ?`)
      .pluck()
      .all(match, maxHits) as number[]
  ).map(rowOfSearchKey)

/**
 * Records with these words in a custom field; for a value of a registration, its child. @param fieldIds the fields to
 * search
 */
export const findByValue = (store: Store, match: string, fieldIds: readonly number[]): SearchHit[] =>
  (
    store
      .statement(
        `select own.family_id, own.guardian_id, coalesce(own.child_id, registration.child_id) from search
        join custom_value own on own.id = ${valueOfKeySql}
        left join registration on registration.id = own.registration_id
        where search match ? and own.field_id in (select value from json_each(?)) limit ?`,
      )
      .raw()
      .all(match, JSON.stringify(fieldIds), maxHits) as (number | null)[][]
  ).flatMap(([family = null, guardian = null, child = null]): SearchHit[] => {
    if (family !== null) return [{ kind: 'family', id: family }]
    if (guardian !== null) return [{ kind: 'guardian', id: guardian }]
    return child === null ? [] : [{ kind: 'child', id: child }]
  })

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
  series: string
  year: number
  number: number
  totalCents: number
  issuedOn: Day
  familyId: number | null
  thirdPartyId: number | null
  /** The name of the home or the third party. */
  name: string
}

/**
 * Issued papers with this number in series of these letters, latest year first; the first régie's before the others'.
 * With a year, also papers whose number, padded with zeros, begins with these digits.
 */
export const invoicesNumbered = (
  store: Store,
  {
    prefix,
    letters,
    year,
    digits,
    most,
  }: Omit<TypedNumber, 'letter'> & { readonly letters: readonly SeriesLetter[]; readonly most: number },
): InvoiceFound[] => {
  const series = (
    store.statement('select distinct series from invoice where series is not null').pluck().all() as string[]
  ).filter((name) => letters.some((one) => (prefix === null ? name.endsWith(one) : name === seriesOf(prefix, one))))
  const width = letters.every((letter) => letter === 'A') ? 5 : 6
  const span = year === null ? 1 : 10 ** Math.max(0, width - digits.length)
  const from = Number(digits) * span
  return store
    .statement(
      `select invoice.id, invoice.kind, series, year, number, total_cents as totalCents, issued_on as issuedOn,
          family_id as familyId, third_party_id as thirdPartyId, coalesce(family.name, third_party.name) as name
         from invoice left join family on family.id = family_id left join third_party on third_party.id = third_party_id
        where series in (select value from json_each(:series)) and year between :firstYear and :lastYear
          and (number = :number or (number >= :from and number < :until))
        order by year desc, number = :number desc, number, length(series), series limit :most`,
    )
    .all({
      series: JSON.stringify(series),
      firstYear: year ?? 0,
      lastYear: year ?? 9999,
      number: Number(digits),
      from,
      until: from + span,
      most,
    }) as InvoiceFound[]
}

/**
 * Number of present families with a child that lack a guardian or an address, which billing needs, and of those with
 * days to price that have no quotient.
 */
export const incompleteFamilies = (
  store: Store,
  on: Day,
): { withoutGuardian: number; withoutQuotient: number; withoutAddress: number } => {
  const oldest = oldestQuotientsPricing(quotientRuleOf(store), on)
  return store
    .statement(
      `select
        coalesce(sum(not exists (select 1 from family_guardian where family_id = family.id)), 0) as withoutGuardian,
        coalesce(sum(not exists (select 1 from family_address where family_id = family.id)), 0) as withoutAddress,
        coalesce(sum(family.id in (select value from json_each(:priced)) and (select iif(to_day is null, from_day >= :oldestFrom, to_day >= :oldestTo) and value is not null
          from family_quotient where family_id = family.id and from_day <= :day
          order by from_day desc limit 1) is not 1), 0) as withoutQuotient
       from family
       where (left_on is null or left_on > :day) and ${committedSql('act_id')}
         and exists (select 1 from family_child where family_id = family.id)`,
    )
    .get({
      day: on,
      oldestFrom: oldest.fromDay,
      oldestTo: oldest.toDay,
      priced: JSON.stringify(homesPriced(store, on)),
    }) as {
    withoutGuardian: number
    withoutQuotient: number
    withoutAddress: number
  }
}
