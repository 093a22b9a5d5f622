import { Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ReactNode } from 'react'
import type { FormClient } from '../../connection/form.ts'
import { FormDialog } from '../parts/forms/dialogs.tsx'

/** Asks for a written reason, which is recorded with the action. */
export const ReasonDialog = ({
  title,
  label,
  missing,
  submit,
  onSubmit,
  onClose,
  children,
}: {
  title: string
  label: string
  /** Error message of an empty reason. */
  missing: string
  submit: string
  onSubmit: (client: FormClient, reason: string) => Promise<unknown>
  onClose: () => void
  children: ReactNode
}) => {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { reason: '' },
    validate: { reason: (reason) => (reason.trim() === '' ? missing : null) },
  })
  return (
    <FormDialog
      opened
      title={title}
      width="narrow"
      form={form}
      submit={submit}
      onSubmit={(client, { reason }) => onSubmit(client, reason)}
      onClose={onClose}
    >
      {children}
      <Textarea
        label={label}
        data-autofocus
        autosize
        minRows={2}
        key={form.key('reason')}
        {...form.getInputProps('reason')}
      />
    </FormDialog>
  )
}
