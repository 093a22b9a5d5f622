import { notifications } from '@mantine/notifications'
import type { QueryClient } from '@tanstack/react-query'
import { create } from 'zustand'
import { type DaySheet, longestWait } from '../../../shared/contract/desk/attendance.ts'
import { counted, sentenceWithSubject } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { notifyRefusal } from '../queries.ts'
import { keyOf, withMarks } from './sheet.ts'
import { departureOf, type KeptDeparture, type KeptMark, keptDepartures, keptMarks, placeOf } from './stored-marks.ts'

type Waiting = {
  /** By cell. */
  readonly marks: ReadonlyMap<string, KeptMark>
  /** By child and day. */
  readonly departures: ReadonlyMap<string, KeptDeparture>
  /** Whether the last try failed. */
  readonly isStuck: boolean
}

/** What waits for its answer. */
export const useWaiting = create<Waiting>()(() => {
  const marks = new Map(keptMarks.all().map((mark) => [placeOf(mark), mark]))
  const departures = new Map(keptDepartures.all().map((one) => [departureOf(one), one]))
  return { marks, departures, isStuck: marks.size + departures.size > 0 }
})

export const wait = (marks: readonly KeptMark[]): void => {
  for (const mark of marks) keptMarks.keep(mark)
  useWaiting.setState(({ marks: before }) => ({
    marks: new Map([...before, ...marks.map((mark) => [placeOf(mark), mark] as const)]),
  }))
}

const forget = (marks: readonly KeptMark[]): void => {
  for (const mark of marks) keptMarks.forget(mark)
  useWaiting.setState(({ marks: before }) => ({
    // What was marked again meanwhile waits for its own answer.
    marks: new Map([...before].filter(([, one]) => !marks.includes(one))),
  }))
}

export const waitDeparture = (departure: KeptDeparture): void => {
  keptDepartures.keep(departure)
  useWaiting.setState(({ departures }) => ({
    departures: new Map([...departures, [departureOf(departure), departure]]),
  }))
}

const forgetDeparture = (departure: KeptDeparture): void => {
  keptDepartures.forget(departure)
  useWaiting.setState(({ departures }) => ({
    departures: new Map([...departures].filter(([, one]) => one !== departure)),
  }))
}

/** A lost network may keep a call for minutes before it says so. */
const longestCall = 8000
const most = 500
/** Sent at the first try, within this many milliseconds, a mark is stamped as it comes. */
const atOnce = 2000
let underWay: Promise<void> | null = null

/**
 * Sends what this person marked, one call at a time, oldest first, then who left when: a child leaves once it is there.
 * Ends when nothing is left or when nobody answers.
 */
export const sendMarks = (queries: QueryClient, staffId: number): Promise<void> => {
  underWay ??= sendAll(queries, staffId).finally(() => {
    underWay = null
  })
  return underWay
}

const sendAll = async (queries: QueryClient, staffId: number): Promise<void> => {
  const wasStuck = useWaiting.getState().isStuck
  let sent = 0
  for (;;) {
    const mine = [...useWaiting.getState().marks.values()].filter((mark) => mark.staffId === staffId)
    const [first] = mine
    if (!first) break
    // One call for all that were marked alike: each call is one act.
    const alike = mine.filter(({ mark, reason }) => mark === first.mark && reason === first.reason).slice(0, most)
    const outcome = await send(queries, alike)
    if (outcome === 'kept') {
      useWaiting.setState({ isStuck: true })
      return
    }
    sent += outcome
  }
  for (;;) {
    const [first] = [...useWaiting.getState().departures.values()].filter((one) => one.staffId === staffId)
    if (!first) break
    const outcome = await sendDeparture(queries, first)
    if (outcome === 'kept') {
      useWaiting.setState({ isStuck: true })
      return
    }
    sent += outcome
  }
  useWaiting.setState(({ marks, departures }) => ({ isStuck: marks.size + departures.size > 0 }))
  if (wasStuck && sent > 0) {
    const message = `${counted(sent, 'pointage gardé est enregistré', 'pointages gardés sont enregistrés')}.`
    notifications.show({ color: 'green', message })
  }
}

/** How many were recorded, or that they are kept for another time. */
const send = async (queries: QueryClient, marks: readonly KeptMark[]): Promise<number | 'kept'> => {
  const [first] = marks
  if (!first) return 0
  const now = Date.now()
  const { isStuck } = useWaiting.getState()
  const cells = marks.map((mark) => {
    const { registrationId, day, slotId, madeAt } = mark
    const madeAgo = Math.min(longestWait, now - madeAt)
    return { registrationId, day, slotId, ...((isStuck || madeAgo > atOnce) && { madeAgo }) }
  })
  try {
    const { refused } = await clientOutsideForms.attendance.mark(
      { cells, mark: first.mark, reason: first.reason },
      { signal: AbortSignal.timeout(longestCall) },
    )
    const places = new Set(refused.map(placeOf))
    const done = marks.filter((mark) => !places.has(placeOf(mark)))
    forgetWith(queries, marks, done)
    tellRefused(refused)
    if (refused.length > 0) void queries.invalidateQueries({ queryKey: orpc.attendance.sheet.key() })
    return done.length
  } catch (error) {
    if (isForLater(error)) return 'kept'
    forget(marks)
    notifyRefusal(error)
    void queries.invalidateQueries({ queryKey: orpc.attendance.sheet.key() })
    return 0
  }
}

/** Noted twice it is noted once: only the answer may have been lost. */
const sendDeparture = async (queries: QueryClient, departure: KeptDeparture): Promise<number | 'kept'> => {
  const { registrationId, day, at } = departure
  try {
    await clientOutsideForms.attendance.departure(
      { registrationId, day, at },
      { signal: AbortSignal.timeout(longestCall) },
    )
    // Shown as recorded before it stops waiting, so that no time goes and comes back.
    await queries.invalidateQueries({ queryKey: orpc.attendance.sheet.key() })
    forgetDeparture(departure)
    return 1
  } catch (error) {
    if (isForLater(error)) return 'kept'
    forgetDeparture(departure)
    notifyRefusal(error)
    void queries.invalidateQueries({ queryKey: orpc.attendance.sheet.key() })
    return 0
  }
}

/** Without a reference the core never saw it. Locked or logged out, it waits for its author. */
const isForLater = (error: unknown): boolean => {
  const { why, id } = refusalOf(error)
  return why === 'noAnswer' || why === 'locked' || why === 'loginNeeded' || (why === 'unexpected' && !id)
}

/** On the sheets that were read before they stop waiting, so that no mark goes and comes back. */
const forgetWith = (queries: QueryClient, marks: readonly KeptMark[], done: readonly KeptMark[]) => {
  for (const [day, ofDay] of Map.groupBy(done, (mark) => mark.day)) {
    const given = new Map(ofDay.map((mark) => [keyOf(mark), mark]))
    queries.setQueriesData({ queryKey: orpc.attendance.sheet.key() }, (before: DaySheet | undefined) =>
      before?.day === day ? withMarks(before, given) : before,
    )
  }
  forget(marks)
}

const tellRefused = (refused: readonly { readonly child: string; readonly sentence: string }[]) => {
  const [first] = refused
  if (!first) return
  notifications.show({
    color: 'red',
    title:
      refused.length === 1 ? 'Ce n’est pas possible' : counted(refused.length, 'case inchangée', 'cases inchangées'),
    message:
      refused.length === 1 && first.child !== '' ? sentenceWithSubject(first.child, first.sentence) : allOf(refused),
    autoClose: refused.length === 1 ? 12_000 : false,
  })
}

/** One sentence for all, else each child's own: nobody is left to guess whose mark was not kept. */
const allOf = (refused: readonly { readonly child: string; readonly sentence: string }[]): string => {
  const sentences = new Set(refused.map(({ sentence }) => sentence))
  const [only] = sentences
  if (sentences.size === 1 && only !== undefined) return only
  return refused.map(({ child, sentence }) => sentenceWithSubject(child, sentence)).join(' ')
}
