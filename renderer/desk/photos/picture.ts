import {
  maxPictureBytes,
  maxPictureMegapixels,
  notAPictureText,
  photoSize,
  pictureAlone,
  pictureTooLargeText,
} from '../../../shared/rules/dossier/photo.ts'

/** Reads a chosen file as a picture, rotated upright; or returns why it cannot, as a sentence. */
export const readPicture = async (file: File): Promise<ImageBitmap | string> => {
  if (file.size > maxPictureBytes) return pictureTooLargeText
  try {
    const picture = await createImageBitmap(file)
    if (picture.width * picture.height <= maxPictureMegapixels * 1_000_000) return picture
    picture.close()
    return pictureTooLargeText
  } catch {
    return notAPictureText
  }
}

/** The square kept of a picture: its magnification, and its position from 0 to 1. */
export type Crop = { readonly zoom: number; readonly across: number; readonly down: number }

/** The default position, because faces are a little above the middle of most pictures. */
export const firstCrop: Crop = { zoom: 1, across: 0.5, down: 0.4 }
export const maxZoom = 4

/** Draws the square on a canvas of the size of a photo. */
export const drawCropped = (canvas: HTMLCanvasElement, picture: ImageBitmap, { zoom, across, down }: Crop): void => {
  const pen = canvas.getContext('2d', { alpha: false })
  if (!pen) return
  const side = Math.min(picture.width, picture.height) / zoom
  pen.imageSmoothingQuality = 'high'
  pen.fillStyle = 'white'
  pen.fillRect(0, 0, photoSize, photoSize)
  const [x, y] = [(picture.width - side) * across, (picture.height - side) * down]
  pen.drawImage(picture, x, y, side, side, 0, 0, photoSize, photoSize)
}

/** The canvas as a JPEG made here, which contains nothing of the chosen file but its picture. */
export const jpegOf = async (canvas: HTMLCanvasElement): Promise<Blob | null> => {
  const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.85))
  return made && new Blob([pictureAlone(new Uint8Array(await made.arrayBuffer()))], { type: made.type })
}
