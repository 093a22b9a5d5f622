import { photoSize } from '../../../shared/rules/dossier/photo.ts'
import type { Part } from './town.ts'

const segment = (marker: number, ...bytes: number[]) => {
  const length = bytes.length + 2
  return [0xff, marker, length >> 8, length & 0xff, ...bytes]
}

/** A JPEG with the segments that browsers write; the picture itself has only a few bytes, one of them escaped. */
export const aJpeg = (size = photoSize) =>
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

/** Lets the service keep photos, and asks the holders of authority for their consent. */
export const keepingPhotos: Part = async ({ client }) => {
  const { hasLogo: _hasLogo, ...organisation } = await client.settings.organisation()
  await client.settings.changeOrganisation({ ...organisation, photos: true })
  await client.consents.addQuestion({
    kind: 'teamPhoto',
    title: 'Photo pour l’équipe',
    asksAll: false,
    leastAge: null,
    first: { text: 'J’accepte que le service garde une photo de mon enfant.', fromDay: '2026-09-01' },
  })
}
