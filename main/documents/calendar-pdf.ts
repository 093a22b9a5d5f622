import type { Day, Instant } from '../../shared/rules/calendar/day.ts'
import { type CellState, legend } from '../../shared/rules/cell/cell.ts'
import { briefDay, counted, instantText } from '../../shared/rules/text/french.ts'
import { cellIcon } from './icons.ts'
import { bold, heightOf, makePdf, mm, type Paper, shrunkToFit, sizes, wrapped } from './paper.ts'

/** The content of the printed calendar, the same as on the screen. */
export type CalendarPaper = {
  readonly organisationName: string
  /** « Calendrier », « Calendrier de la famille Marchand » */
  readonly title: string
  /** « 23 → 29 nov. 2026 » */
  readonly days: string
  readonly sections: readonly CalendarPaperSection[]
  readonly printedAt: Instant
}

export type CalendarPaperSection = {
  /** « ALSH mercredi 2026/2027 » */
  readonly name: string
  readonly days: readonly PaperDay[]
  readonly rows: readonly {
    readonly name: string
    readonly age: string
    /** Indexed by day, then by slot of that day. */
    readonly cells: readonly (readonly PaperCell[])[]
  }[]
}

type PaperDay = {
  readonly day: Day
  readonly slots: readonly {
    readonly name: string
    readonly shortName: string
    readonly held: number
    /** Zero when the slot is closed on this day. */
    readonly capacity: number
  }[]
}
type PaperCell = { readonly state: CellState; readonly rank: number | undefined }

export const calendarPdf = (calendar: CalendarPaper): Promise<Uint8Array<ArrayBuffer>> =>
  makePdf(
    {
      title: `${calendar.title} – ${calendar.days}`,
      author: calendar.organisationName,
      createdAt: calendar.printedAt,
    },
    (paper) => compose(paper, calendar),
  )

const EDGE = 10
const WIDTH = 277
const BOTTOM = mm(181)
const NAME = mm(54)
const CELL = mm(7.4)
const SIDE = mm(5.4)
/** Wide enough for the date of a day that has only one slot. */
const NARROWEST_DAY = mm(10.5)
const BETWEEN_DAYS = mm(1.6)
const ROW = mm(6.6)
const HEAD = mm(16)

const compose = (paper: Paper, calendar: CalendarPaper): void => {
  const sections = calendar.sections.filter(({ rows, days }) => rows.length > 0 && days.length > 0)
  const states = statesIn(sections)
  let y = 0
  const openPage = () => {
    paper.newPage('landscape')
    y = title(paper, calendar)
    drawLegend(paper, states)
  }
  openPage()
  if (sections.length === 0) paper.write('P', 'Aucun enfant inscrit sur ces jours.', mm(EDGE), y + mm(3), mm(WIDTH))
  for (const [index, section] of sections.entries()) {
    for (const [at, days] of inPages(section.days).entries()) {
      const from = section.days.indexOf(days[0] as PaperDay)
      let waiting = section.rows
      while (waiting.length > 0) {
        const room = () => Math.floor((BOTTOM - y - mm(8) - HEAD) / ROW)
        // Avoid splitting a short section: in a family's calendar, each activity has a few rows.
        if ((index > 0 || at > 0 || waiting !== section.rows) && room() < Math.min(waiting.length, 12)) openPage()
        const here = waiting.slice(0, Math.max(1, room()))
        waiting = waiting.slice(here.length)
        y = paper.write('H2', [bold(section.name)], mm(EDGE), y, mm(WIDTH), { size: sizes.medium }) + mm(0.5)
        y = table(paper, section, days, here, from, y) + mm(4)
      }
    }
  }
  paper.foot(
    [bold('Confidentiel.'), ` ${calendar.organisationName}, imprimé ${instantText(calendar.printedAt)}.`],
    EDGE,
  )
}

const title = (paper: Paper, { title: words, days }: CalendarPaper): number => {
  const y = paper.write('H1', words, mm(EDGE), mm(9), mm(WIDTH), {
    size: sizes.title,
    weight: 'semibold',
    leading: 1.1,
  })
  return paper.write('P', days, mm(EDGE), y, mm(WIDTH), { size: sizes.medium }) + mm(3)
}

const widthOfDay = ({ slots }: PaperDay): number => Math.max(NARROWEST_DAY, slots.length * CELL)

/** Splits days into pages, each with as many days as fit its width. */
const inPages = (days: readonly PaperDay[]): PaperDay[][] => {
  const pages: PaperDay[][] = []
  let left = 0
  for (const day of days) {
    const width = widthOfDay(day) + BETWEEN_DAYS
    const last = pages.at(-1)
    if (last && width <= left) last.push(day)
    else {
      pages.push([day])
      left = mm(WIDTH) - NAME
    }
    left -= width
  }
  return pages
}

/**
 * Draws some rows of a section for some of its days.
 * @param from index of the first of these days in the cells of a row
 */
const table = (
  paper: Paper,
  section: CalendarPaperSection,
  days: readonly PaperDay[],
  rows: CalendarPaperSection['rows'],
  from: number,
  top: number,
): number => {
  let x = mm(EDGE) + NAME
  const columns = days.map((day, index) => {
    const width = widthOfDay(day)
    const column = { ...day, index: from + index, x, width, first: x + (width - day.slots.length * CELL) / 2 }
    x += width + BETWEEN_DAYS
    return column
  })
  const right = x - BETWEEN_DAYS
  let y = top
  paper.group('Table', () => {
    paper.group('TR', () => {
      paper.put(
        'TH',
        wrapped([bold(counted(section.rows.length, 'enfant'))], NAME),
        mm(EDGE),
        top + HEAD - mm(5),
        NAME,
        'left',
        {
          scope: 'Column',
        },
      )
      paper.group('TH', () => columns.forEach((column) => head(paper, column, top)), { scope: 'Column' })
    })
    y = top + HEAD
    paper.rule(mm(EDGE), y, right - mm(EDGE), 1)
    for (const { name, age, cells } of rows) {
      const here = y
      paper.group('TR', () => {
        const lines = shrunkToFit([bold(name), { text: ` ${age}`, ink: 'soft' }], NAME - mm(2), ROW, sizes.plain)
        paper.put('TH', lines, mm(EDGE), here + (ROW - heightOf(lines)) / 2, NAME, 'left', { scope: 'Row' })
        paper.group('TD', () => {}, { alt: rowText(columns, cells) })
      })
      paper.draw((pen) => {
        for (const { first, index } of columns)
          for (const [at, cell] of (cells[index] ?? []).entries())
            cellIcon(pen, cell, first + at * CELL + (CELL - SIDE) / 2, here + (ROW - SIDE) / 2, SIDE)
        pen.rect(mm(EDGE), here + ROW - 0.2, right - mm(EDGE), 0.4).fill('#b0b0b0')
      })
      y += ROW
    }
  })
  return y
}

const head = (
  paper: Paper,
  { day, slots, x, width, first }: PaperDay & { readonly x: number; readonly width: number; readonly first: number },
  top: number,
): void => {
  const date = shrunkToFit([bold(briefDay(day))], width, mm(7.5), sizes.small)
  paper.put('Span', date, x, top + mm(7.5) - heightOf(date), width, 'center')
  for (const [at, { shortName, held, capacity }] of slots.entries()) {
    const left = first + at * CELL
    const name = shrunkToFit(shortName, CELL, mm(4), sizes.small)
    paper.put('Span', name, left, top + mm(7.5), CELL, 'center')
    const count = shrunkToFit(capacity === 0 ? '–' : `${held}/${capacity}`, CELL, mm(4), sizes.small)
    paper.put('Span', count, left, top + mm(11.5), CELL, 'center')
  }
}

/** Text for screen readers, without free or closed cells: « mer. 2 déc. matin : Validée, repas : En attente 3 ». */
const rowText = (
  days: readonly (PaperDay & { readonly index: number })[],
  cells: readonly (readonly PaperCell[])[],
): string =>
  days
    .flatMap(({ day, slots, index }) => {
      const states = (cells[index] ?? []).flatMap(({ state, rank }, at) =>
        state === 'free' || state === 'closed'
          ? []
          : [`${slots[at]?.name ?? ''}\u00a0: ${legend[state].short}${rank ? ` ${rank}` : ''}`],
      )
      return states.length > 0 ? [`${briefDay(day)} ${states.join(', ')}`] : []
    })
    .join('\u00a0; ') || 'rien de réservé'

const statesIn = (sections: readonly CalendarPaperSection[]): CellState[] => {
  const found = new Set(
    sections.flatMap(({ rows }) => rows.flatMap(({ cells }) => cells.flat().map((one) => one.state))),
  )
  return (Object.keys(legend) as CellState[]).filter((state) => found.has(state))
}

/** Draws the legend of the icons in use at the foot of a page. */
const drawLegend = (paper: Paper, states: readonly CellState[]): void => {
  const width = mm(WIDTH) / 5
  for (const [at, state] of states.entries()) {
    const x = mm(EDGE) + (at % 5) * width
    const y = mm(184.5) + Math.floor(at / 5) * mm(5.6)
    paper.draw((pen) => cellIcon(pen, { state, rank: 1 }, x, y, mm(4.4)))
    paper.write('P', legend[state].short, x + mm(6), y, width - mm(6), { size: sizes.small })
  }
}
