import { promisify } from 'node:util'
import { crc32, deflateRaw } from 'node:zlib'
import { Zip, type ZipInputFile } from 'fflate'
import type { Instant } from '../../shared/rules/calendar/day.ts'

export type ZipEntry = {
  /** Path inside the archive, with « / » between folders; may have accents. */
  readonly name: string
  readonly content: Uint8Array
  /** The file is readable only by its owner once unpacked on a server. */
  readonly isSecret?: boolean
}

/** Compression method DEFLATE (PKZIP APPNOTE, 4.4.5). */
const deflateMethod = 8

const deflate = promisify(deflateRaw)

/** Makes a ZIP archive with Node's zlib, which compresses outside the main thread and faster than JavaScript. */
export const zip = async (entries: readonly ZipEntry[], at: Instant): Promise<Uint8Array<ArrayBuffer>> => {
  const parts: Uint8Array[] = []
  const archive = new Zip((error, part) => {
    if (error) throw error
    parts.push(part)
  })
  for (const { name, content, isSecret = false } of entries) {
    const file: ZipInputFile = {
      filename: name,
      compression: deflateMethod,
      size: content.length,
      crc: crc32(content),
      mtime: at,
      ...withMode(isSecret ? 0o600 : 0o644),
    }
    archive.add(file)
    file.ondata?.(null, await deflate(content), true)
  }
  archive.end()
  return new Uint8Array(Buffer.concat(parts))
}

/** ZIP attributes for Unix: the file mode is in the upper 16 bits. */
const withMode = (mode: number) => ({ os: 3, attrs: (0o100000 | mode) * 65_536 })
