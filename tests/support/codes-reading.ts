import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'

const wasmFile = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')
prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(readFileSync(wasmFile)).buffer } })

/**
 * The texts of the codes on the first page of a PDF, by kind, as a scanner reads them from a print at 300 dots an inch
 * in black and white. Needs pdftoppm.
 */
export const codesOn = async (pdf: Uint8Array): Promise<{ readonly format: string; readonly text: string }[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'codes-'))
  try {
    writeFileSync(join(folder, 'paper.pdf'), pdf)
    spawnSync('pdftoppm', ['-mono', '-r', '300', '-singlefile', join(folder, 'paper.pdf'), join(folder, 'page')])
    const found = await readBarcodes(pixelsOf(readFileSync(join(folder, 'page.pbm'))), {
      formats: ['QRCode', 'Code128'],
      tryHarder: true,
    })
    return found.map(({ format, text }) => ({ format, text }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The pixels of a bitmap in the « portable bitmap » format: one bit each, 1 is black. */
const pixelsOf = (file: Uint8Array) => {
  const head = /^P4\s+(\d+)\s+(\d+)\s/.exec(Buffer.from(file.subarray(0, 100)).toString('latin1'))
  if (!head) throw new Error('not a portable bitmap')
  const [width, height] = [Number(head[1]), Number(head[2])]
  const bits = file.subarray(head[0].length)
  const bytesOfRow = Math.ceil(width / 8)
  const data = new Uint8ClampedArray(width * height * 4).fill(255)
  for (let row = 0; row < height; row += 1)
    for (let column = 0; column < width; column += 1) {
      const isBlack = ((bits[row * bytesOfRow + (column >> 3)] ?? 0) >> (7 - (column & 7))) & 1
      if (isBlack) data.fill(0, (row * width + column) * 4, (row * width + column) * 4 + 3)
    }
  return { width, height, data, colorSpace: 'srgb' as const }
}
