import { bold, broken, heightOf, type Line, mm, type Paper } from './paper.ts'

/** Something that stands in a cell of a paper, once its height is known. */
export type Cell = { readonly height: number; readonly draw: (y: number) => void }

/** To tick when expected; hatched when not booked. */
export const box = (pen: PDFKit.PDFDocument, x: number, y: number, side: number, expected: boolean): void => {
  pen.roundedRect(x, y, side, side, side / 7)
  if (expected) {
    pen.lineWidth(1.1).stroke('#000000')
    return
  }
  pen.clip().lineWidth(0.5)
  for (let step = mm(1.2); step < 2 * side; step += mm(1.2)) pen.moveTo(x + step, y).lineTo(x + step - side, y + side)
  pen.stroke('#606060')
}

/** What must be seen first, such as an allergy. */
export const framed = (paper: Paper, text: string, x: number, width: number): Cell => {
  const sign = mm(6)
  const lines = broken([bold(text)], width - sign - mm(1.4), { leading: 1.15 })
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

/** Who may not fetch a child. */
export const banned = (paper: Paper, name: string, x: number, width: number): Cell => {
  const lines = broken([{ ...bold(`Interdit\u00a0: ${name}`), ink: 'white' }], width - mm(2.8), { leading: 1.2 })
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
