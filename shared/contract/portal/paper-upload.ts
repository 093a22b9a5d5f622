/** Separate from papers.ts: a page needs these two names without the validation code. */

/** The path to POST a file to, as the body. The response is `PapersShown`, or a refusal. */
export const paperUpload = '/envoi/piece'
/** The header with `PaperHead` as URL-encoded JSON. Not in the URL, since every server on the way logs URLs. */
export const paperHeader = 'x-piece'
