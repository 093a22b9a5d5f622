import { documentHtml } from '../../../shared/rules/templates/document-text.ts'
import type { LetterFacts } from '../../../shared/rules/templates/letter.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import type { LetterPaper } from '../../documents/letters/letter-pdf.ts'
import { pageCount } from '../../documents/page-count.ts'
import { renderPapers } from '../../documents/render-papers.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { logosOf } from '../settings/settings.ts'
import { whyNotReadMade } from '../templates/templates.ts'
import { letterById, printedOfAct, type StoredLetter } from './letters-store.ts'

/* Letters on paper, printed again from their stored content. */

/** @throws Refused for a letter with information that this person may not read */
export const letterFile = async (core: Core, person: Person, id: number): Promise<File> => {
  const found = requireStored(core, id)
  refuseUnread(core, person, [found])
  return fileOfStored(core, found)
}

const refuseUnread = ({ store }: Core, person: Person, found: readonly StoredLetter[]): void => {
  for (const one of found) {
    const hidden = whyNotReadMade(store, person, one)
    if (hidden !== null) throw new Refused(hidden)
  }
}

const requireStored = (core: Core, id: number): StoredLetter => {
  const found = letterById(core.store, id)
  if (!found) throw new Refused('Ce courrier n’existe plus.')
  return found
}

const fileOfStored = async (core: Core, { paper, subject }: StoredLetter): Promise<File> =>
  asFile(await pdfOf(core, [paper]), `${subject}, ${paper.to.name}`)

/**
 * All printed letters of an act in one file: « Votre dossier, 487 lettres, 502 pages.pdf ».
 * @throws Refused when one of them contains information that this person may not read
 */
export const lettersFile = async (core: Core, person: Person, actId: number): Promise<File> => {
  const found = printedOfAct(core.store, actId)
  const [first] = found
  if (!first)
    throw new Refused('Aucun de ces courriers ne s’imprime\u00a0: ils sont partis par mail, ou n’existent plus.')
  refuseUnread(core, person, found)
  const bytes = await pdfOf(
    core,
    found.map(({ paper }) => paper),
  )
  return asFile(bytes, [first.subject, counted(found.length, 'lettre'), counted(pageCount(bytes), 'page')].join(', '))
}

/** A draft of a letter, of which nothing is recorded. */
export const draftOf = async (core: Core, facts: LetterFacts, name: string): Promise<File> =>
  asFile(await pdfOf(core, [facts], true), name)

/** The content of a letter's mail: the letter as an attached PDF, and its text as HTML. */
export const mailOfLetter = async (core: Core, id: number) => {
  const found = requireStored(core, id)
  return { files: [await fileOfStored(core, found)], html: documentHtml(found.paper.body) }
}

const pdfOf = async (core: Core, facts: readonly LetterFacts[], isDraft = false): Promise<Uint8Array<ArrayBuffer>> => {
  const logo = logosOf(core.store)
  const letters = facts.map(({ organisation: from, foot, childIds: _c, registrationIds: _r, ...rest }): LetterPaper => {
    const { logoId, ...organisation } = from
    return {
      ...rest,
      organisation: { ...organisation, ...(foot !== '' && { foot }), ...logo(logoId) },
      isDraft,
    }
  })
  const [bytes] = await renderPapers([{ letters }], { createdAt: core.clock() })
  if (!bytes) throw new RangeError('no letter was printed')
  return new Uint8Array(bytes)
}

const asFile = (bytes: Uint8Array<ArrayBuffer>, name: string): File =>
  new File([bytes], `${name.replaceAll(/[/\\:*?"<>|]/g, ' ')}.pdf`, { type: 'application/pdf' })
