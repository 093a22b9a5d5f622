import type { Instant } from '../../shared/rules/calendar/day.ts'
import type { PosterRow, TariffPoster } from '../../shared/rules/price/printed/tariff-poster.ts'
import { instantText } from '../../shared/rules/text/french.ts'
import { bold, heightOf, makePdf, mm, type Paper, type Style, sizes, wrapped } from './paper.ts'

type TariffPosterPaper = TariffPoster & {
  readonly organisationName: string
  /** « Ville de Blainville-sur-Orne » */
  readonly authority: string
  readonly name: string
  readonly activities: readonly string[]
  readonly printedAt: Instant
}

/** Poster with the prices of one tariff, for a wall: large text, in black and white. */
export const tariffPosterPdf = (poster: TariffPosterPaper): Promise<Uint8Array<ArrayBuffer>> =>
  makePdf({ title: `Tarifs – ${poster.name}`, author: poster.organisationName, createdAt: poster.printedAt }, (paper) =>
    compose(paper, poster),
  )

const EDGE = 15
const WIDTH = 210 - 2 * EDGE
const BOTTOM = 275
/** Brackets (« tranches ») side by side; further brackets make another table below. */
const bracketsPerTable = 4
const NAME = 52
const big: Partial<Style> = { size: sizes.large, leading: 1.25 }

const compose = (paper: Paper, poster: TariffPosterPaper): void => {
  paper.newPage()
  let y = head(paper, poster)
  const priced = poster.rows.filter(({ cells }) => cells.length > 0)
  for (let first = 0; first < poster.brackets.length && priced.length > 0; first += bracketsPerTable) {
    y = table(paper, poster, priced, first, y) + mm(8)
  }
  const singles = poster.rows.flatMap(({ title, text }) => (text === null ? [] : [{ title, text }]))
  if (singles.length > 0) {
    paper.group('Table', () => {
      for (const one of singles) y = singleRow(paper, one, roomFor(paper, y, mm(12)))
    })
    y += mm(8)
  }
  paper.group('L', () => {
    for (const note of poster.notes) {
      const lines = wrapped(note, mm(WIDTH) - mm(5), { size: sizes.medium })
      y = roomFor(paper, y, heightOf(lines))
      const top = y
      paper.group('LI', () => {
        paper.draw((pen) => pen.circle(mm(EDGE) + mm(1), top + mm(2.6), mm(0.6)).fill('#000000'))
        paper.put('LBody', lines, mm(EDGE) + mm(5), top, mm(WIDTH) - mm(5))
      })
      y += heightOf(lines) + mm(1.5)
    }
  })
  paper.foot(
    `${poster.organisationName}${poster.decision === null ? '' : ` – ${poster.decision}`} – imprimé ${instantText(poster.printedAt)}.`,
    EDGE,
  )
}

const roomFor = (paper: Paper, y: number, height: number): number => {
  if (y + height <= mm(BOTTOM)) return y
  paper.newPage()
  return mm(EDGE)
}

const head = (paper: Paper, poster: TariffPosterPaper) => {
  const { authority, organisationName, name, from, example, activities, hasNonResident } = poster
  let y = paper.write('P', `${authority}, ${organisationName}`, mm(EDGE), mm(EDGE), mm(WIDTH), {
    size: sizes.medium,
    ink: 'soft',
  })
  y = paper.write('H1', `Tarifs – ${name}`, mm(EDGE), y + mm(2), mm(WIDTH), {
    size: 26,
    weight: 'semibold',
    leading: 1.1,
  })
  y = paper.write(
    'P',
    `${from}. Prix en euros${hasNonResident ? '\u00a0; «\u00a0hors\u00a0»\u00a0: hors commune' : ''}.`,
    mm(EDGE),
    y + mm(2),
    mm(WIDTH),
    big,
  )
  if (activities.length > 0) {
    y = paper.write('P', activities.join(', '), mm(EDGE), y + mm(1), mm(WIDTH), { size: sizes.medium, ink: 'soft' })
  }
  if (example) {
    y = paper.write('P', [bold('Tarif d’exemple, qu’aucun conseil n’a voté.')], mm(EDGE), y + mm(2), mm(WIDTH), {
      size: sizes.medium,
    })
  }
  return y + mm(8)
}

/** Draws the brackets (« tranches ») from `first` on; each has two columns when non-residents pay another price. */
const table = (paper: Paper, poster: TariffPosterPaper, rows: readonly PosterRow[], first: number, from: number) => {
  const brackets = poster.brackets.slice(first, first + bracketsPerTable)
  const wide = mm(WIDTH - NAME) / brackets.length
  const narrow = poster.hasNonResident ? wide / 2 : wide
  const x = (at: number) => mm(EDGE) + mm(NAME) + at * wide
  const small: Partial<Style> = { size: sizes.plain, ink: 'soft' }
  const headed = (start: number): number => {
    let y = start
    paper.group('TR', () => {
      for (const [at, label] of brackets.entries()) {
        const lines = wrapped([bold(`${first + at === 0 ? 'QF\u00a0' : ''}${label}`)], wide, { size: sizes.medium })
        paper.put('TH', lines, x(at), start, wide, poster.hasNonResident ? 'center' : 'right', { scope: 'Column' })
        y = Math.max(y, start + heightOf(lines))
      }
    })
    if (poster.hasNonResident) {
      const top = y
      paper.group('TR', () => {
        for (const at of brackets.keys()) {
          paper.put('TH', wrapped('ville', narrow, small), x(at), top, narrow, 'right', { scope: 'Column' })
          paper.put('TH', wrapped('hors', narrow, small), x(at) + narrow, top, narrow, 'right', { scope: 'Column' })
        }
      })
      y += mm(5)
    }
    paper.rule(mm(EDGE), y + mm(1), mm(WIDTH), 1.1)
    return y + mm(1)
  }
  let y = roomFor(paper, from, mm(40))
  paper.group('Table', () => {
    y = headed(y)
    for (const { title, cells } of rows) {
      const name = wrapped(title, mm(NAME - 3), { size: sizes.large, leading: 1.15 })
      const height = Math.max(mm(12), heightOf(name) + mm(4))
      if (y + height > mm(BOTTOM)) {
        paper.newPage()
        y = headed(mm(EDGE))
      }
      const top = y
      paper.group('TR', () => {
        paper.put('TH', name, mm(EDGE), top + (height - heightOf(name)) / 2, mm(NAME - 3), 'left', { scope: 'Row' })
        for (const at of brackets.keys()) {
          const cell = cells[first + at]
          const resident = wrapped([bold(cell?.resident ?? '')], narrow, { size: sizes.large })
          const middle = top + (height - heightOf(resident)) / 2
          paper.put('TD', resident, x(at), middle, narrow, 'right')
          if (poster.hasNonResident) {
            const nonResident = wrapped(cell?.nonResident ?? '', narrow, { size: sizes.large })
            paper.put('TD', nonResident, x(at) + narrow, middle, narrow, 'right')
          }
        }
      })
      paper.rule(mm(EDGE), y + height, mm(WIDTH), 0.5, 'line')
      y += height
    }
  })
  return y
}

const singleRow = (paper: Paper, { title, text }: { title: string; text: string }, y: number): number => {
  const half = mm(WIDTH / 2)
  const name = wrapped(title, half - mm(3), { size: sizes.large, leading: 1.15 })
  const price = wrapped([bold(text)], half, { size: sizes.large, leading: 1.15 })
  const height = Math.max(mm(12), heightOf(name) + mm(4), heightOf(price) + mm(4))
  paper.group('TR', () => {
    paper.put('TH', name, mm(EDGE), y + (height - heightOf(name)) / 2, half - mm(3), 'left', { scope: 'Row' })
    paper.put('TD', price, mm(EDGE) + half, y + (height - heightOf(price)) / 2, half, 'right')
  })
  paper.rule(mm(EDGE), y + height, mm(WIDTH), 0.5, 'line')
  return y + height
}
