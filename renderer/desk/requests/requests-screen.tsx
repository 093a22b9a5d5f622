import { Button } from '@mantine/core'
import IconInbox from '@tabler/icons-react/icons/IconInbox'
import { skipToken, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { RequestDetail, RequestItem } from '../../../shared/contract/desk/requests.ts'
import { ofName } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { PapersLink } from '../papers/papers-link.tsx'
import { ActionButton } from '../parts/buttons.tsx'
import { EmptyState, Failure, Loading, Note } from '../parts/feedback.tsx'
import { Key } from '../parts/keyboard/key.tsx'
import { isDialogOpen, useShortcut } from '../parts/keyboard/shortcuts.ts'
import { useReadGuard, useStableChoice } from '../parts/keyboard/stable-choice.ts'
import { Screen, ScreenHead, ShortcutBar } from '../parts/screen.tsx'
import { WeekResultDialog } from '../registrations/week-result.tsx'
import { useMay } from '../staff/may.ts'
import { AcceptAllDialog } from './accept-all-dialog.tsx'
import { CorrectionDialog } from './correction-dialog.tsx'
import { type AnswerChoice, type DecisionQuestion, decisionOf, requestKeyText, useDecisions } from './deciding.ts'
import { DecisionReasonDialog } from './decision-reason.tsx'
import { QueueList, requestText } from './queue-list.tsx'
import { RequestSidePanel, RequestView } from './request-view.tsx'
import { SignUpPanel } from './sign-up-panel.tsx'
import './requests.css'

/** Unanswered demandes of families, decided one after the other, each with one key. */
export const RequestsScreen = () => {
  const { data, error } = useQuery(orpc.requests.queue.queryOptions())
  return (
    <Screen title="Demandes">
      {data ? (
        <Queue items={data} />
      ) : (
        <>
          <ScreenHead title="Demandes" />
          {error ? <Failure error={error} /> : <Loading />}
        </>
      )}
    </Screen>
  )
}

const Queue = ({ items }: { items: readonly RequestItem[] }) => {
  const may = useMay()
  const navigate = useNavigate()
  const { famille } = useSearch({ from: '/desk/demandes' })
  const { item, index, id, isGone, choose, step, runOwnAction } = useStableChoice(
    items,
    ({ key }) => requestKeyText(key),
    items.find(({ family }) => family.id === famille),
  )
  const {
    question,
    ask,
    message,
    week,
    closeWeek,
    decide,
    decideSignUp,
    answer,
    undo,
    correction,
    correct,
    closeCorrection,
  } = useDecisions(choose, runOwnAction)
  const [isAcceptingAll, setIsAcceptingAll] = useState(false)
  const { data: waiting, error } = useQuery(
    orpc.requests.one.queryOptions({ input: item && !isGone ? item.key : skipToken }),
  )
  const request = useLastDetail(waiting, id)
  usePrefetched(items[index + 1])
  useIgnoredKeyRepeat()
  const isOpen = may('decisions') && !isGone
  const late = items.filter(({ lateBy }) => lateBy > 0).length
  const go = (by: 1 | -1) => {
    step(by)
    focusQueue()
  }
  const notice =
    isGone && item ? <AnsweredElsewhere item={item} isLast={items.length === 0} onNext={() => go(1)} /> : null
  useShortcut('ArrowDown', 'demande suivante', () => go(1))
  useShortcut('ArrowUp', 'demande précédente', () => go(-1))
  useShortcut('mod+z', 'annuler la dernière décision', () => void undo().then(focusQueue), {
    enabled: may('decisions'),
  })
  useShortcut(
    'f',
    'ouvrir la famille',
    () => item && void navigate({ to: '/familles/$familyId', params: { familyId: String(item.family.id) } }),
    { enabled: item?.key.kind !== 'signUp' },
  )

  return (
    <>
      <ScreenHead
        title="Demandes"
        subtitle={
          items.length === 0 ? null : (
            <>
              {items.length} à décider
              {late > 0 ? (
                <>
                  , <span className="danger">{late} en retard sur la réponse promise</span>
                </>
              ) : null}
            </>
          )
        }
      >
        <PapersLink />
        {may('decisions') && items.length > 0 ? (
          <ActionButton
            combo="shift+A"
            label="Accepter tout ce qui est possible…"
            onAction={() => setIsAcceptingAll(true)}
          />
        ) : null}
      </ScreenHead>
      {items.length === 0 && !isGone ? (
        <div className="requests-none">
          <EmptyState icon={IconInbox} title="Aucune demande n’attend">
            Ce que les familles demandent, réservations, annulations, inscriptions et changements, vient ici jusqu’à
            votre réponse. Une demande faite au guichet se saisit depuis le calendrier.
          </EmptyState>
        </div>
      ) : (
        <div className="split requests-split">
          <QueueList
            items={items}
            chosen={isGone ? undefined : item}
            onChoose={(one) => (choose(requestKeyText(one.key)), focusQueue())}
          />
          {error ? (
            <div className="requests-main">
              <Failure error={error} />
            </div>
          ) : request?.signUp ? (
            <SignUpPanel
              key={id}
              request={request}
              signUp={request.signUp}
              isOpen={isOpen}
              notice={notice}
              onDecide={(client, decision) => decideSignUp(client, id, decision)}
              onClose={focusQueue}
            />
          ) : request ? (
            <ChosenRequest
              key={id}
              request={request}
              isOpen={isOpen}
              notice={notice}
              onDecide={(decision) => void decide(id, [decision]).then(focusQueue)}
              onAsk={ask}
            />
          ) : (
            <div className="requests-main">
              <Loading />
            </div>
          )}
        </div>
      )}
      <ShortcutBar keys={items.length > 0 ? keys : keys.slice(-1)} chosen={message} />
      {question ? (
        <DecisionReasonDialog
          question={{ ...question, sentence: sentenceWithReason(question, request) }}
          mayCharge={question.title === chargeTitle}
          onDecide={(client, decision) => answer(client, id, [decision])}
          onClose={() => {
            ask(null)
            focusQueue()
          }}
        />
      ) : null}
      {isAcceptingAll ? (
        <AcceptAllDialog
          onAccept={(decisions) => answer(clientOutsideForms, id, decisions)}
          onClose={() => {
            setIsAcceptingAll(false)
            focusQueue()
          }}
        />
      ) : null}
      <CorrectionDialog
        publishedAnswers={correction?.answersSent ?? 0}
        onCorrect={correct}
        onClose={() => (closeCorrection(), focusQueue())}
      />
      {week ? <WeekResultDialog result={week} onClose={() => (closeWeek(), focusQueue())} /> : null}
    </>
  )
}

const keys = [
  ['ArrowUp ArrowDown', 'choisir'],
  ['Enter', 'suivre la proposition'],
  ['mod+z', 'annuler la dernière décision'],
] as const

/** The last details read of the chosen demande, still shown once the demande no longer waits. */
const useLastDetail = (request: RequestDetail | null | undefined, id: string) => {
  const [last, setLast] = useState<RequestDetail>()
  if (request && request !== last) setLast(request)
  return request ?? (last && requestKeyText(last.key) === id ? last : undefined)
}

/** Shown when somebody else answered the demande on screen, which stays until the person chooses the next. */
const AnsweredElsewhere = ({ item, isLast, onNext }: { item: RequestItem; isLast: boolean; onNext: () => void }) => {
  const { data: sentence } = useQuery(orpc.requests.answered.queryOptions({ input: item.key }))
  return (
    <Note tone="warn" alert>
      <p>{sentence ?? 'Cette demande n’attend plus de réponse.'}</p>
      {isLast ? (
        <p>Aucune autre demande n’attend.</p>
      ) : (
        <Button size="compact-sm" rightSection={<Key combo="ArrowDown" />} onClick={onNext}>
          Passer à la suivante
        </Button>
      )}
    </Note>
  )
}

/** The question's sentence, preceded by the reason why the rules suggest otherwise for its first day. */
const sentenceWithReason = (
  { decision, sentence, needs }: DecisionQuestion,
  request: RequestDetail | null | undefined,
): string => {
  if (needs !== 'writtenReason' || decision.kind !== 'cells') return sentence
  const part = request?.parts.find(({ day }) => day === decision.answers[0]?.day)
  return part ? `${part.suggested.why} ${sentence}` : sentence
}

/** Loads the next demande in advance, while staff decide this one. */
const usePrefetched = (next: RequestItem | undefined) => {
  const queries = useQueryClient()
  useEffect(() => {
    if (next) void queries.prefetchQuery(orpc.requests.one.queryOptions({ input: next.key }))
  }, [queries, next])
}

// Waits for the render after a decision, and for a closing dialog to return the focus. A dialog that has opened
// meanwhile keeps the focus: its keys must not decide the demande behind it.
const focusQueue = () =>
  requestAnimationFrame(() => {
    if (isDialogOpen()) return
    const place = document.getElementById('demandes') ?? document.getElementById('contenu')
    place?.focus({ preventScroll: true })
  })

const chargeTitle = 'Accepter l’annulation, mais la facturer'

/** Names of what each line is about, which do not depend on its position: its cells, or the proposed change. */
const partNames = ({ parts, proposals }: RequestDetail): readonly ReadonlySet<string>[] =>
  parts.length > 0
    ? parts.map(({ day, slots }) => new Set(slots.map(({ id }) => `${day} ${id}`)))
    : proposals.map(({ id }) => new Set([String(id)]))

/** Everything that a decision is based on, for `useReadGuard`: the days, the changes, and what the rules propose. */
const versionOf = ({ parts, proposals, registration, closing }: RequestDetail): string =>
  JSON.stringify([
    closing,
    parts.map(({ day, slots, suggested }) => [day, slots.map(({ id, state }) => [id, state]), suggested.act]),
    proposals.map(({ id, after, isOvertaken, obstacle }) => [id, after, isOvertaken, obstacle]),
    registration?.suggested.act,
  ])

/** Whether a demande has one day, which has no checkbox: the decision is about that day. */
const hasOnePart = ({ parts }: RequestDetail): boolean => parts.length === 1

const ChosenRequest = ({
  request,
  isOpen,
  notice,
  onDecide,
  onAsk,
}: {
  request: RequestDetail
  isOpen: boolean
  notice: ReactNode
  onDecide: (decision: NonNullable<ReturnType<typeof decisionOf>>) => void
  onAsk: (question: DecisionQuestion) => void
}) => {
  // Unticked lines, by name rather than index: another workstation or the portal may remove earlier lines.
  const [unticked, setUnticked] = useState<ReadonlySet<string>>(new Set())
  const names = partNames(request)
  const isUnticked = (index: number) => names[index]?.isDisjointFrom(unticked) === false
  const chosen = new Set(names.keys().filter((index) => hasOnePart(request) || !isUnticked(index)))
  const decided = (answering: AnswerChoice) => decisionOf(request, chosen, answering)
  const { key, registration } = request
  const id = requestKeyText(key)
  const ifRead = useReadGuard(id, [{ id, version: versionOf(request) }])
  const act = (answering: AnswerChoice) => {
    const decision = decided(answering)
    if (decision) ifRead(id, () => onDecide(decision))
  }
  const askReason = (
    answering: AnswerChoice,
    title: string,
    submit: string,
    sentence = '',
    needs: DecisionQuestion['needs'] = 'reason',
  ) => {
    const decision = decided(answering)
    if (decision) ifRead(id, () => onAsk({ decision, title, submit, sentence, needs }))
  }
  const wish = key.kind === 'cells' ? key.wish : key.kind
  const isClosing = request.closing !== null || wish === 'leave'
  const name = `${request.child.firstName} ${request.child.lastName}`
  useEnterKey(() => act('suggested'), isOpen)

  const accept = (answering: 'accept' | 'acceptWithoutDays' = 'accept') => {
    if (registration && registration.check.unmet.length > 0 && registration.check.obstacle === null) {
      askReason(
        answering,
        'Accepter malgré les conditions',
        'Passer outre et accepter',
        registration.suggested.why,
        'writtenReason',
      )
    } else act(answering)
  }
  const accepted = {
    book: 'Accepter',
    cancel: 'Accepter l’annulation',
    leave: 'Retirer de la liste',
    registration: 'Accepter',
    proposals: 'Accepter',
    signUp: 'Accepter',
  }
  const isSuggested = decided('suggested') !== null
  return (
    <>
      <section className="requests-main" aria-label={`${name}, ${requestText(request)}`}>
        <div className="requests-asked">
          {notice}
          <RequestView
            request={request}
            chosen={chosen}
            onToggle={(index) => {
              const own = names[index] ?? new Set()
              setUnticked(isUnticked(index) ? unticked.difference(own) : unticked.union(own))
            }}
          />
        </div>
        {isOpen ? (
          <div className="requests-acts">
            {isSuggested ? (
              <Button variant="filled" rightSection={<Key combo="Enter" />} onClick={() => act('suggested')}>
                {isClosing ? 'Clôturer' : 'Suivre la proposition'}
              </Button>
            ) : null}
            {isClosing ? null : (
              <>
                <ActionButton combo="a" label={accepted[wish]} onAction={() => accept()} />
                {wish === 'book' ? (
                  <ActionButton combo="l" label="Liste d’attente" onAction={() => act('waitList')} />
                ) : null}
                <ActionButton
                  combo="r"
                  label="Refuser…"
                  onAction={() =>
                    askReason(
                      'refuse',
                      key.kind === 'proposals' ? 'Refuser ce qui est coché' : `Refuser la demande ${ofName(name)}`,
                      'Refuser',
                    )
                  }
                />
                {key.kind === 'registration' && registration?.week ? (
                  <ActionButton
                    combo="j"
                    label="Accepter sans les jours"
                    onAction={() => accept('acceptWithoutDays')}
                  />
                ) : null}
                {wish === 'cancel' ? (
                  <ActionButton
                    combo="c"
                    label="Accepter et facturer…"
                    onAction={() => askReason('accept', chargeTitle, 'Accepter')}
                  />
                ) : null}
              </>
            )}
          </div>
        ) : null}
      </section>
      <RequestSidePanel request={request} />
    </>
  )
}

/** Ignores the repetition of a held key, which would answer the whole queue. */
const useIgnoredKeyRepeat = () =>
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && event.target.matches('input, textarea')
      if (event.repeat && event.key.length === 1 && !isTyping) event.stopPropagation()
    }
    document.addEventListener('keydown', onKeyDown, { capture: true })
    return () => document.removeEventListener('keydown', onKeyDown, { capture: true })
  }, [])

/** Makes Enter follow the suggestion, except on a button, a link or a field. */
const useEnterKey = (act: () => void, isOpen: boolean) => {
  const latest = useRef(act)
  useLayoutEffect(() => {
    latest.current = act
  })
  useEffect(() => {
    if (!isOpen) return undefined
    const onKeyDown = (event: KeyboardEvent) => {
      const { target, key, ctrlKey, metaKey, altKey, shiftKey, repeat } = event
      if (key !== 'Enter' || ctrlKey || metaKey || altKey || shiftKey || repeat || event.defaultPrevented) return
      if (isDialogOpen()) return
      if (target instanceof HTMLElement && target.closest('button, a, input, textarea, select, summary')) return
      event.preventDefault()
      latest.current()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [isOpen])
}
