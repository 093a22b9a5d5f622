import { parentPort } from 'node:worker_threads'
import { renderPaper } from './render-paper.ts'
import type { Batch, RenderResult } from './render-papers.ts'

// One message per batch; a paper that cannot be rendered fails the whole call of `renderPapers` with its cause.
parentPort?.on('message', ({ first, papers, createdAt }: Batch) => {
  Promise.all(papers.map((paper) => renderPaper(paper, createdAt)))
    .then((files) => {
      const result: RenderResult = { first, files }
      parentPort?.postMessage(
        result,
        files.map((file) => file.buffer),
      )
    })
    .catch((reason: unknown) => {
      const result: RenderResult = { first, failure: reason instanceof Error ? reason.message : String(reason) }
      parentPort?.postMessage(result, [])
    })
})
