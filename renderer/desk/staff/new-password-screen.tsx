import { useForm } from '@mantine/form'
import { FormFields } from '../parts/forms/dialogs.tsx'
import { FullWindowScreen, SwitchPersonButton } from './full-window-screen.tsx'
import { OwnPasswordFields } from './own-password-fields.tsx'
import { ownPasswordForm } from './password-fields.ts'
import { type Session, useSetSession } from './session.ts'

/** Shown after a login with a password that somebody else set: the person must choose their own first. */
export const NewPasswordScreen = ({ session }: { session: Session }) => {
  const setSession = useSetSession()
  const form = useForm({ mode: 'uncontrolled', ...ownPasswordForm })
  return (
    <FullWindowScreen
      title="Choisissez votre mot de passe"
      subtitle={
        <>
          {session.member?.name}&nbsp;: celui que l’on vous a donné n’a servi qu’à entrer. Le vôtre, vous seul le
          connaîtrez.
        </>
      }
    >
      <FormFields
        form={form}
        submit="Enregistrer et entrer"
        onSubmit={async (client, values) => setSession(await client.staff.changePassword(values))}
      >
        <OwnPasswordFields form={form} labels={['Mot de passe reçu', 'Votre mot de passe']} />
      </FormFields>
      <SwitchPersonButton />
    </FullWindowScreen>
  )
}
