import { Autocomplete } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { WaitingChild } from '../../../../shared/contract/desk/reservations/waiting.ts'
import { ofName } from '../../../../shared/rules/text/french.ts'
import { Note } from '../../parts/feedback.tsx'
import { FormDialog } from '../../parts/forms/dialogs.tsx'

const usualReasons = ['Les deux parents travaillent', 'Parent seul qui travaille', 'Demande des services sociaux']

/** The reason why a child has priority on every waiting list of its registration; an empty reason ends the priority. */
export const PriorityDialog = ({ child, onClose }: { child: WaitingChild; onClose: () => void }) => {
  const form = useForm({ initialValues: { reason: child.markedFor } })
  return (
    <FormDialog
      opened
      title={`Priorité ${ofName(child.name)}`}
      width="narrow"
      form={form}
      submit="Enregistrer la priorité"
      onClose={onClose}
      onSubmit={(client, { reason }) =>
        client.reservations.markPriority({ registrationId: child.key.registrationId, reason: reason.trim() })
      }
    >
      <Autocomplete
        label="Motif"
        description="Vide&nbsp;: l’enfant n’est pas prioritaire."
        data={usualReasons}
        data-autofocus
        {...form.getInputProps('reason')}
      />
      <Note>
        Le motif vaut pour toute l’inscription. Il compte là où «&nbsp;prioritaire&nbsp;» est dans l’ordre de la
        liste&nbsp;: Réglages, l’activité, «&nbsp;Liste d’attente et encadrement&nbsp;».
      </Note>
    </FormDialog>
  )
}
