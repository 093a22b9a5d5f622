import { describe, expect, it } from 'vitest'
import { maxPhotoBytes, photoSize, whyNoPhoto } from '../../../shared/rules/people/photo.ts'

const segment = (marker: number, ...bytes: number[]) => {
  const length = bytes.length + 2
  return [0xff, marker, length >> 8, length & 0xff, ...bytes]
}

/** The segments of a JPEG as browsers write it; of the picture itself only a few bytes, one of them escaped. */
const aJpeg = (size: number) =>
  Uint8Array.from([
    0xff,
    0xd8,
    ...segment(0xe0, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0),
    ...segment(0xdb, 0, ...Array.from({ length: 64 }, () => 1)),
    ...segment(0xc0, 8, size >> 8, size & 0xff, size >> 8, size & 0xff, 1, 1, 0x11, 0),
    ...segment(0xc4, 0, ...Array.from({ length: 16 }, () => 0)),
    ...segment(0xda, 1, 1, 0, 0, 63, 0),
    0x12,
    0xff,
    0,
    0x34,
    0xff,
    0xd9,
  ])

const photo = aJpeg(photoSize)

const withSegment = (marker: number, text: string) => {
  const bytes = Array.from(text, (letter) => letter.charCodeAt(0))
  const length = bytes.length + 2
  return Uint8Array.from([
    ...photo.subarray(0, 2),
    0xff,
    marker,
    length >> 8,
    length & 0xff,
    ...bytes,
    ...photo.subarray(2),
  ])
}

describe('a photo that the desk keeps', () => {
  it('is a JPEG of 400 × 400 with nothing beside the picture', () => {
    expect(whyNoPhoto(photo)).toBeNull()
  })

  it.each([
    ['where and with what it was taken', 0xe1, 'Exif\0\0MM'],
    ['a comment', 0xfe, 'Zoé'],
    ['a profile', 0xe2, 'ICC_PROFILE\0'],
  ])('tells not %s', (_, marker, text) => {
    expect(whyNoPhoto(withSegment(marker, text))).toContain('autre chose que l’image')
  })

  it('ends with its picture', () => {
    expect(whyNoPhoto(Uint8Array.from([...photo, 1]))).toContain('autre chose que l’image')
  })

  it('has no other size, is whole, and is small', () => {
    const notAPhoto = 'un JPEG de 400 × 400 points'
    expect(whyNoPhoto(aJpeg(300))).toContain(notAPhoto)
    expect(whyNoPhoto(photo.subarray(0, photo.length - 2))).toContain(notAPhoto)
    expect(whyNoPhoto(new Uint8Array(maxPhotoBytes + 1))).toContain(notAPhoto)
    expect(whyNoPhoto(new TextEncoder().encode('%PDF-1.7'))).toContain(notAPhoto)
  })
})
