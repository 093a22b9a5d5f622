import type { IncomingMessage } from 'node:http'
import { paperHeader, paperUpload } from '../../../shared/contract/portal/paper-upload.ts'
import { PaperHead, type PapersShown } from '../../../shared/contract/portal/papers.ts'
import { type Refusal, shapeRefusal } from '../../../shared/contract/procedure.ts'
import { maxPaperBytes } from '../../../shared/rules/requests/paper.ts'
import type { Login } from '../account/account.ts'
import type { Portal } from '../portal.ts'
import { Refused } from '../refused.ts'
import { sendPaper } from './sent-papers.ts'
import { fileTooLarge } from './upload-check.ts'

/** Whether a request uploads a paper: it may take longer than other calls over a slow connection. */
export const isPaperUpload = ({ url = '' }: Pick<IncomingMessage, 'url'>): boolean => url.split('?')[0] === paperUpload

type Answer = { readonly status: number; readonly body: PapersShown | Refusal }

/** Receives one file as a request's body; the server has already checked that one of its own pages sent it. */
export const receivePaper = async (portal: Portal, login: Login | null, request: IncomingMessage): Promise<Answer> => {
  if (!login) {
    return { status: 401, body: { sentence: 'Vous avez été déconnecté. Reconnectez-vous pour continuer.' } }
  }
  try {
    const head = PaperHead.safeParse(headIn(request))
    if (!head.success) return { status: 422, body: shapeRefusal({ issues: head.error.issues }) }
    return { status: 200, body: await sendPaper(portal, login, head.data, await readBody(request)) }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const { sentence, field } = error
    return { status: 422, body: { sentence, ...(field !== undefined && { field }) } }
  }
}

const headIn = ({ headers }: IncomingMessage): unknown => {
  try {
    return JSON.parse(decodeURIComponent(String(headers[paperHeader] ?? '')))
  } catch {
    return null
  }
}

/** @throws Refused for a file above the maximum size; the rest is not read */
const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  if (Number(request.headers['content-length'] ?? 0) > maxPaperBytes) throw fileTooLarge()
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > maxPaperBytes) throw fileTooLarge()
    parts.push(part)
  }
  return Buffer.concat(parts)
}
