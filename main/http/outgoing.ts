import { type Agent, type ClientRequest, request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'

export type OutgoingRequest = {
  readonly method: string
  /** An absolute URL, http or https. */
  readonly target: string
  readonly headers: Readonly<Record<string, string | number>>
  readonly body: string | Uint8Array
}

export type IncomingResponse = {
  readonly status: number
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
}

export type SendOptions = {
  readonly agent: Agent | undefined
  readonly signal: AbortSignal
  /** A longer response is cut off. */
  readonly maxBytes: number
}

/** The response is longer than `maxBytes`. */
export class TooLong extends Error {}

/**
 * Sends a request and reads its whole response.
 * @throws TooLong, the signal's reason, or Node's error of the connection
 */
export const sendRequest = (request: OutgoingRequest, options: SendOptions): Promise<IncomingResponse> =>
  new Promise((resolve, reject) => {
    const { method, target, headers, body } = request
    const { agent, signal, maxBytes } = options
    signal.throwIfAborted()
    // While a proxy opens its tunnel (CONNECT), Node does not pass an abort on to the request.
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    let isAnswered = false
    const open = target.startsWith('https:') ? secureRequest : plainRequest
    const length = { 'Content-Length': Buffer.byteLength(body) }
    const outgoing: ClientRequest = open(
      target,
      { method, headers: { ...headers, ...length }, agent, signal },
      (response) => {
        isAnswered = true
        const chunks: Buffer[] = []
        let size = 0
        response.on('error', reject)
        response.on('data', (chunk: Buffer) => {
          size += chunk.length
          chunks.push(chunk)
          if (size > maxBytes) response.destroy(new TooLong())
        })
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            rawHeaders: response.rawHeaders,
            body: Buffer.concat(chunks),
          }),
        )
      },
    )
    outgoing.on('error', (error) => {
      // The server had already closed this keep-alive connection, so it has read nothing of the request: sending again
      // is safe.
      if (outgoing.reusedSocket && !isAnswered && isReset(error)) resolve(sendRequest(request, options))
      else reject(error)
    })
    outgoing.end(body)
  })

const isReset = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ECONNRESET'
