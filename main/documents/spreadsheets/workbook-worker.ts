import { parentPort, workerData } from 'node:worker_threads'
import { makeWorkbook, type Sheets } from './workbook.ts'

parentPort?.postMessage(await makeWorkbook(workerData as Sheets), [])
