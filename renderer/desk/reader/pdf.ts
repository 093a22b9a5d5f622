import {
  AnnotationMode,
  GlobalWorkerOptions,
  getDocument,
  type PDFPageProxy,
  PasswordException,
  RenderingCancelledException,
  TextLayer,
} from 'pdfjs-dist/legacy/build/pdf.mjs'
// oxlint-disable-next-line import/default -- vite makes it: the address of the built file
import workerAddress from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url'

GlobalWorkerOptions.workerSrc = workerAddress

/** A page at 100 %: a PDF counts in points, a screen in CSS pixels. */
const pixelsPerPoint = 96 / 72

/** More pixels than this in one canvas, and a browser gives back an empty one. */
const mostPixels = 16_000_000

export type Page = {
  readonly number: number
  /** At 100 %, in CSS pixels. */
  readonly width: number
  readonly height: number
  readonly proxy: PDFPageProxy
}

/** Why a document cannot be shown, in a sentence for the person. */
export class Unreadable extends Error {}

/**
 * The pages of a PDF. Its scripts never run: pdf.js leaves them out unless it is given an interpreter for them.
 * @throws Unreadable
 */
export const openPdf = async (bytes: Uint8Array): Promise<readonly Page[]> => {
  try {
    const pdf = await getDocument({
      // A copy: pdf.js hands what it is given over to its worker.
      data: bytes.slice(),
      cMapUrl: beside('cmaps'),
      standardFontDataUrl: beside('standard_fonts'),
      wasmUrl: beside('wasm'),
      // The page's content policy compiles nothing: pdf.js has the same decoders in plain JavaScript.
      useWasm: false,
      // Read by the page, not by the worker: the same way in Electron, whose addresses the worker does not fetch.
      useWorkerFetch: false,
      useSystemFonts: false,
      disableWorkerRendering: true,
    }).promise
    return await Promise.all(Array.from({ length: pdf.numPages }, async (_, at) => pageOf(await pdf.getPage(at + 1))))
  } catch (error) {
    throw new Unreadable(
      error instanceof PasswordException
        ? 'Ce document est protégé par un mot de passe\u00a0: enregistrez-le, puis ouvrez-le avec un autre logiciel.'
        : 'Ce document est abîmé\u00a0: il ne s’affiche pas.',
      { cause: error },
    )
  }
}

/** The files that pdf.js reads besides the document: those that the build laid beside this page. */
const beside = (folder: string) => new URL(`pdf/${folder}/`, document.baseURI).href

const pageOf = (proxy: PDFPageProxy): Page => {
  const { width, height } = proxy.getViewport({ scale: pixelsPerPoint })
  return { number: proxy.pageNumber, width, height, proxy }
}

/**
 * Draws a page into an element, its text above it so that it can be selected and read aloud.
 * @returns what takes it away again
 */
export const showPage = ({ proxy, width, height }: Page, zoom: number, place: HTMLElement, onFailure: () => void) => {
  const scale = zoom * pixelsPerPoint
  const viewport = proxy.getViewport({ scale })
  const density = Math.min(window.devicePixelRatio, Math.sqrt(mostPixels / (width * zoom * height * zoom)))
  const canvas = document.createElement('canvas')
  canvas.width = Math.floor(viewport.width * density)
  canvas.height = Math.floor(viewport.height * density)
  const texts = document.createElement('div')
  texts.className = 'reader-text'
  place.style.setProperty('--total-scale-factor', String(scale))
  place.replaceChildren(canvas, texts)
  const drawing = proxy.render({
    canvas,
    viewport,
    transform: [density, 0, 0, density, 0, 0],
    annotationMode: AnnotationMode.ENABLE,
  })
  const layer = new TextLayer({ textContentSource: proxy.streamTextContent(), container: texts, viewport })
  drawing.promise.catch((error: unknown) => {
    if (!(error instanceof RenderingCancelledException)) onFailure()
  })
  // A page whose text cannot be read is shown all the same.
  layer.render().catch(() => undefined)
  return () => {
    drawing.cancel()
    layer.cancel()
    place.replaceChildren()
  }
}

/** What a laser printer shows of small letters. */
const printedDotsPerInch = 300

/** A page as a picture, fine enough for paper. @throws when it cannot be drawn */
export const printedPage = async ({ proxy, width, height }: Page): Promise<HTMLImageElement> => {
  const dots = printedDotsPerInch / 96
  const scale = Math.min(dots, Math.sqrt(mostPixels / (width * height))) * pixelsPerPoint
  const viewport = proxy.getViewport({ scale })
  const canvas = document.createElement('canvas')
  canvas.width = Math.floor(viewport.width)
  canvas.height = Math.floor(viewport.height)
  await proxy.render({ canvas, viewport, intent: 'print', annotationMode: AnnotationMode.ENABLE }).promise
  const picture = await new Promise<Blob | null>((done) => canvas.toBlob(done))
  // Gives its memory back at once: a long document has hundreds of pages.
  canvas.width = 0
  if (!picture) throw new Error('the page could not be drawn')
  const image = new Image()
  image.alt = ''
  image.src = URL.createObjectURL(picture)
  await image.decode()
  return image
}
