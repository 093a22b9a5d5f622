import { setImmediate } from 'node:timers/promises'
import { inChunks } from '../../../shared/collections.ts'
import type { Unpaid, UnpaidDetail, UnpaidPayer } from '../../../shared/contract/desk/money/recovery.ts'
import { addDays, type Day, daysFrom, today } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { debtKey, paymentMeansNames } from '../../../shared/rules/money/payment/payment.ts'
import { decisionText } from '../../../shared/rules/money/recovery/debt-decision.ts'
import { planOfOverdue, planStateText } from '../../../shared/rules/money/recovery/plan.ts'
import { brokenPromise } from '../../../shared/rules/money/recovery/reminder.ts'
import {
  type NextStep,
  nextStep,
  type ReminderLevel,
  reminderChannelNames,
  usualLevels,
} from '../../../shared/rules/money/recovery/reminder-level.ts'
import { ageBandOf, ageBands } from '../../../shared/rules/money/recovery/unpaid.ts'
import { numberIn } from '../../../shared/rules/money/series.ts'
import { type ThirdPartyKind, thirdPartyKindNames } from '../../../shared/rules/money/third-party.ts'
import { alphabetically } from '../../../shared/rules/people/names.ts'
import { instantText, shortDay } from '../../../shared/rules/text/french.ts'
import { answersInTurns } from '../../store/reading-thread.ts'
import type { Store } from '../../store/store.ts'
import { type Core, Refused } from '../core.ts'
import { debtsInCollections } from '../debits/debits.ts'
import { plannedDebts } from '../debts/debts.ts'
import { debtorRows } from '../families/families.ts'
import { debtsBeingPaid, openDebts, type PayerIds, payerKey } from '../invoicing/invoicing.ts'
import { guardiansReached, hasMailServer } from '../mails/mails.ts'
import { regieOf, seriesOfRegie } from '../regies/regies.ts'
import { decisionsOf } from './decisions-store.ts'
import { emptyFieldsOf } from './empty-fields.ts'
import { planHolds, plansShown } from './plans-shown.ts'
import {
  homesOnPortal,
  lastReminders,
  type NoteRow,
  notesOf,
  type OverdueDebt,
  overdueDebts,
  paymentsSince,
  reminderRuns,
  remindersOf,
  thirdPartiesIn,
} from './recovery-store.ts'
import { skipReason } from './skip-reason.ts'

export const levelsOf = (store: Store, regieId: number): readonly ReminderLevel[] =>
  regieOf(store, regieId).reminderLevels ?? usualLevels

const runsShown = 12
const payersAtOnce = 200

/** « Impayés »: every payer with an overdue debt at a régie. */
export const listUnpaid = async (
  { store, clock }: Core,
  { regieId }: { readonly regieId: number },
): Promise<Unpaid> => {
  const on = today(clock)
  const debts = overdueDebts(store, regieId, on)
  // Lets other calls run between the steps: a thousand payers take too long at once.
  await setImmediate()
  const people: [string, PayerPerson][] = []
  const batches = inChunks(onePerPayer(debts), payersAtOnce)
  const read = () => (payers: readonly PayerIds[]) => peopleOf(store, payers, on)
  for await (const some of answersInTurns(store, { read }, { topic: null, batches })) people.push(...some)
  await setImmediate()
  const byBand = Map.groupBy(debts, ({ dueOn }) => ageBandOf(dueOn, on))
  return {
    on,
    payers: unpaidPayers(store, regieId, debts, on, new Map(people)),
    bands: ageBands.map((_, band) => {
      const ofBand = byBand.get(band) ?? []
      return { debts: ofBand.length, cents: sumOf(ofBand) }
    }),
    levels: [...levelsOf(store, regieId)],
    runs: reminderRuns(store, regieId, runsShown),
  }
}

const sumOf = (debts: readonly Pick<OverdueDebt, 'leftCents'>[]): number =>
  debts.reduce((sum, { leftCents }) => sum + leftCents, 0)

const onePerPayer = (debts: readonly OverdueDebt[]): OverdueDebt[] => [
  ...new Map(debts.map((debt) => [payerKey(debt), debt])).values(),
]

/**
 * The payers of these debts, each with the next step of its recovery.
 * @param people the payers, if they were read already
 */
export const unpaidPayers = (
  store: Store,
  regieId: number,
  debts: readonly OverdueDebt[],
  on: Day,
  people: ReadonlyMap<string, PayerPerson> = peopleOf(store, onePerPayer(debts), on),
): UnpaidPayer[] => {
  const levels = levelsOf(store, regieId)
  const { remindFromCents } = regieOf(store, regieId)
  const collected = debtsInCollections(store, regieId)
  const beingPaid = debtsBeingPaid(store)
  const planned = plannedDebts(store, regieId, on)
  const last = lastReminders(store, regieId)
  const aside = payersAside(notesOf(store, regieId, null), on)
  const emptyFields = emptyFieldsOf(store, regieId, levels, on)
  const byPayer = Map.groupBy(debts, payerKey)
  const rows = [...byPayer].flatMap(([key, own]): UnpaidPayer[] => {
    // Debts in a plan are not asked for while the plan is kept; a payer with no other debt is skipped.
    const states = own.map((debt) => planned.get(debtKey(debt)))
    const others = own.filter((_, index) => states[index]?.kind !== 'kept')
    const asked = others.length > 0 ? others : own
    const plan = planOfOverdue(states)
    const [oldest] = asked
    const person = people.get(key)
    if (!oldest || !person) return []
    const reminded = last.get(key) ?? null
    const step = nextStep(levels, { dueOn: oldest.dueOn, last: reminded, on })
    const dueCents = sumOf(asked)
    const wished = step.kind === 'statement' ? 'letter' : (levels[step.level - 1]?.channel ?? 'letter')
    const isReached = { portal: person.hasPortal, mail: person.hasMail, letter: true }
    const channel = isReached[wished] ? wished : 'letter'
    const { familyId, thirdPartyId } = oldest
    const found = skipReason({
      debts: asked,
      dueCents,
      collected,
      beingPaid,
      plan: others.length > 0 ? null : plan,
      remindFromCents,
      aside: aside.get(key) ?? null,
      addressLines: person.addressLines,
      isPosted: channel === 'letter',
      emptyFields:
        step.kind === 'remind' ? emptyFields(step.level, { ...person, familyId, last: reminded, oldest }) : null,
    })
    const { name, about, children, phone } = person
    return [
      {
        key,
        familyId,
        thirdPartyId,
        name,
        about,
        children,
        phone,
        debts: asked.length,
        daysLate: daysFrom(oldest.dueOn, on),
        dueCents,
        last: reminded && { level: reminded.level, levelName: reminded.levelName, on: reminded.on },
        step,
        channel,
        plan: plan && { isKept: plan.kind === 'kept', sentence: planStateText(plan) },
        skipped: found,
      },
    ]
  })
  return rows.toSorted(
    (one, other) =>
      rankOf(one) - rankOf(other) ||
      other.daysLate - one.daysLate ||
      alphabetically(one.name, other.name) ||
      one.key.localeCompare(other.key),
  )
}

/** Sort key: payers at the highest level first, then those whose next step is not due yet, then those skipped. */
const rankOf = ({ step, skipped }: { readonly step: NextStep; readonly skipped: unknown }): number => {
  if (skipped !== null) return 200
  if (step.kind === 'statement') return 0
  return step.kind === 'remind' ? 100 - step.level : 150
}

/** The payers set aside by staff today, until when and why. */
export const payersAside = (
  notes: readonly NoteRow[],
  on: Day,
): ReadonlyMap<string, { readonly until: Day; readonly reason: string }> =>
  new Map(
    [
      ...Map.groupBy(
        notes.filter(({ kind }) => kind !== 'call'),
        payerKey,
      ),
    ].flatMap(([key, own]) => {
      const latest = own.at(-1)
      return latest?.kind === 'aside' && latest.untilDay !== null && latest.untilDay >= on
        ? [[key, { until: latest.untilDay, reason: latest.text }] as const]
        : []
    }),
  )

export type PayerPerson = {
  readonly name: string
  readonly about: string
  readonly children: string
  readonly phone: string
  /** The name and address printed on its papers. */
  readonly debtor: string
  readonly addressLines: readonly string[]
  readonly hasPortal: boolean
  /** Whether the payer can be mailed: the service has a mail server, and one of its guardians has a usable address. */
  readonly hasMail: boolean
}

/** Names, addresses and phones of payers, by their key. */
export const peopleOf = (store: Store, payers: readonly PayerIds[], on: Day): ReadonlyMap<string, PayerPerson> => {
  const familyIds = payers.flatMap(({ familyId }) => familyId ?? [])
  const reached = homesOnPortal(store, familyIds)
  const mailed = hasMailServer(store) ? guardiansReached(store, familyIds, 'reminder') : new Map()
  const homes = debtorRows(store, familyIds, on).map(
    ({ id, name, guardians, children, phone, debtor }): [string, PayerPerson] => [
      payerKey({ familyId: id, thirdPartyId: null }),
      {
        name,
        about: guardians,
        children,
        phone,
        debtor: debtor.name,
        addressLines: debtor.addressLines,
        hasPortal: reached.has(id),
        hasMail: mailed.has(id),
      },
    ],
  )
  const parties = thirdPartiesIn(
    store,
    payers.flatMap(({ thirdPartyId }) => thirdPartyId ?? []),
  ).map(({ id, name, kind, address, postcode, town, phone }): [string, PayerPerson] => [
    payerKey({ familyId: null, thirdPartyId: id }),
    {
      name,
      about: thirdPartyKindNames[kind as ThirdPartyKind],
      children: '',
      phone,
      debtor: name,
      addressLines: [address, `${postcode} ${town}`.trim()].filter((line) => line !== ''),
      hasPortal: false,
      hasMail: false,
    },
  ])
  return new Map([...homes, ...parties])
}

/** @throws Refused unless exactly one of the two ids is given, and exists */
export const requirePayer = (store: Store, payer: PayerIds): PayerPerson => {
  const found =
    (payer.familyId === null) === (payer.thirdPartyId === null)
      ? undefined
      : peopleOf(store, [payer], today(store.clock)).get(payerKey(payer))
  if (!found) throw new Refused('Choisissez une famille ou un tiers payeur.', 'familyId')
  return found
}

/** What a payer owes to a régie, and what was done to recover it. */
export const readUnpaid = (
  { store, clock }: Core,
  { regieId, ...payer }: PayerIds & { readonly regieId: number },
): UnpaidDetail => {
  const on = today(clock)
  const owed = openDebts(
    store,
    payer.familyId ?? payer.thirdPartyId ?? 0,
    payer.familyId === null ? 'thirdParty' : 'family',
  )
    .filter((debt) => debt.regieId === regieId)
    .flatMap(({ dueOn, name, period, leftCents, invoiceId, openingDebtId }) =>
      dueOn === null ? [] : [{ number: shortName(name), period, dueOn, leftCents, invoiceId, openingDebtId }],
    )
    .toSorted((one, other) => (one.dueOn < other.dueOn ? -1 : 1))
  const planned = plannedDebts(store, regieId, on)
  const debts = owed
    .filter(({ dueOn }) => dueOn < on)
    .map(({ number, period, dueOn, leftCents, ...debt }) => ({
      number,
      period,
      dueOn,
      leftCents,
      daysLate: daysFrom(dueOn, on),
      isPlanned: planned.has(debtKey(debt)),
    }))
  const notes = notesOf(store, regieId, payer)
  const holdOf = planHolds(store, regieId)
  const [row] = unpaidPayers(
    store,
    regieId,
    overdueDebts(store, regieId, on).filter((debt) => payerKey(debt) === payerKey(payer)),
    on,
  )
  const level = row?.step.kind === 'remind' ? levelsOf(store, regieId)[row.step.level - 1] : undefined
  return {
    debts,
    upcoming: owed
      .filter(({ dueOn }) => dueOn >= on)
      .map(({ number, dueOn, leftCents }) => ({ number, dueOn, cents: leftCents })),
    promise: debts.length === 0 ? null : brokenPromise(notes, on),
    payBefore: level ? addDays(on, level.payWithinDays) : null,
    plans: plansShown(store, { regieId, ...payer }, on),
    plannable: regieOf(store, regieId).allowsPlans ? owed.map((debt) => ({ ...debt, hold: holdOf(debt) })) : null,
    story: storyOf(store, regieId, payer, notes, debts[0]?.dueOn ?? on),
  }
}

/**
 * The short name of a debt: « 2026-000725 » for « Facture n° 2026-000725 ». An opening balance keeps its whole name.
 */
export const shortName = (name: string): string => name.replace(/^Facture (n°\u00a0)?/, '')

const noteTexts = {
  call: (text: string, until: Day | null) =>
    `Appel\u00a0: «\u00a0${text}\u00a0»${until === null ? '' : `, promis pour le ${shortDay(until)}`}`,
  aside: (text: string, until: Day | null) =>
    `De côté jusqu’au ${until === null ? '' : shortDay(until)}\u00a0: ${text}`,
  back: () => 'De nouveau relancée',
} satisfies Record<NoteRow['kind'], (text: string, until: Day | null) => string>

/** Reminders, notes and decisions about a payer, and its payments since its oldest debt was due; newest first. */
const storyOf = (
  store: Store,
  regieId: number,
  payer: PayerIds,
  notes: readonly NoteRow[],
  since: Day,
): UnpaidDetail['story'] => {
  const receipts = seriesOfRegie(store, regieId, 'Q')
  const told = [
    ...notes.map((note) => ({
      id: `note ${note.id}`,
      kind: note.kind,
      text: noteTexts[note.kind](note.text, note.untilDay),
      on: note.notedOn,
      about: `${instantText(note.at)}, noté par ${note.by}`,
      reminderId: null,
    })),
    ...remindersOf(store, regieId, payer).map((one) => ({
      id: `reminder ${one.id}`,
      kind: 'reminder' as const,
      text: `${one.paper.levelName} (niveau\u00a0${one.level}), ${reminderChannelNames[one.channel]}, ${formatEuros(one.amountCents)}`,
      on: one.madeOn,
      about: `${shortDay(one.madeOn)}, ${numberIn(one.series, one.year, one.number)}, par ${one.by}`,
      reminderId: one.id,
    })),
    ...decisionsOf(store, regieId, payer).map(({ id, cancelledAt, cents, reason, by, decidedOn, ...decision }) => ({
      id: `decision ${id}`,
      kind: 'decision' as const,
      text: `${decisionText(decision)}, ${cancelledAt === null ? formatEuros(cents) : 'annulée'}`,
      on: decidedOn,
      about: [shortDay(decidedOn), reason, `par ${by}`].filter((text) => text !== '').join(', '),
      reminderId: null,
    })),
    ...paymentsSince(store, regieId, payer, since).map(({ id, on, means, cents, year, number }) => ({
      id: `payment ${id}`,
      kind: 'payment' as const,
      text: `${paymentMeansNames[means]} de ${formatEuros(cents)}`,
      on,
      about: `${shortDay(on)}, quittance ${numberIn(receipts, year, number)}`,
      reminderId: null,
    })),
  ]
  return told.toSorted((one, other) => (one.on < other.on ? 1 : one.on > other.on ? -1 : 0))
}
