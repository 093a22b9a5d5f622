import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { longDate, shortDay } from '../../../shared/rules/text/french.ts'
import {
  type Addressee,
  BOTTOM,
  continuationHeader,
  letterhead,
  MARGIN,
  type Organisation,
  WIDTH,
} from '../letterhead.ts'
import { bold, heightOf, makePdf, mm, sizes, type Words, wrapped } from '../paper.ts'
import { type Columns, type TableRow, table } from './letter-table.ts'

/** What the service attests or promises to a home: a sentence, what proves it line by line, and who signs. */
export type AttestationPaper = {
  readonly organisation: Organisation
  readonly to: Addressee
  /** « F-00418 » */
  readonly familyNumber: string
  readonly madeOn: Day
  /** Where it is signed: « Blainville-sur-Orne ». */
  readonly place: string
  /** « Attestation de présence » */
  readonly title: string
  readonly sentence: Words
  readonly columns: Columns
  readonly rows: readonly TableRow[]
  /** Where the lines come from: « Heures notées à l’arrivée et au départ. » */
  readonly note: string
  /** What it is worth: « Cette attestation est remise à la famille, à sa demande. » */
  readonly closing: string
  /** Who made it, as that person is called at the desk. */
  readonly signatory: string
}

export const attestationPdf = (
  attestation: AttestationPaper,
  { createdAt }: { readonly createdAt: Instant },
): Promise<Uint8Array<ArrayBuffer>> => {
  const { organisation, to, familyNumber, madeOn, place, title, sentence, columns, rows, note, closing, signatory } =
    attestation
  const about = { title: `${title}, ${to.name}`, author: `${organisation.name}, ${organisation.town}`, createdAt }
  return makePdf(about, (paper) => {
    paper.newPage()
    const facts = [
      { name: 'Date', value: shortDay(madeOn) },
      { name: 'Votre dossier', value: familyNumber },
    ]
    letterhead(paper, organisation, facts, to)
    const hand = { size: sizes.title, weight: 'semibold', leading: 1.1 } as const
    let y = paper.write('H1', title, mm(MARGIN), mm(93), mm(WIDTH), hand) + mm(5)
    y = paper.write('P', sentence, mm(MARGIN), y, mm(WIDTH), body) + mm(5)
    y = table(paper, organisation, title, columns, rows, y) + mm(3)
    const half = mm(WIDTH / 2)
    const before = [wrapped(note, mm(WIDTH), { ink: 'soft' }), wrapped(closing, mm(WIDTH), body)]
    const made = wrapped(`Fait à ${place}, le ${longDate(madeOn)}.`, half, body)
    const signed = wrapped([`Pour ${organisation.name},\n\n\n\n`, bold(signatory)], half, body)
    if (y + [...before, signed].reduce((sum, lines) => sum + heightOf(lines) + mm(4), 0) > mm(BOTTOM)) {
      paper.newPage()
      y = continuationHeader(paper, organisation, title)
    }
    for (const lines of before) {
      paper.put('P', lines, mm(MARGIN), y, mm(WIDTH))
      y += heightOf(lines) + mm(4)
    }
    paper.put('P', made, mm(MARGIN), y, half)
    paper.put('P', signed, mm(MARGIN) + half, y, half)
    paper.foot(`${organisation.name}, ${organisation.town} – ${title} du ${longDate(madeOn)}`, MARGIN)
  })
}

const body = { size: sizes.medium, leading: 1.45 } as const
