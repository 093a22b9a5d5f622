import { type PdfPage, renderPageImage } from './pdf.ts'

/** The pages laid out for printing; `remove` takes them out of the document again. */
export type PrintSheets = { readonly isLandscape: boolean; remove(): void }

/**
 * Lays out one sheet for each page of the document at the page's own size, shown by the print styles only. The pictures
 * stay in memory: they are never written to a file.
 * @param onPage called with the number of pages that are ready
 * @throws when a page cannot be drawn, or when `signal` is aborted
 */
export const layOutSheets = async (
  pages: readonly PdfPage[],
  onPage: (done: number) => void,
  signal: AbortSignal,
): Promise<PrintSheets> => {
  const container = document.createElement('div')
  container.className = 'printed'
  const sizes = new CSSStyleSheet()
  const definedSizes = new Set<string>()
  const images: HTMLImageElement[] = []
  const sheets = {
    isLandscape: pages[0] !== undefined && pages[0].width > pages[0].height,
    remove: () => {
      container.remove()
      for (const { src } of images) URL.revokeObjectURL(src)
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sizes)
    },
  }
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sizes]
  try {
    for (const page of pages) {
      signal.throwIfAborted()
      const image = await renderPageImage(page)
      images.push(image)
      const size = `sheet-${Math.round(page.width)}-${Math.round(page.height)}`
      if (!definedSizes.has(size))
        sizes.insertRule(`@page ${size} { size: ${page.width}px ${page.height}px; margin: 0 }`)
      definedSizes.add(size)
      const sheet = document.createElement('div')
      sheet.className = 'printed-sheet'
      sheet.style.setProperty('page', size)
      sheet.append(image)
      container.append(sheet)
      onPage(images.length)
    }
    signal.throwIfAborted()
    document.body.append(container)
    return sheets
  } catch (error) {
    sheets.remove()
    throw error
  }
}
