import { parentPort, workerData } from 'node:worker_threads'
import { judgedPdf } from './received-pdf.ts'

parentPort?.postMessage(await judgedPdf(Buffer.from(workerData as Uint8Array)), [])
