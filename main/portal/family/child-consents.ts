import { randomUUID } from 'node:crypto'
import { ConsentAnswerEntry } from '../../../shared/contract/portal/entries.ts'
import type { ConsentShown } from '../../../shared/contract/portal/home.ts'
import { type Day, dayAt } from '../../../shared/rules/calendar/day.ts'
import {
  answerOn,
  type ConsentAnswer,
  consentOn,
  isAwaited,
  textOn,
  whyNotAnswer,
} from '../../../shared/rules/dossier/consent.ts'
import type { Login } from '../account/account.ts'
import { newEntry } from '../log/entries.ts'
import { appendToLog, lockedSide } from '../log/log.ts'
import { waitingEntries } from '../log/waiting.ts'
import type { Portal } from '../portal.ts'
import { Refused } from '../refused.ts'
import type { Queryable } from '../store/store.ts'
import { type Child, type Home, homeOf, lockHome, requireChild, requireMayAsk } from './homes.ts'
import { holdersOf, questionsOf } from './published-consents.ts'

/* « Autorisations »: the questions to those who hold authority for a child, and their answers. */

/** The most answers that a home may record between two exchanges: no family needs more. */
const maxWaiting = 60

/** The answers of guardians that the desk has not confirmed yet, oldest first. */
export const waitingAnswers = (db: Queryable): Promise<ConsentAnswerEntry[]> =>
  waitingEntries(db, 'consentAnswer', ConsentAnswerEntry)

/** The questions about a child, as a guardian of the home reads them. */
export const shownTo = (
  home: Home,
  child: Child,
  waiting: readonly ConsentAnswerEntry[],
  guardianId: number,
  on: Day,
): ConsentShown[] => {
  const holders = holdersOf(child, waiting)
  const own = holders.find(({ guardian }) => guardian === guardianId)
  return questionsOf(home.town).flatMap((question): ConsentShown[] => {
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
          isAwaited: own !== undefined && !home.notAskedFor.has(child.id) && isAwaited(question, own, others, on),
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

/**
 * By child, the number of answers that the service waits for from this guardian; null for a child about whom nothing is
 * asked.
 */
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

type Answered = { readonly children: readonly number[]; readonly text: number; readonly answer: ConsentAnswer }

/**
 * Records an answer of a guardian who holds authority, for all of these children or for none. Repeating an answer
 * changes nothing.
 * @throws Refused
 */
export const recordAnswers = (portal: Portal, login: Login, { children, text, answer }: Answered): Promise<void> =>
  portal.store.db.transaction(async (tx) => {
    await lockHome(tx, login.familyId)
    const home = await homeOf(tx, login)
    const at = portal.clock()
    const waiting = await waitingAnswers(tx)
    const answered = [...new Set(children)].filter((child) => {
      const shown = shownTo(home, requireChild(home, child), waiting, login.guardianId, dayAt(at))
      const asked = shown.find((one) => one.text.id === text)
      if (!asked) throw new Refused('Cette question a changé\u00a0: rechargez la page, et relisez-la.')
      if (!asked.mine)
        throw new Refused('Seul un responsable qui a l’autorité parentale répond ici\u00a0: appelez le service.')
      requireMayAsk(home, child)
      if (asked.mine.answer === answer && !asked.mine.isFormer) return false
      const wrong = whyNotAnswer(asked, answer, asked.mine.answer)
      if (wrong !== null) throw new Refused(wrong)
      return true
    })
    if (answered.length === 0) return
    if (waiting.filter(({ family }) => family === login.familyId).length + answered.length > maxWaiting)
      throw new Refused('Beaucoup de réponses attendent déjà la mairie\u00a0: la suite demain.')
    const { side } = await lockedSide(tx)
    await appendToLog(
      tx,
      side,
      answered.map((child) => {
        const body: ConsentAnswerEntry = {
          guardian: login.guardianId,
          family: login.familyId,
          recordedAt: at,
          child,
          text,
          answer,
        }
        return newEntry(randomUUID(), 'consentAnswer', at, body)
      }),
    )
  })

/** Records an answer for one child. @throws Refused */
export const answerConsent = async (
  portal: Portal,
  login: Login,
  { child, ...given }: { readonly child: number } & Omit<Answered, 'children'>,
): Promise<ConsentShown[]> => {
  await recordAnswers(portal, login, { children: [child], ...given })
  return consentsShown(portal, login, child)
}
