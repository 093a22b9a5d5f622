/** In pixels: the long side of an A4 sheet at 300 dpi. No paper needs more, and phones take up to 50 megapixels. */
const maxSide = 3508

export const isPicture = ({ type }: File): boolean => type.startsWith('image/')

/**
 * Shrinks a large photo before the upload. A picture that this browser cannot decode is sent unchanged, and the portal
 * answers what is wrong with it.
 */
export const shrinkPicture = async (file: File): Promise<File> => {
  if (!isPicture(file)) return file
  try {
    const photo = await createImageBitmap(file)
    const scale = maxSide / Math.max(photo.width, photo.height)
    if (scale >= 1) return file
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(photo.width * scale)
    canvas.height = Math.round(photo.height * scale)
    const pen = canvas.getContext('2d')
    if (!pen) return file
    pen.imageSmoothingQuality = 'high'
    // JPEG has no transparency: without a white background, transparent parts would become black.
    pen.fillStyle = 'white'
    pen.fillRect(0, 0, canvas.width, canvas.height)
    pen.drawImage(photo, 0, 0, canvas.width, canvas.height)
    photo.close()
    const drawn = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.85))
    return drawn ? new File([drawn], file.name.replace(/\.\w+$/, '.jpg'), { type: drawn.type }) : file
  } catch {
    return file
  }
}
