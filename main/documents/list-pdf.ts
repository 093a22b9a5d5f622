import type { ListCell, ListTable } from '../../shared/contract/desk/attendance.ts'
import type { Instant } from '../../shared/rules/calendar/day.ts'
import { instantText } from '../../shared/rules/text/french.ts'
import { bannedPerson, checkbox, type DrawnCell, framedAlert } from './icons.ts'
import { bold, heightOf, makePdf, mm, type Paper, type Style, sizes, type Words, wrapped } from './paper.ts'
import { widthOf } from './typeface.ts'

/** A table to print: a day's list of children, or a deposit slip. */
export type ListPaper = ListTable & { readonly organisationName: string; readonly printedAt: Instant }

export const listPdf = (list: ListPaper): Promise<Uint8Array<ArrayBuffer>> => {
  const { title, about, organisationName: author, printedAt: createdAt } = list
  return makePdf({ title: `${title} – ${about}`, author, createdAt }, (paper) => compose(paper, list))
}

const EDGE = 10
const WIDTH = 190
const BOTTOM = 278
const PAD = mm(1)
const ROW = mm(9)

type Column = ListTable['columns'][number] & { readonly x: number; readonly points: number }
type Block = { readonly height: number; readonly draw: (y: number) => void; readonly isHead?: boolean }

const compose = (paper: Paper, list: ListPaper): void => {
  const columns = positioned(list.columns)
  const blocks = list.groups.flatMap((group): Block[] => [
    ...(group.name === '' ? [] : [groupHead(paper, group)]),
    ...group.rows.map(({ cells }) => rowOf(paper, columns, cells)),
  ])
  const emptyRows = Array.from({ length: list.emptyRows }, () => rowOf(paper, columns, emptyCells(list.columns)))
  const waiting = blocks.length === 0 ? [] : [...blocks, ...emptyRows]
  paper.newPage()
  let y = head(paper, list)
  if (waiting.length === 0) paper.write('P', list.empty, mm(EDGE), y + mm(2), mm(WIDTH), { size: sizes.medium })
  for (let at = 0; at < waiting.length; ) {
    const from = at
    paper.group('Table', () => {
      y = headRow(paper, columns, y)
      for (let block = waiting[at]; block; block = waiting[at]) {
        // A group's name is never the last row of a page.
        const needed = block.height + (block.isHead ? (waiting[at + 1]?.height ?? 0) : 0)
        if (y + needed > mm(BOTTOM) && at > from) break
        const top = y
        const drawn = block
        paper.group('TR', () => drawn.draw(top))
        y += block.height
        at += 1
      }
    })
    if (at < waiting.length) {
      paper.newPage()
      y = continuationHead(paper, list)
    }
  }
  paper.foot(
    [
      bold('Confidentiel.'),
      ` Ne pas laisser à la vue de tous. ${list.organisationName}, imprimé ${instantText(list.printedAt)}.`,
    ],
    EDGE,
  )
}

/** Computes positions; columns without a width share the remaining width. */
const positioned = (columns: ListTable['columns']): Column[] => {
  const fixed = columns.reduce((sum, { width = 0 }) => sum + width, 0)
  const sharing = columns.filter(({ width }) => width === undefined).length
  // Given widths are scaled to leave 30 mm for each other column; with no other column, to fill the page.
  const scale = sharing === 0 || fixed > WIDTH - 30 * sharing ? (WIDTH - 30 * sharing) / Math.max(1, fixed) : 1
  const share = (WIDTH - fixed * scale) / Math.max(1, sharing)
  let x = mm(EDGE)
  return columns.map((column) => {
    const points = mm(column.width === undefined ? share : column.width * scale)
    const here = { ...column, x, points }
    x += points
    return here
  })
}

const head = (paper: Paper, list: ListPaper): number => {
  let y = paper.write('H1', list.title, mm(EDGE), mm(10), mm(WIDTH), {
    size: sizes.title,
    weight: 'semibold',
    leading: 1.1,
  })
  const medium = { size: sizes.medium }
  y = paper.write('P', [bold(list.about)], mm(EDGE), y + mm(1), mm(WIDTH), medium) + mm(1.5)
  if (list.summary.length > 0) {
    paper.rule(mm(EDGE), y, mm(WIDTH), 0.75)
    const words = list.summary.flatMap(({ name, value }, at): Exclude<Words, string>[number][] => [
      bold(`${name}\u00a0:`),
      `\u00a0${value}${at < list.summary.length - 1 ? '\u00a0\u00a0\u00a0 ' : ''}`,
    ])
    y = paper.write('P', words, mm(EDGE), y + mm(1.5), mm(WIDTH), list.summary.length > 8 ? {} : medium) + mm(1.5)
    paper.rule(mm(EDGE), y, mm(WIDTH), 0.75)
    y += mm(2)
  }
  if (list.note !== '') y = paper.write('P', list.note, mm(EDGE), y, mm(WIDTH)) + mm(2)
  if (list.blanks.length === 0) return y
  const width = mm(WIDTH / 2)
  for (const [at, blank] of list.blanks.entries()) {
    const x = mm(EDGE) + (at % 2) * width
    const top = y + Math.floor(at / 2) * mm(9)
    const lines = wrapped([bold(`${blank}\u00a0:`)], width)
    paper.put('P', lines, x, top + mm(2), width)
    const after = Math.max(...lines.map((line) => line.width)) + mm(2)
    paper.rule(x + after, top + mm(7), width - after - mm(5), 0.5, 'line')
  }
  return y + Math.ceil(list.blanks.length / 2) * mm(9) + mm(3)
}

const continuationHead = (paper: Paper, list: ListPaper): number =>
  paper.write('P', [bold(list.title), ` – ${list.about}, suite`], mm(EDGE), mm(10), mm(WIDTH), {
    size: sizes.medium,
  }) + mm(2)

/** Size at which no word of the title is split: « Normaux » stays whole in a narrow column. */
const titleSize = (title: string, width: number): number => {
  const widest = Math.max(...title.split(' ').map((word) => widthOf(word, 'semibold')))
  return Math.min(sizes.small, (0.99 * width) / widest)
}

const alignOf = ({ kind }: Column) => (kind === 'text' ? 'left' : kind === 'number' ? 'right' : 'center')

const headRow = (paper: Paper, columns: readonly Column[], y: number): number => {
  const style: Partial<Style> = { weight: 'semibold', leading: 1.15 }
  const insets = columns.map(({ kind }) => (kind === 'box' ? 0 : kind === 'number' ? PAD / 2 : PAD))
  const titles = columns.map(({ title, points }, at) => {
    const width = points - 2 * (insets[at] ?? 0)
    return wrapped(title, width, { ...style, size: titleSize(title, width) })
  })
  const height = Math.max(...titles.map(heightOf)) + 2 * PAD
  paper.group('TR', () => {
    for (const [at, column] of columns.entries()) {
      const lines = titles[at] ?? []
      const inset = insets[at] ?? 0
      const top = y + height - PAD - heightOf(lines)
      paper.put('TH', lines, column.x + inset, top, column.points - 2 * inset, alignOf(column), { scope: 'Column' })
    }
  })
  paper.rule(mm(EDGE), y + height, mm(WIDTH), 1.1)
  return y + height
}

const groupHead = (paper: Paper, { name, count }: { readonly name: string; readonly count: string }): Block => {
  const lines = wrapped([bold(name), { text: ` – ${count}`, ink: 'soft' }], mm(WIDTH), { size: sizes.medium })
  const height = heightOf(lines) + mm(4)
  const draw = (y: number) => {
    paper.put('TH', lines, mm(EDGE) + PAD, y + mm(3), mm(WIDTH), 'left', { scope: 'Column' })
    paper.rule(mm(EDGE), y + height, mm(WIDTH), 0.75)
  }
  return { height, draw, isHead: true }
}

const rowOf = (paper: Paper, columns: readonly Column[], cells: readonly ListCell[]): Block => {
  const drawn = columns.map((column, at) => cellOf(paper, column, cells[at] ?? { text: '' }, at === 0))
  const height = Math.max(ROW, ...drawn.map((cell) => cell.height + mm(2)))
  const draw = (y: number) => {
    for (const cell of drawn) cell.draw(y + (height - cell.height) / 2)
    paper.draw((pen) => pen.rect(mm(EDGE), y + height - 0.3, mm(WIDTH), 0.6).fill('#808080'))
  }
  return { height, draw }
}

const cellOf = (paper: Paper, column: Column, cell: ListCell, isFirst: boolean): DrawnCell => {
  const tag = isFirst ? 'TH' : 'TD'
  const options = isFirst ? { scope: 'Row' as const } : {}
  if (cell.box !== undefined) return boxCell(paper, column, cell.box === 'expected')
  const width = column.points - 2 * PAD
  const x = column.x + PAD
  const alert = cell.alert === undefined ? undefined : framedAlert(paper, cell.alert, x, width)
  const words: Words = [
    cell.strong ? { ...bold(cell.text), ...(isFirst && { size: sizes.medium }) } : cell.text,
    ...(cell.under ? [{ text: `${cell.text === '' ? '' : '\n'}${cell.under}`, ink: 'soft' as const }] : []),
  ]
  const isBlank = cell.text === '' && !cell.under
  const lines = isBlank ? [] : wrapped(words, width, { leading: 1.2 })
  const refused = (cell.banned ?? []).map((text) => bannedPerson(paper, text, x, width))
  const above = alert?.height ?? 0
  if (!alert && refused.length === 0) {
    return {
      height: heightOf(lines),
      draw: (y) =>
        isBlank ? paper.group(tag, () => {}, options) : paper.put(tag, lines, x, y, width, alignOf(column), options),
    }
  }
  return {
    height: above + heightOf(lines) + refused.reduce((sum, { height }) => sum + height, 0),
    draw: (y) =>
      paper.group(
        tag,
        () => {
          alert?.draw(y)
          if (!isBlank) paper.put('P', lines, x, y + above, width, alignOf(column))
          let top = y + above + heightOf(lines)
          for (const one of refused) {
            one.draw(top)
            top += one.height
          }
        },
        options,
      ),
  }
}

const boxCell = (paper: Paper, column: Column, expected: boolean): DrawnCell => {
  const side = Math.min(mm(6.5), column.points - mm(1))
  const x = column.x + (column.points - side) / 2
  return {
    height: side,
    draw: (y) => {
      paper.draw((pen) => checkbox(pen, x, y, side, expected))
      paper.group('TD', () => {}, { alt: expected ? 'à cocher' : 'pas réservé' })
    },
  }
}

const emptyCells = (columns: ListTable['columns']): ListCell[] =>
  columns.map(({ kind }) => (kind === 'box' ? { text: '', box: 'expected' as const } : { text: '' }))
