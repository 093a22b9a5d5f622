import JsBarcode from 'jsbarcode'
import encodeQr from 'qr'

/** The white margin that a reader needs around a QR code, in modules (ISO/IEC 18004). */
const quietZone = 4

/** Draws a QR code in a square of this side, its white margin included. */
export const qrCode = (pen: PDFKit.PDFDocument, text: string, x: number, y: number, side: number): void => {
  const rows = encodeQr(text, 'raw', { ecc: 'medium', border: quietZone })
  const module = side / rows.length
  for (const [row, cells] of rows.entries())
    for (const { from, to } of darkRuns(cells))
      pen.rect(x + from * module, y + row * module, (to - from) * module, module)
  pen.fill('#000000')
}

/** The narrowest bar of a Code 128 that a hand scanner reads from a laser print, in points: 0.27 mm. */
const narrowestBar = (0.27 * 72) / 25.4

/** Draws a Code 128 barcode that ends at `right`. The paper around it must be white for 3 mm at both ends. */
export const barcode = (pen: PDFKit.PDFDocument, text: string, right: number, y: number, height: number): void => {
  const drawn: { encodings?: readonly { readonly data: string }[] } = {}
  JsBarcode(drawn, text, { format: 'CODE128' })
  const bars = (drawn.encodings ?? []).flatMap(({ data }) => data.split('')).map((bar) => bar === '1')
  const left = right - bars.length * narrowestBar
  for (const { from, to } of darkRuns(bars)) pen.rect(left + from * narrowestBar, y, (to - from) * narrowestBar, height)
  pen.fill('#000000')
}

/** Runs of dark cells are drawn as one shape: a viewer would show a fine white line between two adjacent shapes. */
const darkRuns = (cells: readonly boolean[]): { readonly from: number; readonly to: number }[] => {
  const runs: { from: number; to: number }[] = []
  for (const [index, isDark] of cells.entries()) {
    const last = runs.at(-1)
    if (!isDark) continue
    if (last?.to === index) last.to = index + 1
    else runs.push({ from: index, to: index + 1 })
  }
  return runs
}
