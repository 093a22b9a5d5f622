import { useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { DaySheet } from '../../../shared/contract/desk/attendance.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { useSession } from '../staff/session.ts'
import { sendMarks, useWaiting, wait } from './mark-queue.ts'
import { type CellAt, cellAt, type Given, keyOf, withMarks } from './sheet.ts'
import type { KeptMark } from './stored-marks.ts'

type Batch = { readonly cells: readonly CellAt[]; readonly before: Given }

/** What was marked of a day on this device and is not answered yet, by cell. */
export const useMarksUnderway = (day: Day): ReadonlyMap<string, KeptMark> => {
  const waiting = useWaiting(({ marks }) => marks)
  return useMemo(
    () => new Map([...waiting.values()].filter((mark) => mark.day === day).map((mark) => [keyOf(mark), mark])),
    [waiting, day],
  )
}

/**
 * The sheet with what was just marked already on it, and the ways to mark. Each mark shows at once and is sent; without
 * an answer it is kept on this device and sent again; refused, it goes back to what it was, with the sentence that says why.
 */
export const useMarking = (recorded: DaySheet) => {
  const { day } = recorded
  const queries = useQueryClient()
  const staffId = useSession().data?.member?.id ?? 0
  const [undoable, setUndoable] = useState<readonly Batch[]>([])
  const pending = useMarksUnderway(day)
  const sheet = useMemo(() => withMarks(recorded, pending), [recorded, pending])

  const give = (cells: readonly CellAt[], { mark, reason }: Given) => {
    const madeAt = Date.now()
    wait(cells.map(({ registrationId, slotId }) => ({ staffId, registrationId, day, slotId, mark, reason, madeAt })))
    void sendMarks(queries, staffId)
  }

  /** All cells stand as the first does. */
  const mark = (cells: readonly CellAt[], given: Given) => {
    const [first] = cells
    if (!first) return
    const now = cellAt(sheet, first)
    if (now?.mark === given.mark && now.reason === given.reason) return
    give(cells, given)
    const before = { mark: now?.mark ?? null, reason: now?.reason ?? '' }
    setUndoable((batches) => [...batches, { cells, before }])
  }
  const undo = () => {
    const last = undoable.at(-1)
    if (!last) return
    setUndoable((batches) => batches.slice(0, -1))
    give(last.cells, last.before)
  }
  return { sheet, mark, undo, canUndo: undoable.length > 0, pending }
}
