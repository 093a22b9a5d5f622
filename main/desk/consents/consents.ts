import type { ChildConsent, ConsentQuestionShown } from '../../../shared/contract/desk/people/consents.ts'
import type { FamilyDocument, TownDocument } from '../../../shared/contract/portal/documents.ts'
import type { ConsentAnswerEntry } from '../../../shared/contract/portal/entries.ts'
import { type Day, dayAt, type Instant, today } from '../../../shared/rules/calendar/day.ts'
import {
  answeredUntil,
  answerOn,
  type ChildConsents,
  type ConsentAnswer,
  type ConsentKind,
  type ConsentText,
  consentAnswerText,
  consentEffect,
  consentKindRules,
  consentKinds,
  consentOn,
  isAwaited,
  textOn,
  whyNotAnswer,
  whyNotText,
} from '../../../shared/rules/dossier/consent.ts'
import type { Write } from '../../store/acts/acts.ts'
import { consentAnswer, consentQuestion, consentText } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { type AuthorityHolder, authorityHolders, childrenOnDay, requireChild } from '../families/families.ts'
import { dropPhoto, photosOf } from '../families/photos.ts'
import { portalAddress } from '../settings/settings.ts'

export { namedAnswers } from './consents-store.ts'

import {
  type AnswerRow,
  answerCount,
  answersOf,
  birthsOf,
  isCollected,
  type QuestionRow,
  questionsIn,
  textRow,
} from './consents-store.ts'

/* « Autorisations »: the questions of the service, and the answers of those who hold authority for a child. */

// ---- Questions and their texts

const byKind = (one: { readonly kind: ConsentKind }, other: { readonly kind: ConsentKind }) =>
  consentKinds.indexOf(one.kind) - consentKinds.indexOf(other.kind)

const questionsAsked = (store: Store): QuestionRow[] =>
  questionsIn(store)
    .filter(({ archived }) => !archived)
    .toSorted(byKind)

export const listQuestions = ({ store }: Core): ConsentQuestionShown[] =>
  questionsIn(store)
    .toSorted(byKind)
    .map(({ texts, ...question }) => ({
      ...question,
      texts: texts.map((text) => ({ ...text, answers: answerCount(store, text.id) })),
    }))

type QuestionFields = { readonly title: string; readonly asksAll: boolean; readonly leastAge: number | null }
type TextFields = Pick<ConsentText, 'text' | 'fromDay' | 'formerUntil'>

export const addQuestion = (
  { store }: Core,
  person: Person,
  {
    first,
    ...question
  }: QuestionFields & { readonly kind: ConsentKind; readonly first: Omit<TextFields, 'formerUntil'> },
): { id: number } =>
  store.act(person, 'consents.text', `Autorisation ajoutée\u00a0: ${question.title}`, (write) => {
    refuseTitle(store, question.title)
    const { kind } = question
    if (kind !== 'other' && questionsIn(store).some((one) => one.kind === kind))
      throw new Refused(
        `«\u00a0${consentKindRules[kind].title}\u00a0» est déjà demandé\u00a0: changez son texte.`,
        'kind',
      )
    const { id: questionId } = write.insert(consentQuestion, question)
    write.insert(consentText, { questionId, version: 1, ...first, formerUntil: null })
    return { id: questionId }
  })

const refuseTitle = (store: Store, title: string, exceptId?: number): void => {
  if (questionsIn(store).some((one) => one.title === title && one.id !== exceptId))
    throw new Refused('Une autre autorisation a déjà ce nom.', 'title')
}

const requireQuestion = (store: Store, id: number): QuestionRow => {
  const found = questionsIn(store).find((one) => one.id === id)
  if (!found) throw new Refused('Cette autorisation n’existe plus.')
  return found
}

export const changeQuestion = (
  { store }: Core,
  person: Person,
  { id, ...question }: QuestionFields & { readonly id: number; readonly archived: boolean },
): void =>
  store.act(person, 'consents.text', `Autorisation modifiée\u00a0: ${question.title}`, (write) => {
    requireQuestion(store, id)
    refuseTitle(store, question.title, id)
    write.update(consentQuestion, id, question)
  })

export const addText = (
  { store }: Core,
  person: Person,
  { questionId, ...text }: TextFields & { readonly questionId: number },
): void => {
  const { title } = requireQuestion(store, questionId)
  store.act(person, 'consents.text', `Nouveau texte\u00a0: ${title}`, (write) => {
    const { texts } = requireQuestion(store, questionId)
    refuseText({ texts }, text)
    const version = Math.max(0, ...texts.map((one) => one.version)) + 1
    write.insert(consentText, { questionId, version, ...text })
  })
}

const refuseText = (before: Pick<QuestionRow, 'texts'>, text: TextFields): void => {
  const wrong = whyNotText(before, text)
  if (wrong) throw new Refused(wrong.sentence, wrong.field)
}

/**
 * A text that may still be corrected. @throws Refused for a text that a newer one replaced, that somebody answered, or
 * that parents may be reading on the portal: an answer stands for the words that were read
 */
const requireOpenText = ({ store, clock }: Core, id: number) => {
  const row = textRow(store, id)
  if (!row) throw new Refused('Ce texte n’existe plus.')
  if (row.fromDay <= today(clock) && portalAddress(store) !== undefined)
    throw new Refused(
      'Des parents ont pu lire ce texte sur le portail\u00a0: il ne change plus. Posez une nouvelle version.',
    )
  const question = requireQuestion(store, row.questionId)
  if (question.texts.at(-1)?.id !== id) throw new Refused('Un texte plus récent l’a remplacé\u00a0: il ne change plus.')
  if (answerCount(store, id) > 0)
    throw new Refused('On a déjà répondu à ce texte\u00a0: il reste tel qu’il a été lu. Posez une nouvelle version.')
  return { row, question }
}

export const changeText = (core: Core, person: Person, { id, ...text }: TextFields & { readonly id: number }): void => {
  const { question } = requireOpenText(core, id)
  core.store.act(person, 'consents.text', `Texte corrigé\u00a0: ${question.title}`, (write) => {
    const { texts } = requireOpenText(core, id).question
    refuseText({ texts: texts.slice(0, -1) }, text)
    write.update(consentText, id, text)
  })
}

export const removeText = (core: Core, person: Person, { id }: { readonly id: number }): void => {
  const { question } = requireOpenText(core, id)
  core.store.act(person, 'consents.text', `Texte retiré\u00a0: ${question.title}`, (write) => {
    const { texts } = requireOpenText(core, id).question
    write.remove(consentText, id)
    if (texts.length === 1) write.remove(consentQuestion, question.id)
  })
}

// ---- Answers

type Holder = AuthorityHolder & { readonly answers: readonly AnswerRow[] }

/** For each child, those who may hold authority, each with all their answers. */
const holdersOf = (store: Store, childIds: readonly number[]): ReadonlyMap<number, readonly Holder[]> => {
  const answers = Map.groupBy(answersOf(store, childIds), ({ childId, guardianId }) => `${childId} ${guardianId}`)
  return new Map(
    [...authorityHolders(store, childIds)].map(([childId, holders]) => [
      childId,
      holders.map((holder) => ({ ...holder, answers: answers.get(`${childId} ${holder.guardianId}`) ?? [] })),
    ]),
  )
}

export const consentsOfChild = ({ store, clock }: Core, { childId }: { readonly childId: number }): ChildConsent[] => {
  const { birthDay } = requireChild(store, childId)
  const on = today(clock)
  const holders = holdersOf(store, [childId]).get(childId) ?? []
  return questionsAsked(store).flatMap((question): ChildConsent[] => {
    const text = textOn(question, on)
    const state = consentOn(question, holders, birthDay, on)
    if (!text || state === null) return []
    const { id: questionId, kind, title, asksAll } = question
    return [
      {
        questionId,
        kind,
        title,
        asksAll,
        textId: text.id,
        version: text.version,
        text: text.text,
        state,
        effect: consentEffect(kind, state),
        holders: holders.map((holder) => {
          const held = answerOn(question, holder, on)
          const others = holders.filter((other) => other !== holder)
          return {
            guardianId: holder.guardianId,
            name: holder.name,
            ...held,
            isAwaited: isAwaited(question, holder, others, on),
            isFromPortal: holder.answers.findLast((one) => one.textId === held.textId)?.isFromPortal === 1,
          }
        }),
      },
    ]
  })
}

/** For each of these children and each question asked of it: what the answers of its guardians amount to on a day. */
export const consentsOn = (store: Store, childIds: readonly number[], on: Day): ReadonlyMap<number, ChildConsents> => {
  const questions = questionsAsked(store).filter(({ kind }) => kind !== 'other')
  if (questions.length === 0) return new Map()
  const births = childrenOnDay(store, childIds, on)
  const holders = holdersOf(store, childIds)
  return new Map(
    [...births].map(([childId, { birthDay }]) => [
      childId,
      Object.fromEntries(
        questions.flatMap((question) => {
          const state = consentOn(question, holders.get(childId) ?? [], birthDay, on)
          return state === null ? [] : [[question.kind, state]]
        }),
      ),
    ]),
  )
}

/**
 * For each of these children who is asked something: until when all of it is answered; null while an answer is missing.
 */
export const answeredUntilOf = (
  store: Store,
  childIds: readonly number[],
  on: Day,
): ReadonlyMap<number, { readonly until: Day | null } | null> => {
  const questions = questionsAsked(store)
  if (questions.length === 0) return new Map()
  const holders = holdersOf(store, childIds)
  return new Map(
    birthsOf(store, childIds).flatMap(({ id, birthDay }) => {
      const until = answeredUntil(questions, holders.get(id) ?? [], birthDay, on)
      return until === undefined ? [] : [[id, until] as const]
    }),
  )
}

export type AwaitedOf = { readonly guardianId: number; readonly familyIds: readonly number[]; readonly count: number }

/** For each of these children who is asked something: how many answers each holder of authority still has to give. */
export const awaitedOf = (store: Store, childIds: readonly number[], on: Day): ReadonlyMap<number, AwaitedOf[]> => {
  const questions = questionsAsked(store)
  if (questions.length === 0) return new Map()
  const byChild = holdersOf(store, childIds)
  return new Map(
    birthsOf(store, childIds).flatMap(({ id, birthDay }) => {
      const holders = byChild.get(id) ?? []
      const asked = questions.filter((question) => consentOn(question, holders, birthDay, on) !== null)
      if (asked.length === 0) return []
      const awaited = holders.map((holder) => {
        const others = holders.filter((other) => other !== holder)
        const count = asked.filter((question) => isAwaited(question, holder, others, on)).length
        return { guardianId: holder.guardianId, familyIds: holder.familyIds, count }
      })
      return [[id, awaited] as const]
    }),
  )
}

type AnswerInput = {
  readonly childId: number
  readonly guardianId: number
  readonly textId: number
  readonly answer: ConsentAnswer
  readonly on: Day
}

/** The entry of the portal's log that brings an answer, and when the parent recorded it. */
type FromPortal = { readonly entryId: string; readonly recordedAt: Instant }

/**
 * Records what a guardian answered on paper, or said at the counter. @throws Refused when the answer cannot be recorded
 */
export const recordAnswer = ({ store, clock }: Core, person: Person, input: AnswerInput): void => {
  const { firstName } = requireChild(store, input.childId)
  const { title, kind } = requireTextQuestion(store, input.textId)
  const label = `${title}, ${firstName}\u00a0: ${consentAnswerText(kind, input.answer)}`
  store.act(person, 'consents.answer', label, (write) => {
    if (input.on > today(clock)) throw new Refused('Une réponse ne se note pas d’avance.', 'on')
    const wrong = whyNotRecorded(store, input)
    if (wrong !== null) throw new Refused(wrong, 'answer')
    writeAnswer(store, write, input, null)
  })
}

const requireTextQuestion = (store: Store, textId: number): QuestionRow => {
  const row = textRow(store, textId)
  if (!row) throw new Refused('Ce texte n’existe plus.')
  return requireQuestion(store, row.questionId)
}

/** Why this answer cannot be recorded, for staff and parents alike; null when it can. */
const whyNotRecorded = (store: Store, { childId, guardianId, textId, answer, on }: AnswerInput): string | null => {
  const question = questionsIn(store).find(({ texts }) => texts.some(({ id }) => id === textId))
  if (!question || question.archived) return 'Cette autorisation n’est plus demandée.'
  const holder = holdersOf(store, [childId])
    .get(childId)
    ?.find((one) => one.guardianId === guardianId)
  if (!holder) return 'Cette personne n’a pas l’autorité parentale sur cet enfant\u00a0: elle ne répond pas pour lui.'
  return whyNotAnswer(question, answer, answerOn(question, holder, on).answer)
}

const writeAnswer = (
  store: Store,
  write: Write,
  { childId, guardianId, textId, answer, on }: AnswerInput,
  from: FromPortal | null,
): void => {
  write.insert(consentAnswer, {
    childId,
    guardianId,
    consentTextId: textId,
    answer,
    answeredOn: on,
    answeredAt: from?.recordedAt ?? write.at,
    entryId: from?.entryId ?? null,
  })
  dropPhotosWithoutConsent(store, write, [childId])
}

/** Removes the photos of these children who have no consent left, within the act that ended it. */
const dropPhotosWithoutConsent = (store: Store, write: Write, childIds: readonly number[]): void => {
  const withPhoto = photosOf(store, { childIds }).flatMap(({ childId }) => childId ?? [])
  if (withPhoto.length === 0) return
  const consents = consentsOn(store, withPhoto, dayAt(write.at))
  for (const childId of withPhoto) if (consents.get(childId)?.teamPhoto !== 'yes') dropPhoto(store, write, { childId })
}

/**
 * Part of the exchange's act: records what a guardian answered on the portal. The portal already refuses answers that
 * cannot be recorded; one that comes too late all the same (the authority was withdrawn meanwhile) changes nothing.
 */
export const writePortalAnswer = (
  store: Store,
  write: Write,
  entryId: string,
  { guardian, child, text, answer, recordedAt }: ConsentAnswerEntry,
): void => {
  const input = { childId: child, guardianId: guardian, textId: text, answer, on: dayAt(recordedAt) }
  if (isCollected(store, entryId) || whyNotRecorded(store, input) !== null) return
  writeAnswer(store, write, input, { entryId, recordedAt })
}

// ---- What is published to the portal, and what parents answer there

/** The questions as the portal asks them; undefined when there are none. */
export const questionsForParents = (store: Store): TownDocument['consents'] => {
  const questions = questionsAsked(store)
  if (questions.length === 0) return undefined
  return questions.map(({ id, kind, title, asksAll, leastAge, texts }) => ({
    id,
    kind,
    title,
    asksAll,
    leastAge,
    texts: texts.map(({ formerUntil, fromDay, ...text }) => ({
      ...text,
      from: fromDay,
      ...(formerUntil && { formerUntil }),
    })),
  }))
}

type PublishedHolders = NonNullable<FamilyDocument['children'][number]['consentHolders']>

/**
 * By child, the holders of authority and their answers, as a home may read them: a holder of the child's other home is
 * not named. Empty while the service asks nothing.
 */
export const holdersForParents = (
  store: Store,
  childIds: readonly number[],
): ((childId: number, familyId: number) => PublishedHolders | undefined) => {
  if (questionsAsked(store).length === 0) return () => undefined
  const holders = holdersOf(store, childIds)
  return (childId, familyId) =>
    (holders.get(childId) ?? []).map(({ guardianId, familyIds, answers }) => ({
      guardian: familyIds.includes(familyId) ? guardianId : null,
      answers: answers.map(({ textId, answer, on }) => ({ text: textId, answer, on })),
    }))
}
