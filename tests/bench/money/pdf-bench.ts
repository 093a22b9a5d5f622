import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { create, type Font } from 'fontkit'
import PdfDocument from 'pdfkit'
import type { InvoicePaper } from '../../../main/documents/money/invoice-pdf.ts'
import { renderPapers } from '../../../main/documents/render-papers.ts'
import { addDays, day } from '../../../shared/rules/calendar/day.ts'
import { aubry, printedAt } from '../../desk/documents/documents-examples.ts'
import { textCount } from '../../desk/documents/documents-reading.ts'

const INVOICES = 500
/** The peer's month: 23,390 bookings in 500 invoices. */
const BOOKINGS = 23_390

/**
 * Seconds for 500 tagged invoices with all booked days, from plain data to bytes, including the start of the workers;
 * and for pdfkit alone, on one core, to write as many texts on as many pages without tags and layout.
 */
export const pdf500 = async (): Promise<{ seconds: number; baselineSeconds: number }> => {
  const invoices = Array.from({ length: INVOICES }, (_, index) => monthOf(index))
  const started = performance.now()
  const files = await renderPapers(
    invoices.map((invoice) => ({ invoices: [invoice] })),
    { createdAt: printedAt },
  )
  const seconds = (performance.now() - started) / 1000
  if (files.length !== INVOICES) throw new Error(`${files.length} files printed`)

  const [sample] = files
  const texts = sample ? textCount(sample) : 0
  const font = create(readFileSync(new URL('../../../main/documents/fonts/source-sans-3-regular.ttf', import.meta.url)))
  if (!('layout' in font)) throw new Error('the typeface holds several fonts')
  const barely = performance.now()
  for (let index = 0; index < INVOICES; index += 1) await bareFile(font, texts)
  return { seconds, baselineSeconds: (performance.now() - barely) / 1000 }
}

/** Two children, four lines each; 46 or 47 booked days. No two families have the same names or amounts. */
const monthOf = (index: number): InvoicePaper => {
  let left = Math.floor((BOOKINGS * (index + 1)) / INVOICES) - Math.floor((BOOKINGS * index) / INVOICES)
  const sections = aubry.sections.map((section, child) => ({
    title: `${section.title} ${index}`,
    lines: section.lines.map((line, position) => {
      const linesLeft = 8 - (child * 4 + position)
      const count = Math.ceil(left / linesLeft)
      left -= count
      const unitPrice = line.unitPrice + (index % 90)
      const days = Array.from({ length: count }, (_, at) => addDays(day('2026-10-01'), (at * 3 + index) % 31))
      return { ...line, days, unitPrice, quantity: count, amount: count * unitPrice }
    }),
  }))
  const total = sections.flatMap(({ lines }) => lines).reduce((sum, { amount }) => sum + amount, 0)
  const number = `2026-${String(index + 1).padStart(6, '0')}`
  const debtor = {
    name: `MME ET M. FAMILLE ${index}`,
    addressLines: [`${index} RUE DES TILLEULS`, '14550 BLAINVILLE-SUR-ORNE'],
  }
  return { ...aubry, kind: { is: 'invoice', number, dueOn: day('2026-12-07') }, debtor, sections, total }
}

/** Writes a text as long as a label again and again: there is no cheaper way to write as many texts. */
const bareFile = (font: Font, texts: number): Promise<number> =>
  new Promise((resolve) => {
    const document = new PdfDocument({ size: 'A4', font: '' })
    let size = 0
    document.on('data', (chunk: Uint8Array) => {
      size += chunk.length
    })
    document.on('end', () => resolve(size))
    document.registerFont('regular', font).font('regular', 9)
    for (let index = 0; index < texts; index += 1) {
      document.text(`Texte nu ${index}`, 40 + (index % 4) * 130, 30 + Math.floor(index / 4) * 14, { lineBreak: false })
    }
    document.end()
  })
