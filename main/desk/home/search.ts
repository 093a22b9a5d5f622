import { ascending } from '../../../shared/collections.ts'
import type { SearchAnswer } from '../../../shared/contract/desk/home.ts'
import { may } from '../../../shared/rules/access/roles.ts'
import { today } from '../../../shared/rules/calendar/day.ts'
import { creditNumberText, numberText } from '../../../shared/rules/money/invoice.ts'
import { receiptNumberText } from '../../../shared/rules/money/payment.ts'
import { couldBegin, folded, phoneDigits } from '../../../shared/rules/people/names.ts'
import { periodsOf } from '../activities/activities.ts'
import type { Core, Person } from '../core.ts'
import { childrenFound, familyRows, guardiansFound } from '../families/families.ts'
import { balancesOf } from '../invoicing/invoicing.ts'
import { paymentsReferenced, receiptsNumbered } from '../payments/payments.ts'
import { activitiesOn } from '../registrations/registrations.ts'
import { listMembers } from '../staff/staff.ts'
import { findNamed, findPhones, invoicesNumbered, type SearchHit, wordsOfNames } from './home-store.ts'

const atMost = { families: 6, children: 8, guardians: 6, periods: 4, invoices: 6, payments: 6, staff: 4 }

/** Fewer than these, and one typo in each word is forgiven. */
const little = 3

/** A shorter word is one typo away from half the town. */
const typoLetters = 4

type Hits = {
  readonly exact: readonly SearchHit[]
  /** Families, children and guardians found once one typo in each long enough word is forgiven. */
  readonly near: readonly SearchHit[]
}
type People = SearchAnswer['near']

const nobody: People = { families: [], children: [], guardians: [] }
const none: SearchAnswer = { ...nobody, near: nobody, periods: [], invoices: [], receipts: [], payments: [], staff: [] }

/**
 * Finds names by the beginning of their words, phones by their digits, papers and family files by their number, payments
 * by their reference.
 */
export const search = (core: Core, person: Person, text: string): SearchAnswer => {
  const typed = text.trim()
  if (typed.length < 2) return none
  const { exact, near } = hitsOf(core, typed)
  const seesMoney = may(person.roles, 'invoices.read')
  return {
    ...peopleFound(core, exact, seesMoney),
    near: near.length === 0 ? nobody : peopleFound(core, near, seesMoney),
    periods: periodsFound(core, typed),
    invoices: seesMoney ? invoicesFound(core, typed) : [],
    receipts: seesMoney ? receiptsFound(core, typed) : [],
    payments: seesMoney ? paymentsFound(core, typed) : [],
    staff: may(person.roles, 'staff') ? staffFound(core, typed) : [],
  }
}

const hitsOf = (core: Core, typed: string): Hits => {
  const fileNumber = /^f\s*-?\s*(\d{1,9})$/i.exec(typed)
  if (fileNumber) return { exact: [{ kind: 'family', id: Number(fileNumber[1]) }], near: [] }
  return /^[\d\s.+()/-]+$/.test(typed) ? { exact: phoneHits(core, typed), near: [] } : nameHits(core, typed)
}

const peopleFound = ({ store, clock }: Core, hits: readonly SearchHit[], seesMoney: boolean): People => {
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
const nameHits = ({ store }: Core, typed: string): Hits => {
  const words = wordsOf(typed)
  if (words.length === 0) return { exact: [], near: [] }
  const exact = merged(
    findNamed(store, words.map((word) => `"${word}"`).join(' ')),
    findNamed(store, words.map((word) => `"${word}"*`).join(' ')),
  )
  if (exact.length >= little || words.every((word) => word.length < typoLetters)) return { exact, near: [] }
  const known = wordsOfNames(store)
  const nearWords = words.map((word) => [
    `"${word}"*`,
    ...(word.length < typoLetters
      ? []
      : known
          .filter((name) => couldBegin(word, name))
          .slice(0, 40)
          .map((name) => `"${name}"`)),
  ])
  const all = merged(exact, findNamed(store, nearWords.map((near) => `(${near.join(' OR ')})`).join(' AND ')))
  return { exact, near: all.slice(exact.length) }
}

const wordsOf = (text: string): string[] =>
  folded(text)
    .split(' ')
    .filter((word) => word !== '')

/** Whether each word typed begins a word of the text. */
const beginWords = (typed: string, text: string): boolean => {
  const sought = wordsOf(typed)
  const words = wordsOf(text)
  return sought.length > 0 && sought.every((begun) => words.some((word) => word.startsWith(begun)))
}

const merged = (...lists: readonly (readonly SearchHit[])[]): SearchHit[] => [
  ...new Map(lists.flat().map((hit) => [`${hit.kind} ${hit.id}`, hit])).values(),
]

/** Matches the words of the period's and its activity's names; those not over come first, then the latest to end. */
const periodsFound = ({ store, clock }: Core, typed: string): SearchAnswer['periods'] => {
  const found = periodsOf(store).filter(
    ({ activity, name, archived }) => !archived && beginWords(typed, `${activity} ${name}`),
  )
  const [ended, running] = [true, false].map((hasEnded) =>
    found.filter(({ endDay }) => endDay < today(clock) === hasEnded).toSorted(ascending(({ startDay }) => startDay)),
  )
  return [...(running ?? []), ...(ended ?? []).toReversed()]
    .slice(0, atMost.periods)
    .map(({ id, name, activity, startDay, endDay }) => ({ id, name, activity, startDay, endDay }))
}

/** « Q2026-000045 », as a quittance prints it; the Q or the year may be left out, never both. */
const receiptsFound = ({ store }: Core, typed: string): SearchAnswer['receipts'] => {
  const match = /^(q)?\s*(?:(\d{4})\s*-\s*)?(\d{1,6})$/i.exec(typed)
  const [, letter, year, digits = ''] = match ?? []
  if (letter === undefined && year === undefined) return []
  return receiptsNumbered(store, year === undefined ? null : Number(year), Number(digits)).map(
    ({ id, receiptYear, receiptNumber, familyId, family, amountCents, receivedOn }) => ({
      id,
      number: receiptNumberText(receiptYear, receiptNumber),
      family: { id: familyId, name: family },
      amountCents,
      receivedOn,
    }),
  )
}

const shortestReference = 4

/** « 5134310 », « chèque n° 5134310 »: a reference that holds what is typed, if that is long enough and has a figure. */
const paymentsFound = ({ store }: Core, typed: string): SearchAnswer['payments'] => {
  const sought = typed.replace(/^(ch[eè]que)?\s*(n\s*°)?\s*/i, '')
  if (sought.length < shortestReference || !/\d/.test(sought)) return []
  return paymentsReferenced(store, sought, atMost.payments).map(
    ({ id, means, reference, familyId, family, amountCents, receivedOn, cancelledAt }) => ({
      id,
      means,
      reference,
      family: { id: familyId, name: family },
      amountCents,
      receivedOn,
      isCancelled: cancelledAt !== null,
    }),
  )
}

const staffFound = (core: Core, typed: string): SearchAnswer['staff'] =>
  listMembers(core)
    .filter(({ name, login }) => beginWords(typed, `${name} ${login}`))
    .slice(0, atMost.staff)
    .map(({ id, name, login }) => ({ id, name, login }))

/** « 2026-1301 », « 2026-13 » also for the numbers that begin so, « 1301 » or « F-1301 » for that number of any year. */
const invoicesFound = ({ store }: Core, typed: string): SearchAnswer['invoices'] => {
  const match = /^(?:f\s*-?\s*)?(?:(\d{4})\s*-\s*)?(A)?(\d{1,6})$/i.exec(typed)
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
