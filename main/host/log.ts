import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** In bytes. Above it a new file begins and only the last one is kept beside it, so that logs never fill the disk. */
const mostBytes = 2_000_000

const pathsIn = (folder: string) => {
  const path = join(folder, 'journal.log')
  return { path, before: `${path}.1` }
}

/**
 * Where an unforeseen error is found again by the id that the screen showed. The town's staff read it, in the terminal and
 * in Aide › Journal technique: what the program itself says there is French; a caught error stays as it was thrown.
 */
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
      console.error('journal.log\u00a0:', error)
    }
  }
}

/** The lines that `logTo` wrote in this folder, oldest first. */
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
 * The log is sent to whoever maintains the program, so it must say where the program failed, never on whose data. Error
 * messages quote their input and name files and addresses: these are replaced.
 */
export const withoutPersonalData = (text: string): string =>
  text.slice(0, mostCharacters).replaceAll(homedir(), '~').split('\n').map(withoutQuotes).join('\n')

/** In characters: enough for a stack with its causes. */
const mostCharacters = 20_000

/** Keeps the lines of a stack as they are: they only name source files. */
const withoutQuotes = (line: string): string =>
  /^\s+at /.test(line)
    ? line
    : line
        .replace(/"[^"]*"|«[^»]*»|“[^”]*”|'[^']*'/g, '…')
        .replace(/\S+/g, (word) => (word.includes('@') ? '…' : word))
        .replace(/(https?:\/\/[^\s/?#]+|(?<=\s)\/)[^\s]*/g, (address) => address.split(/[?#]/)[0] ?? '')
        .replace(/\d(?:[ .-]?\d){5,}/g, '…')
