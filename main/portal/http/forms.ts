import type { IncomingMessage } from 'node:http'

/** Reads a form field as typed, cut to `max` characters; '' when the field is missing. */
export type Field = (name: string, most?: number) => string

export class TooHeavy extends Error {}

const mostBytes = 16 * 1024
const mostOfField = 200

/** @throws TooHeavy when the body is longer than `maxBytes` */
export const formIn = async (request: IncomingMessage): Promise<Field> => {
  const form = new URLSearchParams(await textOf(request))
  return (name, most = mostOfField) => (form.get(name) ?? '').replaceAll('\0', '').slice(0, most)
}

const textOf = async (request: IncomingMessage): Promise<string> => {
  if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return ''
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw new TooHeavy()
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > mostBytes) throw new TooHeavy()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
