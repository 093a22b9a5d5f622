import { type Day, dayAt, type Instant, timeAt } from '../../../shared/rules/calendar/day.ts'
import { type Deadline, deadlineText, latestText } from '../../../shared/rules/calendar/deadline.ts'
import { obstacleText } from '../../../shared/rules/cell/bookable.ts'
import { isSettledByStaff, isUnanswered } from '../../../shared/rules/cell/cell.ts'
import { type LateSurcharge, surchargeText } from '../../../shared/rules/cell/late-surcharge.ts'
import { offerText } from '../../../shared/rules/cell/waiting.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { answerDueOn } from '../../../shared/rules/requests/answer.ts'
import { briefDay, capitalised, listed, timeText, withFullStop } from '../../../shared/rules/text/french.ts'
import { dayNumber } from './layout.ts'
import type { Child, Square } from './squares.ts'

/** A remark about cells, always visible below them: why they cannot change, until when they can, what comes next. */
export type Note = {
  readonly kind: 'lock' | 'danger' | 'wait' | 'recorded' | 'sent' | 'until' | 'info' | 'word'
  readonly text: string
  readonly squares: readonly Square[]
}

export type NoteContext = {
  readonly child: Child
  readonly today: Day
  readonly phone: string
  readonly answerWorkingDays: number
  readonly deadline: Deadline
  readonly cancelDeadline: Deadline
  /** Whether the days of a week are asked for, waited for and cancelled together. */
  readonly goesTogether: boolean
}

type Remark = {
  readonly kind: Note['kind']
  readonly text: string
  /** The text when the note covers several cells. */
  readonly many?: string
  /** The missed deadline. `rule` is used when the note covers several days, which each have their own `latest` time. */
  readonly missed?: { readonly rule: string; readonly latest: string }
  /** The text needs no slot name, because the cells themselves show which slots it concerns. */
  readonly isOfDay?: true
}

/** Notes below one day, the most important first; slots with the same text share one note. */
export const dayNotes = (squares: readonly Square[], context: NoteContext): Note[] => {
  const groups = Map.groupBy(
    squares.flatMap((square) => notesOf(square, context).map((remark) => ({ square, remark }))),
    ({ remark: { kind, text } }) => `${kind} ${text}`,
  )
  const order = [...groups.values()].toSorted(byWeight)
  const late = squares.some(({ isLocked }) => isLocked)
  return order.flatMap((group) => {
    const [first] = group
    if (!first || (first.remark.kind === 'until' && late)) return []
    const { kind } = first.remark
    const text = textOf(group)
    const about = group.map(({ square }) => square)
    const isAll = about.length === squares.length || first.remark.isOfDay
    const shown = isAll ? capitalised(text) : `${capitalised(slotsText(about))}\u00a0: ${text}`
    return [{ kind, text: withHelp(kind, shown, context), squares: about }]
  })
}

const weights: readonly Note['kind'][] = ['danger', 'word', 'lock', 'wait', 'recorded', 'sent', 'info', 'until']
type Group = readonly { readonly remark: Remark }[]
const byWeight = ([one]: Group, [other]: Group): number =>
  weights.indexOf(one?.remark.kind ?? 'until') - weights.indexOf(other?.remark.kind ?? 'until')

const textOf = (group: Group): string =>
  (group.length > 1 ? group[0]?.remark.many : undefined) ?? group[0]?.remark.text ?? ''

/** Notes below one week; days with the same text share one note. */
export const weekNotes = (squares: readonly Square[], slotCount: number, context: NoteContext): Note[] => {
  const groups = Map.groupBy(
    squares.flatMap((square) =>
      notesOf(square, context)
        .filter(({ kind }) => kind !== 'until' && kind !== 'sent')
        .map((remark) => ({ square, remark })),
    ),
    ({ remark: { kind, text, missed } }) => missed?.rule ?? `${kind} ${text}`,
  )
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const { kind } = first.remark
    const about = group.map(({ square }) => square)
    const missed = group.flatMap(({ remark }) => remark.missed ?? [])
    const text = missed.length > 0 ? tooLateText(missed) : textOf(group)
    return [{ kind, text: `${daysAndSlotsText(about, slotCount)}\u00a0: ${text}`, squares: about }]
  })
}

/** All notes of one cell, as sentences. */
export const squareNotes = (square: Square, context: NoteContext): Note[] =>
  notesOf(square, context).map(({ kind, text }) => ({
    kind,
    text: withHelp(kind, capitalised(text), context),
    squares: [square],
  }))

const withHelp = (kind: Note['kind'], text: string, { phone }: NoteContext): string =>
  kind === 'lock' && phone !== '' ? `${text} Pour changer, appelez l’Espace Jeunesse\u00a0: ${phone}.` : text

const notesOf = (square: Square, context: NoteContext): Remark[] => {
  const { cell } = square
  if (!cell) return [{ kind: 'info', text: 'pas d’accueil.' }]
  const remarks = stateNotes(square, context)
  const word: Remark[] =
    cell.note === '' ? [] : [{ kind: 'word', text: `le service vous dit\u00a0: «\u00a0${cell.note}\u00a0»` }]
  return [...remarks, ...word]
}

const stateNotes = (square: Square, context: NoteContext): Remark[] => {
  const { cell, state, draft, willWait } = square
  if (!cell) return []
  const { facts } = cell
  const { firstName } = context.child
  const registered = context.child.sex === 'F' ? 'inscrite' : 'inscrit'
  if (facts.ask && isSettledByStaff(facts)) return [{ kind: 'info', text: 'déjà réglé par le service.' }]
  if (facts.ask?.takenBack) return [{ kind: 'sent', text: 'retrait demandé. La mairie va vous répondre.' }]
  if (isUnanswered(facts)) return [{ kind: 'info', text: 'sans réponse avant le jour\u00a0: la demande est classée.' }]
  switch (state) {
    case 'confirmed':
      if (draft)
        return [{ kind: 'until', text: `annulation à enregistrer\u00a0: ${firstName} est toujours ${registered}.` }]
      if (facts.today >= facts.day) return []
      return square.isLocked ? lockNotes(square, context) : untilNotes(square)
    case 'cancelRefused':
      return [
        { kind: 'danger', text: `votre annulation n’est pas validée. ${firstName} est toujours ${registered}.` },
        ...(draft || facts.today >= facts.day ? [] : square.isLocked ? lockNotes(square, context) : untilNotes(square)),
      ]
    case 'waitlisted':
      if (facts.held.kind === 'waitlisted' && facts.held.offeredUntil !== undefined && facts.ask?.wish !== 'leave')
        return [
          facts.ask
            ? { kind: 'recorded', text: 'vous prenez la place proposée. La mairie va vous répondre.' }
            : { kind: 'word', text: `${offerText(facts.held.offeredUntil)}. Acceptez-la, ou laissez-la.` },
        ]
      return [
        facts.ask?.wish === 'leave'
          ? { kind: 'recorded', text: 'vous quittez la liste d’attente.' }
          : { kind: 'wait', text: `complet, ${firstName} est ${square.rank ?? ''} sur la liste d’attente.` },
      ]
    case 'requested':
    case 'cancelRequested':
      return [recordedNote(facts.ask?.recordedAt, state, context.today)]
    case 'requestSent':
    case 'cancelSent':
      return [{ kind: 'sent', text: sentText(facts.ask?.recordedAt, context) }]
    case 'free':
      if (facts.bookable.answer === 'surcharge') {
        return [{ kind: 'info', text: `hors délai, ${surchargeText(facts.bookable.surcharge)}.` }]
      }
      return willWait === null ? [] : [{ kind: 'wait', text: `complet, ${willWait}.` }]
    case 'closed':
      break
  }
  return closedNotes(square, context)
}

const closedNotes = ({ cell }: Square, { today, deadline }: NoteContext): Remark[] => {
  const obstacle = cell?.facts.bookable.answer === 'no' ? cell.facts.bookable.obstacles[0] : undefined
  if (!cell || !obstacle || cell.day < today) return []
  const text = lowered(obstacleText(obstacle))
  return obstacle.kind === 'tooLate' ? [tooLateNote(obstacle.closedAt, deadline)] : [{ kind: 'info', text }]
}

const lockNotes = ({ cell }: Square, { cancelDeadline }: NoteContext): Remark[] =>
  cell?.facts.cancellable.answer === 'no' ? [tooLateNote(cell.facts.cancellable.closedAt, cancelDeadline)] : []

const tooLateNote = (closedAt: Instant, deadline: Deadline): Remark => ({
  kind: 'lock',
  text: lowered(obstacleText({ kind: 'tooLate', closedAt })),
  missed: { rule: deadlineText(deadline), latest: latestText(closedAt) },
  isOfDay: true,
})

const untilNotes = ({ cell }: Square): Remark[] => {
  if (!cell) return []
  if (cell.facts.cancellable.answer === 'surcharge') {
    return [
      {
        kind: 'until',
        text: lateCancelText(cell.facts.cancellable.surcharge),
        isOfDay: true,
      },
    ]
  }
  return cell.changeUntil === null
    ? []
    : [
        {
          kind: 'until',
          text: withFullStop(`vous pouvez changer jusqu’${latestText(cell.changeUntil).replace(/^le /, 'au ')}`),
          isOfDay: true,
        },
      ]
}

const lateCancelText = (surcharge: LateSurcharge): string =>
  typeof surcharge === 'number'
    ? `hors délai, annuler coûte ${formatEuros(surcharge)}.`
    : 'hors délai, annuler coûte une partie du prix\u00a0: le brouillon dit combien.'

const recordedNote = (at: Instant | undefined, state: Square['state'], today: Day): Remark => {
  const what = state === 'cancelRequested' ? 'annulation' : 'demande'
  const when = at === undefined ? '' : ` ${momentText(at, today)}`
  return {
    kind: 'recorded',
    text: `${what} enregistrée${when}. Elle part à la mairie au plus tard cette nuit.`,
    many: `${what}s enregistrées${when}. Elles partent à la mairie au plus tard cette nuit.`,
    isOfDay: true,
  }
}

/** « aujourd’hui à 12 h 40 », « le lun. 23 nov. à 8 h 05 » */
const momentText = (at: Instant, today: Day): string => {
  const day = dayAt(at)
  return `${day === today ? 'aujourd’hui' : `le ${briefDay(day)}`} à ${timeText(timeAt(at))}`
}

const sentText = (at: Instant | undefined, { answerWorkingDays, today }: NoteContext): string => {
  if (at === undefined) return 'envoyée à la mairie.'
  const due = answerDueOn(at, answerWorkingDays)
  return due < today
    ? 'envoyée à la mairie, qui tarde à répondre.'
    : withFullStop(`envoyée à la mairie, réponse au plus tard le ${briefDay(due)}`)
}

/**
 * Gives the date of a single missed deadline; for several, the rule, so that readers need not match dates with days.
 */
const tooLateText = (missed: readonly NonNullable<Remark['missed']>[]): string => {
  const [latest, ...others] = new Set(missed.map((one) => one.latest))
  const when = others.length > 0 ? missed[0]?.rule : `au plus tard ${latest}`
  return withFullStop(`trop tard, il fallait demander ${when}`)
}

const slotsText = (squares: readonly Square[]): string => listed(squares.map(({ slot }) => slot.name.toLowerCase()))

/** « lun. 7 et mar. 8 », « jeu. 25 après-midi » */
const daysAndSlotsText = (squares: readonly Square[], slotCount: number): string =>
  listed(
    [...Map.groupBy(squares, ({ day }) => day)].map(([day, of]) =>
      of.length === slotCount ? dayNumber(day) : `${dayNumber(day)} ${slotsText(of)}`,
    ),
  )

export const lowered = (text: string): string => text.charAt(0).toLocaleLowerCase('fr') + text.slice(1)
