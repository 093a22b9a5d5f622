import { Radio, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import type { PortalSettings, PortalTexts } from '../../../shared/contract/desk/portal.ts'
import { type Accent, accentNames, accents } from '../../../shared/portal/accent.ts'
import { orpc } from '../../connection/client.ts'
import '../../parts/accents.css'
import { Failure, Loading } from '../parts/feedback.tsx'
import { FormFields } from '../parts/forms/dialogs.tsx'
import { TermsForm } from './terms-form.tsx'

/** Texts and colour of the portal's public pages, published at the next exchange. */
export const TextsTab = () => {
  const { data, error, refetch } = useQuery(orpc.portal.settings.queryOptions())
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <>
      <Fields settings={data} />
      <div className="portal-form">
        <TermsForm terms={data.terms} />
      </div>
    </>
  )
}

const textsOf = ({
  nightAt: _night,
  continuous: _flow,
  automatic: _rules,
  payfip: _payment,
  terms: _terms,
  ...texts
}: PortalSettings): PortalTexts => texts

const Fields = ({ settings }: { settings: PortalSettings }) => {
  const form = useForm({ initialValues: textsOf(settings) })
  const field = (path: keyof PortalTexts) => form.getInputProps(path)
  return (
    <div className="portal-form">
      <FormFields
        form={form}
        submit="Enregistrer les textes"
        onSubmit={async (client, values) => {
          form.resetDirty(textsOf(await client.portal.saveTexts(values)))
          notifications.show({ message: 'C’est enregistré\u00a0: le portail le montrera après le prochain échange.' })
        }}
      >
        <fieldset>
          <legend>Page d’accueil</legend>
          <TextInput
            label="Horaires d’ouverture de l’accueil"
            placeholder="du lundi au vendredi, de 9 h à 12 h et de 14 h à 18 h"
            {...field('openingHours')}
          />
          <Textarea
            label="Informations"
            description="Le bloc «&nbsp;Informations&nbsp;» de l’accueil du portail. Vide, il n’est pas montré. Une ligne vide sépare deux paragraphes."
            minRows={3}
            maxRows={12}
            {...field('information')}
          />
        </fieldset>
        <AccentField value={form.values.accent} onChange={(accent) => form.setFieldValue('accent', accent)} />
        <fieldset>
          <legend>Mentions légales</legend>
          <TextInput label="Éditeur" placeholder="Ville de Blainville-sur-Orne" {...field('publisher')} />
          <TextInput label="Directeur de la publication" placeholder="le maire" {...field('director')} />
          <Textarea label="Hébergeur" description="Nom, adresse, téléphone." {...field('host')} />
          <TextInput
            label="Délégué à la protection des données"
            placeholder="dpo@exemple.fr"
            {...field('dataProtectionOfficer')}
          />
        </fieldset>
        <fieldset>
          <legend>E-accessibilité</legend>
          <Radio.Group label="État de conformité au RGAA, écrit sur la page d’accueil" {...field('conformity')}>
            <div className="row row-wide">
              <Radio value="non" label="non conforme" />
              <Radio value="partielle" label="partiellement conforme" />
              <Radio value="totale" label="totalement conforme" />
            </div>
          </Radio.Group>
          <Textarea
            label="Audit"
            description="Par qui, quand, avec quel résultat. Sans audit, «&nbsp;totalement conforme&nbsp;» n’est pas permis."
            {...field('audit')}
          />
          <TextInput
            label="À qui signaler une difficulté"
            description="Vide, c’est l’adresse de la structure."
            {...field('accessibilityContact')}
          />
        </fieldset>
      </FormFields>
    </div>
  )
}

/** A fixed list: each palette was checked for contrast in light and dark mode. */
const AccentField = ({ value, onChange }: { value: Accent; onChange: (accent: Accent) => void }) => (
  <fieldset>
    <legend>Couleur du portail</legend>
    <div className="portal-accents" role="radiogroup" aria-label="Couleur du portail">
      {accents.map((accent) => (
        <label key={accent} className="portal-accent">
          <input
            type="radio"
            name="accent"
            value={accent}
            checked={accent === value}
            onChange={() => onChange(accent)}
          />
          <span className="portal-swatch" data-accent={accent} aria-hidden="true" />
          {accentNames[accent]}
        </label>
      ))}
    </div>
    <p className="soft small">Ces couleurs restent lisibles en clair comme en sombre.</p>
  </fieldset>
)
