import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { Series } from '../../../shared/exchange/message.ts'
import type { RecordedTable } from '../../../shared/record/tables.ts'
import type { Connection } from '../connection.ts'
import { keyInfoOf } from '../key-ring.ts'
import { lastNumbersInFile, maxSeries, numbersGiven, storeNumbersGiven } from '../numbers.ts'
import { recordLostNumbers } from './lost-papers.ts'

/**
 * The highest numbers ever given in this data folder, stored next to the data file and in no backup, so that restoring
 * an older file does not lower them. They belong to one service, identified by the public half of its data key.
 */
const Witness = z.object({ service: z.string(), series: z.record(z.string(), z.int()) })

const pathIn = (dataDir: string): string => join(dataDir, 'temoin-numeros.json')

const witnessedNumbers = (dataDir: string, service: string): Series => {
  try {
    const witness = Witness.parse(JSON.parse(readFileSync(pathIn(dataDir), 'utf8')))
    return witness.service === service ? witness.series : {}
  } catch {
    // The witness is missing or damaged: only the numbers known to the data file and the exchange are used.
    return {}
  }
}

/** Tables whose rows carry a number that must never be given twice. */
export const numberedTables = [
  'invoice',
  'payment',
  'deposit_slip',
  'reminder',
  'outstanding_statement',
  'closing',
  'remittance',
] as const satisfies readonly RecordedTable[]

/**
 * Brings the witness and the data file to the highest numbers that either knows. Numbers that the file did not know are
 * of papers that a restore lost: they are recorded as such.
 */
export const writeNumbersWitness = (dataDir: string, connection: Connection): void => {
  const service = keyInfoOf(connection.sqlite)?.publicKey
  if (service === undefined) return
  const seen = witnessedNumbers(dataDir, service)
  const held = maxSeries(lastNumbersInFile(connection), numbersGiven(connection.sqlite))
  const all = maxSeries(held, seen)
  const missingFrom = (known: Series): Series =>
    Object.fromEntries(Object.entries(all).filter(([series, number]) => known[series] !== number))
  const unknown = missingFrom(held)
  if (!isEmpty(unknown)) {
    storeNumbersGiven(connection.sqlite, seen)
    recordLostNumbers(connection.sqlite, unknown)
  }
  if (isEmpty(missingFrom(seen))) return
  const draft = `${pathIn(dataDir)}.en-cours`
  try {
    writeFileSync(draft, JSON.stringify({ service, series: all }), { flush: true, mode: 0o600 })
    renameSync(draft, pathIn(dataDir))
  } catch {
    // A full disk must not undo the act that was just recorded; the next number given writes the witness again.
  }
}

const isEmpty = (series: Series): boolean => Object.keys(series).length === 0
