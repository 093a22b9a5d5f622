import { PasswordInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { Fragment, useState } from 'react'
import { exampleLogins, examplePassword } from '../../../shared/examples/staff.ts'
import { isElsewhere } from '../../connection/client.ts'
import { JoinWorkstation } from '../first-start/join-workstation.tsx'
import { Note } from '../parts/feedback.tsx'
import { FormFields } from '../parts/forms/dialogs.tsx'
import { FullWindowScreen } from './full-window-screen.tsx'
import { type Session, useSetSession } from './session.ts'
import { VersionBanner } from './version-banner.tsx'

export const LoginScreen = ({ session }: { session: Session }) => {
  const setSession = useSetSession()
  const [isLeaving, setIsLeaving] = useState(false)
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { login: '', password: '' },
    validate: {
      login: (login) => (login.trim() ? null : 'Tapez votre identifiant.'),
      password: (password) => (password ? null : 'Tapez votre mot de passe.'),
    },
  })
  if (isLeaving) {
    return (
      <FullWindowScreen title="Se connecter à un autre poste">
        <JoinWorkstation />
        <button type="button" className="plain-link" onClick={() => setIsLeaving(false)}>
          Rester sur ce poste
        </button>
      </FullWindowScreen>
    )
  }
  return (
    <FullWindowScreen title={session.organisationName || 'Espace Jeunesse'} subtitle={session.town}>
      <VersionBanner session={session} />
      {session.endedBecause === null ? null : <Note tone="warn">{session.endedBecause}</Note>}
      <FormFields
        form={form}
        submit="Se connecter"
        onSubmit={async (client, values) => setSession(await client.staff.login(values))}
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
      {session.isDemo ? <ExampleLogins /> : <ForgottenPassword />}
      {isElsewhere ? <ReturnToOwnWorkstationButton /> : null}
      {window.desk && !isElsewhere && !session.isDemo ? (
        <button type="button" className="plain-link" onClick={() => setIsLeaving(true)}>
          Se connecter à un autre poste
        </button>
      ) : null}
    </FullWindowScreen>
  )
}

const ForgottenPassword = () => (
  <details className="small">
    <summary>Mot de passe oublié&nbsp;?</summary>
    <p>Un administrateur vous en donne un autre dans Réglages › Agents.</p>
    <p>
      Aucun administrateur ne peut plus entrer&nbsp;? Sur le poste principal, fermez Espace Jeunesse, créez un fichier
      vide <b className="nowrap">mot-de-passe-perdu.txt</b> dans le dossier des données, puis rouvrez&nbsp;: un mot de
      passe provisoire s’y trouve alors dans <b className="nowrap">mot-de-passe-provisoire.txt</b>.
    </p>
  </details>
)

const ExampleLogins = () => (
  <p className="soft small">
    Dans la ville d’exemple&nbsp;:{' '}
    {Object.entries(exampleLogins).map(([login, does], index) => (
      <Fragment key={login}>
        {index > 0 ? ', ' : ''}
        <strong>{login}</strong> ({does})
      </Fragment>
    ))}
    . Leur mot de passe est <strong>{examplePassword}</strong>.
  </p>
)

/** Returns a window that works at another workstation to its own workstation. */
export const ReturnToOwnWorkstationButton = () => (
  <button type="button" className="plain-link" onClick={() => void window.desk?.leaveWorkstation()}>
    Revenir aux données de ce poste
  </button>
)
