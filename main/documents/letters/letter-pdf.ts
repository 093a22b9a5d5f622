import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import type { ResolvedDocument } from '../../../shared/rules/templates/resolved-document.ts'
import { counted, longDate, shortDay } from '../../../shared/rules/text/french.ts'
import {
  type Addressee,
  BOTTOM,
  continuationHeader,
  draftMark,
  footOf,
  letterhead,
  MARGIN,
  makeLetters,
  type Organisation,
  WIDTH,
} from '../letterhead.ts'
import { mm, type Paper, sizes } from '../paper.ts'
import { drawDocument } from './document-blocks.ts'

/** A letter made from a template. */
export type LetterPaper = {
  readonly organisation: Organisation
  readonly to: Addressee
  /** « F-00418 » */
  readonly familyNumber: string
  readonly madeOn: Day
  readonly subject: string
  readonly body: ResolvedDocument
  /** Whether it is a draft, of which nothing is recorded. */
  readonly isDraft: boolean
}

/** Makes one PDF file, each letter on pages of its own. */
export const lettersPdf = (
  letters: readonly LetterPaper[],
  { createdAt }: { readonly createdAt: Instant },
): Promise<Uint8Array<ArrayBuffer>> =>
  makeLetters(
    letters,
    {
      createdAt,
      titleOf: ({ subject, to }) =>
        letters.length === 1 ? `${subject}, ${to.name}` : counted(letters.length, 'lettre'),
    },
    oneLetter,
  )

const oneLetter = (
  paper: Paper,
  { organisation, to, familyNumber, madeOn, subject, body, isDraft }: LetterPaper,
): void => {
  paper.newPage()
  const facts = [
    { name: 'Date', value: shortDay(madeOn) },
    { name: 'Votre dossier', value: familyNumber },
  ]
  letterhead(
    paper,
    organisation,
    facts.filter(({ value }) => value !== ''),
    to,
  )
  if (isDraft) draftMark(paper)
  const hand = { size: sizes.title, weight: 'semibold', leading: 1.1 } as const
  const y = paper.write('H1', subject, mm(MARGIN), mm(93), mm(WIDTH), hand) + mm(5)
  const next = () => {
    paper.newPage()
    return continuationHeader(paper, organisation, subject)
  }
  drawDocument(paper, body, { organisation, title: subject, bottom: mm(BOTTOM - 6), next }, y)
  paper.foot(footOf(organisation, longDate(madeOn)), MARGIN)
}
