import { NumberInput, PasswordInput, Radio, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { MailServer } from '../../../shared/contract/desk/messages/mails.ts'
import { leastPerMinute, mostPerMinute, usualPerMinute } from '../../../shared/rules/mails/fate.ts'
import { mailSecurities, mailSecurityNames, usualPorts } from '../../../shared/rules/mails/letter.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { FormFields } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { useSession } from '../staff/session.ts'
import { TrialForm } from './trial-form.tsx'

const noServer: MailServer = {
  server: '',
  port: usualPorts.startTls,
  security: 'startTls',
  account: '',
  senderName: '',
  senderAddress: '',
  perMinute: usualPerMinute,
}

/** The mail server by which the desk writes to families. */
export const MailServerTab = () => {
  const { data, error, refetch } = useQuery(orpc.mails.server.queryOptions())
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <div className="settings-page stack stack-wide">
      <ServerSection {...data} />
      {data.hasPassword ? <TrySection /> : null}
    </div>
  )
}

const ServerSection = ({
  server,
  hasPassword,
  problem,
}: {
  server: MailServer | null
  hasPassword: boolean
  problem: string | null
}) => {
  const form = useForm({ initialValues: { ...(server ?? noServer), password: '' } })
  const field = (name: keyof MailServer | 'password') => ({
    key: form.key(name),
    ...form.getInputProps(name),
  })
  return (
    <Section title="Serveur de mail" subtitle="par lequel le service écrit aux familles">
      <div className="settings-form">
        {problem === null ? null : <Note tone="danger">{problem}</Note>}
        {server !== null && !hasPassword ? (
          <Note tone="warn">Le mot de passe n’est pas connu de ce poste&nbsp;: rien ne part d’ici. Tapez-le.</Note>
        ) : null}
        <FormFields
          form={form}
          submit="Enregistrer le serveur"
          onSubmit={async (client, values) => {
            await client.mails.saveServer(values)
            form.setValues({ password: '' })
            form.resetDirty()
            notifications.show({ message: 'Le serveur est enregistré. Envoyez un essai.' })
          }}
        >
          <fieldset>
            <legend>Serveur</legend>
            <TextInput label="Serveur" placeholder="smtp.exemple.fr" required {...field('server')} />
            <Radio.Group
              label="Protection"
              {...field('security')}
              onChange={(security) => {
                const chosen = mailSecurities.find((one) => one === security) ?? 'startTls'
                form.setValues({ security: chosen, port: usualPorts[chosen] })
              }}
            >
              <div className="stack">
                {mailSecurities.map((one) => (
                  <Radio key={one} value={one} label={mailSecurityNames[one]} />
                ))}
              </div>
            </Radio.Group>
            <NumberInput
              label="Port"
              thousandSeparator=""
              allowDecimal={false}
              allowNegative={false}
              required
              {...field('port')}
            />
            <TextInput label="Compte" autoComplete="off" {...field('account')} />
            <PasswordInput
              label="Mot de passe"
              description={
                hasPassword && server?.account !== ''
                  ? 'Un mot de passe est gardé, chiffré, sur ce poste. Laissez vide pour le garder.'
                  : 'Il reste chiffré sur ce poste, hors des données et des sauvegardes.'
              }
              autoComplete="off"
              {...field('password')}
            />
          </fieldset>
          <fieldset>
            <legend>Expéditeur</legend>
            <TextInput label="Nom de l’expéditeur" required {...field('senderName')} />
            <TextInput label="Adresse de l’expéditeur" required {...field('senderAddress')} />
            <NumberInput
              label="Courriels par minute"
              description="Un serveur refuse qui en envoie trop à la fois."
              min={leastPerMinute}
              max={mostPerMinute}
              clampBehavior="none"
              allowDecimal={false}
              required
              {...field('perMinute')}
            />
          </fieldset>
        </FormFields>
      </div>
    </Section>
  )
}

const TrySection = () => {
  const isExample = useSession().data?.isDemo === true
  const attempt = useMutation(
    orpcOutsideForms.mails.try.mutationOptions({
      meta: { isErrorShownInline: true },
      onSuccess: () =>
        notifications.show({
          message: isExample
            ? 'Ville d’exemple\u00a0: rien n’est parti, l’essai est un fichier de son dossier «\u00a0mails\u00a0».'
            : 'Le serveur a pris l’essai\u00a0: regardez s’il arrive.',
        }),
    }),
  )
  return (
    <Section title="Essai" subtitle="un courriel tout de suite, avec ce qui est enregistré">
      <TrialForm
        label="Envoyer l’essai à"
        type="email"
        trial={{ ...attempt, mutate: (email) => attempt.mutate({ email }) }}
      />
    </Section>
  )
}
