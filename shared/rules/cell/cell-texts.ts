import { longDay } from '../text/french.ts'
import { obstacleText } from './bookable.ts'
import { cellState, type Facts, isOtherHomes, isSettledByStaff, isUnanswered, legend } from './cell.ts'
import { offerText } from './waiting.ts'

/** Details that the state alone does not give, in reading order. */
export const cellNotes = (facts: Facts): string[] => {
  const { held, ask } = facts
  const state = cellState(facts)
  const notes: string[] = []
  if (state === 'waitlisted' && held.kind === 'waitlisted') notes.push(`place ${held.rank}`)
  if (state === 'waitlisted' && held.kind === 'waitlisted' && held.offeredUntil !== undefined) {
    notes.push(offerText(held.offeredUntil))
    if (ask?.wish === 'book') notes.push('prise, réponse à venir')
  }
  if (isUnanswered(facts)) notes.push('sans réponse avant le jour')
  if (held.kind !== 'none' && isOtherHomes(facts)) notes.push('jour de l’autre foyer')
  if (state === 'cancelRefused') notes.push('l’enfant est toujours inscrit')
  if (state === 'waitlisted' && ask?.wish === 'leave') notes.push('quitte la liste d’attente')
  if (ask && isSettledByStaff(facts)) notes.push('déjà réglé par le service')
  if (ask?.takenBack) notes.push('retrait demandé')
  return notes
}

/** Why a closed cell is closed, as a sentence; null for any other state, or when the day began before the answer. */
export const closedReason = (facts: Facts): string | null =>
  facts.bookable.answer === 'no' && cellState(facts) === 'closed' && !isUnanswered(facts)
    ? obstacleText(facts.bookable.obstacles[0])
    : null

/** « Demande de réservation en attente, place 1 », « Case grisée. Jour de l’autre foyer. » */
export const cellText = (facts: Facts): string => {
  const reason = closedReason(facts)
  const text = [legend[cellState(facts)].words, ...cellNotes(facts)].join(', ')
  return reason === null ? text : `${text}. ${reason}`
}

/** The full description of a cell for a screen reader: « Noa Aubry, mercredi 9 décembre 2026, matin : Case libre ». */
export const cellLabel = (facts: Facts, child: string, slot: string): string =>
  `${child}, ${longDay(facts.day)}, ${slot} : ${cellText(facts)}`
