import { getDocument, OPS } from 'pdfjs-dist/legacy/build/pdf.mjs'

/** Sizes of a PDF's pages, in points, and whether anything is drawn on each. */
export const pagesOf = async (bytes: Uint8Array): Promise<{ width: number; height: number; isBlank: boolean }[]> => {
  const loading = getDocument({ data: new Uint8Array(bytes), verbosity: 0 })
  const pdf = await loading.promise
  const shows = new Set<number>([OPS.paintImageXObject, OPS.paintInlineImageXObject, OPS.showText])
  const pages = await Promise.all(
    Array.from({ length: pdf.numPages }, async (_, at) => {
      const page = await pdf.getPage(at + 1)
      const { width, height } = page.getViewport({ scale: 1 })
      const { fnArray } = await page.getOperatorList()
      return { width: Math.round(width), height: Math.round(height), isBlank: !fnArray.some((one) => shows.has(one)) }
    }),
  )
  await loading.destroy()
  return pages
}
