import { describe, expect, it } from 'vitest'
import { closedText, monthToOpen, weekEntries } from '../../renderer/portal/reservations/layout.ts'
import { weekNotes } from '../../renderer/portal/reservations/notes.ts'
import { squaresOf } from '../../renderer/portal/reservations/squares.ts'
import { type Day, day, daysBetween, instantOf, timeOfDay, weekday } from '../../shared/rules/calendar/day.ts'
import { closesAt, type Deadline, eightDaysBefore } from '../../shared/rules/calendar/deadline.ts'
import { cell, confirmed } from '../rules/cell/cell-facts.ts'

/** What a month of « Mes réservations » says, before it is drawn. */

const today = day('2026-11-28')
const lana = { id: 7, firstName: 'Lana', sex: 'F' } as const
const meal = { id: 1, name: 'Repas', shortName: 'rep.', start: timeOfDay('12:00'), end: timeOfDay('13:30') }
const schoolDays = [1, 2, 4, 5]
const closed = [
  ...daysBetween(day('2026-12-19'), day('2027-01-03')).map((on) => ({ day: on, why: 'vacances de Noël' })),
  ...[day('2026-12-25'), day('2027-01-01')].map((on) => ({ day: on, why: 'jour férié' })),
].toReversed()
const isOpen = (on: Day) => schoolDays.includes(weekday(on)) && !closed.some((one) => one.day === on)

const told = {
  child: lana,
  today,
  phone: '',
  answerWorkingDays: 2,
  deadline: eightDaysBefore,
  cancelDeadline: eightDaysBefore,
  goesTogether: false,
}

/** December of a school canteen; `booked` days hold a place, and it is too late for those before the deadlines. */
const december = (booked: readonly string[], cancelDeadline: Deadline = eightDaysBefore) => {
  const asked = (on: Day) => ({
    day: on,
    slotStart: meal.start,
    periodStart: day('2026-09-01'),
    isWorkingDay: () => true,
  })
  const now = instantOf(today, timeOfDay('20:00'))
  const days = daysBetween(day('2026-12-01'), day('2026-12-31')).filter(isOpen)
  const cells = days.map((on) => {
    const [book, cancel] = [closesAt(eightDaysBefore, asked(on)), closesAt(cancelDeadline, asked(on))]
    return {
      day: on,
      slot: meal.id,
      facts: cell({
        day: on,
        today,
        held: booked.includes(on) ? confirmed : { kind: 'none' },
        bookable: now < book ? { answer: 'yes' } : { answer: 'no', obstacles: [{ kind: 'tooLate', closedAt: book }] },
        cancellable: now < cancel ? { answer: 'yes' } : { answer: 'no', closedAt: cancel },
      }),
      note: '',
      demande: null,
      changeUntil: null,
      draft: null,
    }
  })
  const calendar = { slots: [meal], weekdays: schoolDays, cells, closed, full: [], waitingByPriority: false, today }
  const squareAt = squaresOf(calendar, lana, () => null)
  const month = { first: day('2026-12-01'), last: day('2026-12-31') }
  const span = { first: day('2026-09-01'), last: day('2027-07-06') }
  return {
    entries: weekEntries(month, { calendar, span, squareAt }, false),
    notes: (...on: string[]) =>
      weekNotes(
        on.map((one) => squareAt(day(one), meal)),
        1,
        { ...told, cancelDeadline },
      ).map(({ text }) => text.replaceAll('\u00a0', ' ')),
  }
}

describe('days on which nothing can be asked', () => {
  it('fold into one line for whole weeks, a public holiday among the holidays too', () => {
    const { entries } = december([])
    const shut = entries.flatMap((entry) => (entry.kind === 'shut' ? [[entry.days.length, closedText(entry)]] : []))
    expect(shut).toEqual([[7, 'Fermé\u00a0: vacances de Noël, jour férié.']])
    expect(entries.filter(({ kind }) => kind === 'week')).toHaveLength(3)
  })
})

describe('what a week says of days that are too late', () => {
  it('gives the date of one, and the rule of several, which would have to be matched with theirs', () => {
    const { notes } = december([])
    expect(notes('2026-12-01')).toEqual(['mar. 1ᵉʳ : trop tard, il fallait demander au plus tard le lun. 23 nov.'])
    expect(notes('2026-12-01', '2026-12-03', '2026-12-04')).toEqual([
      'mar. 1ᵉʳ, jeu. 3 et ven. 4 : trop tard, il fallait demander 8 jours avant.',
    ])
  })

  it('names the rule for giving up places that are held, where it is another one', () => {
    const { notes } = december(['2026-12-01', '2026-12-03'], { unit: 'workingDays', amount: 5, before: 'week' })
    expect(notes('2026-12-01', '2026-12-03', '2026-12-04')).toEqual([
      'mar. 1ᵉʳ et jeu. 3 : trop tard, il fallait demander au plus tard le mer. 25 nov.',
      'ven. 4 : trop tard, il fallait demander au plus tard le jeu. 26 nov.',
    ])
  })
})

it('the month that opens is that of the first open day in time', () => {
  const span = { first: day('2026-09-01'), last: day('2027-07-06') }
  expect(monthToOpen(today, day('2027-01-04'), span)).toBe('2027-01-01')
  expect(monthToOpen(today, null, span)).toBe('2026-11-01')
})
