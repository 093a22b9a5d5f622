import { PasswordInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { passwordProps } from './password-fields.ts'

type OwnPassword = { current: string; next: string }

/** The fields in which a person replaces their own password. @param labels of the current and the new password */
export const OwnPasswordFields = ({
  form,
  labels: [current, next],
}: {
  form: UseFormReturnType<OwnPassword>
  labels: readonly [current: string, next: string]
}) => (
  <>
    <PasswordInput
      label={current}
      autoComplete="current-password"
      visibilityToggleButtonProps={passwordProps.visibilityToggleButtonProps}
      data-autofocus
      key={form.key('current')}
      {...form.getInputProps('current')}
    />
    <PasswordInput label={next} {...passwordProps} key={form.key('next')} {...form.getInputProps('next')} />
  </>
)
