import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { ConversationShown } from '../../../shared/contract/portal/messages.ts'
import { conversationShown } from '../../../shared/pages/messages.ts'
import { client, orpc } from '../client.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { WithPhones } from '../parts/phone.tsx'
import { showToast } from '../parts/toast.tsx'
import { queries, sentenceOf, showAnswer } from '../queries.ts'
import { useUnsavedInput } from '../unsaved-input.ts'
import { MessageBox } from './message-box.tsx'

/** The messages of one subject, oldest first, and a form to answer. */
export const Conversation = ({ shown }: { shown: ConversationShown }) => {
  const { id, unread } = shown
  const { about, listName, messages, closed, back } = conversationShown(shown)
  const text = useUnsavedInput(`message ${id}`, '')
  const [requestId, setRequestId] = useState(() => crypto.randomUUID())
  const send = useMutation(
    orpc.messages.write.mutationOptions({
      meta: { isErrorShownInline: true },
      onSuccess: async (written) => {
        await showAnswer(orpc.messages.list.queryKey(), written.shown)
        text.discard()
        setRequestId(crypto.randomUUID())
        showToast('Votre message est enregistré. Il part au prochain échange avec la mairie.')
      },
    }),
  )
  useEffect(() => {
    if (unread === 0) return
    void client.messages.read({ conversation: id }).then(() => {
      void queries.invalidateQueries({ queryKey: orpc.home.dashboard.key() })
      return queries.invalidateQueries({ queryKey: orpc.messages.list.key() })
    })
  }, [id, unread])
  return (
    <div className="stack">
      {about !== '' && <p className="soft">{about}</p>}
      <ol className="messages" aria-label={listName}>
        {messages.map((one) => (
          <li key={one.id} data-by={one.by}>
            <p className="message-head">
              <b>{one.author}</b>
              <span className="soft"> {one.when}</span>
            </p>
            <p className="message-text">
              <WithPhones text={one.text} />
            </p>
            {one.waiting !== '' && <p className="soft small">{one.waiting}</p>}
          </li>
        ))}
      </ol>
      <form
        className="stack-s"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (!send.isPending) send.mutate({ requestId, to: { conversation: id }, text: text.value })
        }}
      >
        {closed !== '' && <p className="soft">{closed}</p>}
        <MessageBox
          label="Votre message"
          value={text.value}
          onChange={text.set}
          error={send.error ? sentenceOf(send.error) : undefined}
        />
        <Button type="submit" isWide isBusy={send.isPending}>
          Envoyer
        </Button>
      </form>
      <ButtonLink kind="quiet" to={back.path}>
        {back.name}
      </ButtonLink>
    </div>
  )
}
