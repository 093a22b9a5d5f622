import type { Day } from '../calendar/day.ts'
import type { PaperFacts } from '../money/invoice.ts'
import type { ResolvedDocument } from './resolved-document.ts'

/** What a letter says, kept with it: it is printed again from these facts. */
export type LetterFacts = {
  readonly organisation: PaperFacts['organisation']
  /** What the town has at the foot of its letters; empty without anything. */
  readonly foot: string
  readonly to: { readonly name: string; readonly addressLines: readonly string[] }
  /** « F-00418 » */
  readonly familyNumber: string
  readonly madeOn: Day
  readonly subject: string
  readonly body: ResolvedDocument
  /** The children of whom it tells, for who may see it later; absent from those made before December 2026. */
  readonly childIds?: readonly number[]
  /** The registrations of which it tells. */
  readonly registrationIds?: readonly number[]
}
