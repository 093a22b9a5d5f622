import { bold, broken, fitted, heightOf, mm, type Paper, sizes, type Words } from './paper.ts'

/** Who prints: what stands at the top of each paper. */
export type Organisation = {
  readonly name: string
  readonly town: string
  readonly addressLines: readonly string[]
  readonly phone: string
  readonly email: string
  /** Written as the town writes it, spaces included. */
  readonly siret: string
  /** « Régie de recettes n° 0000 » */
  readonly cashDesk: string
  /** PNG or JPEG. */
  readonly logo?: Uint8Array
}

export type Addressee = { readonly name: string; readonly addressLines: readonly string[] }

export const MARGIN = 15
export const WIDTH = 210 - 2 * MARGIN
/** Below it only the foot. */
export const BOTTOM = 280

/** The first page of a paper that goes in an envelope: organisation, facts, addressee. What follows begins at 91.5 mm. */
export const letterhead = (paper: Paper, from: Organisation, facts: readonly Fact[], to: Addressee): void => {
  organisation(paper, from)
  // The facts stop at 95 mm: only the address may show in the window.
  factList(paper, facts, mm(MARGIN), mm(50), mm(30), mm(80))
  addressee(paper, to)
  paper.draw((pen) => {
    for (const fold of [99, 198]) pen.rect(mm(4), mm(fold), mm(4), 0.4).fill('#808080')
  })
}

/** What each following page begins with; gives the y where its content goes on. */
export const continued = (paper: Paper, from: Organisation, words: string): number => {
  const y = paper.write('P', [bold(from.name), { text: ` – ${words}`, ink: 'soft' }], mm(MARGIN), mm(12), mm(WIDTH))
  paper.rule(mm(MARGIN), y + 4, mm(WIDTH), 0.5)
  return y + 14
}

export type Fact = { readonly name: string; readonly value: string }

/** Names and values side by side; gives the y below. */
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
    const named = broken(name, names, { ink: 'soft' })
    const valued = broken([bold(value)], width - names)
    paper.group('P', () => {
      paper.put('Span', named, x, top, names)
      paper.put('Span', valued, x + names, top, width - names)
    })
    top += Math.max(heightOf(named), heightOf(valued)) + 2.8
  }
  return top
}

/** What is not known leaves no trace. */
const joined = (parts: readonly string[]): string[] => {
  const known = parts.filter((part) => part !== '')
  return known.length > 0 ? [known.join(' – ')] : []
}

const organisation = (paper: Paper, from: Organisation): void => {
  const left = mm(MARGIN)
  const indent = from.logo ? mm(18) : 0
  if (from.logo) paper.image(from.logo, `Logo\u00a0: ${from.name}`, left, mm(12), mm(14), mm(14))
  const name: Words = [{ ...bold(from.name), size: sizes.large, leading: 1.15 }, `\n${from.town}`]
  const lines = broken(name, mm(82) - indent)
  paper.put('P', lines, left + indent, mm(19) - Math.min(heightOf(lines) / 2, mm(7)), mm(82) - indent)
  const contact = [
    [from.addressLines.join(', ')],
    [from.phone, from.email],
    [from.siret && `SIRET ${from.siret.replace(/^(\d{3})(\d{3})(\d{3})(\d{5})$/, '$1 $2 $3 $4')}`, from.cashDesk],
  ]
  paper.write('P', contact.flatMap(joined).join('\n'), left, Math.max(mm(28.5), mm(14) + heightOf(lines)), mm(82), {
    size: sizes.small,
    ink: 'soft',
    leading: 1.4,
  })
}

/**
 * The window of a DL envelope shows 100–200 × 45–85 mm (NF Z 11-001): the address stands inside it with 5 mm to spare,
 * however long it is.
 */
const addressee = (paper: Paper, to: Addressee): void => {
  const words: Words = [bold(to.name), ...to.addressLines.map((line) => `\n${line}`)]
  const width = mm(85)
  const lines = fitted(words, width, mm(33), sizes.medium)
  paper.put('P', lines, mm(105), mm(50), width)
}
