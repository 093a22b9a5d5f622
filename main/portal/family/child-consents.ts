import { randomUUID } from 'node:crypto'
import { and, asc, eq, gt } from 'drizzle-orm'
import { ConsentAnswerEntry } from '../../../shared/contract/portal/entries.ts'
import type { ConsentShown } from '../../../shared/contract/portal/home.ts'
import { type Day, dayAt } from '../../../shared/rules/calendar/day.ts'
import {
  answerOn,
  type ConsentAnswer,
  type ConsentHolder,
  type ConsentQuestion,
  consentOn,
  isAwaited,
  textOn,
  whyNotAnswer,
} from '../../../shared/rules/dossier/consent.ts'
import type { Login } from '../account/account.ts'
import { newEntry } from '../log/entries.ts'
import { appendToLog, lockedSide, sideOf } from '../log/log.ts'
import type { Portal } from '../portal.ts'
import { Refused } from '../refused.ts'
import { logEntry } from '../store/schema/index.ts'
import type { Queryable } from '../store/store.ts'
import { type Child, type Home, homeOf, lockHome, requireChild } from './homes.ts'

/* « Autorisations »: what the service asks those who hold authority for a child, and what they answered. */

type Question = ConsentQuestion & { readonly id: number; readonly title: string }
type Holder = ConsentHolder & { readonly guardian: number | null }

/** Answers that a home may record between two exchanges: more is not what parents do. */
const maxWaiting = 60

const questionsOf = ({ town }: Home): Question[] =>
  (town?.consents ?? []).map(({ texts, ...question }) => ({
    ...question,
    texts: texts.map(({ from, formerUntil, ...text }) => ({
      ...text,
      fromDay: from,
      formerUntil: formerUntil ?? null,
    })),
  }))

/** What guardians answered since the desk last confirmed an exchange, oldest first. */
const waitingAnswers = async (db: Queryable): Promise<ConsentAnswerEntry[]> => {
  const { acknowledged } = await sideOf(db)
  const rows = await db
    .select({ body: logEntry.body })
    .from(logEntry)
    .where(and(gt(logEntry.number, acknowledged.number), eq(logEntry.kind, 'consentAnswer')))
    .orderBy(asc(logEntry.number))
  return rows.map(({ body }) => ConsentAnswerEntry.parse(JSON.parse(body)))
}

/** Who holds authority for the child, as published, with what they answered here since. */
const holdersOf = ({ id, consentHolders = [] }: Child, waiting: readonly ConsentAnswerEntry[]): Holder[] =>
  consentHolders.map(({ guardian, answers }) => ({
    guardian,
    answers: [
      ...answers.map(({ text, answer, on }) => ({ textId: text, answer, on })),
      ...waiting
        .filter((one) => one.child === id && one.guardian === guardian)
        .map(({ text, answer, recordedAt }) => ({ textId: text, answer, on: dayAt(recordedAt) })),
    ],
  }))

const shownTo = (home: Home, child: Child, waiting: readonly ConsentAnswerEntry[], guardianId: number, on: Day) => {
  const holders = holdersOf(child, waiting)
  const own = holders.find(({ guardian }) => guardian === guardianId)
  return questionsOf(home).flatMap((question): ConsentShown[] => {
    const state = consentOn(question, holders, child.birth, on)
    const text = textOn(question, on)
    if (state === null || !text) return []
    const { id, kind, title, asksAll } = question
    const mine = own ? answerOn(question, own, on) : null
    const others = holders.filter((one) => one !== own)
    return [
      {
        question: id,
        kind,
        title,
        asksAll,
        text: { id: text.id, words: text.text },
        state,
        mine: mine && {
          answer: mine.answer,
          on: mine.on,
          isFormer: mine.isFormer,
          isAwaited: own !== undefined && isAwaited(question, own, others, on),
        },
      },
    ]
  })
}

/** The questions about a child, as this guardian reads them. @throws Refused for a child that they do not see */
export const consentsShown = async (
  { store: { db }, clock }: Portal,
  login: Login,
  childId: number,
): Promise<ConsentShown[]> => {
  const home = await homeOf(db, login)
  return shownTo(home, requireChild(home, childId), await waitingAnswers(db), login.guardianId, dayAt(clock()))
}

/** By child, how many answers the service waits for from this guardian; null for a child of whom it asks nothing. */
export const consentsAwaited = async (
  { store: { db }, clock }: Portal,
  home: Home,
  guardianId: number,
): Promise<ReadonlyMap<number, number | null>> => {
  const isAsked = (home.town?.consents ?? []).length > 0
  const waiting = isAsked ? await waitingAnswers(db) : []
  const today = dayAt(clock())
  return new Map(
    home.family.children.map((child) => {
      const shown = shownTo(home, child, waiting, guardianId, today)
      return [child.id, shown.length === 0 ? null : shown.filter(({ mine }) => mine?.isAwaited).length]
    }),
  )
}

/**
 * Records what a guardian who holds authority answers. An answer that they have given already changes nothing.
 * @throws Refused
 */
export const answerConsent = async (
  portal: Portal,
  login: Login,
  { child, text, answer }: { readonly child: number; readonly text: number; readonly answer: ConsentAnswer },
): Promise<ConsentShown[]> => {
  await portal.store.db.transaction(async (tx) => {
    await lockHome(tx, login.familyId)
    const home = await homeOf(tx, login)
    const at = portal.clock()
    const waiting = await waitingAnswers(tx)
    const shown = shownTo(home, requireChild(home, child), waiting, login.guardianId, dayAt(at))
    const asked = shown.find((one) => one.text.id === text)
    if (!asked) throw new Refused('Cette question a changé\u00a0: rechargez la page, et relisez-la.')
    if (!asked.mine)
      throw new Refused('Seul un responsable qui a l’autorité parentale répond ici\u00a0: appelez le service.')
    if (asked.mine.answer === answer && !asked.mine.isFormer) return
    const wrong = whyNotAnswer(asked, answer, asked.mine.answer)
    if (wrong !== null) throw new Refused(wrong)
    if (waiting.filter(({ family }) => family === login.familyId).length >= maxWaiting)
      throw new Refused('Beaucoup de réponses attendent déjà la mairie\u00a0: la suite demain.')
    const { side } = await lockedSide(tx)
    const body: ConsentAnswerEntry = {
      guardian: login.guardianId,
      family: login.familyId,
      recordedAt: at,
      child,
      text,
      answer,
    }
    await appendToLog(tx, side, [newEntry(randomUUID(), 'consentAnswer', at, body)])
  })
  return consentsShown(portal, login, child)
}
