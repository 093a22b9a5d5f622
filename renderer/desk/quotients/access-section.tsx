import { Button, PasswordInput, Radio } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { Note } from '../parts/feedback.tsx'
import { FormFields } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'

/** The town's token for API Particulier. Once saved, it is never shown again. */
export const ApiAccessSection = () => {
  const { data } = useQuery(orpc.quotients.access.queryOptions())
  const remove = useMutation(orpcOutsideForms.quotients.removeAccess.mutationOptions())
  const form = useForm<{ token: string; service: 'production' | 'staging' }>({
    initialValues: { token: '', service: 'production' },
    validate: { token: (text) => (text.trim() === '' ? 'Collez le jeton.' : null) },
  })
  return (
    <Section
      title="API Particulier"
      subtitle="demander les quotients à la CAF et à la MSA, pour les familles qui l’ont accepté"
    >
      <div className="settings-form">
        {data?.problem ? <Note tone="danger">{data.problem}</Note> : null}
        {data?.service ? (
          <div className="row">
            <Note tone="good">
              {data.service === 'staging'
                ? 'Un jeton d’essai est enregistré\u00a0: les réponses sont des exemples.'
                : 'Un jeton est enregistré sur ce poste.'}
            </Note>
            <Button variant="subtle" loading={remove.isPending} onClick={() => remove.mutate()}>
              Retirer le jeton
            </Button>
          </div>
        ) : null}
        <FormFields
          form={form}
          submit={data?.service ? 'Remplacer le jeton' : 'Enregistrer le jeton'}
          onSubmit={async (client, values) => {
            await client.quotients.saveAccess(values)
            form.reset()
            notifications.show({ message: 'Le jeton est enregistré sur ce poste. Il ne se relit plus.' })
          }}
        >
          <PasswordInput
            label="Jeton de l’habilitation"
            description="Donné par particulier.api.gouv.fr. Il reste chiffré sur ce poste, hors des données et des sauvegardes."
            autoComplete="off"
            maw={520}
            key={form.key('token')}
            {...form.getInputProps('token')}
          />
          <Radio.Group label="Service" key={form.key('service')} {...form.getInputProps('service')}>
            <div className="stack">
              <Radio value="production" label="Réel" />
              <Radio value="staging" label="Essai, avec des personnes fictives" />
            </div>
          </Radio.Group>
        </FormFields>
      </div>
    </Section>
  )
}
