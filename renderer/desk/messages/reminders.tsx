import { Button, Checkbox, NumberInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { roleNeeded } from '../../../shared/rules/access/roles.ts'
import { maxReminderDays, type PaymentReminders } from '../../../shared/rules/requests/mails.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { Section } from '../parts/screen.tsx'
import { useMay } from '../staff/may.ts'

export const Reminders = () => {
  const may = useMay()
  if (!may('portal')) return <Note>{roleNeeded('portal')}</Note>
  return <Read />
}

const Read = () => {
  const { data, error, refetch } = useQuery(orpc.messages.reminders.queryOptions())
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  return data ? <Form reminders={data} /> : <Loading />
}

const defaults = { before: 3, after: 7 }

/** Settings of the mails that the portal sends automatically before and after an invoice's due date. */
const Form = ({ reminders }: { reminders: PaymentReminders }) => {
  const [before, setBefore] = useState(reminders.before)
  const [after, setAfter] = useState(reminders.after)
  const save = useMutation(
    orpcOutsideForms.messages.saveReminders.mutationOptions({
      meta: { isErrorShownInline: true },
      onSuccess: () =>
        notifications.show({ message: 'Rappels enregistrés. Le portail les suit après le prochain échange.' }),
    }),
  )
  const refused = save.error ? refusalOf(save.error) : undefined
  return (
    <Section title="Rappels de paiement par mail" subtitle="envoyés par le portail, le jour, à qui accepte ces mails">
      <p className="soft small">
        Chaque facture est rappelée une fois avant et une fois après son échéance, jamais si elle est payée ou si son
        paiement est en cours. Le logiciel n’imprime pas encore de lettre de relance.
      </p>
      <form
        className="stack messages-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate({ before, after })
        }}
      >
        <Checkbox
          label="Avant l’échéance"
          checked={before !== null}
          onChange={({ currentTarget }) => setBefore(currentTarget.checked ? defaults.before : null)}
        />
        {before === null ? null : (
          <NumberInput
            label="Jours avant l’échéance"
            min={0}
            max={maxReminderDays}
            value={before}
            onChange={(value) => setBefore(Number(value))}
            error={refused?.field === 'before' ? refused.sentence : undefined}
          />
        )}
        <Checkbox
          label="Après l’échéance"
          checked={after !== null}
          onChange={({ currentTarget }) => setAfter(currentTarget.checked ? defaults.after : null)}
        />
        {after === null ? null : (
          <NumberInput
            label="Jours après l’échéance"
            min={1}
            max={maxReminderDays}
            value={after}
            onChange={(value) => setAfter(Number(value))}
            error={refused?.field === 'after' ? refused.sentence : undefined}
          />
        )}
        <div className="row">
          <Button type="submit" loading={save.isPending}>
            Enregistrer les rappels
          </Button>
        </div>
      </form>
    </Section>
  )
}
