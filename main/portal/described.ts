import { DrizzleQueryError } from 'drizzle-orm/errors'

/**
 * An unforeseen error as the log keeps it, with its causes. Whoever keeps the server reads the log, so nothing of a
 * person may be in it: a query's parameters, what a database or a parser quotes of them in its message.
 */
export const described = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const what = withoutValues(error) ?? `${error.name}: ${error.message}`
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  const cause = error.cause === undefined ? [] : [`  caused by ${described(error.cause)}`]
  return [what, ...frames, ...cause].join('\n')
}

/** Null for an error whose message names no value. */
const withoutValues = (error: Error): string | null => {
  if (error instanceof DrizzleQueryError) return `Failed query: ${operationOf(error.query)}`
  const sqlState = sqlStateOf(error)
  if (sqlState !== null) {
    const { table, constraint } = error as { table?: string; constraint?: string }
    return ['SQL', sqlState, table, constraint].filter((part) => part !== undefined).join(' ')
  }
  // JSON.parse quotes what it was reading.
  return error instanceof SyntaxError ? error.name : null
}

/** « update mail » */
const operationOf = (query: string): string => {
  const [, verb = 'query'] = /^\W*(\w+)/.exec(query) ?? []
  const [, table = ''] = /\b(?:from|into|update)\s+"?(\w+)/i.exec(query) ?? []
  return `${verb} ${table}`.trim()
}

/** As both drivers tell it; null for what no database said. */
export const sqlStateOf = (error: unknown): string | null =>
  error instanceof Error && 'severity' in error && 'code' in error && /^[\dA-Z]{5}$/.test(String(error.code))
    ? String(error.code)
    : null
