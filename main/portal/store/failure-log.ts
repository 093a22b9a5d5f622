import { errorLine, errorText } from './error-text.ts'

/** Logs an unforeseen failure. @param what what failed, for example the request and the id that its page shows */
export type LogFailure = (what: string, error: unknown) => void

const traceMilliseconds = 60_000
/** Above this number, kinds that have not been traced for a minute are forgotten. */
const maxKinds = 100

/**
 * Logs each failure on one line, and the whole trace of each kind of failure at most once a minute: a database that is
 * down fails every request in the same way, and fifteen lines each would fill the log and hide everything else.
 * @param now milliseconds of a clock that never goes back
 */
export const createFailureLog = (log: (line: string) => void, now = () => performance.now()): LogFailure => {
  const tracedAt = new Map<string, number>()
  return (what, error) => {
    const at = now()
    const kind = kindOf(error)
    const isTraced = at - (tracedAt.get(kind) ?? Number.NEGATIVE_INFINITY) < traceMilliseconds
    if (!isTraced) {
      if (tracedAt.size >= maxKinds)
        for (const [other, then] of tracedAt) if (at - then >= traceMilliseconds) tracedAt.delete(other)
      tracedAt.set(kind, at)
    }
    log(`${what} ${isTraced ? errorLine(error) : errorText(error)}`)
  }
}

/** Failures of one kind have the same root cause, thrown at the same place, whatever the query or page that met it. */
const kindOf = (error: unknown): string => {
  let root = error
  while (root instanceof Error && root.cause !== undefined) root = root.cause
  return errorText(root).split('\n').slice(0, 2).join('\n')
}
