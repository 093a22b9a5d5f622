import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'

/**
 * Makes a folder once for all processes of a run: the first that needs it makes it, the others wait.
 * @param make fills a folder beside, which takes its name once it is whole
 */
export const madeOnce = async (folder: string, make: (unfinished: string) => Promise<void>): Promise<void> => {
  const unfinished = `${folder}-unfinished`
  while (!existsSync(folder)) {
    if (claim(unfinished)) {
      try {
        // The process that held the claim may have ended since the look above.
        if (existsSync(folder)) continue
        await make(unfinished)
        renameSync(unfinished, folder)
      } finally {
        rmSync(unfinished, { recursive: true, force: true })
      }
    } else await setTimeout(100)
  }
}

/** Only one process can make the folder. */
const claim = (unfinished: string): boolean => {
  try {
    mkdirSync(unfinished)
    return true
  } catch {
    return false
  }
}
