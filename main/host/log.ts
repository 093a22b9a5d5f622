import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** 5 MB, then the file before is replaced: the log of a machine never fills its disk. */
const mostBytes = 5_000_000

/** Where an unforeseen error is found again by the id that the screen showed. */
export const logTo = (folder: string): ((line: string) => void) => {
  const path = join(folder, 'journal.log')
  return (line) => {
    console.error(line)
    try {
      mkdirSync(folder, { recursive: true })
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > mostBytes) renameSync(path, `${path}.1`)
      appendFileSync(path, `${new Date().toISOString()} ${line}\n`)
    } catch (error) {
      console.error('journal.log:', error)
    }
  }
}
