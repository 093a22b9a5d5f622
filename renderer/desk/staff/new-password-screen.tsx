import { Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useFocusTrap } from '@mantine/hooks'
import { clientOutsideForms } from '../../connection/client.ts'
import { FormFields } from '../parts/forms/dialogs.tsx'
import { OwnPasswordFields } from './own-password-fields.tsx'
import { ownPassword } from './password-fields.ts'
import { type Session, useSetSession } from './session.ts'

/** Shown after a login with a password that somebody else set: the person must choose their own first. */
export const NewPasswordScreen = ({ session }: { session: Session }) => {
  const setSession = useSetSession()
  const trap = useFocusTrap()
  const form = useForm({ mode: 'uncontrolled', ...ownPassword })
  return (
    <main className="alone" ref={trap}>
      <div className="stack stack-wide">
        <div>
          <Title order={1}>Choisissez votre mot de passe</Title>
          <p className="soft">
            {session.member?.name}&nbsp;: celui que l’on vous a donné n’a servi qu’à entrer. Le vôtre, vous seul le
            connaîtrez.
          </p>
        </div>
        <FormFields
          form={form}
          submit="Enregistrer et entrer"
          onSubmit={async (client, values) => setSession(await client.staff.changePassword(values))}
        >
          <OwnPasswordFields form={form} labels={['Mot de passe reçu', 'Votre mot de passe']} />
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
