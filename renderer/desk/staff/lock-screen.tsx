import { PasswordInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useFocusTrap } from '@mantine/hooks'
import { clientOutsideForms } from '../../connection/client.ts'
import { FormFields } from '../parts/forms/dialogs.tsx'
import { type Session, useSetSession } from './session.ts'

/** Laid over the desk, which stays as it was left: nothing typed is lost. */
export const LockScreen = ({ session }: { session: Session }) => {
  const setSession = useSetSession()
  const trap = useFocusTrap()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { password: '' },
    validate: { password: (password) => (password ? null : 'Tapez votre mot de passe.') },
  })
  return (
    <main className="alone alone-veil" ref={trap}>
      <div className="stack stack-wide">
        <div>
          <Title order={1}>Bureau verrouillé</Title>
          <p className="soft">{session.member?.name}&nbsp;: ce que vous aviez commencé vous attend.</p>
        </div>
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
        <button
          type="button"
          className="plain-link"
          onClick={() => void clientOutsideForms.staff.logout().then(setSession)}
        >
          Changer de personne
        </button>
      </div>
    </main>
  )
}
