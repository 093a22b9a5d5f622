import type { IncomingMessage } from 'node:http'
import type { Portal } from '../portal.ts'
import { notificationPath, returnPath } from './paying.ts'
import { handleNotification } from './settling.ts'

/** Maximum body of a notification: they are small. */
const maxBytes = 16 * 1024

const idOpPattern = /\bidop\b[^\w-]{1,8}([\w-]{8,64})/i
const returnPattern = new RegExp(`^${returnPath('')}([\\w-]{8,64})$`)

/** The attempt to whose return address PayFiP sent a browser; null for another address. */
export const returnedAttempt = ({ pathname }: URL): string | null => returnPattern.exec(pathname)?.[1] ?? null

export const isNotification = ({ pathname }: URL): boolean => pathname === notificationPath

/**
 * PayFiP announces that a payment changed: its guide describes a form with `idop`; the query string and a SOAP body are
 * also read. The notification itself proves nothing: after the response, the portal asks PayFiP.
 */
export const receiveNotification = async (portal: Portal, url: URL, request: IncomingMessage): Promise<void> => {
  const idOp = idOpPattern.exec(url.search)?.[1] ?? idOpPattern.exec(await readBeginning(request))?.[1]
  if (idOp !== undefined) portal.afterResponse(() => handleNotification(portal, idOp))
}

const readBeginning = async (request: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const part of request.setEncoding('utf8') as AsyncIterable<string>) {
    text += part
    if (text.length > maxBytes) break
  }
  return text
}
