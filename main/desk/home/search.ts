import { ascending } from '../../../shared/collections.ts'
import type { SearchAnswer } from '../../../shared/contract/desk/home.ts'
import { may } from '../../../shared/rules/access/roles.ts'
import { mayHere } from '../../../shared/rules/access/sites.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import { numberIn, readNumber, seriesOf } from '../../../shared/rules/money/series.ts'
import { beginWords, couldBegin, phoneDigits, wordsOf } from '../../../shared/rules/people/names.ts'
import { periodsOf } from '../activities/activities.ts'
import type { Core, Person } from '../core.ts'
import { childrenFound, familyRows, guardiansFound, homesElsewhere } from '../families/families.ts'
import { fieldsSeenBy } from '../fields/fields.ts'
import { balancesOf, homesOfFormerInvoice } from '../invoicing/invoicing.ts'
import { findThirdParties, paymentsByReceiptNumber, paymentsReferenced } from '../payments/payments.ts'
import { activitiesOn } from '../registrations/registrations.ts'
import { listMembers } from '../staff/staff.ts'
import { findByName, findByPhone, findByValue, invoicesNumbered, type SearchHit, wordsOfNames } from './home-store.ts'

const maxResults = {
  families: 6,
  children: 8,
  guardians: 6,
  periods: 4,
  thirdParties: 4,
  invoices: 6,
  payments: 6,
  staff: 4,
}

/** With fewer exact results, names that differ by one typo per word are searched too. */
const fewHits = 3

/** Shortest word, in letters, in which a typo is accepted: shorter words would match too many names. */
const minTypoLetters = 4

type Hits = {
  readonly exact: readonly SearchHit[]
  /** Further results that differ by one typo in each long enough word. */
  readonly near: readonly SearchHit[]
}
type People = SearchAnswer['near']

const nobody: People = { families: [], children: [], guardians: [] }
const emptyAnswer: SearchAnswer = {
  ...nobody,
  near: nobody,
  periods: [],
  invoices: [],
  receipts: [],
  payments: [],
  thirdParties: [],
  staff: [],
  elsewhere: null,
}

/**
 * Searches names by the beginning of their words, phones by their digits, papers and families by their number, payments
 * by their reference, third parties by their SIRET, homes by an invoice of the program that the town used before.
 * Results depend on the person's rights.
 */
export const search = (core: Core, person: Person, text: string): SearchAnswer => {
  const typed = text.trim()
  if (typed.length < 2) return emptyAnswer
  const { exact: named, near } = hitsOf(core, typed)
  const seesMoney = may(person.roles, 'invoices.read')
  const former = seesMoney ? homesOfFormerInvoice(core.store, typed) : []
  const exact = merged(
    [...former.map((id) => ({ kind: 'family' as const, id })), ...named],
    valueHits(core, person, typed),
  )
  const seesThirdParties = may(person.roles, 'aids')
  return {
    ...peopleFound(core, exact, seesMoney),
    near: near.length === 0 ? nobody : peopleFound(core, near, seesMoney),
    periods: periodsFound(core, typed),
    invoices: seesMoney ? invoicesFound(core, typed, seesThirdParties) : [],
    receipts: seesMoney ? receiptsFound(core, typed, seesThirdParties) : [],
    payments: seesMoney ? paymentsFound(core, typed, seesThirdParties) : [],
    thirdParties: seesThirdParties ? findThirdParties(core.store, typed).slice(0, maxResults.thirdParties) : [],
    staff: mayHere(person, 'staff') ? staffFound(core, typed) : [],
    elsewhere: foundElsewhere(core, typed),
  }
}

/** « Zoé Marchand 14/03/2020 »: a name, then a birth date. */
const foundElsewhere = ({ store }: Core, typed: string): SearchAnswer['elsewhere'] => {
  const [, name, date, month, year] = /^(\D+)\s(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(typed) ?? []
  if (name === undefined) return null
  const birthDay = `${year}-${month?.padStart(2, '0')}-${date?.padStart(2, '0')}` as Day
  return homesElsewhere(store, { name, birthDay }).length > 0 ? { name, birthDay } : null
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
  const familyIds = ids('family', maxResults.families)
  const childIds = ids('child', maxResults.children)
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
    guardians: guardiansFound(store, ids('guardian', maxResults.guardians)),
  }
}

/** Records with these words in custom fields that the person may read. */
const valueHits = ({ store, clock }: Core, { roles }: Person, typed: string): SearchHit[] => {
  const fieldIds = fieldsSeenBy(store, roles, today(clock)).flatMap(({ id, kind }) =>
    kind === 'text' || kind === 'choice' || kind === 'number' ? [id] : [],
  )
  const words = wordsOf(typed)
  if (fieldIds.length === 0 || words.length === 0) return []
  return findByValue(store, words.map((word) => `"${word}"*`).join(' '), fieldIds)
}

/** Phones that begin with the digits, else phones that contain them (four or more); also a family by its number. */
const phoneHits = ({ store }: Core, typed: string): SearchHit[] => {
  const digits = phoneDigits(typed)
  if (digits === '') return []
  const fromBeginning = findByPhone(store, `${digits}%`)
  const hits = fromBeginning.length > 0 || digits.length < 4 ? fromBeginning : findByPhone(store, `%${digits}%`)
  return digits.length <= 6 ? [{ kind: 'family', id: Number(digits) }, ...hits] : hits
}

/** Names with the whole words first, then with their beginnings; with few results, also names one typo away. */
const nameHits = ({ store }: Core, typed: string): Hits => {
  const words = wordsOf(typed)
  if (words.length === 0) return { exact: [], near: [] }
  const exact = merged(
    findByName(store, words.map((word) => `"${word}"`).join(' ')),
    findByName(store, words.map((word) => `"${word}"*`).join(' ')),
  )
  if (exact.length >= fewHits || words.every((word) => word.length < minTypoLetters)) return { exact, near: [] }
  const allWords = wordsOfNames(store)
  const nearWords = words.map((word) => [
    `"${word}"*`,
    ...(word.length < minTypoLetters
      ? []
      : allWords
          .filter((name) => couldBegin(word, name))
          .slice(0, 40)
          .map((name) => `"${name}"`)),
  ])
  const all = merged(exact, findByName(store, nearWords.map((near) => `(${near.join(' OR ')})`).join(' AND ')))
  return { exact, near: all.slice(exact.length) }
}

const merged = (...lists: readonly (readonly SearchHit[])[]): SearchHit[] => [
  ...new Map(lists.flat().map((hit) => [`${hit.kind} ${hit.id}`, hit])).values(),
]

/** Periods whose name or activity matches: current and future ones first, then ended ones, latest first. */
const periodsFound = ({ store, clock }: Core, typed: string): SearchAnswer['periods'] => {
  const found = periodsOf(store).filter(
    ({ activity, name, archived }) => !archived && beginWords(typed, `${activity} ${name}`),
  )
  const [ended, running] = [true, false].map((hasEnded) =>
    found.filter(({ endDay }) => endDay < today(clock) === hasEnded).toSorted(ascending(({ startDay }) => startDay)),
  )
  return [...(running ?? []), ...(ended ?? []).toReversed()]
    .slice(0, maxResults.periods)
    .map(({ id, name, activity, startDay, endDay }) => ({ id, name, activity, startDay, endDay }))
}

/** Payment receipts by printed number, « Q2026-000045 »; the text needs the Q or the year. */
const receiptsFound = ({ store }: Core, typed: string, seesThirdParties: boolean): SearchAnswer['receipts'] => {
  const number = readNumber(typed)
  if (!number || !['Q', null].includes(number.letter) || (number.letter === null && number.year === null)) return []
  return paymentsByReceiptNumber(store, number)
    .filter(({ familyId }) => seesThirdParties || familyId !== null)
    .map(({ id, prefix, receiptYear, receiptNumber, amountCents, receivedOn, ...payer }) => ({
      id,
      number: numberIn(seriesOf(prefix, 'Q'), receiptYear, receiptNumber),
      ...payerFound(payer),
      amountCents,
      receivedOn,
    }))
}

/** A payer, a home or a third party, as a search result. */
const payerFound = ({
  familyId,
  thirdPartyId,
  family: name,
}: {
  readonly familyId: number | null
  readonly thirdPartyId: number | null
  readonly family: string
}) => ({
  family: familyId === null ? null : { id: familyId, name },
  thirdParty: thirdPartyId === null ? null : { id: thirdPartyId, name },
})

const minReferenceLength = 4

/**
 * Payments whose reference contains the text, « 5134310 » or « chèque n° 5134310 »; it needs a digit and four
 * characters.
 */
const paymentsFound = ({ store }: Core, typed: string, seesThirdParties: boolean): SearchAnswer['payments'] => {
  const sought = typed.replace(/^(ch[eè]que)?\s*(n\s*°)?\s*/i, '')
  if (sought.length < minReferenceLength || !/\d/.test(sought)) return []
  return paymentsReferenced(store, sought, maxResults.payments)
    .filter(({ familyId }) => seesThirdParties || familyId !== null)
    .map(({ id, means, reference, amountCents, receivedOn, cancelledAt, ...payer }) => ({
      id,
      means,
      reference,
      ...payerFound(payer),
      amountCents,
      receivedOn,
      isCancelled: cancelledAt !== null,
    }))
}

const staffFound = (core: Core, typed: string): SearchAnswer['staff'] =>
  listMembers(core)
    .filter(({ name, login }) => beginWords(typed, `${name} ${login}`))
    .slice(0, maxResults.staff)
    .map(({ id, name, login }) => ({ id, name, login }))

/**
 * Invoices and credit notes by number: « 2026-1301 », « 2026-13 » also for numbers that begin so, « 1301 » or
 * « F-1301 » for that number in any year, « CV-1301 » in that régie's series, « T2026-12 » for a third party's.
 */
const invoicesFound = ({ store }: Core, typed: string, seesThirdParties: boolean): SearchAnswer['invoices'] => {
  const number = readNumber(typed)
  if (!number) return []
  const letters = (['F', 'A', 'T'] as const).filter(
    (letter) => (seesThirdParties || letter !== 'T') && (number.letter === null || number.letter === letter),
  )
  return invoicesNumbered(store, { ...number, letters, most: maxResults.invoices }).map(
    ({ series, year, number: count, familyId, thirdPartyId, name, ...row }) => ({
      ...row,
      number: numberIn(series, year, count),
      ...payerFound({ familyId, thirdPartyId, family: name }),
    }),
  )
}
