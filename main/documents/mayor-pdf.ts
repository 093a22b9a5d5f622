import type { MayorPage } from '../../shared/contract/desk/figures/figures-tables.ts'
import { daysOfMonth, type Instant, type Month } from '../../shared/rules/calendar/day.ts'
import { differenceText, figureText, wholeFigureText } from '../../shared/rules/figures/figures-table.ts'
import { againstYearText, type MayorFigure, mayorNotes, mayorTitles } from '../../shared/rules/figures/mayor-page.ts'
import { formatNumber } from '../../shared/rules/money/money.ts'
import { briefMonth, daysText, instantText } from '../../shared/rules/text/french.ts'
import { makePdf, mm, type Paper, sizes } from './paper.ts'

const EDGE = 15
const WIDTH = 180

/** « Page du maire » on one A4 page: six figures, the year month by month, and a line for each activity. */
export const mayorPdf = (
  page: MayorPage,
  {
    organisation,
    town,
    createdAt,
  }: { readonly organisation: string; readonly town: string; readonly createdAt: Instant },
): Promise<Uint8Array<ArrayBuffer>> =>
  makePdf({ title: `Page du maire, ${page.year}`, author: organisation, createdAt }, (paper) => {
    paper.newPage()
    const heading = { size: 22, weight: 'semibold', leading: 1.1 } as const
    paper.write('P', organisation, mm(EDGE), mm(14), mm(WIDTH), { size: sizes.medium, ink: 'soft' })
    paper.write('H1', `L’accueil des enfants en ${page.year}`, mm(EDGE), mm(20), mm(WIDTH), heading)
    paper.write(
      'P',
      `${daysText(page.from, page.to)}, à côté des mêmes mois de ${page.year - 1}`,
      mm(EDGE),
      mm(30),
      mm(WIDTH),
      { size: sizes.medium, ink: 'soft' },
    )
    const y = tiles(paper, page.figures, 40)
    const below = months(paper, page, y + 6)
    activities(paper, page, below + 7)
    paper.foot(`${organisation}, ${town} – chiffres lus le ${instantText(createdAt)}`, EDGE)
  })

const GAP = 5
const TILE = (WIDTH - 2 * GAP) / 3
const TILE_HEIGHT = 29

/** @returns the y below, in millimetres */
const tiles = (paper: Paper, figures: readonly MayorFigure[], top: number): number => {
  for (const [at, figure] of figures.entries()) {
    const x = EDGE + (at % 3) * (TILE + GAP)
    const y = top + Math.floor(at / 3) * (TILE_HEIGHT + GAP)
    paper.draw((pen) => {
      pen.rect(mm(x), mm(y), mm(0.9), mm(TILE_HEIGHT)).fill(blue)
      pen.rect(mm(x + 0.9), mm(y), mm(TILE - 0.9), mm(TILE_HEIGHT)).fill('#f3f6f9')
    })
    const left = mm(x + 4)
    const width = mm(TILE - 6)
    paper.group('Part', () => {
      paper.write('P', mayorTitles[figure.key], left, mm(y + 2), width, { size: sizes.plain, ink: 'soft' })
      paper.write('P', wholeFigureText(figure.now, figure.unit), left, mm(y + 7), width, {
        size: 21,
        weight: 'semibold',
        leading: 1.1,
      })
      paper.write('P', mayorNotes[figure.key], left, mm(y + 16.5), width, { size: sizes.small, ink: 'soft' })
      paper.write('P', againstYearText(figure), left, mm(y + 21.5), width, { size: sizes.small })
    })
  }
  return top + Math.ceil(figures.length / 3) * (TILE_HEIGHT + GAP) - GAP
}

const blue = '#1c5d8c'
const CHART = 52

/** The presences of each month as bars, with a line for those of the previous year. @returns the y below */
const months = (paper: Paper, { months: rows, year }: MayorPage, top: number): number => {
  const heading = { size: sizes.large, weight: 'semibold' } as const
  paper.write('H2', 'Présences, mois par mois', mm(EDGE), mm(top), mm(WIDTH / 2), heading)
  const [left, right] = [EDGE + 14, EDGE + WIDTH]
  const most = nice(Math.max(1, ...rows.map(({ now, before }) => Math.max(now, before))))
  const floor = top + 14 + CHART
  const heightOf = (value: number) => (value / most) * CHART
  const step = (right - left) / Math.max(1, rows.length)
  const label = { size: sizes.small, ink: 'soft' } as const
  paper.draw((pen) => {
    // The legend.
    pen.rect(mm(EDGE + 112), mm(top + 2), mm(5), mm(3)).fill(blue)
    pen.rect(mm(EDGE + 143), mm(top + 3.2), mm(5), mm(0.7)).fill('#000000')
    for (let line = 0; line <= 4; line += 1)
      pen.rect(mm(left), mm(floor - (CHART / 4) * line), mm(right - left), line === 0 ? 0.8 : 0.3).fill('#c4c9ce')
    for (const [at, { now, before }] of rows.entries()) {
      const x = left + at * step
      if (now > 0) pen.rect(mm(x + step * 0.2), mm(floor - heightOf(now)), mm(step * 0.6), mm(heightOf(now))).fill(blue)
      // The white edge keeps the line apart from a filled bar, printed in black and white too.
      for (const [thickness, ink] of before > 0
        ? ([
            [1.7, '#ffffff'],
            [0.7, '#000000'],
          ] as const)
        : [])
        pen
          .rect(mm(x + step * 0.12), mm(floor - heightOf(before) - thickness / 2), mm(step * 0.76), mm(thickness))
          .fill(ink)
    }
  })
  paper.write('P', String(year), mm(EDGE + 119), mm(top + 1.3), mm(22), label)
  paper.write('P', `${year - 1}, même mois`, mm(EDGE + 150), mm(top + 1.3), mm(32), label)
  for (let line = 0; line <= 4; line += 1)
    paper.write(
      'P',
      formatNumber((most / 4) * line),
      mm(EDGE),
      mm(floor - (CHART / 4) * line - 2),
      mm(12),
      label,
      'right',
    )
  for (const [at, { month, now, before }] of rows.entries()) {
    const title = briefMonth(daysOfMonth(month as Month).from).split('\u00a0')[0] ?? ''
    paper.write('P', title, mm(left + at * step), mm(floor + 1.5), mm(step), label, 'center')
    paper.write(
      'P',
      formatNumber(now),
      mm(left + at * step),
      mm(Math.min(floor - heightOf(now), before > now ? floor - heightOf(before) : 300) - 5),
      mm(step),
      { size: sizes.small, weight: 'semibold' },
      'center',
    )
  }
  return floor + 7
}

/** A round number, at least as large as the value, that four grid lines divide evenly. */
const nice = (value: number): number => {
  const size = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 4, 6, 8, 10].map((times) => times * size).find((one) => one >= value) ?? value
}

const columns = [
  { title: 'Présences', width: 26 },
  { title: 'Places occupées', width: 32 },
  { title: 'Un an avant', width: 26 },
  { title: 'Écart', width: 22 },
] as const

/** As many activities as fit on the page. */
const mostRows = 12

const activities = (paper: Paper, { activities: rows }: MayorPage, top: number): void => {
  const heading = { size: sizes.large, weight: 'semibold' } as const
  paper.write('H2', 'Par activité', mm(EDGE), mm(top), mm(WIDTH / 2), heading)
  const shown = rows.slice(0, mostRows)
  const firstWidth = WIDTH - columns.reduce((sum, { width }) => sum + width, 0)
  const line = (cells: readonly string[], y: number, isHead: boolean) =>
    paper.group('TR', () => {
      const tag = isHead ? 'TH' : 'TD'
      const style = isHead ? ({ size: sizes.small, ink: 'soft' } as const) : ({ size: sizes.plain } as const)
      paper.write('TH', cells[0] ?? '', mm(EDGE), mm(y), mm(firstWidth), style, 'left', {
        scope: isHead ? 'Column' : 'Row',
      })
      let x = EDGE + firstWidth
      for (const [at, { width }] of columns.entries()) {
        paper.write(
          tag,
          cells[at + 1] ?? '',
          mm(x),
          mm(y),
          mm(width),
          style,
          'right',
          isHead ? { scope: 'Column' } : {},
        )
        x += width
      }
    })
  let y = top + 8
  paper.group('Table', () => {
    line(['', ...columns.map(({ title }) => title)], y, true)
    y += 5.5
    for (const { name, present, share, before } of shown) {
      paper.rule(mm(EDGE), mm(y), mm(WIDTH), 0.4, 'line')
      line(
        [
          name,
          figureText(present, 'count'),
          figureText(share, 'percent'),
          figureText(before, 'count'),
          differenceText(present - before, 'count'),
        ],
        y + 1.1,
        false,
      )
      y += 6.4
    }
  })
  if (rows.length > shown.length)
    paper.write('P', `et ${rows.length - shown.length} autres activités`, mm(EDGE), mm(y + 1), mm(WIDTH), {
      size: sizes.small,
      ink: 'soft',
    })
}
