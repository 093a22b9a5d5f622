import { Checkbox, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { counted } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Failure, Note } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { freedText } from '../registrations/registration-texts.ts'

type InitialDays = { readonly periodId?: number; readonly day?: string }

/** Closes days in one act. The dialog first shows what is freed; families read the reason. */
export const CloseDaysDialog = ({ initial = {}, onClose }: { initial?: InitialDays; onClose: () => void }) => {
  const form = useForm({
    mode: 'controlled',
    initialValues: {
      from: initial.day ?? '',
      to: initial.day ?? '',
      periodId: initial.periodId === undefined ? 'all' : String(initial.periodId),
      slotIds: [] as string[],
      reason: '',
      charged: false,
    },
    validate: {
      from: (from) => (from ? null : 'Choisissez le premier jour.'),
      reason: (reason) => (reason.trim() ? null : 'Indiquez un motif\u00a0: les familles le liront.'),
    },
  })
  const { from, to, periodId, slotIds } = form.values
  const closing = {
    from,
    to: to || from,
    periodId: periodId === 'all' ? null : Number(periodId),
    slotIds: slotIds.length > 0 ? slotIds.map(Number) : null,
  }
  const { data: periods } = useQuery(orpc.activities.periods.queryOptions({ input: {} }))
  const { data: activities } = useQuery(orpc.activities.list.queryOptions())
  const period = periods?.find(({ id }) => id === closing.periodId)
  const slots = activities?.find(({ id }) => id === period?.activityId)?.slots ?? []
  return (
    <FormDialog
      opened
      title="Fermer des jours"
      form={form}
      submit="Fermer ces jours"
      onSubmit={(client, { reason, charged }) => client.reservations.close({ ...closing, reason, charged })}
      onClose={onClose}
    >
      <div className="row" style={{ alignItems: 'end' }}>
        <DayField
          label="Du"
          data-autofocus={initial.day ? undefined : true}
          {...form.getInputProps('from')}
          onChange={(value) => form.setValues({ from: value, to: to && to < value ? value : to })}
        />
        <DayField label="Au" description="vide&nbsp;: ce seul jour" clearable {...form.getInputProps('to')} />
      </div>
      <Select
        label="Période"
        searchable
        data={[
          { value: 'all', label: 'Toutes les activités' },
          ...(periods ?? []).map(({ id, name }) => ({ value: String(id), label: name })),
        ]}
        {...form.getInputProps('periodId')}
        onChange={(value) => form.setValues({ periodId: value ?? 'all', slotIds: [] })}
      />
      {slots.length > 1 ? (
        <Checkbox.Group label="Plages" description="aucune cochée&nbsp;: toutes" {...form.getInputProps('slotIds')}>
          <div className="row row-wide" style={{ marginBlockStart: 8, flexWrap: 'wrap' }}>
            {slots.map(({ id, name }) => (
              <Checkbox key={id} value={String(id)} label={name} />
            ))}
          </div>
        </Checkbox.Group>
      ) : null}
      <TextInput
        label="Motif"
        data-autofocus={initial.day ? true : undefined}
        description="Les familles le lisent&nbsp;: «&nbsp;réunion d’équipe&nbsp;», «&nbsp;travaux&nbsp;»."
        {...form.getInputProps('reason')}
      />
      {from ? <Freed closing={closing} /> : null}
      <Checkbox
        label="Facturer quand même les réservations libérées"
        {...form.getInputProps('charged', { type: 'checkbox' })}
      />
    </FormDialog>
  )
}

const Freed = ({
  closing,
}: {
  closing: { from: string; to: string; periodId: number | null; slotIds: number[] | null }
}) => {
  const { data, error } = useQuery(orpc.reservations.closingPreview.queryOptions({ input: closing, staleTime: 0 }))
  if (error) return <Failure error={error} />
  if (!data) return null
  const { families, billed, children } = data
  const freed = freedText(data)
  if (freed === '') return <Note tone="good">Aucune réservation sur ces jours.</Note>
  return (
    <Note tone="warn">
      <b>{freed}</b> pour {counted(families, 'famille à prévenir', 'familles à prévenir')}.
      {billed > 0 ? ` Dont ${counted(billed, 'déjà facturée', 'déjà facturées')}\u00a0: un avoir sera proposé.` : null}
      <p className="small">
        {children
          .slice(0, 12)
          .map(({ name }) => name)
          .join(', ')}
        {children.length > 12 ? ` et ${children.length - 12} autres` : ''}
      </p>
    </Note>
  )
}
