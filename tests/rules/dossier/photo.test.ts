import { describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import {
  maxPhotoBytes,
  pictureAlone,
  whyNoPhoto,
  whyNoPhotoKept,
  whyNotAgreed,
} from '../../../shared/rules/dossier/photo.ts'
import { aJpeg } from '../../support/towns/photos.ts'

const photo = aJpeg()

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

  it('is made so from what a browser draws', () => {
    const drawn = withSegment(0xe2, 'ICC_PROFILE\0')
    expect(pictureAlone(drawn)).toEqual(photo)
    expect(pictureAlone(photo)).toEqual(photo)
    expect(whyNoPhoto(pictureAlone(new TextEncoder().encode('%PDF-1.7')))).toContain('un JPEG de 400')
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

describe('whose photo the service keeps', () => {
  const here = { isOn: true, isHere: true } as const
  const child = (consent: 'yes' | 'no' | 'waiting' | 'withdrawn' | null) =>
    whyNoPhotoKept({ ...here, of: 'child', consent })

  it('is a child’s with the consent of those who hold authority, and no other', () => {
    expect(child('yes')).toBeNull()
    expect(child(null)).toContain('pas encore demandé')
    expect(child('waiting')).toContain('Il manque l’accord')
    expect(child('no')).toContain('ne veut pas')
    expect(child('withdrawn')).toContain('ne veut pas')
  })

  it('is an adult’s who may fetch a child, and who agreed', () => {
    expect(whyNoPhotoKept({ ...here, of: 'adult', fetches: true })).toBeNull()
    expect(whyNoPhotoKept({ ...here, of: 'adult', fetches: false })).toContain('ne vient chercher aucun enfant')
    const today = day('2026-11-25')
    expect(whyNotAgreed(today, today)).toBeNull()
    expect(whyNotAgreed(null, today)).toContain('est d’accord')
    expect(whyNotAgreed(day('2026-11-26'), today)).toContain('d’avance')
  })

  it('is nobody’s where the service keeps none, or once the family has left', () => {
    expect(whyNoPhotoKept({ isOn: false, isHere: true, of: 'child', consent: 'yes' })).toContain(
      'ne garde pas de photos',
    )
    expect(whyNoPhotoKept({ isOn: true, isHere: false, of: 'adult', fetches: true })).toContain('partie')
  })
})
