import { Checkbox, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { counted } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Failure, Note } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { freedText, markedText } from '../registrations/registration-texts.ts'

/** What is closed: « all », an activity whose groups were periods of several, or one period. */
const ofActivity = 'activité '

type InitialDays = { readonly periodId?: number; readonly day?: string }

/** Closes days in one act. The dialog first shows what is freed; families read the reason. */
export const CloseDaysDialog = ({ initial = {}, onClose }: { initial?: InitialDays; onClose: () => void }) => {
  const form = useForm({
    mode: 'controlled',
    initialValues: {
      from: initial.day ?? '',
      to: initial.day ?? '',
      chosen: initial.periodId === undefined ? 'all' : String(initial.periodId),
      slotIds: [] as string[],
      reason: '',
      charged: false,
    },
    validate: {
      from: (from) => (from ? null : 'Choisissez le premier jour.'),
      reason: (reason) => (reason.trim() ? null : 'Indiquez un motif\u00a0: les familles le liront.'),
    },
  })
  const { from, to, chosen, slotIds } = form.values
  const { data: periods = [] } = useQuery(orpc.activities.periods.queryOptions({ input: {} }))
  const { data: activities = [] } = useQuery(orpc.activities.list.queryOptions())
  const leadOf = (activityId: number) => activities.find(({ id }) => id === activityId)?.joinedToId ?? activityId
  const leads = activities.filter(({ id }) => activities.some(({ joinedToId }) => joinedToId === id))
  const activityId = chosen.startsWith(ofActivity)
    ? Number(chosen.slice(ofActivity.length))
    : periods.find(({ id }) => String(id) === chosen)?.activityId
  const slots = activities.find(({ id }) => id === activityId)?.slots ?? []
  const closing = {
    from,
    to: to || from,
    periodIds: chosen.startsWith(ofActivity)
      ? periods.flatMap((period) => (leadOf(period.activityId) === activityId ? [period.id] : []))
      : chosen === 'all'
        ? null
        : [Number(chosen)],
    slotIds: slotIds.length > 0 ? slotIds.map(Number) : null,
  }
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
          ...leads.map(({ id, name }) => ({ value: `${ofActivity}${id}`, label: `${name}, tous les groupes` })),
          ...periods.map(({ id, name }) => ({ value: String(id), label: name })),
        ]}
        {...form.getInputProps('chosen')}
        onChange={(value) => form.setValues({ chosen: value ?? 'all', slotIds: [] })}
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
  closing: { from: string; to: string; periodIds: number[] | null; slotIds: number[] | null }
}) => {
  const { data, error } = useQuery(orpc.reservations.closingPreview.queryOptions({ input: closing, staleTime: 0 }))
  if (error) return <Failure error={error} />
  if (!data) return null
  const { families, billed, marked, children } = data
  const freed = freedText(data)
  const kept = markedText(marked)
  if (freed === '') return <Note tone="good">{kept || 'Aucune réservation sur ces jours.'}</Note>
  return (
    <Note tone="warn">
      <b>{freed}</b> pour {counted(families, 'famille à prévenir', 'familles à prévenir')}.
      {billed > 0 ? ` Dont ${counted(billed, 'déjà facturée', 'déjà facturées')}\u00a0: un avoir sera proposé.` : null}{' '}
      {kept}
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
