/* A photo of a child, as the desk keeps it: a small JPEG without anything beside the picture. */

/** Width and height in pixels. */
export const photoSize = 400

/** The largest file that a screen reads to make a photo of it, in bytes. */
export const maxPictureBytes = 20_000_000

/** The largest photo that is kept, in bytes: a JPEG of 400 × 400 pixels has some 40,000. */
export const maxPhotoBytes = 200_000

export const pictureTooLargeText =
  'Cette image est trop lourde\u00a0: 20\u00a0Mo au plus. Prenez la photo ici, ou choisissez-en une plus petite.'

const notAPhoto = 'Cette photo n’a pas la forme attendue\u00a0: un JPEG de 400 × 400 points. Rien n’a été enregistré.'
const hasMore =
  'Cette photo contient autre chose que l’image (appareil, lieu, date). Rien n’a été enregistré\u00a0: reprenez-la ici.'

/**
 * Why these bytes are not kept as a photo, or null. Reads the segments of the JPEG (ITU-T T.81, annex B): tables, one
 * frame of the size asked, scans, and nothing after the end. Of what may lie beside the picture only JFIF's own header
 * passes (APP0, without a thumbnail); EXIF, XMP, ICC, IPTC and comments do not.
 */
export const whyNoPhoto = (bytes: Uint8Array): string | null => {
  if (bytes.length > maxPhotoBytes || byteAt(bytes, 0) !== 0xff || byteAt(bytes, 1) !== 0xd8) return notAPhoto
  let at = 2
  let frames = 0
  while (at < bytes.length) {
    const marker = byteAt(bytes, at + 1)
    if (byteAt(bytes, at) !== 0xff || marker === undefined) return notAPhoto
    if (marker === endOfImage) return frames === 1 ? (at + 2 === bytes.length ? null : hasMore) : notAPhoto
    const length = wordAt(bytes, at + 2)
    if (length < 2 || at + 2 + length > bytes.length) return notAPhoto
    if (isApplicationData(marker) || marker === comment) {
      if (!isPlainJfif(bytes, at, marker, length)) return hasMore
    } else if (isFrame(marker)) {
      frames += 1
      if (wordAt(bytes, at + 5) !== photoSize || wordAt(bytes, at + 7) !== photoSize) return notAPhoto
    } else if (!isTable(marker) && marker !== startOfScan) return notAPhoto
    at += 2 + length
    if (marker === startOfScan) at = endOfScan(bytes, at)
  }
  return notAPhoto
}

const endOfImage = 0xd9
const startOfScan = 0xda
const comment = 0xfe
const isApplicationData = (marker: number) => marker >= 0xe0 && marker <= 0xef
/** Baseline and progressive frames, Huffman-coded: what browsers write. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xc2
/** Huffman tables, quantisation tables, restart interval. */
const isTable = (marker: number) => marker === 0xc4 || marker === 0xdb || marker === 0xdd

const isPlainJfif = (bytes: Uint8Array, at: number, marker: number, length: number): boolean =>
  marker === 0xe0 && length === 16 && [0x4a, 0x46, 0x49, 0x46, 0].every((byte, nth) => bytes[at + 4 + nth] === byte)

/** Where the next marker stands. Inside a scan, 0xFF is followed by 0, or by a restart marker. */
const endOfScan = (bytes: Uint8Array, from: number): number => {
  for (let at = from; at < bytes.length; at += 1) {
    const next = byteAt(bytes, at + 1)
    if (bytes[at] === 0xff && next !== undefined && next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at
  }
  return bytes.length
}

const byteAt = (bytes: Uint8Array, at: number): number | undefined => bytes[at]
const wordAt = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
