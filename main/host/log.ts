import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Then the file before is replaced: the log of a machine never fills its disk. */
const mostBytes = 2_000_000

const pathsIn = (folder: string) => {
  const path = join(folder, 'journal.log')
  return { path, before: `${path}.1` }
}

/** Where an unforeseen error is found again by the id that the screen showed. */
export const logTo = (folder: string): ((line: string) => void) => {
  const { path, before } = pathsIn(folder)
  return (line) => {
    const kept = withoutPersonalData(line)
    console.error(kept)
    try {
      mkdirSync(folder, { recursive: true })
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > mostBytes) renameSync(path, before)
      appendFileSync(path, `${new Date().toISOString()} ${kept}\n`)
    } catch (error) {
      console.error('journal.log:', error)
    }
  }
}

/** What `logTo` kept in this folder, oldest first. */
export const readLog = (folder: string): string => {
  const { path, before } = pathsIn(folder)
  return [before, path].map(textAt).join('')
}

const textAt = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/**
 * A log is sent to whoever repairs the program: it says where the program failed, never on what. Error messages quote
 * what they choked on, and name files and addresses.
 */
export const withoutPersonalData = (text: string): string =>
  text.slice(0, longest).replaceAll(homedir(), '~').split('\n').map(withoutQuotes).join('\n')

/** A stack with its causes. */
const longest = 20_000

/** A line of a stack names our own sources, and nothing else. */
const withoutQuotes = (line: string): string =>
  /^\s+at /.test(line)
    ? line
    : line
        .replace(/"[^"]*"|«[^»]*»|“[^”]*”|'[^']*'/g, '…')
        .replace(/\S+/g, (word) => (word.includes('@') ? '…' : word))
        .replace(/(https?:\/\/[^\s/?#]+|(?<=\s)\/)[^\s]*/g, (address) => address.split(/[?#]/)[0] ?? '')
        .replace(/\d(?:[ .-]?\d){5,}/g, '…')
