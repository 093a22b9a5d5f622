import { type Day, daysFrom, type Instant, instantOf, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { whyNotMark } from '../../../shared/rules/cell/attendance.ts'
import { attendance } from '../../store/schema/index.ts'
import { expectedCells } from './facts.ts'
import { seededRandom } from './seeded.ts'
import type { Town } from './town.ts'

const reasons = ['Enfant malade, certificat donné', 'Rendez-vous médical', 'Prévenu par téléphone', 'Sortie scolaire']

/** Writes attendance marks for these days, one act per activity. Of today, only the morning slots are marked. */
export const writeMarks = (
  { core, staff, townPeriods: calendars, today }: Town,
  from: Day,
  to: Day,
  when: string,
): void => {
  const isRecent = daysFrom(to, today) < 31
  for (const { periodId, activity, from: opens, to: closes } of calendars) {
    if (opens > to || closes < from) continue
    const random = seededRandom(`marks ${periodId} ${from}`)
    const evening = eveningsOf(today, core.clock())
    const morning = activity.slots.find(({ name }) => name === 'Matin')?.id
    const marks = expectedCells(core.store, periodId, from, to).flatMap(({ id, day, slotId }) => {
      const chance = random.next()
      // A few marks are missing, so that the next run of invoices warns of them.
      if ((isRecent && random.chance(0.004)) || (day === today && (slotId !== morning || random.chance(0.1)))) return []
      const mark =
        chance < 0.94
          ? ('present' as const)
          : chance < 0.965
            ? ('absent' as const)
            : chance < 0.99
              ? ('justifiedInTime' as const)
              : ('justifiedLate' as const)
      const reason = mark === 'justifiedInTime' || mark === 'justifiedLate' ? random.pick(reasons) : ''
      const now = { expected: true, before: null, isBilled: false, isFinal: false, hasLeft: false }
      if (whyNotMark({ day, today, mark, reason, ...now }) !== null) return []
      return [
        {
          reservationId: id,
          mark,
          reason,
          markedAt: evening(day),
        },
      ]
    })
    if (marks.length === 0) continue
    core.store.act(staff.sandrine, 'attendance.mark', `Pointage\u00a0: ${activity.name}, ${when}`, (write) =>
      write.insertMany(attendance, marks),
    )
  }
}

/** The moment of a day's marks: its evening, or now for today. */
const eveningsOf = (today: Day, now: Instant) => {
  const moments = new Map<Day, Instant>([[today, now]])
  return (on: Day): Instant => {
    const at = moments.get(on) ?? instantOf(on, timeOfDay('18:45'))
    moments.set(on, at)
    return at
  }
}
