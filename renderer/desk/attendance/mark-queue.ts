import { notifications } from '@mantine/notifications'
import type { QueryClient } from '@tanstack/react-query'
import { create } from 'zustand'
import { type DaySheet, maxMarkDelay } from '../../../shared/contract/desk/attendance.ts'
import { counted, sentenceWithSubject } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { notifyRefusal } from '../queries.ts'
import { cellKey, withMarks } from './sheet.ts'
import {
  markKey,
  type StoredMark,
  type StoredTime,
  storedMarks,
  storedTimes,
  type TimeKind,
  timeKey,
  timeKinds,
} from './stored-marks.ts'

type QueuedTime = { readonly kind: TimeKind; readonly time: StoredTime }

type MarkQueue = {
  /** By `markKey`. */
  readonly marks: ReadonlyMap<string, StoredMark>
  /** By `timeKey`. */
  readonly times: ReadonlyMap<string, QueuedTime>
  /** Whether the last try failed. */
  readonly isStuck: boolean
}

/** Marks and times that the core has not confirmed yet. */
export const useMarkQueue = create<MarkQueue>()(() => {
  const marks = new Map(storedMarks.all().map((mark) => [markKey(mark), mark]))
  const times = new Map(
    timeKinds.flatMap((kind) => storedTimes[kind].all().map((time) => [timeKey(kind, time), { kind, time }])),
  )
  return { marks, times, isStuck: marks.size + times.size > 0 }
})

export const enqueueMarks = (marks: readonly StoredMark[]): void => {
  for (const mark of marks) storedMarks.save(mark)
  useMarkQueue.setState(({ marks: queued }) => ({
    marks: new Map([...queued, ...marks.map((mark) => [markKey(mark), mark] as const)]),
  }))
}

const dequeueMarks = (marks: readonly StoredMark[]): void => {
  for (const mark of marks) storedMarks.remove(mark)
  useMarkQueue.setState(({ marks: queued }) => ({
    // A cell that was marked again meanwhile stays in the queue with its newer mark.
    marks: new Map([...queued].filter(([, one]) => !marks.includes(one))),
  }))
}

export const enqueueTime = (kind: TimeKind, time: StoredTime): void => {
  storedTimes[kind].save(time)
  useMarkQueue.setState(({ times }) => ({ times: new Map([...times, [timeKey(kind, time), { kind, time }]]) }))
}

const dequeueTime = (sent: QueuedTime): void => {
  storedTimes[sent.kind].remove(sent.time)
  useMarkQueue.setState(({ times }) => ({ times: new Map([...times].filter(([, one]) => one !== sent)) }))
}

/** Time limit of a call in milliseconds: without a limit, a call over a lost network may fail only after minutes. */
const callTimeoutMs = 8000
const maxMarksPerCall = 500
/** A mark older than this, or sent again, is sent with its age; a newer one gets the core's time of arrival. */
const minStampedAgeMs = 2000
let currentSending: Promise<void> | null = null

/**
 * Sends this person's marks, oldest first, one call at a time, then times, which require that the child is marked
 * present. Ends when the queue is empty or the core does not answer.
 */
export const sendMarks = (queries: QueryClient, staffId: number): Promise<void> => {
  currentSending ??= sendAll(queries, staffId).finally(() => {
    currentSending = null
  })
  return currentSending
}

const sendAll = async (queries: QueryClient, staffId: number): Promise<void> => {
  const wasStuck = useMarkQueue.getState().isStuck
  let sent = 0
  for (;;) {
    const mine = [...useMarkQueue.getState().marks.values()].filter((mark) => mark.staffId === staffId)
    const [first] = mine
    if (!first) break
    // One call for all cells with the same mark and reason: each call is one act.
    const alike = mine
      .filter(({ mark, reason }) => mark === first.mark && reason === first.reason)
      .slice(0, maxMarksPerCall)
    const outcome = await send(queries, alike)
    if (outcome === 'queued') {
      useMarkQueue.setState({ isStuck: true })
      return
    }
    sent += outcome
  }
  for (;;) {
    const first = [...useMarkQueue.getState().times.values()].find(({ time }) => time.staffId === staffId)
    if (!first) break
    const outcome = await sendTime(queries, first)
    if (outcome === 'queued') {
      useMarkQueue.setState({ isStuck: true })
      return
    }
    sent += outcome
  }
  useMarkQueue.setState(({ marks, times }) => ({ isStuck: marks.size + times.size > 0 }))
  if (wasStuck && sent > 0) {
    const message = `${counted(sent, 'pointage gardé est enregistré', 'pointages gardés sont enregistrés')}.`
    notifications.show({ color: 'green', message })
  }
}

/** @returns the number of recorded marks, or 'queued' when they stay in the queue */
const send = async (queries: QueryClient, marks: readonly StoredMark[]): Promise<number | 'queued'> => {
  const [first] = marks
  if (!first) return 0
  const now = Date.now()
  const { isStuck } = useMarkQueue.getState()
  const cells = marks.map((mark) => {
    const { registrationId, day, slotId, madeAt } = mark
    const madeAgo = Math.min(maxMarkDelay, now - madeAt)
    return { registrationId, day, slotId, ...((isStuck || madeAgo > minStampedAgeMs) && { madeAgo }) }
  })
  try {
    const { refused } = await clientOutsideForms.attendance.mark(
      { cells, mark: first.mark, reason: first.reason },
      { signal: AbortSignal.timeout(callTimeoutMs) },
    )
    const refusedKeys = new Set(refused.map(markKey))
    const done = marks.filter((mark) => !refusedKeys.has(markKey(mark)))
    dequeueRecorded(queries, marks, done)
    notifyRefused(refused)
    if (refused.length > 0) void queries.invalidateQueries({ queryKey: orpc.attendance.sheet.key() })
    return done.length
  } catch (error) {
    if (mustRetry(error)) return 'queued'
    dequeueMarks(marks)
    notifyRefusal(error)
    void queries.invalidateQueries({ queryKey: orpc.attendance.sheet.key() })
    return 0
  }
}

/** Idempotent: if only the answer was lost, sending the time again changes nothing. */
const sendTime = async (queries: QueryClient, queued: QueuedTime): Promise<number | 'queued'> => {
  const { registrationId, day, at } = queued.time
  try {
    await clientOutsideForms.attendance[queued.kind](
      { registrationId, day, at },
      { signal: AbortSignal.timeout(callTimeoutMs) },
    )
    // Read the recorded time before dequeuing, so that the time on screen does not flicker.
    await queries.invalidateQueries({ queryKey: orpc.attendance.sheet.key() })
    dequeueTime(queued)
    return 1
  } catch (error) {
    if (mustRetry(error)) return 'queued'
    dequeueTime(queued)
    notifyRefusal(error)
    void queries.invalidateQueries({ queryKey: orpc.attendance.sheet.key() })
    return 0
  }
}

/**
 * Whether to send again: an error without a reference never reached the core; a lock or logout waits for its author.
 */
const mustRetry = (error: unknown): boolean => {
  const { why, id } = refusalOf(error)
  return why === 'noAnswer' || why === 'locked' || why === 'loginNeeded' || (why === 'unexpected' && !id)
}

/** Writes recorded marks into the cached sheets before dequeuing them, so that no mark flickers. */
const dequeueRecorded = (queries: QueryClient, marks: readonly StoredMark[], done: readonly StoredMark[]) => {
  for (const [day, ofDay] of Map.groupBy(done, (mark) => mark.day)) {
    const given = new Map(ofDay.map((mark) => [cellKey(mark), mark]))
    queries.setQueriesData({ queryKey: orpc.attendance.sheet.key() }, (sheet: DaySheet | undefined) =>
      sheet?.day === day ? withMarks(sheet, given) : sheet,
    )
  }
  dequeueMarks(marks)
}

const notifyRefused = (refused: readonly { readonly child: string; readonly sentence: string }[]) => {
  const [first] = refused
  if (!first) return
  notifications.show({
    color: 'red',
    title:
      refused.length === 1 ? 'Ce n’est pas possible' : counted(refused.length, 'case inchangée', 'cases inchangées'),
    message:
      refused.length === 1 && first.child !== ''
        ? sentenceWithSubject(first.child, first.sentence)
        : refusalsText(refused),
    autoClose: refused.length === 1 ? 12_000 : false,
  })
}

/** One sentence if all refusals are the same, otherwise one sentence per child. */
const refusalsText = (refused: readonly { readonly child: string; readonly sentence: string }[]): string => {
  const sentences = new Set(refused.map(({ sentence }) => sentence))
  const [only] = sentences
  if (sentences.size === 1 && only !== undefined) return only
  return refused.map(({ child, sentence }) => sentenceWithSubject(child, sentence)).join(' ')
}
