import { NumberInput, PasswordInput, Select, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { SmsServer } from '../../../shared/contract/desk/messages/mails.ts'
import { brevo, knownProviders } from '../../../shared/rules/messages/sms-provider.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { FormFields } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { useSession } from '../staff/session.ts'
import { TrialForm } from './trial-form.tsx'

const other = 'autre'

/** The provider by which the desk sends SMS. */
export const SmsTab = () => {
  const { data, error, refetch } = useQuery(orpc.mails.smsServer.queryOptions())
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <div className="settings-page stack stack-wide">
      <ProviderSection {...data} />
      {data.hasKey ? <TrySection /> : null}
    </div>
  )
}

const nameOf = ({ sendAddress }: SmsServer['provider']): string =>
  Object.entries(knownProviders).find(([, one]) => one.sendAddress === sendAddress)?.[0] ?? other

const ProviderSection = ({
  server,
  hasKey,
  problem,
}: {
  server: SmsServer | null
  hasKey: boolean
  problem: string | null
}) => {
  const form = useForm({
    mode: 'controlled',
    initialValues: {
      provider: server?.provider ?? { ...brevo },
      sender: server?.sender ?? '',
      priceEuros: (server?.priceThousandths ?? 59) / 1000,
      key: '',
    },
  })
  const [kind, setKind] = useState(nameOf(form.values.provider))
  const field = (name: string) => ({ ...form.getInputProps(name), 'data-path': name })
  return (
    <Section title="Prestataire de SMS" subtitle="par lequel partent les SMS aux familles">
      <div className="settings-form">
        {problem === null ? null : <Note tone="danger">{problem}</Note>}
        {server !== null && !hasKey ? (
          <Note tone="warn">La clé n’est pas connue de ce poste&nbsp;: aucun SMS ne part d’ici. Collez-la.</Note>
        ) : null}
        <FormFields
          form={form}
          submit="Enregistrer le prestataire"
          onSubmit={async (client, { priceEuros, ...values }) => {
            await client.mails.saveSmsServer({ ...values, priceThousandths: Math.round(priceEuros * 1000) })
            form.setValues({ key: '' })
            form.resetDirty()
            notifications.show({ message: 'Le prestataire est enregistré. Envoyez un essai.' })
          }}
        >
          <fieldset>
            <legend>Compte</legend>
            <Select
              label="Prestataire"
              data={[
                ...Object.keys(knownProviders).map((name) => ({ value: name, label: name })),
                { value: other, label: 'Un autre, décrit ci-dessous' },
              ]}
              value={kind}
              onChange={(value) => {
                setKind(value ?? other)
                const known = value === null ? undefined : knownProviders[value]
                if (known) form.setValues({ provider: { ...known } })
              }}
            />
            <PasswordInput
              label="Clé"
              description={
                hasKey
                  ? 'Une clé est gardée, chiffrée, sur ce poste. Laissez vide pour la garder.'
                  : 'Elle reste chiffrée sur ce poste, hors des données et des sauvegardes.'
              }
              autoComplete="off"
              {...field('key')}
            />
            <TextInput
              label="Expéditeur"
              description="Ce que montre le téléphone&nbsp;: 11 lettres ou chiffres au plus, déclarés chez le prestataire."
              maxLength={11}
              required
              {...field('sender')}
            />
            <NumberInput
              label="Prix d’un SMS"
              suffix="&nbsp;€"
              decimalSeparator=","
              decimalScale={3}
              allowNegative={false}
              required
              {...field('priceEuros')}
            />
          </fieldset>
          {kind === other ? (
            <fieldset>
              <legend>Comment l’appeler</legend>
              <p className="soft small">
                Mots remplacés&nbsp;: {'{clé}, {numéro}, {numéro sans +}, {texte}, {expéditeur}, {référence}, {id}'}. Ce
                qui n’existe pas chez ce prestataire reste vide.
              </p>
              <TextInput label="Adresse d’envoi" required {...field('provider.sendAddress')} />
              <Textarea label="En-têtes" description="un par ligne" autosize {...field('provider.headers')} />
              <Textarea label="Corps (JSON)" autosize required {...field('provider.body')} />
              <TextInput label="Où lire son numéro de message" {...field('provider.idPath')} />
              <TextInput label="Adresse des accusés" {...field('provider.statusAddress')} />
              <TextInput label="Où lire l’accusé" {...field('provider.statusPath')} />
              <TextInput label="Mots pour «&nbsp;reçu&nbsp;»" {...field('provider.deliveredWords')} />
              <TextInput label="Mots pour «&nbsp;non reçu&nbsp;»" {...field('provider.failedWords')} />
              <TextInput label="Mots pour «&nbsp;STOP&nbsp;»" {...field('provider.stoppedWords')} />
              <TextInput label="Adresse du solde" {...field('provider.balanceAddress')} />
              <TextInput label="Où lire le solde" {...field('provider.balancePath')} />
            </fieldset>
          ) : null}
        </FormFields>
      </div>
    </Section>
  )
}

const TrySection = () => {
  const isExample = useSession().data?.isDemo === true
  const { data: balance } = useQuery(orpc.sendings.balance.queryOptions({ retry: false }))
  const attempt = useMutation(
    orpcOutsideForms.mails.trySms.mutationOptions({
      meta: { isErrorShownInline: true },
      onSuccess: () =>
        notifications.show({
          message: isExample
            ? 'Ville d’exemple\u00a0: rien n’est parti.'
            : 'Le prestataire a pris l’essai\u00a0: regardez s’il arrive.',
        }),
    }),
  )
  return (
    <Section
      title="Essai"
      subtitle={
        balance?.left
          ? `un SMS tout de suite, payant\u00a0; il en reste ${balance.left}`
          : 'un SMS tout de suite, payant'
      }
    >
      <TrialForm
        label="Envoyer l’essai au"
        type="tel"
        trial={{ ...attempt, mutate: (phone) => attempt.mutate({ phone }) }}
      />
    </Section>
  )
}
