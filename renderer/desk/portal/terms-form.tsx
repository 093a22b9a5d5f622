import { Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import type { PortalTerms } from '../../../shared/contract/desk/portal.ts'
import { isDay } from '../../../shared/rules/calendar/day.ts'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormFields } from '../parts/forms/dialogs.tsx'

/** The règlement that families accept on the portal, and the name of its version. */
export const TermsForm = ({ terms }: { terms: PortalTerms }) => {
  const form = useForm({ initialValues: { ...terms, formerUntil: '' } })
  const [saved, setSaved] = useState(terms)
  const isOther = saved.text !== '' && form.values.text.trim() !== saved.text && form.values.text.trim() !== ''
  return (
    <FormFields
      form={form}
      submit="Enregistrer le règlement"
      onSubmit={async (client, values) => {
        const { formerUntil, ...typed } = values
        const until = isOther && isDay(formerUntil) ? formerUntil : null
        const kept = (await client.portal.saveTerms({ ...typed, formerUntil: until })).terms
        setSaved(kept)
        form.setValues({ ...kept, formerUntil: '' })
        form.resetDirty({ ...kept, formerUntil: '' })
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
        {isOther ? (
          <DayField
            label="Avoir accepté l’ancien compte jusqu’au"
            description={'Les familles sont de nouveau demandées. Vide\u00a0: jusqu’à ce soir.'}
            clearable
            {...form.getInputProps('formerUntil')}
          />
        ) : null}
      </fieldset>
    </FormFields>
  )
}
