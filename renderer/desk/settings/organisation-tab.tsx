import { Button, Checkbox, FileButton, NumberInput, Select, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { Organisation } from '../../../shared/contract/desk/settings.ts'
import { clientOutsideForms, orpc, orpcOutsideForms } from '../../connection/client.ts'
import { Failure, Loading } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormFields, useDraft } from '../parts/forms/dialogs.tsx'
import { EuroField } from '../parts/forms/euro-field.tsx'
import { OtherViewers } from '../parts/other-viewers.tsx'
import { Section } from '../parts/screen.tsx'
import { ApiAccessSection } from '../quotients/access-section.tsx'
import { QuotientRuleSection } from '../quotients/rule-section.tsx'

/** The organisation's data, printed on papers and used by rules. */
export const OrganisationTab = () => {
  const { data, error, refetch } = useQuery(orpc.settings.organisation.queryOptions())
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <div className="settings-page stack stack-wide">
      <OtherViewers record="organisation" />
      <Logo hasLogo={data.hasLogo} />
      <Fields organisation={data} />
      <QuotientRuleSection />
      <ApiAccessSection />
    </div>
  )
}

const Fields = ({ organisation }: { organisation: Organisation }) => {
  const form = useForm({ initialValues: asTyped(organisation) })
  const { openForm, note, discardRecorded } = useDraft('structure', form)
  const field = (path: keyof ReturnType<typeof asTyped>) => ({ key: form.key(path), ...form.getInputProps(path) })
  return (
    <div className="settings-form">
      <FormFields
        form={form}
        openForm={openForm}
        submit="Enregistrer la structure"
        onSubmit={async (client, { tillFloat, billsFrom, ...rest }) => {
          const saved = await client.settings.changeOrganisation({
            ...rest,
            billsFrom: billsFrom === '' ? null : billsFrom,
            tillFloatCents: Math.round(tillFloat * 100),
          })
          form.resetDirty(asTyped(saved))
          discardRecorded()
          notifications.show({ message: 'La structure est enregistrée.' })
        }}
      >
        {note}
        <fieldset>
          <legend>Sur les papiers</legend>
          <TextInput label="Nom de la structure" {...field('name')} />
          <TextInput label="Au nom de" {...field('authority')} />
          <TextInput label="Adresse" {...field('address')} />
          <TextInput label="Code postal" {...field('postcode')} />
          <TextInput label="Commune" {...field('town')} />
          <TextInput label="Téléphone" {...field('phone')} />
          <TextInput label="E-mail" {...field('email')} />
          <TextInput label="SIRET" {...field('siret')} />
        </fieldset>
        <fieldset>
          <legend>Régie et règlements</legend>
          <TextInput label="Régie" {...field('regie')} />
          <TextInput label="Régisseur" {...field('cashier')} />
          <EuroField
            label="Fond de caisse"
            description="Laissé dans la caisse pour rendre la monnaie."
            data-core="tillFloatCents"
            {...field('tillFloat')}
          />
          <NumberInput
            label="Délai de paiement"
            suffix=" jours"
            allowDecimal={false}
            allowNegative={false}
            {...field('dueDays')}
          />
          <DayField
            label="La régie facture à partir du"
            description="Les jours d’avant ne sont jamais facturés ici&nbsp;; vide, ils le sont tous."
            clearable
            {...field('billsFrom')}
          />
          <Checkbox
            label="Établir une facture à zéro pour les enfants présents"
            description="Un mois qui ne coûte rien a quand même sa facture, une seule fois."
            key={form.key('zeroInvoices')}
            {...form.getInputProps('zeroInvoices', { type: 'checkbox' })}
          />
          <TextInput
            label="Numéro client PayFiP"
            description="Six chiffres&nbsp;; vide sans paiement en ligne."
            {...field('payfipNumber')}
          />
          <Textarea
            label="Moyens de paiement à l’accueil"
            description="Imprimés sur les factures, un par ligne."
            {...field('waysToPay')}
          />
          <Textarea label="Pour une réclamation" {...field('complaints')} />
          <Textarea
            label="Pied des courriers"
            description="Au bas des lettres et des attestations, en deux lignes au plus."
            {...field('letterFoot')}
          />
        </fieldset>
        <fieldset>
          <legend>Règles</legend>
          <TextInput
            label="Commune des résidents"
            description="Les foyers de cette commune paient le tarif résident."
            {...field('residentTown')}
          />
          <Select
            label="Zone des vacances scolaires"
            description="Elle ferme les jours de vacances des périodes."
            data={['A', 'B', 'C']}
            {...field('schoolZone')}
          />
          <NumberInput
            label="Réponse aux demandes sous"
            description="Promis aux parents, jours ouvrés."
            suffix=" jours"
            allowDecimal={false}
            allowNegative={false}
            {...field('answerWorkingDays')}
          />
          <NumberInput
            label="Verrouillage du poste après"
            description="Sans clavier ni souris."
            suffix=" minutes"
            allowDecimal={false}
            allowNegative={false}
            {...field('lockAfterMinutes')}
          />
          <Checkbox
            label="Garder des photos des enfants et de qui vient les chercher"
            description="Chiffrées, avec l’accord de chacun, vues de l’équipe seulement&nbsp;; l’autorisation «&nbsp;Photo pour l’équipe&nbsp;» demande celui des familles."
            key={form.key('photos')}
            {...form.getInputProps('photos', { type: 'checkbox' })}
          />
        </fieldset>
      </FormFields>
    </div>
  )
}

/** The values of the organisation in its form: euros, and an empty field for no day. */
const asTyped = ({ tillFloatCents, billsFrom, ...organisation }: Organisation) => ({
  ...organisation,
  billsFrom: billsFrom ?? '',
  tillFloat: tillFloatCents / 100,
})

const Logo = ({ hasLogo }: { hasLogo: boolean }) => {
  const { data: address } = useQuery({
    queryKey: [...orpc.settings.logo.key(), 'address'],
    queryFn: async () => addressOf(await clientOutsideForms.settings.logo()),
    enabled: hasLogo,
  })
  const change = useMutation(orpcOutsideForms.settings.changeLogo.mutationOptions())
  return (
    <Section title="Logo" subtitle="en tête des factures et des feuilles de jour&nbsp;; PNG ou JPEG, 1 Mo au plus">
      {hasLogo && address ? (
        <div>
          <img className="settings-logo" src={address} alt="Logo de la structure" />
        </div>
      ) : null}
      <div className="row">
        <FileButton
          accept="image/png,image/jpeg"
          onChange={(chosen) => {
            if (chosen) change.mutate({ file: chosen })
          }}
        >
          {(props) => (
            <Button {...props} loading={change.isPending}>
              {hasLogo ? 'Changer le logo…' : 'Choisir un logo…'}
            </Button>
          )}
        </FileButton>
        {hasLogo ? (
          <Button variant="subtle" onClick={() => change.mutate({ file: null })}>
            Retirer le logo
          </Button>
        ) : null}
      </div>
    </Section>
  )
}

/** A data URL, which unlike an object URL needs no revoking. */
const addressOf = (file: Blob | null): Promise<string> | null =>
  file &&
  new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => resolve(typeof reader.result === 'string' ? reader.result : ''))
    reader.addEventListener('error', () => reject(reader.error))
    reader.readAsDataURL(file)
  })
