import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import type { MessagesShown } from '../../../shared/contract/portal/messages.ts'
import { newMessageHead } from '../../../shared/pages/messages.ts'
import { maxSubjectLength } from '../../../shared/rules/requests/message.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { orpc } from '../client.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Field, Select } from '../parts/field.tsx'
import { Page } from '../parts/page.tsx'
import { QueryState } from '../parts/query-state.tsx'
import { showToast } from '../parts/toast.tsx'
import { sentenceOf, showAnswer } from '../queries.ts'
import { useUnsavedInput } from '../unsaved-input.ts'
import { MessageBox } from './message-box.tsx'
import './messages.css'

export const NewMessagePage = () => {
  const reading = useQuery(orpc.messages.list.queryOptions())
  return (
    <Page head={newMessageHead} isNarrow>
      <QueryState query={reading}>{(shown) => <NewMessage {...shown} />}</QueryState>
    </Page>
  )
}

const NewMessage = ({ children, invoices }: MessagesShown) => {
  const [, goTo] = useLocation()
  const [search] = useSearchParams()
  const [requestId] = useState(() => crypto.randomUUID())
  const asked = invoices.find(({ id }) => `${id}` === search.get('facture'))
  const [about, setAbout] = useState(asked ? `facture ${asked.id}` : '')
  // Stored under the invoice's own key: a subject typed earlier about something else must not appear here.
  const subject = useUnsavedInput(asked ? `sujet ${asked.id}` : 'sujet', asked?.title.slice(0, maxSubjectLength) ?? '')
  const text = useUnsavedInput('nouveau message', '')
  const send = useMutation(
    orpc.messages.write.mutationOptions({
      meta: { isErrorShownInline: true },
      onSuccess: async ({ conversation, shown }) => {
        await showAnswer(orpc.messages.list.queryKey(), shown)
        subject.discard()
        text.discard()
        showToast('Votre message est enregistré. Il part au prochain échange avec la mairie.')
        goTo(`/mes-messages?sujet=${encodeURIComponent(conversation)}`)
      },
    }),
  )
  const field = send.error ? refusalOf(send.error).field : undefined
  const sentence = send.error ? sentenceOf(send.error) : undefined
  const isOfSubject = field === 'to.subject'
  const [kind, id] = about.split(' ')
  return (
    <form
      className="stack-s"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (send.isPending) return
        send.mutate({
          requestId,
          to: {
            subject: subject.value,
            child: kind === 'enfant' ? Number(id) : null,
            invoice: kind === 'facture' ? Number(id) : null,
          },
          text: text.value,
        })
      }}
    >
      <Select
        label="De qui, ou de quoi s’agit-il&nbsp;?"
        value={about}
        onChange={({ target }) => setAbout(target.value)}
        options={[
          { value: '', text: 'Autre chose' },
          ...children.map((one) => ({ value: `enfant ${one.id}`, text: one.firstName, group: 'Mes enfants' })),
          ...invoices.map((one) => ({ value: `facture ${one.id}`, text: one.title, group: 'Mes factures' })),
        ]}
      />
      <Field
        label="Sujet"
        hint="En quelques mots. Exemple&nbsp;: absence de Noa jeudi."
        maxLength={maxSubjectLength}
        value={subject.value}
        onChange={({ target }) => subject.set(target.value)}
        error={isOfSubject ? sentence : undefined}
      />
      <p className="small soft">
        Pas d’information de santé ici&nbsp;: transmettez-la depuis «&nbsp;Ma famille&nbsp;».
      </p>
      <MessageBox
        label="Votre message"
        value={text.value}
        onChange={text.set}
        error={isOfSubject ? undefined : sentence}
      />
      <Button type="submit" isWide isBusy={send.isPending}>
        Envoyer
      </Button>
      <ButtonLink kind="quiet" to="/mes-messages">
        Revenir à mes messages
      </ButtonLink>
    </form>
  )
}
