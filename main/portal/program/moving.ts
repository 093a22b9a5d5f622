import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { and, count, is, isNull, sql } from 'drizzle-orm'
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import type { Clock, Instant } from '../../../shared/rules/calendar/day.ts'
import { counted, instantText } from '../../../shared/rules/text/french.ts'
import { pairedDesk } from '../exchange/pairing.ts'
import * as schema from '../store/schema/index.ts'
import { type Database, openPortalStore, type Queryable, type Transaction } from '../store/store.ts'
import { type Settings, WrongSetting } from './settings.ts'

/** Moves a portal, with its keys, from its embedded store to a PostgreSQL server, without any change at the desk. */

/** Content of the marker file in a data folder that was moved: no portal starts on the folder again. */
const Moved = z.object({ at: z.string().transform((at) => at as Instant) })

const markerPath = (folder: string): string => join(folder, 'deplacement.json')

const movedAt = (folder: string): Instant | null =>
  existsSync(markerPath(folder)) ? Moved.parse(JSON.parse(readFileSync(markerPath(folder), 'utf8'))).at : null

/** Whether a folder is an embedded store: every data folder of PostgreSQL has the file PG_VERSION. */
export const holdsData = (folder: string): boolean => existsSync(join(folder, 'PG_VERSION'))

/**
 * Refuses to start on an empty server while the folder still contains data that was not moved.
 * @throws WrongSetting
 */
export const refuseUnmovedData = async ({ folder, databaseUrl }: Settings, db: Database): Promise<void> => {
  if (databaseUrl === null || !holdsData(folder) || movedAt(folder) !== null || (await isUsed(db))) return
  throw new WrongSetting(
    `Le serveur PostgreSQL est vide, et le dossier ${folder} contient les données d’un portail. Pour les déplacer sur ce serveur, relancez avec --move. Pour repartir de rien, nommez un autre dossier\u00a0: PORTAL_DATA.`,
  )
}

/** @throws WrongSetting when the data of the folder were moved to a PostgreSQL server */
export const refuseMovedData = ({ folder, databaseUrl }: Settings): void => {
  const at = databaseUrl === null ? movedAt(folder) : null
  if (at === null) return
  throw new WrongSetting(
    `Les données du dossier ${folder} ont été déplacées sur un serveur PostgreSQL, ${instantText(at)}\u00a0: nommez-le dans PORTAL_DATABASE_URL.`,
  )
}

/** A portal that was never paired with a desk has no data worth keeping. */
const isUsed = async (db: Queryable): Promise<boolean> => (await pairedDesk(db)).ring.length > 0

/**
 * Copies the embedded store to the server, compares each row on both sides, and marks the folder as moved.
 * @returns what was done, as French sentences
 * @throws WrongSetting when there is nothing to move, or the server already has a portal
 */
export const moveToServer = async ({ folder, databaseUrl }: Settings, clock: Clock): Promise<string[]> => {
  if (databaseUrl === null)
    throw new WrongSetting('Nommez dans PORTAL_DATABASE_URL le serveur où déplacer les données.')
  if (!holdsData(folder) || movedAt(folder) !== null) {
    throw new WrongSetting(`Le dossier ${folder} (PORTAL_DATA) ne contient pas de données à déplacer.`)
  }
  const from = await openPortalStore({ folder })
  try {
    const to = await openPortalStore({ url: databaseUrl })
    try {
      const done = await copyAll(from.db, to.db)
      writeFileSync(markerPath(folder), JSON.stringify({ at: clock() } satisfies z.input<typeof Moved>))
      return [
        ...done,
        `Le dossier ${folder} ne servira plus. Gardez-le jusqu’à la première sauvegarde du serveur PostgreSQL, puis effacez-le.`,
      ]
    } finally {
      await to.close()
    }
  } finally {
    await from.close()
  }
}

/** Tables with fewer foreign keys first, so that referenced rows are there before those that point to them. */
const tables = Object.values(schema)
  .filter((value) => is(value, PgTable))
  .toSorted((one, other) => getTableConfig(one).foreignKeys.length - getTableConfig(other).foreignKeys.length)

/**
 * Copies all rows in one transaction of the server, and checks them.
 * @returns what was done, as French sentences
 * @throws WrongSetting
 */
export const copyAll = (from: Database, to: Database): Promise<string[]> =>
  to.transaction((tx) =>
    from.transaction(async (read) => {
      if (await isUsed(tx)) {
        throw new WrongSetting(
          'Ce serveur PostgreSQL contient déjà les données d’un portail\u00a0: nommez une base vide.',
        )
      }
      await tx.execute(sql`truncate ${sql.join(tables, sql`, `)} cascade`)
      let rows = 0
      for (const table of tables) {
        await copyTable(read, tx, table)
        const sums = await rowHashes(read, table)
        const copiedSums = await rowHashes(tx, table)
        const differs = sums.length !== copiedSums.length || sums.some((sum, index) => sum !== copiedSums[index])
        if (differs) throw new Error(`moved otherwise than it was: ${getTableConfig(table).name}`)
        rows += sums.length
      }
      return [
        `${counted(rows, 'ligne')} de ${counted(tables.length, 'table')}\u00a0: copiées, puis relues une à une sur le serveur, sans différence.`,
        await contentSentence(tx),
      ]
    }),
  )

/** Few rows, since one may hold a paper of several megabytes. */
const rowsPerFetch = 50

const copyTable = async (source: Transaction, tx: Transaction, table: PgTable): Promise<void> => {
  await source.execute(sql`declare moved no scroll cursor for select row_to_json(t)::text as row from ${table} t`)
  for (;;) {
    const rows = rowsOf(await source.execute(sql`fetch ${sql.raw(String(rowsPerFetch))} from moved`))
    if (rows.length === 0) break
    // Rows stay JSON text all the way: parsing them in JavaScript would round large numbers.
    const list = `[${rows.join(',')}]`
    await tx.execute(sql`insert into ${table} select * from json_populate_recordset(null::${table}, ${list}::json)`)
  }
  await source.execute(sql`close moved`)
}

const rowHashes = async (db: Queryable, table: PgTable): Promise<string[]> =>
  rowsOf(
    await db.execute(
      sql`select encode(sha256(convert_to(row_to_json(t)::text, 'UTF8')), 'hex') as row from ${table} t order by 1`,
    ),
  )

/** Both database drivers answer a statement with `rows`. */
const rowsOf = (answer: unknown): string[] => (answer as { rows: { row: string }[] }).rows.map(({ row }) => row)

const contentSentence = async (db: Queryable): Promise<string> => {
  const { mail } = schema
  const waiting = await db
    .select({ number: count() })
    .from(mail)
    .where(and(isNull(mail.sentAt), isNull(mail.refusedAt)))
  const numbers = [
    counted(await countRows(db, schema.account), 'compte'),
    counted(await countRows(db, schema.receipt), 'reçu'),
    counted(await countRows(db, schema.demande), 'jour demandé', 'jours demandés'),
    counted(await countRows(db, schema.sentPaper), 'pièce envoyée', 'pièces envoyées'),
    counted(waiting[0]?.number ?? 0, 'mail qui attend', 'mails qui attendent'),
  ]
  return `Dont ${numbers.join(', ')}.`
}

const countRows = async (db: Queryable, table: PgTable): Promise<number> =>
  (await db.select({ number: count() }).from(table))[0]?.number ?? 0
