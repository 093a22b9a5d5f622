import { parentPort } from 'node:worker_threads'
import Sqlite from 'better-sqlite3'
import { takeBackOpenActs } from './acts.ts'
import { checkFile, type Finding } from './check.ts'
import { connect } from './connection.ts'
import { storeSentence } from './failures.ts'
import type { Task, Verdict } from './judge.ts'
import { migrate } from './migrate.ts'

const judgeLive = ({ path }: Task): readonly Finding[] => {
  const sqlite = new Sqlite(path, { readonly: true, fileMustExist: true })
  try {
    // An act under way would look half done: one moment for all questions.
    sqlite.exec('begin')
    return checkFile(sqlite)
  } finally {
    sqlite.close()
  }
}

const judgeCopy = ({ path, at }: Task): readonly Finding[] => {
  const connection = connect(path, 'delete')
  try {
    migrate(connection.sqlite, { keepCopy: () => undefined })
    takeBackOpenActs(connection, at)
    return checkFile(connection.sqlite)
  } finally {
    connection.sqlite.close()
  }
}

const judged = (task: Task): Verdict => {
  try {
    return { findings: task.as === 'live' ? judgeLive(task) : judgeCopy(task) }
  } catch (error) {
    const refusal = storeSentence(error)
    if (refusal === null) throw error
    return { refusal }
  }
}

parentPort?.on('message', (task: Task) => parentPort?.postMessage(judged(task), []))
