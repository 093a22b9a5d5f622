import type { CellDetail, CellKey } from '../../../shared/contract/desk/reservations/reservations.ts'
import { ageOn, mondayOf } from '../../../shared/rules/calendar/day.ts'
import { type Ask, cellState } from '../../../shared/rules/cell/cell.ts'
import { cellNotes, cellText, closedReason } from '../../../shared/rules/cell/cell-texts.ts'
import { allowedActions } from '../../../shared/rules/cell/cell-verdicts.ts'
import { surchargeText } from '../../../shared/rules/cell/late-surcharge.ts'
import { inRankOrder, suggestion } from '../../../shared/rules/cell/places.ts'
import { rankExplanation } from '../../../shared/rules/cell/waiting.ts'
import { answerDueOn } from '../../../shared/rules/requests/answer.ts'
import { dependentSlots } from '../../../shared/rules/requests/week-rule.ts'
import { ageText, counted } from '../../../shared/rules/text/french.ts'
import type { Store } from '../../store/store.ts'
import type { Core, Person } from '../core.ts'
import { organisationOf } from '../settings/settings.ts'
import { type Board, readBoard } from './board/board.ts'
import { cellActorOf, refuseUnknownSlot, requireRegistration } from './board/checks.ts'
import { waitingCandidate } from './board/moving.ts'
import { weekCells } from './board/weeks.ts'
import {
  bookingSurchargeOf,
  type CellRow,
  cancelSurchargeOf,
  nextMoveId,
  type RegistrationRow,
} from './reservations-store.ts'
import { cellHistory } from './story.ts'

/** Everything that the cell's panel shows. */
export const cellDetail = (
  { store, clock }: Core,
  person: Person,
  { registrationId, day, slotId }: CellKey,
): CellDetail => {
  const at = clock()
  const registration = requireRegistration(store, registrationId)
  const board = readBoard(store, at, registration.periodId, [registration], day, day)
  refuseUnknownSlot(board, slotId)
  const facts = board.facts(registration, day, slotId)
  const stored = board.cell(registrationId, day, slotId)
  const state = cellState(facts)
  return {
    key: { registrationId, day, slotId },
    child: {
      id: registration.childId,
      lastName: registration.lastName,
      firstName: registration.firstName,
      age: ageText(ageOn(registration.birthDay, day)),
    },
    familyId: registration.familyId,
    periodId: registration.periodId,
    activityId: board.period.activityId,
    state,
    rank: facts.held.kind === 'waitlisted' ? facts.held.rank : null,
    text: cellText(facts),
    notes: [...cellNotes(facts), ...(stored ? surchargeNotes(stored) : [])],
    closedReason: closedReason(facts),
    recordedAt: facts.ask?.recordedAt ?? null,
    answerBy: facts.ask ? answerDueOn(facts.ask.recordedAt, organisationOf(store).answerWorkingDays) : null,
    suggestion:
      state === 'requestSent' && stored && facts.ask ? suggested(store, board, registration, stored, facts.ask) : null,
    places: board.slots
      .filter((slot) => board.openings.has(`${day} ${slot.id}`))
      .map((slot) => {
        const { held, capacity, waiting } = board.placesFor(registrationId, day, slot.id)
        return {
          slotId: slot.id,
          name: slot.name,
          held,
          capacity: capacity ?? 0,
          waiting: waiting.length,
          staffingWarning: board.staffing(day, slot.id)?.warning ?? null,
          isOwn: board.cell(registrationId, day, slot.id)?.held === 'confirmed',
        }
      }),
    acts: allowedActions(facts, cellActorOf(person)),
    wholeWeek:
      board.period.weekRule && facts.held.kind === 'confirmed'
        ? weekCells(board, registration, mondayOf(day)).flatMap(({ facts: { held }, ...cell }) =>
            held.kind === 'confirmed' ? [{ registrationId, ...cell }] : [],
          )
        : [],
    takesAlong:
      board.period.weekRule && facts.held.kind === 'confirmed'
        ? dependentSlots(board.period.weekRule, slotId).flatMap((id) => {
            const { kind } = board.facts(registration, day, id).held
            const name = board.slots.find((slot) => slot.id === id)?.name ?? ''
            return kind === 'none' ? [] : [{ slotId: id, name, isHeld: kind === 'confirmed' }]
          })
        : [],
    isBilled: stored?.billedBy != null,
    story: stored ? cellHistory(store, stored.id) : [],
  }
}

/** Notes on the surcharges that the family accepted for late demandes. */
const surchargeNotes = (cell: CellRow): string[] => {
  const notes: string[] = []
  const [booking, cancelling] = [bookingSurchargeOf(cell), cancelSurchargeOf(cell)]
  if (booking !== 0 && (cell.held !== 'none' || cell.ask === 'book'))
    notes.push(`réservation hors délai, ${surchargeText(booking)}`)
  if (cancelling !== 0) notes.push(`annulation tardive, ${surchargeText(cancelling)}`)
  return notes
}

const suggested = (
  store: Store,
  board: Board,
  { priorityReason }: RegistrationRow,
  asked: CellRow,
  { recordedAt }: Ask,
): NonNullable<CellDetail['suggestion']> => {
  const { day, slotId } = asked
  const { held, waiting: list, ...places } = board.placesFor(asked.registrationId, day, slotId)
  const capacity = places.capacity ?? 0
  const { waitingList, priorities } = board.period
  const act = suggestion({ held, capacity, waiting: list.length, waitingList, together: 1 })
  const placesLeft = counted(capacity - held, 'place')
  if (act === 'accept')
    return { act, sentence: `Il reste ${placesLeft} sur ${capacity} : la demande peut être acceptée.` }
  if (act === 'refuse') return { act, sentence: 'Complet, sans liste d’attente.' }
  const newcomer = waitingCandidate(board, asked, recordedAt, nextMoveId(store))
  const all = inRankOrder([...list, newcomer])
  const rank = rankExplanation(1 + all.indexOf(newcomer), priorities, newcomer, priorityReason, all)
  const why = held < capacity ? 'D’autres enfants attendent.' : 'Complet.'
  return { act, sentence: `${why} Sur la liste d’attente, l’enfant serait ${rank}.` }
}
