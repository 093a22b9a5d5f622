import { Radio, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { Mark } from '../../../shared/contract/desk/attendance.ts'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import type { GivenMark, SheetCell } from './sheet.ts'

/** The reason of a justified absence, and whether the family gave notice in time, which may change the price. */
export const JustifiedDialog = ({
  at,
  onGiven,
  onClose,
}: {
  at: SheetCell | null
  onGiven: (given: GivenMark) => void
  onClose: () => void
}) => {
  const form = useForm<{ reason: string; mark: Mark }>({
    mode: 'uncontrolled',
    initialValues: {
      reason: at?.reason ?? '',
      mark: at?.mark === 'justifiedLate' ? 'justifiedLate' : 'justifiedInTime',
    },
    validate: { reason: (reason) => (reason.trim() === '' ? 'Indiquez ce qui justifie l’absence.' : null) },
  })
  return (
    <FormDialog
      opened
      title="Absence justifiée"
      width="narrow"
      form={form}
      submit="Noter l’absence"
      onSubmit={async (_client, { reason, mark }) => {
        onGiven({ mark, reason: reason.trim() })
      }}
      onClose={onClose}
    >
      <TextInput
        label="Motif"
        description="Par exemple «&nbsp;certificat médical reçu&nbsp;»."
        data-autofocus
        key={form.key('reason')}
        {...form.getInputProps('reason')}
      />
      <Radio.Group label="La famille a prévenu" key={form.key('mark')} {...form.getInputProps('mark')}>
        <div className="stack">
          <Radio value="justifiedInTime" label="à temps" />
          <Radio value="justifiedLate" label="trop tard" />
        </div>
      </Radio.Group>
    </FormDialog>
  )
}
