import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { longDate, shortDay } from '../../../shared/rules/text/french.ts'
import { type Addressee, footOf, letterhead, MARGIN, makeLetters, type Organisation, WIDTH } from '../letterhead.ts'
import { bold, heightOf, mm, type Paper, sizes, type Words, wrapped } from '../paper.ts'

/** A letter about what is missing in a home's dossier, for homes without a mail address: one page per home. */
export type DossierLetter = {
  readonly organisation: Organisation
  readonly on: Day
  readonly to: Addressee
  /** « 2026/2027 » */
  readonly year: string
  /** The day by which the campaign asks homes to finish; null outside a campaign. */
  readonly dueOn: Day | null
  /** What is missing for the home, then for each child. */
  readonly missing: readonly { readonly of: string; readonly names: readonly string[] }[]
  /** « https://portail-famille.exemple.fr »; empty without a portal. */
  readonly address: string
}

export const dossierLettersPdf = (
  letters: readonly DossierLetter[],
  { createdAt }: { readonly createdAt: Instant },
): Promise<Uint8Array<ArrayBuffer>> =>
  makeLetters(
    letters,
    {
      createdAt,
      titleOf: ({ to }) =>
        letters.length === 1
          ? `Dossier à compléter, ${to.name}`
          : `Dossiers à compléter, ${letters.length}\u00a0lettres`,
    },
    oneLetter,
  )

const body = { size: sizes.medium, leading: 1.45 } as const
/** Width of the box before each paper, in millimetres. */
const indent = 8

const oneLetter = (paper: Paper, { organisation, on, to, year, dueOn, missing, address }: DossierLetter): void => {
  paper.newPage()
  letterhead(paper, organisation, [{ name: 'Le', value: longDate(on) }], to)
  let y = mm(104)
  const write = (tag: 'H1' | 'H2' | 'P', words: Words, after: number, style: Parameters<Paper['write']>[5] = body) => {
    y = paper.write(tag, words, mm(MARGIN), y, mm(WIDTH), style) + mm(after)
  }
  write('H1', `Votre dossier ${year}`, 5, { size: sizes.title, weight: 'semibold', leading: 1.1 })
  write('P', `Bonjour ${to.name},`, 3)
  const by = dueOn === null ? '' : `, à finir avant le ${shortDay(dueOn)}`
  write('P', `Il manque encore à votre dossier${by}\u00a0:`, 3)
  for (const { of: whose, names } of missing) {
    write('H2', whose, 1, { ...body, weight: 'semibold' })
    for (const name of names) {
      const lines = wrapped(name, mm(WIDTH - indent), body)
      const top = y
      paper.draw((pen) => pen.rect(mm(MARGIN) + 1, top + 4, 9, 9).stroke('#000000'))
      paper.put('P', lines, mm(MARGIN + indent), top, mm(WIDTH - indent))
      y += heightOf(lines) + mm(1)
    }
    y += mm(2)
  }
  y += mm(2)
  if (address !== '') {
    write(
      'P',
      [
        'Envoyez une photo depuis le portail, ',
        bold(address.replace(/^https:\/\//, '')),
        ', page «\u00a0Mon dossier\u00a0»,',
      ],
      0,
    )
    write('P', 'ou passez à l’accueil avec cette lettre.', 3)
  } else write('P', 'Passez à l’accueil avec cette lettre.', 3)
  write(
    'P',
    organisation.phone === '' ? 'Merci.' : `Une question\u00a0? Appelez-nous au ${organisation.phone}. Merci.`,
    0,
  )
  paper.foot(footOf(organisation, `Dossier ${year}, ${shortDay(on)}`), MARGIN)
}
