import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { AnswerAct, Decided, Decision, RequestDetail, RequestKey } from '../../../shared/contract/desk/requests.ts'
import type { Needs, Reason } from '../../../shared/rules/cell-moves.ts'
import { counted, shortDay } from '../../../shared/rules/french.ts'
import { client, orpc } from '../../connection/client.ts'
import { tellRefusal } from '../queries.ts'

export const keyText = (key: RequestKey): string =>
  key.kind === 'registration'
    ? `registration ${key.registrationId}`
    : `${key.registrationId} ${key.wish} ${key.recordedAt}`

/** What a key of the screen answers to every day chosen; each kind of demande has its own act for it. */
export type Answering = 'suggested' | 'accept' | 'acceptWithoutDays' | 'waitList' | 'refuse'

/** An answer that waits for its reason. */
export type Question = {
  readonly decision: Decision
  readonly title: string
  readonly submit: string
  readonly sentence: string
  readonly needs: Exclude<Needs, 'nothing'>
}

/** The decision for the parts chosen; null when this answer says nothing to any of them. */
export const decisionOf = (
  { key, parts, registration }: RequestDetail,
  chosen: ReadonlySet<number>,
  answering: Answering,
  more: { reason?: Reason; charged?: boolean } = {},
): Decision | null => {
  if (key.kind === 'registration') {
    if (!registration || answering === 'waitList') return null
    const act = answering === 'suggested' ? registration.suggested.act : answering
    return {
      kind: 'registration',
      registrationId: key.registrationId,
      act,
      reason: act === 'refuse' ? registration.suggested.reason : '',
    }
  }
  const answers = parts.flatMap((part, index) => {
    const act = chosen.has(index) ? actOf(part.suggested.act, answering, key.wish) : null
    if (act === null) return []
    const isSuggested = act === part.suggested.act && part.suggested.reason !== ''
    const reason = more.reason ?? (isSuggested ? { kind: 'written' as const, text: part.suggested.reason } : undefined)
    return [
      {
        day: part.day,
        slotIds: part.slots.map(({ id }) => id),
        act,
        ...(reason && { reason }),
        ...(more.charged && { charged: true }),
      },
    ]
  })
  return answers.length === 0 ? null : { ...key, answers }
}

/** What ends a demande without deciding stays what it is, whatever the key. */
const actOf = (suggested: AnswerAct, answering: Answering, wish: 'book' | 'cancel' | 'leave'): AnswerAct | null => {
  if (answering === 'suggested') return suggested
  if (suggested === 'takeBack' || suggested === 'expire' || suggested === 'leave') {
    return answering === 'accept' ? suggested : null
  }
  if (answering === 'acceptWithoutDays') return null
  if (wish === 'book') return answering
  if (answering === 'waitList') return null
  return answering === 'accept' ? 'acceptCancel' : 'refuseCancel'
}

/** Sends decisions one after the other, asks for the reason that lacks, tells what was done, takes the last ones back. */
export const useDeciding = (onUndone: (id: string) => void) => {
  const queries = useQueryClient()
  const [question, setQuestion] = useState<Question | null>(null)
  const [told, setTold] = useState('')
  const [week, setWeek] = useState<Decided['week'] | null>(null)
  const acts = useRef<{ actId: number; id: string }[]>([])
  // A key pressed twice must not answer the next demande unseen.
  const isBusy = useRef(false)

  const alone = async (work: () => Promise<void>) => {
    if (isBusy.current) return
    isBusy.current = true
    try {
      await work()
    } finally {
      await queries.invalidateQueries({ queryKey: orpc.requests.key() })
      isBusy.current = false
    }
  }

  const settle = (id: string, decisions: readonly Decision[], result: Decided) => {
    if (result.actId !== null) acts.current.push({ actId: result.actId, id })
    if (result.done > 0) setTold(doneText(decisions.length, result))
    if (decisions.length === 1 && hasWeek(result)) setWeek(result.week)
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
    } else tellRefused(result.refused)
  }

  const send = async (id: string, decisions: readonly Decision[]) =>
    settle(id, decisions, await client.requests.decide({ decisions: [...decisions] }))

  return {
    question,
    ask: setQuestion,
    told,
    week,
    closeWeek: () => setWeek(null),
    decide: (id: string, decisions: readonly Decision[]) =>
      alone(async () => {
        try {
          await send(id, decisions)
        } catch (error) {
          tellRefusal(error)
        }
      }),
    /** The same for a dialog, which shows the refusal itself. */
    answer: (id: string, decisions: readonly Decision[]) => alone(() => send(id, decisions)),
    undo: () =>
      alone(async () => {
        const last = acts.current.pop()
        if (!last) return setTold('Rien à annuler sur cet écran')
        try {
          await client.reservations.undo({ actId: last.actId })
          setTold('Décision annulée')
          onUndone(last.id)
        } catch (error) {
          tellRefusal(error)
        }
      }),
  }
}

const doneText = (asked: number, { done, promoted, refused, week }: Decided): string => {
  const what = asked === 1 ? 'Demande décidée' : counted(done, 'demande décidée', 'demandes décidées')
  const given = promoted > 0 ? `, ${counted(promoted, 'place donnée', 'places données')} à la suite` : ''
  if (asked === 1) return refused.length > 0 ? `${what} en partie${given}` : what + given
  const waiting = week.waitListed.length > 0 ? `, ${counted(week.waitListed.length, 'case')} en liste d’attente` : ''
  const skipped = week.skipped.length > 0 ? `, ${counted(week.skipped.length, 'case sautée', 'cases sautées')}` : ''
  return what + given + waiting + skipped
}

const hasWeek = ({ week }: Decided) => week.waitListed.length + week.skipped.length > 0

const onlyRefused = (
  decision: Extract<Decision, { kind: 'cells' }>,
  refused: Decided['refused'],
): Extract<Decision, { kind: 'cells' }> => {
  const isRefused = (day: string, slotId: number) => refused.some((one) => one.day === day && one.slotId === slotId)
  return {
    ...decision,
    answers: decision.answers
      .map((answer) => ({ ...answer, slotIds: answer.slotIds.filter((slotId) => isRefused(answer.day, slotId)) }))
      .filter(({ slotIds }) => slotIds.length > 0),
  }
}

const tellRefused = (refused: Decided['refused']) => {
  for (const [sentence, own] of [...Map.groupBy(refused, (one) => one.sentence)].slice(0, 3)) {
    const days = [...new Set(own.flatMap(({ day }) => (day ? [shortDay(day)] : [])))].slice(0, 4)
    notifications.show({
      color: 'red',
      title:
        days.length === 1 ? days[0] : counted(own.length, 'réponse n’est pas faite', 'réponses ne sont pas faites'),
      message: days.length > 1 ? `${sentence} (${days.join(', ')})` : sentence,
      autoClose: 12_000,
      closeButtonProps: { 'aria-label': 'Fermer' },
    })
  }
}
