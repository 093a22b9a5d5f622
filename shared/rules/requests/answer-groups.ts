import { addDays, type Day, dayAt, type Instant } from '../calendar/day.ts'
import type { Wish } from '../cell/cell.ts'
import type { Answer } from '../cell/cell-actions.ts'
import { briefDay, datesText } from '../text/french.ts'
import { answersTitle } from './answer.ts'

/** A demande with its answer. */
export type AnsweredDemande = {
  /** First name. */
  readonly child: string
  readonly receipt: string
  /** Null for a registration, whose period is in `title`. */
  readonly day: Day | null
  readonly slot: string
  readonly title: string
  /** Null for a registration. */
  readonly wish: Wish | null
  readonly answer: Answer
  readonly answeredAt: Instant
}

/** A group of equal answers to one child's demandes, shown in two lines. */
export type AnswerGroup = {
  readonly receipt: string
  readonly answer: Answer
  /** « Alma : 3 réservations validées » */
  readonly title: string
  /** « 7, 8 et 10 déc., matin » */
  readonly about: string
  /** Whether the group has a recent refusal of a future day, which the family may not have read yet. */
  readonly isToRead: boolean
}

/** Groups equal answers to one receipt's demandes for one child, in the order of the first answer of each group. */
export const answerGroups = (answered: readonly AnsweredDemande[], today: Day): AnswerGroup[] =>
  [
    ...Map.groupBy(answered, ({ receipt, child, wish, answer }) =>
      JSON.stringify([receipt, child, wish, answer]),
    ).values(),
  ].flatMap((alike) => {
    const [first] = alike
    if (!first) return []
    const { receipt, child, wish, answer } = first
    return [
      {
        receipt,
        answer,
        title: `${child}\u00a0: ${answersTitle(alike.length, answer, wish)}`,
        about: aboutText(alike),
        isToRead: answer === 'refused' && alike.some((one) => isRecent(one, today)),
      },
    ]
  })

/** Days for which a refusal stays on the dashboard; « Mes demandes » shows it longer. */
const newsDays = 7

const isRecent = ({ answeredAt, day }: AnsweredDemande, today: Day): boolean =>
  addDays(dayAt(answeredAt), newsDays) >= today && (day === null || day >= today)

/** Up to this many dates are listed; above, only the first and the last. */
const maxListedDates = 6
/** Up to this many lists of dates by slots are written; above, all dates come first, then all slots. */
const maxDateLists = 2

const aboutText = (alike: readonly AnsweredDemande[]): string => {
  const days = [...new Set(alike.flatMap(({ day }) => day ?? []))].toSorted()
  if (days.length === 0) return [...new Set(alike.map(({ title }) => title))].join(', ')
  const lists = Map.groupBy(days, (day) => slotsText(alike.filter((one) => one.day === day)))
  return days.length > maxListedDates || lists.size > maxDateLists
    ? `${shownDates(days)}, ${slotsText(alike)}`
    : [...lists].map(([slots, ofSlots]) => `${shownDates(ofSlots)}, ${slots}`).join('\u00a0; ')
}

const slotsText = (alike: readonly AnsweredDemande[]): string =>
  [...new Set(alike.map(({ slot }) => slot.toLocaleLowerCase('fr')))].join(', ')

/** @param days sorted, at least one */
const shownDates = (days: readonly Day[]): string => {
  if (days.length === 1) return days.map(briefDay).join('')
  return days.length <= maxListedDates
    ? datesText(days)
    : `du ${datesText(days.slice(0, 1))} au ${datesText(days.slice(-1))}`
}
