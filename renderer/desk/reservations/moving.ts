import { notifications } from '@mantine/notifications'
import { useRef, useState } from 'react'
import type { CellDetail, MoveResult, Rescheduling } from '../../../shared/contract/desk/reservations/reservations.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import {
  type CellAction,
  type Charged,
  isStricter,
  type Reason,
  type RequiredReason,
} from '../../../shared/rules/cell/cell-actions.ts'
import { maxPassedOver } from '../../../shared/rules/cell/cell-verdicts.ts'
import type { LateSurcharge } from '../../../shared/rules/cell/late-surcharge.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { type Client, clientOutsideForms } from '../../connection/client.ts'
import { useActScreen } from '../history/act-screen.ts'
import { undoLast } from '../history/undoing.tsx'
import { notifyRefusal } from '../queries.ts'
import type { CellKey } from './calendar-data.ts'
import { doneTexts, refusedText } from './cell-texts.ts'
import { withFreedNotice } from './freed-lists.tsx'

export type CellMove = {
  readonly act: CellAction
  readonly cells: readonly CellKey[]
  readonly reason?: Reason
  readonly charged?: Charged
  readonly surchargeAccepted?: boolean
  readonly passesWaiting?: boolean
  readonly recordedAt?: Instant
}

/**
 * A move that first needs an answer from staff: a reason, when the demande was made, whether the cancellation stays
 * billed or the surcharge is due, or that the child goes before those who wait.
 */
export type MoveQuestion = CellMove & {
  readonly needs: RequiredReason
  readonly sentence: string
  /** Surcharge after the deadline; null for none. */
  readonly surcharge: LateSurcharge | null
  /** How many waiting children the move goes before; null or absent for none. */
  readonly passed?: number | null
}

/** Moves cells, asks for what a move lacks, reports its result, and undoes the last acts. */
export const useCellMoves = () => {
  const screen = useActScreen()
  const [question, setQuestion] = useState<MoveQuestion | null>(null)
  const [correction, setCorrection] = useState<{ readonly actId: number; readonly answersSent: number } | null>(null)
  const acts = useRef<number[]>([])
  // Calls run one after the other: two keys pressed quickly must not undo the same act twice.
  const turn = useRef<Promise<unknown>>(Promise.resolve())
  const inSequence = (work: () => Promise<void>): Promise<void> => {
    const done = turn.current.then(work)
    turn.current = done.catch(() => undefined)
    return done
  }
  const [message, setMessage] = useState('')
  /** The booking for which the dialog « Déplacer à un autre jour » is open. */
  const [bookingToMove, setBookingToMove] = useState<CellDetail | null>(null)

  const handleResult = (move: CellMove, result: MoveResult) => {
    if (result.actId !== null) acts.current.push(result.actId)
    const [one, many] = doneTexts[move.act] ?? ['case changée', 'cases changées']
    if (result.done > 0) setMessage(`${counted(result.done, one, many)}${promotedWords(result.promoted)}`)
    const waiting = result.refused.filter(
      ({ needs, surcharge, waiting: passed }) =>
        (needs !== null && !move.reason) ||
        (surcharge !== null && move.surchargeAccepted === undefined && move.charged === undefined) ||
        (passed !== null && !move.passesWaiting),
    )
    const [first] = waiting
    if (first) {
      const surcharge = waiting.find((one) => one.surcharge !== null)?.surcharge ?? null
      const passed = maxPassedOver(waiting.map((one) => one.waiting))
      setQuestion({ ...move, cells: waiting, needs: strictest(waiting), sentence: first.sentence, surcharge, passed })
    } else if (result.refused.length > 0) notifyRefused(result)
  }

  const move = (client: Client, requested: CellMove) =>
    inSequence(async () => {
      const { act, cells, ...options } = requested
      try {
        handleResult(
          requested,
          await client.reservations.move({ act, cells: cells.map((cell) => ({ ...cell })), ...options }),
        )
      } catch (error) {
        notifyRefusal(error)
      }
    })

  const reschedule = (client: Client, rescheduling: Rescheduling) =>
    inSequence(async () => {
      const { actId, done, promoted } = await client.reservations.reschedule(rescheduling)
      acts.current.push(actId)
      setMessage(`${counted(done, 'case déplacée', 'cases déplacées')}${promotedWords(promoted)}`)
    })

  const removeAct = (actId: number) => {
    acts.current = acts.current.filter((one) => one !== actId)
  }
  const undoMove = async (client: Client, actId: number, isConfirmed: boolean) => {
    const { done, answersSent } = await withFreedNotice(() => client.requests.undo({ actId, told: isConfirmed }))
    if (answersSent > 0) return setCorrection({ actId, answersSent })
    removeAct(actId)
    setMessage(counted(done, 'case rétablie', 'cases rétablies'))
  }
  const undo = () =>
    inSequence(async () => {
      // Undoes the screen's last act, which may be a dialog's rather than a move of cells.
      await undoLast(screen, async (actId) => {
        setMessage('')
        if (!acts.current.includes(actId)) return false
        try {
          await undoMove(clientOutsideForms, actId, false)
        } catch (error) {
          removeAct(actId)
          notifyRefusal(error)
        }
        return true
      })
    })

  return {
    move,
    undo,
    message,
    question,
    ask: setQuestion,
    reschedule,
    bookingToMove,
    chooseDay: setBookingToMove,
    /** An act to undo whose answers are already published to families: a dialog asks for confirmation. */
    correction,
    correct: (client: Client) =>
      inSequence(async () => (correction ? undoMove(client, correction.actId, true) : undefined)),
    closeCorrection: () => setCorrection(null),
  }
}

const promotedWords = (promoted: number): string =>
  promoted > 0 ? `, ${counted(promoted, 'place donnée', 'places données')} à la suite` : ''

const strictest = (refused: MoveResult['refused']): RequiredReason =>
  refused.reduce<RequiredReason>(
    (strict, { needs }) => (needs !== null && isStricter(needs, strict) ? needs : strict),
    'nothing',
  )

const notifyRefused = ({ refused }: MoveResult) => {
  notifications.show({ color: 'red', ...refusedText(refused), autoClose: 12_000 })
}
