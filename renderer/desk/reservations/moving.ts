import { notifications } from '@mantine/notifications'
import { useRef, useState } from 'react'
import type { MoveResult } from '../../../shared/contract/desk/reservations.ts'
import type { CellAct, Needs, Reason } from '../../../shared/rules/cell-moves.ts'
import type { Instant } from '../../../shared/rules/day.ts'
import { counted, shortDay } from '../../../shared/rules/french.ts'
import { client } from '../../connection/client.ts'
import { tellRefusal } from '../queries.ts'
import type { CellKey } from './calendar-data.ts'
import { doneWords } from './cell-words.ts'

export type Move = {
  readonly act: CellAct
  readonly cells: readonly CellKey[]
  readonly reason?: Reason
  readonly charged?: boolean
  readonly surchargeAccepted?: boolean
  readonly recordedAt?: Instant
}

/** A move that waits for a reason, for the instant of a demande, or for whether it stays billed. */
export type Question = Move & { readonly needs: Needs; readonly sentence: string }

/** Moves cells, asks what is missing, tells what was done and what was not, and takes the last acts back. */
export const useMoving = () => {
  const [question, setQuestion] = useState<Question | null>(null)
  const acts = useRef<number[]>([])
  // One after the other: two keys pressed quickly must not undo the same act twice.
  const turn = useRef<Promise<unknown>>(Promise.resolve())
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = turn.current.then(work)
    turn.current = done
    return done
  }
  const [told, setTold] = useState('')

  const settle = (move: Move, result: MoveResult) => {
    if (result.actId !== null) acts.current.push(result.actId)
    const [one, many] = doneWords[move.act] ?? ['case changée', 'cases changées']
    const promoted =
      result.promoted > 0 ? `, ${counted(result.promoted, 'place donnée', 'places données')} à la suite` : ''
    if (result.done > 0) setTold(`${counted(result.done, one, many)}${promoted}`)
    const waiting = result.refused.filter(({ needs }) => needs !== null)
    const [first] = waiting
    if (first && !move.reason) {
      setQuestion({ ...move, cells: waiting, needs: strictest(waiting), sentence: first.sentence })
    } else if (result.refused.length > 0) tellRefused(result)
  }

  const move = (asked: Move) =>
    inTurn(async () => {
      const { act, cells, ...more } = asked
      try {
        settle(asked, await client.reservations.move({ act, cells: cells.map((cell) => ({ ...cell })), ...more }))
      } catch (error) {
        tellRefusal(error)
      }
    })

  const undo = () =>
    inTurn(async () => {
      const actId = acts.current.pop()
      if (actId === undefined) return setTold('Rien à annuler sur cet écran')
      try {
        const { done } = await client.reservations.undo({ actId })
        setTold(counted(done, 'case rétablie', 'cases rétablies'))
      } catch (error) {
        tellRefusal(error)
      }
    })

  return { move, undo, told, question, ask: setQuestion }
}

const order: readonly Needs[] = ['nothing', 'reason', 'listedReason', 'writtenReason']

const strictest = (refused: MoveResult['refused']): Needs =>
  refused.reduce<Needs>(
    (strict, { needs }) => (order.indexOf(needs ?? 'nothing') > order.indexOf(strict) ? (needs ?? strict) : strict),
    'nothing',
  )

const tellRefused = ({ refused }: MoveResult) => {
  const sentences = Map.groupBy(refused, ({ sentence }) => sentence)
  for (const [sentence, own] of [...sentences].slice(0, 3)) {
    const days = own.slice(0, 4).map(({ day }) => shortDay(day))
    notifications.show({
      color: 'red',
      title: own.length === 1 ? (days[0] ?? '') : counted(own.length, 'case inchangée', 'cases inchangées'),
      message: own.length === 1 ? sentence : `${sentence} (${days.join(', ')}${own.length > 4 ? '…' : ''})`,
      autoClose: 12_000,
      closeButtonProps: { 'aria-label': 'Fermer' },
    })
  }
}
