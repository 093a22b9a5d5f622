import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import type { ResolvedDocument } from '../../../shared/rules/templates/resolved-document.ts'
import { longDate, shortDay } from '../../../shared/rules/text/french.ts'
import {
  type Addressee,
  BOTTOM,
  continuationHeader,
  footOf,
  letterhead,
  MARGIN,
  type Organisation,
  WIDTH,
} from '../letterhead.ts'
import { bold, heightOf, makePdf, mm, sizes, wrapped } from '../paper.ts'
import { drawDocument, body as hand, wordsOf } from './document-blocks.ts'

/** A certificate or a quote for a home: its text, the lines that support it, and the signature. */
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
  /** The text from the template of its kind. */
  readonly body: ResolvedDocument
  /** The name of the person who made it. */
  readonly signatory: string
}

export const attestationPdf = (
  attestation: AttestationPaper,
  { createdAt }: { readonly createdAt: Instant },
): Promise<Uint8Array<ArrayBuffer>> => {
  const { organisation, to, familyNumber, madeOn, place, title, body, signatory } = attestation
  const about = { title: `${title}, ${to.name}`, author: `${organisation.name}, ${organisation.town}`, createdAt }
  return makePdf(about, (paper) => {
    paper.newPage()
    const facts = [
      { name: 'Date', value: shortDay(madeOn) },
      { name: 'Votre dossier', value: familyNumber },
    ]
    letterhead(paper, organisation, facts, to)
    const next = () => {
      paper.newPage()
      return continuationHeader(paper, organisation, title)
    }
    const large = { size: sizes.title, weight: 'semibold', leading: 1.1 } as const
    const top = paper.write('H1', title, mm(MARGIN), mm(93), mm(WIDTH), large) + mm(5)
    const bottom = mm(BOTTOM - 4)
    const page = { organisation, title, bottom, next }
    const last = body.findLastIndex(({ type }) => type === 'filled') + 1
    let y = drawDocument(paper, body.slice(0, last), page, top) + mm(4)
    const half = mm(WIDTH / 2)
    const made = wrapped(`Fait à ${place}, le ${longDate(madeOn)}.`, half, hand)
    const signed = wrapped([`Pour ${organisation.name},\n\n\n\n`, bold(signatory)], half, hand)
    // The last words stay on the page of the signature, so that it is never alone on a sheet.
    const closing = body
      .slice(last)
      .flatMap((block) => (block.type === 'paragraph' ? wrapped(wordsOf(block.runs), mm(WIDTH), hand) : []))
    if (y + heightOf(closing) + mm(4) + heightOf(signed) > bottom) y = next()
    if (last < body.length) y = drawDocument(paper, body.slice(last), page, y) + mm(4)
    if (y + heightOf(signed) > bottom) y = next()
    paper.put('P', made, mm(MARGIN), y, half)
    paper.put('P', signed, mm(MARGIN) + half, y, half)
    paper.foot(footOf(organisation, `${title} du ${longDate(madeOn)}`), MARGIN)
  })
}
