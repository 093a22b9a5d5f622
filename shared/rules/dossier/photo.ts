import type { Day } from '../calendar/day.ts'
import type { ConsentState } from './consent.ts'

/*
 * The photo of a child, or of an adult who fetches children, by which the team recognises them: a small JPEG with
 * nothing but the picture.
 */

/** Width and height in pixels. */
export const photoSize = 400

/** The largest file from which a screen makes a photo, in bytes. */
export const maxPictureBytes = 20_000_000

/** The largest photo that is kept, in bytes: a JPEG of 400 × 400 pixels has some 40,000. */
export const maxPhotoBytes = 200_000

/** Larger pictures would exhaust the memory of a tablet that decodes them. */
export const maxPictureMegapixels = 60

export const pictureTooLargeText =
  'Cette image est trop lourde\u00a0: 20\u00a0Mo au plus. Prenez la photo ici, ou choisissez-en une plus petite.'

export const notAPictureText =
  'Ce fichier ne se lit pas comme une image\u00a0: choisissez une photo JPEG, PNG ou WebP, ou prenez-la ici.'

/** The facts that decide whether the service may keep somebody's photo on a day. */
export type PhotoFacts = {
  /** Whether the service keeps photos at all. */
  readonly isOn: boolean
  /** Whether a home of the person, or of the child whom they fetch, has not left the service. */
  readonly isHere: boolean
} & (
  | {
      readonly of: 'child'
      /** The answer of those who hold authority; null when they are not asked. */
      readonly consent: ConsentState | null
    }
  | {
      readonly of: 'adult'
      /** Whether the person may fetch a child. */
      readonly fetches: boolean
    }
)

/**
 * Why the service may not keep a photo of this person, as a sentence; null when it may. A child's image is decided by
 * those who hold authority for it (Code civil, articles 9 and 372-1); an adult decides for themselves.
 */
export const whyNoPhotoKept = (facts: PhotoFacts): string | null => {
  if (!facts.isOn)
    return 'Le service ne garde pas de photos\u00a0: un administrateur le choisit dans Réglages, «\u00a0Structure\u00a0».'
  if (!facts.isHere) return 'Cette famille est partie\u00a0: ses photos ne sont plus gardées.'
  if (facts.of === 'adult')
    return facts.fetches ? null : 'Cette personne ne vient chercher aucun enfant\u00a0: sa photo n’est pas gardée.'
  switch (facts.consent) {
    case 'yes':
      return null
    case null:
      return 'L’accord n’est pas encore demandé\u00a0: écrivez-le dans Réglages, «\u00a0Autorisations\u00a0», «\u00a0Photo pour l’équipe\u00a0».'
    case 'waiting':
      return 'Il manque l’accord de qui a l’autorité parentale\u00a0: notez-le dans «\u00a0Autorisations\u00a0», «\u00a0Photo pour l’équipe\u00a0».'
    case 'no':
    case 'withdrawn':
      return 'La famille ne veut pas de photo gardée par le service.'
  }
}

/** What stands in place of a child's photo where there is none: refused by those who decide, or still to take. */
export const noPhotoText = (consent: ConsentState | null): string =>
  consent === 'no' || consent === 'withdrawn' ? 'photo refusée' : 'photo à faire'

/** The day on which an adult agreed must not be in the future. */
export const whyNotAgreed = (agreedOn: Day | null, today: Day): string | null => {
  if (agreedOn === null)
    return 'Cochez que cette personne est d’accord\u00a0: sans son accord, aucune photo n’est gardée.'
  return agreedOn > today ? 'Un accord ne se note pas d’avance.' : null
}

const notAPhoto = 'Cette photo n’a pas la forme attendue\u00a0: un JPEG de 400 × 400 points. Rien n’a été enregistré.'
const hasMore =
  'Cette photo contient autre chose que l’image (appareil, lieu, date). Rien n’a été enregistré\u00a0: reprenez-la ici.'

/**
 * Why these bytes are refused as a photo; null when they are accepted. Reads the segments of the JPEG (ITU-T T.81,
 * annex B): tables, one frame of the required size, scans, and nothing after the end. Of the metadata that a JPEG may
 * carry, only JFIF's own header is accepted (APP0, without a thumbnail); EXIF, XMP, ICC, IPTC and comments are refused.
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

/**
 * The same JPEG without metadata. Browsers add the colour profile of sRGB, which is also the default without one. Bytes
 * that are no JPEG are returned unchanged, and `whyNoPhoto` refuses them.
 */
export const pictureAlone = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
  const kept: Uint8Array[] = [bytes.subarray(0, 2)]
  let at = 2
  for (; byteAt(bytes, at) === 0xff; ) {
    const marker = byteAt(bytes, at + 1) ?? endOfImage
    if (marker === endOfImage || marker === startOfScan) break
    const length = wordAt(bytes, at + 2)
    const isBeside = isApplicationData(marker) || marker === comment
    if (!isBeside || isPlainJfif(bytes, at, marker, length)) kept.push(bytes.subarray(at, at + 2 + length))
    at += 2 + length
  }
  return Uint8Array.from([...kept, bytes.subarray(at)].flatMap((part) => [...part]))
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
