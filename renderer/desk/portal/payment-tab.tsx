import { Button, Radio, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { PayfipSettings } from '../../../shared/contract/desk/portal.ts'
import { roleNeeded } from '../../../shared/rules/access/roles.ts'
import type { PayfipMode } from '../../../shared/rules/money/payment/payfip.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { FormFields } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { RegieControl, useChosenRegie } from '../regies/regie-choice.tsx'
import { useMay } from '../staff/may.ts'

/**
 * Who sees « Payer cette facture » on the portal: nobody, one test account, or every parent. Published at the next
 * exchange.
 */
export const PaymentTab = () => {
  const { regies, regie, chooseRegie } = useChosenRegie()
  const regieId = regie.id
  const { data, error, refetch } = useQuery(orpc.portal.payfip.queryOptions({ input: { regieId } }))
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <div className="portal-form stack stack-wide">
      <RegieControl regies={regies} regie={regie} onChoose={chooseRegie} />
      <Client key={`client ${regieId}`} regieId={regieId} settings={data} />
      <Opening key={`opening ${regieId}`} regieId={regieId} settings={data} />
    </div>
  )
}

type OfRegie = { readonly regieId: number; readonly settings: PayfipSettings }

const Client = ({ regieId, settings: { client, address } }: OfRegie) => {
  const attempt = useMutation(orpcOutsideForms.portal.tryPayfip.mutationOptions({ meta: { isErrorShownInline: true } }))
  return (
    <Section title="Régie">
      <p>
        {client === '' ? (
          'Le numéro client PayFiP de la régie n’est pas encore écrit.'
        ) : (
          <>
            Numéro client PayFiP de la régie&nbsp;: <b>{client}</b>
          </>
        )}{' '}
        {regieId === firstRegieId ? (
          <Link to="/reglages">Il s’écrit dans Réglages, «&nbsp;Structure&nbsp;».</Link>
        ) : (
          <Link to="/reglages" search={{ onglet: 'regies' }}>
            Il s’écrit dans Réglages, «&nbsp;Régies&nbsp;».
          </Link>
        )}
      </p>
      {address === '' ? null : (
        <Note tone="warn">PayFiP est simulé sur cet ordinateur ({address})&nbsp;: aucun argent ne change de main.</Note>
      )}
      <div className="row">
        <Button disabled={client === ''} loading={attempt.isPending} onClick={() => attempt.mutate({ regieId })}>
          Essayer ce numéro
        </Button>
      </div>
      {attempt.data ? (
        <Note tone="good" alert>
          {attempt.data.sentence}
        </Note>
      ) : null}
      {attempt.error ? <Failure error={attempt.error} /> : null}
    </Section>
  )
}

const modes: readonly (readonly [mode: PayfipMode, name: string, what: string])[] = [
  ['off', 'Fermé', 'Les parents paient à l’accueil. Le bouton n’est pas montré.'],
  [
    'test',
    'Essai',
    'Un seul compte voit le bouton. Carte fictive de PayFiP\u00a0: rien n’est payé, rien n’est compté.',
  ],
  [
    'activation',
    'Activation',
    'Un seul compte voit le bouton. Vraie carte\u00a0: PayFiP ouvre la régie après ce paiement.',
  ],
  ['production', 'Ouvert', 'Tous les parents voient «\u00a0Payer cette facture\u00a0».'],
]

const Opening = ({ regieId, settings }: OfRegie) => {
  const may = useMay()
  const queries = useQueryClient()
  const form = useForm({ initialValues: { mode: settings.mode, tryEmail: settings.tryEmail } })
  const isTried = form.values.mode === 'test' || form.values.mode === 'activation'
  return (
    <Section title="Paiement en ligne">
      {may('organisation') ? null : <Note>{roleNeeded('organisation')}</Note>}
      <FormFields
        form={form}
        submit="Enregistrer"
        onSubmit={async (client, values) => {
          const { mode, tryEmail } = await client.portal.savePayfip({ regieId, ...values })
          form.setInitialValues({ mode, tryEmail })
          form.setValues({ mode, tryEmail })
          await queries.invalidateQueries({ queryKey: orpc.portal.payfip.key() })
          notifications.show({ message: 'C’est enregistré\u00a0: le portail suivra au prochain échange.' })
        }}
      >
        <fieldset disabled={!may('organisation')}>
          <legend>Qui peut payer en ligne</legend>
          <Radio.Group aria-label="Qui peut payer en ligne" {...form.getInputProps('mode')}>
            <div className="stack">
              {modes.map(([mode, name, what]) => (
                <Radio key={mode} value={mode} label={name} description={what} />
              ))}
            </div>
          </Radio.Group>
          {isTried ? (
            <TextInput
              label="Adresse mail du compte qui essaie"
              description="L’identifiant d’un compte du portail, par exemple celui d’un agent qui est aussi parent."
              {...form.getInputProps('tryEmail')}
            />
          ) : null}
        </fieldset>
      </FormFields>
    </Section>
  )
}
