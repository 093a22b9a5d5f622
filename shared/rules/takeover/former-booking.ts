import { type Obstacle, obstacleText } from '../cell/bookable.ts'
import type { Facts } from '../cell/cell.ts'

/**
 * What holds for a booking of another program too. Deadlines, windows, ages and full days do not: that program, or the
 * service then, let the child in.
 */
const stillHolds: ReadonlySet<Obstacle['kind']> = new Set<Obstacle['kind']>([
  'noRegistration',
  'registrationAsked',
  'outsideRegistration',
  'dayClosed',
  'otherHome',
  'overlap',
])

/** Why a booking of another program cannot be taken over into a cell, as a sentence; null when it can. */
export const whyNotTakenOver = ({ bookable }: Pick<Facts, 'bookable'>): string | null => {
  const obstacle = bookable.answer === 'no' ? bookable.obstacles.find(({ kind }) => stillHolds.has(kind)) : undefined
  return obstacle ? obstacleText(obstacle) : null
}
