import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { instantText } from '../../../shared/rules/text/french.ts'
import { bold, heightOf, makePdf, mm, type Paper, shrunkToFit, sizes, wrapped } from '../paper.ts'

/** « Trombinoscope »: the children of a group or of an activity, with the photos that the service has. */
export type PhotoBoardPage = {
  readonly title: string
  /** « attendus le mer. 25 nov. 2026, 12 enfants » */
  readonly about: string
  readonly children: readonly {
    readonly firstName: string
    readonly lastName: string
    /** « 6 ans, CP » */
    readonly about: string
    readonly jpeg: Uint8Array | null
    /** « photo à faire », « photo refusée » */
    readonly withoutPhoto: string
  }[]
}

type PhotoBoard = {
  readonly organisation: string
  readonly printedBy: string
  readonly printedAt: Instant
  readonly pages: readonly PhotoBoardPage[]
}

const EDGE = 12
const COLUMNS = 4
const CELL = (210 - 2 * EDGE) / COLUMNS
const PHOTO = 36
const BOTTOM = 278

/** Each of `pages` begins on a page of its own and may need several. */
export const photoBoardPdf = (board: PhotoBoard): Promise<Uint8Array<ArrayBuffer>> => {
  const { organisation: author, printedAt: createdAt } = board
  return makePdf({ title: 'Trombinoscope', author, createdAt }, (paper) => {
    for (const page of board.pages) paper.group('Part', () => onePage(paper, page))
    paper.foot(
      [
        bold('Confidentiel.'),
        ` Ne pas afficher ni photographier, détruire après usage. ${author}, imprimé par ${board.printedBy} ${instantText(createdAt)}.`,
      ],
      EDGE,
    )
  })
}

const onePage = (paper: Paper, { title, about, children }: PhotoBoardPage): void => {
  let top = head(paper, title, about)
  for (let at = 0; at < children.length; at += COLUMNS) {
    const cells = children.slice(at, at + COLUMNS).map((child) => cellOf(child))
    const height = mm(PHOTO + 1.5) + Math.max(...cells.map(({ lines }) => heightOf(lines))) + mm(5)
    if (top + height > mm(BOTTOM)) top = head(paper, title, `${about}, suite`)
    const y = top
    for (const [column, cell] of cells.entries()) {
      const x = mm(EDGE + column * CELL)
      paper.group('P', () => {
        drawPhoto(paper, cell, x + mm((CELL - PHOTO) / 2), y)
        paper.put('Span', cell.lines, x, y + mm(PHOTO + 1.5), mm(CELL), 'center')
      })
    }
    top += height
  }
}

const head = (paper: Paper, title: string, about: string): number => {
  paper.newPage()
  const y = paper.write('H1', title, mm(EDGE), mm(10), mm(210 - 2 * EDGE), {
    size: sizes.title,
    weight: 'semibold',
    leading: 1.1,
  })
  const under = paper.write('P', about, mm(EDGE), y + mm(1), mm(210 - 2 * EDGE), { size: sizes.medium }) + mm(2)
  paper.rule(mm(EDGE), under, mm(210 - 2 * EDGE), 0.75)
  return under + mm(5)
}

type Child = PhotoBoardPage['children'][number]

const cellOf = (child: Child) => ({
  ...child,
  lines: [
    ...shrunkToFit([bold(`${child.firstName} ${child.lastName}`)], mm(CELL - 2), mm(10), sizes.medium),
    ...wrapped(child.about, mm(CELL - 2), { size: sizes.small, ink: 'soft' }),
  ],
})

/** A child without a photo gets a frame with its initials, so that no child is missing from the board. */
const drawPhoto = (paper: Paper, { firstName, lastName, jpeg, withoutPhoto }: Child, x: number, y: number): void => {
  const side = mm(PHOTO)
  if (jpeg) return paper.image(jpeg, `Photo\u00a0: ${firstName} ${lastName}`, x, y, side, side)
  paper.draw((pen) => {
    pen.rect(x, y, side, side).lineWidth(0.75).stroke('#808080')
  })
  const initials = wrapped(`${firstName.charAt(0)}${lastName.charAt(0)}`, side, { size: 28, ink: 'line' })
  paper.put('Span', initials, x, y + (side - heightOf(initials)) / 2 - mm(2), side, 'center')
  const none = wrapped(withoutPhoto, side, { size: sizes.small, ink: 'soft' })
  paper.put('Span', none, x, y + side - mm(6), side, 'center')
}
