import type { Instant } from '../calendar/day.ts'
import { type Obstacle, obstacleText } from './bookable.ts'
import { type Facts, isOvertaken, takesPlace, type Wish } from './cell.ts'

/** What no decision of staff is asked for: the portal would not have recorded it, or it cannot be any more. */
const final: ReadonlySet<Obstacle['kind']> = new Set<Obstacle['kind']>([
  'noRegistration',
  'registrationAsked',
  'outsideRegistration',
  'otherHome',
  'dayClosed',
  'dayPast',
  'dayBegun',
  'windowNotOpen',
  'windowOver',
  'tooLate',
])

/**
 * Why the desk refuses an ask as it arrives, as a sentence; null when it is to be collected. What staff can pass, or settle
 * by the waiting list, goes to them; what they settled meanwhile is answered by collecting it.
 *
 * @param then the cell, judged at the instant when the parent recorded: the time it travels never makes it late
 * @param surchargeCents what the family accepted to pay for asking late
 */
export const whyNotTaken = (then: Facts, wish: Wish, surchargeCents: number | null): string | null => {
  if (wish === 'leave' || isOvertaken({ ...then, ask: { wish, ...anyAsk } })) return null
  // A place that was offered is taken whatever the deadline of booking.
  if (wish === 'book' && then.held.kind === 'waitlisted' && takesPlace(then.held)) return null
  const limit = wish === 'book' ? then.bookable : then.cancellable
  if (limit.answer === 'surcharge') return (surchargeCents ?? -1) < limit.surcharge ? notAccepted : null
  if (limit.answer === 'yes') return null
  const obstacles = 'obstacles' in limit ? limit.obstacles : [{ kind: 'tooLate', closedAt: limit.closedAt } as const]
  const obstacle = obstacles.find(({ kind }) => final.has(kind))
  return obstacle ? obstacleText(obstacle) : null
}

/** Why what was asked late, its surcharge not accepted, is refused. */
export const notAccepted = 'Le délai est dépassé et la majoration n’a pas été acceptée.'
const anyAsk = { recordedAt: '' as Instant, collected: false, takenBack: false }
