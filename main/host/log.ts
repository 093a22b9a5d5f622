import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** In bytes. A larger file is renamed and only one old file is kept, so that logs never fill the disk. */
const maxBytes = 2_000_000

const pathsIn = (folder: string) => {
  const path = join(folder, 'journal.log')
  return { path, previous: `${path}.1` }
}

/**
 * Logs to the terminal and to a file. An unforeseen error is logged under the id that the screen shows. The town's
 * staff read the log in Aide › Journal technique: messages of this program are in French; caught errors are logged as
 * thrown.
 */
export const logTo = (folder: string): ((line: string) => void) => {
  const { path, previous: before } = pathsIn(folder)
  return (line) => {
    const anonymised = withoutPersonalData(line)
    console.error(anonymised)
    try {
      mkdirSync(folder, { recursive: true })
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > maxBytes) renameSync(path, before)
      appendFileSync(path, `${new Date().toISOString()} ${anonymised}\n`)
    } catch (error) {
      console.error('journal.log\u00a0:', error)
    }
  }
}

/** The lines that `logTo` wrote in this folder, oldest first. */
export const readLog = (folder: string): string => {
  const { path, previous: before } = pathsIn(folder)
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
 * The log is sent to whoever maintains the program, so it must say where the program failed, never on whose data.
 * Quoted texts, e-mail addresses and long numbers become « … », the home folder « ~ »; web addresses lose their query.
 */
export const withoutPersonalData = (text: string): string =>
  text.slice(0, maxCharacters).replaceAll(homedir(), '~').split('\n').map(withoutQuotes).join('\n')

/** In characters: enough for a stack with its causes. */
const maxCharacters = 20_000

/** Leaves the frames of a stack unchanged: they only name source files. */
const withoutQuotes = (line: string): string =>
  /^\s+at /.test(line)
    ? line
    : line
        .replace(/"[^"]*"|«[^»]*»|“[^”]*”|'[^']*'/g, '…')
        .replace(/\S+/g, (word) => (word.includes('@') ? '…' : word))
        .replace(/(https?:\/\/[^\s/?#]+|(?<=\s)\/)[^\s]*/g, (address) => address.split(/[?#]/)[0] ?? '')
        .replace(/\d(?:[ .-]?\d){5,}/g, '…')
