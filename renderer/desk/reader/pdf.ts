import {
  AnnotationMode,
  GlobalWorkerOptions,
  getDocument,
  PasswordException,
  type PDFPageProxy,
  RenderingCancelledException,
  TextLayer,
} from 'pdfjs-dist/legacy/build/pdf.mjs'
// oxlint-disable-next-line import/default -- Vite generates the default export of a `?url` import
import workerAddress from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url'

GlobalWorkerOptions.workerSrc = workerAddress

/** CSS pixels per PDF point, at a zoom of 100 %. */
const pixelsPerPoint = 96 / 72

/** Below the limit of Safari on iOS (4096 × 4096 pixels), which draws nothing on a larger canvas. */
const maxCanvasPixels = 16_000_000

export type PdfPage = {
  readonly number: number
  /** In CSS pixels at a zoom of 100 %, as is `height`. */
  readonly width: number
  readonly height: number
  readonly proxy: PDFPageProxy
}

/** Why a document cannot be shown, in a sentence for the person. */
export class UnreadableError extends Error {}

/**
 * Reads the pages of a PDF. Its scripts never run: pdf.js only runs them when it is given an interpreter.
 * @throws Unreadable
 */
export const openPdf = async (bytes: Uint8Array): Promise<readonly PdfPage[]> => {
  try {
    const pdf = await getDocument({
      // Pass a copy: pdf.js transfers the buffer to its worker, which empties it here.
      data: bytes.slice(),
      cMapUrl: assetFolder('cmaps'),
      standardFontDataUrl: assetFolder('standard_fonts'),
      wasmUrl: assetFolder('wasm'),
      // The page's content policy forbids WebAssembly: pdf.js has the same decoders in JavaScript.
      useWasm: false,
      // Fetch these files in the page: the worker cannot fetch Electron's `app://` addresses.
      useWorkerFetch: false,
      useSystemFonts: false,
      disableWorkerRendering: true,
    }).promise
    return await Promise.all(Array.from({ length: pdf.numPages }, async (_, at) => pageOf(await pdf.getPage(at + 1))))
  } catch (error) {
    throw new UnreadableError(
      error instanceof PasswordException
        ? 'Ce document est protégé par un mot de passe\u00a0: enregistrez-le, puis ouvrez-le avec un autre logiciel.'
        : 'Ce document est abîmé\u00a0: il ne s’affiche pas.',
      { cause: error },
    )
  }
}

/** Address of a folder of pdf.js's own files, which the build puts next to this page. */
const assetFolder = (folder: string) => new URL(`pdf/${folder}/`, document.baseURI).href

const pageOf = (proxy: PDFPageProxy): PdfPage => {
  const { width, height } = proxy.getViewport({ scale: pixelsPerPoint })
  return { number: proxy.pageNumber, width, height, proxy }
}

/**
 * Draws a page into an element, with a transparent text layer so that its text can be selected and read aloud.
 * @returns a function that removes the page
 */
export const showPage = (
  { proxy, width, height }: PdfPage,
  zoom: number,
  place: HTMLElement,
  onFailure: () => void,
) => {
  const scale = zoom * pixelsPerPoint
  const viewport = proxy.getViewport({ scale })
  const density = Math.min(window.devicePixelRatio, Math.sqrt(maxCanvasPixels / (width * zoom * height * zoom)))
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
  // A page whose text layer fails is still shown as a picture.
  layer.render().catch(() => undefined)
  return () => {
    drawing.cancel()
    layer.cancel()
    place.replaceChildren()
  }
}

/** Enough for small letters on a laser printer. */
const printedDotsPerInch = 300

/** Draws a page as a picture at print resolution. @throws when it cannot be drawn */
export const renderPageImage = async ({ proxy, width, height }: PdfPage): Promise<HTMLImageElement> => {
  const dots = printedDotsPerInch / 96
  const scale = Math.min(dots, Math.sqrt(maxCanvasPixels / (width * height))) * pixelsPerPoint
  const viewport = proxy.getViewport({ scale })
  const canvas = document.createElement('canvas')
  canvas.width = Math.floor(viewport.width)
  canvas.height = Math.floor(viewport.height)
  await proxy.render({ canvas, viewport, intent: 'print', annotationMode: AnnotationMode.ENABLE }).promise
  const picture = await new Promise<Blob | null>((done) => canvas.toBlob(done))
  // Release the canvas's memory at once: a long document has hundreds of pages.
  canvas.width = 0
  if (!picture) throw new Error('the page could not be drawn')
  const image = new Image()
  image.alt = ''
  image.src = URL.createObjectURL(picture)
  await image.decode()
  return image
}
