import { parentPort } from 'node:worker_threads'
import Sqlite from 'better-sqlite3'
import { rollBackOpenActs } from '../acts/acts.ts'
import { connect } from '../connection.ts'
import { storeSentence } from '../failures.ts'
import { migrate } from '../migrate.ts'
import { checkFile, type Finding } from './check.ts'
import { changedWithoutAct, fingerprintsOf, readFingerprints } from './fingerprints.ts'
import type { JudgeTask, JudgeVerdict } from './judge.ts'

type Judged = Exclude<JudgeVerdict, { readonly refusal: string }>

const judgeLive = ({ path, fingerprints }: JudgeTask): Judged => {
  const sqlite = new Sqlite(path, { readonly: true, fileMustExist: true })
  try {
    // One read transaction for all queries: an act committed between two queries would look half done.
    sqlite.exec('begin')
    return { findings: [...checkFile(sqlite), ...silentChanges(sqlite, fingerprints)], fingerprints: null }
  } finally {
    sqlite.close()
  }
}

const judgeCopy = ({ path, at, fingerprints }: JudgeTask): Judged => {
  const connection = connect(path, 'delete')
  try {
    migrate(connection.sqlite, { makeCopy: () => undefined })
    const { sqlite } = connection
    const open = sqlite.prepare<[], number>(`select min(id) from act where state = 'open'`).pluck().get() ?? null
    rollBackOpenActs(connection, at)
    const found = checkFile(sqlite)
    if (found.some(({ kind }) => kind === 'damage')) return { findings: found, fingerprints: null }
    const silent = silentChanges(sqlite, fingerprints)
    // After silent corruption no new digests are stored, so that it is reported until an older backup is restored.
    return { findings: [...found, ...silent], fingerprints: silent.length > 0 ? null : fingerprintsOf(sqlite, open) }
  } finally {
    connection.sqlite.close()
  }
}

const silentChanges = (sqlite: Sqlite.Database, path: string | undefined): readonly Finding[] => {
  const before = path === undefined ? null : readFingerprints(path)
  if (before === null) return []
  return changedWithoutAct(sqlite, before).map((table) => ({
    kind: 'fact',
    sentence: `Des lignes de «\u00a0${table}\u00a0» ont changé depuis la dernière sauvegarde sans qu’aucune opération ne l’ait fait\u00a0: le disque est peut-être abîmé. Reprenez une sauvegarde plus ancienne.`,
    table,
    id: null,
  }))
}

const verdictOn = (task: JudgeTask): JudgeVerdict => {
  try {
    return task.as === 'live' ? judgeLive(task) : judgeCopy(task)
  } catch (error) {
    const refusal = storeSentence(error)
    if (refusal === null) throw error
    return { refusal }
  }
}

parentPort?.on('message', (task: JudgeTask) => parentPort?.postMessage(verdictOn(task), []))
