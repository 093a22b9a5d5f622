import type { Instant } from '../calendar/day.ts'
import { type Obstacle, obstacleText } from './bookable.ts'
import { type Facts, isSettledByStaff, takesPlace, type Wish } from './cell.ts'
import { isSurchargeAccepted } from './late-surcharge.ts'

/**
 * Obstacles that the desk refuses without asking staff: the portal should not have recorded the ask, or it has become
 * impossible since.
 */
const finalObstacles: ReadonlySet<Obstacle['kind']> = new Set<Obstacle['kind']>([
  'noRegistration',
  'registrationAsked',
  'outsideRegistration',
  'otherHome',
  'dossier',
  'dayClosed',
  'dayPast',
  'dayBegun',
  'windowNotOpen',
  'windowOver',
  'tooLate',
])

/**
 * Why the desk refuses an ask when it collects it, as a sentence; null when it is collected. Obstacles that staff can
 * override, or settle with the waiting list, are left to staff; asks that staff settled meanwhile are answered on
 * collection.
 *
 * @param factsWhenRecorded the cell at the instant when the parent recorded the ask: the time until the exchange never
 * makes it late
 * @param surchargeCents the surcharge that the family accepted for a late ask; 0: what the tariff adds
 */
export const arrivalRefusal = (factsWhenRecorded: Facts, wish: Wish, surchargeCents: number | null): string | null => {
  if (wish === 'leave' || isSettledByStaff({ ...factsWhenRecorded, ask: { wish, ...placeholderAsk } })) return null
  // An offered place can be accepted after the booking deadline.
  if (wish === 'book' && factsWhenRecorded.held.kind === 'waitlisted' && takesPlace(factsWhenRecorded.held)) return null
  const limit = wish === 'book' ? factsWhenRecorded.bookable : factsWhenRecorded.cancellable
  if (limit.answer === 'surcharge')
    return isSurchargeAccepted(surchargeCents, limit.surcharge) ? null : surchargeNotAcceptedText
  if (limit.answer === 'yes') return null
  const obstacles = 'obstacles' in limit ? limit.obstacles : [{ kind: 'tooLate', closedAt: limit.closedAt } as const]
  const obstacle = obstacles.find(({ kind }) => finalObstacles.has(kind))
  return obstacle ? obstacleText(obstacle) : null
}

/** The refusal of a late ask whose surcharge the family did not accept. */
export const surchargeNotAcceptedText = 'Le délai est dépassé et la majoration n’a pas été acceptée.'
const placeholderAsk = { recordedAt: '' as Instant, collected: false, takenBack: false }
