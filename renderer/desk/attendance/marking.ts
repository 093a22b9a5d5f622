import { useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { DaySheet } from '../../../shared/contract/desk/attendance.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { useSession } from '../staff/session.ts'
import { enqueueMarks, sendMarks, useMarkQueue } from './mark-queue.ts'
import { type CellPosition, cellAt, cellKey, type GivenMark, withMarks } from './sheet.ts'
import type { StoredMark } from './stored-marks.ts'

type Batch = { readonly cells: readonly CellPosition[]; readonly before: GivenMark }

/** Marks of a day made on this device that the core has not confirmed yet, by cell. */
export const useQueuedMarks = (day: Day): ReadonlyMap<string, StoredMark> => {
  const waiting = useMarkQueue(({ marks }) => marks)
  return useMemo(
    () => new Map([...waiting.values()].filter((mark) => mark.day === day).map((mark) => [cellKey(mark), mark])),
    [waiting, day],
  )
}

/**
 * The sheet including marks that are not confirmed yet, and functions to mark and undo. A mark is shown at once and
 * sent; without an answer the mark is stored on this device and sent again; if refused, it is removed and a notice says
 * why.
 */
export const useMarking = (recorded: DaySheet) => {
  const { day } = recorded
  const queries = useQueryClient()
  const staffId = useSession().data?.member?.id ?? 0
  const [undoable, setUndoable] = useState<readonly Batch[]>([])
  const pending = useQueuedMarks(day)
  const sheet = useMemo(() => withMarks(recorded, pending), [recorded, pending])

  const queueMarks = (cells: readonly CellPosition[], { mark, reason }: GivenMark) => {
    const madeAt = Date.now()
    enqueueMarks(
      cells.map(({ registrationId, slotId }) => ({ staffId, registrationId, day, slotId, mark, reason, madeAt })),
    )
    void sendMarks(queries, staffId)
  }

  /** Marks cells that all have the same mark as the first one, which is how undo restores them. */
  const mark = (cells: readonly CellPosition[], given: GivenMark) => {
    const [first] = cells
    if (!first) return
    const now = cellAt(sheet, first)
    if (now?.mark === given.mark && now.reason === given.reason) return
    queueMarks(cells, given)
    const before = { mark: now?.mark ?? null, reason: now?.reason ?? '' }
    setUndoable((batches) => [...batches, { cells, before }])
  }
  const undo = () => {
    const last = undoable.at(-1)
    if (!last) return
    setUndoable((batches) => batches.slice(0, -1))
    queueMarks(last.cells, last.before)
  }
  return { sheet, mark, undo, canUndo: undoable.length > 0, pending }
}
