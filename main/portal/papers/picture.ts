import { readFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import decodeJpeg, { init as initJpegDecoder } from '@jsquash/jpeg/decode.js'
import encodeJpeg, { init as initJpegEncoder } from '@jsquash/jpeg/encode.js'
import decodePng, { init as initPngDecoder } from '@jsquash/png/decode.js'
import { maxPaperMegapixels } from '../../../shared/rules/requests/paper.ts'
import { Refused } from '../refused.ts'
import { runtimeFile } from '../runtime-file.ts'

/*
 * Re-encodes pictures pixel by pixel, which drops the place and device of the photo and any hidden data. The decoders
 * are Mozilla's and the Rust project's, as WebAssembly, so that a flaw in them reaches only their own memory.
 */

/** An A4 sheet at 300 dots per inch is 3508 pixels high: no paper needs more. */
const maxSide = 4000
/** A phone's progressive JPEG has about ten scans; decoding each costs a pass over the whole picture. */
const maxScans = 40

type Pixels = { readonly data: Uint8ClampedArray; readonly width: number; readonly height: number }

/** @returns the picture as JPEG @throws Refused */
export const reencode = async (bytes: Buffer, from: 'jpeg' | 'png'): Promise<Uint8Array> => {
  const { width, height, content } = from === 'jpeg' ? readJpeg(bytes) : readPng(bytes)
  if (width < 1 || height < 1) throw damagedPicture()
  if (width * height > maxPaperMegapixels * 1_000_000) {
    throw new Refused(`Cette image est trop grande\u00a0: ${maxPaperMegapixels} mégapixels au plus.`, 'file')
  }
  await readyCodecs()
  let pixels: Pixels
  try {
    const buffer = new Uint8Array(content).buffer
    pixels = from === 'jpeg' ? await decodeJpeg(buffer, { preserveOrientation: true }) : await decodePng(buffer)
  } catch {
    throw damagedPicture()
  }
  if (pixels.width * pixels.height > maxPaperMegapixels * 1_000_000) throw damagedPicture()
  let opaque = from === 'png' ? onWhite(pixels) : pixels
  while (Math.max(opaque.width, opaque.height) > maxSide) opaque = halved(opaque)
  const { data, width: across, height: down } = opaque
  const jpeg = await encodeJpeg({ data, width: across, height: down, colorSpace: 'srgb' } as ImageData, {
    quality: 82,
    // Baseline encoding takes half the time, for a tenth more bytes.
    progressive: false,
    optimize_coding: true,
  })
  return new Uint8Array(jpeg)
}

const damagedPicture = () => new Refused('Cette image est abîmée ou incomplète\u00a0: reprenez la photo.', 'file')

type ReadPicture = { readonly width: number; readonly height: number; readonly content: Buffer }

/**
 * Reads a JPEG's size, and cuts it to its first and last markers, as ITU T.81 defines them (annex B).
 * @throws Refused for a truncated picture
 */
const readJpeg = (bytes: Buffer): ReadPicture => {
  let size: { width: number; height: number } | null = null
  let scans = 0
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) throw damagedPicture()
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff) {
      at += 1
      continue
    }
    if (marker === 0xd8 || marker === 0x01 || marker === 0x00) throw damagedPicture()
    const length = bytes.readUInt16BE(at + 2)
    if (length < 2 || at + 2 + length > bytes.length) throw damagedPicture()
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    // Baseline, extended or progressive: browsers show no other kind.
    if (isFrame && (size || marker > 0xc2 || length < 11)) throw damagedPicture()
    if (isFrame) size = { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) }
    at += 2 + length
    if (marker !== 0xda) continue
    scans += 1
    if (!size || scans > maxScans) throw damagedPicture()
    at = endOfScan(bytes, at)
    // Drop what follows the end-of-image marker.
    if (bytes[at + 1] === 0xd9) return { ...size, content: bytes.subarray(0, at + 2) }
  }
  throw damagedPicture()
}

/** The position of the marker after a scan: within a scan, the byte FF is followed by 00 or a restart marker. */
const endOfScan = (bytes: Buffer, from: number): number => {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0
    if (next !== 0x00 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at
  }
  throw damagedPicture()
}

/** The chunks that make the picture. Texts, profiles and all others, which may decompress to any size, are dropped. */
const pictureChunks = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']

/** @throws Refused for a truncated PNG, or one whose checksums are wrong */
const readPng = (bytes: Buffer): ReadPicture => {
  const chunks: Buffer[] = [bytes.subarray(0, 8)]
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    const end = at + 12 + length
    if (end > bytes.length) throw damagedPicture()
    const name = bytes.subarray(at + 4, at + 8).toString('latin1')
    if (chunks.length === 1 && (name !== 'IHDR' || length !== 13)) throw damagedPicture()
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) throw damagedPicture()
    if (pictureChunks.includes(name)) chunks.push(bytes.subarray(at, end))
    if (name === 'IEND') {
      return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), content: Buffer.concat(chunks) }
    }
    at = end
  }
  throw damagedPicture()
}

/** Blends the picture onto white, in place: JPEG has no transparency. */
const onWhite = ({ data, width, height }: Pixels): Pixels => {
  for (let at = 0; at < data.length; at += 4) {
    const opacity = data[at + 3] ?? 255
    if (opacity === 255) continue
    for (let colour = at; colour < at + 3; colour += 1) {
      data[colour] = ((data[colour] ?? 0) * opacity + 255 * (255 - opacity)) / 255
    }
    data[at + 3] = 255
  }
  return { data, width, height }
}

/** Halves both sides: each pixel is the mean of four. */
const halved = ({ data, width, height }: Pixels): Pixels => {
  const [across, down] = [width >> 1 || 1, height >> 1 || 1]
  const half = new Uint8ClampedArray(across * down * 4)
  const right = width > 1 ? 4 : 0
  const below = height > 1 ? width * 4 : 0
  for (let y = 0; y < down; y += 1) {
    for (let x = 0; x < across; x += 1) {
      const from = (y * 2 * width + x * 2) * 4
      const to = (y * across + x) * 4
      for (let part = 0; part < 4; part += 1) {
        const at = from + part
        half[to + part] =
          ((data[at] ?? 0) + (data[at + right] ?? 0) + (data[at + below] ?? 0) + (data[at + below + right] ?? 0)) / 4
      }
    }
  }
  return { data: half, width: across, height: down }
}

let ready: Promise<unknown> | undefined

const readyCodecs = (): Promise<unknown> => {
  ready ??= Promise.all([
    initJpegDecoder(compiled('jpeg/codec/dec/mozjpeg_dec.wasm') as never),
    initJpegEncoder(compiled('jpeg/codec/enc/mozjpeg_enc.wasm') as never),
    initPngDecoder(compiled('png/codec/pkg/squoosh_png_bg.wasm')),
  ])
  return ready
}

const compiled = (path: string): WebAssembly.Module =>
  new WebAssembly.Module(readFileSync(runtimeFile(`../../node_modules/@jsquash/${path}`)))
