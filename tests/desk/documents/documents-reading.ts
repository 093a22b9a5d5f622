import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'

/** The objects of a file and the drawing operators of its pages, read as text without external tools. */
export const opened = (pdf: Uint8Array): { readonly objects: string; readonly drawing: string[] } => {
  const raw = Buffer.from(pdf).toString('latin1')
  const drawing: string[] = []
  const objects = raw.replace(/stream\n([\s\S]*?)\nendstream/g, (_, body: string) => {
    const bytes = Buffer.from(body, 'latin1')
    const text = bytes[0] === 0x78 ? inflateSync(bytes).toString('latin1') : body
    if (text.includes(' Tm\n')) drawing.push(text)
    return ''
  })
  return { objects, drawing }
}

/** The number of stretches of text that a file writes. */
export const textCount = (pdf: Uint8Array): number =>
  opened(pdf).drawing.reduce((sum, page) => sum + (page.match(/^BT$/gm)?.length ?? 0), 0)

const known = new Map<string, boolean>()
/**
 * Whether a tool of poppler-utils is missing. It is reported, so that a skipped check is not taken for a passed one.
 */
export const missing = (tool: string): boolean => {
  const before = known.get(tool)
  if (before !== undefined) return before
  const absent = spawnSync(tool, ['-v']).error !== undefined
  if (absent) console.warn(`${tool} is missing: the checks that need it are skipped (apt-get install poppler-utils)`)
  known.set(tool, absent)
  return absent
}

/** The output of a poppler tool for a file: `pdftotext`, `pdfinfo`, `pdffonts`. */
export const asked = (
  tool: string,
  pdf: Uint8Array,
  before: readonly string[] = [],
  after: readonly string[] = [],
): string => {
  const folder = mkdtempSync(join(tmpdir(), 'paper-'))
  try {
    const file = join(folder, 'paper.pdf')
    writeFileSync(file, pdf)
    return spawnSync(tool, [...before, file, ...after], { encoding: 'utf8' }).stdout
  } finally {
    rmSync(folder, { recursive: true })
  }
}
