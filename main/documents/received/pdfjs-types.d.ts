/** pdf.js has types for its main module only: declares the one export of its worker that is used here. */
declare module 'pdfjs-dist/legacy/build/pdf.worker.mjs' {
  export const WorkerMessageHandler: unknown
}
