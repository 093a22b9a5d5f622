import { parentPort, workerData } from 'node:worker_threads'
import { listPdf } from '../../documents/list-pdf.ts'
import { writeCsv } from '../../documents/spreadsheets/csv.ts'
import { makeWorkbook } from '../../documents/spreadsheets/workbook.ts'
import { readingStore } from '../../store/reading-store.ts'
import { type JournalTask, readJournal } from './journal.ts'

const { path, at, input } = workerData as JournalTask
const store = readingStore(path, () => at)
// One read transaction for all queries: the writer goes on meanwhile.
const journal = store.sqlite.transaction(() => readJournal(store, at, input))()
const bytes =
  'list' in journal
    ? await listPdf(journal.list)
    : input.format === 'csv'
      ? writeCsv(journal.table)
      : await makeWorkbook([[journal.title, journal.table]])
parentPort?.postMessage(bytes, [])
