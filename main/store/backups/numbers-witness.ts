import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { Series } from '../../../shared/exchange/message.ts'
import type { Connection } from '../connection.ts'
import { lockOf } from '../key-ring.ts'
import { furthest, givenIn, noteGiven, seriesHeld } from '../numbers.ts'
import { noteLostNumbers } from './lost-papers.ts'

/**
 * The highest numbers ever given in this data folder, kept beside the data file and in no backup, so that restoring an
 * older file does not lower them. They belong to one service, identified by the public key of its data.
 */
const Witness = z.object({ service: z.string(), series: z.record(z.string(), z.int()) })

const pathIn = (dataDir: string): string => join(dataDir, 'temoin-numeros.json')

const seriesSeen = (dataDir: string, service: string): Series => {
  try {
    const witness = Witness.parse(JSON.parse(readFileSync(pathIn(dataDir), 'utf8')))
    return witness.service === service ? witness.series : {}
  } catch {
    // The witness is missing or damaged: the numbers known to the data file and the exchange are used alone.
    return {}
  }
}

/** Tables whose rows carry a number that must never be given twice. */
export const numberedTables = ['invoice', 'payment', 'deposit_slip'] as const

/** Stores the highest numbers beside the file, and in the file those that it does not hold itself. */
export const witnessNumbers = (dataDir: string, connection: Connection): void => {
  const service = lockOf(connection.sqlite)?.publicKey
  if (service === undefined) return
  const seen = seriesSeen(dataDir, service)
  const held = furthest(seriesHeld(connection), givenIn(connection.sqlite))
  const all = furthest(held, seen)
  const newsTo = (known: Series): Series =>
    Object.fromEntries(Object.entries(all).filter(([series, number]) => known[series] !== number))
  const unknown = newsTo(held)
  if (!isEmpty(unknown)) {
    noteGiven(connection.sqlite, seen)
    noteLostNumbers(connection.sqlite, unknown)
  }
  if (isEmpty(newsTo(seen))) return
  const draft = `${pathIn(dataDir)}.en-cours`
  try {
    writeFileSync(draft, JSON.stringify({ service, series: all }), { flush: true, mode: 0o600 })
    renameSync(draft, pathIn(dataDir))
  } catch {
    // A full disk must not undo the act that was just recorded; the next number given writes the witness again.
  }
}

const isEmpty = (series: Series): boolean => Object.keys(series).length === 0
