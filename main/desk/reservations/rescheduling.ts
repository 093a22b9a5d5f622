import type { Rescheduled, ReschedulingPreview } from '../../../shared/contract/desk/reservations/reservations.ts'
import { may } from '../../../shared/rules/access/roles.ts'
import { type Day, mondayOf } from '../../../shared/rules/calendar/day.ts'
import { nothingHeld } from '../../../shared/rules/cell/cell.ts'
import { type ActionContext, isStricter, type RequiredReason } from '../../../shared/rules/cell/cell-actions.ts'
import { move } from '../../../shared/rules/cell/cell-moves.ts'
import {
  allowedActions,
  alreadyBilledText,
  maxPassedOver,
  passedOverText,
  waitingPassedOver,
} from '../../../shared/rules/cell/cell-verdicts.ts'
import { briefDay, counted, listed, sentenceWithSubject } from '../../../shared/rules/text/french.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { readBoard } from './board/board.ts'
import { cellActorOf, refuseUnknownSlot, requireRegistration } from './board/checks.ts'
import { brokenSince, weekCells } from './board/weeks.ts'
import { writeMoves } from './move-cells.ts'
import { endExpiredOffers, promoteFreed } from './waiting/waiting-lists.ts'

/** The booked slots of a child's day, and the day to move them to. */
type ReschedulingInput = {
  readonly registrationId: number
  readonly from: Day
  readonly to: Day
  readonly slotIds: readonly number[]
}

/**
 * Frees slots of one day and books the same slots on another in one act, all or nothing. Cancelling and booking each
 * keep their own deadline.
 * @throws Refused with the sentence of the first obstacle
 */
export const reschedule = (
  core: Core,
  person: Person,
  {
    registrationId,
    from,
    to,
    slotIds,
    charged,
    ...given
  }: ReschedulingInput & Pick<ActionContext, 'reason' | 'charged' | 'surchargeAccepted' | 'passesWaiting'>,
): Rescheduled => {
  const { store } = core
  refuseSameDay(from, to)
  endExpiredOffers(core)
  const label = ({ done }: Rescheduled) =>
    `Déplacé du ${briefDay(from)} au ${briefDay(to)}\u00a0: ${counted(done, 'case')}`
  return store.act(person, 'reservations.reschedule', label, (write) => {
    const halves = [
      { act: 'free', day: from, context: { charged, note: `déplacé au ${briefDay(to)}` } },
      { act: 'book', day: to, context: { note: `déplacé du ${briefDay(from)}` } },
    ] as const
    const cells = halves.flatMap((half) => slotIds.map((slotId) => ({ registrationId, slotId, ...half })))
    const { moves, refused } = writeMoves(store, write, cellActorOf(person), cells, (cell, board) =>
      board.cell(registrationId, cell.day, cell.slotId)?.billedBy == null
        ? { act: cell.act, context: { at: write.at, ...given, ...cell.context } }
        : { refused: alreadyBilledText },
    )
    const [first] = refused
    if (first) throw new Refused(slotsSentence(first.day, [first.slot], first.sentence))
    const freed = moves.filter(({ move: act }) => act === 'free')
    return { actId: write.actId, done: moves.length - freed.length, promoted: promoteFreed(store, write, freed) }
  })
}

/** Lists the obstacles to rescheduling, and the reasons and confirmations that staff must give. Changes nothing. */
export const previewRescheduling = (core: Core, person: Person, wish: ReschedulingInput): ReschedulingPreview => {
  const { from, to } = wish
  refuseSameDay(from, to)
  const freeing = verdictsOn(core, person, wish, 'free', from)
  const booking = verdictsOn(core, person, wish, 'book', to)
  const both = [...freeing, ...booking]
  const weeks = weekTroubles(core, wish)
  const mayPass = may(person.roles, 'override')
  const passed = maxPassedOver(booking.map((one) => one.passed))
  return {
    refused: [
      ...sentencesOf(from, freeing, true),
      ...sentencesOf(to, booking, true),
      ...(mayPass ? [] : weeks.map((sentence) => `${sentence} Passer outre demande le rôle Directeur.`)),
    ],
    lacks: [
      ...(mayPass ? weeks.map((sentence) => `${sentence} Passer outre demande un motif écrit.`) : []),
      ...sentencesOf(from, freeing, false),
      ...sentencesOf(to, booking, false),
      ...(passed === null ? [] : [passedOverText(passed)]),
    ],
    needs: both.reduce<RequiredReason>(
      (strict, { needs }) => (isStricter(needs, strict) ? needs : strict),
      weeks.length > 0 && mayPass ? 'writtenReason' : 'nothing',
    ),
    asksCharged: freeing.some(({ needs }) => needs !== 'nothing'),
    surcharge: booking.find(({ surcharge }) => surcharge !== null)?.surcharge ?? null,
    passed,
    places: booking.map(({ slot, held, capacity }) => ({ slot, held, capacity })),
  }
}

/**
 * What the move would break of the period's rule of the week: in the week that the day leaves, then in the one it comes
 * to.
 */
const weekTroubles = ({ store, clock }: Core, { registrationId, slotIds, from, to }: ReschedulingInput): string[] => {
  const registration = requireRegistration(store, registrationId)
  const [first, last] = from < to ? [from, to] : [to, from]
  const board = readBoard(store, clock(), registration.periodId, [registration], first, last)
  if (!board.period.weekRule) return []
  return [...new Set([mondayOf(from), mondayOf(to)])].flatMap((monday) => {
    const sentence = brokenSince(
      board,
      registration,
      weekCells(board, registration, monday),
      ({ day, slotId, facts }) =>
        (day !== from && day !== to) || !slotIds.includes(slotId)
          ? facts
          : { ...facts, ask: null, held: day === to ? { kind: 'confirmed', cancelDenied: false } : nothingHeld },
    )
    return sentence ?? []
  })
}

const verdictsOn = (
  { store, clock }: Core,
  person: Person,
  { registrationId, slotIds }: ReschedulingInput,
  act: 'free' | 'book',
  day: Day,
) => {
  const at = clock()
  const who = cellActorOf(person)
  const registration = requireRegistration(store, registrationId)
  const board = readBoard(store, at, registration.periodId, [registration], day, day)
  return slotIds.map((slotId) => {
    refuseUnknownSlot(board, slotId)
    const facts = board.facts(registration, day, slotId)
    const slot = board.slots.find(({ id }) => id === slotId)?.name ?? ''
    const { held, capacity } = board.placesFor(registrationId, day, slotId)
    const isBilled = board.cell(registrationId, day, slotId)?.billedBy != null
    const allowed = isBilled ? undefined : allowedActions(facts, who).find((one) => one.act === act)
    // Judged without a reason, so that the rule says what is missing. Passing waiting children is reported once for all
    // slots.
    const moved = move(facts, act, who, { at, passesWaiting: true })
    const sentence = isBilled ? alreadyBilledText : moved.ok ? null : moved.reason
    return {
      slot,
      mayNot: allowed === undefined,
      needs: allowed?.needs ?? 'nothing',
      surcharge: allowed?.surcharge ?? null,
      passed: allowed === undefined || act === 'free' ? null : waitingPassedOver(facts),
      sentence,
      held,
      capacity: capacity ?? 0,
    }
  })
}

const refuseSameDay = (from: Day, to: Day) => {
  if (from === to) throw new Refused('Choisissez un autre jour\u00a0: celui-ci est déjà réservé.', 'to')
}

/** Groups slots that have the same sentence, to say it once. */
const sentencesOf = (day: Day, verdicts: ReturnType<typeof verdictsOn>, isRefused: boolean): string[] =>
  [
    ...Map.groupBy(
      verdicts.filter(({ mayNot }) => mayNot === isRefused),
      ({ sentence }) => sentence,
    ),
  ].flatMap(([sentence, sameSentence]) =>
    sentence === null
      ? []
      : [
          slotsSentence(
            day,
            sameSentence.map(({ slot }) => slot),
            sentence,
          ),
        ],
  )

/** « Mer. 9 déc., matin et repas. Complet : il ne reste aucune place. » */
const slotsSentence = (day: Day, slots: readonly string[], sentence: string) =>
  sentenceWithSubject(`${briefDay(day)}, ${listed(slots.map((slot) => slot.toLocaleLowerCase('fr')))}`, sentence)
