import { useRef, useState } from 'react'
import { notifyRefusal } from '../queries.ts'

type Step<Result> =
  | {
      readonly step: 'working'
      readonly done: number
      readonly total: number
      /** What the task waits for. */
      readonly note?: string | undefined
    }
  | { readonly step: 'done'; readonly result: Result }

export type TaskProgress = { readonly label: string; readonly done: number; readonly total: number }

/**
 * Runs one long task of the core at a time, with its progress. `stop` aborts the task, and none of its work is saved.
 */
export const useLongTask = () => {
  const [underway, setUnderway] = useState<TaskProgress>()
  const stopping = useRef<AbortController>(undefined)
  const start = async <Result>(
    label: string,
    work: (signal: AbortSignal) => Promise<AsyncIterable<Step<Result>>>,
  ): Promise<Result | undefined> => {
    const stop = new AbortController()
    stopping.current = stop
    setUnderway({ label, done: 0, total: 0 })
    try {
      for await (const step of await work(stop.signal)) {
        if (step.step === 'done') return step.result
        setUnderway({ label: step.note ?? label, done: step.done, total: step.total })
      }
    } catch (error) {
      if (!stop.signal.aborted) notifyRefusal(error)
    } finally {
      setUnderway(undefined)
    }
    return undefined
  }
  return { underway, start, stop: () => stopping.current?.abort() }
}
