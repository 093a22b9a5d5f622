import { ORPCError } from '@orpc/client'
import { paperHeader, paperUpload } from '../../../shared/contract/portal/paper-upload.ts'
import type { PaperHead, PapersShown } from '../../../shared/contract/portal/papers.ts'
import { homeHeaders, leaveToLogIn } from '../client.ts'

/**
 * Uploads the file as the request body, and its description in a header.
 * @throws ORPCError, as every call of a page does
 */
export const sendFile = async (head: PaperHead, file: File): Promise<PapersShown> => {
  const response = await fetch(paperUpload, {
    method: 'POST',
    credentials: 'same-origin',
    headers: {
      ...homeHeaders(),
      'content-type': 'application/octet-stream',
      'x-csrf-token': 'orpc',
      [paperHeader]: encodeURIComponent(JSON.stringify(head)),
    },
    body: file,
  })
  const body: unknown = await response.json()
  if (response.ok) return body as PapersShown
  if (response.status === 401) leaveToLogIn()
  throw new ORPCError(response.status === 401 ? 'LOGIN_NEEDED' : 'REFUSED', { data: body })
}
