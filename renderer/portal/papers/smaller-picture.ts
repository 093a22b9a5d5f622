/** A sheet of A4 in 300 points an inch: no paper needs more, and a telephone takes up to 50 megapixels. */
const longestSide = 3508

export const isPicture = ({ type }: File): boolean => type.startsWith('image/')

/**
 * A large photo, drawn smaller before it leaves the phone: neither the network nor the portal has to carry what no reader
 * sees. What this browser cannot draw goes as it is, and the portal says what is wrong with it.
 */
export const smallerPicture = async (file: File): Promise<File> => {
  if (!isPicture(file)) return file
  try {
    const photo = await createImageBitmap(file)
    const scale = longestSide / Math.max(photo.width, photo.height)
    if (scale >= 1) return file
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(photo.width * scale)
    canvas.height = Math.round(photo.height * scale)
    const pen = canvas.getContext('2d')
    if (!pen) return file
    pen.imageSmoothingQuality = 'high'
    // JPEG knows no transparency, and would make it black.
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
