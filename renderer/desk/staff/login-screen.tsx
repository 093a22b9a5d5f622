import { PasswordInput, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useFocusTrap } from '@mantine/hooks'
import { client } from '../../connection/client.ts'
import { FormFields } from '../parts/dialogs.tsx'
import { type Session, useSetSession } from './session.ts'

export const LoginScreen = ({ session }: { session: Session }) => {
  const setSession = useSetSession()
  const trap = useFocusTrap()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { login: '', password: '' },
    validate: {
      login: (login) => (login.trim() ? null : 'Tapez votre identifiant.'),
      password: (password) => (password ? null : 'Tapez votre mot de passe.'),
    },
  })
  return (
    <main className="alone" ref={trap}>
      <div className="stack stack-wide">
        <div>
          <Title order={1}>{session.organisationName || 'Espace Jeunesse'}</Title>
          <p className="soft">{session.town}</p>
        </div>
        <FormFields
          form={form}
          submit="Se connecter"
          onSubmit={async (values) => setSession(await client.staff.login(values))}
        >
          <TextInput
            label="Identifiant"
            autoComplete="username"
            data-autofocus
            key={form.key('login')}
            {...form.getInputProps('login')}
          />
          <PasswordInput
            label="Mot de passe"
            autoComplete="current-password"
            visibilityToggleButtonProps={{ 'aria-label': 'Voir le mot de passe' }}
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
        </FormFields>
      </div>
    </main>
  )
}
