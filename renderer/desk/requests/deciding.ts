import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { create } from 'zustand'
import type {
  AnswerAction,
  Decision,
  DecisionResult,
  RequestDetail,
  RequestItem,
  RequestKey,
  SignUpDecision,
  WeekDays,
} from '../../../shared/contract/desk/requests.ts'
import type { Reason, RequiredReason } from '../../../shared/rules/cell/cell-actions.ts'
import { counted, listed, shortDay } from '../../../shared/rules/text/french.ts'
import { type Client, clientOutsideForms, orpc } from '../../connection/client.ts'
import { undoAct } from '../history/undoing.tsx'
import { useAskRepricingOfAct } from '../invoicing/repricing-question.tsx'
import type { StableChoice } from '../parts/keyboard/stable-choice.ts'
import { notifyRefusal } from '../queries.ts'
import { useSession } from '../staff/session.ts'

export const requestKeyText = (key: RequestKey): string => {
  if (key.kind === 'registration') return `registration ${key.registrationId}`
  if (key.kind === 'proposals') return `proposals ${key.familyId} ${key.guardianId} ${key.recordedAt}`
  if (key.kind === 'signUp') return `signUp ${key.signUpId}`
  return `${key.registrationId} ${key.wish} ${key.recordedAt}`
}

/** The answer that a key gives to every chosen day; each kind of demande has its own decision for it. */
export type AnswerChoice = 'suggested' | 'accept' | 'acceptWithoutDays' | 'waitList' | 'refuse'

/** A decision that cannot be sent before staff give a reason, with the texts of the dialog that asks for one. */
export type DecisionQuestion = {
  readonly decision: Decision
  readonly title: string
  readonly submit: string
  readonly sentence: string
  readonly needs: Exclude<RequiredReason, 'nothing'>
}

/** The decision for the chosen parts of a demande; null when the answer applies to none of them. */
export const decisionOf = (
  { key, parts, registration, proposals }: RequestDetail,
  chosen: ReadonlySet<number>,
  choice: AnswerChoice,
  options: { reason?: Reason; charged?: boolean } = {},
): Decision | null => {
  if (key.kind === 'registration') {
    if (!registration || choice === 'waitList') return null
    const act = choice === 'suggested' ? registration.suggested.act : choice
    return {
      kind: 'registration',
      registrationId: key.registrationId,
      act,
      reason: act === 'refuse' ? registration.suggested.reason : '',
    }
  }
  if (key.kind === 'proposals') {
    if (choice === 'waitList' || choice === 'acceptWithoutDays') return null
    // « suggested » accepts the changes that can be, and skips fields that somebody has changed meanwhile.
    const act = choice === 'refuse' ? 'refuse' : 'accept'
    const ready = proposals.filter(
      ({ obstacle, isOvertaken }, index) =>
        chosen.has(index) && (act === 'refuse' || (obstacle === null && (choice === 'accept' || !isOvertaken))),
    )
    return ready.length === 0 ? null : { kind: 'proposals', answers: ready.map(({ id }) => ({ id, act, reason: '' })) }
  }
  // Sign-ups have answers of their own (`SignUpDecision`).
  if (key.kind === 'signUp') return null
  const answers = parts.flatMap((part, index) => {
    const act = chosen.has(index) ? answerActOf(part.suggested.act, choice, key.wish) : null
    if (act === null) return []
    const isSuggested = act === part.suggested.act && part.suggested.reason !== ''
    const reason =
      options.reason ?? (isSuggested ? { kind: 'written' as const, text: part.suggested.reason } : undefined)
    return [
      {
        day: part.day,
        slotIds: part.slots.map(({ id }) => id),
        act,
        ...(reason && { reason }),
        ...(options.charged && { charged: true }),
      },
    ]
  })
  return answers.length === 0 ? null : { ...key, answers }
}

/** A suggestion that closes a demande without a decision can only be followed or skipped, whatever the key. */
const answerActOf = (
  suggested: AnswerAction,
  choice: AnswerChoice,
  wish: 'book' | 'cancel' | 'leave',
): AnswerAction | null => {
  if (choice === 'suggested') return suggested
  if (suggested === 'takeBack' || suggested === 'expire' || suggested === 'leave') {
    return choice === 'accept' ? suggested : null
  }
  if (choice === 'acceptWithoutDays') return null
  if (wish === 'book') return choice
  if (choice === 'waitList') return null
  return choice === 'accept' ? 'acceptCancel' : 'refuseCancel'
}

/** Sends decisions one after the other, asks for a missing reason, reports results, undoes the last decisions. */
export const useDecisions = (
  onUndone: (id: string) => void,
  runOwnAction: StableChoice<RequestItem>['runOwnAction'],
) => {
  const queries = useQueryClient()
  const [question, setQuestion] = useState<DecisionQuestion | null>(null)
  const [message, setMessage] = useState('')
  const [week, setWeek] = useState<DecisionResult['week'] | null>(null)
  const { acts, push, remove } = useUndoableActs()
  const askRepricing = useAskRepricingOfAct()
  const [correction, setCorrection] = useState<(DecidedAct & { readonly answersSent: number }) | null>(null)
  const sending = useRef<Promise<void> | null>(null)

  const run = async (work: () => Promise<void>) => {
    const finished = Promise.withResolvers<void>()
    sending.current = finished.promise
    await runOwnAction(async () => {
      try {
        await work()
      } finally {
        await queries.invalidateQueries({ queryKey: orpc.requests.key() })
        sending.current = null
        finished.resolve()
      }
    })
  }
  /** For a key: ignored while a decision is being sent, so that pressing twice does not answer the next demande. */
  const ifIdle = async (work: () => Promise<void>) => {
    if (!sending.current) await run(work)
  }
  /** For a dialog: waits for a decision that is being sent. */
  const afterCurrent = async (work: () => Promise<void>) => {
    while (sending.current) await sending.current
    await run(work)
  }

  const handleResult = (id: string, decisions: readonly Decision[], result: DecisionResult) => {
    if (result.actId !== null) push({ actId: result.actId, id })
    if (result.done > 0) setMessage(doneText(decisions.length, result))
    if (result.actId !== null && decisions.some(({ kind }) => kind === 'proposals')) void askRepricing(result.actId)
    if (decisions.length === 1 && hasSkippedDays(result)) setWeek(result.week)
    const [decision] = decisions
    const waiting = result.refused.filter(({ needs }) => needs !== null)
    const [first] = waiting
    if (first?.needs && decision?.kind === 'cells' && decisions.length === 1) {
      setQuestion({
        decision: onlyRefused(decision, waiting),
        title: 'Il manque un motif',
        submit: 'Décider ainsi',
        sentence: first.sentence,
        needs: first.needs,
      })
    } else notifyRefused(result.refused)
  }

  const undoDecision = async (client: Client, { actId, id, isSignUp }: DecidedAct, isConfirmed: boolean) => {
    if (isSignUp) {
      // A decision on a sign-up changes many records: it is undone as any act, which asks and reports itself.
      await undoAct(client, actId)
      remove({ actId, id })
      return onUndone(id)
    }
    const { answersSent } = await client.requests.undo({ actId, told: isConfirmed })
    if (answersSent > 0) return setCorrection({ actId, id, answersSent })
    remove({ actId, id })
    setMessage('Décision annulée')
    onUndone(id)
  }

  const send = async (client: Client, id: string, decisions: readonly Decision[]) =>
    handleResult(id, decisions, await client.requests.decide({ decisions: [...decisions] }))

  return {
    question,
    ask: setQuestion,
    message,
    week,
    closeWeek: () => setWeek(null),
    decide: (id: string, decisions: readonly Decision[]) =>
      ifIdle(async () => {
        try {
          await send(clientOutsideForms, id, decisions)
        } catch (error) {
          notifyRefusal(error)
        }
      }),
    /** The same as `decide`, for a dialog, which shows the refusal itself. */
    answer: (client: Client, id: string, decisions: readonly Decision[]) =>
      afterCurrent(() => send(client, id, decisions)),
    /** For the dialogs of a sign-up, which show a refusal themselves. */
    decideSignUp: (client: Client, id: string, decision: SignUpDecision) =>
      afterCurrent(async () => {
        const { actId } = await client.requests.decideSignUp(decision)
        push({ actId, id, isSignUp: true })
        setMessage(decision.act === 'refuse' ? 'Inscription refusée' : 'Inscription acceptée')
      }),
    undo: () =>
      ifIdle(async () => {
        const last = acts().at(-1)
        if (!last) return setMessage('Rien à annuler')
        try {
          await undoDecision(clientOutsideForms, last, false)
        } catch (error) {
          remove(last)
          notifyRefusal(error)
        }
      }),
    /** A decision to undo whose answer is already published: a dialog asks for confirmation. */
    correction,
    correct: (client: Client) =>
      afterCurrent(async () => (correction ? undoDecision(client, correction, true) : undefined)),
    closeCorrection: () => setCorrection(null),
  }
}

type DecidedAct = { readonly actId: number; readonly id: string; readonly isSignUp?: boolean }

/** Stored outside the component: the acts can still be undone after a visit to another screen. */
const useDecidedActs = create<{ by: number; acts: readonly DecidedAct[] }>()(() => ({ by: 0, acts: [] }))

/** The acts that can be undone here: only those of the person who is logged in now. */
const useUndoableActs = () => {
  const { data: session } = useSession()
  const by = session?.member?.id ?? 0
  const acts = (): readonly DecidedAct[] => (useDecidedActs.getState().by === by ? useDecidedActs.getState().acts : [])
  return {
    acts,
    push: (done: DecidedAct) => useDecidedActs.setState({ by, acts: [...acts(), done] }),
    remove: ({ actId }: DecidedAct) =>
      useDecidedActs.setState({ by, acts: acts().filter((one) => one.actId !== actId) }),
  }
}

const doneText = (decisionCount: number, { done, promoted, refused, weekDays }: DecisionResult): string => {
  const what = decisionCount === 1 ? 'Demande décidée' : counted(done, 'demande décidée', 'demandes décidées')
  const given = promoted > 0 ? `, ${counted(promoted, 'place donnée', 'places données')} à la suite` : ''
  if (decisionCount === 1) return refused.length > 0 ? `${what} en partie${given}` : what + given
  const days = weekDaysText(weekDays)
  return what + given + (days === '' ? '' : `, semaines types\u00a0: ${days}`)
}

/** « 20 jours réservés, 5 en liste d’attente et 12 sautés »; empty when no typical week was to be filled. */
export const weekDaysText = ({ filled, waitListed, skipped }: WeekDays): string =>
  filled + waitListed + skipped === 0
    ? ''
    : listed([
        counted(filled, 'jour réservé', 'jours réservés'),
        ...(waitListed > 0 ? [`${waitListed} en liste d’attente`] : []),
        ...(skipped > 0 ? [counted(skipped, 'sauté', 'sautés')] : []),
      ])

const hasSkippedDays = ({ week }: DecisionResult) => week.waitListed.length + week.skipped.length > 0

const onlyRefused = (
  decision: Extract<Decision, { kind: 'cells' }>,
  refused: DecisionResult['refused'],
): Extract<Decision, { kind: 'cells' }> => {
  const isRefused = (day: string, slotId: number) => refused.some((one) => one.day === day && one.slotId === slotId)
  return {
    ...decision,
    answers: decision.answers
      .map((answer) => ({ ...answer, slotIds: answer.slotIds.filter((slotId) => isRefused(answer.day, slotId)) }))
      .filter(({ slotIds }) => slotIds.length > 0),
  }
}

/** Shows all refusals in one notice, since a second notice would cover the first. */
const notifyRefused = (refused: DecisionResult['refused']) => {
  if (refused.length === 0) return
  const causes = [...Map.groupBy(refused, ({ sentence }) => sentence)].map(([sentence, group]) => {
    const days = [...new Set(group.flatMap(({ day }) => (day ? [shortDay(day)] : [])))].slice(0, 4)
    return days.length > 0 ? `${sentence} (${days.join(', ')})` : sentence
  })
  notifications.show({
    color: 'red',
    title: counted(refused.length, 'réponse n’est pas faite', 'réponses ne sont pas faites'),
    message: causes.slice(0, 3).join(' '),
    autoClose: 12_000,
  })
}
