import { setTimeout } from 'node:timers/promises'
import type { Backup, Finding } from '../../../shared/contract/desk/settings.ts'
import { paperName } from '../../../shared/rules/money/series.ts'
import { instantText } from '../../../shared/rules/text/french.ts'
import { checkStore, listBackups, makeBackup, restoreBackup, restoreFromBytes } from '../../store/backups/backup.ts'
import { backupsFolder } from '../../store/backups/backup-files.ts'
import { lostPapers } from '../../store/backups/lost-papers.ts'
import { PhraseRefused } from '../../store/failures.ts'
import { CannotOpen } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { toStreamError } from '../progress.ts'

export const readBackups = ({ store }: Core) => ({
  folder: backupsFolder(store.dataDir),
  backups: [...listBackups(store)] satisfies Backup[],
  lostPapers: lostPapers(store).map(({ series, year, number, on, family, amountCents }) => ({
    name: paperName(series, year, number),
    on,
    family,
    amountCents,
  })),
})

/** Makes a backup. Yields its progress (0 to 1) ten times a second, then the backup. */
export const followBackup = async function* (
  core: Core,
): AsyncGenerator<{ done: number; backup: Backup | null }, void, void> {
  let done = 0
  const onProgress = (part: number) => {
    done = part
  }
  const made = makeBackup(core.store, { onProgress })
  const ended = made.then(
    () => true,
    () => true,
  )
  while (!(await Promise.race([ended, setTimeout(100, false)]))) yield { done, backup: null }
  try {
    yield { done: 1, backup: await made }
  } catch (error) {
    throw toStreamError(core, error)
  }
}

/**
 * Restores a backup. The restored file may lack this staff member or give their id to another: the connection must log
 * in again.
 */
export const restore = async (
  { store, exchange }: Core,
  person: Person,
  input: ({ name: string } | { file: Blob }) & { phrase?: string | undefined },
): Promise<Finding[]> => {
  const backup = 'name' in input ? listBackups(store).find(({ name }) => name === input.name) : undefined
  const findings = await asRefusals(
    exchange.whileStopped(async () =>
      'name' in input
        ? restoreBackup(store, input.name, input.phrase)
        : restoreFromBytes(store, new Uint8Array(await input.file.arrayBuffer()), input.phrase),
    ),
  )
  const which = backup ? `Sauvegarde du ${instantText(backup.at)} reprise` : 'Sauvegarde reprise d’un fichier'
  store.act(person, 'settings.restore', which, (write) => write.trace('organisation', 1, { restored: true }))
  return [...findings]
}

export const checkFile = async ({ store }: Core): Promise<Finding[]> => [...(await asRefusals(checkStore(store)))]

const asRefusals = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work
  } catch (error) {
    if (error instanceof PhraseRefused) throw new Refused(error.message, 'phrase')
    if (error instanceof CannotOpen) throw new Refused(error.message)
    throw error
  }
}
