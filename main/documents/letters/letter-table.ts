import { BOTTOM, continuationHeader, MARGIN, type Organisation, WIDTH } from '../letterhead.ts'
import { type Align, heightOf, mm, type Paper, type Style, sizes, type Words, wrapped } from '../paper.ts'

/** Columns of a table, from the left margin on, with their widths in points. */
export type Columns = readonly { readonly title: string; readonly width: number; readonly align?: Align }[]
export type TableRow = { readonly kind: 'section' | 'line' | 'total'; readonly cells: readonly Words[] }

const rowStyles: Record<TableRow['kind'], Partial<Style>> = {
  section: { weight: 'semibold' },
  line: {},
  total: { size: sizes.large, weight: 'semibold' },
}

/**
 * Draws a table from `y` on, over as many pages as needed, with its head on each.
 * @param title repeated at the top of further pages
 * @returns the y below the table
 */
export const table = (
  paper: Paper,
  organisation: Organisation,
  title: string,
  columns: Columns,
  rows: readonly TableRow[],
  y: number,
): number => {
  const inset = mm(1)
  const places = columns.map(({ width, align = 'left' }, index) => ({
    x: mm(MARGIN) + columns.slice(0, index).reduce((sum, before) => sum + before.width, 0) + inset,
    width: width - 2 * inset,
    align,
  }))
  const measured = rows.map(({ kind, cells }) => {
    const lines = cells.map((words, index) => wrapped(words, places[index]?.width ?? 0, rowStyles[kind]))
    return { kind, lines, height: Math.max(...lines.map(heightOf)) + mm(kind === 'line' ? 1.6 : 2.6) }
  })
  let top = y
  for (let from = 0; from < measured.length; ) {
    if (from > 0) {
      paper.newPage()
      top = continuationHeader(paper, organisation, title)
    }
    paper.group('Table', () => {
      top = head(paper, columns, places, top)
      const first = from
      for (const row of measured.slice(from)) {
        // A section's title is never the last row of a page.
        const next = row.kind === 'section' ? (measured[from + 1]?.height ?? 0) : 0
        if (from > first && top + row.height + next > mm(BOTTOM)) break
        if (row.kind === 'total') paper.rule(mm(MARGIN), top, mm(WIDTH), 1.5)
        paper.group('TR', () => {
          for (const [index, lines] of row.lines.entries()) {
            const place = places[index]
            if (place)
              paper.put('TD', lines, place.x, top + mm(row.kind === 'line' ? 0.8 : 1.3), place.width, place.align)
          }
        })
        top += row.height
        if (row.kind === 'total') paper.rule(mm(MARGIN), top, mm(WIDTH), 1.5)
        else
          paper.rule(
            mm(MARGIN),
            top,
            mm(WIDTH),
            row.kind === 'section' ? 0.75 : 0.4,
            row.kind === 'section' ? 'black' : 'line',
          )
        from += 1
      }
    })
  }
  return top
}

const head = (
  paper: Paper,
  columns: Columns,
  places: readonly { readonly x: number; readonly width: number; readonly align: Align }[],
  y: number,
): number => {
  const height = sizes.small * 1.35 + 2 * mm(1.2)
  paper.rule(mm(MARGIN), y, mm(WIDTH), 1.1)
  paper.group('TR', () => {
    for (const [index, place] of places.entries()) {
      const hand = { size: sizes.small, weight: 'semibold' } as const
      paper.write('TH', columns[index]?.title ?? '', place.x, y + mm(1.2), place.width, hand, place.align, {
        scope: 'Column',
      })
    }
  })
  paper.rule(mm(MARGIN), y + height, mm(WIDTH), 1.1)
  return y + height
}
