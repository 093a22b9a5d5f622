import { ActionIcon, Button, Checkbox, NumberInput, Select } from '@mantine/core'
import { useForm } from '@mantine/form'
import IconArrowUp from '@tabler/icons-react/icons/IconArrowUp'
import IconX from '@tabler/icons-react/icons/IconX'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Activity } from '../../../shared/contract/desk/activities.ts'
import { type Priority, priorityKinds, priorityText } from '../../../shared/rules/cell/waiting.ts'
import { type Client, orpc } from '../../connection/client.ts'
import { Failure, Loading } from '../parts/feedback.tsx'
import { Dialog, FormFields } from '../parts/forms/dialogs.tsx'

/**
 * Rules of an activity's waiting list: the order of children, how long an offered place is kept, and whether missing
 * adults block bookings.
 */
export const WaitingRulesDialog = ({ activity, onClose }: { activity: Activity; onClose: () => void }) => {
  const { data, error } = useQuery(
    orpc.reservations.waitingRules.queryOptions({ input: { activityId: activity.id }, staleTime: 0 }),
  )
  return (
    <Dialog opened title={`Liste d’attente et encadrement, ${activity.name}`} onClose={onClose}>
      {error ? <Failure error={error} /> : null}
      {data ? <Rules activity={activity} rules={data} onClose={onClose} /> : error ? null : <Loading />}
    </Dialog>
  )
}

type Rules = Awaited<ReturnType<Client['reservations']['waitingRules']>>

const Rules = ({ activity, rules, onClose }: { activity: Activity; rules: Rules; onClose: () => void }) => {
  const form = useForm<{
    usual: Priority[]
    own: Priority[]
    hasOwn: boolean
    offerHours: number | string
    staffingBlocks: boolean
  }>({
    mode: 'controlled',
    initialValues: {
      usual: [...rules.usual],
      own: [...(rules.own ?? [])],
      hasOwn: rules.own !== null,
      offerHours: rules.offerHours,
      staffingBlocks: rules.staffingBlocks,
    },
  })
  const { usual, own, hasOwn } = form.values
  return (
    <FormFields
      form={form}
      submit="Enregistrer"
      onCancel={onClose}
      onSubmit={async (client, values) => {
        await client.reservations.saveWaitingRules({
          activityId: activity.id,
          usual: values.usual,
          own: values.hasOwn ? values.own : null,
          offerHours: Number(values.offerHours),
          staffingBlocks: values.staffingBlocks,
        })
        onClose()
      }}
    >
      <PrioritiesField
        label="Ordre du service, pour toutes les activités"
        path="usual"
        priorities={usual}
        onChange={(changed) => form.setFieldValue('usual', changed)}
      />
      <Checkbox label="Un autre ordre pour cette activité" {...form.getInputProps('hasOwn', { type: 'checkbox' })} />
      {hasOwn ? (
        <PrioritiesField
          label="Ordre de cette activité"
          path="own"
          priorities={own}
          onChange={(changed) => form.setFieldValue('own', changed)}
        />
      ) : null}
      <NumberInput
        label="Temps pour répondre à une place proposée"
        suffix=" h"
        min={1}
        max={720}
        allowDecimal={false}
        {...form.getInputProps('offerHours')}
      />
      <Checkbox
        label="Refuser une réservation quand il manque un animateur"
        description="Sinon, l’encadrement insuffisant se signale seulement. Un directeur passe outre par écrit."
        {...form.getInputProps('staffingBlocks', { type: 'checkbox' })}
      />
    </FormFields>
  )
}

const kindWords: Readonly<Record<Priority['kind'], string>> = {
  marked: 'prioritaire, avec un motif',
  resident: 'habite la commune',
  sibling: 'frère ou sœur inscrit',
  quotient: 'quotient familial jusqu’à…',
}

/**
 * An ordered list of priorities: the first that differs between two children decides; if none does, the older demande
 * comes first.
 */
const PrioritiesField = ({
  label,
  path,
  priorities,
  onChange,
}: {
  label: string
  path: string
  priorities: readonly Priority[]
  onChange: (priorities: Priority[]) => void
}) => {
  const [kind, setKind] = useState<Priority['kind']>('resident')
  const [upTo, setUpTo] = useState<number | string>(620)
  const added: Priority = kind === 'quotient' ? { kind, upTo: Number(upTo) } : { kind }
  const isThere = priorities.some((one) => JSON.stringify(one) === JSON.stringify(added))
  return (
    <fieldset className="one-column" data-path={path} tabIndex={-1}>
      <legend>{label}</legend>
      <ol className="stack">
        {priorities.map((priority, index) => (
          <li key={JSON.stringify(priority)} className="row between">
            <span>
              {index + 1}. {priorityText(priority)}
            </span>
            <span className="row">
              {index > 0 ? (
                <ActionIcon
                  variant="subtle"
                  aria-label={`Monter « ${priorityText(priority)} »`}
                  onClick={() => onChange(raised(priorities, index))}
                >
                  <IconArrowUp size={14} aria-hidden="true" />
                </ActionIcon>
              ) : null}
              <ActionIcon
                variant="subtle"
                aria-label={`Retirer « ${priorityText(priority)} »`}
                onClick={() => onChange(priorities.filter((_, at) => at !== index))}
              >
                <IconX size={14} aria-hidden="true" />
              </ActionIcon>
            </span>
          </li>
        ))}
        <li className="soft">{priorities.length + 1}. ancienneté de la demande</li>
      </ol>
      <div className="row" style={{ alignItems: 'end' }}>
        <Select
          aria-label={`Priorité à ajouter, ${label}`}
          data={priorityKinds.map((value) => ({ value, label: kindWords[value] }))}
          value={kind}
          onChange={(value) => setKind(priorityKinds.find((one) => one === value) ?? 'resident')}
        />
        {kind === 'quotient' ? (
          <NumberInput
            aria-label="Quotient familial, au plus"
            w={110}
            min={0}
            max={99_999}
            allowDecimal={false}
            value={upTo}
            onChange={setUpTo}
          />
        ) : null}
        <Button disabled={isThere} onClick={() => onChange([...priorities, added])}>
          Ajouter
        </Button>
      </div>
    </fieldset>
  )
}

const raised = (priorities: readonly Priority[], index: number): Priority[] => {
  const order = [...priorities]
  const [moved] = order.splice(index, 1)
  if (moved) order.splice(index - 1, 0, moved)
  return order
}
