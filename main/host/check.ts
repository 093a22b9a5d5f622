import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { instant } from '../../shared/rules/calendar/day.ts'
import { counted } from '../../shared/rules/text/french.ts'
import { fingerprintsPath } from '../store/backups/backup-files.ts'
import { judge } from '../store/checking/judge.ts'
import { dataFileName } from '../store/store.ts'
import { folders } from './folders.ts'

/**
 * `npm run check`, `npm run check -- FOLDER`, `npm run check -- --data FOLDER`, as for `npm start`; `--demo`: the
 * example town.
 */
const {
  values: { data, demo },
  positionals: [folder],
} = parseArgs({
  options: { data: { type: 'string' }, demo: { type: 'boolean', default: false } },
  allowPositionals: true,
  strict: false,
})
const { dataDir, exampleDir } = folders(typeof data === 'string' ? data : folder)
const path = join(demo === true ? exampleDir : dataDir, dataFileName)

/** Prints the judge's findings. @returns the exit code: 0 without findings */
const runCheck = async (): Promise<number> => {
  if (!existsSync(path)) {
    console.error(`Aucune donnée d’Espace Jeunesse ici\u00a0: ${path}`)
    return 2
  }
  const at = instant(new Date().toISOString())
  const verdict = await judge({ path, as: 'live', at, fingerprints: fingerprintsPath(dirname(path)) })
  if ('refusal' in verdict) {
    console.error(verdict.refusal)
    return 2
  }
  for (const { sentence } of verdict.findings) console.log(`- ${sentence}`)
  const { length } = verdict.findings
  console.log(length === 0 ? `Aucune anomalie\u00a0: ${path}` : `${counted(length, 'anomalie')}\u00a0: ${path}`)
  return length === 0 ? 0 : 1
}

process.exitCode = await runCheck()
