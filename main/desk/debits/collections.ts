import { randomBytes } from 'node:crypto'
import { inChunks } from '../../../shared/collections.ts'
import type {
  Collection,
  CollectionLine,
  CollectionPreview,
  ListedCollection,
  PreviewedDebit,
} from '../../../shared/contract/desk/money/debits.ts'
import { type Day, dayAt, today, yearOf } from '../../../shared/rules/calendar/day.ts'
import {
  type Candidate,
  collectedText,
  isAnnouncedBefore,
  type ProposedDebit,
  payersText,
  proposeCollection,
  skipRemedy,
  skipText,
  sourceName,
  yearPartName,
} from '../../../shared/rules/money/debit/collection.ts'
import {
  earliestCollection,
  lastFileDay,
  lastNoticeDay,
  refuseCollectionDay,
} from '../../../shared/rules/money/debit/collection-day.ts'
import { endToEndId, noticeSeries } from '../../../shared/rules/money/debit/identifiers.ts'
import { mandateStateOn, nextSequence } from '../../../shared/rules/money/debit/mandate.ts'
import { returnReason } from '../../../shared/rules/money/debit/returned-debit.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { debtKey, openingName } from '../../../shared/rules/money/payment/payment.ts'
import { numberIn, seriesOf } from '../../../shared/rules/money/series.ts'
import { monthText, shortDay } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { nextNumber, numbersUnknown } from '../../store/numbers.ts'
import { debit, debitCollection, debitPart } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { debtsKeptByPlans } from '../debts/debts.ts'
import { allOrNothing, debtsBeingPaid, openDebtsOf, payerKey } from '../invoicing/invoicing.ts'
import { queueMails, withdrawWaiting } from '../mails/mails.ts'
import { refuseUnlessHolder, regieOf } from '../regies/regies.ts'
import { organisationOf } from '../settings/settings.ts'
import { isAccountLost } from './account.ts'
import {
  accountRequestsOf,
  type CollectionRow,
  collectionRow,
  collectionTotals,
  debitRow,
  debtsInCollections,
  freeYearParts,
  hasCollectionOn,
  type LineRow,
  lastNoticeNumber,
  linesOf,
  type MandateRow,
  mandateFacts,
  mandatesOfRegie,
  noticesWaiting,
  type PartRow,
  partsOf,
  payersOfRegie,
  sharesDebts,
} from './debits-store.ts'
import { debitsToldByMail, type NoticeWay, noticeMail, noticeWays } from './notice-ways.ts'
import { type Settings, settingsOf } from './settings.ts'

type Payer = Candidate & { readonly row: MandateRow; readonly name: string }
type Proposed = ProposedDebit<Payer>

/** What would be collected on a day, at the most, as things stand now. */
export const previewCollection = (
  { store, clock }: Core,
  { regieId, on }: { regieId: number; on: Day | null },
): CollectionPreview => {
  const settings = settingsOf(store, regieId)
  const now = today(clock)
  const day = on ?? earliestCollection(now, settings)
  const { debits, skipped, refusal } = proposed(store, settings, day, now)
  const asked = accountRequestsOf(
    store,
    skipped.flatMap(({ payer }) => payer.row.familyId ?? []),
  ).filter((request) => request.regieId === regieId)
  const askedOn = new Map(asked.map((request) => [request.familyId, request.askedOn]))
  return {
    on: day,
    refusal,
    noticesBy: lastNoticeDay(day, settings),
    fileBy: lastFileDay(day, settings),
    debits: debits.map((one) => previewed(one, day)),
    skipped: skipped.map((one) => ({
      ...previewed(one, day),
      cause: one.cause,
      text: skipText(one.cause, { reason: one.payer.row.reason, leastCents: settings.leastCents }),
      act: skipRemedy(one.cause, one.payer.row.familyId !== null),
      accountAskedOn: askedOn.get(one.payer.row.familyId ?? 0) ?? null,
    })),
    ...countedWays(
      noticeWays(
        store,
        debits.filter((one) => !isAnnouncedBefore(one, day)).map(({ payer }) => payer.row),
      ),
    ),
  }
}

const countedWays = (ways: ReadonlyMap<string, NoticeWay>) => {
  const byPost = [...ways.values()].filter((way) => way === 'post').length
  return { byPost, byMail: ways.size - byPost }
}

const proposed = (store: Store, settings: Settings, on: Day, now: Day) => {
  const payers = payersWithMandate(store, settings.regieId, on)
  const isAnnounced = payers.some(({ parts }) => parts.some(({ dueOn }) => dueOn === on))
  return {
    ...proposeCollection(payers, {
      on,
      leastCents: settings.leastCents,
      isTooLateToAnnounce: isAnnounced && lastNoticeDay(on, settings) < now,
    }),
    refusal: refuseCollectionDay(on, now, settings, isAnnounced) ?? null,
  }
}

/** The mandate of each payer who ever signed one for the régie: the active one, else the newest. */
const payersWithMandate = (store: Store, regieId: number, on: Day): Payer[] => {
  const rows = mandatesOfRegie(store, regieId)
  const factsOf = mandateFacts(store, rows)
  const byPayer = new Map<string, Pick<Payer, 'row' | 'state' | 'sequence'>>()
  for (const row of rows) {
    const facts = factsOf(row)
    // Through a mandate that is about to stop, only what was already announced to the payer is collected.
    const state = row.stoppedOn === null ? mandateStateOn(facts, on) : 'stopped'
    const key = payerKey(row)
    if (byPayer.get(key)?.state !== 'active' || state === 'active')
      byPayer.set(key, { row, state, sequence: nextSequence(facts) })
  }
  const payers = payersOfRegie(store, regieId)
  const debts = openDebtsOf(store, [...payers.values()])
  const taken = debtsInCollections(store, regieId)
  const beingPaid = debtsBeingPaid(store)
  const keptByPlans = debtsKeptByPlans(store, regieId, today(store.clock))
  const parts = freeYearParts(store, regieId)
  return [...byPayer].flatMap(([key, found]) => {
    const own = (debts.get(key) ?? []).filter((debt) => debt.regieId === regieId && !keptByPlans.has(debtKey(debt)))
    const ofYear = parts.get(found.row.familyId ?? 0) ?? []
    if (own.length + ofYear.length === 0) return []
    const payer: Payer = {
      ...found,
      parts: ofYear,
      mandateId: found.row.id,
      name: payers.get(key)?.name ?? '',
      isAccountLost: isAccountLost(store, found.row),
      isToTitle: payers.get(key)?.toTitle === 1,
      debts: own.map((debt) => ({
        ...debt,
        isInCollection: taken.has(debtKey(debt)),
        isBeingPaid: beingPaid.has(debtKey(debt)),
      })),
    }
    return payer
  })
}

const previewed = ({ payer, debts, parts, cents }: Proposed, on: Day): PreviewedDebit => {
  const { row, name, sequence } = payer
  const { id: mandateId, familyId, thirdPartyId, debtor, lastFour, reference } = row
  return {
    mandateId,
    familyId,
    thirdPartyId,
    payer: name,
    debtor,
    lastFour,
    reference,
    sequence,
    what: collectedText([...debts, ...parts.map(namedPart)]),
    taken: [
      ...debts.map((debt) => ({ source: sourceName(debt), cents: debt.leftCents })),
      ...parts.map((part) => ({ source: sourceName({ ...namedPart(part), period: '' }), cents: part.cents })),
    ],
    isAnnounced: isAnnouncedBefore({ debts, parts }, on),
    cents,
  }
}

const namedPart = ({ yearPartId, dueOn }: Proposed['parts'][number]) => ({
  invoiceId: null,
  yearPartId,
  number: yearPartName(dueOn),
})

// ---- freezing

/** Lines written in each slice of the freezing act. */
const linesPerSlice = 60

type Freeze = {
  readonly regieId: number
  readonly on: Day
  readonly mandateIds: readonly number[]
  readonly seenCents: number
}

/**
 * Freezes a collection: its lines, their amounts and the numbers of their notices. It cannot be undone: afterwards a
 * line can be removed, but none added. When two people freeze at once, the first wins; the other is refused at the
 * start if both collect on the same day, or before the act closes if both collect the same debt.
 */
export const freeze = async (core: Core, person: Person, input: Freeze): Promise<Collection> => {
  const { store, clock } = core
  const { regieId, on } = input
  const settings = settingsOf(store, regieId)
  refuseUnlessHolder(core, person, regieId)
  const unknown = numbersUnknown(store)
  if (unknown !== null) throw new Refused(unknown)
  const { debits, refusal } = proposed(store, settings, on, today(clock))
  if (refusal !== null) throw new Refused(refusal, 'on')
  refuseSecondCollection(store, regieId, on)
  const chosen = chosenDebits(debits, input)
  const cents = chosen.reduce((sum, one) => sum + one.cents, 0)
  const act = store.longAct(
    person,
    'debits.freeze',
    `Prélèvement du ${shortDay(on)} gelé\u00a0: ${payersText(chosen.map(({ payer }) => payer.row))}, ${formatEuros(cents)}`,
  )
  const post = settings.format === 'DFT' ? settings.treasuryPost : null
  const ways = noticeWays(
    store,
    chosen.filter((one) => !isAnnouncedBefore(one, on)).map(({ payer }) => payer.row),
  )
  let collectionId = 0
  return allOrNothing(act, async () => {
    await act.slices(['collection' as const, ...inChunks(chosen, linesPerSlice)], (write, slice) => {
      if (slice === 'collection') {
        refuseSecondCollection(store, regieId, on)
        collectionId = write.insert(debitCollection, {
          regieId,
          collectOn: on,
          state: 'frozen',
          frozenAt: write.at,
        }).id
      } else writeLines(store, write, { collectionId, regieId, on, post, ways }, slice)
    })
    return act.close((write) => {
      if (sharesDebts(store, collectionId))
        throw new Refused('Quelqu’un vient de geler une de ces factures\u00a0: rien n’est gelé ici. Relisez la liste.')
      refuseChangedDebts(store, collectionId)
      return collectionShown(store, collectionId, write.actId)
    })
  })
}

const refuseSecondCollection = (store: Store, regieId: number, on: Day): void => {
  if (hasCollectionOn(store, regieId, on))
    throw new Refused('Un prélèvement est déjà gelé pour ce jour, ou quelqu’un le gèle en ce moment.', 'on')
}

/** The debits that staff chose, recomputed now. @throws Refused when they differ from the preview */
const chosenDebits = (debits: readonly Proposed[], { mandateIds, seenCents }: Freeze): readonly Proposed[] => {
  const wanted = new Set(mandateIds)
  const chosen = debits.filter(({ payer }) => wanted.has(payer.mandateId))
  const cents = chosen.reduce((sum, one) => sum + one.cents, 0)
  if (chosen.length < wanted.size || cents !== seenCents)
    throw new Refused('La liste a changé depuis l’aperçu\u00a0: relisez-la, puis gelez de nouveau.')
  return chosen
}

const writeLines = (
  store: Store,
  write: Write,
  {
    collectionId,
    regieId,
    on,
    post,
    ways,
  }: {
    collectionId: number
    regieId: number
    on: Day
    post: string | null
    ways: ReadonlyMap<string, NoticeWay>
  },
  chosen: readonly Proposed[],
): void => {
  const year = yearOf(dayAt(write.at))
  const { prefix } = regieOf(store, regieId)
  const series = `${noticeSeries(prefix)}${year}` as const
  const first = nextNumber(store, series, lastNoticeNumber(store, regieId, year))
  const ids = write.insertMany(
    debit,
    chosen.map(({ payer, cents }, index) => ({
      collectionId,
      mandateId: payer.mandateId,
      amountCents: cents,
      sequence: payer.sequence,
      endToEndId: endToEndId(randomBytes(16), post),
      noticeYear: year,
      noticeNumber: first + index,
    })),
  )
  write.insertMany(
    debitPart,
    chosen.flatMap(({ debts, parts }, index) => {
      const debitId = ids[index] ?? 0
      return [
        ...debts.map(({ invoiceId, openingDebtId, leftCents }) => ({
          debitId,
          invoiceId,
          openingDebtId,
          yearPartId: null,
          amountCents: leftCents,
        })),
        ...parts.map(({ yearPartId, cents }) => ({
          debitId,
          invoiceId: null,
          openingDebtId: null,
          yearPartId,
          amountCents: cents,
        })),
      ]
    }),
  )
  queueNotices(
    store,
    write,
    { prefix, on, ways },
    chosen.map(({ payer }, index) => ({ debitId: ids[index] ?? 0, payer, noticeNumber: first + index })),
  )
}

/** Part of the freezing act, so that a notice is queued if and only if its debit is frozen. */
const queueNotices = (
  store: Store,
  write: Write,
  { prefix, on, ways }: { prefix: string | null; on: Day; ways: ReadonlyMap<string, NoticeWay> },
  lines: readonly { readonly debitId: number; readonly payer: Payer; readonly noticeNumber: number }[],
): void => {
  const organisation = organisationOf(store).name
  queueMails(
    store,
    write,
    lines.flatMap(({ debitId, payer: { row }, noticeNumber }) => {
      const way = ways.get(payerKey(row))
      if (way === undefined || way === 'post') return []
      const number = noticeText(prefix, { noticeYear: yearOf(dayAt(write.at)), noticeNumber })
      return [noticeMail(way, { familyId: row.familyId, debitId, number, collectOn: on, organisation })]
    }),
  )
}

/** @throws Refused when a payment came in while the lines were written: the collection would take too much */
const refuseChangedDebts = (store: Store, collectionId: number): void => {
  if (overpaidLines(store, linesOf(store, collectionId)).size > 0)
    throw new Refused('Quelqu’un a payé pendant le gel\u00a0: rien n’est gelé. Relisez la liste, puis recommencez.')
}

/** The lines with a debt that is no longer owed in full. */
export const overpaidLines = (store: Store, lines: readonly LineRow[]): ReadonlySet<number> => {
  const parts = partsOf(
    store,
    lines.map(({ id }) => id),
  )
  const owed = new Map<string, number>()
  for (const debts of openDebtsOf(store, [...new Map(lines.map((line) => [payerKey(line), line])).values()]).values())
    for (const debt of debts) owed.set(debtKey(debt), debt.leftCents)
  return new Set(
    lines.flatMap(({ id }) =>
      (parts.get(id) ?? []).some((part) => part.yearPartId === null && (owed.get(debtKey(part)) ?? 0) < part.cents)
        ? [id]
        : [],
    ),
  )
}

// ---- what screens show

export const listCollections = ({ store }: Core, regieId: number): ListedCollection[] => {
  const settings = settingsOf(store, regieId)
  return collectionTotals(store, { regieId }).map((row) => listed(settings, row))
}

const listed = (settings: Settings, row: ReturnType<typeof collectionTotals>[number]): ListedCollection => ({
  ...row,
  fileBy: lastFileDay(row.on, settings),
})

export const readCollection = ({ store }: Core, id: number): Collection => collectionShown(store, id)

/** @param actId the caller's open act, which sees its own collection */
export const collectionShown = (store: Store, id: number, actId = 0): Collection => {
  const [totals] = collectionTotals(store, { id }, actId)
  if (!totals) throw new Refused('Ce prélèvement n’existe plus.')
  const rows = linesOf(store, id)
  const parts = partsOf(
    store,
    rows.map((row) => row.id),
  )
  const { prefix } = regieOf(store, totals.regieId)
  return {
    ...listed(settingsOf(store, totals.regieId), totals),
    regieId: totals.regieId,
    mailed: debitsToldByMail(store, requireCollection(store, id).actId, store.clock()).size,
    debits: rows.map((row) => lineShown(row, parts.get(row.id) ?? [], { prefix, on: totals.on })),
  }
}

const lineShown = (
  row: LineRow,
  parts: readonly PartRow[],
  { prefix, on }: { readonly prefix: string | null; readonly on: Day },
): CollectionLine => ({
  id: row.id,
  mandateId: row.mandateId,
  familyId: row.familyId,
  thirdPartyId: row.thirdPartyId,
  payer: row.payer,
  debtor: row.debtor,
  lastFour: row.lastFour,
  reference: row.reference,
  sequence: row.sequence,
  what: collectedText(parts.map(namedOf)),
  taken: parts.map((part) => ({
    source: sourceName({ ...part, period: part.from === null ? '' : monthText(part.from) }),
    cents: part.cents,
  })),
  isAnnounced: isAnnouncedLine(parts, on),
  cents: row.amountCents,
  notice: noticeText(prefix, row),
  removed: row.removedOn === null ? null : { on: row.removedOn, reason: row.removeReason ?? '' },
  receipt:
    row.receiptYear === null || row.receiptNumber === null
      ? null
      : numberIn(seriesOf(prefix, 'Q'), row.receiptYear, row.receiptNumber),
  returned:
    row.cameBackOn === null ? null : { on: row.cameBackOn, code: row.returnCode, text: returnReason(row.returnCode) },
})

/** « 2026-001290 », « Solde repris au 31/08/2026 », « mensualité du 11/01/2027 » */
export const debtName = ({ series, year, number, yearPartId, on, reference }: PartRow): string => {
  if (yearPartId !== null) return yearPartName(on)
  return series === null || year === null || number === null
    ? openingName(on, reference)
    : numberIn(series, year, number)
}

export const namedOf = (part: PartRow) => ({
  invoiceId: part.invoiceId,
  yearPartId: part.yearPartId,
  number: debtName(part),
})

/**
 * Whether a line takes only parts of a year, on their own day: the home was told day and amount when the year was
 * agreed.
 */
export const isAnnouncedLine = (parts: readonly PartRow[], on: Day): boolean =>
  isAnnouncedBefore(
    {
      debts: parts.filter(({ yearPartId }) => yearPartId === null),
      parts: parts.flatMap((part) => (part.yearPartId === null ? [] : [{ dueOn: part.on }])),
    },
    on,
  )

/** « AP-2026-000058 » */
export const noticeText = (
  prefix: string | null,
  { noticeYear, noticeNumber }: Pick<LineRow, 'noticeYear' | 'noticeNumber'>,
): string => `${prefix === null ? '' : `${prefix}-`}AP-${noticeYear}-${String(noticeNumber).padStart(6, '0')}`

// ---- lines that come off

/** @throws Refused when there is no such collection */
export const requireCollection = (store: Store, id: number): CollectionRow => {
  const found = collectionRow(store, id)
  if (!found) throw new Refused('Ce prélèvement n’existe plus.')
  return found
}

/** A collection whose file is not made yet. @throws Refused once it is */
export const requireFrozen = (store: Store, id: number): CollectionRow => {
  const found = requireCollection(store, id)
  if (found.state !== 'frozen')
    throw new Refused(
      'Le fichier de ce prélèvement est fait\u00a0: il ne change plus. Un refus se demande à la banque.',
    )
  return found
}

export const removeLine = (
  core: Core,
  person: Person,
  { debitId, reason }: { debitId: number; reason: string },
): Collection => {
  const { store } = core
  const row = debitRow(store, debitId)
  if (!row) throw new Refused('Cette ligne n’existe plus.')
  const { regieId, collectOn } = requireCollection(store, row.collectionId)
  const name = linesOf(store, row.collectionId).find(({ id }) => id === debitId)?.payer ?? ''
  const label = `Retiré du prélèvement du ${shortDay(collectOn)}\u00a0: ${name}`
  return store.act(person, 'debits.remove', label, (write) => {
    refuseUnlessHolder(core, person, regieId)
    requireFrozen(store, row.collectionId)
    if (debitRow(store, debitId)?.removedOn !== null) throw new Refused('Cette ligne est déjà retirée.')
    write.update(debit, debitId, { removedOn: dayAt(write.at), removeReason: reason })
    withdrawWaiting(store, write, noticesWaiting(store, row.actId, [debitId]))
    return collectionShown(store, row.collectionId)
  })
}

export const abandon = (core: Core, person: Person, { id, reason }: { id: number; reason: string }): Collection => {
  const { store } = core
  const { regieId, collectOn } = requireCollection(store, id)
  return store.act(person, 'debits.remove', `Prélèvement abandonné\u00a0: ${shortDay(collectOn)}`, (write) => {
    refuseUnlessHolder(core, person, regieId)
    requireFrozen(store, id)
    const lines = linesOf(store, id).filter(({ removedOn }) => removedOn === null)
    if (lines.length === 0) throw new Refused('Toutes les lignes sont déjà retirées.')
    const ids = lines.map((line) => line.id)
    write.updateMany(debit, ids, { removedOn: dayAt(write.at), removeReason: reason })
    withdrawWaiting(store, write, noticesWaiting(store, lines[0]?.actId ?? 0, ids))
    return collectionShown(store, id)
  })
}
