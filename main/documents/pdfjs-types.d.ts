/** pdf.js describes its face alone; of its other half, one thing is handed on whole. */
declare module 'pdfjs-dist/legacy/build/pdf.worker.mjs' {
  export const WorkerMessageHandler: unknown
}
