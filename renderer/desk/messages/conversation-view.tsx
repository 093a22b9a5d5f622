import { Textarea } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import IconCheck from '@tabler/icons-react/icons/IconCheck'
import IconMailOpened from '@tabler/icons-react/icons/IconMailOpened'
import IconRotate from '@tabler/icons-react/icons/IconRotate'
import IconSend from '@tabler/icons-react/icons/IconSend'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { ConversationWithMessages } from '../../../shared/contract/desk/messages/messages.ts'
import { roleNeeded } from '../../../shared/rules/access/roles.ts'
import { maxMessageLength } from '../../../shared/rules/requests/message.ts'
import { instantText } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc, orpcOutsideForms } from '../../connection/client.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { Badge, Failure, Loading, Note } from '../parts/feedback.tsx'
import { useMay } from '../staff/may.ts'
import { useStoredText } from './stored-text.ts'

/** One conversation and a box to answer. Opening it marks it as read. */
export const ConversationView = ({ id }: { id: number }) => {
  const { data, error, refetch } = useQuery(orpc.messages.one.queryOptions({ input: { id } }))
  const may = useMay()
  const marked = useRef(false)
  useEffect(() => {
    // Marks it once only, so that a person can mark it as unread again.
    if (!data?.unread || marked.current || !may('messages')) return
    marked.current = true
    void clientOutsideForms.messages.markRead({ id, unread: false })
  }, [data, id, may])
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return <ConversationDetail read={data} />
}

const ConversationDetail = ({ read }: { read: ConversationWithMessages }) => {
  const { id, familyId, family, subject, about, closed, messages, isReadOnPortal } = read
  const may = useMay()
  const view = useRef<HTMLElement>(null)
  const count = messages.length
  useEffect(() => {
    // Scrolls only inside the conversation: when the page itself scrolls, it should stay at its top.
    if (count > 0) view.current?.scrollTo({ top: view.current.scrollHeight })
  }, [count])
  const close = useMutation(orpcOutsideForms.messages.close.mutationOptions())
  const mark = useMutation(orpcOutsideForms.messages.markRead.mutationOptions())
  return (
    <section ref={view} className="messages-view" aria-label="Conversation">
      <header className="row messages-head">
        <div className="grow">
          <h2>{subject}</h2>
          <p className="soft small">
            <Link to="/familles/$familyId" params={{ familyId: String(familyId) }}>
              Famille {family}
            </Link>
            {about === '' ? '' : `, ${about}`}
          </p>
        </div>
        {closed ? <Badge>terminée</Badge> : null}
        {may('messages') ? (
          <>
            <ActionButton
              combo="u"
              label="Marquer non lu"
              icon={<IconMailOpened size={14} />}
              onAction={() => mark.mutate({ id, unread: true })}
            />
            <ActionButton
              combo="t"
              label={closed ? 'Rouvrir' : 'Terminer'}
              icon={closed ? <IconRotate size={14} /> : <IconCheck size={14} />}
              loading={close.isPending}
              onAction={() => close.mutate({ id, closed: !closed })}
            />
          </>
        ) : null}
      </header>
      <ol className="messages-thread" aria-label="Messages, du plus ancien au plus récent">
        {messages.map((one) => (
          <li key={one.id} data-by={one.by}>
            <p className="small">
              <b>{one.author}</b> <span className="soft">le {instantText(one.at)}</span>
              {one.toSend ? <span className="soft">, part au prochain échange</span> : null}
            </p>
            <p className="messages-text">{one.text}</p>
          </li>
        ))}
      </ol>
      {isReadOnPortal ? null : (
        <Note tone="warn">
          Personne de cette famille n’a plus d’accès ouvert au portail&nbsp;: la réponse ne sera pas lue, téléphonez.
        </Note>
      )}
      {may('messages') ? <AnswerBox id={id} /> : <Note>{roleNeeded('messages')}</Note>}
    </section>
  )
}

const AnswerBox = ({ id }: { id: number }) => {
  const queries = useQueryClient()
  const text = useStoredText(`conversation ${id}`)
  const answer = useMutation(
    orpcOutsideForms.messages.answer.mutationOptions({
      meta: { isErrorShownInline: true },
      onSuccess: (read) => {
        text.set('')
        queries.setQueryData(orpc.messages.one.queryKey({ input: { id } }), read)
        notifications.show({ message: 'Réponse enregistrée. La famille la lira après le prochain échange.' })
      },
    }),
  )
  return (
    <div className="messages-answer">
      <Textarea
        label="Votre réponse"
        description="Signée «&nbsp;Espace Jeunesse&nbsp;». Un mail dit à la famille qu’une réponse l’attend, sans ce qu’elle dit."
        autosize
        minRows={3}
        maxRows={10}
        maxLength={maxMessageLength}
        value={text.value}
        onChange={({ currentTarget }) => text.set(currentTarget.value)}
        error={answer.error ? refusalOf(answer.error).sentence : undefined}
      />
      <ActionButton
        main
        combo="mod+Enter"
        label="Répondre"
        icon={<IconSend size={14} />}
        loading={answer.isPending}
        disabled={text.value.trim() === ''}
        onAction={() => answer.mutate({ id, text: text.value })}
      />
    </div>
  )
}
