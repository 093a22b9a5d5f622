import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo, useRef, useState } from 'react'
import type { DaySheet } from '../../../shared/contract/desk/attendance.ts'
import { counted } from '../../../shared/rules/french.ts'
import { client, orpc } from '../../connection/client.ts'
import { tellRefusal } from '../queries.ts'
import { type CellAt, cellAt, type Given, keyOf, withMarks } from './sheet.ts'

type Batch = { readonly cells: readonly CellAt[]; readonly before: Given }

/**
 * The sheet with what was just marked already on it, and the ways to mark. Each mark shows at once, is sent in its turn,
 * and goes back to what it was, with the sentence that says why, when the core refuses it.
 */
export const useMarking = (recorded: DaySheet) => {
  const { activityId, day } = recorded
  const queries = useQueryClient()
  const [pending, setPending] = useState<ReadonlyMap<string, Given>>(new Map())
  const [undoable, setUndoable] = useState<readonly Batch[]>([])
  const sent = useRef<Promise<unknown>>(Promise.resolve())
  const sheet = useMemo(() => withMarks(recorded, pending), [recorded, pending])
  const sheetKey = orpc.attendance.sheet.queryKey({ input: { activityId, day } })

  const settle = (cells: readonly CellAt[], given: Given) =>
    setPending((before) => {
      const keys = new Set(cells.map(keyOf))
      // What was marked again meanwhile waits for its own answer.
      return new Map([...before].filter(([key, one]) => !keys.has(key) || one !== given))
    })

  const send = async (cells: readonly CellAt[], given: Given): Promise<readonly CellAt[]> => {
    try {
      const { refused } = await client.attendance.mark({
        cells: cells.map((cell) => ({ ...cell, day })),
        mark: given.mark,
        reason: given.reason,
      })
      const kept = new Set(refused.map(keyOf))
      const done = cells.filter((cell) => !kept.has(keyOf(cell)))
      const marks = new Map(done.map((cell) => [keyOf(cell), given]))
      queries.setQueryData(sheetKey, (before: DaySheet | undefined) => before && withMarks(before, marks))
      tellRefused(refused.map(({ sentence }) => sentence))
      return done
    } catch (error) {
      tellRefusal(error)
      // It may have been recorded all the same: the answer alone was lost.
      void queries.invalidateQueries({ queryKey: sheetKey })
      return []
    } finally {
      settle(cells, given)
    }
  }

  const record = (cells: readonly CellAt[], given: Given) => {
    setPending((before) => new Map([...before, ...cells.map((cell) => [keyOf(cell), given] as const)]))
    // One after the other: two marks of one cell must arrive in the order of the keys.
    const turn = sent.current.then(() => send(cells, given))
    sent.current = turn
    return turn
  }

  /** All cells stand as the first does. */
  const mark = async (cells: readonly CellAt[], given: Given) => {
    const [first] = cells
    if (!first) return
    const now = cellAt(sheet, first)
    if (now?.mark === given.mark && now.reason === given.reason) return
    const done = await record(cells, given)
    const before = { mark: now?.mark ?? null, reason: now?.reason ?? '' }
    if (done.length > 0) setUndoable((batches) => [...batches, { cells: done, before }])
  }
  const undo = async () => {
    const last = undoable.at(-1)
    if (!last) return
    setUndoable((batches) => batches.slice(0, -1))
    await record(last.cells, last.before)
  }
  return { sheet, mark, undo, canUndo: undoable.length > 0 }
}

const tellRefused = (sentences: readonly string[]) => {
  const [first] = sentences
  if (first === undefined) return
  notifications.show({
    color: 'red',
    title:
      sentences.length === 1
        ? 'Ce n’est pas possible'
        : counted(sentences.length, 'case inchangée', 'cases inchangées'),
    message: first,
    autoClose: 12_000,
    closeButtonProps: { 'aria-label': 'Fermer' },
  })
}
