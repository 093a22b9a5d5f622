import type { Instant } from '../../shared/rules/calendar/day.ts'
import { bold, heightOf, makePdf, mm, type Paper, shrunkToFit, sizes, type Words, wrapped } from './paper.ts'

/** The sender of a paper, printed at its top. */
export type Organisation = {
  readonly name: string
  readonly town: string
  readonly addressLines: readonly string[]
  readonly phone: string
  readonly email: string
  /** In the town's own notation, including spaces. */
  readonly siret: string
  /** « Régie de recettes n° 0000 » */
  readonly cashDesk: string
  /** The town's text at the foot of its letters, in one or two lines. */
  readonly foot?: string
  /** PNG or JPEG. */
  readonly logo?: Uint8Array
}

export type Addressee = { readonly name: string; readonly addressLines: readonly string[] }

export const MARGIN = 15
export const WIDTH = 210 - 2 * MARGIN
/** Millimetres from the top: below it is only the page foot. */
export const BOTTOM = 280

/**
 * Makes one PDF file of letters, each on pages of its own.
 * @param titleOf the title of the file, from its first letter
 * @throws RangeError without a letter
 */
export const makeLetters = async <Letter extends { readonly organisation: Organisation }>(
  letters: readonly Letter[],
  { createdAt, titleOf }: { readonly createdAt: Instant; readonly titleOf: (first: Letter) => string },
  draw: (paper: Paper, letter: Letter) => void,
): Promise<Uint8Array<ArrayBuffer>> => {
  const [first] = letters
  if (!first) throw new RangeError('no letter to print')
  const { name, town } = first.organisation
  return makePdf({ title: titleOf(first), author: `${name}, ${town}`, createdAt }, (paper) => {
    for (const letter of letters) paper.group('Part', () => draw(paper, letter))
  })
}

/**
 * Draws the top of the first page of a paper sent in an envelope: organisation, facts, addressee. The content begins at
 * 91.5 mm.
 */
export const letterhead = (paper: Paper, from: Organisation, facts: readonly Fact[], to: Addressee): void => {
  drawOrganisation(paper, from)
  // The facts stop at 95 mm: only the address may show in the window.
  factList(paper, facts, mm(MARGIN), mm(50), mm(30), mm(80))
  drawAddressee(paper, to)
  paper.draw((pen) => {
    for (const fold of [99, 198]) pen.rect(mm(4), mm(fold), mm(4), 0.4).fill('#808080')
  })
}

/** Draws the top of a following page; returns the y where the content continues. */
export const continuationHeader = (paper: Paper, from: Organisation, words: string): number => {
  const y = paper.write('P', [bold(from.name), { text: ` – ${words}`, ink: 'soft' }], mm(MARGIN), mm(12), mm(WIDTH))
  paper.rule(mm(MARGIN), y + 4, mm(WIDTH), 0.5)
  return y + 14
}

/** The foot of a letter: the town's text, then the name of the sender. @param words « 25 novembre 2026 » */
export const footOf = ({ foot = '', name, town }: Organisation, words: string): string =>
  `${foot === '' ? '' : `${foot}\n`}${name}, ${town} – ${words}`

/** Marks a paper as a draft, of which nothing is recorded. */
export const draftMark = (paper: Paper): void => {
  paper.draw((pen) => {
    pen
      .lineWidth(1.2)
      .roundedRect(mm(130), mm(14), mm(65), mm(9), mm(2))
      .dash(4, { space: 3 })
      .stroke('#000000')
      .undash()
  })
  paper.write('P', [{ ...bold('Projet'), size: sizes.large, leading: 1.15 }], mm(130), mm(15.5), mm(65), {}, 'center')
}

/** A line under the letterhead: « Date », « 12 octobre 2026 ». */
export type Fact = { readonly name: string; readonly value: string }

/** Draws names and values side by side; returns the y below. */
export const factList = (
  paper: Paper,
  facts: readonly Fact[],
  x: number,
  y: number,
  names: number,
  width: number,
): number => {
  let top = y
  for (const { name, value } of facts) {
    const named = wrapped(name, names, { ink: 'soft' })
    const valued = wrapped([bold(value)], width - names)
    paper.group('P', () => {
      paper.put('Span', named, x, top, names)
      paper.put('Span', valued, x + names, top, width - names)
    })
    top += Math.max(heightOf(named), heightOf(valued)) + 2.8
  }
  return top
}

/** Joins the parts that are not empty; an empty list when all are. */
const joinedParts = (parts: readonly string[]): string[] => {
  const known = parts.filter((part) => part !== '')
  return known.length > 0 ? [known.join(' – ')] : []
}

const drawOrganisation = (paper: Paper, from: Organisation): void => {
  const left = mm(MARGIN)
  const indent = from.logo ? mm(18) : 0
  if (from.logo) paper.image(from.logo, `Logo\u00a0: ${from.name}`, left, mm(12), mm(14), mm(14))
  const name: Words = [{ ...bold(from.name), size: sizes.large, leading: 1.15 }, `\n${from.town}`]
  const lines = wrapped(name, mm(82) - indent)
  paper.put('P', lines, left + indent, mm(19) - Math.min(heightOf(lines) / 2, mm(7)), mm(82) - indent)
  const contact = [
    [from.addressLines.join(', ')],
    [from.phone, from.email],
    [from.siret && `SIRET ${from.siret.replace(/^(\d{3})(\d{3})(\d{3})(\d{5})$/, '$1 $2 $3 $4')}`, from.cashDesk],
  ]
  paper.write(
    'P',
    contact.flatMap(joinedParts).join('\n'),
    left,
    Math.max(mm(28.5), mm(14) + heightOf(lines)),
    mm(82),
    {
      size: sizes.small,
      ink: 'soft',
      leading: 1.4,
    },
  )
}

/**
 * The window of a DL envelope shows 100–200 × 45–85 mm (NF Z 11-001): an address of any length is drawn inside it with
 * a margin of 5 mm, in capitals without commas (NF Z 10-011).
 */
const drawAddressee = (paper: Paper, to: Addressee): void => {
  const words: Words = [
    bold(to.name.toLocaleUpperCase('fr')),
    ...to.addressLines.map((line) => `\n${line.toLocaleUpperCase('fr').replaceAll(',', '')}`),
  ]
  const width = mm(85)
  const lines = shrunkToFit(words, width, mm(33), sizes.medium)
  paper.put('P', lines, mm(105), mm(50), width)
}
