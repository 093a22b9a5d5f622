import { DrizzleQueryError } from 'drizzle-orm/errors'

/**
 * An unforeseen error as text for the log, with its causes. Administrators of the server read the log, so it must
 * contain no personal data: neither a query's parameters nor values that a database or a parser quotes in its message.
 */
export const errorText = (error: unknown): string => {
  if (!(error instanceof Error)) return thrownText(error)
  const what = withoutValues(error) ?? `${error.name}: ${error.message || codeOf(error)}`
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  const cause = error.cause === undefined ? [] : [`  caused by ${errorText(error.cause)}`]
  return [what, ...frames, ...cause].join('\n')
}

/** The same on one line, without stacks: for errors that are frequent and retried. */
export const errorLine = (error: unknown): string =>
  errorText(error)
    .split('\n')
    .filter((line) => !/^\s+at /.test(line))
    .map((line) => line.trim())
    .join(', ')

/**
 * A request's path for the log, without secrets: no query string, and not the secret that ends the path of an agenda or
 * of a link that stops mails.
 */
export const loggedPath = (url = ''): string =>
  (url.split('?')[0] ?? '').replace(/^(\/agenda|\/mails\/arret)\/.*/s, '$1/…')

/** PGlite's file system throws objects that are not errors, such as `{ name: 'ErrnoError', errno: 44 }`. */
const thrownText = (thrown: unknown): string =>
  typeof thrown === 'object' && thrown !== null
    ? ['name', 'code', 'errno'].flatMap((key) => (key in thrown ? String(Reflect.get(thrown, key)) : [])).join(' ')
    : String(thrown)

/** A replacement for a message that may quote a value; null when the message quotes none. */
const withoutValues = (error: Error): string | null => {
  if (error instanceof DrizzleQueryError) return `Failed query: ${operationOf(error.query)}`
  const sqlState = sqlStateOf(error)
  if (sqlState !== null) {
    const { table, constraint } = error as { table?: string; constraint?: string }
    return ['SQL', sqlState, table, constraint].filter((part) => part !== undefined).join(' ')
  }
  // JSON.parse quotes its input.
  return error instanceof SyntaxError ? error.name : null
}

/** Node's error of a connection refused on every address of a host has no message, only a code. */
const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '')

/** For example « update mail ». */
const operationOf = (query: string): string => {
  const [, verb = 'query'] = /^\W*(\w+)/.exec(query) ?? []
  const [, table = ''] = /\b(?:from|into|update)\s+"?(\w+)/i.exec(query) ?? []
  return `${verb} ${table}`.trim()
}

/**
 * The SQL state, from PostgreSQL's driver or from PGlite, the database without a server; null for an error that does
 * not come from a database.
 */
export const sqlStateOf = (error: unknown): string | null =>
  error instanceof Error && 'severity' in error && 'code' in error && /^[\dA-Z]{5}$/.test(String(error.code))
    ? String(error.code)
    : null
