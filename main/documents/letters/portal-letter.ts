import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { longDate, shortDay } from '../../../shared/rules/text/french.ts'
import { type Addressee, letterhead, MARGIN, makeLetters, type Organisation, WIDTH } from '../letterhead.ts'
import { bold, heightOf, mm, type Paper, sizes, type Words, wrapped } from '../paper.ts'

/** The letter with which a guardian opens a portal account, by a one-time code that is written nowhere else. */
export type PortalLetterPaper = {
  readonly organisation: Organisation
  readonly on: Day
  readonly to: Addressee
  /** The portal's address: « https://portail-famille.exemple.fr » */
  readonly address: string
  /** The guardian's mail address, which is the login. */
  readonly identifier: string
  /** « K7PM-4XQ2-9TRD » */
  readonly code: string
  /** The last day on which the code works. */
  readonly validUntil: Day
  /** The guardian has already chosen a password: the code serves to choose a new one. */
  readonly isOpen: boolean
}

export const portalLetterPdf = (
  letters: readonly PortalLetterPaper[],
  { createdAt }: { readonly createdAt: Instant },
): Promise<Uint8Array<ArrayBuffer>> =>
  makeLetters(
    letters,
    {
      createdAt,
      titleOf: ({ to }) =>
        letters.length === 1 ? `Accès au portail, ${to.name}` : `Accès au portail, ${letters.length}\u00a0lettres`,
    },
    oneLetter,
  )

const body = { size: sizes.medium, leading: 1.45 } as const
/** Width of the number before each step, in millimetres. */
const indent = 8

const oneLetter = (paper: Paper, letter: PortalLetterPaper): void => {
  const { organisation, on, validUntil } = letter
  paper.newPage()
  letterhead(paper, organisation, [{ name: 'Le', value: longDate(on) }], letter.to)
  let y = mm(104)
  const write = (tag: 'H1' | 'P', words: Words, after: number, style: Parameters<Paper['write']>[5] = body) => {
    y = paper.write(tag, words, mm(MARGIN), y, mm(WIDTH), style) + mm(after)
  }
  write('H1', letter.isOpen ? 'Votre nouveau mot de passe' : 'Votre compte sur le Portail de la Famille', 5, {
    size: sizes.title,
    weight: 'semibold',
    leading: 1.1,
  })
  write('P', `Bonjour ${letter.to.name},`, 3)
  write(
    'P',
    letter.isOpen
      ? 'Vous avez demandé un nouveau mot de passe pour le Portail de la Famille. Voici de quoi le choisir.'
      : 'L’Espace Jeunesse vous ouvre un compte sur le Portail de la Famille. Sur un téléphone ou un ordinateur, vous pourrez réserver ou annuler des jours, voir les réponses de la mairie et consulter vos factures.',
    5,
  )
  y = credentials(paper, letter, y) + mm(6)
  for (const [index, step] of stepsOf(letter).entries()) {
    const lines = wrapped(step, mm(WIDTH - indent), body)
    const top = y
    paper.group('P', () => {
      paper.put(
        'Span',
        wrapped(`${index + 1}.`, mm(indent), { ...body, weight: 'semibold' }),
        mm(MARGIN),
        top,
        mm(indent),
      )
      paper.put('Span', lines, mm(MARGIN + indent), top, mm(WIDTH - indent))
    })
    y += heightOf(lines) + mm(2)
  }
  y += mm(3)
  write(
    'P',
    [
      'Ce code ne sert qu’une fois, jusqu’au ',
      bold(longDate(validUntil)),
      ' compris. Passé ce jour, ou si cette lettre s’est perdue, demandez-nous en une autre\u00a0: l’ancienne ne marchera plus.',
    ],
    3,
  )
  write('P', 'Gardez cette lettre pour vous. Personne ne vous demandera ce code par téléphone ni par mail.', 3)
  write(
    'P',
    [
      'Sans internet, rien ne change\u00a0: nous faisons tout cela avec vous, à l’accueil',
      organisation.phone ? ` ou au ${organisation.phone}.` : '.',
    ],
    0,
  )
  paper.foot(`${organisation.name}, ${organisation.town} – Accès au portail, ${shortDay(on)}`, MARGIN)
}

/** Draws in one frame what the guardian types on the portal, large enough to be copied without a mistake. */
const credentials = (paper: Paper, letter: PortalLetterPaper, y: number): number => {
  const rows: readonly (readonly [name: string, words: Words])[] = [
    ['Adresse du portail', [{ ...bold(letter.address.replace(/^https:\/\//, '')), size: sizes.large }]],
    ['Votre identifiant', [{ ...bold(letter.identifier), size: sizes.large }]],
    ['Votre code', [{ ...bold(letter.code.replaceAll('-', ' – ')), size: 20 }]],
  ]
  const names = mm(42)
  const padding = mm(4)
  const width = mm(WIDTH) - 2 * padding
  let top = y + padding
  paper.group('Table', () => {
    for (const [name, words] of rows) {
      const value = wrapped(words, width - names)
      const height = heightOf(value)
      const label = wrapped(name, names, { ...body, ink: 'soft' })
      const row = top
      paper.group('TR', () => {
        paper.put('TH', label, mm(MARGIN) + padding, row + (height - heightOf(label)) / 2, names, 'left', {
          scope: 'Row',
        })
        paper.put('TD', value, mm(MARGIN) + padding + names, row, width - names)
      })
      top += height + mm(1.5)
    }
  })
  const bottom = top + padding - mm(1.5)
  paper.draw((pen) =>
    pen
      .lineWidth(1.2)
      .roundedRect(mm(MARGIN), y, mm(WIDTH), bottom - y, mm(2))
      .stroke('#000000'),
  )
  return bottom
}

const stepsOf = ({ address, isOpen }: PortalLetterPaper): readonly Words[] => [
  ['Allez sur ', bold(address.replace(/^https:\/\//, '')), '.'],
  ['Touchez ', bold('«\u00a0Ouvrir mon compte avec le code\u00a0»'), '.'],
  ['Écrivez votre identifiant, puis le code, en majuscules ou en minuscules, avec ou sans tirets.'],
  [
    'Choisissez votre mot de passe\u00a0: 8 caractères au moins.',
    isOpen ? ' L’ancien ne servira plus.' : ' Il vous servira à chaque connexion.',
  ],
]
