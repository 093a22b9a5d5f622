import { parentPort } from 'node:worker_threads'
import { renderPaper } from './render-paper.ts'
import type { Batch, Printed } from './render-papers.ts'

// One message a batch; a paper that cannot be printed ends the whole run with its reason.
parentPort?.on('message', ({ first, papers, createdAt }: Batch) => {
  Promise.all(papers.map((paper) => renderPaper(paper, createdAt)))
    .then((files) => {
      const printed: Printed = { first, files }
      parentPort?.postMessage(
        printed,
        files.map((file) => file.buffer),
      )
    })
    .catch((reason: unknown) => {
      const failed: Printed = { first, failure: reason instanceof Error ? reason.message : String(reason) }
      parentPort?.postMessage(failed, [])
    })
})
