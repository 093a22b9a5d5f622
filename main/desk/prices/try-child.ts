import type { TriedChild, TryChildInput } from '../../../shared/contract/desk/money/prices.ts'
import { addDays, type Day, day, isWithin, monthKey } from '../../../shared/rules/calendar/day.ts'
import { chargesOf, unitsOf } from '../../../shared/rules/money/charges.ts'
import { familyQuotientOn } from '../../../shared/rules/price/family-quotient.ts'
import { sumOfLines } from '../../../shared/rules/price/price.ts'
import { rankAmong } from '../../../shared/rules/price/siblings.ts'
import type { SpanPrice } from '../../../shared/rules/price/span-price.ts'
import { asksRegistrations, groupsAsked, type Tariff } from '../../../shared/rules/price/tariff.ts'
import { refuseTariff } from '../../../shared/rules/price/tariff-refusals.ts'
import { type HomeToPrice, priceHome } from '../../../shared/rules/price/trying/home-price.ts'
import { type Core, Refused } from '../core.ts'
import { familiesOfChildren } from '../families/families.ts'
import { readHomesToPrice, yearAround } from './homes-to-price.ts'
import { currentBook } from './prices.ts'
import { tariffRow } from './prices-store.ts'
import { activitiesAt, refuseMissingGroups } from './versions.ts'

const maxDays = 31

/**
 * « Essayer » with a child of the town: what its days cost its home by a definition that need not be recorded, from the
 * child's own facts, beside what they cost by the recorded versions. Billed months are included: what papers bill plays
 * no part here.
 */
export const tryChild = ({ store }: Core, input: TryChildInput): TriedChild => {
  const { tariffId, definition, familyId, childId, from, to } = input
  if (from > to) throw new Refused('La date de fin est avant la date de début.', 'to')
  if (addDays(from, maxDays) <= to) throw new Refused('Demandez un mois au plus à la fois.', 'to')
  const row = tariffRow(store, tariffId)
  if (!row) throw new Refused('Ce tarif n’existe plus.')
  const tried: Tariff = { id: String(tariffId), label: row.name, versions: [{ ...definition, from: always }] }
  const refusal = refuseTariff(tried)
  if (refusal) throw new Refused(refusal, 'definition')
  refuseMissingGroups(store, tried.versions, activitiesAt(store, tariffId))
  if (!familiesOfChildren(store, [childId]).some(({ id }) => id === familyId))
    throw new Refused('Cet enfant n’est plus dans cette famille.', 'childId')
  const book = currentBook(store)
  const home = readHomesToPrice(store, book, {
    ...yearAround(from, to),
    familyIds: [familyId],
    activityIds: null,
    asksRegistrations: book.needs.asksRegistrations || asksRegistrations(tried),
  }).get(familyId)
  if (!home) return { facts: null, tried: noPrice, recorded: noPrice }
  const isTried = (tariff: Tariff | null) => tariff?.id === tried.id
  const parts = home.parts.map((part) => (isTried(part.tariff) ? { ...part, tariff: tried } : part))
  const asked = { childId, tariffId: tried.id, from, to }
  return {
    facts: {
      ...factsOn(home, childId, from),
      groups: groupsAsked(definition).length > 0 ? groupsOn(parts, { childId, tariffId: tried.id, on: from }) : [],
    },
    tried: priced({ ...home, parts }, asked),
    recorded: priced(home, asked),
  }
}

const always = day('1900-01-01')

const noPrice = { lines: [], remarks: [], errors: [], warnings: [], totalCents: 0 }

const groupsOn = (
  parts: HomeToPrice['parts'],
  { childId, tariffId, on }: { readonly childId: number; readonly tariffId: string; readonly on: Day },
): string[] =>
  parts.flatMap((part) => (part.childId === childId && part.tariff?.id === tariffId && part.groupOn?.(on)) || [])

const factsOn = (home: HomeToPrice, childId: number, on: Day) => ({
  quotient: familyQuotientOn(home.familyQuotients, on)?.value ?? null,
  isResident: home.residence.find((row) => isWithin(row, on))?.resident ?? null,
  rank: rankAmong(home.siblings, childId)(on),
  categories: (home.categories ?? [])
    .filter((row) => isWithin(row, on) && (row.childId === null || row.childId === childId))
    .map(({ category }) => category),
})

type Asked = { readonly childId: number; readonly tariffId: string; readonly from: Day; readonly to: Day }

/** The part of what the home owes that falls on these days, for the child under the tariff, worded as on an invoice. */
const priced = (home: HomeToPrice, { childId, tariffId, from, to }: Asked): TriedChild['tried'] => {
  const activities = new Map(
    home.parts.flatMap((part) => (part.tariff?.id === tariffId ? [[part.activityId, part.activity] as const] : [])),
  )
  const isAsked = (one: { readonly childId: number; readonly activityId: number }) =>
    one.childId === childId && activities.has(one.activityId)
  const isOn = (on: Day) => from <= on && on <= to
  const months = priceHome(home).filter(({ month }) => monthKey(from) <= month && month <= monthKey(to))
  const units = months
    .flatMap(({ priced: { charges }, reductions }) => [...unitsOf(charges), ...reductions])
    .filter((unit) => isAsked(unit) && isOn(unit.day))
  const lines = chargesOf(units)
  const found = <Item extends { readonly childId: number; readonly activityId: number }>(
    itemsOf: (month: SpanPrice) => readonly Item[],
  ): Item[] => months.flatMap((month) => itemsOf(month.priced)).filter(isAsked)
  const textsOn = (itemsOf: (month: SpanPrice) => readonly SpanPrice['errors' | 'warnings'][number][]) => [
    ...new Set(found(itemsOf).flatMap(({ days, text }) => (days.some(isOn) ? [text] : []))),
  ]
  return {
    lines: lines.map(({ activityId, label, quantity, unit, totalCents, explanation, days }) => ({
      activity: activities.get(activityId ?? 0) ?? '',
      label,
      quantity,
      unit,
      totalCents,
      explanation,
      days: [...days],
    })),
    remarks: found(({ remarks }) => remarks).flatMap(({ day: on, text }) => (isOn(on) ? [{ day: on, text }] : [])),
    errors: textsOn(({ errors }) => errors),
    warnings: textsOn(({ warnings }) => warnings),
    totalCents: sumOfLines(lines),
  }
}
