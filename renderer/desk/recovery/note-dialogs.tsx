import { Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { addMonths, isDay } from '../../../shared/rules/calendar/day.ts'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { useNow } from '../staff/now.ts'

type Of = { readonly regieId: number; readonly familyId: number | null; readonly thirdPartyId: number | null }

export const CallDialog = ({ of, name, onClose }: { of: Of; name: string; onClose: () => void }) => {
  const form = useForm({
    initialValues: { text: '', promisedOn: '' },
    validate: { text: (text) => (text.trim() === '' ? 'Notez ce qui a été dit.' : null) },
  })
  return (
    <FormDialog
      opened
      title={`Appel, ${name}`}
      width="narrow"
      form={form}
      submit="Noter l’appel"
      onClose={onClose}
      onSubmit={(client, { text, promisedOn }) =>
        client.recovery.noteCall({ ...of, text, promisedOn: promisedOn === '' ? null : promisedOn })
      }
    >
      <Textarea label="Ce qui a été dit" data-autofocus autosize minRows={2} {...form.getInputProps('text')} />
      <DayField
        label="Paiement promis pour le"
        description="La lettre suivante le rappelle si rien n’est arrivé."
        clearable
        {...form.getInputProps('promisedOn')}
      />
    </FormDialog>
  )
}

export const SetAsideDialog = ({ of, name, onClose }: { of: Of; name: string; onClose: () => void }) => {
  const { today } = useNow()
  const form = useForm({
    initialValues: { reason: '', until: addMonths(today, 1) },
    validate: {
      reason: (reason) => (reason.trim() === '' ? 'Indiquez le motif.' : null),
      until: (until) => (isDay(until) ? null : 'Jusqu’à quel jour\u00a0?'),
    },
  })
  return (
    <FormDialog
      opened
      title={`Mettre de côté, ${name}`}
      width="narrow"
      form={form}
      submit="Mettre de côté"
      onClose={onClose}
      onSubmit={(client, values) => client.recovery.setAside({ ...of, ...values })}
    >
      <Textarea label="Motif" data-autofocus autosize minRows={2} {...form.getInputProps('reason')} />
      <DayField label="Aucune relance jusqu’au" {...form.getInputProps('until')} />
    </FormDialog>
  )
}
