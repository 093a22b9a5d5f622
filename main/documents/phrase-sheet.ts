import type { Day, Instant } from '../../shared/rules/calendar/day.ts'
import { longDate, shortDay } from '../../shared/rules/text/french.ts'
import { factList, MARGIN, WIDTH } from './letterhead.ts'
import { bold, heightOf, makePdf, mm, type Paper, sizes, type Words, wrapped } from './paper.ts'

/** The printed sheet with the recovery phrase, which is written nowhere else. */
export type PhraseSheet = {
  /** « Espace Jeunesse, Blainville-sur-Orne » */
  readonly service: string
  readonly on: Day
  /** « K7PM »: distinguishes this sheet from earlier ones. */
  readonly number: string
  readonly words: readonly string[]
  /** The previous sheet, which is still needed for backups made with its phrase. */
  readonly replaces: { readonly number: string; readonly on: Day } | null
}

export const phraseSheetPdf = (
  sheet: PhraseSheet,
  { createdAt }: { readonly createdAt: Instant },
): Promise<Uint8Array<ArrayBuffer>> =>
  makePdf({ title: `Phrase de secours, feuille n°\u00a0${sheet.number}`, author: sheet.service, createdAt }, (paper) =>
    paper.group('Part', () => oneSheet(paper, sheet)),
  )

const body = { size: sizes.medium, leading: 1.45 } as const
const columns = 3

const oneSheet = (paper: Paper, { service, on, number, words, replaces }: PhraseSheet): void => {
  paper.newPage()
  let y = mm(18)
  const write = (tag: 'H1' | 'H2' | 'P', text: Words, after: number, style: Parameters<Paper['write']>[5] = body) => {
    y = paper.write(tag, text, mm(MARGIN), y, mm(WIDTH), style) + mm(after)
  }
  write('P', service, 6, { size: sizes.medium, ink: 'soft' })
  write('H1', 'Phrase de secours', 4, { size: 24, weight: 'semibold', leading: 1.1 })
  const facts = [
    { name: 'Feuille', value: `n°\u00a0${number}` },
    { name: 'Imprimée le', value: longDate(on) },
  ]
  y = factList(paper, facts, mm(MARGIN), y, mm(30), mm(WIDTH)) + mm(6)
  write(
    'P',
    [
      'Ces mots, dans l’ordre, rouvrent les ',
      bold('fiches sanitaires'),
      ' et les ',
      bold('sauvegardes'),
      ' du service quand l’ordinateur est changé, volé ou en panne. Sans eux, ce qui est scellé est perdu\u00a0: personne d’autre n’en a la copie.',
    ],
    6,
  )
  y = wordTable(paper, words, y) + mm(8)
  write('H2', 'Où ranger cette feuille', 1.5, { size: sizes.large, weight: 'semibold' })
  write(
    'P',
    'Dans un coffre ou une armoire fermée à clé, loin de l’ordinateur et des clés de sauvegarde\u00a0: qui tient la feuille et une sauvegarde lit tout. Ni photo, ni mail, ni copie dans un fichier.',
    5,
  )
  write('H2', 'Quand s’en servir', 1.5, { size: sizes.large, weight: 'semibold' })
  write(
    'P',
    'Au premier démarrage d’un nouvel ordinateur, «\u00a0Reprendre une sauvegarde\u00a0» demande la phrase. Sur un ordinateur qui a perdu sa clé, le bandeau du haut de l’écran la demande. Les quatre premières lettres de chaque mot suffisent\u00a0; ni accents ni majuscules.',
    5,
  )
  write(
    'P',
    replaces
      ? `Elle remplace la feuille n°\u00a0${replaces.number} du ${shortDay(replaces.on)}. Gardez l’ancienne tant que des sauvegardes d’avant existent\u00a0: elle seule les ouvre.`
      : 'Si cette feuille s’égare ou si quelqu’un l’a lue, faites une nouvelle phrase dans Réglages, Sauvegardes.',
    5,
  )
  write('P', [bold('Elle ne vaut qu’une fois confirmée à l’écran.'), ' Le logiciel ne peut pas la réimprimer.'], 0)
  paper.foot(`${service} – Phrase de secours, feuille n°\u00a0${number}, ${shortDay(on)}`, MARGIN)
}

/** Draws the numbered words column by column, large enough to be copied without a mistake. */
const wordTable = (paper: Paper, words: readonly string[], y: number): number => {
  const rows = Math.ceil(words.length / columns)
  const padding = mm(5)
  const width = (mm(WIDTH) - 2 * padding) / columns
  const numbers = mm(11)
  const line = mm(10.5)
  paper.group('L', () => {
    for (const [place, word] of words.entries()) {
      const x = mm(MARGIN) + padding + Math.floor(place / rows) * width
      const top = y + padding + (place % rows) * line
      const label = wrapped(`${place + 1}.`, numbers, { size: sizes.medium, ink: 'soft' })
      const value = wrapped([{ ...bold(word), size: 19 }], width - numbers)
      paper.group('LI', () => {
        paper.put('Span', label, x, top + heightOf(value) - heightOf(label) - 2, numbers - 6, 'right')
        paper.put('LBody', value, x + numbers, top, width - numbers)
      })
    }
  })
  const bottom = y + 2 * padding + rows * line
  paper.draw((pen) =>
    pen
      .lineWidth(1.2)
      .roundedRect(mm(MARGIN), y, mm(WIDTH), bottom - y, mm(2))
      .stroke('#000000'),
  )
  return bottom
}
