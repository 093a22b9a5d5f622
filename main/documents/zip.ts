import { zip } from 'fflate'
import type { Instant } from '../../shared/rules/day.ts'

export type ZipEntry = {
  /** With « / » between folders; accents are kept. */
  readonly name: string
  readonly content: Uint8Array
}

/** A ZIP archive, packed beside the thread that answers. */
export const zipped = (entries: readonly ZipEntry[], at: Instant): Promise<Uint8Array<ArrayBuffer>> =>
  new Promise((done, failed) => {
    const files = Object.fromEntries(entries.map(({ name, content }) => [name, content]))
    zip(files, { level: 6, mtime: at }, (error, data) => {
      if (error) failed(error)
      else done(new Uint8Array(data))
    })
  })
