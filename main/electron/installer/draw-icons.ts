import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright'

/**
 * `node main/electron/installer/draw-icons.ts`: converts icon.svg to the formats of Windows and macOS, drawn by the
 * Chromium of the tests.
 */
const folder = import.meta.dirname
const drawing = readFileSync(join(folder, 'icon.svg'), 'utf8')

type Picture = { readonly size: number; readonly png: Buffer; readonly pixels: Buffer }

/** @param share of the square that the drawing fills: macOS icons have a margin, 824 of 1024 (Apple's template) */
const draw = async (page: Page, size: number, share: number): Promise<Picture> => {
  const side = 40 / share
  const corner = (40 - side) / 2
  const svg = drawing.replace(
    'viewBox="0 0 40 40"',
    `width="${size}" height="${size}" viewBox="${corner} ${corner} ${side} ${side}"`,
  )
  const [png, pixels] = await page.evaluate(async (given) => {
    const image = new Image()
    image.src = `data:image/svg+xml,${encodeURIComponent(given)}`
    await image.decode()
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height })
    const pen = canvas.getContext('2d')
    pen?.drawImage(image, 0, 0)
    const { data } = pen?.getImageData(0, 0, canvas.width, canvas.height) ?? {}
    return [canvas.toDataURL('image/png').split(',')[1] ?? '', [...(data ?? [])]] as const
  }, svg)
  return { size, png: Buffer.from(png, 'base64'), pixels: Buffer.from(pixels) }
}

/** Uncompressed, as installers read the small sizes: rows from the bottom, blue first, then an empty mask. */
const bitmap = ({ size, pixels }: Picture): Buffer => {
  const header = Buffer.alloc(40)
  header.writeUInt32LE(40, 0)
  header.writeInt32LE(size, 4)
  // The height counts the picture and its mask.
  header.writeInt32LE(size * 2, 8)
  header.writeUInt16LE(1, 12)
  header.writeUInt16LE(32, 14)
  const rows = Array.from({ length: size }, (_, row) => {
    const from = (size - 1 - row) * size * 4
    const line = Buffer.from(pixels.subarray(from, from + size * 4))
    for (let at = 0; at < line.length; at += 4) line.subarray(at, at + 3).reverse()
    return line
  })
  const mask = Buffer.alloc(Math.ceil(size / 32) * 4 * size)
  return Buffer.concat([header, ...rows, mask])
}

const ico = (pictures: readonly Picture[]): Buffer => {
  const header = Buffer.alloc(6)
  header.writeUInt16LE(1, 2)
  header.writeUInt16LE(pictures.length, 4)
  const bodies = pictures.map((picture) => (picture.size < 256 ? bitmap(picture) : picture.png))
  let offset = header.length + 16 * pictures.length
  const entries = pictures.map(({ size }, at) => {
    const entry = Buffer.alloc(16)
    // The format writes 256 as 0.
    entry.writeUInt8(size % 256, 0)
    entry.writeUInt8(size % 256, 1)
    entry.writeUInt16LE(1, 4)
    entry.writeUInt16LE(32, 6)
    entry.writeUInt32LE(bodies[at]?.length ?? 0, 8)
    entry.writeUInt32LE(offset, 12)
    offset += bodies[at]?.length ?? 0
    return entry
  })
  return Buffer.concat([header, ...entries, ...bodies])
}

/** Apple's names of its icon sizes; the second of a pair is for screens of double density. */
const appleNames = {
  32: ['ic11'],
  64: ['ic12'],
  128: ['ic07'],
  256: ['ic08', 'ic13'],
  512: ['ic09', 'ic14'],
  1024: ['ic10'],
}

const icns = (pictures: readonly Picture[]): Buffer => {
  const parts = pictures.flatMap(({ size, png }) =>
    (appleNames[size as keyof typeof appleNames] ?? []).map((name) =>
      Buffer.concat([Buffer.from(name), long(png.length + 8), png]),
    ),
  )
  const length = parts.reduce((sum, part) => sum + part.length, 8)
  return Buffer.concat([Buffer.from('icns'), long(length), ...parts])
}

const long = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? chromium.executablePath(),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
try {
  const page = await browser.newPage()
  const drawn = async (sizes: readonly number[], share: number) => {
    const pictures: Picture[] = []
    for (const size of sizes) pictures.push(await draw(page, size, share))
    return pictures
  }
  writeFileSync(join(folder, 'icon.ico'), ico(await drawn([16, 24, 32, 48, 64, 128, 256], 1)))
  writeFileSync(join(folder, 'icon.icns'), icns(await drawn(Object.keys(appleNames).map(Number), 824 / 1024)))
} finally {
  await browser.close()
}
