import { Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import type { PortalTerms } from '../../../shared/contract/desk/portal.ts'
import { FormFields } from '../parts/forms/dialogs.tsx'

/** The règlement (terms of use) that new families accept on the portal, and the name of its version. */
export const TermsForm = ({ terms }: { terms: PortalTerms }) => {
  const form = useForm({ initialValues: terms })
  return (
    <FormFields
      form={form}
      submit="Enregistrer le règlement"
      onSubmit={async (client, values) => {
        form.resetDirty((await client.portal.saveTerms(values)).terms)
        notifications.show({ message: 'C’est enregistré\u00a0: le portail le montrera après le prochain échange.' })
      }}
    >
      <fieldset>
        <legend>Inscription des nouvelles familles</legend>
        <Textarea
          label="Règlement"
          description="Lu et accepté par les familles qui s’inscrivent. Vide, elles viennent au guichet."
          autosize
          minRows={4}
          maxRows={16}
          {...form.getInputProps('text')}
        />
        <TextInput
          label="Version"
          description="Un autre texte est une autre version. Chaque famille garde celle qu’elle a acceptée."
          placeholder="septembre 2026"
          {...form.getInputProps('version')}
        />
      </fieldset>
    </FormFields>
  )
}
