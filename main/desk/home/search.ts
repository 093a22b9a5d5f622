import type { SearchAnswer } from '../../../shared/contract/desk/home.ts'
import { today } from '../../../shared/rules/day.ts'
import { creditNumberText, numberText } from '../../../shared/rules/invoice.ts'
import { beginsNearly, folded, phoneDigits } from '../../../shared/rules/names.ts'
import { may } from '../../../shared/rules/roles.ts'
import type { Core, Person } from '../core.ts'
import { childrenFound, familyRows, guardiansFound } from '../families/families.ts'
import { balancesOf } from '../invoicing/invoicing.ts'
import { activitiesOn } from '../registrations/registrations.ts'
import { findNamed, findPhones, invoicesNumbered, type SearchHit, wordsOfNames } from './home-store.ts'

const atMost = { families: 6, children: 8, guardians: 6, invoices: 6 }

/** Fewer than these, and one typo in each word is forgiven. */
const little = 3

/** A shorter word is one typo away from half the town. */
const typoLetters = 4

const none: SearchAnswer = { families: [], children: [], guardians: [], invoices: [] }

/** Names by the beginnings of their words, phones by their digits, invoices by their number. */
export const search = (core: Core, person: Person, text: string): SearchAnswer => {
  const typed = text.trim()
  if (typed.length < 2) return none
  const hits = /^[\d\s.+()/-]+$/.test(typed) ? phoneHits(core, typed) : nameHits(core, typed)
  const seesMoney = may(person.roles, 'invoices.read')
  return { ...peopleFound(core, hits, seesMoney), invoices: seesMoney ? invoicesFound(core, typed) : [] }
}

const peopleFound = (
  { store, clock }: Core,
  hits: readonly SearchHit[],
  seesMoney: boolean,
): Omit<SearchAnswer, 'invoices'> => {
  const on = today(clock)
  const ids = (kind: SearchHit['kind'], most: number) =>
    hits
      .filter((hit) => hit.kind === kind)
      .map((hit) => hit.id)
      .slice(0, most)
  const familyIds = ids('family', atMost.families)
  const childIds = ids('child', atMost.children)
  const balances = seesMoney ? balancesOf(store, familyIds) : null
  const activities = activitiesOn(store, childIds, on)
  return {
    families: familyRows(store, familyIds, on).map(({ id, name, guardians, children, town, leftOn }) => ({
      id,
      name,
      guardians,
      children,
      town,
      leftOn,
      balanceCents: balances && (balances.get(id) ?? 0),
    })),
    children: childrenFound(store, childIds, on).map((child) => ({
      ...child,
      activities: [...(activities.get(child.id) ?? [])],
    })),
    guardians: guardiansFound(store, ids('guardian', atMost.guardians)),
  }
}

/** A phone from its beginning, else from any four digits of it; a file by its number. */
const phoneHits = ({ store }: Core, typed: string): SearchHit[] => {
  const digits = phoneDigits(typed)
  if (digits === '') return []
  const begun = findPhones(store, `${digits}%`)
  const hits = begun.length > 0 || digits.length < 4 ? begun : findPhones(store, `%${digits}%`)
  return digits.length <= 6 ? [{ kind: 'family', id: Number(digits) }, ...hits] : hits
}

/** Whole words first, then beginnings; when they find little, words one typo away. */
const nameHits = ({ store }: Core, typed: string): SearchHit[] => {
  const words = folded(typed)
    .split(' ')
    .filter((word) => word !== '')
  if (words.length === 0) return []
  const hits = merged(
    findNamed(store, words.map((word) => `"${word}"`).join(' ')),
    findNamed(store, words.map((word) => `"${word}"*`).join(' ')),
  )
  if (hits.length >= little || words.every((word) => word.length < typoLetters)) return hits
  const known = wordsOfNames(store)
  const nearWords = words.map((word) => [
    `"${word}"*`,
    ...(word.length < typoLetters
      ? []
      : known
          .filter((name) => beginsNearly(word, name))
          .slice(0, 40)
          .map((name) => `"${name}"`)),
  ])
  return merged(hits, findNamed(store, nearWords.map((near) => `(${near.join(' OR ')})`).join(' AND ')))
}

const merged = (...lists: readonly (readonly SearchHit[])[]): SearchHit[] => [
  ...new Map(lists.flat().map((hit) => [`${hit.kind} ${hit.id}`, hit])).values(),
]

/** « 2026-001301 », « 2026-13 » for the numbers that begin so, « 1301 » for that number of any year. */
const invoicesFound = ({ store }: Core, typed: string): SearchAnswer['invoices'] => {
  const match = /^(?:(\d{4})\s*-\s*)?(A)?(\d{1,6})$/i.exec(typed)
  if (!match) return []
  const [, year, letter, digits = ''] = match
  return invoicesNumbered(store, {
    year: year === undefined ? null : Number(year),
    kind: letter === undefined ? null : 'creditNote',
    digits,
    most: atMost.invoices,
  }).map(({ year: of, number, kind, ...row }) => ({
    ...row,
    kind,
    number: kind === 'invoice' ? numberText(of, number) : creditNumberText(of, number),
  }))
}
