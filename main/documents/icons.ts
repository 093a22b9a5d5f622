import type { CellState } from '../../shared/rules/cell/cell.ts'
import { bold, heightOf, type Line, mm, type Paper, wrapped } from './paper.ts'

/** The measured content of a table cell on a paper. */
export type DrawnCell = { readonly height: number; readonly draw: (y: number) => void }

/** Draws a box: empty, to tick, for an expected child; hatched for one without a booking. */
export const checkbox = (pen: PDFKit.PDFDocument, x: number, y: number, side: number, expected: boolean): void => {
  pen.roundedRect(x, y, side, side, side / 7)
  if (expected) {
    pen.lineWidth(1.1).stroke('#000000')
    return
  }
  pen.clip().lineWidth(0.5)
  for (let step = mm(1.2); step < 2 * side; step += mm(1.2)) pen.moveTo(x + step, y).lineTo(x + step - side, y + side)
  pen.stroke('#606060')
}

/** The icons of the calendar on screen, as SVG paths in a 24 × 24 square. */
const strokes: Partial<Record<CellState, string>> = {
  confirmed: 'M4.5 12.5l5 5l10.5 -11',
  requested: 'M12 5v14M5 12h14',
  requestSent: 'M8 9.5v12M2 15.5h12M14.5 9.5l7 -7M15.5 2.5h6v6',
  cancelRequested: 'M5 12h14',
  cancelSent: 'M2 15.5h12M14.5 9.5l7 -7M15.5 2.5h6v6',
  cancelRefused: 'M3 12a9 9 0 1 0 18 0a9 9 0 1 0 -18 0M5.7 5.7l12.6 12.6',
}
const thin: ReadonlySet<CellState> = new Set<CellState>(['free', 'requested', 'cancelRequested'])

/** Draws a cell of the calendar: fill, border and icon show its state in black and white. */
export const cellIcon = (
  pen: PDFKit.PDFDocument,
  { state, rank }: { readonly state: CellState; readonly rank: number | undefined },
  x: number,
  y: number,
  side: number,
): void => {
  if (state === 'closed') {
    const half = side / 2
    pen
      .moveTo(x, y + half)
      .lineTo(x + half, y)
      .moveTo(x, y + side)
      .lineTo(x + side, y)
      .moveTo(x + half, y + side)
      .lineTo(x + side, y + half)
    pen.lineWidth(0.5).stroke('#707070')
    return
  }
  const isWaiting = state === 'waitlisted'
  const frame = () => pen.lineWidth(thin.has(state) ? 0.5 : 1).roundedRect(x, y, side, side, side / 6)
  if (isWaiting) frame().fill('#000000')
  else if (state === 'confirmed' || state.startsWith('request')) frame().fillAndStroke('#e4e4e4', '#000000')
  else frame().stroke(state === 'free' ? '#909090' : '#000000')
  if (isWaiting) {
    const words = String(rank ?? '')
    // Three digits must fit too: pdfkit cuts what does not fit, and 128 would be read as 12.
    const size = side * (words.length > 2 ? 0.5 : 0.72)
    pen
      .font('semibold', size)
      .fillColor('#ffffff')
      .text(words, x, y + side / 2 + size * 0.34, {
        width: side,
        align: 'center',
        baseline: 'alphabetic',
        lineBreak: false,
      })
    return
  }
  const path = strokes[state]
  if (path === undefined) return
  const scale = (side * 0.7) / 24
  pen.save()
  pen.translate(x + side * 0.15, y + side * 0.15).scale(scale)
  pen.lineWidth(3).lineCap('round').lineJoin('round').path(path).stroke('#000000')
  pen.restore()
}

/** A framed warning that must be seen first, such as an allergy. */
export const framedAlert = (paper: Paper, text: string, x: number, width: number): DrawnCell => {
  const sign = mm(6)
  const lines = wrapped([bold(text)], width - sign - mm(1.4), { leading: 1.15 })
  const height = heightOf(lines) + mm(1.6)
  const wide = widest(lines) + sign + mm(1.4)
  const draw = (y: number) => {
    paper.draw((pen) => {
      pen.lineWidth(1.5).roundedRect(x, y, wide, height, mm(1)).stroke('#000000')
      warning(pen, x + mm(1.2), y + height / 2 - mm(1.7), mm(3.6))
    })
    paper.put('P', lines, x + sign, y + mm(0.8), width)
  }
  return { height, draw }
}

/** A sentence about a person who must not take the child away, in white on black. */
export const bannedPerson = (paper: Paper, text: string, x: number, width: number): DrawnCell => {
  const lines = wrapped([{ ...bold(text), ink: 'white' }], width - mm(2.8), { leading: 1.2 })
  const height = heightOf(lines) + mm(1)
  const draw = (y: number) => {
    paper.draw((pen) => pen.roundedRect(x, y + mm(0.4), width, height - mm(0.4), mm(1)).fill('#000000'))
    paper.put('P', lines, x + mm(1.4), y + mm(0.7), width)
  }
  return { height: height + mm(0.4), draw }
}

const warning = (pen: PDFKit.PDFDocument, x: number, y: number, size: number): void => {
  pen
    .lineWidth(1)
    .lineJoin('round')
    .moveTo(x + size / 2, y)
    .lineTo(x + size, y + size * 0.9)
    .lineTo(x, y + size * 0.9)
    .closePath()
    .stroke('#000000')
  pen.rect(x + size / 2 - 0.5, y + size * 0.32, 1, size * 0.28).fill('#000000')
  pen.rect(x + size / 2 - 0.5, y + size * 0.68, 1, 1).fill('#000000')
}

const widest = (lines: readonly Line[]): number => Math.max(...lines.map(({ width }) => width))
