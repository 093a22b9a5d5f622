import { Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ShownAid } from '../../../shared/contract/desk/money/payers.ts'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { useNow } from '../staff/now.ts'

/** Records that the third party refuses: the family pays again what the aid was to give. */
export const RefuseDialog = ({ aid, onClose }: { aid: ShownAid; onClose: () => void }) => {
  const { today } = useNow()
  const form = useForm({ mode: 'controlled', initialValues: { on: today, reason: '' } })
  return (
    <FormDialog
      opened
      title={`«\u00a0${aid.label}\u00a0» est refusée`}
      width="narrow"
      form={form}
      submit="Noter le refus"
      onClose={onClose}
      onSubmit={(client, { on, reason }) => client.payers.refuse({ id: aid.id, on, reason })}
    >
      <p>
        La famille paiera ce que l’aide devait prendre&nbsp;: la prochaine facturation le lui demande, et le rend au
        tiers payeur.
      </p>
      <DayField label="Refusée le" {...form.getInputProps('on')} />
      <Textarea label="Motif" data-autofocus {...form.getInputProps('reason')} />
    </FormDialog>
  )
}
