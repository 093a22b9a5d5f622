import { PasswordInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { FormFields } from '../parts/forms/dialogs.tsx'
import { FullWindowScreen, SwitchPersonButton } from './full-window-screen.tsx'
import { type Session, useSetSession } from './session.ts'

export const LockScreen = ({ session }: { session: Session }) => {
  const setSession = useSetSession()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { password: '' },
    validate: { password: (password) => (password ? null : 'Tapez votre mot de passe.') },
  })
  return (
    <FullWindowScreen
      title="Bureau verrouillé"
      subtitle={<>{session.member?.name}&nbsp;: ce que vous aviez commencé vous attend.</>}
      isOverlay
    >
      <FormFields
        form={form}
        submit="Déverrouiller"
        onSubmit={async (client, values) => setSession(await client.staff.unlock(values))}
      >
        <PasswordInput
          label="Mot de passe"
          autoComplete="current-password"
          data-autofocus
          visibilityToggleButtonProps={{ 'aria-label': 'Voir le mot de passe' }}
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
      </FormFields>
      <SwitchPersonButton />
    </FullWindowScreen>
  )
}
