import { Button, Select, Textarea, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import IconMessagePlus from '@tabler/icons-react/icons/IconMessagePlus'
import IconMessages from '@tabler/icons-react/icons/IconMessages'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Family } from '../../../shared/contract/desk/people/families.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { maxMessageLength, maxSubjectLength } from '../../../shared/rules/requests/message.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { FamilyLetters } from '../letters/family-letters.tsx'
import { ActionButton } from '../parts/buttons.tsx'
import { Badge, EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { FamilyChannels } from '../sendings/family-channels.tsx'
import { useMay } from '../staff/may.ts'
import { useStoredText } from './stored-text.ts'
import './messages.css'

/** The conversations of one family, on the family's page. */
export const FamilyMessages = ({ family }: { family: Family }) => {
  const { data, error, refetch } = useQuery(orpc.messages.ofFamily.queryOptions({ input: { familyId: family.id } }))
  const may = useMay()
  const [isWriting, setIsWriting] = useState(false)
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <div className="family-alone">
      <Section
        title="Messages du portail"
        action={
          may('messages') ? (
            <ActionButton
              combo="w"
              label="Écrire à la famille"
              icon={<IconMessagePlus size={14} />}
              onAction={() => setIsWriting(true)}
            />
          ) : null
        }
      >
        {data.length === 0 ? (
          <EmptyState icon={IconMessages} title="Aucun message">
            Ce que la famille écrit sur le portail, et ce que le service lui répond, est ici.
          </EmptyState>
        ) : (
          <ul className="messages-notices">
            {data.map(({ id, subject, about, unread, closed, lastAt, lastBy, excerpt }) => (
              <li key={id}>
                <div className="row">
                  <Link
                    to="/messages"
                    search={{ ...(closed && { onglet: 'termines' }), conversation: id }}
                    className="grow"
                  >
                    {subject}
                    {about === '' ? '' : `, ${about}`}
                  </Link>
                  {unread ? <Badge tone="accent">non lu</Badge> : closed ? <Badge>terminée</Badge> : null}
                </div>
                <p className="soft small messages-excerpt">
                  {lastBy === 'service' ? 'Répondu' : 'Reçu'} le {shortDay(dayAt(lastAt))}&nbsp;: {excerpt}
                </p>
              </li>
            ))}
          </ul>
        )}
      </Section>
      {may('messages') ? <FamilyLetters familyId={family.id} /> : null}
      <FamilyChannels familyId={family.id} />
      {isWriting ? <WriteDialog family={family} onClose={() => setIsWriting(false)} /> : null}
    </div>
  )
}

const WriteDialog = ({ family, onClose }: { family: Family; onClose: () => void }) => {
  const subject = useStoredText(`sujet ${family.id}`)
  const text = useStoredText(`famille ${family.id}`)
  const [child, setChild] = useState<string | null>(null)
  const send = useMutation({
    meta: { isErrorShownInline: true },
    mutationFn: () =>
      clientOutsideForms.messages.begin({
        familyId: family.id,
        childId: child === null ? null : Number(child),
        invoiceId: null,
        subject: subject.value,
        text: text.value,
      }),
    onSuccess: () => {
      subject.set('')
      text.set('')
      notifications.show({ message: 'Message enregistré. La famille le lira après le prochain échange.' })
      onClose()
    },
  })
  const refused = send.error ? refusalOf(send.error) : undefined
  return (
    <Dialog opened title={`Écrire à la famille ${family.name}`} onClose={onClose}>
      <form
        className="dialog-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          send.mutate()
        }}
      >
        {refused && refused.field === undefined ? <Failure error={send.error} /> : null}
        <Select
          label="Au sujet de"
          placeholder="Toute la famille"
          clearable
          data={family.children.map(({ id, firstName }) => ({ value: String(id), label: firstName }))}
          value={child}
          onChange={setChild}
        />
        <TextInput
          label="Sujet"
          maxLength={maxSubjectLength}
          value={subject.value}
          onChange={({ currentTarget }) => subject.set(currentTarget.value)}
          error={refused?.field === 'subject' ? refused.sentence : undefined}
        />
        <Textarea
          label="Message"
          autosize
          minRows={4}
          maxRows={12}
          maxLength={maxMessageLength}
          value={text.value}
          onChange={({ currentTarget }) => text.set(currentTarget.value)}
          error={refused?.field === 'text' ? refused.sentence : undefined}
        />
        <div className="dialog-foot">
          <Button onClick={onClose}>Annuler</Button>
          <Button type="submit" variant="filled" loading={send.isPending}>
            Envoyer au prochain échange
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
