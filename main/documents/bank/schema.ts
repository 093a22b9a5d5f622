import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'

/** A text and the name of the schema that it must follow, one of `schemas`. */
export type SchemaTask = { readonly xml: string; readonly schema: 'pain.008.001.02' | 'pain.008.001.08' }

/** Validates in a worker, which ends with its memory: what breaks the schema, a line each; none for a valid text. */
export const schemaFindings = (task: SchemaTask): Promise<readonly string[]> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(program, { workerData: task })
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`the validator stopped (${code})`)))
  })

// In the build for Electron, the worker is a JavaScript file next to this module.
const program = join(import.meta.dirname, `schema-worker${extname(import.meta.filename)}`)
