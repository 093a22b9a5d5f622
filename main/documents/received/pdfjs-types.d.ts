/** pdf.js ships types for its main module only; the worker's one export that we pass on needs a declaration. */
declare module 'pdfjs-dist/legacy/build/pdf.worker.mjs' {
  export const WorkerMessageHandler: unknown
}
