import { type AsyncZipOptions, zip } from 'fflate'
import type { Instant } from '../../shared/rules/day.ts'

export type ZipEntry = {
  /** With « / » between folders; accents are kept. */
  readonly name: string
  readonly content: Uint8Array
  /** Unpacked on a server, only its owner reads it. */
  readonly isSecret?: boolean
}

/** As Unix unpacks a file: its mode is the upper half of its attributes. */
const withMode = (mode: number): AsyncZipOptions => ({ os: 3, attrs: (0o100000 | mode) * 65_536 })

/** A ZIP archive, packed beside the thread that answers. */
export const zipped = (entries: readonly ZipEntry[], at: Instant): Promise<Uint8Array<ArrayBuffer>> =>
  new Promise((done, failed) => {
    const files = Object.fromEntries(
      entries.map(({ name, content, isSecret = false }): [string, [Uint8Array, AsyncZipOptions]] => [
        name,
        [content, withMode(isSecret ? 0o600 : 0o644)],
      ]),
    )
    zip(files, { level: 6, mtime: at }, (error, data) => {
      if (error) failed(error)
      else done(new Uint8Array(data))
    })
  })
