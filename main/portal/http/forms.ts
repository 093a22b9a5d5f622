import type { IncomingMessage } from 'node:http'

/** Reads a form field as typed, cut to `max` characters; '' when the field is missing. */
export type Field = (name: string, most?: number) => string

export class FormTooLarge extends Error {}

const maxBytes = 16 * 1024
const maxFieldLength = 200

/** @throws FormTooLarge when the body is longer than `maxBytes` */
export const readForm = async (request: IncomingMessage): Promise<Field> => {
  const form = new URLSearchParams(await readText(request))
  return (name, max = maxFieldLength) => (form.get(name) ?? '').replaceAll('\0', '').slice(0, max)
}

const readText = async (request: IncomingMessage): Promise<string> => {
  if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return ''
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw new FormTooLarge()
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) throw new FormTooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
