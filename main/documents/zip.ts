import { promisify } from 'node:util'
import { crc32, deflateRaw } from 'node:zlib'
import { Zip, type ZipInputFile } from 'fflate'
import type { Instant } from '../../shared/rules/calendar/day.ts'

export type ZipEntry = {
  /** With « / » between folders; accents are kept. */
  readonly name: string
  readonly content: Uint8Array
  /** Readable only by its owner once it is unpacked on a server. */
  readonly isSecret?: boolean
}

/** Compression method DEFLATE (PKZIP APPNOTE, 4.4.5). */
const deflated = 8

const packed = promisify(deflateRaw)

/** Makes a ZIP archive with Node's zlib, which compresses outside the main thread and faster than JavaScript. */
export const zipped = async (entries: readonly ZipEntry[], at: Instant): Promise<Uint8Array<ArrayBuffer>> => {
  const parts: Uint8Array[] = []
  const archive = new Zip((error, part) => {
    if (error) throw error
    parts.push(part)
  })
  for (const { name, content, isSecret = false } of entries) {
    const file: ZipInputFile = {
      filename: name,
      compression: deflated,
      size: content.length,
      crc: crc32(content),
      mtime: at,
      ...withMode(isSecret ? 0o600 : 0o644),
    }
    archive.add(file)
    file.ondata?.(null, await packed(content), true)
  }
  archive.end()
  return new Uint8Array(Buffer.concat(parts))
}

/** As Unix unpacks a file: its mode is the upper half of its attributes. */
const withMode = (mode: number) => ({ os: 3, attrs: (0o100000 | mode) * 65_536 })
