import type { FamilyDocument, TownDocument } from '../../../shared/contract/portal/documents.ts'
import type { ConsentAnswerEntry } from '../../../shared/contract/portal/entries.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import type { ConsentHolder, ConsentQuestion } from '../../../shared/rules/dossier/consent.ts'

/* Reads the published « Autorisations » in the types of `shared/rules/dossier/consent.ts`. */

export type Question = ConsentQuestion & { readonly id: number; readonly title: string }

export const questionsOf = (town: Pick<TownDocument, 'consents'> | undefined): Question[] =>
  (town?.consents ?? []).map(({ texts, ...question }) => ({
    ...question,
    texts: texts.map(({ from, formerUntil, ...text }) => ({
      ...text,
      fromDay: from,
      formerUntil: formerUntil ?? null,
    })),
  }))

export type Holder = ConsentHolder & { readonly guardian: number | null }

/**
 * The holders of authority for the child, as published, with the answers they gave here since.
 * @param waiting answers that the desk has not collected yet
 */
export const holdersOf = (
  { id, consentHolders = [] }: FamilyDocument['children'][number],
  waiting: readonly ConsentAnswerEntry[],
): Holder[] =>
  consentHolders.map(({ guardian, answers }) => ({
    guardian,
    answers: [
      ...answers.map(({ text, answer, on }) => ({ textId: text, answer, on })),
      ...waiting
        .filter((one) => one.child === id && one.guardian === guardian)
        .map(({ text, answer, recordedAt }) => ({ textId: text, answer, on: dayAt(recordedAt) })),
    ],
  }))
