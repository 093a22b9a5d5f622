import type { ExchangeRun } from '../../shared/contract/desk/exchange.ts'
import type { Instant } from '../../shared/rules/calendar/day.ts'
import type { exchangeRun } from '../store/schema/index.ts'
import type { Store } from '../store/store.ts'
import { exchangeActor } from './desk-side.ts'
import { failureTexts } from './failures.ts'

/* The journal of exchanges: one row for each attempt (run), with the counts of what it carried. */

export type RunCause = (typeof exchangeRun.$inferSelect)['cause']

export type RunCounts = Pick<
  typeof exchangeRun.$inferSelect,
  'requests' | 'collected' | 'answers' | 'documents' | 'papers' | 'bytes'
>

/** Inside an act. */
export const beginRun = (store: Store, cause: RunCause): number =>
  Number(
    store
      .statement(`insert into exchange_run (cause, started_at, outcome) values (?, ?, 'running')`)
      .run(cause, store.clock()).lastInsertRowid,
  )

/** Inside an act. */
export const addToRun = (store: Store, id: number, more: RunCounts): void => {
  store
    .statement(
      `update exchange_run set requests = requests + @requests, collected = collected + @collected,
        answers = answers + @answers, documents = documents + @documents, papers = papers + @papers,
        bytes = bytes + @bytes where id = @id`,
    )
    .run({ ...more, id })
}

/** Inside an act. An automatic run that fails with the same sentence as the previous run replaces that run's row. */
export const endRun = (store: Store, id: number, outcome: 'done' | 'failed', sentence = ''): void => {
  store
    .statement('update exchange_run set outcome = ?, ended_at = ?, sentence = ? where id = ?')
    .run(outcome, store.clock(), sentence, id)
  store
    .statement(
      `delete from exchange_run where outcome = 'failed' and cause in ('continuous', 'retry') and sentence = @sentence
      and @outcome = 'failed' and id = (select max(id) from exchange_run where id < @id)
      and (select cause from exchange_run where id = @id) = cause`,
    )
    .run({ sentence, outcome, id })
}

/** Inside an act: appends a sentence to the run's row, for instance about papers that could not be rendered. */
export const addRunSentence = (store: Store, id: number, sentence: string): void => {
  store.statement(`update exchange_run set sentence = trim(sentence || ' ' || ?) where id = ?`).run(sentence, id)
}

/** Inside an act: deletes a continuous run that carried nothing, since such rows would hide the useful ones. */
export const deleteIdleRun = (store: Store, id: number): void => {
  store
    .statement(
      `delete from exchange_run where id = ? and cause = 'continuous' and outcome = 'done'
      and collected + answers + documents + papers = 0`,
    )
    .run(id)
}

/** Called at each opening of the file: runs that a crash or a copy of the file left `running` become failed. */
export const markInterruptedRuns = (store: Store): void => {
  if (store.statement(`select 1 from exchange_run where outcome = 'running'`).get() === undefined) return
  actOfJournal(store, () =>
    store
      .statement(`update exchange_run set outcome = 'failed', ended_at = ?, sentence = ? where outcome = 'running'`)
      .run(store.clock(), failureTexts.cutOff),
  )
}

/** Deletes the runs that began before this instant. */
export const deleteOldRuns = (store: Store, before: Instant): void => {
  actOfJournal(store, () => store.statement('delete from exchange_run where started_at < ?').run(before))
}

/** Writes the history of exchanges in an act of its own. */
export const actOfJournal = <T>(store: Store, work: () => T): T =>
  store.act(exchangeActor, 'exchange.run', 'Journal des échanges', work)

const columns = `id, cause, started_at as startedAt, ended_at as endedAt, outcome, collected, answers, documents, papers,
  bytes, sentence`

/** Newest first. */
export const lastRuns = (store: Store, count: number): ExchangeRun[] =>
  store.statement(`select ${columns} from exchange_run order by id desc limit ?`).all(count) as ExchangeRun[]

export const lastSuccessfulRun = (store: Store): ExchangeRun | null =>
  (store.statement(`select ${columns} from exchange_run where outcome = 'done' order by id desc limit 1`).get() as
    | ExchangeRun
    | undefined) ?? null

/** When the first and the latest failed run since the last successful one ended; nulls when none failed since. */
export const currentFailures = (store: Store): { readonly first: Instant | null; readonly last: Instant | null } =>
  store
    .statement(
      `select min(ended_at) as first, max(ended_at) as last from exchange_run where outcome = 'failed'
      and id > coalesce((select max(id) from exchange_run where outcome = 'done'), 0)`,
    )
    .get() as { first: Instant | null; last: Instant | null }
