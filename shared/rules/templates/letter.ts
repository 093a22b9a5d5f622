import type { Day } from '../calendar/day.ts'
import type { PaperFacts } from '../money/invoice.ts'
import type { ResolvedDocument } from './resolved-document.ts'

/** What a letter says. It is stored with the letter, which is printed again from it. */
export type LetterFacts = {
  readonly organisation: PaperFacts['organisation']
  /** The town's text at the foot of its letters; may be empty. */
  readonly foot: string
  readonly to: { readonly name: string; readonly addressLines: readonly string[] }
  /** « F-00418 » */
  readonly familyNumber: string
  readonly madeOn: Day
  readonly subject: string
  readonly body: ResolvedDocument
  /** The children that it names, which decides who may read it later; absent from letters made before December 2026. */
  readonly childIds?: readonly number[]
  /** The registrations that it names. */
  readonly registrationIds?: readonly number[]
}
