import type { CellDetail, CellKey } from '../../../shared/contract/desk/reservations.ts'
import { answerDueOn } from '../../../shared/rules/answer.ts'
import { cellNotes, cellState, cellText, closedReason } from '../../../shared/rules/cell.ts'
import { allowedActs } from '../../../shared/rules/cell-moves.ts'
import { ageOn, type Day } from '../../../shared/rules/day.ts'
import { ageText, counted } from '../../../shared/rules/french.ts'
import { suggestion } from '../../../shared/rules/places.ts'
import type { Core, Person } from '../core.ts'
import { organisationOf } from '../settings/settings.ts'
import { type Board, readBoard } from './board.ts'
import { moverOf, refuseUnknownSlot, registrationFound } from './checks.ts'
import { storyOf } from './story.ts'

/** Everything the panel tells of one cell. */
export const cell = ({ store, clock }: Core, person: Person, { registrationId, day, slotId }: CellKey): CellDetail => {
  const at = clock()
  const registration = registrationFound(store, registrationId)
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
    notes: cellNotes(facts),
    closedReason: closedReason(facts),
    recordedAt: facts.ask?.recordedAt ?? null,
    answerBy: facts.ask ? answerDueOn(facts.ask.recordedAt, organisationOf(store).answerWorkingDays) : null,
    suggestion: state === 'requestSent' ? suggested(board, day, slotId) : null,
    places: board.slots
      .filter((slot) => board.openings.has(`${day} ${slot.id}`))
      .map((slot) => ({
        slotId: slot.id,
        name: slot.name,
        held: board.held(day, slot.id),
        capacity: board.openings.get(`${day} ${slot.id}`)?.capacity ?? 0,
        waiting: board.waiting(day, slot.id).length,
        isOwn: board.cell(registrationId, day, slot.id)?.held === 'confirmed',
      })),
    acts: allowedActs(facts, moverOf(person)),
    isBilled: stored?.billedBy != null,
    story: stored ? storyOf(store, stored.id) : [],
  }
}

const suggested = (board: Board, day: Day, slotId: number): NonNullable<CellDetail['suggestion']> => {
  const held = board.held(day, slotId)
  const waiting = board.waiting(day, slotId).length
  const capacity = board.openings.get(`${day} ${slotId}`)?.capacity ?? 0
  const act = suggestion({ held, capacity, waiting, waitingList: board.period.waitingList, together: 1 })
  const left = counted(capacity - held, 'place')
  if (act === 'accept') return { act, sentence: `Il reste ${left} sur ${capacity} : la demande peut être acceptée.` }
  if (act === 'refuse') return { act, sentence: 'Complet, sans liste d’attente.' }
  const rank = waiting + 1
  return { act, sentence: `Complet : l’enfant serait ${rank === 1 ? '1ᵉʳ' : `${rank}ᵉ`} sur la liste d’attente.` }
}
