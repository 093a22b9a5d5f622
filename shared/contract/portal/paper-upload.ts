/* Apart from the shapes of papers.ts: a page needs these two names, and not what checks shapes. */

/** POST, the file as the body. Answers `PapersShown`, or a refusal. */
export const paperUpload = '/envoi/piece'
/** Holds `PaperHead` as JSON, as an address is encoded: an address itself is written in the log of every server it crosses. */
export const paperHeader = 'x-piece'
